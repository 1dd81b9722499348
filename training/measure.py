"""Measure a pipeline on the held-out documents: ``python measure.py MODEL DEV ENTITY_DEV``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin
from spacy.training import Example

PLAIN = ["token_f", "tag_acc", "pos_acc", "morph_acc", "lemma_acc", "sents_f", "dep_uas", "dep_las"]
RELATIONS = ["nsubj", "nsubj:pass", "obj", "obl", "obl:arg", "compound:prt", "appos", "acl:relcl"]


def read_docs(nlp: Language, path: Path) -> list[Doc]:
    """Return the documents of a ``.spacy`` file."""
    return list(DocBin().from_disk(path).get_docs(nlp.vocab))


def measure(nlp: Language, dev: Path, entity_dev: Path) -> dict[str, float]:
    """Return the scores on raw text, sentence ends found by the pipeline itself."""
    docs = read_docs(nlp, dev)
    scores: dict[str, Any] = nlp.evaluate([Example(nlp.make_doc(d.text), d) for d in docs])
    found = {key: round(scores[key], 4) for key in PLAIN}
    for name in RELATIONS:
        found[f"{name}_f"] = round(scores["dep_las_per_type"].get(name, {"f": 0.0})["f"], 4)
    found |= measure_gold_words(nlp, docs)
    return found | measure_entities(nlp, entity_dev)


def measure_gold_words(nlp: Language, docs: list[Doc]) -> dict[str, float]:
    """Return attachment scores with gold words and gold sentences, punctuation counted."""
    words = heads = labels = 0
    for doc in docs:
        for sent in doc.sents:
            gold = sent.as_doc()
            guess = Doc(
                nlp.vocab, [t.text for t in gold], spaces=[bool(t.whitespace_) for t in gold]
            )
            for i, token in enumerate(guess):
                token.is_sent_start = i == 0
            for name, pipe in nlp.pipeline:
                if name not in {"senter", "ner"}:
                    guess = pipe(guess)
            for a, b in zip(gold, guess, strict=True):
                same = a.head.i == b.head.i
                words += 1
                heads += same
                labels += same and a.dep_.lower() == b.dep_.lower()
    return {"gold_words_uas": round(heads / words, 4), "gold_words_las": round(labels / words, 4)}


def measure_entities(nlp: Language, path: Path) -> dict[str, float]:
    """Return precision, recall and F of the entities, in all and by kind."""
    if "ner" not in nlp.pipe_names:
        return {}
    docs = read_docs(nlp, path)
    scores: dict[str, Any] = nlp.evaluate([Example(nlp.make_doc(d.text), d) for d in docs])
    found = {key: round(scores[key], 4) for key in ("ents_p", "ents_r", "ents_f")}
    for kind, values in sorted(scores["ents_per_type"].items()):
        found[f"ents_{kind}_f"] = round(values["f"], 4)
    return found


def write_scores(model: Path, scores: dict[str, float]) -> None:
    """Put the scores into the model's ``meta.json`` and print them."""
    path = model / "meta.json"
    meta = json.loads(path.read_text(encoding="utf8"))
    meta["performance"] = scores
    path.write_text(json.dumps(meta, ensure_ascii=False, indent=2) + "\n", encoding="utf8")
    print(json.dumps(scores, indent=2))


if __name__ == "__main__":
    model, dev, entity_dev = map(Path, sys.argv[1:4])
    print(json.dumps(measure(spacy.load(model), dev, entity_dev), indent=2))
