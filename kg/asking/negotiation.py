"""Media types: what a client accepts, what there is to give, and the best of both.

The names on the right are those that the engine knows for its results.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ROW_TYPES: Mapping[str, str] = {
    "application/sparql-results+json": "json",
    "application/sparql-results+xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
}
"""How a SELECT or ASK is answered; the first is what a client gets that does not care."""

GRAPH_TYPES: Mapping[str, str] = {
    "text/turtle": "turtle",
    "application/n-triples": "ntriples",
    "application/rdf+xml": "rdfxml",
    "application/ld+json": "jsonld",
    "application/xml": "rdfxml",
    "application/json": "jsonld",
    "text/plain": "ntriples",
}
"""How a CONSTRUCT, a DESCRIBE or the service description is answered."""

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_RANGE = re.compile(rf"\s*({_TOKEN})/({_TOKEN})\s*((?:;[^,]*)?)\s*")
_PARAMETER = re.compile(rf";\s*({_TOKEN})\s*=\s*(\"(?:[^\"\\]|\\.)*\"|{_TOKEN})\s*")
_QUALITY = re.compile(r"(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)")


@dataclass(frozen=True, slots=True)
class MediaRange:
    """One part of an Accept header; ``*`` stands for every type or subtype."""

    type: str
    subtype: str
    quality: float

    def weigh(self, media_type: str) -> int:
        """How closely the range fits: 0 not at all, 1 ``*/*``, 2 ``type/*``, 3 the very type."""
        main, _, sub = media_type.partition("/")
        if (self.type, self.subtype) == (main, sub):
            return 3
        if self.subtype != "*":
            return 0
        return 2 if self.type == main else int(self.type == "*")


def read_accept(header: str) -> tuple[MediaRange, ...]:
    """The ranges of an Accept header, in its order; what cannot be read is left out.

    >>> read_accept("text/csv;q=0.5, */*;q=0.1")[0]
    MediaRange(type='text', subtype='csv', quality=0.5)
    """
    return tuple(filter(None, map(_read_range, header.split(","))))


def _read_range(text: str) -> MediaRange | None:
    match = _RANGE.fullmatch(text)
    if match is None:
        return None
    parameters = {name.lower(): value for name, value in _PARAMETER.findall(match[3])}
    quality = parameters.get("q", "1")
    if not _QUALITY.fullmatch(quality):
        return None
    return MediaRange(match[1].lower(), match[2].lower(), float(quality))


def choose_type(header: str | None, offered: Iterable[str]) -> str | None:
    """The media type that the client likes best; None when it accepts none of them.

    Among equals the order of ``offered`` decides, unless the client names one of them and
    takes the other only as part of a range. No header, or an empty one, accepts everything.

    >>> choose_type("text/csv;q=0.9, text/*;q=0.1", ["text/turtle", "text/csv"])
    'text/csv'
    """
    types = list(offered)
    if header is None or not header.strip():
        return types[0]
    ranges = read_accept(header)
    weighed = [(_prefer(media_type, ranges), -place) for place, media_type in enumerate(types)]
    (quality, _), place = max(weighed)
    return types[-place] if quality > 0 else None


def _prefer(media_type: str, ranges: Iterable[MediaRange]) -> tuple[float, int]:
    """The quality that the closest range gives to a type, and how close it is."""
    fits = [(found.weigh(media_type), found.quality) for found in ranges]
    closeness, quality = max(fits, default=(0, 0.0))
    return (quality, closeness) if closeness else (0.0, 0)


def read_content_type(header: str | None) -> tuple[str, str]:
    """Media type and charset of a body, in small letters; the charset is ``utf-8`` if not named.

    >>> read_content_type('Application/SPARQL-Query; charset="UTF-16"')
    ('application/sparql-query', 'utf-16')
    """
    media_type, _, rest = (header or "").partition(";")
    parameters = {name.lower(): value for name, value in _PARAMETER.findall(";" + rest)}
    charset = parameters.get("charset", "utf-8").strip('"').lower()
    return media_type.strip().lower(), charset
