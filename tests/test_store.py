"""The store: one graph an article, all or nothing, the same for everybody."""

from __future__ import annotations

import dataclasses
import gzip
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from handmade import make_lexicon, make_reading
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store

from kg import names
from kg.errors import InputError, QueryError, StoreError
from kg.knowing.exports import export_graph
from kg.knowing.refusals import check_query
from kg.knowing.store import GraphStore, digest_of, digests
from kg.names import ART, KNOWLEDGE
from kg.records import Article, Reading

LEXICON = make_lexicon()
RDF_FORMATS = {
    "turtle": RdfFormat.TURTLE,
    "trig": RdfFormat.TRIG,
    "nquads": RdfFormat.N_QUADS,
    "ntriples": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
    "xml": RdfFormat.RDF_XML,
}


def filled(*articles: str, store: GraphStore | None = None) -> GraphStore:
    store = store or GraphStore()
    for article in articles:
        store.put_article(make_reading(article), lexicon=LEXICON)
    store.refresh_knowledge()
    return store


def export(store: GraphStore, format: str = "nquads") -> bytes:
    out = io.BytesIO()
    export_graph(store, format, out)
    return out.getvalue()


def count(store: GraphStore, sparql: str) -> int:
    answer = store.query(sparql)
    assert isinstance(answer, QuerySolutions)
    return len(list(answer))


def test_the_same_article_twice_adds_nothing() -> None:
    store = filled("one")
    before = export(store)
    assert store.put_article(make_reading("one"), lexicon=LEXICON) is False
    store.refresh_knowledge()
    assert export(store) == before


def test_a_changed_article_replaces_its_graph() -> None:
    store = filled("one", "two")
    changed = make_reading("one", published="2020-01-01")
    assert store.put_article(changed, lexicon=LEXICON) is True
    dates = {q.object.value for q in store.quads(graph=NamedNode(ART + "one")) if "date" in str(q)}
    assert "2020-01-01" in dates
    assert "2019-08-02" not in dates
    assert store.put_article(make_reading("one"), lexicon=LEXICON) is True
    assert export(store) == export(filled("one", "two"))


@given(st.permutations(["one", "two", "three"]))
@settings(max_examples=6, deadline=None)
def test_the_order_of_articles_does_not_matter(articles: list[str]) -> None:
    assert export(filled(*articles)) == export(filled("one", "two", "three"))


def test_knowledge_counts_mentions_and_articles_and_leaves_local_ones_out() -> None:
    store = filled("one", "two")
    sparql = """SELECT ?entity ?mentions ?articles WHERE { GRAPH kg:knowledge {
        ?entity kg:mentionCount ?mentions ; kg:articleCount ?articles } }"""
    answer = store.query(sparql)
    assert isinstance(answer, QuerySolutions)
    rows = {row["entity"].value.rpartition("/")[2]: row for row in answer}
    assert set(rows) == {
        "iraq",
        "org-islamische-staat",
        "person-nathan-sales",
        "syria",
        "us-government",
        "usa",
    }
    sales = rows["person-nathan-sales"]
    assert (sales["mentions"].value, sales["articles"].value) == ("4", "2")


def test_knowledge_of_a_removed_article_goes_too() -> None:
    store = filled("one")
    assert store.remove_article("one") is True
    assert store.remove_article("one") is False
    store.refresh_knowledge()
    assert (len(store), store.article_ids()) == (0, [])


@pytest.mark.parametrize("format", sorted(RDF_FORMATS))
def test_two_exports_are_the_same(format: str) -> None:
    assert export(filled("one", "two"), format) == export(filled("two", "one"), format)


@pytest.mark.parametrize("format", ["trig", "nquads", "jsonld"])
def test_export_and_load_lose_nothing_with_graphs(format: str) -> None:
    store = filled("one", "two")
    loaded = Store()
    loaded.load(export(store, format), RDF_FORMATS[format])
    assert set(loaded) == set(store.quads())


