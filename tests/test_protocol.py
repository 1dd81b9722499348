"""The SPARQL 1.1 Protocol against a real server: one test for each test of the W3C suite.

The names are those of the suite's manifest; requests and expectations are written here,
over graphs of our own. With ``KG_W3C_PROTOCOL`` naming a folder with ``manifest.ttl`` (it
comes in rdflib's source distribution: ``test/data/suites/w3c/sparql11/protocol``) the
table is also checked to be complete.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from serving import TOKEN, Live, make_store, serving

DATA = "http://example.org/data/"
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
TRUTHS = {"application/sparql-results+json", "application/sparql-results+xml"}
ROWS = TRUTHS | {"text/csv", "text/tab-separated-values"}
GRAPHS = {"text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"}

D0, D1, D2, D3 = (f"{DATA}data{number}" for number in range(4))
DOCUMENTS = " ".join(f"GRAPH <{d}> {{ <{d}> a <urn:Document> }}" for d in (D0, D1, D2, D3))
FILL = f"DROP ALL ; INSERT DATA {{ {DOCUMENTS} }} ;"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A service that only answers."""
    store = make_store(tmp_path_factory.mktemp("asked") / "store", FILL)
    with serving(store) as running:
        yield running


@pytest.fixture(scope="module")
def writing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A service that takes updates; each test fills it anew."""
    store = make_store(tmp_path_factory.mktemp("changed") / "store", FILL)
    with serving(store, "--allow-update") as running:
        yield running


def kind(answer: httpx.Response) -> str:
    return answer.headers["content-type"].partition(";")[0]


def post(live: Live, url: str, body: str | bytes, content_type: str | None) -> httpx.Response:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    if content_type:
        headers["Content-Type"] = content_type
    content = body.encode() if isinstance(body, str) else body
    return live.client.post(url, content=content, headers=headers)


def form(*fields: tuple[str, str]) -> str:
    return urlencode(fields)


def is_true(answer: httpx.Response) -> None:
    assert answer.status_code == 200, answer.text
    assert kind(answer) in TRUTHS
    assert answer.json()["boolean"] is True


def is_refused(answer: httpx.Response) -> None:
    assert 400 <= answer.status_code < 500, answer.text
    assert kind(answer) == "text/plain"
    assert len(answer.text.splitlines()) in range(1, 4)


# --- queries --------------------------------------------------------------------------------

BOTH = f"ASK {{ <{D1}> a ?type . <{D2}> a ?type }}"
NOT_THE_THIRD = f"FILTER NOT EXISTS {{ <{D3}> ?p ?o }}"
IN_NAMED = f"GRAPH ?g1 {{ <{D1}> a ?type }} GRAPH ?g2 {{ <{D2}> a ?type }}"


def query_get(live: Live) -> None:
    is_true(live.ask("ASK {}"))


def query_post_form(live: Live) -> None:
    is_true(post(live, live.sparql, form(("query", "ASK {}")), FORM))


def query_post_direct(live: Live) -> None:
    is_true(post(live, live.sparql, "ASK {}", QUERY))


def query_dataset_default_graphs_get(live: Live) -> None:
    params = [("query", BOTH[:-1] + NOT_THE_THIRD + "}")]
    params += [("default-graph-uri", D1), ("default-graph-uri", D2)]
    is_true(live.client.get(live.sparql, params=params))


def query_dataset_default_graphs_post(live: Live) -> None:
    graphs = [("default-graph-uri", D1), ("default-graph-uri", D2)]
    is_true(post(live, live.sparql, form(("query", BOTH), *graphs), FORM))
    direct = f"{live.sparql}?{urlencode(graphs)}"
    is_true(post(live, direct, BOTH, QUERY))


def query_dataset_named_graphs_get(live: Live) -> None:
    text = f"ASK {{ {IN_NAMED} FILTER NOT EXISTS {{ GRAPH <{D3}> {{ ?s ?p ?o }} }} }}"
    params = [("query", text), ("named-graph-uri", D1), ("named-graph-uri", D2)]
    is_true(live.client.get(live.sparql, params=params))


def query_dataset_named_graphs_post(live: Live) -> None:
    text = f"ASK {{ {IN_NAMED} FILTER NOT EXISTS {{ ?s ?p ?o }} }}"
    graphs = [("named-graph-uri", D1), ("named-graph-uri", D2)]
    is_true(post(live, live.sparql, form(("query", text), *graphs), FORM))
    is_true(post(live, f"{live.sparql}?{urlencode(graphs)}", text, QUERY))


def query_dataset_full(live: Live) -> None:
    text = f"ASK {{ <{D3}> a ?type {IN_NAMED} {NOT_THE_THIRD.replace(D3, D1)} }}"
    graphs = [("default-graph-uri", D3), ("named-graph-uri", D1), ("named-graph-uri", D2)]
    is_true(post(live, live.sparql, form(("query", text), *graphs), FORM))


def query_multiple_dataset(live: Live) -> None:
    text = f"ASK FROM <{D3}> {{ {IN_NAMED} {NOT_THE_THIRD} }}"
    graphs = [("named-graph-uri", D1), ("named-graph-uri", D2)]
    is_true(post(live, live.sparql, form(("query", text), *graphs), FORM))
    inside = f"ASK FROM <{D3}> {{ <{D3}> a ?type FILTER NOT EXISTS {{ <{D1}> ?p ?o }} }}"
    is_true(live.ask(inside))


def has_kind(text: str, kinds: set[str]) -> Callable[[Live], None]:
    def check(live: Live) -> None:
        answer = post(live, live.sparql, form(("query", text)), FORM)
        assert answer.status_code == 200, answer.text
        assert kind(answer) in kinds

    return check


# --- updates --------------------------------------------------------------------------------

SEEN = "http://example.org/seen"


def changed_in(live: Live, *graphs: tuple[str, str], where: str = "?s a <urn:Document>") -> None:
    """All documents that the update sees are noted in a graph of their own."""
    text = f"{FILL} INSERT {{ GRAPH <{SEEN}> {{ ?s a <urn:Seen> }} }} WHERE {{ {where} }}"
    answer = post(live, live.update, form(("update", text), *graphs), FORM)
    assert answer.status_code == 204, answer.text


def seen(live: Live) -> set[str]:
    rows = live.ask(f"SELECT ?s {{ GRAPH <{SEEN}> {{ ?s a <urn:Seen> }} }}").json()
    return {row["s"]["value"] for row in rows["results"]["bindings"]}


def update_dataset_default_graph(live: Live) -> None:
    changed_in(live, ("using-graph-uri", D1))
    assert seen(live) == {D1}


def update_dataset_default_graphs(live: Live) -> None:
    changed_in(live, ("using-graph-uri", D1), ("using-graph-uri", D2))
    assert seen(live) == {D1, D2}


def update_dataset_named_graphs(live: Live) -> None:
    graphs = [("using-named-graph-uri", D1), ("using-named-graph-uri", D2)]
    changed_in(live, *graphs, where="GRAPH ?g { ?s a <urn:Document> }")
    assert seen(live) == {D1, D2}


def update_dataset_full(live: Live) -> None:
    graphs = [("using-graph-uri", D1), ("using-named-graph-uri", D2)]
    both = "{ GRAPH ?g { ?s a <urn:Document> } } UNION { ?s a <urn:Document> }"
    changed_in(live, *graphs, where=both)
    assert seen(live) == {D1, D2}
    changed_in(live, *graphs)
    assert seen(live) == {D1}


def update_post_form(live: Live) -> None:
    text = f"{FILL} INSERT DATA {{ <urn:form> a <urn:Seen> }}"
    assert post(live, live.update, form(("update", text)), FORM).status_code == 204
    assert live.truth("ASK { <urn:form> a <urn:Seen> }")


def update_post_direct(live: Live) -> None:
    assert post(live, live.update, "CLEAR ALL", UPDATE).status_code == 204
    assert not live.truth("ASK { ?s ?p ?o }")


def update_base_uri(live: Live) -> None:
    text = f"{FILL} INSERT DATA {{ GRAPH <urn:base> {{ <urn:s> <urn:p> <test> }} }}"
    assert post(live, live.update, form(("update", text)), FORM).status_code == 204
    rows = live.ask("SELECT ?o { GRAPH <urn:base> { <urn:s> <urn:p> ?o } }").json()
    (row,) = rows["results"]["bindings"]
    assert row["o"]["type"] == "uri"
    assert row["o"]["value"].startswith("http://127.0.0.1:")


# --- what must be refused -------------------------------------------------------------------


def bad_query_method(live: Live) -> None:
    answer = live.client.put(live.sparql, params={"query": "ASK {}"})
    assert answer.status_code == 405
    assert {"GET", "POST"} <= set(answer.headers["allow"].split(", "))
    is_refused(answer)


def bad_multiple_queries(live: Live) -> None:
    fields = [("query", "ASK {}"), ("query", "SELECT * {}")]
    is_refused(live.client.get(live.sparql, params=fields))
    is_refused(post(live, live.sparql, form(*fields), FORM))
    is_refused(post(live, f"{live.sparql}?query=ASK%7B%7D", "ASK {}", QUERY))


def bad_query_wrong_media_type(live: Live) -> None:
    assert post(live, live.sparql, "ASK {}", "text/plain").status_code == 415
    assert post(live, live.sparql, "ASK {}", UPDATE).status_code == 415


def bad_query_missing_form_type(live: Live) -> None:
    assert post(live, live.sparql, form(("query", "ASK {}")), None).status_code == 415


def bad_query_missing_direct_type(live: Live) -> None:
    assert post(live, live.sparql, "ASK {}", None).status_code == 415


def bad_query_non_utf8(live: Live) -> None:
    is_refused(post(live, live.sparql, "ASK {}".encode("utf-16"), f"{QUERY}; charset=UTF-16"))
    is_refused(post(live, live.sparql, "ASK {}".encode("utf-16"), QUERY))
    is_refused(post(live, live.sparql, "ASK { ?s ?p 'ä' }".encode("latin-1"), QUERY))


def bad_query_syntax(live: Live) -> None:
    answer = live.ask("ASK {\n ?s ?p }")
    is_refused(answer)
    assert answer.status_code == 400
    assert "2:9" in answer.text


def bad_update_get(live: Live) -> None:
    assert live.client.get(live.update, params={"update": "CLEAR ALL"}).status_code == 405
    is_refused(live.client.get(live.sparql, params={"update": "CLEAR ALL"}))


def bad_multiple_updates(live: Live) -> None:
    fields = [("update", "CLEAR ALL"), ("update", "CLEAR DEFAULT")]
    is_refused(post(live, live.update, form(*fields), FORM))


def bad_update_wrong_media_type(live: Live) -> None:
    assert post(live, live.update, "CLEAR NAMED", "text/plain").status_code == 415
    assert post(live, live.update, "CLEAR NAMED", QUERY).status_code == 415


def bad_update_missing_form_type(live: Live) -> None:
    assert post(live, live.update, form(("update", "CLEAR NAMED")), None).status_code == 415


def bad_update_non_utf8(live: Live) -> None:
    body = "CLEAR NAMED".encode("utf-16")
    is_refused(post(live, live.update, body, f"{UPDATE}; charset=UTF-16"))
    is_refused(post(live, live.update, body, UPDATE))


def bad_update_syntax(live: Live) -> None:
    answer = post(live, live.update, form(("update", "CLEAR XYZ")), FORM)
    is_refused(answer)
    assert answer.status_code == 400
    assert "1:10" in answer.text


def bad_update_dataset_conflict(live: Live) -> None:
    using = ("using-named-graph-uri", D1)
    for clause in (f"WITH <{D1}> DELETE {{ ?s ?p 1 }}", f"DELETE {{ ?s ?p 1 }} USING <{D1}>"):
        text = clause + " WHERE { ?s ?p 1 }"
        answer = post(live, live.update, form(("update", text), using), FORM)
        is_refused(answer)
        assert answer.status_code == 400


ASKING: dict[str, Callable[[Live], None]] = {
    "query_post_form": query_post_form,
    "query_dataset_default_graphs_get": query_dataset_default_graphs_get,
    "query_dataset_default_graphs_post": query_dataset_default_graphs_post,
    "query_dataset_named_graphs_post": query_dataset_named_graphs_post,
    "query_dataset_named_graphs_get": query_dataset_named_graphs_get,
    "query_dataset_full": query_dataset_full,
    "query_multiple_dataset": query_multiple_dataset,
    "query_get": query_get,
    "query_content_type_select": has_kind("SELECT (1 AS ?value) {}", ROWS),
    "query_content_type_ask": has_kind("ASK {}", TRUTHS),
    "query_content_type_describe": has_kind("DESCRIBE <http://example.org/>", GRAPHS),
    "query_content_type_construct": has_kind("CONSTRUCT { <s> <p> 1 } WHERE {}", GRAPHS),
    "query_post_direct": query_post_direct,
    "bad_query_method": bad_query_method,
    "bad_multiple_queries": bad_multiple_queries,
    "bad_query_wrong_media_type": bad_query_wrong_media_type,
    "bad_query_missing_form_type": bad_query_missing_form_type,
    "bad_query_missing_direct_type": bad_query_missing_direct_type,
    "bad_query_non_utf8": bad_query_non_utf8,
    "bad_query_syntax": bad_query_syntax,
}
CHANGING: dict[str, Callable[[Live], None]] = {
    "update_dataset_default_graph": update_dataset_default_graph,
    "update_dataset_default_graphs": update_dataset_default_graphs,
    "update_dataset_named_graphs": update_dataset_named_graphs,
    "update_dataset_full": update_dataset_full,
    "update_post_form": update_post_form,
    "update_post_direct": update_post_direct,
    "update_base_uri": update_base_uri,
    "bad_update_get": bad_update_get,
    "bad_multiple_updates": bad_multiple_updates,
    "bad_update_wrong_media_type": bad_update_wrong_media_type,
    "bad_update_missing_form_type": bad_update_missing_form_type,
    "bad_update_non_utf8": bad_update_non_utf8,
    "bad_update_syntax": bad_update_syntax,
    "bad_update_dataset_conflict": bad_update_dataset_conflict,
}
NOT_APPLICABLE: dict[str, str] = {}
"""Tests of the suite that cannot be passed here, and why: none."""


@pytest.mark.parametrize("name", ASKING)
def test_w3c_query(live: Live, name: str) -> None:
    ASKING[name](live)


@pytest.mark.parametrize("name", CHANGING)
def test_w3c_update(writing: Live, name: str) -> None:
    CHANGING[name](writing)


def test_the_suite_has_34_tests() -> None:
    assert len({*ASKING, *CHANGING, *NOT_APPLICABLE}) == 34


@pytest.mark.skipif("KG_W3C_PROTOCOL" not in os.environ, reason="no W3C manifest is named")
def test_the_table_is_that_of_the_manifest() -> None:
    manifest = Path(os.environ["KG_W3C_PROTOCOL"], "manifest.ttl").read_text(encoding="utf-8")
    named = set(re.findall(r"^:(\w+) rdf:type mf:ProtocolTest", manifest, re.MULTILINE))
    assert named == {*ASKING, *CHANGING, *NOT_APPLICABLE}
