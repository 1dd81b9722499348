"""The sheet that every picture is printed on: colours, words, head, legend, foot, and the file.

Two themes, light and dark; their colours are told apart by colour-blind readers (kinds after
Okabe and Ito 2008; red, grey and blue for conflict and cooperation). All lengths are in
points. matplotlib is imported only when something is drawn.
"""

from __future__ import annotations

import io
import re
import textwrap
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import KGError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from kg.asking.network import Network

FORMATS = ("png", "svg")

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

GROUP_COLOURS = (
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#f0e442",
)  # fmt: skip
"""Colours of communities, the largest first; all others share the theme's grey."""


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of a picture: paper, writing, what stands back, and what means something."""

    paper: str
    ink: str
    soft: str
    faint: str
    grid: str
    other: str
    families: Mapping[str, str]
    tones: Mapping[str, str]
    groups: Sequence[str]


THEMES: Mapping[str, Theme] = {
    "light": Theme(
        paper="#ffffff",
        ink="#1a1a1a",
        soft="#555555",
        faint="#767676",
        grid="#dddddd",
        other="#9a9a9a",
        families=FAMILY_COLOURS,
        tones=TONE_COLOURS,
        groups=GROUP_COLOURS,
    ),
    "dark": Theme(
        paper="#14171c",
        ink="#f0f0f0",
        soft="#b8bcc4",
        faint="#8f95a0",
        grid="#343a44",
        other="#7d828c",
        families={
            "person": "#3d8fe0",
            "state": "#12b886",
            "organisation": "#8ed6ff",
            "party": "#e08fc0",
            "armed": "#f2702c",
            "business": "#f5b32e",
            "group": "#f7ee7a",
        },
        tones={
            "conflict-strong": "#ff4d3d",
            "conflict": "#f5a58e",
            "neutral": "#c2c2c2",
            "cooperation": "#8cc4f5",
            "cooperation-strong": "#4a90ff",
            "untyped": "#666d78",
        },
        groups=(
            "#3d8fe0", "#f2702c", "#12b886", "#e08fc0", "#f5b32e", "#8ed6ff", "#f7ee7a",
        ),
    ),
}  # fmt: skip
"""The themes by name."""

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
        "thinned": "die {} stärksten von {} Verbindungen",
        "empty": "Keine Handlungen zwischen Akteuren gefunden",
        "sources": "Quellen: {}",
        "made": "erstellt mit newskg",
        "day": "{2}.{1}.{0}",
        "more": "und weitere",
        "statement": "1 Aussage",
        "statements": "{} Aussagen",
        "undated": "{} ohne Datum",
        "sizes": "Kreise und Linien wachsen mit der Zahl der Aussagen",
        "around": "um {}",
        "others": "übrige",
        "asserted": "vom Artikel ausgesagt",
        "matrix": "Zeile handelt an Spalte",
        "numbers": "Zahl der Aussagen; oben ausgesagt, unten nur behauptet",
        "timeline": "ein Balken je {}",
        "of_actor": "nur mit {}",
        "week": "Woche",
        "month": "Monat",
        "year": "Jahr",
        "months": "Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez",
        "day_month": "{2}.{1}.",
        "rise": "Zusammenarbeit",
        "fall": "Konflikt",
        "rest": "übrige Aussagen",
        "no_dates": "Keine datierten Aussagen gefunden",
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
        "thinned": "the {} strongest of {} connections",
        "empty": "No dealings between actors found",
        "sources": "Sources: {}",
        "made": "made with newskg",
        "day": "{0}-{1:02}-{2:02}",
        "more": "and others",
        "statement": "1 statement",
        "statements": "{} statements",
        "undated": "{} undated",
        "sizes": "circles and lines grow with the number of statements",
        "around": "around {}",
        "others": "others",
        "asserted": "asserted by the article",
        "matrix": "row acts on column",
        "numbers": "number of statements; above asserted, below only claimed",
        "timeline": "one bar per {}",
        "of_actor": "only with {}",
        "week": "week",
        "month": "month",
        "year": "year",
        "months": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
        "day_month": "{1:02}-{2:02}",
        "rise": "cooperation",
        "fall": "conflict",
        "rest": "other statements",
        "no_dates": "No dated statements found",
    },
}
"""The words of the pictures by language."""


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
    broken = textwrap.wrap(clean_line(label), width, break_long_words=False, break_on_hyphens=False)
    if len(broken) > lines:
        broken = [*broken[: lines - 1], broken[lines - 1] + "…"]
    longest = width * 3 // 2
    cut = (x if len(x) <= longest else x[: longest - 1].rstrip("… ") + "…" for x in broken)
    return tuple(cut) or ("?",)


# --- the sheet

MARGIN = 26.0
"""White around everything."""

_LEGEND_SIZE, _LEGEND_STEP = 8.0, 15.0
_DASHES = (0, (3.2, 2.0))


@dataclass(frozen=True, slots=True)
class Mark:
    """An entry of a legend.

    ``shape`` is ``node``, ``line``, ``dash``, ``box``, ``hatch``, or ``words`` for no mark.
    """

    shape: str
    colour: str
    words: str


def draw_sheet(
    graph: Network,
    *,
    size: tuple[float, float],
    title: str,
    notes: Sequence[str] = (),
    marks: Sequence[Mark] = (),
    words: Mapping[str, str],
    theme: Theme,
) -> tuple[Figure, Axes]:
    """A sheet with title, caption, legend and sources, and room of a ``size`` to draw in.

    The lower left corner of the room is the origin of the axes. ``notes`` go into the caption
    behind the period and the number of articles.
    """
    from matplotlib.figure import Figure

    width, body = size
    lines = wrap_title(title, width - 2 * MARGIN)
    rows = _legend_rows(marks, width - 2 * MARGIN)
    caption = _caption(graph, notes, words, room=width - 2 * MARGIN)
    head = 32.0 + 19 * len(lines) + 12 * len(caption)
    foot = MARGIN + 18 + _LEGEND_STEP * len(rows)
    height = head + body + foot
    figure = Figure(figsize=(width / 72, height / 72), facecolor=theme.paper)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(-foot, height - foot))
    axes.set_axis_off()
    for number, line in enumerate(lines):
        y = body + head - 30 - 19 * number
        axes.text(MARGIN, y, line, fontsize=15, fontweight="bold", color=theme.ink)
    for number, line in enumerate(caption):
        y = body + head - 29 - 19 * len(lines) - 12 * number
        axes.text(MARGIN, y, line, fontsize=9, color=theme.soft)
    _draw_legend(axes, rows, theme)
    _draw_foot(axes, graph, words, y=-foot + 14, right=width - MARGIN, theme=theme)
    return figure, axes


def draw_empty(axes: Axes, words: str, size: tuple[float, float], theme: Theme) -> None:
    """The words in the middle of a picture that has nothing to show."""
    middle = (size[0] / 2, size[1] / 2)
    axes.text(*middle, words, ha="center", va="center", fontsize=13, color=theme.soft)


def render_figure(draw: Callable[[], Figure], form: str) -> bytes:
    """The bytes of a ``png`` or ``svg`` file of what ``draw`` draws, the same every time.

    Raises KGError for another form.
    """
    import matplotlib as mpl

    if form not in FORMATS:
        raise KGError(f"no picture format {form!r}: there are {', '.join(FORMATS)}")
    settings: dict[Any, Any] = {
        "font.family": ["DejaVu Sans"],
        "font.size": 9.0,
        "svg.fonttype": "none",
        "svg.hashsalt": "newskg",
        "text.parse_math": False,
        "path.simplify": False,
        "hatch.linewidth": 1.1,
    }
    metadata = {"Software": "newskg"} if form == "png" else {"Date": None, "Creator": "newskg"}
    out = io.BytesIO()
    with mpl.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        draw().savefig(out, format=form, dpi=200, metadata=metadata)
    data = out.getvalue()
    return data if form == "png" else _FONT_NAME.sub(rb"\1, Verdana, sans-serif", data)


_FONT_NAME = re.compile(rb"""(style="[^"<>]*'DejaVu Sans')""")
"""Where an SVG asks for the font; the ones added are as wide."""


def write_image(out: Path, draw: Callable[[str], bytes]) -> None:
    """Write what ``draw`` makes for the ending of a file, whole or not at all.

    Raises KGError for an ending other than ``.png`` and ``.svg`` and for a file that cannot
    be written.
    """
    form = out.suffix.lower().lstrip(".")
    if form not in FORMATS:
        raise KGError(f"{out}: a picture ends in .png or .svg")
    data = draw(form)
    pending = out.with_name(out.name + ".new")
    try:
        try:
            pending.write_bytes(data)
            pending.replace(out)
        finally:
            pending.unlink(missing_ok=True)
    except OSError as error:
        raise KGError(f"{out}: cannot be written ({error.strerror})") from error


def theme_of(name: str) -> Theme:
    """The theme of a name. Raises KGError for an unknown one."""
    if name not in THEMES:
        raise KGError(f"no theme {name!r}: there are {', '.join(THEMES)}")
    return THEMES[name]


# --- words


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of a text in points."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    weight = "bold" if bold else "normal"
    font = FontProperties(family="DejaVu Sans", size=size, weight=weight)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        return float(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0])


def fit_text(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """A text shortened with an ellipsis to the width that there is."""
    if text_width(text, size, bold=bold) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        fits = text_width(text[:middle].rstrip() + "…", size, bold=bold) <= room
        low, high = (middle, high) if fits else (low, middle - 1)
    return text[:low].rstrip() + "…"


def clean_line(text: str) -> str:
    """A text on one line, without what cannot be printed."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def wrap_title(title: str, room: float, *, lines: int = 3) -> list[str]:
    """A title in lines of at most ``room``, the last one shortened where there are too many."""
    found: list[str] = []
    for word in clean_line(title).split(" "):
        longer = f"{found[-1]} {word}" if found else word
        if found and text_width(longer, 15, bold=True) <= room:
            found[-1] = longer
        else:
            found.append(word)
    if len(found) > lines:
        found = [*found[: lines - 1], " ".join(found[lines - 1 :])]
    return [fit_text(line, 15, room, bold=True) for line in found]


