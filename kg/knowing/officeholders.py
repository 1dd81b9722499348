"""Offices: what an office noun tells of its holder, and whether somebody can be a known holder."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kg.lexicon import Holder, Lexicon
from kg.names import slug

FIELDS: Mapping[str, str] = {
    **dict.fromkeys(("GOV", "LEG", "PTY", "IGO", "MIL", "COP", "JUD", "OPP", "REB"), "politics"),
    **dict.fromkeys(("BUS", "LAB", "NGO", "AGR"), "economy"),
    **dict.fromkeys(("EDU", "JRN", "HLH", "REL", "CVL"), "society"),
    "SPT": "sport",
}
"""Sectors (the codes of PLOVER) by the field that somebody is known in."""

_EARLY, _LATE = 10, 30
"""Years before and after the first and last office in which articles speak of a holder."""
_NEAR = 3
"""The same for a lone surname."""


@dataclass(frozen=True, eq=False)
class Offices:
    """The role nouns of a language, folded, with their sectors."""

    roles: Mapping[str, str]


@lru_cache(maxsize=8)
def offices_of(lexicon: Lexicon) -> Offices:
    """The offices that a lexicon knows."""
    return Offices({_fold(role.noun): role.sector for role in lexicon.roles})


def _fold(noun: str) -> str:
    return slug(noun).replace("-", "")


@lru_cache(maxsize=1 << 14)
def _read_office(office: str, offices: Offices) -> tuple[str, bool]:
    """The office noun of a phrase, folded and masculine, and whether it was feminine."""
    roles = offices.roles
    for word in office.split():
        folded = _fold(word)
        for at in range(max(1, len(folded) - 3)):
            form = next((f for f in _forms(folded[at:]) if f in roles), None)
            if form is not None:
                male = form.removesuffix("in")
                feminine = form.endswith("in") and male in roles
                return (male, True) if feminine else (form, False)
    return _fold(office)[:40], False


def _forms(word: str) -> Iterator[str]:
    """A word and what it may be an inflected form of."""
    yield word
    for ending in ("s", "es", "n", "en", "e", "r"):
        if word.endswith(ending) and len(word) > len(ending) + 3:
            yield word.removesuffix(ending)


def office_noun(office: str, offices: Offices) -> str:
    """The office noun of a phrase, folded, masculine: the longest role noun that ends a word.

    "US-Außenministerin" and "Außenminister" are one, "Bundeskanzlerin" is "bundeskanzler".
    """
    return _read_office(office, offices)[0]


def office_gender(office: str, offices: Offices) -> int:
    """Votes for a man (above 0) or a woman: a feminine form says more than a masculine one."""
    noun, feminine = _read_office(office, offices)
    return -3 if feminine else int(noun + "in" in offices.roles)


def office_home(office: str) -> tuple[str, ...]:
    """What the office itself tells of its home: "Bundeskanzlerin" is of Germany."""
    return ("state-deutschland",) if _fold(office).startswith("bundes") else ()


def office_sectors(offices: Iterable[str], known: Offices) -> frozenset[str]:
    """The sectors of some offices."""
    return frozenset(known.roles.get(office_noun(o, known), "-") for o in offices) - {"-"}


def fields_of(sectors: Iterable[str]) -> frozenset[str]:
    """The fields of some sectors."""
    return frozenset(FIELDS[sector] for sector in sectors if sector in FIELDS)


def holder_fields(rows: Iterable[Holder], known: Offices) -> frozenset[str]:
    """The fields of a holder's own offices, politics always among them: a pope is of society."""
    offices = [office for row in rows for office in (row.office_de, row.office_en)]
    return fields_of(office_sectors(offices, known)) | {"politics"}


def year_of(day: str | None) -> int | None:
    """The year of a day; None where there is none, or none that can be read."""
    year = (day or "")[:4]
    return int(year) if year.isascii() and year.isdecimal() else None


def may_be_holder(
    rows: Sequence[Holder],
    *,
    published: str | None,
    fields: Collection[str],
    lone: bool,
    common: bool,
    own: Collection[str] = ("politics",),
) -> bool:
    """Whether somebody of a holder's name can be the holder.

    ``fields``: those that the article gives him; ``own``: those of the holder's offices;
    ``lone``: by the surname alone; ``common``: by a surname that many bear, so that the article
    must give him an office. It must also be of the years of his offices, give or take some.
    """
    if fields and not {*fields} & {*own}:
        return False
    year = year_of(published)
    if year is None:
        return not common
    since = [int(row.since[:4]) for row in rows if row.since != "-"]
    until = [int(row.until[:4]) for row in rows if row.until != "-"]
    early, late = (_NEAR, _EARLY) if lone or common else (_EARLY, _LATE)
    if since and year < min(since) - early:
        return False
    open_end = any(row.until == "-" for row in rows)
    if not open_end and until and year > max(until) + late:
        return False
    return bool(fields) or not common


def surname_is_common(name: str, common: Collection[str]) -> bool:
    """Whether a name ends in a surname that many bear."""
    return bool(re.split(r"[\s-]", name.strip())[-1] in common)
