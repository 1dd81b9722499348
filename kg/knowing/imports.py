"""RDF files into a store: whole or not at all, nothing fetched, twice the same as once.

Quads keep their graphs. Triples without a graph go into the graph that is named, or into
one named after the content of the file. Blank nodes get names made from the content as
well, so that importing a file again adds nothing.
"""

from __future__ import annotations

import codecs
import gzip
import hashlib
import sys
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import IO, Any

import pyoxigraph
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple

from kg import names
from kg.errors import InputError
from kg.knowing.store import GraphStore

IMPORT_FORMATS: Mapping[str, RdfFormat] = {
    "turtle": RdfFormat.TURTLE,
    "trig": RdfFormat.TRIG,
    "nquads": RdfFormat.N_QUADS,
    "ntriples": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
    "xml": RdfFormat.RDF_XML,
}
"""The notations that can be read."""

SUFFIXES: Mapping[str, str] = {
    ".ttl": "turtle",
    ".turtle": "turtle",
    ".trig": "trig",
    ".nq": "nquads",
    ".nquads": "nquads",
    ".nt": "ntriples",
    ".ntriples": "ntriples",
    ".jsonld": "jsonld",
    ".json": "jsonld",
    ".rdf": "xml",
    ".owl": "xml",
    ".xml": "xml",
}
"""What a file's name tells of its notation; ``.gz`` may follow."""

MAX_MB = 4096
"""How large a file may be once unpacked, unless told otherwise."""

_MAX_RATIO = 250
_RATIO_COUNTS_FROM = 16 << 20
_PIECE = 1 << 20
_BULK_BYTES = 20 << 20
"""Larger files (some 100 000 quads) are loaded past the engine's log."""
IMPORT = names.BASE + "import/"


@dataclass(frozen=True, slots=True)
class Imported:
    """What one file held: quads as they stand in it, and how many articles' graphs."""

    source: str
    quads: int
    articles: int


def import_files(
    store: GraphStore,
    sources: Iterable[str | Path],
    *,
    format: str | None = None,
    graph: str | None = None,
    max_mb: int = MAX_MB,
) -> Iterator[Imported]:
    """Loads RDF files into a store, each in one transaction, and tells of each.

    ``-`` is standard input. ``format`` is one of IMPORT_FORMATS, told by the file's name
    unless given; gzip is seen by itself. ``graph`` (an IRI or prefixed name) takes the
    triples that stand in no graph. Raises InputError, with line and column where there is
    one, for a file that cannot be read: nothing of that file is kept.
    """
    target = _read_iri(graph) if graph else None
    for source in sources:
        yield _import_file(store, str(source), format=format, graph=target, max_mb=max_mb)


def _read_iri(name: str) -> NamedNode:
    try:
        return NamedNode(names.expand(name))
    except ValueError as error:
        raise InputError(f"graph {name!r}: neither an IRI nor a prefixed name") from error


def find_format(source: str, format: str | None = None) -> str:
    """The notation of a file by its name, or the one given. Raises InputError for neither."""
    path = PurePath(source)
    suffix = PurePath(path.stem).suffix if path.suffix.lower() == ".gz" else path.suffix
    found = format or SUFFIXES.get(suffix.lower(), "")
    if found not in IMPORT_FORMATS:
        known = ", ".join(IMPORT_FORMATS)
        raise InputError(f"{_shown(source)}: of what format? Name one of {known} (--format)")
    return found


def _shown(source: str) -> str:
    return "standard input" if source == "-" else source


def _import_file(
    store: GraphStore, source: str, *, format: str | None, graph: NamedNode | None, max_mb: int
) -> Imported:
    kind = find_format(source, format)
    with ExitStack() as stack:
        text = _Text(_shown(source), is_xml=kind == "xml", max_bytes=max_mb << 20)
        try:
            file = text.read(_open(source, stack), stack)
            return _load(store, file, text, kind=kind, graph=graph)
        except (OSError, EOFError, zlib.error) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise InputError(f"{_shown(source)}: cannot be read ({why})") from error


def _open(source: str, stack: ExitStack) -> IO[bytes]:
    return sys.stdin.buffer if source == "-" else stack.enter_context(Path(source).open("rb"))


# --- the bytes ----------------------------------------------------------------------------


