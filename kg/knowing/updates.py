"""What an update says about itself, found in its words without an engine.

The words are read outside of strings, IRIs, prefixed names, variables and comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.errors import QueryError
from kg.knowing.refusals import check_depth, expand_escapes, mask_query

_TOKENS = re.compile(r"(?P<name>[?$@][\w-]+|[\w.\-·]*+:[\w.:\-·%]*)|(?P<word>[\w.\-·]+)|[{}]")
"""A run of letters, points and hyphens is one word, so that reading takes linear time."""

_REFUSED = "SERVICE and LOAD are refused: updates stay inside the store and never fetch anything"


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    depth: int


def _words(sparql: str) -> Iterator[_Token]:
    """The words and braces that can act, in capitals, with the depth of braces around them."""
    depth = 0
    for match in _TOKENS.finditer(mask_query(sparql)):
        depth -= match[0] == "}"
        if match["name"] is None:
            yield _Token(match[0].upper(), match.start(), depth)
        depth += match[0] == "{"


def add_using(sparql: str, *, graphs: Iterable[str] = (), named: Iterable[str] = ()) -> str:
    """An update whose patterns are matched in the given graphs, as USING and USING NAMED do.

    Raises QueryError when the update has USING or WITH of its own.

    >>> add_using("INSERT { ?s a 1 } WHERE { ?s ?p 2 }", graphs=["urn:g"])
    'INSERT { ?s a 1 } USING <urn:g> WHERE { ?s ?p 2 }'
    """
    clauses = [f"USING <{iri}>" for iri in graphs] + [f"USING NAMED <{iri}>" for iri in named]
    if not clauses:
        return sparql
    words = [token for token in _words(sparql) if token.depth == 0]
    if any(token.text in {"USING", "WITH"} for token in words):
        raise QueryError("update: it has USING or WITH, and the request names graphs: take one")
    parts, done = [], 0
    for place, token in enumerate(words):
        if token.text == "WHERE":
            parts.append(sparql[done : token.start])
            if place and words[place - 1].text == "DELETE":  # DELETE WHERE { P }: P is both
                parts.append(_block(sparql, words[place:]) + " ")
            parts.append(" ".join(clauses) + " ")
            done = token.start
    return "".join([*parts, sparql[done:]])


def _block(sparql: str, words: list[_Token]) -> str:
    """What stands in braces behind the first word, braces included."""
    end = next((token.start + 1 for token in words if token.text == "}"), len(sparql))
    return sparql[words[0].start + len(words[0].text) : end].strip()


def check_update(sparql: str) -> None:
    """Raises QueryError when an update would reach outside the store (SERVICE, LOAD).

    As with queries, two independent checks must agree that it does not: one on its words,
    and, where it has a suspicious one at all, one on its grammar.
    """
    check_depth(sparql)
    expanded = expand_escapes(sparql)
    if not re.search("service|load", expanded, re.IGNORECASE):
        return
    for text in (sparql, expanded):
        if any("SERVICE" in token.text or "LOAD" in token.text for token in _words(text)):
            raise QueryError(_REFUSED)
    if not _stays_inside(sparql):
        raise QueryError(_REFUSED)


def _stays_inside(sparql: str) -> bool:
    """Whether a second parser reads the update and sees neither SERVICE nor LOAD."""
    from pyparsing import ParseException
    from rdflib.plugins.sparql.parser import parseUpdate

    try:
        tree = repr(parseUpdate(sparql))
    except (ParseException, RecursionError):
        return False
    return "ServiceGraphPattern" not in tree and "Load_" not in tree
