"""What the confidence of a statement is worth, on statements that were judged by hand."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.confidence import BASE, NOTABLE, confidence_of, doubts_of, read_weights
from kg.errors import LexiconError
from kg.lexicon import read_table

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))

from confidence import (
    ENCOURAGING,
    GOLD,
    THRESHOLDS,
    Judged,
    calibration_error,
    fit_weights,
    measure_bins,
    measure_kept,
    ranking,
    report,
    write_table,
    write_weights,
)

ROWS = list(read_table(GOLD, Judged))
HELD = [(row.confidence, row.right) for row in ROWS if row.part == "held"]
SIGNS = sorted(set(read_weights()) - {BASE})
some_signs = st.sets(st.sampled_from(SIGNS))


# the held third: what was never looked at in fitting


def test_confidence_is_the_share_that_is_right() -> None:
    assert calibration_error(HELD) <= 0.04
    large = [(mean, share) for n, mean, share in measure_bins(HELD) if n >= 100]
    assert len(large) >= 3
    assert all(abs(mean - share) <= 0.06 for mean, share in large)


def test_right_statements_are_surer_than_wrong_ones() -> None:
    assert ranking(HELD) >= 0.66


def test_a_threshold_trades_recall_for_precision() -> None:
    found = [measure_kept(HELD, threshold) for threshold in (0.0, *THRESHOLDS)]
    assert [k.kept for k in found] == sorted((k.kept for k in found), reverse=True)
    assert [k.precision for k in found] == sorted(k.precision for k in found)
    at = {k.threshold: k for k in found}
    assert at[0.8].precision >= at[0.0].precision + 0.04
    assert at[0.8].recall >= 0.7
    assert at[0.6].recall >= 0.9


def test_the_parts_share_no_article() -> None:
    parts = Counter({(row.article, row.part) for row in ROWS})
    assert len({article for article, _ in parts}) == len(parts) >= 150
    assert len(ROWS) >= 450


def test_the_shipped_weights_are_those_of_the_table() -> None:
    fitted = fit_weights([row for row in ROWS if row.part == "fit"])
    shipped = {sign: evidence.weight for sign, evidence in read_weights().items()}
    assert {sign: fitted.get(sign, 0.0) for sign in shipped} == pytest.approx(shipped, abs=0.02)


# laws


@given(some_signs, st.sampled_from(SIGNS))
def test_law_a_doubt_never_makes_surer(signs: set[str], more: str) -> None:
    before, after = confidence_of(signs - {more}), confidence_of(signs | {more})
    assert 0 < after < 1
    assert after >= before if more in ENCOURAGING else after <= before


@given(some_signs)
def test_law_order_does_not_matter(signs: set[str]) -> None:
    assert confidence_of(sorted(signs)) == confidence_of(sorted(signs, reverse=True))
    assert doubts_of(sorted(signs)) == doubts_of(sorted(signs, reverse=True))


def test_doubts_are_told_heaviest_first() -> None:
    told = doubts_of(["marked", "office", "causative", "nothing known"])
    assert told == [read_weights()[sign].reason for sign in ("causative", "marked")]
    assert all(read_weights()[sign].weight <= NOTABLE for sign in ("causative", "marked"))


def test_an_unknown_sign_says_nothing() -> None:
    assert confidence_of(["nothing known"]) == confidence_of([])


# the table


def test_a_broken_table_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.confidence.ontology_path", lambda name: tmp_path / name)
    (tmp_path / "confidence.tsv").write_text("sign\tweight\treason\nbase\tmuch\tx\n", "utf-8")
    read_weights.cache_clear()
    with pytest.raises(LexiconError, match=r"confidence\.tsv: base: 'much' is not a number"):
        read_weights()
    read_weights.cache_clear()


def judged(verdict: str, signs: str, *, article: str = "1") -> Judged:
    return Judged(article, "fit", "0-9", "0-3", "5-9", "kaufen", verdict, "-", signs)


def test_fitting_learns_what_goes_wrong() -> None:
    rows = [judged("right", "-")] * 40 + [judged("wrong", "marked")] * 8
    rows += [judged("right", "marked")] * 2 + [judged("right", "parted")] * 4
    weights = fit_weights(rows)
    assert weights[BASE] > 1
    assert weights["marked"] < -1
    assert weights["parted"] == 0
    assert "seldom" not in fit_weights([*rows, judged("wrong", "seldom")])


def test_new_weights_leave_reasons_and_comments(tmp_path: Path) -> None:
    path = tmp_path / "weights.tsv"
    path.write_text("sign\tweight\treason\n# Why.\nbase\t1\tany\nmarked\t-1\tmarks\n", "utf-8")
    write_weights({"base": 2.5}, path)
    assert path.read_text("utf-8") == (
        "sign\tweight\treason\n# Why.\nbase\t2.5\tany\nmarked\t0\tmarks\n"
    )


def test_the_judged_table_is_written_as_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "judged.tsv"
    path.write_text("# Head.\nold\n", "utf-8")
    rows = [judged("right", "marked parted"), judged("wrong", "-")]
    write_table(rows, path)
    assert list(read_table(path, Judged)) == rows
    assert path.read_text("utf-8").startswith("# Head.\narticle\t")


def test_a_report_of_few_statements() -> None:
    told = report([judged("right", "-"), judged("wrong", "causative")])
    assert "2 statements, 0.500 right" in told
    assert "ranking 1.000" in told


def test_nothing_judged_right_ranks_nothing() -> None:
    assert ranking([(0.9, False)]) == 0.5
    assert measure_kept([(0.9, False)], 0.95).precision == 1.0
