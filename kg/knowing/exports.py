"""The graph as a file: RDF in six notations, FollowTheMoney entities, a table of statements.

The same graph is always the same bytes, in an order that lets two exports be compared
line by line. Nothing is held but one article at a time: what must be sorted as a whole
(Turtle, N-Triples and XML hold each triple once, whatever graphs it stands in) is sorted
in files, so that the memory needed does not grow with the store.
"""

from __future__ import annotations

import heapq
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing
from itertools import groupby
from typing import IO, Any

from pyoxigraph import DefaultGraph, Quad, Triple

from kg.errors import StoreError
from kg.knowing.accounts import Account, make_records, make_rows, merge_records, write_record
from kg.knowing.accounts import write_rows as write_csv_rows
from kg.knowing.layouts import (
    TYPE,
    XML_END,
    Block,
    make_blocks,
    order_tails,
    read_context,
    turtle_term,
    write_json_block,
    write_prefixes,
    write_turtle_block,
    write_xml_block,
    write_xml_head,
)
from kg.knowing.scopes import GraphName, Scope, Selection, select
from kg.knowing.store import GraphStore

SMALL_GRAPH_BYTES = 16 << 20
"""A graph with more text than this is sorted in files and by name alone."""

SORT_CHARACTERS = 16 << 20
"""How much text is sorted in memory before it goes to a file."""

MAX_RUNS = 64
"""How many sorted files are open at once."""

Lines = list[str] | IO[bytes]
Graphs = Iterator[tuple[GraphName, Lines]]


# --- the graphs of a selection ------------------------------------------------------------


