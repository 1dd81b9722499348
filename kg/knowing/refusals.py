"""Queries that are refused: those that reach outside the store, and those that cannot be read."""

from __future__ import annotations

import re
import unicodedata

from kg import names
from kg.errors import QueryError

MAX_DEPTH = 500
"""Brackets in brackets; the engine's parser falls over at a few thousand."""

_QUIET = re.compile(
    r"""\"{3}(?:[^"\\]|\\.|"{1,2}(?!"))*\"{3}|'{3}(?:[^'\\]|\\.|'{1,2}(?!'))*'{3}
    |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*'
    |<[^<>"{}|^`\\\x00-\x20]*>|\\[_~.\-!$&'()*+,;=/?\#@%]|\#[^\n\r]*""",
    re.VERBOSE | re.DOTALL,
)
"""Strings, IRIs, escapes of local names and comments: nothing in them can act."""

_ACTING = re.compile(r"(?<![^\W\d])(?<![:?$@-])(service|load)", re.IGNORECASE)
_FORM = re.compile(r"(?<![\w:?$.-])(select|ask|construct|describe)\b(?!\s*:)", re.IGNORECASE)
_UPDATE = re.compile(
    r"(?:\s++|\bprefix\s*[\w.-]*:|\bbase\b)*+"
    r"(insert|delete|with|load|clear|drop|create|add|move|copy)\b(?!\s*:)",
    re.IGNORECASE,
)
_FROM = re.compile(r"(?<![\w:?$@.-])from(?![\w:.-])", re.IGNORECASE)


def check_query(sparql: str) -> None:
    """Raises QueryError when a query would reach outside the store (SERVICE, LOAD).

    Two independent checks must both agree that it does not: one on the words of
    the query, and, where it has a suspicious word at all, one on its grammar. Also
    refused is what is nested so deeply that the engine's parser would fall over, and
    what holds half a character.
    """
    if not is_utf8(sparql):
        raise QueryError("query: not UTF-8; save or send it in UTF-8")
    check_depth(sparql)
    unescaped = expand_escapes(sparql)
    if not re.search("service|load", unescaped, re.IGNORECASE):
        return
    for text in (sparql, unescaped):
        if found := _ACTING.search(_QUIET.sub(" ", text)):
            raise QueryError(_refusal(found[1]))
    if _asks_a_service(sparql):
        raise QueryError(_refusal("SERVICE"))


def is_utf8(text: str) -> bool:
    """Whether a text can be written in UTF-8: not with half a character (a lone surrogate)."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def mask_query(sparql: str) -> str:
    """The query, as long as it was, with blanks for its strings, IRIs and comments.

    Escapes within names become ``_``.

    >>> mask_query("ASK { ?s ?p 'a{b' } # all")
    'ASK { ?s ?p       }      '
    """
    return _QUIET.sub(lambda m: ("_" if m[0][0] == "\\" else " ") * len(m[0]), sparql)


def names_graphs(sparql: str) -> bool:
    """Whether a query chooses its graphs itself, with FROM or FROM NAMED."""
    return bool(_FROM.search(mask_query(sparql))) if _FROM.search(sparql) else False


def gives_graph(sparql: str) -> bool:
    """Whether a query is a CONSTRUCT or DESCRIBE, by its first word that acts.

    >>> gives_graph("PREFIX select: <urn:x> DESCRIBE select:y")
    True
    """
    found = _FORM.search(mask_query(sparql))
    return found is not None and found[1].lower() in ("construct", "describe")


def check_depth(sparql: str) -> None:
    """Raises QueryError for brackets that the engine's parser would fall over."""
    depth = 0
    if sum(map(sparql.count, "([{")) <= MAX_DEPTH:
        return
    for bracket in re.findall(r"[][(){}]", mask_query(sparql)):
        depth += 1 if bracket in "([{" else -1
        if depth > MAX_DEPTH:
            raise QueryError(f"query: more than {MAX_DEPTH} brackets in brackets; nest it less")


