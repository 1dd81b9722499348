"""Between spaCy and the pretraining on a GPU: a corpus as arrays, weights as a tok2vec.

``arrays.py TASK WORK`` (``syntax`` or ``entities``) turns ``WORK/TASK.spacy`` into
``TASK-arrays.npz``: each word as the number of its form, each form as the rows that the
embedding looks up for it. What ``pretrain.py`` learned of them (``TASK-weights.npz``) is turned
into ``TASK-pretrained.bin``, as spaCy's ``init_tok2vec`` takes it, by :func:`export`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from lessons import BIO, Arrays
from numpy.typing import NDArray
from spacy.attrs import NORM, PREFIX, SHAPE, SUFFIX
from spacy.tokens import Doc, DocBin
from spacy.training.initialize import init_nlp
from thinc.api import NumpyOps

FORM_ATTRS = [NORM, PREFIX, SUFFIX, SHAPE]


def find_tok2vec(nlp: Any) -> Any:
    """Return the tok2vec that is learned: that inside the entity recognizer, or the shared one."""
    if "ner" in nlp.pipe_names:
        return nlp.get_pipe("ner").model.get_ref("tok2vec")
    return nlp.get_pipe("tok2vec").model


def layers(model: Any, name: str) -> list[Any]:
    """Return the model's layers of that name, in their order."""
    return [node for node in model.walk() if node.name == name]


def read_corpus(path: Path, nlp: Any, task: str) -> Arrays:
    """Return all arrays of a corpus; ``nlp`` holds the vectors."""
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
    embed = embedding(task)
    arrays["sizes"] = np.array(embed["rows"], np.int32)
    arrays["width"] = np.array([embed["width"]], np.int32)
    return arrays | form_tables(list(forms), nlp, embed["rows"])


def embedding(task: str) -> dict[str, Any]:
    """Return the settings of the embedding, as the task's configuration has them."""
    config = spacy.util.load_config(Path(__file__).parent / f"{task}.cfg").interpolate()
    parts = config["components"]
    model = parts["tok2vec"]["model"] if task == "syntax" else parts["ner"]["model"]["tok2vec"]
    return dict(model["embed"])


def form_tables(forms: list[str], nlp: Any, sizes: list[int]) -> Arrays:
    """Return the rows each form takes in the embedding tables, and its vector.

    Then come the rows of SPACY and IS_SPACE, which are 0 or 1.
    """
    doc = Doc(nlp.vocab, words=forms)
    table = doc.to_array(FORM_ATTRS)
    arrays: Arrays = {f"rows{i}": lookup(table[:, i], i, sizes[i]) for i in range(len(FORM_ATTRS))}
    arrays["vectors"] = nlp.vocab.vectors.get_batch([t.orth for t in doc]).astype(np.float16)
    for i, size in enumerate(sizes[len(FORM_ATTRS) :]):
        arrays[f"flag{i}"] = lookup(np.array([0, 1]), len(FORM_ATTRS) + i, size)
    return arrays


def lookup(keys: NDArray[Any], table: int, size: int) -> NDArray[np.uint16]:
    """Return the four rows of each key in one table, as MultiHashEmbed seeds its hash."""
    ids = np.ascontiguousarray(keys, np.uint64)
    return np.asarray(NumpyOps().hash(ids, 8 + table) % size, np.uint16)


def put_weights(model: Any, weights: Arrays) -> None:
    """Set the tok2vec's parameters to those learned."""
    for i, node in enumerate(layers(model, "hashembed")):
        node.set_param("E", weights[f"tables.{i}"])
    layers(model, "static_vectors")[0].set_param("W", weights["static.weight"])
    for i, node in enumerate(layers(model, "maxout")):
        outer, inner = node.get_dim("nO"), node.get_dim("nI")
        learned = weights[f"blocks.{i}.linear.weight"]
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


def make_pipeline(task: str, work: Path) -> Any:
    """Return an untrained pipeline of the task's shape."""
    dev = work / ("dev.spacy" if task == "syntax" else "entities-dev.spacy")
    paths = {"train": dev, "dev": dev, "vectors": work / "vectors"}
    overrides = {f"paths.{name}": str(path) for name, path in paths.items()}
    config = spacy.util.load_config(Path(__file__).parent / f"{task}.cfg", overrides=overrides)
    return init_nlp(config)


def export(task: str, work: Path) -> Path | None:
    """Write the pretrained weights for spaCy; return their file, None where there are none."""
    weights, output = work / f"{task}-weights.npz", work / f"{task}-pretrained.bin"
    if not weights.exists():
        return None
    tok2vec = find_tok2vec(make_pipeline(task, work))
    put_weights(tok2vec, {k: v.astype(np.float32) for k, v in np.load(weights).items()})
    output.write_bytes(tok2vec.to_bytes())
    return output


def main() -> None:
    """Read a corpus."""
    task, work = sys.argv[1], Path(sys.argv[2])
    found = read_corpus(work / f"{task}.spacy", spacy.load(work / "vectors"), task)
    np.savez_compressed(work / f"{task}-arrays.npz", **found)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
