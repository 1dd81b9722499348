"""The command ``kg`` as a user meets it: every command, every exit code, every bad input."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

import pytest
from conftest import RunKg, command, environment

import cli

pytestmark = pytest.mark.model

SOLHAVN = """Solhavn ruft Botschafter zurück

Solhavn (npa) - Die Regierung von Norwegen hat den Botschafter Dänemarks einbestellt.
Außenministerin Anna Berg traf am Montag den Minister Lars Holm. „Das ist nicht hinnehmbar“,
sagte Berg. Die Organisation Freies Meer (FM) soll mehrere Schiffe besetzt haben.
"""
RIGA = """Latvia urges Norway

RIGA — Anna Berg met Lars Holm in Riga on Monday. “We will not pay,” Berg told reporters.
Norway denied the accusation.
"""
EDGE = "ent:person-anna-berg"


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two articles and a store built from them, which tests only read."""
    folder = tmp_path_factory.mktemp("ready")
    (folder / "solhavn.txt").write_text(SOLHAVN, encoding="utf-8")
    (folder / "riga.txt").write_text(RIGA, encoding="utf-8")
    done = subprocess.run(
        command("build", "solhavn.txt", "riga.txt", "--store", "store", "--published=2026-10-06"),
        cwd=folder,
        env=environment(),
        capture_output=True,
        check=True,
        timeout=120,
    )
    assert done.stdout == b""
    last = done.stderr.splitlines()[-1]  # a slow machine shows progress before it
    assert last.startswith(b"kg: 2 articles: 2 new or changed, 0 unchanged; ")
    return folder


@pytest.fixture
def ask(ready: Path, call_kg: RunKg) -> RunKg:
    """Runs a command that asks the ready store."""
    return lambda name, *rest, **more: call_kg(name, "--store", ready / "store", *rest, **more)


# --- the command itself


def test_help_and_version_are_lazy() -> None:
    heavy = "spacy rdflib networkx matplotlib pyoxigraph numpy pyshacl kg.reading kg.knowing"
    heavy += " starlette uvicorn"
    code = (
        "import sys, cli\n"
        "for arguments in (['--version'], ['--help'], ['read', '--help'], ['query', '--help']):\n"
        "    assert cli.run(arguments) == 0\n"
        f"print([name for name in {heavy.split()} if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
    assert done.stdout.startswith("newskg 0.")


COMMANDS = (
    "read",
    "triples",
    "build",
    "query",
    "ask",
    "export",
    "import",
    "network",
    "explain",
    "same",
    "differ",
    "undo",
    "review",
    "validate",
    "check-store",
    "doctor",
    "serve",
)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(call_kg: RunKg, name: str) -> None:
    done = call_kg(name, "--help")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"Usage: kg {name}")


def test_help_lists_every_command(call_kg: RunKg) -> None:
    for arguments in ([], ["--help"], ["-h"]):
        done = call_kg(*arguments)
        assert done.code == 0
        assert [line.split()[0] for line in done.out.split("Commands:\n")[1].splitlines()] == list(
            COMMANDS
        )


def test_choices_are_those_of_the_library() -> None:
    from kg.asking.measures import ORDERS
    from kg.asking.network import LAYERS
    from kg.asking.queries import RESULT_FORMATS
    from kg.knowing.exports import EXPORT_FORMATS
    from kg.knowing.imports import IMPORT_FORMATS
    from kg.lexicon import LANGUAGES

    assert set(get_args(cli.Language)) == set(LANGUAGES)
    assert get_args(cli.Layer) == LAYERS
    assert get_args(cli.Order) == ORDERS
    assert get_args(cli.ResultFormat) == tuple(RESULT_FORMATS)
    assert get_args(cli.ExportFormat) == tuple(EXPORT_FORMATS)
    assert get_args(cli.RdfFormat) == tuple(IMPORT_FORMATS)
    assert set(get_args(cli.RowFormat)) <= set(RESULT_FORMATS)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["frobnicate"], "No such command 'frobnicate'."),
        (["read"], "Missing argument 'INPUT...'."),
        (["build"], "Missing argument 'INPUT...'."),
        (["read", "a.txt", "--frobnicate"], "No such option: --frobnicate"),
        (["read", "a.txt", "--lang", "fr"], "'--lang': 'fr' is not one of 'de', 'en'."),
        (["read", "a.txt", "--published", "neulich"], "'neulich' is not a date"),
        (["export", "--format", "docx"], "'docx' is not one of 'turtle', 'trig', 'nquads'"),
        (["query", "ASK {}", "--format", "docx"], "'docx' is not one of 'table', 'csv'"),
        (["query", "ASK {}", "--bind", "name"], "'name': write it as NAME=VALUE."),
        (["query", "ASK {}", "--ask", "edges"], "one question at a time"),
        (["network", "--min-count", "0"], "0 is not in the range x>=1."),
        (["network", "--layer", "rumour"], "'rumour' is not one of 'plain', 'claim'."),
        (["network", "stats", "--kind", "robot"], "no kind 'robot': there are State, Government"),
        (["network", "--event", "Fun"], "no event type 'Fun': there are Agree, Consult"),
        (["network", "ego", "x", "--quad", "love"], "no quad class 'love': there are material"),
        (["network", "--min-confidence", "2"], "2.0 is not in the range 0<=x<=1."),
        (["network", "stats", "--since", "neulich"], "'neulich' is not a date"),
        (["network", "central", "--by", "fame"], "'fame' is not one of 'statements', 'degree'"),
        (["network", "frobnicate"], "No such command 'frobnicate'."),
        (["network", "path", "a"], "Missing argument 'NAME'."),
        (["network", "--png", "n.png", "stats"], "pictures and pages go without a command"),
        (["explain", "a", "b"], "give one IRI or name, or a triple of three."),
        (["explain"], "Missing argument"),
        (["triples"], "Missing option '--lines'."),
        (["same", "a"], "Missing argument 'NAME'."),
        (["review", "--format", "xml"], "'xml' is not one of 'table', 'csv', 'json'."),
    ],
)
def test_wrong_usage_is_one_line_and_code_2(
    call_kg: RunKg, arguments: list[str], message: str
) -> None:
    done = call_kg(*arguments)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert message in done.err
    assert done.err.endswith("--help shows how)\n")


