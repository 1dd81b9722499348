"""Sentences that teach lemmas: gold ones, and any text whose words the lists know.

What no list and no rule knows is left open, so that a model's own mistakes
are never taught again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from treebanks import Sentence, Word
from wordlists import Wordlists

ENDING = re.compile(r"(e[mnrs]?)$")
STEM = re.compile(
    r"(isch|lich|ig|bar|sam|haft|los|iv|[ae]ll?|är|ös|ent|ant|end|voll|reich|frei|weit|[bdeghklmnprstz]t)$"
)
OPEN = frozenset({"NOUN", "VERB", "AUX", "ADJ", "PROPN", "X", "NUM"})


def relemmatise(
    sentences: list[Sentence], gold: list[Sentence], lists: Wordlists
) -> Iterator[Sentence]:
    """Yield the silver sentences with only the lemmas that a list or rule gives."""
    adjectives = {w.lemma for s in gold for w in s if w.upos == "ADJ" and w.lemma}
    adjectives |= {w.form for s in sentences for w in s if w.xpos == "ADJD"}
    names = {w.form for s in [*gold, *sentences] for w in s if w.upos == "PROPN"}
    for sentence in sentences:
        yield [
            replace(w, lemma=believed_lemma(w, lists, adjectives, names), head=None, dep="")
            for w in sentence
        ]


def believed_lemma(word: Word, lists: Wordlists, adjectives: set[str], names: set[str]) -> str:
    """Return the lemma, or an empty string where nothing decides it."""
    if word.upos in {"NOUN", "VERB", "AUX"}:
        return find_lemma(word, lists)
    if word.upos == "ADJ":
        return adjective_lemma(word, adjectives)
    if word.upos == "PROPN":
        genitive = len(word.form) > 4 and word.form.endswith("s") and word.form[:-1] in names
        return word.form[:-1] if genitive else word.form
    return "" if word.upos in OPEN else word.lemma


def adjective_lemma(word: Word, known: set[str]) -> str:
    """Return the uninflected adjective where it is known or looks like one."""
    form = word.form.lower()
    if word.xpos != "ADJA":
        return form if form in known else ""
    stem = ENDING.sub("", form)
    return stem if stem in known or STEM.search(stem) else ""


def find_lemma(word: Word, lists: Wordlists) -> str:
    """Return the lemma by the word lists, or an empty string."""
    if word.upos in {"VERB", "AUX"}:
        return lists.find_verb(word.form)
    if word.upos == "NOUN":
        return lists.find_noun(word.form)
    return ""
