"""``kg serve``: what it answers, whom it lets in, what it bears, and how it ends."""

from __future__ import annotations

import asyncio
import csv
import http.client
import io
import json
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import RunKg
from pyoxigraph import RdfFormat, parse
from rdflib import Graph, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore
from serving import TOKEN, Live, make_store, serving
from uvicorn.server import ServerState

from kg import names
from kg.asking import service
from kg.asking.guard import Guard, read_origin
from kg.asking.negotiation import GRAPH_TYPES, ROW_TYPES, choose_type, read_content_type
from kg.asking.pool import Pool
from kg.asking.protocol import ProtocolError, Question, read_change, read_question
from kg.asking.workers import Limits, Reply
from kg.errors import KGError, QueryError, QueryLimitError
from kg.knowing.engines import EmbeddedEngine
from kg.knowing.store import GraphStore
from kg.knowing.updates import add_using, check_update

FILL = """
INSERT DATA {
  GRAPH kg:knowledge { ent:usa a kg:State ; rdfs:label "USA" ; kg:articleCount 2 .
                       ent:is rdfs:label "Islamischer Staat" ; kg:articleCount 1 }
  GRAPH art:a1 { ent:usa rdfs:label "USA" ; rdfs:comment "</script><img src=x onerror=alert(1)>" }
  GRAPH art:a2 { ent:usa rdfs:label "USA" , "Vereinigte Staaten, die" }
}"""
RUNAWAY = """
SELECT (COUNT(*) AS ?n) {
  VALUES ?x { 0 1 2 3 4 5 6 7 8 9 } VALUES ?y { 0 1 2 3 4 5 6 7 8 9 }
  VALUES ?a { 0 1 2 3 4 5 6 7 8 9 } VALUES ?b { 0 1 2 3 4 5 6 7 8 9 }
  VALUES ?c { 0 1 2 3 4 5 6 7 8 9 } VALUES ?d { 0 1 2 3 4 5 6 7 8 9 }
  VALUES ?e { 0 1 2 3 4 5 6 7 8 9 } VALUES ?f { 0 1 2 3 4 5 6 7 8 9 }
  VALUES ?g { 0 1 2 3 4 5 6 7 8 9 } VALUES ?h { 0 1 2 3 4 5 6 7 8 9 }
  FILTER (?a + ?b + ?c + ?d + ?e + ?f + ?g + ?h + ?x + ?y > 1000)
}"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_store(tmp_path_factory.mktemp("served") / "store", FILL)


@pytest.fixture(scope="module")
def live(store: Path) -> Iterator[Live]:
    """A service that only answers, one second a query."""
    with serving(store, "--timeout", 1) as running:
        yield running


@pytest.fixture(scope="module")
def writing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A service that takes updates, and that one web site may ask."""
    own = make_store(tmp_path_factory.mktemp("written") / "store", FILL)
    options = ("--allow-update", "--timeout", 5, "--cors", "https://Good.example/")
    with serving(own, *options) as running:
        yield running


def kind(answer: httpx.Response) -> str:
    return answer.headers["content-type"].partition(";")[0]


# --- media types ----------------------------------------------------------------------------

TYPES = ["a/json", "a/xml", "text/csv"]


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "a/json"),
        ("", "a/json"),
        ("*/*", "a/json"),
        ("a/xml", "a/xml"),
        ("A/XML", "a/xml"),
        ("a/json;q=0.3, a/xml;q=0.7", "a/xml"),
        ("a/json;q=0.7, a/xml;q=0.7", "a/json"),
        ("text/*", "text/csv"),
        ("*/*;q=0.1, text/csv", "text/csv"),
        ("*/*, a/json;q=0", "a/xml"),
        ("text/html, a/*;q=0.5", "a/json"),
        ("*/*, text/csv", "text/csv"),
        ('a/xml;profile="x,y";q=0.9, a/json;q=0.1', "a/xml"),
        ("a/json;q=0.5;q=2, a/xml", "a/xml"),
        ("image/png", None),
        ("a/json;q=0", None),
        ("nonsense", None),
        ("a/xml;q=many", None),
        (",,", None),
    ],
)
def test_the_best_media_type(accept: str | None, chosen: str | None) -> None:
    assert choose_type(accept, TYPES) == chosen


def test_a_content_type_has_parameters() -> None:
    assert read_content_type(None) == ("", "utf-8")
    assert read_content_type("TEXT/Plain ; a=b; Charset=Latin-1") == ("text/plain", "latin-1")


@pytest.mark.parametrize("media_type", ROW_TYPES)
def test_rows_in_every_form(live: Live, media_type: str) -> None:
    text = "SELECT ?s ?name { GRAPH kg:knowledge { ?s rdfs:label ?name } } ORDER BY ?s"
    answer = live.ask(text, headers={"Accept": media_type})
    assert answer.status_code == 200
    assert kind(answer) == media_type
    assert names.ENT + "usa" in answer.text
    assert answer.headers["vary"] == "Accept"


