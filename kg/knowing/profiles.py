"""What one article knows of each of its entities, as far as it helps to tell who is who.

A profile is small, needs no text, and is all that :mod:`kg.knowing.identity` looks at when
it decides whether entities of several articles are one.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from kg.knowing.entities import LOCAL_NOUN, Resolution, fold_word
from kg.knowing.officeholders import (
    Offices,
    office_gender,
    office_home,
    office_noun,
    office_sectors,
    offices_of,
)
from kg.lexicon import Lexicon
from kg.records import Entity, Mention, Reading, Span, Statement, family_of

_BEFORE = 60
"""Characters before a name in which its title and its country are looked for."""
_NEIGHBOURS = 40
"""Neighbours kept of an article, those with most mentions first."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One entity as one article shows it.

    ``own`` is its id while the article is alone; ``known`` tells that this is an id of the
    gazetteer. ``gender``: above 0 for a man, below for a woman, the further the surer.
    ``offices`` are folded office nouns, ``homes`` ids or names of what the offices belong to
    or what the name stands with ("der französische Präsident": ``state-frankreich``),
    ``sectors`` those of the offices. ``neighbours`` are ids of others in the article.
    """

    article: str
    own: str
    kind: str
    name: str
    names: tuple[str, ...]
    mentions: int
    local: bool = False
    known: bool = False
    gender: int = 0
    offices: tuple[str, ...] = ()
    homes: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    neighbours: tuple[str, ...] = ()
    published: str | None = None

    @property
    def family(self) -> str:
        """``person``, ``place``, ``thing`` or ``org``."""
        return family_of(self.kind)

    @property
    def key(self) -> ProfileKey:
        """Article and own id."""
        return ProfileKey(self.article, self.own)


class ProfileKey(NamedTuple):
    """What names a profile: the article, and the entity's id while the article is alone."""

    article: str
    own: str


def write_profile(profile: Profile) -> str:
    """A profile as JSON without spaces."""
    return json.dumps(asdict(profile), ensure_ascii=False, separators=(",", ":"))


_LISTS = ("names", "offices", "homes", "sectors", "neighbours")


def read_profile(text: str) -> Profile:
    """The profile that :func:`write_profile` wrote."""
    data: dict[str, Any] = json.loads(text)
    return Profile(**{**data, **{name: tuple(data[name]) for name in _LISTS}})


class _Words(NamedTuple):
    """The words of a lexicon by what they tell of a person."""

    offices: Offices
    men: frozenset[str]
    women: frozenset[str]
    demonyms: Mapping[str, str]
    known: frozenset[str]


@lru_cache(maxsize=8)
def _words_of(lexicon: Lexicon) -> _Words:
    men, women = lexicon.words_of("first_name_male"), lexicon.words_of("first_name_female")
    return _Words(
        offices_of(lexicon),
        frozenset(map(fold_word, men - women)),
        frozenset(map(fold_word, women - men)),
        {row.word.lower(): row.id for row in lexicon.demonyms if row.pos == "adjective"},
        frozenset(e.id for e in lexicon.entries),
    )


def make_profiles(
    reading: Reading, resolution: Resolution, *, lexicon: Lexicon
) -> Iterator[Profile]:
    """A profile of each entity of an article that has a name, sorted by own id."""
    words = _words_of(lexicon)
    spans: dict[str, list[Span]] = defaultdict(list)
    unnamed = {link.entity for link in resolution.links if link.reason == LOCAL_NOUN}
    for link in resolution.links:
        spans[link.entity].append(link.mention)
    named = [entity for entity in resolution.entities if entity.id not in unnamed]
    ranked = sorted(named, key=lambda e: (-len(spans[e.id]), e.id))
    neighbours = [e.id for e in ranked if not e.local][:_NEIGHBOURS]
    facts = _Facts(reading, resolution.by_span(), words)
    for entity in named:
        others = tuple(sorted(id for id in neighbours if id != entity.id))
        yield facts.profile(entity, spans[entity.id], others)