# --- read


def test_read_prints_records(call_kg: RunKg, ready: Path) -> None:
    done = call_kg("read", ready / "solhavn.txt", "--published", "2026-10-06")
    records = [json.loads(line) for line in done.out.splitlines()]
    assert (done.code, done.err) == (0, "")
    assert {r["type"] for r in records} == {"article", "mention", "quotation", "statement"}
    article = records[0]
    assert (article["type"], article["lang"], article["published"]) == (
        "article",
        "de",
        "2026-10-06",
    )
    for mention in (r for r in records if r["type"] == "mention"):
        assert SOLHAVN[mention["start"] : mention["end"]] == mention["text"]


def test_read_from_standard_input(call_kg: RunKg) -> None:
    done = call_kg("read", "-", stdin=RIGA.encode())
    assert done.code == 0
    assert json.loads(done.out.splitlines()[0])["lang"] == "en"


def test_read_to_file_is_whole_or_not_at_all(call_kg: RunKg, ready: Path, tmp_path: Path) -> None:
    to = tmp_path / "out.jsonl"
    assert call_kg("read", ready / "riga.txt", "--to", to).out == ""
    before = to.read_bytes()
    assert before.count(b'{"type": "article"') == 1
    assert call_kg("read", tmp_path / "nowhere.txt", "--to", to).code == 1
    assert to.read_bytes() == before
    assert call_kg("read", tmp_path / "nowhere.txt", "--to", tmp_path / "new").code == 1
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]


def test_read_to_a_folder_that_is_not_there(call_kg: RunKg, ready: Path, tmp_path: Path) -> None:
    done = call_kg("read", ready / "riga.txt", "--to", tmp_path / "no" / "out")
    assert (done.code, done.out) == (1, "")
    assert done.err.endswith("out: cannot be written (No such file or directory)\n")


def test_triples_prints_tab_separated_lines(call_kg: RunKg, tmp_path: Path) -> None:
    sentences = "Anna Berg traf Lars Holm.\n\nDie Polizei nahm zwei Männer fest.\r\n"
    (tmp_path / "lines.txt").write_text(sentences, encoding="utf-8")
    done = call_kg("triples", "--lines", "lines.txt", "--lang", "de")
    rows = [line.split("\t") for line in done.out.splitlines()]
    assert done.code == 0
    assert ["1", "Anna Berg", "traf", "Lars Holm"] in rows
    assert {row[0] for row in rows} == {"1", "3"}
    assert {len(row) for row in rows} == {4}
    piped = call_kg("triples", "--lines", "-", stdin=sentences.encode())
    assert piped.out == done.out


def test_triples_keep_columns_whatever_the_sentence_holds(call_kg: RunKg) -> None:
    line = "Anna\tBerg traf\u2028 Lars\x1b[31m Holm."
    done = call_kg("triples", "--lines", "-", stdin=line.encode())
    assert all(row.count("\t") == 3 for row in done.out.splitlines())
    assert "\x1b" not in done.out


# --- build


def test_build_twice_adds_nothing(call_kg: RunKg, ready: Path) -> None:
    inputs = (ready / "solhavn.txt", "--published", "2026-10-06", "--store", "store")
    assert "1 article: 1 new or changed, 0 unchanged" in call_kg("build", *inputs).err
    assert "1 article: 0 new or changed, 1 unchanged" in call_kg("build", *inputs).err
    forced = call_kg("build", "--force", *inputs)
    assert "1 article: 0 new or changed, 1 unchanged" in forced.err
    quiet = call_kg("build", "--quiet", *inputs)
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")


def test_store_from_the_environment(run_kg: RunKg, ready: Path) -> None:
    done = run_kg("query", "ASK { ?s ?p ?o }", KG_STORE=str(ready / "store"))
    assert (done.code, done.out) == (0, "yes\n")


def test_folder_is_read_and_readme_is_not(call_kg: RunKg, tmp_path: Path) -> None:
    folder = tmp_path / "articles" / "deep"
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text(SOLHAVN, encoding="utf-8")
    (folder / "README.md").write_text("# Kein Artikel", encoding="utf-8")
    assert "kg: 1 article: " in call_kg("build", "articles", "--store", "store").err


# --- asking


def test_query_as_table_csv_json_turtle(ask: RunKg) -> None:
    names = 'SELECT DISTINCT ?name { ?e rdfs:label ?name FILTER(?name = "Lars Holm") }'
    assert ask("query", names).out == "name\n---------\nLars Holm\n"
    assert ask("query", names, "--format", "csv").out == "name\nLars Holm\n"
    bindings = json.loads(ask("query", names, "--format", "json").out)["results"]["bindings"]
    assert bindings == [{"name": {"type": "literal", "value": "Lars Holm"}}]
    labels = "CONSTRUCT { ?e rdfs:label ?n } { ?e rdfs:label ?n }"
    graph = ask("query", labels, "--format", "turtle")
    assert 'ent:person-lars-holm rdfs:label "Lars Holm"' in graph.out


def test_query_from_file_and_standard_input(ask: RunKg, tmp_path: Path) -> None:
    (tmp_path / "q.rq").write_text("ASK { ent:person-anna-berg ?p ?o }", encoding="utf-8")
    assert ask("query", "--file", "q.rq").out == "yes\n"
    assert ask("query", "-", stdin=b"ASK { ent:nobody ?p ?o }").out == "no\n"
    assert ask("query", stdin=b"ASK { ent:nobody ?p ?o }").out == "no\n"
    (tmp_path / "bom.rq").write_text("ASK { ?s ?p ?o }", encoding="utf-8-sig")
    assert ask("query", "--file", "bom.rq").out == "yes\n"
    assert ask("query", "-", stdin=b"\xef\xbb\xbfASK { ?s ?p ?o }").out == "yes\n"
    latin = ask("query", "-", stdin="ASK { ?s ?p 'ü' }".encode("latin-1"))
    assert (latin.code, latin.err) == (1, "kg: standard input: not UTF-8 (byte 13)\n")


