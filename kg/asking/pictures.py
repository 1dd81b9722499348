"""Still pictures of a network of actors that can be printed: PNG and SVG.

The same network gives the same bytes every time. Labels never overlap, because
nodes are moved apart until their labels have room; arrows end where the label or the
circle of their actor begins, and bend around those of others where they can.
matplotlib is imported only when a picture is drawn.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx

from kg.asking.measures import each_statement, find_communities
from kg.asking.network import keep_heart, weigh_actors
from kg.asking.sheets import (
    FAMILY_COLOURS,
    FAMILY_OF,
    FORMATS,
    MARGIN,
    TEXTS,
    THEMES,
    TONE_COLOURS,
    Mark,
    Theme,
    clean_line,
    count_words,
    draw_empty,
    draw_sheet,
    fit_text,
    render_figure,
    text_width,
    theme_of,
    tone_marks,
    tone_of,
    wrap_label,
    write_image,
)
from kg.errors import KGError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from kg.asking.network import Network

    Points = NDArray[Any]

__all__ = [
    "COLOURINGS",
    "FAMILY_COLOURS",
    "FAMILY_OF",
    "FORMATS",
    "TEXTS",
    "THEMES",
    "TONE_COLOURS",
    "draw_picture",
    "keep_strongest",
    "labels_above",
    "pick_heart",
    "place_nodes",
    "route_edges",
    "tone_of",
    "wrap_label",
    "write_picture",
]

COLOURINGS = ("kind", "community")
"""What the colour of an actor can tell."""

Place = tuple[float, float]
Box = tuple[float, float]
"""Width and height that a node needs for itself and its label, in points."""

Frame = tuple[float, float, float, float]
"""Left, bottom, right and top of a rectangle, in points."""

Obstacle = tuple[Place, float, Sequence[Frame]]
"""Middle and radius of the circle of a node, and the frames of the lines of its label."""

_FONT = 9.0
_GAP = 7.0
_ARROW = 14.0
_LOOSE = 2.2
_FULL = 0.36
_ASPECT = 1.45
_SEED = 7


def write_picture(
    graph: Network,
    out: Path,
    *,
    title: str,
    lang: str = "de",
    max_nodes: int = 60,
    theme: str = "light",
    colour: str = "kind",
) -> None:
    """Draw a network into a file ending in ``.png`` or ``.svg``; see :func:`draw_picture`.

    Raises KGError for another ending and for a file that cannot be written.
    """
    looks: dict[str, Any] = {"max_nodes": max_nodes, "theme": theme, "colour": colour}
    write_image(out, lambda form: draw_picture(graph, form=form, title=title, lang=lang, **looks))


def draw_picture(
    graph: Network,
    *,
    form: str = "png",
    title: str,
    lang: str = "de",
    max_nodes: int = 60,
    theme: str = "light",
    colour: str = "kind",
) -> bytes:
    """The picture of a network as the bytes of a ``png`` or ``svg`` file.

    Nodes are sized by the number of statements they take part in and coloured by ``kind`` or
    ``community`` (``colour``); edges are as thick as their statements are many, coloured from
    conflict to cooperation, and dashed where they are claims. Above ``max_nodes`` only the
    heart is drawn, and the picture says so, as an empty network's picture says that there is
    nothing. ``lang`` is the language of legend and captions, ``de`` or ``en``; ``theme`` is
    ``light`` or ``dark``. Raises KGError for an unknown theme, colour or form.
    """
    if colour not in COLOURINGS:
        raise KGError(f"no colouring {colour!r}: there are {', '.join(COLOURINGS)}")
    heart, looks, words = pick_heart(graph, max_nodes), theme_of(theme), TEXTS[lang]
    paint = _paint_kinds if colour == "kind" else _paint_communities

    def draw() -> Figure:
        colours, marks = paint(heart, looks, words)
        return _draw_figure(heart, colours, marks, title=title, words=words, theme=looks)

    return render_figure(draw, form)


def pick_heart(graph: Network, max_nodes: int) -> Network:
    """The heart of a network with as many actors as there is room for.

    :func:`kg.asking.network.keep_heart` gives fewer than asked for where the chosen ones do
    not deal with each other; then more are chosen. Raises QueryError when ``max_nodes`` is
    not positive.
    """
    heart = keep_heart(graph, max_nodes)
    low, high = max_nodes, len(graph)
    while low < high and len(heart) < max_nodes:
        middle = (low + high + 1) // 2
        larger = keep_heart(graph, middle)
        if len(larger) <= max_nodes:
            low, heart = middle, larger
        else:
            high = middle - 1
    return heart


def keep_strongest(graph: Network, max_edges: int) -> Network:
    """All actors of a network, with the edges that have most statements.

    Every actor keeps its strongest edge, so that there may be more than ``max_edges``; and
    where only a few edges more are there, all stay.
    """
    if graph.number_of_edges() <= max_edges * 1.4:
        return graph
    edges = sorted(graph.edges(keys=True), key=lambda edge: (-graph.edges[edge]["count"], edge))
    kept = set(edges[:max_edges])
    joined = {end for who, whom, _ in kept for end in (who, whom)}
    for who, whom, layer in edges[max_edges:]:
        if not {who, whom} <= joined:
            kept.add((who, whom, layer))
            joined |= {who, whom}
    thin = graph.copy()
    thin.remove_edges_from([edge for edge in edges if edge not in kept])
    return thin


# --- colours of actors

Painting = tuple[Mapping[str, str], list[Mark]]
"""The colour of each node, and the entries of the legend."""


def _paint_kinds(graph: Network, theme: Theme, words: Mapping[str, str]) -> Painting:
    families = {node: FAMILY_OF[data["kind"]] for node, data in graph.nodes(data=True)}
    there = set(families.values())
    marks = [Mark("node", c, words[name]) for name, c in theme.families.items() if name in there]
    return {node: theme.families[family] for node, family in families.items()}, marks


def _paint_communities(graph: Network, theme: Theme, words: Mapping[str, str]) -> Painting:
    groups = [group for group in find_communities(graph) if len(group) > 2]
    colours = dict.fromkeys(graph.nodes, theme.other)
    marks = []
    for group, colour in zip(groups, theme.groups, strict=False):
        colours.update(dict.fromkeys(group, colour))
        label = fit_text(clean_line(graph.nodes[group[0]]["label"]), 8, 150)
        marks.append(Mark("node", colour, words["around"].format(label)))
    if theme.other in colours.values():
        marks.append(Mark("node", theme.other, words["others"]))
    return colours, marks


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
    joined = _edge_matrix(ordered, nodes)
    wide = _spread_boxes(_scale_to_room(unit, room, 1.6 * aspect), room, joined, aspect)
    spread = _draw_together(wide, room, joined, aspect)
    return {node: (float(x), float(y)) for node, (x, y) in zip(nodes, spread, strict=True)}


def _edge_matrix(graph: Any, nodes: Sequence[str]) -> Points:
    """1 where two nodes have an edge, else 0."""
    import numpy as np

    return np.asarray(nx.to_numpy_array(graph, nodelist=list(nodes)) > 0, dtype=float)


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
    """Turn the longer side flat and scale so that the boxes fill a good part of the area.

    Boxes are wide, and so grow upwards when they are pushed apart: ``aspect`` allows for it.
    """
    import numpy as np

    middle = unit - unit.mean(axis=0)
    _, _, axes = np.linalg.svd(middle, full_matrices=False)
    turned = middle @ axes.T if len(unit) > 2 else middle
    turned = turned * np.where(turned[np.abs(turned).argmax(axis=0), [0, 1]] < 0, -1, 1)
    extent = turned.max(axis=0) - turned.min(axis=0)
    extent = np.maximum(extent, float(np.max(extent)) / 3)
    area = _LOOSE * float(np.prod(room, axis=1).sum())
    height = math.sqrt(area / aspect)
    wanted = np.array([height * aspect, height])
    if len(unit) == 2:
        return np.asarray(turned / extent[0] * (room[:, 0].sum() / 2 + 55))
    even = math.sqrt(float(np.prod(wanted / extent)))
    scale = np.clip(wanted / extent, even / 1.5, even * 1.5)
    return np.asarray(turned * scale)


def _spread_boxes(places: Points, room: Points, joined: Points, aspect: float) -> Points:
    """Push overlapping boxes apart, each pair along the axis where it takes the least.

    Pairs with an edge between them get room for an arrow. What has grown too high is rather
    pushed sideways.
    """
    import numpy as np

    places = np.array(places, dtype=float)
    need = (room[:, None, :] + room[None, :, :]) / 2 + _ARROW * joined[:, :, None]
    tie = np.arange(len(places))
    sign_of_tie = np.where(tie[:, None] < tie[None, :], -1.0, 1.0)
    for _ in range(400):
        apart = places[:, None, :] - places[None, :, :]
        overlap = np.maximum(need - np.abs(apart), 0)
        overlap[(overlap <= 1e-6).any(axis=2)] = 0
        overlap[tie, tie] = 0
        if not overlap.any():
            break
        width, height = np.ptp(places, axis=0) + 1.0
        along_x = overlap[:, :, 0] <= overlap[:, :, 1] * np.clip(height * aspect / width, 0.5, 4.0)
        sign = np.where(apart == 0, sign_of_tie[:, :, None], np.sign(apart))
        push = overlap * sign * np.stack([along_x, ~along_x], axis=2) / 2
        places += push.sum(axis=1) * 0.9 + np.sign(push.sum(axis=1)) * 0.01
    return np.asarray(places)


def _draw_together(places: Points, room: Points, joined: Points, aspect: float) -> Points:
    """Take out empty paper, little by little, until boxes fill a good part of it."""
    import numpy as np

    inked = float(np.prod(room, axis=1).sum())
    used = _paper(places, room)
    for _ in range(20):
        closer = _spread_boxes(places * 0.93, room, joined, aspect)
        apart = np.abs(closer[:, None, :] - closer[None, :, :])
        touching = (apart < (room[:, None, :] + room[None, :, :]) / 2 - 1e-6).all(axis=2)
        before, used = used, _paper(closer, room)
        if inked > _FULL * before or used > 0.997 * before:
            break
        if np.count_nonzero(touching) > len(places):
            break
        places = closer
    return places


def _paper(places: Points, room: Points) -> float:
    """The area of the rectangle around all boxes."""
    import numpy as np

    return float(np.prod((places + room / 2).max(axis=0) - (places - room / 2).min(axis=0)))


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
    tries += _fill_rows(islands)
    corners = min(tries, key=lambda corners: _badness(islands, corners, aspect))
    placed: dict[str, Place] = {}
    for island, (left, bottom) in zip(islands, corners, strict=True):
        for node, (x, y) in island.places.items():
            placed[node] = (x - island.left + left, y - island.bottom + bottom)
    return placed


def _fill_rows(islands: Sequence[_Island]) -> Iterator[list[Place]]:
    """The lower left corners when rows of different widths are filled, from the upper left."""
    turned = [_Island(i.places, i.bottom, i.left, width=i.height, height=i.width) for i in islands]
    for length in _heights_to_try(turned):
        corners = _fill_columns(turned, length)
        top = max(low + i.width for i, (low, _) in zip(turned, corners, strict=True))
        yield [
            (length - left - i.height, top - low - i.width)
            for i, (low, left) in zip(turned, corners, strict=True)
        ]


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
    return max(width / aspect, height) ** 2 * aspect + width * height


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

    def label_frames(self, node: str) -> list[Frame]:
        """Where the lines of the label of a node stand, from top to bottom."""
        x, y = self.places[node]
        lines, size = self.labels[node], self.sizes[node]
        step = 1.22 * size
        top = y - self.radius[node] - 3
        if node in self.above:
            top = y + self.radius[node] + 3 + step * len(lines)
        frames = []
        for number, line in enumerate(lines):
            half, high = text_width(line, size) / 2, top - step * number
            frames.append((x - half, high - step, x + half, high))
        return frames

    def obstacle(self, node: str) -> Obstacle:
        """The room that a node and its label take."""
        return self.places[node], self.radius[node], self.label_frames(node)


def _draw_figure(
    graph: Network,
    colours: Mapping[str, str],
    marks: Sequence[Mark],
    *,
    title: str,
    words: Mapping[str, str],
    theme: Theme,
) -> Figure:
    thin = keep_strongest(graph, max(40, 9 * len(graph) // 5))
    sketch = _sketch(thin, weigh_actors(graph))
    size = (sketch.width, sketch.height)
    legend = [*marks, *_edge_marks(graph, words, theme)]
    number = sum(1 for _ in each_statement(graph))
    notes = [count_words(number, "statement", words)] if number else []
    there, shown = graph.number_of_edges(), thin.number_of_edges()
    if shown < there:
        notes.append(words["thinned"].format(shown, there))
    figure, axes = draw_sheet(
        graph, size=size, title=title, notes=notes, marks=legend, words=words, theme=theme
    )
    _draw_edges(axes, sketch, theme)
    for node in graph.nodes:
        _draw_node(axes, sketch, node, colours[node], theme)
    if not len(graph):
        draw_empty(axes, words["empty"], size, theme)
    return figure


def _edge_marks(graph: Network, words: Mapping[str, str], theme: Theme) -> Iterator[Mark]:
    edges = [data for _, _, data in graph.edges(data=True)]
    yield from tone_marks((tone_of(data["score"]) for data in edges), "line", words, theme)
    if any(data["layer"] == "claim" for data in edges):
        yield Mark("dash", theme.tones["neutral"], words["claim"])
    if edges:
        yield Mark("words", theme.soft, words["sizes"])


def _sketch(graph: Network, weight: Mapping[str, int]) -> _Sketch:
    heaviest = max(weight.values(), default=1)
    radius = {n: 5 + 13 * math.sqrt(w / heaviest) for n, w in weight.items()}
    sizes = {n: _FONT * (0.92 + 0.4 * math.sqrt(w / heaviest)) for n, w in weight.items()}
    labels = {n: wrap_label(data["label"]) for n, data in graph.nodes(data=True)}
    boxes = {n: _box(labels[n], radius[n], sizes[n]) for n in graph.nodes}
    places = place_nodes(graph, boxes)
    right = max((x + boxes[n][0] / 2 for n, (x, _) in places.items()), default=0.0)
    top = max((y + boxes[n][1] / 2 for n, (_, y) in places.items()), default=0.0)
    width, height = max(right + 2 * MARGIN, 540.0), max(top + MARGIN, 230.0)
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
    width = max(text_width(line, size) for line in lines)
    return max(2 * radius, width), 2 * radius + 3 + 1.22 * size * len(lines)


# --- edges

_BENDS = (0.1, 0.2, 0.0, -0.12, 0.3, -0.22, 0.42, -0.34)
"""How far an edge may leave the straight line, as a part of its length; the better ones first."""


@dataclass(frozen=True, slots=True)
class Route:
    """The way of an edge from where it leaves its actor to the point of its arrow."""

    points: Points
    bend: float


def route_edges(
    graph: Network, obstacles: Mapping[str, Obstacle]
) -> dict[tuple[str, str, str], Route]:
    """The way of every edge: from circle or label to circle or label, around those of others.

    Edges between the same two actors never lie on each other.
    """
    nodes = list(obstacles)
    taken: dict[tuple[str, str], list[float]] = {}
    routes = {}
    for who, whom, layer in graph.edges(keys=True):
        ends = (obstacles[who], obstacles[whom])
        others = [obstacles[node] for node in nodes if node not in (who, whom)]
        pair, side = ((who, whom), 1) if who < whom else ((whom, who), -1)
        used = taken.setdefault(pair, [])
        tries = []
        for order, bend in enumerate(_BENDS):
            if all(abs(bend * side - other) > 0.07 for other in used):
                points = _cut_ends(_curve(ends[0][0], ends[1][0], bend), *ends)
                tries.append((_hits(points, others) + order * 0.8, order, Route(points, bend)))
        best = min(tries, key=lambda found: found[:2])[2]
        used.append(best.bend * side)
        routes[who, whom, layer] = best
    return routes


def _curve(start: Place, end: Place, bend: float, steps: int = 120) -> Points:
    """Points on a bow from one place to another that leaves the straight line to the right."""
    import numpy as np

    one, two = np.array(start), np.array(end)
    across = np.array([two[1] - one[1], one[0] - two[0]])
    middle = (one + two) / 2 + bend * across
    t = np.linspace(0, 1, steps)[:, None]
    return np.asarray((1 - t) ** 2 * one + 2 * t * (1 - t) * middle + t**2 * two)


def _is_inside(points: Points, obstacle: Obstacle, gap: float) -> Points:
    """Which points lie in a circle or its label, or nearer than ``gap``."""
    import numpy as np

    (x, y), radius, frames = obstacle
    inside = np.hypot(points[:, 0] - x, points[:, 1] - y) < radius + gap
    for left, bottom, right, top in frames:
        across = (points[:, 0] > left - gap) & (points[:, 0] < right + gap)
        inside |= across & (points[:, 1] > bottom - gap) & (points[:, 1] < top + gap)
    return np.asarray(inside)


def _cut_ends(points: Points, start: Obstacle, end: Obstacle) -> Points:
    """The part of a way between what belongs to its two actors; all of it where they touch."""
    import numpy as np

    leaving = np.flatnonzero(_is_inside(points, start, 1.5))
    first = int(leaving[-1]) + 1 if len(leaving) else 0
    arriving = np.flatnonzero(_is_inside(points[first:], end, 2.5))
    last = first + int(arriving[0]) if len(arriving) else len(points)
    return points[first:last] if last - first > 8 else points[len(points) // 3 : -len(points) // 3]


def _hits(points: Points, others: Iterable[Obstacle]) -> float:
    """How many points of a way lie on others' circles and labels."""
    return float(sum(_is_inside(points, other, 2.0).sum() for other in others))


