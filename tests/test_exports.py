"""The graph handed on: every format read by another program, in parts, in a stable order."""

from __future__ import annotations

import csv
import io
import json
import os
import tracemalloc
import warnings
from pathlib import Path
from typing import Any

import pytest
import rdflib
from conftest import RunKg
from handmade import make_lexicon, make_reading
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from kg import names
from kg.errors import NotFoundError, StoreError
from kg.knowing.accounts import COLUMNS, SCHEMA_OF_KIND
from kg.knowing.exports import EXPORT_FORMATS, export_graph, sort_lines, write_quads
from kg.knowing.layouts import _shorten, read_context, turtle_term
from kg.knowing.scopes import Scope
from kg.knowing.store import GraphStore

ROOT = Path(__file__).parent.parent
RDFLIB_NAMES = {
    "turtle": "turtle", "trig": "trig", "nquads": "nquads", "ntriples": "nt", "jsonld": "json-ld",
    "xml": "xml",
}  # fmt: skip
FLAT = {"turtle", "ntriples", "xml"}
KG = names.KG
ONLY_KNOWLEDGE = names.KNOWLEDGE


def filled(*articles: str, store: GraphStore | None = None, **dates: str) -> GraphStore:
    store = store or GraphStore()
    for article in articles:
        reading = make_reading(article, published=dates.get(article, "2019-08-02"))
        store.put_article(reading, lexicon=make_lexicon())
    store.refresh_knowledge()
    return store


def stored(*quads: Quad) -> GraphStore:
    store = GraphStore()
    store.load_quads(quads)
    return store


def export(store: GraphStore, format: str = "nquads", **scope: Any) -> str:
    out = io.BytesIO()
    export_graph(store, format, out, scope=Scope(**scope))
    return out.getvalue().decode()


def node(name: str) -> NamedNode:
    return NamedNode(names.expand(name))


# --- read by another program


def read_with_rdflib(text: str, format: str) -> set[Quad]:
    """The quads that rdflib finds."""
    dataset = rdflib.Dataset()
    with warnings.catch_warnings():  # rdflib's own, about rdflib
        warnings.simplefilter("ignore", DeprecationWarning)
        dataset.parse(data=text, format=RDFLIB_NAMES[format])
        found = list(dataset.quads((None, None, None, None)))
    return {Quad(*map(convert, quad)) for quad in found}


def convert(term: Any) -> Any:
    if isinstance(term, rdflib.Literal):
        if term.language:
            return Literal(str(term), language=term.language)
        return Literal(str(term), datatype=NamedNode(str(term.datatype or XSD_STRING)))
    if term is None or term == rdflib.graph.DATASET_DEFAULT_GRAPH_ID:
        return DefaultGraph()
    return NamedNode(str(term)) if isinstance(term, rdflib.URIRef) else BlankNode(str(term))


XSD_STRING = names.PREFIXES["xsd"] + "string"


@pytest.mark.parametrize("format", RDFLIB_NAMES)
def test_rdflib_reads_what_we_write(format: str) -> None:
    store = filled("one", "two")
    expected = set(store.quads())
    if format in FLAT:
        expected = {Quad(q.subject, q.predicate, q.object, DefaultGraph()) for q in expected}
    assert read_with_rdflib(export(store, format), format) == expected


def test_json_ld_is_json_with_short_keys_and_its_context() -> None:
    found = json.loads(export(filled("one"), "jsonld"))
    committed = json.loads((ROOT / "ontology" / "context.jsonld").read_text())
    assert found["@context"] == committed["@context"]
    article, knowledge = found["@graph"]
    assert (article["@id"], knowledge["@id"]) == ("art:one", "kg:knowledge")
    (statement,) = [n for n in article["@graph"] if n["@id"] == "st:s4one"]
    assert statement["@type"] == "Statement"
    assert statement["plain"] is True
    assert statement["inArticle"] == "art:one"
    (sentence,) = [n for n in article["@graph"] if n["@id"] == statement["inSentence"]]
    assert isinstance(sentence["begin"], int)


