"""Raw text: news articles and debates, as sentences."""

from __future__ import annotations

import json
import lzma
import random
from collections.abc import Iterable, Iterator
from pathlib import Path

from corpora import SEED
from spacy.language import Language
from treebanks import Sentence, Word

DEBATE_WORDS = 3_300_000
"""Words of the parliament's debates that are annotated."""


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


def read_debates(data: Path, nlp: Language) -> list[Sentence]:
    """Return sentences of the parliament's debates, paragraphs drawn by chance."""
    with lzma.open(data / "raw" / "parlamint_at.txt.xz", "rt", encoding="utf8") as lines:
        paragraphs = [line for line in lines if 4 <= len(line.split()) <= 400]
    random.Random(SEED).shuffle(paragraphs)
    chosen, words = [], 0
    for paragraph in paragraphs:
        chosen.append(paragraph.strip())
        words += len(paragraph.split())
        if words > DEBATE_WORDS:
            break
    return split_sentences(nlp, chosen)