@pytest.mark.parametrize("format", ["turtle", "ntriples", "xml"])
def test_export_and_load_lose_nothing_without_graphs(format: str) -> None:
    store = filled("one", "two")
    loaded = Store()
    loaded.load(export(store, format), RDF_FORMATS[format])
    assert {q.triple for q in loaded} == {q.triple for q in store.quads()}
    assert export(store, "ntriples").count(b" .\n") == len(loaded)


TITLES = st.text(alphabet=st.characters(exclude_categories=()), min_size=1, max_size=20)


@given(TITLES, st.sampled_from(["nquads", "trig", "turtle", "ntriples", "jsonld"]))
@settings(max_examples=80, deadline=None)
def test_any_text_survives_the_store(title: str, format: str) -> None:
    article = Article("x", "x", "de", title, title, None, None, title)
    store = GraphStore()
    assert store.put_article(Reading(article), lexicon=LEXICON)
    assert not store.put_article(Reading(article), lexicon=LEXICON)
    loaded = Store()
    loaded.load(export(store, format), RDF_FORMATS[format])
    assert {q.triple for q in loaded} == {q.triple for q in store.quads()}


def test_xml_stays_readable_with_control_characters() -> None:
    article = Article("x", "x", "de", "t", "a\x0bb", None, None, "\x00\x1f")
    store = GraphStore()
    store.put_article(Reading(article), lexicon=LEXICON)
    loaded = Store()
    loaded.load(export(store, "xml"), RdfFormat.RDF_XML)
    assert len(loaded) == len(store)


def test_prefixes_stand_sorted_in_the_header() -> None:
    lines = export(filled("one"), "turtle").decode().splitlines()
    prefixes = [line for line in lines if line.startswith("@prefix")]
    assert prefixes == sorted(prefixes)
    assert len(prefixes) > 10


def test_unknown_export_format() -> None:
    with pytest.raises(StoreError, match="turtle, trig"):
        export_graph(GraphStore(), "pdf", io.BytesIO())


# --- on disk


def test_a_store_on_disk_is_found_again(tmp_path: Path) -> None:
    with GraphStore.open(tmp_path / "s") as store:
        filled("one", store=store)
        before = export(store)
    with GraphStore.open(tmp_path / "s", read_only=True) as store:
        assert export(store) == before
        assert store.article_ids() == ["one"]
        assert list(store.read_readings()) == [make_reading("one")]
        with pytest.raises(StoreError, match="reading only"):
            store.put_article(make_reading("two"), lexicon=LEXICON)
    with GraphStore.open(tmp_path / "s") as store:
        assert store.put_article(make_reading("one"), lexicon=LEXICON) is False


def test_the_copies_of_the_seam_are_the_same_bytes_every_time(tmp_path: Path) -> None:
    for name in ("a", "b"):
        with GraphStore.open(tmp_path / name) as store:
            filled("one", store=store)
    one, two = (tmp_path / n / "readings" / "one.jsonl.gz" for n in ("a", "b"))
    assert one.read_bytes() == two.read_bytes()
    first = gzip.decompress(one.read_bytes()).splitlines()[0]
    assert json.loads(first)["type"] == "article"
    assert sorted(p.name for p in one.parent.iterdir()) == ["one.jsonl.gz"]


def test_what_was_read_already_is_known(tmp_path: Path) -> None:
    article = make_reading("one").article
    memory = GraphStore()
    memory.put_article(make_reading("one"), lexicon=LEXICON, model="m", version="1")
    assert memory.has_reading(article, model="m", version="1"), "no copies in memory"
    assert not memory.has_reading(article, model="m", version="2")
    with GraphStore.open(tmp_path / "s") as store:
        assert not store.has_reading(article)
        store.put_article(make_reading("one"), lexicon=LEXICON, model="m", version="1")
        assert store.has_reading(article, model="m", version="1")
        assert not store.has_reading(article, model="m", version="2")
        assert not store.has_reading(article, model="n", version="1")
        changed = dataclasses.replace(article, text=article.text + "!")
        assert not store.has_reading(changed, model="m", version="1")
        assert not store.has_reading(dataclasses.replace(article, id="../x"))
        moved = dataclasses.replace(article, source="elsewhere/one.txt")
        assert store.has_reading(moved, model="m", version="1"), "wherever the file lies"
        pending = tmp_path / "s" / "readings" / "one.jsonl.gz.new"
        pending.write_bytes(b"from a crash")
        assert not store.has_reading(article, model="m", version="1")
        store.put_article(make_reading("one"), lexicon=LEXICON, model="m", version="1")
        assert store.has_reading(article, model="m", version="1")
        (tmp_path / "s" / "readings" / "one.jsonl.gz").write_bytes(b"broken")
        assert not store.has_reading(article, model="m", version="1")


