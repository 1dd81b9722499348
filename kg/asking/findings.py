"""What was found in a store for people to read: names, statements, quotations, events.

Frozen records, whole, so that a page can be filled in without asking again, and how they
are made from the facts of nodes. What is read is taken for possibly hostile: a record holds
texts, never markup, and an id in it is good for a link or empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kg import names

Row = Mapping[str, str]
"""A row of a SELECT: texts by variable; what is unbound is not in it."""

Facts = Mapping[str, tuple[str, ...]]
"""Values of a node by the short name of the property, sorted."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}", re.ASCII)
_SPAN = re.compile(r"#char=(\d{1,9}),(\d{1,9})$", re.ASCII)


# --- records ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Name:
    """An entity as it is spoken of; ``article`` is where it is known, if only there."""

    id: str
    label: str
    kinds: tuple[str, ...] = ()
    article: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of words, and whom or what it stands for, if that is known."""

    text: str
    name: Name | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """The head of an article; ``published`` is a day."""

    id: str
    title: str = ""
    published: str = ""
    publisher: str = ""
    url: str = ""
    source: str = ""
    language: str = ""
    length: int = 0


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an article, and where it stands there."""

    article: Article
    begin: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class When:
    """A time: its words, its first day, the day after its last; each may be empty."""

    text: str = ""
    begin: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A statement. ``is_fact`` only where the article itself asserts it, and nobody else."""

    id: str
    is_fact: bool
    subject: Part | None
    relation: str
    lemma: str
    object: Part | None
    arguments: tuple[tuple[str, Part], ...]
    polarity: str
    modality: str
    attribution: str
    stance: str
    speaker: Part | None
    when: When
    place: Part | None
    quantity: str
    amount: str
    type: str
    mode: str
    rule: str
    confidence: str
    quotation: str
    quotation_text: str
    sentence: Sentence

    @property
    def is_passive(self) -> bool:
        """Is the object named first in the sentence, and who did it behind, if at all?"""
        return self.rule.startswith("passive")


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation, its speaker, and the statements inside it."""

    id: str
    text: str
    kind: str
    stance: str
    cue: str
    speaker: Part | None
    sentence: Sentence
    statements: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of one article, or a happening that several report (``sources`` is not 0)."""

    id: str
    type: str
    mode: str
    actors: tuple[Name, ...]
    recipients: tuple[Name, ...]
    place: Part | None
    when: When
    quad: str
    score: str
    sources: int
    independent: int
    behind: tuple[str, ...]
    """IRIs of its statements, or of the events and statements that report it."""
    contradictions: tuple[str, ...]

    @property
    def is_happening(self) -> bool:
        return self.sources > 0


@dataclass(frozen=True, slots=True)
class Version:
    """One of the ways in which an event is told, and by which reports (their IRIs)."""

    text: str
    reports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What reports of an event tell differently: ``number``, ``time`` or ``polarity``."""

    kind: str
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class Office:
    """An office that somebody holds, the days of publication, a statement that says so."""

    office: str
    organisation: Part | None
    first: str
    last: str
    count: int
    statement: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why mentions of some words are taken for this entity, how many, and one of them."""

    text: str
    reason: str
    count: int
    article: str
    begin: int


@dataclass(frozen=True, slots=True)
class Item:
    """A statement that an actor takes part in, before its words are read."""

    iri: str
    side: str
    is_fact: bool
    article: str
    begin: int
    published: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """An event or happening that an actor takes part in, before its words are read."""

    iri: str
    day: str
    published: str


@dataclass(frozen=True, slots=True)
class Partner:
    """Who stands in the same statements, counted apart: facts, and what is claimed."""

    name: Name
    facts: int
    claims: int


@dataclass(frozen=True, slots=True)
class Actor:
    """An entity and all that leads on from it; ``statements`` are sorted, the newest first."""

    name: Name
    others: tuple[str, ...]
    wikidata: str
    mentions: int
    articles: int
    offices: tuple[Office, ...]
    reasons: tuple[Reason, ...]
    items: tuple[Item, ...]
    with_whom: Mapping[str, frozenset[str]]
    """IRIs of the others by IRI of the statement."""
    says: tuple[Item, ...]
    moments: tuple[Moment, ...]
    is_cut: bool = False
    """Are there so many statements that not all were looked at?"""


@dataclass(frozen=True, slots=True)
class Found:
    """An entity that a search found, by which of its names, and in how many articles (0: local)."""

    iri: str
    matched: str
    articles: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A title, sentence or quotation that a search found; ``begin`` is -1 for a title."""

    kind: str
    article: str
    begin: int
    text: str
    published: str


