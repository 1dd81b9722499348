"""Queries in a process of their own: limits that hold, and what is left after them."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import environment
from handmade import make_lexicon, make_reading
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse

from kg.asking import answers
from kg.asking.answers import Snapshot
from kg.asking.workers import SPARQL_JSON, Limits, QueryWorker, Reply
from kg.errors import KGError, QueryError, QueryFormatError, QueryLimitError, StoreError
from kg.knowing.store import GraphStore
from kg.names import ART, ENT, KG, PREFIXES, ST

LINUX = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="no memory limit here")
POSIX = pytest.mark.skipif(os.name != "posix", reason="no such signals here")
RDF_TYPE = NamedNode(PREFIXES["rdf"] + "type")

RUNAWAYS = {
    "cross-product COUNT": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "cross-product ORDER BY": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?c",
    "unbounded path": "SELECT (COUNT(*) AS ?n) { ?a (kg:subject|^kg:subject|kg:object|^kg:object)*"
    " ?b . ?c (kg:subject|^kg:subject|kg:object|^kg:object)* ?b }",
    "nested OPTIONAL and regex": "SELECT ?a ?d { ?a kg:text ?c OPTIONAL { ?d kg:text ?f OPTIONAL {"
    " ?g kg:text ?h FILTER REGEX(CONCAT(?c, ?f, ?h), '(a|b)*x.*y.*z$') } } }",
}


def make_quads(count: int) -> Iterator[Quad]:
    """Statements between random entities, ten to an article."""
    chance = random.Random(7)
    for number in range(count // 5):
        graph, node = NamedNode(f"{ART}a{number // 10}"), NamedNode(f"{ST}s{number}")
        yield Quad(node, RDF_TYPE, NamedNode(KG + "Statement"), graph)
        for name in ("subject", "object"):
            entity = NamedNode(f"{ENT}e{chance.randrange(count // 25)}")
            yield Quad(node, NamedNode(KG + name), entity, graph)
        yield Quad(node, NamedNode(KG + "text"), Literal(f"Satz {number}"), graph)
        yield Quad(node, NamedNode(KG + "weight"), Literal(number % 7), graph)


def make_store(path: Path, count: int) -> Path:
    GraphStore.open(path).close()
    store = Store(str(path / "oxigraph"))
    store.bulk_extend(make_quads(count))
    store.flush()
    return path


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_store(tmp_path_factory.mktemp("large") / "store", 40_000)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("small") / "store"
    with GraphStore.open(path) as store:
        store.put_article(make_reading("one"), lexicon=make_lexicon())
        store.put_article(make_reading("two"), lexicon=make_lexicon())
        store.refresh_knowledge()
    return path


@pytest.fixture(scope="module")
def worker(small: Path) -> Iterator[QueryWorker]:
    with QueryWorker(small) as found:
        yield found


def rows(reply: Reply) -> list[dict[str, str]]:
    bindings = json.loads(reply.body)["results"]["bindings"]
    return [{name: cell["value"] for name, cell in row.items()} for row in bindings]


def holds(worker: QueryWorker, sparql: str = "ASK { ?s ?p ?o }") -> bool:
    return bool(json.loads(worker.ask(sparql).body)["boolean"])


def wait_until(condition: Callable[[], bool], *, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"nothing happened within {seconds} s"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except ProcessLookupError:
        return False
    except OSError:
        return Path("/proc").exists() is False
    return state != "Z"


# --- answers


def test_each_kind_of_answer(worker: QueryWorker) -> None:
    select = worker.ask("SELECT ?l { ent:usa rdfs:label ?l } LIMIT 1")
    assert (select.kind, select.media_type) == ("select", "application/sparql-results+json")
    assert json.loads(select.body)["head"] == {"vars": ["l"]}
    assert worker.ask("ASK {}").kind == "ask"
    assert holds(worker, "ASK { ?s a kg:Statement }")
    assert not holds(worker, "ASK { ?s a kg:Nothing }")
    for sparql in ("DESCRIBE ?s { ?s a kg:Statement }", "CONSTRUCT WHERE { ?s rdfs:label ?o }"):
        graph = worker.ask(sparql)
        assert (graph.kind, graph.media_type) == ("graph", "text/turtle")
        triples = list(parse(graph.body, format=RdfFormat.TURTLE))
        assert len(set(triples)) == len(triples) > 1
        assert worker.ask(sparql).body == graph.body


@pytest.mark.parametrize(
    ("media_type", "start"),
    [
        ("text/csv", b"l\r\n"),
        ("text/tab-separated-values", b"?l\n"),
        ("application/sparql-results+xml", b"<?xml"),
    ],
)
def test_rows_in_every_standard_form(worker: QueryWorker, media_type: str, start: bytes) -> None:
    reply = worker.ask("SELECT ?l { ?s rdfs:label ?l }", accept={"select": media_type})
    assert (reply.media_type, reply.body[: len(start)]) == (media_type, start)


@pytest.mark.parametrize(
    ("accept", "message"),
    [
        ({"graph": "text/turtle"}, "answers with yes or no, but was asked for a graph"),
        ({}, "but was asked for nothing"),
        ({"ask": "image/png"}, "no answer can be written as image/png"),
    ],
)
def test_a_form_that_does_not_fit(
    worker: QueryWorker, accept: dict[str, str], message: str
) -> None:
    with pytest.raises(QueryFormatError, match=message):
        worker.ask("ASK {}", accept=accept)
    with pytest.raises(QueryFormatError, match="no graph can be written as text/html"):
        worker.ask("DESCRIBE ent:usa", accept={"graph": "text/html"})
    assert holds(worker)


def test_a_large_graph_comes_whole(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "SORTED_TRIPLES", 1000)
    snapshot = Snapshot(large)
    snapshot.refresh()
    *_, body = snapshot.answer("CONSTRUCT WHERE { ?s ?p ?o }", accept=SPARQL_JSON)
    there = {quad.triple for quad in make_quads(40_000)}
    assert {quad.triple for quad in parse(body, format=RdfFormat.TURTLE)} == there


def test_graphs_are_all_or_those_that_are_chosen(worker: QueryWorker) -> None:
    count = "SELECT (COUNT(*) AS ?n) % { ?s rdfs:label ?o }"
    one, two = NamedNode(ART + "one"), NamedNode(ART + "two")

    def ask(clause: str = "", **graphs: list[str]) -> int:
        return int(rows(worker.ask(count.replace("%", clause), **graphs))[0]["n"])  # type: ignore[arg-type]

    each = ask(default_graphs=[one.value])
    assert 0 < each == ask(f"FROM {one}") == ask(f"from{one}") == ask(f"FROM {two}")
    assert ask(default_graphs=[one.value, two.value]) == ask(f"FROM {one} FROM {two}") == 2 * each
    assert ask() > 2 * each
    assert ask(f"FROM NAMED {one}") == ask(named_graphs=[one.value]) == 0
    assert ask(f"FROM {two}", default_graphs=[]) == 0  # the protocol's choice comes first
    named = "ASK { GRAPH art:two { ?s ?p ?o } }"
    assert holds(worker, named)
    assert not json.loads(worker.ask(named, named_graphs=[one.value]).body)["boolean"]
    with pytest.raises(QueryError, match="not an IRI"):
        worker.ask("ASK {}", default_graphs=["no iri"])


@pytest.mark.parametrize(
    "sparql",
    [
        "SELECT ?from { ?from rdfs:label ?o }",
        "PREFIX from: <https://w3id.org/newskg/entity/> SELECT ?o { from:usa rdfs:label ?o }",
        "SELECT ?o { ent:usa rdfs:label ?o } # FROM <a:b>",
        "SELECT ?o { ent:usa rdfs:label ?o FILTER(?o != 'FROM <a:b>') }",
    ],
)
def test_a_word_is_no_choice_of_graphs(worker: QueryWorker, sparql: str) -> None:
    assert rows(worker.ask(sparql))


def test_a_syntax_error_knows_its_place(worker: QueryWorker) -> None:
    with pytest.raises(QueryError, match=r"^query: error at 2:8: ") as caught:
        worker.ask("SELECT ?x {\n ?x a }")
    assert caught.value.excerpt == " ?x a }\n       ^"
    assert type(caught.value) is QueryError


def test_threads_share_a_worker(worker: QueryWorker) -> None:
    def ask(number: int) -> str:
        return rows(worker.ask(f"SELECT ({number} AS ?n) {{}}"))[0]["n"]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(100))) == [str(number) for number in range(100)]


def test_a_long_lived_worker_sees_new_commits(tmp_path: Path) -> None:
    with GraphStore.open(tmp_path / "s") as store, QueryWorker(tmp_path / "s") as worker:
        assert not holds(worker, "ASK { GRAPH art:one { ?s ?p ?o } }")
        pid = worker.pid
        for article in ("one", "two"):
            store.put_article(make_reading(article), lexicon=make_lexicon())
            assert holds(worker, f"ASK {{ GRAPH art:{article} {{ ?s ?p ?o }} }}")
        store.remove_article("one")
        assert not holds(worker, "ASK { GRAPH art:one { ?s ?p ?o } }")
        store.refresh_knowledge()
        assert holds(worker, "ASK { GRAPH kg:knowledge { ?s ?p ?o } }")
        assert worker.pid == pid


# --- limits


@pytest.mark.parametrize("name", RUNAWAYS)
def test_a_runaway_query_is_stopped_and_the_next_one_answers(large: Path, name: str) -> None:
    with QueryWorker(large, limits=Limits(timeout_s=1)) as worker:
        assert holds(worker)
        begin = time.monotonic()
        with pytest.raises(QueryLimitError, match=r"^query: stopped after 1 s; "):
            worker.ask(RUNAWAYS[name])
        assert 1 <= time.monotonic() - begin < 2
        assert holds(worker)


def test_a_question_may_have_less_time(large: Path) -> None:
    with QueryWorker(large, limits=Limits(timeout_s=60)) as worker:
        with pytest.raises(QueryLimitError, match=r"stopped after 0.2 s"):
            worker.ask(RUNAWAYS["cross-product COUNT"], timeout_s=0.2)
        assert holds(worker)


@LINUX
@pytest.mark.parametrize(
    "sparql",
    [
        RUNAWAYS["cross-product ORDER BY"],
        "SELECT (GROUP_CONCAT(?b) AS ?y) { ?a kg:text ?b . ?c kg:text ?d }",
    ],
)
def test_memory_is_limited(large: Path, sparql: str) -> None:
    with QueryWorker(large, limits=Limits(timeout_s=60, memory_mb=48)) as worker:
        with pytest.raises(QueryLimitError, match="needs more than 48 MB of memory"):
            worker.ask(sparql)
        assert holds(worker)


@pytest.mark.parametrize("sparql", ["SELECT * { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }"])
def test_the_size_of_an_answer_is_limited(large: Path, sparql: str) -> None:
    with QueryWorker(large, limits=Limits(result_mb=1)) as worker:
        pid = worker.pid
        with pytest.raises(QueryLimitError, match="the answer is larger than 1 MB"):
            worker.ask(sparql, accept={**SPARQL_JSON, "graph": "application/n-triples"})
        assert holds(worker)
        assert worker.pid == pid


def test_without_the_means_there_is_no_memory_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resource", None)
    answers.limit_memory(1)  # would end this process if it were obeyed
    assert len(b"x" * (8 << 20)) == 8 << 20


# --- processes that die


@POSIX
def test_a_worker_killed_from_outside(large: Path) -> None:
    with QueryWorker(large) as worker, ThreadPoolExecutor(1) as pool:
        assert holds(worker)
        first = worker.pid
        assert first is not None
        asked = pool.submit(worker.ask, RUNAWAYS["cross-product COUNT"])
        time.sleep(0.5)
        os.kill(first, signal.SIGKILL)
        with pytest.raises(QueryError, match="killed from outside; ask again"):
            asked.result(timeout=20)
        assert holds(worker)
        second = worker.pid
        assert second not in {None, first}
        os.kill(second or 0, signal.SIGKILL)  # while nobody asks: nobody notices
        assert holds(worker)


@POSIX
@pytest.mark.parametrize("busy", [True, False])
def test_a_worker_dies_with_its_parent(large: Path, busy: bool) -> None:
    code = (
        "import sys; from pathlib import Path; from kg.asking.workers import QueryWorker\n"
        "worker = QueryWorker(Path(sys.argv[1])); worker.ask('ASK {}')\n"
        "print(worker.pid, flush=True); worker.ask(sys.argv[2]); sys.stdin.read()"
    )
    sparql = RUNAWAYS["cross-product COUNT"] if busy else "ASK {}"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(large), sparql],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(),
    ) as parent:  # fmt: skip
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        time.sleep(0.3)
        assert is_alive(pid)
        parent.kill()
    wait_until(lambda: not is_alive(pid))


@POSIX
def test_an_interrupted_question_leaves_no_answer_behind(large: Path) -> None:
    with QueryWorker(large) as worker:
        assert holds(worker)
        here = threading.get_ident()
        threading.Timer(0.4, signal.pthread_kill, [here, signal.SIGINT]).start()
        with pytest.raises(KeyboardInterrupt):
            worker.ask(RUNAWAYS["cross-product COUNT"])
        assert rows(worker.ask("SELECT (7 AS ?n) {}")) == [{"n": "7"}]


def test_closing_ends_a_query(large: Path) -> None:
    worker = QueryWorker(large)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(worker.ask, RUNAWAYS["cross-product COUNT"])
        time.sleep(0.5)
        worker.close()
        with pytest.raises(QueryError, match="worker was closed"):
            asked.result(timeout=20)
    worker.close()
    assert worker.pid is None
    with pytest.raises(QueryError, match="worker was closed"):
        worker.ask("ASK {}")


def test_where_there_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no newskg store here"):
        QueryWorker(tmp_path / "nowhere")
    (tmp_path / "store.json").write_text('{"format": 99}')
    with pytest.raises(StoreError, match="newer"):
        QueryWorker(tmp_path)


def test_a_store_that_vanishes(tmp_path: Path) -> None:
    GraphStore.open(tmp_path / "s").close()
    with QueryWorker(tmp_path / "s") as worker:
        assert not holds(worker)
        (tmp_path / "s" / "oxigraph").rename(tmp_path / "gone")
        with pytest.raises(StoreError, match="oxigraph"):
            worker.ask("ASK {}")
        (tmp_path / "gone").rename(tmp_path / "s" / "oxigraph")
        assert not holds(worker)


# --- hostile input


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as found:
        found.settimeout(0.2)
        yield found


SERVICES = [
    "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "select*{seRVice silent<URL>{?s ?p ?o}}",
    "SELECT * { \\u0053ERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { \\U00000053\\u0045RVICE <URL> { ?s ?p ?o } }",
    "SELECT * { ?s ?p 'a\\\\' . SERVICE <URL> { ?s ?p 'b' } }",
    "SELECT * { ?s ?p '''a''' . SERVICE <URL> { ?s ?p '''b''' } }",
    "SELECT * { # 'comment\n SERVICE <URL> { ?s ?p ?o } # '\n }",
    "SELECT * { # <comment\r SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { ?s kg:a\\# ?o . SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { FILTER(?a<?b && ?c>?d) SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { <a:b#'> ?p ?o . SERVICE <URL> { ?s ?p ?o } . <a:b#'> ?p ?o }",
    "SELECT * { VALUES ?u { <URL> } SERVICE ?u { ?s ?p ?o } }",
    "SELECT * { { SELECT * { OPTIONAL { SERVICE <URL> { ?s ?p ?o } } } } }",
    "ASK { FILTER EXISTS { SERVICE <URL> { ?s ?p ?o } } }",
    "LOAD <URL>",
    "CLEAR ALL; LOAD SILENT <URL> INTO GRAPH <a:b>",
]


@pytest.mark.parametrize("sparql", SERVICES)
def test_no_query_reaches_the_network(
    worker: QueryWorker, listener: socket.socket, sparql: str
) -> None:
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    with pytest.raises(QueryError):
        worker.ask(sparql.replace("URL", url), timeout_s=5)
    with pytest.raises(TimeoutError):
        listener.accept()


@pytest.mark.parametrize("clause", ["FROM <URL>", "FROM NAMED <URL>"])
def test_graphs_are_never_fetched(
    worker: QueryWorker, listener: socket.socket, clause: str
) -> None:
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    for query in ("{ ?s ?p ?o }", "{ GRAPH ?g { ?s ?p ?o } }"):
        found = worker.ask(f"SELECT * {clause.replace('URL', url)} {query}", timeout_s=5)
        assert rows(found) == []
    with pytest.raises(TimeoutError):
        listener.accept()


@pytest.mark.parametrize(
    "sparql",
    [
        'ASK { ?s ?p "the SERVICE <http://x/> { } and LOAD <y>" }',
        "ASK { ?s ?p <http://example.org/service> } # SERVICE <http://x/> {}",
        "ASK { ?service rdfs:label '''it's a \\'SERVICE\\' ''' }",
        "ASK { ent:service kg:service\\-x ?load }",
    ],
)
def test_harmless_words_are_answered(worker: QueryWorker, sparql: str) -> None:
    assert not holds(worker, sparql)


@pytest.mark.parametrize(
    "sparql",
    [
        f"ASK {{ FILTER{'(' * 100_000}1{')' * 100_000} }}",
        "ASK " + "{" * 100_000 + "}" * 100_000,
        f"ASK {{ FILTER({'!' * 200_000}true) }}",
        f"ASK {{ FILTER(1{'+1' * 200_000} = 1) }}",
        "ASK { ?s ?p ?o \x00 }",
        "ASK { ?s ?p '\ud800' }",
        "\ufeff\x1b]0;x\x07",
        "SELECT" * 100_000,
    ],
    ids=["parentheses", "braces", "nots", "sums", "NUL", "surrogate", "controls", "words"],
)
def test_a_hostile_query_is_one_line(worker: QueryWorker, sparql: str) -> None:
    message = ""
    try:
        worker.ask(sparql, timeout_s=10)
    except KGError as error:
        message = str(error)
    assert 0 < len(message) < 400
    assert message.isprintable()
    assert holds(worker)


def test_ten_megabytes_of_text(worker: QueryWorker) -> None:
    text = "ä" * 5_000_000
    (row,) = rows(worker.ask(f"SELECT (STRLEN('{text}') AS ?n) {{}}"))
    assert row == {"n": "5000000"}
    (row,) = rows(worker.ask("SELECT ?x { VALUES ?x { 1 } }", bindings={"x": f'"{text}"'}))
    assert row == {"x": text}
