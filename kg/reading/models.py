"""The pipelines on this machine: what they speak, and whether the rules can read with them.

Only ``meta.json`` is read; nothing is loaded, so that looking is fast and safe.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kg.errors import ModelError
from kg.reading.parsing import (
    BUILT_IN,
    INSTALL_LINE,
    find_model,
    installed_models,
    model_folder,
    suits_spacy,
)
from kg.reading.schemes import find_scheme

LANGUAGES = {"de": "German", "en": "English"}
"""The languages that there are rules for."""


@dataclass(frozen=True, slots=True)
class Model:
    """One pipeline: where it is, what it speaks, and what is amiss."""

    name: str
    path: str
    lang: str
    version: str
    scheme: str
    """``ud``, ``tiger`` or ``clear``; empty when its labels are none of them."""
    finds: tuple[str, ...]
    """The labels of its entities."""
    fits: bool
    notes: tuple[str, ...]
    """Why it does not fit, or what it lacks."""


@dataclass(frozen=True, slots=True)
class Checkup:
    """All pipelines found, and the one that is taken for each language."""

    models: tuple[Model, ...]
    chosen: Mapping[str, str]
    """Language -> name of the pipeline that reads it."""
    missing: Mapping[str, str]
    """Language without one -> the line that installs one."""


def examine(named: Iterable[str] = ()) -> Checkup:
    """Look at the built-in pipeline, all installed ones, and those named (package or folder)."""
    names = [*dict.fromkeys([str(BUILT_IN), *installed_models(), *named])]
    chosen, missing = {}, {}
    for lang in LANGUAGES:
        try:
            chosen[lang] = _short(find_model(lang))
        except ModelError:
            missing[lang] = INSTALL_LINE[lang]
    return Checkup(tuple(examine_model(name) for name in names), chosen, missing)


def examine_model(name: str) -> Model:
    """What the pipeline of that name or folder says of itself."""
    try:
        path = model_folder(name)
        meta = json.loads((path / "meta.json").read_text(encoding="utf-8"))
        return _judge(name, path, meta)
    except (ImportError, ValueError):
        return _unusable(name, "not installed, or broken")
    except OSError:
        return _unusable(name, "no pipeline: it has no meta.json")
    except (AttributeError, KeyError, TypeError):
        return _unusable(name, "broken: its meta.json is none of a pipeline")


def _judge(name: str, path: Path, meta: Mapping[str, Any]) -> Model:
    labels: Mapping[str, Iterable[str]] = meta.get("labels", {})
    scheme = find_scheme(labels.get("parser", ())) or ""
    finds = tuple(sorted(labels.get("ner", ())))
    faults = _faults(meta, scheme)
    lacks = () if finds else ("it marks no names",)
    return Model(
        name=_short(name),
        path=str(path),
        lang=str(meta["lang"]),
        version=str(meta["version"]),
        scheme=scheme,
        finds=finds,
        fits=not faults,
        notes=(*faults, *lacks),
    )


def _faults(meta: Mapping[str, Any], scheme: str) -> tuple[str, ...]:
    faults = []
    if meta["lang"] not in LANGUAGES:
        faults.append("there are rules for German and English alone")
    if not scheme:
        faults.append("it has no parser whose labels are UD, TIGER or CLEAR")
    wanted = str(meta.get("spacy_version", ""))
    if not suits_spacy(wanted):
        faults.append(f"it was made for spaCy {wanted}")
    return tuple(faults)


def _unusable(name: str, why: str) -> Model:
    return Model(_short(name), name, "-", "-", "", (), False, (why,))


def _short(name: str) -> str:
    return f"{BUILT_IN.name} (built in)" if name == str(BUILT_IN) else name


def write_checkup(checkup: Checkup) -> str:
    """The pipelines as a table, then one line a language."""
    head = ("pipeline", "language", "version", "labels", "fits", "")
    rows = [head, *(_row(model) for model in checkup.models)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(head) - 1)]
    lines = []
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=True)]
        lines.append("  ".join([*cells, row[-1]]).rstrip())
    lines.append("")
    for lang, language in LANGUAGES.items():
        told = checkup.chosen.get(lang)
        lines.append(f"{language}: {told or 'none; ' + checkup.missing.get(lang, '')}")
    return "\n".join(lines)


def _row(model: Model) -> tuple[str, ...]:
    fits = "yes" if model.fits else "no"
    scheme = model.scheme.upper() or "-"
    return (model.name, model.lang, model.version, scheme, fits, "; ".join(model.notes))


def checkup_as_json(checkup: Checkup) -> str:
    """The same as one JSON object."""
    found = {
        "models": [asdict(model) for model in checkup.models],
        "chosen": dict(checkup.chosen),
        "missing": dict(checkup.missing),
    }
    return json.dumps(found, ensure_ascii=False, indent=1)
