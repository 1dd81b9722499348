"""Turn the data folder into training and held-out documents."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from documents import join_sentences, make_doc
from entities import (
    Tagged,
    collect_pools,
    make_entity_doc,
    read_germeval,
    read_tagged,
    swap_names,
)
from spacy.tokens import Doc
from spacy.vocab import Vocab
from treebanks import Sentence, is_tree, keep, read_conllu

SEED = 17
HELD_OUT_TREES = 200
HELD_OUT_ENTITIES = 600
MOBIE = 250
NAMED_DEBATES, PLAIN_DEBATES = 45_000, 12_000
PRINTED = ("silver", "news", "wikiner")
"""The teacher's sets of printed text whose entities are taught."""


@dataclass(frozen=True, slots=True)
class Gold:
    """Gold sentences: with trees, without trees, and those held out."""

    trees: list[Sentence]
    tags: list[Sentence]
    held_out: list[Sentence]


def read_gold(data: Path) -> Gold:
    """Return the gold sentences of the data folder.

    The recovered GSD train trees follow an older release (its trees, coarse
    tags and features differ); only their STTS tags are taken. PUD's own tags
    are not STTS and are left out.
    """
    folder = data / "ud"
    dev = list(read_conllu(folder / "de_gsd-ud-dev.conllu"))
    random.Random(SEED).shuffle(dev)
    pud = keep(
        read_conllu(folder / "de_pud-ud-test.conllu"), *["lemma", "upos", "feats", "head", "dep"]
    )
    docs = list(read_conllu(folder / "ud_docs_trees.conllu"))
    older = keep(read_conllu(folder / "gsd_train_subset.conllu"), "xpos")
    trees = [s for s in dev[HELD_OUT_TREES:] + pud + docs if is_tree(s)]
    return Gold(trees, older, dev[:HELD_OUT_TREES])


def make_syntax_docs(
    vocab: Vocab, sentences: list[Sentence], *, copies: int = 1, vary: bool = True
) -> Iterator[Doc]:
    """Yield documents of several sentences, each sentence ``copies`` times."""
    rng = random.Random(SEED)
    for _ in range(copies):
        for group in join_sentences(sentences, rng, vary=vary):
            yield make_doc(vocab, group)


def read_entities(data: Path) -> tuple[list[Tagged], list[Tagged]]:
    """Return the gold sentences with entities: those for training, those held out."""
    folder = data / "ner"
    rng = random.Random(SEED)
    germeval = read_germeval(folder / "germeval2014.dev.tsv")
    germeval += read_germeval(folder / "germeval2014.test-first-3100.tsv")
    rng.shuffle(germeval)
    held_out, gold = germeval[:HELD_OUT_ENTITIES], germeval[HELD_OUT_ENTITIES:]
    news = list(read_tagged(folder / "smartdata.tsv"))
    tweets = rng.sample(list(read_tagged(folder / "mobie.tsv")), MOBIE)
    return gold + news + tweets, held_out


def mix_entities(gold: list[Tagged], told: dict[str, list[Tagged]], data: Path) -> list[Tagged]:
    """Return gold and told sentences, and copies of those in print with other names.

    Of the debates, most have an entity.
    """
    rng = random.Random(SEED)
    pools = collect_pools(gold, data / "gazetteer")
    debates = told.get("debates", [])[:]
    rng.shuffle(debates)
    named = [s for s in debates if any(tag != "O" for _, tag in s)]
    plain = [s for s in debates if all(tag == "O" for _, tag in s)]
    printed = [s for name in PRINTED for s in told.get(name, [])]
    copies = [swap_names(s, pools, rng) for s in gold * 2 + printed]
    return gold * 2 + printed + copies + named[:NAMED_DEBATES] + plain[:PLAIN_DEBATES]


def make_entity_docs(vocab: Vocab, sentences: list[Tagged], *, longest: int = 6) -> Iterator[Doc]:
    """Yield documents of several sentences with their entities."""
    rng = random.Random(SEED)
    order = sentences[:]
    rng.shuffle(order)
    start = 0
    while start < len(order):
        size = rng.randint(1, longest)
        yield make_entity_doc(vocab, order[start : start + size])
        start += size
