"""Put the trained parts together, add the closed tables, write the folder at once."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language

HERE = Path(__file__).parent
META = HERE / "meta.json"
FORMS = HERE / "konjunktiv.tsv"

MORPH_VALUES = [
    *(f"Case={v}" for v in ("Nom", "Acc", "Dat", "Gen")),
    *(f"Gender={v}" for v in ("Masc", "Fem", "Neut")),
    *(["Mood=Ind", "Mood=Imp", "Number=Sing", "Number=Plur", "Person=1", "Person=2", "Person=3"]),
    *(["Tense=Pres", "Tense=Past", "VerbForm=Fin", "VerbForm=Inf", "VerbForm=Part"]),
]
"""All a verb may say that is not ``Mood=Sub``."""


def assemble(syntax: Path, lemmas: Path, entities: Path, output: Path) -> Language:
    """Return the whole pipeline, written to the output folder.

    The entity and lemma models share their vectors; the syntax model has none.
    """
    nlp, parts = spacy.load(entities), spacy.load(syntax, exclude=["trainable_lemmatizer"])
    for name in ("tok2vec", "tagger", "morphologizer"):
        nlp.remove_pipe(name)
    for name in parts.pipe_names:
        nlp.add_pipe(name, source=parts, before="ner")
    nlp.add_pipe("trainable_lemmatizer", source=spacy.load(lemmas), before="ner")
    add_ruler(nlp)
    nlp.meta.update(json.loads(META.read_text(encoding="utf8")))
    publish(nlp, output)
    return nlp


def add_ruler(nlp: Language) -> None:
    """Add the closed Konjunktiv forms behind the morphologizer."""
    ruler: Any = nlp.add_pipe("attribute_ruler", after="morphologizer")
    for form, feats, upos in read_forms():
        pattern = {"LOWER": form, "POS": upos, "MORPH": {"IS_SUBSET": MORPH_VALUES}}
        ruler.add(patterns=[[pattern]], attrs={"MORPH": feats})


def read_forms() -> list[tuple[str, str, str]]:
    """Return (form, features, UD tag) of the forms that are always Konjunktiv."""
    rows = []
    for line in FORMS.read_text(encoding="utf8").splitlines()[1:]:
        form, upos, number, tense = line.split("\t")
        feats = f"Mood=Sub|Number={number}|Person=3|Tense={tense}|VerbForm=Fin"
        rows.append((form, feats, upos))
    return rows


def publish(nlp: Language, output: Path) -> None:
    """Write the pipeline beside the output folder, then rename it into place."""
    fresh, old = output.with_name(output.name + ".new"), output.with_name(output.name + ".old")
    for folder in (fresh, old):
        shutil.rmtree(folder, ignore_errors=True)
    output.parent.mkdir(parents=True, exist_ok=True)
    nlp.to_disk(fresh)
    if output.exists():
        output.rename(old)
    fresh.rename(output)
    shutil.rmtree(old, ignore_errors=True)
