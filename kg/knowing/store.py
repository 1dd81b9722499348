"""The graph on disk or in memory: one named graph an article, replaced as a whole.

A store directory holds ``store.json`` (its format), ``oxigraph/`` (the quads) and
``readings/`` (what was read, one compressed file of seam records an article), so
that entities and events can be decided again without parsing again.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import zlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import IO, TypeVar, cast

from pyoxigraph import (
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QuerySolutions,
    Store,
)

from kg import __version__, names
from kg.errors import StoreError
from kg.knowing.copies import Sketch, group_copies, sketch_text
from kg.knowing.engines import (
    DIGEST,
    INPUT_DIGEST,
    SEALS,
    Answer,
    EmbeddedEngine,
    Engine,
    open_disk,
    store_errors,
)
from kg.knowing.entities import (
    GENERIC_KINDS,
    Resolution,
    known_names,
    merge_entities,
    resolve_mentions,
)
from kg.knowing.happenings import group_reports, happening_quads, recount
from kg.knowing.identity import Assignment, Verdict, assign_entities
from kg.knowing.judgements import judgements_path, read_judgements, verdicts_of
from kg.knowing.ledger import Ledger, LedgerBrokenError
from kg.knowing.profiles import make_profiles
from kg.knowing.refusals import check_query
from kg.knowing.reports import make_reports
from kg.knowing.triples import (
    CLASS_OF_KIND,
    SAFE_ID,
    check_article_id,
    kg_term,
    make_quads,
    reading_node,
)
from kg.lexicon import Lexicon, Names, lexicon_version, read_lexicon, read_names, write_names
from kg.records import Article, Entity, Reading, group_records, read_record, write_record

T = TypeVar("T")
_LIKE_AN_ADDRESS = re.compile(r"[\w.+-]+://|[\w.-]+:\d+(/|$)")
_COPY_ENDINGS = (".jsonl.gz", ".jsonl.gz.new")
NAMES = "names.tsv"
"""The user's own gazetteer, in a store directory."""
LEDGER = "entities.sqlite"
"""The database of who is who, in a store directory; it can be thrown away."""
FORMAT = 1
"""The format of a store directory; a newer one is refused."""

_STALE = kg_term("stale")
_LOCAL_TO = kg_term("localTo")
_REPORT = kg_term("report")
_RDF_TYPE = NamedNode(names.PREFIXES["rdf"] + "type")
_LABEL = NamedNode(names.PREFIXES["rdfs"] + "label")
_ALT_LABEL = NamedNode(names.PREFIXES["skos"] + "altLabel")
_GENERATED_BY = NamedNode(names.PREFIXES["prov"] + "wasGeneratedBy")
_SAME_AS = NamedNode(names.PREFIXES["owl"] + "sameAs")
_INTEGER = NamedNode(names.PREFIXES["xsd"] + "integer")
_KNOWLEDGE = NamedNode(names.KNOWLEDGE)
_HAPPENING_CLASSES = ("Happening", "Contradiction", "Version")
_ENTITIES_AT_ONCE = 500
CATCH_UP_AT_MOST = 1000
"""Entities that a reader decides before it reads, where a crash left some undecided."""
_COUNTS = ("mentionCount", "articleCount")
_COUNTED = ("entity", "mentions", "articles")
_COUNT_ENTITIES = """
SELECT (COUNT(DISTINCT ?entity) AS ?n) WHERE { GRAPH kg:knowledge { ?entity rdfs:label ?name } }"""
_COUNT_MENTIONS = """
SELECT ?entity (COUNT(DISTINCT ?link) AS ?mentions) (COUNT(DISTINCT ?graph) AS ?articles) WHERE {
  VALUES ?entity { NODES }
  GRAPH ?graph { ?link kg:entity ?entity ; kg:mention ?mention }
} GROUP BY ?entity"""


# --- the store ----------------------------------------------------------------------------