def test_a_broken_copy_is_named(tmp_path: Path) -> None:
    with GraphStore.open(tmp_path / "s") as store:
        filled("one", store=store)
        copy = tmp_path / "s" / "readings" / "one.jsonl.gz"
        copy.write_bytes(b"not gzip")
        with pytest.raises(StoreError, match=r"one\.jsonl\.gz"):
            list(store.read_readings())
        copy.write_bytes(gzip.compress(b"{broken\n"))
        with pytest.raises(InputError, match=r"one\.jsonl\.gz"):
            list(store.read_readings())


def test_a_second_writer_is_told_to_wait(tmp_path: Path) -> None:
    with GraphStore.open(tmp_path / "s"):
        with pytest.raises(StoreError, match="another process"):
            GraphStore.open(tmp_path / "s")
        code = (
            "import sys; from kg.knowing.store import GraphStore\n"
            "from kg.errors import StoreError\n"
            "try: GraphStore.open(sys.argv[1])\n"
            "except StoreError as e: print(e)"
        )
        found = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "s")],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parent.parent,
        )
        assert "another process is writing" in found.stdout


def test_a_reader_may_read_while_another_writes(tmp_path: Path) -> None:
    with GraphStore.open(tmp_path / "s") as writer:
        filled("one", store=writer)
        with GraphStore.open(tmp_path / "s", read_only=True) as reader:
            assert reader.article_ids() == ["one"]


def make_bad(path: Path, kind: str) -> Path:
    bad = path / kind
    if kind == "file":
        bad.write_text("x")
    elif kind != "missing":
        bad.mkdir()
        text = {"newer": '{"format": 99}', "broken": "{", "list": "[1]", "odd": '{"format": "1"}'}
        (bad / ("store.json" if kind in text else "other.txt")).write_text(text.get(kind, ""))
    return bad


@pytest.mark.parametrize(
    ("kind", "read_only", "message"),
    [
        ("missing", True, "no newskg store here"),
        ("foreign", True, "no newskg store here"),
        ("foreign", False, "not empty"),
        ("file", False, "file"),
        ("newer", False, "newer"),
        ("newer", True, "newer"),
        ("broken", False, "broken"),
        ("list", False, "broken"),
        ("odd", False, "newer"),
    ],
)
def test_bad_directories_get_one_clear_line(
    tmp_path: Path, kind: str, read_only: bool, message: str
) -> None:
    bad = make_bad(tmp_path, kind)
    before = sorted(bad.rglob("*"))
    with pytest.raises(StoreError, match=message) as caught:
        GraphStore.open(bad, read_only=read_only)
    text = str(caught.value)
    assert str(bad) in text
    assert "\n" not in text
    assert sorted(bad.rglob("*")) == before, "nothing is left behind"


def test_an_unwritable_place(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "file" / "store", Path("/proc/newskg-store")):
        with pytest.raises(StoreError, match=str(path)):
            GraphStore.open(path)


def test_a_store_whose_quads_are_gone(tmp_path: Path) -> None:
    (tmp_path / "store.json").write_text('{"format": 1}')
    with pytest.raises(StoreError):
        GraphStore.open(tmp_path, read_only=True)


def test_a_full_disk_when_exporting() -> None:
    with open("/dev/full", "wb", buffering=0) as full, pytest.raises(StoreError, match="space"):
        export_graph(filled("one"), "nquads", full)


