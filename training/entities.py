"""Read the named-entity corpora into one scheme: PER, ORG, LOC, MISC."""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Iterator
from pathlib import Path

from documents import attach_spaces
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

KINDS = {"PER": "PER", "ORG": "ORG", "LOC": "LOC", "OTH": "MISC", "MISC": "MISC"}
"""Label of a corpus -> label of the pipeline; -part and -deriv are no entities."""

Tagged = list[tuple[str, str]]


def read_tagged(path: Path, *, form: int = 0, tag: int = 1) -> Iterator[Tagged]:
    """Yield sentences of (form, BIO tag) from a column file."""
    rows: Tagged = []
    with path.open(encoding="utf8") as lines:
        for line in lines:
            columns = line.rstrip("\n").split("\t")
            if not columns[0]:
                if rows:
                    yield rows
                rows = []
            elif not (form == 1 and columns[0] == "#"):
                rows.append((columns[form].replace(" ", ""), columns[tag]))
    if rows:
        yield rows


def read_germeval(path: Path) -> list[Tagged]:
    """Return the sentences of a GermEval file with their outer entities."""
    return list(read_tagged(path, form=1, tag=2))


def find_spans(tags: list[str]) -> list[tuple[int, int, str]]:
    """Return (start, end, label) of each entity of a BIO or IOB1 sequence."""
    spans: list[tuple[int, int, str]] = []
    start, label = 0, ""
    for i, tag in enumerate([*tags, "O"]):
        kind = tag[2:] if tag != "O" else ""
        if label and (kind != label or tag.startswith("B-")):
            spans.append((start, i, label))
            label = ""
        if kind and not label:
            start, label = i, kind
    return [(s, e, KINDS[k]) for s, e, k in spans if k in KINDS]


def make_entity_doc(vocab: Vocab, sentences: list[Tagged]) -> Doc:
    """Return one document of several sentences with their entities."""
    forms: list[str] = []
    spaces: list[bool] = []
    spans: list[tuple[int, int, str]] = []
    for index, sentence in enumerate(sentences):
        if forms and index % 3 == 0:
            spaces[-1] = False
            forms.append("\n\n")
            spaces.append(False)
        offset = len(forms)
        words = [f for f, _ in sentence]
        forms += words
        spaces += attach_spaces(words)
        found = find_spans([t for _, t in sentence])
        spans += [(s + offset, e + offset, k) for s, e, k in found]
    doc = Doc(vocab, words=forms, spaces=spaces)
    doc.ents = tuple(Span(doc, s, e, label=k) for s, e, k in spans)
    return doc


def drop_adjectives(sentences: list[Tagged]) -> list[Tagged]:
    """Return WikiNER sentences without the adjectives it counts as MISC (``deutscher``)."""
    return [_drop_adjectives(s) for s in sentences]


def _drop_adjectives(sentence: Tagged) -> Tagged:
    tags = [t for _, t in sentence]
    for start, end, kind in find_spans(tags):
        form = sentence[start][0]
        if kind == "MISC" and end == start + 1 and (form[0].islower() or ADJECTIVE.search(form)):
            tags[start] = "O"
    return [(f, t) for (f, _), t in zip(sentence, tags, strict=True)]


ADJECTIVE = re.compile(r"(isch(e[mnrs]?)?|er)$")

Pools = dict[str, list[list[str]]]


def collect_pools(sentences: list[Tagged], gazetteer: Path) -> Pools:
    """Return names by kind: those of the sentences, politicians and parties beside them."""
    pools: Pools = {"PER": [], "ORG": [], "LOC": []}
    for sentence in sentences:
        for start, end, kind in find_spans([t for _, t in sentence]):
            if kind in pools:
                pools[kind].append([f for f, _ in sentence[start:end]])
    with (gazetteer / "politicians_wikidata.tsv").open(encoding="utf8", newline="") as lines:
        names = [row["name_de"] for row in csv.DictReader(lines, delimiter="\t")]
    pools["PER"] += [n.split() for n in names[::8] if n and "(" not in n]
    with (gazetteer / "parties_wikidata.csv").open(encoding="utf8", newline="") as lines:
        shorts = [row["name_short"] for row in csv.DictReader(lines)]
    pools["ORG"] += [[s] for s in shorts[::4] if s and s.isalnum()]
    return pools


def swap_names(sentence: Tagged, pools: Pools, rng: random.Random) -> Tagged:
    """Return the sentence with about half of its names replaced by others of the kind.

    A person of one word becomes one word again, a genitive stays as it is.
    """
    out: Tagged = []
    last = 0
    for start, end, kind in find_spans([t for _, t in sentence]):
        out += sentence[last:start]
        old, last = sentence[start:end], end
        new = rng.choice(pools[kind]) if kind in pools and rng.random() < 0.5 else None
        if new is None or old[-1][0].endswith("s"):
            out += old
            continue
        words = new[-1:] if kind == "PER" and len(old) == 1 else new
        out += [(w, ("B-" if i == 0 else "I-") + kind) for i, w in enumerate(words)]
    return out + sentence[last:]
