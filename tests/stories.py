"""Small articles told fact by fact: readings made by hand for the stock questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from handmade import make_lexicon

from kg.knowing.store import GraphStore
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

KINDS: Mapping[str, str] = {
    "Anna Berg": "person",
    "Jan Holm": "person",
    "Nordwind": "company",
    "Hafenpolizei": "organisation",
    "USA": "state",
    "Riga": "place",
}
"""Every name of the stories, and what it names."""


@dataclass(frozen=True)
class Fact:
    """One sentence with one statement; the parts are words of the sentence."""

    text: str
    subject: str | None
    verb: str
    object: str | None = None
    prep: str | None = None
    more: Mapping[str, object] = field(default_factory=dict)
    speaker: str | None = None
    quote: str | None = None
    office: tuple[str, str] | None = None
    when: tuple[str, str, str, str] | None = None
    where: str | None = None
    quantity: tuple[str, float, str] | None = None


def make_story(
    id: str, facts: Iterable[Fact], *, published: str | None, publisher: str | None, title: str
) -> Reading:
    """A reading of an article that consists of the facts, a sentence each."""
    facts = list(facts)
    text = " ".join(fact.text for fact in facts)
    head = Article(id, f"{id}.txt", "de", text, title, None, published, publisher)
    mentions: list[Mention] = []
    quotations: list[Quotation] = []
    statements: list[Statement] = []
    start = 0
    for number, fact in enumerate(facts):
        place = _Place(id, text, start)
        mentions += place.mentions(fact)
        statements.append(place.statement(fact, f"{id}{number}"))
        if fact.quote:
            quotations.append(place.quotation(fact, f"q{id}{number}"))
        start += len(fact.text) + 1
    return Reading(head, tuple(mentions), tuple(quotations), tuple(statements))


@dataclass(frozen=True)
class _Place:
    article: str
    text: str
    start: int

    def span(self, part: str) -> Span:
        at = self.text.index(part, self.start)
        return at, at + len(part)

    def phrase(self, part: str | None) -> Phrase | None:
        if part is None:
            return None
        span = self.span(part)
        return Phrase(part, *span, span if part in KINDS else None)

    def mentions(self, fact: Fact) -> list[Mention]:
        found = [name for name in KINDS if name in fact.text]
        return [Mention(self.article, *self.span(n), n, KINDS[n]) for n in found]

    def quotation(self, fact: Fact, id: str) -> Quotation:
        assert fact.quote and fact.speaker
        speaker = self.span(fact.speaker)
        known = speaker if fact.speaker in KINDS else None
        stance = str(fact.more.get("stance", "neutral"))
        return Quotation(
            self.article, (self.span(fact.quote),), (speaker,), (), "direct", stance, known, id
        )

    def statement(self, fact: Fact, id: str) -> Statement:
        arguments = ()
        if fact.office:
            office, organisation = fact.office
            of = self.span(organisation)
            arguments = (
                Argument("office", office, *self.span(office)),
                Argument("organisation", organisation, *of, of),
            )
        when = fact.when and Time(fact.when[0], *self.span(fact.when[0]), *fact.when[1:])
        where = fact.where and Phrase(
            f"in {fact.where}", *self.span(f"in {fact.where}"), self.span(fact.where)
        )
        return Statement(
            self.article,
            id,
            (self.start, self.start + len(fact.text)),
            self.phrase(fact.subject),
            Relation(fact.verb, fact.verb, fact.prep),
            self.phrase(fact.object),
            arguments,
            speaker=self.phrase(fact.speaker),
            when=when or None,
            where=where or None,
            quantity=fact.quantity and _quantity(fact.quantity, self.span(fact.quantity[0])),
            quotation=f"q{id}" if fact.quote else None,
            **{"rule": "active", **fact.more},  # type: ignore[arg-type]
        )


def _quantity(given: tuple[str, float, str], span: Span) -> Quantity:
    words, value, unit = given
    return Quantity(words, *span, value, None, None, False, unit)


DIRECT = {"attribution": "direct"}
STORIES = (
    make_story(
        "arrest",
        [
            Fact(
                "Die Hafenpolizei nahm am Montag Anna Berg in Riga fest.",
                "Hafenpolizei",
                "festnehmen",
                "Anna Berg",
                when=("am Montag", "2020-12-28", "2020-12-29", "day"),
                where="Riga",
            ),
            Fact("Jan Holm traf Anna Berg.", "Jan Holm", "treffen", "Anna Berg"),
            Fact(
                "Nordwind habe Schiffe verkauft, sagte Anna Berg.",
                "Nordwind",
                "verkaufen",
                "Schiffe",
                speaker="Anna Berg",
                quote="habe Schiffe verkauft",
                more=DIRECT,
            ),
            Fact(
                "Anna Berg ist Sprecherin der Nordwind.",
                "Anna Berg",
                "sein",
                "Sprecherin der Nordwind",
                office=("Sprecherin", "Nordwind"),
                more={"rule": "role-copula"},
            ),
        ],
        published="2021-01-02",
        publisher="Morgenblatt",
        title="Festnahme",
    ),
    make_story(
        "denial",
        [
            Fact(
                "Nordwind habe nie Schiffe verkauft, sagte Jan Holm.",
                "Nordwind",
                "verkaufen",
                "Schiffe",
                speaker="Jan Holm",
                quote="habe nie Schiffe verkauft",
                more={**DIRECT, "stance": "deny"},
            ),
            Fact(
                "Nordwind solle zahlen, forderte eine Zeugin.",
                "Nordwind",
                "zahlen",
                speaker="eine Zeugin",
                quote="solle zahlen",
                more={**DIRECT, "modality": "demanded"},
            ),
            Fact(
                "Nordwind soll 300 Fässer versenkt haben.",
                "Nordwind",
                "versenken",
                "300 Fässer",
                quantity=("300 Fässer", 300.0, "Fässer"),
                more={"attribution": "hearsay"},
            ),
            Fact("Jan Holm traf Anna Berg.", "Jan Holm", "treffen", "Anna Berg"),
            Fact(
                "Jan Holm will die USA warnen.",
                "Jan Holm",
                "warnen",
                "USA",
                more={"modality": "intended"},
            ),
        ],
        published="2021-01-05",
        publisher="Abendkurier",
        title="Widerspruch",
    ),
    make_story(
        "weak",
        [
            Fact(
                "Jan Holm traf Anna Berg.",
                "Jan Holm",
                "treffen",
                "Anna Berg",
                more={"confidence": 0.6},
            )
        ],
        published=None,
        publisher=None,
        title="Ohne Datum",
    ),
)


def story_store(*stories: Reading) -> GraphStore:
    """A store in memory that holds the stories."""
    store = GraphStore()
    for reading in stories or STORIES:
        store.put_article(reading, lexicon=make_lexicon())
    store.refresh_knowledge()
    return store
