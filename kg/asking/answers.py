"""Answers as bytes: a snapshot of a store on disk, asked and serialised by the engine itself.

This is what a :class:`kg.asking.workers.QueryWorker` runs in a process of its own; it
imports little, so that a new process is soon there.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from io import BytesIO
from itertools import chain, islice
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any
from typing import Literal as OneOf

from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    serialize,
)

from kg import names
from kg.asking.bindings import bind_variables, read_term
from kg.errors import KGError, QueryError, QueryFormatError, QueryLimitError, StoreError
from kg.knowing.refusals import check_query, find_update, names_graphs, syntax_error

Kind = OneOf["select", "ask", "graph"]

SORTED_TRIPLES = 200_000
"""A graph of up to so many triples comes sorted and each triple once; a larger one as found."""

_MB = 1 << 20
KIND_NAMES: Mapping[str, str] = {"select": "a table", "ask": "yes or no", "graph": "a graph"}
_CHANGING = ("CURRENT", "MANIFEST")


class Snapshot:
    """What was committed to a store on disk; opened again when more was committed since."""

    def __init__(self, path: Path) -> None:
        self._folder = path / "oxigraph"
        self._seen: frozenset[tuple[str, int, int]] | None = None
        self._store = Store()

    def refresh(self) -> bool:
        """Opens the store again where its files changed; says whether it did.

        Raises StoreError when it cannot be opened.
        """
        seen = self.look()
        if seen == self._seen:
            return False
        self._store = Store()  # let go of the old one first
        self._store = self._open()
        self._seen = seen
        return True

    def look(self) -> frozenset[tuple[str, int, int]]:
        """Name, size and time of the files that every commit changes."""
        try:
            with os.scandir(self._folder) as found:
                files = [f for f in found if f.name.startswith(_CHANGING) or f.name[-4:] == ".log"]
                stats = [(file.name, file.stat()) for file in files]
        except FileNotFoundError:
            return frozenset()  # a file that has just gone: look again next time
        except OSError as error:
            raise StoreError(f"{self._folder}: {error.strerror}") from error
        return frozenset((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)

    def _open(self) -> Store:
        for pause_s in (0.05, 0.2, 0.5, 0):
            try:
                return Store.read_only(str(self._folder))
            except (RuntimeError, OSError) as error:  # a writer may be tidying up its files
                fault = error
                time.sleep(pause_s)
        raise StoreError(f"{self._folder}: {fault}") from fault

    def answer(
        self,
        sparql: str,
        *,
        accept: Mapping[str, str],
        bindings: Mapping[str, str] | None = None,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        base_iri: str | None = None,
        result_mb: int = 256,
    ) -> tuple[Kind, str, bytes]:
        """Kind, media type and bytes of the answer to a query.

        ``accept`` names the media type for each kind of answer; ``bindings`` gives variables
        a value, written as in N-Triples. Raises QueryError and its children.
        """
        check_query(sparql)
        terms = {name: read_term(text) for name, text in (bindings or {}).items()}
        bound = bind_variables(sparql, terms) if terms else sparql
        sink = _Sink(result_mb * _MB)
        with _query_errors(sparql, bound):
            found = self._store.query(
                bound,
                base_iri=base_iri,
                prefixes=dict(names.PREFIXES),
                **_dataset(sparql, default_graphs, named_graphs),
            )
            kind = _kind(found)
            media_type = _choose(kind, accept)
            _write(found, media_type, sink)
        return kind, media_type, sink.getvalue()


def _dataset(
    sparql: str, default: Sequence[str] | None, named: Sequence[str] | None
) -> dict[str, Any]:
    """What the engine is told about graphs: all of them, unless somebody chooses."""
    if default is None and named is None:
        return {"use_default_graph_as_union": not names_graphs(sparql)}
    graphs: list[NamedNode | DefaultGraph] = [_node(iri) for iri in default or ()]
    return {"default_graph": graphs, "named_graphs": [_node(iri) for iri in named or ()]}


def _node(iri: str) -> NamedNode:
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise QueryError(f"graph {iri!r}: not an IRI ({error})") from error


def _kind(found: object) -> Kind:
    if isinstance(found, QuerySolutions):
        return "select"
    return "ask" if isinstance(found, QueryBoolean) else "graph"


def _choose(kind: Kind, accept: Mapping[str, str]) -> str:
    if kind not in accept:
        wanted = " or ".join(KIND_NAMES[name] for name in accept if name in KIND_NAMES)
        raise QueryFormatError(
            f"query: it answers with {KIND_NAMES[kind]}, but was asked for {wanted or 'nothing'}",
            kind=kind,
        )
    return accept[kind]


def _write(
    found: QuerySolutions | QueryBoolean | QueryTriples, media_type: str, sink: _Sink
) -> None:
    if isinstance(found, QueryTriples):
        _write_graph(found, media_type, sink)
        return
    format = QueryResultsFormat.from_media_type(media_type)
    if format is None:
        raise QueryFormatError(f"query: no answer can be written as {media_type}")
    found.serialize(sink, format)


def _write_graph(found: Iterator[Triple], media_type: str, sink: _Sink) -> None:
    from kg.knowing.exports import write_quads
    from kg.knowing.imports import IMPORT_FORMATS

    format = RdfFormat.from_media_type(media_type)
    name = next((name for name, known in IMPORT_FORMATS.items() if known == format), None)
    if format is None or name is None:
        raise QueryFormatError(f"query: no graph can be written as {media_type}")
    first = list(islice(found, SORTED_TRIPLES))
    more = next(found, None)
    if more is None:
        write_quads(first, name, sink)
    else:
        whole = chain(first, (more,), found)
        serialize(whole, sink, format, prefixes=dict(names.PREFIXES))


class _Sink(BytesIO):
    """Bytes in memory, up to a limit."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit

    def write(self, data: Any) -> int:
        """Takes bytes. Raises QueryLimitError when there are too many."""
        if self.tell() + len(data) > self.limit:
            raise QueryLimitError(
                f"query: the answer is larger than {self.limit // _MB} MB; ask for less, "
                "or raise the limit"
            )
        return super().write(data)

    def writelines(self, lines: Any) -> None:
        """Takes several pieces, under the same limit."""
        for line in lines:
            self.write(line)