@dataclass(frozen=True, slots=True)
class Link:
    """A mention in a sentence: where it stands, and whom it is taken for."""

    begin: int
    end: int
    name: Name | None
    reason: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence with all that is known of it."""

    sentence: Sentence
    gap: bool
    """Does something stand before it that the store does not hold?"""
    links: tuple[Link, ...]
    statements: tuple[Told, ...]
    quotes: tuple[Quote, ...]


# --- reading values -----------------------------------------------------------------------


def is_id(text: str) -> bool:
    """Whether a text can be the local name of a node of ours.

    >>> is_id("person-anna-berg"), is_id("a/b"), is_id("")
    (True, False, False)
    """
    return _ID.fullmatch(text) is not None


def local_id(iri: str) -> str:
    """The part of a node's name behind its namespace, empty where that is no good for a link."""
    found = iri.rsplit("/", 1)[-1]
    return found if is_id(found) else ""


def first_value(facts: Facts, name: str) -> str:
    """The first value of a property, empty where there is none."""
    return next(iter(facts.get(name, ())), "")


def read_int(text: str) -> int:
    """A whole number; 0 for what is none."""
    return int(text) if re.fullmatch(r"[+-]?\d{1,15}", text, re.ASCII) else 0


def bare_term(iri: str) -> str:
    """A term of the ontology without its namespace."""
    return iri.removeprefix(names.KG)


def span_of(iri: str) -> tuple[int, int]:
    """Where a stretch of text begins and ends, as its IRI says."""
    found = _SPAN.search(iri)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def is_plain_row(row: Row) -> bool:
    """What the article itself asserts; a row that lacks anything is none."""
    wanted = {"plain": "true", "attribution": "none", "polarity": names.KG + "affirmed"}
    wanted |= {"modality": names.KG + "asserted"}
    same = all(row.get(name) == value for name, value in wanted.items())
    return same and row.get("stance") != "deny" and row.get("spoken") != "true"


# --- from facts to records ----------------------------------------------------------------


def make_name(iri: str, facts: Mapping[str, Iterable[str]]) -> Name:
    """An entity, from its labels, classes and home."""
    labels = sorted(facts.get("rdfs:label", ()), key=lambda label: (-len(label), label))
    kinds = sorted(
        c.removeprefix(names.KG) for c in facts.get("rdf:type", ()) if c.startswith(names.KG)
    )
    home = next(iter(sorted(facts.get("localTo", ()))), "")
    return Name(
        local_id(iri), labels[0] if labels else local_id(iri), tuple(kinds), local_id(home) or None
    )


def make_article(iri: str, facts: Facts) -> Article:
    """The head of an article."""
    return Article(
        local_id(iri),
        first_value(facts, "schema:headline"),
        first_value(facts, "schema:datePublished"),
        first_value(facts, "publisher"),
        first_value(facts, "schema:url"),
        first_value(facts, "source"),
        first_value(facts, "language"),
        read_int(first_value(facts, "textLength")),
    )


def make_sentence(facts: Facts, parts: Mapping[str, Facts]) -> Sentence | None:
    """The sentence that a node stands in; None where the graph does not tell."""
    iri = first_value(facts, "inSentence")
    own = parts.get(iri)
    if own is None:
        return None
    begin, end = span_of(iri)
    article = first_value(own, "inArticle") or iri.partition("#")[0]
    head = make_article(article, parts.get(article, {}))
    return Sentence(head, begin, end, first_value(own, "text"))


