"""Variables bound to terms: any variable, any term, and never anything but a term."""

from __future__ import annotations

import doctest
from types import ModuleType

import pytest
from handmade import make_lexicon, make_reading
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Store, Variable

from kg.asking import bindings
from kg.asking.bindings import bind_variables, make_term, read_term
from kg.asking.queries import Table, Verdict, run_query
from kg.errors import QueryError
from kg.knowing import refusals
from kg.knowing.refusals import mask_query
from kg.knowing.store import GraphStore
from kg.names import ENT, PREFIXES

XSD = PREFIXES["xsd"]
USA = NamedNode(ENT + "usa")
TEXT = st.text(alphabet=st.characters(exclude_categories=("Cs",)))

STORE = GraphStore()
STORE.put_article(make_reading("one"), lexicon=make_lexicon())
STORE.refresh_knowledge()


def rows(sparql: str, **values: str) -> set[tuple[str, ...]]:
    result = run_query(STORE, sparql, values=values)
    assert isinstance(result, Table)
    return {tuple(str(term) for term in row) for row in result.rows}


@pytest.mark.parametrize(
    ("value", "term"),
    [
        ("ent:usa", USA),
        ("<https://example.org/>", NamedNode("https://example.org/")),
        ("Berlin: heute", Literal("Berlin: heute")),
        ("https://example.org/", Literal("https://example.org/")),
        ("5", Literal("5")),
        ("true", Literal("true")),
        ("", Literal("")),
        ('"5"^^xsd:integer', Literal(5)),
        ('"2026-10-09"^^xsd:date', Literal("2026-10-09", datatype=NamedNode(XSD + "date"))),
        ('"x"^^<https://example.org/t>', Literal("x", datatype=NamedNode("https://example.org/t"))),
        ('"Haus"@de', Literal("Haus", language="de")),
        ('"Haus"@de-AT', Literal("Haus", language="de-at")),
        ('"ent:usa"', Literal("ent:usa")),
        ('"say \\"so\\"\\n"', Literal('say "so"\n')),
        ('"open', Literal('"open')),
        ('"a" "b"', Literal('"a" "b"')),
        ("<a b>", Literal("<a b>")),
    ],
)
def test_a_value_is_a_node_a_typed_literal_or_a_text(value: str, term: object) -> None:
    assert make_term(value) == term
    assert read_term(str(make_term(value))) == term


@pytest.mark.parametrize(
    "value", ["ent:a b", "<no-scheme>", '"5"^^number', '"5"^^xsd:a>b', '"a"^^foo:bar']
)
def test_what_is_meant_as_a_node_and_is_none(value: str) -> None:
    with pytest.raises(QueryError, match="not an IRI"):
        make_term(value)


@pytest.mark.parametrize("value", ["\udcff", '"a\udcff"@de', '"5"^^xsd:\udcff', "ent:\udcff"])
def test_half_a_character_is_no_value(value: str) -> None:
    with pytest.raises(QueryError, match="not UTF-8") as refused:
        make_term(value)
    assert str(refused.value).isascii()


def test_half_a_character_is_no_query() -> None:
    with pytest.raises(QueryError, match="query: not UTF-8"):
        run_query(STORE, "SELECT \udcff")


@pytest.mark.parametrize(
    "text",
    ["", "x", "_:b", '"open', '"a" . <a:s> <a:p> "b"', "<a:o> . <a:s> <a:p> <a:x>", "<a:o> <a:g>",
     '"a" } SERVICE <a:b> {'],
)  # fmt: skip
def test_one_term_and_no_more(text: str) -> None:
    with pytest.raises(QueryError, match="neither an IRI nor a literal"):
        read_term(text)


@given(TEXT)
def test_any_text_comes_back_as_it_went_in(text: str) -> None:
    term = Literal(text)
    assert read_term(str(term)) == term
    for query in (
        "ASK { BIND(1 AS ?y) FILTER(?x = ?z) }",
        "ASK { VALUES ?x { 1 } FILTER(?x = ?z) }",
    ):
        assert bool(Store().query(bind_variables(query, {"x": term, "z": term})))
        assert not bool(Store().query(bind_variables(query, {"x": term, "z": Literal(text + ".")})))


# What the engine's own substitution can do, which knows only what a SELECT gives back.
PROJECTED = [
    "SELECT ?x ?l { ?x rdfs:label ?l }",
    "SELECT * { GRAPH ?g { ?x ?p ?o } }",
    "SELECT ?x ?s { GRAPH ?g { ?s kg:entity ?y FILTER(?y = ?x) } }",
    "SELECT ?x (COUNT(*) AS ?n) { ?s ?p ?x } GROUP BY ?x",
    "SELECT ?x ?s { { ?x rdfs:label ?s } UNION { ?s kg:entity ?x } }",
    "SELECT ?x ?s { ?x rdfs:label ?l FILTER EXISTS { ?x a ?s } }",
    "SELECT ?x ?s { ?s kg:entity ?y MINUS { ?s kg:entity ?x } }",
    "SELECT ?x ?s { ?s kg:entity ?y OPTIONAL { ?s kg:mention ?m FILTER(?x = ?y) } }",
]


@pytest.mark.parametrize("sparql", PROJECTED)
def test_rows_are_those_of_the_engine_itself(sparql: str) -> None:
    assert isinstance(STORE.engine.store, Store)  # type: ignore[attr-defined]
    engine: Store = STORE.engine.store  # type: ignore[attr-defined]
    answer = engine.query(
        sparql,
        prefixes=PREFIXES,
        use_default_graph_as_union=True,
        substitutions={Variable("x"): USA},
    )
    names = [variable.value for variable in answer.variables]  # type: ignore[union-attr]
    there = {tuple(str(row[name]) for name in names) for row in answer}  # type: ignore
    assert rows(sparql, x="ent:usa") == there != set()


