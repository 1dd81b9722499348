"""How sure a statement is: the weights of its signs added up.

``ontology/confidence.tsv`` holds a weight for every sign (see :mod:`kg.reading.signs`), a
logarithm of odds fitted on statements that were judged by hand (``benchmarks/confidence.py``).
Together they give a number between 0 and 1: the share of statements like it that are right.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from kg.lexicon import Clue, ontology_path, read_clues

BASE = "base"
"""The line of the table that every statement has."""
NOTABLE = -0.3
"""A weight at or below this one is worth telling as a doubt."""
_LEAST, _MOST = 0.02, 0.98


@dataclass(frozen=True, slots=True)
class Weight:
    """A line of ``ontology/confidence.tsv``."""

    sign: str
    weight: str
    reason: str


@cache
def read_weights() -> Mapping[str, Clue]:
    """The weight and reason of each sign. Raises LexiconError for a broken table."""
    return read_clues(ontology_path("confidence.tsv"), Weight)


def confidence_of(signs: Iterable[str]) -> float:
    """The confidence in hundredths; a sign without a weight says nothing."""
    weights = read_weights()
    total = sum(weights[sign].weight for sign in (BASE, *signs) if sign in weights)
    return round(min(max(1 / (1 + math.exp(-total)), _LEAST), _MOST), 2)


def doubts_of(signs: Iterable[str]) -> list[str]:
    """The reasons that lower the confidence, the heaviest first."""
    weights = read_weights()
    known = [weights[sign] for sign in signs if sign in weights]
    heavy = [evidence for evidence in known if evidence.weight <= NOTABLE]
    return [e.reason for e in sorted(heavy, key=lambda e: (e.weight, e.reason))]
