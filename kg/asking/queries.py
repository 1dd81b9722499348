"""Questions to the graph: stock queries, own SPARQL, and answers in every usual form.

A stock query is a file ``ontology/queries/<name>.rq`` whose head tells what it is::

    # title: What is said about somebody or something
    # columns: subject, relation, object, sentence
    # parameter: name | part of a name

The columns are the variables that it selects. A parameter is a variable with its
default in ``VALUES ?name { "" }``, so that the file runs in any SPARQL tool; where a
column bears the name itself, the variable is ``?<name>_name``.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache, lru_cache
from itertools import chain
from typing import Any

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    Triple,
    parse_query_results,
)

from kg import names
from kg.asking.answers import KIND_NAMES, Kind, explain_syntax
from kg.asking.bindings import bind_variables, make_term
from kg.asking.workers import QueryWorker, Reply
from kg.errors import LexiconError, NotFoundError, QueryError, QueryFormatError
from kg.knowing.engines import Answer
from kg.knowing.events import read_event_types
from kg.knowing.exports import sort_triples, write_quads
from kg.knowing.refusals import text_width
from kg.knowing.store import GraphStore
from kg.knowing.triples import CLASS_OF_KIND
from kg.lexicon import ontology_path

Term = NamedNode | Literal | BlankNode
Row = tuple[Term | None, ...]

_XSD = names.PREFIXES["xsd"]
_TEXT_TYPES = frozenset({_XSD + "string", names.PREFIXES["rdf"] + "langString"})
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_MARKDOWN = re.compile(r"[\\|`*_\[\]<&~]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that a stock query takes: its name, what it is, its variable, its default.

    The variable has the name, or ``<name>_name`` where a column bears the name itself.
    """

    name: str
    about: str
    variable: str
    default: str


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
    """One stock query. Raises NotFoundError, naming those of a similar name, else all."""
    found = {query.name: query for query in read_stock_queries()}
    if name not in found:
        near = get_close_matches(name.lower(), found, n=3, cutoff=0.5)
        known = f"similar are {', '.join(near)}" if near else f"there are {', '.join(found)}"
        raise NotFoundError(f"no stock query {name!r}: {known}")
    return found[name]


def list_stock_queries() -> str:
    """All stock queries as text: name and title, below it each parameter and its default."""
    width = max((len(query.name) for query in read_stock_queries()), default=0)
    lines = []
    for query in read_stock_queries():
        lines.append(f"{query.name.ljust(width)}  {query.title}")
        lines += [f"{' ' * width}    {_tell_parameter(p)}" for p in query.parameters]
    return "\n".join(lines)


def _tell_parameter(parameter: Parameter) -> str:
    default = parameter.default
    told = "all when not given" if default in {'""', "UNDEF"} else f"{default} when not given"
    return f"{parameter.name}: {parameter.about} ({told})"


def fill_stock_query(query: StockQuery, values: Mapping[str, str]) -> str:
    """The SPARQL of a stock query with values for some of its parameters.

    Raises QueryError for an unknown parameter, and for a value that no row could have: a
    date, number or node that is none, an unknown type, mode or kind.
    """
    parameters = {name: p for p in query.parameters for name in (p.variable, p.name)}
    for name, value in values.items():
        if name not in parameters:
            known = ", ".join(p.name for p in query.parameters) or "none"
            raise QueryError(f"{query.name} has no parameter {name!r}: there are {known}")
        _check_value(parameters[name], value)
    return fill_values(
        query.text, {parameters[name].variable: value for name, value in values.items()}
    )


def _check_value(parameter: Parameter, value: str) -> None:
    """Raises QueryError for a value that is none of its parameter's."""
    name, term = parameter.name, make_term(value)
    told = f"{name} {value[:80]!r} is"
    if name in {"since", "until"} and not _is_date(value):
        raise QueryError(f"{told} not a date: write it as YYYY-MM-DD")
    if name == "below" and (isinstance(term, NamedNode) or not _DECIMAL.fullmatch(term.value)):
        raise QueryError(f"{told} not a number: write it as 0.7")
    if parameter.default == "UNDEF" and not isinstance(term, NamedNode):
        raise QueryError(f"{told} not a node: write it as st:... or as <IRI>")
    if name in {"type", "mode", "kind"} and value:
        known = _known_words(name)
        is_known = isinstance(term, Literal) and term.value.lower() in map(str.lower, known)
        if not is_known:
            raise QueryError(f"{told} no {name} that is known: write one of {', '.join(known)}")