def write_day(day: str | None, pattern: str) -> str:
    """A date ``YYYY-MM-DD`` in the order of a language; what is no date as it is.

    >>> write_day("2021-03-04", "{2}.{1}.{0}"), write_day("im März", "{2}.{1}.{0}")
    ('4.3.2021', 'im März')
    """
    found = re.match(r"(\d{4})-(\d\d)-(\d\d)", day or "")
    return pattern.format(*map(int, found.groups())) if found else clean_line(day or "")


def count_words(number: int, name: str, words: Mapping[str, str]) -> str:
    """A number with its noun: ``1 article``, ``7 articles``."""
    return words[name] if number == 1 else words[name + "s"].format(number)


def _caption(
    graph: Network, notes: Sequence[str], words: Mapping[str, str], *, room: float
) -> list[str]:
    """Period, number of articles and of actors left out, notes: in lines that have room."""
    facts = graph.graph
    days = dict.fromkeys(day for day in (facts["first"], facts["last"]) if day)
    parts = [" – ".join(write_day(day, words["day"]) for day in days)]
    if facts["articles"]:
        parts.append(count_words(facts["articles"], "article", words))
    missing = facts["left_out"]["actors"]
    if missing:
        parts.append(words["left_out"].format(len(graph), len(graph) + missing))
    lines: list[str] = []
    for part in filter(None, [*parts, *notes]):
        longer = f"{lines[-1]}  ·  {part}" if lines else part
        if lines and text_width(longer, 9) <= room:
            lines[-1] = longer
        else:
            lines.append(fit_text(part, 9, room))
    return lines