@pytest.mark.parametrize("format", get_args(cli.ResultFormat))
def test_query_in_every_format(ask: RunKg, format: str) -> None:
    graphs = format in {"turtle", "ntriples", "jsonld"}
    sparql = "DESCRIBE ent:person-lars-holm" if graphs else "SELECT ?l { ?e rdfs:label ?l }"
    done = ask("query", sparql, "--format", format)
    assert (done.code, done.err) == (0, "")
    assert "Lars Holm" in done.out
    wrong = ask("query", "ASK {}", "--format", format)
    if wrong.code:
        assert wrong.err.startswith(f"kg: {format} does not fit an answer that is yes or no; take ")
    else:
        assert format in {"table", "json", "xml"}


def test_query_binds_any_variable(ask: RunKg) -> None:
    label = "SELECT DISTINCT ?label { ?who rdfs:label ?label } ORDER BY ?label"
    bound = ask("query", label, "--bind", "who=ent:person-lars-holm")
    assert "Lars Holm" in bound.out
    assert "Anna Berg" not in bound.out
    names = ("query", "SELECT DISTINCT ?who { ?who rdfs:label ?label }", "--format", "csv")
    assert ask(*names, "--bind", '?label="Lars Holm"').out.endswith("entity/person-lars-holm\n")
    assert ask(*names, "--bind", 'label="Lars Holm"@de').out == "who\n"
    evil = ask(*names, "--bind", 'label=" } UNION { ?who ?p ?o } #')
    assert (evil.code, evil.out) == (0, "who\n")
    unknown = ask("query", "ASK {}", "--bind", "x=1")
    assert (unknown.code, unknown.err) == (1, "kg: the query has no variable ?x\n")


def test_query_stops_in_time(ask: RunKg) -> None:
    runaway = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    begin = time.monotonic()
    done = ask("query", runaway, "--timeout", "0.5")
    assert time.monotonic() - begin < 10
    assert (done.code, done.out) == (1, "")
    assert done.err == ("kg: query: stopped after 0.5 s; ask for less, or raise the time limit\n")
    for wrong in ("0", "nan", "soon"):
        assert ask("query", "ASK {}", "--timeout", wrong).code in {0, 2}


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="no memory limit here")
def test_query_stops_at_its_memory(ask: RunKg) -> None:
    hungry = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i ?f ?c"
    done = ask("query", hungry, "--memory", "64")
    assert (done.code, done.out) == (1, "")
    assert done.err == (
        "kg: query: stopped, it needs more than 64 MB of memory; "
        "ask for less, or raise the memory limit\n"
    )


def test_query_of_ten_megabytes(ask: RunKg) -> None:
    text = "x" * 10_000_000
    done = ask("query", "-", stdin=f"ASK {{ FILTER(STRLEN('{text}') = 10000000) }}".encode())
    assert (done.code, done.out, done.err) == (0, "yes\n", "")


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no terminals here")
def test_query_does_not_wait_for_a_terminal(ready: Path) -> None:
    master, terminal = os.openpty()
    try:
        done = subprocess.run(
            command("query", "--store", ready / "store"), stdin=terminal, capture_output=True,
            env=environment(), timeout=60, check=False,
        )  # fmt: skip
    finally:
        os.close(master)
        os.close(terminal)
    assert done.returncode == 2
    assert b"give SPARQL, --file FILE, or --ask NAME" in done.stderr


def test_every_stock_question_answers(ask: RunKg) -> None:
    listed = ask("query", "--list").out.splitlines()
    names = [line.split()[0] for line in listed if not line.startswith(" ")]
    assert len(names) >= 8
    for name in names:
        done = ask("query", "--ask", name)
        assert (done.code, done.err) == (0, ""), name
    about = ask("query", "--ask", "about", "--bind", "name=Berg", "--format", "csv")
    assert "Anna Berg" in about.out


def test_ask_is_the_same_as_query_ask(ask: RunKg) -> None:
    short = ask("ask", "about", "--param", "name=Berg", "--format", "csv")
    long = ask("query", "--ask", "about", "--bind", "name=Berg", "--format", "csv")
    assert (short.code, short.err, short.out) == (0, "", long.out)
    assert "Anna Berg" in short.out
    assert ask("ask", "--list").out == ask("query", "--list").out != ""


def test_ask_shows_the_sparql_that_it_asks(ask: RunKg) -> None:
    shown = ask("ask", "about", "--param", "name=Berg", "--show")
    assert (shown.code, shown.err) == (0, "")
    assert 'VALUES ?name { "Berg" }' in shown.out
    asked = ask("query", shown.out, "--format", "csv")
    assert asked.out == ask("ask", "about", "--param", "name=Berg", "--format", "csv").out


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["clams"], 4, "kg: no stock query 'clams': similar are claims"),
        (["claims", "--param", "x=1"], 1, "kg: claims has no parameter 'x': there are speaker, "),
        (["claims", "--param", "x"], 2, "kg: Invalid value for '--param': 'x': write it as NAME="),
        (["claims", "--param", "since=neulich"], 1, "kg: since 'neulich' is not a date"),
        ([], 2, "kg: Invalid value: name a question (kg ask --list shows them)."),
    ],
)
def test_ask_says_what_is_wrong(ask: RunKg, arguments: list[str], code: int, message: str) -> None:
    done = ask("ask", *arguments)
    assert (done.code, done.out, done.err.count("\n")) == (code, "", 1)
    assert done.err.startswith(message)


@pytest.mark.parametrize(
    "arguments",
    [
        ("query", "SELECT ?o { ?s rdfs:label ?o }", "--bind", b"o=\xff"),
        ("query", b"SELECT \xff"),
        ("ask", "does", "--param", b"name=\xff"),
        ("ask", "does", "--param", b"\xff=a"),
        ("ask", b"\xff"),
    ],
)
def test_an_argument_that_is_not_utf8_is_one_line(
    ask: RunKg, arguments: tuple[str | bytes, ...]
) -> None:
    done = ask(*map(os.fsdecode, arguments))
    assert (done.out, done.err.count("\n")) == ("", 1)
    assert done.code in {1, 4}


