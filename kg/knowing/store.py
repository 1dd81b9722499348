"""The graph on disk or in memory: one named graph an article, replaced as a whole.

A store directory holds ``store.json`` (its format), ``oxigraph/`` (the quads) and
``readings/`` (what was read, one compressed file of seam records an article), so
that entities and events can be decided again without parsing again.
"""

from __future__ import annotations

import gzip
import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO

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
)

from kg import __version__, names
from kg.errors import InputError, QueryError, StoreError
from kg.knowing.entities import GENERIC_KINDS, merge_entities
from kg.knowing.triples import (
    CLASS_OF_KIND,
    SAFE_ID,
    check_article_id,
    kg_term,
    make_quads,
    reading_node,
)
from kg.lexicon import Lexicon, read_lexicon
from kg.records import Article, Entity, Reading, group_records, read_record, write_record

FORMAT = 1
"""The format of a store directory; a newer one is refused."""

Answer = QuerySolutions | QueryBoolean | QueryTriples

_RDF_TYPE = NamedNode(names.PREFIXES["rdf"] + "type")
_LABEL = NamedNode(names.PREFIXES["rdfs"] + "label")
_ALT_LABEL = NamedNode(names.PREFIXES["skos"] + "altLabel")
_GENERATED_BY = NamedNode(names.PREFIXES["prov"] + "wasGeneratedBy")
_SAME_AS = NamedNode(names.PREFIXES["owl"] + "sameAs")
_INTEGER = NamedNode(names.PREFIXES["xsd"] + "integer")
_KNOWLEDGE = NamedNode(names.KNOWLEDGE)


# --- queries that stay inside the store ---------------------------------------------------

_QUIET = re.compile(
    r"""\"{3}(?:[^"\\]|\\.|"{1,2}(?!"))*\"{3}|'{3}(?:[^'\\]|\\.|'{1,2}(?!'))*'{3}
    |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*'
    |<[^<>"{}|^`\\\x00-\x20]*>|\\[_~.\-!$&'()*+,;=/?\#@%]|\#[^\n\r]*""",
    re.VERBOSE | re.DOTALL,
)
"""Strings, IRIs, escapes of local names and comments: nothing in them can act."""

_ACTING = re.compile(r"(?<![^\W\d])(?<![:?$@-])(service|load)", re.IGNORECASE)


def check_query(sparql: str) -> None:
    """Raises QueryError when a query would reach outside the store (SERVICE, LOAD).

    Two independent checks must both agree that it does not: one on the words of
    the query, and, where it has a suspicious word at all, one on its grammar.
    """
    unescaped = re.sub(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})", _unescape, sparql)
    if not re.search("service|load", unescaped, re.IGNORECASE):
        return
    for text in (sparql, unescaped):
        if found := _ACTING.search(_QUIET.sub(" ", text)):
            raise QueryError(_refusal(found[1]))
    if _asks_a_service(sparql):
        raise QueryError(_refusal("SERVICE"))


def _refusal(word: str) -> str:
    return f"{word.upper()} is refused: queries stay inside the store and never fetch anything"


