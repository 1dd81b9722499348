"""Quality floors on the project's own gold. Floors only rise."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from kg.errors import InputError
from kg.evaluate import PUBLISHED, GoldSentence, Score, fits, measure_statements, read_gold
from kg.pipeline import read_sentence
from kg.reading.parsing import Pipeline, find_model, load_pipeline
from kg.records import Phrase, Relation, Statement

GOLD = Path(__file__).parent / "gold"
FLOORS = json.loads((GOLD / "floors.json").read_text(encoding="utf-8"))


def reader(pipeline: Pipeline) -> Callable[[str], Sequence[Statement]]:
    return lambda text: read_sentence(text, pipeline, published=PUBLISHED).statements


SETS = [(name, lang) for name in sorted(FLOORS) for lang in sorted(FLOORS[name])]


@pytest.mark.model
@pytest.mark.parametrize(("name", "lang"), SETS)
def test_statements_reach_their_floor(name: str, lang: str) -> None:
    pipeline = load_pipeline(find_model(lang))
    score = measure_statements(read_gold(GOLD / f"{name}.{lang}.jsonl"), reader(pipeline))
    report = "\n".join(["wrong:", *score.wrong, "missed:", *score.missed])
    floor = FLOORS[name][lang]
    assert score.precision >= floor["precision"], report
    assert score.recall >= floor["recall"], report


@pytest.mark.model
@pytest.mark.parametrize(("name", "lang"), SETS)
def test_nothing_attributed_or_denied_is_plain(name: str, lang: str) -> None:
    """The worst mistake this program can make is not a matter of a percentage."""
    read = reader(load_pipeline(find_model(lang)))
    for sentence in read_gold(GOLD / f"{name}.{lang}.jsonl"):
        for fact in sentence.facts:
            asserted = (*fact[:3], "plain")
            if fact[3] != "plain" and asserted not in sentence.facts:
                assert not [s for s in read(sentence.text) if fits(s, asserted)], sentence.text


def test_scores_are_counted_one_to_one() -> None:
    found = Statement(
        "a", "s", (0, 9), Phrase("Die Bank", 0, 8), Relation("kaufen", "kauft"), None, rule="active"
    )
    gold = [GoldSentence("x", (("Bank", "kaufen", "", "plain"),))]
    twice = measure_statements(gold, lambda _: [found, found])
    assert (twice.right, twice.found, twice.gold) == (1, 2, 1)
    assert (twice.precision, twice.recall) == (0.5, 1.0)
    assert Score(0, 0, 0).f1 == 0


def test_a_broken_gold_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text('{"text": "x", "facts": []}\n{"text": "y"}\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"gold\.jsonl:2"):
        read_gold(path)