def test_unknown_stock_question_is_code_4(ask: RunKg) -> None:
    done = ask("query", "--ask", "gossip")
    assert (done.code, done.out) == (4, "")
    assert done.err.startswith("kg: no stock query 'gossip': there are about, ")


@pytest.mark.parametrize(
    ("sparql", "message"),
    [
        ("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", "SERVICE is refused"),
        ("LOAD <http://example.org/>", "LOAD is refused"),
        ("", "query: the text is empty; "),
        ("ASK { FILTER" + "(" * 50_000, "query: more than 500 brackets in brackets"),
        ("ASK { FILTER(" + "!" * 100_000 + "true) }", "query: the engine broke down"),
    ],
)
def test_bad_sparql_is_one_line(ask: RunKg, sparql: str, message: str) -> None:
    done = ask("query", "-", stdin=sparql.encode())
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
    assert message in done.err


@pytest.mark.parametrize(
    ("sparql", "place", "line", "mark"),
    [
        ("SELECT ?x { ?x ", "1:16", "SELECT ?x { ?x", 15),
        ("SELECT ?x {\n ?x a }", "2:8", " ?x a }", 7),
        ("ASK { 'ä日本' ?p }", "1:16", "ASK { 'ä日本' ?p }", 17),
        ("ASK { ?s ?p\x00\x1b", "1:14", "ASK { ?s ?p", 13),
        ("ASK {\n ?s foo:a bar:b }", "2:5", " ?s foo:a bar:b }", 4),
        ("INSERT DATA { kg:a kg:b kg:c }", "1:1", "INSERT DATA { kg:a kg:b kg:c }", 0),
        ("PREFIX a: <urn:a>\n CLEAR ALL", "2:2", " CLEAR ALL", 1),
        (f"ASK {{ {'?s ?p ?o . ' * 20}!", "1:228", None, 79),
    ],
)
def test_a_syntax_error_shows_its_place(
    ask: RunKg, sparql: str, place: str, line: str | None, mark: int
) -> None:
    done = ask("query", "-", stdin=sparql.encode())
    assert (done.code, done.out) == (1, "")
    message, shown, marked = done.err.splitlines()
    assert message.startswith(f"kg: query: error at {place}: ")
    assert line is None or shown == f"    {line}"
    assert marked.strip() == "^"
    assert marked.index("^") - 4 == mark


@pytest.mark.parametrize("format", get_args(cli.RdfFormat))
def test_export_in_every_format(ask: RunKg, tmp_path: Path, format: str) -> None:
    import pyoxigraph

    from kg.knowing.imports import IMPORT_FORMATS

    done = ask("export", "--format", format, "--to", tmp_path / "graph")
    assert (done.code, done.out, done.err) == (0, "", "")
    quads = list(pyoxigraph.parse(path=str(tmp_path / "graph"), format=IMPORT_FORMATS[format]))
    assert len(quads) > 200
    assert ask("export", "--format", format).out.encode() == (tmp_path / "graph").read_bytes()


def test_network_as_table_json_picture_page(ask: RunKg, tmp_path: Path) -> None:
    rows = json.loads(ask("network", "--format", "json").out)
    assert {("Anna Berg", "Lars Holm")} <= {(row["who"], row["whom"]) for row in rows}
    assert ask("network").out.splitlines()[0].split()[:4] == ["who", "whom", "layer", "count"]
    done = ask("network", "--png", "n.png", "--svg", "n.svg", "--html", "n.html", "--lang", "en")
    assert (done.code, done.out, done.err) == (0, "", "")
    assert (tmp_path / "n.png").read_bytes().startswith(b"\x89PNG")
    assert "<svg" in (tmp_path / "n.svg").read_text(encoding="utf-8")
    assert "Anna Berg" in (tmp_path / "n.html").read_text(encoding="utf-8")
    bad = ask("network", "--png", "n.bmp")
    assert (bad.code, bad.err) == (1, "kg: n.bmp: a picture ends in .png or .svg\n")


def test_empty_network_says_so(ask: RunKg) -> None:
    done = ask("network", "--min-count", "99")
    assert (done.code, done.out) == (0, "")
    assert done.err.startswith("kg: no actor acts on another")


NETWORK_COMMANDS = (
    ("stats",),
    ("central",),
    ("communities",),
    ("path", "Anna Berg", "Lars Holm"),
    ("ego", "Anna Berg"),
    ("compare", "2026-09", "2026-10"),
    ("balance",),
    ("timeline", EDGE),
)


@pytest.mark.parametrize("command", NETWORK_COMMANDS, ids=lambda command: command[0])
def test_every_network_command_in_every_format(ask: RunKg, command: tuple[str, ...]) -> None:
    import csv
    import io

    table, text, rows = (ask("network", *command, f"--format={f}") for f in get_args(cli.RowFormat))
    assert (table.code, text.code, rows.code) == (0, 0, 0)
    found = json.loads(rows.out)
    read = list(csv.DictReader(io.StringIO(text.out)))
    assert [list(row) for row in read] == [list(row) for row in found]
    assert len(table.out.splitlines()) >= len(found) > 0
    assert "https://" not in table.out
    assert ask("network", *command, "--format=csv").out == text.out


@pytest.mark.parametrize("command", NETWORK_COMMANDS, ids=lambda command: command[0])
def test_every_network_command_has_help(call_kg: RunKg, command: tuple[str, ...]) -> None:
    done = call_kg("network", command[0], "--help")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"Usage: kg network {command[0]}")
    for option in ("--store", "--layer", "--since", "--kind", "--place", "--ego", "--format"):
        assert option in done.out


def test_network_commands_in_short(call_kg: RunKg) -> None:
    listed = call_kg("network", "--help").out.split("Commands:\n")[1].splitlines()
    assert [line.split()[0] for line in listed] == [command[0] for command in NETWORK_COMMANDS]
    assert not any(line.endswith("...") for line in listed)


