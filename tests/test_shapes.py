"""The shapes: a good graph conforms, and every seeded fault is found and named."""

from __future__ import annotations

import json

import pytest
from handmade import make_lexicon, make_reading
from pyoxigraph import Store

from kg.knowing.shapes import Violation, validate, write_violations
from kg.knowing.store import GraphStore
from kg.names import ART, PREFIXES

LEXICON = make_lexicon()
ARTICLE = f"<{ART}hand>"


def filled() -> tuple[GraphStore, Store]:
    inner = Store()
    store = GraphStore(store=inner)
    store.put_article(make_reading(), lexicon=LEXICON)
    store.refresh_knowledge()
    return store, inner


def violations(update: str) -> list[Violation]:
    store, inner = filled()
    before = set(inner)
    inner.update(update, prefixes=dict(PREFIXES))
    assert set(inner) != before, "the fault was not seeded"
    return validate(store)


def test_the_handmade_graph_conforms() -> None:
    store, _ = filled()
    assert validate(store) == []


def test_an_empty_store_conforms() -> None:
    assert validate(GraphStore()) == []


def seed(triple: str) -> str:
    return f"INSERT DATA {{ GRAPH {ARTICLE} {{ {triple} }} }}"


def lose(pattern: str) -> str:
    return f"DELETE WHERE {{ GRAPH {ARTICLE} {{ {pattern} }} }}"


def change(subject: str, predicate: str, value: str) -> str:
    where = f"{{ GRAPH {ARTICLE} {{ {subject} {predicate} ?old }} }}"
    new = f"{{ GRAPH {ARTICLE} {{ {subject} {predicate} {value} }} }}"
    return f"DELETE {where} INSERT {new} WHERE {where}"


FAULTS = [
    (seed("ent:person-nathan-sales rel:verlieren ent:usa"), "An edge needs"),
    (seed("ent:person-nathan-sales rel:erfinden ent:usa"), "does not declare"),
    (change("st:s3hand", "kg:attribution", '"hearsay"'), "An edge needs"),
    (change("st:s3hand", "kg:plain", "false"), "An edge needs"),
    (change("st:s1hand", "kg:polarity", "kg:negated"), "A plain statement must"),
    (change("st:s6hand", "kg:plain", "true"), "A plain statement must"),
    (seed("st:s1hand kg:speaker ent:usa"), "A plain statement must"),
    (lose("st:s1hand kg:inSentence ?o"), "exactly one sentence"),
    (seed("st:s1hand kg:inSentence <urn:x>"), "exactly one sentence"),
    (lose("st:s1hand kg:rule ?o"), "name of the rule"),
    (change("st:s1hand", "kg:rule", '""'), "name of the rule"),
    (change("st:s1hand", "kg:modality", "kg:maybe"), "exactly one modality"),
    (change("st:s1hand", "kg:confidence", "1.5"), "confidence from 0 to 1"),
    (change("st:s1hand", "kg:timeBegin", '"March"^^xsd:date'), "A time begins"),
    (change("st:s1hand", "kg:timeBegin", '"2019-05-01"^^xsd:date'), "A time begins"),
    (change("?m", "a", "kg:Thing") + f" ; {seed('ent:new a kg:Thing')}", "exactly one name"),
    (seed('ent:usa rdfs:label "Another"'), "exactly one name"),
    (seed("ent:person-nathan-sales a kg:Company"), "a person and an organisation"),
    (change(ARTICLE, "kg:textLength", "10"), "beyond the end"),
    (change(ARTICLE, "kg:language", '"xx"'), "one language"),
    (change(ARTICLE, "kg:source", '"/home/me/x.txt"'), "without folders"),
    (change("?m", "kg:mentionKind", '"dog"'), "one kind"),
    (lose("?l kg:reason ?o"), "reason in words"),
    (lose("?l kg:score ?o"), "score"),
    (change("q:q1hand", "kg:quotationKind", '"sung"'), "direct, indirect"),
    (change("q:q1hand", "kg:begin", "9999"), "smaller than its end"),
    (change("?s", "kg:holder", '"Sales"'), "one holder"),
    (lose("?e kg:actor ?a"), "at least one actor"),
    (change("?e", "kg:quadClass", '"odd"'), "one quad class"),
    (change("?n", "kg:value", '"many"'), "one number"),
    (change("?l", "kg:mention", "<urn:x>"), "decides about exactly one mention"),
    (change("?l", "kg:entity", "ent:nobody"), "does not describe"),
    (change("st:s1hand", "kg:inSentence", "<urn:x>"), "A statement stands in exactly one sentence"),
    (change("st:s1hand", "kg:inArticle", "art:other"), "A statement stands in exactly one article"),
    (lose("?e kg:inSentence ?s"), "A quotation begins in exactly one sentence"),
    (change("q:q1hand", "kg:end", "9999"), "A quotation reaches beyond"),
    (change("?d", "kg:end", "9999"), "A description reaches beyond"),
    (lose("q:q1hand kg:stance ?o"), "one stance of its speaker"),
    (change("st:s6hand", "kg:inQuotation", "q:none"), "at most one quotation"),
    (change("st:s6hand", "kg:attribution", '"none"'), "never said by the article itself"),
    (change("st:s5hand", "kg:argument", "ent:usa"), "as an argument must be one"),
    (change("st:s6hand", "kg:quantity", "ent:usa"), "at most one quantity"),
    (change("st:s3hand", "kg:plain", "false"), "must be marked plain"),
    (lose("ent:usa rel:aufrufen-zu ?o"), "needs its edge"),
    (change("?e", "kg:statement", "st:s6hand"), "must rest on a plain statement"),
    (change("?e", "kg:statement", "st:nothing"), "exactly one statement behind it"),
    (change("?s", "kg:end", "3"), "holds other words than its offsets say"),
    (seed("ev:x a kg:Happening"), "reports of at least two articles"),
    (seed("ev:x a kg:Happening"), "number of articles"),
    (seed("ev:x a kg:Happening"), "at least one actor or recipient"),
    (seed("ev:x a kg:Happening , kg:Event"), "is none itself"),
    (seed("ev:x a kg:Happening ; kg:eventType kg:Aid , kg:Agree"), "exactly one event type"),
    (
        seed("ev:x a kg:Happening ; kg:sourceCount 2 ; kg:independentSources 3"),
        "no greater than that of its articles",
    ),
    (
        seed(
            'ev:x a kg:Happening ; kg:timeBegin "2019-05-01"^^xsd:date ; '
            'kg:timeUntil "2019-05-01"^^xsd:date'
        ),
        "A time begins",
    ),
    (seed("ev:x a kg:Happening ; kg:contradiction ent:usa"), "as a contradiction must be one"),
    (seed('node:x a kg:Contradiction ; kg:contradictionKind "taste"'), "one of number, time"),
    (seed("node:x a kg:Contradiction ; kg:version node:y"), "at least two versions"),
    (seed("node:y a kg:Version"), "what is told, in words"),
    (seed("node:y a kg:Version"), "a report that tells it so"),
    (seed("?n kg:low 5").replace("?n", "node:x") + "; " + seed("node:x a kg:Quantity"), "quantity"),
]


