"""Which statements become events, of which type, between whom."""

from __future__ import annotations

import dataclasses

import pytest
from handmade import make_lexicon, make_reading

from kg.knowing.entities import resolve_mentions
from kg.knowing.events import Event, find_event_type, make_events
from kg.lexicon import EventWord, read_lexicon
from kg.records import Argument, Phrase, Reading, Relation, Statement

WORDS = (
    EventWord("treffen", "verb", "-", "Consult", "-", "Sie traf ihn."),
    EventWord("drohen", "verb", "mit", "Threaten", "violence", "Er drohte mit Gewalt."),
    EventWord("drohen", "verb", "-", "Threaten", "-", "Er drohte ihnen."),
    EventWord("helfen", "verb", "dat", "Aid", "-", "Er half ihnen."),
    EventWord("warnen", "verb", "vor", "Threaten", "-", "Er warnte vor Folgen."),
    EventWord("sagen", "verb", "-", "-", "-", "Er sagte es."),
    EventWord("erobern", "verb", "acc", "Assault", "no-such-mode", "Sie eroberten die Stadt."),
)
LEXICON = make_lexicon(events=WORDS)
THING = Phrase("x", 0, 1)


def statement(lemma: str, preposition: str | None = None, **more: object) -> Statement:
    relation = Relation(lemma, lemma, preposition)
    object = more.pop("object", None)
    return Statement("a", "s", (0, 1), THING, relation, object, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "type", "mode", "score"),
    [
        (statement("treffen"), "Consult", None, "2.5"),
        (statement("drohen"), "Threaten", None, "-3.5"),
        (statement("drohen", "mit"), "Threaten", "violence", "-3.5"),
        (
            statement("drohen", arguments=(Argument("oblique:mit", "x", 0, 1),)),
            "Threaten",
            "violence",
            "-3.5",
        ),
        (statement("helfen", arguments=(Argument("recipient", "x", 0, 1),)), "Aid", None, "10"),
        (statement("erobern", object=THING), "Assault", None, "-9"),
    ],
)
def test_lemma_and_frame_decide(found: Statement, type: str, mode: str | None, score: str) -> None:
    event = find_event_type(found, lexicon=LEXICON)
    assert event is not None
    assert (event.type, event.mode, event.score) == (type, mode, score)


@pytest.mark.parametrize(
    "found",
    [
        statement("sagen"),
        statement("unbekannt"),
        statement("warnen"),
        statement("helfen"),
        statement("erobern", "zu", object=THING),
    ],
)
def test_no_type_without_a_line_that_fits(found: Statement) -> None:
    assert find_event_type(found, lexicon=LEXICON) is None


def events_of(reading: Reading) -> list[Event]:
    lexicon = make_lexicon()
    entities = resolve_mentions(reading, lexicon=lexicon).by_span()
    return list(make_events(reading, entities=entities, lexicon=lexicon))


def test_events_of_the_handmade_reading() -> None:
    found = [(e.type.type, e.actors, e.recipients) for e in events_of(make_reading())]
    assert found == [
        ("Request", ("usa",), ()),
        ("Assault", (found[1][1][0],), ("org-islamische-staat",)),
    ]
    assert found[1][1][0].startswith("org-buendnis-")


@pytest.mark.parametrize(
    "change",
    [
        {"negated": True},
        {"modality": "possible"},
        {"attribution": "hearsay"},
        {"speaker": Phrase("Sales", 304, 309)},
        {"subject": None},
    ],
)
def test_only_plain_statements_with_an_actor_make_events(change: dict[str, object]) -> None:
    reading = make_reading()
    changed = tuple(
        dataclasses.replace(s, **change)  # type: ignore[arg-type]
        for s in reading.statements
        if s.relation.lemma == "aufrufen"
    )
    assert len(changed) == 1
    assert events_of(dataclasses.replace(reading, statements=changed)) == []


def test_a_place_is_no_actor() -> None:
    reading = make_reading()
    place = next(m for m in reading.mentions if m.text == "Syrien")
    renamed = tuple(
        dataclasses.replace(m, text="Atlantis") if m is place else m for m in reading.mentions
    )
    phrase = Phrase(place.text, place.start, place.end, (place.start, place.end))
    base = next(s for s in reading.statements if s.relation.lemma == "aufrufen")
    changed = (dataclasses.replace(base, subject=phrase),)
    assert events_of(dataclasses.replace(reading, mentions=renamed, statements=changed)) == []
    assert [e.actors for e in events_of(dataclasses.replace(reading, statements=changed))] == [
        ("syria",)
    ]


