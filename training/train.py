"""Train the German pipeline: ``train.py DATA --corenlp JARS --wordlists LISTS``.

Steps: gold documents, a first model, silver trees, the syntax model, further
text that two parsers agree on, the syntax model again, the entity model; then
all are put together and measured. Without ``--corenlp`` only gold is used.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import spacy
from spacy.cli.train import train as run_training
from spacy.language import Language
from spacy.tokens import Doc

sys.path.insert(0, str(Path(__file__).parent))

from agreement import choose_agreed, read_paragraphs, split_sentences
from annotate import annotate, read_bundles
from assembly import assemble, average
from corpora import (
    SEED,
    Gold,
    make_entity_docs,
    make_syntax_docs,
    read_entities,
    read_gold,
)
from documents import write_docs
from lemmas import relemmatise, tag_texts
from measure import measure, write_scores
from silver import choose_trees, read_coarse, read_spaces, run_corenlp
from treebanks import Sentence
from vectors import learn_vectors
from wordlists import Wordlists, read_wordlists

HERE = Path(__file__).parent
GOLD_STEPS, AGREED_STEPS, LEMMA_STEPS = 800, 2600, 1300


@dataclass(frozen=True, slots=True)
class Plan:
    """What to read, where to work, how long to train."""

    data: Path
    work: Path
    output: Path
    corenlp: Path | None
    wordlists: Path | None
    steps: int
    entity_steps: int
    agreed: bool


def read_arguments() -> Plan:
    """Return the plan given on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("data", type=Path, help="folder with ud/, ner/, gazetteer/ (and quotes/)")
    parser.add_argument("--corenlp", type=Path, help="folder with the two CoreNLP jars")
    parser.add_argument("--wordlists", type=Path, help="folder with verbs.json and nouns.csv")
    parser.add_argument("--work", type=Path, default=Path("build/training"))
    parser.add_argument("--output", type=Path, default=HERE.parent / "kg/models/de_newskg")
    parser.add_argument("--steps", type=int, default=3600, help="updates of 1,000 words each")
    parser.add_argument("--entity-steps", type=int, default=2400)
    parser.add_argument("--no-agreed", action="store_true", help="leave out the further text")
    a = parser.parse_args()
    return Plan(
        a.data, a.work, a.output, a.corenlp, a.wordlists, a.steps, a.entity_steps, not a.no_agreed
    )


def main() -> None:
    """Run all steps."""
    plan = read_arguments()
    gold = read_gold(plan.data)
    lists = read_wordlists(plan.wordlists)
    vocab = spacy.blank("de").vocab
    dev = plan.work / "dev.spacy"
    write_docs(dev, make_syntax_docs(vocab, gold.held_out, vary=False))
    first = train_syntax(plan, "gold", gold_docs(gold), dev, steps=GOLD_STEPS)
    syntax, silver = first, list[Sentence]()
    if plan.corenlp is not None:
        syntax, silver = train_silver(plan, plan.corenlp, first, gold, lists)
    vectors = learn_vectors(plan.data, plan.work)
    entities, entity_dev = train_entities(plan, syntax, vectors)
    taught = lemma_docs(plan, syntax, silver, gold, lists)
    lemmas = train_lemmas(plan, syntax, vectors, taught, dev)
    nlp = assemble(syntax, lemmas, entities, plan.output)
    write_scores(plan.output, measure(nlp, dev, entity_dev))


def train_silver(
    plan: Plan, jars: Path, first: Path, gold: Gold, lists: Wordlists
) -> tuple[Path, list[Sentence]]:
    """Train on gold and silver, then on further text; return model and silver sentences."""
    dev = plan.work / "dev.spacy"
    trees = parse_silver(plan, jars)
    silver = annotate_silver(plan, trees, first, lists)
    syntax = train_syntax(plan, "silver", gold_docs(gold, 2) + docs_of(silver), dev)
    if not plan.agreed:
        return syntax, silver
    silver = annotate_silver(plan, trees, syntax, lists)
    more = make_agreed(plan, jars, syntax, lists)
    docs = gold_docs(gold, 2) + docs_of(silver) + docs_of(more)
    later = train_syntax(plan, "agreed", docs, dev, steps=AGREED_STEPS, start=syntax)
    return average(syntax, later, plan.work / "mean"), silver


def docs_of(sentences: list[Sentence], *, copies: int = 1) -> list[Doc]:
    """Return documents of several sentences, varied."""
    vocab = spacy.blank("de").vocab
    return list(make_syntax_docs(vocab, sentences, copies=copies))


def gold_docs(gold: Gold, copies: int = 1) -> list[Doc]:
    """Return documents of the gold sentences: those with trees, those with tags alone."""
    return docs_of(gold.trees, copies=copies) + docs_of(gold.tags, copies=copies)


def train_syntax(
    plan: Plan,
    name: str,
    docs: list[Doc],
    dev: Path,
    *,
    steps: int | None = None,
    start: Path | None = None,
) -> Path:
    """Train the syntax pipeline, from nothing or on from a model; return its folder."""
    random.Random(SEED).shuffle(docs)
    train = plan.work / f"{name}.spacy"
    write_docs(train, docs)
    config = HERE / "syntax.cfg"
    if start is not None:
        config = write_continuation(config, start, plan.work / f"{name}.cfg")
    return train_config(config, plan.work / name, train, dev, steps=steps or plan.steps)