def _part(facts: Facts, name: str, called: Mapping[str, Name]) -> Part | None:
    text, who = first_value(facts, f"{name}Text"), called.get(first_value(facts, name))
    return Part(text or (who.label if who else ""), who) if text or who else None


def _when(facts: Facts) -> When:
    return When(*(first_value(facts, name) for name in ("timeText", "timeBegin", "timeUntil")))


def make_told(
    iri: str, facts: Facts, parts: Mapping[str, Facts], called: Mapping[str, Name]
) -> Told | None:
    """A statement; None where the graph does not tell its sentence."""
    sentence = make_sentence(facts, parts)
    if sentence is None:
        return None
    quantity = parts.get(first_value(facts, "quantity"), {})
    quotation = first_value(facts, "inQuotation")
    said = any(facts.get(name) for name in ("speaker", "speakerText"))
    sure = ("plain", "polarity", "modality", "attribution", "stance")
    single = all(len(facts.get(name, ())) <= 1 for name in sure)
    texts = {
        name: first_value(facts, name)
        for name in ("attribution", "stance", "mode", "rule", "confidence")
    }
    return Told(
        id=local_id(iri),
        is_fact=single
        and not said
        and is_plain_row({name: first_value(facts, name) for name in sure}),
        subject=_part(facts, "subject", called),
        relation=first_value(facts, "relationText"),
        lemma=first_value(parts.get(first_value(facts, "relation"), {}), "rdfs:label"),
        object=_part(facts, "object", called),
        arguments=_arguments(facts, parts, called),
        polarity=bare_term(first_value(facts, "polarity")),
        modality=bare_term(first_value(facts, "modality")),
        speaker=_part(facts, "speaker", called),
        when=_when(facts),
        place=_part(facts, "place", called),
        quantity=first_value(quantity, "text"),
        amount=f"{first_value(quantity, 'value')} {first_value(quantity, 'unit')}".strip(),
        type=bare_term(first_value(facts, "eventType")),
        quotation=local_id(quotation),
        quotation_text=first_value(parts.get(quotation, {}), "text"),
        sentence=sentence,
        **texts,
    )


def _arguments(
    facts: Facts, parts: Mapping[str, Facts], called: Mapping[str, Name]
) -> tuple[tuple[str, Part], ...]:
    found = [parts[iri] for iri in facts.get("argument", ()) if iri in parts]
    made = [
        (first_value(f, "role"), Part(first_value(f, "text"), called.get(first_value(f, "entity"))))
        for f in found
    ]
    return tuple(sorted(made, key=lambda pair: (pair[0], pair[1].text)))


def make_quote(
    iri: str, facts: Facts, sentence: Sentence, called: Mapping[str, Name], told: tuple[Told, ...]
) -> Quote:
    """A quotation in its sentence, with the statements inside it."""
    return Quote(
        local_id(iri),
        first_value(facts, "text"),
        first_value(facts, "quotationKind"),
        first_value(facts, "stance"),
        first_value(facts, "cueText"),
        _part(facts, "speaker", called),
        sentence,
        told,
    )


def make_happened(iri: str, facts: Facts, called: Mapping[str, Name]) -> Happened:
    """An event or a happening."""
    classes = {bare_term(c) for c in facts.get("rdf:type", ())} - {"Event", "Happening"}
    sides = [
        tuple(called[n] for n in facts.get(p, ()) if n in called) for p in ("actor", "recipient")
    ]
    is_happening = names.KG + "Happening" in facts.get("rdf:type", ())
    return Happened(
        local_id(iri),
        bare_term(first_value(facts, "eventType")) or next(iter(sorted(classes)), ""),
        first_value(facts, "mode"),
        sides[0],
        sides[1],
        _part(facts, "place", called),
        _when(facts),
        first_value(facts, "quadClass"),
        first_value(facts, "score"),
        max(read_int(first_value(facts, "sourceCount")), 1) if is_happening else 0,
        read_int(first_value(facts, "independentSources")),
        facts.get("report" if is_happening else "statement", ()),
        facts.get("contradiction", ()),
    )