def _unescape(match: re.Match[str]) -> str:
    code = int(match[1] or match[2], 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else " "


def _asks_a_service(sparql: str) -> bool:
    """Whether a second parser sees a SERVICE; a query that it cannot read counts as one."""
    from pyparsing import ParseException
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        tree = parseQuery(sparql)
    except (ParseException, RecursionError):
        return True
    return "ServiceGraphPattern" in repr(tree)


# --- the store ----------------------------------------------------------------------------


class GraphStore:
    """Quads of many articles. Use as a context manager, or call :meth:`close`.

    ``GraphStore()`` lives in memory; :meth:`open` gives the one in a directory.
    """

    def __init__(
        self, *, store: Store | None = None, path: Path | None = None, read_only: bool = False
    ) -> None:
        self._store = Store() if store is None else store
        self.path = path
        self.read_only = read_only

    @classmethod
    def open(cls, path: str | Path, *, read_only: bool = False) -> GraphStore:
        """The store in a directory, made where there is none (unless ``read_only``).

        A read-only store sees what was committed when it was opened. Raises
        StoreError when the directory cannot be used: no store, a newer format,
        not writable, or being written by another process.
        """
        path = Path(path)
        with _store_errors(path):
            if read_only or _is_store(path):
                _check_format(path)
            else:
                _make_directory(path)
            inner = str(path / "oxigraph")
            store = _open_reader(inner) if read_only else Store(inner)
        return cls(store=store, path=path, read_only=read_only)

    def __enter__(self) -> GraphStore:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Writes all to disk and lets go of the directory; the store is empty afterwards."""
        if not self.read_only and self.path:
            with _store_errors(self.path):
                self._store.flush()
        self._store = Store()

    def __len__(self) -> int:
        return len(self._store)

    def __bool__(self) -> bool:
        return True  # an empty store is still a store

    # --- writing

    def put_article(
        self,
        reading: Reading,
        *,
        lexicon: Lexicon | None = None,
        model: str = "",
        version: str = __version__,
    ) -> bool:
        """Replaces the graph of one article in one transaction; False when nothing changed.

        ``lexicon`` is that of the article's language unless given. Raises InputError for
        an id that cannot name a graph, StoreError when the store cannot be written.
        """
        lexicon = lexicon or read_lexicon(reading.article.lang)
        quads = make_quads(reading, lexicon=lexicon, model=model, version=version)
        graph = NamedNode(names.article_iri(check_article_id(reading.article.id)))
        with _store_errors(self.path):
            pending = self._write_copy(reading)
            changed = self._replace(graph, quads)
            if pending:
                pending.replace(pending.with_suffix(""))
        return changed

    def remove_article(self, article: str) -> bool:
        """Takes an article out of the store; False when it is not there."""
        graph = NamedNode(names.article_iri(check_article_id(article)))
        with _store_errors(self.path):
            there = self._replace(graph, ())
            if copy := self._copy_path(article):
                copy.unlink(missing_ok=True)
        return there

    def refresh_knowledge(self) -> int:
        """Merges the entities of all articles into the graph ``kg:knowledge``.

        Gives the number of entities there. Call it once after the last article; it also
        moves all that was committed out of the engine's log, so that readers open fast.
        """
        with _store_errors(self.path):
            quads = list(self._knowledge_quads())
            self._replace(_KNOWLEDGE, quads)
            self._store.flush()
        return len({quad.subject for quad in quads})

    def load_quads(self, quads: Iterable[Quad], *, bulk: bool = False) -> None:
        """Adds quads in one transaction: when anything goes wrong, none of them is kept.

        ``bulk`` goes past the engine's log: right for more than some 100 000 quads. Call
        :meth:`refresh_knowledge` afterwards when graphs of articles are among them.
        """
        if self.read_only:
            raise StoreError(f"{self.path}: this store was opened for reading only")
        with _store_errors(self.path):
            (self._store.bulk_extend if bulk else self._store.extend)(quads)

    def _replace(self, graph: NamedNode, quads: Iterable[Quad]) -> bool:
        """One graph for another in one transaction; only the difference is written."""
        if self.read_only:
            raise StoreError(f"{self.path}: this store was opened for reading only")
        new = _canonical(quads)
        old = set(self._store.quads_for_pattern(None, None, None, graph))
        gone = _update("DELETE", graph, old - new) if new else f"DROP SILENT GRAPH {graph}"
        parts = [gone if old else "", _update("INSERT", graph, new - old)]
        update = ";\n".join(part for part in parts if part)
        if update:
            self._store.update(update)
        return bool(update)

    # --- the seam records beside the graph

    def _copy_path(self, article: str) -> Path | None:
        return self.path / "readings" / f"{article}.jsonl.gz" if self.path else None

    def _write_copy(self, reading: Reading) -> Path | None:
        """A new copy of the seam records, not yet in its place; None where it is the same."""
        path = self._copy_path(reading.article.id)
        if path is None or self.read_only:
            return None
        lines = "".join(write_record(record) + "\n" for record in reading.records())
        packed = gzip.compress(lines.encode("utf-8", "surrogatepass"), mtime=0)
        if path.exists() and path.read_bytes() == packed:
            return None
        path.parent.mkdir(exist_ok=True)
        pending = path.with_name(path.name + ".new")
        try:
            pending.write_bytes(packed)
        except OSError:
            pending.unlink(missing_ok=True)
            raise
        return pending

    def has_reading(self, article: Article, *, model: str = "", version: str = __version__) -> bool:
        """Whether this very article was already read by this model and version.

        True only where the copy of the seam holds the same text and particulars; a
        store in memory keeps no copies and always answers False.
        """
        path = self._copy_path(article.id) if SAFE_ID.fullmatch(article.id) else None
        node = NamedNode(names.article_iri(article.id)) if path else None
        run = reading_node(article.id, version=version, model=model)
        if path is None or not any(self.quads(node, _GENERATED_BY, run, node)):
            return False
        try:
            with gzip.open(path, "rt", encoding="utf-8", errors="surrogatepass") as file:
                return read_record(file.readline(), where=str(path)) == article
        except (OSError, EOFError, InputError, UnicodeDecodeError):
            return False  # a missing or broken copy: read the article again

    def read_readings(self) -> Iterator[Reading]:
        """What was read of each article, sorted by its id. Raises StoreError for a broken copy."""
        for article in self.article_ids():
            path = self._copy_path(article)
            if path is None:
                return
            with _store_errors(path):
                text = gzip.decompress(path.read_bytes()).decode("utf-8", "surrogatepass")
            lines = (line for line in text.split("\n") if line)
            yield from group_records(read_record(line, where=str(path)) for line in lines)

    # --- reading

    def article_ids(self) -> list[str]:
        """The ids of the articles in the store, sorted."""
        graphs = (str(graph.value) for graph in self._store.named_graphs())
        return sorted(g.removeprefix(names.ART) for g in graphs if g.startswith(names.ART))

    def quads(
        self,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        object: NamedNode | Literal | None = None,
        graph: NamedNode | None = None,
    ) -> Iterator[Quad]:
        """The quads that match, None matching all; in no particular order."""
        with _store_errors(self.path):
            yield from self._store.quads_for_pattern(subject, predicate, object, graph)

    def query(self, sparql: str, *, graph: NamedNode | None = None) -> Answer:
        """The answer to a SPARQL query over the union of all graphs, or over one graph.

        The prefixes of the project need no declaration. Beware: a triple that stands in
        two graphs answers twice, so count DISTINCT. Raises QueryError for a query that
        cannot be read (with line and column), that writes, or that reaches outside the store.
        """
        check_query(sparql)
        try:
            return self._store.query(
                sparql,
                prefixes=dict(names.PREFIXES),
                use_default_graph_as_union=graph is None,
                default_graph=graph,
            )
        except (SyntaxError, ValueError, RuntimeError, OSError) as error:
            raise QueryError(f"query: {error}") from error

    def graph_names(self) -> list[NamedNode]:
        """The names of all graphs, sorted; the default graph has none."""
        with _store_errors(self.path):
            graphs = list(self._store.named_graphs())
        return sorted((g for g in graphs if isinstance(g, NamedNode)), key=str)

    def dump_graph(self, graph: NamedNode | DefaultGraph, out: IO[bytes]) -> None:
        """Writes the triples of one graph as N-Triples, in no particular order."""
        with _store_errors(self.path):
            self._store.dump(out, RdfFormat.N_TRIPLES, from_graph=graph)

    # --- merged knowledge

    def _knowledge_quads(self) -> Iterator[Quad]:
        local = _values(quad.subject for quad in self.quads(None, kg_term("localTo")))
        mentions, articles = self._count_mentions()
        attested = [e for e in self._attested_entities() if names.ENT + e.id not in local]
        kinds: dict[str, set[str]] = defaultdict(set)
        for entity in attested:
            kinds[entity.id].add(entity.kind)
        for entity in merge_entities(attested):
            node = NamedNode(names.ENT + entity.id)
            yield from _merged_quads(node, entity, _specific(kinds[entity.id]))
            for name, count in (("mentionCount", mentions), ("articleCount", articles)):
                value = Literal(str(count[node]), datatype=_INTEGER)
                yield Quad(node, kg_term(name), value, _KNOWLEDGE)

    def _count_mentions(self) -> tuple[Counter[object], Counter[object]]:
        links_of = {quad.subject for quad in self.quads(None, kg_term("mention"))}
        links = [q for q in self.quads(None, kg_term("entity")) if q.subject in links_of]
        mentions = Counter[object](quad.object for quad in links)
        pairs = {(quad.object, quad.graph_name) for quad in links}
        return mentions, Counter[object](entity for entity, _ in pairs)

    def _attested_entities(self) -> Iterator[Entity]:
        """What each article knows of each entity, one record for each kind that it gives."""
        for article in self.article_ids():
            graph = NamedNode(names.article_iri(article))
            about: dict[NamedNode, list[Quad]] = defaultdict(list)
            for quad in self.quads(graph=graph):
                if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(names.ENT):
                    about[quad.subject].append(quad)
            for node, quads in about.items():
                yield from _make_entities(node, quads)


def _values(nodes: Iterable[object]) -> frozenset[str]:
    return frozenset(node.value for node in nodes if isinstance(node, NamedNode))


def _make_entities(node: NamedNode, quads: Iterable[Quad]) -> Iterator[Entity]:
    values: dict[NamedNode, list[str]] = defaultdict(list)
    for quad in quads:
        if isinstance(quad.object, NamedNode | Literal):
            values[quad.predicate].append(quad.object.value)
    classes = {value.removeprefix(names.KG) for value in values[_RDF_TYPE]}
    same = [value.removeprefix(names.PREFIXES["wd"]) for value in values[_SAME_AS]]
    for kind in sorted(kind for kind, cls in CLASS_OF_KIND.items() if cls in classes):
        if kind != "event":
            yield Entity(
                node.value.removeprefix(names.ENT),
                kind,
                min(values[_LABEL], default=""),
                tuple(sorted(values[_ALT_LABEL])),
                wikidata=min(same, default=None),
            )


def _specific(kinds: set[str]) -> list[str]:
    """The kinds worth telling: a generic one only beside a country or alone."""
    special = kinds - GENERIC_KINDS
    return sorted(special | (kinds & {"place"}) if special else kinds)


def _merged_quads(node: NamedNode, entity: Entity, kinds: Iterable[str]) -> Iterator[Quad]:
    for kind in kinds:
        yield Quad(node, _RDF_TYPE, kg_term(CLASS_OF_KIND[kind]), _KNOWLEDGE)
    yield Quad(node, _LABEL, Literal(entity.name), _KNOWLEDGE)
    for variant in entity.variants:
        yield Quad(node, _ALT_LABEL, Literal(variant), _KNOWLEDGE)
    if entity.wikidata:
        other = NamedNode(names.PREFIXES["wd"] + entity.wikidata)
        yield Quad(node, _SAME_AS, other, _KNOWLEDGE)


# --- writing quads ------------------------------------------------------------------------


def _canonical(quads: Iterable[Quad]) -> set[Quad]:
    """Quads as the store will give them back (numbers in canonical form)."""
    store = Store()
    store.extend(quads)
    return set(store)


def _update(verb: str, graph: NamedNode, quads: Iterable[Quad]) -> str:
    lines = [f"{quad.triple} ." for quad in quads]
    body = "\n".join(lines)
    return f"{verb} DATA {{ GRAPH {graph} {{\n{body}\n}} }}" if lines else ""


# --- the directory ------------------------------------------------------------------------


def _is_store(path: Path) -> bool:
    return (path / "store.json").exists()


def _check_format(path: Path) -> None:
    if not _is_store(path):
        raise StoreError(f"{path}: no newskg store here; make one with kg build --store {path}")
    try:
        found = json.loads((path / "store.json").read_text(encoding="utf-8"))["format"]
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{path}/store.json: broken ({error}); build the store again") from error
    if not isinstance(found, int) or found > FORMAT:
        raise StoreError(
            f"{path}: store format {found} is newer than {FORMAT}; install a newer newskg"
        )


def _make_directory(path: Path) -> None:
    """A new, empty store directory."""
    path.mkdir(parents=True, exist_ok=True)
    if any(path.iterdir()):
        raise StoreError(f"{path}: not empty and no newskg store; name a new directory")
    text = json.dumps({"format": FORMAT, "program": "newskg"}) + "\n"
    (path / "store.json").write_text(text, encoding="utf-8")


def _open_reader(path: str) -> Store:
    """A snapshot; tried again where a writer tidies up its files at that very moment."""
    for pause_s in (0.05, 0.2, 0.5):
        try:
            return Store.read_only(path)
        except RuntimeError:
            time.sleep(pause_s)
    return Store.read_only(path)


@contextmanager
def _store_errors(path: Path | None) -> Iterator[None]:
    """Turns what the disk and the engine raise into one line."""
    try:
        yield
    except InputError:
        raise
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise StoreError(_explain_error(path, error)) from error
    except RuntimeError as error:  # pyoxigraph: writing to a read-only store, broken data
        raise StoreError(f"{path or 'store'}: {error}") from error


def _explain_error(path: Path | None, error: Exception) -> str:
    text = str(error)
    where = path or "store"
    if "lock" in text.lower():
        return f"{where}: another process is writing this store; try again when it has ended"
    if "No space left" in text:
        return f"{where}: the disk is full; make room and run again, nothing half is kept"
    return f"{where}: {text}"
