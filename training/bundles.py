"""Gold lemma and feature bundles of sentences without trees."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from treebanks import Sentence, Word, split_blocks

BUNDLE: dict[str, tuple[str, str]] = {
    "SG": ("Number", "Sing"),
    "PL": ("Number", "Plur"),
    "MASC": ("Gender", "Masc"),
    "FEM": ("Gender", "Fem"),
    "NEUT": ("Gender", "Neut"),
    "NOM": ("Case", "Nom"),
    "ACC": ("Case", "Acc"),
    "DAT": ("Case", "Dat"),
    "GEN": ("Case", "Gen"),
}
"""Feature of a UniMorph bundle -> feature of Universal Dependencies."""


def read_bundles(path: Path) -> dict[str, list[Word]]:
    """Return the gold lemmas and bundles of each sentence, by its letters."""
    found = {}
    for rows in split_blocks(path):
        words = merge_contractions([Word(r[1], lemma=r[2], feats=r[5]) for r in rows])
        found["".join(w.form for w in words)] = words
    return found


def merge_contractions(words: list[Word]) -> list[Word]:
    """Return the words with ``in`` + ``dem`` put together again.

    Whether the text has one word or two is not in the file; the sentence is
    found again only where one word was right throughout, the common case.
    """
    pairs = {"indem": "im", "andem": "am", "zudem": "zum", "zuder": "zur", "vondem": "vom"}
    pairs |= {"beidem": "beim", "indas": "ins", "andas": "ans"}
    merged: list[Word] = []
    for word in words:
        key = (merged[-1].form + word.form).lower() if merged else ""
        if key in pairs and "DET" in (word.feats or "").split(";"):
            form = pairs[key]
            first = merged.pop()
            form = form.capitalize() if first.form[0].isupper() else form
            merged.append(replace(word, form=form, lemma=first.lemma))
        else:
            merged.append(word)
    return merged


def add_bundles(sentences: list[Sentence], bundles: dict[str, list[Word]]) -> list[Sentence]:
    """Return the sentences with what the gold bundles say of number, gender and case."""
    found = []
    for sentence in sentences:
        gold = bundles.get("".join(w.form for w in sentence))
        same = gold is not None and [w.form for w in gold] == [w.form for w in sentence]
        given = gold if gold is not None and same else [None] * len(sentence)
        found.append(
            [replace(w, feats=known_feats(g)) for w, g in zip(sentence, given, strict=True)]
        )
    return found


def known_feats(bundle: Word | None) -> str | None:
    """Return the features a bundle gives, marked as not all of them."""
    pairs = [BUNDLE[p] for p in (bundle.feats or "").split(";") if p in BUNDLE] if bundle else []
    return "?" + "|".join(f"{k}={v}" for k, v in pairs) if pairs else None