def test_tables_are_said_to_be_utf8(live: Live) -> None:
    text = 'SELECT ("Größe, \\"quer\\"" AS ?x) {}'
    answer = live.ask(text, headers={"Accept": "text/csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert list(csv.reader(io.StringIO(answer.text))) == [["x"], ['Größe, "quer"']]
    answer = live.ask(text, headers={"Accept": "text/tab-separated-values"})
    assert answer.text == '?x\n"Größe, \\"quer\\""\n'


@pytest.mark.parametrize("media_type", GRAPH_TYPES)
def test_graphs_in_every_form(live: Live, media_type: str) -> None:
    for text in ("CONSTRUCT WHERE { ent:usa a ?class }", "DESCRIBE ent:usa"):
        answer = live.ask(text, headers={"Accept": media_type})
        assert answer.status_code == 200, answer.text
        assert kind(answer) == media_type
        format = RdfFormat.from_media_type(media_type)
        assert {q.subject.value for q in parse(answer.content, format)} == {names.ENT + "usa"}


def test_an_accept_that_fits_the_other_kind_is_not_acceptable(live: Live) -> None:
    rows, graph = {"Accept": "text/csv"}, {"Accept": "text/turtle"}
    assert live.ask("SELECT * {}", headers=rows).status_code == 200
    assert live.ask("SELECT * {}", headers=graph).status_code == 406
    assert live.ask("DESCRIBE ent:usa", headers=graph).status_code == 200
    assert live.ask("DESCRIBE ent:usa", headers=rows).status_code == 406
    answer = live.ask("ASK {}", headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "application/sparql-results+json" in answer.text


def test_two_accept_headers_are_one(live: Live) -> None:
    headers = [("Accept", "image/png"), ("Accept", "text/csv")]
    answer = live.client.get(live.sparql, params={"query": "SELECT * {}"}, headers=headers)
    assert kind(answer) == "text/csv"


# --- the protocol beyond the suite of the W3C --------------------------------------------------


def test_the_union_of_all_graphs_unless_the_query_chooses(live: Live) -> None:
    count = "SELECT (COUNT(DISTINCT ?name) AS ?n) {where} {{ ent:usa rdfs:label ?name }}"

    def number(where: str) -> str:
        answer = live.ask(count.format(where=where)).json()
        return str(answer["results"]["bindings"][0]["n"]["value"])

    assert number("") == "2"
    assert number("FROM art:a1") == "1"
    assert number("FROM art:a1 FROM art:a2") == "2"
    assert number("FROM NAMED art:a2") == "0"
    assert number("FROM <http://127.0.0.1:9/x>") == "0"


def test_prefixes_need_no_declaration_and_may_be_declared_otherwise(live: Live) -> None:
    assert live.truth("ASK { ent:usa a kg:State }")
    assert not live.truth("PREFIX ent: <urn:other:> ASK { ent:usa a kg:State }")


def test_head_and_options(live: Live) -> None:
    answer = live.client.head(live.sparql, params={"query": "ASK {}"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert kind(answer) == "application/sparql-results+json"
    answer = live.client.options(live.sparql)
    assert answer.status_code == 204
    assert answer.headers["allow"] == "GET, POST, HEAD, OPTIONS"
    assert live.client.options(live.update).headers["allow"] == "POST, OPTIONS"
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("media_type", ["text/turtle", "application/rdf+xml", "*/*"])
def test_without_a_query_it_describes_itself(live: Live, media_type: str) -> None:
    answer = live.client.get(live.sparql, headers={"Accept": media_type})
    format = kind(answer)
    found = Graph().parse(data=answer.text, format=format)
    sd = "http://www.w3.org/ns/sparql-service-description#"
    told = {(str(p), str(o)) for _, p, o in found}
    assert (sd + "endpoint", live.sparql) in told
    assert (sd + "feature", sd + "UnionDefaultGraph") in told
    assert (sd + "supportedLanguage", sd + "SPARQL11Query") in told
    assert (sd + "supportedLanguage", sd + "SPARQL11Update") not in told


def test_a_browser_is_led_from_the_description_to_the_page(live: Live) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    answer = live.client.get(live.sparql, headers={"Accept": accept})
    assert answer.status_code == 303
    assert str(answer.next_request.url) == live.url + "/ask"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/sparql?query=%zz", 400),
        ("/sparql?query=ASK%20%7B%7", 400),
        ("/sparql?query=%FF", 400),
        ("/sparql?query=", 400),
        ("/sparql?query=ASK%7B%7D&default-graph-uri=relative", 400),
        ("/sparql?query=ASK%7B%7D&named-graph-uri=a%20b:c", 400),
        ("/sparql?query=ASK%7B%7D&" + "a=1&" * 1001, 400),
        ("/sparql?query=" + "+" * 110_000, 414),
        ("/sparql?query=INSERT%20DATA%20%7B%7D", 400),
        ("/sparql?Query=ASK%7B%7D", 200),
        ("/nothing", 404),
    ],
)
def test_broken_addresses(live: Live, target: str, status: int) -> None:
    answer = raw(live, "GET", target)
    assert answer.status == status
    if status >= 400:
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"


def raw(live: Live, method: str, target: str, **headers: str) -> http.client.HTTPResponse:
    """A request whose address is sent as it is written."""
    connection = http.client.HTTPConnection("127.0.0.1", int(live.url.rsplit(":", 1)[1]))
    with closing(connection):
        connection.request(method, target, headers=headers)
        answer = connection.getresponse()
        answer.read()
    return answer


def test_a_question_is_read_without_a_server() -> None:
    read = read_question("GET", url_query=b"query=ASK+%7B%7D&default-graph-uri=urn:a")
    assert read == Question("ASK {}", ("urn:a",), ())
    assert read_question("GET", url_query=b"") is None
    with pytest.raises(ProtocolError, match="update") as refused:
        read_question("GET", url_query=b"update=CLEAR+ALL")
    assert refused.value.status == 400
    with pytest.raises(ProtocolError, match="query"):
        read_change(url_query=b"query=x", content_type="application/sparql-update", body=b"")


# --- updates ----------------------------------------------------------------------------------


def test_an_update_needs_leave_and_token(live: Live, writing: Live) -> None:
    headers = {"Content-Type": "application/sparql-update"}
    assert live.change("CLEAR ALL").status_code == 403
    for wrong in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}):
        answer = writing.client.post(writing.update, content=b"CLEAR ALL", headers=headers | wrong)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
    assert writing.truth("ASK { ent:usa a kg:State }")


def test_an_update_is_seen_by_the_next_query(writing: Live) -> None:
    for number in range(3):
        assert writing.change(f"INSERT DATA {{ GRAPH art:new {{ ent:n{number} a kg:Thing }} }}")
        assert writing.truth(f"ASK {{ ent:n{number} a kg:Thing }}")
    assert writing.change("DELETE WHERE { GRAPH art:new { ?s ?p ?o } }").status_code == 204
    assert not writing.truth("ASK { ent:n0 a kg:Thing }")


def test_what_another_process_commits_is_seen_too(writing: Live) -> None:
    with GraphStore.open(writing.store) as own:
        own.engine.update("INSERT DATA { GRAPH art:b { ent:b a kg:Thing } }")  # type: ignore[attr-defined]
        answer = writing.change("INSERT DATA { GRAPH art:c { ent:c a kg:Thing } }")
        assert answer.status_code == 503
        assert "another process is writing" in answer.text
        assert len(answer.text.splitlines()) == 1
        assert writing.truth("ASK { ent:b a kg:Thing }"), "reading goes on"
    assert writing.change("DROP GRAPH art:b").status_code == 204


def test_an_update_is_whole_or_not_at_all(writing: Live) -> None:
    half = "INSERT DATA { GRAPH art:half { ent:h a kg:Thing } }"
    answer = writing.change(f"{half} ; CREATE GRAPH art:a1")
    assert answer.status_code == 400
    assert "already exists" in answer.text
    assert not writing.truth("ASK { ent:h a kg:Thing }")


def test_a_runaway_update_changes_nothing(writing: Live) -> None:
    where = RUNAWAY.split("{", 1)[1].rsplit("}", 1)[0]
    answer = writing.change(f"INSERT {{ GRAPH art:r {{ ent:r a kg:Thing }} }} WHERE {{ {where} }}")
    assert answer.status_code == 503
    assert "nothing was changed" in answer.text
    assert writing.change("INSERT DATA { GRAPH art:r { ent:r2 a kg:Thing } }").status_code == 204
    assert not writing.truth("ASK { ent:r a kg:Thing }")


@pytest.mark.parametrize(
    "update",
    [
        "LOAD <http://127.0.0.1:9/x>",
        "load silent <file:///etc/hostname>",
        "\\u004cOAD <http://127.0.0.1:9/x>",
        "INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/x> { ?s ?p ?o } }",
        "INSERT { ?s ?p 1 } WHERE { ?s ?p 1.SERVICE <http://127.0.0.1:9/x> { ?s ?p ?o } }",
        "INSERT { ?s ?p 1 } WHERE { ?s ?p trueSERVICE <http://127.0.0.1:9/x> { ?s ?p ?o } }",
        "INSERT { ?s ?p 1 } WHERE { \\u0053ERVICE <http://127.0.0.1:9/x> { ?s ?p ?o } }",
        "CLEAR GRAPH <urn:a> ;LOAD<http://127.0.0.1:9/x>",
    ],
)
def test_an_update_never_fetches(update: str) -> None:
    with pytest.raises(QueryError, match="refused"):
        check_update(update)


def test_words_that_only_look_like_fetching_are_fine() -> None:
    for text in ("'load'", "<urn:service>", "kg:load", "'''SERVICE'''", "?loadService"):
        check_update(f"INSERT {{ GRAPH <urn:g> {{ ?s ?p {text} }} }} WHERE {{ ?s ?p {text} }}")


@pytest.mark.parametrize(
    ("update", "found"),
    [
        ("INSERT { ?s a 1 } WHERE { ?s a 2 }", {"a"}),
        ("INSERT { GRAPH <urn:x> { ?s a 1 } } # where\n where { ?s a 2 }", {"a"}),
        ("PREFIX where: <urn:> DELETE { where:x a 2 } INSERT { ?s a 1 } WHERE{?s a 2}", {"a"}),
        ("INSERT { ?s a 1 } WHERE { { SELECT ?s WHERE { ?s a 2 } } }", {"a"}),
        ("INSERT DATA { <urn:d> a 1 } ; INSERT { ?s a 1 } WHERE { ?s a 2 }", {"a", "d"}),
    ],
)
def test_using_stands_before_each_where(update: str, found: set[str]) -> None:
    engine = EmbeddedEngine()
    engine.update("INSERT DATA { GRAPH <urn:g> { <urn:a> a 2 } GRAPH <urn:h> { <urn:b> a 2 } }")
    engine.update(add_using(update, graphs=["urn:g"]))
    ones = {str(quad.subject)[1:-1] for quad in engine.store if '"1"' in str(quad.object)}
    assert ones == {f"urn:{name}" for name in found}


def test_delete_where_deletes_only_in_the_graphs_of_the_request() -> None:
    text = "DELETE WHERE { GRAPH ?g { ?s a 2 } }"
    engine = EmbeddedEngine()
    engine.update("INSERT DATA { GRAPH <urn:g> { <urn:a> a 2 } GRAPH <urn:h> { <urn:b> a 2 } }")
    engine.update(add_using(text, named=["urn:g"]))
    assert {str(quad.subject) for quad in engine.store} == {"<urn:b>"}


def test_reading_the_words_takes_linear_time() -> None:
    for piece in ("-a", "a:", '"""a', "<a", "?", "a.", "\\", "'", "@-", "WHERE{"):
        text = piece * (1_000_000 // len(piece))
        began = time.process_time()
        add_using(text, graphs=["urn:g"])
        assert time.process_time() - began < 20, piece


# --- who is let in ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:{port}", 200),
        ("localhost:{port}", 200),
        ("LOCALHOST", 200),
        ("[::1]:{port}", 200),
        ("evil.example", 421),
        ("evil.example:{port}", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost@evil.example", 421),
        ("10.0.0.1", 421),
        ("", 421),
        ("[::1", 421),
        ("evil.example@127.0.0.1", 421),
        ("127.0.0.1/evil", 421),
        ("127.0.0.1?evil", 421),
        ("[::1]x", 421),
        ("localhost:abc", 421),
        ("localhost:1:2", 421),
    ],
)
def test_only_our_names_in_host(live: Live, host: str, status: int) -> None:
    name = host.format(port=live.url.rsplit(":", 1)[1])
    assert raw(live, "GET", "/sparql?query=ASK%7B%7D", Host=name).status == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "{url}"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "{url}.evil.example"}, 403),
        ({"Origin": "https://good.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}, 200),
    ],
)
def test_pages_of_other_sites_may_not_ask(live: Live, headers: dict[str, str], status: int) -> None:
    sent = {name: value.format(url=live.url) for name, value in headers.items()}
    assert live.ask("ASK {}", headers=sent).status_code == status
    form = live.client.post(live.sparql, data={"query": "ASK {}"}, headers=sent)
    assert form.status_code == status


