"""Still pictures of a network of actors that can be printed: PNG and SVG.

The same network gives the same bytes every time. Labels never overlap, because
nodes are moved apart until their labels have room. Colours are told apart by
colour-blind readers (Okabe and Ito 2008 for kinds; red, grey and blue for conflict
and cooperation). matplotlib is imported only when a picture is drawn.
"""

from __future__ import annotations

import io
import math
import textwrap
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx

from kg.asking.network import keep_heart, weigh_actors
from kg.errors import KGError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from kg.asking.network import Network

    Points = NDArray[Any]

FORMATS = ("png", "svg")

Place = tuple[float, float]
Box = tuple[float, float]
"""Width and height that a node needs for itself and its label, in points."""

FAMILY_OF: Mapping[str, str] = {
    "Person": "person",
    "Group": "group",
    "State": "state",
    "Government": "state",
    "Organisation": "organisation",
    "InternationalOrganisation": "organisation",
    "Alliance": "organisation",
    "PoliticalParty": "party",
    "ArmedGroup": "armed",
    "Military": "armed",
    "Company": "business",
    "Media": "business",
}
"""The family of kinds that shares one colour."""

FAMILY_COLOURS: Mapping[str, str] = {
    "person": "#0072b2",
    "state": "#009e73",
    "organisation": "#56b4e9",
    "party": "#cc79a7",
    "armed": "#d55e00",
    "business": "#e69f00",
    "group": "#f0e442",
}

TONE_COLOURS: Mapping[str, str] = {
    "conflict-strong": "#a50026",
    "conflict": "#e2714f",
    "neutral": "#5c5c5c",
    "cooperation": "#6fa3d0",
    "cooperation-strong": "#313695",
    "untyped": "#c2c2c2",
}
"""Colours of edges, from material conflict to material cooperation; see :func:`tone_of`."""

TEXTS: Mapping[str, Mapping[str, str]] = {
    "de": {
        "person": "Person",
        "state": "Staat, Regierung",
        "organisation": "Organisation",
        "party": "Partei",
        "armed": "Militär, bewaffnete Gruppe",
        "business": "Unternehmen, Medium",
        "group": "Gruppe",
        "conflict-strong": "starker Konflikt",
        "conflict": "Konflikt",
        "neutral": "neutral",
        "cooperation": "Zusammenarbeit",
        "cooperation-strong": "starke Zusammenarbeit",
        "untyped": "nicht eingeordnet",
        "claim": "nur behauptet, gefordert, geplant",
        "article": "1 Artikel",
        "articles": "{} Artikel",
        "left_out": "Gezeigt sind die {} wichtigsten von {} Akteuren",
        "empty": "Keine Handlungen zwischen Akteuren gefunden",
        "sources": "Quellen: {}",
        "made": "erstellt mit newskg",
        "day": "{2}.{1}.{0}",
        "more": "und weitere",
    },
    "en": {
        "person": "person",
        "state": "state, government",
        "organisation": "organisation",
        "party": "party",
        "armed": "military, armed group",
        "business": "company, media",
        "group": "group",
        "conflict-strong": "strong conflict",
        "conflict": "conflict",
        "neutral": "neutral",
        "cooperation": "cooperation",
        "cooperation-strong": "strong cooperation",
        "untyped": "not classified",
        "claim": "only claimed, demanded, planned",
        "article": "1 article",
        "articles": "{} articles",
        "left_out": "Showing the {} most important of {} actors",
        "empty": "No dealings between actors found",
        "sources": "Sources: {}",
        "made": "made with newskg",
        "day": "{0}-{1:02}-{2:02}",
        "more": "and others",
    },
}
"""The words of the pictures by language."""

_FONT = 9.0
_LINE = 1.22 * _FONT
_GAP = 7.0
_MARGIN = 26.0
_HEAD = 62.0
_ASPECT = 1.45
_SEED = 7


def write_picture(
    graph: Network, out: Path, *, title: str, lang: str = "de", max_nodes: int = 60
) -> None:
    """Draw a network into a file ending in ``.png`` or ``.svg``; see :func:`draw_picture`.

    Raises KGError for another ending and for a file that cannot be written.
    """
    form = out.suffix.lower().lstrip(".")
    if form not in FORMATS:
        raise KGError(f"{out}: a picture ends in .png or .svg")
    data = draw_picture(graph, form=form, title=title, lang=lang, max_nodes=max_nodes)
    try:
        out.write_bytes(data)
    except OSError as error:
        raise KGError(f"{out}: cannot be written ({error.strerror})") from error