def test_a_failed_copy_leaves_graph_and_folder_as_they_were(tmp_path: Path) -> None:
    with GraphStore.open(tmp_path / "s") as store:
        (tmp_path / "s" / "readings").write_text("in the way")
        with pytest.raises(StoreError):
            store.put_article(make_reading("one"), lexicon=LEXICON)
        assert len(store) == 0


def test_a_bad_id_changes_nothing() -> None:
    store = GraphStore()
    with pytest.raises(InputError, match="article id"):
        store.put_article(make_reading("../../etc"), lexicon=LEXICON)
    assert len(store) == 0


# --- queries


def test_the_union_of_all_graphs_is_asked_with_prefixes_set() -> None:
    store = filled("one", "two")
    assert count(store, "SELECT ?s { ?s a kg:Statement }") == 12
    graph = NamedNode(ART + "one")
    answer = store.query("SELECT ?s { ?s a kg:Statement }", graph=graph)
    assert len(list(answer)) == 6  # type: ignore[arg-type]
    assert count(store, f"SELECT ?s {{ GRAPH <{KNOWLEDGE}> {{ ?s a kg:Person }} }}") == 1


@pytest.mark.parametrize(
    "sparql", ["SELECT * { ?s ?p", "", "DROP ALL", "INSERT DATA { <a:a> <a:b> 1 }"]
)
def test_what_is_no_query_is_refused_with_its_place(sparql: str) -> None:
    with pytest.raises(QueryError, match=r"error at \d+:\d+"):
        filled("one").query(sparql)


@pytest.mark.parametrize(
    "sparql",
    [
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "select * { service silent ?x { ?s ?p ?o } }",
        "SELECT * {SERVICESILENT<http://127.0.0.1:9/>{?s ?p ?o}}",
        "PREFIX : <http://127.0.0.1:9/> SELECT * {SERVICE:foo{?s ?p ?o}}",
        "PREFIX : <http://127.0.0.1:9/> SELECT * {?s ?p 3SERVICE:foo{?s ?p ?o}}",
        "SELECT * { \\u0053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { \\U00000053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { ?s kg:a\\# ?o . SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { ?s kg:a\\' ?o . SERVICE <http://x/> { ?s ?p ?o } ?s kg:b\\' 1 }",
        "SELECT * { ?s ?p 'a\\'b' . SERVICE <http://x/> { ?s ?p 'c' } }",
        'SELECT * { ?s ?p """a"b""" . SERVICE <http://x/> { ?s ?p "c" } }',
        "SELECT * { FILTER(?a<?b) SERVICE <http://x/> { ?s ?p ?o } }",
        "SELECT * { # comment\n SERVICE <http://x/> { ?s ?p ?o } }",
        "SELECT * { # comment\r SERVICE <http://x/> { ?s ?p ?o } }",
        "LOAD <http://127.0.0.1:9/>",
        "load silent <file:///etc/passwd> into graph <a:b>",
    ],
)
def test_nothing_reaches_outside_the_store(sparql: str) -> None:
    with pytest.raises(QueryError, match="refused"):
        check_query(sparql)


@pytest.mark.parametrize(
    "sparql",
    [
        'SELECT * { ?s kg:text "Der Service ist gut" }',
        "SELECT * { ?s rel:load ?o } # no service",
        "SELECT ?service { ?service ?p <http://example.org/service> }",
        "SELECT * { ?s ?p 'it\\'s a SERVICE' }",
        'SELECT * { ?s ?p """a "SERVICE" <x> # { """ }',
        "SELECT * { ?s rel:download ?o }",
    ],
)
def test_harmless_words_are_let_through(sparql: str) -> None:
    check_query(sparql)
    filled("one").query(sparql)


def test_asking_needs_no_slow_imports() -> None:
    code = (
        "import sys; from kg.knowing.store import GraphStore; import kg.asking.queries\n"
        "GraphStore().query('SELECT * { ?s ?p ?o }')\n"
        "assert not {'rdflib', 'pyshacl', 'spacy', 'networkx'} & set(sys.modules)"
    )
    root = Path(__file__).parent.parent
    subprocess.run([sys.executable, "-c", code], check=True, cwd=root)