def _is_date(value: str) -> bool:
    """Whether a year, a month or a day is one of the calendar."""
    if not _DATE.fullmatch(value):
        return False
    try:
        date.fromisoformat(value + "0000-01-01"[len(value) :])
    except ValueError:
        return False
    return True


@cache
def _known_words(name: str) -> tuple[str, ...]:
    """The event types, their modes, or the kinds of those who act, each once."""
    if name == "kind":
        kinds = dict.fromkeys(CLASS_OF_KIND.values())
        return tuple(kind for kind in kinds if kind not in {"Place", "Thing"})
    words = (type if name == "type" else mode for type, mode in read_event_types())
    return tuple(word for word in dict.fromkeys(words) if word != "-")


def _parse_stock(name: str, text: str) -> StockQuery:
    head = re.findall(r"^# (title|columns|parameter): *(.*?) *$", text, re.MULTILINE)
    titles = [value for key, value in head if key == "title"]
    columns = [value for key, value in head if key == "columns"]
    if len(titles) != 1 or len(columns) != 1:
        raise LexiconError(f"query {name}.rq: needs one '# title:' and one '# columns:' line")
    parameters = tuple(_parse_parameter(name, v, text) for key, v in head if key == "parameter")
    return StockQuery(name, titles[0], tuple(re.split(r",\s*", columns[0])), parameters, text)


def _parse_parameter(name: str, line: str, text: str) -> Parameter:
    match = re.fullmatch(r"(\w+) *\| *(.+)", line)
    if match is None:
        raise LexiconError(f"query {name}.rq: a parameter is 'name | what it is'")
    values = re.search(rf"VALUES \?({match[1]}(?:_name)?) {{ *([^{{}}]*?) *}}", text)
    if values is None:
        raise LexiconError(f"query {name}.rq: no VALUES ?{match[1]} {{ ... }} for a parameter")
    return Parameter(match[1], match[2], values[1], values[2])


# --- asking -------------------------------------------------------------------------------


def run_query(store: GraphStore, sparql: str, *, values: Mapping[str, str] | None = None) -> Result:
    """The answer to a SPARQL query, read to its end, in this process and without limits.

    ``values`` gives variables a value, read as by :func:`kg.asking.bindings.make_term`.
    Raises QueryError, with line, column and excerpt for a query that cannot be read.
    """
    terms = {name: make_term(value) for name, value in (values or {}).items()}
    bound = bind_variables(sparql, terms)
    try:
        return _read_answer(store.query(bound))
    except QueryError as error:
        if isinstance(error.__cause__, SyntaxError):
            raise explain_syntax(sparql, bound, str(error.__cause__)) from error
        raise
    except (RuntimeError, OSError, ValueError) as error:
        raise QueryError(f"query: {error}") from error


def run_stock_query(
    store: GraphStore, name: str, *, values: Mapping[str, str] | None = None
) -> Result:
    """The answer to a stock query; values not given take their defaults.

    Raises NotFoundError for an unknown query, QueryError as :func:`fill_stock_query` does.
    """
    return run_query(store, fill_stock_query(find_stock_query(name), values or {}))


def ask_worker(
    worker: QueryWorker,
    sparql: str,
    *,
    values: Mapping[str, str] | None = None,
    format: str = "table",
) -> Iterator[bytes]:
    """The answer to a SPARQL query within the worker's limits, in one of RESULT_FORMATS.

    It comes in pieces, ready to be written; TSV, JSON, XML and the forms of a graph are the
    engine's own. ``values`` as in :func:`run_query`. Raises QueryError and its children
    before the first piece.
    """
    accept = _accept(format)
    terms = {name: str(make_term(value)) for name, value in (values or {}).items()}
    try:
        reply = worker.ask(sparql, accept=accept, bindings=terms)
    except QueryFormatError as error:
        raise _misfit(format, error.kind) if error.kind else error from None
    if reply.media_type == FORMS[format].get(reply.kind):
        return iter([reply.body])
    return (piece.encode() for piece in _write_reply(reply, format))


