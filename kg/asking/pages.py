"""One HTML file that shows a network of actors and needs nothing else, not even a network.

The page is put together from ``page/network.html``, ``network.css`` and ``network.js``; the
script is a bundle of sigma.js, graphology and ``page/source/``. It carries its data as JSON;
the script shows every text as text and never as markup, and a content security policy lets
no other script or style run and nothing be fetched.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from kg.asking.measures import find_communities
from kg.asking.network import Evidence, keep_heart, weigh_actors
from kg.asking.pictures import labels_above, place_nodes, wrap_label
from kg.asking.places import Place, place_many
from kg.errors import KGError
from kg.names import shorten

if TYPE_CHECKING:
    from kg.asking.network import Network

LANGUAGES = ("de", "en")

MAX_NODES = 5000
MAX_EDGES = 20_000
MAX_LETTERS = 10_000_000
"""What a page holds: actors, edges, and letters of sentences. Above that it shows the heart."""

_AROUND = 60
"""About the letters that a page needs for a statement beside its sentence."""

_MUCH = 1_000_000
"""The letters of JSON above which the data is compressed."""

_ROOM_FOR_LABELS = 200
"""The most actors that are laid out with room for every label."""

_FONT = 12.0
_LETTER = 0.58 * _FONT


def write_page(
    graph: Network,
    out: Path,
    *,
    title: str,
    lang: str = "de",
    max_nodes: int = MAX_NODES,
    max_edges: int = MAX_EDGES,
) -> None:
    """Write the page of a network into one HTML file; see :func:`make_page`.

    Raises KGError when the file cannot be written.
    """
    text = make_page(graph, title=title, lang=lang, max_nodes=max_nodes, max_edges=max_edges)
    try:
        out.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise KGError(f"{out}: cannot be written ({error.strerror})") from error


def make_page(
    graph: Network,
    *,
    title: str,
    lang: str = "de",
    max_nodes: int = MAX_NODES,
    max_edges: int = MAX_EDGES,
) -> str:
    """The HTML of a page in which a network can be searched, filtered and read.

    A click on an actor opens its card, a click on an edge its sentences with article, date,
    outlet and link. ``lang`` is the language the page opens in, ``de`` or ``en``; the reader
    can change it. Above ``max_nodes`` and ``max_edges`` only the heart is shown, and the page
    says so.

    The part of the address after ``#`` keeps what is open and shown, with shortened IRIs:
    ``edge=ent:usa,ent:is,plain`` or ``node=ent:usa``; ``view=table``, ``lang=en``,
    ``theme=dark``, ``colour=community``; and of the filters ``layer=plain``, ``type=Accuse``,
    ``tone=conflict``, ``kind=Person,State``, ``least=2``, ``since=2019-08-01`` and
    ``until=2019-09-01`` (half-open).

    The same network gives the same text. Raises KGError for another language.
    """
    if lang not in LANGUAGES:
        raise KGError(f"no page in language {lang!r}: there are {', '.join(LANGUAGES)}")
    script, style = _read_part("network.js"), _read_part("network.css")
    heart = fit_heart(graph, max_nodes=max_nodes, max_edges=max_edges, max_letters=MAX_LETTERS)
    kind, data = _pack(embed_json(page_data(heart, title=title, lang=lang)))
    parts = {
        "%%LANG%%": lang,
        "%%TITLE%%": html.escape(title).encode("utf-8", "replace").decode("utf-8"),
        "%%CSP%%": _policy(script, style),
        "%%STYLE%%": style,
        "%%TYPE%%": kind,
        "%%DATA%%": data,
        "%%SCRIPT%%": script,
    }
    return _fill(_read_part("network.html"), parts)


def fit_heart(graph: Network, *, max_nodes: int, max_edges: int, max_letters: int) -> Network:
    """The actors with most statements, as many as go into a page with all edges between them.

    ``max_letters`` bounds the sentences, each with what stands around it. See
    :func:`kg.asking.network.keep_heart` for what is said of the rest. Raises QueryError when
    ``max_nodes`` is not positive.
    """
    weight = weigh_actors(graph)
    ranks = {n: rank for rank, n in enumerate(sorted(weight, key=lambda n: (-weight[n], n)))}
    letters = 0
    fitting = max_nodes
    ends = ((max(ranks[a], ranks[b]), data) for a, b, data in graph.edges(data=True))
    for number, (rank, data) in enumerate(sorted(ends, key=lambda end: end[0])):
        letters += sum(len(e.sentence) + _AROUND for e in data["evidence"])
        if number >= max_edges or letters > max_letters:
            fitting = min(fitting, max(rank, 2))
            break
    return graph if len(graph) <= fitting else keep_heart(graph, fitting)


def embed_json(value: Any) -> str:
    r"""JSON that can stand inside a ``script`` element, whatever its strings hold.

    >>> print(embed_json("</script>"))
    "\u003c/script>"
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def page_data(graph: Network, *, title: str, lang: str) -> dict[str, Any]:
    """All that the page shows, ready for JSON.

    ``nodes``, ``edges``, ``statements`` and ``articles`` lie in ``columns``; a column that
    ``names`` tells of holds positions in that list, -1 for None. Edges have the positions of
    both ends and the ``count`` of their statements, which follow in the order of edges and have
    the positions of their articles, and of the actor they are ``by`` (-1: none of these). A
    name would not do: two may share one.
    """
    order = {node: place for place, node in enumerate(graph.nodes)}
    edges = list(graph.edges(keys=True, data=True))
    evidence = [e for *_, data in edges for e in data["evidence"]]
    first = {e.article: e for e in reversed(evidence)}
    articles = {
        article: place for place, article in enumerate(dict.fromkeys(e.article for e in evidence))
    }
    facts = {name: graph.graph[name] for name in ("first", "last", "left_out")}
    return {
        "title": title,
        "lang": lang,
        **facts,
        "nodes": _columns(_nodes(graph), "kind"),
        "edges": _columns(
            [
                {"from": order[a], "to": order[b], "layer": layer, "count": data["count"]}
                for a, b, layer, data in edges
            ],
            "layer",
        ),
        "statements": _columns(
            [
                {**_statement(e, articles[e.article]), "by": order.get(e.speaker_iri or "", -1)}
                for e in evidence
            ],
            *("relation", "role", "type", "modality", "speaker", "text"),
        ),
        "articles": _columns([_article(first[a]) for a in articles], "outlet"),
    }


