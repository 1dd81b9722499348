"""Graphs as text: one subject after the other, in Turtle, TriG, JSON-LD or RDF/XML.

All work on the lines of N-Triples: a block is a subject with its ``predicate object .``
tails, and a layout turns blocks into text. Nothing is parsed into objects, so that
millions of triples are written in seconds, and equal graphs give equal bytes.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from kg import names
from kg.errors import StoreError
from kg.lexicon import ontology_path

RDF = names.PREFIXES["rdf"]
XSD = names.PREFIXES["xsd"]
TYPE = f"<{RDF}type>"


class Block(NamedTuple):
    """All that one graph says of one subject; ``key`` tells its place in the file."""

    key: str
    subject: str
    tails: Sequence[str]


# --- related things near each other -------------------------------------------------------

_STRETCH = re.compile(rf"<({re.escape(names.ART)}[^#>]*)#char=(\d+),(\d+)>")
_NODE = f"<{names.NODE}"
_IN_SENTENCE, _IN_ARTICLE, _LOCAL, _MENTION, _STATEMENT = (
    f"<{names.KG}{term}> "
    for term in ("inSentence", "inArticle", "localTo", "mention", "statement")
)

Facts = Mapping[str, Sequence[str]]
"""The tails of each subject of a graph."""


def read_facts(lines: Iterable[str]) -> dict[str, list[str]]:
    """The lines of N-Triples by subject."""
    facts: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        subject, _, tail = line.partition(" ")
        if tail:
            facts[subject].append(tail)
    return facts


def make_blocks(lines: Iterable[str]) -> list[Block]:
    """The blocks of one graph in the order of the text.

    An article comes first, then sentence by sentence what stands in it: mentions with
    their links, statements with their parts, roles and events; then what the article
    alone knows; then entities and relations by name.
    """
    facts = read_facts(lines)
    keys: dict[str, str] = {}
    late: list[str] = []
    for subject, tails in facts.items():
        key = _own_place(subject, tails)
        if key:
            keys[subject] = key
        else:
            late.append(subject)
    _place_parts(facts, keys)
    for subject in late:
        place = _borrowed_place(facts[subject], keys)
        keys.setdefault(subject, f"{place} {subject}" if place else "~" + subject)
    blocks = (Block(keys[subject], subject, order_tails(t)) for subject, t in facts.items())
    return sorted(blocks)


def order_tails(tails: Iterable[str]) -> list[str]:
    """The tails of a subject, each once, classes first."""
    ordered = sorted(set(tails))
    if ordered[0].startswith(TYPE):
        return ordered
    return sorted(ordered, key=lambda tail: not tail.startswith(TYPE))


def _own_place(subject: str, tails: Iterable[str]) -> str:
    """Where a subject stands by what is said of itself, or nothing."""
    stretch = _STRETCH.fullmatch(subject)
    found = [tail for tail in tails if tail.startswith(_IN_SENTENCE)]
    if found:
        sentence = _STRETCH.fullmatch(min(found)[len(_IN_SENTENCE) : -2])
        own = f"1 {_padded(stretch)}" if stretch else f"2 {subject}"
        return f"{_padded(sentence)} {own}" if sentence else ""
    if stretch:
        return f"{_padded(stretch)} 0"
    return f"{subject[1:-1]} " if subject.startswith(f"<{names.ART}") else ""


def _padded(stretch: re.Match[str] | None) -> str:
    return f"{stretch[1]} {stretch[2].zfill(8)} {stretch[3].zfill(8)}" if stretch else ""


def _place_parts(facts: Facts, keys: dict[str, str]) -> None:
    """Nodes that a placed subject points at follow it; the first one that does, counts."""
    for subject, key in sorted(keys.items(), key=lambda item: item[1]):
        for tail in facts[subject]:
            if _NODE in tail and (node := tail.partition(" ")[2][:-2]) in facts:
                keys.setdefault(node, f"{key} {node}")


def _borrowed_place(tails: Sequence[str], keys: Mapping[str, str]) -> str:
    """The place of the mention or statement behind a subject; else the end of its article."""
    for predicate in (_MENTION, _STATEMENT):
        behind = [tail[len(predicate) : -2] for tail in tails if tail.startswith(predicate)]
        places = [keys[node] for node in behind if node in keys]
        if places:
            return min(places)
    for predicate in (_IN_ARTICLE, _LOCAL):
        for tail in tails:
            if tail.startswith(predicate):
                return f"{tail[len(predicate) + 1 : -3]} ~"
    return ""


# --- Turtle and TriG ----------------------------------------------------------------------

_NAMESPACES = {base: prefix for prefix, base in names.PREFIXES.items()}
_LOCAL_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*")
_CHARS = re.compile(r"([A-Za-z0-9_.-]*)#char=(\d+),(\d+)")
_NATIVE = {
    XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD + "boolean": re.compile("true|false"),
}
_LONG = 300
"""Longer terms are not worth remembering."""


def write_prefixes() -> str:
    """The project's prefixes, sorted, as a head of Turtle."""
    pairs = sorted(names.PREFIXES.items())
    return "".join(f"@prefix {prefix}: <{base}> .\n" for prefix, base in pairs)


