"""The network of actors, read from hand-made graphs in the vocabulary of the ontology."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from typing import Any

import pytest
from handmade import make_lexicon, make_reading
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, Store
from ties import Tie, make_actor, make_chain, make_evidence, make_ties, networks, ties

from kg.asking import network
from kg.asking.network import (
    KINDS,
    Evidence,
    edge_rows,
    evidence_rows,
    filter_network,
    find_actor,
    find_distances,
    find_in_part,
    keep_heart,
    make_network,
    node_rows,
    read_network,
    read_quads,
    weigh_actors,
)
from kg.errors import NotFoundError, QueryError
from kg.knowing.store import GraphStore
from kg.lexicon import GazetteerEntry
from kg.names import ART, ENT, PREFIXES, ST

PROLOGUE = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())

KNOWN = """
kg:knowledge {
  ent:trump a kg:Person ; rdfs:label "Donald Trump" ; skos:altLabel "Trump" ;
    kg:mentionCount 7 ; kg:articleCount 2 .
  ent:usa a kg:State, kg:Place ; rdfs:label "USA" ; kg:mentionCount 9 ; kg:articleCount 2 .
  ent:is a kg:ArmedGroup ; rdfs:label "Islamischer Staat" ; skos:altLabel "IS" ;
    kg:mentionCount 5 ; kg:articleCount 1 .
  ent:syrien a kg:State, kg:Place ; rdfs:label "Syrien" ; kg:mentionCount 3 ; kg:articleCount 1 .
  ent:oktoberfest a kg:Thing ; rdfs:label "Oktoberfest" ; kg:mentionCount 1 .
}
art:a {
  art:a a kg:Article ; schema:headline "Kampf gegen den IS" ; kg:source "a.txt" ;
    schema:url "https://example.org/a" ; schema:datePublished "2019-08-02"^^xsd:date ;
    kg:publisher "Bote" .
  <urn:s1> a kg:Sentence ; kg:text "Die USA haben den IS angegriffen." ; kg:inArticle art:a .
  <urn:s2> a kg:Sentence ; kg:text "Trump drohte dem IS." ; kg:inArticle art:a .
  ent:meier a kg:Person ; rdfs:label "Meier" .
  rel:angreifen a kg:Relation ; rdfs:label "angreifen" .
  rel:drohen a kg:Relation ; rdfs:label "drohen" .
  rel:sein a kg:Relation ; rdfs:label "sein" .
}
art:b { art:b a kg:Article ; kg:source "b.txt" ; schema:datePublished "2019-09-01"^^xsd:date . }
"""


def statement(
    name: str,
    subject: str,
    relation: str,
    object_: str | None = None,
    *,
    more: str = "",
    plain: bool = True,
    graph: str = "a",
    sentence: str = "s1",
) -> str:
    """A graph block with one statement; ``more`` is further Turtle about it, each led by ';'."""
    target = f"; kg:object {object_}" if object_ else ""
    return f"""
    art:{graph} {{ st:{name} a kg:Statement ; kg:subject {subject} ; kg:relation rel:{relation}
      {target} ; kg:plain {str(plain).lower()} ; kg:inSentence <urn:{sentence}> ;
      kg:inArticle art:{graph} {more} . }}
    """


def open_store(*blocks: str) -> Store:
    store = Store()
    store.load((PROLOGUE + KNOWN + "".join(blocks)).encode(), format=RdfFormat.TRIG)
    return store


def read(store: Store, **options: Any) -> Any:
    def select(query: str) -> Iterable[Any]:
        return store.query(query, use_default_graph_as_union=True, prefixes=PREFIXES)

    return read_network(select, **options)


def ends(graph: Any) -> set[tuple[str, str, str, int]]:
    return {(r["who"], r["whom"], r["layer"], r["count"]) for r in edge_rows(graph)}


ATTACK = statement("1", "ent:usa", "angreifen", "ent:is", more="; kg:eventType kg:Assault")
CLAIM = statement(
    "2",
    "ent:usa",
    "angreifen",
    "ent:is",
    plain=False,
    more='; kg:speaker ent:trump ; kg:attribution "direct" ; kg:eventType kg:Assault',
)


def test_a_plain_statement_between_actors_is_an_edge_with_its_sentence() -> None:
    graph = read(open_store(ATTACK))
    assert ends(graph) == {("USA", "Islamischer Staat", "plain", 1)}
    edge = graph.edges[ENT + "usa", ENT + "is", "plain"]
    assert edge["relations"] == {"angreifen": 1}
    assert edge["event_types"] == {"Assault": 1}
    assert (edge["score"], edge["first"], edge["last"]) == (-9.0, "2019-08-02", "2019-08-02")
    (evidence,) = edge["evidence"]
    assert evidence.statement == ST + "1"
    assert evidence.sentence == "Die USA haben den IS angegriffen."
    assert (evidence.title, evidence.source) == ("Kampf gegen den IS", "a.txt")
    assert (evidence.url, evidence.publisher) == ("https://example.org/a", "Bote")
    assert (evidence.role, evidence.speaker) == ("object", None)


def test_nodes_carry_kind_counts_and_aliases() -> None:
    graph = read(open_store(ATTACK))
    assert graph.nodes[ENT + "is"] == {
        "label": "Islamischer Staat",
        "kind": "ArmedGroup",
        "mentions": 5,
        "articles": 1,
        "aliases": ("IS",),
        "country": None,
        "sector": None,
        "iri": ENT + "is",
    }
    assert graph.nodes[ENT + "usa"]["kind"] == "State"


def test_a_claim_never_shows_up_in_the_plain_layer() -> None:
    graph = read(open_store(ATTACK, CLAIM))
    assert ends(graph) == {
        ("USA", "Islamischer Staat", "plain", 1),
        ("USA", "Islamischer Staat", "claim", 1),
    }
    plain = read(open_store(ATTACK, CLAIM), layer="plain")
    assert [e.statement for e in plain.edges[ENT + "usa", ENT + "is", "plain"]["evidence"]] == [
        ST + "1"
    ]
    claim = graph.edges[ENT + "usa", ENT + "is", "claim"]["evidence"][0]
    assert (claim.statement, claim.speaker, claim.score) == (ST + "2", "Donald Trump", -9.0)


@pytest.mark.parametrize(
    "more",
    [
        "; kg:speaker ent:trump",
        '; kg:speakerText "ein Sprecher"',
        '; kg:attribution "hearsay"',
    ],
)
def test_a_statement_with_a_speaker_is_a_claim_even_if_it_calls_itself_plain(more: str) -> None:
    graph = read(open_store(statement("1", "ent:usa", "angreifen", "ent:is", more=more)))
    assert ends(graph) == {("USA", "Islamischer Staat", "claim", 1)}


def test_a_statement_that_does_not_say_that_it_is_plain_is_a_claim() -> None:
    block = ATTACK.replace("kg:plain true", "kg:modality kg:possible")
    graph = read(open_store(block))
    assert ends(graph) == {("USA", "Islamischer Staat", "claim", 1)}
    (evidence,) = graph.edges[ENT + "usa", ENT + "is", "claim"]["evidence"]
    assert evidence.modality == "possible"


@pytest.mark.parametrize("more", ["; kg:polarity kg:negated", '; kg:stance "deny"'])
def test_what_is_denied_is_no_edge(more: str) -> None:
    denied = statement("1", "ent:usa", "angreifen", "ent:is", plain=False, more=more)
    assert len(read(open_store(denied))) == 0


def test_a_statement_in_two_graphs_counts_once() -> None:
    again = ATTACK.replace("art:a {", "art:b {", 1)
    assert again != ATTACK
    graph = read(open_store(ATTACK, again))
    assert ends(graph) == {("USA", "Islamischer Staat", "plain", 1)}


def test_two_statements_of_one_pair_are_one_edge_with_count_two() -> None:
    second = statement("3", "ent:usa", "drohen", "ent:is", graph="b")
    graph = read(open_store(ATTACK, second))
    edge = graph.edges[ENT + "usa", ENT + "is", "plain"]
    assert edge["relations"] == {"angreifen": 1, "drohen": 1}
    assert (edge["count"], edge["first"], edge["last"]) == (2, "2019-08-02", "2019-09-01")
    assert edge["score"] == -9.0, "the mean goes over typed statements only"
    assert graph.graph["articles"] == 2


def test_an_argument_that_denotes_an_actor_makes_an_edge_with_its_role() -> None:
    block = (
        statement("1", "ent:trump", "drohen", more="; kg:argument node:x ; kg:place ent:syrien")
        + "art:a { st:1 kg:argument node:y ."
        ' node:x a kg:Argument ; kg:role "recipient" ; kg:text "dem IS" ; kg:entity ent:is .'
        ' node:y a kg:Argument ; kg:role "oblique:in" ; kg:text "Syrien" ; kg:entity ent:syrien . }'
    )
    graph = read(open_store(block))
    assert ends(graph) == {("Donald Trump", "Islamischer Staat", "plain", 1)}, "a place acts not"
    assert evidence_rows(graph)[0]["role"] == "recipient"


def test_object_and_argument_of_one_statement_are_not_counted_twice() -> None:
    block = ATTACK + (
        "art:a { st:1 kg:argument node:x ."
        ' node:x a kg:Argument ; kg:role "recipient" ; kg:entity ent:is ; kg:text "IS" . }'
    )
    graph = read(open_store(block))
    assert ends(graph) == {("USA", "Islamischer Staat", "plain", 1)}
    assert evidence_rows(graph)[0]["role"] == "object"


def test_an_office_names_the_edge_to_its_organisation() -> None:
    block = statement("1", "ent:trump", "sein", more="; kg:argument node:o, node:u") + (
        'art:a { node:o a kg:Argument ; kg:role "office" ; kg:text "Präsident" .'
        ' node:u a kg:Argument ; kg:role "organisation" ; kg:text "USA" ; kg:entity ent:usa . }'
    )
    (row,) = edge_rows(read(open_store(block)))
    assert (row["who"], row["whom"], row["relations"]) == ("Donald Trump", "USA", "Präsident 1")


def test_the_recipients_of_an_event_are_edges_and_its_score_wins() -> None:
    block = (
        statement("1", "ent:usa", "angreifen")
        + "art:a { ev:1 a kg:Event, kg:Assault ; kg:actor ent:usa, ent:trump ; kg:score -9.5 ;"
        " kg:recipient ent:is ; kg:statement st:1 . }"
    )
    graph = read(open_store(block))
    assert ends(graph) == {
        ("USA", "Islamischer Staat", "plain", 1),
        ("Donald Trump", "Islamischer Staat", "plain", 1),
    }
    assert {row["score"] for row in edge_rows(graph)} == {-9.5}


def test_the_mode_of_a_claim_decides_its_score() -> None:
    more = '; kg:eventType kg:Consult ; kg:mode "%s"'
    for mode, score in (("visit", 4.0), ("unheard-of", 2.5)):
        block = statement("1", "ent:usa", "treffen", "ent:is", plain=False, more=more % mode)
        (row,) = edge_rows(read(open_store(block)))
        assert (row["layer"], row["score"]) == ("claim", score)


def test_who_is_no_actor_or_acts_on_itself_makes_no_edge() -> None:
    graph = read(
        open_store(
            statement("1", "ent:usa", "angreifen", "ent:oktoberfest"),
            statement("2", "ent:usa", "angreifen", "ent:usa"),
            statement("3", "ent:usa", "angreifen", "node:bastion"),
            statement("4", "node:bastion", "angreifen", "ent:usa"),
        )
    )
    assert (len(graph), edge_rows(graph), node_rows(graph)) == (0, [], [])


def test_local_actors_stay_out_unless_asked_for() -> None:
    store = open_store(
        statement("1", "ent:meier", "drohen", "ent:is"),
        "art:a { node:l a kg:Link ; kg:mention <urn:m1>, <urn:m2> ; kg:entity ent:meier . }",
    )
    assert len(read(store)) == 0
    graph = read(store, local=True)
    assert ends(graph) == {("Meier", "Islamischer Staat", "plain", 1)}
    assert graph.nodes[ENT + "meier"]["mentions"] == 2


def test_least_count_and_period_filter_edges() -> None:
    store = open_store(
        ATTACK,
        statement("2", "ent:usa", "drohen", "ent:is", graph="b"),
        statement("3", "ent:trump", "drohen", "ent:is"),
    )
    assert ends(read(store, min_count=2)) == {("USA", "Islamischer Staat", "plain", 2)}
    early = filter_network(read(store), until="2019-09-01")
    assert ends(early) == {
        ("USA", "Islamischer Staat", "plain", 1),
        ("Donald Trump", "Islamischer Staat", "plain", 1),
    }
    assert ends(filter_network(read(store), since="2019-09-01")) == {
        ("USA", "Islamischer Staat", "plain", 1)
    }


def test_an_unknown_layer_and_an_empty_heart_are_refused() -> None:
    graph = read(open_store(ATTACK))
    with pytest.raises(QueryError, match="plain, claim"):
        filter_network(graph, layer="gossip")
    with pytest.raises(QueryError, match="at least 1"):
        keep_heart(graph, 0)


def test_the_heart_says_what_it_left_out() -> None:
    store = open_store(ATTACK, CLAIM, statement("3", "ent:trump", "drohen", "ent:is"))
    graph = read(store, max_nodes=2)
    assert {data["label"] for _, data in graph.nodes(data=True)} == {"USA", "Islamischer Staat"}
    assert graph.graph["left_out"] == {"actors": 1, "edges": 1}


def test_the_same_store_in_another_order_gives_the_same_network() -> None:
    blocks = [ATTACK, CLAIM, statement("3", "ent:trump", "drohen", "ent:is", sentence="s2")]
    one, two = read(open_store(*blocks)), read(open_store(*reversed(blocks)))
    assert list(one.nodes(data=True)) == list(two.nodes(data=True))
    assert list(one.edges(keys=True, data=True)) == list(two.edges(keys=True, data=True))


def test_rows_go_into_json_and_csv() -> None:
    graph = read(open_store(ATTACK, CLAIM))
    for rows in (edge_rows(graph), node_rows(graph), evidence_rows(graph)):
        assert json.loads(json.dumps(rows)) == rows
        out = io.StringIO()
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writerows(rows)
        assert len(out.getvalue().splitlines()) == len(rows)
    assert [(r["name"], r["acts"], r["concerned"]) for r in node_rows(graph)] == [
        ("Islamischer Staat", 0, 2),
        ("USA", 2, 0),
    ]


def test_statements_tell_their_confidence_and_place() -> None:
    block = statement("1", "ent:usa", "treffen", "ent:is", more="; kg:confidence 0.9")
    place = block.replace(
        "kg:confidence", 'kg:place ent:syrien ; kg:placeText "dort" ; kg:confidence'
    )
    text = block.replace("kg:confidence", 'kg:placeText "am Hafen" ; kg:confidence')
    (one,) = evidence_rows(read(open_store(place)))
    (two,) = evidence_rows(read(open_store(text)))
    assert (one["confidence"], one["place"], one["place_iri"]) == (0.9, "Syrien", ENT + "syrien")
    assert (two["confidence"], two["place"], two["place_iri"]) == (0.9, "am Hafen", None)


def test_country_and_sector_are_the_gazetteers() -> None:
    more = 'kg:knowledge { ent:state-lettland a kg:State ; rdfs:label "Lettland" . }'
    graph = read(open_store(more, statement("1", "ent:usa", "drohen", "ent:state-lettland")))
    (known, other) = (row for row in node_rows(graph))
    assert (known["name"], known["country"], known["sector"]) == ("Lettland", "LV", "GOV")
    assert (other["name"], other["country"], other["sector"]) == ("USA", None, None)


def test_a_users_own_names_win_over_the_gazetteer() -> None:
    own = GazetteerEntry("usa", "state", "USA", "-", "US", "GOV", "-")
    rows = node_rows(read(open_store(ATTACK), names=(own,)))
    assert {(row["name"], row["country"]) for row in rows} == {
        ("USA", "US"),
        ("Islamischer Staat", None),
    }


def test_edges_count_quad_classes_articles_and_statements() -> None:
    second = statement("3", "ent:usa", "drohen", "ent:is", graph="b")
    edge = read(open_store(ATTACK, second)).edges[ENT + "usa", ENT + "is", "plain"]
    assert edge["quads"] == {"material conflict": 1}
    assert edge["articles"] == (ART + "a", ART + "b")
    assert edge["statements"] == (ST + "1", ST + "3")


def test_a_store_is_asked_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(*(statement(str(n), "ent:usa", "drohen", "ent:is") for n in range(7)))
    whole = read(store)
    monkeypatch.setattr(network, "NODES_A_QUERY", 2)
    assert edge_rows(read(store)) == edge_rows(whole)
    assert edge_rows(whole)[0]["count"] == 7


@pytest.mark.parametrize(
    "more",
    [
        "; kg:modality kg:possible",
        "; kg:modality kg:asserted, kg:future",
        "; kg:polarity kg:affirmed, kg:doubtful",
        '; kg:attribution "none", "reported"',
    ],
)
def test_a_statement_with_a_limit_is_a_claim_even_if_it_calls_itself_plain(more: str) -> None:
    graph = read(open_store(statement("1", "ent:usa", "angreifen", "ent:is", more=more)))
    assert ends(graph) == {("USA", "Islamischer Staat", "claim", 1)}


def test_numbers_and_days_that_are_none_do_no_harm() -> None:
    odd = """
    kg:knowledge { ent:usa kg:mentionCount 10, "many" ; kg:articleCount 10 . }
    art:a { art:a schema:datePublished "1999-1-1", "soon" . st:1 kg:confidence "sure" .
      ev:1 a kg:Event ; kg:statement st:1 ; kg:score "x", "INF"^^xsd:double . }
    """
    graph = read(open_store(ATTACK, odd))
    usa = graph.nodes[ENT + "usa"]
    assert (usa["mentions"], usa["articles"]) == (10, 10)
    (evidence,) = graph.edges[ENT + "usa", ENT + "is", "plain"]["evidence"]
    assert (evidence.confidence, evidence.published) == (None, "2019-08-02")
    assert evidence.score is None or abs(evidence.score) <= 10


def test_texts_where_nodes_belong_do_no_harm() -> None:
    block = ATTACK.replace("kg:inSentence <urn:s1>", 'kg:inSentence "> } DROP" ; kg:place "x"')
    (row,) = evidence_rows(read(open_store(block)))
    assert (row["sentence"], row["place"], row["place_iri"]) == ("", None, "x")


# --- filters


def pairs_of(graph: Any) -> list[tuple[str, str]]:
    return [(row["who"], row["whom"]) for row in edge_rows(graph)]


def some_network() -> Any:
    actors = {
        "a": make_actor("a", kind="State"),
        "b": make_actor("b", kind="State"),
        "c": make_actor("c", kind="Company"),
    }
    ties: list[Tie] = [
        ("a", "b", "plain", "Assault"),
        ("b", "c", "plain", "Accuse"),
        ("c", "a", "claim", "Consult"),
        ("a", "c", "plain", "Aid"),
        ("b", "a", "plain", None),
    ]
    return make_ties(ties, **actors)


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        ({"event_types": ["assault", "Aid"]}, ["AB", "AC"]),
        ({"quads": ["conflict"]}, ["AB", "BC"]),
        ({"quads": ["verbal"]}, ["BC", "CA"]),
        ({"quads": ["material cooperation", "verbal conflict"]}, ["AC", "BC"]),
        ({"kinds": ["state"]}, ["AB", "BA"]),
        ({"kinds": ["State", "Company"], "layer": "claim"}, ["CA"]),
        ({"min_confidence": 0.3}, ["AC", "BA"]),
        ({"since": "2026-02-01", "until": "2026-04-01"}, ["BC", "CA"]),
        ({"ego": "B"}, ["AB", "AC", "BA", "BC", "CA"]),
        ({"ego": "B", "quads": ["conflict"], "until": "2026-02-01"}, ["AB"]),
        ({"place": "Riga"}, []),
    ],
)
def test_every_filter(filters: Any, left: list[str]) -> None:
    found = filter_network(some_network(), **filters)
    assert sorted(who + whom for who, whom in pairs_of(found)) == left


def test_a_place_takes_in_what_lies_in_it() -> None:
    at = {"place": "Riga", "place_iri": ENT + "city-riga"}
    graph = make_network(
        {"a": make_actor("a"), "b": make_actor("b")},
        {("a", "b", "plain"): [make_evidence(1, **at), make_evidence(2, place="Solhavn")]},
    )
    for place, count in (("riga", 1), ("Latvia", 1), ("Solhavn", 1), ("Estland", 0)):
        assert sum(r["count"] for r in edge_rows(filter_network(graph, place=place))) == count


@pytest.mark.parametrize(
    ("filters", "known"),
    [
        ({"event_types": ["Fun"]}, "Assault"),
        ({"quads": ["love"]}, "material conflict"),
        ({"quads": [" "]}, "verbal cooperation"),
        ({"kinds": ["Robot"]}, "ArmedGroup"),
    ],
)
def test_unknown_filters_name_those_that_there_are(filters: Any, known: str) -> None:
    with pytest.raises(QueryError, match=known):
        filter_network(some_network(), **filters)


one_filter = st.one_of(
    st.sampled_from(["plain", "claim"]).map(lambda v: {"layer": v}),
    st.sampled_from(["2026-03-01", "2026-07-15"]).map(lambda v: {"since": v}),
    st.sampled_from(["2026-05-01", "2026-11-15"]).map(lambda v: {"until": v}),
    st.lists(st.sampled_from(["Consult", "Assault"]), min_size=1).map(lambda v: {"event_types": v}),
    st.sampled_from(["conflict", "material"]).map(lambda v: {"quads": [v]}),
    st.floats(0, 1).map(lambda v: {"min_confidence": v}),
    st.lists(st.sampled_from(KINDS[:3]), min_size=1).map(lambda v: {"kinds": v}),
)


@settings(max_examples=80, deadline=None)
@given(ties, one_filter, one_filter)
def test_law_filters_commute(found: list[Tie], one: Any, other: Any) -> None:
    actors = {n: make_actor(n, kind=KINDS[i % 3]) for i, n in enumerate("abcdefgh")}
    graph = make_ties(found, **actors)
    left = filter_network(filter_network(graph, **one), **other)
    right = filter_network(filter_network(graph, **other), **one)
    assert list(left.edges(keys=True, data=True)) == list(right.edges(keys=True, data=True))
    assert list(left.nodes(data=True)) == list(right.nodes(data=True))
    if not one.keys() & other.keys():
        both = filter_network(graph, **one, **other)
        assert list(both.edges(keys=True, data=True)) == list(left.edges(keys=True, data=True))
    again = filter_network(left, **other)
    assert list(again.edges(keys=True, data=True)) == list(left.edges(keys=True, data=True))


@settings(max_examples=60, deadline=None)
@given(ties, st.floats(0, 1), st.floats(0, 1))
def test_law_more_confidence_adds_no_edge(found: list[Tie], one: float, other: float) -> None:
    graph = make_ties(found)
    low, high = (filter_network(graph, min_confidence=c) for c in sorted((one, other)))
    counts = {(u, v, key): data["count"] for u, v, key, data in low.edges(keys=True, data=True)}
    for u, v, key, data in high.edges(keys=True, data=True):
        assert data["count"] <= counts[u, v, key]


@settings(max_examples=40, deadline=None)
@given(networks, st.integers(1, 4))
def test_law_a_filter_only_takes_away(graph: Any, least: int) -> None:
    found = filter_network(graph, min_count=least)
    assert set(found.edges(keys=True)) == {
        (who, whom, key)
        for who, whom, key, data in graph.edges(keys=True, data=True)
        if data["count"] >= least
    }
    assert set(filter_network(graph).edges(keys=True)) == set(graph.edges(keys=True))
    rows = edge_rows(graph)
    assert rows == edge_rows(filter_network(graph))
    assert [row["count"] for row in rows] == sorted((r["count"] for r in rows), reverse=True)


# --- names


def named_network() -> Any:
    actors = {
        ENT + "person-anna-berg": make_actor("x", label="Anna Berg", aliases=("Berg",)),
        ENT + "person-otto-berg": make_actor("x", label="Otto Berg", aliases=("Berg", "Ötti")),
        ENT + "org-hafen": make_actor("x", label="Hafen AG", kind="Company"),
    }
    berg, otto, port = actors
    ties: list[Tie] = [(berg, port, "plain", None), (otto, port, "claim", None)]
    return make_ties(ties, **actors)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Anna Berg", "person-anna-berg"),
        ("  anna   BERG ", "person-anna-berg"),
        ("O\u0308tti", "person-otto-berg"),
        ("ent:org-hafen", "org-hafen"),
        (f"<{ENT}org-hafen>", "org-hafen"),
    ],
)
def test_actors_go_by_label_alias_and_iri(name: str, found: str) -> None:
    assert find_actor(named_network(), name) == ENT + found


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "berg",
            "berg: several actors have this name: "
            "Anna Berg (ent:person-anna-berg), Otto Berg (ent:person-otto-berg)",
        ),
        ("Hafen", "Hafen: nobody in this network has this name; similar are Hafen AG"),
        ("Ana Berg", "Ana Berg: nobody in this network has this name; similar are Anna Berg"),
        ("Xylophon", "Xylophon: nobody in this network has this name"),
        ("", ": nobody in this network has this name"),
    ],
)
def test_unclear_names_are_told_in_one_line(name: str, message: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        find_actor(named_network(), name)
    assert str(caught.value).startswith(message)
    assert caught.value.exit_code == 4


def test_who_is_filtered_out_is_named() -> None:
    whole = named_network()
    part = filter_network(whole, layer="plain")
    assert find_in_part(part, whole, "Anna Berg") == ENT + "person-anna-berg"
    with pytest.raises(NotFoundError, match="Otto Berg: no edge of this actor passes the filters"):
        find_in_part(part, whole, "Ötti")


def test_distances_go_both_ways() -> None:
    chain = make_chain("a", "b", "c", "d").edges
    assert find_distances(chain, "b") == {"b": 0, "a": 1, "c": 1, "d": 2}
    assert find_distances(chain, "d", 1) == {"d": 0, "c": 1}


def test_each_event_type_has_one_quad_class() -> None:
    rows = {(row, quad) for row, quad in read_quads().items()}
    assert len(rows) == len(read_quads()) == 16


# --- laws


NAMES = st.sampled_from("abcdef")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(NAMES, NAMES, st.sampled_from(["plain", "claim"])), max_size=30),
    st.integers(1, 6),
)
def test_laws_of_weight_and_heart(triples: list[tuple[str, str, str]], size: int) -> None:
    edges: dict[tuple[str, str, str], list[Evidence]] = {}
    for number, key in enumerate(triples):
        if key[0] != key[1]:
            edges.setdefault(key, []).append(Evidence(str(number), "r", "object", "…", "a"))
    actors = {
        n: {"label": n, "kind": "Person", "mentions": 1, "articles": 1, "aliases": ()}
        for n in "abcdef"
    }
    graph = make_network(actors, edges)
    weight = weigh_actors(graph)
    assert sum(weight.values()) == 2 * sum(len(found) for found in edges.values())
    heart = keep_heart(graph, size)
    left_out = heart.graph["left_out"]
    assert len(heart) <= size
    assert len(heart) + left_out["actors"] == len(graph)
    assert heart.number_of_edges() + left_out["edges"] == graph.number_of_edges()
    for layer in ("plain", "claim"):
        only = filter_network(graph, layer=layer)
        assert {key for _, _, key in only.edges(keys=True)} <= {layer}


def test_the_graph_that_the_store_writes_is_understood() -> None:
    store = GraphStore()
    store.put_article(make_reading(), lexicon=make_lexicon())
    store.refresh_knowledge()
    rows = evidence_rows(read_network(store.query, local=True))
    assert ("Nathan Sales", "US-Regierung", "plain") in {
        (row["who"], row["whom"], row["layer"]) for row in rows
    }
    assert all(row["sentence"] and row["source"] and row["published"] for row in rows)
