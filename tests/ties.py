"""Networks made by hand or by chance, from ties: who, whom, layer, event type."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st

from kg.asking.network import Evidence, make_network, read_scores

Tie = tuple[str, str, str, str | None]

NAMES = "abcdefgh"


def make_evidence(number: int, event_type: str | None = None, **more: Any) -> Evidence:
    """One statement; its sentence, article and day tell its number."""
    facts: dict[str, Any] = {
        "relation": "reden mit",
        "role": "object",
        "sentence": f"Satz {number}.",
        "article": f"art:{number // 2}",
        "event_type": event_type,
        "score": read_scores()[event_type, "-"] if event_type else None,
        "published": f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}",
        "confidence": number % 10 / 10,
    }
    return Evidence(f"st:{number}", **{**facts, **more})


def make_actor(name: str, **more: Any) -> dict[str, Any]:
    return {
        "label": name.upper(),
        "kind": "Person",
        "mentions": 1,
        "articles": 1,
        "aliases": (),
        **more,
    }


def make_ties(ties: Iterable[Tie], **actors: dict[str, Any]) -> Any:
    """A network with a statement a tie, in their order; who acts on itself makes none."""
    edges: dict[tuple[str, str, str], list[Evidence]] = {}
    for number, (who, whom, layer, event_type) in enumerate(ties):
        if who != whom:
            edges.setdefault((who, whom, layer), []).append(make_evidence(number, event_type))
    ends = {end for who, whom, _ in edges for end in (who, whom)}
    return make_network({end: actors.get(end, make_actor(end)) for end in ends}, edges)


def make_chain(*names: str) -> Any:
    """Actors in a row, each acting on the next."""
    return make_ties((a, b, "plain", None) for a, b in itertools.pairwise(names))


ties = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.sampled_from(NAMES),
        st.sampled_from(["plain", "claim"]),
        st.sampled_from([None, "Consult", "Assault", "Aid", "Accuse"]),
    ),
    max_size=40,
)
networks = ties.map(make_ties)
