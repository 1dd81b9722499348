"""One HTML file that shows a network of actors and needs nothing else, not even a network.

The page is put together from ``page/network.html``, ``network.css`` and ``network.js``. It
carries its data as JSON; the script shows every text as text and never as markup, and a
content security policy lets no other script or style run and nothing be fetched.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import math
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from kg.asking.network import Evidence, keep_heart, weigh_actors
from kg.asking.pictures import FAMILY_OF, labels_above, place_nodes, wrap_label
from kg.errors import KGError
from kg.names import shorten

if TYPE_CHECKING:
    from kg.asking.network import Network

LANGUAGES = ("de", "en")

_FONT = 12.0
_LETTER = 0.58 * _FONT


def write_page(
    graph: Network, out: Path, *, title: str, lang: str = "de", max_nodes: int = 400
) -> None:
    """Write the page of a network into one HTML file; see :func:`make_page`.

    Raises KGError when the file cannot be written.
    """
    text = make_page(graph, title=title, lang=lang, max_nodes=max_nodes)
    try:
        out.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise KGError(f"{out}: cannot be written ({error.strerror})") from error


def make_page(graph: Network, *, title: str, lang: str = "de", max_nodes: int = 400) -> str:
    """The HTML of a page in which a network can be searched, filtered and read.

    A click on an actor opens its card, a click on an edge its sentences with article, date,
    outlet and link. ``lang`` is the language the page opens in, ``de`` or ``en``; the reader
    can change it. Above ``max_nodes`` only the heart is shown, and the page says so. The part
    of the address after ``#`` keeps what is open: ``#edge=who,whom,layer`` with shortened IRIs
    (``ent:usa``), ``#node=ent:usa``, ``view=table``, ``lang=en``.

    The same network gives the same text. Raises KGError for another language.
    """
    if lang not in LANGUAGES:
        raise KGError(f"no page in language {lang!r}: there are {', '.join(LANGUAGES)}")
    script, style = _read_part("network.js"), _read_part("network.css")
    parts = {
        "%%LANG%%": lang,
        "%%TITLE%%": html.escape(title).encode("utf-8", "replace").decode("utf-8"),
        "%%CSP%%": _policy(script, style),
        "%%STYLE%%": style,
        "%%DATA%%": embed_json(page_data(keep_heart(graph, max_nodes), title=title, lang=lang)),
        "%%SCRIPT%%": script,
    }
    return _fill(_read_part("network.html"), parts)


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
    """All that the page shows, ready for JSON; edges, statements and articles by position.

    ``nodes`` have their places; ``edges`` have the positions of both ends, a layer and the
    positions of their ``statements``, which point to ``articles`` in turn.
    """
    order = {node: place for place, node in enumerate(graph.nodes)}
    statements: list[dict[str, Any]] = []
    articles: dict[str, int] = {}
    sources: list[dict[str, Any]] = []
    edges = []
    for who, whom, layer, data in graph.edges(keys=True, data=True):
        first = len(statements)
        for evidence in data["evidence"]:
            if evidence.article not in articles:
                articles[evidence.article] = len(sources)
                sources.append(_article(evidence))
            statements.append(_statement(evidence, articles[evidence.article]))
        found = list(range(first, len(statements)))
        edges.append({"from": order[who], "to": order[whom], "layer": layer, "found": found})
    facts = {name: graph.graph[name] for name in ("first", "last", "left_out")}
    parts = {"nodes": _nodes(graph), "edges": edges, "statements": statements}
    return {"title": title, "lang": lang, **facts, **parts, "articles": sources}


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


def _fingerprint(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return "sha256-" + base64.b64encode(digest).decode("ascii")


def _nodes(graph: Network) -> list[dict[str, Any]]:
    weight = weigh_actors(graph)
    heaviest = max(weight.values(), default=1)
    radius = {n: round(5 + 13 * math.sqrt(w / heaviest), 1) for n, w in weight.items()}
    labels = {n: wrap_label(data["label"], width=22) for n, data in graph.nodes(data=True)}
    places = place_nodes(graph, {n: _box(labels[n], radius[n]) for n in graph.nodes})
    above = labels_above(graph, places)
    return [
        {
            "iri": shorten(node),
            "label": data["label"],
            "lines": list(labels[node]),
            "above": node in above,
            "kind": data["kind"],
            "family": FAMILY_OF[data["kind"]],
            "aliases": list(data["aliases"]),
            "mentions": data["mentions"],
            "articles": data["articles"],
            "radius": radius[node],
            "x": round(places[node][0], 1),
            "y": round(-places[node][1], 1),
        }
        for node, data in graph.nodes(data=True)
    ]


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
