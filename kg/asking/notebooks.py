"""A network of actors at hand in a notebook: it shows itself, and gives tables of pandas."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib import import_module
from typing import TYPE_CHECKING, Any

from kg.asking.balances import balance_rows
from kg.asking.measures import central_rows, community_rows, stat_rows
from kg.asking.network import (
    Evidence,
    edge_rows,
    evidence_rows,
    filter_network,
    find_in_part,
    node_rows,
)
from kg.asking.paths import ego_rows, path_rows
from kg.asking.periods import compare_rows, read_period, timeline_rows
from kg.asking.pictures import draw_picture
from kg.errors import KGError

if TYPE_CHECKING:
    from kg.asking.network import Network

Row = dict[str, Any]

ROWS_SHOWN = 10
"""How many actors and edges a notebook shows."""

ACTORS_DRAWN = 30
"""How many actors the picture in a notebook has."""

NODE_COLUMNS = (
    *("name", "kind", "mentions", "articles", "acts", "concerned", "country", "sector", "iri"),
)
EDGE_COLUMNS = (
    *("who", "whom", "layer", "count", "relations", "event_types", "score", "first", "last"),
    *("who_iri", "whom_iri"),
)
EVIDENCE_COLUMNS = ("who", "whom", "layer", *Evidence.__dataclass_fields__)
_DAYS = ("first", "last", "published")


@dataclass(frozen=True, slots=True)
class ActorNetwork:
    """A network with all that can be asked of it; ``graph`` is the networkx graph itself.

    Methods give rows (dictionaries), or a smaller ``ActorNetwork``. Names are labels, aliases or
    IRIs of actors; filters are those of :func:`kg.asking.network.filter_network`.
    """

    graph: Network
    whole: Network
    """What ``graph`` was filtered from; names are looked up in it."""
    title: str = "Who acts on whom"

    def filter(self, **filters: Any) -> ActorNetwork:
        """The part of it that fulfils all conditions, see ``filter_network``."""
        return ActorNetwork(filter_network(self.graph, **filters), self.whole, self.title)

    def stats(self) -> list[Row]:
        """How large and dense it is, how much conflict, how much is claimed."""
        return stat_rows(self.graph)

    def central(self, *, by: str = "statements") -> list[Row]:
        """Actors by how central they are, see :func:`kg.asking.measures.central_rows`."""
        return central_rows(self.graph, by=by)

    def communities(self) -> list[Row]:
        """Groups of actors, see :func:`kg.asking.measures.community_rows`."""
        return community_rows(self.graph)

    def path(self, one: str, other: str) -> list[Row]:
        """The shortest and the strongest way between two, see ``path_rows``."""
        return path_rows(self.graph, self._find(one), self._find(other))

    def ego(self, name: str, *, radius: int = 1) -> list[Row]:
        """The edges around an actor, see :func:`kg.asking.paths.ego_rows`."""
        return ego_rows(self.graph, self._find(name), radius=radius)

    def balance(self) -> list[Row]:
        """Allies, rivals, unbalanced triangles, see ``balance_rows``."""
        return balance_rows(self.graph)

    def timeline(self, name: str | None = None) -> list[Row]:
        """Month by month, see :func:`kg.asking.periods.timeline_rows`."""
        return timeline_rows(self.graph, None if name is None else self._find(name))

    def compare(self, before: str, after: str) -> list[Row]:
        """Two periods (``2019-01-01..2019-07-01``, ``2019``), see ``compare_rows``."""
        parts = []
        for since, until in map(read_period, (before, after)):
            parts.append(filter_network(self.graph, since=since, until=until))
        return compare_rows(*parts)

    def nodes_frame(self) -> Any:
        """The actors as a pandas DataFrame. Raises ImportError where pandas is missing."""
        return _make_frame(node_rows(self.graph), NODE_COLUMNS)

    def edges_frame(self) -> Any:
        """The edges as a pandas DataFrame. Raises ImportError where pandas is missing."""
        return _make_frame(edge_rows(self.graph), EDGE_COLUMNS)

    def evidence_frame(self) -> Any:
        """The statements as a pandas DataFrame. Raises ImportError where pandas is missing."""
        return _make_frame(evidence_rows(self.graph), EVIDENCE_COLUMNS)

    def __len__(self) -> int:
        return len(self.graph)

    def __repr__(self) -> str:
        return f"<{_tell_size(self.graph)}>"

    def _repr_html_(self) -> str:
        """What Jupyter shows: counts, a picture, the first actors and edges; nothing acts."""
        actors = node_rows(self.graph)[:ROWS_SHOWN]
        edges = edge_rows(self.graph)[:ROWS_SHOWN]
        return "".join(
            (
                f"<p><b>{_safe(self.title)}</b>: {_safe(_tell_size(self.graph))}</p>",
                _write_picture(self.graph, self.title),
                _write_html_table(actors, NODE_COLUMNS[:6]),
                _write_html_table(edges, EDGE_COLUMNS[:9]),
            )
        )

    def _find(self, name: str) -> str:
        return find_in_part(self.graph, self.whole, name)


def make_actor_network(whole: Network, **filters: Any) -> ActorNetwork:
    """A network for a notebook, filtered as :func:`kg.asking.network.filter_network` says."""
    return ActorNetwork(filter_network(whole, **filters), whole)


def _tell_size(graph: Network) -> str:
    first, last = graph.graph["first"], graph.graph["last"]
    period = f", {first} to {last}" if first else ""
    return f"{len(graph)} actors, {graph.number_of_edges()} edges{period}"


def _write_picture(graph: Network, title: str) -> str:
    """A picture that cannot act, as an image: scripts in images do not run."""
    try:
        drawn = draw_picture(graph, form="svg", title=title, lang="en", max_nodes=ACTORS_DRAWN)
    except KGError:
        return ""
    data = base64.b64encode(drawn).decode("ascii")
    return f'<img alt="" style="max-width:100%" src="data:image/svg+xml;base64,{data}">'


def _write_html_table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    head = "".join(f"<th>{_safe(name)}</th>" for name in columns)
    body = "".join(
        f"<tr>{''.join(f'<td>{_safe(row[name])}</td>' for name in columns)}</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _safe(value: object) -> str:
    """A value as text of a page, without marks that steer or turn the writing."""
    text = "" if value is None else str(value)
    return escape("".join(c if c.isprintable() else " " for c in text))


def _make_frame(rows: Sequence[Row], columns: Sequence[str]) -> Any:
    try:
        pandas: Any = import_module("pandas")
    except ImportError as error:
        raise ImportError("tables of pandas need it: pip install pandas") from error
    frame = pandas.DataFrame(rows, columns=list(columns))
    for name in _DAYS:
        if name in columns:
            frame[name] = pandas.to_datetime(frame[name])
    return frame
