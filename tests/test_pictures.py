"""Pictures of networks: the same bytes every time, labels readable, nothing hidden."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.asking.network import KINDS, Evidence, make_network
from kg.asking.pictures import (
    FAMILY_COLOURS,
    FAMILY_OF,
    TEXTS,
    TONE_COLOURS,
    draw_picture,
    labels_above,
    place_nodes,
    tone_of,
    wrap_label,
    write_picture,
)
from kg.errors import KGError

Tie = tuple[str, str, str]


def network(ties: Iterable[Tie], *, kind: str = "Person", score: float | None = -9.0) -> Any:
    """A network of actors named by their IRIs, one statement a tie (who, whom, layer)."""
    edges: dict[Tie, list[Evidence]] = {}
    for number, tie in enumerate(ties):
        evidence = Evidence(
            f"st{number}", "drohen", "object", "…", "a", score=score, published="2019-08-02"
        )
        edges.setdefault(tie, []).append(evidence)
    ends = {end for tie in edges for end in tie[:2]}
    actor = {"kind": kind, "mentions": 1, "articles": 1, "aliases": ()}
    return make_network({end: {"label": end, **actor} for end in ends}, edges)


def texts_of(svg: bytes) -> list[str]:
    root = ET.fromstring(svg)
    return ["".join(e.itertext()).strip() for e in root.iter("{http://www.w3.org/2000/svg}text")]


CHAIN = [("Anna Adler", "Bert Bär", "plain"), ("Bert Bär", "Carla Zorn", "claim")]


@pytest.mark.parametrize("form", ["png", "svg"])
def test_the_same_network_gives_the_same_bytes(form: str) -> None:
    one = draw_picture(network(CHAIN), form=form, title="Wer mit wem")
    two = draw_picture(network(reversed(CHAIN)), form=form, title="Wer mit wem")
    assert one == two
    assert one != draw_picture(network(CHAIN[:1]), form=form, title="Wer mit wem")


def test_a_png_has_size_and_no_date() -> None:
    data = draw_picture(network(CHAIN), title="Wer mit wem")
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    assert width > 800
    assert height > 400
    assert b"tIME" not in data


def test_the_svg_holds_labels_title_period_and_legend_as_text() -> None:
    texts = texts_of(draw_picture(network(CHAIN), form="svg", title="Wer mit wem"))
    assert {"Anna Adler", "Bert Bär", "Carla Zorn", "Wer mit wem"} <= set(texts)
    assert any("2.8.2019" in text and "1 Artikel" in text for text in texts)
    assert {TEXTS["de"][w] for w in ("person", "conflict-strong", "claim", "made")} <= set(texts)
    assert TEXTS["de"]["cooperation"] not in texts, "the legend shows only what is there"


def test_captions_speak_english_too() -> None:
    texts = texts_of(draw_picture(network(CHAIN), form="svg", title="Who", lang="en"))
    assert "strong conflict" in texts
    assert any("2019-08-02" in text and "1 article" in text for text in texts)
    assert TEXTS["de"].keys() == TEXTS["en"].keys()


def test_hostile_labels_are_only_text() -> None:
    hostile = ['<script>x</script>&"', "$\\frac{1}{0}$ 5 $", "a\x00b\nc\u2028d"]
    ties = [(hostile[0], hostile[1], "plain"), (hostile[1], hostile[2], "plain")]
    svg = draw_picture(network(ties), form="svg", title="<b>$x$</b>")
    texts = texts_of(svg)
    assert {hostile[0], hostile[1], "a b c d", "<b>$x$</b>"} <= set(texts)
    assert b"<script" not in svg
    assert draw_picture(network(ties), title="<b>$x$</b>")


def test_claims_are_dashed_and_facts_are_not() -> None:
    plain = draw_picture(network(CHAIN[:1]), form="svg", title="x")
    claim = draw_picture(network(CHAIN[1:]), form="svg", title="x")
    assert b"stroke-dasharray" not in plain
    assert b"stroke-dasharray" in claim


def test_an_empty_network_is_a_picture_that_says_so() -> None:
    texts = texts_of(draw_picture(network([]), form="svg", title="Leer"))
    assert TEXTS["de"]["empty"] in texts
    assert draw_picture(network([]), title="Leer").startswith(b"\x89PNG")


def test_a_large_network_shows_its_heart_and_says_what_is_missing() -> None:
    ties = [("Mitte", f"Rand {number:02}", "plain") for number in range(30)]
    texts = texts_of(draw_picture(network(ties), form="svg", title="x", max_nodes=10))
    assert sum(text.startswith("Rand") for text in texts) == 9
    assert any(TEXTS["de"]["left_out"].format(10, 31) in text for text in texts)


def test_every_kind_and_every_tone_has_a_colour_of_its_own() -> None:
    assert set(FAMILY_OF) == set(KINDS)
    assert set(FAMILY_OF.values()) == set(FAMILY_COLOURS) <= set(TEXTS["de"])
    assert len(set(FAMILY_COLOURS.values())) == len(FAMILY_COLOURS)
    assert {tone_of(score / 2) for score in range(-20, 21)} | {"untyped"} == set(TONE_COLOURS)
    for kind in ("State", "Group"):
        svg = draw_picture(network(CHAIN[:1], kind=kind), form="svg", title="x")
        assert FAMILY_COLOURS[FAMILY_OF[kind]].encode() in svg


def test_the_file_ending_decides(tmp_path: Path) -> None:
    write_picture(network(CHAIN), tmp_path / "n.SVG", title="x")
    assert b"<svg" in (tmp_path / "n.SVG").read_bytes()
    with pytest.raises(KGError, match=r"\.png or \.svg"):
        write_picture(network(CHAIN), tmp_path / "n.jpg", title="x")
    with pytest.raises(KGError, match="cannot be written"):
        write_picture(network(CHAIN), tmp_path / "missing" / "n.png", title="x")


def test_importing_pictures_does_not_import_matplotlib() -> None:
    code = "import sys, kg.asking.pages; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


TIES = st.lists(
    st.tuples(st.integers(0, 25), st.integers(0, 25)).filter(lambda ends: ends[0] != ends[1]),
    min_size=1,
    max_size=40,
)


@settings(max_examples=25, deadline=None)
@given(TIES, st.floats(20, 160), st.floats(12, 60))
def test_no_two_boxes_touch(ties: list[tuple[int, int]], width: float, height: float) -> None:
    graph = network((f"{who:02}", f"{whom:02}", "plain") for who, whom in ties)
    boxes = {n: (width * (1 + int(n) % 3), height) for n in graph.nodes}
    places = place_nodes(graph, boxes)
    assert set(places) == set(graph.nodes)
    for one, two in combinations(places, 2):
        across = abs(places[one][0] - places[two][0]) - (boxes[one][0] + boxes[two][0]) / 2
        up = abs(places[one][1] - places[two][1]) - (boxes[one][1] + boxes[two][1]) / 2
        assert max(across, up) > 0, (one, two)


def test_a_label_stands_where_fewer_edges_are() -> None:
    graph = network([("top", "bottom", "plain")])
    assert labels_above(graph, {"top": (0, 10), "bottom": (0, 0)}) == {"top"}


@given(st.text(max_size=60))
def test_labels_are_short_printable_lines(label: str) -> None:
    lines = wrap_label(label)
    assert 1 <= len(lines) <= 2
    assert all(re.fullmatch(r".{1,30}", line) and line.isprintable() for line in lines)
