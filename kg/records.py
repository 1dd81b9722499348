"""The records that travel from stage to stage, and their JSON at the seam.

All records are frozen. Every offset is a half-open character offset
``[start, end)`` into the article's text exactly as it was read. Nothing here
imports another module of the project but :mod:`kg.errors`.

The seam (one JSON object a line) carries, in this order for each article:
``article``, its ``mention`` records, its ``quotation`` records, its
``statement`` records. Unknown fields are ignored when read back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from kg.errors import InputError

Span = tuple[int, int]
"""A half-open interval of characters, ``(start, end)``."""


def is_within(at: int, spans: Iterable[Span]) -> bool:
    """Does one of the spans hold the character ``at``?"""
    return any(start <= at < end for start, end in spans)


def shares(span: Span, spans: Iterable[Span]) -> bool:
    """Does one of the spans share a character with this one?"""
    return any(start < span[1] and span[0] < end for start, end in spans)


MENTION_KINDS = (
    "person",
    "group",
    "organisation",
    "party",
    "armed_group",
    "military",
    "company",
    "media",
    "government",
    "international_organisation",
    "alliance",
    "state",
    "place",
    "event",
    "thing",
)
"""Kinds of mention, each with a class of its own in ``ontology/news.ttl``."""

ACTOR_KINDS = frozenset(MENTION_KINDS) - {"place", "event", "thing"}

FAMILIES: Mapping[str, str] = {
    "person": "person",
    "state": "place",
    "place": "place",
    "event": "thing",
    "thing": "thing",
}
"""Kinds that can denote the same node share a family; every other kind is an ``org``."""


def family_of(kind: str) -> str:
    """The family of a kind: ``person``, ``place``, ``thing`` or ``org``.

    >>> family_of("armed_group"), family_of("state")
    ('org', 'place')
    """
    return FAMILIES.get(kind, "org")


MODALITIES = (
    "asserted",
    "possible",
    "necessary",
    "intended",
    "demanded",
    "hypothetical",
    "future",
)

ATTRIBUTIONS = ("none", "direct", "indirect", "reported", "free_indirect", "hearsay")
"""How a statement is attributed: by the article itself (``none``), by a quotation
of one of four kinds, or to nobody in particular (``hearsay``: "soll ... haben").
``direct`` without a quotation are words between marks or in the first person whose
speaker is not known."""

QUOTATION_KINDS = ("direct", "indirect", "reported", "free_indirect")

PART_KINDS = ("title", "dateline", "byline", "teaser", "subhead", "body")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of an article's text and what it is; only ``body`` is read for facts."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Article:
    """An article as read. ``text`` is never edited; ``published`` is ``YYYY-MM-DD`` or None."""

    id: str
    source: str
    lang: str
    text: str
    title: str | None = None
    url: str | None = None
    published: str | None = None
    publisher: str | None = None
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """A name (or a noun that stands for an actor) in the text.

    ``kind`` is one of MENTION_KINDS. ``named`` tells a proper name from a common
    noun. ``refers`` is the span of the mention that this one stands for, when
    reading already knows it (a pronoun, a definite description), with ``reason``.
    ``role`` is an office named with it ("US-Präsident").
    """

    article: str
    start: int
    end: int
    text: str
    kind: str
    named: bool = True
    refers: Span | None = None
    reason: str | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words of a speaker: what is said, who says it, by which cue.

    ``quote``, ``speaker`` and ``cue`` are tuples of spans; ``kind`` is one of
    QUOTATION_KINDS; ``stance`` is ``neutral``, ``affirm``, ``deny`` or ``doubt``,
    from the reporting word. ``mention`` is the span of the mention that names the
    speaker, if there is one.
    """

    article: str
    quote: tuple[Span, ...]
    speaker: tuple[Span, ...]
    cue: tuple[Span, ...]
    kind: str
    stance: str = "neutral"
    mention: Span | None = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of the text. ``mention`` is the span of the mention that its head denotes.

    ``pronoun``: a pronoun that nobody could resolve; it denotes nothing on its own.
    """

    text: str
    start: int
    end: int
    mention: Span | None = None
    pronoun: bool = False


@dataclass(frozen=True, slots=True)
class Argument:
    """A further argument: ``role`` is ``oblique:<preposition>``, ``recipient``, ``clause``,
    ``agent``, ``office``, ``organisation``, ``manner`` ...
    """

    role: str
    text: str
    start: int
    end: int
    mention: Span | None = None


@dataclass(frozen=True, slots=True)
class Time:
    """A time expression as a half-open interval of days.

    ``begin`` (inclusive) and ``until`` (exclusive) are ``YYYY-MM-DD`` or None where open;
    ``precision`` is ``day``, ``week``, ``month``, ``season``, ``year`` or ``decade``.
    """

    text: str
    start: int
    end: int
    begin: str | None
    until: str | None
    precision: str


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in the text: value, bounds ``[low, high]`` (None where open), unit noun."""

    text: str
    start: int
    end: int
    value: float
    low: float | None
    high: float | None
    approximate: bool
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """What relates subject and object: dictionary form, words of the text, governed preposition.

    ``phrase`` belongs to the verb and changes what it means: "zur Verfügung" (stellen).
    """

    lemma: str
    text: str
    preposition: str | None = None
    phrase: str | None = None

    @property
    def name(self) -> str:
        """The dictionary form with its phrase: "zur Verfügung stellen"."""
        return f"{self.phrase} {self.lemma}" if self.phrase else self.lemma


