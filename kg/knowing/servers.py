"""Any SPARQL 1.1 server as a place where quads live: query, update, graph store over HTTP.

What a server can do is found out by asking it, never by its name: where it takes updates,
whether its default graph is the union of all graphs. Form-encoded POST is the one way that
every engine takes. User and password, or a token, come from the environment:

=================  ====================================================================
``KG_USER``        user, with ``KG_PASSWORD``; basic or digest, as the server asks
``KG_TOKEN``       a bearer token
``KG_UPDATE_URL``  where updates go, if not to the query URL, ``.../update``, ``.../statements``
``KG_GRAPH_URL``   the graph store (SPARQL 1.1 Graph Store HTTP Protocol), if there is one
=================  ====================================================================

Source: SPARQL 1.1 Protocol; SPARQL 1.1 Graph Store HTTP Protocol (W3C, 2013).
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import IO, Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import httpx
import pyoxigraph
from pyoxigraph import (
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
)

from kg import names
from kg.errors import QueryError, StoreError
from kg.knowing.engines import SEALS, Answer, write_data
from kg.knowing.refusals import gives_graph, names_graphs

_T = TypeVar("_T")

CHUNK_QUADS = 1000
"""Quads a request: some servers refuse longer updates."""

_BOOLEAN = names.PREFIXES["xsd"] + "boolean"
_LIMIT_HEADER = "x-sparql-maxrows"
"""In which Virtuoso tells after how many rows it cuts an answer."""
_ASK_VALUE = "__ASK_RETVAL"
_OURS = f'{{ GRAPH ?g {{ ?s ?p ?o }} FILTER STRSTARTS(STR(?g), "{names.KG.rsplit("/", 1)[0]}/") }}'
_ROWS = "application/sparql-results+json"
_TRIPLES = "application/n-triples"
_UNIONS: tuple[Mapping[str, str], ...] = (
    {},
    {"union-default-graph": "true"},
    {"default-graph-uri": "urn:x-arq:UnionGraph"},
)
"""Ways to ask for the union of all graphs: by itself, as Oxigraph and as Fuseki do."""


@dataclass(frozen=True, slots=True)
class Server:
    """Addresses and credentials of a SPARQL 1.1 server; ``timeout_s`` is that of one request."""

    query_url: str
    update_url: str | None = None
    graph_url: str | None = None
    user: str | None = None
    password: str = field(default="", repr=False)
    token: str | None = field(default=None, repr=False)
    timeout_s: float = 60.0


def read_server(url: str, environment: Mapping[str, str] = os.environ) -> Server:
    """A server by its query URL; all else from the environment. Raises StoreError."""
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise StoreError(f"{url}: not the address of a SPARQL server (http://... or https://...)")
    if parts.username or parts.password:
        raise StoreError(f"{parts.hostname}: put user and password into KG_USER and KG_PASSWORD")
    return Server(
        url,
        update_url=environment.get("KG_UPDATE_URL"),
        graph_url=environment.get("KG_GRAPH_URL"),
        user=environment.get("KG_USER"),
        password=environment.get("KG_PASSWORD", ""),
        token=environment.get("KG_TOKEN"),
    )


class ServerEngine:
    """A SPARQL 1.1 server as an :class:`kg.knowing.engines.Engine`."""

    def __init__(self, server: Server, *, read_only: bool = False) -> None:
        self.server = server
        self.read_only = read_only
        self._client = _make_client(server)
        self._union: Mapping[str, str] | None = None

    # --- asking

    def query(self, sparql: str, *, graph: NamedNode | None = None) -> Answer:
        """See :class:`kg.knowing.engines.Engine`."""
        where: Mapping[str, str] = {}  # FROM in the query decides, where there is one
        if graph is not None:
            where = {"default-graph-uri": graph.value}
        elif not names_graphs(sparql):
            where = self.find_union()
        return self._ask(_declare_prefixes(sparql), where)

    def quads(
        self,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        object: NamedNode | Literal | None = None,
        graph: NamedNode | None = None,
    ) -> Iterator[Quad]:
        """See :class:`kg.knowing.engines.Engine`."""
        given = {"s": subject, "p": predicate, "o": object, "g": graph}
        s, p, o, g = (str(value) if value else f"?{name}" for name, value in given.items())
        pattern = f"SELECT * WHERE {{ GRAPH {g} {{ {s} {p} {o} }} }}"
        if all(given.values()):
            there = self._ask(pattern.replace("SELECT * WHERE", "ASK"), {})
            if isinstance(there, QueryBoolean) and there:
                yield Quad(subject, predicate, object, graph)  # type: ignore[arg-type]
            return
        for row in self._rows(pattern):
            term: dict[str, Any] = {name: value or row[name] for name, value in given.items()}
            yield Quad(term["s"], term["p"], term["o"], term["g"])

    def about(self, subjects: Sequence[NamedNode]) -> Iterator[Quad]:
        """See :class:`kg.knowing.engines.Engine`."""
        for some in _in_chunks(subjects, 200):
            values = " ".join(map(str, some))
            for row in self._rows(
                f"SELECT * WHERE {{ VALUES ?s {{ {values} }} GRAPH ?g {{ ?s ?p ?o }} }}"
            ):
                yield Quad(row["s"], row["p"], row["o"], row["g"])

    def graphs(self) -> Iterator[NamedNode]:
        """See :class:`kg.knowing.engines.Engine`: those of newskg, a server has others too."""
        for row in self._rows(f"SELECT DISTINCT ?g WHERE {_OURS}"):
            yield row["g"]

    def __len__(self) -> int:
        (row,) = self._rows(f"SELECT (COUNT(*) AS ?n) WHERE {_OURS}")
        return int(row["n"].value)

    def _rows(self, sparql: str) -> Iterator[Mapping[str, Any]]:
        answer = self._ask(sparql, {})
        if not isinstance(answer, QuerySolutions):
            raise StoreError(f"{self.server.query_url}: no rows came back")
        found: list[str] = [variable.value for variable in answer.variables]
        for row in answer:
            yield {name: row[name] for name in found}

    def _ask(self, sparql: str, where: Mapping[str, str]) -> Answer:
        data = {"query": sparql, **where}
        accept = f"{_TRIPLES}, text/turtle;q=0.5" if gives_graph(sparql) else _ROWS
        got = self._post(self.server.query_url, data, accept=accept)
        if not got.is_success:
            raise QueryError(f"query: {self.server.query_url} says {_brief(got)}")
        _check_whole(got)
        return _read_answer(got.content, got.headers.get("content-type", ""))

    def find_union(self) -> Mapping[str, str]:
        """What makes the server take the union of all graphs for its default graph."""
        if self._union is None and self._is_true("ASK { GRAPH ?g { ?x a kg:Article } }", {}):
            ways = (way for way in _UNIONS if self._is_true("ASK { ?x a kg:Article }", way))
            self._union = next(ways, {})
        return self._union or {}

    def _is_true(self, ask: str, where: Mapping[str, str]) -> bool:
        try:
            answer = self._ask(_declare_prefixes(ask), where)
            return isinstance(answer, QueryBoolean) and bool(answer)
        except QueryError:
            return False

    # --- writing

    def replace(
        self, graph: NamedNode, gone: set[Quad], new: set[Quad], marks: Sequence[Quad]
    ) -> None:
        """See :class:`kg.knowing.engines.Engine`.

        The marks go first. What fits into one request is one request, which servers carry out
        as a whole; more is one PUT of the graph where there is a graph store, else it is sent
        in pieces, the digests last: a graph without them is written again by the next build.
        """
        self._send([write_data("INSERT", marks)])
        old, fresh = write_data("DELETE", gone), write_data("INSERT", new)
        if len(gone) + len(new) <= CHUNK_QUADS:
            self._send([old, fresh])
        elif self.server.graph_url and graph.value != names.KNOWLEDGE:
            self._put_graph(graph, gone, new)
        else:
            for verb, quads in _in_safe_order(gone, new):
                for some in _in_chunks(quads, CHUNK_QUADS):
                    self._send([write_data(verb, some)])

    def load(self, quads: Iterable[Quad], *, bulk: bool) -> None:
        """See :class:`kg.knowing.engines.Engine`; in pieces, so that a break leaves some there."""
        del bulk  # there is one way
        for some in _in_chunks(quads, CHUNK_QUADS):
            self._send([write_data("INSERT", some)])

    def dump(self, graph: NamedNode | DefaultGraph, out: IO[bytes]) -> None:
        """See :class:`kg.knowing.engines.Engine`; nothing of ours is in the default graph."""
        if isinstance(graph, NamedNode):
            for quad in self.quads(graph=graph):
                out.write(f"{quad.triple} .\n".encode())

    def _send(self, updates: Iterable[str]) -> None:
        update = ";\n".join(part for part in updates if part)
        if not update:
            return
        got = self._post(self._update_url, {"update": update})
        if not got.is_success:
            raise StoreError(f"{self._update_url}: the update was refused ({_brief(got)})")

    def _put_graph(self, graph: NamedNode, gone: set[Quad], new: set[Quad]) -> None:
        """A whole graph in one request of the Graph Store Protocol."""
        url = self.server.graph_url or ""
        there = set(self.quads(graph=graph))
        lines = "".join(f"{quad.triple} .\n" for quad in (there - gone) | new)
        got = self._request(
            "PUT",
            url,
            params={"graph": graph.value},
            content=lines.encode(),
            headers={"Content-Type": _TRIPLES},
        )
        if not got.is_success:
            raise StoreError(f"{url}: the graph was refused ({_brief(got)})")

    @cached_property
    def _update_url(self) -> str:
        """The first address that takes an update which does nothing."""
        if self.server.update_url:
            return self.server.update_url
        said = ""
        for url in _update_urls(self.server.query_url):
            got = self._post(url, {"update": "INSERT DATA {}"})
            if got.is_success:
                return url
            said = said or _brief(got)
        raise StoreError(
            f"{self.server.query_url}: takes no updates ({said}); set KG_UPDATE_URL, and "
            "KG_USER and KG_PASSWORD or KG_TOKEN where it asks for them"
        )

    def flush(self) -> None:
        """The server keeps its own house."""

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    # --- HTTP

    def _post(self, url: str, data: Mapping[str, str], accept: str = "*/*") -> httpx.Response:
        return self._request("POST", url, data=dict(data), headers={"Accept": accept})

    def _request(self, method: str, url: str, **more: object) -> httpx.Response:
        try:
            return self._client.request(method, url, **more)  # type: ignore[arg-type]
        except httpx.TimeoutException as error:
            raise StoreError(
                f"{url}: no answer within {self.server.timeout_s:g} seconds"
            ) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise StoreError(f"{url}: cannot be reached ({error})") from error


class _Login(httpx.Auth):
    """User and password in the way that the server asks for at the first refusal."""

    def __init__(self, user: str, password: str) -> None:
        self._basic = httpx.BasicAuth(user, password)
        self._digest = httpx.DigestAuth(user, password)
        self._way: httpx.Auth | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """See httpx."""
        if self._way is None:
            got = yield request
            if got.status_code != 401:
                return
            asked = got.headers.get("www-authenticate", "").lower()
            self._way = self._digest if "digest" in asked else self._basic
        yield from self._way.auth_flow(request)


def _make_client(server: Server) -> httpx.Client:
    headers = {"User-Agent": "newskg"}
    if server.token:
        headers["Authorization"] = f"Bearer {server.token}"
    login = _Login(server.user, server.password) if server.user is not None else None
    return httpx.Client(auth=login, headers=headers, timeout=server.timeout_s, trust_env=False)


def _update_urls(query_url: str) -> Iterator[str]:
    """Where a server may take updates: the same address, ``.../update``, ``.../statements``."""
    parts = urlsplit(query_url)
    yield query_url
    yield urlunsplit(parts._replace(path=parts.path.rsplit("/", 1)[0] + "/update", query=""))
    yield urlunsplit(parts._replace(path=parts.path.rstrip("/") + "/statements", query=""))


def _brief(got: httpx.Response) -> str:
    """Status and the first line of what a server says, or where it points to."""
    if "location" in got.headers:
        return f"{got.status_code}: it has moved to {got.headers['location']}"
    line = next((line for line in got.text.splitlines() if line.strip()), "")
    return f"{got.status_code}: {line.strip()[:300]}"


def _check_whole(got: httpx.Response) -> None:
    """Raises StoreError where a server tells that it cuts its answers and this one is as long."""
    limit = got.headers.get(_LIMIT_HEADER, "")
    if limit.isdecimal() and _count_rows(got.content) >= int(limit):
        raise StoreError(
            f"{got.request.url}: the server cuts answers at {limit} rows; raise its limit "
            "(Virtuoso: ResultSetMaxRows)"
        )


def _count_rows(body: bytes) -> int:
    """Rows of SPARQL JSON results; lines of anything else."""
    try:
        return len(json.loads(body)["results"]["bindings"])
    except (ValueError, KeyError, TypeError):
        return body.count(b"\n")


def _in_safe_order(gone: set[Quad], new: set[Quad]) -> Iterator[tuple[str, list[Quad]]]:
    """Deletions and insertions such that only a graph that is whole has its digests."""
    seals = {quad for quad in gone | new if quad.predicate in SEALS}
    yield "DELETE", sorted(gone & seals, key=str)
    yield "INSERT", sorted(new - seals, key=str)
    yield "DELETE", sorted(gone - seals, key=str)
    yield "INSERT", sorted(new & seals, key=str)


def _in_chunks(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some


def _declare_prefixes(sparql: str) -> str:
    """The query with the project's prefixes that it uses; lines stay where they were."""
    used = (p for p in names.PREFIXES if re.search(rf"(?<![\w.-]){p}:", sparql))
    declared = {p.lower() for p in re.findall(r"(?i)prefix\s+([\w.-]*)\s*:", sparql)}
    lines = (f"PREFIX {p}: <{names.PREFIXES[p]}>" for p in used if p not in declared)
    return " ".join([*lines, sparql])


