"""Timelines and matrices: counted once, claims hatched, the same bytes every time."""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from kg.asking.charts import (
    draw_matrix,
    draw_timeline,
    order_actors,
    write_matrix,
    write_timeline,
)
from kg.asking.network import Evidence, make_network
from kg.asking.sheets import TEXTS, THEMES
from kg.errors import KGError, NotFoundError

Ties = Mapping[tuple[str, str, str], list[tuple[str, str | None, float | None]]]
"""Statement, day and score by who, whom and layer."""

DE = TEXTS["de"]


def network(ties: Ties) -> Any:
    edges = {
        ends: [
            Evidence(st, "drohen", "object", "…", "a", score=score, published=day, publisher="Bote")
            for st, day, score in found
        ]
        for ends, found in ties.items()
    }
    facts = {"kind": "Person", "mentions": 1, "articles": 1, "aliases": ("Chef",)}
    return make_network({end: {"label": end, **facts} for e in ties for end in e[:2]}, edges)


STORY: Ties = {
    ("Anna", "Bert", "plain"): [("s1", "2021-03-01", -9.0), ("s2", "2021-03-03", -2.0)],
    ("Bert", "Anna", "claim"): [("s3", "2021-03-10", 6.0)],
    ("Anna", "Carla", "plain"): [("s1", "2021-03-01", -9.0), ("s4", "2021-03-20", None)],
    ("Carla", "Dirk", "plain"): [("s5", None, 3.0)],
}
"""Four dated statements, one of them about two, and one without a date."""


def texts_of(svg: bytes) -> list[str]:
    root = ET.fromstring(svg)
    return ["".join(e.itertext()).strip() for e in root.iter("{http://www.w3.org/2000/svg}text")]


def timeline(ties: Ties = STORY, **options: Any) -> list[str]:
    return texts_of(draw_timeline(network(ties), form="svg", title="Wann", **options))


def matrix(ties: Ties = STORY, **options: Any) -> list[str]:
    return texts_of(draw_matrix(network(ties), form="svg", title="Wer wem", **options))


# --- timeline


def test_each_statement_counts_once_and_undated_ones_are_told() -> None:
    (caption,) = (text for text in timeline() if "1.3.2021" in text)
    assert DE["statements"].format(4) in caption
    assert DE["undated"].format(1) in caption
    assert DE["timeline"].format(DE["week"]) in caption


def test_a_timeline_has_title_sources_legend_and_sides() -> None:
    texts = timeline()
    assert {"Wann", "Quellen: Bote", DE["conflict-strong"], DE["claim"], DE["rest"]} <= set(texts)
    assert DE["neutral"] not in texts
    assert texts.count(DE["rise"]) == 1, "a side; the only cooperation is strong"


def test_claims_are_hatched_and_facts_are_not() -> None:
    plain = draw_timeline(network({("A", "B", "plain"): STORY["Anna", "Bert", "plain"]}),
                          form="svg", title="x")  # fmt: skip
    assert b"<pattern" not in plain
    assert b"<pattern" in draw_timeline(network(STORY), form="svg", title="x")


def test_a_timeline_of_one_actor() -> None:
    (caption,) = (text for text in timeline(actor="carla") if "2021" in text and "·" in text)
    assert DE["statements"].format(2) in caption
    assert DE["of_actor"].format("Carla") in caption
    with pytest.raises(NotFoundError, match="Zora"):
        timeline(actor="Zora")


@pytest.mark.parametrize(
    ("last", "step"), [("2021-11-01", "week"), ("2023-06-01", "month"), ("2039-01-01", "year")]
)
def test_bars_suit_the_period(last: str, step: str) -> None:
    ties = {("A", "B", "plain"): [("s1", "2021-03-01", 1.0), ("s2", last, -1.0)]}
    assert any(DE["timeline"].format(DE[step]) in text for text in timeline(ties))
    years = {text for text in timeline(ties) if text in {"2021", "2022", "2023", "2039"}}
    assert "2021" in years


def test_a_step_can_be_chosen() -> None:
    assert "Mär" in timeline(step="month")
    with pytest.raises(KGError, match="week, month, year"):
        timeline(step="day")


def test_far_away_days_are_no_trouble() -> None:
    ties = {("A", "B", "plain"): [("s1", "0001-01-01", 1.0), ("s2", "9999-12-31", -1.0)]}
    assert "1" in timeline({("A", "B", "plain"): ties["A", "B", "plain"][:1]})
    assert draw_timeline(network(ties), form="svg", title="x")
    with pytest.raises(KGError, match="longer step"):
        timeline(ties, step="week")