def _draw_edges(axes: Axes, sketch: _Sketch, theme: Theme) -> None:
    """The edges under the nodes, the lightest first, so that the heavy ones lie on top."""
    edges = sorted(
        sketch.graph.edges(keys=True, data=True),
        key=lambda e: (e[3]["score"] is not None, e[3]["count"], e[:3]),
    )
    obstacles = {node: sketch.obstacle(node) for node in sketch.places}
    routes = route_edges(sketch.graph, obstacles)
    counts = [data["count"] for *_, data in edges]
    least, span = min(counts, default=1), max(8.0, max(counts, default=1) / min(counts, default=1))
    for order, (who, whom, layer, data) in enumerate(edges):
        route = routes[who, whom, layer]
        colour = theme.tones[tone_of(data["score"])]
        width = 0.9 + 3.2 * math.log(data["count"] / least) / math.log(span)
        dashed = layer == "claim"
        _draw_arrow(axes, route.points, width, colour, dashed=dashed, order=1 + order / len(edges))


def _draw_arrow(
    axes: Axes, points: Points, width: float, colour: str, *, dashed: bool, order: float
) -> None:
    import numpy as np
    from matplotlib.patches import Polygon

    left = np.hypot(*(points - points[-1]).T)
    head = min(5 + 1.6 * width, float(left[0]) * 0.7)
    rest = points[left > head - 1]
    base = rest[-1] if len(rest) else points[0]
    along = (points[-1] - base) / (math.hypot(*(points[-1] - base)) or 1.0)
    across = np.array([-along[1], along[0]]) * head * 0.42
    back = points[-1] - along * head
    style: Any = (0, (3.2, 2.0)) if dashed else "solid"
    looks: dict[str, Any] = {"color": colour, "zorder": order}
    axes.plot(*rest.T, lw=width, ls=style, solid_capstyle="butt", dash_capstyle="butt", **looks)
    axes.add_patch(Polygon([points[-1], back + across, back - across], lw=0, **looks))


# --- nodes


def _draw_node(axes: Axes, sketch: _Sketch, node: str, colour: str, theme: Theme) -> None:
    from matplotlib.patches import Circle

    circle = Circle(sketch.places[node], sketch.radius[node], fc=colour, ec=theme.paper, lw=1.2)
    circle.set_zorder(4)
    axes.add_patch(circle)
    paper = {"boxstyle": "round,pad=0.06", "fc": theme.paper, "ec": "none", "alpha": 0.8}
    frames = sketch.label_frames(node)
    for line, (left, bottom, right, top) in zip(sketch.labels[node], frames, strict=True):
        axes.text(
            (left + right) / 2,
            (bottom + top) / 2,
            line,
            ha="center",
            va="center_baseline",
            fontsize=sketch.sizes[node],
            color=theme.ink,
            zorder=5,
            bbox=paper,
        )
