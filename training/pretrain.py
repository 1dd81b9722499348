"""Pretrain the student's tok2vec on a GPU: ``pretrain.py ARRAYS OUT.npz --task syntax``.

spaCy's CNN (hash embeddings, a maxout mix, four maxout windows) is rebuilt in PyTorch,
number for number, under simple heads: tags, features, sentence starts, labels and biaffine
heads, or BIO tags. That allows fifty times as many updates as a CPU does. What is kept is the CNN
alone; ``arrays.py`` turns it into spaCy's ``init_tok2vec``, and ``spacy train`` goes on from it.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from lessons import BIO, group_by_size
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
PAD = 4
BUDGET = 12_000
"""Words of one batch."""
DROPOUT = 0.15
RATE = 2.5e-3
UNKNOWN = 0.03
"""Share of words whose form, and whose vector, are hidden."""
NEAR = 8
"""Distances of a head that are told apart."""


class Block(nn.Module):
    """Maxout of three pieces, layer norm, dropout."""

    def __init__(self, inner: int, outer: int) -> None:
        super().__init__()
        self.linear = nn.Linear(inner, outer * 3)
        self.norm = nn.LayerNorm(outer, eps=1e-8)
        nn.init.xavier_uniform_(self.linear.weight)
        nn.init.zeros_(self.linear.bias)

    def forward(self, values: Tensor) -> Tensor:
        """Return (..., outer) of (..., inner)."""
        pieces = self.linear(values).unflatten(-1, (-1, 3)).amax(-1)
        return functional.dropout(self.norm(pieces.float()), DROPOUT, self.training)


class Tok2Vec(nn.Module):
    """spaCy's MultiHashEmbed with static vectors, and MaxoutWindowEncoder of window 1."""

    def __init__(self, sizes: list[int], vector: int, width: int, depth: int = 4) -> None:
        super().__init__()
        tables = [torch.empty(n, width).uniform_(-0.1, 0.1) for n in sizes]
        self.tables = nn.ParameterList(tables)
        self.static = nn.Linear(vector, width, bias=False)
        mix = Block(width * (len(sizes) + 1), width)
        self.blocks = nn.ModuleList([mix, *(Block(width * 3, width) for _ in range(depth))])

    def forward(self, rows: list[Tensor], vectors: Tensor, real: Tensor) -> Tensor:
        """Return (batch, words, width); ``rows`` are (batch, words, 4), ``real`` the words."""
        looked = [
            functional.embedding(r, t).sum(-2) for r, t in zip(rows, self.tables, strict=True)
        ]
        looked.append(self.static(vectors))
        if self.training:
            keep = torch.rand(len(looked), looked[0].shape[-1], device=vectors.device) >= DROPOUT
            looked = [x * k / (1 - DROPOUT) for x, k in zip(looked, keep, strict=True)]
        values = self.blocks[0](torch.cat(looked, -1)) * real[..., None]
        for block in self.blocks[1:]:
            left = functional.pad(values[:, :-1], (0, 0, 1, 0))
            right = functional.pad(values[:, 1:], (0, 0, 0, 1))
            values = values + block(torch.cat([left, values, right], -1))
        return values


@dataclass(slots=True)
class Corpus:
    """All arrays of a corpus on the device; documents begin at ``starts``."""

    arrays: dict[str, Tensor]
    sizes: list[int]
    """Rows of the embedding tables."""
    width: int
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]

    @classmethod
    def read(cls, path: Path) -> Corpus:
        """Return the corpus in that file."""
        found = dict(np.load(path))
        lengths = found.pop("length").astype(np.int64)
        sizes, width = found.pop("sizes").tolist(), int(found.pop("width")[0])
        starts = np.concatenate([[0], np.cumsum(lengths)])[:-1]
        tensors = {k: torch.from_numpy(v.astype(kind(v))).to(DEVICE) for k, v in found.items()}
        return cls(tensors, sizes, width, starts, lengths)

    def count(self, name: str) -> int:
        """Return how many values a column of labels has."""
        return int(self.arrays[name].max()) + 1

    def rows(self) -> list[str]:
        """Return the names of the tables of rows, forms first."""
        flags = sorted(k for k in self.arrays if k.startswith("flag") and k != "flag")
        rows = sorted(k for k in self.arrays if k.startswith("rows"))
        return rows + flags


def kind(values: NDArray[Any]) -> Any:
    """Return the type that an array has on the device."""
    return np.float32 if values.dtype == np.float16 else np.int64


def batches(corpus: Corpus, rng: np.random.Generator) -> Iterator[Tensor]:
    """Yield (documents, words) places in the corpus, -1 where there is no word."""
    for group in group_by_size(corpus.lengths, BUDGET, rng, spread=6):
        rows = np.array(group)
        size = int(corpus.lengths[rows].max()) + 2 * PAD
        at = np.arange(size)[None] - PAD
        inside = (at >= 0) & (at < corpus.lengths[rows][:, None])
        places = np.where(inside, corpus.starts[rows][:, None] + at, -1)
        yield torch.from_numpy(places).to(DEVICE)


def endless(corpus: Corpus, rng: np.random.Generator) -> Iterator[Tensor]:
    """Yield the batches of one epoch after the other."""
    while True:
        yield from batches(corpus, rng)