def test_one_site_may_ask_if_it_was_named(writing: Live) -> None:
    good = {"Origin": "https://good.example"}
    answer = writing.ask("ASK {}", headers=good)
    assert answer.headers["access-control-allow-origin"] == "https://good.example"
    assert answer.headers["vary"] == "Accept, Origin"
    assert "access-control-allow-credentials" not in answer.headers
    before = good | {"Access-Control-Request-Method": "POST"}
    answer = writing.client.options(writing.sparql, headers=before)
    assert answer.status_code == 204
    assert "POST" in answer.headers["access-control-allow-methods"]
    bad = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    assert writing.client.options(writing.sparql, headers=bad).status_code == 403
    assert "access-control-allow-origin" not in writing.ask("ASK {}").headers


def test_all_addresses_only_where_all_may_come() -> None:
    async def app(*_: object) -> None: ...

    near, far = Guard(app, names=["kg.example"]), Guard(app, any_address=True)
    assert near.knows_host(["KG.example:80"])
    assert not near.knows_host(["192.0.2.1"])
    assert far.knows_host(["192.0.2.1:8000"])
    assert not far.knows_host(["kg.example"])
    assert not near.knows_host(["localhost", "localhost"])


@pytest.mark.parametrize(
    ("told", "origin"),
    [
        ("https://a.example/", "https://a.example"),
        ("HTTPS://A.example:443", "https://a.example"),
        ("http://a.example:8080/", "http://a.example:8080"),
        ("https://a.example:80", "https://a.example:80"),
        ("http://[::1]:80/", "http://[::1]"),
        ("moz-extension://ab-12", "moz-extension://ab-12"),
        ("*", "*"),
        ("foo", None),
        ("null", None),
        ("", None),
        ("https://a.example/page", None),
        ("https://a.example, https://b.example", None),
        ("https://user@a.example", None),
        ("https://*.example", None),
        ("https://a.example\n", None),
    ],
)
def test_an_allowed_site_is_read_as_browsers_name_it(told: str, origin: str | None) -> None:
    if origin is None:
        with pytest.raises(KGError, match="is no web site"):
            read_origin(told)
    else:
        assert read_origin(told) == origin


