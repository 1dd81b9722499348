"""Real SPARQL 1.1 servers as stores: the same graph, the same answers, one line a fault."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from conftest import RunKg
from handmade import make_lexicon, make_reading
from pyoxigraph import NamedNode, QueryBoolean, QuerySolutions
from servers import free_port, oxigraph_server, virtuoso_server

from kg import __version__
from kg.asking.queries import Table, read_stock_queries, run_stock_query
from kg.errors import KGError, QueryError, StoreError
from kg.knowing import servers
from kg.knowing.exports import export_graph
from kg.knowing.servers import Server, ServerEngine, read_server
from kg.knowing.store import GraphStore
from kg.names import ART
from kg.records import write_record

LEXICON = make_lexicon()
KINDS = ("oxigraph", "oxigraph with a graph store", "virtuoso", "virtuoso with a login")


def put(store: GraphStore, *articles: str) -> list[bool]:
    return [store.put_article(make_reading(name), lexicon=LEXICON) for name in articles]


def export(store: GraphStore) -> bytes:
    out = io.BytesIO()
    export_graph(store, "nquads", out)
    return out.getvalue()


def in_memory(*articles: str) -> GraphStore:
    store = GraphStore()
    put(store, *articles)
    store.refresh_knowledge()
    return store


@pytest.fixture(scope="module", params=KINDS)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    if request.param.startswith("oxigraph"):
        with oxigraph_server(folder) as url:
            graphs = url.replace("/query", "/store") if "graph store" in request.param else None
            yield Server(url, graph_url=graphs)
    else:
        with virtuoso_server(folder) as base:
            if request.param == "virtuoso":
                yield Server(f"{base}/sparql")
            else:
                graphs = f"{base}/sparql-graph-crud-auth"
                yield Server(f"{base}/sparql-auth", graph_url=graphs, user="dba", password="dba")


@pytest.fixture
def store(server: Server) -> Iterator[GraphStore]:
    """An empty store on the server."""
    with GraphStore(engine=ServerEngine(server)) as store:
        for article in store.article_ids():
            store.remove_article(article)
        store.refresh_knowledge()
        assert (len(store), store.article_ids()) == (0, [])
        yield store


def test_a_server_holds_the_same_graph_as_memory(store: GraphStore) -> None:
    assert put(store, "one", "two") == [True, True]
    assert len(store.stale_entities()) == 6
    assert store.refresh_knowledge() == 6
    assert export(store) == export(in_memory("one", "two"))
    assert put(store, "one", "two") == [False, False]
    assert store.has_reading(make_reading("one").article, version=__version__)
    changed = make_reading("two", published="2020-01-01")
    assert not store.has_reading(changed.article, version=__version__)
    assert store.put_article(changed, lexicon=LEXICON)
    assert store.remove_article("two")
    store.refresh_knowledge()
    assert export(store) == export(in_memory("one"))


def test_what_one_request_does_not_hold_goes_in_pieces(
    store: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "CHUNK_QUADS", 50)
    put(store, "one", "two")
    store.put_article(make_reading("two", published="2020-01-01"), lexicon=LEXICON)
    put(store, "two")
    store.refresh_knowledge()
    assert export(store) == export(in_memory("one", "two"))


def test_a_graph_is_whole_only_with_its_digests(
    server: Server, store: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A break at any request leaves an article that the next build writes again."""
    if server.graph_url:
        pytest.skip("the graph is one request here")
    monkeypatch.setattr(servers, "CHUNK_QUADS", 100)
    article, whole = make_reading("one").article, False
    for allowed in range(12):
        with GraphStore(engine=CutOff(server, allowed)) as broken:
            try:
                whole = put(broken, "one") == [True]
            except StoreError:
                assert not store.has_reading(article, version=__version__)
        if whole:
            break
    assert allowed >= 3
    store.refresh_knowledge()
    assert export(store) == export(in_memory("one"))


class CutOff(ServerEngine):
    """A server whose line is cut after some updates."""

    def __init__(self, server: Server, allowed: int) -> None:
        super().__init__(server)
        self.allowed = allowed

    def _send(self, updates: Iterable[str]) -> None:
        self.allowed -= 1
        if self.allowed < 0:
            raise StoreError("the line is cut")
        super()._send(updates)


def test_the_union_of_all_graphs_is_asked(store: GraphStore) -> None:
    put(store, "one", "two")
    store.refresh_knowledge()
    rows = store.query("SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a kg:Statement }")
    assert isinstance(rows, QuerySolutions)
    assert [row["n"].value for row in rows] == ["12"]
    for question, truth in (("kg:Statement", True), ("kg:Nonsense", False)):
        answer = store.query(f"ASK {{ ?s a {question} }}")
        assert isinstance(answer, QueryBoolean)
        assert bool(answer) is truth
    assert len(set(store.query("CONSTRUCT WHERE { ?s a kg:Statement }"))) == 12
    one = NamedNode(ART + "one")
    rows = store.query("SELECT DISTINCT ?s { ?s a kg:Statement }", graph=one)
    assert isinstance(rows, QuerySolutions)
    assert len(list(rows)) == 6
    rows = store.query(f"SELECT DISTINCT ?s FROM {one} {{ ?s a kg:Statement }}")
    assert isinstance(rows, QuerySolutions)
    assert len(list(rows)) == 6, "FROM decides"


