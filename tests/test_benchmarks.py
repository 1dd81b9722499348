"""How the benchmarks judge; what they measure needs articles that are not here."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest

from kg.lexicon import read_table

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))

import coreference
from coreference import GOLD, OPEN, RIGHT, WRONG, Anaphor, Links, judge_article, write_table

NAME, HE, HIS, OTHER = (0, 4), (10, 12), (20, 23), (30, 34)


def anaphor(span: tuple[int, int], referent: tuple[int, int] | None = NAME) -> Anaphor:
    start, end = map(str, referent) if referent else ("-", "-")
    return Anaphor("1", "pronoun", str(span[0]), str(span[1]), start, end)


@pytest.mark.parametrize(
    ("entities", "refers", "expected"),
    [
        ({NAME: "a", HE: "a"}, {HE: NAME}, RIGHT),
        ({NAME: "a", OTHER: "b", HE: "b"}, {HE: OTHER}, WRONG),
        ({NAME: "a", HE: "b"}, {}, OPEN),
        ({NAME: "a"}, {}, OPEN),
        ({NAME: "a", HIS: "b", HE: "b"}, {HE: HIS}, RIGHT),  # the chain holds both
    ],
)
def test_a_link_is_right_when_it_stays_in_the_chain(
    entities: dict[tuple[int, int], str],
    refers: dict[tuple[int, int], tuple[int, int]],
    expected: str,
) -> None:
    gold = [anaphor(HE), anaphor(HIS)]
    verdicts = dict(judge_article(gold, Links(entities, refers)))
    assert verdicts[gold[0]] == expected


def test_who_stands_for_nobody_must_not_be_linked() -> None:
    gold = [anaphor(HE, None)]
    assert [v for _, v in judge_article(gold, Links({NAME: "a"}, {}))] == [RIGHT]
    linked = Links({NAME: "a", HE: "a"}, {HE: NAME})
    assert [v for _, v in judge_article(gold, linked)] == [WRONG]


def test_the_table_counts_open_links_as_missed_but_not_as_wrong() -> None:
    judged = [(anaphor(HE), v, "") for v in (RIGHT, RIGHT, WRONG, OPEN)]
    assert list(write_table(judged))[-1].split()[-2:] == ["0.500", "0.667"]


def test_the_gold_is_whole() -> None:
    rows = list(read_table(GOLD, Anaphor))
    assert len(rows) >= 300
    assert len({row.article for row in rows}) >= 25
    assert all(row.span[0] < row.span[1] for row in rows)
    assert not [key for key, n in Counter((r.article, r.span) for r in rows).items() if n > 1]
    assert coreference.GOLD.exists()