@pytest.mark.parametrize(
    "path", ["/", "/ask", "/sparql", "/sparql?query=x", "/static/sparql.js", "/no", "/update"]
)
def test_every_answer_is_kept_on_a_short_leash(live: Live, path: str) -> None:
    for answer in (live.client.get(live.url + path), live.client.put(live.url + path)):
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "server" not in answer.headers


# --- hostile input ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/static/../service.py",
        "/static/..%2f..%2fcli.py",
        "/static/%2e%2e/pages.py",
        "/static//etc/passwd",
        "/static/",
        "/static",
        "/static/source/build.mjs",
        "/static/sparql.html",
        "/static/sparql.js%00",
        "//static/sparql.js",
    ],
)
def test_no_file_but_those_of_the_page(live: Live, path: str) -> None:
    assert raw(live, "GET", path).status == 404


def test_a_form_is_kept_small(live: Live, writing: Live) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    long = "ASK {} #" + "A" * 1_000_000
    refused = live.client.post(live.sparql, content=b"query=" + b"%41" * 700_000, headers=form)
    assert refused.status_code == 413
    assert refused.text == "the body is larger than 2 MB; send the text itself, not a form\n"
    assert live.client.post(live.sparql, data={"query": long}).json()["boolean"]
    direct = {"Content-Type": "application/sparql-query"}
    assert live.client.post(live.sparql, content=long * 3, headers=direct).json()["boolean"]
    update = b"update=" + b"%41" * 700_000
    token = {"Authorization": f"Bearer {TOKEN}"}
    answer = writing.client.post(writing.update, content=update, headers=form | token)
    assert answer.status_code == 413