def test_the_context_knows_all_terms_of_the_ontology() -> None:
    ontology = rdflib.Graph().parse(ROOT / "ontology" / "news.ttl")
    context = read_context()
    for prefix, base in names.PREFIXES.items():
        assert context.context[prefix] == base
    for kind, found in (("ObjectProperty", "@id"), ("DatatypeProperty", None), ("Class", "")):
        terms = list(ontology.subjects(rdflib.RDF.type, rdflib.OWL[kind]))
        assert terms
        for term in terms:
            range = ontology.value(term, rdflib.RDFS.range)
            expected = str(range or "").replace(str(rdflib.XSD.string), "")
            type = expected if found is None else found
            assert context.term(str(term)) == (str(term).removeprefix(KG), type)


def test_names_that_the_context_would_misread_stand_outside_it() -> None:
    odd = Quad(NamedNode("q:abc"), node("kg:text"), Literal("x"), node("art:one"))
    graph = Quad(node("st:1"), node("kg:begin"), Literal(1), NamedNode("kg:odd"))
    text = export(stored(odd, graph), "jsonld")
    assert read_with_rdflib(text, "jsonld") == {odd, graph}


def test_xml_keeps_line_ends_and_marks_what_it_cannot_carry() -> None:
    literal = Literal("a\rb\r\nc\x0b]]>&<\ufffe", language="de")
    text = export(stored(Quad(node("st:1"), node("kg:text"), literal, node("art:1"))), "xml")
    (quad,) = read_with_rdflib(text, "xml")
    assert quad.object == Literal("a\rb\r\nc\ufffd]]>&<\ufffd", language="de")


@pytest.mark.parametrize("iri", ["https://e.org/1", "https://e.org/", names.PREFIXES["rdf"] + "li"])
def test_xml_refuses_properties_without_a_name(iri: str) -> None:
    store = stored(Quad(node("st:1"), NamedNode(iri), Literal("x"), node("art:1")))
    with pytest.raises(StoreError, match="xml has no name"):
        export(store, "xml")


def test_a_format_that_is_none() -> None:
    with pytest.raises(StoreError, match="ftm, csv"):
        export(GraphStore(), "pdf")


@pytest.mark.parametrize("format", EXPORT_FORMATS)
def test_an_empty_store(format: str) -> None:
    text = export(GraphStore(), format)
    if format in RDFLIB_NAMES:
        assert read_with_rdflib(text, format) == set()
    else:
        assert text == (",".join(COLUMNS) + "\n" if format == "csv" else "")


def test_triples_outside_any_graph_and_blank_nodes_are_kept() -> None:
    default = Quad(BlankNode("1b"), node("kg:text"), Literal("x"), DefaultGraph())
    named = Quad(node("st:1"), node("kg:statement"), BlankNode("c"), node("art:1"))
    store = stored(default, named)
    for format in RDFLIB_NAMES:
        assert len(read_with_rdflib(export(store, format), format)) == 2


# --- order


@pytest.mark.parametrize("format", EXPORT_FORMATS)
def test_the_same_graph_is_the_same_bytes(format: str) -> None:
    assert export(filled("one", "two"), format) == export(filled("two", "one"), format)


def test_what_belongs_together_stands_together() -> None:
    store = filled("one")
    blocks = export(store, "turtle").split("\n\n")[1:]
    heads = [block.split(" ", 1)[0] for block in blocks]
    assert heads[0] == "art:one"
    starts = [int(h.split("\\=")[1].split("\\,")[0]) for h in heads if "#char" in h]
    texts = [block for block in blocks if "a kg:Sentence" in block]
    assert len(texts) == 5
    sentences = [heads[blocks.index(block)] for block in texts]
    assert sentences == sorted(sentences, key=lambda h: int(h.split("\\=")[1].split("\\,")[0]))
    assert starts[0] == 0
    place = {head: number for number, head in enumerate(heads)}
    for statement, sentence in (("st:s1one", 0), ("st:s3one", 1), ("st:s6one", 4)):
        assert place[statement] > place[sentences[sentence]]
        if sentence < 4:
            assert place[statement] < place[sentences[sentence + 1]]
    roles = [h for h, b in zip(heads, blocks, strict=True) if "a kg:Role" in b]
    assert place["st:s5one"] < place[roles[0]] < place[sentences[4]]
    assert heads[-1].startswith("rel:")
    assert all(" a " in block.split("\n")[0] for block in blocks), "classes first"


