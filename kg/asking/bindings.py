"""Variables of a query bound to terms; what is bound can never act as SPARQL.

The engine's own substitution knows only variables that a SELECT gives back, and none
inside a subquery. So the value is handed in as data, the standard's own way: a
``VALUES`` with one term, written by the engine's serialiser, in the WHERE and in each
group of it that names the variable.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from kg import names
from kg.errors import QueryError
from kg.knowing.refusals import is_utf8, mask_query

_TOKEN = re.compile(
    r"(?P<variable>[?$]\w+)|(?P<name>[\w.-]*:[^\s{}()\[\];,|/^*+?!<>&=]*)|(?P<word>\w+)"
    r"|(?P<bracket>\{\||[{}()])"
)
_QUOTED = re.compile(
    r'"((?:[^"\\]|\\.)*)"(?:\^\^(\S+)|@([a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*))?', re.DOTALL
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}
_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})


# --- values -------------------------------------------------------------------------------


def make_term(value: str) -> NamedNode | Literal:
    """What somebody means by a value on the command line.

    A prefixed name or an IRI in angle brackets is a node, a text in double quotes has its
    language or type behind it, and all else is a text as it stands, numbers too:

    >>> for value in ("ent:usa", '"Haus"@de', '"3"^^xsd:integer', "3"):
    ...     print(make_term(value))
    <https://w3id.org/newskg/entity/usa>
    "Haus"@de
    "3"^^<http://www.w3.org/2001/XMLSchema#integer>
    "3"

    Raises QueryError for what is meant as a node or a type and is none, and for half a
    character: that is how Python shows what was no UTF-8 on the command line.
    """
    if not is_utf8(value):
        raise QueryError(f"value {value[:80]!r}: not UTF-8")
    if quoted := _QUOTED.fullmatch(value):
        text = re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[0]), quoted[1], flags=re.DOTALL)
        if quoted[2]:
            return Literal(text, datatype=_make_type(quoted[2], value))
        return Literal(text, language=quoted[3].lower()) if quoted[3] else Literal(text)
    prefix, colon, _ = value.partition(":")
    if (colon and prefix in names.PREFIXES) or re.fullmatch(r"<[^<>\s]+>", value):
        return _make_node(value, value)
    return Literal(value)


def _make_type(name: str, value: str) -> NamedNode:
    prefix, colon, _ = name.partition(":")
    if colon and prefix not in names.PREFIXES and not name.startswith("<"):
        raise QueryError(
            f"value {value!r}: not an IRI (no prefix {prefix}: is known; write <IRI> in full)"
        )
    return _make_node(name, value)


def _make_node(name: str, value: str) -> NamedNode:
    try:
        return NamedNode(names.expand(name))
    except ValueError as error:
        raise QueryError(f"value {value!r}: not an IRI ({error})") from error


def read_term(text: str) -> NamedNode | Literal:
    """A term as N-Triples has it. Raises QueryError for anything else, or more than one."""
    try:
        found = list(parse(f"<a:s> <a:p> {text} .".encode(), format=RdfFormat.N_TRIPLES))
    except (SyntaxError, ValueError) as error:
        raise QueryError(f"value {text[:80]!r}: neither an IRI nor a literal") from error
    term = found[0].object if len(found) == 1 else None
    if not isinstance(term, NamedNode | Literal):
        raise QueryError(f"value {text[:80]!r}: neither an IRI nor a literal")
    return term


# --- binding ------------------------------------------------------------------------------


def bind_variables(sparql: str, bindings: Mapping[str, NamedNode | Literal]) -> str:
    """The query with variables bound.

    >>> print(bind_variables("ASK { ?s ?p ?o }", {"o": Literal("}")}))
    ASK { VALUES ?o { "}" } ?s ?p ?o }

    A variable that has its ``VALUES ?name { ... }`` gets the new value there instead. Raises
    QueryError for a variable that the query does not have, and for a CONSTRUCT without a
    template, which cannot hold values.
    """
    masked = mask_query(sparql)
    root = _read_groups(masked)
    edits: list[tuple[int, int, str]] = []
    for name, term in sorted(bindings.items()):
        value = f"VALUES ?{name} {{ {term} }}"
        default = rf"\bVALUES\s*[?$]{re.escape(name)}\s*{{[^{{}}]*}}"
        if places := [match.span() for match in re.finditer(default, masked, re.IGNORECASE)]:
            edits += [(start, end, value) for start, end in places]
        else:
            edits += [(at, at, f" {value}") for at in _places(root, name)]
    for start, end, text in sorted(edits, reverse=True):
        sparql = sparql[:start] + text + sparql[end:]
    return sparql


@dataclass(slots=True)
class _Group:
    """A pair of braces, or the query as a whole: what it is, names, and holds."""

    start: int = 0
    is_query: bool = False
    """Does it begin with SELECT (or, the whole, with any form of query)?"""
    is_pattern: bool = True
    form: str = ""
    parens: int = 0
    last: str = ""
    in_values: bool = False
    names: set[str] = field(default_factory=set)
    inner: list[_Group] = field(default_factory=list)
    where: _Group | None = None


def _read_groups(masked: str) -> _Group:
    """The groups of a query; what cannot be read is left to the engine's parser."""
    root = _Group(is_query=True)
    stack = [root]
    for token in _TOKEN.finditer(masked):
        kind, text, group = token.lastgroup, token[0], stack[-1]
        if kind == "bracket":
            _read_bracket(text, token.end(), stack)
        elif kind == "variable":
            group.names.add(text[1:])
        elif kind == "word":
            _read_word(text.upper(), group)
        group.last = text.upper()
    return root


def _read_word(word: str, group: _Group) -> None:
    if word == "VALUES":
        group.in_values = True
    if word in _FORMS and not group.form and (group.is_query or not group.last):
        group.form, group.is_query = word, True


def _read_bracket(text: str, end: int, stack: list[_Group]) -> None:
    group = stack[-1]
    if text in "()":
        group.parens += 1 if text == "(" else -1
    elif text == "}":
        if len(stack) > 1:
            stack.pop()
    else:
        inner = _open_group(group, text, end)
        stack.append(inner)


def _open_group(group: _Group, text: str, start: int) -> _Group:
    is_template = group.is_query and group.last == "CONSTRUCT" and text == "{"
    inner = _Group(start=start)
    inner.is_pattern = not (is_template or group.in_values or text == "{|")
    if not inner.is_pattern:
        inner.names = group.names  # what stands there belongs to the group around it
    elif group.is_query and group.parens == 0 and group.where is None:
        group.where = inner
    group.in_values = False
    group.inner.append(inner)
    return inner


def _places(root: _Group, name: str) -> Iterator[int]:
    """Where a value for a variable has to stand: behind these opening braces."""
    naming = [group for group in _walk([root]) if name in group.names]
    if not naming or root.where is None:
        raise QueryError(f"the query has no variable ?{name}")
    if root.form == "CONSTRUCT" and root.inner[0] is root.where:
        raise QueryError(f"?{name}: write CONSTRUCT {{ ... }} WHERE {{ ... }} to bind a variable")
    groups = [root.where, *(group.where if group.is_query else group for group in naming)]
    yield from {group.start for group in groups if group is not None and group.is_pattern}


def _walk(groups: Iterable[_Group]) -> Iterator[_Group]:
    for group in groups:
        yield group
        yield from _walk(group.inner)
