"""Put the trained parts together, add the closed tables, write the folder at once."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import spacy
import srsly
from spacy.language import Language
from spacy.tokens import Doc, DocBin

HERE = Path(__file__).parent
META = HERE / "meta.json"
FORMS = HERE / "konjunktiv.tsv"
LONGEST = 3
"""Longer words of the training texts are left out; each component keeps its own labels."""
MARKED = re.compile(r"[=_|]")
"""What labels and features have and words have not."""
COMMON = 40
"""Bundles of features seen less often among the words of the training are forgotten."""

MORPH_VALUES = [
    *("Mood=Ind", "Mood=Imp", "Number=Sing", "Number=Plur", "Person=1", "Person=2", "Person=3"),
    *("Tense=Pres", "Tense=Past", "VerbForm=Fin", "VerbForm=Inf", "VerbForm=Part"),
]
"""All a verb may say that is not ``Mood=Sub``."""


def assemble(syntax: Path, lemmas: Path, entities: Path, output: Path, *, docs: Path) -> Language:
    """Write the whole pipeline to the output folder and return it as loaded from there.

    All three share their vectors. ``docs`` is what the syntax model learned from: bundles of
    features that are rare there are forgotten.
    """
    nlp = spacy.load(syntax)
    forget_rare_bundles(nlp.get_pipe("morphologizer"), DocBin().from_disk(docs).get_docs(nlp.vocab))
    nlp.add_pipe("trainable_lemmatizer", source=spacy.load(lemmas))
    nlp.add_pipe("ner", source=spacy.load(entities))
    add_ruler(nlp)
    nlp.meta.update(json.loads(META.read_text(encoding="utf8")))
    publish(nlp, output)
    return spacy.load(output)


def average(first: Path, second: Path, output: Path) -> Path:
    """Write the second model with the mean of both models' weights; return its folder."""
    start, nlp = spacy.load(first), spacy.load(second)
    for name, new in nlp.pipeline:
        old: Any = start.get_pipe(name)
        for x, y in zip(old.model.walk(), new.model.walk(), strict=True):
            for key in y.param_names:
                if y.has_param(key):
                    y.set_param(key, (x.get_param(key) + y.get_param(key)) / 2)
    nlp.to_disk(output)
    return output


def forget_rare_bundles(morphologizer: Any, docs: Iterable[Doc]) -> None:
    """Take the bundles of features seen fewer than ``COMMON`` times out of the last layer.

    The teacher decides each feature by itself and so makes bundles that do not exist.
    """
    seen = Counter((t.pos_, str(t.morph)) for doc in docs for t in doc if t.has_morph())
    old = list(morphologizer.labels)
    kept = [i for i, label in enumerate(old) if seen[parts_of(label)] >= COMMON]
    for key in ("labels_morph", "labels_pos"):
        table = morphologizer.cfg[key]
        morphologizer.cfg[key] = {old[i]: table[old[i]] for i in kept}
    model = morphologizer.model
    for node in model.walk():
        if node.name == "softmax":
            values = {name: node.get_param(name)[kept] for name in ("W", "b")}
            for name in values:
                node.set_param(name, None)
            node.set_dim("nO", len(kept), force=True)
            for name, value in values.items():
                node.set_param(name, value)


def parts_of(label: str) -> tuple[str, str]:
    """Return tag and features of a morphologizer's label (``Case=Nom|POS=NOUN``)."""
    pairs = [p for p in label.split("|") if p not in {"", "_"}]
    pos = next((p[4:] for p in pairs if p.startswith("POS=")), "")
    return pos, "|".join(p for p in pairs if not p.startswith("POS="))


def add_ruler(nlp: Language) -> None:
    """Add what the Konjunktiv's forms and neighbours decide behind the morphologizer."""
    ruler: Any = nlp.add_pipe("attribute_ruler", after="morphologizer")
    for feats, forms in read_forms().items():
        pattern = {"LOWER": {"IN": forms}, "MORPH": {"IS_SUBSET": MORPH_VALUES}}
        ruler.add(patterns=[[pattern]], attrs={"MORPH": feats})
    feats = "Mood=Sub|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin"
    for index, words in third_person_patterns():
        ruler.add(patterns=[words], attrs={"MORPH": feats}, index=index)


def third_person_patterns() -> list[tuple[int, list[dict[str, Any]]]]:
    """Return (place of the verb, pattern) where a "first person" stands by another subject.

    ``Man gehe``, ``gehe es``, ``Der Kampf gehe nun``: only the Konjunktiv is left.
    """
    first_person = ["Mood=Ind", "Person=1", "Number=Sing", "Tense=Pres"]
    verb = {"LOWER": {"REGEX": "e$"}, "MORPH": {"IS_SUPERSET": first_person}}
    before, after = {"LOWER": {"IN": ["er", "man"]}}, {"LOWER": {"IN": ["er", "man", "es"]}}
    noun = {"POS": {"IN": ["NOUN", "PROPN"]}}
    more = {"POS": {"NOT_IN": ["PUNCT", "SPACE"]}, "LOWER": {"NOT_IN": ["ich"]}}
    return [(1, [before, verb]), (0, [verb, after]), (1, [noun, verb, more])]


def read_forms() -> dict[str, list[str]]:
    """Return the forms that are always Konjunktiv, by their features."""
    found: dict[str, list[str]] = {}
    for line in FORMS.read_text(encoding="utf8").splitlines()[1:]:
        form, number, tense = line.split("\t")
        feats = f"Mood=Sub|Number={number}|Person=3|Tense={tense}|VerbForm=Fin"
        found.setdefault(feats, []).append(form)
    return found


def publish(nlp: Language, output: Path) -> None:
    """Write the pipeline beside the output folder, then rename it into place."""
    fresh, old = output.with_name(output.name + ".new"), output.with_name(output.name + ".old")
    for folder in (fresh, old):
        shutil.rmtree(folder, ignore_errors=True)
    output.parent.mkdir(parents=True, exist_ok=True)
    nlp.to_disk(fresh)
    forget_paths(fresh / "config.cfg")
    prune_strings(nlp, fresh / "vocab" / "strings.json")
    if output.exists():
        output.rename(old)
    fresh.rename(output)
    shutil.rmtree(old, ignore_errors=True)


def forget_paths(path: Path) -> None:
    """Leave the folders of the training out of a written configuration."""
    config = spacy.util.load_config(path)
    config["paths"] = dict.fromkeys(config["paths"])
    config["initialize"]["vectors"] = None
    config.to_disk(path)


def prune_strings(nlp: Language, path: Path) -> None:
    """Leave the words of the training texts out of a written pipeline's strings.

    Labels and what an edit tree takes away or puts in must stay, and what spaCy itself knows.
    """
    lemmatizer: Any = nlp.get_pipe("trainable_lemmatizer")
    trees = srsly.msgpack_loads(lemmatizer.trees.to_bytes())["trees"]
    parts = {nlp.vocab.strings[t[key]] for t in trees for key in ("orig", "subst") if key in t}
    parts |= {str(label) for _, pipe in nlp.pipeline for label in getattr(pipe, "labels", ())}
    parts |= {"ROOT", "root", "SPACE", "_SP"}
    strings = json.loads(path.read_text(encoding="utf8"))
    parts |= set(spacy.blank("de").vocab.strings)
    kept = [s for s in strings if len(s) <= LONGEST or s in parts or MARKED.search(s)]
    path.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf8")