class Student(nn.Module):
    """The CNN under the heads of one task."""

    def __init__(self, corpus: Corpus, task: str) -> None:
        super().__init__()
        width = corpus.width
        self.task, self.names = task, corpus.rows()
        self.tok2vec = Tok2Vec(corpus.sizes, corpus.arrays["vectors"].shape[1], width)
        columns = {"ner": len(BIO)} if task == "entities" else {}
        if task == "syntax":
            columns = {n: corpus.count(n) for n in ("tag", "pos", "morph", "dep")}
            columns |= {"start": 2, "far": 2 * NEAR + 1}
            self.child = nn.Sequential(nn.Linear(width, 192), nn.GELU(), nn.Dropout(0.2))
            self.head = nn.Sequential(nn.Linear(width, 192), nn.GELU(), nn.Dropout(0.2))
            self.arc = nn.Parameter(torch.randn(193, 192) * 0.02)
        self.heads = nn.ModuleDict({n: nn.Linear(width, size) for n, size in columns.items()})

    def forward(self, corpus: Corpus, places: Tensor) -> Tensor:
        """Return (documents, words, width)."""
        arrays, real = corpus.arrays, places >= 0
        forms, flags = arrays["form"][places.clamp(min=0)], arrays["flag"][places.clamp(min=0)]
        rows = []
        hidden = torch.rand(forms.shape, device=DEVICE) < UNKNOWN if self.training else ~real & real
        for name, table in zip(self.names, self.tok2vec.tables, strict=True):
            if name.startswith("rows"):
                found = arrays[name][forms]
                if name == "rows0":
                    chance = torch.randint(len(table), found.shape, device=DEVICE)
                    found = torch.where(hidden[..., None], chance, found)
                rows.append(found)
            else:
                bit = (flags & 1) if name == "flag0" else (flags >> 1)
                rows.append(arrays[name][bit])
        vectors = arrays["vectors"][forms] * (real & ~hidden)[..., None]
        return self.tok2vec(rows, vectors, real)

    def loss(self, corpus: Corpus, places: Tensor) -> Tensor:
        """Return the loss over all that is known of the words."""
        values, real = self(corpus, places), places >= 0
        flat, at = values[real], places[real]
        targets = {n: corpus.arrays[n][at] for n in self.heads if n != "far"}
        if self.task == "syntax":
            distance = corpus.arrays["head"][at]
            known = distance > -9000
            targets["far"] = torch.where(known, distance.clamp(-NEAR, NEAR) + NEAR, -1)
        total = flat.new_zeros(())
        for name, head in self.heads.items():
            scores = head(functional.dropout(flat, DROPOUT, self.training))
            weight = WEIGHTS.get(name, 1.0)
            total = total + weight * functional.cross_entropy(
                scores.float(), targets[name], ignore_index=-1
            )
        return (
            total + self.arc_loss(values, real, corpus, places) if self.task == "syntax" else total
        )

    def arc_loss(self, values: Tensor, real: Tensor, corpus: Corpus, places: Tensor) -> Tensor:
        """Return the loss of the heads, each among the words within a window of 40."""
        child, head = self.child(values), self.head(values)
        ones = child.new_ones(*child.shape[:-1], 1)
        scores = torch.einsum("bid,de,bje->bij", torch.cat([child, ones], -1), self.arc, head)
        distance = corpus.arrays["head"][places.clamp(min=0)]
        index = torch.arange(places.shape[1], device=DEVICE)
        near = (index[None] - index[:, None]).abs() <= 40
        scores = scores.float().masked_fill(~(near[None] & real[:, None]), -1e4)
        known = real & (distance.abs() <= 40)
        targets = torch.where(known, index[None] + distance, -1)
        return 2 * functional.cross_entropy(
            scores.flatten(0, 1), targets.flatten(), ignore_index=-1
        )


WEIGHTS = {"morph": 0.5, "start": 0.5, "ner": 4.0}


def train(path: Path, output: Path, task: str, seconds: float, epochs: int, seed: int) -> None:
    """Train until the epochs or the seconds are over, and write the CNN's weights."""
    torch.manual_seed(seed)
    corpus = Corpus.read(path)
    model = Student(corpus, task).to(DEVICE)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=RATE, weight_decay=0.01, fused=DEVICE == "cuda"
    )
    rng = np.random.default_rng(seed)
    total = epochs * max(1, int(corpus.lengths.sum() / BUDGET))
    start = time.monotonic()
    model.train()
    for step, places in enumerate(endless(corpus, rng)):
        done = max(step / total, (time.monotonic() - start) / seconds)
        if done >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(step / 300, 1 - done)
        with torch.autocast(DEVICE, torch.bfloat16):
            loss = model.loss(corpus, places)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if step % 250 == 0:
            gone = time.monotonic() - start
            print(f"{task} {step}/{total} {loss.item():.3f} {gone:.0f}s", flush=True)
    weights = {k: v.float().cpu().numpy() for k, v in model.tok2vec.state_dict().items()}
    np.savez(output, **weights)


def main() -> None:
    """Pretrain one CNN."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("arrays", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--task", choices=["syntax", "entities"], required=True)
    parser.add_argument("--seconds", type=float, default=86_400)
    parser.add_argument("--epochs", type=int, default=80)
    parser.add_argument("--seed", type=int, default=17)
    a = parser.parse_args()
    torch.set_float32_matmul_precision("high")
    train(a.arrays, a.output, a.task, a.seconds, a.epochs, a.seed)


if __name__ == "__main__":
    main()