@pytest.mark.parametrize(("update", "message"), FAULTS)
def test_a_seeded_fault_is_found(update: str, message: str) -> None:
    found = violations(update)
    assert any(message in violation.message for violation in found), [v.message for v in found]


def test_words_that_are_not_at_their_offsets() -> None:
    found = violations(change("?m", "kg:text", '"no"'))
    assert "A mention holds other words than its offsets say." in {v.message for v in found}


def test_a_violation_names_article_node_and_sentence() -> None:
    (found,) = violations(lose("st:s1hand kg:rule ?o"))
    assert (found.article, found.node) == ("art:hand", "st:s1hand")
    assert found.sentence.startswith("Der IS hatte im März")
    assert "\n" not in str(found)
    assert str(found).startswith("art:hand “Kampf gegen den IS”: st:s1hand: A statement")


def test_an_edge_backed_only_by_another_article_is_a_fault() -> None:
    store, inner = filled()
    store.put_article(make_reading("other"), lexicon=LEXICON)
    assert validate(store) == []
    edge = "ent:usa rel:aufrufen-zu ent:iraq"
    inner.update(f"INSERT DATA {{ GRAPH <{ART}other> {{ {edge} }} }}", prefixes=dict(PREFIXES))
    assert {violation.article for violation in validate(store)} == {"art:other"}


def test_knowledge_is_checked_too() -> None:
    store, inner = filled()
    inner.update(
        'INSERT DATA { GRAPH kg:knowledge { ent:usa rdfs:label "Other" } }', prefixes=dict(PREFIXES)
    )
    assert [v.article for v in validate(store)] == ["kg:knowledge"]


def test_violations_as_json_and_as_lines() -> None:
    found = violations(lose("st:s1hand kg:rule ?o"))
    (row,) = json.loads(write_violations(found, "json"))
    assert (row["article"], row["title"], row["node"]) == (
        "art:hand",
        "Kampf gegen den IS",
        "st:s1hand",
    )
    assert write_violations(found) == f"{found[0]}\n"
    assert (write_violations([], "json"), write_violations([])) == ("[]\n", "")


def test_progress_is_told_after_each_article() -> None:
    store, _ = filled()
    store.put_article(make_reading("other"), lexicon=LEXICON)
    told: list[tuple[int, int]] = []
    assert validate(store, on_article=lambda *numbers: told.append(numbers)) == []
    assert told == [(1, 2), (2, 2)]