def test_a_change_of_one_text_changes_one_line() -> None:
    before = Quad(node("st:1"), node("kg:text"), Literal("a"), node("art:1"))
    after = Quad(node("st:1"), node("kg:text"), Literal("b"), node("art:1"))
    other = Quad(node("st:2"), node("kg:text"), Literal("c"), node("art:1"))
    for format in RDFLIB_NAMES:
        one, two = (export(stored(q, other), format).split("\n") for q in (before, after))
        assert sum(a != b for a, b in zip(one, two, strict=True)) == 1


def test_each_triple_stands_once_without_graphs() -> None:
    store = filled("one", "two")
    distinct = {quad.triple for quad in store.quads()}
    assert len(distinct) < len(store)
    copies = [Quad(q.subject, q.predicate, q.object, node("kg:copy")) for q in store.quads()]
    store.load_quads(copies)
    assert export(store, "ntriples").count("\n") == len(distinct)
    heads = [b.split(" ", 1)[0] for b in export(store, "turtle").split("\n\n")[1:]]
    assert len(heads) == len(set(heads)) == len({str(t.subject) for t in distinct})


@given(
    st.lists(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), max_size=5)),
    st.integers(0, 30),
)
@settings(max_examples=60, deadline=None)
def test_sorting_in_files_is_sorting(lines: list[str], memory: int) -> None:
    import kg.knowing.exports as module

    before, module.MAX_RUNS = module.MAX_RUNS, 3
    try:
        assert list(sort_lines(lines, memory_characters=memory)) == sorted(set(lines))
    finally:
        module.MAX_RUNS = before


@pytest.mark.parametrize("format", EXPORT_FORMATS)
def test_large_graphs_take_another_way_to_the_same(
    monkeypatch: pytest.MonkeyPatch, format: str
) -> None:
    store = filled("one", "two")
    before = export(store, format)
    monkeypatch.setattr("kg.knowing.exports.SMALL_GRAPH_BYTES", 5000)
    monkeypatch.setattr("kg.knowing.exports.SORT_CHARACTERS", 3000)
    after = export(store, format)
    if format in RDFLIB_NAMES:
        assert read_with_rdflib(after, format) == read_with_rdflib(before, format)
    if format not in {"turtle", "trig", "jsonld", "xml"}:
        assert after == before


@pytest.mark.parametrize("format", EXPORT_FORMATS)
def test_memory_does_not_grow_with_the_store(monkeypatch: pytest.MonkeyPatch, format: str) -> None:
    monkeypatch.setattr("kg.knowing.exports.SORT_CHARACTERS", 100_000)
    monkeypatch.setattr("kg.knowing.layouts._short_term", _shorten)  # no memory of terms

    def peak_bytes(articles: int) -> int:
        store = GraphStore()
        one = list(filled("one").quads(graph=node("art:one")))
        for number in range(articles):
            store.load_quads(_copy(one, number))
        with open("/dev/null", "wb") as out:
            tracemalloc.start()
            export_graph(store, format, out)
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        return peak

    peak_bytes(2)
    assert peak_bytes(80) < 1.5 * peak_bytes(20) + 100_000


def _copy(quads: list[Quad], number: int) -> list[Quad]:
    """The quads of an article as those of another one."""

    def renamed(term: Any) -> Any:
        local = isinstance(term, NamedNode) and term.value.startswith(
            (names.ART, names.ST, names.NODE, names.EV, names.Q)
        )
        return NamedNode(term.value.replace("one", f"n{number}")) if local else term

    return [Quad(*map(renamed, (q.subject, q.predicate, q.object, q.graph_name))) for q in quads]


