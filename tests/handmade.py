"""A small reading made by hand, with the lexicon that it needs: no model, no tables."""

from __future__ import annotations

from dataclasses import fields

from kg.lexicon import EventWord, GazetteerEntry, Lexicon, RoleNoun, WordList
from kg.records import (
    Argument,
    Article,
    Mention,
    Phrase,
    Quantity,
    Quotation,
    Reading,
    Relation,
    Span,
    Statement,
    Time,
)

TEXT = (
    "Der IS hatte im März seine letzte Bastion in Syrien verloren, "
    "schon zuvor hielt er kein Territorium im Irak mehr. "
    "Die USA haben zum Kampf gegen die Extremisten aufgerufen. "
    "Das Bündnis vertrieb den Islamischen Staat (IS).\n\n"
    "Der Koordinator für Terrorismusbekämpfung der US-Regierung, Nathan Sales, warnte. "
    "Sales sagte, es seien rund 1200 Kämpfer in Syriens Nachbarländer zurückgekehrt.\n"
)

GAZETTEER = (
    GazetteerEntry(
        "usa", "state", "Vereinigte Staaten|USA|US", "United States|USA", "-", "GOV", "Q30"
    ),
    GazetteerEntry("syria", "state", "Syrien", "Syria", "-", "GOV", "Q858"),
    GazetteerEntry("iraq", "state", "Irak", "Iraq", "-", "GOV", "Q796"),
    GazetteerEntry("us-government", "government", "US-Regierung", "US government", "-", "GOV", "-"),
)

EVENTS = (
    EventWord("aufrufen", "verb", "zu", "Request", "-", "Sie riefen zum Kampf auf."),
    EventWord("vertreiben", "verb", "-", "Assault", "-", "Sie vertrieben den Gegner."),
    EventWord("warnen", "verb", "vor", "Threaten", "-", "Er warnte vor Folgen."),
    EventWord("festnehmen", "verb", "-", "Coerce", "arrest", "Sie nahmen ihn fest."),
    EventWord("treffen", "verb", "-", "Consult", "-", "Sie trafen ihn."),
    EventWord("halten", "verb", "-", "-", "-", "Sie hielten die Stadt."),
)


def make_lexicon(
    gazetteer: tuple[GazetteerEntry, ...] = GAZETTEER, events: tuple[EventWord, ...] = EVENTS
) -> Lexicon:
    roles = (RoleNoun("Präsident", "GOV", "Der Präsident kam."),)
    words = (WordList("Dr.", "title"), WordList("Frau", "title"))
    tables = {field.name: () for field in fields(Lexicon)}
    given = {"lang": "de", "events": events, "roles": roles, "words": words, "gazetteer": gazetteer}
    return Lexicon(**{**tables, **given})  # type: ignore[arg-type]


def find(text: str, part: str, nth: int = 0) -> Span:
    """Where a part stands in the text, the nth time."""
    start = -1
    for _ in range(nth + 1):
        start = text.index(part, start + 1)
    return start, start + len(part)


def mention(
    part: str, kind: str, nth: int = 0, *, article: str = "hand", **more: object
) -> Mention:
    start, end = find(TEXT, part, nth)
    return Mention(article, start, end, part, kind, **more)  # type: ignore[arg-type]


def phrase(part: str, nth: int = 0, *, head: str | None = None, head_nth: int = 0) -> Phrase:
    start, end = find(TEXT, part, nth)
    return Phrase(part, start, end, find(TEXT, head, head_nth) if head else None)


def _sentence(begin: str, end: str) -> Span:
    start = TEXT.index(begin)
    return start, TEXT.index(end, start) + len(end)


FIRST = _sentence("Der IS hatte", "mehr.")
SECOND = _sentence("Die USA", "aufgerufen.")
THIRD = _sentence("Das Bündnis", "(IS).")
FOURTH = _sentence("Der Koordinator", "warnte.")
FIFTH = _sentence("Sales sagte", "zurückgekehrt.")