# --- legend and foot

_Placed = tuple[float, Mark]


def _legend_rows(marks: Iterable[Mark], room: float) -> list[list[_Placed]]:
    """The entries with their places from the left, in rows no wider than ``room``."""
    rows: list[list[_Placed]] = []
    left, block = room, ""
    for mark in marks:
        width = text_width(mark.words, _LEGEND_SIZE) + (14 if mark.shape == "words" else 34)
        new_block = block not in ("", _BLOCKS[mark.shape])
        if left + width - 14 > room or new_block:
            rows.append([])
            left = 0.0
        rows[-1].append((left, mark))
        left, block = left + width, _BLOCKS[mark.shape]
    return rows


_BLOCKS = {"node": "node", "line": "edge", "dash": "edge", "box": "edge", "hatch": "edge",
           "words": "edge"}  # fmt: skip
"""Which entries share a row of the legend."""


def _draw_legend(axes: Axes, rows: Sequence[Sequence[_Placed]], theme: Theme) -> None:
    from matplotlib.patches import Rectangle

    for number, row in enumerate(rows):
        y = -8.0 - _LEGEND_STEP * number
        for left, mark in row:
            x, colour = MARGIN + left, mark.colour
            room = 20.0
            if mark.shape == "node":
                axes.plot([x + 8], [y], "o", ms=7, mfc=colour, mec=theme.paper)
            elif mark.shape in ("line", "dash"):
                style: Any = _DASHES if mark.shape == "dash" else "solid"
                axes.plot([x, x + 16], [y, y], lw=2.2, color=colour, ls=style)
            elif mark.shape in ("box", "hatch"):
                looks = cell_looks(colour, theme, claim=mark.shape == "hatch")
                axes.add_patch(Rectangle((x + 3, y - 5), 12, 10, **looks))
            else:
                room = 0.0
            at = (x + room, y)
            size, ink = _LEGEND_SIZE, theme.soft
            axes.text(*at, mark.words, fontsize=size, va="center_baseline", color=ink)


