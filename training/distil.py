"""What the teacher says, turned into sentences that the student learns from."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from entities import Tagged
from lessons import BIO, FEATURE_NAMES, Arrays, Labels
from treebanks import Sentence, Word, is_tree
from verbs import conjugate
from wordlists import Wordlists

SETS = ("silver", "news", "entities", "wikiner", "debates")
"""The sets that the student learns from."""
LEAST_CERTAIN = {"debates": 0.92, "entities": 0.86}
LEAST = 0.88
"""Least mean probability of an arc and its label in a sentence."""
LEAST_ENTITY = 0.5
"""Least probability of an entity tag in a sentence."""


@dataclass(slots=True)
class Answer:
    """What the teacher says of one sentence."""

    words: Sentence
    tags: list[str]
    arc_p: float
    entity_p: float


def read_words(folder: Path) -> dict[str, list[Sentence]]:
    """Return the sentences of every set, without what anybody says of them."""
    with (folder / "words.pickle").open("rb") as source:
        found: dict[str, list[Sentence]] = pickle.load(source)
    return found


def read_answers(
    files: list[Path], name: str, sentences: list[Sentence], labels: Labels
) -> Iterator[Answer]:
    """Yield the answers about the sentences of one set, in the order of the files."""
    for path in files:
        with np.load(path) as archive:
            columns = {k.split(".")[1]: archive[k] for k in archive if k.split(".")[0] == name}
        start = 0
        for row in columns.pop("rows"):
            end = start + len(sentences[row])
            part = {k: v[start:end] for k, v in columns.items()}
            yield read_answer(sentences[row], part, labels)
            start = end


def read_answer(words: Sentence, part: Arrays, labels: Labels) -> Answer:
    """Return the sentence with the teacher's heads, labels, tags and features."""
    told = [tell(word, i, part, labels) for i, word in enumerate(words)]
    tags = [BIO[t] for t in part["ner"]]
    certain = (part["arc_p"].mean() / 255, part["ner_p"].min() / 255)
    return Answer(told, tags, *map(float, certain))


def tell(word: Word, index: int, part: Arrays, labels: Labels) -> Word:
    """Return one word with what the teacher says of it."""
    head = int(part["head"][index])
    feats = [
        f"{name}={labels.feats[name][value]}"
        for name, value in zip(FEATURE_NAMES, part["feats"][index], strict=True)
        if value
    ]
    return replace(
        word,
        lemma="",
        upos=labels.upos[part["upos"][index]],
        xpos=labels.xpos[part["xpos"][index]],
        feats="|".join(feats),
        head=index if head == 0 else head - 1,
        dep=labels.dep[part["dep"][index]],
    )


def distil_trees(answers: list[Answer], name: str, lists: Wordlists) -> Iterator[Sentence]:
    """Yield the sentences of a set whose tree is one and certain enough."""
    for answer in answers:
        if answer.arc_p >= LEAST_CERTAIN.get(name, LEAST) and is_tree(answer.words):
            words = answer.words
            yield [conjugate(words, i, lists) for i in range(len(words))]


def distil_entities(answers: list[Answer]) -> Iterator[Tagged]:
    """Yield (form, tag) of the sentences whose entities are certain enough."""
    for answer in answers:
        if answer.entity_p >= LEAST_ENTITY:
            forms = [w.form for w in answer.words]
            yield list(zip(forms, answer.tags, strict=True))