def test_a_body_is_read_in_a_thread_of_its_own(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[threading.Thread] = []

    def read_and_tell(*arguments: Any, **more: Any) -> Question | None:
        threads.append(threading.current_thread())
        return read_question(*arguments, **more)

    monkeypatch.setattr(service, "read_question", read_and_tell)
    app = service.make_app(store)

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.post("/sparql", data={"question": "ASK {}"})

    try:
        assert asyncio.run(ask()).status_code == 400
    finally:
        app.state.pool.close()
    assert len(threads) == 1
    assert threads[0] is not threading.current_thread()


@pytest.mark.parametrize("target", ["/sparql", "/sparql?query=ASK%7B%7D"])
def test_a_long_accept_is_refused(live: Live, target: str) -> None:
    fits = ("text/csv;q=0.1, " * 500)[:7_990] + ", */*"
    assert raw(live, "GET", target, Accept=fits).status == 200
    assert raw(live, "GET", target, Accept=fits * 2).status == 431


def test_who_sends_no_whole_head_in_time_is_cut_off(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "HEAD_TIMEOUT_S", 0.3)
    app = service.make_app(store)
    config = service._Server(app).config
    config.load()
    head = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n"
    form = b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"

    async def listen() -> asyncio.Server:
        state = ServerState()
        kind = config.http_protocol_class
        made = lambda: kind(config, state, {})  # type: ignore[call-arg]  # noqa: E731
        return await asyncio.get_running_loop().create_server(made, "127.0.0.1", 0)

    async def talk(*pieces: bytes) -> bytes:
        """All that is answered until the connection is closed, 0.5 s between the pieces."""
        async with await listen() as server:
            to = server.sockets[0].getsockname()
            reader, writer = await asyncio.open_connection(*to)
            for piece in pieces:
                writer.write(piece)
                await asyncio.sleep(0.5)
            async with asyncio.timeout(4):  # kept alive, it would be closed after 5 s
                said = await reader.read()
            writer.close()
            return said

    try:
        assert asyncio.run(talk(b"")) == b""
        assert asyncio.run(talk(head)) == b""
        again = asyncio.run(talk(head + form + b"a=b", head))
        assert again.startswith(b"HTTP/1.1 400 ")
        assert again.count(b"HTTP/1.1") == 1
        closing = head + b"Connection: close\r\n" + form
        assert asyncio.run(talk(closing, b"a=b")).startswith(b"HTTP/1.1 400 ")
    finally:
        app.state.pool.close()


def test_a_body_of_50_mb_is_refused(live: Live) -> None:
    answer = live.client.post(
        live.sparql,
        content=b"x" * 50_000_000,
        headers={"Content-Type": "application/sparql-query"},
    )
    assert answer.status_code == 413

    def pieces() -> Iterator[bytes]:
        for _ in range(50):
            yield b"x" * 1_000_000

    headers = {"Content-Type": "application/sparql-query"}
    answer = live.client.post(live.sparql, content=pieces(), headers=headers)
    assert answer.status_code == 413
    assert live.truth("ASK {}")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
        "SELECT * {{ \\u0053ERVICE <{url}> {{ ?s ?p ?o }} }}",
        "SELECT * {{ SERVICE SILENT <{url}> {{ ?s ?p ?o }} }}",
        "SELECT * {{ SERVICE ?x {{ ?s ?p ?o }} VALUES ?x {{ <{url}> }} }}",
        "SELECT * FROM <{url}> {{ ?s ?p ?o }}",
        "SELECT * FROM NAMED <{url}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    ],
)
def test_nothing_is_fetched(live: Live, query: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.3)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/data"
        graph = {"default-graph-uri": url, "query": query.format(url=url)}
        asked = live.ask(query.format(url=url))
        live.client.get(live.sparql, params=graph)
        with pytest.raises(TimeoutError):
            listener.accept()
    if "SERVICE" in query or "\\u" in query:
        assert asked.status_code == 400
        assert "refused" in asked.text
    else:
        assert asked.json()["results"]["bindings"] == []