def draw_picture(
    graph: Network, *, form: str = "png", title: str, lang: str = "de", max_nodes: int = 60
) -> bytes:
    """The picture of a network as the bytes of a ``png`` or ``svg`` file.

    Nodes are sized by the number of statements they take part in and coloured by kind; edges
    are as thick as their statements are many, coloured from conflict to cooperation, and
    dashed where they are claims. Above ``max_nodes`` only the heart is drawn, and the picture
    says so, as an empty network's picture says that there is nothing. ``lang`` is the language
    of legend and captions, ``de`` or ``en``.
    """
    import matplotlib as mpl

    heart = keep_heart(graph, max_nodes)
    settings: dict[Any, Any] = {
        "font.family": ["DejaVu Sans"],
        "font.size": _FONT,
        "svg.fonttype": "none",
        "svg.hashsalt": "newskg",
        "text.parse_math": False,
        "path.simplify": False,
    }
    metadata = {"Software": "newskg"} if form == "png" else {"Date": None, "Creator": "newskg"}
    out = io.BytesIO()
    with mpl.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        figure = _draw_figure(heart, title=title, words=TEXTS[lang])
        figure.savefig(out, format=form, dpi=150, metadata=metadata)
    return out.getvalue()


def tone_of(score: float | None) -> str:
    """The step between conflict and cooperation of a score in [-10, 10].

    >>> tone_of(-9.0), tone_of(-2.0), tone_of(0.0), tone_of(2.5), tone_of(9.5), tone_of(None)
    ('conflict-strong', 'conflict', 'neutral', 'cooperation', 'cooperation-strong', 'untyped')
    """
    if score is None:
        return "untyped"
    if abs(score) < 1:
        return "neutral"
    side = "conflict" if score < 0 else "cooperation"
    return f"{side}-strong" if abs(score) >= 5 else side


def wrap_label(label: str, *, width: int = 20, lines: int = 2) -> tuple[str, ...]:
    """A label broken into short lines, shortened with an ellipsis where it is too long.

    >>> wrap_label("Koordinator für Terrorismusbekämpfung der US-Regierung")
    ('Koordinator für', 'Terrorismusbekämpfung…')
    >>> wrap_label("Donaudampfschifffahrtsgesellschaftskapitänin", width=14)
    ('Donaudampfschifffahr…',)
    """
    clean = " ".join("".join(c if c.isprintable() else " " for c in label).split())
    broken = textwrap.wrap(clean, width, break_long_words=False, break_on_hyphens=False)
    if len(broken) > lines:
        broken = [*broken[: lines - 1], broken[lines - 1] + "…"]
    longest = width * 3 // 2
    cut = (x if len(x) <= longest else x[: longest - 1].rstrip("… ") + "…" for x in broken)
    return tuple(cut) or ("?",)


# --- where the nodes go


def place_nodes(
    graph: Network, boxes: Mapping[str, Box], *, aspect: float = _ASPECT
) -> dict[str, Place]:
    """A place for the middle of every node so that no two boxes touch; y grows upwards.

    ``boxes`` gives the room that each node needs, in the unit of the result. Parts of the
    network that hang together are laid out by themselves and packed side by side into a
    rectangle about ``aspect`` times as wide as high, the largest first.
    """
    flat: nx.Graph[str] = nx.Graph()
    flat.add_nodes_from(graph.nodes)
    flat.add_edges_from(graph.edges())
    parts = sorted(nx.connected_components(flat), key=lambda part: (-len(part), min(part)))
    islands = [_place_part(flat.subgraph(part), boxes, aspect) for part in parts]
    return _pack_islands(islands, boxes, aspect)