@pytest.mark.parametrize(
    ("term", "short"),
    [
        (f"<{names.ART}a1#char=0,12>", "art:a1\\#char\\=0\\,12"),
        (f"<{names.ENT}a.>", f"<{names.ENT}a.>"),
        (f"<{names.ENT}a/b>", f"<{names.ENT}a/b>"),
        (f"<{KG}Statement>", "kg:Statement"),
        (f"<{KG}>", f"<{KG}>"),
        ('"12"^^<http://www.w3.org/2001/XMLSchema#integer>', "12"),
        ('"x"^^<http://www.w3.org/2001/XMLSchema#integer>', '"x"^^xsd:integer'),
        ('"1500"^^<http://www.w3.org/2001/XMLSchema#double>', '"1500"^^xsd:double'),
        ('"0.9"^^<http://www.w3.org/2001/XMLSchema#decimal>', "0.9"),
        ('"3"^^<http://www.w3.org/2001/XMLSchema#decimal>', '"3"^^xsd:decimal'),
        ('"^^<"@de', '"^^<"@de'),
        ("_:b1", "_:b1"),
    ],
)
def test_terms_of_turtle(term: str, short: str) -> None:
    assert turtle_term(term) == short
    assert turtle_term(term) == short, "also when it is remembered"


def test_answers_of_queries_are_written_the_same_way() -> None:
    store = filled("one")
    out = io.BytesIO()
    write_quads(store.quads(), "trig", out)
    graphs = out.getvalue().decode().split("\n\n")
    assert out.getvalue().decode() == export(store, "trig")
    assert len(graphs) == 3


# --- parts


def own_objects(lines: list[str]) -> set[str]:
    """What the lines point at of all that we name ourselves."""
    bases = (names.ENT, names.REL, names.ART, names.ST, names.EV, names.Q, names.NODE)
    terms = {line.split(" ")[2][1:-1] for line in lines if line and line.split(" ")[2][0] == "<"}
    return {term for term in terms if term.startswith(bases)}


def test_one_article_with_what_is_known_of_its_entities() -> None:
    store = filled("one", "two")
    for name in ("one", "art:one", names.ART + "one"):
        lines = export(store, articles=(name,)).splitlines()
        graphs = {line.split(" ")[-2] for line in lines}
        assert graphs == {f"<{names.ART}one>", f"<{ONLY_KNOWLEDGE}>"}
    own = [line for line in export(filled("one", "two")).splitlines() if f"{names.ART}one>" in line]
    assert {line for line in lines if line.endswith(f"<{names.ART}one> .")} == {
        line for line in own if line.endswith(f"<{names.ART}one> .")
    }
    both = export(store, articles=("two", "one"))
    assert both == export(store)


def test_an_unknown_article_is_told() -> None:
    with pytest.raises(NotFoundError, match="article three"):
        export(filled("one"), articles=("one", "three"))


@pytest.mark.parametrize("name", ["Nathan Sales", "ent:person-nathan-sales", "nathan  sales"])
def test_one_entity_with_all_that_it_says_and_does(name: str) -> None:
    lines = export(filled("one"), entity=name).splitlines()
    subjects = {line.split(" ", 1)[0][1:-1] for line in lines}
    statements = {s.removeprefix(names.ST) for s in subjects if s.startswith(names.ST)}
    assert statements == {"s5one", "s6one"}, "the office and what Sales says"
    assert own_objects(lines) <= subjects, "nothing without its name"
    texts = {line.split(" ", 2)[2] for line in lines if f" <{KG}office> " in line}
    assert len(texts) == 1
    assert any(f" <{ONLY_KNOWLEDGE}> ." in line for line in lines)


def test_an_entity_brings_its_plain_edges_and_no_others() -> None:
    store = filled("one")
    edges = [q for q in store.quads() if q.predicate.value.startswith(names.REL)]
    islamic = node("ent:org-islamische-staat")
    assert any(islamic in (q.subject, q.object) for q in edges)
    lines = export(store, entity="ent:org-islamische-staat").splitlines()
    relations = [line for line in lines if line.split(" ")[1].startswith(f"<{names.REL}")]
    found = {line.rsplit(" <", 1)[0] for line in relations}
    assert found == {str(q.triple) for q in edges if islamic in (q.subject, q.object)}
    subjects = {line.split(" ", 1)[0][1:-1] for line in lines}
    assert own_objects(lines) <= subjects