class _Sink:
    """Takes bytes: in memory while they are few, else in a file that vanishes by itself."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0
        self._file: IO[bytes] | None = None

    def write(self, data: bytes) -> int:
        self._size += len(data)
        if self._file is None and self._size > SMALL_GRAPH_BYTES:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115
            self._file.writelines(self._parts)
            self._parts = []
        if self._file is None:
            self._parts.append(bytes(data))
        else:
            self._file.write(data)
        return len(data)

    def flush(self) -> None:
        """Nothing to do."""

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def lines(self) -> Lines:
        if self._file is None:
            return b"".join(self._parts).decode("utf-8").split("\n")[:-1]
        self._file.seek(0)
        return self._file


def read_graphs(store: GraphStore, selection: Selection) -> Graphs:
    """The lines of N-Triples of each graph that has any; unsorted.

    A large graph comes as a binary file of lines.
    """
    for graph in selection.graphs:
        with closing(_Sink()) as sink:
            out: Any = sink
            store.dump_graph(graph, out)
            lines = sink.lines()
            if not isinstance(lines, list) and selection.whole:
                yield graph, lines
            elif kept := list(selection.keep(graph, read_lines(lines))):
                yield graph, kept


def read_lines(lines: Lines) -> list[str]:
    """All lines of a graph in memory."""
    if isinstance(lines, list):
        return lines
    return [line[:-1].decode("utf-8") for line in lines]


# --- sorting what does not fit into memory ------------------------------------------------


def sort_lines(lines: Iterable[str], *, memory_characters: int | None = None) -> Iterator[str]:
    """The lines in order of their code points, each once, sorted in files when they are many.

    A line must hold no line end.
    """
    limit = SORT_CHARACTERS if memory_characters is None else memory_characters
    with ExitStack() as stack:
        chunks = _chunks(lines, limit)
        last = next(chunks)
        runs: list[IO[bytes]] = []
        for chunk in chunks:
            runs.append(_write_run(sorted(set(last)), stack))
            if len(runs) == MAX_RUNS:
                merged = _write_run(_merge(runs), stack)
                for run in runs:
                    run.close()
                runs = [merged]
            last = chunk
        if runs:
            runs.append(_write_run(sorted(set(last)), stack))
            yield from _merge(runs)
        else:
            yield from sorted(set(last))


def _chunks(lines: Iterable[str], characters: int) -> Iterator[list[str]]:
    chunk: list[str] = []
    size = 0
    for line in lines:
        chunk.append(line)
        size += len(line)
        if size > characters:
            yield chunk
            chunk, size = [], 0
    yield chunk


def _write_run(lines: Iterable[str], stack: ExitStack) -> IO[bytes]:
    file = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
    file.writelines(line.encode("utf-8") + b"\n" for line in lines)
    file.seek(0)
    return file


def _merge(runs: list[IO[bytes]]) -> Iterator[str]:
    for line, _ in groupby(heapq.merge(*runs)):
        yield line[:-1].decode("utf-8")


# --- RDF ----------------------------------------------------------------------------------


def _records(lines: Lines) -> Iterator[str]:
    """The lines of a graph, each behind the key of its place and a tab."""
    if isinstance(lines, list):
        for key, subject, tails in make_blocks(lines):
            for tail in tails:
                yield f"{key}\t{subject} {tail}"
        return
    for raw in lines:
        line = raw[:-1].decode("utf-8")
        yield f"~{line.partition(' ')[0]}\t{line}"


def _blocks(lines: Lines) -> Iterator[Block]:
    """The blocks of one graph in order."""
    if isinstance(lines, list):
        return iter(make_blocks(lines))
    return _grouped(sort_lines(_records(lines)))


def _grouped(records: Iterable[str]) -> Iterator[Block]:
    """Sorted records as blocks."""
    for head, group in groupby(records, _head):
        key, _, subject = head.partition("\t")
        yield Block(key, subject, order_tails(record[len(head) + 1 :] for record in group))


def _head(record: str) -> str:
    """The key and the subject of a record."""
    return record[: record.index(" ", record.index("\t"))]


def _write_nquads(graphs: Graphs) -> Iterator[str]:
    for graph, lines in graphs:
        end = " .\n" if isinstance(graph, DefaultGraph) else f" {graph} .\n"
        if isinstance(lines, list):
            yield "".join([line[:-2] + end for line in sorted(lines)])
        else:
            found = sort_lines(raw[:-1].decode("utf-8") for raw in lines)
            yield from (line[:-2] + end for line in found)


def _write_ntriples(graphs: Graphs) -> Iterator[str]:
    for line in sort_lines(_all_lines(graphs)):
        yield line + "\n"


def _all_lines(graphs: Graphs) -> Iterator[str]:
    for _, lines in graphs:
        if isinstance(lines, list):
            yield from lines
        else:
            yield from (raw[:-1].decode("utf-8") for raw in lines)


def _write_trig(graphs: Graphs) -> Iterator[str]:
    yield write_prefixes()
    for graph, lines in graphs:
        named = not isinstance(graph, DefaultGraph)
        yield f"\n{turtle_term(str(graph))} {{\n" if named else "\n"
        for block in _blocks(lines):
            yield write_turtle_block(block, margin="    " if named else "")
        yield "}\n" if named else ""


def _flat(graphs: Graphs) -> Iterator[Block]:
    """The blocks of all graphs together, each triple once.

    Only a graph too large to be placed may repeat what a smaller one says of a subject.
    """
    return _grouped(sort_lines(r for _, lines in graphs for r in _records(lines)))


def _write_turtle(graphs: Graphs) -> Iterator[str]:
    yield write_prefixes()
    for block in _flat(graphs):
        yield "\n" + write_turtle_block(block)


def _write_xml(graphs: Graphs) -> Iterator[str]:
    yield write_xml_head()
    yield from map(write_xml_block, _flat(graphs))
    yield XML_END


def _write_jsonld(graphs: Graphs) -> Iterator[str]:
    context = read_context()
    yield f'{{"@context": {json.dumps(context.context, ensure_ascii=False)},\n"@graph": ['
    comma = "\n"
    for graph, lines in graphs:
        if isinstance(graph, DefaultGraph):
            for block in _blocks(lines):
                yield comma + write_json_block(block)
                comma = ",\n"
            continue
        bare = context.is_taken(graph.value)
        head = '"@context": null, ' if bare else ""
        name = graph.value if bare else context.name(graph.value)
        yield f'{comma}{{{head}"@id": {json.dumps(name, ensure_ascii=False)}, "@graph": ['
        inner = "\n"
        for block in _blocks(lines):
            yield inner + write_json_block(block, bare=bare)
            inner = ",\n"
        yield "]}"
        comma = ",\n"
    yield "\n]}\n"


# --- rows and records ---------------------------------------------------------------------


def _write_csv(graphs: Graphs) -> Iterator[str]:
    def found() -> Iterator[str]:
        for _, lines in graphs:
            for key, row in make_rows(Account(read_lines(lines))):
                yield f"{key}\t{json.dumps(row)}"

    return write_csv_rows(json.loads(line.split("\t", 1)[1]) for line in sort_lines(found()))


def _write_ftm(graphs: Graphs) -> Iterator[str]:
    def found() -> Iterator[str]:
        for _, lines in graphs:
            for record in make_records(Account(read_lines(lines))):
                yield f"{record[0]}\t{json.dumps(record)}"

    for _, group in groupby(sort_lines(found()), lambda line: line.split("\t", 1)[0]):
        yield write_record(merge_records(json.loads(r.split("\t", 1)[1]) for r in group)) + "\n"


# --- all formats --------------------------------------------------------------------------

EXPORT_FORMATS: Mapping[str, Callable[[Graphs], Iterator[str]]] = {
    "turtle": _write_turtle,
    "trig": _write_trig,
    "nquads": _write_nquads,
    "ntriples": _write_ntriples,
    "jsonld": _write_jsonld,
    "xml": _write_xml,
    "ftm": _write_ftm,
    "csv": _write_csv,
}
"""How a graph can be handed on: RDF (turtle, ntriples and xml know no named graphs),
FollowTheMoney entities as lines of JSON, and a table with a row a statement."""


def export_graph(
    store: GraphStore, format: str, out: IO[bytes], *, scope: Scope | None = None
) -> None:
    """Writes a store, or the part of it in ``scope``, to a binary file.

    ``format`` is one of EXPORT_FORMATS. Raises StoreError for another one, for a graph
    that it cannot hold, or when ``out`` cannot be written; NotFoundError for a scope
    in which there is nothing.
    """
    if format not in EXPORT_FORMATS:
        known = ", ".join(EXPORT_FORMATS)
        raise StoreError(f"no export format {format!r}: there are {known}")
    selection = select(store, scope or Scope())
    text = EXPORT_FORMATS[format](read_graphs(store, selection))
    try:
        for part in _batched(text):
            out.write(part)
    except BrokenPipeError:
        raise  # whoever reads has seen enough
    except OSError as error:
        raise StoreError(f"export: {error.strerror or error}") from error


def _batched(pieces: Iterable[str]) -> Iterator[bytes]:
    parts: list[str] = []
    size = 0
    for piece in pieces:
        parts.append(piece)
        size += len(piece)
        if size > 1 << 16:
            yield "".join(parts).encode("utf-8")
            parts, size = [], 0
    yield "".join(parts).encode("utf-8")


# --- answers of queries -------------------------------------------------------------------


def write_quads(data: Iterable[Triple | Quad], format: str, out: IO[bytes]) -> None:
    """Writes some quads or triples, sorted, to a binary file in one of EXPORT_FORMATS."""
    graphs: dict[GraphName, list[str]] = {}
    for item in data:
        triple = item.triple if isinstance(item, Quad) else item
        graph: Any = item.graph_name if isinstance(item, Quad) else DefaultGraph()
        graphs.setdefault(graph, []).append(f"{triple} .")
    ordered = sorted(graphs.items(), key=lambda entry: str(entry[0]))
    out.writelines(_batched(EXPORT_FORMATS[format](iter(ordered))))


def sort_triples(triples: Iterable[Triple]) -> list[Triple]:
    """The triples by subject, types first, each once."""
    return sorted(set(triples), key=_sort_key)


def _sort_key(triple: Triple) -> tuple[str, bool, str, str]:
    predicate = str(triple.predicate)
    return str(triple.subject), predicate != TYPE, predicate, str(triple.object)