def test_companions_take_part_only_in_mutual_events() -> None:
    reading = make_reading()
    usa = next(m for m in reading.mentions if m.text == "USA")
    base = next(s for s in reading.statements if s.relation.lemma == "vertreiben")
    with_usa = (Argument("oblique:mit", "mit den USA", usa.start, usa.end, (usa.start, usa.end)),)
    for lemma, expected in (("treffen", True), ("vertreiben", False)):
        changed = dataclasses.replace(base, relation=Relation(lemma, lemma), arguments=with_usa)
        (event,) = events_of(dataclasses.replace(reading, statements=(changed,)))
        assert ("usa" in event.recipients) is expected


@pytest.mark.parametrize(
    ("lemma", "text", "lang", "expected"),
    [
        ("üben", "scharfe Kritik", "de", ("Accuse", "disapprove")),
        ("erheben", "schwere Vorwürfe", "de", ("Accuse", "allege")),
        ("üben", "den Handstand", "de", None),
        ("hold", "talks", "en", ("Consult", None)),
        ("hold", "the ball", "en", None),
        ("carry out", "an attack on the base", "en", ("Assault", None)),
        ("carry out", "a test", "en", None),
        ("carry", "an attack plan", "en", None),
    ],
)
def test_light_verbs_are_known_by_their_noun(
    lemma: str, text: str, lang: str, expected: tuple[str, str | None] | None
) -> None:
    opponent = Argument("oblique:gegen" if lang == "de" else "oblique:with", "X", 90, 91)
    statement = Statement(
        article="a",
        id="s",
        sentence=(0, 99),
        subject=Phrase("Die Partei", 0, 10),
        relation=Relation(lemma, lemma),
        object=Phrase(text, 20, 20 + len(text)),
        arguments=(opponent,),
    )
    found = find_event_type(statement, lexicon=read_lexicon(lang))
    assert (found and (found.type, found.mode)) == expected


@pytest.mark.parametrize(
    ("lemma", "preposition", "object", "expected"),
    [
        ("step down", None, None, ("Retreat", "resign")),
        ("give in", "to", "the workers", ("Concede", None)),
        ("give", "in", "Bonn", None),
        ("crack down", "on", "the miners", ("Coerce", None)),
        ("blow up", None, "a bridge", ("Assault", "explosives")),
        ("blow up", None, None, None),
    ],
)
def test_english_verbs_keep_their_particle(
    lemma: str,
    preposition: str | None,
    object: str | None,
    expected: tuple[str, str | None] | None,
) -> None:
    phrase = Phrase(object, 20, 20 + len(object)) if object else None
    found = find_event_type(
        statement(lemma, preposition, object=phrase), lexicon=read_lexicon("en")
    )
    assert (found and (found.type, found.mode)) == expected


@pytest.mark.parametrize(
    ("lemma", "text", "lang", "expected"),
    [
        ("hold", "talks with the yard", "en", ("Consult", None)),
        ("wage", "a price war", "en", None),
        ("geben", "Schulen eine Liste", "de", None),
        ("erheben", "Vorwürfe gegen den Konzern", "de", ("Accuse", "allege")),
    ],
)
def test_the_frame_of_a_light_verb_may_stand_inside_its_noun_phrase(
    lemma: str, text: str, lang: str, expected: tuple[str, str | None] | None
) -> None:
    object = Phrase(text, 20, 20 + len(text))
    found = find_event_type(statement(lemma, object=object), lexicon=read_lexicon(lang))
    assert (found and (found.type, found.mode)) == expected


REFLEXIVE = (
    EventWord("absetzen", "verb", "sich", "-", "-", "Er setzte sich ab."),
    EventWord("absetzen", "verb", "-", "Sanction", "-", "Sie setzten ihn ab."),
    EventWord("angreifen", "verb", "scharf", "Accuse", "-", "Er griff sie scharf an."),
    EventWord("angreifen", "verb", "-", "Assault", "-", "Sie griffen die Stadt an."),
    EventWord("Rücktritt erklären", "light", "-", "Retreat", "resign", "Er erklärte."),
)


def reworded(found: Statement, text: str) -> Statement:
    return dataclasses.replace(found, relation=dataclasses.replace(found.relation, text=text))


@pytest.mark.parametrize(
    ("found", "type"),
    [
        (reworded(statement("absetzen"), "setzte sich ab"), None),
        (reworded(statement("absetzen", object=THING), "setzte ab"), "Sanction"),
        (statement("angreifen", arguments=(Argument("manner", "scharf", 0, 1),)), "Accuse"),
        (statement("angreifen", arguments=(Argument("manner", "nachts", 0, 1),)), "Assault"),
        (statement("erklären", object=Phrase("seinen Rücktritt", 0, 1)), "Retreat"),
        (statement("erklären", "zu", object=Phrase("Rücktritt", 0, 1)), None),
        (statement("erklären", arguments=(Argument("oblique:zu", "Rücktritt", 0, 1),)), None),
    ],
)
def test_manner_reflexive_and_place_of_the_noun_decide(found: Statement, type: str | None) -> None:
    event = find_event_type(found, lexicon=make_lexicon(events=REFLEXIVE))
    assert (event and event.type) == type
