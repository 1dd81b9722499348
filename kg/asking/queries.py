"""Questions to the graph: stock queries, own SPARQL, and answers as table, CSV, JSON, Turtle.

A stock query is a file ``ontology/queries/<name>.rq`` whose head tells what it is::

    # title: What is said about somebody or something
    # columns: subject, relation, object, sentence
    # parameter: name | part of a name

The columns are the variables that it selects. A parameter is a variable with its
default in ``VALUES ?name { "Syrien" }``, so that the file runs in any SPARQL tool.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    Triple,
)

from kg import names
from kg.errors import LexiconError, NotFoundError, QueryError
from kg.knowing.engines import Answer
from kg.knowing.store import GraphStore, sort_triples, write_quads
from kg.lexicon import ontology_path

Term = NamedNode | Literal | BlankNode

_XSD = names.PREFIXES["xsd"]
_TEXT_TYPES = frozenset({_XSD + "string", names.PREFIXES["rdf"] + "langString"})
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that a stock query takes: name of the variable, and what it is."""

    name: str
    about: str


@dataclass(frozen=True, slots=True)
class StockQuery:
    """A query that comes with the program."""

    name: str
    title: str
    columns: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a SELECT; a cell is None where the variable is unbound."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to an ASK."""

    holds: bool


@dataclass(frozen=True, slots=True)
class Triples:
    """The graph that a CONSTRUCT or DESCRIBE gives, sorted."""

    triples: tuple[Triple, ...]


Result = Table | Verdict | Triples


# --- stock queries ------------------------------------------------------------------------


@cache
def read_stock_queries() -> tuple[StockQuery, ...]:
    """The queries that come with the program, by name. Raises LexiconError for a broken head."""
    folder = ontology_path("queries")
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix == ".rq")
        return tuple(_parse_stock(path.stem, path.read_text(encoding="utf-8")) for path in files)
    except (OSError, UnicodeDecodeError) as error:
        raise LexiconError(f"{folder}: {error}") from error


def find_stock_query(name: str) -> StockQuery:
    """One stock query. Raises NotFoundError, naming all there are."""
    found = {query.name: query for query in read_stock_queries()}
    if name not in found:
        raise NotFoundError(f"no stock query {name!r}: there are {', '.join(found)}")
    return found[name]


def list_stock_queries() -> str:
    """All stock queries as text: name and title, below it what each parameter is."""
    width = max((len(query.name) for query in read_stock_queries()), default=0)
    lines = []
    for query in read_stock_queries():
        lines.append(f"{query.name.ljust(width)}  {query.title}")
        lines += [f"{' ' * width}    {p.name}: {p.about}" for p in query.parameters]
    return "\n".join(lines)


def _parse_stock(name: str, text: str) -> StockQuery:
    head = re.findall(r"^# (title|columns|parameter): *(.*?) *$", text, re.MULTILINE)
    titles = [value for key, value in head if key == "title"]
    columns = [value for key, value in head if key == "columns"]
    if len(titles) != 1 or len(columns) != 1:
        raise LexiconError(f"query {name}.rq: needs one '# title:' and one '# columns:' line")
    parameters = tuple(_parse_parameter(name, v) for key, v in head if key == "parameter")
    return StockQuery(name, titles[0], tuple(re.split(r",\s*", columns[0])), parameters, text)


def _parse_parameter(name: str, line: str) -> Parameter:
    match = re.fullmatch(r"(\w+) *\| *(.+)", line)
    if match is None:
        raise LexiconError(f"query {name}.rq: a parameter is 'name | what it is'")
    return Parameter(match[1], match[2])


# --- asking -------------------------------------------------------------------------------


def run_query(store: GraphStore, sparql: str, *, values: Mapping[str, str] | None = None) -> Result:
    """The answer to a SPARQL query, read to its end.

    ``values`` are filled in as by :func:`fill_values`. Raises QueryError, with line
    and column for a query that cannot be read.
    """
    answer = store.query(fill_values(sparql, values or {}))
    try:
        return _read_answer(answer)
    except (RuntimeError, OSError, ValueError) as error:
        raise QueryError(f"query: {error}") from error


def run_stock_query(
    store: GraphStore, name: str, *, values: Mapping[str, str] | None = None
) -> Result:
    """The answer to a stock query; values not given take their defaults.

    Raises NotFoundError for an unknown query, QueryError for an unknown parameter.
    """
    return run_query(store, find_stock_query(name).text, values=values)


def fill_values(sparql: str, values: Mapping[str, str]) -> str:
    """The query with other values in its ``VALUES ?name { ... }`` lines.

    A prefixed name or IRI in angle brackets becomes a node, all else a text. Raises
    QueryError for a name that has no such line.
    """
    for name, value in values.items():
        term = f"VALUES ?{name} {{ {make_term(value)} }}"
        pattern = rf"VALUES\s*\?{re.escape(name)}\s*{{[^{{}}]*}}"
        pieces = re.split(pattern, sparql)
        sparql = term.join(pieces)
        if len(pieces) == 1:
            raise QueryError(f"the query has no parameter {name!r} (no VALUES ?{name} {{ ... }})")
    return sparql


def make_term(value: str) -> NamedNode | Literal:
    """A prefixed name or IRI in angle brackets as a node, anything else as a text."""
    prefix, colon, _ = value.partition(":")
    if (colon and prefix in names.PREFIXES) or re.fullmatch(r"<[^<>\s]+>", value):
        try:
            return NamedNode(names.expand(value))
        except ValueError as error:
            raise QueryError(f"value {value!r}: not an IRI ({error})") from error
    return Literal(value)


