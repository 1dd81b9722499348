"""Clues that two entities of different articles are one, or are not: each with its reason.

``ontology/clues.tsv`` holds the weight of every clue as a logarithm of odds; together they
give a score between 0 and 1. The names decide which pairs are looked at at all.
"""

from __future__ import annotations

import math
import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, lru_cache

from rapidfuzz.distance import JaroWinkler

from kg.knowing.entities import (
    family_names_first,
    fold_word,
    make_key,
    name_particles,
    split_name,
    stems_of,
)
from kg.knowing.officeholders import fields_of
from kg.knowing.profiles import Profile, ProfileKey
from kg.lexicon import Clue, ontology_path, read_clues
from kg.names import slug

_MOST_SHARED = 2
"""Neighbours of a kind that count; more of them say no more."""
_ALIKE = 0.88
"""Least Jaro-Winkler similarity of two spellings of one name (Gaddafi, Ghaddafi)."""
_MONTH, _LONG = 31, 3650


@cache
def read_weights() -> Mapping[str, Clue]:
    """The weight and reason of each clue. Raises LexiconError for a broken table."""
    return read_clues(ontology_path("clues.tsv"))


def score_of(clues: Iterable[Clue]) -> float:
    """The score of some clues together, between 0 and 1, in hundredths.

    >>> score_of([]), score_of([Clue(3, "the same name")])
    (0.5, 0.95)
    """
    return round(1 / (1 + math.exp(-sum(clue.weight for clue in clues))), 2)


def reasons_of(clues: Iterable[Clue]) -> str:
    """The reasons in words, what speaks for it first, then what speaks against it."""
    ranked = sorted(clues, key=lambda clue: (-clue.weight, clue.reason))
    speaking = [clue.reason for clue in ranked if clue.weight > 0]
    against = [clue.reason for clue in ranked if clue.weight <= 0]
    return ", ".join(speaking) + (f"; but {', '.join(against)}" if against else "")


# --- names --------------------------------------------------------------------------------


@lru_cache(maxsize=1 << 16)
def sound(word: str) -> str:
    """A rough spelling of a name, the same for Gaddafi, Ghaddafi and Gadhafi.

    >>> sound("Gaddafi") == sound("Ghaddafi") == sound("Gadhafi"), sound("Schmidt")
    (True, 'smt')
    """
    text = slug(word).replace("-", "")
    for old, new in _SOUNDS:
        text = re.sub(old, new, text)
    return text[:1] + re.sub(r"[aeiouyh]", "", text[1:])