def test_quads_by_pattern() -> None:
    store = filled("one")
    node = NamedNode(ART + "one")
    (headline,) = store.quads(node, NamedNode("https://schema.org/headline"))
    assert headline == Quad(node, headline.predicate, Literal("Kampf gegen den IS"), node)


def test_other_versions_and_models_are_other_graphs() -> None:
    store = filled("one")
    again = dataclasses.replace(make_reading("one"))
    assert store.put_article(again, lexicon=LEXICON, model="better") is True


def entity_names(store: GraphStore) -> list[str]:
    rows = store.query("SELECT DISTINCT ?n { GRAPH kg:knowledge { ?e rdfs:label ?n } } ORDER BY ?n")
    assert isinstance(rows, QuerySolutions)
    return [row["n"].value for row in rows]


def test_entities_wait_for_a_decision_until_the_refresh() -> None:
    store = GraphStore()
    store.put_article(make_reading("one"), lexicon=LEXICON)
    stale = [node.value.removeprefix(names.ENT) for node in store.stale_entities()]
    assert {"person-nathan-sales", "us-government", "usa"} < set(stale)
    assert entity_names(store) == []
    assert store.refresh_knowledge() == len(stale) == 6
    assert store.stale_entities() == []
    store.put_article(make_reading("one", published="2020-01-01"), lexicon=LEXICON)
    assert store.stale_entities() == [], "a new date says nothing about anybody"


def test_only_what_changed_is_decided_again_and_all_comes_out_the_same() -> None:
    once, again = filled("one", "two", "three"), filled("one")
    for article in ("two", "three"):
        filled(article, store=again)
    assert export(once) == export(again)
    again.mark_stale(again.entity_nodes())
    assert len(again.stale_entities()) >= again.count_entities() == 6
    again.refresh_knowledge()
    assert export(once) == export(again)
    again.remove_article("three")
    again.refresh_knowledge()
    assert export(again) == export(filled("one", "two"))


def test_a_reader_decides_what_a_crash_left_undecided(tmp_path: Path) -> None:
    with GraphStore.open(tmp_path / "s") as store:
        store.put_article(make_reading("one"), lexicon=LEXICON)  # and no refresh: killed
    with GraphStore.open(tmp_path / "s", read_only=True) as reader:
        assert reader.stale_entities() == []
        assert entity_names(reader) != []
        assert reader.read_only


def test_a_reader_beside_a_writer_sees_that_entities_wait(tmp_path: Path) -> None:
    with GraphStore.open(tmp_path / "s") as writer:
        writer.put_article(make_reading("one"), lexicon=LEXICON)
        with GraphStore.open(tmp_path / "s", read_only=True) as reader:
            assert len(reader.stale_entities()) == 6
            assert reader.article_ids() == ["one"]


def test_a_graph_carries_the_digest_of_what_it_holds() -> None:
    store = filled("one", "two")
    found = {name: set(store.quads(graph=NamedNode(ART + name))) for name in ("one", "two")}
    for quads in found.values():
        assert digests(quads) == {digest_of(quads)}
        assert digest_of(list(quads)[1:]) != digest_of(quads)
    assert digests(found["one"]) != digests(found["two"])


def test_a_name_with_lock_in_it_is_not_locked(tmp_path: Path) -> None:
    (tmp_path / "blocklist").write_text("x")
    with pytest.raises(StoreError) as found:
        GraphStore.open(tmp_path / "blocklist" / "f")
    assert "another process" not in str(found.value)


def test_a_reader_does_not_wait_for_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.knowing.store.CATCH_UP_AT_MOST", 5)
    with GraphStore.open(tmp_path / "s") as store:
        store.put_article(make_reading("one"), lexicon=LEXICON)
    with GraphStore.open(tmp_path / "s", read_only=True) as reader:
        assert len(reader.stale_entities()) == 6