def _place_part(part: Any, boxes: Mapping[str, Box], aspect: float) -> dict[str, Place]:
    """One connected part, spread until its boxes have room."""
    import numpy as np

    nodes = sorted(part.nodes)
    ordered: nx.Graph[str] = nx.Graph()
    ordered.add_nodes_from(nodes)
    ordered.add_edges_from(sorted(tuple(sorted(edge)) for edge in part.edges))
    rough = _rough_layout(ordered)
    unit = np.array([rough[node] for node in nodes], dtype=float)
    room = np.array([boxes[node] for node in nodes], dtype=float) + np.array([_GAP, 2 * _GAP])
    spread = _spread_boxes(_scale_to_room(unit, room, aspect), room)
    return {node: (float(x), float(y)) for node, (x, y) in zip(nodes, spread, strict=True)}


def _rough_layout(graph: Any) -> dict[str, Any]:
    if len(graph) == 1:
        return {node: (0.0, 0.0) for node in graph}
    if len(graph) == 2:
        return {node: (float(place), 0.0) for place, node in enumerate(graph)}
    start = nx.kamada_kawai_layout(graph) if len(graph) <= 80 else None
    if start is not None and len(graph) <= 12:
        return dict(start)
    options: dict[str, Any] = {"k": 1.6 / math.sqrt(len(graph)), "seed": _SEED, "method": "force"}
    rounds = 40 if start is not None else 200
    return dict(nx.spring_layout(graph, pos=start, iterations=rounds, **options))


def _scale_to_room(unit: Points, room: Points, aspect: float) -> Points:
    """Turn the longer side flat and scale so that the boxes fill about a third of the area."""
    import numpy as np

    middle = unit - unit.mean(axis=0)
    _, _, axes = np.linalg.svd(middle, full_matrices=False)
    turned = middle @ axes.T if len(unit) > 2 else middle
    turned = turned * np.where(turned[np.abs(turned).argmax(axis=0), [0, 1]] < 0, -1, 1)
    extent = turned.max(axis=0) - turned.min(axis=0)
    extent = np.maximum(extent, float(np.max(extent)) / 3)
    area = 3.2 * float(np.prod(room, axis=1).sum())
    height = math.sqrt(area / aspect)
    wanted = np.array([height * aspect, height])
    if len(unit) == 2:
        return np.asarray(turned / extent[0] * (room[:, 0].sum() / 2 + 55))
    even = math.sqrt(float(np.prod(wanted / extent)))
    scale = np.clip(wanted / extent, even / 1.5, even * 1.5)
    return np.asarray(turned * scale)


def _spread_boxes(places: Points, room: Points) -> Points:
    """Push overlapping boxes apart, each pair along the axis where it takes the least."""
    import numpy as np

    places = np.array(places, dtype=float)
    need = (room[:, None, :] + room[None, :, :]) / 2
    tie = np.arange(len(places))
    sign_of_tie = np.where(tie[:, None] < tie[None, :], -1.0, 1.0)
    for _ in range(400):
        apart = places[:, None, :] - places[None, :, :]
        overlap = np.maximum(need - np.abs(apart), 0)
        overlap[(overlap <= 1e-6).any(axis=2)] = 0
        overlap[tie, tie] = 0
        if not overlap.any():
            break
        along_x = overlap[:, :, 0] <= overlap[:, :, 1]
        sign = np.where(apart == 0, sign_of_tie[:, :, None], np.sign(apart))
        push = overlap * sign * np.stack([along_x, ~along_x], axis=2) / 2
        places += push.sum(axis=1) * 0.9 + np.sign(push.sum(axis=1)) * 0.01
    return np.asarray(places)


@dataclass(frozen=True, slots=True)
class _Island:
    """A part of the network and the rectangle around its boxes."""

    places: Mapping[str, Place]
    left: float
    bottom: float
    width: float
    height: float


def _measure_island(places: Mapping[str, Place], boxes: Mapping[str, Box]) -> _Island:
    left = min(x - boxes[n][0] / 2 for n, (x, _) in places.items())
    right = max(x + boxes[n][0] / 2 for n, (x, _) in places.items())
    bottom = min(y - boxes[n][1] / 2 for n, (_, y) in places.items())
    top = max(y + boxes[n][1] / 2 for n, (_, y) in places.items())
    return _Island(places, left, bottom, right - left, top - bottom)


