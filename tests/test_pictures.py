"""Pictures of networks: the same bytes every time, labels readable, nothing hidden."""

from __future__ import annotations

import random
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

from kg.asking.measures import find_communities
from kg.asking.network import KINDS, Evidence, make_network
from kg.asking.pictures import (
    COLOURINGS,
    FAMILY_COLOURS,
    FAMILY_OF,
    TEXTS,
    TONE_COLOURS,
    _sketch,
    draw_picture,
    keep_strongest,
    labels_above,
    pick_heart,
    place_nodes,
    route_edges,
    tone_of,
    wrap_label,
    write_picture,
)
from kg.asking.sheets import MARGIN, THEMES, fit_text, text_width, wrap_title
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


# --- large and small networks


def random_network(actors: int, ties: int) -> Any:
    rng = random.Random(5)
    names = [f"Actor {n:03} of the {'Northern ' * (n % 3)}League" for n in range(actors)]
    ends = [(rng.choice(names), rng.choice(names[: actors // 4])) for _ in range(ties)]
    return network((a, b, rng.choice(["plain", "claim"])) for a, b in ends if a != b)


def weights(graph: Any) -> dict[str, int]:
    return {node: graph.degree(node) for node in graph.nodes}


@pytest.mark.parametrize(("actors", "ties"), [(5, 9), (40, 70), (500, 1500)])
def test_labels_and_circles_never_overlap(actors: int, ties: int) -> None:
    graph = pick_heart(random_network(actors, ties), 60)
    sketch = _sketch(graph, weights(graph))
    boxes = []
    for node, (x, y) in sketch.places.items():
        radius, frames = sketch.radius[node], sketch.label_frames(node)
        boxes.append((node, (x - radius, y - radius, x + radius, y + radius)))
        boxes += [(node, frame) for frame in frames]
        for left, bottom, right, top in frames:
            assert left > MARGIN / 2 and right < sketch.width - MARGIN / 2
            assert bottom > 0 and top < sketch.height
    for (one, a), (two, b) in combinations(boxes, 2):
        apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
        assert one == two or apart, (one, two)


@pytest.mark.parametrize(("actors", "ties"), [(5, 9), (40, 70)])
def test_arrows_end_outside_circles_and_labels(actors: int, ties: int) -> None:
    graph = random_network(actors, ties)
    sketch = _sketch(graph, weights(graph))
    obstacles = {node: sketch.obstacle(node) for node in graph.nodes}
    for (who, whom, _), route in route_edges(graph, obstacles).items():
        for end, point in ((who, route.points[0]), (whom, route.points[-1])):
            (x, y), radius, frames = obstacles[end]
            assert (point[0] - x) ** 2 + (point[1] - y) ** 2 > radius**2
            for left, bottom, right, top in frames:
                assert not (left < point[0] < right and bottom < point[1] < top)


def test_edges_of_one_pair_never_lie_on_each_other() -> None:
    graph = network([(a, b, layer) for a, b in ("ab", "ba") for layer in ("plain", "claim")])
    sketch = _sketch(graph, weights(graph))
    routes = route_edges(graph, {node: sketch.obstacle(node) for node in graph.nodes})
    sides = [route.bend * (1 if who < whom else -1) for (who, whom, _), route in routes.items()]
    assert all(abs(one - two) > 0.07 for one, two in combinations(sides, 2))


def test_the_heart_has_as_many_actors_as_there_is_room_for() -> None:
    pairs = [(f"A{n}", f"B{n}", "plain") for n in range(20)]
    assert len(pick_heart(network(pairs), 9)) == 8
    assert len(pick_heart(network(pairs), 60)) == 40
    assert pick_heart(network(pairs), 9).graph["left_out"]["actors"] == 32


def test_a_dense_network_shows_its_strongest_edges_and_says_so() -> None:
    names = [f"Actor {n:02}" for n in range(12)]
    ties = [(a, b, "plain") for a in names for b in names if a < b]
    strong = [("Actor 03", "Actor 07", "plain")] * 5
    thin = keep_strongest(network(ties + strong), 20)
    assert set(thin.nodes) == set(names)
    assert min(dict(thin.degree).values()) > 0
    assert thin.number_of_edges() <= 20 + 12
    assert thin.has_edge("Actor 03", "Actor 07")
    texts = texts_of(draw_picture(network(ties), form="svg", title="x"))
    assert any(re.search(r"die \d+ stärksten von 66 Verbindungen", text) for text in texts)


def test_communities_are_named_after_their_centre() -> None:
    ties = [(f"Nord {n}", "Nordchef", "plain") for n in range(4)]
    ties += [(f"Süd {n}", "Südchef", "plain") for n in range(3)]
    ties += [("Nordchef", "Südchef", "plain"), ("Paar", "Partner", "plain")]
    graph = network(ties)
    assert [len(group) for group in find_communities(graph)] == [5, 4, 2]
    texts = texts_of(draw_picture(graph, form="svg", title="x", colour="community"))
    assert {"um Nordchef", "um Südchef", TEXTS["de"]["others"]} <= set(texts)
    with pytest.raises(KGError, match="kind, community"):
        draw_picture(graph, title="x", colour="age")


# --- themes


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("colour", COLOURINGS)
def test_every_theme_draws_in_its_own_colours(theme: str, colour: str) -> None:
    svg = draw_picture(network(CHAIN), form="svg", title="x", theme=theme, colour=colour)
    other = THEMES["light" if theme == "dark" else "dark"]
    assert THEMES[theme].paper.encode() in svg
    assert THEMES[theme].tones["conflict-strong"].encode() in svg
    assert not any(c.encode() in svg for c in (other.ink, other.tones["conflict-strong"]))


def test_an_unknown_theme_is_refused() -> None:
    with pytest.raises(KGError, match="light, dark"):
        draw_picture(network(CHAIN), title="x", theme="pink")


def linear(colour: str) -> list[float]:
    channels = [value / 255 for value in bytes.fromhex(colour[1:])]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def contrast(one: str, two: str) -> float:
    light = sorted(0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in map(linear, (one, two)))
    return (light[1] + 0.05) / (light[0] + 0.05)


BLINDNESS = {
    "none": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
               [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
               [-0.011820, 0.042940, 0.968881]],
}  # fmt: skip
"""How full colour blindness sees linear red, green and blue (Machado et al. 2009)."""


def oklab(colour: str, matrix: list[list[float]]) -> list[float]:
    seen = [sum(m * c for m, c in zip(row, linear(colour), strict=True)) for row in matrix]
    r, g, b = (min(max(c, 0.0), 1.0) for c in seen)
    l, m, s = (  # noqa: E741
        (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3),
        (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3),
        (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3),
    )
    return [
        0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
        1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
        0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
    ]


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_writing_can_be_read(theme: Any) -> None:
    for colour in (theme.ink, theme.soft, theme.faint):
        assert contrast(colour, theme.paper) >= 4.5


@pytest.mark.parametrize("eyes", BLINDNESS)
@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_colours_are_told_apart_by_all_eyes(theme: Any, eyes: str) -> None:
    for colours in (theme.families.values(), theme.tones.values(), theme.groups):
        seen = {colour: oklab(colour, BLINDNESS[eyes]) for colour in (*colours, theme.paper)}
        for one, two in combinations(seen, 2):
            far = sum((a - b) ** 2 for a, b in zip(seen[one], seen[two], strict=True)) ** 0.5
            assert far > 0.06, (one, two)


# --- words


@given(st.text(max_size=400))
@settings(max_examples=30, deadline=None)
def test_a_title_fits_its_room(title: str) -> None:
    lines = wrap_title(title, 300)
    assert len(lines) <= 3
    assert all(text_width(line, 15, bold=True) <= 300 for line in lines)


def test_a_text_is_shortened_only_where_it_must_be() -> None:
    assert fit_text("Norda", 9, 100) == "Norda"
    assert fit_text("Nordamerikanische Zone", 9, 60).endswith("…")
    assert wrap_title("", 300) == [""]


def test_pictures_are_written_whole_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "n.svg").mkdir()
    with pytest.raises(KGError, match="cannot be written"):
        write_picture(network(CHAIN), tmp_path / "n.svg", title="x")
    assert [path.name for path in tmp_path.iterdir()] == ["n.svg"]


def test_sources_are_publishers_or_where_articles_lie() -> None:
    assert not any(
        "Quellen" in t for t in texts_of(draw_picture(network(CHAIN), form="svg", title="x"))
    )
    actor = {"kind": "Person", "mentions": 1, "articles": 1, "aliases": ()}
    told = Evidence(
        "s", "r", "object", "…", "a", url="https://www.bote.example/1", source="x/y.txt"
    )
    graph = make_network({n: {"label": n, **actor} for n in "ab"}, {("a", "b", "plain"): [told]})
    assert "Quellen: bote.example" in texts_of(draw_picture(graph, form="svg", title="x"))
