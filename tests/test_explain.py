"""Any node or edge can be walked back to rule, sentence and article."""

from __future__ import annotations

from dataclasses import replace

import pytest
from handmade import FIRST, TEXT, make_lexicon, make_reading
from pyoxigraph import NamedNode

from kg.confidence import doubts_of
from kg.errors import NotFoundError
from kg.knowing.explain import explain, write_explanation
from kg.knowing.store import GraphStore
from kg.names import ART, REL, ST


def filled(*signs: str) -> GraphStore:
    """The reading in a store; its first statement has these signs."""
    store, reading = GraphStore(), make_reading()
    first, *others = reading.statements
    reading = replace(reading, statements=(replace(first, signs=signs), *others))
    store.put_article(reading, lexicon=make_lexicon(), model="hand")
    store.refresh_knowledge()
    return store


STORE = filled()


def facts(target: str) -> dict[str, str]:
    return dict(explain(STORE, target).facts)


def test_a_statement() -> None:
    assert facts("st:s1hand") == {
        "subject": "“Der IS” → Islamischen Staat [ent:org-islamische-staat]",
        "relation": "“hatte verloren” → rel:verlieren",
        "object": "“seine letzte Bastion in Syrien”",
        "status": "asserted by the article itself",
        "when": "“im März” (2019-03-01 until before 2019-04-01)",
        "where": "“in Syrien” → Syrien [ent:syria]",
        "rule": "active, confidence 1",
        "sentence": TEXT[slice(*FIRST)],
        "article": "Kampf gegen den IS, hand.txt, 2019-08-02, Beispiel-Agentur, "
        "https://example.org/is, art:hand",
    }


def test_what_limits_a_statement() -> None:
    assert facts("st:s2hand")["status"] == "negated"
    said = facts("st:s6hand")
    assert said["status"] == "indirect"
    assert said["speaker"] == "“Sales” → Nathan Sales [ent:person-nathan-sales]"
    assert said["quotation"].startswith("es seien rund 1200")
    assert said["quantity"] == "“rund 1200 Kämpfer” = about 1200 Kämpfer"


def test_a_statement_tells_what_lowers_its_confidence() -> None:
    signs = ("marked", "office", "causative")
    told = explain(filled(*signs), "st:s1hand").facts
    doubts = [value for label, value in told if label == "doubt"]
    assert doubts == sorted(doubts_of(signs))
    assert len(doubts) == 2


def test_an_entity_tells_its_mentions_with_reasons() -> None:
    found = explain(STORE, "ent:person-nathan-sales")
    mentions = [value for label, value in found.facts if label == "mention"]
    assert len(mentions) == 2
    assert mentions[1].startswith("1 × “Sales”: surname of “Nathan Sales”, score 0.9 — in: Sales")
    known = dict(found.facts)
    assert known["names"] == "Nathan Sales, Sales"
    assert known["statements"] == "2"
    assert known["role"].startswith("Koordinator für Terrorismusbekämpfung, US-Regierung [node:")


def test_a_quotation_and_what_is_said_in_it() -> None:
    found = explain(STORE, "q:q1hand")
    assert dict(found.facts)["cue"] == "sagte"
    assert [part.name for part in found.behind] == ["st:s6hand"]


def test_an_edge_leads_to_its_statements() -> None:
    target = next(
        str(q.object.value)  # type: ignore[union-attr]
        for q in STORE.quads(predicate=NamedNode(REL + "aufrufen-zu"))
    )
    found = explain(STORE, ("ent:usa", "rel:aufrufen-zu", target))
    assert [part.name for part in found.behind] == ["st:s3hand"]


@pytest.mark.parametrize("kind", ["Event", "Role"])
def test_events_and_roles_lead_to_their_statement(kind: str) -> None:
    answer = STORE.query(f"SELECT DISTINCT ?node {{ ?node a kg:{kind} }}")
    nodes = [row["node"].value for row in answer]  # type: ignore[union-attr]
    assert nodes
    for node in nodes:
        (behind,) = explain(STORE, node).behind
        assert behind.kind == "statement"


def test_a_mention_and_its_link() -> None:
    mention = f"<{ART}hand#char=304,309>"
    denotes = facts(mention)["denotes"]
    assert denotes == "Nathan Sales [ent:person-nathan-sales]: surname of “Nathan Sales”, score 0.9"


def test_an_article() -> None:
    assert facts("art:hand")["statements"] == "6"
    assert facts("art:hand")["read by"] == "newskg 0.1.0 hand"


@pytest.mark.parametrize("name", ["st:s1hand", f"<{ST}s1hand>", f"{ST}s1hand", " st:s1hand "])
def test_every_way_to_name_a_node(name: str) -> None:
    assert explain(STORE, name).name == "st:s1hand"


def test_every_node_of_the_graph_can_be_explained() -> None:
    nodes = {quad.subject for quad in STORE.quads()}
    kinds = {explain(STORE, node.value).kind for node in nodes}  # type: ignore[union-attr]
    assert kinds == {
        "statement",
        "entity",
        "event",
        "quotation",
        "role",
        "mention",
        "article",
        "node",
    }


@pytest.mark.parametrize(
    "target",
    [
        "st:nothing",
        "no such thing",
        "",
        "<>",
        "https://example.org/x",
        ("ent:usa", "rel:verlieren", "ent:iraq"),
        ("ent:usa", "?", "ent:iraq"),
    ],
)
def test_what_is_not_there(target: str | tuple[str, str, str]) -> None:
    with pytest.raises(NotFoundError):
        explain(STORE, target)


def test_the_text_is_one_fact_a_line_without_control_characters() -> None:
    text = write_explanation(explain(STORE, "q:q1hand"))
    lines = text.split("\n")
    assert lines[0] == "quotation q:q1hand"
    assert "    statement st:s6hand" in lines
    assert all(line.isprintable() for line in lines)
