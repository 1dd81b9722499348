"""Where quads live: in memory, on disk, or behind a SPARQL 1.1 server; one interface.

``open_disk`` and ``EmbeddedEngine()`` are Oxigraph inside this process;
``kg.knowing.servers`` speaks the SPARQL 1.1 protocols over HTTP. Above this line nobody
knows which it is.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from pyoxigraph import (
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
)

from kg import names
from kg.errors import InputError, QueryError, StoreError
from kg.knowing.refusals import names_graphs, syntax_error
from kg.knowing.updates import check_update

DIGEST = NamedNode(names.KG + "digest")
INPUT_DIGEST = NamedNode(names.KG + "inputDigest")
SEALS = frozenset({DIGEST, INPUT_DIGEST})
"""What tells that an article's graph is whole."""

Answer = QuerySolutions | QueryBoolean | QueryTriples | Iterator[Triple]
"""Rows of a SELECT, the truth of an ASK, or the triples of a CONSTRUCT or DESCRIBE."""


class Engine(Protocol):
    """What the store asks of a place where quads live. All raise StoreError."""

    read_only: bool

    def quads(
        self,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        object: NamedNode | Literal | None = None,
        graph: NamedNode | None = None,
    ) -> Iterator[Quad]:
        """The quads of named graphs that match, None matching all; in no order."""

    def about(self, subjects: Sequence[NamedNode]) -> Iterator[Quad]:
        """The quads with one of these subjects, in any graph."""

    def graphs(self) -> Iterator[NamedNode]:
        """The named graphs that hold something, in no order."""

    def replace(
        self, graph: NamedNode, gone: set[Quad], new: set[Quad], marks: Sequence[Quad]
    ) -> None:
        """Takes ``gone`` out of a graph and puts ``new`` in, all or nothing.

        ``marks`` are put in with it, or before it where a server cannot do both at once.
        """

    def load(self, quads: Iterable[Quad], *, bulk: bool) -> None:
        """Adds quads, all or nothing; ``bulk`` goes past the engine's log."""

    def dump(self, graph: NamedNode | DefaultGraph, out: IO[bytes]) -> None:
        """Writes the triples of one graph as N-Triples, in no order."""

    def query(self, sparql: str, *, graph: NamedNode | None = None) -> Answer:
        """The answer over the union of all graphs, or over one. Raises QueryError."""

    def flush(self) -> None:
        """Moves what was committed out of the engine's log."""

    def close(self) -> None:
        """Lets go of files and connections."""

    def __len__(self) -> int:
        """The number of quads."""