def write_continuation(config: Path, start: Path, path: Path) -> Path:
    """Write a configuration that goes on from a model at half the learning rate."""
    settings = spacy.util.load_config(config)
    parts = settings["components"]
    width = parts["tok2vec"]["model"]["encode"]["width"]
    parts["trainable_lemmatizer"]["model"]["tok2vec"]["width"] = width
    for name in settings["nlp"]["pipeline"]:
        if name != "trainable_lemmatizer":  # its trees are collected anew
            parts[name] = {"source": str(start)}
    rate = settings["training"]["optimizer"]["learn_rate"]
    rate["initial_rate"] = rate["initial_rate"] / 2
    settings.to_disk(path)
    return path


def train_config(
    config: Path,
    output: Path,
    train: Path,
    dev: Path,
    *,
    steps: int,
    extra: dict[str, Any] | None = None,
) -> Path:
    """Run spaCy's training with one configuration and return the last model's folder."""
    overrides = {
        "paths.train": str(train),
        "paths.dev": str(dev),
        "variables.steps": steps,
        "variables.every": max(1, steps // 6),
        **(extra or {}),
    }
    shutil.rmtree(output, ignore_errors=True)
    run_training(config, output, overrides=overrides)
    return output / "model-last"


def load_proposer(model: Path) -> Language:
    """Return the tagger, morphologizer and lemmatizer of a model."""
    return spacy.load(model, exclude=["parser", "senter"])


def parse_silver(plan: Plan, jars: Path) -> list[Sentence]:
    """Return the sentences of GSD train with the silver trees that are kept."""
    folder = plan.data / "ud"
    coarse = read_coarse(folder / "gsd_train_upos.tsv")
    forms = [[form for form, _ in s] for s in coarse]
    parsed = run_corenlp(jars, forms, plan.work / "corenlp-train")
    return choose_trees(parsed, coarse, read_spaces(folder / "gsd_train_text.txt"))


def annotate_silver(
    plan: Plan, trees: list[Sentence], model: Path, lists: Wordlists
) -> list[Sentence]:
    """Return the silver sentences with the tags and lemmas that are believed."""
    bundles = read_bundles(plan.data / "ud" / "gsd_lemma_morph.conllu")
    return list(annotate(load_proposer(model), trees, lists=lists, bundles=bundles))


def make_agreed(plan: Plan, jars: Path, model: Path, lists: Wordlists) -> list[Sentence]:
    """Return sentences of further text whose trees two parsers agree on."""
    nlp = spacy.load(model)
    sentences = read_news(plan, model)
    forms = [[w.form for w in s] for s in sentences]
    parsed = run_corenlp(jars, forms, plan.work / "corenlp-more")
    trees = choose_agreed(nlp, parsed, sentences)
    return list(annotate(load_proposer(model), trees, lists=lists, bundles={}))


def train_entities(plan: Plan, syntax: Path, vectors: Path | None) -> tuple[Path, Path]:
    """Train the entity model over the syntax model's tags; return it and the held-out file."""
    vocab = spacy.blank("de").vocab
    sentences, held_out = read_entities(plan.data)
    train, dev = plan.work / "entities.spacy", plan.work / "entities-dev.spacy"
    write_docs(train, make_entity_docs(vocab, sentences))
    write_docs(dev, make_entity_docs(vocab, held_out))
    extra = tagged_settings(syntax, vectors, "ner")
    output = plan.work / "entities"
    config = HERE / "entities.cfg"
    return train_config(config, output, train, dev, steps=plan.entity_steps, extra=extra), dev


def lemma_docs(
    plan: Plan, syntax: Path, silver: list[Sentence], gold: Gold, lists: Wordlists
) -> list[Doc]:
    """Return documents that teach lemmas: gold, silver and the entity and news texts."""
    entities, _ = read_entities(plan.data)
    texts = [[form for form, _ in s] for s in entities[:6000] + entities[-4000:]]
    texts += [[w.form for w in s] for s in read_news(plan, syntax)]
    more = tag_texts(load_proposer(syntax), texts)
    taught = list(relemmatise(silver + more, gold.trees, lists))
    return docs_of(gold.trees, copies=3) + docs_of(taught)


def train_lemmas(
    plan: Plan, syntax: Path, vectors: Path | None, docs: list[Doc], dev: Path
) -> Path:
    """Train the lemmatizer over the syntax model's tags and return its folder."""
    random.Random(SEED).shuffle(docs)
    train = plan.work / "lemmas.spacy"
    write_docs(train, docs)
    extra = tagged_settings(syntax, vectors, "trainable_lemmatizer")
    config, output = HERE / "lemmas.cfg", plan.work / "lemmas"
    return train_config(config, output, train, dev, steps=LEMMA_STEPS, extra=extra)


def read_news(plan: Plan, model: Path) -> list[Sentence]:
    """Return the sentences of the further news text."""
    return split_sentences(spacy.load(model), read_paragraphs(plan.data))


def tagged_settings(syntax: Path, vectors: Path | None, name: str) -> dict[str, Any]:
    """Return the settings of a component that sees the syntax model's tags and vectors."""
    settings: dict[str, Any] = {"paths.syntax": str(syntax)}
    if vectors is not None:
        settings["initialize.vectors"] = str(vectors)
        settings[f"components.{name}.model.tok2vec.embed.include_static_vectors"] = True
    return settings


if __name__ == "__main__":
    main()