def _normal(body: bytes) -> bytes:
    """SPARQL JSON results with booleans that are true or false, not 1 or 0 (Virtuoso)."""
    if _BOOLEAN.encode() not in body:
        return body
    answer = json.loads(body)
    for row in answer.get("results", {}).get("bindings", ()):
        for term in row.values():
            if term.get("datatype") == _BOOLEAN:
                term["value"] = {"0": "false", "1": "true"}.get(term["value"], term["value"])
    return json.dumps(answer).encode()


def _read_truth(answer: QuerySolutions | QueryBoolean) -> QuerySolutions | QueryBoolean:
    """The answer; where an ASK comes back as a row of one number (Virtuoso), its truth."""
    if isinstance(answer, QueryBoolean) or [v.value for v in answer.variables] != [_ASK_VALUE]:
        return answer
    holds = any(row[_ASK_VALUE].value in ("1", "true") for row in answer)
    body = json.dumps({"head": {}, "boolean": holds})
    return pyoxigraph.parse_query_results(body, QueryResultsFormat.JSON)


def _read_answer(body: bytes, content_type: str) -> Answer:
    """What came back, by its media type. Raises QueryError for what cannot be read."""
    media = content_type.partition(";")[0].strip().lower()
    try:
        if results := QueryResultsFormat.from_media_type(media):
            return _read_truth(pyoxigraph.parse_query_results(_normal(body), results))
        if rdf := RdfFormat.from_media_type(media):
            return (quad.triple for quad in pyoxigraph.parse(body, rdf))
    except (SyntaxError, ValueError) as error:
        raise QueryError(f"query: the server's answer cannot be read ({error})") from error
    raise QueryError(f"query: the server answers with {media or 'no media type'}")
