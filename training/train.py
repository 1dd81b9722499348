"""Train the student, the German pipeline that ships.

``train.py corpora WORK --data DATA --lessons FOLDER --answers FILE... --wordlists LISTS``
writes what it learns from: the gold sentences and what the teacher said of further text (without
a teacher only gold). ``train.py student WORK`` trains syntax, entities and lemmas on that, on from
the pretrained weights where there are any, puts all together and measures.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import spacy
from spacy.cli.train import train as run_training
from spacy.tokens import Doc

sys.path.insert(0, str(Path(__file__).parent))

from arrays import export
from assembly import assemble, average
from corpora import (
    SEED,
    Gold,
    make_entity_docs,
    make_syntax_docs,
    mix_entities,
    read_entities,
    read_gold,
)
from distil import SETS, distil_entities, distil_trees, read_answers, read_words
from documents import write_docs
from entities import Tagged
from lemmas import relemmatise
from lessons import Labels
from measure import measure, write_scores
from treebanks import Sentence
from vectors import learn_vectors
from wordlists import Wordlists, read_wordlists

HERE = Path(__file__).parent
LEMMA_STEPS = 1300
GOLD_COPIES = 4
COPIES = {"silver": 2, "news": 2, "entities": 2, "wikiner": 1, "debates": 1}
"""How often the syntax model sees the sentences of each of the teacher's sets in an epoch."""
LEMMA_SETS = ("silver", "news", "entities", "wikiner")


@dataclass(frozen=True, slots=True)
class Sources:
    """What to read."""

    data: Path
    lessons: Path | None
    answers: list[Path]
    wordlists: Path | None


def main() -> None:
    """Write the corpora, or train on them."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    commands = parser.add_subparsers(dest="command", required=True)
    one, two = commands.add_parser("corpora"), commands.add_parser("student")
    for command in (one, two):
        command.add_argument("work", type=Path)
    one.add_argument("--data", type=Path, required=True, help="folder with ud/, ner/, raw/ ...")
    one.add_argument("--lessons", type=Path, help="folder that prepare.py wrote")
    one.add_argument("--answers", type=Path, nargs="*", default=[], help="teacher.py's files")
    one.add_argument("--wordlists", type=Path, help="folder with verbs.json and nouns.csv")
    two.add_argument("--output", type=Path, default=HERE.parent / "kg/models/de_newskg")
    two.add_argument("--steps", type=int, default=2400, help="updates of 1,500 words each")
    two.add_argument("--entity-steps", type=int, default=1600)
    a = parser.parse_args()
    if a.command == "corpora":
        write_corpora(a.work, Sources(a.data, a.lessons, a.answers, a.wordlists))
    else:
        train_student(a.work, a.output, steps=a.steps, entity_steps=a.entity_steps)


def write_corpora(work: Path, sources: Sources) -> None:
    """Write vectors, training documents and those held out."""
    gold = read_gold(sources.data)
    lists = read_wordlists(sources.wordlists)
    told, named = read_told(sources, lists)
    learn_vectors(sources.data, work)
    vocab = spacy.blank("de").vocab
    taught, held_out = read_entities(sources.data)
    write_docs(work / "dev.spacy", make_syntax_docs(vocab, gold.held_out, vary=False))
    write_docs(work / "entities-dev.spacy", make_entity_docs(vocab, held_out))
    write_shuffled(work / "syntax.spacy", syntax_docs(gold, told))
    entities = make_entity_docs(vocab, mix_entities(taught, named, sources.data))
    write_shuffled(work / "entities.spacy", list(entities))
    write_shuffled(work / "lemmas.spacy", lemma_docs(gold, told, lists))


def write_shuffled(path: Path, docs: list[Doc]) -> None:
    """Write the documents in an order drawn by chance."""
    random.Random(SEED).shuffle(docs)
    write_docs(path, docs)


def train_student(work: Path, output: Path, *, steps: int, entity_steps: int) -> None:
    """Train all parts, put them together and measure."""
    dev, entity_dev = work / "dev.spacy", work / "entities-dev.spacy"
    syntax = train_config(work, "syntax", dev, steps=steps)
    entities = train_config(work, "entities", entity_dev, steps=entity_steps)
    lemmas = train_config(work, "lemmas", dev, steps=LEMMA_STEPS, syntax=syntax)
    nlp = assemble(syntax, lemmas, entities, output, docs=work / "syntax.spacy")
    write_scores(output, measure(nlp, dev, entity_dev))


def read_told(
    sources: Sources, lists: Wordlists
) -> tuple[dict[str, list[Sentence]], dict[str, list[Tagged]]]:
    """Return the teacher's trees and its entities by set; none without a teacher."""
    trees: dict[str, list[Sentence]] = {}
    named: dict[str, list[Tagged]] = {}
    if sources.lessons is None:
        return trees, named
    words = read_words(sources.lessons)
    labels = Labels.read(sources.lessons / "labels.json")
    for name in SETS:
        answers = list(read_answers(sources.answers, name, words[name], labels))
        trees[name] = list(distil_trees(answers, name, lists))
        named[name] = list(distil_entities(answers))
    return trees, named


def syntax_docs(gold: Gold, told: dict[str, list[Sentence]]) -> list[Doc]:
    """Return the documents that teach tags, sentence ends and trees."""
    docs = [*docs_of(gold.trees, copies=GOLD_COPIES), *docs_of(gold.tags)]
    for name, sentences in told.items():
        docs += docs_of(sentences, copies=COPIES[name])
    return docs


def docs_of(sentences: list[Sentence], *, copies: int = 1) -> Iterator[Doc]:
    """Yield documents of several sentences, varied."""
    yield from make_syntax_docs(spacy.blank("de").vocab, sentences, copies=copies)


def lemma_docs(gold: Gold, told: dict[str, list[Sentence]], lists: Wordlists) -> list[Doc]:
    """Return documents that teach lemmas: gold ones, and told words that lists or rules know."""
    silver = [s for name in LEMMA_SETS for s in told.get(name, [])]
    taught = list(relemmatise(silver, gold.trees, lists))
    return [*docs_of(gold.trees, copies=3), *docs_of(taught)]


def train_config(
    work: Path, name: str, dev: Path, *, steps: int, syntax: Path | None = None
) -> Path:
    """Run spaCy's training with ``NAME.cfg``; return the mean of the best and the last model."""
    output, pretrained = work / name, export(name, work)
    overrides: dict[str, Any] = {
        "paths.train": str(work / f"{name}.spacy"),
        "paths.dev": str(dev),
        "paths.vectors": str(work / "vectors"),
        "variables.steps": steps,
        "variables.every": max(1, steps // 8),
    }
    if pretrained is not None:
        overrides["paths.pretrained"] = str(pretrained)
    if syntax is not None:
        overrides["paths.syntax"] = str(syntax)
    shutil.rmtree(output, ignore_errors=True)
    run_training(HERE / f"{name}.cfg", output, overrides=overrides)
    return average(output / "model-best", output / "model-last", output / "mean")


if __name__ == "__main__":
    main()
