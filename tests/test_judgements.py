"""What people decided: a file that only grows, where the last line about a pair counts."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import InputError
from kg.knowing.identity import Verdict
from kg.knowing.judgements import (
    VERDICTS,
    Judgement,
    append_judgement,
    judgements_path,
    read_judgements,
    standing,
    verdicts_of,
)
from kg.knowing.profiles import ProfileKey

A, B, C = (ProfileKey(article, "person-jan-holm") for article in "abc")
HEAD = "verdict\tone\tother\tone_name\tother_name\twho\twhen\twhy\n"


def judge(verdict: str, one: ProfileKey = A, other: ProfileKey = B, why: str = "") -> Judgement:
    return Judgement(verdict, one, other, "Jan Holm", "Holm", "eva", "2024-03-01T10:00:00Z", why)


def test_a_file_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "j.tsv"
    append_judgement(path, judge("same", why="one voice"))
    append_judgement(path, judge("undone"))
    assert path.read_text(encoding="utf-8") == (
        HEAD + "same\tperson-jan-holm@a\tperson-jan-holm@b\tJan Holm\tHolm\teva\t"
        "2024-03-01T10:00:00Z\tone voice\n"
        "undone\tperson-jan-holm@a\tperson-jan-holm@b\tJan Holm\tHolm\teva\t"
        "2024-03-01T10:00:00Z\t\n"
    )
    assert read_judgements(path) == [judge("same", why="one voice"), judge("undone")]


def test_where_it_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KG_JUDGEMENTS", raising=False)
    assert judgements_path(tmp_path / "news") == tmp_path / "news.judgements.tsv"
    monkeypatch.chdir(tmp_path)
    assert judgements_path(Path("news")) == Path("news.judgements.tsv")
    (tmp_path / "news").mkdir()
    monkeypatch.chdir(tmp_path / "news")
    assert judgements_path(Path(".")).resolve() == tmp_path / "news.judgements.tsv"
    monkeypatch.setenv("KG_JUDGEMENTS", "elsewhere.tsv")
    assert judgements_path(tmp_path / "news") == Path("elsewhere.tsv")


def test_no_file_is_no_judgement(tmp_path: Path) -> None:
    assert read_judgements(tmp_path / "none.tsv") == []


def test_edited_by_hand(tmp_path: Path) -> None:
    """Comments, empty lines, line ends of another system, no column for the reason."""
    path = tmp_path / "j.tsv"
    line = "same\tperson-jan-holm@a\tperson-jan-holm@b\tJan Holm\tHolm\teva\t2024-03-01T10:00:00Z"
    path.write_bytes(f"# ours\r\n\r\n{HEAD.strip()}\r\n# not sure\r\n{line}".encode())
    assert read_judgements(path) == [judge("same")]
    append_judgement(path, judge("different"))
    assert read_judgements(path) == [judge("same"), judge("different")]


BROKEN = {
    "no columns": ("same\ta@b\n", 1, "the first line names the columns"),
    "unknown verdict": (HEAD + "maybe\ta@b\tc@d\t\t\t\t\t\n", 2, "not a judgement"),
    "too many cells": (HEAD + "same" + "\ta@b" * 9 + "\n", 2, "not a judgement"),
    "no article": (HEAD + "\nsame\tperson-x\tc@d\t\t\t\t\t\n", 3, "'person-x' is not an id"),
    "no id": (HEAD + "same\tc@d\t@a\t\t\t\t\t\n", 2, "'@a' is not an id"),
    "cut off": (HEAD + "same\ta@b\tc@d\t\t\t\t\t\nsa", 3, "not a judgement: 'sa'"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_line_is_named(tmp_path: Path, fault: str) -> None:
    text, line, why = BROKEN[fault]
    (tmp_path / "j.tsv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        read_judgements(tmp_path / "j.tsv")
    assert str(raised.value).startswith(f"{tmp_path / 'j.tsv'}:{line}: ")
    assert why in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("harm", ["not utf-8", "folder"])
def test_a_file_that_cannot_be_read(tmp_path: Path, harm: str) -> None:
    path = tmp_path / "j.tsv"
    if harm == "folder":
        path.mkdir()
    else:
        path.write_bytes(HEAD.encode() + b"same\t\xff")
    with pytest.raises(InputError, match=r"j\.tsv"):
        read_judgements(path)
    if harm == "folder":
        with pytest.raises(InputError, match=r"j\.tsv"):
            append_judgement(path, judge("same"))


def test_the_last_line_about_a_pair_counts_whichever_stands_first() -> None:
    lines = [judge("same"), judge("different", B, A), judge("same", A, C)]
    assert standing(lines) == lines[1:]
    assert standing([*lines, judge("undone")]) == lines[2:]
    assert standing([*lines, judge("undone"), judge("same")]) == [lines[2], judge("same")]


def test_what_the_program_hears() -> None:
    said = [judge("same", why="one voice"), judge("different", A, C), judge("unsure", B, C)]
    assert verdicts_of(said) == [
        Verdict(A, B, True, "judged same by eva on 2024-03-01 (one voice)"),
        Verdict(A, C, False, "judged different by eva on 2024-03-01"),
    ]


KEYS = st.builds(
    ProfileKey,
    st.text("abc019-", min_size=1, max_size=5),
    st.text("abcdefgh-@", min_size=1, max_size=8).filter(lambda t: t.strip("@")),
)
ANY = st.text(alphabet=st.characters(exclude_categories=()), max_size=20)
JUDGEMENTS = st.builds(Judgement, st.sampled_from(VERDICTS), KEYS, KEYS, ANY, ANY, ANY, ANY, ANY)


@given(st.lists(JUDGEMENTS, min_size=1, max_size=5))
def test_whatever_is_written_stays_one_line_and_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, judgements: list[Judgement]
) -> None:
    path = tmp_path_factory.mktemp("any") / "j.tsv"
    for judgement in judgements:
        append_judgement(path, judgement)
    found = read_judgements(path)
    assert [(j.verdict, j.one, j.other) for j in found] == [
        (j.verdict, j.one, j.other) for j in judgements
    ]
    assert all("\x1b" not in j.why + j.one_name + j.who for j in found)


@given(st.lists(JUDGEMENTS, max_size=8))
def test_each_pair_stands_once_in_the_order_of_its_last_line(judgements: list[Judgement]) -> None:
    left = standing(judgements)
    assert len({j.pair for j in left}) == len(left)
    places = [max(n for n, j in enumerate(judgements) if j.pair == k.pair) for k in left]
    assert all(a < b for a, b in pairwise(places))
    assert standing(left) == left