def _refusal(word: str) -> str:
    return f"{word.upper()} is refused: queries stay inside the store and never fetch anything"


def expand_escapes(sparql: str) -> str:
    """The text with each escaped character (backslash, u, digits) as the character itself."""
    return re.sub(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})", _unescape, sparql)


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


# --- the place of a fault -----------------------------------------------------------------

_PLACE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_PREFIXED = re.compile(r"(?<![\w.?$@:-])([^\W\d][\w.-]*):")
_MAX_LINE = 80
_MAX_EXPECTED = 160


def syntax_error(sparql: str, message: str) -> QueryError:
    r"""The engine's complaint in one line, and the place in the query.

    >>> fault = syntax_error("ASK { ?s ?p }", "error at 1:13: expected [_]")
    >>> print(fault, fault.excerpt, sep="\n")
    query: error at 1:13: this cannot stand here
    ASK { ?s ?p }
                ^
    """
    if not sparql.strip():
        return QueryError("query: the text is empty; write SELECT, ASK, CONSTRUCT or DESCRIBE")
    if missing := _find_undeclared(sparql):
        return missing
    found = _PLACE.fullmatch(message)
    if found is None:
        return QueryError(f"query: {' '.join(message.split())}")
    return _fault_at(sparql, int(found[1]), int(found[2]), _explain_expected(found[3]))


def _fault_at(sparql: str, line: int, column: int, what: str) -> QueryError:
    lines = sparql.split("\n")
    excerpt = make_excerpt(lines[line - 1], column) if line <= len(lines) else ""
    return QueryError(f"query: error at {line}:{column}: {what}", excerpt=excerpt)


def find_update(sparql: str) -> QueryError | None:
    """The fault of an update that was asked as a query; None for all else.

    >>> print(find_update("INSERT DATA { kg:a kg:b kg:c }"))
    query: error at 1:1: INSERT begins an update; a query only asks (SELECT, ASK, ...)
    """
    found = _UPDATE.match(mask_query(sparql))
    if found is None:
        return None
    before = sparql[: found.start(1)]
    line, column = before.count("\n") + 1, found.start(1) - before.rfind("\n")
    word = found[1].upper()
    told = f"{word} begins an update; a query only asks (SELECT, ASK, ...)"
    return _fault_at(sparql, line, column, told)


def _find_undeclared(sparql: str) -> QueryError | None:
    """The fault of the first name with an unknown prefix: the engine would blame what follows."""
    masked = mask_query(sparql)
    known = {*names.PREFIXES, "_", *re.findall(r"\bprefix\s+([\w.-]*):", masked, re.IGNORECASE)}
    for found in _PREFIXED.finditer(masked):
        if found[1] not in known:
            before = sparql[: found.start()]
            line, column = before.count("\n") + 1, found.start() - before.rfind("\n")
            return _fault_at(sparql, line, column, f"the prefix {found[1]}: is not declared")
    return None


def _explain_expected(expected: str) -> str:
    """What the engine would have taken, without classes of characters and what is refused."""
    plain = re.sub(r"\[[^\]]*\](, )?|\b(LATERAL|SERVICE)\b(, )?", "", expected)
    told = " ".join(plain.split()).rstrip(", ")
    if not told:
        return "this cannot stand here"
    return f"expected {told if len(told) <= _MAX_EXPECTED else told[:_MAX_EXPECTED] + ' …'}"


def make_excerpt(line: str, column: int) -> str:
    """A line of text, cut around a column (from 1), and below it a mark under that column."""
    start = max(0, min(column - _MAX_LINE // 2, len(line) - _MAX_LINE + 1))
    part = line[start : start + _MAX_LINE]
    shown = "".join(c if c.isprintable() else " " for c in part)
    return f"{shown.rstrip()}\n{' ' * text_width(shown[: column - 1 - start])}^"


def text_width(text: str) -> int:
    """Columns that a text takes in a terminal."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )
