"""The pages of ``kg serve`` for people: search, actors, events, statements, articles, network.

Every page is made on the server, works without a script, and shows every text as text:
templates escape by themselves, and a content security policy lets nothing run. Queries go
to the workers of the service, which can be stopped. Facts and claims stand apart.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from itertools import groupby
from typing import Any
from urllib.parse import parse_qsl, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from kg import names
from kg.asking.findings import (
    Actor,
    Happened,
    Hit,
    Item,
    Moment,
    Passage,
    Quote,
    Row,
    Sentence,
    Told,
    is_id,
    local_id,
)
from kg.asking.lookups import MAX_WORDS, Lookups, split_words
from kg.asking.negotiation import choose_type
from kg.asking.pool import Leaving, Pool
from kg.asking.protocol import ProtocolError, Question
from kg.asking.wording import LANGUAGES, Words, choose_language, clean_text, words_of
from kg.errors import QueryLimitError

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
SHOWN = 8
PER_PAGE = 25
SENTENCES = 120
PARTNERS = 12
SHORT_QUERY = 200
NETWORK_ACTORS = 150
MAX_KEPT = 8
MAX_ANSWER_BYTES = 64_000_000

_PARTS = ("does", "done", "claims", "says", "events")
FACTS = frozenset({"does", "done"})
"""The parts that hold facts; no claim ever stands there."""
_KINDS = ("names", "texts")
_ROWS = {"select": "application/sparql-results+json"}
_META_POLICY = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]*)"')


class Refusal(ProtocolError):
    """A page that cannot be shown; ``what`` is the part of the address that is at fault."""

    def __init__(self, status: int, what: str) -> None:
        told = {404: "there is no such thing here", 400: "this cannot be understood"}
        self.what = " ".join(clean_text(what).split())[:100]
        super().__init__(status, f"{told[status]}: {self.what}")


# --- one request --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Visit:
    """One request for a page: its parameters, its language, and how links are written."""

    parameters: Mapping[str, str]
    words: Words
    path: str
    above: str = "./"
    chosen: bool = False

    def url(self, path: str, fragment: str = "", /, **parameters: object) -> str:
        """The address of another page, from this one; a chosen language goes along."""
        given = {name: str(value) for name, value in parameters.items() if value not in (None, "")}
        if self.chosen and "lang" not in given:
            given["lang"] = self.words.lang
        query = f"?{urlencode(given)}" if given else ""
        return f"{self.above}{path}{query}{f'#{fragment}' if fragment else ''}"

    def sentence(self, article: str, begin: int) -> str:
        """The address of a sentence in its article."""
        return self.url(f"article/{article}", f"c{begin}", at=begin)

    def same(self, **changes: object) -> str:
        """The address of this page with other parameters."""
        return self.url(self.path, **{**self.parameters, **changes})

    def number(self, name: str, *, least: int) -> int | None:
        """A whole number among the parameters. Raises Refusal (400) for what is none."""
        text = self.parameters.get(name, "")
        if not text:
            return None
        if not re.fullmatch(r"\d{1,7}", text, re.ASCII) or int(text) < least:
            raise Refusal(400, f"{name}={text}")
        return int(text)

    def one_of(self, name: str, known: Iterable[str]) -> str:
        """A parameter that is empty or one of these. Raises Refusal (400)."""
        text = self.parameters.get(name, "")
        if text and text not in known:
            raise Refusal(400, f"{name}={text}")
        return text

    def day(self, name: str) -> str:
        """A day among the parameters, or nothing. Raises Refusal (400) for what is none."""
        text = self.parameters.get(name, "").strip()
        if text and not _is_day(text):
            raise Refusal(400, f"{name}={text}")
        return text


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Pager:
    """Which part of a list is shown, of how many."""

    page: int
    pages: int
    total: int

    @property
    def start(self) -> int:
        return (self.page - 1) * PER_PAGE


def _paged(visit: Visit, total: int, *, size: int = PER_PAGE) -> Pager:
    """The page asked for. Raises Refusal (404) for one behind the last."""
    pages = max(1, -(-total // size))
    page = visit.number("page", least=1) or 1
    if page > pages:
        raise Refusal(404, f"page={page}")
    return Pager(page, pages, total)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of an actor's page: how much there is, and what of it is shown."""

    key: str
    total: int
    shown: Sequence[Any]
    pager: Pager | None = None


def _visit(request: Request, path: str, above: str) -> Visit:
    """Reads a request. Raises Refusal (400) for parameters that cannot be read."""
    query = request.scope["query_string"]
    if len(query) > 8000:
        raise ProtocolError(414, "the address is too long")
    try:
        pairs = parse_qsl(query.decode("ascii"), True, errors="strict", max_num_fields=20)
    except ValueError:
        raise Refusal(400, "?") from None
    parameters = dict(pairs)
    if len(parameters) != len(pairs):
        raise Refusal(400, "?")
    lang = parameters.pop("lang", "")
    if lang and lang not in LANGUAGES:
        raise Refusal(400, f"lang={lang}")
    words = words_of(lang or _language(request))
    return Visit(parameters, words, path, above, bool(lang))


def _language(request: Request) -> str:
    return choose_language(request.headers.get("accept-language"))


# --- the explorer -------------------------------------------------------------------------

Shown = tuple[str, dict[str, Any]]
"""A template and what it shows."""
Maker = Callable[[Visit, Lookups, str], Awaitable[Shown]]
View = Callable[[Request], Awaitable[Response]]


class Explorer:
    """The pages over a pool of workers; ``leaving`` waits until a client has gone."""

    def __init__(self, pool: Pool, leaving: Callable[[Request], Awaitable[None]]) -> None:
        self._pool = pool
        self._leaving = leaving
        self._kept: dict[tuple[str, ...], tuple[object, Any]] = {}
        self._one_network = asyncio.Lock()

    def views(self) -> dict[str, View]:
        """The view of each address."""
        found: dict[str, View] = {"/network": self.show_network}
        makers: dict[str, Maker] = {
            "/": self._start,
            "/search": self._search,
            "/actor/{id}": self._actor,
            "/event/{id}": self._event,
            "/statement/{id}": self._statement,
            "/article/{id}": self._article,
        }
        return found | {path: partial(self._show, make, path) for path, make in makers.items()}

    async def _show(self, make: Maker, path: str, request: Request) -> Response:
        id = request.path_params.get("id", "")
        if "{id}" in path and not is_id(id):
            raise Refusal(404, id)
        visit = _visit(request, path[1:].replace("{id}", id), _above(path))
        template, shown = await make(visit, Lookups(partial(self._ask, request)), id)
        return _page(visit, template, shown)

    def show_fault(self, request: Request, status: int, told: str, what: str) -> Response:
        """A fault as a page for browsers, as a line for others."""
        accept = ", ".join(request.headers.getlist("accept"))[:8000]
        if choose_type(accept, ["text/plain", "text/html"]) != "text/html":
            return PlainTextResponse(told + "\n", status_code=status)
        chosen = request.query_params.get("lang", "")
        words = words_of(chosen if chosen in LANGUAGES else _language(request))
        key = f"fault_{status}" if status in (400, 404, 503) else "fault_500"
        line = words.say(key, what=what or told)
        visit = Visit({}, words, "", _above(request.scope["route"].path), chosen in LANGUAGES)
        return _page(visit, "fault.html", {"status": status, "line": line}, status=status)

    async def _ask(self, request: Request, sparql: str) -> list[Row]:
        leaving: Leaving = partial(self._leaving, request)  # type: ignore[assignment]
        reply = await self._pool.ask(
            Question(sparql), accept=_ROWS, base=names.BASE, leaving=leaving
        )
        if len(reply.body) > MAX_ANSWER_BYTES:
            raise QueryLimitError("query: the answer is too large for a page")
        found = json.loads(reply.body)["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in found]

    async def _keep(self, key: tuple[str, ...], make: Callable[[], Awaitable[Any]]) -> Any:
        """What was made before, unless the store has changed since."""
        stamp = await asyncio.to_thread(self._pool.look)
        kept = self._kept.get(key)
        if kept is None or kept[0] != stamp:
            made = await make()
            self._kept.pop(key, None)
            while len(self._kept) >= MAX_KEPT:
                self._kept.pop(next(iter(self._kept)))
            kept = self._kept[key] = (stamp, made)
        return kept[1]

    # --- pages

    async def _start(self, visit: Visit, lookups: Lookups, _: str) -> Shown:
        async def read() -> dict[str, Any]:
            numbers = await lookups.read_numbers()
            top, latest = await lookups.read_top(), await lookups.read_latest()
            return {"numbers": numbers, "top": top, "latest": latest}

        return "start.html", await self._keep(("start",), read)

    async def _search(self, visit: Visit, lookups: Lookups, _: str) -> Shown:
        text = " ".join(visit.parameters.get("q", "").split())
        words = split_words(text)
        kind = visit.one_of("in", _KINDS)
        if len(text) > SHORT_QUERY or len(words) > MAX_WORDS:
            raise Refusal(400, f"q={text}")
        (found, names_cut), (hits, texts_cut) = await asyncio.gather(
            lookups.find_names(words if kind != "texts" else []),
            lookups.find_texts(words if kind != "names" else []),
        )
        by_article = [(id, list(own)) for id, own in groupby(hits, key=lambda h: h.article)]
        total = len(found) if kind == "names" else len(by_article)
        pager = _paged(visit, total) if kind else _paged(visit, 0)
        start, end = (pager.start, pager.start + PER_PAGE) if kind else (0, SHOWN)
        shown = by_article[start:end]
        named = found[start:end]
        called = await lookups.read_names(one.iri for one in named)
        homes = {name.article for name in called.values() if name.article}
        articles = await lookups.read_articles(
            names.ART + id for id in [*homes, *(id for id, _ in shown)]
        )
        return "search.html", {
            "q": text,
            "kind": kind,
            "mark": partial(mark_words, words=words),
            "found": [(called[one.iri], one) for one in named if one.iri in called],
            "articles": {article.id: article for article in articles.values()},
            "found_total": len(found),
            "hits": [
                (articles[iri], _distinct(own))
                for id, own in shown
                if (iri := names.ART + id) in articles
            ],
            "hits_total": len(by_article),
            "names_cut": names_cut,
            "texts_cut": texts_cut,
            "pager": pager if kind else None,
        }

    async def _actor(self, visit: Visit, lookups: Lookups, id: str) -> Shown:
        since, until, part = visit.day("since"), visit.day("until"), visit.one_of("part", _PARTS)
        other = visit.parameters.get("with", "")
        if other and not is_id(other):
            raise Refusal(400, f"with={other}")
        actor = await lookups.read_actor(id)
        if actor is None:
            raise Refusal(404, id)
        lists = _divide(actor, since=since, until=until, other=names.ENT + other if other else "")
        chosen = [part] if part else [key for key in _PARTS if lists[key]]
        pager = _paged(visit, len(lists[part])) if part else _paged(visit, 0)
        start, end = (pager.start, pager.start + PER_PAGE) if part else (0, SHOWN)
        window = {key: lists[key][start:end] for key in chosen}
        filled = await _fill(lookups, window)
        sections = [
            Section(key, len(lists[key]), filled[key], pager if part else None) for key in chosen
        ]
        items = [item for key in ("does", "done", "claims") for item in lists[key]]
        partners = [] if part else await lookups.partners(items, actor.with_whom, PARTNERS)
        called = await lookups.read_names([names.ENT + other] if other else [])
        if other and not called:
            raise Refusal(404, other)
        return "actor.html", {
            "actor": actor,
            "sections": sections,
            "partners": partners,
            "only": part,
            "other": called.get(names.ENT + other),
            "home": await _home(lookups, actor),
            "since": since,
            "until": until,
        }

    async def _event(self, visit: Visit, lookups: Lookups, id: str) -> Shown:
        iri = names.EV + id
        happened = (await lookups.read_happened([iri])).get(iri)
        if happened is None:
            raise Refusal(404, id)
        reports = await lookups.reports_of(happened)
        told = await lookups.read_statements([s for own in reports.values() for s in own])
        versions = await lookups.read_contradictions(happened.contradictions)
        above = [] if happened.is_happening else await lookups.happenings_of([iri])
        return "event.html", {
            "event": happened,
            "reports": [
                (local_id(report) if report.startswith(names.EV) else "", told[s])
                for report, own in sorted(
                    reports.items(), key=lambda pair: _first_published(pair[1], told)
                )
                for s in own
                if s in told
            ],
            "contradictions": versions,
            "by_report": {
                report: [told[s] for s in own if s in told] for report, own in reports.items()
            },
            "happenings": above,
        }

    async def _statement(self, visit: Visit, lookups: Lookups, id: str) -> Shown:
        iri = names.ST + id
        told = (await lookups.read_statements([iri])).get(iri)
        if told is None:
            raise Refusal(404, id)
        events, happenings = await lookups.find_about(iri)
        around = await _surroundings(lookups, told)
        return "statement.html", {
            "told": told,
            "around": around,
            "events": events,
            "happenings": happenings,
        }

    async def _article(self, visit: Visit, lookups: Lookups, id: str) -> Shown:
        iri = names.ART + id
        article = (await lookups.read_articles([iri])).get(iri)
        if article is None:
            raise Refusal(404, id)
        sentences = await lookups.read_sentences(id)
        at = visit.number("at", least=0)
        if at is None:
            pager = _paged(visit, len(sentences), size=SENTENCES)
        else:
            before = sum(1 for node in sentences if _begin(node) < at)
            pager = Pager(
                before // SENTENCES + 1, max(1, -(-len(sentences) // SENTENCES)), len(sentences)
            )
            pager = Pager(min(pager.page, pager.pages), pager.pages, pager.total)
        first = (pager.page - 1) * SENTENCES
        shown = sentences[first : first + SENTENCES]
        before_first = _end(sentences[first - 1]) if first else 0
        passages = await lookups.read_passages(shown, before=before_first)
        return "article.html", {
            "article": article,
            "passages": passages,
            "pager": pager if pager.pages > 1 else None,
            "pieces": cut_pieces,
        }

    async def show_network(self, request: Request) -> Response:
        """The network of actors over the store as it is now; made once for each state of it."""
        visit = _visit(request, "network", "./")
        lang = visit.words.lang
        async with self._one_network:
            text = await self._keep(("network", lang), partial(self._make_network, request, lang))
        found = _META_POLICY.search(text)
        policy = (
            found[1].replace("&#x27;", "'").replace("&#39;", "'") if found else "default-src 'none'"
        )
        headers = _headers(f"{policy}; frame-ancestors 'none'")
        return HTMLResponse(text, headers=headers)

    async def _make_network(self, request: Request, lang: str) -> str:
        graph = await self._keep(("graph",), partial(self._read_network, request))

        def make() -> str:
            from kg.asking.pages import make_page

            title = words_of(lang).say("network_title")
            return make_page(graph, title=title, lang=lang, max_nodes=NETWORK_ACTORS)

        return await asyncio.to_thread(make)

    async def _read_network(self, request: Request) -> Any:
        """The heart of the network, the same for all languages; to read it takes longest."""
        loop = asyncio.get_running_loop()

        def select(sparql: str) -> list[_Cells]:
            asked = asyncio.run_coroutine_threadsafe(self._ask(request, sparql), loop)
            return [_Cells(row) for row in asked.result()]

        def read() -> Any:
            from kg.asking.network import read_network

            return read_network(select, max_nodes=NETWORK_ACTORS)

        return await asyncio.to_thread(read)


class _Cells(dict[str, str]):
    """A row in which what is unbound is None."""

    def __missing__(self, name: str) -> None:
        return None


def _above(path: str) -> str:
    return "../" if path.count("/") > 1 else "./"


# --- filling in ---------------------------------------------------------------------------


def _divide(actor: Actor, *, since: str, until: str, other: str) -> dict[str, list[Any]]:
    """What an actor's page lists, facts and claims apart, of a period and with another."""

    def fits(day: str) -> bool:
        if not day:
            return not since and not until
        return (not since or day >= since) and (not until or day < until)

    items = [item for item in actor.items if fits(item.published)]
    if other:
        items = [item for item in items if other in actor.with_whom.get(item.iri, ())]
    facts = [item for item in items if item.is_fact]
    return {
        "does": [item for item in facts if item.side == "subject"],
        "done": [item for item in facts if item.side != "subject"],
        "claims": [item for item in items if not item.is_fact],
        "says": [] if other else [item for item in actor.says if fits(item.published)],
        "events": [] if other else [m for m in actor.moments if fits(m.day or m.published)],
    }


async def _fill(
    lookups: Lookups, window: Mapping[str, Sequence[Item | Moment]]
) -> dict[str, list[Any]]:
    """What stands behind the items of a page, in their order."""
    events = await lookups.read_happened([moment.iri for moment in window.get("events", ())])
    behind = [iri for event in events.values() for iri in event.behind]
    iris = [item.iri for key, items in window.items() if key != "events" for item in items]
    told = await lookups.read_statements([*iris, *behind])
    quotes = await lookups.read_quotes(iris)
    said: Mapping[str, Told | Quote] = {**told, **quotes}
    found: dict[str, list[Any]] = {}
    for key, items in window.items():
        if key == "events":
            found[key] = [_moment(events[m.iri], m, told) for m in items if m.iri in events]
        elif key == "says":
            found[key] = [said[item.iri] for item in items if item.iri in said]
        else:
            own = [told[item.iri] for item in items if item.iri in told]
            found[key] = [one for one in own if one.is_fact == (key in FACTS)]
    return found


def _moment(
    event: Happened, moment: Item | Moment, told: Mapping[str, Told]
) -> tuple[Happened, str, list[Told]]:
    day = moment.day if isinstance(moment, Moment) else ""
    return event, day or moment.published, [told[s] for s in event.behind if s in told]


async def _home(lookups: Lookups, actor: Actor) -> Any:
    """The article that a local entity is known from."""
    if actor.name.article is None:
        return None
    iri = names.ART + actor.name.article
    return (await lookups.read_articles([iri])).get(iri)


async def _surroundings(lookups: Lookups, told: Told) -> list[tuple[Sentence, bool]]:
    """The sentence of a statement with its neighbours, and which of them it is."""
    own = told.sentence
    nodes = await lookups.read_sentences(own.article.id)
    at = next(
        (n for n, node in enumerate(nodes) if _begin(node) == own.begin and _end(node) == own.end),
        None,
    )
    near = nodes[max(0, at - 2) : at + 3] if at is not None else []
    texts = await lookups.read_texts(near)
    found = [texts[node] for node in near if node in texts] or [own]
    return [
        (sentence, (sentence.begin, sentence.end) == (own.begin, own.end)) for sentence in found
    ]


def _first_published(statements: Sequence[str], told: Mapping[str, Told]) -> tuple[str, str]:
    own = [told[s].sentence.article for s in statements if s in told]
    return min(((a.published or "9999", a.id) for a in own), default=("9999", ""))


def _begin(sentence: str) -> int:
    found = re.search(r"#char=(\d{1,9}),", sentence, re.ASCII)
    return int(found[1]) if found else 0


def _end(sentence: str) -> int:
    found = re.search(r",(\d{1,9})$", sentence, re.ASCII)
    return int(found[1]) if found else 0


def _distinct(hits: Sequence[Hit]) -> list[Hit]:
    """Hits of one article, without quotations whose words a sentence shows already."""
    sentences = [hit.text for hit in hits if hit.kind == "Sentence"]
    return [
        hit
        for hit in hits
        if hit.kind != "Quotation" or not any(hit.text in sentence for sentence in sentences)
    ]


# --- showing ------------------------------------------------------------------------------


def mark_words(text: str, *, words: Sequence[str]) -> Markup:
    """A text with the words of a search marked, escaped.

    >>> print(mark_words("<Anna>", words=["ann"]))
    &lt;<mark>Ann</mark>a&gt;
    """
    pattern = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    if not pattern:
        return escape(clean_text(text))
    pieces = re.split(f"({pattern})", text, flags=re.IGNORECASE)
    shown = [escape(clean_text(piece)) for piece in pieces]
    return Markup("").join(
        Markup("<mark>{}</mark>").format(piece) if at % 2 else piece
        for at, piece in enumerate(shown)
    )


def cut_pieces(passage: Passage) -> list[tuple[str, Any]]:
    """The text of a sentence in pieces, each with the mention that it is, if it is one.

    Of mentions that overlap the longer one counts.
    """
    sentence = passage.sentence
    pieces: list[tuple[str, Any]] = []
    at = sentence.begin
    for link in sorted(passage.links, key=lambda link: (link.begin, -link.end)):
        if (
            link.begin < at
            or link.end > sentence.begin + len(sentence.text)
            or link.end <= link.begin
        ):
            continue
        pieces.append((sentence.text[at - sentence.begin : link.begin - sentence.begin], None))
        pieces.append(
            (sentence.text[link.begin - sentence.begin : link.end - sentence.begin], link)
        )
        at = link.end
    pieces.append((sentence.text[at - sentence.begin :], None))
    return [piece for piece in pieces if piece[0]]


def _clean(value: Any) -> Any:
    """What a template shows, made harmless; markup of our own stays markup."""
    if isinstance(value, Markup):
        return value
    return clean_text(value) if isinstance(value, str) else value


@cache
def _environment() -> Environment:
    from kg.asking.pages import safe_link

    found = Environment(
        loader=PackageLoader("kg.asking", "explorer_pages"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_clean,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["safe_link"] = safe_link
    return found


def _page(visit: Visit, template: str, shown: Mapping[str, Any], *, status: int = 200) -> Response:
    text = (
        _environment()
        .get_template(template)
        .render(
            visit=visit,
            w=visit.words,
            t=visit.words.say,
            url=visit.url,
            languages=LANGUAGES,
            **shown,
        )
    )
    return HTMLResponse(text, status_code=status, headers=_headers(PAGE_POLICY, visit.words.lang))


def _headers(policy: str, lang: str = "") -> dict[str, str]:
    found = {"content-security-policy": policy, "vary": "Accept, Accept-Language, Origin"}
    return found | ({"content-language": lang} if lang else {})