def test_filters_go_before_a_network_command_or_after_it(ask: RunKg) -> None:
    after = ask("network", "stats", "--layer", "plain", "--until", "2026-10-07").out
    assert ask("network", "--layer", "plain", "stats", "--until", "2026-10-07").out == after
    claims = ask("network", "--layer", "claim", "stats", "--until", "2026-10-07").out
    assert claims != after
    both = ("--layer", "claim", "stats", "--until", "2026-10-07", "--layer", "plain")
    assert ask("network", *both).out == after
    nobody = ask("network", "--layer", "plain", "ego", "Anna Berg", "--since", "2027-01-01")
    assert (nobody.code, nobody.out) == (4, "")
    assert nobody.err == "kg: Anna Berg: no edge of this actor passes the filters\n"


def test_network_around_an_actor(ask: RunKg) -> None:
    around = json.loads(ask("network", "--ego", "Anna Berg", "--format", "json").out)
    assert {"Anna Berg", "Lars Holm"} <= {r[end] for r in around for end in ("who", "whom")}
    assert "distance" not in around[0]
    rows = json.loads(ask("network", "ego", "Anna Berg", "--format", "json").out)
    assert len(rows) == len(around)


def test_a_way_shows_the_sentence_on_a_terminal(ask: RunKg) -> None:
    done = ask("network", "path", "Berg", "Lars Holm")
    assert done.out.startswith("shortest, strongest: 1 step\n  1  Anna Berg – Lars Holm\n")
    assert "Anna Berg" in done.out
    assert ", st:" in done.out
    assert "Lars Holm in Riga on Monday." in done.out or "den Minister Lars Holm." in done.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ego", "Anna Borg"], "Anna Borg: nobody in this network has this name; similar are Anna"),
        (["path", "Anna Berg", "ent:x"], "ent:x: nobody in this network has this name"),
        (["timeline", "Xylophon"], "Xylophon: nobody in this network has this name"),
        (["--ego", "Xylophon"], "Xylophon: nobody in this network has this name"),
    ],
)
def test_who_is_not_in_the_network(ask: RunKg, arguments: list[str], message: str) -> None:
    done = ask("network", *arguments)
    assert (done.code, done.out, done.err.count("\n")) == (4, "", 1)
    assert done.err.startswith(f"kg: {message}")


def test_periods_that_are_none(ask: RunKg) -> None:
    done = ask("network", "compare", "neulich", "2026")
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert "'neulich' is no period: write it as 2019-01-01..2019-07-01" in done.err