def _pack_islands(
    parts: Iterable[Mapping[str, Place]], boxes: Mapping[str, Box], aspect: float
) -> dict[str, Place]:
    islands = [_measure_island(part, boxes) for part in parts]
    if not islands:
        return {}
    tries = [_fill_columns(islands, height) for height in _heights_to_try(islands)]
    corners = min(tries, key=lambda corners: _badness(islands, corners, aspect))
    placed: dict[str, Place] = {}
    for island, (left, bottom) in zip(islands, corners, strict=True):
        for node, (x, y) in island.places.items():
            placed[node] = (x - island.left + left, y - island.bottom + bottom)
    return placed


def _heights_to_try(islands: Sequence[_Island]) -> list[float]:
    tallest = max(island.height for island in islands)
    total = sum(island.height + _gap_between() for island in islands)
    return sorted({tallest * step / 10 for step in range(10, 31)} | {max(tallest, total)})


def _gap_between() -> float:
    return 3 * _GAP


def _fill_columns(islands: Sequence[_Island], height: float) -> list[Place]:
    """The lower left corner of each island when columns of the given height are filled."""
    columns: list[list[int]] = []
    used: list[float] = []
    for number, island in enumerate(islands):
        need = island.height + _gap_between()
        free = next((c for c, h in enumerate(used) if h + need <= height + _gap_between()), None)
        if free is None:
            columns.append([])
            used.append(0.0)
            free = len(columns) - 1
        columns[free].append(number)
        used[free] += need
    return _corners_of_columns(islands, columns, height)


def _corners_of_columns(
    islands: Sequence[_Island], columns: Sequence[Sequence[int]], height: float
) -> list[Place]:
    corners: dict[int, Place] = {}
    left = 0.0
    for column in columns:
        width = max(islands[number].width for number in column)
        free = height - sum(islands[number].height for number in column)
        top = height
        for number in column:
            top -= free / (len(column) + 1)
            top -= islands[number].height
            corners[number] = (left + (width - islands[number].width) / 2, top)
        left += width + _gap_between()
    return [corners[number] for number in range(len(islands))]


def _badness(islands: Sequence[_Island], corners: Sequence[Place], aspect: float) -> float:
    """How much paper a packing needs, counted dearer the further it is from the wanted shape."""
    width = max(x + i.width for i, (x, _) in zip(islands, corners, strict=True))
    height = max(y + i.height for i, (_, y) in zip(islands, corners, strict=True))
    return max(width / aspect, height) ** 2


# --- drawing


@dataclass(frozen=True, slots=True)
class _Sketch:
    """All that drawing needs to know of a network: in points, the origin at the lower left."""

    graph: Network
    places: Mapping[str, Place]
    labels: Mapping[str, tuple[str, ...]]
    radius: Mapping[str, float]
    sizes: Mapping[str, float]
    above: frozenset[str]
    width: float
    height: float


def _draw_figure(graph: Network, *, title: str, words: Mapping[str, str]) -> Figure:
    from matplotlib.figure import Figure

    sketch = _sketch(graph)
    legend = list(_legend_entries(graph, words))
    rows = _legend_rows(legend, sketch.width - 2 * _MARGIN)
    foot = _MARGIN + 16 + 15 * len(rows)
    width, height = sketch.width, sketch.height + _HEAD + foot
    figure = Figure(figsize=(width / 72, height / 72), facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(-foot, height - foot))
    axes.set_axis_off()
    _draw_edges(axes, sketch)
    _draw_nodes(axes, sketch)
    if not len(graph):
        middle = (width / 2, sketch.height / 2)
        axes.text(*middle, words["empty"], ha="center", va="center", fontsize=13, color="#555555")
    _draw_head(axes, sketch, title=title, words=words)
    _draw_legend(axes, rows)
    _draw_foot(axes, graph, words, y=-foot + 14, right=width - _MARGIN)
    return figure


