"""The teacher: multilingual BERT under a deep biaffine parser, and under entities.

``teacher.py train FOLDER MODEL --task syntax --seed 1`` learns from the lessons
in FOLDER (``lessons.npz``, ``labels.json``, ``encoder.npz``; see ``lessons.py``);
``teacher.py annotate FOLDER OUT --syntax M M --entities M M`` writes what the mean of
the models says of every sentence there. A GPU makes minutes of it. The teacher
is never shipped.

Source of the parser: Dozat and Manning, Deep Biaffine Attention for Neural
Dependency Parsing, ICLR 2017.
"""

from __future__ import annotations

import argparse
import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from lessons import BIO, FEATURE_NAMES, Arrays, Labels, group_by_size, unpack
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertConfig, BertModel

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
TASKS = {
    "syntax": {"gold": 3, "silver": 1, "tagged": 1},
    "entities": {"entities": 2, "wikiner": 1},
}
"""Task -> the sets it learns from, and how often an epoch goes through each."""
EARLY = {"wikiner"}
"""Sets that are left out after the first third of the training."""
EPOCHS = {"syntax": 7, "entities": 5}
BUDGET = 3000
"""Word pieces of one batch."""


@dataclass(slots=True)
class Lessons:
    """One set of sentences and where each begins in the flat arrays."""

    name: str
    columns: Arrays
    words: NDArray[np.int64]
    pieces: NDArray[np.int64]

    @classmethod
    def read(cls, lessons: Arrays, name: str) -> Lessons:
        """Return the set of that name."""
        columns = {k.split(".")[1]: v for k, v in lessons.items() if k.split(".")[0] == name}
        words = np.concatenate([[0], np.cumsum(columns["lengths"], dtype=np.int64)])
        ends = np.concatenate([[0], np.cumsum(columns["counts"], dtype=np.int64)])
        return cls(name, columns, words, ends[words])

    def __len__(self) -> int:
        return len(self.words) - 1

    def sizes(self) -> NDArray[np.int64]:
        """Return the number of pieces of each sentence."""
        return np.diff(self.pieces)


@dataclass(slots=True)
class Batch:
    """Padded sentences: pieces, first piece of each word, mask, and targets."""

    pieces: Tensor
    attend: Tensor
    first: Tensor
    mask: Tensor
    targets: dict[str, Tensor]
    rows: list[int]


def make_batch(lessons: Lessons, rows: list[int]) -> Batch:
    """Return the sentences as one batch; place 0 is the root, words count from 1."""
    columns = lessons.columns
    sizes = [int(lessons.pieces[r + 1] - lessons.pieces[r]) for r in rows]
    lengths = [int(lessons.words[r + 1] - lessons.words[r]) for r in rows]
    pieces = np.zeros((len(rows), max(sizes) + 2), np.int64)
    first = np.zeros((len(rows), max(lengths) + 1), np.int64)
    mask = np.zeros(first.shape, bool)
    targets = {
        name: np.full(first.shape + values.shape[1:], -1, np.int64)
        for name, values in columns.items()
        if name not in {"pieces", "counts", "lengths"}
    }
    for i, (row, size, length) in enumerate(zip(rows, sizes, lengths, strict=True)):
        start, word = lessons.pieces[row], lessons.words[row]
        pieces[i, 0], pieces[i, size + 1] = 1, 2
        pieces[i, 1 : size + 1] = columns["pieces"][start : start + size]
        counts = columns["counts"][word : word + length].astype(np.int64)
        first[i, 1 : length + 1] = np.cumsum(counts) - counts + 1
        mask[i, 1 : length + 1] = True
        for name, values in targets.items():
            values[i, 1 : length + 1] = columns[name][word : word + length]
    if "head" in targets:
        targets["head"] = heads_from_root(targets["head"])
    attend = np.arange(pieces.shape[1])[None] < np.array(sizes)[:, None] + 2
    tensors = [torch.from_numpy(a).to(DEVICE) for a in (pieces, attend, first, mask)]
    return Batch(*tensors, {k: torch.from_numpy(v).to(DEVICE) for k, v in targets.items()}, rows)