def test_no_dates_is_a_picture_that_says_so() -> None:
    assert DE["no_dates"] in timeline(
        {("A", "B", "plain"): [("s", None, 1.0), ("t", "im Mai", 2.0)]}
    )
    assert DE["no_dates"] in timeline({})


# --- matrix


def test_a_matrix_has_counts_and_names_on_both_sides() -> None:
    texts = matrix()
    assert texts.count("Anna") == texts.count("Dirk") == 2
    assert texts.count("2") == 2
    assert any(DE["matrix"] in text for text in texts)


def test_a_matrix_shows_the_heart_and_says_so() -> None:
    ties = {("Mitte", f"Rand {n:02}", "plain"): [(f"s{n}", None, 1.0)] for n in range(40)}
    texts = matrix(ties, max_nodes=10)
    assert sum(text.startswith("Rand") for text in texts) == 18
    assert any(DE["left_out"].format(10, 41) in text for text in texts)
    assert DE["empty"] in matrix({})


def test_those_who_deal_with_each_other_stand_together() -> None:
    ties = {
        (who, whom, "plain"): [(who + whom, None, 1.0)]
        for who, whom in ("ac", "ce", "ea", "bd", "df", "fb", "db")
    }
    assert order_actors(network(ties)) == ["b", "d", "f", "a", "c", "e"]


# --- both

DRAW = {"timeline": draw_timeline, "matrix": draw_matrix}


@pytest.mark.parametrize("draw", DRAW.values(), ids=DRAW)
def test_themes_formats_and_languages(draw: Any) -> None:
    dark = draw(network(STORY), form="svg", title="x", theme="dark")
    assert THEMES["dark"].paper.encode() in dark
    assert THEMES["light"].tones["conflict-strong"].encode() not in dark
    assert draw(network(STORY), title="x").startswith(b"\x89PNG")
    assert "made with newskg" in texts_of(draw(network(STORY), form="svg", title="x", lang="en"))
    with pytest.raises(KGError, match="light, dark"):
        draw(network(STORY), title="x", theme="pink")
    with pytest.raises(KGError, match="png, svg"):
        draw(network(STORY), title="x", form="pdf")


@pytest.mark.parametrize("draw", DRAW.values(), ids=DRAW)
def test_hostile_names_and_titles_are_only_text(draw: Any) -> None:
    names = ["<script>x</script>", "$\\frac{1}$ \ud800", "\x00\x1b[31m", ""]
    ties = {(names[n], names[n - 1], "plain"): [(f"s{n}", "2021-01-01", 1.0)] for n in range(4)}
    svg = draw(network(ties), form="svg", title="</svg><b>\x00\ud800 $x^2$" * 9)
    assert b"<script" not in svg and b"<b>" not in svg
    assert any(text.startswith("</svg><b>") for text in texts_of(svg))
    assert draw(network(ties), title="</svg>\x00")


CODE = """
import sys
sys.path.insert(0, sys.argv[1])
from test_charts import DRAW, STORY, network
from kg.asking.pictures import draw_picture
for draw in (*DRAW.values(), lambda *a, **o: draw_picture(*a, colour="community", **o)):
    sys.stdout.buffer.write(draw(network(STORY), form="svg", title="x"))
"""


def test_the_same_network_gives_the_same_bytes_in_another_process() -> None:
    done = [
        subprocess.run(
            [sys.executable, "-c", CODE, str(Path(__file__).parent)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert done[0] == done[1]
    assert done[0].count(b"</svg>") == 3


@pytest.mark.parametrize("write", [write_timeline, write_matrix])
def test_the_file_ending_decides(write: Any, tmp_path: Path) -> None:
    write(network(STORY), tmp_path / "n.svg", title="x")
    assert b"<svg" in (tmp_path / "n.svg").read_bytes()
    with pytest.raises(KGError, match=r"\.png or \.svg"):
        write(network(STORY), tmp_path / "n.pdf", title="x")
    with pytest.raises(KGError, match="cannot be written"):
        write(network(STORY), tmp_path / "missing" / "n.png", title="x")
    assert [path.name for path in tmp_path.iterdir()] == ["n.svg"]


def test_weeks_begin_on_mondays_and_have_no_gaps() -> None:
    texts = timeline()
    mondays = [f"{day.day}.{day.month}." for day in (
        datetime.date(2021, 3, 1) + datetime.timedelta(weeks=n) for n in range(3)
    )]  # fmt: skip
    assert [text for text in texts if text in mondays] == mondays