def test_markup_in_query_and_data_stays_text(live: Live) -> None:
    answer = live.ask("</script><script>alert(1)</script>")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    answer = live.ask("SELECT ?x { ent:usa rdfs:comment ?x }", headers={"Accept": "text/html,*/*"})
    assert kind(answer) == "application/sparql-results+json"
    answer = live.ask("SELECT ?x { ent:usa rdfs:comment ?x }", headers={"Accept": "text/xml"})
    assert "&lt;/script&gt;" in answer.text


def test_deep_nesting_does_not_bring_it_down(live: Live, writing: Live) -> None:
    deep = "(" * 20_000 + "1" + ")" * 20_000
    headers = {"Content-Type": "application/sparql-query"}
    body = f"ASK {{ FILTER({deep}) }}".encode()
    assert live.client.post(live.sparql, content=body, headers=headers).status_code == 400
    answer = writing.change(f"INSERT {{ ?s ?p ?o }} WHERE {{ FILTER({deep}) }}")
    assert answer.status_code == 400
    assert live.truth("ASK {}")


# --- limits -------------------------------------------------------------------------------------


def test_a_runaway_query_is_stopped_and_the_next_one_answers(live: Live) -> None:
    began = time.monotonic()
    answer = live.ask(RUNAWAY)
    assert answer.status_code == 503
    assert "stopped after 1 s" in answer.text
    assert time.monotonic() - began < 15
    assert live.truth("ASK {}")


async def wait_forever() -> None:
    await asyncio.Event().wait()


async def leave_soon() -> None:
    await asyncio.sleep(0.2)


Leaving = Callable[[], Coroutine[Any, Any, None]]


def in_line(pool: Pool, text: str, leaving: Leaving = wait_forever) -> asyncio.Task[Reply]:
    """A question that stands in line, or is being answered."""
    accept = {"select": "text/csv", "ask": "application/sparql-results+json"}
    asked = pool.ask(Question(text), accept=accept, base="urn:x", leaving=leaving)
    return asyncio.ensure_future(asked)


def test_whoever_finds_the_queue_full_is_told_to_come_back(store: Path) -> None:
    async def check(pool: Pool) -> None:
        busy = in_line(pool, RUNAWAY)
        await asyncio.sleep(0.1)
        second = in_line(pool, "ASK {}")
        await asyncio.sleep(0)
        with pytest.raises(ProtocolError) as refused:
            await in_line(pool, "ASK {}")
        assert refused.value.status == 503
        assert refused.value.headers["retry-after"] == "1"
        with pytest.raises(QueryLimitError, match="stopped after 1 s"):
            await busy
        assert b"true" in (await second).body

    run_pool(check, store, Limits(timeout_s=1), max_waiting=1)


def test_whoever_leaves_the_queue_or_is_cancelled_takes_no_worker(store: Path) -> None:
    async def check(pool: Pool) -> None:
        busy = in_line(pool, RUNAWAY)
        await asyncio.sleep(0.1)
        with pytest.raises(QueryError, match="nobody waits"):
            await in_line(pool, RUNAWAY, leave_soon)
        cancelled = in_line(pool, RUNAWAY)
        await asyncio.sleep(0.1)
        cancelled.cancel()
        busy.cancel()
        for task in (cancelled, busy):
            with pytest.raises(asyncio.CancelledError):
                await task
        assert b"true" in (await asyncio.wait_for(in_line(pool, "ASK {}"), 50)).body

    run_pool(check, store, Limits(timeout_s=100), max_waiting=5)


