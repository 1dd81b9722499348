"""Write the teacher's lessons: ``prepare.py DATA ENCODER FOLDER --corenlp JARS``.

ENCODER is the folder that ``encoder.py`` wrote. FOLDER gets ``lessons.npz``,
``labels.json``, ``encoder.npz`` (only the word pieces in use, 8 bits) and
``words.pickle``: the words of every set, in the same order.
"""

from __future__ import annotations

import argparse
import pickle
import sys
from pathlib import Path

import numpy as np
import spacy
from bundles import add_bundles, read_bundles
from corpora import Gold, read_entities, read_gold
from documents import attach_spaces
from entities import Tagged, drop_adjectives, find_spans, read_tagged
from lessons import Arrays, Labels, Pieces, entity_array, flatten, pack, tree_arrays
from silver import choose_trees, read_coarse, read_spaces, run_corenlp
from texts import read_debates, read_paragraphs, split_sentences
from treebanks import Sentence, Word


def read_silver_trees(data: Path, jars: Path, work: Path) -> list[Sentence]:
    """Return CoreNLP's trees over GSD train that agree with its coarse tags."""
    folder = data / "ud"
    coarse = read_coarse(folder / "gsd_train_upos.tsv")
    parsed = work / "silver.txt.conllu"
    if not parsed.exists():
        parsed = run_corenlp(jars, [[form for form, _ in s] for s in coarse], work)
    return choose_trees(parsed, coarse, read_spaces(folder / "gsd_train_text.txt"))


def tags_of(sentence: Tagged) -> list[str]:
    """Return the BIO tags of the pipeline's four kinds."""
    tags = ["O"] * len(sentence)
    for start, end, kind in find_spans([t for _, t in sentence]):
        tags[start:end] = ["B-" + kind] + ["I-" + kind] * (end - start - 1)
    return tags


def spaced(sentences: list[Tagged]) -> list[Sentence]:
    """Return words with spaces, as printed German has them."""
    found = []
    for sentence in sentences:
        forms = [form for form, _ in sentence]
        found.append([Word(f, space=s) for f, s in zip(forms, attach_spaces(forms), strict=True)])
    return found


def tree_sets(data: Path, jars: Path, work: Path, gold: Gold) -> dict[str, list[Sentence]]:
    """Return the sets that teach trees and tags."""
    silver = read_silver_trees(data, jars, work)
    silver = add_bundles(silver, read_bundles(data / "ud" / "gsd_lemma_morph.conllu"))
    return {"gold": gold.trees, "dev": gold.held_out, "silver": silver, "tagged": gold.tags}


def entity_sets(data: Path) -> dict[str, list[Tagged]]:
    """Return the sets that teach entities."""
    taught, held_out = read_entities(data)
    wikiner = drop_adjectives(list(read_tagged(data / "ner" / "wikiner.tsv")))
    return {"entities": taught, "entities_dev": held_out, "wikiner": wikiner}


def text_sets(data: Path, model: Path) -> dict[str, list[Sentence]]:
    """Return the sets that are only asked about."""
    nlp = spacy.load(model)
    news = split_sentences(nlp, read_paragraphs(data))
    return {"news": news, "debates": read_debates(data, nlp)}


def main() -> None:
    """Write the lessons."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("data", "encoder", "folder"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--corenlp", type=Path, required=True)
    parser.add_argument("--splitter", type=Path, help="pipeline that splits raw text")
    a = parser.parse_args()
    a.folder.mkdir(parents=True, exist_ok=True)
    splitter = a.splitter or Path(__file__).parent.parent / "kg/models/de_newskg"
    trees = tree_sets(a.data, a.corenlp, a.folder / "corenlp", read_gold(a.data))
    tagged = entity_sets(a.data)
    text = text_sets(a.data, splitter)
    labels = Labels.collect(trees["gold"] + trees["tagged"])
    words = trees | {name: spaced(s) for name, s in tagged.items()} | text
    words = {name: [s for s in found if s] for name, found in words.items()}
    with (a.folder / "words.pickle").open("wb") as out:
        pickle.dump(words, out)
    write(a.folder, a.encoder, words, trees, tagged, labels)


def write(
    folder: Path,
    encoder: Path,
    words: dict[str, list[Sentence]],
    trees: dict[str, list[Sentence]],
    tagged: dict[str, list[Tagged]],
    labels: Labels,
) -> None:
    """Write labels, lessons and the encoder with the pieces that are in use."""
    cutter = Pieces(encoder / "vocab.txt")
    sets: dict[str, Arrays] = {}
    for name, sentences in words.items():
        sets[name] = cutter.cut([[w.form for w in s] for s in sentences])
        print(name, len(sentences), "sentences", len(sets[name]["counts"]), "words", flush=True)
    for name, sentences in trees.items():
        sets[name] |= tree_arrays(sentences, labels)
    for name, found in tagged.items():
        sets[name]["ner"] = entity_array([tags_of(s) for s in found if s])
    labels.write(folder / "labels.json")
    np.savez_compressed(folder / "lessons.npz", **flatten(sets))  # type: ignore[arg-type]
    weights = cutter.select(dict(np.load(encoder / "weights.npz")))
    np.savez_compressed(folder / "encoder.npz", **pack(weights))  # type: ignore[arg-type]
    print(len(cutter.used), "pieces in use", file=sys.stderr)


if __name__ == "__main__":
    main()