def _sketch(graph: Network) -> _Sketch:
    weight = weigh_actors(graph)
    heaviest = max(weight.values(), default=1)
    radius = {n: 5 + 13 * math.sqrt(w / heaviest) for n, w in weight.items()}
    sizes = {n: _FONT * (0.86 + 0.44 * math.sqrt(w / heaviest)) for n, w in weight.items()}
    labels = {n: wrap_label(data["label"]) for n, data in graph.nodes(data=True)}
    boxes = {n: _box(labels[n], radius[n], sizes[n]) for n in graph.nodes}
    places = place_nodes(graph, boxes)
    right = max((x + boxes[n][0] / 2 for n, (x, _) in places.items()), default=0.0)
    top = max((y + boxes[n][1] / 2 for n, (_, y) in places.items()), default=0.0)
    width, height = max(right + 2 * _MARGIN, 540.0), max(top + _MARGIN, 230.0)
    left, bottom = (width - right) / 2, (height - top) / 2
    above = labels_above(graph, places)
    centred = {}
    for node, (x, y) in places.items():
        aside = boxes[node][1] / 2 - radius[node]
        centred[node] = (x + left, y + bottom + (-aside if node in above else aside))
    return _Sketch(graph, centred, labels, radius, sizes, above, width, height)


def labels_above(graph: Network, places: Mapping[str, Place]) -> frozenset[str]:
    """The nodes whose label stands better above them, because more edges leave downwards."""
    lean = dict.fromkeys(places, 0.0)
    for who, whom in sorted(set(graph.to_undirected(as_view=True).edges())):
        across, up = (places[whom][axis] - places[who][axis] for axis in (0, 1))
        slope = up / (math.hypot(across, up) or 1.0)
        lean[who] += slope
        lean[whom] -= slope
    return frozenset(node for node, slope in lean.items() if slope < -0.3)


def _box(lines: Sequence[str], radius: float, size: float) -> Box:
    width = max(_text_width(line, size) for line in lines)
    return max(2 * radius, width), 2 * radius + 3 + 1.22 * size * len(lines)


