"""Between spaCy and the pretraining on a GPU: a corpus as arrays, weights as a tok2vec.

``arrays.py read TASK WORK`` (``syntax`` or ``entities``) turns ``WORK/TASK.spacy`` into
``TASK-arrays.npz``: each word as the number of its form, each form as the rows that the
embedding looks up for it. ``arrays.py export TASK WORK`` turns ``TASK-weights.npz``, which
``pretrain.py`` learned, into ``TASK-pretrained.bin``, as spaCy's ``init_tok2vec`` takes it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from lessons import BIO
from numpy.typing import NDArray
from spacy.attrs import NORM, PREFIX, SHAPE, SUFFIX
from spacy.tokens import Doc, DocBin
from spacy.training.initialize import init_nlp

FORM_ATTRS = [NORM, PREFIX, SUFFIX, SHAPE]
Arrays = dict[str, NDArray[Any]]


def find_tok2vec(nlp: Any) -> Any:
    """Return the tok2vec that is learned: that inside the entity recognizer, or the shared one."""
    if "ner" in nlp.pipe_names:
        return nlp.get_pipe("ner").model.get_ref("tok2vec")
    return nlp.get_pipe("tok2vec").model


def layers(model: Any, name: str) -> list[Any]:
    """Return the model's layers of that name, in their order."""
    return [node for node in model.walk() if node.name == name]


def read_corpus(path: Path, nlp: Any) -> Arrays:
    """Return all arrays of a corpus."""
    docs = list(DocBin().from_disk(path).get_docs(nlp.vocab))
    forms: dict[str, int] = {}
    found: dict[str, list[int]] = {n: [] for n in ("form", "flag", "head", "start", "ner")}
    labels: dict[str, dict[str, int]] = {n: {} for n in ("tag", "pos", "morph", "dep")}
    coded: dict[str, list[int]] = {n: [] for n in labels}
    entities = {tag: i for i, tag in enumerate(BIO)}
    for doc in docs:
        trees = doc.has_annotation("DEP")
        split = doc.has_annotation("SENT_START")
        named = doc.has_annotation("ENT_IOB")
        for t in doc:
            found["form"].append(forms.setdefault(t.text, len(forms)))
            found["flag"].append(int(bool(t.whitespace_)) + 2 * int(t.is_space))
            found["head"].append(t.head.i - t.i if trees else -9999)
            found["start"].append(int(bool(t.is_sent_start)) if split else -1)
            tag = f"{t.ent_iob_}-{t.ent_type_}" if t.ent_type_ else "O"
            found["ner"].append(entities[tag] if named else -1)
            morph = str(t.morph) if t.has_morph() and t.pos_ else None
            values = (t.tag_ or None, t.pos_ or None, morph, t.dep_ if trees else None)
            for name, value in zip(labels, values, strict=True):
                table = labels[name]
                coded[name].append(-1 if value is None else table.setdefault(value, len(table)))
    arrays: Arrays = {n: np.array(v, np.int32) for n, v in (found | coded).items()}
    arrays["length"] = np.array([len(d) for d in docs], np.int32)
    return arrays | form_tables(list(forms), nlp)


def form_tables(forms: list[str], nlp: Any) -> Arrays:
    """Return the rows each form takes in the embedding tables, and its vector."""
    doc = Doc(nlp.vocab, words=forms)
    model = find_tok2vec(nlp)
    hashers = layers(model, "hashembed")
    table = doc.to_array(FORM_ATTRS)
    found = [lookup(node, table[:, i]) for i, node in enumerate(hashers[: len(FORM_ATTRS)])]
    arrays: Arrays = {f"rows{i}": rows for i, rows in enumerate(found)}
    arrays["vectors"] = nlp.vocab.vectors.get_batch([t.orth for t in doc]).astype(np.float16)
    flags = hashers[len(FORM_ATTRS) :] if "ner" not in nlp.pipe_names else []
    for i, node in enumerate(flags):  # SPACY and IS_SPACE: 0 or 1
        arrays[f"flag{i}"] = lookup(node, np.array([0, 1], np.uint64))
    return arrays


def lookup(hasher: Any, keys: NDArray[Any]) -> NDArray[np.uint16]:
    """Return the four rows of each key in one table."""
    ids = np.ascontiguousarray(keys, np.uint64)
    rows = hasher.ops.hash(ids, hasher.attrs["seed"]) % hasher.get_dim("nV")
    return np.asarray(rows, np.uint16)


def put_weights(model: Any, weights: Arrays) -> None:
    """Set the tok2vec's parameters to those learned."""
    tables = layers(model, "hashembed")
    for i, node in enumerate(tables):
        if f"tables.{i}" in weights:
            node.set_param("E", weights[f"tables.{i}"])
    layers(model, "static_vectors")[0].set_param("W", weights["static.weight"])
    for i, node in enumerate(layers(model, "maxout")):
        outer, inner = node.get_dim("nO"), node.get_dim("nI")
        learned = weights[f"blocks.{i}.linear.weight"]
        if learned.shape[1] < inner:
            learned = widen(learned, node.get_param("W").reshape(outer * 3, inner), outer)
        node.set_param("W", learned.reshape(outer, 3, inner))
        node.set_param("b", weights[f"blocks.{i}.linear.bias"].reshape(outer, 3))
    for i, node in enumerate(layers(model, "layernorm")):
        node.set_param("G", weights[f"blocks.{i}.norm.weight"])
        node.set_param("b", weights[f"blocks.{i}.norm.bias"])
    for node in layers(model, "linear"):  # between the CNN and the transition system: anew
        shape = node.get_param("W").shape
        limit = (6 / sum(shape)) ** 0.5
        fresh = np.random.default_rng(17).uniform(-limit, limit, shape)
        node.set_param("W", fresh.astype(np.float32))
        node.set_param("b", np.zeros(shape[0], np.float32))


def widen(learned: NDArray[Any], fresh: NDArray[Any], width: int) -> NDArray[np.float32]:
    """Return the mix with room for the tags, which the pretraining did not see.

    They stand between the other tables and the vectors, and begin small, by chance.
    """
    before = learned.shape[1] - width
    tags = fresh[:, before : fresh.shape[1] - width] * 0.5
    return np.concatenate([learned[:, :before], tags, learned[:, before:]], axis=1)


def make_pipeline(task: str, work: Path) -> Any:
    """Return an untrained pipeline of the task's shape."""
    dev = work / ("dev.spacy" if task == "syntax" else "entities-dev.spacy")
    paths = {"train": dev, "dev": dev, "vectors": work / "vectors"}
    if task == "entities":
        paths["syntax"] = work / "syntax" / "model-last"
    overrides = {f"paths.{name}": str(path) for name, path in paths.items()}
    config = spacy.util.load_config(Path(__file__).parent / f"{task}.cfg", overrides=overrides)
    return init_nlp(config)


def main() -> None:
    """Read a corpus, or export weights."""
    what, task, work = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    nlp = make_pipeline(task, work)
    if what == "read":
        found = read_corpus(work / f"{task}.spacy", nlp)
        np.savez_compressed(work / f"{task}-arrays.npz", **found)  # type: ignore[arg-type]
        return
    tok2vec = find_tok2vec(nlp)
    weights = np.load(work / f"{task}-weights.npz")
    put_weights(tok2vec, {k: v.astype(np.float32) for k, v in weights.items()})
    (work / f"{task}-pretrained.bin").write_bytes(tok2vec.to_bytes())


if __name__ == "__main__":
    main()