def heads_from_root(heads: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return heads counted from 1, with 0 for the root (until now its own head)."""
    own = np.arange(heads.shape[1])[None] - 1
    return np.where(heads < 0, -1, np.where(heads == own, 0, heads + 1))


def group(lessons: Lessons, rng: np.random.Generator | None) -> list[list[int]]:
    """Return rows of sentences of like length, of about ``BUDGET`` pieces with their two marks."""
    return group_by_size(lessons.sizes() + 2, BUDGET, rng, spread=2)


class Mix(nn.Module):
    """A learned mean of the encoder's layers."""

    def __init__(self, layers: int) -> None:
        super().__init__()
        self.weights = nn.Parameter(torch.zeros(layers))

    def forward(self, layers: Tensor) -> Tensor:
        """Return (batch, words, width) of (layers, batch, words, width)."""
        return torch.einsum("l,lbwd->bwd", self.weights.softmax(0).to(layers.dtype), layers)


class Encoder(nn.Module):
    """BERT, seen at the first piece of each word."""

    def __init__(self, weights: Arrays) -> None:
        super().__init__()
        size, width = weights["embeddings.word_embeddings.weight"].shape
        config = BertConfig(
            vocab_size=size,
            hidden_size=width,
            num_hidden_layers=len({n.split(".")[2] for n in weights if ".layer." in n}),
            intermediate_size=len(weights["encoder.layer.0.intermediate.dense.bias"]),
            attn_implementation="sdpa",
        )
        self.bert = BertModel(config, add_pooling_layer=False)
        self.bert.load_state_dict({k: torch.from_numpy(v) for k, v in weights.items()})
        self.layers, self.width = config.num_hidden_layers + 1, width

    def forward(self, batch: Batch) -> Tensor:
        """Return (layers, batch, words + 1, width)."""
        seen = self.bert(batch.pieces, batch.attend.long(), output_hidden_states=True)
        places = batch.first[..., None].expand(-1, -1, self.width)
        return torch.stack([h.gather(1, places) for h in seen.hidden_states])


class Part(nn.Sequential):
    """A layer with an activation and dropout."""

    def __init__(self, inner: int, outer: int) -> None:
        super().__init__(nn.Dropout(0.33), nn.Linear(inner, outer), nn.GELU(), nn.Dropout(0.33))


class Syntax(nn.Module):
    """Heads, labels, tags and features."""

    def __init__(self, encoder: Encoder, labels: Labels, arc: int = 512, label: int = 128) -> None:
        super().__init__()
        self.encoder = encoder
        self.tree_mix, self.tag_mix = Mix(encoder.layers), Mix(encoder.layers)
        self.parts = nn.ModuleList([Part(encoder.width, n) for n in (arc, arc, label, label)])
        self.arc = nn.Parameter(torch.zeros(arc + 1, arc))
        self.label = nn.Parameter(torch.zeros(len(labels.dep), label + 1, label + 1))
        nn.init.normal_(self.arc, std=0.02)
        nn.init.normal_(self.label, std=0.02)
        self.values = [len(labels.feats[n]) for n in FEATURE_NAMES]
        self.tags = nn.Linear(encoder.width, len(labels.upos) + len(labels.xpos) + sum(self.values))
        self.split = [len(labels.upos), len(labels.xpos), *self.values]

    def forward(self, batch: Batch) -> dict[str, Any]:
        """Return scores: ``arc`` (b, w, w), ``label`` (b, w, w, n), and those of the tags."""
        layers = self.encoder(batch)
        tree = self.tree_mix(layers)
        child, head, child_label, head_label = (part(tree) for part in self.parts)
        arc = torch.einsum("bid,de,bje->bij", add_one(child), self.arc, head)
        possible = batch.mask.clone()
        possible[:, 0] = True
        arc = arc.float().masked_fill(~possible[:, None, :], -1e9)
        arc = arc.masked_fill(torch.eye(arc.shape[1], dtype=torch.bool, device=arc.device), -1e9)
        tags = self.tags(functional.dropout(self.tag_mix(layers), 0.2, self.training)).float()
        upos, xpos, *feats = tags.split(self.split, dim=-1)
        pair = (add_one(child_label), add_one(head_label))
        return {"arc": arc, "pair": pair, "upos": upos, "xpos": xpos, "feats": feats}

    def label_scores(self, pair: tuple[Tensor, Tensor], heads: Tensor) -> Tensor:
        """Return (b, w, labels) for each word below the given head."""
        child, head = pair
        chosen = head.gather(1, heads.clamp(min=0)[..., None].expand(-1, -1, head.shape[-1]))
        return torch.einsum("bwd,nde,bwe->bwn", child, self.label.to(child.dtype), chosen).float()

    def loss(self, batch: Batch) -> Tensor:
        """Return the loss over all that is known of the batch."""
        out, targets = self(batch), batch.targets
        total = entropy(out["upos"], targets["upos"]) + entropy(out["xpos"], targets["xpos"])
        for i, scores in enumerate(out["feats"]):
            total = total + 0.2 * entropy(scores, targets["feats"][..., i])
        total = 0.5 * total + entropy(out["arc"], targets["head"])
        labels = torch.where(targets["head"] >= 0, targets["dep"], -1)
        return total + entropy(self.label_scores(out["pair"], targets["head"]), labels)


class Entities(nn.Module):
    """BIO tags."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder, self.mix = encoder, Mix(encoder.layers)
        self.tags = nn.Linear(encoder.width, len(BIO))

    def forward(self, batch: Batch) -> Tensor:
        """Return (b, w, tags)."""
        mixed = functional.dropout(self.mix(self.encoder(batch)), 0.2, self.training)
        return self.tags(mixed).float()

    def loss(self, batch: Batch) -> Tensor:
        """Return the loss over the batch."""
        return entropy(self(batch), batch.targets["ner"])


def add_one(values: Tensor) -> Tensor:
    """Return the values with a constant one behind them."""
    return torch.cat([values, values.new_ones(*values.shape[:-1], 1)], dim=-1)


def entropy(scores: Tensor, targets: Tensor) -> Tensor:
    """Return the mean cross-entropy where the target is known, else zero."""
    known = (targets >= 0).sum()
    loss = functional.cross_entropy(
        scores.reshape(-1, scores.shape[-1]), targets.reshape(-1), ignore_index=-1, reduction="sum"
    )
    return loss / known.clamp(min=1)


def build(task: str, folder: Path) -> Syntax | Entities:
    """Return a fresh model over the encoder in the folder."""
    encoder = Encoder(unpack(dict(np.load(folder / "encoder.npz"))))
    labels = Labels.read(folder / "labels.json")
    model = Syntax(encoder, labels) if task == "syntax" else Entities(encoder)
    return model.to(DEVICE)


def plan_steps(task: str, sets: list[Lessons], seed: int) -> list[tuple[Lessons, list[int]]]:
    """Return all batches of the training in their order."""
    rng = np.random.default_rng(seed)
    steps: list[tuple[Lessons, list[int]]] = []
    for epoch in range(EPOCHS[task]):
        batches = []
        for lessons in sets:
            if lessons.name in EARLY and epoch * 3 > EPOCHS[task]:
                continue
            for _ in range(TASKS[task][lessons.name]):
                batches += [(lessons, rows) for rows in group(lessons, rng)]
        steps += [batches[i] for i in rng.permutation(len(batches))]
    return steps


def train(task: str, folder: Path, output: Path, seed: int, seconds: float, rate: float) -> None:
    """Train one model and write its weights (16 bits).

    The learning rate falls to zero at the last step or as the seconds run out.
    """
    torch.manual_seed(seed)
    lessons = dict(np.load(folder / "lessons.npz"))
    model = build(task, folder)
    inner = {id(p) for p in model.encoder.parameters()}
    outer = [p for p in model.parameters() if id(p) not in inner]
    groups = [{"params": list(model.encoder.parameters()), "lr": rate}, {"params": outer}]
    optimizer = torch.optim.AdamW(groups, lr=1e-3, weight_decay=0.01, fused=DEVICE == "cuda")
    steps = plan_steps(task, [Lessons.read(lessons, name) for name in TASKS[task]], seed)
    start = time.monotonic()

    def factor(step: int) -> float:
        done = max(step / len(steps), (time.monotonic() - start) / seconds)
        return max(0.0, min(step / (0.08 * len(steps)), (1 - done) / 0.92))

    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, factor)
    model.train()
    for step, (one, rows) in enumerate(steps):
        with torch.autocast(DEVICE, torch.bfloat16):
            loss = model.loss(make_batch(one, rows))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % 200 == 0:
            gone = time.monotonic() - start
            print(f"{task} {seed} {step}/{len(steps)} {loss.item():.3f} {gone:.0f}s", flush=True)
        if time.monotonic() - start > seconds:
            print(f"{task} {seed}: time is up at {step} of {len(steps)}", flush=True)
            break
    torch.save({k: v.bfloat16() for k, v in model.state_dict().items()}, output)


def load(task: str, folder: Path, path: Path) -> Any:
    """Return a trained model."""
    model = build(task, folder)
    model.load_state_dict(torch.load(path, map_location=DEVICE))
    return model.eval()


def annotate(folder: Path, output: Path, models: dict[str, list[Path]], shard: str) -> None:
    """Write what the models say of the sentences of each set, in one file a shard.

    Written are, by set: ``rows``, and flat over their words ``head`` (0 = root),
    ``dep``, ``upos``, ``xpos``, ``feats``, ``ner`` and the probabilities ``arc_p`` and
    ``ner_p`` in 255ths.
    """
    index, count = (int(n) for n in shard.split("/"))
    lessons = dict(np.load(folder / "lessons.npz"))
    names = sorted({n.split(".")[0] for n in lessons})
    loaded = {task: [load(task, folder, p) for p in paths] for task, paths in models.items()}
    found: Arrays = {}
    for name in names:
        one = Lessons.read(lessons, name)
        groups = group(one, None)[index::count]
        start = time.monotonic()
        answers = [answer(loaded, make_batch(one, rows)) for rows in groups]
        if not answers:
            continue
        found[f"{name}.rows"] = np.array([r for rows in groups for r in rows], np.int32)
        for column in answers[0]:
            found[f"{name}.{column}"] = np.concatenate([a[column] for a in answers])
        print(f"{shard} {name} {len(one)} {time.monotonic() - start:.0f}s", flush=True)
    np.savez_compressed(output, **found)  # type: ignore[arg-type]


@torch.inference_mode()
def answer(models: dict[str, list[Any]], batch: Batch) -> Arrays:
    """Return what the mean of the models says of the words of one batch."""
    with torch.autocast(DEVICE, torch.bfloat16):
        out = [m(batch) for m in models["syntax"]]
        arcs = mean([o["arc"] for o in out])
        arc_p, heads = arcs.max(-1)
        scored = zip(models["syntax"], out, strict=True)
        dep_p, dep = mean([m.label_scores(o["pair"], heads) for m, o in scored]).max(-1)
        tagged = mean([m(batch) for m in models["entities"]])
    tagged[~batch.mask] = functional.one_hot(torch.tensor(0), len(BIO)).float().to(DEVICE)
    upos = mean([o["upos"] for o in out]).argmax(-1)
    xpos = mean([o["xpos"] for o in out]).argmax(-1)
    feats = [
        mean(list(scores)).argmax(-1) for scores in zip(*(o["feats"] for o in out), strict=True)
    ]
    ner = best_path(tagged.clamp(min=1e-9).log())
    ner_p = tagged.gather(-1, ner[..., None])[..., 0]
    found = {"head": heads, "dep": dep, "upos": upos, "xpos": xpos, "ner": ner}
    found |= {"arc_p": arc_p * dep_p * 255, "ner_p": ner_p * 255}
    flat = {k: v[batch.mask].round().to(torch.uint8).cpu().numpy() for k, v in found.items()}
    flat["feats"] = torch.stack(feats, -1)[batch.mask].to(torch.int8).cpu().numpy()
    return flat


def mean(scores: list[Tensor]) -> Tensor:
    """Return the mean of the models' probabilities."""
    return torch.stack([s.float().softmax(-1) for s in scores]).mean(0)


def best_path(scores: Tensor) -> Tensor:
    """Return the best row of BIO tags (b, w); ``I-`` follows only its own kind."""
    allowed = torch.zeros(len(BIO), len(BIO), device=scores.device)
    for i, before in enumerate(BIO):
        for j, tag in enumerate(BIO):
            if tag.startswith("I-") and before[2:] != tag[2:]:
                allowed[i, j] = -math.inf
    best, back = scores[:, 0], []
    for at in range(1, scores.shape[1]):
        best, came = (best[:, :, None] + allowed).max(1)
        best = best + scores[:, at]
        back.append(came)
    path = [best.argmax(-1)]
    for came in reversed(back):
        path.append(came.gather(1, path[-1][:, None])[:, 0])
    return torch.stack(path[::-1], dim=1)


def main() -> None:
    """Train one model, or annotate with several."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("train")
    one.add_argument("folder", type=Path)
    one.add_argument("model", type=Path)
    one.add_argument("--task", choices=sorted(TASKS), required=True)
    one.add_argument("--seed", type=int, default=1)
    one.add_argument("--seconds", type=float, default=86_400)
    one.add_argument("--rate", type=float, default=5e-5)
    two = commands.add_parser("annotate")
    two.add_argument("folder", type=Path)
    two.add_argument("output", type=Path)
    two.add_argument("--syntax", type=Path, nargs="+", required=True)
    two.add_argument("--entities", type=Path, nargs="+", required=True)
    two.add_argument("--shard", default="0/1", help="INDEX/COUNT: do one part in COUNT")
    a = parser.parse_args()
    torch.set_float32_matmul_precision("high")
    if a.command == "train":
        train(a.task, a.folder, a.model, a.seed, a.seconds, a.rate)
    else:
        annotate(a.folder, a.output, {"syntax": a.syntax, "entities": a.entities}, a.shard)


if __name__ == "__main__":
    main()