def _read_answer(answer: Answer) -> Result:
    if isinstance(answer, QuerySolutions):
        columns = tuple(variable.value for variable in answer.variables)
        return Table(columns, tuple(tuple(row[column] for column in columns) for row in answer))
    if isinstance(answer, QueryBoolean):
        return Verdict(bool(answer))
    return Triples(tuple(sort_triples(answer)))


# --- answers as text ----------------------------------------------------------------------


def write_result(result: Result, format: str = "table") -> str:
    """An answer as ``table``, ``csv``, ``json`` or ``turtle``, ending in a line end.

    Turtle is for CONSTRUCT and DESCRIBE, ``csv`` for SELECT. Raises QueryError where
    answer and format do not fit.
    """
    if format not in RESULT_FORMATS:
        raise QueryError(f"no result format {format!r}: there are {', '.join(RESULT_FORMATS)}")
    return RESULT_FORMATS[format](result)


def write_rows(rows: Sequence[Mapping[str, str | int | float | None]], format: str) -> str:
    """Flat rows with the same keys as ``table``, ``csv`` or ``json`` (a list of objects)."""
    if format == "json":
        return json.dumps([dict(row) for row in rows], ensure_ascii=False, indent=1) + "\n"
    if format not in ("table", "csv"):
        raise QueryError(f"no format {format!r} for rows: there are table, csv, json")
    columns = tuple(rows[0]) if rows else ()
    cells = (tuple(_make_literal(row[name]) for name in columns) for row in rows)
    return RESULT_FORMATS[format](Table(columns, tuple(cells))) if rows else ""


def _make_literal(value: str | int | float | None) -> Literal | None:
    return None if value is None else Literal(value)


def write_table(result: Result, *, max_cell: int = 80) -> str:
    """Aligned columns for people; IRIs shortened, long cells cut, control characters out."""
    if isinstance(result, Verdict):
        return "yes\n" if result.holds else "no\n"
    if isinstance(result, Triples):
        return _strip_controls(write_turtle(result), keep="\n\t")
    rows = [[_show(term, max_cell) for term in row] for row in result.rows]
    lines = [list(result.columns), *rows]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    rule = ["-" * width for width in widths]
    return "".join(_align(cells, widths) + "\n" for cells in (lines[0], rule, *rows))


def _align(cells: Iterable[str], widths: Iterable[int]) -> str:
    pairs = zip(cells, widths, strict=True)
    return "  ".join(cell + " " * (width - _width(cell)) for cell, width in pairs).rstrip()


def _width(text: str) -> int:
    """Columns that a text takes in a terminal."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def _show(term: Term | None, max_cell: int) -> str:
    if term is None:
        return ""
    value = names.shorten(term.value) if isinstance(term, NamedNode) else term.value
    text = _strip_controls(" ".join(value.split()))
    return text if len(text) <= max_cell else text[: max_cell - 1] + "…"


def _strip_controls(text: str, *, keep: str = "") -> str:
    """The text without characters that steer a terminal or turn the direction of writing."""
    return "".join(c for c in text if c in keep or unicodedata.category(c) not in ("Cc", "Cf"))


def write_csv(result: Result) -> str:
    """Comma-separated values, IRIs in full.

    A text that a spreadsheet would take for a formula gets a ``'`` in front; numbers do not.
    """
    if not isinstance(result, Table):
        raise QueryError("csv is for SELECT; take json or turtle for this answer")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(result.columns)
    writer.writerows([_csv_cell(term) for term in row] for row in result.rows)
    return out.getvalue()


def _csv_cell(term: Term | None) -> str:
    if term is None:
        return ""
    is_text = isinstance(term, Literal) and term.datatype.value in _TEXT_TYPES
    if is_text or not _NUMBER.fullmatch(term.value):
        return "'" + term.value if term.value.startswith(_FORMULA) else term.value
    return term.value


def write_json(result: Result) -> str:
    """SPARQL 1.1 query results in JSON; a graph as JSON-LD."""
    if isinstance(result, Triples):
        out = io.BytesIO()
        write_quads(result.triples, "jsonld", out)
        return out.getvalue().decode() + "\n"
    if isinstance(result, Verdict):
        return json.dumps({"head": {}, "boolean": result.holds}) + "\n"
    bindings = [dict(_json_cells(result.columns, row)) for row in result.rows]
    answer = {"head": {"vars": list(result.columns)}, "results": {"bindings": bindings}}
    return json.dumps(answer, ensure_ascii=False, indent=1) + "\n"


def _json_cells(
    columns: Iterable[str], row: Iterable[Term | None]
) -> Iterator[tuple[str, dict[str, str]]]:
    for column, term in zip(columns, row, strict=True):
        if term is not None:
            yield column, _json_term(term)


def _json_term(term: Term) -> dict[str, str]:
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    cell = {"type": "literal", "value": term.value}
    if term.language:
        return {**cell, "xml:lang": term.language}
    return cell if term.datatype.value in _TEXT_TYPES else {**cell, "datatype": term.datatype.value}


def write_turtle(result: Result) -> str:
    """A graph as Turtle, sorted."""
    if not isinstance(result, Triples):
        raise QueryError("turtle is for CONSTRUCT and DESCRIBE; take table, csv or json")
    out = io.BytesIO()
    write_quads(result.triples, "turtle", out)
    return out.getvalue().decode()


RESULT_FORMATS: Mapping[str, Callable[[Result], str]] = {
    "table": write_table,
    "csv": write_csv,
    "json": write_json,
    "turtle": write_turtle,
}
"""How an answer can be written."""