def test_what_is_estimated_says_so(
    ready: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    from kg.asking import measures

    monkeypatch.setattr(measures, "is_sampled", lambda *_, **__: True)
    assert cli.run(["network", "central", "--store", str(ready / "store"), "--format", "csv"]) == 0
    captured = capsysbinary.readouterr()
    assert b"betweenness_sampled" in captured.out.splitlines()[0]
    assert captured.err.startswith(b"kg: betweenness is estimated from the ways of ")


def test_nothing_found_is_told_in_one_line(ask: RunKg) -> None:
    for arguments, message in (
        (("compare", "1999", "2000"), "nobody in either period"),
        (("balance", "--event", "Aid"), "no actor acts on another in this store, or passes"),
        (("communities", "--since", "2027-01-01"), "no actor acts on another in this store"),
    ):
        done = ask("network", *arguments)
        assert (done.code, done.out) == (0, "")
        assert done.err.startswith(f"kg: {message}")


def test_a_table_shows_the_first_rows_and_says_so(ask: RunKg) -> None:
    done = ask("network", "central", "--top", "1")
    everybody = json.loads(ask("network", "central", "--format", "json").out)
    assert len(done.out.splitlines()) == 3
    most = len(everybody)
    assert done.err == f"kg: {most - 1} more rows (--top {most} shows all)\n"


def test_explain_by_iri_name_and_triple(ask: RunKg) -> None:
    by_iri = ask("explain", EDGE)
    assert by_iri.out.startswith(f"entity {EDGE}\n")
    assert "× “Berg”: surname of “Anna Berg”" in by_iri.out
    assert ask("explain", "  anna BERG ").out == by_iri.out
    triple = ask("explain", EDGE, "rel:treffen", "ent:person-lars-holm")
    assert triple.out.startswith(f"edge {EDGE} rel:treffen ent:person-lars-holm\n")
    assert "sentence    Außenministerin Anna Berg traf am Montag" in triple.out


def test_explain_lists_namesakes(call_kg: RunKg, tmp_path: Path) -> None:
    lines = []
    for name in "ab":
        article = {"type": "article", "id": name, "source": name, "lang": "de", "text": "Holm kam.",
                   "parts": [{"kind": "body", "start": 0, "end": 9}]}  # fmt: skip
        mention = {"type": "mention", "article": name, "start": 0, "end": 4, "text": "Holm",
                   "kind": "person"}  # fmt: skip
        lines += [json.dumps(article), json.dumps(mention)]
    (tmp_path / "seam.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert call_kg("build", "seam.jsonl", "--store", "s").code == 0
    done = call_kg("explain", "Holm", "--store", "s")
    assert (done.code, done.err) == (0, "kg: 2 entities have this name; explain one of them\n")
    for line in done.out.splitlines():
        assert call_kg("explain", line.split()[0], "--store", "s").code == 0


@pytest.mark.parametrize(
    "target",
    [["ent:nobody"], ["Nobody At All"], [EDGE, "rel:essen", EDGE], ["<https://example.org/x>"],
     ["https://example.org/a b"], [""]],
)  # fmt: skip
def test_explain_what_is_not_there_is_code_4(ask: RunKg, target: list[str]) -> None:
    done = ask("explain", *target)
    assert (done.code, done.out, done.err.count("\n")) == (4, "", 1)


def test_validate_conforms(ask: RunKg) -> None:
    done = ask("validate")
    assert (done.code, done.out, done.err) == (0, "", "kg: the graph conforms to its shapes\n")


def test_validate_tells_what_is_wrong(call_kg: RunKg, ready: Path, tmp_path: Path) -> None:
    from pyoxigraph import Store

    assert call_kg("build", ready / "riga.txt", "--store", "s").code == 0
    inner = Store(str(tmp_path / "s" / "oxigraph"))
    inner.update(
        "PREFIX kg: <https://w3id.org/newskg/ontology#> DELETE { GRAPH ?g { ?s kg:polarity ?o } }"
        " WHERE { GRAPH ?g { ?s kg:polarity ?o } }"
    )
    inner.flush()
    del inner
    done = call_kg("validate", "--store", "s")
    assert done.code == 1
    assert "A statement is either affirmed or negated." in done.out
    assert done.err.endswith("violations\n")
    report = call_kg("validate", "--store", "s", "--format", "json")
    assert report.code == 1
    assert {row["article"] for row in json.loads(report.out)} == {done.out.split(" ")[0]}


# --- bad input


@pytest.fixture
def one_good(tmp_path: Path) -> Path:
    path = tmp_path / "good.txt"
    path.write_text(SOLHAVN, encoding="utf-8")
    return path


BAD_FILES = {
    "empty": (b"", "empty file"),
    "blank": (b" \n\n", "nothing but blank space"),
    "binary": (bytes(range(256)) * 40, "a binary file, not text"),
    "latin1": ("Müller grüßt.\n".encode("latin-1"), "not UTF-8 (looks like Latin-1)"),
    "html": (b"<!DOCTYPE html><html><p>Text</p></html>", "HTML or XML, not text"),
    "french": (
        ("Le président a déclaré hier que les ministres ne paieraient pas. " * 4).encode(),
        "not German or English (give --lang to force)",
    ),
}


@pytest.mark.parametrize("name", BAD_FILES)
@pytest.mark.parametrize("verb", ["read", "build"])
def test_bad_file_is_named_and_the_rest_kept(
    call_kg: RunKg, one_good: Path, tmp_path: Path, name: str, verb: str
) -> None:
    data, why = BAD_FILES[name]
    (tmp_path / "bad.txt").write_bytes(data)
    more = ["--store", "s"] if verb == "build" else []
    done = call_kg(verb, "bad.txt", one_good, *more)
    skipped = [line for line in done.err.splitlines() if line.startswith("kg: skipped bad.txt")]
    assert done.code == 3
    assert len(skipped) == 1
    assert why in skipped[0]
    assert done.err.endswith("kg: 1 skipped, 1 read\n")
    if verb == "read":
        assert done.out.count('{"type": "article"') == 1
    alone = call_kg(verb, "bad.txt", *more)
    assert (alone.code, alone.out) == (1, "")
    assert alone.err.endswith("kg: no article could be read (1 skipped)\n")


def test_missing_path(call_kg: RunKg, one_good: Path) -> None:
    done = call_kg("read", "nowhere.txt", one_good)
    assert done.code == 3
    assert "kg: skipped nowhere.txt: no such file\n" in done.err


def test_broken_json_line_in_a_good_file(call_kg: RunKg, tmp_path: Path) -> None:
    good = [json.dumps({"text": text, "lang": "en"}) for text in ("Anna met Lars.", "Lars left.")]
    (tmp_path / "a.jsonl").write_text(f'{good[0]}\n{{"text": "Anna\n{good[1]}\n', encoding="utf-8")
    done = call_kg("read", "a.jsonl")
    assert done.code == 3
    assert done.out.count('{"type": "article"') == 2
    assert done.err.startswith("kg: skipped a.jsonl:2: broken JSON")


def test_line_of_50_megabytes(call_kg: RunKg, tmp_path: Path) -> None:
    with (tmp_path / "long.jsonl").open("wb") as out:
        out.write(b'{"text": "Anna met Lars.", "lang": "en"}\n{"text": "')
        for _ in range(51):
            out.write(b"Anna Berg " * 100_000)
        out.write(b'"}\n{"text": "Lars left Riga.", "lang": "en"}\n')
    done = call_kg("read", "long.jsonl")
    assert done.code == 3
    assert done.out.count('{"type": "article"') == 2
    assert "kg: skipped long.jsonl:2: a line longer than 50,000,000 bytes\n" in done.err


def test_file_name_cannot_steer_the_terminal(call_kg: RunKg, one_good: Path) -> None:
    done = call_kg("read", "no\x1b[31m\nwhere.txt", one_good)
    assert done.code == 3
    assert "\x1b" not in done.err
    assert done.err.splitlines()[0] == "kg: skipped no [31m where.txt: no such file"


def test_article_cannot_steer_the_terminal(call_kg: RunKg, tmp_path: Path) -> None:
    escape = "\x1b]0;owned\x07\x1b[31m\u202e"
    article = {"title": f"Anna {escape}Berg", "lang": "de", "publisher": f"X{escape}",
               "text": f"Anna Berg {escape}traf Lars Holm{escape} am Montag."}  # fmt: skip
    (tmp_path / "a.jsonl").write_text(json.dumps(article), encoding="utf-8")
    assert call_kg("build", "a.jsonl", "--store", "s").code == 0
    titles = call_kg("query", "SELECT * { ?a schema:headline ?t }", "--store", "s")
    assert "Anna" in titles.out
    commands = (["query", "--ask", "about", "--bind", "name=Anna"], ["query", "--ask", "actors"],
                ["network", "--unnamed"], ["validate"], ["explain", "Anna Berg"])  # fmt: skip
    for arguments in commands:
        done = call_kg(*arguments, "--store", "s")
        assert not {"\x1b", "\x07", "\u202e"} & set(done.out + done.err), arguments
    assert not {"\x1b", "\x07", "\u202e"} & set(titles.out)


# --- models


def test_missing_model_says_how_to_install_it(call_kg: RunKg, one_good: Path) -> None:
    done = call_kg("read", one_good, "--model", "de_core_news_lg")
    assert (done.code, done.out) == (1, "")
    assert done.err == (
        "kg: no pipeline 'de_core_news_lg' here: "
        "install it with: python -m spacy download de_core_news_lg\n"
    )


@pytest.mark.parametrize("fault", ["no config", "broken meta", "broken config", "empty"])
def test_broken_model_folder_is_one_line(
    call_kg: RunKg, one_good: Path, tmp_path: Path, fault: str
) -> None:
    model = tmp_path / "model"
    model.mkdir()
    if fault != "empty":
        meta = '{"lang": "de", "name": "x", "version": "1"' + ("" if "meta" in fault else "}")
        (model / "meta.json").write_text(meta, encoding="utf-8")
    if fault in {"broken meta", "broken config"}:
        (model / "config.cfg").write_text("[nlp\nlang = de", encoding="utf-8")
    for verb in (["read"], ["build", "--store", "s"]):
        done = call_kg(*verb, one_good, "--model", "./model")
        assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
        assert "'./model' is broken" in done.err or "'model' is broken" in done.err
    assert not (tmp_path / "s").exists()


# --- stores


def test_store_that_is_no_store(call_kg: RunKg, one_good: Path, tmp_path: Path) -> None:
    for verb in ("query", "export", "network", "validate", "explain", "same", "undo", "review"):
        rest = {"query": ["ASK {}"], "explain": ["ent:x"], "same": ["x", "y"]}.get(verb, [])
        done = call_kg(verb, *rest, "--store", "nowhere")
        assert (done.code, done.out) == (1, "")
        assert done.err == (
            "kg: nowhere: no newskg store here; make one with kg build --store nowhere\n"
        )
    assert not (tmp_path / "nowhere").exists()
    in_the_way = call_kg("build", one_good, "--store", one_good)
    assert (in_the_way.code, in_the_way.err.count("\n")) == (1, 1)
    assert "good.txt" in in_the_way.err
    assert one_good.read_text(encoding="utf-8") == SOLHAVN
    full = call_kg("build", one_good, "--store", tmp_path)
    assert (full.code, full.err.count("\n")) == (1, 1)
    assert "not empty and no newskg store" in full.err
    assert [path.name for path in tmp_path.iterdir()] == ["good.txt"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_store_in_a_read_only_folder(call_kg: RunKg, one_good: Path, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    done = call_kg("build", one_good, "--store", closed / "store")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "Permission denied" in done.err


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="no /proc here")
def test_store_where_nobody_may_write(call_kg: RunKg, one_good: Path) -> None:
    done = call_kg("build", one_good, "--store", "/proc/newskg-store")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert done.err.startswith("kg: /proc/newskg-store: ")


def test_store_that_another_process_writes(
    run_kg: RunKg, one_good: Path, ready: Path, tmp_path: Path
) -> None:
    from kg.knowing.store import GraphStore

    with GraphStore.open(tmp_path / "s"):
        done = run_kg("build", one_good, "--store", "s")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "another process is writing this store" in done.err


def test_broken_store_file(call_kg: RunKg, tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "store.json").write_text("{", encoding="utf-8")
    done = call_kg("validate", "--store", "s")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "store.json: broken" in done.err


# --- who is who across articles


def test_a_judgement_outlives_the_store(call_kg: RunKg, tmp_path: Path) -> None:
    text = "Anna Berg traf am Montag Lars Holm in Oslo. Norwegen dankte ihr."
    for name in ("eins", "zwei"):
        (tmp_path / f"{name}.txt").write_text(f"{text} Das war {name}.", encoding="utf-8")
    build = ("build", "eins.txt", "zwei.txt", "--store", "s", "--lang", "de")
    query = "SELECT DISTINCT ?e { GRAPH ?g { ?e a kg:Person ; rdfs:label 'Anna Berg' } }"
    ask = ("query", query, "--store", "s", "--format", "csv")
    assert call_kg(*build).code == 0
    before = call_kg(*ask).out
    articles = (
        "SELECT ?a { GRAPH ?a { ent:person-anna-berg a kg:Person } FILTER(?a != kg:knowledge) }"
    )
    found = call_kg("query", articles, "--store", "s", "--format", "csv").out.split()[1:]
    odd = f"Anna Berg@art:{found[0].rpartition('/')[2].removeprefix('art:')}"
    assert call_kg("differ", odd, "Anna Berg", "--store", "s", "--why", "another one").code == 0
    judged = call_kg(*ask).out
    assert (len(before.split()), len(judged.split())) == (2, 3)
    for done in (call_kg("check-store", "--store", "s"), call_kg("validate", "--store", "s")):
        assert done.code == 0, done.err
    again = call_kg(*build)
    assert again.err.startswith("kg: 2 articles: 0 new or changed, 2 unchanged; ")
    shutil.rmtree(tmp_path / "s")
    assert call_kg(*build).code == 0
    assert call_kg(*ask).out == judged
    assert call_kg("undo", "--store", "s").code == 0
    assert call_kg(*ask).out == before


# --- pipes, full disks, interruption


def test_pipe_into_head_is_quiet(ready: Path) -> None:
    for arguments in (["export", "--store", "store"], ["query", "SELECT * { ?s ?p ?o }"]):
        line = " ".join([*command(*map(repr, arguments)), "--store", "store"])
        done = subprocess.run(
            ["sh", "-c", f"{line} | head -n 1"], cwd=ready, env=environment(), capture_output=True,
            timeout=60, check=False,
        )  # fmt: skip
        assert done.stdout.count(b"\n") == 1
        assert done.stderr == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_full_disk_is_one_line(ready: Path, run_kg: RunKg) -> None:
    to = run_kg("export", "--store", ready / "store", "--to", "/dev/full")
    assert (to.code, to.err.count("\n")) == (1, 1)
    assert "No space left on device" in to.err
    for arguments in (["export"], ["query", "--ask", "actors"], ["validate", "--help"]):
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                command(*arguments), stdout=full, stderr=subprocess.PIPE, cwd=ready, timeout=60,
                env=environment(KG_STORE="store"), check=False,
            )  # fmt: skip
        assert done.returncode == 1, done.stderr
        assert (done.stderr.count(b"\n"), done.stderr[-25:]) == (1, b" No space left on device\n")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with room for a store, but not for many articles."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no file system may be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_disk_that_fills_up_during_a_build(run_kg: RunKg, small_disk: Path) -> None:
    done = run_kg("build", "-", "--store", small_disk / "s", stdin=b"".join(feed(300)))
    faults = [line for line in done.err.splitlines() if not line.endswith(" a second")]
    assert (done.code, done.out, len(faults)) == (1, "", 1)
    assert "the disk is full" in faults[0]


def test_closed_streams(ready: Path) -> None:
    line = " ".join(command("query", "--ask", "actors", "--store", "store"))
    done = subprocess.run(
        ["sh", "-c", f"{line} <&- >&- 2>&-"], cwd=ready, env=environment(), check=False, timeout=60
    )
    assert done.returncode == 0


def test_odd_terminal_encoding(ready: Path, run_kg: RunKg) -> None:
    question = 'ASK { ?s kg:text ?t FILTER CONTAINS(?t, "ß") }'
    done = run_kg("query", question, "--store", ready / "store", PYTHONIOENCODING="ascii")
    assert done.code == 0
    about = ("query", "--ask", "about", "--bind", "name=Berg", "--store", ready / "store")
    assert "Außenministerin" in run_kg(*about, PYTHONIOENCODING="ascii").out


def feed(count: int) -> list[bytes]:
    """Articles as JSON lines, each with an id of its own."""
    text = "Anna Berg traf am Montag Lars Holm in Haus {}. Norwegen dankte."
    articles = ({"text": text.format(n), "lang": "de"} for n in range(count))
    return [json.dumps(article).encode() + b"\n" for article in articles]


def start_build(folder: Path, *inputs: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command("build", *(inputs or ("-",)), "--store", "s"),
        cwd=folder,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "nothing happened within a minute"
        time.sleep(0.002)


def count_readings(folder: Path) -> int:
    readings = folder / "s" / "readings"
    return len(list(readings.glob("*.gz"))) if readings.is_dir() else 0


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The export of a store that was built in one go."""
    from kg.pipeline import build_store, pipelines

    folder = tmp_path_factory.mktemp("undisturbed")
    (folder / "feed.jsonl").write_bytes(b"".join(feed(30)))
    build_store([str(folder / "feed.jsonl")], store=folder / "s", pipeline_of=pipelines(),
                on_skip=lambda skip: pytest.fail(str(skip)))  # fmt: skip
    return exported(folder / "s")


def exported(store: Path) -> bytes:
    """The quads of a store, sorted."""
    import io

    from kg.knowing.exports import export_graph
    from kg.knowing.store import GraphStore

    out = io.BytesIO()
    with GraphStore.open(store, read_only=True) as graph:
        export_graph(graph, "nquads", out)
    return out.getvalue()


def test_ctrl_c_ends_after_the_article_at_hand(
    call_kg: RunKg, tmp_path: Path, undisturbed: bytes
) -> None:
    (tmp_path / "feed.jsonl").write_bytes(b"".join(feed(30)))
    process = start_build(tmp_path, "feed.jsonl")
    wait_for(lambda: count_readings(tmp_path) >= 2)
    process.send_signal(signal.SIGINT)
    _, talk = process.communicate(timeout=60)
    done = count_readings(tmp_path)
    assert process.returncode == 130
    assert b"run it again to go on\nkg: interrupted\n" in talk
    assert b"Traceback" not in talk
    assert f"kg: {done} articles: {done} new or changed".encode() in talk
    assert done < 30
    assert call_kg("validate", "--store", "s").code == 0
    again = call_kg("build", "feed.jsonl", "--store", "s")
    assert f"30 articles: {30 - done} new or changed, {done} unchanged" in again.err
    assert exported(tmp_path / "s") == undisturbed


def test_ctrl_c_while_waiting_for_input(tmp_path: Path) -> None:
    process = start_build(tmp_path)
    assert process.stdin is not None
    process.stdin.write(b"".join(feed(2)))
    process.stdin.flush()
    wait_for(lambda: count_readings(tmp_path) == 2)
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130
    assert process.stderr is not None
    assert b"kg: 2 articles: 2 new or changed" in process.stderr.read()
    process.communicate()


@pytest.mark.parametrize("after", [0, 1, 12])
def test_killed_build_goes_on_where_it_was(
    call_kg: RunKg, tmp_path: Path, undisturbed: bytes, after: int
) -> None:
    (tmp_path / "feed.jsonl").write_bytes(b"".join(feed(30)))
    process = start_build(tmp_path, "feed.jsonl")
    wait_for(lambda: (tmp_path / "s" / "oxigraph").is_dir() and count_readings(tmp_path) >= after)
    process.kill()
    process.communicate(timeout=60)
    done = call_kg("build", "feed.jsonl", "--store", "s")
    assert done.code == 0
    assert exported(tmp_path / "s") == undisturbed


def test_two_exports_into_one_file_do_not_mix(ask: RunKg, tmp_path: Path) -> None:
    """Each has a part file of its own; one that is the user's stays."""
    (tmp_path / "out.ttl.part").write_text("precious")
    assert ask("export", "--to", tmp_path / "out.ttl").code == 0
    assert (tmp_path / "out.ttl.part").read_text() == "precious"
    assert sorted(p.name for p in tmp_path.glob("out.ttl*")) == ["out.ttl", "out.ttl.part"]


def test_an_import_decides_entities_also_of_a_named_graph(tmp_path: Path, run_kg: RunKg) -> None:
    (tmp_path / "g.ttl").write_text(
        "<https://w3id.org/newskg/entity/x> a <https://w3id.org/newskg/ontology#Person> ."
    )
    assert run_kg("import", "g.ttl", "--graph", "art:foo", "--store", "s").code == 0
    done = run_kg("query", "ASK { ?k kg:stale ?x }", "--store", "s")
    assert (done.code, done.out) == (0, "no\n")
