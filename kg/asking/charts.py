"""Two more still pictures of a network of actors: a timeline, and who acts on whom as a table.

Both show conflict in red and cooperation in blue, what articles assert full and what they
only report hatched, as PNG or SVG, light or dark. The same network gives the same bytes.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.asking.measures import each_statement, find_communities
from kg.asking.network import LAYERS, find_actor, make_network, weigh_actors
from kg.asking.pictures import pick_heart
from kg.asking.sheets import (
    MARGIN,
    TEXTS,
    Mark,
    Theme,
    cell_looks,
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
    write_day,
    write_image,
)
from kg.errors import KGError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from kg.asking.network import Network

STEPS = ("week", "month", "year")
"""What a bar of a timeline can stand for."""

_FALL = ("conflict", "conflict-strong")
_RISE = ("cooperation", "cooperation-strong")
_REST = ("neutral", "untyped")
_WEEKS, _MONTHS = 40, 60
"""The longest timelines that still have a bar a week, a bar a month."""

_MOST_BARS = 500


# --- timeline


def write_timeline(
    graph: Network,
    out: Path,
    *,
    title: str,
    actor: str | None = None,
    step: str | None = None,
    lang: str = "de",
    theme: str = "light",
) -> None:
    """Draw a timeline into a file ending in ``.png`` or ``.svg``; see :func:`draw_timeline`.

    Raises KGError for another ending and for a file that cannot be written.
    """
    looks: dict[str, Any] = {"actor": actor, "step": step, "lang": lang, "theme": theme}
    write_image(out, lambda form: draw_timeline(graph, form=form, title=title, **looks))


def draw_timeline(
    graph: Network,
    *,
    form: str = "png",
    title: str,
    actor: str | None = None,
    step: str | None = None,
    lang: str = "de",
    theme: str = "light",
) -> bytes:
    """The statements of a network by the week, month or year in which they were published.

    Cooperation rises above the line and conflict falls below it; what is neither stands in a
    strip of its own underneath. Each statement counts once. ``actor`` (name, alias or IRI)
    leaves only what it does and what is done to it; ``step`` is one of ``STEPS``, by default
    what suits the period. Statements without a date are counted in the caption. Raises
    NotFoundError for an unknown actor, KGError for an unknown step, theme or form and for a step
    that would make more bars than can be seen.
    """
    if step is not None and step not in STEPS:
        raise KGError(f"no step {step!r} for a timeline: there are {', '.join(STEPS)}")
    looks, words = theme_of(theme), TEXTS[lang]
    name = None if actor is None else find_actor(graph, actor)
    part = graph if name is None else _part_with(graph, name)
    told = _count_statements(part, step)

    def draw() -> Figure:
        number = sum(sum(bar.values()) for bar in told.bars.values())
        notes = [count_words(number, "statement", words)] if number else []
        notes += [words["timeline"].format(words[told.step])] if told.bars else []
        if name is not None:
            notes.append(words["of_actor"].format(clean_line(graph.nodes[name]["label"])))
        return _draw_timeline(part, told, title=title, notes=notes, words=words, theme=looks)

    return render_figure(draw, form)


def _part_with(graph: Network, actor: str) -> Network:
    """The edges of one actor."""
    edges = {
        (who, whom, layer): data["evidence"]
        for who, whom, layer, data in graph.edges(keys=True, data=True)
        if actor in (who, whom)
    }
    return make_network({iri: data for iri, data in graph.nodes(data=True)}, edges)


Bar = Counter[tuple[str, str]]
"""How many statements there are by tone and layer."""


@dataclass(frozen=True, slots=True)
class _Told:
    """The bars of a timeline by their first day, without gaps, and what no bar shows."""

    step: str
    bars: Mapping[datetime.date, Bar]
    undated: int

    def height(self, tones: Iterable[str]) -> int:
        """The height of the highest bar of some tones."""
        of = set(tones)
        return max(
            (sum(n for (t, _), n in b.items() if t in of) for b in self.bars.values()), default=0
        )


def _count_statements(graph: Network, step: str | None) -> _Told:
    found = list(each_statement(graph))
    dated = [(day, *told) for told in found if (day := _day(told[1].published))]
    days = [day for day, _, _ in dated]
    step = step or _fitting_step(days)
    if days and (max(days) - min(days)).days > _MOST_BARS * _LENGTHS[step] and step != "year":
        raise KGError(f"too long a time for a bar a {step}: choose a longer step or a period")
    bars = {day: Bar() for day in _first_days(days, step)}
    for day, layer, evidence in dated:
        bars[_first_day(day, step)][tone_of(evidence.score), layer] += 1
    return _Told(step, bars, undated=len(found) - len(dated))


def _day(text: str | None) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def _fitting_step(days: Sequence[datetime.date]) -> str:
    if not days:
        return "month"
    length = (max(days) - min(days)).days
    return "week" if length < 7 * _WEEKS else "month" if length < 30.5 * _MONTHS else "year"


def _first_day(day: datetime.date, step: str) -> datetime.date:
    """The Monday, the first of the month or the New Year before or on a day."""
    if step == "week":
        return day - datetime.timedelta(days=min(day.weekday(), day.toordinal() - 1))
    return day.replace(day=1) if step == "month" else day.replace(month=1, day=1)


def _first_days(days: Sequence[datetime.date], step: str) -> Iterator[datetime.date]:
    """The first days of all weeks, months or years from the first of some days to the last."""
    if not days:
        return
    first, last = _first_day(min(days), step), _first_day(max(days), step)
    while first < last:
        yield first
        first = _first_day(first + datetime.timedelta(days=_LENGTHS[step]), step)
    yield last


_LENGTHS = {"week": 7, "month": 31, "year": 366}


def _draw_timeline(
    graph: Network,
    told: _Told,
    *,
    title: str,
    notes: list[str],
    words: Mapping[str, str],
    theme: Theme,
) -> Figure:
    size = (max(540.0, min(900.0, 120.0 + 20 * len(told.bars))), 260.0)
    tones = {tone for bar in told.bars.values() for tone, _ in bar}
    marks = tone_marks(tones, "box", words, theme)
    if any(layer == "claim" for bar in told.bars.values() for _, layer in bar):
        marks.append(Mark("hatch", theme.tones["neutral"], words["claim"]))
    if told.undated:
        notes.append(words["undated"].format(told.undated))
    figure, axes = draw_sheet(
        graph, size=size, title=title, notes=notes, marks=marks, words=words, theme=theme
    )
    if told.bars:
        _draw_bars(axes, told, size, words=words, theme=theme)
    else:
        draw_empty(axes, words["no_dates"], size, theme)
    return figure


def _draw_bars(
    axes: Axes,
    told: _Told,
    size: tuple[float, float],
    *,
    words: Mapping[str, str],
    theme: Theme,
) -> None:
    """Bars above and below the line, the strip under them, scales and names of the days."""
    panels = _panels(told, size[1], words)
    gutter = max(text_width(word, 8) for panel in panels for word in panel.words)
    left, right = MARGIN + gutter + 30, size[0] - MARGIN
    slot = (right - left) / len(told.bars)
    places = {day: left + slot * (n + 0.5) for n, day in enumerate(told.bars)}
    for panel in panels:
        _draw_scale(axes, panel, (left, right), theme)
        for day, bar in told.bars.items():
            at = (places[day], panel.zero, min(0.74 * slot, 26.0), panel.unit)
            _stack(axes, bar, panel.rise, at, theme)
            _stack(axes, bar, panel.fall, (*at[:3], -panel.unit), theme)
    _name_days(axes, places, told.step, y=_FLOOR - 6, words=words, theme=theme)


_FLOOR = 26.0


@dataclass(frozen=True, slots=True)
class _Panel:
    """A line with bars on it: its height, points a statement, and what rises and falls."""

    zero: float
    unit: float
    up: int
    down: int
    rise: tuple[str, ...]
    fall: tuple[str, ...]
    words: tuple[str, str]


def _panels(told: _Told, height: float, words: Mapping[str, str]) -> list[_Panel]:
    """Conflict and cooperation above, the rest below; both in one scale where that does."""
    rise, fall, rest = (told.height(tones) for tones in (_RISE, _FALL, _REST))
    room = height - _FLOOR - 8
    if rise + fall == 0:
        return [_Panel(_FLOOR, room / rest, rest, 0, _REST, (), (words["rest"], ""))]
    gap = 16.0 if rest else 0.0
    part = max(0.55, (rise + fall) / (rise + fall + rest)) if rest else 1.0
    unit = (room - gap) * part / (rise + fall)
    low = (room - gap) * (1 - part)
    sides = (words["rise"] if rise else "", words["fall"] if fall else "")
    zero = _FLOOR + low + gap + fall * unit
    panels = [_Panel(zero, unit, rise, fall, _RISE, _FALL, sides)]
    if rest:
        panels.append(_Panel(_FLOOR, low / rest, rest, 0, _REST, (), (words["rest"], "")))
    return panels


def _draw_scale(axes: Axes, panel: _Panel, ends: tuple[float, float], theme: Theme) -> None:
    looks: dict[str, Any] = {"ha": "right", "va": "center_baseline", "fontsize": 8}
    room = panel.unit * (panel.up + panel.down)
    for number in _scale(panel.down, panel.up, most=max(2, int(room / 16))):
        y = panel.zero + number * panel.unit
        colour, order = (theme.soft, 4) if number == 0 else (theme.grid, 1)
        axes.plot(ends, [y, y], lw=0.7, color=colour, zorder=order)
        axes.text(ends[0] - 5, y, str(abs(number)), color=theme.soft, **looks)
    above, below = panel.words
    left = ends[0] - 26
    y = panel.zero + max(panel.up * panel.unit / 2, 6)
    axes.text(left, y, above, color=theme.soft, **looks)
    y = panel.zero - max(panel.down * panel.unit / 2, 6)
    axes.text(left, y, below, color=theme.soft, **looks)


def _scale(down: int, up: int, *, most: int) -> range:
    """Round numbers from the lowest bar to the highest, not more than there is room for."""
    rounds = (s * 10**n for n in count() for s in (1, 2, 5))
    step = next(s for s in rounds if up // s + down // s < min(most, 7))
    return range(-(down // step) * step, up + 1, step)


def _stack(
    axes: Axes,
    bar: Bar,
    tones: Sequence[str],
    at: tuple[float, float, float, float],
    theme: Theme,
) -> None:
    """One bar: milder tones next to the line, of each tone what is asserted first."""
    from matplotlib.patches import Rectangle

    middle, start, width, unit = at
    for tone in tones:
        for layer in LAYERS:
            height = bar[tone, layer] * unit
            if height:
                looks = cell_looks(theme.tones[tone], theme, claim=layer == "claim")
                corner = (middle - width / 2, min(start, start + height))
                axes.add_patch(Rectangle(corner, width, abs(height), zorder=3, **looks))
                start += height


def _name_days(
    axes: Axes,
    places: Mapping[datetime.date, float],
    step: str,
    *,
    y: float,
    words: Mapping[str, str],
    theme: Theme,
) -> None:
    """Names under the bars, as many as have room; the year under the first and when it changes."""
    months = words["months"].split()
    year, end = None, -1.0
    for day, x in places.items():
        name = str(day.year) if step == "year" else months[day.month - 1]
        if step == "week":
            name = write_day(day.isoformat(), words["day_month"])
        width = max(text_width(name, 8), text_width(str(day.year), 8)) + 8
        if x - width / 2 < end:
            continue
        end = x + width / 2
        looks: dict[str, Any] = {"ha": "center", "va": "top", "fontsize": 8, "color": theme.soft}
        axes.text(x, y, name, **looks)
        if step != "year" and day.year != year:
            axes.text(x, y - 10, str(day.year), **looks)
            year = day.year


# --- matrix


def write_matrix(
    graph: Network,
    out: Path,
    *,
    title: str,
    lang: str = "de",
    max_nodes: int = 25,
    theme: str = "light",
) -> None:
    """Draw a matrix into a file ending in ``.png`` or ``.svg``; see :func:`draw_matrix`.

    Raises KGError for another ending and for a file that cannot be written.
    """
    looks: dict[str, Any] = {"max_nodes": max_nodes, "lang": lang, "theme": theme}
    write_image(out, lambda form: draw_matrix(graph, form=form, title=title, **looks))


def draw_matrix(
    graph: Network,
    *,
    form: str = "png",
    title: str,
    lang: str = "de",
    max_nodes: int = 25,
    theme: str = "light",
) -> bytes:
    """Who acts on whom as a table: the actor of the row on the actor of the column.

    A cell has the number of statements and the colour of their mean score. What articles
    assert fills it; what they only report is hatched, in the lower half where there is both.
    Actors that deal with each other stand together. Of more than ``max_nodes`` only the heart
    is shown, and the picture says so. Raises KGError for an unknown theme or form, QueryError
    when ``max_nodes`` is not positive.
    """
    heart, looks, words = pick_heart(graph, max_nodes), theme_of(theme), TEXTS[lang]
    return render_figure(lambda: _draw_matrix(heart, title=title, words=words, theme=looks), form)


_CELL = 24.0


def order_actors(graph: Network) -> list[str]:
    """Actors so that those who deal with each other stand together, the weightier first."""
    weight = weigh_actors(graph)
    groups = find_communities(graph)
    groups.sort(key=lambda group: (-sum(weight[node] for node in group), group))
    return [
        node for group in groups for node in sorted(group, key=lambda node: (-weight[node], node))
    ]


def _draw_matrix(graph: Network, *, title: str, words: Mapping[str, str], theme: Theme) -> Figure:
    nodes = order_actors(graph)
    labels = [fit_text(clean_line(graph.nodes[node]["label"]) or "?", 8.5, 150) for node in nodes]
    longest = max((text_width(label, 8.5) for label in labels), default=0.0)
    side, slant = _CELL * len(nodes), longest * 0.7072 + 14
    left = MARGIN + longest + 8
    width = max(540.0, left + side + slant + MARGIN)
    left += (width - left - side - slant - MARGIN) / 2
    size = (width, max(side + slant + 16, 200.0))
    marks = _matrix_marks(graph, words, theme)
    notes = [words["matrix"]] if nodes else []
    figure, axes = draw_sheet(
        graph, size=size, title=title, notes=notes, marks=marks, words=words, theme=theme
    )
    if not nodes:
        draw_empty(axes, words["empty"], size, theme)
        return figure
    top = side + 10
    _draw_grid(axes, labels, (left, top), theme)
    places = {node: number for number, node in enumerate(nodes)}
    for who, whom in sorted({(who, whom) for who, whom in graph.edges()}):
        corner = (left + _CELL * places[whom], top - _CELL * (places[who] + 1))
        _draw_cell(axes, graph, (who, whom), corner, theme)
    return figure


def _matrix_marks(graph: Network, words: Mapping[str, str], theme: Theme) -> list[Mark]:
    edges = [data for _, _, data in graph.edges(data=True)]
    marks = tone_marks((tone_of(data["score"]) for data in edges), "box", words, theme)
    if any(data["layer"] == "claim" for data in edges):
        marks.append(Mark("hatch", theme.tones["neutral"], words["claim"]))
    return [*marks, Mark("words", theme.soft, words["numbers"])] if edges else marks


def _draw_grid(
    axes: Axes, labels: Sequence[str], corner: tuple[float, float], theme: Theme
) -> None:
    """Lines, names at the left and slanting names above; a line where nobody can act."""
    left, top = corner
    side = _CELL * len(labels)
    axes.plot([left, left + side], [top, top - side], lw=0.5, color=theme.other, zorder=1)
    for number in range(len(labels) + 1):
        at = _CELL * number
        axes.plot([left, left + side], [top - at] * 2, lw=0.5, color=theme.grid, zorder=1)
        axes.plot([left + at] * 2, [top - side, top], lw=0.5, color=theme.grid, zorder=1)
    looks: dict[str, Any] = {"fontsize": 8.5, "color": theme.ink}
    for number, label in enumerate(labels):
        at = _CELL * (number + 0.5)
        axes.text(left - 6, top - at, label, ha="right", va="center_baseline", **looks)
        axes.text(
            left + at - 2, top + 5, label, ha="left", va="bottom",
            rotation=45, rotation_mode="anchor", **looks,
        )  # fmt: skip


def _draw_cell(
    axes: Axes,
    graph: Network,
    ends: tuple[str, str],
    corner: tuple[float, float],
    theme: Theme,
) -> None:
    from matplotlib.patches import Rectangle

    layers = [layer for layer in LAYERS if graph.has_edge(*ends, key=layer)]
    height = (_CELL - 2) / len(layers)
    for number, layer in enumerate(layers):
        data = graph.edges[(*ends, layer)]
        colour = theme.tones[tone_of(data["score"])]
        x, y = corner[0] + 1, corner[1] + 1 + height * (len(layers) - 1 - number)
        looks = cell_looks(colour, theme, claim=layer == "claim")
        axes.add_patch(Rectangle((x, y), _CELL - 2, height, zorder=2, **looks))
        middle = (x + _CELL / 2 - 1, y + height / 2)
        behind = {"boxstyle": "round,pad=0.12", "fc": theme.paper, "ec": "none"}
        axes.text(
            *middle,
            str(data["count"]),
            ha="center",
            va="center_baseline",
            fontsize=8,
            color=theme.ink if layer == "claim" else _ink_on(colour),
            bbox=behind if layer == "claim" else None,
            zorder=3,
        )


def _ink_on(colour: str) -> str:
    """Black or white, whichever can be read better on a colour. Source: WCAG 2.2."""
    channels = [value / 255 for value in bytes.fromhex(colour[1:])]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if (light + 0.05) / 0.05 > 1.05 / (light + 0.05) else "#ffffff"