def test_every_entity_has_a_neighbourhood_without_loose_ends() -> None:
    store = filled("one", "two")
    whole = set(export(store).splitlines())
    entities = {q.subject for q in store.quads() if str(q.subject).startswith(f"<{names.ENT}")}
    assert len(entities) > 5
    for entity in entities:
        assert isinstance(entity, NamedNode)
        try:
            lines = export(store, entity=entity.value).splitlines()
        except NotFoundError:
            continue
        assert set(lines) < whole
        assert own_objects(lines) <= {line.split(" ", 1)[0][1:-1] for line in lines}


def test_names_of_nobody_and_of_several() -> None:
    store = filled("one", "two")
    with pytest.raises(NotFoundError, match="Nobody"):
        export(store, entity="Nobody")
    with pytest.raises(NotFoundError, match="speaks of it"):
        export(store, entity="ent:person-nobody")
    with pytest.raises(NotFoundError, match="give one of them"):
        export(store, entity="Bündnis")
    with pytest.raises(NotFoundError, match="no article published"):
        export(store, entity="ent:usa", articles=("one",), since="2020-01-01")


def test_a_name_means_the_one_that_all_articles_know() -> None:
    store = filled("one")
    stranger = node("ent:person-nathan-sales-1")
    graph = node("art:one")
    store.load_quads(
        [
            Quad(stranger, node("rdfs:label"), Literal("Nathan Sales"), graph),
            Quad(stranger, node("kg:localTo"), graph, graph),
            Quad(node("st:s1one"), node("kg:speaker"), stranger, graph),
        ]
    )
    assert export(store, entity="Nathan Sales") == export(store, entity="ent:person-nathan-sales")
    assert "st:s1one" in export(store, "turtle", entity=stranger.value)


def test_who_stops_reading_is_not_told_of_a_fault() -> None:
    ends = os.pipe()
    os.close(ends[0])
    with open(ends[1], "wb", buffering=0) as out, pytest.raises(BrokenPipeError):
        export_graph(filled("one"), "nquads", out)


def test_a_window_of_days_is_half_open() -> None:
    store = filled("one", "two", "six", one="2019-01-01", two="2019-01-02", six="2019-02-01")

    def articles(**scope: str) -> set[str]:
        lines = export(store, **scope).splitlines()
        graphs = {line.split(" ")[-2][1:-1] for line in lines}
        return {g.removeprefix(names.ART) for g in graphs if g != ONLY_KNOWLEDGE}

    assert articles(since="2019-01-01", until="2019-01-02") == {"one"}
    assert articles(since="2019-01-02") == {"two", "six"}
    assert articles(until="2019-02-01") == {"one", "two"}
    with pytest.raises(NotFoundError, match="2020-01-01"):
        articles(since="2020-01-01")
    with pytest.raises(NotFoundError):
        articles(since="2019-02-01", until="2019-01-01")


@pytest.mark.parametrize("format", EXPORT_FORMATS)
def test_parts_come_in_every_format(format: str) -> None:
    store = filled("one", "two")
    whole, part = export(store, format), export(store, format, articles=("one",))
    assert 100 < len(part) < len(whole)
    assert len(export(store, format, entity="Nathan Sales", articles=("one",))) < len(part)


