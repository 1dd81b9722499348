"""Train the student, the German pipeline that ships.

``train.py DATA --lessons FOLDER --answers FILE... --wordlists LISTS``

The last step of the recipe in ``README.md``: the student learns syntax, entities
and lemmas from the gold sentences and from what the teacher said of further text; then
all is put together and measured. Without the teacher only gold is used.
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

from assembly import assemble
from corpora import (
    SEED,
    Gold,
    make_entity_docs,
    make_syntax_docs,
    mix_entities,
    read_entities,
    read_gold,
)
from distil import SETS, distil_entities, distil_trees
from documents import write_docs
from lemmas import relemmatise
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
class Plan:
    """What to read, where to work, how long to train."""

    data: Path
    work: Path
    output: Path
    lessons: Path | None
    answers: list[Path]
    wordlists: Path | None
    steps: int
    entity_steps: int


def read_arguments() -> Plan:
    """Return the plan given on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("data", type=Path, help="folder with ud/, ner/, gazetteer/, raw/, quotes/")
    parser.add_argument("--lessons", type=Path, help="folder that prepare.py wrote")
    parser.add_argument("--answers", type=Path, nargs="*", default=[], help="teacher.py's files")
    parser.add_argument("--wordlists", type=Path, help="folder with verbs.json and nouns.csv")
    parser.add_argument("--work", type=Path, default=Path("build/training"))
    parser.add_argument("--output", type=Path, default=HERE.parent / "kg/models/de_newskg")
    parser.add_argument("--steps", type=int, default=6500, help="updates of 1,500 words each")
    parser.add_argument("--entity-steps", type=int, default=9000)
    a = parser.parse_args()
    return Plan(
        data=a.data,
        work=a.work,
        output=a.output,
        lessons=a.lessons,
        answers=a.answers,
        wordlists=a.wordlists,
        steps=a.steps,
        entity_steps=a.entity_steps,
    )


def main() -> None:
    """Run all steps."""
    plan = read_arguments()
    gold = read_gold(plan.data)
    lists = read_wordlists(plan.wordlists)
    told = read_told(plan, lists)
    vectors = learn_vectors(plan.data, plan.work)
    dev = plan.work / "dev.spacy"
    write_docs(dev, make_syntax_docs(spacy.blank("de").vocab, gold.held_out, vary=False))
    syntax = train_config(plan, "syntax", syntax_docs(gold, told), dev, vectors, steps=plan.steps)
    taught, entity_dev = entity_docs(plan)
    steps = plan.entity_steps
    entities = train_config(plan, "entities", taught, entity_dev, vectors, steps=steps)
    docs = lemma_docs(gold, told, lists)
    lemmas = train_config(plan, "lemmas", docs, dev, vectors, steps=LEMMA_STEPS, syntax=syntax)
    nlp = assemble(syntax, lemmas, entities, plan.output, docs=plan.work / "syntax.spacy")
    write_scores(plan.output, measure(nlp, dev, entity_dev))


def read_told(plan: Plan, lists: Wordlists) -> dict[str, list[Sentence]]:
    """Return the teacher's trees by set; none without a teacher."""
    if plan.lessons is None:
        return {}
    folder, files = plan.lessons, plan.answers
    return {name: list(distil_trees(folder, files, name, lists)) for name in SETS}


def syntax_docs(gold: Gold, told: dict[str, list[Sentence]]) -> list[Doc]:
    """Return the documents that teach tags, sentence ends and trees."""
    docs = [*docs_of(gold.trees, copies=GOLD_COPIES), *docs_of(gold.tags)]
    for name, sentences in told.items():
        docs += docs_of(sentences, copies=COPIES[name])
    return docs


def docs_of(sentences: list[Sentence], *, copies: int = 1) -> Iterator[Doc]:
    """Yield documents of several sentences, varied."""
    yield from make_syntax_docs(spacy.blank("de").vocab, sentences, copies=copies)


def entity_docs(plan: Plan) -> tuple[list[Doc], Path]:
    """Return the documents that teach entities, and the file of those held out."""
    vocab = spacy.blank("de").vocab
    gold, held_out = read_entities(plan.data)
    told = {}
    if plan.lessons is not None:
        told = {n: list(distil_entities(plan.lessons, plan.answers, n)) for n in SETS}
    dev = plan.work / "entities-dev.spacy"
    write_docs(dev, make_entity_docs(vocab, held_out))
    return list(make_entity_docs(vocab, mix_entities(gold, told, plan.data))), dev


def lemma_docs(gold: Gold, told: dict[str, list[Sentence]], lists: Wordlists) -> list[Doc]:
    """Return documents that teach lemmas: gold ones, and told words that lists or rules know."""
    silver = [s for name in LEMMA_SETS for s in told.get(name, [])]
    taught = list(relemmatise(silver, gold.trees, lists))
    return [*docs_of(gold.trees, copies=3), *docs_of(taught)]


def train_config(
    plan: Plan,
    name: str,
    docs: list[Doc],
    dev: Path,
    vectors: Path,
    *,
    steps: int,
    syntax: Path | None = None,
) -> Path:
    """Run spaCy's training with ``NAME.cfg`` and return the last model's folder."""
    random.Random(SEED).shuffle(docs)
    train, output = plan.work / f"{name}.spacy", plan.work / name
    write_docs(train, docs)
    overrides: dict[str, Any] = {
        "paths.train": str(train),
        "paths.dev": str(dev),
        "paths.vectors": str(vectors),
        "variables.steps": steps,
        "variables.every": max(1, steps // 10),
    }
    if syntax is not None:
        overrides["paths.syntax"] = str(syntax)
    shutil.rmtree(output, ignore_errors=True)
    run_training(HERE / f"{name}.cfg", output, overrides=overrides)
    return output / "model-last"


if __name__ == "__main__":
    main()