def _statements(article: str) -> tuple[Statement, ...]:
    march = Time("im März", *find(TEXT, "im März"), "2019-03-01", "2019-04-01", "month")
    fighters = find(TEXT, "rund 1200 Kämpfer")
    number = Quantity("rund 1200 Kämpfer", *fighters, 1200.0, None, None, True, "Kämpfer")
    office = Argument(
        "office",
        "Koordinator für Terrorismusbekämpfung",
        *find(TEXT, "Koordinator für Terrorismusbekämpfung"),
    )
    government = find(TEXT, "US-Regierung")
    organisation = Argument("organisation", "US-Regierung", *government, government)
    return (
        Statement(
            article,
            "s1" + article,
            FIRST,
            phrase("Der IS", head="IS"),
            Relation("verlieren", "hatte verloren"),
            phrase("seine letzte Bastion in Syrien"),
            when=march,
            where=phrase("in Syrien", head="Syrien"),
            rule="active",
        ),
        Statement(
            article,
            "s2" + article,
            FIRST,
            phrase("er", 2, head="er", head_nth=2),
            Relation("halten", "hielt"),
            phrase("kein Territorium"),
            negated=True,
            where=phrase("im Irak", head="Irak"),
            rule="active",
            confidence=0.9,
        ),
        Statement(
            article,
            "s3" + article,
            SECOND,
            phrase("Die USA", head="USA"),
            Relation("aufrufen", "haben aufgerufen", "zu"),
            phrase("Kampf gegen die Extremisten"),
            rule="active",
        ),
        Statement(
            article,
            "s4" + article,
            THIRD,
            phrase("Das Bündnis", head="Bündnis"),
            Relation("vertreiben", "vertrieb"),
            phrase("den Islamischen Staat", head="Islamischen Staat"),
            rule="active",
        ),
        Statement(
            article,
            "s5" + article,
            FOURTH,
            phrase("Nathan Sales", head="Nathan Sales"),
            Relation("sein", ""),
            phrase("Der Koordinator für Terrorismusbekämpfung der US-Regierung"),
            (office, organisation),
            rule="role-apposition",
        ),
        Statement(
            article,
            "s6" + article,
            FIFTH,
            phrase("rund 1200 Kämpfer"),
            Relation("zurückkehren", "seien zurückgekehrt", "in"),
            phrase("Syriens Nachbarländer"),
            attribution="indirect",
            speaker=phrase("Sales", 1, head="Sales", head_nth=1),
            quotation="q1" + article,
            quantity=number,
            rule="active",
        ),
    )


def _mentions(article: str) -> tuple[Mention, ...]:
    first = find(TEXT, "IS")
    found = (
        mention("IS", "organisation"),
        mention("Syrien", "place"),
        mention(
            "er", "organisation", 2, named=False, refers=first, reason="pronoun, nearest subject"
        ),
        mention("Irak", "place"),
        mention("USA", "state"),
        mention("Bündnis", "alliance", named=False),
        mention("Islamischen Staat", "armed_group"),
        mention("IS", "organisation", 1),
        mention("US-Regierung", "government"),
        mention("Nathan Sales", "person"),
        mention("Sales", "person", 1),
        mention("Syriens", "place"),
    )
    return tuple(
        Mention(article, m.start, m.end, m.text, m.kind, m.named, m.refers, m.reason) for m in found
    )


def make_reading(article: str = "hand", *, published: str | None = "2019-08-02") -> Reading:
    start = TEXT.index("es seien")
    said = (start, TEXT.index(".", start))
    speaker = find(TEXT, "Sales", 1)
    quotation = Quotation(
        article,
        (said,),
        (speaker,),
        (find(TEXT, "sagte"),),
        "indirect",
        mention=speaker,
        id="q1" + article,
    )
    head = Article(
        article,
        f"folder/{article}.txt",
        "de",
        TEXT,
        "Kampf gegen den IS",
        "https://example.org/is",
        published,
        "Beispiel-Agentur",
    )
    return Reading(head, _mentions(article), (quotation,), _statements(article))
