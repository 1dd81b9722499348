"""RDF back in: nothing lost, nothing half, nothing fetched, whatever the file holds."""

from __future__ import annotations

import gzip
import http.server
import io
import logging
import random
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import RunKg
from handmade import make_lexicon, make_reading
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store
from test_exports import read_with_rdflib

from kg import names
from kg.errors import InputError, StoreError
from kg.knowing.engines import EmbeddedEngine
from kg.knowing.exports import export_graph
from kg.knowing.imports import IMPORT_FORMATS, Imported, find_format, import_files
from kg.knowing.store import GraphStore

WITH_GRAPHS = ["trig", "nquads", "jsonld"]
FLAT = ["turtle", "ntriples", "xml"]
SUFFIX = {"turtle": "ttl", "trig": "trig", "nquads": "nq", "ntriples": "nt", "jsonld": "jsonld",
          "xml": "rdf"}  # fmt: skip


def filled(*articles: str) -> GraphStore:
    store = GraphStore()
    for article in articles:
        store.put_article(make_reading(article), lexicon=make_lexicon())
    store.refresh_knowledge()
    return store


def export(store: GraphStore, format: str = "nquads") -> bytes:
    out = io.BytesIO()
    export_graph(store, format, out)
    return out.getvalue()


def load(path: Path, *, store: GraphStore | None = None, **options: Any) -> GraphStore:
    store = store or GraphStore()
    list(import_files(store, [path], **options))
    return store


def triples(store: GraphStore) -> set[object]:
    return {quad.triple for quad in store.quads()}


# --- the law: out, in and out again is the same


XSD = names.PREFIXES["xsd"]
TEXTS = st.one_of(
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12),
    st.sampled_from(
        ["", "\u2028", "\x00", "a\rb\r\nc", "\\", '"', "'''", '"""', "\ufeff", "\ufffe", " .", "}",
         "<!DOCTYPE", "]]>", "&amp;", "\t", "\x7f", "\x85"]
    ),
)  # fmt: skip
IRIS = st.one_of(
    st.sampled_from(
        ["art:x", "q:abc", "kg:text", "st://x", "urn:x:y", "https://a/../b/./c", "https://a/?a=1&b='",
         "https://a/b#c/d", "https://a//b", "tag:x,2020:ä", names.KG,
         names.ART + "x#char=1,2", names.ART + "x#char=01,2", names.ENT + "a.b.",
         names.ENT + "-",
         names.ENT + "ä", names.ENT + "a,b(c)", names.ENT + "a/b", names.KG + "Statement",
         names.ST + "1", names.NODE + "2", names.PREFIXES["rdf"] + "type", "text:x", "mailto:a@b"]
    ),
    st.from_regex(r"https://e\.org/[A-Za-z0-9/_~.-]{0,6}(#[A-Za-z0-9/.-]{0,4})?", fullmatch=True),
)  # fmt: skip
NODES = IRIS.map(NamedNode)
KG_TERMS = ["inSentence", "inArticle", "text", "begin", "plain", "score", "statement", "argument"]
PROPERTIES = st.one_of(NODES, st.sampled_from(KG_TERMS).map(lambda t: NamedNode(names.KG + t)))
TYPED = st.one_of(
    st.tuples(st.sampled_from(["01", "+5", "-0", "7", "1" + "0" * 22]), st.just("integer")),
    st.tuples(st.sampled_from(["2.50", "1.", ".5", "-0.0"]), st.just("decimal")),
    st.tuples(st.sampled_from(["1e3", "INF", "NaN", "1500"]), st.just("double")),
    st.tuples(st.sampled_from(["true", "1", "false", "0"]), st.just("boolean")),
    st.tuples(st.sampled_from(["2019-03-01", "2019-03-01Z"]), st.just("date")),
    st.tuples(TEXTS, st.sampled_from(["integer", "boolean", "anyURI", "date", "decimal"])),
)  # fmt: skip
LITERALS = st.one_of(
    TEXTS.map(Literal),
    st.tuples(TEXTS, st.sampled_from(["de", "en-GB", "DE-at", "x-a"])).map(
        lambda pair: Literal(pair[0], language=pair[1])
    ),
    TYPED.map(lambda pair: Literal(pair[0], datatype=NamedNode(XSD + pair[1]))),
    st.tuples(TEXTS, NODES).map(lambda pair: Literal(pair[0], datatype=pair[1])),
)
QUADS = st.lists(st.builds(Quad, NODES, PROPERTIES, st.one_of(NODES, LITERALS), NODES), max_size=8)


