"""The story of the seed articles: what must stand in their graph, and what must never."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.knowing.store import GraphStore
from kg.lexicon import read_lexicon
from kg.pipeline import pipelines, read_article
from kg.reading.articles import read_articles

SEEDS = Path(__file__).parent.parent / "seeds"

pytestmark = pytest.mark.model

Edge = tuple[str, str, str]

EDGES = """
SELECT DISTINCT ?s ?p ?o WHERE {
  GRAPH ?g { ?x ?r ?y . ?r a kg:Relation ; rdfs:label ?p .
             ?x rdfs:label ?s . ?y rdfs:label ?o }
}"""

ASSERTED: list[Edge] = [
    ("Anders Hauglien", "telefonieren mit", "Marit Solheim"),
    ("Baltport", "bestreiten", "die Vorwürfe"),
    ("Elena Marchetti", "treffen", "Janis Ozolbergs"),
    ("Elena Marchetti", "treffen", "Marit Solheim"),
    ("Estland", "einigen auf", "gemeinsame Hafengebühren"),
    ("Lettland", "auffordern", "Nordwind"),
    ("Lettland", "einigen auf", "gemeinsame Hafengebühren"),
    ("Liis Tammsoo", "begrüßen", "die Untersuchung"),
    ("Marit Solheim", "schätzen", "den Schaden"),
    ("Nordwind", "einstellen", "ihre letzte Fährlinie"),
    ("Vereinte Nationen", "verurteilen", "die Tat"),
    ("Anders Hauglien", "thank", "Somalia"),
    ("Elena Marchetti", "meet", "Janis Ozolbergs"),
    ("Liis Tammsoo", "welcome", "the investigation"),
    ("Samuel Adeyinka", "condemn", "Coastal Front"),
]

# Who, doing what: said, denied, suspected or promised by somebody, never told by the article.
NEVER = [
    ("Aldersund", {"bestechen", "bieten", "anbieten", "offer", "bribe"}),
    ("Solheim", {"belügen", "lie", "lügen"}),
    ("Nordwind", {"zahlen", "pay", "anbieten", "offer", "verkaufen"}),
    ("Reederei", {"zahlen", "anbieten", "machen", "verkaufen"}),
    ("Baltport", {"wissen", "know", "verdrängen", "drive"}),
    ("Norway", {"negotiate with", "negotiate"}),
    ("Norwegen", {"verhandeln mit", "verhandeln"}),
    ("Ozolbergs", {"anbieten"}),
]


@pytest.fixture(scope="module")
def store() -> Iterator[GraphStore]:
    graph = GraphStore()
    pipeline_of = pipelines()
    articles = read_articles([SEEDS], on_skip=lambda skip: pytest.fail(str(skip)))
    for article in articles:
        reading = read_article(article, pipeline_of(article.lang))
        graph.put_article(reading, lexicon=read_lexicon(article.lang))
    graph.refresh_knowledge()
    yield graph
    graph.close()


@pytest.fixture(scope="module")
def edges(store: GraphStore) -> set[Edge]:
    rows = store.query(EDGES)
    return {(row["s"].value, row["p"].value, row["o"].value) for row in rows}


@pytest.mark.parametrize("edge", ASSERTED, ids=" | ".join)
def test_what_the_articles_assert_is_an_edge(edge: Edge, edges: set[Edge]) -> None:
    assert edge in edges


@pytest.mark.parametrize(("who", "deeds"), NEVER, ids=[who for who, _ in NEVER])
def test_what_is_only_said_is_no_edge(who: str, deeds: set[str], edges: set[Edge]) -> None:
    assert not [e for e in edges if who in e[0] and e[1] in deeds]


def test_teasers_say_nothing(store: GraphStore) -> None:
    rows = store.query("SELECT ?t WHERE { GRAPH ?g { ?s a kg:Sentence ; kg:text ?t } }")
    texts = [row["t"].value for row in rows]
    assert len(texts) > 60
    assert not [t for t in texts if "Lesen Sie auch" in t or "Eiskönigin" in t or "Read" in t[:5]]


def test_every_edge_has_a_plain_statement_in_its_article(store: GraphStore) -> None:
    orphan = """ASK { GRAPH ?g { ?x ?r ?y . ?r a kg:Relation .
      FILTER NOT EXISTS { ?st kg:subject ?x ; kg:relation ?r ; kg:object ?y ; kg:plain true } } }"""
    assert not bool(store.query(orphan))


def test_one_person_is_one_node(store: GraphStore) -> None:
    rows = store.query(
        "SELECT DISTINCT ?e ?n WHERE { GRAPH kg:knowledge { ?e a kg:Person ; rdfs:label ?n } }"
    )
    names = [row["n"].value for row in rows]
    surnames = [name.split()[-1] for name in names]
    assert {"Solheim", "Marchetti", "Ozolbergs", "Hauglien", "Aldersund"} <= set(surnames)
    assert len(surnames) == len(set(surnames)), sorted(names)


@pytest.mark.parametrize(
    ("words", "speaker"),
    [
        ("Niemand steht über den Regeln", "Elena Marchetti"),
        ("Wir verhandeln nicht mit Terroristen", "Anders Hauglien"),
        ("wir lassen uns nicht erpressen", "Janis Ozolbergs"),
        ("die Miliz habe sich seit 2023", "Samuel Adeyinka"),
        ("Heute gewinnt die ganze Ostsee", "Liis Tammsoo"),
    ],
)
def test_quotations_have_their_speaker(words: str, speaker: str, store: GraphStore) -> None:
    rows = store.query(
        "SELECT ?t ?n WHERE { GRAPH ?g { ?q a kg:Quotation ; kg:text ?t ; kg:speaker ?e . "
        "?e rdfs:label ?n } }"
    )
    found = {row["n"].value for row in rows if words in row["t"].value}
    assert found == {speaker}
