"""Queries that stay inside the store: no SERVICE, no LOAD; and what kind of answer one gives."""

from __future__ import annotations

import re

from kg.errors import QueryError

_QUIET = re.compile(
    r"""\"{3}(?:[^"\\]|\\.|"{1,2}(?!"))*\"{3}|'{3}(?:[^'\\]|\\.|'{1,2}(?!'))*'{3}
    |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*'
    |<[^<>"{}|^`\\\x00-\x20]*>|\\[_~.\-!$&'()*+,;=/?\#@%]|\#[^\n\r]*""",
    re.VERBOSE | re.DOTALL,
)
"""Strings, IRIs, escapes of local names and comments: nothing in them can act."""

_ACTING = re.compile(r"(?<![^\W\d])(?<![:?$@-])(service|load)", re.IGNORECASE)


def check_query(sparql: str) -> None:
    """Raises QueryError when a query would reach outside the store (SERVICE, LOAD).

    Two independent checks must both agree that it does not: one on the words of
    the query, and, where it has a suspicious word at all, one on its grammar.
    """
    unescaped = re.sub(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})", _unescape, sparql)
    if not re.search("service|load", unescaped, re.IGNORECASE):
        return
    for text in (sparql, unescaped):
        if found := _ACTING.search(_QUIET.sub(" ", text)):
            raise QueryError(_refusal(found[1]))
    if _asks_a_service(sparql):
        raise QueryError(_refusal("SERVICE"))


def _refusal(word: str) -> str:
    return f"{word.upper()} is refused: queries stay inside the store and never fetch anything"


def _unescape(match: re.Match[str]) -> str:
    code = int(match[1] or match[2], 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else " "


def _asks_a_service(sparql: str) -> bool:
    """Whether a second parser sees a SERVICE; a query that it cannot read counts as one."""
    from pyparsing import ParseException
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        tree = parseQuery(sparql)
    except (ParseException, RecursionError):
        return True
    return "ServiceGraphPattern" in repr(tree)


_FORM = re.compile(r"(?<![\w:?$.-])(select|ask|construct|describe)\b(?!\s*:)", re.IGNORECASE)


def gives_graph(sparql: str) -> bool:
    """Whether a query is a CONSTRUCT or DESCRIBE, by its first word that acts."""
    found = _FORM.search(_QUIET.sub(" ", sparql))
    return found is not None and found[1].lower() in ("construct", "describe")