def _write_reply(reply: Reply, format: str) -> Iterator[str]:
    """Pieces of an answer in one of the project's own forms."""
    if reply.kind == "graph":
        yield _strip_controls(reply.body.decode(), keep="\n\t")
        return
    found = parse_query_results(reply.body, format=QueryResultsFormat.JSON)
    if isinstance(found, QueryBoolean):
        yield write_table(Verdict(bool(found)))
        return
    columns = tuple(variable.value for variable in found.variables)

    def read_rows() -> Iterator[Row]:
        again: Any = parse_query_results(reply.body, format=QueryResultsFormat.JSON)
        try:
            for row in again:
                yield tuple(row[column] for column in columns)
        except MemoryError:  # the parser bears no value of many megabytes
            raise QueryError(
                f"query: a value is too long for {format}; take json, or SUBSTR(?x, 1, 1000)"
            ) from None

    yield from _ROW_WRITERS[format](columns, read_rows)


def fill_values(sparql: str, values: Mapping[str, str]) -> str:
    """The query with other values in its ``VALUES ?name { ... }`` lines.

    A value is read as by :func:`kg.asking.bindings.make_term`. Raises QueryError for a name
    that has no such line.
    """
    for name, value in values.items():
        term = f"VALUES ?{name} {{ {make_term(value)} }}"
        pattern = rf"VALUES\s*\?{re.escape(name)}\s*{{[^{{}}]*}}"
        pieces = re.split(pattern, sparql)
        sparql = term.join(pieces)
        if len(pieces) == 1:
            raise QueryError(f"the query has no parameter {name!r} (no VALUES ?{name} {{ ... }})")
    return sparql


def _read_answer(answer: Answer) -> Result:
    if isinstance(answer, QuerySolutions):
        columns = tuple(variable.value for variable in answer.variables)
        return Table(columns, tuple(tuple(row[column] for column in columns) for row in answer))
    if isinstance(answer, QueryBoolean):
        return Verdict(bool(answer))
    return Triples(tuple(sort_triples(answer)))


# --- answers as text ----------------------------------------------------------------------


def write_result(result: Result, format: str = "table") -> str:
    """An answer in one of RESULT_FORMATS, ending in a line end.

    Raises QueryFormatError where answer and format do not fit: ``turtle``, ``ntriples`` and
    ``jsonld`` are for CONSTRUCT and DESCRIBE, ``csv``, ``tsv`` and ``md`` for SELECT.
    """
    kind = _kind_of(result)
    if kind not in _accept(format):
        raise _misfit(format, kind)
    return RESULT_FORMATS[format](result)


def _kind_of(result: Result) -> Kind:
    if isinstance(result, Table):
        return "select"
    return "ask" if isinstance(result, Verdict) else "graph"


def _accept(format: str) -> Mapping[str, str]:
    """What to ask an engine for, for each kind of answer that a format can hold."""
    if format not in FORMS:
        raise QueryFormatError(f"no result format {format!r}: there are {', '.join(FORMS)}")
    return {kind: media_type or _OWN[kind] for kind, media_type in FORMS[format].items()}


def _misfit(format: str, kind: str) -> QueryFormatError:
    fitting = ", ".join(name for name, form in FORMS.items() if kind in form)
    return QueryFormatError(
        f"{format} does not fit an answer that is {KIND_NAMES[kind]}; take one of {fitting}",
        kind=kind,
    )


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
    return "".join(_table_lines(result.columns, lambda: result.rows, max_cell=max_cell))


def _table_lines(
    columns: Sequence[str], read_rows: Callable[[], Iterable[Row]], *, max_cell: int = 80
) -> Iterator[str]:
    """Lines of a table; the rows are read twice, first for the widths."""
    widths = [text_width(name) for name in columns]
    for row in read_rows():
        cells = (_show(term, max_cell) for term in row)
        widths = [max(pair) for pair in zip(widths, map(text_width, cells), strict=True)]
    yield _align(columns, widths) + "\n"
    yield _align(["-" * width for width in widths], widths) + "\n"
    for row in read_rows():
        yield _align([_show(term, max_cell) for term in row], widths) + "\n"


def _align(cells: Iterable[str], widths: Iterable[int]) -> str:
    pairs = zip(cells, widths, strict=True)
    return "  ".join(cell + " " * (width - text_width(cell)) for cell, width in pairs).rstrip()


def _show(term: Term | None, max_cell: int | None) -> str:
    if term is None:
        return ""
    value = _shorten(term.value) if isinstance(term, NamedNode) else term.value
    text = _strip_controls(" ".join(value.split()))
    if max_cell is None or len(text) <= max_cell:
        return text
    return text[: max_cell - 1] + "…"


@lru_cache(1 << 16)
def _shorten(iri: str) -> str:
    return names.shorten(iri)