@pytest.mark.parametrize(
    "sparql",
    [
        "SELECT ?l { ?x rdfs:label ?l }",
        "SELECT ?l { ?y rdfs:label ?l FILTER(?y = $x) }",
        "SELECT ?l { GRAPH ?g { { ?y rdfs:label ?l FILTER(?y = ?x) } } }",
        "SELECT ?l { { SELECT ?l { ?x rdfs:label ?l } } }",
        "SELECT ?l { { SELECT DISTINCT ?l { ?y rdfs:label ?l } ORDER BY ?x } ?x rdfs:label ?l }",
        "SELECT ?l { ?y rdfs:label ?l FILTER EXISTS { ?y a ?c FILTER(?y = ?x) } }",
        "SELECT ?l { ?y rdfs:label ?l FILTER(?y IN (?x, kg:x)) # } ?x {\n }",
        "SELECT ?l { VALUES (?y) { (ent:usa) } ?y rdfs:label ?l FILTER(?x = ?y) }",
        "SELECT (STR(?z) AS ?l) { ?x rdfs:label ?z }",
        "SELECT ?l { VALUES ?x { kg:nothing '}' } ?x rdfs:label ?l }",
        "select ?l where{values ?x{kg:nothing}?x rdfs:label ?l}",
        "SELECT ?l { ?x rdfs:label ?l } VALUES ?l { 'Vereinigte Staaten' }",
    ],
)
def test_a_variable_is_bound_wherever_it_stands(sparql: str) -> None:
    usa = rows("SELECT ?l { ent:usa rdfs:label ?l }")
    assert rows(sparql, x="ent:usa") == usa
    assert rows(sparql, x="ent:nobody") == set()


def test_an_aggregate_counts_what_is_bound() -> None:
    sparql = "SELECT (COUNT(*) AS ?n) { ?s kg:entity ?x }"
    ((all_of_them,),) = rows(sparql)
    ((some,),) = rows(sparql, x="ent:usa")
    ((one_by_one,),) = rows("SELECT (COUNT(*) AS ?n) { ?s kg:entity ent:usa }")
    assert some == one_by_one != all_of_them


def test_every_kind_of_query_can_be_bound() -> None:
    assert run_query(STORE, "ASK { ?x rdfs:label ?l }", values={"x": "ent:usa"}) == Verdict(True)
    assert run_query(STORE, "ASK { ?x rdfs:label ?l }", values={"x": "usa"}) == Verdict(False)
    plain = run_query(STORE, "CONSTRUCT { ent:usa kg:x ?o } { ent:usa rdfs:label ?o }")
    bound = "CONSTRUCT { ?x kg:x ?o } WHERE { ?x rdfs:label ?o }"
    assert run_query(STORE, bound, values={"x": "ent:usa"}) == plain
    described = run_query(STORE, "DESCRIBE ?x { ?x a ?c }", values={"x": "ent:usa"})
    assert described == run_query(STORE, "DESCRIBE ent:usa")


@pytest.mark.parametrize(
    ("sparql", "message"),
    [
        ("ASK { ?s ?p ?o }", r"the query has no variable \?x"),
        ("ASK { ?s ?p '?x' } # ?x", r"the query has no variable \?x"),
        ("DESCRIBE ?x", r"the query has no variable \?x"),
        ("CONSTRUCT WHERE { ?x ?p ?o }", r"write CONSTRUCT \{ ... \} WHERE"),
        ("SELECT (1 AS ?x) {}", "gives a bound variable a value itself"),
        ("ASK { BIND(1 AS ?x) }", "gives a bound variable a value itself"),
        ("SELECT ?l { ?x rdfs:label }", "error at 1:27: "),
        ("} { ?x", "error at 1:7: "),
    ],
)
def test_what_cannot_be_bound(sparql: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        run_query(STORE, sparql, values={"x": "ent:usa"})


@pytest.mark.parametrize(
    "evil",
    [
        '" } SERVICE <http://x/> { ?s ?p ?o } #',
        "' } #",
        "\\",
        '"',
        "} UNION { ?s ?p ?o",
        "?l",
        "\n}",
    ],
)
def test_a_value_never_acts(evil: str) -> None:
    assert rows("SELECT ?l { ?s rdfs:label ?l FILTER(?l = ?x) }", x=evil) == set()


@pytest.mark.parametrize("module", [bindings, refusals])
def test_the_examples_are_true(module: ModuleType) -> None:
    found = doctest.testmod(module)
    assert found.attempted > 1
    assert found.failed == 0


@given(TEXT)
def test_a_masked_query_is_as_long_as_before(text: str) -> None:
    assert len(mask_query(f"ASK {{ '{text}' }} # {text}")) == len(text) * 2 + 13


def test_what_is_nested_too_deeply_is_refused_in_this_process_too() -> None:
    for sparql in ("ASK { FILTER" + "(" * 100_000, "ASK " + "{" * 100_000 + "}" * 100_000):
        with pytest.raises(QueryError, match="more than 500 brackets in brackets"):
            run_query(STORE, sparql)
    quiet = f"ASK {{ FILTER(STRLEN('{'(' * 100_000}') = 100000) }} # {'{' * 1000}"
    assert run_query(STORE, quiet) == Verdict(True)
    assert run_query(STORE, f"ASK {{ FILTER{'(' * 400}1{')' * 400} }}") == Verdict(True)