_SOUNDS = (
    ("tsch|tch|cz", "c"), ("dsch|dj", "j"), ("sch|sh", "s"), ("dt", "t"), ("ck|q|kh", "k"),
    ("ph|v|w", "f"), ("gh", "g"), ("th", "t"), ("dh", "d"), ("y", "i"), ("tz|z", "s"),
    (r"(.)\1+", r"\1"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PersonName:
    """First names and surname, folded; ``given`` is empty for a lone surname."""

    given: tuple[str, ...]
    surname: str

    @property
    def first(self) -> str:
        """The first of the first names."""
        return self.given[0] if self.given else ""


@lru_cache(maxsize=1 << 15)
def read_person(name: str) -> PersonName:
    """First names and surname of a person's name; particles go with the surname, "al-" with none.

    >>> read_person("Ursula von der Leyen")
    PersonName(given=('ursula',), surname='vonderleyen')
    >>> read_person("Muammar al-Gaddafi")
    PersonName(given=('muammar',), surname='gaddafi')
    >>> read_person("Hu Jintao")
    PersonName(given=('jintao',), surname='hu')
    """
    words = [w for w in split_name(name, "person") if fold_word(w)]
    if len(words) in (2, 3) and fold_word(words[0]).lower() in family_names_first():
        words = [*words[1:], words[0]]
    at = len(words) - 1
    while at > 0 and words[at - 1].lower() in name_particles():
        at -= 1
    given = tuple(fold_word(word).lower() for word in words[:at])
    surname = _ARTICLE.sub("", "-".join(words[max(at, 0) :]))
    return PersonName(given, fold_word(surname).lower())


_ARTICLE = re.compile(r"^(?:[Aa](?:l|s|n|r|sch)|[Ee]l)(?:-(?=\w{3})|(?=[A-ZÄÖÜ]\w{2}))")
"""The Arabic article of a surname: "al-Gaddafi", "ElBaradei"."""


def first_names_fit(one: str, other: str) -> bool:
    """Whether two first names can be of one person: equal, an initial, or the same sound."""
    if not one or not other or one == other:
        return True
    if 1 in (len(one), len(other)):
        return one[0] == other[0]
    return sound(one) == sound(other) and JaroWinkler.similarity(one, other) >= _ALIKE


def keys_of(profile: Profile) -> set[str]:
    """Keys that two profiles share when they may be one: of a person by the sound of the
    surname, of all others by the name without endings; also by the whole name of any sort.
    """
    keys = {f"id:{profile.own}"} if profile.known else set()
    for name in profile.names:
        words = split_name(name, profile.family) or (name,)
        keys.add(f"name:{make_key(words).lower()}")
        if profile.family == "person":
            person = read_person(name)
            keys.add(f"surname:{sound(person.surname)}")
        else:
            keys.add(f"stem:{stems_of(words, profile.family).lower()}")
    return keys


# --- what some profiles show together -----------------------------------------------------


@dataclass(frozen=True, eq=False)
class Portrait:
    """What some profiles, taken to be one, show together."""

    profiles: tuple[Profile, ...]

    @cached_property
    def keys(self) -> frozenset[ProfileKey]:
        return frozenset(p.key for p in self.profiles)

    @cached_property
    def articles(self) -> frozenset[str]:
        return frozenset(p.article for p in self.profiles)

    @cached_property
    def first(self) -> ProfileKey:
        """The smallest key: a name for the portrait that no order of articles changes."""
        return min(self.keys)

    @cached_property
    def owns(self) -> frozenset[str]:
        """The own ids."""
        return frozenset(p.own for p in self.profiles)

    @cached_property
    def families(self) -> Counter[str]:
        """Mentions as a person, as a place, ..."""
        counts: Counter[str] = Counter()
        for p in self.profiles:
            counts[p.family] += p.mentions
        return counts

    @cached_property
    def family(self) -> str:
        return min(self.families, key=lambda f: (-self.families[f], f))

    @cached_property
    def known(self) -> frozenset[str]:
        return frozenset(p.own for p in self.profiles if p.known)

    @cached_property
    def kinds(self) -> frozenset[str]:
        return frozenset(p.kind for p in self.profiles)

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(name for p in self.profiles for name in p.names)

    @cached_property
    def persons(self) -> tuple[PersonName, ...]:
        return tuple(
            sorted({read_person(n) for n in self.names}, key=lambda p: (p.surname, p.given))
        )

    @cached_property
    def full(self) -> tuple[PersonName, ...]:
        return tuple(p for p in self.persons if p.given)

    @cached_property
    def spelled(self) -> tuple[PersonName, ...]:
        """The fullest names: no initials where there is more, no "George" beside "George W."."""
        spelled = tuple(p for p in self.full if len(p.first) > 1) or self.full
        return tuple(p for p in spelled if not any(_is_more_of(q, p) for q in spelled))

    @cached_property
    def keyed(self) -> frozenset[str]:
        return frozenset(make_key(split_name(n, self.family) or (n,)).lower() for n in self.names)

    @cached_property
    def stems(self) -> frozenset[str]:
        named = (split_name(n, self.family) or (n,) for n in self.names)
        return frozenset(stems_of(words, self.family).lower() for words in named)

    @cached_property
    def is_lone(self) -> bool:
        """A person of whom no article says a first name."""
        return self.family == "person" and not self.full

    @cached_property
    def is_initial(self) -> bool:
        """A person of whom no article says more of the first name than its first letter."""
        return self.family == "person" and all(len(p.first) == 1 for p in self.full or self.persons)

    @cached_property
    def gender(self) -> int:
        return sum(p.gender for p in self.profiles)

    @cached_property
    def offices(self) -> frozenset[str]:
        return frozenset(office for p in self.profiles for office in p.offices)

    @cached_property
    def homes(self) -> frozenset[str]:
        return frozenset(home for p in self.profiles for home in p.homes)

    @cached_property
    def sectors(self) -> frozenset[str]:
        return frozenset(s for p in self.profiles for s in p.sectors)

    @cached_property
    def fields(self) -> frozenset[str]:
        return fields_of(self.sectors)

    @cached_property
    def neighbours(self) -> frozenset[str]:
        return frozenset(n for p in self.profiles for n in p.neighbours)

    @cached_property
    def days(self) -> tuple[int, ...]:
        found = {_day(p.published) for p in self.profiles if p.published}
        return tuple(sorted(day for day in found if day))

    @cached_property
    def mentions(self) -> int:
        return sum(p.mentions for p in self.profiles)


_UNIONS = (
    "keys", "articles", "owns", "known", "kinds", "names", "offices", "homes", "sectors",
    "neighbours",
)  # fmt: skip
_SUMS = ("families", "gender", "mentions")


def unite(one: Portrait, other: Portrait) -> Portrait:
    """What two portraits show together. What both have worked out is not worked out again: many
    small ones join a large one, one after the other.
    """
    whole = Portrait((*one.profiles, *other.profiles))
    found = vars(whole)
    found.update({name: getattr(one, name) | getattr(other, name) for name in _UNIONS})
    found.update({name: getattr(one, name) + getattr(other, name) for name in _SUMS})
    found["first"] = min(one.first, other.first)
    found["days"] = tuple(sorted({*one.days, *other.days}))
    return whole


@lru_cache(maxsize=1 << 14)
def _day(text: str) -> int:
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        return 0


# --- the clues ----------------------------------------------------------------------------


def find_clues(one: Portrait, other: Portrait) -> list[Clue]:
    """What speaks for and against two portraits being one; none where the names forbid it.

    The order of the two does not matter.
    """
    weights = read_weights()
    names = list(_name_clues(one, other))
    if not names:
        return []
    found = [*names, *_person_clues(one, other), *_kind_clues(one, other)]
    if one.articles & other.articles:  # what else an article names says nothing of two in it
        found += ["same_article"] if "other_family" in found else []
        return [weights[clue] for clue in found]
    found += _time_clues(one, other)
    return [weights[clue] for clue in found] + list(_neighbour_clues(one, other, weights))


def contradict(one: Portrait, other: Portrait) -> bool:
    """Whether two portraits cannot be one: two entries of the gazetteer, or two first names.

    A man and a woman have two, however alike they are: Christian and Christiane.
    """
    if len(one.known | other.known) > 1:
        return True
    if "person" not in (one.family, other.family):
        return False
    pairs = [(a, b) for a in one.spelled for b in other.spelled]
    if not pairs:
        return False
    if _differ_in_sex(one, other):
        return not any(a.first == b.first and _may_be_one(a, b) for a, b in pairs)
    return not any(_may_be_one(a, b) for a, b in pairs)


def _differ_in_sex(one: Portrait, other: Portrait) -> bool:
    return abs(one.gender) > 1 and abs(other.gender) > 1 and one.gender * other.gender < 0


def _may_be_one(a: PersonName, b: PersonName) -> bool:
    """Whether two full names can be of one person, surnames that differ in sound aside."""
    if sound(a.surname) != sound(b.surname):
        return bool(set(a.given) & set(b.given))
    if "".join(a.given) == "".join(b.given):
        return True
    middle = zip(a.given[1:], b.given[1:], strict=False)
    return first_names_fit(a.first, b.first) and all(first_names_fit(x, y) for x, y in middle)


def _is_more_of(longer: PersonName, name: PersonName) -> bool:
    return len(longer.given) > len(name.given) and _may_be_one(longer, name)


def _name_clues(one: Portrait, other: Portrait) -> Iterator[str]:
    if one.known & other.known:
        yield "known"
    elif one.family == other.family == "person":
        yield from _best_person_clue(one, other)
    elif one.keyed & other.keyed:
        yield "same_name"
    elif one.family == other.family and one.stems & other.stems:
        yield "inflected"


def _best_person_clue(one: Portrait, other: Portrait) -> Iterator[str]:
    """The strongest relation between any two of their names."""
    if one.is_lone and other.is_lone:
        same = {p.surname for p in one.persons} & {p.surname for p in other.persons}
        yield from ["lone_surname"] if same else []
        return
    pairs = ((a, b) for a in one.persons for b in other.persons)
    found = {clue for a, b in pairs for clue in _compare_persons(a, b)}
    ranked = ("same_name", "longer_name", "initial", "spelling", "lone_surname")
    best = next((clue for clue in ranked if clue in found), None)
    lone = one.is_lone or other.is_lone
    if best is not None and (best == "lone_surname") == lone:
        yield best


def _compare_persons(a: PersonName, b: PersonName) -> Iterator[str]:
    if not a.given or not b.given:
        if a.surname == b.surname or _is_genitive(a.surname, b.surname):
            yield "lone_surname"
        return
    if not _may_be_one(a, b):
        return
    if a.surname != b.surname:
        alike = JaroWinkler.similarity(a.surname, b.surname) >= _ALIKE
        if sound(a.surname) == sound(b.surname) and alike and 1 not in (len(a.first), len(b.first)):
            yield "spelling"
    elif "".join(a.given) == "".join(b.given):
        yield "same_name"
    elif 1 in (len(a.first), len(b.first)) and a.first != b.first:
        yield "initial"
    else:
        yield "longer_name" if a.first == b.first else "spelling"


def _is_genitive(a: str, b: str) -> bool:
    return len(a) > 3 and len(b) > 3 and (a == b + "s" or b == a + "s")


def _person_clues(one: Portrait, other: Portrait) -> Iterator[str]:
    if "person" not in (one.family, other.family):
        return
    if _differ_in_sex(one, other):
        yield "other_sex"
    yield from _office_clues(bool(one.offices & other.offices), one.homes, other.homes)
    if one.fields & other.fields:
        yield "same_field"
    elif one.fields and other.fields:
        yield "sport_or_not" if "sport" in one.fields | other.fields else "other_field"


def _office_clues(offices: bool, one: AbstractSet[str], other: AbstractSet[str]) -> Iterator[str]:
    """Clues of common ``offices`` and of their homes."""
    if one & other:
        yield "same_office_and_home" if offices else "same_home"
        return
    if offices:
        yield "same_office"
    if _countries(one) and _countries(other):
        yield "other_home"


def _countries(homes: AbstractSet[str]) -> set[str]:
    return {home for home in homes if home.startswith("state-")}


def _kind_clues(one: Portrait, other: Portrait) -> Iterator[str]:
    if one.family != other.family:
        yield "other_family"
    elif one.family == "org":
        generic = {"organisation", "group"}
        a, b = one.kinds - generic, other.kinds - generic
        if a and b:
            yield "same_kind" if a & b else "other_kind"


def _time_clues(one: Portrait, other: Portrait) -> Iterator[str]:
    if not one.days or not other.days:
        return
    apart = max(one.days[0] - other.days[-1], other.days[0] - one.days[-1])
    if apart > _LONG:
        yield "years_apart"
    elif apart <= _MONTH and _nearest(one.days, other.days) <= _MONTH:
        yield "same_month"


def _nearest(a: Sequence[int], b: Sequence[int]) -> int:
    """The least distance between two sorted sequences of days."""
    few, many = sorted((a, b), key=len)
    places = ((day, bisect(many, day)) for day in few)
    return min(abs(day - near) for day, at in places for near in many[max(0, at - 1) : at + 1])


def _neighbour_clues(one: Portrait, other: Portrait, weights: Mapping[str, Clue]) -> Iterator[Clue]:
    """Who is named with both. Somebody who is one of the two is no neighbour."""
    shared = (one.neighbours & other.neighbours) - one.owns - other.owns
    for clue, family in _FAMILY_CLUES:
        count = min(_MOST_SHARED, sum(_family_of_id(n) == family for n in shared))
        if count:
            yield Clue(count * weights[clue].weight, weights[clue].reason)


_FAMILY_CLUES = (
    ("shared_person", "person"),
    ("shared_organisation", "org"),
    ("shared_place", "place"),
)
_PLACES = ("state-", "place-", "city-", "land-", "region-", "canton-")


def _family_of_id(id: str) -> str:
    if id.startswith("person-"):
        return "person"
    if id.startswith("thing-"):
        return "thing"
    return "place" if id.startswith(_PLACES) else "org"
