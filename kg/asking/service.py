"""A SPARQL 1.1 Protocol endpoint over a store, a page to ask from, and the explorer's pages.

``make_app`` gives an ASGI app for any server; ``serve`` runs it under uvicorn. Queries are
answered by worker processes that can be stopped (:mod:`kg.asking.pool`), so that no
query holds up the next one. Nothing is ever fetched from elsewhere.
"""

from __future__ import annotations

import asyncio
import errno
import hashlib
import hmac
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from types import FrameType

import h11
import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from kg import names
from kg.asking.description import describe_service
from kg.asking.explorer import Explorer
from kg.asking.guard import Guard, is_loopback, read_origin, read_token
from kg.asking.negotiation import GRAPH_TYPES, ROW_TYPES, choose_type, read_content_type
from kg.asking.pool import Pool
from kg.asking.protocol import FORM, ProtocolError, read_change, read_question
from kg.asking.queries import read_stock_queries
from kg.asking.workers import Limits
from kg.errors import KGError, QueryError, QueryFormatError, QueryLimitError, StoreError
from kg.knowing.store import is_address

View = Callable[[Request], Awaitable[Response]]

MAX_BODY_BYTES = 10_000_000
MAX_FORM_BYTES = 2_000_000
"""A form costs eighty times its size while it is decoded."""
MAX_DRAINED_BYTES = 200_000_000
MAX_ADDRESS_BYTES = 100_000
MAX_ACCEPT_CHARS = 8_000
HEAD_TIMEOUT_S = 10.0
BODY_TIMEOUT_S = 30.0

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data:; font-src data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
FILE_TYPES = {
    "sparql.js": "text/javascript; charset=utf-8",
    "sparql.css": "text/css; charset=utf-8",
    "explorer.css": "text/css; charset=utf-8",
    "LICENSES.txt": "text/plain; charset=utf-8",
}
FIRST_QUERY = """\
# Who is in most articles?
SELECT ?actor ?name ?articles WHERE {
  GRAPH kg:knowledge { ?actor rdfs:label ?name ; kg:articleCount ?articles }
}
ORDER BY DESC(?articles) ?name
LIMIT 50
"""


def make_app(
    path: str | Path,
    *,
    token: str | None = None,
    hosts: Iterable[str] = (),
    any_address: bool = False,
    origins: Iterable[str] = (),
    limits: Limits | None = None,
    workers: int = 2,
    on_start: Callable[[], None] | None = None,
) -> Starlette:
    """The ASGI app over the store in a directory.

    With a ``token`` it takes updates, from those who send it as ``Authorization: Bearer``.
    ``hosts`` are names beside localhost under which it may be asked (``any_address``: any
    IP address too), ``origins`` the web sites whose pages may ask it. Raises StoreError when
    there is no store, KGError for a token or an origin that is none.
    """
    token = None if token is None else read_token(token)
    origins = [read_origin(origin) for origin in origins]
    if is_address(path):
        raise StoreError(f"{path} answers SPARQL itself; kg serve is for a store in a folder")
    pool = Pool(Path(path), limits=limits, workers=workers)
    service = Service(pool, token=token)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        if on_start:
            on_start()
        try:
            yield
        finally:
            pool.close()

    guard = Middleware(Guard, names=list(hosts), any_address=any_address, origins=origins)
    app = Starlette(
        routes=service.routes(),
        middleware=[guard],
        lifespan=lifespan,
        exception_handlers={
            KGError: _tell_error,
            HTTPException: _tell_http_error,
            ClientDisconnect: _say_nothing,
        },
    )
    app.state.pool = pool
    return app