def test_stock_questions_answer_as_in_memory(server: Server, store: GraphStore) -> None:
    if "/sparql" in server.query_url:
        pytest.skip("Virtuoso 7.2 answers some of them wrongly or not within a minute")
    put(store, "one", "two")
    store.refresh_knowledge()
    memory = in_memory("one", "two")
    for query in read_stock_queries():
        answers = [run_stock_query(there, query.name) for there in (store, memory)]
        found = []
        for answer in answers:
            assert isinstance(answer, Table)
            found.append(sorted(str([t and t.value for t in row]) for row in answer.rows))
        assert found[0] == found[1], query.name


def test_faults_are_one_line(store: GraphStore) -> None:
    for sparql in ("SELECT ?s {", "SELECT * { SERVICE <http://127.0.0.1:1/> {} }"):
        with pytest.raises(QueryError) as found:
            store.query(sparql)
        assert "\n" not in str(found.value)


def test_nobody_there_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"http://127.0.0.1:{free_port()}/query"
    with pytest.raises(StoreError, match="cannot be reached"), GraphStore.open(url) as store:
        store.article_ids()


class Moved(BaseHTTPRequestHandler):
    """A server that has moved."""

    def do_POST(self) -> None:
        """Points elsewhere."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(301)
        self.send_header("Location", "https://elsewhere.example/query")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


def test_a_server_that_has_moved_takes_nothing(tmp_path: Path) -> None:
    with HTTPServer(("127.0.0.1", 0), Moved) as moved, oxigraph_server(tmp_path) as url:
        threading.Thread(target=moved.serve_forever, daemon=True).start()
        there = f"http://127.0.0.1:{moved.server_port}/update"
        engine = ServerEngine(Server(url, update_url=there))
        match = "moved to https://elsewhere"
        with GraphStore(engine=engine) as store, pytest.raises(StoreError, match=match):
            put(store, "one")
        with GraphStore.open(there) as store, pytest.raises(KGError, match="moved to"):
            store.article_ids()
        moved.shutdown()


def test_an_answer_that_the_server_cuts_is_no_answer(tmp_path: Path) -> None:
    with (
        virtuoso_server(tmp_path, most_rows=100) as base,
        GraphStore(engine=ServerEngine(Server(f"{base}/sparql"))) as store,
    ):
        put(store, "one")
        assert store.article_ids() == ["one"]
        with pytest.raises(StoreError, match="cuts answers at 100 rows"):
            list(store.quads(graph=NamedNode(ART + "one")))


@pytest.mark.parametrize(
    "url",
    [
        *("http:///query", "http://", "https://user:secret@host/x", "http://[::1/q"),
        *("htp://host/q", "localhost:7878/query", "localhost:7878"),
    ],
)
def test_an_address_that_cannot_be_used(url: str) -> None:
    with pytest.raises(KGError) as found:
        GraphStore.open(url)
    assert "secret" not in str(found.value)


def test_credentials_come_from_the_environment_and_are_not_shown() -> None:
    found = read_server("http://host/q", {"KG_USER": "u", "KG_PASSWORD": "secret", "KG_TOKEN": "t"})
    assert (found.user, found.password, found.token) == ("u", "secret", "t")
    assert "secret" not in repr(found)


def test_a_server_that_takes_no_updates_is_named(tmp_path: Path) -> None:
    with oxigraph_server(tmp_path) as url:
        nowhere = url.replace("/query", "/nowhere")
        engine = ServerEngine(Server(url, update_url=nowhere))
        with GraphStore(engine=engine) as store, pytest.raises(StoreError, match="refused"):
            put(store, "one")


def test_the_command_works_on_a_server(tmp_path: Path, run_kg: RunKg) -> None:
    seam = tmp_path / "seam.jsonl"
    lines = (write_record(record) + "\n" for record in make_reading("one").records())
    seam.write_text("".join(lines), encoding="utf-8")
    with oxigraph_server(tmp_path) as url:
        built = run_kg("build", seam, "--store", url)
        assert (built.code, built.err) == (
            0,
            "kg: 1 article: 1 new or changed, 0 unchanged; 6 entities known\n",
        )
        assert "1 unchanged" in run_kg("build", seam, "--store", url).err
        local = run_kg("build", seam, "--store", "local")
        assert local.code == 0
        for command in (
            ["query", "SELECT DISTINCT ?s { ?s a kg:Statement } ORDER BY ?s"],
            ["query", "--ask", "edges"],
            ["export", "--format", "nquads"],
            ["network"],
            ["explain", "Nathan Sales"],
            ["validate"],
        ):
            there = run_kg(*command, KG_STORE=url)
            here = run_kg(*command, KG_STORE="local")
            assert there == here, command
            assert there.code == 0