def stored(quads: list[Quad]) -> GraphStore:
    store = GraphStore()
    store.load_quads(quads)
    return store


@given(QUADS, st.sampled_from(WITH_GRAPHS))
@settings(max_examples=200, deadline=None)
def test_out_and_in_and_out_is_the_same(
    tmp_path_factory: pytest.TempPathFactory, quads: list[Quad], format: str
) -> None:
    store = stored(quads)
    path = tmp_path_factory.mktemp("law") / f"graph.{SUFFIX[format]}"
    path.write_bytes(export(store, format))
    again = load(path)
    assert set(again.quads()) == set(store.quads())
    assert export(again, format) == path.read_bytes()


@given(QUADS, st.sampled_from(["turtle", "ntriples"]))
@settings(max_examples=100, deadline=None)
def test_without_graphs_all_triples_come_back(
    tmp_path_factory: pytest.TempPathFactory, quads: list[Quad], format: str
) -> None:
    store = stored(quads)
    path = tmp_path_factory.mktemp("law") / f"graph.{SUFFIX[format]}"
    path.write_bytes(export(store, format))
    again = load(path)
    assert triples(again) == triples(store)
    assert export(again, format) == path.read_bytes() or format == "turtle"


@given(QUADS, st.sampled_from(["trig", "jsonld"]))
@settings(max_examples=100, deadline=None)
def test_another_program_reads_the_same(quads: list[Quad], format: str) -> None:
    store = stored(quads)
    logging.disable(logging.WARNING)  # rdflib's opinion on "x"^^xsd:integer
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rdflib.NORMALIZE_LITERALS", False)
        found = read_with_rdflib(export(store, format).decode(), format)
    logging.disable(logging.NOTSET)
    assert found == set(store.quads())


@pytest.mark.parametrize("format", WITH_GRAPHS)
def test_what_we_exported_is_the_same_store_again(tmp_path: Path, format: str) -> None:
    store = filled("one", "two")
    path = tmp_path / f"graph.{SUFFIX[format]}"
    path.write_bytes(export(store, format))
    again = GraphStore()
    (found,) = import_files(again, [path])
    assert found == Imported(str(path), len(store), 2)
    again.refresh_knowledge()
    assert export(again, format) == path.read_bytes()
    list(import_files(again, [path]))
    again.refresh_knowledge()
    assert len(again) == len(store), "twice adds nothing"


@pytest.mark.parametrize("format", FLAT)
def test_triples_go_into_one_graph(tmp_path: Path, format: str) -> None:
    store = filled("one")
    path = tmp_path / f"graph.{SUFFIX[format]}"
    path.write_bytes(export(store, format))
    again = load(path)
    assert triples(again) == triples(store)
    (graph,) = again.graph_names()
    assert graph.value.startswith("https://w3id.org/newskg/import/")
    named = load(path, graph="<urn:mine>")
    assert [g.value for g in named.graph_names()] == ["urn:mine"]
    again = load(path, store=again)
    assert len(again) == len(triples(store))


# --- blank nodes, names, places


def test_blank_nodes_get_names_that_stay(tmp_path: Path) -> None:
    text = '@prefix : <https://e.org/> . :a :b [ :c "x" ], _:n , ( 1 2 ) . _:n :d _:n . [] :e [] .'
    (tmp_path / "a.ttl").write_text(text)
    (tmp_path / "b.ttl").write_text(text + "\n")
    store = load(tmp_path / "a.ttl")
    size = len(store)
    assert not any("_:" in str(quad) for quad in store.quads())
    load(tmp_path / "a.ttl", store=store)
    assert len(store) == size
    load(tmp_path / "b.ttl", store=store, graph="https://e.org/g")
    assert len(store) == 2 * size, "another file, other nodes"


def test_blank_graphs_get_names(tmp_path: Path) -> None:
    (tmp_path / "a.nq").write_text("_:a <a:p> _:b _:g .\n")
    (quad,) = load(tmp_path / "a.nq").quads()
    assert all(isinstance(term, NamedNode) for term in (quad.subject, quad.object, quad.graph_name))


