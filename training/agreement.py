"""Further news text: sentences whose tree two different parsers agree on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from silver import clear
from spacy.language import Language
from spacy.tokens import Doc
from treebanks import Sentence, Word, harmonise, is_tree, merge_block, split_blocks

SHARE = 0.9
"""Least share of words on whose head and label both parsers agree."""


def read_paragraphs(data: Path) -> Iterator[str]:
    """Yield the paragraphs of the news articles: their text alone, no annotation."""
    for path in sorted((data / "quotes" / "train").glob("*.json")):
        text = json.loads(path.read_text(encoding="utf8"))["originalText"]
        yield from (p for p in text.split("\n") if p.strip())


def split_sentences(nlp: Language, paragraphs: Iterable[str]) -> list[Sentence]:
    """Return the sentences of four to sixty words, as the model splits them."""
    found: list[Sentence] = []
    with nlp.select_pipes(enable=["tok2vec", "senter"]):
        for doc in nlp.pipe(paragraphs):
            for span in doc.sents:
                words = [Word(t.text, space=bool(t.whitespace_)) for t in span if not t.is_space]
                plain = all(not any(c.isspace() for c in w.form) for w in words)
                if 4 <= len(words) <= 60 and plain:
                    found.append(words)
    return found


def choose_agreed(nlp: Language, parsed: Path, sentences: list[Sentence]) -> list[Sentence]:
    """Return the sentences, with CoreNLP's trees, on which our parser agrees."""
    silver: list[Sentence] = []
    for rows, words in zip(split_blocks(parsed), sentences, strict=True):
        tree = harmonise([clear(w) for w in merge_block(rows)])
        if [w.form for w in tree] == [w.form for w in words] and is_tree(tree):
            spaced = zip(tree, words, strict=True)
            silver.append([replace(t, space=w.space) for t, w in spaced])
    docs = (Doc(nlp.vocab, [w.form for w in s], spaces=[w.space for w in s]) for s in silver)
    with nlp.select_pipes(disable=["senter"]):
        pairs = zip(silver, nlp.pipe(docs), strict=True)
        return [s for s, doc in pairs if agreement(s, doc) >= SHARE]


def agreement(sentence: Sentence, doc: Doc) -> float:
    """Return the share of words (no punctuation) with the same head and label."""
    pairs = [(w, t) for w, t in zip(sentence, doc, strict=True) if w.upos != "PUNCT"]
    same = sum(w.head == t.head.i and w.dep == label_of(t.dep_) for w, t in pairs)
    return same / max(1, len(pairs))


def label_of(dep: str) -> str:
    """Return spaCy's label as the treebanks spell it (its root is ``ROOT``)."""
    return "root" if dep == "ROOT" else dep