class Service:
    """What is answered at which address."""

    def __init__(self, pool: Pool, *, token: str | None = None) -> None:
        self.pool = pool
        self.token = token
        self.explorer = Explorer(pool, _wait_for_the_end)

    def routes(self) -> list[Route]:
        """The table of addresses."""
        pages = self.explorer.views().items()
        table: list[tuple[str, View, list[str]]] = [
            *((path, self._with_faults(view), ["GET"]) for path, view in pages),
            ("/ask", self.show_page, ["GET"]),
            ("/sparql", self.answer_query, ["GET", "POST"]),
            ("/update", self.make_update, ["POST"]),
            ("/static/{name}", self.give_file, ["GET"]),
        ]
        return [
            Route(path, _with_options(view, ways), methods=[*ways, "OPTIONS"])
            for path, view, ways in table
        ]

    def _with_faults(self, view: View) -> View:
        """The same page of the explorer, whose faults are shown as a page too."""

        async def answer(request: Request) -> Response:
            try:
                return await view(request)
            except KGError as error:
                what, headers = getattr(error, "what", ""), getattr(error, "headers", {})
                page = self.explorer.show_fault(request, _status_of(error), str(error), what)
                page.headers.update(headers)
                return page

        return answer

    # --- SPARQL

    async def answer_query(self, request: Request) -> Response:
        """A query, or without one the description of the service."""
        question = await asyncio.to_thread(
            read_question,
            request.method,
            url_query=_address(request),
            content_type=request.headers.get("content-type"),
            body=await _read_body(request) if request.method == "POST" else b"",
        )
        if question is None:
            return self._describe(request)
        reply = await self.pool.ask(
            question,
            accept=_acceptable(_accept(request)),
            base=_own_address(request),
            leaving=partial(_wait_for_the_end, request),
        )
        return Response(reply.body, media_type=_with_charset(reply.media_type))

    def _describe(self, request: Request) -> Response:
        chosen = choose_type(_accept(request), [*GRAPH_TYPES, "text/html"])
        if chosen is None:
            raise _not_acceptable(GRAPH_TYPES)
        if chosen == "text/html":
            return RedirectResponse("ask", status_code=303)
        endpoint, updates = _own_address(request), self.token is not None
        body = describe_service(endpoint, media_type=chosen, updates=updates)
        return Response(body, media_type=_with_charset(chosen))

    async def make_update(self, request: Request) -> Response:
        """An update by somebody who has the token."""
        self._check_token(request.headers.get("authorization", ""))
        change = await asyncio.to_thread(
            read_change,
            url_query=_address(request),
            content_type=request.headers.get("content-type"),
            body=await _read_body(request),
        )
        await self.pool.change(change, base=_own_address(request))
        return Response(status_code=204)

    def _check_token(self, header: str) -> None:
        if self.token is None:
            raise ProtocolError(403, "this service takes no updates (kg serve --allow-update)")
        scheme, _, given = header.partition(" ")
        same = hmac.compare_digest(given.strip().encode(), self.token.encode())
        if scheme.lower() != "bearer" or not same:
            headers = {"www-authenticate": "Bearer"}
            raise ProtocolError(401, "an update needs Authorization: Bearer TOKEN", headers=headers)

    # --- pages

    async def show_page(self, request: Request) -> Response:
        """The page to ask from."""
        return Response(
            _page(),
            headers={"content-security-policy": PAGE_POLICY},
            media_type="text/html; charset=utf-8",
        )

    async def give_file(self, request: Request) -> Response:
        """One of the few files that belong to the page; no name leads out of the table."""
        name = request.path_params["name"]
        if name not in FILE_TYPES:
            raise HTTPException(404)
        body = _read_file(name)
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"etag": tag})
        return Response(body, headers={"etag": tag}, media_type=FILE_TYPES[name])


# --- requests -----------------------------------------------------------------------------


def _with_options(view: View, ways: Iterable[str]) -> View:
    """The same view, which also says what it can do."""
    allow = ", ".join([*ways, *(["HEAD"] if "GET" in ways else []), "OPTIONS"])

    async def answer(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"allow": allow})
        return await view(request)

    return answer


def _address(request: Request) -> bytes:
    """What stands in the address behind the question mark."""
    query: bytes = request.scope["query_string"]
    if len(query) > MAX_ADDRESS_BYTES:
        raise ProtocolError(414, "the query is too long for an address: send it by POST")
    return query


def _own_address(request: Request) -> str:
    """The address of the endpoint as the client wrote it; the base of relative IRIs."""
    return str(request.url.replace(path=request.scope["root_path"] + "/sparql", query=""))


def _accept(request: Request) -> str | None:
    accept = ", ".join(request.headers.getlist("accept"))
    if len(accept) > MAX_ACCEPT_CHARS:
        raise ProtocolError(431, f"the Accept header is longer than {MAX_ACCEPT_CHARS} characters")
    return accept or None


def _acceptable(accept: str | None) -> dict[str, str]:
    """The media type that the client likes best for each kind of answer."""
    rows, graph = (choose_type(accept, types) for types in (ROW_TYPES, GRAPH_TYPES))
    found = {"select": rows, "ask": rows, "graph": graph}
    if rows is None and graph is None:
        raise _not_acceptable([*ROW_TYPES, *GRAPH_TYPES])
    return {kind: chosen for kind, chosen in found.items() if chosen}


async def _read_body(request: Request) -> bytes:
    """The whole body. Raises ProtocolError: 413 for too much, 408 when it comes too slowly."""
    is_form = read_content_type(request.headers.get("content-type"))[0] == FORM
    limit = MAX_FORM_BYTES if is_form else MAX_BODY_BYTES
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_TIMEOUT_S):
            async for part in request.stream():
                size += len(part)
                if size <= limit:
                    parts.append(part)
                elif size > MAX_DRAINED_BYTES:
                    break
    except TimeoutError as error:
        raise ProtocolError(408, f"the body did not come within {BODY_TIMEOUT_S:g} s") from error
    if size > limit:  # read to its end first, or the client would still be writing
        instead = "; send the text itself, not a form" if is_form else ""
        raise ProtocolError(413, f"the body is larger than {limit // 10**6} MB{instead}")
    return b"".join(parts)