def test_who_is_answered_or_in_line_when_it_ends_is_told_so(store: Path) -> None:
    async def check(pool: Pool) -> None:
        tasks = [in_line(pool, RUNAWAY), in_line(pool, "ASK {}"), in_line(pool, "ASK {}")]
        await asyncio.sleep(0.3)
        pool.close()
        for task in tasks:
            with pytest.raises(ProtocolError, match="ending") as told:
                await asyncio.wait_for(task, 50)
            assert told.value.status == 503

    run_pool(check, store, Limits(timeout_s=100), max_waiting=5)


def run_pool(
    check: Callable[[Pool], Coroutine[Any, Any, None]], store: Path, limits: Limits, **more: int
) -> None:
    async def run() -> None:
        pool = Pool(store, limits=limits, workers=1, **more)
        try:
            await check(pool)
        finally:
            pool.close()

    asyncio.run(run())


def test_a_client_that_leaves_frees_its_worker(store: Path) -> None:
    with serving(store, "--workers", 1, "--timeout", 100) as running:
        with pytest.raises(httpx.ReadTimeout):
            running.ask(RUNAWAY, timeout=1)
        began = time.monotonic()
        assert running.truth("ASK {}")
        assert time.monotonic() - began < 50


# --- clients ------------------------------------------------------------------------------------


def test_rdflib_as_a_client(live: Live) -> None:
    graph = Graph(SPARQLStore(live.sparql))
    usa = URIRef(names.ENT + "usa")
    found = {str(row[0]) for row in graph.query(f"SELECT ?name {{ <{usa}> rdfs:label ?name }}")}  # type: ignore[index]
    assert found == {"USA", "Vereinigte Staaten, die"}
    assert (usa, None, None) in graph


