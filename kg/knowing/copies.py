"""Articles that are copies of each other: the text of one agency in several outlets.

Ten outlets that print one agency's text are one source. A text becomes a sketch, a sample
of its pairs of neighbouring words that is drawn by their hashes: the same pair is in the
sample of every text or of none, so two sketches tell how much two texts share.

Source: A. Broder, On the resemblance and containment of documents (1997).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b

SAMPLE = 64
"""Hashes in a sketch."""

SHINGLE = 2
"""Words in a shingle. Longer ones break too easily: of a text with each fifth word changed,
64 % of the pairs are whole and 51 % of the triples."""

SHORT = 30
"""Words below which a text is a copy of its equal only."""

SHARED = 0.45
"""The share of the shorter text that must stand in the longer one, too, to make it a copy."""

SHORTEST = 0.55
"""The least length of a copy in lengths of the longer text. Above one half, so that a text
that holds two others whole is never a copy of both."""

_ALL_PAIRS = 12
"""How many sketches with a hash in common are all compared with each other."""

_NEIGHBOURS = 6
"""With how many that come after it a sketch is compared where more share a hash."""

_MET = 3
"""How many hashes two sketches have in common at least, if they are compared."""

_HASH_BYTES = 6
_WORD = re.compile(r"\w+")

Sketch = tuple[int, ...]


def sketch_text(text: str) -> Sketch:
    r"""A sketch of a text: the number of its shingles, then the lowest hashes, ascending.

    No number reaches 2**48, so that JSON and every store keep it. Letters' case,
    punctuation, line ends and soft hyphens make no difference. A text of fewer than SHORT
    words has one shingle, all its words; one without words has none.

    >>> sketch_text("Die Fähre sank.") == sketch_text("die fähre\nsank"), sketch_text("...")
    (True, (0,))
    """
    words = _WORD.findall(unicodedata.normalize("NFKC", text.replace("\xad", "")).casefold())
    size = SHINGLE if len(words) >= SHORT else max(len(words), 1)
    shingles = {" ".join(words[at : at + size]) for at in range(len(words) - size + 1)}
    return len(shingles), *sorted(map(_hash, shingles))[:SAMPLE]


def _hash(shingle: str) -> int:
    data = shingle.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=_HASH_BYTES).digest(), "big")


def resemblance(a: Sketch, b: Sketch) -> float:
    """How much of the shorter of two texts stands in the longer one, too: 0 to 1, estimated.

    Exact where both texts have no more than SAMPLE shingles; else the standard error is
    about 0.06. The order of the two makes no difference.
    """
    if a == b:
        return 1.0
    shorter = min(a[0], b[0])
    if not shorter:
        return 0.0
    limit = min(_reach(a), _reach(b))
    seen = bisect_right(a, limit, 1) - 1 + bisect_right(b, limit, 1) - 1
    common = sum(hash <= limit for hash in {*a[1:]} & {*b[1:]})
    return min(1.0, common * (a[0] + b[0]) / (seen * shorter))


def _reach(sketch: Sketch) -> int:
    """The hash up to which a sketch knows all shingles of its text."""
    return sketch[-1] if sketch[0] > len(sketch) - 1 else 1 << 8 * _HASH_BYTES


def are_copies(a: Sketch, b: Sketch) -> bool:
    """Is one of two texts the other one, revised or shortened?"""
    if a == b:
        return True
    shorter, longer = sorted((a[0], b[0]))
    return shorter >= SHORTEST * longer and resemblance(a, b) >= SHARED


def group_copies(sketches: Mapping[str, Sketch]) -> dict[str, str]:
    """The copy group of each article, named by the smallest of its articles' ids.

    An article that is nobody's copy is a group of its own. Copies of copies are in one
    group. The order of the mapping makes no difference.
    """
    alike: dict[Sketch, list[str]] = defaultdict(list)
    for article, sketch in sketches.items():
        alike[sketch].append(article)
    leaders = {sketch: sketch for sketch in alike}
    for one, other in _candidates(alike):
        first, second = _leader(leaders, one), _leader(leaders, other)
        if first != second and are_copies(one, other):
            leaders[second] = first
    groups: dict[Sketch, list[str]] = defaultdict(list)
    for sketch, articles in alike.items():
        groups[_leader(leaders, sketch)] += articles
    return {article: min(group) for group in groups.values() for article in group}


def _leader(leaders: dict[Sketch, Sketch], sketch: Sketch) -> Sketch:
    """The sketch that stands for the group of another; the way to it becomes shorter."""
    while (above := leaders[sketch]) != sketch:
        leaders[sketch] = leaders[above]
        sketch = above
    return sketch


def _candidates(sketches: Iterable[Sketch]) -> Iterator[tuple[Sketch, Sketch]]:
    """Pairs worth comparing: those that have some hashes in common.

    Where many have one in common (a usual phrase, or a text that is everywhere), each meets
    its next neighbours only; copies are neighbours for their other hashes, too.
    """
    ordered = sorted(sketches, key=lambda sketch: (sketch[1:], sketch[0]))
    holders: dict[int, list[int]] = defaultdict(list)
    for number, sketch in enumerate(ordered):
        for hash in sketch[1:]:
            holders[hash].append(number)
    for number, sketch in enumerate(ordered):
        met: Counter[int] = Counter()
        for hash in sketch[1:]:
            found = holders[hash]
            width = len(found) if len(found) <= _ALL_PAIRS else _NEIGHBOURS
            after = bisect_right(found, number)
            met.update(found[after : after + width])
        yield from ((sketch, ordered[other]) for other, times in met.items() if times >= _MET)