def write_turtle_block(block: Block, *, margin: str = "") -> str:
    """A block of Turtle: a line a property, several values behind one property."""
    parts: list[str] = []
    last = ""
    for tail in block.tails:
        predicate, _, value = tail.partition(" ")
        term = turtle_term(value[:-2])
        if predicate == last:
            parts.append(" , " + term)
        else:
            name = "a" if predicate == TYPE else turtle_term(predicate)
            parts.append(f" ;\n{margin}    {name} {term}" if last else f" {name} {term}")
        last = predicate
    return f"{margin}{turtle_term(block.subject)}{''.join(parts)} .\n"


def turtle_term(term: str) -> str:
    """A term of N-Triples as Turtle writes it.

    >>> turtle_term("<https://w3id.org/newskg/statement/a1>")
    'st:a1'
    """
    if term[-1] != ">":
        return term
    return _short_term(term) if len(term) < _LONG else _shorten(term)


def _shorten(term: str) -> str:
    if term[0] == "<":
        return _short_iri(term[1:-1]) or term
    text, _, datatype = term.rpartition("^^")
    if (native := _NATIVE.get(datatype[1:-1])) and native.fullmatch(text, 1, len(text) - 1):
        return text[1:-1]
    return f"{text}^^{_short_iri(datatype[1:-1]) or datatype}"


_short_term = lru_cache(maxsize=1 << 15)(_shorten)


def _short_iri(iri: str) -> str:
    base, slash, local = iri.rpartition("/")
    if (prefix := _NAMESPACES.get(base + slash)) and (chars := _CHARS.fullmatch(local)):
        return f"{prefix}:{chars[1]}\\#char\\={chars[2]}\\,{chars[3]}"
    if "#" in local:
        base, slash, local = iri.rpartition("#")
        prefix = _NAMESPACES.get(base + slash)
    return f"{prefix}:{local}" if prefix and _LOCAL_NAME.fullmatch(local) else ""


# --- JSON-LD ------------------------------------------------------------------------------

_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_PLAIN_ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_JSON_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,14}")

_to_json = json.JSONEncoder(ensure_ascii=False).encode

Json = str | int | bool | dict[str, str]


class Literal(NamedTuple):
    """A literal's text, datatype ("" for a text) and language."""

    value: str
    datatype: str
    language: str


def read_literal(term: str) -> Literal:
    """A literal of N-Triples, its escapes undone."""
    if term[-1] == '"':
        return Literal(unescape(term[1:-1]), "", "")
    text, _, mark = term.rpartition('"')
    if mark.startswith("^^"):
        return Literal(unescape(text[1:]), mark[3:-1], "")
    return Literal(unescape(text[1:]), "", mark[1:])


def unescape(text: str) -> str:
    """The text without the escapes of N-Triples."""
    return _ESCAPE.sub(_unescaped, text) if "\\" in text else text


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _PLAIN_ESCAPES.get(match[3], match[3])


class Context:
    """What ``ontology/context.jsonld`` decides: short names of IRIs, types of properties."""

    def __init__(self, context: Mapping[str, str | Mapping[str, str]]) -> None:
        self.context = context
        self._prefixes = {b: p for p, b in context.items() if isinstance(b, str) and b[-1] in "/#"}
        self._terms: dict[str, tuple[str, str]] = {}
        for term, meaning in context.items():
            given = {"@id": meaning} if isinstance(meaning, str) else meaning
            if given["@id"] not in self._prefixes:
                kind = self._expand(given.get("@type", ""))
                self._terms[self._expand(given["@id"])] = (term, kind)

    def _expand(self, name: str) -> str:
        prefix, _, local = name.partition(":")
        base = self.context.get(prefix)
        return base + local if isinstance(base, str) else name

    def is_taken(self, iri: str) -> bool:
        """Whether the scheme of an IRI is one of our short names, so that it would be misread."""
        return iri.partition(":")[0] in self.context

    def name(self, iri: str) -> str:
        """An IRI with its prefix where it has one of ours."""
        for mark in ("#", "/"):
            base, found, local = iri.rpartition(mark)
            if found and local and (prefix := self._prefixes.get(base + found)):
                return f"{prefix}:{local}"
        return iri

    def term(self, iri: str) -> tuple[str, str]:
        """The key of a property or class, and the type that its values have unless told."""
        return self._terms.get(iri) or (self.name(iri), "")


@cache
def read_context() -> Context:
    """The context that comes with the program."""
    text = ontology_path("context.jsonld").read_text(encoding="utf-8")
    return Context(json.loads(text)["@context"])


@cache
def _bare_context() -> Context:
    return Context({})