def _without_mark(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The bytes without the mark that some editors put before UTF-8."""
    yield next(pieces, b"").removeprefix(codecs.BOM_UTF8)
    yield from pieces


@dataclass(slots=True)
class _Text:
    """Looks through all bytes of a file before anything is made of them."""

    source: str
    is_xml: bool
    max_bytes: int
    size: int = 0
    _hash: Any = field(default_factory=hashlib.sha256)
    _decoder: Any = field(default_factory=codecs.getincrementaldecoder("utf-8"))
    _tail: str = ""

    @property
    def digest(self) -> str:
        """A name of the content."""
        return str(self._hash.hexdigest()[:16])

    def read(self, stream: IO[bytes], stack: ExitStack) -> IO[bytes]:
        """A binary file of the unpacked content, at its start.

        Raises InputError when it is too large, no UTF-8, or XML with a document type.
        """
        file = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
        for piece in _without_mark(self._unpacked(stream)):
            self._check(piece)
            file.write(piece)
        self._decode(b"", final=True)
        file.seek(0)
        return file

    def _unpacked(self, stream: IO[bytes]) -> Iterator[bytes]:
        first = stream.read(_PIECE)
        if not first.startswith(b"\x1f\x8b"):
            yield first
            yield from iter(lambda: stream.read(_PIECE), b"")
            return
        packed: Any = _Counted(first, stream)
        with gzip.GzipFile(mode="rb", fileobj=packed) as unpacked:
            while piece := unpacked.read(_PIECE):
                if self.size > max(_RATIO_COUNTS_FROM, _MAX_RATIO * packed.size):
                    raise InputError(
                        f"{self.source}: unpacks to more than {_MAX_RATIO} times its size; refused"
                    )
                yield piece

    def _check(self, piece: bytes) -> None:
        self.size += len(piece)
        if self.size > self.max_bytes:
            raise InputError(
                f"{self.source}: more than {self.max_bytes >> 20} MB; allow more with --max-mb"
            )
        self._hash.update(piece)
        text = self._tail + self._decode(piece)
        if self.is_xml and ("<!DOCTYPE" in text or "<!ENTITY" in text):
            raise InputError(f"{self.source}: RDF/XML with a document type (DOCTYPE) is refused")
        self._tail = text[-16:]

    def _decode(self, piece: bytes, *, final: bool = False) -> str:
        try:
            return str(self._decoder.decode(piece, final))
        except UnicodeDecodeError as error:
            at = self.size - len(error.object) + error.start
            raise InputError(f"{self.source}: not UTF-8 (byte {at})") from error


class _Counted:
    """A packed stream whose first bytes were read already; counts what was taken."""

    def __init__(self, first: bytes, stream: IO[bytes]) -> None:
        self._first = first
        self._stream = stream
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        taken = self._first[:size] if size >= 0 else self._first
        self._first = self._first[len(taken) :]
        taken = taken or self._stream.read(size)
        self.size += len(taken)
        return taken


# --- the quads ----------------------------------------------------------------------------


@dataclass(slots=True)
class _Reader:
    """Quads of a file with graphs and names for what has none."""

    text: _Text
    graph: NamedNode
    count: int = 0
    articles: set[str] = field(default_factory=set)
    _blank: dict[str, NamedNode] = field(default_factory=dict)

    def quads(self, file: IO[bytes], kind: str, base: str | None) -> Iterator[Quad]:
        for quad in pyoxigraph.parse(file, IMPORT_FORMATS[kind], base_iri=base):
            self.count += 1
            subject, target, graph = quad.subject, quad.object, quad.graph_name
            self._check(target)
            if isinstance(graph, DefaultGraph):
                graph = self.graph
            if isinstance(graph, NamedNode) and graph.value.startswith(names.ART):
                self.articles.add(graph.value)
            parts: tuple[Any, ...] = (subject, quad.predicate, target, graph)
            yield Quad(*(self._named(p) if isinstance(p, BlankNode) else p for p in parts))

    def _named(self, node: BlankNode) -> NamedNode:
        """A name for a blank node: the content of the file, and the how-manieth in it."""
        found = self._blank.get(node.value)
        if found is None:
            name = names.mint("blank", self.text.digest, len(self._blank))
            found = self._blank[node.value] = NamedNode(names.NODE + name)
        return found

    def _check(self, term: object) -> None:
        directed = isinstance(term, Literal) and getattr(term, "direction", None) is not None
        if isinstance(term, Triple) or directed:
            what = "a text with a direction" if directed else "a triple as an object"
            raise InputError(
                f"{self.text.source}: quad {self.count} is RDF 1.2 ({what}); RDF 1.1 is understood"
            )


def _load(
    store: GraphStore, file: IO[bytes], text: _Text, *, kind: str, graph: NamedNode | None
) -> Imported:
    """The quads into the store.

    Relative names are completed only where the file has them, for completing changes others
    (``/../``).
    """
    own = IMPORT + text.digest
    base: str | None = None
    while True:
        reader = _Reader(text, graph or NamedNode(own))
        file.seek(0)
        try:
            store.load_quads(reader.quads(file, kind, base), bulk=text.size > _BULK_BYTES)
            return Imported(text.source, reader.count, len(reader.articles))
        except (SyntaxError, ValueError) as error:
            if base is not None or "scheme" not in str(error):
                raise InputError(f"{text.source}: {' '.join(str(error).split())}") from error
            base = own
        except MemoryError as error:  # the engine's buffer for one word or text
            raise InputError(
                f"{text.source}: a text longer than the engine reads (16 MB; JSON-LD 8 MB)"
            ) from error
