"""Namespaces, and names made from content.

The same input gets the same name on every machine, so building twice adds
nothing and two people can compare their graphs. No blank nodes anywhere.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

BASE = "https://w3id.org/newskg/"
KG = BASE + "ontology#"
REL = BASE + "relation/"
ENT = BASE + "entity/"
ART = BASE + "article/"
ST = BASE + "statement/"
EV = BASE + "event/"
Q = BASE + "quotation/"
NODE = BASE + "node/"

KNOWLEDGE = KG + "knowledge"
"""The graph of merged entities and events."""

PREFIXES: dict[str, str] = {
    "kg": KG,
    "rel": REL,
    "ent": ENT,
    "art": ART,
    "st": ST,
    "ev": EV,
    "q": Q,
    "node": NODE,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "prov": "http://www.w3.org/ns/prov#",
    "schema": "https://schema.org/",
    "sh": "http://www.w3.org/ns/shacl#",
    "wd": "http://www.wikidata.org/entity/",
}
"""Prefixes known to every query and export without being declared."""

_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
    | {"æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"}
    | {"đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i"}
)
"""Letters that have no plain one in their Unicode decomposition, or a German spelling."""


def mint(*parts: object) -> str:
    """A short name made from content: 16 hexadecimal digits, the same everywhere.

    >>> mint("a", 1) == mint("a", 1), mint("a", 1) == mint("a1")
    (True, False)
    """
    joined = "\x1f".join(str(part) for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def slug(text: str) -> str:
    """The text as a readable local name of an IRI: ASCII letters, digits and hyphens.

    >>> slug("Änderung der US-Regierung")
    'aenderung-der-us-regierung'

    A text without any Latin letter or digit gets a minted name.
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", text).translate(_UMLAUTS))
    ascii_only = plain.encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")
    return name[:80].rstrip("-") or "x" + mint(text)


def article_iri(article: str) -> str:
    """The IRI of an article, which also names its graph."""
    return ART + article


def text_iri(article: str, start: int, end: int) -> str:
    """The IRI of a stretch of an article's text (RFC 5147)."""
    return f"{ART}{article}#char={start},{end}"


def relation_name(lemma: str, preposition: str | None = None) -> str:
    """The local name of an open predicate.

    >>> relation_name("aufrufen", "zu")
    'aufrufen-zu'
    """
    name = slug(f"{lemma} {preposition}" if preposition else lemma)
    return name if name[0].isalpha() else "r-" + name  # RDF/XML needs a letter in front


_LOCAL = re.compile(r"[\w-]*(?:\.[\w-]+)*")


def shorten(iri: str) -> str:
    """An IRI as prefix and local name where that can be read back, else unchanged.

    >>> shorten("https://w3id.org/newskg/entity/person-nathan-sales")
    'ent:person-nathan-sales'
    """
    for prefix, base in _BY_LENGTH:
        if iri.startswith(base) and _LOCAL.fullmatch(iri, len(base)):
            return f"{prefix}:{iri[len(base) :]}"
    return iri


def expand(name: str) -> str:
    """The full IRI of a prefixed name, an IRI in angle brackets, or an IRI as it is.

    >>> expand("st:abc"), expand("<https://example.org/x>")
    ('https://w3id.org/newskg/statement/abc', 'https://example.org/x')
    """
    bare = name.strip()
    if bare.startswith("<") and bare.endswith(">"):
        return bare[1:-1]
    prefix, colon, local = bare.partition(":")
    return PREFIXES[prefix] + local if colon and prefix in PREFIXES else bare


_BY_LENGTH = sorted(PREFIXES.items(), key=lambda item: (-len(item[1]), item[0]))
