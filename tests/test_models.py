"""Which pipelines there are, told from their ``meta.json`` alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import cli
from kg.errors import ModelError
from kg.reading import models
from kg.reading.models import examine, examine_model, write_checkup
from kg.reading.parsing import BUILT_IN, load_pipeline

META: dict[str, Any] = {
    "lang": "de",
    "name": "made_up",
    "version": "1.0.0",
    "spacy_version": ">=3.8,<3.9",
    "labels": {"parser": ["sb", "oa", "mo"], "ner": ["PER", "ORG"]},
}


def put(folder: Path, **changes: object) -> str:
    (folder / "meta.json").write_text(json.dumps(META | changes), encoding="utf-8")
    return str(folder)


def test_the_built_in_pipeline_fits_and_is_taken_for_german() -> None:
    checkup = examine()
    built_in = checkup.models[0]
    assert (built_in.lang, built_in.scheme, built_in.fits) == ("de", "ud", True)
    assert built_in.finds == ("LOC", "MISC", "ORG", "PER")
    assert checkup.chosen["de"] == built_in.name


@pytest.mark.parametrize(
    ("parser", "scheme"),
    [
        (["sb", "oa", "mo"], "tiger"),
        (["nsubj", "nsubjpass", "dobj"], "clear"),
        (["nsubj", "obl", "obj"], "ud"),
    ],
)
def test_label_schemes_are_told_apart(tmp_path: Path, parser: list[str], scheme: str) -> None:
    found = examine_model(put(tmp_path, labels={"parser": parser, "ner": ["PER"]}))
    assert (found.scheme, found.fits, found.notes) == (scheme, True, ())


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"lang": "fr"}, "German and English alone"),
        ({"labels": {"parser": ["suj", "obj"], "ner": ["PER"]}}, "UD, TIGER or CLEAR"),
        ({"labels": {"ner": ["PER"]}}, "UD, TIGER or CLEAR"),
        ({"spacy_version": ">=3.0,<3.1"}, "made for spaCy >=3.0,<3.1"),
    ],
)
def test_why_a_pipeline_does_not_fit(tmp_path: Path, changes: dict[str, Any], note: str) -> None:
    found = examine_model(put(tmp_path, **changes))
    assert not found.fits
    assert any(note in told for told in found.notes)


def test_a_pipeline_without_names_fits_but_is_noted(tmp_path: Path) -> None:
    found = examine_model(put(tmp_path, labels={"parser": ["sb", "oa"]}))
    assert (found.fits, found.notes) == (True, ("it marks no names",))


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"lang": "de"}', '{"labels": 3}'])
def test_broken_descriptions_are_one_note(tmp_path: Path, content: str) -> None:
    (tmp_path / "meta.json").write_text(content, encoding="utf-8")
    found = examine_model(str(tmp_path))
    assert not found.fits
    assert len(found.notes) == 1


def test_what_is_no_pipeline_is_named(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli.app, ["doctor", "--model", str(tmp_path), "--model", "no-such"])
    assert result.exit_code == 1
    assert "it has no meta.json" in result.stdout
    assert "not installed" in result.stdout
    assert result.stderr.count("does not fit") == 2


def test_a_language_without_pipeline_gets_the_line_that_installs_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def find(lang: str) -> str:
        if lang == "en":
            raise ModelError("none")
        return str(BUILT_IN)

    monkeypatch.setattr(models, "find_model", find)
    told = write_checkup(examine())
    assert "English: none; install one with: pip install 'newskg[en]'" in told
    assert CliRunner().invoke(cli.app, ["doctor"]).exit_code == 0


def test_json_says_the_same() -> None:
    result = CliRunner().invoke(cli.app, ["doctor", "--format", "json"])
    found = json.loads(result.stdout)
    assert found["models"][0]["scheme"] == "ud"
    assert found["chosen"]["de"] == "de_newskg (built in)"


@pytest.mark.model
def test_what_fits_loads() -> None:
    for model in examine().models:
        if model.fits:
            whole = (Path(model.path) / "config.cfg").exists()
            named = model.path if whole else model.name
            assert load_pipeline(named).scheme == model.scheme