class _Facts:
    """What an article says of its entities beside their names."""

    def __init__(self, reading: Reading, entities: Mapping[Span, Entity], words: _Words) -> None:
        self.reading = reading
        self.words = words
        self.entities = entities
        self.mentions = {(m.start, m.end): m for m in reading.mentions}
        self.offices: dict[str, list[Statement]] = defaultdict(list)
        for statement in reading.statements:
            holder = self._holder(statement)
            if holder is not None and statement.rule.startswith("role"):
                self.offices[holder.id].append(statement)

    def _holder(self, statement: Statement) -> Entity | None:
        span = statement.subject.mention if statement.subject else None
        return self.entities.get(span) if span else None

    def profile(
        self, entity: Entity, spans: Sequence[Span], neighbours: tuple[str, ...]
    ) -> Profile:
        """The profile of one entity, whose mentions are ``spans``."""
        person = family_of(entity.kind) == "person"
        offices = sorted(set(self._offices(entity.id))) if person else []
        homes = set(self._homes(entity.id, spans)) - {entity.id} if person else set()
        homes |= {home for office in offices for home in office_home(office)}
        known = self.words.offices
        return Profile(
            article=self.reading.article.id,
            own=entity.id,
            kind=entity.kind,
            name=entity.name,
            names=tuple(sorted({entity.name, *entity.variants})),
            mentions=len(spans),
            local=entity.local,
            known=entity.id in self.words.known,
            gender=self._gender(entity, spans, offices) if person else 0,
            offices=tuple(sorted({office_noun(office, known) for office in offices})),
            homes=tuple(sorted(homes)),
            sectors=tuple(sorted(office_sectors(offices, known))),
            neighbours=neighbours,
            published=self.reading.article.published,
        )

    def _offices(self, id: str) -> Iterator[str]:
        for statement in self.offices[id]:
            for argument in statement.arguments:
                if argument.role == "office":
                    yield argument.text

    def _homes(self, id: str, spans: Iterable[Span]) -> Iterator[str]:
        """What the offices belong to, and the countries named right before the name."""
        for statement in self.offices[id]:
            for argument in statement.arguments:
                home = self.entities.get(argument.mention) if argument.mention else None
                if argument.role == "organisation" and home is not None:
                    yield home.id
        for span in spans:
            if self._is_named(span):
                before = self.reading.article.text[max(0, span[0] - _BEFORE) : span[0]]
                yield from _countries(before, self.words.demonyms)

    def _is_named(self, span: Span) -> bool:
        mention: Mention | None = self.mentions.get(span)
        return mention is not None and mention.named

    def _gender(self, entity: Entity, spans: Iterable[Span], offices: Iterable[str]) -> int:
        """Votes of titles (three), feminine offices (three), other offices and first names."""
        titles = (self._title(span) for span in spans if self._is_named(span))
        votes = sum({"Herr": 3, "Frau": -3, "Mr": 3, "Mrs": -3, "Ms": -3}.get(t, 0) for t in titles)
        for office in offices:
            votes += office_gender(office, self.words.offices)
        first = fold_word(entity.name.split()[0]) if " " in entity.name else ""
        votes += 2 * (first in self.words.men) - 2 * (first in self.words.women)
        return max(-9, min(9, votes))

    def _title(self, span: Span) -> str:
        text = self.reading.article.text
        inside = text[slice(*span)].split()
        before = text[max(0, span[0] - 8) : span[0]].split()
        word = inside[0] if len(inside) > 1 and inside[0] in {"Herr", "Frau"} else ""
        return (word or (before[-1] if before else "")).rstrip(".").replace("Herrn", "Herr")


def _countries(before: str, demonyms: Mapping[str, str]) -> Iterator[str]:
    """Ids of the countries whose adjectives stand in the last clause of a text."""
    clause = re.split(r"[.,;:!?()\"„“]", before.rstrip(", "))[-1]
    for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)?", clause)[-5:]:
        stem = re.sub(r"e[nmrs]?$", "", word.lower())
        found = demonyms.get(word.lower()) or demonyms.get(stem)
        if found:
            yield found