# --- a table of statements


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_row_a_statement_in_the_order_of_the_text() -> None:
    found = rows(export(filled("one"), "csv"))
    assert tuple(found[0]) == COLUMNS
    assert [row["statement"] for row in found] == [f"st:s{n}one" for n in (1, 2, 3, 4, 5, 6)]
    last = found[-1]
    assert last == {
        "statement": "st:s6one", "article": "art:one", "url": "https://example.org/is",
        "date": "2019-08-02", "outlet": "Beispiel-Agentur",
        "sentence": "Sales sagte, es seien rund 1200 Kämpfer in Syriens Nachbarländer "
                    "zurückgekehrt.",
        "subject": "rund 1200 Kämpfer", "subject_id": last["subject_id"],
        "relation": "zurückkehren in", "object": "Syriens Nachbarländer",
        "object_id": last["object_id"], "polarity": "affirmed", "modality": "asserted",
        "attribution": "indirect", "speaker": "Nathan Sales",
        "speaker_id": "ent:person-nathan-sales", "stance": "neutral", "event_type": "",
        "mode": "", "time": "", "time_begin": "", "time_until": "", "place": "", "place_id": "",
        "plain": "false", "confidence": last["confidence"], "rule": "active",
        "begin": last["begin"], "end": last["end"],
    }  # fmt: skip
    assert int(last["end"]) - int(last["begin"]) == len(last["sentence"])
    assert (found[0]["time"], found[0]["time_begin"], found[0]["place"]) == (
        "im März", "2019-03-01", "Syrien",
    )  # fmt: skip


def test_a_statement_in_two_graphs_is_one_row() -> None:
    store = filled("one")
    store.load_quads(
        [Quad(q.subject, q.predicate, q.object, node("kg:copy")) for q in store.quads()]
    )
    assert len(rows(export(store, "csv"))) == 6
    assert export(store, "ftm") == export(filled("one"), "ftm")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"), ("+1", "'+1"), ("-x", "'-x"), ("@a", "'@a"),
        ("\t=1", "'\t=1"), ("\r=1", "'\r=1"), ("a=1", "a=1"), ('say "x", y\nz', 'say "x", y\nz'),
    ],
)  # fmt: skip
def test_no_cell_is_a_formula(text: str, cell: str) -> None:
    statement = node("st:1")
    store = stored(
        Quad(statement, node("rdf:type"), node("kg:Statement"), node("art:1")),
        Quad(statement, node("kg:subjectText"), Literal(text), node("art:1")),
        Quad(statement, node("kg:confidence"), Literal("0.5"), node("art:1")),
    )
    (row,) = rows(export(store, "csv"))
    assert (row["subject"], row["confidence"]) == (cell, "0.5")


# --- FollowTheMoney

THING = {"name", "alias", "wikidataId", "summary", "description", "sourceUrl", "publisher",
         "keywords", "proof"}  # fmt: skip
INTERVAL = {"startDate", "endDate", "date", "summary", "description", "recordId", "sourceUrl",
            "proof", "publisher"}  # fmt: skip
LEGAL = THING | {"classification"}
PROPERTIES = {
    "Person": LEGAL, "LegalEntity": LEGAL, "Organization": LEGAL, "Company": LEGAL,
    "PublicBody": LEGAL, "Address": THING | {"full"}, "Position": THING, "Note": THING | {"entity"},
    "Article": THING | {"title", "fileName", "language", "publishedAt"},
    "Event": THING | INTERVAL | {"location", "involved"},
    "Mention": {"document", "name", "resolved"},
    "UnknownLink": INTERVAL | {"subject", "object", "role"},
    "Membership": INTERVAL | {"member", "organization", "role"},
    "Occupancy": INTERVAL | {"holder", "post"},
}  # fmt: skip
"""The properties that these schemas have in followthemoney 4.11, as far as we write any."""

NEEDED = {
    "Person": {"name"}, "LegalEntity": {"name"}, "Organization": {"name"}, "Company": {"name"},
    "PublicBody": {"name"}, "Position": {"name"}, "Event": {"name"},
    "Mention": {"document", "name"}, "UnknownLink": {"subject", "object"},
    "Membership": {"member", "organization"}, "Occupancy": {"holder", "post"},
}  # fmt: skip
ACTORS = {"Person", "LegalEntity", "Organization", "Company", "PublicBody"}
RANGES = {
    "proof": {"Article"}, "document": {"Article"}, "resolved": ACTORS, "involved": ACTORS,
    "member": ACTORS, "organization": {"Organization", "Company", "PublicBody"},
    "holder": {"Person"}, "post": {"Position"}, "subject": ACTORS | {"Address"},
    "object": ACTORS | {"Address"}, "entity": ACTORS | {"Address"},
}  # fmt: skip