def safe_link(url: str | None) -> str | None:
    """The address if a browser may follow it: ``http`` or ``https`` with a host, else None.

    >>> safe_link("https://example.org/a"), safe_link("javascript:alert(1)")
    ('https://example.org/a', None)
    """
    url = (url or "").strip()
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None


def _read_part(name: str) -> str:
    text = files("kg.asking").joinpath("page", name).read_text(encoding="utf-8")
    return text.replace("\r\n", "\n")


def _fill(template: str, parts: Mapping[str, str]) -> str:
    """The template with its markers replaced; what is put in is not searched for markers."""
    pieces = [template]
    for marker, text in parts.items():
        at = next(i for i, piece in enumerate(pieces) if i % 2 == 0 and marker in piece)
        before, after = pieces[at].split(marker, 1)
        pieces[at : at + 1] = [before, text, after]
    return "".join(pieces)


def _policy(script: str, style: str) -> str:
    """A content security policy under which this script and this style run, and nothing else."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_fingerprint(script)}'",
            f"style-src '{_fingerprint(style)}'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _pack(text: str) -> tuple[str, str]:
    """The media type and the text of the data: JSON as it is, or, if it is much, compressed."""
    if len(text) <= _MUCH:
        return "application/json", text
    packed = gzip.compress(text.encode("utf-8"), compresslevel=9, mtime=0)
    return "application/gzip;base64", base64.b64encode(packed).decode("ascii")


def _fingerprint(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return "sha256-" + base64.b64encode(digest).decode("ascii")


def _columns(rows: Sequence[Mapping[str, Any]], *shared: str) -> dict[str, Any]:
    """Rows as columns; a text of a ``shared`` column is kept once and pointed to."""
    columns = {key: [row[key] for row in rows] for key in (rows[0] if rows else ())}
    names: dict[str, list[str]] = {}
    for key in shared:
        known = dict.fromkeys(text for text in columns.get(key, ()) if text is not None)
        at = {text: place for place, text in enumerate(known)}
        names[key] = list(known)
        columns[key] = [-1 if text is None else at[text] for text in columns.get(key, ())]
    return {"length": len(rows), "names": names, "columns": columns}


def _nodes(graph: Network) -> list[dict[str, Any]]:
    radius = _radii(graph)
    labels = {n: wrap_label(data["label"], width=22) for n, data in graph.nodes(data=True)}
    found = find_communities(graph)
    groups = {node: number for number, actors in enumerate(found) for node in actors}
    places = _places(graph, labels, radius, groups)
    above = labels_above(graph, places)
    return [
        {
            "iri": shorten(node),
            "label": data["label"],
            "lines": None if labels[node] == (data["label"],) else list(labels[node]),
            "above": int(node in above),
            "kind": data["kind"],
            "aliases": list(data["aliases"]),
            "mentions": data["mentions"],
            "articles": data["articles"],
            "community": groups[node],
            "radius": radius[node],
            "x": round(places[node][0], 1),
            "y": round(places[node][1], 1),
        }
        for node, data in graph.nodes(data=True)
    ]


def _radii(graph: Network) -> dict[str, float]:
    """Discs whose area grows with the statements; smaller where there are many."""
    weight = weigh_actors(graph)
    heaviest = max(weight.values(), default=1)
    scale = min(1.0, max(0.4, math.sqrt(_ROOM_FOR_LABELS / max(len(graph), 1))))
    return {n: round(scale * (5 + 13 * math.sqrt(w / heaviest)), 1) for n, w in weight.items()}


def _places(
    graph: Network,
    labels: Mapping[str, Sequence[str]],
    radius: Mapping[str, float],
    groups: Mapping[str, int],
) -> dict[str, Place]:
    if len(graph) > _ROOM_FOR_LABELS:
        return place_many(graph, {n: 1.7 * r + 4 for n, r in radius.items()}, groups)
    return place_nodes(graph, {n: _box(labels[n], radius[n]) for n in graph.nodes})


def _box(lines: Iterable[str], radius: float) -> tuple[float, float]:
    """The room that a node and its label need; browsers set text in fonts of their own."""
    lines = list(lines)
    width = max(len(line) for line in lines) * _LETTER
    return max(width, 2 * radius), 2 * radius + 4 + 1.25 * _FONT * len(lines)


def _statement(evidence: Evidence, article: int) -> dict[str, Any]:
    return {
        "iri": shorten(evidence.statement),
        "relation": evidence.relation,
        "role": evidence.role,
        "type": evidence.event_type,
        "score": evidence.score,
        "modality": evidence.modality,
        "speaker": evidence.speaker,
        "text": evidence.sentence,
        "article": article,
    }


def _article(evidence: Evidence) -> dict[str, Any]:
    return {
        "title": evidence.title,
        "date": evidence.published,
        "outlet": evidence.publisher,
        "source": evidence.source,
        "url": safe_link(evidence.url),
    }
