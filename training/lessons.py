"""Sentences as arrays: what the teacher learns from, and what it is asked.

A set of sentences is a dictionary of flat arrays: word pieces, pieces a word,
words a sentence, and one array for each thing that may be known of a word, -1
where it is not. Only the pieces in use stay in the vocabulary, so that the
encoder is small enough to carry about.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from treebanks import FEATURES, Sentence

Arrays = dict[str, NDArray[Any]]
FEATURE_NAMES = sorted(FEATURES)
MOST_PIECES = 12
SPECIAL = ["[PAD]", "[CLS]", "[SEP]", "[UNK]"]
BIO = ["O", *(f"{p}-{kind}" for kind in ("PER", "ORG", "LOC", "MISC") for p in "BI")]


@dataclass(slots=True)
class Labels:
    """The values each column can have, in the order of their numbers."""

    dep: list[str] = field(default_factory=list)
    upos: list[str] = field(default_factory=list)
    xpos: list[str] = field(default_factory=list)
    feats: dict[str, list[str]] = field(default_factory=dict)
    """Feature -> its values; the first is the empty string, "has none"."""

    @classmethod
    def collect(cls, sentences: Iterable[Sentence]) -> Labels:
        """Return the values that occur in the sentences."""
        words = [w for s in sentences for w in s]
        pairs = [p.split("=", 1) for w in words for p in (w.feats or "").split("|") if "=" in p]
        return cls(
            *(sorted({getattr(w, c) for w in words} - {""}) for c in ("dep", "upos", "xpos")),
            feats={n: ["", *sorted({v for k, v in pairs if k == n})] for n in FEATURE_NAMES},
        )

    def write(self, path: Path) -> None:
        """Write the values as JSON."""
        content = {"dep": self.dep, "upos": self.upos, "xpos": self.xpos, "feats": self.feats}
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf8")

    @classmethod
    def read(cls, path: Path) -> Labels:
        """Return the values written by :meth:`write`."""
        return cls(**json.loads(path.read_text(encoding="utf8")))


class Pieces:
    """Cuts words into the word pieces of the encoder's vocabulary."""

    def __init__(self, vocabulary: Path) -> None:
        from tokenizers import BertWordPieceTokenizer

        self.tokenizer = BertWordPieceTokenizer(str(vocabulary), lowercase=False)
        self.used: dict[int, int] = {}
        for token in SPECIAL:
            self.number(self.tokenizer.token_to_id(token))

    def number(self, piece: int) -> int:
        """Return the piece's place in the vocabulary of those in use."""
        return self.used.setdefault(piece, len(self.used))

    def cut(self, sentences: Sequence[Sequence[str]]) -> Arrays:
        """Return the pieces of the sentences; a word without any is unknown."""
        unknown = self.tokenizer.token_to_id("[UNK]")
        pieces: list[int] = []
        counts: list[int] = []
        for encoded in self.encode(sentences):
            for word in encoded:
                cut = word[:MOST_PIECES] or [unknown]
                pieces += [self.number(p) for p in cut]
                counts.append(len(cut))
        return {
            "pieces": np.array(pieces, np.uint16),
            "counts": np.array(counts, np.uint8),
            "lengths": np.array([len(s) for s in sentences], np.uint16),
        }

    def encode(self, sentences: Sequence[Sequence[str]]) -> Iterable[list[list[int]]]:
        """Yield the pieces of each word of each sentence."""
        for start in range(0, len(sentences), 5000):
            batch = [list(s) for s in sentences[start : start + 5000]]
            for words, found in zip(
                batch,
                self.tokenizer.encode_batch(batch, is_pretokenized=True, add_special_tokens=False),
                strict=True,
            ):
                cut: list[list[int]] = [[] for _ in words]
                for piece, owner in zip(found.ids, found.word_ids, strict=True):
                    if owner is not None:
                        cut[owner].append(piece)
                yield cut

    def select(self, weights: Arrays) -> Arrays:
        """Return the encoder's weights with only the pieces in use."""
        name = "embeddings.word_embeddings.weight"
        return weights | {name: weights[name][list(self.used)]}


def tree_arrays(sentences: list[Sentence], labels: Labels) -> Arrays:
    """Return heads, labels, tags and features of the sentences' words."""
    words = [w for s in sentences for w in s]
    found: Arrays = {"head": np.array([-1 if w.head is None else w.head for w in words], np.int16)}
    for column in ("dep", "upos", "xpos"):
        index = {value: i for i, value in enumerate(getattr(labels, column))}
        found[column] = np.array([index.get(getattr(w, column), -1) for w in words], np.int16)
    found["feats"] = np.array([feature_row(w.feats, labels) for w in words], np.int8)
    return found


def feature_row(feats: str | None, labels: Labels) -> list[int]:
    """Return the number of each feature's value; -1 where features are not known.

    ``?Number=Sing`` says that only the features named are known.
    """
    if feats is None:
        return [-1] * len(FEATURE_NAMES)
    pairs = dict(p.split("=", 1) for p in feats.lstrip("?").split("|") if "=" in p)
    missing = -1 if feats.startswith("?") else 0
    return [
        labels.feats[n].index(pairs[n]) if pairs.get(n) in labels.feats[n] else missing
        for n in FEATURE_NAMES
    ]


def entity_array(tags: list[list[str]]) -> NDArray[np.int8]:
    """Return the number of each word's BIO tag."""
    index = {tag: i for i, tag in enumerate(BIO)}
    return np.array([index[t] for sentence in tags for t in sentence], np.int8)


def group_by_size(
    sizes: NDArray[Any], budget: int, rng: np.random.Generator | None, *, spread: float
) -> list[list[int]]:
    """Return numbers of things of like size in groups; padded, a group stays within the budget.

    ``rng`` mixes sizes up to about ``spread`` and the order of the groups.
    """
    noise = rng.normal(0, spread, len(sizes)) if rng is not None else 0
    groups: list[list[int]] = [[]]
    longest = 0
    for row in np.argsort(sizes + noise, kind="stable").tolist():
        longest = max(longest, int(sizes[row]))
        if groups[-1] and longest * (len(groups[-1]) + 1) > budget:
            groups.append([])
            longest = int(sizes[row])
        groups[-1].append(row)
    return groups if rng is None else [groups[i] for i in rng.permutation(len(groups)).tolist()]


def flatten(sets: dict[str, Arrays]) -> Arrays:
    """Return all sets in one dictionary, ``set.column`` as names."""
    return {f"{s}.{c}": values for s, columns in sets.items() for c, values in columns.items()}


def pack(weights: Arrays) -> Arrays:
    """Return matrices as bytes with one scale a row: a quarter of the size."""
    packed: Arrays = {}
    for name, values in weights.items():
        if values.ndim < 2:
            packed[name] = values.astype(np.float16)
            continue
        scale = np.abs(values).max(axis=1, keepdims=True) / 127
        packed[name] = np.rint(values / np.maximum(scale, 1e-12)).astype(np.int8)
        packed[name + ".scale"] = scale.astype(np.float32)
    return packed


def unpack(packed: Arrays) -> Arrays:
    """Return the matrices that :func:`pack` made small."""
    return {
        name: values.astype(np.float32) * packed.get(name + ".scale", np.float32(1))
        for name, values in packed.items()
        if not name.endswith(".scale")
    }