def cell_looks(colour: str, theme: Theme, *, claim: bool) -> dict[str, Any]:
    """How an area is filled: full where articles assert, hatched where they only report."""
    if claim:
        return {"fc": theme.paper, "ec": colour, "hatch": "////", "lw": 0.8}
    return {"fc": colour, "ec": colour, "lw": 0.8}


def tone_marks(
    tones: Iterable[str], shape: str, words: Mapping[str, str], theme: Theme
) -> list[Mark]:
    """The legend of the tones that there are, from conflict to cooperation."""
    there = set(tones)
    return [Mark(shape, c, words[tone]) for tone, c in theme.tones.items() if tone in there]


def _draw_foot(
    axes: Axes,
    graph: Network,
    words: Mapping[str, str],
    *,
    y: float,
    right: float,
    theme: Theme,
) -> None:
    axes.text(right, y, words["made"], fontsize=7.5, color=theme.faint, ha="right")
    names = list(_sources(graph))
    if names:
        shown = ", ".join(names[:4]) + (f" {words['more']}" if len(names) > 4 else "")
        room = right - MARGIN - text_width(words["made"], 7.5) - 20
        line = fit_text(words["sources"].format(shown), 7.5, room)
        axes.text(MARGIN, y, line, fontsize=7.5, color=theme.faint)


def _sources(graph: Network) -> Iterator[str]:
    """Who published the articles; where nobody says so, on which hosts or in which files."""
    if graph.graph["publishers"]:
        yield from map(clean_line, graph.graph["publishers"])
        return
    found: dict[str, set[str]] = {}
    for _, _, data in graph.edges(data=True):
        for evidence in data["evidence"]:
            host = re.match(r"https?://(?:www\.)?([^/?#]+)", evidence.url or "")
            name = host[1] if host else re.split(r"[/\\]", evidence.source or "")[-1]
            found.setdefault(clean_line(name), set()).add(evidence.article)
    found.pop("", None)
    yield from sorted(found, key=lambda name: (-len(found[name]), name))