def write_json_block(block: Block, *, bare: bool = False) -> str:
    """A block as one JSON object on one line.

    ``bare`` (the context is off already) writes all IRIs in full; so does a block with
    an IRI that the context would misread, and switches it off for itself.
    """
    context = _bare_context() if bare else read_context()
    odd = not bare and any(map(context.is_taken, _block_iris(block)))
    node: dict[str, object] = {"@context": None} if odd else {}
    context = _bare_context() if odd else context
    node["@id"] = _json_id(block.subject, context)
    for predicate, values in _by_predicate(block.tails):
        nodes_only = all(value[0] != '"' for value in values)
        if predicate == TYPE and nodes_only:
            classes = [_json_class(value, context) for value in values]
            node["@type"] = classes[0] if len(classes) == 1 else classes
        else:
            key, kind = context.term(predicate[1:-1])
            found = [_json_value(value, kind, context) for value in values]
            node[key] = found[0] if len(found) == 1 else found
    return _to_json(node)


def _by_predicate(tails: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    last, values = "", list[str]()
    for tail in tails:
        predicate, _, value = tail.partition(" ")
        if predicate != last and last:
            yield last, values
            values = []
        last = predicate
        values.append(value[:-2])
    if last:
        yield last, values


def _block_iris(block: Block) -> Iterator[str]:
    yield block.subject[1:]
    for tail in block.tails:
        predicate, _, value = tail.partition(" ")
        yield predicate[1:]
        if value[-3] == ">":
            yield value.rpartition("<")[2]


def _json_id(term: str, context: Context) -> str:
    return context.name(term[1:-1]) if term[0] == "<" else term


def _json_class(term: str, context: Context) -> str:
    return context.term(term[1:-1])[0] if term[0] == "<" else term


def _json_value(term: str, kind: str, context: Context) -> Json:
    if term[0] != '"':
        id = _json_id(term, context)
        return id if kind == "@id" else {"@id": id}
    value, datatype, language = read_literal(term)
    if language:
        return {"@value": value, "@language": language}
    if datatype == kind:  # both empty: a text
        return _json_native(value, datatype)
    return {"@value": value, "@type": context.name(datatype)} if datatype else {"@value": value}


def _json_native(value: str, datatype: str) -> str | int | bool:
    if datatype == XSD + "integer" and _JSON_NUMBER.fullmatch(value):
        return int(value)
    if datatype == XSD + "boolean" and value in {"true", "false"}:
        return value == "true"
    return value


# --- RDF/XML ------------------------------------------------------------------------------

_NAME_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd"
)
_NAME_END = re.compile(f"[{_NAME_START}][{_NAME_START}\\-.0-9\u00b7]*$")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_RESERVED = frozenset(
    RDF + name
    for name in (
        "RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype", "Description", "li",
        "aboutEach", "aboutEachPrefix", "bagID",
    )
)  # fmt: skip


def write_xml_head() -> str:
    """The start of an RDF/XML file with the project's prefixes, sorted."""
    pairs = sorted(names.PREFIXES.items())
    spaces = "".join(f'\n    xmlns:{prefix}="{base}"' for prefix, base in pairs)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{spaces}>\n'


def write_xml_block(block: Block) -> str:
    """A block of RDF/XML.

    XML cannot carry most control characters; U+FFFD stands for them. Raises StoreError
    for a property that no XML name can stand for.
    """
    place = "rdf:nodeID" if block.subject[0] == "_" else "rdf:about"
    lines = [f"  <rdf:Description {place}={_xml_id(block.subject)}>\n"]
    for tail in block.tails:
        predicate, _, value = tail.partition(" ")
        tag, space = _xml_name(predicate[1:-1])
        lines.append(f"    <{tag}{space}{_xml_value(value[:-2], tag)}\n")
    return "".join([*lines, "  </rdf:Description>\n"])


XML_END = "</rdf:RDF>\n"


def _xml_value(term: str, tag: str) -> str:
    if term[0] != '"':
        return f" rdf:{'nodeID' if term[0] == '_' else 'resource'}={_xml_id(term)}/>"
    value, datatype, language = read_literal(term)
    text = _NOT_IN_XML.sub("\ufffd", _xml_text(value)).replace("\r", "&#13;")
    kind = f' rdf:datatype="{_xml_text(datatype)}"' if datatype else ""
    spoken = f' xml:lang="{language}"' if language else ""
    return f"{kind}{spoken}>{text}</{tag}>"


def _xml_id(term: str) -> str:
    return f'"b{term[2:]}"' if term[0] == "_" else f'"{_xml_text(term[1:-1])}"'


def _xml_text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@lru_cache(maxsize=1 << 12)
def _xml_name(iri: str) -> tuple[str, str]:
    """The tag of a property, and the namespace that it must declare itself."""
    found = _NAME_END.search(iri)
    if found is None or iri in _RESERVED or not iri[: found.start()]:
        raise StoreError(f"export: xml has no name for the property <{iri}>; take turtle or trig")
    base = iri[: found.start()]
    for size in range(found.start(), len(iri)):  # the longest of our namespaces, if any
        if iri[:size] in _NAMESPACES and _NAME_END.fullmatch(iri, size):
            return f"{_NAMESPACES[iri[:size]]}:{iri[size:]}", ""
    return f"p:{found[0]}", f' xmlns:p="{_xml_text(base)}"'