# --- faults with their place ---------------------------------------------------------------


@contextmanager
def _query_errors(sparql: str, bound: str) -> Iterator[None]:
    """Turns what the engine raises for a query into one line, with the place in the query."""
    try:
        yield
    except SyntaxError as error:
        raise explain_syntax(sparql, bound, str(error)) from error
    except (ValueError, RuntimeError, OSError) as error:
        raise QueryError(f"query: {error}") from error


def explain_syntax(sparql: str, bound: str, message: str) -> QueryError:
    """The fault that the engine found in ``bound``: the query with its variables bound."""
    if bound != sparql:
        try:
            Store().query(sparql, prefixes=dict(names.PREFIXES))
        except SyntaxError as error:
            message = str(error)
        else:
            return QueryError(
                "query: it gives a bound variable a value itself (AS or BIND); bind another one"
            )
    return find_update(sparql) or syntax_error(sparql, message)


# --- the process of a worker ---------------------------------------------------------------

_FAULTS: Mapping[str, type[KGError]] = {
    "limit": QueryLimitError,
    "format": QueryFormatError,
    "query": QueryError,
    "store": StoreError,
}
"""What can go wrong in a worker, under its name on the way to the parent."""


def write_fault(error: KGError) -> dict[str, str]:
    """A fault as it travels."""
    name = next(name for name, kind in _FAULTS.items() if isinstance(error, kind))
    details = {key: getattr(error, key, "") for key in ("excerpt", "kind")}
    return {"fault": name, "message": str(error), **details}


def read_fault(head: Mapping[str, str]) -> KGError:
    """The fault that travelled."""
    kind = _FAULTS[head["fault"]]
    if issubclass(kind, QueryFormatError):
        return kind(head["message"], kind=head["kind"])
    if issubclass(kind, QueryError):
        return kind(head["message"], excerpt=head["excerpt"])
    return kind(head["message"])


def read_frame(file: IO[bytes]) -> bytes | None:
    """One length-marked piece of a stream; None at its end."""
    head = file.read(8)
    if len(head) < 8:
        return None
    size = int.from_bytes(head, "big")
    data = file.read(size)
    return data if len(data) == size else None


def write_frame(file: IO[bytes], data: bytes) -> None:
    """Writes one piece with its length in front."""
    file.write(len(data).to_bytes(8, "big"))
    file.write(data)
    file.flush()


def run_worker(path: str, memory_mb: int) -> None:
    """Answers requests from standard input on standard output until the input ends.

    A request is a JSON object with the arguments of :meth:`Snapshot.answer`. The answer is
    three frames: ``{}`` once the snapshot is open, a JSON head, and the bytes.
    """
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else is printed is no answer
    _ignore_interrupts()
    snapshot = Snapshot(Path(path))
    queue: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_read_requests, args=(requests, queue), daemon=True).start()
    with suppress(StoreError):  # the first request will tell
        _refresh(snapshot, memory_mb)
    while True:
        head, body = _reply(snapshot, json.loads(queue.get()), answers, memory_mb)
        _set_alarm(0)
        write_frame(answers, json.dumps(head).encode())
        write_frame(answers, body)


def _reply(
    snapshot: Snapshot, request: dict[str, Any], answers: IO[bytes], memory_mb: int
) -> tuple[dict[str, str], bytes]:
    timeout_s = request.pop("timeout_s")
    try:
        _refresh(snapshot, memory_mb)
        write_frame(answers, b"{}")
        _set_alarm(timeout_s + 2)  # should the parent be gone, or too busy
        kind, media_type, body = snapshot.answer(**request)
    except KGError as error:
        return write_fault(error), b""
    except MemoryError:
        return {"fault": "memory"}, b""
    return {"kind": kind, "media_type": media_type}, body


def _read_requests(requests: IO[bytes], queue: SimpleQueue[bytes]) -> None:
    """Puts requests in a queue; ends the process with its parent, whatever it is doing."""
    while (frame := read_frame(requests)) is not None:
        queue.put(frame)
    os._exit(0)


def _refresh(snapshot: Snapshot, memory_mb: int) -> None:
    limit_memory(None)
    if snapshot.refresh():
        gc.collect()
    limit_memory(memory_mb)


def limit_memory(memory_mb: int | None) -> None:
    """Lets the process add so much to its address space, where the system can say so."""
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except (ImportError, OSError):
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = hard
    if memory_mb is not None:
        wanted = pages * resource.getpagesize() + memory_mb * _MB
        limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _set_alarm(seconds: float) -> None:
    """Ends the process in so many seconds, from outside Python; 0 for never."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _ignore_interrupts() -> None:
    """Ctrl-C in a terminal is for the parent, which ends this process itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