def _strip_controls(text: str, *, keep: str = "") -> str:
    """The text without characters that steer a terminal or turn the direction of writing."""
    if text.isprintable():
        return text
    return "".join(c for c in text if c in keep or unicodedata.category(c) not in ("Cc", "Cf"))


def write_csv(result: Result) -> str:
    """Comma-separated values, IRIs in full.

    A text that a spreadsheet would take for a formula gets a ``'`` in front; numbers do not.
    """
    rows = _table_of(result)
    return "".join(_csv_lines(rows.columns, lambda: rows.rows))


def _csv_lines(columns: Sequence[str], read_rows: Callable[[], Iterable[Row]]) -> Iterator[str]:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for cells in chain([columns], ([_csv_cell(term) for term in row] for row in read_rows())):
        writer.writerow(cells)
        yield out.getvalue()
        out.seek(0)
        out.truncate()


def _table_of(result: Result) -> Table:
    assert isinstance(result, Table)  # write_result has looked
    return result


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


def write_tsv(result: Result) -> str:
    """SPARQL 1.1 query results in tab-separated values: terms as in Turtle."""
    return _write_standard(_table_of(result), QueryResultsFormat.TSV)


def write_xml(result: Result) -> str:
    """SPARQL query results in XML; a graph as RDF/XML."""
    if isinstance(result, Triples):
        return _write_graph(result, "xml")
    return _write_standard(result, QueryResultsFormat.XML) + "\n"


def _write_standard(result: Table | Verdict, format: QueryResultsFormat) -> str:
    found = parse_query_results(write_json(result).encode(), format=QueryResultsFormat.JSON)
    written = found.serialize(format=format)
    return (written or b"").decode()


def write_markdown(result: Result) -> str:
    """A table as GitHub's Markdown has it; IRIs shortened, cells in full."""
    rows = _table_of(result)
    return "".join(_markdown_lines(rows.columns, lambda: rows.rows))


def _markdown_lines(
    columns: Sequence[str], read_rows: Callable[[], Iterable[Row]]
) -> Iterator[str]:
    yield _markdown_line(map(_markdown_cell, columns))
    yield _markdown_line("---" for _ in columns)
    for row in read_rows():
        yield _markdown_line(_markdown_cell(_show(term, None)) for term in row)


def _markdown_line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _markdown_cell(text: str) -> str:
    return _MARKDOWN.sub(r"\\\g<0>", text)


def write_turtle(result: Result) -> str:
    """A graph as Turtle, sorted."""
    return _write_graph(result, "turtle")


def write_ntriples(result: Result) -> str:
    """A graph as N-Triples, sorted."""
    return _write_graph(result, "ntriples")


def write_jsonld(result: Result) -> str:
    """A graph as JSON-LD."""
    return _write_graph(result, "jsonld")


def _write_graph(result: Result, format: str) -> str:
    assert isinstance(result, Triples)  # write_result has looked
    out = io.BytesIO()
    write_quads(result.triples, format, out)
    return out.getvalue().decode()


RESULT_FORMATS: Mapping[str, Callable[[Result], str]] = {
    "table": write_table,
    "csv": write_csv,
    "tsv": write_tsv,
    "json": write_json,
    "xml": write_xml,
    "md": write_markdown,
    "turtle": write_turtle,
    "ntriples": write_ntriples,
    "jsonld": write_jsonld,
}
"""How an answer can be written."""

FORMS: Mapping[str, Mapping[str, str]] = {
    "table": {"select": "", "ask": "", "graph": ""},
    "csv": {"select": ""},
    "tsv": {"select": "text/tab-separated-values"},
    "json": {
        "select": "application/sparql-results+json",
        "ask": "application/sparql-results+json",
        "graph": "application/ld+json",
    },
    "xml": {
        "select": "application/sparql-results+xml",
        "ask": "application/sparql-results+xml",
        "graph": "application/rdf+xml",
    },
    "md": {"select": ""},
    "turtle": {"graph": "text/turtle"},
    "ntriples": {"graph": "application/n-triples"},
    "jsonld": {"graph": "application/ld+json"},
}
"""The media type of each kind of answer that a format can hold; empty for our own forms."""

_OWN: Mapping[str, str] = {
    "select": "application/sparql-results+json",
    "ask": "application/sparql-results+json",
    "graph": "text/turtle",
}
"""What our own forms are made from."""

_ROW_WRITERS: Mapping[
    str, Callable[[Sequence[str], Callable[[], Iterable[Row]]], Iterator[str]]
] = {"table": _table_lines, "csv": _csv_lines, "md": _markdown_lines}