@dataclass(frozen=True, slots=True)
class Statement:
    """One fact as one sentence gives it.

    ``rule`` names the grammar rule that found it. ``attribution`` is one of
    ATTRIBUTIONS; ``speaker`` is the phrase of the speaker where known; ``quotation``
    the id of the quotation it stands in. A statement is *plain* when the article
    itself asserts it: see :func:`is_plain`. ``confidence`` is the share of statements with the
    same ``signs`` that are right (``ontology/confidence.tsv``).
    """

    article: str
    id: str
    sentence: Span
    subject: Phrase | None
    relation: Relation
    object: Phrase | None
    arguments: tuple[Argument, ...] = ()
    negated: bool = False
    modality: str = "asserted"
    attribution: str = "none"
    stance: str = "neutral"
    speaker: Phrase | None = None
    quotation: str | None = None
    when: Time | None = None
    where: Phrase | None = None
    quantity: Quantity | None = None
    rule: str = ""
    confidence: float = 1.0
    signs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """Why a mention belongs to an entity: the rule's reason in words and its score in [0, 1]."""

    article: str
    mention: Span
    entity: str
    reason: str
    score: float


@dataclass(frozen=True, slots=True)
class Entity:
    """Who or what mentions denote. ``id`` is the local name of its IRI; ``local`` entities
    exist in one article only (a lone surname, "drei Männer").
    """

    id: str
    kind: str
    name: str
    variants: tuple[str, ...] = ()
    local: bool = False
    wikidata: str | None = None


def is_plain(statement: Statement) -> bool:
    """True when the article itself asserts the statement: affirmed, indicative, unattributed."""
    return (
        not statement.negated
        and statement.modality == "asserted"
        and statement.attribution == "none"
        and statement.speaker is None
    )


Record = Article | Mention | Quotation | Statement

_TYPE_OF = {Article: "article", Mention: "mention", Quotation: "quotation", Statement: "statement"}
_CLASS_OF: Mapping[str, type[Any]] = {name: cls for cls, name in _TYPE_OF.items()}
_NESTED: Mapping[str, type[Any]] = {
    "subject": Phrase,
    "object": Phrase,
    "speaker": Phrase,
    "where": Phrase,
    "when": Time,
    "quantity": Quantity,
    "relation": Relation,
}


def _plain_value(value: Any) -> Any:
    if hasattr(value, "__dataclass_fields__"):
        return {f.name: _plain_value(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple):
        return [_plain_value(v) for v in value]
    return value


def write_record(record: Record) -> str:
    """The record as one line of JSON, without the line end; keys in a fixed order."""
    body = _plain_value(record)
    return json.dumps({"type": _TYPE_OF[type(record)], **body}, ensure_ascii=False)


def _spans(value: Iterable[Any]) -> tuple[Span, ...]:
    return tuple((int(a), int(b)) for a, b in value)


def _build(cls: type[Any], data: Mapping[str, Any]) -> Any:
    """An instance of ``cls`` from a JSON object; unknown keys are ignored."""
    known = {f.name for f in fields(cls)}
    return cls(**{k: _field(cls, k, v) for k, v in data.items() if k in known})


def _field(cls: type[Any], name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in {"mention", "refers", "sentence"}:
        return (int(value[0]), int(value[1]))
    if name in {"quote", "cue"} or (name == "speaker" and cls is Quotation):
        return _spans(value)
    if name == "parts":
        return tuple(_build(Part, p) for p in value)
    if name == "arguments":
        return tuple(_build(Argument, a) for a in value)
    if name == "signs":
        return tuple(str(sign) for sign in value)
    if cls is Statement and name in _NESTED:
        return _build(_NESTED[name], value)
    return value


def read_record(line: str, *, where: str = "record") -> Record:
    """The record on one line of the seam.

    Raises InputError, naming ``where``, when the line is not such a record.
    """
    try:
        data = json.loads(line)
        record: Record = _build(_CLASS_OF[data["type"]], data)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise InputError(f"{where}: not a newskg record ({error})") from error
    except (RecursionError, OverflowError) as error:
        raise InputError(f"{where}: not a newskg record (nested too deep, or infinite)") from error
    return record


@dataclass(frozen=True, slots=True)
class Reading:
    """All that reading found in one article."""

    article: Article
    mentions: tuple[Mention, ...] = ()
    quotations: tuple[Quotation, ...] = ()
    statements: tuple[Statement, ...] = ()

    def records(self) -> Iterator[Record]:
        """Article, mentions, quotations, statements, in the order of the text."""
        yield self.article
        yield from self.mentions
        yield from self.quotations
        yield from self.statements


def group_records(records: Iterable[Record]) -> Iterator[Reading]:
    """Readings from a stream of records in which each article comes before its own."""
    article: Article | None = None
    found: dict[type[Any], list[Any]] = {}
    for record in records:
        if isinstance(record, Article):
            if article is not None:
                yield _reading(article, found)
            article, found = record, {}
        elif article is None or record.article != article.id:
            raise InputError(f"record of article {record.article} without its article line")
        else:
            found.setdefault(type(record), []).append(record)
    if article is not None:
        yield _reading(article, found)


def _reading(article: Article, found: Mapping[type[Any], list[Any]]) -> Reading:
    return Reading(
        article,
        tuple(found.get(Mention, ())),
        tuple(found.get(Quotation, ())),
        tuple(found.get(Statement, ())),
    )