def records(store: GraphStore, **scope: Any) -> dict[str, dict[str, Any]]:
    found = [json.loads(line) for line in export(store, "ftm", **scope).splitlines()]
    assert len({record["id"] for record in found}) == len(found)
    return {record["id"]: record for record in found}


def test_records_have_the_schemas_and_properties_of_followthemoney() -> None:
    found = records(filled("one", "two"))
    assert {r["schema"] for r in found.values()} >= {"Article", "Person", "Mention", "Event"}
    for record in found.values():
        schema, properties = record["schema"], record["properties"]
        assert set(properties) <= PROPERTIES[schema], record
        assert set(properties) >= NEEDED.get(schema, set()), record
        assert all(values and all(values) for values in properties.values())
        for name in set(properties) & set(RANGES):
            assert {found[id]["schema"] for id in properties[name]} <= RANGES[name], record
    assert set(SCHEMA_OF_KIND.values()) <= set(PROPERTIES)


def test_a_claim_never_becomes_a_fact() -> None:
    store = filled("one")
    found = records(store)
    for statement in ("st-s2one", "st-s6one"):  # denied; said by Sales
        assert found.get(statement, {"schema": "Note"})["schema"] == "Note"
    note = found["st-s6one"]["properties"]
    assert note["entity"] == ["ent-person-nathan-sales"]
    assert note["description"] == [
        "Nathan Sales says (indirect): rund 1200 Kämpfer seien zurückgekehrt Syriens Nachbarländer"
    ]
    denied = found["st-s2one"]["properties"]["description"]
    assert denied == ["not asserted (negated): er hielt kein Territorium"]
    plain = {
        names.shorten(q.subject.value)  # type: ignore[union-attr]
        for q in store.quads(None, node("kg:plain"))
        if q.object.value == "true"  # type: ignore[union-attr]
    }
    for record in found.values():
        if record["schema"] == "UnknownLink":
            assert record["properties"]["recordId"][0] in plain


def test_offices_are_memberships_and_entities_are_merged() -> None:
    found = records(filled("one", "two"))
    (member,) = {
        tuple(r["properties"]["member"]) for r in found.values() if r["schema"] == "Membership"
    }
    assert member == ("ent-person-nathan-sales",)
    sales = found["ent-person-nathan-sales"]
    assert sales["properties"] == {
        "alias": ["Sales"],
        "classification": ["Person"],
        "name": ["Nathan Sales"],
    }
    usa = found["ent-usa"]
    assert (usa["schema"], usa["properties"]["wikidataId"]) == ("PublicBody", ["Q30"])


# --- the command


def test_the_command_exports_parts(call_kg: RunKg, tmp_path: Path) -> None:
    with GraphStore.open(tmp_path / "newskg-store") as store:
        filled("one", "two", store=store, one="2019-01-01")
    done = call_kg("export", "--format", "csv", "--since", "1.1.2019", "--until", "2019-01-02")
    assert (done.code, done.err) == (0, "")
    assert {row["article"] for row in rows(done.out)} == {"art:one"}
    done = call_kg("export", "--format", "ftm", "--entity", "Nathan Sales", "--article", "two")
    assert '"art-two"' in done.out
    assert '"art-one"' not in done.out
    for wrong, code in ((["--article", "x"], 4), (["--entity", "X"], 4), (["--since", "x"], 2)):
        done = call_kg("export", *wrong, "--to", "out.ttl")
        assert (done.code, done.out, done.err.count("\n")) == (code, "", 1)
        assert not list(tmp_path.glob("out.ttl*"))


@pytest.mark.parametrize("scope", [Scope(entity=""), Scope(entity=" ")])
def test_an_empty_name_is_not_everybody(scope: Scope) -> None:
    with pytest.raises(NotFoundError):
        export_graph(filled("one"), "csv", io.BytesIO(), scope=scope)