class GraphStore:
    """Quads of many articles. Use as a context manager, or call :meth:`close`.

    ``GraphStore()`` lives in memory; :meth:`open` gives the one in a directory or behind
    the address of a SPARQL 1.1 server.
    """

    def __init__(
        self,
        *,
        store: Store | None = None,
        engine: Engine | None = None,
        path: Path | None = None,
    ) -> None:
        self.engine = EmbeddedEngine(store=store) if engine is None else engine
        self.path = path
        self.read_only = self.engine.read_only
        self._kept: dict[str, Reading] = {}  # what was read, where there is no directory
        self._ledger: Ledger | None = None
        self.lost_judgements = 0
        """Judgements that counted the last time, and whose file is gone now."""

    @property
    def ledger(self) -> Ledger | None:
        """Who is who across articles; None on a server and in a store opened for reading."""
        if self._ledger is None and not self.read_only and isinstance(self.engine, EmbeddedEngine):
            self._ledger = Ledger(self.path / LEDGER if self.path else None)
        return self._ledger

    @classmethod
    def open(
        cls, location: str | Path, *, read_only: bool = False, catch_up: bool = True
    ) -> GraphStore:
        """The store in a directory, made where there is none (unless ``read_only``).

        A location that begins with ``http://`` or ``https://`` is a SPARQL 1.1 server
        (:mod:`kg.knowing.servers`). A read-only store sees what was committed when it was
        opened; what a crashed build left undecided is decided first, unless not to
        ``catch_up``. Raises StoreError when the place cannot be used: no store, a newer
        format, not writable, or being written by another process.
        """
        if is_address(location):
            from kg.knowing.servers import ServerEngine, read_server

            return cls(engine=ServerEngine(read_server(str(location)), read_only=read_only))
        if _LIKE_AN_ADDRESS.match(str(location)):
            raise StoreError(f"{location}: a server's address begins with http:// or https://")
        path = Path(location)
        with store_errors(path):
            if read_only or is_store(path):
                _check_format(path)
            else:
                _make_directory(path)
        store = cls(engine=open_disk(path / "oxigraph", read_only=read_only), path=path)
        return store._caught_up() if read_only and catch_up else store

    def _caught_up(self) -> GraphStore:
        """The same store after what a crash left undecided is decided; else as it is.

        Much is left to the next build: a reader shall not wait for it.
        """
        if self.path is None or not 0 < len(self.stale_entities()) <= CATCH_UP_AT_MOST:
            return self
        try:
            with GraphStore.open(self.path) as writer:
                writer.refresh_knowledge()
        except StoreError:
            return self  # somebody is writing just now, or nobody may
        return GraphStore(engine=open_disk(self.path / "oxigraph", read_only=True), path=self.path)

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
        if self._ledger is not None:
            self._ledger.close()
            self._ledger = None
        self.engine.close()

    def __len__(self) -> int:
        return len(self.engine)

    def __bool__(self) -> bool:
        return True  # an empty store is still a store

    # --- a user's own names

    @cached_property
    def names(self) -> Names:
        """The user's own names, which the store keeps. Raises LexiconError for a broken file."""
        path = self.path / NAMES if self.path else None
        return read_names(path) if path is not None and path.exists() else ()

    def keep_names(self, names: Names) -> None:
        """Keeps a user's names in place of those that were kept; articles are read again then."""
        self._check_writable()
        self.names = names
        if self.path is None:
            return
        path, pending = self.path / NAMES, _pending(self.path / NAMES)
        with store_errors(self.path):
            pending.write_text(write_names(names), encoding="utf-8")
            pending.replace(path)

    def lexicon_of(self, lang: str) -> Lexicon:
        """The lexicon of a language with the user's own names."""
        return read_lexicon(lang, self.names)

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

        ``lexicon`` is that of the article's language unless given. The same transaction notes
        which entities :meth:`refresh_knowledge` has to decide again. Raises InputError for
        an id that cannot name a graph, StoreError when the store cannot be written.
        """
        lexicon = lexicon or self.lexicon_of(reading.article.lang)
        id = check_article_id(reading.article.id)
        resolution = resolve_mentions(reading, lexicon=lexicon)
        assigned = self._with_ledger(lambda ledger: ledger.assignments(id)) or {}
        placed = assign_entities(resolution, assigned)
        sealed = _seal_reading(reading, placed, lexicon, model=model, version=version)
        with store_errors(self.path):
            pending = self._write_copy(reading)
            changed = self._replace(NamedNode(names.article_iri(id)), sealed)
            if pending:
                pending.replace(pending.with_suffix(""))
        self._with_ledger(
            lambda ledger: self._note_reading(ledger, reading, resolution, written=assigned)
        )
        return changed

    def remove_article(self, article: str) -> bool:
        """Takes an article out of the store; False when it is not there."""
        graph = NamedNode(names.article_iri(check_article_id(article)))
        with store_errors(self.path):
            there = self._replace(graph, set())
            if copy := self._copy_path(article):
                copy.unlink(missing_ok=True)
        self._kept.pop(article, None)
        self._with_ledger(lambda ledger: ledger.remove(article))
        return there

    def _replace(self, graph: NamedNode, new: set[Quad]) -> bool:
        """One graph for another in one transaction; only the difference is written.

        Equal digests tell that there is none; a server may spell a number otherwise.
        """
        self._check_writable()
        if self._seals_of(graph) == {quad for quad in new if quad.predicate in SEALS} != set():
            return False
        return self._write_difference(graph, set(self.quads(graph=graph)), new)

    def _write_difference(self, graph: NamedNode, old: set[Quad], new: set[Quad]) -> bool:
        """Writes what a graph shall hold and does not yet; False when that is nothing."""
        if new == old:
            return False
        gone, fresh = old - new, new - old
        self.engine.replace(graph, gone, fresh, list(_marks(gone | fresh)))
        return True

    def load_quads(self, quads: Iterable[Quad], *, bulk: bool = False) -> None:
        """Adds quads in one transaction: when anything goes wrong, none of them is kept.

        ``bulk`` goes past the engine's log: right for more than some 100 000 quads. Entities
        of which articles speak are noted to be decided again: :meth:`refresh_knowledge` does.
        """
        self._check_writable()
        self.engine.load(_with_marks(quads), bulk=bulk)

    def _seals_of(self, graph: NamedNode) -> set[Quad]:
        return {quad for seal in SEALS for quad in self.quads(graph, seal, None, graph)}

    def _check_writable(self) -> None:
        if self.read_only:
            raise StoreError(f"{self.path or 'store'}: this store was opened for reading only")

    # --- the seam records beside the graph

    def _copy_path(self, article: str) -> Path | None:
        known = self.path is not None and SAFE_ID.fullmatch(article)
        return self.path / "readings" / f"{article}.jsonl.gz" if self.path and known else None

    def _write_copy(self, reading: Reading) -> Path | None:
        """A new copy of the seam records, not yet in its place; None where it is the same."""
        path = self._copy_path(reading.article.id)
        if path is None or self.read_only:
            if self.ledger:
                self._kept[reading.article.id] = reading
            return None
        lines = "".join(write_record(record) + "\n" for record in reading.records())
        packed = gzip.compress(lines.encode("utf-8", "surrogatepass"), mtime=0)
        pending = _pending(path)
        if path.exists() and path.read_bytes() == packed:
            pending.unlink(missing_ok=True)  # of a build that was cut off
            return None
        path.parent.mkdir(exist_ok=True)
        try:
            pending.write_bytes(packed)
        except OSError:
            pending.unlink(missing_ok=True)
            raise
        return pending

    def has_reading(self, article: Article, *, model: str = "", version: str = __version__) -> bool:
        """Whether this very article was already read by this model and version.

        True only where the text and all particulars are the same, and in a directory where
        the copy of the seam is whole.
        """
        if not SAFE_ID.fullmatch(article.id):
            return False
        node = NamedNode(names.article_iri(article.id))
        run = reading_node(article.id, version=version, model=model)
        seen = Literal(input_digest(article))
        if not any(self.quads(node, _GENERATED_BY, run, node)):
            return False
        return any(self.quads(node, INPUT_DIGEST, seen, node)) and self.has_copy(article.id)

    def keeps_copy(self, article: str) -> bool:
        """Whether there is a copy of the seam at all; an imported article has none."""
        path = self._copy_path(article)
        return path is None or path.exists() or _pending(path).exists()

    def has_copy(self, article: str) -> bool:
        """Whether the copy of the seam is there, whole and in its place; True where none is kept.

        A new copy that still waits beside its place was written just before a crash.
        """
        path = self._copy_path(article)
        if path is None:
            return True
        try:
            with gzip.open(path, "rb") as file:
                while file.read(1 << 20):
                    pass
        except (OSError, EOFError, zlib.error):
            return False
        return not _pending(path).exists()

    def leftover_files(self, known: Iterable[str]) -> list[Path]:
        """Copies that belong to no article, or that never came to their place; sorted."""
        folder = self.path / "readings" if self.path else None
        if folder is None or not folder.is_dir():
            return []
        kept = {f"{id}.jsonl.gz" for id in known}
        ours = (path for path in folder.iterdir() if path.name.endswith(_COPY_ENDINGS))
        return sorted(path for path in ours if path.name not in kept and path.is_file())

    def read_readings(self) -> Iterator[Reading]:
        """What was read of each article that has a copy, sorted by id.

        Raises StoreError for a broken copy.
        """
        for article in self.article_ids():
            reading = self.read_reading(article)
            if reading is not None:
                yield reading

    def read_reading(self, article: str) -> Reading | None:
        """What was read of one article; None where no copy is kept.

        Raises StoreError for a broken copy.
        """
        path = self._copy_path(article)
        if path is None or not path.exists():
            return self._kept.get(article)
        with store_errors(path):
            text = gzip.decompress(path.read_bytes()).decode("utf-8", "surrogatepass")
        lines = (line for line in text.split("\n") if line)
        return next(group_records(read_record(line, where=str(path)) for line in lines), None)

    def _stamp_of(self, article: str) -> str:
        """Changes whenever what was read of an article may have changed; empty without a copy."""
        path = self._copy_path(article)
        if path is None:
            kept = self._kept.get(article)
            return f"{self._maker()} {input_digest(kept.article)}" if kept else ""
        try:
            return _stamp(self._maker(), path.stat())
        except OSError:
            return ""

    def _maker(self) -> str:
        """What makes profiles: this program with its tables."""
        return f"{__version__}+{lexicon_version(self.names)}"

    def _stamps(self) -> dict[str, str]:
        """The stamp of each article; the folder of copies is read in one go."""
        folder = self.path / "readings" if self.path else None
        if folder is None or not folder.is_dir():
            return {article: self._stamp_of(article) for article in self.article_ids()}
        maker = self._maker()
        with store_errors(folder), os.scandir(folder) as files:
            found = {file.name: _stamp(maker, file.stat()) for file in files}
        ids = self.article_ids()
        return {id: found.get(f"{id}.jsonl.gz") or self._stamp_of(id) for id in ids}

    # --- reading

    def article_ids(self) -> list[str]:
        """The ids of the articles in the store, sorted."""
        graphs = (graph.value for graph in self.engine.graphs())
        return sorted(g.removeprefix(names.ART) for g in graphs if g.startswith(names.ART))

    def quads(
        self,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        object: NamedNode | Literal | None = None,
        graph: NamedNode | None = None,
    ) -> Iterator[Quad]:
        """The quads that match, None matching all; in no particular order."""
        return self.engine.quads(subject, predicate, object, graph)

    def query(self, sparql: str, *, graph: NamedNode | None = None) -> Answer:
        """The answer to a SPARQL query over the union of all graphs, or over one graph.

        The prefixes of the project need no declaration. Beware: a triple that stands in
        two graphs answers twice, so count DISTINCT. Raises QueryError for a query that
        cannot be read (with line and column), that writes, or that reaches outside the store.
        """
        check_query(sparql)
        return self.engine.query(sparql, graph=graph)

    def graph_names(self) -> list[NamedNode]:
        """The names of all graphs, sorted; the default graph has none."""
        return sorted(self.engine.graphs(), key=str)

    def dump_graph(self, graph: NamedNode | DefaultGraph, out: IO[bytes]) -> None:
        """Writes the triples of one graph as N-Triples, in no particular order."""
        self.engine.dump(graph, out)

    # --- merged knowledge

    def stale_entities(self) -> list[NamedNode]:
        """The entities that articles know otherwise than ``kg:knowledge`` does, sorted."""
        marks = self.quads(_KNOWLEDGE, _STALE, None, _KNOWLEDGE)
        return sorted((q.object for q in marks if isinstance(q.object, NamedNode)), key=str)

    def refresh_knowledge(self) -> int:
        """Merges what articles say of the same entity into the graph ``kg:knowledge``.

        Only entities that changed since the last time are decided again, some hundred in one
        transaction, so that a break loses nothing. Gives the number of entities there. Call
        it once after the last article; it also moves all that was committed out of the
        engine's log, so that readers open fast.
        """
        self._check_writable()
        self.decide_identities()
        with store_errors(self.path):
            stale = self.stale_entities()
            for start in range(0, len(stale), _ENTITIES_AT_ONCE):
                self._refresh(stale[start : start + _ENTITIES_AT_ONCE])
            self.engine.flush()
        return self.count_entities()

    def decide_identities(self) -> None:
        """Decides who is who across articles, and writes anew the articles that it changes.

        Only what may have changed since the last time is decided again. Judgements of the
        user (:mod:`kg.knowing.judgements`) win over clues.
        """
        self._with_ledger(self._decide)

    def _decide(self, ledger: Ledger) -> None:
        self._note_readings(ledger)
        ledger.decide(self._verdicts(ledger))
        for article in ledger.pending():
            self._rewrite(article, ledger)
        self._refresh_happenings(ledger)

    def _with_ledger(self, act: Callable[[Ledger], T]) -> T | None:
        """What comes of an act with the ledger, None without one; a damaged one is made anew."""
        if self.ledger is None:
            return None
        try:
            return act(self.ledger)
        except LedgerBrokenError:
            self.ledger.start_anew()
            return act(self.ledger)

    def _note_readings(self, ledger: Ledger) -> None:
        """Brings the ledger up to date with the copies of what was read."""
        known = ledger.stamps()
        there = self._stamps()
        for article in known.keys() - {a for a, stamp in there.items() if stamp}:
            ledger.remove(article)
        for article in sorted(a for a, stamp in there.items() if stamp and stamp != known.get(a)):
            reading = self.read_reading(article) if self.has_copy(article) else None
            if reading is not None:
                lexicon = self.lexicon_of(reading.article.lang)
                self._note_reading(ledger, reading, resolve_mentions(reading, lexicon=lexicon))

    def _note_reading(
        self,
        ledger: Ledger,
        reading: Reading,
        resolution: Resolution,
        *,
        written: Mapping[str, Assignment] | None = None,
    ) -> None:
        """What one article says of its entities and of events, for the ledger."""
        lexicon, id = self.lexicon_of(reading.article.lang), reading.article.id
        entities = resolution.by_span()
        ledger.put(
            id,
            self._stamp_of(id),
            make_profiles(reading, resolution, lexicon=lexicon),
            reports=make_reports(reading, entities=entities, lexicon=lexicon),
            written=written,
        )

    def _refresh_happenings(self, ledger: Ledger) -> None:
        """Puts together anew which articles tell of the same event."""
        if not ledger.happenings_are_stale():
            return
        reports = {report.id: report for report in ledger.reports()}
        found = list(group_reports(reports.values()))
        told = {reports[id].article for happening in found for id in happening.reports}
        copies = group_copies(self._sketches(told, ledger))
        new = canonical(happening_quads(recount(h, reports, copies) for h in found))
        kept = self._imported_happenings(ledger)
        held = (quad for name in _HAPPENING_CLASSES for quad in self._knowledge_of_class(name))
        old = {quad for quad in held if quad.subject not in kept}
        self.engine.replace(_KNOWLEDGE, old - new, new - old, ())
        ledger.mark_happenings()

    def _imported_happenings(self, ledger: Ledger) -> set[object]:
        """Happenings of which imported articles alone tell, with all that belongs to them: where
        no copy is kept, they are not found again.
        """
        known = ledger.stamps()
        foreign = [NamedNode(names.article_iri(a)) for a in self.article_ids() if a not in known]
        told = {q.subject for graph in foreign for q in self.quads(None, _RDF_TYPE, None, graph)}
        if not told:
            return set()
        found: set[object] = {
            happening
            for q in self.quads(None, _RDF_TYPE, kg_term("Happening"), _KNOWLEDGE)
            if isinstance(happening := q.subject, NamedNode)
            and all(r.object in told for r in self.quads(happening, _REPORT, None, _KNOWLEDGE))
        }
        for name in ("contradiction", "version"):
            steps = self.quads(None, kg_term(name), None, _KNOWLEDGE)
            found |= {q.object for q in steps if q.subject in found}
        return found

    def _sketches(self, articles: set[str], ledger: Ledger) -> dict[str, Sketch]:
        """Sketches of the articles' texts, made where the ledger has none yet."""
        known = ledger.sketches(articles)
        readings = ((id, self.read_reading(id)) for id in sorted(articles - known.keys()))
        new = {id: sketch_text(r.article.text) for id, r in readings if r is not None}
        ledger.put_sketches(new)
        return {**known, **new}

    def _knowledge_of_class(self, name: str) -> Iterator[Quad]:
        """All that ``kg:knowledge`` says of the nodes of a class."""
        nodes = (q.subject for q in self.quads(None, _RDF_TYPE, kg_term(name), _KNOWLEDGE))
        for node in nodes:
            if isinstance(node, NamedNode):
                yield from self.quads(node, None, None, _KNOWLEDGE)

    def _rewrite(self, article: str, ledger: Ledger) -> None:
        """Writes an article's graph with the assignments of now; its text is not read again.

        A graph that somebody has changed since it was written stays as it is.
        """
        reading, assigned = self.read_reading(article), ledger.assignments(article)
        graph = NamedNode(names.article_iri(article))
        old = set(self.quads(graph=graph))
        if reading is None or (old and not is_as_written(old)):
            return
        lexicon = self.lexicon_of(reading.article.lang)
        model, version = self._run_of(graph)
        placed = assign_entities(resolve_mentions(reading, lexicon=lexicon), assigned)
        with store_errors(self.path):
            new = _seal_reading(reading, placed, lexicon, model=model, version=version)
            self._write_difference(graph, old, new)
        ledger.mark_written(article, assigned)

    def _run_of(self, graph: NamedNode) -> tuple[str, str]:
        """Model and program version that an article was read with."""
        runs = (q.object for q in self.quads(graph, _GENERATED_BY, None, graph))
        found = {
            quad.predicate: quad.object.value
            for run in runs
            if isinstance(run, NamedNode)
            for quad in self.quads(run, None, None, graph)
            if isinstance(quad.object, Literal)
        }
        return found.get(kg_term("model"), ""), found.get(kg_term("programVersion"), __version__)

    def _verdicts(self, ledger: Ledger) -> list[Verdict]:
        """What people decided of entities that are here."""
        if self.path is None:
            return []
        path = judgements_path(self.path)
        found = verdicts_of(read_judgements(path))
        before = ledger.note_judgements(len(found))
        self.lost_judgements = before if before and not path.exists() else 0
        pairs = [ledger.find_pair(v.one, v.other) for v in found]
        placed = (replace(v, one=a, other=b) for v, (a, b) in zip(found, pairs, strict=True))
        return [v for v in placed if v.one != v.other]

    def mark_stale(self, nodes: Iterable[NamedNode]) -> None:
        """Has entities decided again at the next :meth:`refresh_knowledge`."""
        self._check_writable()
        self.engine.replace(_KNOWLEDGE, set(), set(map(_mark, nodes)), ())

    def entity_nodes(self) -> list[NamedNode]:
        """All entities that articles or ``kg:knowledge`` know, sorted."""
        linked = (q.object for q in self.quads(None, kg_term("entity")))
        known = (q.subject for q in self.quads(None, _LABEL, None, _KNOWLEDGE))
        nodes = {node for node in chain(linked, known) if isinstance(node, NamedNode)}
        return sorted(nodes, key=str)

    def wrong_entities(self) -> Iterator[NamedNode]:
        """The entities of which ``kg:knowledge`` holds something else than it must."""
        nodes = self.entity_nodes()
        for start in range(0, len(nodes), _ENTITIES_AT_ONCE):
            about = list(self.engine.about(nodes[start : start + _ENTITIES_AT_ONCE]))
            held = {quad for quad in about if quad.graph_name == _KNOWLEDGE}
            wrong = {quad.subject for quad in held ^ canonical(self.knowledge_of(about))}
            yield from sorted((n for n in wrong if isinstance(n, NamedNode)), key=str)

    def count_entities(self) -> int:
        """The number of entities in ``kg:knowledge``."""
        (row,) = cast(QuerySolutions, self.engine.query(_COUNT_ENTITIES))
        return int(row["n"].value)

    def _refresh(self, nodes: Sequence[NamedNode]) -> None:
        about = list(self.engine.about(nodes))
        old = {quad for quad in about if quad.graph_name == _KNOWLEDGE}
        new = canonical(self.knowledge_of(about))
        gone = {*(old - new), *map(_mark, nodes)}
        self.engine.replace(_KNOWLEDGE, gone, new - old, ())

    def knowledge_of(self, about: Iterable[Quad]) -> Iterator[Quad]:
        """What ``kg:knowledge`` must hold of some entities, from all quads about them."""
        by_node = _by_node_and_graph(about)
        counts = self._count_mentions(list(by_node))
        known = known_names(self.lexicon_of("de"))
        for node, graphs in by_node.items():
            attested = [e for quads in graphs.values() for e in _make_entities(node, quads)]
            for entity in merge_entities(attested, known):
                kinds = _specific({e.kind for e in attested})
                yield from _merged_quads(node, entity, kinds)
                for name, count in zip(_COUNTS, counts.get(node, (0, 0)), strict=True):
                    value = Literal(str(count), datatype=_INTEGER)
                    yield Quad(node, kg_term(name), value, _KNOWLEDGE)

    def _count_mentions(self, nodes: Sequence[NamedNode]) -> dict[object, tuple[int, int]]:
        """Mentions and articles of each entity."""
        values = " ".join(map(str, nodes))
        answer = self.engine.query(_COUNT_MENTIONS.replace("NODES", values))
        rows = ((row[name] for name in _COUNTED) for row in cast(QuerySolutions, answer))
        return {node: (int(here.value), int(there.value)) for node, here, there in rows}