async def _wait_for_the_end(request: Request) -> None:
    """Ends when the client has closed its connection."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


# --- answers ------------------------------------------------------------------------------


def _with_charset(media_type: str) -> str:
    return media_type + "; charset=utf-8" if media_type.startswith("text/") else media_type


def _not_acceptable(types: Iterable[str]) -> ProtocolError:
    return ProtocolError(406, f"none of the accepted types is to be had: {', '.join(types)}")


STATUS_OF: tuple[tuple[type[KGError], int], ...] = (
    (QueryFormatError, 406),
    (QueryLimitError, 503),
    (QueryError, 400),
    (StoreError, 503),
    (KGError, 500),
)
"""The HTTP status of a fault; the first line that fits counts."""


def _status_of(error: Exception) -> int:
    own: int | None = getattr(error, "status", None)
    return own or next(status for kind, status in STATUS_OF if isinstance(error, kind))


async def _tell_error(request: Request, error: Exception) -> Response:
    """A fault in plain text, with the place in the query where one is known."""
    headers = dict(getattr(error, "headers", {}))
    status = _status_of(error)
    text = "\n".join(filter(None, [str(error), getattr(error, "excerpt", "")]))
    return _say(status, text, headers)


async def _tell_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    text = {404: "there is nothing at this address", 405: "this address is not asked that way"}
    return _say(error.status_code, text.get(error.status_code, error.detail), error.headers)


async def _say_nothing(request: Request, error: Exception) -> Response:
    return Response(status_code=400)  # nobody is there to read it


def _say(status: int, text: str, headers: Mapping[str, str] | None = None) -> Response:
    return PlainTextResponse(text + "\n", status_code=status, headers=headers)


@cache
def _read_file(name: str) -> bytes:
    folder = "explorer_pages" if name == "explorer.css" else "static"
    return files("kg.asking").joinpath(folder, name).read_bytes()


@cache
def _page() -> str:
    questions = [{"name": q.name, "title": q.title, "text": q.text} for q in read_stock_queries()]
    settings = {
        "base": names.BASE,
        "prefixes": names.PREFIXES,
        "query": FIRST_QUERY,
        "questions": questions,
    }
    text = json.dumps(settings, ensure_ascii=False).replace("<", "\\u003c")
    return _read_file("sparql.html").decode().replace("%%SETTINGS%%", text)


# --- running it ---------------------------------------------------------------------------


def serve(
    path: str | Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    token: str | None = None,
    hosts: Iterable[str] = (),
    origins: Iterable[str] = (),
    limits: Limits | None = None,
    workers: int = 2,
    say: Callable[[str], None],
) -> None:
    """Answers until it is interrupted; ``say`` hears where, and what to beware of.

    Port 0 takes a free one. Raises KGError when the port cannot be had, StoreError when
    there is no store, KeyboardInterrupt after Ctrl-C, when all is closed.
    """
    listener = _listen(host, port)
    at = listener.getsockname()[1]
    shown = f"[{host}]" if ":" in host else host

    def tell() -> None:
        if not is_loopback(host):
            say(f"warning: every machine that reaches {host} can ask this store")
        takes = ", and takes updates" if token else ""
        say(f"http://{shown}:{at}/ answers SPARQL over {path}{takes}; Ctrl-C ends it")

    app = make_app(
        path,
        token=token,
        hosts=[host, *hosts],
        any_address=not is_loopback(host),
        origins=origins,
        limits=limits,
        workers=workers,
        on_start=tell,
    )
    with listener:
        _Server(app).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    """A socket that takes connections from now on. Raises KGError when it cannot be had."""
    listener = None
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, proto)  # with its proto, or answers wait 40 ms
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
        return listener
    except OSError as error:
        if listener:
            listener.close()
        if error.errno == errno.EADDRINUSE:
            raise KGError(
                f"{host}:{port} is in use by another program; name another --port"
            ) from error
        raise KGError(f"{host}:{port} cannot be had ({error.strerror or error})") from error


class _Connection(H11Protocol):
    """uvicorn's HTTP, which closes when the head of a request does not come in time.

    Else whoever opens connections and says nothing would shut all others out.
    """

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        self._wait_for_head()
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:  # a whole head has come, or none ever will
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait_for_head(self) -> None:
        if self._late is None and self.conn.their_state is h11.IDLE:
            self._late = self.loop.call_later(HEAD_TIMEOUT_S, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


class _Server(uvicorn.Server):
    """uvicorn, which stops the queries at hand as soon as it is told to end."""

    def __init__(self, app: Starlette) -> None:
        self._pool: Pool = app.state.pool
        config = uvicorn.Config(
            app,
            http=_Connection,
            log_level="warning",
            access_log=False,
            lifespan="on",
            ws="none",
            proxy_headers=False,
            server_header=False,
            h11_max_incomplete_event_size=2 * MAX_ADDRESS_BYTES,
            limit_concurrency=200,
            timeout_graceful_shutdown=2,
        )
        super().__init__(config)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        self._pool.close()
