"""Stock queries and answers in every form."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from handmade import make_lexicon, make_reading
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import (
    Literal,
    NamedNode,
    QueryResultsFormat,
    RdfFormat,
    Store,
    parse,
    parse_query_results,
)

from kg.asking import queries
from kg.asking.queries import (
    FORMS,
    RESULT_FORMATS,
    Table,
    Triples,
    Verdict,
    ask_worker,
    fill_values,
    find_stock_query,
    list_stock_queries,
    read_stock_queries,
    run_query,
    run_stock_query,
    write_result,
    write_rows,
)
from kg.asking.workers import QueryWorker
from kg.errors import LexiconError, NotFoundError, QueryError, QueryFormatError
from kg.knowing.store import GraphStore
from kg.names import PREFIXES
from kg.records import Phrase, Reading

XSD = PREFIXES["xsd"]


def filled(*readings: Reading) -> GraphStore:
    store = GraphStore()
    for reading in readings:
        store.put_article(reading, lexicon=make_lexicon())
    store.refresh_knowledge()
    return store


BOTH = (make_reading("one"), make_reading("two"))
STORE = filled(*BOTH)


def rows_in(store: GraphStore, query: str, /, **values: str) -> list[tuple[str, ...]]:
    result = run_stock_query(store, query, values=values)
    assert isinstance(result, Table)
    return [tuple(term.value if term else "" for term in row) for row in result.rows]


def rows_of(query: str, /, **values: str) -> list[tuple[str, ...]]:
    return rows_in(STORE, query, **values)


def test_there_are_some_and_each_has_a_title() -> None:
    assert len(read_stock_queries()) >= 22
    assert all(len(query.title) > 10 for query in read_stock_queries())


def test_actors_are_counted_over_articles() -> None:
    assert rows_of("actors")[0][1:4] == ("Islamischen Staat", "8", "2")


def test_claims_are_never_what_the_article_asserts() -> None:
    assert {row[0] for row in rows_of("claims")} == {"Nathan Sales"}
    assert rows_of("claims", speaker_name="nobody") == []


def changed(article: str, **values: object) -> Reading:
    """A reading whose first statement of Sales differs in some values."""
    reading = make_reading(article)
    at = next(i for i, s in enumerate(reading.statements) if s.speaker is not None)
    statements = list(reading.statements)
    statements[at] = replace(statements[at], id=f"{article}-new", **values)  # type: ignore[arg-type]
    return replace(reading, statements=tuple(statements))


def ask(name: str, *readings: Reading, **values: str) -> list[tuple[str, ...]]:
    return rows_in(filled(*readings), name, **values)


def test_claims_contradict_when_one_is_denied() -> None:
    assert ask("contradictions", make_reading("one"), make_reading("two")) == []
    found = ask("contradictions", make_reading("one"), changed("two", negated=True))
    assert [row[3] for row in found] == ["Sales"]
    denied = ask("contradictions", make_reading("one"), changed("two", stance="deny"))
    assert [row[5] for row in denied] == ["Sales"]
    twice = changed("two", negated=True, stance="deny")  # who denies a denial affirms
    assert ask("contradictions", make_reading("one"), twice) == []


def test_an_unknown_pronoun_contradicts_nobody() -> None:
    he = Phrase("er", 60, 62, pronoun=True)
    same = changed("one", subject=he), changed("two", subject=he, negated=True)
    assert ask("contradictions", *same) == []
    known = replace(he, text="Der Sprecher", pronoun=False)
    same = changed("one", subject=known), changed("two", subject=known, negated=True)
    assert len(ask("contradictions", *same)) == 1


def test_what_is_wanted_or_possible_contradicts_nothing() -> None:
    denied = changed("two", negated=True)
    for modality in ("intended", "demanded", "possible", "necessary"):
        assert ask("contradictions", changed("one", modality=modality), denied) == []


def test_an_accuser_does_not_deny() -> None:
    assert ask("denials", changed("one", stance="doubt")) == [], "the article keeps its distance"
    assert [row[:2] for row in ask("denials", changed("one", stance="deny"))] == [
        ("Nathan Sales", "deny")
    ]


def test_ministers_of_several_articles_are_several() -> None:
    reading = make_reading("one")
    at = reading.article.text.index("Bündnis")
    minister = replace(reading.quotations[0], speaker=((at, at + 7),), mention=None)
    both = [
        replace(make_reading(name), quotations=(replace(minister, article=name),))
        for name in ("one", "two")
    ]
    assert [row[2] for row in ask("quoted", *both)] == ["1", "1"]


def test_a_demand_names_who_demands_it() -> None:
    (row,) = ask("demands", changed("one", modality="demanded"))
    assert row[0] == "Nathan Sales"
    assert ask("demands", changed("one", modality="demanded"), speaker_name="Trump") == []


def test_the_quoted_are_counted_by_outlet() -> None:
    rows = ask("quoted", make_reading("one"), make_reading("two"))
    assert rows == [("Nathan Sales", "Beispiel-Agentur", "2", "0", "2")]
    assert ask("quoted", make_reading("one"), outlet_name="Morgenpost") == []
    reading = make_reading("one")
    at = reading.article.text.index(" er ") + 1
    unknown = replace(reading.quotations[0], speaker=((at, at + 2),), mention=None)
    assert ask("quoted", replace(reading, quotations=(unknown,))) == [], "er is many"


def test_a_parameter_takes_another_value() -> None:
    about = rows_of("about", name="1200")
    assert {row[2] for row in about} == {"zurückkehren in"}
    assert len(about) == 2


def test_a_value_cannot_break_out_of_its_place() -> None:
    evil = '" } SERVICE <http://x/> { ?s ?p ?o } #'
    assert rows_of("about", name=evil) == []
    with pytest.raises(QueryError, match="no parameter"):
        rows_of("about", other="x")
    filled_in = fill_values('SELECT * { VALUES ?x { "a" } }', {"x": 'a"}\n\\'})
    assert run_query(STORE, filled_in).rows == ((Literal('a"}\n\\'),),)  # type: ignore[union-attr]


def test_values_are_nodes_or_texts() -> None:
    text = "SELECT ?x { VALUES ?x { 1 } }"
    for value, term in [
        ("ent:usa", NamedNode(PREFIXES["ent"] + "usa")),
        ("<https://example.org/>", NamedNode("https://example.org/")),
        ("Berlin: heute", Literal("Berlin: heute")),
    ]:
        assert run_query(STORE, text, values={"x": value}) == Table(("x",), ((term,),))
    with pytest.raises(QueryError, match="not an IRI"):
        run_query(STORE, text, values={"x": "ent:a b"})


def test_an_unknown_query_names_the_known_ones() -> None:
    with pytest.raises(NotFoundError, match="about, actors"):
        find_stock_query("nothing")


@pytest.mark.parametrize(
    "head", ["# title: x\n", "# columns: x\n", "# title: x\n# columns: x\n# parameter: y\n"]
)
def test_a_broken_head_is_named(head: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bad.rq").write_text(head + "ASK {}")
    monkeypatch.setattr(queries, "ontology_path", lambda *parts: tmp_path)
    with pytest.raises(LexiconError, match=r"bad\.rq"):
        read_stock_queries.__wrapped__()


def table(*cells: Literal | NamedNode | None) -> Table:
    return Table(("a", "b")[: len(cells)] if len(cells) < 3 else tuple("abc"), (cells,))


def test_a_table_is_aligned_and_short() -> None:
    result = Table(
        ("name", "n"),
        ((NamedNode(PREFIXES["ent"] + "usa"), Literal(3)), (Literal("日本"), None)),
    )
    assert write_result(result) == "name     n\n-------  -\nent:usa  3\n日本\n"
    long = write_result(table(Literal("x" * 500)))
    assert max(map(len, long.splitlines())) == 80


def test_a_table_without_rows_still_has_its_head() -> None:
    assert write_result(Table(("name",), ())) == "name\n----\n"


def test_a_terminal_cannot_be_steered() -> None:
    text = write_result(table(Literal("a\x1b[31mb\x07\x9b\u202ec\nd")))
    assert text.splitlines()[2] == "a[31mbc d"


@pytest.mark.parametrize(
    ("term", "cell"),
    [
        (Literal("=1+1"), "'=1+1"),
        (Literal("+49"), "'+49"),
        (Literal("-5"), "'-5"),
        (Literal("@x"), "'@x"),
        (Literal("\t=x"), "'\t=x"),
        (Literal("a=b"), "a=b"),
        (Literal("-5", datatype=NamedNode(XSD + "integer")), "-5"),
        (Literal("-0.5", datatype=NamedNode(XSD + "decimal")), "-0.5"),
        (Literal("=x()", datatype=NamedNode(XSD + "integer")), "'=x()"),
        (Literal("=x", language="de"), "'=x"),
        (NamedNode("https://example.org/"), "https://example.org/"),
        (None, ""),
    ],
)
def test_a_spreadsheet_gets_no_formula(term: Literal | NamedNode | None, cell: str) -> None:
    rows = list(csv.reader(io.StringIO(write_result(table(term, term), "csv"))))
    assert rows == [["a", "b"], [cell, cell]]


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",), exclude_characters="\r\0")))
def test_csv_and_json_lose_no_text(text: str) -> None:
    result = table(Literal(text), None)
    found = json.loads(write_result(result, "json"))
    assert found["results"]["bindings"] == [{"a": {"type": "literal", "value": text}}]
    (_, row) = csv.reader(io.StringIO(write_result(result, "csv"), newline=""))
    assert row[0].removeprefix("'") == text.removeprefix("'")


def test_json_follows_the_standard() -> None:
    result = table(NamedNode("a:b"), Literal("x", language="de"), Literal(5))
    found = json.loads(write_result(result, "json"))
    assert found["head"] == {"vars": ["a", "b", "c"]}
    assert found["results"]["bindings"] == [
        {
            "a": {"type": "uri", "value": "a:b"},
            "b": {"type": "literal", "value": "x", "xml:lang": "de"},
            "c": {"type": "literal", "value": "5", "datatype": XSD + "integer"},
        }
    ]
    assert json.loads(write_result(run_query(STORE, "ASK {}"), "json"))["boolean"] is True


@pytest.mark.parametrize(
    "sparql",
    ["CONSTRUCT { ?s rdfs:label ?o } WHERE { ?s rdfs:label ?o }", "DESCRIBE ent:usa"],
)
def test_graphs_come_as_turtle_sorted(sparql: str) -> None:
    result = run_query(STORE, sparql)
    assert isinstance(result, Triples)
    text = write_result(result, "turtle")
    loaded = Store()
    loaded.load(text, RdfFormat.TURTLE)
    assert {quad.triple for quad in loaded} == set(result.triples) != set()
    assert text == write_result(run_query(filled(*BOTH), sparql), "turtle")
    assert json.loads(write_result(result, "json"))


@pytest.mark.parametrize(
    ("sparql", "format"),
    [
        ("ASK {}", "csv"),
        ("ASK {}", "turtle"),
        ("SELECT * {}", "turtle"),
        ("ASK {}", "pdf"),
        ("DESCRIBE ent:usa", "csv"),
    ],
)
def test_a_form_that_does_not_fit(sparql: str, format: str) -> None:
    with pytest.raises(QueryFormatError):
        write_result(run_query(STORE, sparql), format)


def test_what_does_not_fit_names_what_does() -> None:
    with pytest.raises(
        QueryFormatError, match=r"csv does not fit .* yes or no; .* table, json, xml"
    ):
        write_result(Verdict(True), "csv")
    with pytest.raises(QueryFormatError, match=r"turtle does not .* csv, tsv, json, xml, md"):
        write_result(table(None), "turtle")


def test_tsv_and_xml_are_the_standards_own() -> None:
    result = table(NamedNode("a:b"), Literal("x\t|y", language="de"), Literal(-5))
    assert write_result(result, "tsv") == '?a\t?b\t?c\n<a:b>\t"x\\t|y"@de\t-5\n'
    text = write_result(table(Literal("=1+1"), None), "tsv")
    assert text == '?a\t?b\n"=1+1"\t\n'  # no mark against formulas here
    for format in (QueryResultsFormat.TSV, QueryResultsFormat.XML):
        written = write_result(result, format.file_extension.replace("srx", "xml"))
        found = parse_query_results(written.encode(), format=format)
        assert [tuple(row) for row in found] == list(result.rows)  # type: ignore[union-attr]
    assert "<boolean>true</boolean>" in write_result(Verdict(True), "xml")


def test_a_markdown_table_stays_a_table() -> None:
    result = table(Literal("a|b\n<i>*c*</i> `d` [e](f) \\"), NamedNode(PREFIXES["ent"] + "usa"))
    assert write_result(result, "md") == (
        "| a | b |\n| --- | --- |\n| a\\|b \\<i>\\*c\\*\\</i> \\`d\\` \\[e\\](f) \\\\ | ent:usa |\n"
    )
    assert write_result(table(Literal("x" * 500)), "md").count("x") == 500


@pytest.mark.parametrize("format", ["turtle", "ntriples", "jsonld", "xml", "json"])
def test_a_graph_in_every_form(format: str) -> None:
    result = run_query(STORE, "DESCRIBE ent:usa")
    assert isinstance(result, Triples)
    kind = RdfFormat.from_media_type(FORMS[format]["graph"])
    loaded = {quad.triple for quad in parse(write_result(result, format), format=kind)}
    assert loaded == set(result.triples) != set()


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueryWorker]:
    path = tmp_path_factory.mktemp("queries") / "store"
    with GraphStore.open(path) as store:
        for reading in BOTH:
            store.put_article(reading, lexicon=make_lexicon())
        store.refresh_knowledge()
    with QueryWorker(path) as found:
        yield found


@pytest.mark.parametrize("format", RESULT_FORMATS)
def test_a_worker_answers_as_this_process_does(worker: QueryWorker, format: str) -> None:
    for sparql in (
        "SELECT ?s ?label ?none { ?s rdfs:label ?label } ORDER BY ?s ?label",
        "SELECT ?nothing { ?nothing a kg:Nothing }",
        "ASK {}",
        "DESCRIBE ent:usa",
    ):
        result = run_query(STORE, sparql)
        try:
            there = write_result(result, format)
        except QueryFormatError as error:
            with pytest.raises(QueryFormatError, match=re.escape(str(error))):
                ask_worker(worker, sparql, format=format)
            continue
        here = b"".join(ask_worker(worker, sparql, format=format)).decode()
        if format == "json":
            assert json.loads(here) == json.loads(there)
        else:
            assert here.rstrip("\n") == there.rstrip("\n")


def test_a_worker_takes_values(worker: QueryWorker) -> None:
    asked = ask_worker(worker, "SELECT ?l { ?x rdfs:label ?l }", values={"x": "ent:usa"})
    assert b"Vereinigte Staaten" in b"".join(asked)
    with pytest.raises(QueryFormatError, match="no result format 'pdf'"):
        ask_worker(worker, "ASK {}", format="pdf")
    with pytest.raises(QueryError, match=r"1:7"):
        ask_worker(worker, "SELEKT")


def test_a_choice_of_graphs_is_respected() -> None:
    count = "SELECT (COUNT(*) AS ?n) % { ?s schema:headline ?t }"
    for clause, number in (("", 2), ("FROM art:one", 1), ("FROM NAMED art:one", 0)):
        assert run_query(STORE, count.replace("%", clause)) == Table(("n",), ((Literal(number),),))


def test_flat_rows_in_every_form() -> None:
    rows = [{"who": "=A", "count": -3, "score": 1.5, "last": None}]
    assert write_rows(rows, "csv") == "who,count,score,last\n'=A,-3,1.5,\n"
    assert write_rows(rows, "table").splitlines()[2] == "=A   -3     1.5"
    assert json.loads(write_rows(rows, "json")) == rows
    assert (write_rows([], "json"), write_rows([], "csv")) == ("[]\n", "")
    with pytest.raises(QueryError):
        write_rows(rows, "turtle")


def test_the_list_names_every_query_and_parameter() -> None:
    text = list_stock_queries()
    for query in read_stock_queries():
        assert f"{query.name} " in text
        assert query.title in text
    assert "speaker: " in text


def test_a_yes_and_a_no() -> None:
    assert write_result(run_query(STORE, "ASK { ?s a kg:Person }")) == "yes\n"
    assert write_result(run_query(STORE, "ASK { ?s a kg:Nothing }")) == "no\n"


def test_a_syntax_error_names_its_place() -> None:
    with pytest.raises(QueryError, match=r"2:10") as caught:
        run_query(STORE, "SELECT *\n{ ?s ?p }")
    assert caught.value.excerpt == "{ ?s ?p }\n         ^"
    with pytest.raises(QueryError, match=r"1:15: the prefix foo: is not declared"):
        run_query(STORE, "ASK { ?s a ?x,foo:Bar }", values={"x": "ent:usa"})