def _by_node_and_graph(about: Iterable[Quad]) -> dict[NamedNode, dict[object, list[Quad]]]:
    """What each article says of each entity; of those that are local to one, nothing."""
    found: dict[NamedNode, dict[object, list[Quad]]] = defaultdict(lambda: defaultdict(list))
    local = set()
    for quad in about:
        if quad.graph_name != _KNOWLEDGE and isinstance(quad.subject, NamedNode):
            found[quad.subject][quad.graph_name].append(quad)
        if quad.predicate == _LOCAL_TO:
            local.add(quad.subject)
    return {node: graphs for node, graphs in found.items() if node not in local}


def _make_entities(node: NamedNode, quads: Iterable[Quad]) -> Iterator[Entity]:
    """What one article says of an entity; imported triples of another shape say nothing."""
    nodes: dict[NamedNode, list[str]] = defaultdict(list)
    texts: dict[NamedNode, list[str]] = defaultdict(list)
    for quad in quads:
        if isinstance(quad.object, NamedNode):
            nodes[quad.predicate].append(quad.object.value)
        elif isinstance(quad.object, Literal):
            texts[quad.predicate].append(quad.object.value)
    classes = {value.removeprefix(names.KG) for value in nodes[_RDF_TYPE]}
    wikidata = names.PREFIXES["wd"]
    same = [v.removeprefix(wikidata) for v in nodes[_SAME_AS] if v.startswith(wikidata)]
    for kind in sorted(kind for kind, cls in CLASS_OF_KIND.items() if cls in classes):
        if kind != "event":
            yield Entity(
                node.value.removeprefix(names.ENT),
                kind,
                min(texts[_LABEL], default=""),
                tuple(sorted(texts[_ALT_LABEL])),
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


def canonical(quads: Iterable[Quad]) -> set[Quad]:
    """Quads as the store will give them back (numbers in canonical form)."""
    store = Store()
    store.extend(quads)
    return set(store)


# --- whole or not at all ------------------------------------------------------------------


def input_digest(article: Article) -> str:
    """Sixteen hexadecimal digits of an article's text and particulars, wherever its file lies."""
    return names.mint(write_record(replace(article, source="")))


def seal(graph: NamedNode, quads: Iterable[Quad], *, input: str) -> set[Quad]:
    """The quads of an article with the digests of what was read and of what came of it."""
    found = canonical([*quads, Quad(graph, INPUT_DIGEST, Literal(input), graph)])
    return found | {Quad(graph, DIGEST, Literal(digest_of(found)), graph)}


def digest_of(quads: Iterable[Quad]) -> str:
    """Sixteen hexadecimal digits of all triples but the digest itself, in any order."""
    return names.mint(*sorted(str(quad.triple) for quad in quads if quad.predicate != DIGEST))


def is_as_written(quads: Collection[Quad]) -> bool:
    """Whether an article's graph has the digest of what it holds: nothing was added or lost."""
    return digests(quads) == {digest_of(quads)}


def _seal_reading(
    reading: Reading, resolution: Resolution, lexicon: Lexicon, *, model: str, version: str
) -> set[Quad]:
    """The quads of an article, whose entities ``resolution`` names, with their digests."""
    quads = make_quads(
        reading, lexicon=lexicon, model=model, version=version, resolution=resolution
    )
    graph = NamedNode(names.article_iri(reading.article.id))
    return seal(graph, quads, input=input_digest(reading.article))


def digests(quads: Iterable[Quad]) -> set[str]:
    """The digests that stand in a graph: one in a graph of ours."""
    return {quad.object.value for quad in quads if quad.predicate == DIGEST}  # type: ignore[union-attr]


def _stamp(maker: str, copy: os.stat_result) -> str:
    return f"{maker} {copy.st_size} {copy.st_mtime_ns}"


def _mark(node: NamedNode) -> Quad:
    """The note that an entity is to be decided again."""
    return Quad(_KNOWLEDGE, _STALE, node, _KNOWLEDGE)


def _with_marks(quads: Iterable[Quad]) -> Iterator[Quad]:
    """The quads, each entity of which an article speaks noted before the first of its own."""
    seen: set[NamedNode] = set()
    for quad in quads:
        if isinstance(quad.graph_name, NamedNode) and quad.graph_name.value.startswith(names.ART):
            new = _entities_in(quad) - seen
            yield from map(_mark, new)
            seen |= new
        yield quad


def _entities_in(quad: Quad) -> set[NamedNode]:
    terms = (quad.subject, quad.object)
    return {t for t in terms if isinstance(t, NamedNode) and t.value.startswith(names.ENT)}


def _marks(quads: Iterable[Quad]) -> Iterator[Quad]:
    """Notes for the entities that a change touches; one that is local to its article is not."""
    changed = list(quads)
    local = {quad.subject for quad in changed if quad.predicate == _LOCAL_TO}
    touched = {node for quad in changed for node in _entities_in(quad)}
    yield from map(_mark, sorted(touched - local, key=str))


# --- writing quads ------------------------------------------------------------------------


# --- the directory ------------------------------------------------------------------------


def is_address(location: str | Path) -> bool:
    """Is a store's location the address of a server?"""
    return str(location).lower().startswith(("http://", "https://"))


def _pending(path: Path) -> Path:
    """Where a file is written before it takes its place."""
    return path.with_name(path.name + ".new")


def is_store(path: Path) -> bool:
    """Whether there is a store in a directory."""
    return (path / "store.json").exists()


def _check_format(path: Path) -> None:
    if not is_store(path):
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
    if any(found.name != "store.json.new" for found in path.iterdir()):
        raise StoreError(f"{path}: not empty and no newskg store; name a new directory")
    text = json.dumps({"format": FORMAT, "program": "newskg"}) + "\n"
    pending = _pending(path / "store.json")
    pending.write_text(text, encoding="utf-8")
    pending.replace(path / "store.json")