def test_rdflib_writes(writing: Live) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    store = SPARQLUpdateStore(writing.sparql, writing.update, headers=headers, autocommit=False)
    graph = Graph(store, identifier=URIRef("urn:written"))
    graph.add((URIRef("urn:s"), URIRef("urn:p"), URIRef("urn:o")))
    graph.commit()
    assert writing.truth("ASK { GRAPH <urn:written> { <urn:s> <urn:p> <urn:o> } }")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_sparqlwrapper_as_a_client(live: Live, writing: Live, method: str) -> None:
    wrapper = pytest.importorskip("SPARQLWrapper")
    client = wrapper.SPARQLWrapper(live.sparql, returnFormat=wrapper.JSON)
    client.setMethod(method)
    client.setQuery("SELECT ?name { GRAPH kg:knowledge { ent:usa rdfs:label ?name } }")
    rows = client.query().convert()["results"]["bindings"]
    assert [row["name"]["value"] for row in rows] == ["USA"]
    client.setQuery("CONSTRUCT { ?s a ?o } WHERE { ?s a ?o }")
    client.setReturnFormat(wrapper.TURTLE)
    assert b"State" in client.query().convert()
    writer = wrapper.SPARQLWrapper(writing.update)
    writer.addCustomHttpHeader("Authorization", f"Bearer {TOKEN}")
    writer.setMethod("POST")
    writer.setQuery(f"INSERT DATA {{ GRAPH <urn:w> {{ <urn:w> a <urn:{method}> }} }}")
    writer.query()
    assert writing.truth(f"ASK {{ <urn:w> a <urn:{method}> }}")


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl here")
def test_curl_as_a_client(live: Live) -> None:
    text = "query=SELECT ?s { GRAPH kg:knowledge { ?s a kg:State } }"
    command = ["curl", "-s", live.sparql, "--data-urlencode", text, "-H", "Accept: text/csv"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["s", names.ENT + "usa"]


# --- beginning and end --------------------------------------------------------------------------


def children(pid: int) -> set[int]:
    """The processes that a process has started."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parts = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(parts[1]) == pid and parts[0] != "Z":
            found.add(int(stat.parent.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc here")
def test_ctrl_c_ends_it_and_its_workers_also_in_the_middle_of_a_query(store: Path) -> None:
    with serving(store, "--timeout", 100) as running:
        with pytest.raises(httpx.ReadTimeout):
            running.ask(RUNAWAY, timeout=0.5)
        with socket.create_connection(("127.0.0.1", int(running.url.rsplit(":", 1)[1]))) as busy:
            body = RUNAWAY.encode()
            head = f"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
            busy.sendall(f"{head}Content-Type: application/sparql-query\r\n\r\n".encode() + body)
            time.sleep(0.5)
            started = children(running.process.pid)
            assert started
            code, said = running.end()
        assert code == 130
        assert said == "kg: interrupted\n"
        assert not {pid for pid in started if Path(f"/proc/{pid}").exists()}


def test_a_port_in_use_is_one_line(live: Live, store: Path, run_kg: RunKg) -> None:
    ran = run_kg("serve", "--store", store, "--port", live.url.rsplit(":", 1)[1])
    assert ran.code == 1
    assert re.fullmatch(r"kg: 127\.0\.0\.1:\d+ is in use .*\n", ran.err)


def test_what_it_will_not_begin_with(store: Path, tmp_path: Path, run_kg: RunKg) -> None:
    ran = run_kg("serve", "--store", tmp_path / "none", "--port", 0)
    assert (ran.code, len(ran.err.splitlines())) == (1, 1)
    assert "no newskg store" in ran.err
    ran = run_kg("serve", "--store", "http://127.0.0.1:9/sparql", "--port", 0)
    assert (ran.code, len(ran.err.splitlines())) == (1, 1)
    assert "answers SPARQL itself" in ran.err
    ran = run_kg("serve", "--store", store, "--allow-update", "--port", 0)
    assert (ran.code, len(ran.err.splitlines())) == (2, 1)
    assert "KG_TOKEN" in ran.err
    options = ("serve", "--store", store, "--port", 0)
    for token in (" ", "\t"):
        ran = run_kg(*options, "--allow-update", KG_TOKEN=token)
        assert (ran.code, len(ran.err.splitlines())) == (2, 1)
        assert "KG_TOKEN" in ran.err
    ran = run_kg(*options, "--allow-update", KG_TOKEN="geheim-ß")
    assert (ran.code, ran.err) == (1, "kg: the token for updates is empty or not plain ASCII\n")
    ran = run_kg(*options, "--cors", "foo")
    assert (ran.code, len(ran.err.splitlines())) == (2, 1)
    assert "'foo' is no web site" in ran.err
    ran = run_kg("serve", "--store", store, "--host", "no.such.host.invalid")
    assert (ran.code, len(ran.err.splitlines())) == (1, 1)


def test_another_host_is_warned_of(store: Path) -> None:
    with serving(store, "--host", "0.0.0.0", "--name", "kg.example") as running:
        assert "every machine that reaches 0.0.0.0" in running.said
        assert raw(running, "GET", "/", Host="kg.example").status == 200
        assert raw(running, "GET", "/", Host="evil.example").status == 421


# --- the page -----------------------------------------------------------------------------------


def test_the_page_knows_prefixes_and_stock_questions(live: Live) -> None:
    answer = live.client.get(live.url + "/ask")
    assert kind(answer) == "text/html"
    assert "script-src 'self';" in answer.headers["content-security-policy"]
    found = re.search(r'id="settings">(.*?)</script>', answer.text, re.DOTALL)
    assert found
    settings = json.loads(found[1])
    assert settings["prefixes"] == names.PREFIXES
    assert {question["name"] for question in settings["questions"]} >= {"actors"}
    assert "<" not in found[1]
    assert not re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", answer.text)


def test_files_of_the_page_are_fetched_once(live: Live) -> None:
    answer = live.client.get(live.url + "/static/sparql.js")
    assert kind(answer) == "text/javascript"
    again = {"If-None-Match": answer.headers["etag"]}
    assert live.client.get(live.url + "/static/sparql.js", headers=again).status_code == 304


def test_the_bundle_names_no_other_service() -> None:
    folder = Path(__file__).parent.parent / "kg" / "asking" / "static"
    script = (folder / "sparql.js").read_text(encoding="utf-8")
    assert "prefix.cc" not in script
    assert "sourceMappingURL" not in script
    licences = (folder / "LICENSES.txt").read_text(encoding="utf-8")
    assert "@zazuko/yasgui: MIT" in licences


BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "headless_shell")
BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.mark.skipif(BROWSER is None, reason="no Chromium here to open the page with")
def test_the_page_asks_in_a_real_browser_and_nothing_leaves_it(live: Live, tmp_path: Path) -> None:
    log = tmp_path / "net.json"
    switches = (
        *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
        *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
        *("--enable-logging=stderr", "--virtual-time-budget=8000", "--dump-dom"),
        *(f"--user-data-dir={tmp_path / 'profile'}", f"--log-net-log={log}"),
    )
    done = subprocess.run(
        [str(BROWSER), *switches, live.url + "/ask"], capture_output=True, timeout=120, check=True
    )
    told = [x for x in done.stderr.decode(errors="replace").splitlines() if "CONSOLE" in x]
    page = done.stdout.decode()
    assert told == []
    assert re.search(r"<td[^>]*>.*?Islamischer Staat.*?</td>", page, re.DOTALL)
    assert "2 results in" in page
    assert 'class="parseErrorIcon"' not in page
    events = json.loads(log.read_text(errors="replace"))["events"]
    asked = [event["params"] for event in events if "url" in event.get("params", {})]
    by_page = {a["url"] for a in asked if a.get("initiator") == live.url}
    assert {live.url + "/static/sparql.js", live.sparql} <= by_page
    assert {url for url in by_page if not url.startswith(live.url + "/")} == set()
