"""Learn small floret vectors from raw text. Needs PyPI ``floret``."""

from __future__ import annotations

import importlib
import json
import lzma
import re
from collections.abc import Iterator
from pathlib import Path

import spacy

WORD = re.compile(r"\w+(?:[-/.']\w+)*|[^\w\s]")
ROWS, WIDTH, EPOCHS = 24_000, 64, 4


def read_lines(data: Path) -> Iterator[str]:
    """Yield the raw text: debates, treebank text, entity corpora, news articles."""
    with lzma.open(data / "raw" / "parlamint_at.txt.xz", "rt", encoding="utf8") as lines:
        yield from lines
    with (data / "ud" / "gsd_train_text.txt").open(encoding="utf8") as lines:
        yield from lines
    for path in sorted((data / "quotes" / "train").glob("*.json")):
        yield from json.loads(path.read_text(encoding="utf8"))["originalText"].split("\n")
    for path in sorted((data / "ner").glob("*.tsv")):
        column = 1 if path.name.startswith("germeval") else 0
        yield from read_column(path, column)


def read_column(path: Path, column: int) -> Iterator[str]:
    """Yield the sentences of a column file."""
    words: list[str] = []
    with path.open(encoding="utf8") as lines:
        for line in lines:
            fields = line.rstrip("\n").split("\t")
            if len(fields) > column and fields[0] != "#":
                words.append(fields[column])
            elif words:
                yield " ".join(words)
                words = []


def learn_vectors(data: Path, work: Path) -> Path:
    """Return a folder with a blank pipeline that holds the vectors."""
    floret = importlib.import_module("floret")
    work.mkdir(parents=True, exist_ok=True)
    text = work / "raw.txt"
    with text.open("w", encoding="utf8") as out:
        for line in read_lines(data):
            out.write(" ".join(WORD.findall(line)) + "\n")
    model = floret.train_unsupervised(
        str(text),
        model="cbow",
        mode="floret",
        hashCount=2,
        bucket=ROWS,
        dim=WIDTH,
        minn=4,
        maxn=5,
        minCount=10,
        epoch=EPOCHS,
        thread=1,
    )
    table = work / "vectors.floret"
    model.save_floret_vectors(str(table))
    return store_vectors(table, work / "vectors")


def store_vectors(table: Path, folder: Path) -> Path:
    """Write the floret table as the vectors of a blank German pipeline."""
    nlp = spacy.blank("de")
    spacy.training.initialize.convert_vectors(nlp, table, truncate=0, prune=-1, mode="floret")
    nlp.to_disk(folder)
    return folder
