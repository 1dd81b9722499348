"""Requests of the SPARQL 1.1 Protocol, read and checked before anything is asked.

A request becomes a :class:`Question` or a :class:`Change`, or a ProtocolError that
knows its HTTP status. Nothing here knows a web server.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from kg.asking.negotiation import read_content_type
from kg.errors import KGError

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"

MAX_PARAMETERS = 1000


class ProtocolError(KGError):
    """A request that breaks the protocol; ``status`` is the HTTP status of the answer."""

    def __init__(
        self, status: int, message: str, *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = dict(headers or {})


@dataclass(frozen=True, slots=True)
class Question:
    """A query, and the graphs that it is asked of; None where the request names none at all."""

    sparql: str
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """An update, and the graphs that its patterns are matched in; empty for those it names."""

    sparql: str
    using: tuple[str, ...] = ()
    using_named: tuple[str, ...] = ()


def read_question(
    method: str, *, url_query: bytes, content_type: str | None = None, body: bytes = b""
) -> Question | None:
    """The query of a request; None for a GET that asks nothing, which is to be described.

    Raises ProtocolError: 400 for a broken or doubled parameter, 415 for another content type.
    """
    url = _read_form(url_query, "the address")
    if method != "POST":
        fields, sparql = url, None
    else:
        fields, sparql = _read_body(url, content_type, body, direct=QUERY, name="query")
    if fields.get("update"):
        raise ProtocolError(400, "an update goes to /update by POST; this address answers queries")
    found = fields.get("query", ())
    if sparql is None and not found and method != "POST":
        return None
    text = _only_one(found, "query") if sparql is None else sparql
    if "default-graph-uri" not in fields and "named-graph-uri" not in fields:
        return Question(text)
    default, named = (_graphs(fields, f"{kind}-graph-uri") for kind in ("default", "named"))
    return Question(text, default, named)


def read_change(*, url_query: bytes, content_type: str | None = None, body: bytes = b"") -> Change:
    """The update of a POST. Raises ProtocolError as :func:`read_question` does."""
    url = _read_form(url_query, "the address")
    fields, sparql = _read_body(url, content_type, body, direct=UPDATE, name="update")
    if fields.get("query"):
        raise ProtocolError(400, "a query goes to /sparql; this address takes updates")
    text = _only_one(fields.get("update", ()), "update") if sparql is None else sparql
    using, named = (_graphs(fields, f"using-{kind}graph-uri") for kind in ("", "named-"))
    return Change(text, using, named)


Fields = Mapping[str, tuple[str, ...]]


def _read_body(
    url: Fields, content_type: str | None, body: bytes, *, direct: str, name: str
) -> tuple[Fields, str | None]:
    """All parameters of a POST, and the text of one that is sent as it is."""
    media_type, charset = read_content_type(content_type)
    if media_type not in {FORM, direct}:
        told = f"content type {media_type!r}" if media_type else "no content type"
        raise ProtocolError(415, f"{told}: send a {name} as {direct} or as {FORM}")
    if charset not in {"utf-8", "utf8", "us-ascii"}:
        raise ProtocolError(415, f"charset {charset}: send a {name} in UTF-8")
    if url.get(name):
        raise ProtocolError(400, f"a POST has its {name} in the body, not in the address")
    if media_type == direct:
        return url, _decode(body)
    form = _read_form(body, "the body")
    return {key: url.get(key, ()) + form.get(key, ()) for key in {*url, *form}}, None


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProtocolError(400, f"the body is not UTF-8 (byte {error.start})") from error


def _read_form(data: bytes, where: str) -> Fields:
    """The fields of an encoded form, each with its values in order."""
    if re.search(rb"%(?![0-9A-Fa-f]{2})", data):
        raise ProtocolError(400, f"{where} has a % without two hexadecimal digits behind it")
    try:
        pairs = parse_qsl(
            data.decode("utf-8"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MAX_PARAMETERS,
        )
    except UnicodeDecodeError as error:
        raise ProtocolError(400, f"{where} is not UTF-8") from error
    except ValueError as error:
        raise ProtocolError(400, f"{where} has more than {MAX_PARAMETERS} parameters") from error
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        fields[name] = (*fields.get(name, ()), value)
    return fields


def _only_one(values: tuple[str, ...], name: str) -> str:
    if len(values) != 1:
        raise ProtocolError(400, f"{len(values)} parameters {name!r}: send exactly one")
    return values[0]


def _graphs(fields: Fields, name: str) -> tuple[str, ...]:
    values = fields.get(name, ())
    for value in values:
        if not is_iri(value):
            raise ProtocolError(400, f"{name}={value[:80]!r}: not an absolute IRI")
    return values


def is_iri(text: str) -> bool:
    """Whether a text is an absolute IRI that can stand between angle brackets."""
    try:
        scheme = urlsplit(text).scheme
    except ValueError:
        return False
    return bool(scheme) and not re.search(r'[\x00-\x20<>"{}|^`\\]', text)
