"""How well somebody an article speaks of fits a pronoun: clues with weights, and who leads.

``ontology/lexicon/antecedents.tsv`` holds the weight of every clue and its reason in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from kg.lexicon import Clue, ontology_path, read_clues
from kg.reading.referents import MALE, Place, Referent

REACH = 3
"""Sentences that a pronoun looks back."""
_DISTANCES = ("same_sentence", "one_back", "two_back", "three_back")
_FARTHEST, _OFTENEST = 40, 4


@cache
def read_weights() -> Mapping[str, Clue]:
    """The weight and reason of each clue. Raises LexiconError for a broken table."""
    return read_clues(ontology_path("lexicon", "antecedents.tsv"))


@dataclass(frozen=True, slots=True)
class Anaphor:
    """What looks for its antecedent: token, sentence, clause, the subjects of that clause, the
    number of the quotation around it (-1 for none), whether it is a subject itself, whether it
    owns something ("seine") and whether it speaks.
    """

    token: int
    sentence: int
    clause: int | None
    subjects: frozenset[int]
    quote: int
    subject: bool
    possessive: bool = False
    speaks: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be meant, how much speaks for it, and what."""

    referent: Referent
    weight: float
    reason: str


def weigh(referent: Referent, place: Place, anaphor: Anaphor) -> Candidate:
    """A referent as the antecedent of a pronoun, seen at one of its places."""
    weights = read_weights()
    clues = list(_clues(referent, place, anaphor))
    weight = sum(weights[clue].weight for clue in clues)
    weight += weights["word"].weight * min(_FARTHEST, anaphor.token - place.token)
    weight += weights["again"].weight * min(_OFTENEST, len(referent.places) - 1)
    told = [weights[clue].reason for clue in clues if weights[clue].weight > 0]
    return Candidate(referent, weight, ", ".join(told))


def _clues(referent: Referent, place: Place, anaphor: Anaphor) -> Iterator[str]:
    yield _DISTANCES[anaphor.sentence - place.sentence]
    yield from _roles(place, anaphor)
    if place.pronoun:
        yield "pronoun"
    elif place.inner and not place.source:
        yield "inner"
    if place.speaks and anaphor.speaks:
        yield "both_speak"
    yield from _nature(referent, place, anaphor)


def _roles(place: Place, anaphor: Anaphor) -> Iterator[str]:
    """What the candidate is in its clause, and what the anaphor is in its own."""
    if place.subject:
        yield "subject"
        if anaphor.subject:
            yield "both_subjects"
        elif not anaphor.possessive:
            yield "other_role"
    elif place.source:
        yield "source"
    if anaphor.possessive and place.token in anaphor.subjects:
        yield "same_clause_subject"


def _nature(referent: Referent, place: Place, anaphor: Anaphor) -> Iterator[str]:
    """What the candidate is: a thing, a person or a body, named, of known gender."""
    yield "same_gender" if referent.gender else "unknown_gender"
    if referent.mention is None:
        yield "thing"
        return
    if referent.named and not place.pronoun:
        yield "named"
    if referent.kind in {"person", "group"}:
        yield "person"
        return
    if not place.subject:
        yield "body"
    if referent.gender == MALE and not anaphor.possessive:
        yield "male_body"


def choose(candidates: Iterable[Candidate], *, lead: float = 1.0) -> Candidate | None:
    """The candidate that leads clearly enough, ``lead`` times as clearly as a pronoun asks.

    None where nobody does, where too little speaks for the best, or where it is a thing.
    """
    weights = read_weights()
    best: dict[int, Candidate] = {}
    for candidate in candidates:
        known = best.get(id(candidate.referent))
        if known is None or candidate.weight > known.weight:
            best[id(candidate.referent)] = candidate
    ranked = sorted(best.values(), key=lambda c: -c.weight)
    if not ranked or ranked[0].weight < weights["least"].weight:
        return None
    behind = ranked[1].weight if len(ranked) > 1 else float("-inf")
    clear = ranked[0].weight - behind >= lead * weights["lead"].weight
    return ranked[0] if clear and ranked[0].referent.mention is not None else None
