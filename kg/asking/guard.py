"""Who may speak to a service on this machine, and what its answers may do in a browser.

A page on the web can make a browser send requests to 127.0.0.1, under any name that its
owner lets point there. So the name in ``Host`` must be one of ours, and what comes from
another site's page is refused unless that site was allowed (CORS).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from kg.errors import KGError

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
EVERY_SITE = "*"

_HOST = re.compile(
    r"(?:\[([0-9a-f:.]+)\]|([^\s:/?#@\[\]\\]+))(?::\d{1,5})?", re.IGNORECASE | re.ASCII
)
_ORIGIN = re.compile(
    r"([a-z][a-z0-9+.-]*)://(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?/?",
    re.IGNORECASE | re.ASCII,
)
_USUAL_PORTS = {"http": "80", "https": "443"}

DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
HEADERS = {
    "content-security-policy": DATA_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-cache",
    "vary": "Accept",
}
"""On every answer that does not bring a header of its own by the same name."""

_PREFLIGHT = {
    "access-control-allow-methods": "GET, POST, OPTIONS",
    "access-control-allow-headers": "Accept, Authorization, Content-Type",
    "access-control-max-age": "600",
}


class Guard:
    """An ASGI app around another: lets through what may come, and puts headers on what goes.

    ``names`` are the hosts that ``Host`` may name; with ``any_address`` it may also be any
    IP address. ``origins`` are the sites whose pages may ask (``https://example.org``), or ``*``.
    Raises KGError for an origin that is none.
    """

    def __init__(
        self,
        app: App,
        *,
        names: Iterable[str] = (),
        any_address: bool = False,
        origins: Iterable[str] = (),
    ) -> None:
        self.app = app
        self.names = LOCAL_NAMES | {name.lower() for name in names}
        self.any_address = any_address
        self.origins = frozenset(map(read_origin, origins))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; refusals are plain text."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = _read_headers(scope)
        origin = ", ".join(headers.get("origin", ()))
        guarded = self._with_headers(send, origin)
        if not self.knows_host(headers.get("host", [])):
            await _refuse(guarded, 421, "this service does not go by the name in Host")
        elif not self.lets_in(headers):
            await _refuse(guarded, 403, "pages of other sites may not ask here")
        elif scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await _send(guarded, 204, b"", dict(_PREFLIGHT) if self._is_allowed(origin) else {})
        else:
            await self.app(scope, receive, guarded)

    def knows_host(self, values: list[str]) -> bool:
        """Whether the one Host header names this service."""
        found = _HOST.fullmatch(values[0]) if len(values) == 1 else None
        if found is None:
            return False
        name = (found[1] or found[2]).lower()
        return name in self.names or (self.any_address and _is_address(name))

    def lets_in(self, headers: dict[str, list[str]]) -> bool:
        """Whether a request comes from no page, from our own, or from an allowed site."""
        origins = headers.get("origin", [])
        if origins:
            own = f"//{headers['host'][0].lower()}"
            mine = len(origins) == 1 and origins[0].lower().split(":", 1)[-1] == own
            return mine or self._is_allowed(", ".join(origins))
        cross = headers.get("sec-fetch-site") == ["cross-site"]
        return not cross or headers.get("sec-fetch-mode") == ["navigate"]

    def _is_allowed(self, origin: str) -> bool:
        return bool(origin) and bool({origin, EVERY_SITE} & self.origins)

    def _with_headers(self, send: Send, origin: str) -> Send:
        """The same ``send``, with the headers of every answer."""
        more = dict(HEADERS)
        if self.origins:
            more["vary"] = "Accept, Origin"
        if self._is_allowed(origin):
            more["access-control-allow-origin"] = origin
            more["cross-origin-resource-policy"] = "cross-origin"

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name.lower() for name, _ in message["headers"]}
                extra = [(k.encode(), v.encode("latin-1", "replace")) for k, v in more.items()]
                message["headers"] = [*message["headers"], *(x for x in extra if x[0] not in own)]
            await send(message)

        return guarded


def _read_headers(scope: Scope) -> dict[str, list[str]]:
    headers: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return headers


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def read_origin(text: str) -> str:
    """A web site as browsers name it in ``Origin``; ``*`` stays. Raises KGError for what is none.

    >>> read_origin("HTTPS://A.example:443/"), read_origin("http://localhost:3000")
    ('https://a.example', 'http://localhost:3000')
    """
    if text == EVERY_SITE:
        return text
    found = _ORIGIN.fullmatch(text)
    if found is None:
        raise KGError(
            f"{text[:80]!r} is no web site: write it as https://example.org, or * for all"
        )
    scheme, host, port = found[1].lower(), found[2].lower(), found[3]
    return f"{scheme}://{host}" + (f":{port}" if port and port != _USUAL_PORTS.get(scheme) else "")


def read_token(text: str) -> str:
    """A token without spaces around it. Raises KGError for one that no header can bring."""
    token = text.strip()
    if not token or not (token.isascii() and token.isprintable()):
        raise KGError("the token for updates is empty or not plain ASCII")
    return token


def is_loopback(host: str) -> bool:
    """Whether only programs on this machine can reach a host.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    return host == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)


async def _refuse(send: Send, status: int, text: str) -> None:
    await _send(send, status, text.encode() + b"\n", {"content-type": "text/plain; charset=utf-8"})


async def _send(send: Send, status: int, body: bytes, headers: dict[str, str]) -> None:
    lines = [(name.encode(), value.encode()) for name, value in headers.items()]
    if status != 204:
        lines.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": lines})
    await send({"type": "http.response.body", "body": body})