def _text_width(text: str, size: float) -> float:
    """The width of a text in points."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family="DejaVu Sans", size=size)
    return float(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0])


def _draw_edges(axes: Axes, sketch: _Sketch) -> None:
    """The edges under the nodes, the lightest first, so that the heavy ones lie on top."""
    edges = sorted(
        sketch.graph.edges(keys=True, data=True),
        key=lambda e: (e[3]["score"] is not None, e[3]["count"], e[:3]),
    )
    for order, (who, whom, layer, data) in enumerate(edges):
        bend = 0.1 if layer == "plain" else 0.22
        _draw_arrow(axes, sketch, (who, whom), data, bend=bend, order=1 + order / len(edges))


def _draw_arrow(
    axes: Axes,
    sketch: _Sketch,
    ends: tuple[str, str],
    data: Mapping[str, Any],
    *,
    bend: float,
    order: float,
) -> None:
    from matplotlib.patches import FancyArrowPatch

    width = min(0.9 + 0.8 * math.log2(data["count"]), 4.5)
    head = 5 + 1.6 * width
    colour = TONE_COLOURS[tone_of(data["score"])]
    style: Any = (0, (3.2, 2.0)) if data["layer"] == "claim" else "solid"
    for shape, thickness, before in (
        ("-", width, head - 1),
        (f"-|>,head_length={head},head_width={head * 0.42}", 0.0, 0.0),
    ):
        arrow = FancyArrowPatch(
            sketch.places[ends[0]],
            sketch.places[ends[1]],
            connectionstyle=f"arc3,rad={bend}",
            arrowstyle=shape,
            mutation_scale=1,
            shrinkA=sketch.radius[ends[0]] + 1,
            shrinkB=sketch.radius[ends[1]] + 2 + before,
            linewidth=thickness,
            linestyle=style if thickness else "solid",
            color=colour,
            zorder=order,
        )
        axes.add_patch(arrow)


def _draw_nodes(axes: Axes, sketch: _Sketch) -> None:
    from matplotlib.patches import Circle

    for node, data in sketch.graph.nodes(data=True):
        colour = FAMILY_COLOURS[FAMILY_OF[data["kind"]]]
        place, radius = sketch.places[node], sketch.radius[node]
        axes.add_patch(Circle(place, radius, fc=colour, ec="white", lw=1.2, zorder=4))
        _draw_label(axes, sketch, node)


def _draw_label(axes: Axes, sketch: _Sketch, node: str) -> None:
    x, y = sketch.places[node]
    lines, size = sketch.labels[node], sketch.sizes[node]
    step = 1.22 * size
    top = y - sketch.radius[node] - 3
    if node in sketch.above:
        top = y + sketch.radius[node] + 3 + step * len(lines)
    paper = {"boxstyle": "round,pad=0.06", "fc": "white", "ec": "none", "alpha": 0.75}
    for number, line in enumerate(lines):
        axes.text(
            x,
            top - step * (number + 0.5),
            line,
            ha="center",
            va="center_baseline",
            fontsize=size,
            color="#1a1a1a",
            zorder=5,
            bbox=paper,
        )


def _draw_head(axes: Axes, sketch: _Sketch, *, title: str, words: Mapping[str, str]) -> None:
    top = sketch.height + _HEAD
    room = int((sketch.width - 2 * _MARGIN) / 9)
    (line,) = wrap_label(title, width=room, lines=1)
    axes.text(_MARGIN, top - 30, line, fontsize=15, fontweight="bold", color="#111111")
    axes.text(_MARGIN, top - 48, _caption(sketch.graph, words), fontsize=9, color="#555555")


def _caption(graph: Network, words: Mapping[str, str]) -> str:
    """Period, number of articles, and what was left out."""
    facts = graph.graph
    articles = words["article"] if facts["articles"] == 1 else words["articles"]
    parts = [_period(facts["first"], facts["last"], words["day"])]
    if facts["articles"]:
        parts.append(articles.format(facts["articles"]))
    missing = facts["left_out"]["actors"]
    if missing:
        parts.append(words["left_out"].format(len(graph), len(graph) + missing))
    return "  ·  ".join(part for part in parts if part)


def _period(first: str | None, last: str | None, pattern: str) -> str:
    days = dict.fromkeys(day for day in (first, last) if day)
    return " \u2013 ".join(pattern.format(*map(int, day.split("-"))) for day in days)


_LegendEntry = tuple[str, str, str]
"""The mark (``node``, ``edge`` or ``claim``), its colour, and its words."""


def _legend_entries(graph: Network, words: Mapping[str, str]) -> Iterator[_LegendEntry]:
    families = {FAMILY_OF[data["kind"]] for _, data in graph.nodes(data=True)}
    for family, colour in FAMILY_COLOURS.items():
        if family in families:
            yield "node", colour, words[family]
    edges = [data for _, _, data in graph.edges(data=True)]
    tones = {tone_of(data["score"]) for data in edges}
    for tone, colour in TONE_COLOURS.items():
        if tone in tones:
            yield "edge", colour, words[tone]
    if any(data["layer"] == "claim" for data in edges):
        yield "claim", TONE_COLOURS["neutral"], words["claim"]


def _legend_rows(
    entries: Iterable[_LegendEntry], room: float
) -> list[list[tuple[float, _LegendEntry]]]:
    """The entries with their places from the left, in rows no wider than ``room``."""
    rows: list[list[tuple[float, _LegendEntry]]] = []
    left, mark = room, ""
    for entry in entries:
        width = 34 + _text_width(entry[2], 8)
        new_block = entry[0] == "edge" and mark == "node"
        if left + width > room or new_block:
            rows.append([])
            left = 0.0
        rows[-1].append((left, entry))
        left, mark = left + width, entry[0]
    return rows


def _draw_legend(axes: Axes, rows: Sequence[Sequence[tuple[float, _LegendEntry]]]) -> None:
    for number, row in enumerate(rows):
        y = -8.0 - 15 * number
        for left, (mark, colour, words) in row:
            x = _MARGIN + left
            if mark == "node":
                axes.plot([x + 8], [y], "o", ms=7, mfc=colour, mec="white")
            else:
                style = (0, (3.2, 2.0)) if mark == "claim" else "solid"
                axes.plot([x, x + 16], [y, y], lw=2.2, color=colour, ls=style)
            axes.text(x + 20, y, words, fontsize=8, va="center_baseline", color="#333333")


def _draw_foot(
    axes: Axes, graph: Network, words: Mapping[str, str], *, y: float, right: float
) -> None:
    names = graph.graph["publishers"]
    if names:
        shown = ", ".join(names[:4]) + (f" {words['more']}" if len(names) > 4 else "")
        (line,) = wrap_label(words["sources"].format(shown), width=int(right / 7), lines=1)
        axes.text(_MARGIN, y, line, fontsize=7.5, color="#777777")
    axes.text(right, y, words["made"], fontsize=7.5, color="#777777", ha="right")