class EmbeddedEngine:
    """Oxigraph in this process; without a ``store`` in memory."""

    def __init__(
        self, *, store: Store | None = None, path: Path | None = None, read_only: bool = False
    ) -> None:
        self.store = Store() if store is None else store
        self.path = path
        self.read_only = read_only

    def quads(
        self,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        object: NamedNode | Literal | None = None,
        graph: NamedNode | None = None,
    ) -> Iterator[Quad]:
        """See :class:`Engine`."""
        with store_errors(self.path):
            yield from self.store.quads_for_pattern(subject, predicate, object, graph)

    def about(self, subjects: Sequence[NamedNode]) -> Iterator[Quad]:
        """See :class:`Engine`."""
        for subject in subjects:
            yield from self.quads(subject)

    def graphs(self) -> Iterator[NamedNode]:
        """See :class:`Engine`."""
        with store_errors(self.path):
            yield from (g for g in self.store.named_graphs() if isinstance(g, NamedNode))

    def replace(
        self, graph: NamedNode, gone: set[Quad], new: set[Quad], marks: Sequence[Quad]
    ) -> None:
        """See :class:`Engine`: one transaction."""
        emptied = not new and all(quad in gone for quad in self.quads(graph=graph))
        delete = f"DROP SILENT GRAPH {graph}" if emptied else write_data("DELETE", gone)
        parts = [delete, write_data("INSERT", [*new, *marks])]
        update = ";\n".join(part for part in parts if part)
        if gone or new or marks:
            with store_errors(self.path):
                self.store.update(update)

    def load(self, quads: Iterable[Quad], *, bulk: bool) -> None:
        """See :class:`Engine`: one transaction."""
        with store_errors(self.path):
            (self.store.bulk_extend if bulk else self.store.extend)(quads)

    def dump(self, graph: NamedNode | DefaultGraph, out: IO[bytes]) -> None:
        """See :class:`Engine`."""
        with store_errors(self.path):
            self.store.dump(out, RdfFormat.N_TRIPLES, from_graph=graph)

    def query(self, sparql: str, *, graph: NamedNode | None = None) -> Answer:
        """See :class:`Engine`."""
        try:
            return self.store.query(
                sparql,
                prefixes=dict(names.PREFIXES),
                use_default_graph_as_union=graph is None and not names_graphs(sparql),
                default_graph=graph,
            )
        except (SyntaxError, ValueError, RuntimeError, OSError) as error:
            raise QueryError(f"query: {error}") from error

    def update(self, sparql: str, *, base_iri: str | None = None) -> None:
        """Changes quads, all or nothing, and has them on disk when it returns.

        Raises QueryError for an update that cannot be read or that reaches outside the
        store, StoreError when it cannot be written.
        """
        check_update(sparql)
        if self.read_only:
            raise StoreError(f"{self.path or 'store'}: this store was opened for reading only")
        try:
            self.store.update(sparql, base_iri=base_iri, prefixes=dict(names.PREFIXES))
        except OSError:
            with store_errors(self.path):
                raise
        except SyntaxError as error:
            fault = syntax_error(sparql, str(error))
            told = str(fault).replace("query:", "update:", 1)
            raise QueryError(told, excerpt=fault.excerpt) from error
        except (ValueError, RuntimeError) as error:  # also a graph that is, or is not, there
            raise QueryError(f"update: {error}") from error
        self.flush()

    def flush(self) -> None:
        """See :class:`Engine`."""
        if self.path and not self.read_only:
            with store_errors(self.path):
                self.store.flush()

    def close(self) -> None:
        """Writes all to disk and lets go of the directory; the engine is empty afterwards."""
        self.flush()
        self.store = Store()

    def __len__(self) -> int:
        return len(self.store)


def open_disk(path: Path, *, read_only: bool) -> EmbeddedEngine:
    """The engine over a directory of its own, made where there is none. Raises StoreError."""
    with store_errors(path):
        store = _open_reader(str(path)) if read_only else Store(str(path))
    return EmbeddedEngine(store=store, path=path, read_only=read_only)


def _open_reader(path: str) -> Store:
    """A snapshot; tried again where a writer tidies up its files at that very moment."""
    for pause_s in (0.05, 0.2, 0.5):
        try:
            return Store.read_only(path)
        except RuntimeError:
            time.sleep(pause_s)
    return Store.read_only(path)


def write_data(verb: str, quads: Iterable[Quad]) -> str:
    """``INSERT DATA`` or ``DELETE DATA`` of quads; an empty text for none."""
    by_graph: dict[str, list[str]] = {}
    for quad in quads:
        by_graph.setdefault(str(quad.graph_name), []).append(f"{quad.triple} .")
    blocks = [f"GRAPH {graph} {{\n" + "\n".join(found) + "\n}" for graph, found in by_graph.items()]
    return f"{verb} DATA {{ " + "\n".join(blocks) + " }" if blocks else ""


@contextmanager
def store_errors(path: Path | None) -> Iterator[None]:
    """Turns what the disk and the engine raise into one line."""
    try:
        yield
    except InputError:
        raise
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise StoreError(_explain_error(path, error)) from error
    except RuntimeError as error:  # pyoxigraph: writing to a read-only store, broken data
        raise StoreError(f"{path or 'store'}: {error}") from error


_LOCKED = re.compile(r"lock hold by|[Ww]hile lock file|/LOCK\b")
"""What RocksDB says when another process, or this one, has the directory open for writing."""


def _explain_error(path: Path | None, error: Exception) -> str:
    text = str(error)
    where = path or "store"
    if _LOCKED.search(text):
        return f"{where}: another process is writing this store; try again when it has ended"
    if "No space left" in text:
        return f"{where}: the disk is full; make room and run again, nothing half is kept"
    return f"{where}: {text}"