def test_relative_names_are_made_from_the_content(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<#x> <a:p> <y> .")
    (quad,) = load(tmp_path / "a.ttl").quads()
    assert str(quad.subject).startswith("<https://w3id.org/newskg/import/")
    assert str(quad.subject).endswith("#x>")


@pytest.mark.parametrize(
    ("source", "format", "found"),
    [
        ("a.ttl", None, "turtle"),
        ("a.NQ.gz", None, "nquads"),
        ("a.rdf", "nquads", "nquads"),
        ("x/a.jsonld", None, "jsonld"),
        ("-", "xml", "xml"),
    ],
)
def test_formats_by_name(source: str, format: str | None, found: str) -> None:
    assert find_format(source, format) == found


@pytest.mark.parametrize("source", ["a", "a.pdf", "a.gz", "-", ".ttl"])
def test_no_format_is_asked_for(source: str) -> None:
    with pytest.raises(InputError, match="--format"):
        find_format(source)


# --- hostile and broken files


def refused(path: Path, **options: Any) -> str:
    """The one line that says why; a store is as it was before."""
    store = stored([Quad(NamedNode("a:a"), NamedNode("a:b"), Literal("c"), NamedNode("a:g"))])
    with pytest.raises(InputError) as caught:
        load(path, store=store, **options)
    assert len(store) == 1
    text = str(caught.value)
    assert "\n" not in text
    return text


GOOD = b'<a:s> <a:p> "x" <a:g> .\n'


@pytest.mark.parametrize("name", ["a.nq", "a.ttl", "a.trig", "a.nt"])
def test_a_broken_line_is_named_and_nothing_is_kept(tmp_path: Path, name: str) -> None:
    line = GOOD if name == "a.nq" else b'<a:s> <a:p> "x" .\n'
    (tmp_path / name).write_bytes(line * 3 + b"<a:s> <a:p> broken> .\n")
    text = refused(tmp_path / name)
    assert name in text
    assert "line 4" in text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonld", b'{"@id": "a:s", "a:p": [1, 2, }'),
        ("a.rdf", b"<rdf:RDF><unclosed>"),
        ("a.jsonld", b"[" * 100_000),
        ("a.ttl", b"<a:s> <a:p> " + b"[ <a:p> " * 100_000),
        ("a.ttl", b"<a:s> <a:p> " + b"( " * 100_000),
        ("a.nq", b"\xff\xfe<\x00"),
        ("a.nt", b"<a:s> <a:p> <<( <a:a> <a:b> <a:c> )>> .\n"),
        ("a.nt", b'<a:s> <a:p> "x"@ar--rtl .\n'),
        ("a.nt", b'<a:s> <a:p> "\\uD800" .\n'),
        ("a.ttl", b"@prefix a: <b:> . <<( a:a a:b a:c )>> a:p a:o ."),
        ("a.nq.gz", b"\x1f\x8b\x08broken"),
        ("a.nq.gz", gzip.compress(GOOD * 100)[:-9]),
    ],
)
def test_what_cannot_be_read_is_one_line(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert name in refused(tmp_path / name)


def test_bytes_that_are_no_utf8_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.nq").write_bytes(GOOD * 2 + b'<a:s> <a:p> "\xe4" .\n')
    assert "not UTF-8 (byte 61)" in refused(tmp_path / "a.nq")
    (tmp_path / "b.nq").write_bytes(GOOD + "ä".encode()[:1])
    assert "not UTF-8" in refused(tmp_path / "b.nq")


BOMB = """<?xml version="1.0"?>
<!DOCTYPE rdf:RDF [ <!ENTITY a "aaaaaaaaaa"> <!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c SYSTEM "file:///etc/passwd"> ]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="https://e.org/">
<rdf:Description rdf:about="https://e.org/x"><e:p>&b;&c;</e:p></rdf:Description></rdf:RDF>"""


def test_entities_in_xml_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.rdf").write_text(BOMB)
    assert "DOCTYPE" in refused(tmp_path / "a.rdf")
    padding = "<!--" + " " * ((1 << 20) - 33) + "-->"  # the word stands across two pieces
    (tmp_path / "b.rdf").write_text(BOMB.replace("<!DOCTYPE", padding + "<!DOCTYPE", 1))
    assert "DOCTYPE" in refused(tmp_path / "b.rdf")


def test_gzip_bombs_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.nq.gz"
    path.write_bytes(gzip.compress(b"# " + b" " * (40 << 20) + b"\n" + GOOD))
    assert "times its size" in refused(path)
    assert "more than 1 MB" in refused(path, max_mb=1)
    plain = tmp_path / "a.nq"
    plain.write_bytes(GOOD * (1 << 16))
    assert "more than 1 MB" in refused(plain, max_mb=1)


def test_gzip_is_seen_by_itself_and_counts_as_its_content(tmp_path: Path) -> None:
    content = b'<a:s> <a:p> _:x .\n<a:s> <a:p> "1" .\n'
    packed = gzip.compress(content)
    parts = gzip.compress(content[:9]) + gzip.compress(content[9:])
    for name, data in (("a.nt", content), ("b.nt.gz", packed), ("c.nt", parts)):
        (tmp_path / name).write_bytes(data)
    one, two, three = (export(load(tmp_path / name)) for name in ("a.nt", "b.nt.gz", "c.nt"))
    assert one == two == three


@pytest.mark.parametrize(
    ("format", "size"), [("nquads", 10 << 20), ("trig", 10 << 20), ("jsonld", 7 << 20)]
)
def test_a_literal_of_ten_megabytes(tmp_path: Path, format: str, size: int) -> None:
    text = Literal("ä\n" * (size // 4))
    store = stored([Quad(NamedNode("a:s"), NamedNode("a:p"), text, NamedNode("a:g"))])
    path = tmp_path / f"a.{SUFFIX[format]}"
    path.write_bytes(export(store, format))
    assert path.stat().st_size > size
    assert list(load(path).quads()) == list(store.quads())


def test_a_literal_beyond_what_the_engine_takes(tmp_path: Path) -> None:
    (tmp_path / "a.nt").write_bytes(b'<a:s> <a:p> "' + b"x" * (17 << 20) + b'" .\n')
    assert "longer than" in refused(tmp_path / "a.nt")


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """A server on loopback that counts what it is asked for."""
    paths: list[str] = []

    class Counting(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Counting)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", paths
    server.shutdown()
    thread.join()
    server.server_close()


def test_nothing_is_fetched(tmp_path: Path, asked: tuple[str, list[str]]) -> None:
    address, paths = asked
    (tmp_path / "a.jsonld").write_text(
        f'{{"@context": "{address}/context", "@id": "a:s", "name": "x"}}'
    )
    assert "context" in refused(tmp_path / "a.jsonld").lower()
    (tmp_path / "b.jsonld").write_text(
        f'{{"@context": {{"@import": "{address}/context"}}, "@id": "a:s", "a:p": "x"}}'
    )
    refused(tmp_path / "b.jsonld")
    owl = names.PREFIXES["owl"]
    for one, other in (("c", "d"), ("d", "c")):  # each imports the other, and the server
        (tmp_path / f"{one}.ttl").write_text(
            f"<{address}/{one}.ttl> <{owl}imports> <{address}/{other}.ttl> ."
        )
    store = load(tmp_path / "c.ttl")
    load(tmp_path / "d.ttl", store=store)
    assert len(store) == 2
    assert paths == []


def test_a_large_file_is_loaded_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.knowing.imports._BULK_BYTES", 100)
    lines = [f'<a:s{n}> <a:p> "{n}" <a:g> .\n' for n in range(5000)]
    path = tmp_path / "a.nq"
    path.write_text("".join([*lines, "broken\n"]))
    with GraphStore.open(tmp_path / "s") as store:
        with pytest.raises(InputError, match="line 5001"):
            load(path, store=store)
        assert len(store) == 0
        path.write_text("".join(lines))
        assert len(load(path, store=store)) == 5000


def test_a_store_that_is_only_read_takes_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.nq").write_bytes(GOOD)
    with GraphStore.open(tmp_path / "s"):
        pass
    with (
        GraphStore.open(tmp_path / "s", read_only=True) as store,
        pytest.raises(StoreError, match="reading only"),
    ):
        load(tmp_path / "a.nq", store=store)


def test_missing_files_and_bad_graphs(tmp_path: Path) -> None:
    assert "No such file" in refused(tmp_path / "missing.nq")
    (tmp_path / "dir.nq").mkdir()
    assert "directory" in refused(tmp_path / "dir.nq")
    (tmp_path / "a.nq").write_bytes(GOOD)
    assert "graph" in refused(tmp_path / "a.nq", graph="no iri")


# --- the command


def test_the_command_takes_what_the_other_gave(call_kg: RunKg, tmp_path: Path) -> None:
    with GraphStore.open(tmp_path / "one") as store:
        for article in ("one", "two"):
            store.put_article(make_reading(article), lexicon=make_lexicon())
        store.refresh_knowledge()
    assert call_kg("export", "--store", "one", "--format", "trig", "--to", "g.trig").code == 0
    done = call_kg("import", "g.trig", "--store", "two")
    assert (done.code, done.out) == (0, "")
    assert done.err.startswith("kg: g.trig: ")
    assert done.err.endswith(" quads, 2 articles\n")
    call_kg("export", "--store", "two", "--format", "trig", "--to", "h.trig")
    assert (tmp_path / "g.trig").read_bytes() == (tmp_path / "h.trig").read_bytes()
    text = (tmp_path / "g.trig").read_bytes()
    done = call_kg("import", "-", "--format", "trig", "--store", "three", "-q", stdin=text)
    assert (done.code, done.out, done.err) == (0, "", "")
    done = call_kg("import", "-", "--store", "three", stdin=text)
    assert (done.code, done.err.count("\n")) == (1, 1)
    done = call_kg("import", "missing.nq", "--store", "three")
    assert (done.code, done.err.count("\n")) == (1, 1)


def test_two_halves_make_the_whole(tmp_path: Path) -> None:
    """Knowledge of two imports is that of all articles together."""
    store = GraphStore()
    for article in ("one", "two"):
        path = tmp_path / f"{article}.trig"
        path.write_bytes(export(filled(article), "trig"))
        load(path, store=store)
    store.refresh_knowledge()
    assert export(store) == export(filled("two", "one"))


def test_the_order_of_lines_does_not_matter(tmp_path: Path) -> None:
    store = filled("one")
    lines = export(store).splitlines(keepends=True)
    random.Random(1).shuffle(lines)
    (tmp_path / "a.nq").write_bytes(b"".join(lines))
    again = load(tmp_path / "a.nq")
    again.refresh_knowledge()
    assert export(again) == export(store)


def test_the_engine_knows_the_same_formats() -> None:
    for name, format in IMPORT_FORMATS.items():
        store = Store()
        out = io.BytesIO()
        export_graph(filled("one"), name, out)
        store.load(out.getvalue(), format)
        assert len(store) > 100
        assert (DefaultGraph() in {quad.graph_name for quad in store}) == (name in FLAT)


def test_what_has_another_shape_says_nothing_of_an_entity(tmp_path: Path) -> None:
    """Neither is kept from the rest, nor taken for a name or for Wikidata."""
    text = (
        "ent:p a kg:Person ; rdfs:label 'P', <urn:no-name> ; "
        "owl:sameAs 'li te<ral>', <http://dbpedia.example/P>, wd:Q1 ."
    )
    prefixes = "".join(f"@prefix {p}: <{base}> .\n" for p, base in names.PREFIXES.items())
    (tmp_path / "odd.ttl").write_text(prefixes + text)
    store = load(tmp_path / "odd.ttl", graph="art:odd", store=filled("one"))
    store.refresh_knowledge()
    graph = NamedNode(names.KNOWLEDGE)
    known = {q.object.value for q in store.quads(NamedNode(names.ENT + "p"), None, None, graph)}
    assert known == {names.KG + "Person", "P", names.PREFIXES["wd"] + "Q1", "0"}
    assert store.stale_entities() == []


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "bom.ttl").write_bytes(b"\xef\xbb\xbf<urn:s> <urn:p> 'o' .")
    assert len(load(tmp_path / "bom.ttl")) == 1


def test_entities_are_noted_before_what_is_said_of_them(tmp_path: Path) -> None:
    """So that an import that breaks off leaves its notes."""
    seen: list[Quad] = []

    class Listening(EmbeddedEngine):
        def load(self, quads: Iterable[Quad], *, bulk: bool) -> None:
            seen.extend(quads)

    article = NamedNode(names.ART + "one")
    GraphStore(engine=Listening()).load_quads(filled("one").quads(graph=article))
    sales = NamedNode(names.ENT + "person-nathan-sales")
    about = [i for i, q in enumerate(seen) if sales in (q.subject, q.object)]
    assert str(seen[about[0]].predicate) == f"<{names.KG}stale>"
