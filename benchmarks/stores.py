"""Our store and plain rdflib side by side, on the same news-shaped quads in one run.

``python benchmarks/stores.py --quads 1000000 [--json FILE]`` makes an archive
(``benchmarks/quads.py``), loads it into each store in a process of its own, and measures
loading, memory, nine queries, exports, and the replacement of one article. The stores:

``disk``    ours as ``kg`` uses it: a directory, loaded in bulk and opened again to read
``memory``  ours in memory
``rdflib``  ``Dataset(default_union=True)``, rdflib's own store in memory

A time is the median of up to ``--repeat`` rounds. Work that takes longer than ``--limit``
seconds is stopped: its time is then a lower bound, and so is the ratio. Both must give the
same answer to each query; the run fails where they do not.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import os
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any

from pyoxigraph import Literal, NamedNode, QuerySolutions, RdfFormat, Store
from quads import MEDIAN_SENTENCES, Archive, make_reading, write_archive

from kg import names
from kg.knowing.exports import export_graph
from kg.knowing.store import GraphStore
from kg.knowing.triples import make_quads
from kg.lexicon import read_lexicon
from kg.records import Reading

QUERIES: Mapping[str, str] = {
    "lookup in GRAPH ?g": "SELECT ?g ?p ?o { GRAPH ?g { <STATEMENT> ?p ?o } }",
    "3-hop join": """SELECT DISTINCT ?event ?text {
        ?event kg:actor <ACTOR> ; kg:statement ?s . ?s kg:inSentence ?x . ?x kg:text ?text }""",
    "the same in GRAPH blocks": """SELECT DISTINCT ?event ?text {
        GRAPH ?g { ?event kg:actor <ACTOR> ; kg:statement ?s }
        GRAPH ?h { ?s kg:inSentence ?x . ?x kg:text ?text } }""",
    "top actor pairs": """SELECT ?a ?b (COUNT(DISTINCT ?event) AS ?n) {
        ?event kg:actor ?a ; kg:recipient ?b } GROUP BY ?a ?b ORDER BY DESC(?n) ?a ?b LIMIT 20""",
    "subClassOf* and count": """SELECT (COUNT(DISTINCT ?x) AS ?n) {
        ?class rdfs:subClassOf* kg:Organisation . ?x a ?class }""",
    "lies in+ and count": """SELECT (COUNT(DISTINCT ?x) AS ?n) {
        ?x schema:containedInPlace+ <COUNTRY> }""",
    "period and group": """SELECT ?type (COUNT(DISTINCT ?event) AS ?n) {
        ?event a kg:Event , ?type ; kg:timeBegin ?begin
        FILTER (?begin >= "2021-07-01"^^xsd:date && ?begin < "2023-07-01"^^xsd:date)
        } GROUP BY ?type""",
    "label CONTAINS": """SELECT DISTINCT ?x ?label {
        ?x rdfs:label ?label FILTER CONTAINS(?label, "laberg") }""",
    "CONSTRUCT": """CONSTRUCT { ?s kg:subject ?x ; kg:object ?y } {
        ?s a kg:Statement ; kg:subject ?x ; kg:object ?y }""",
}
"""The questions; names in capitals stand for something that is in the archive."""

EXPORTS: Mapping[str, str] = {"nquads": "nquads", "turtle": "turtle", "trig": "trig"}
"""Our formats, and what rdflib calls them."""

DISK, MEMORY, RDFLIB = "disk", "memory", "rdflib"
STORES = (DISK, MEMORY, RDFLIB)


@dataclass(frozen=True, slots=True)
class Task:
    """What a process of its own is to measure."""

    store: str
    data: str
    folder: str
    quads: int
    articles: int
    actor: str
    statement: str
    country: str
    limit_s: float
    repeat: int
    replacements: int
    median: int
    skip: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure; ``exceeds`` where the work was stopped; ``answer`` and ``rows`` of a query."""

    value: float
    exceeds: bool = False
    rows: int = 0
    answer: str = ""


Found = dict[str, Measured]


# --- measuring ----------------------------------------------------------------------------


class Overtime(BaseException):
    """The limit is reached; no library catches this."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Ends what runs too long, as soon as Python code runs again."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise Overtime

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def measure_ms(work: Callable[[], Any], *, limit_s: float, repeat: int = 1) -> tuple[Any, Measured]:
    """What the work gives (None if stopped), and its median time."""
    times: list[float] = []
    result = None
    begin = time.perf_counter()
    for _ in range(repeat):
        start = time.perf_counter()
        try:
            with limited(max(limit_s - (start - begin), 0.01)):
                result = work()
        except Overtime:
            if not times:
                return None, Measured((time.perf_counter() - start) * 1e3, exceeds=True)
            break
        times.append((time.perf_counter() - start) * 1e3)
    return result, Measured(statistics.median(times))


def resident_mb() -> float:
    """Memory of this process now."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def fill(query: str, task: Task) -> str:
    """A query about what is in the archive."""
    given = {"STATEMENT": task.statement, "ACTOR": task.actor, "COUNTRY": task.country}
    for name, iri in given.items():
        query = query.replace(f"<{name}>", f"<{iri}>")
    return query


def digest(rows: Sequence[Sequence[str]]) -> str:
    """The same for the same rows in any order."""
    lines = sorted("\t".join(row) for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def measure_queries(
    task: Task, ask: Callable[[str], list[Any]], spell: Callable[[Any], str]
) -> Found:
    """The time of each query, and what identifies its answer."""
    found = {}
    for name, text in QUERIES.items():
        query = fill(text, task)
        rows, time_ms = measure_ms(lambda: ask(query), limit_s=task.limit_s, repeat=task.repeat)  # noqa: B023
        if rows is not None:
            spelled = [[spell(term) for term in row] for row in rows]
            time_ms = replace(time_ms, rows=len(rows), answer=digest(spelled))
        found[name] = time_ms
    return found


def measure_exports(task: Task, write: Callable[[str, str], Any]) -> Found:
    """The time of each export into a file."""
    found = {}
    target = str(Path(task.folder) / f"export-{task.store}")
    for format in EXPORTS:
        if f"{task.store}-{format}" not in task.skip:
            _, time_ms = measure_ms(lambda: write(format, target), limit_s=task.limit_s)  # noqa: B023
            found[f"export {format}"] = time_ms
    Path(target).unlink(missing_ok=True)
    return found


# --- ours ---------------------------------------------------------------------------------


def load_ours(data: str, directory: Path | None) -> GraphStore | None:
    """The archive in a store of ours: in memory, or in a directory and closed again."""
    if directory is None:
        store = Store()
        store.bulk_load(path=data, format=RdfFormat.N_QUADS)
        return GraphStore(store=store)
    GraphStore.open(directory).close()
    store = Store(str(directory / "oxigraph"))
    store.bulk_load(path=data, format=RdfFormat.N_QUADS)
    store.flush()
    return None


def measure_ours(task: Task) -> Found:
    """Loading, memory, queries and exports of a store of ours."""
    directory = Path(task.folder) / "store" if task.store == DISK else None
    found = {}
    if directory:  # filled in a process of its own, so that its memory is not counted here
        _, found["load"] = measure_ms(
            lambda: run_child(replace(task, store="fill")), limit_s=task.limit_s
        )
    before = resident_mb()
    if directory:
        graph = GraphStore.open(directory, read_only=True)
    else:
        graph, found["load"] = measure_ms(lambda: load_ours(task.data, None), limit_s=task.limit_s)
    found["memory of the data"] = Measured(resident_mb() - before)
    found |= measure_queries(task, lambda text: ask_ours(graph, text), spell_ours)
    found["memory after the queries"] = Measured(resident_mb() - before)
    found |= measure_exports(task, lambda format, path: export_ours(graph, format, path))
    if directory:
        _, found["load from disk into memory"] = measure_ms(
            lambda: Store().bulk_extend(graph.quads()), limit_s=task.limit_s
        )
    graph.close()
    if directory:
        with GraphStore.open(directory) as graph:
            found |= replace_ours(graph, task)
    return found


def ask_ours(graph: GraphStore, query: str) -> list[Any]:
    """All rows of an answer, or its triples without repetition."""
    answer = graph.query(query)
    return list(answer) if isinstance(answer, QuerySolutions) else list(set(answer))


def spell_ours(term: NamedNode | Literal) -> str:
    """A term as text."""
    if isinstance(term, Literal):
        return f"{term.value}^^{term.datatype.value}@{term.language or ''}"
    return str(term.value)


def export_ours(graph: GraphStore, format: str, path: str) -> None:
    """Writes the whole store."""
    with open(path, "wb") as file:
        export_graph(graph, format, file)


@dataclass(frozen=True, slots=True)
class Replacement:
    """An article to replace by another; ``before`` is put first where it is not there yet."""

    kind: str
    after: Reading
    before: Reading | None = None


def replacements(task: Task) -> Iterator[Replacement]:
    """One particular corrected; nothing as it was; and that of an article of few sentences."""
    for at in range(task.replacements):
        old = make_reading(at % task.articles, median=task.median)
        corrected = replace(old, article=replace(old.article, publisher=f"Korrektur {at}"))
        yield Replacement("correct an article", corrected)
    for at in range(task.replacements):
        old = make_reading(at % task.articles, median=task.median)
        other = make_reading(1_000_000 + at, median=task.median, id=old.article.id)
        yield Replacement("rewrite an article", other)
    for at in range(task.replacements):
        id = f"short-{at}"
        old, new = (make_reading(n + at, median=1, id=id) for n in (2_000_000, 3_000_000))
        yield Replacement("rewrite a short article", new, old)


def summarise(times: Mapping[str, list[float]], sizes: Mapping[str, list[int]]) -> Found:
    """Median times by kind of replacement; their rows are the quads of an article."""
    found = {}
    for name, values in times.items():
        kind = name.partition(",")[0]
        rows = round(statistics.median(sizes[kind])) if kind in sizes else 0
        found[name] = Measured(statistics.median(values), rows=rows)
    return found


def replace_ours(graph: GraphStore, task: Task) -> Found:
    """Median time to replace an article in the full store."""
    times, sizes = defaultdict[str, list[float]](list), defaultdict[str, list[int]](list)
    lexicon = read_lexicon("de")
    for item in replacements(task):
        if item.before:
            graph.put_article(item.before, lexicon=lexicon)
        start = time.perf_counter()
        sizes[item.kind].append(sum(1 for _ in make_quads(item.after, lexicon=lexicon)))
        made = time.perf_counter()
        graph.put_article(item.after, lexicon=lexicon)
        done = time.perf_counter()
        times[item.kind].append((done - made) * 1e3)
        times[f"{item.kind}, quads made before"].append((done - made - (made - start)) * 1e3)
    return summarise(times, sizes)


# --- rdflib -------------------------------------------------------------------------------


def measure_rdflib(task: Task) -> Found:
    """Loading, memory, queries and exports of rdflib's own store."""
    from rdflib import Dataset, Graph
    from rdflib.plugins.sparql import prepareQuery

    prepareQuery("ASK {}")  # what rdflib loads only now is not counted as memory of the data
    before = resident_mb()
    graph = Dataset(default_union=True)
    _, load = measure_ms(lambda: graph.parse(task.data, format="nquads"), limit_s=1e6)
    found = {"load": load, "memory of the data": Measured(resident_mb() - before)}

    def ask(query: str) -> list[Any]:
        answer = graph.query(query, initNs=names.PREFIXES)
        return list(answer.graph if isinstance(answer.graph, Graph) else answer)

    def write(format: str, path: str) -> None:
        graph.serialize(path, format=EXPORTS[format], encoding="utf-8")

    found |= measure_queries(task, ask, spell_rdflib)
    found["memory after the queries"] = Measured(resident_mb() - before)
    found |= measure_exports(task, write)
    return found | replace_rdflib(graph, task)


def spell_rdflib(term: Any) -> str:
    """A term as text, the same as :func:`spell_ours` gives."""
    from rdflib import Literal as RdflibLiteral

    if isinstance(term, RdflibLiteral):
        plain = names.PREFIXES["rdf"] + "langString" if term.language else None
        datatype = term.datatype or plain or names.PREFIXES["xsd"] + "string"
        return f"{term}^^{datatype}@{term.language or ''}"
    return str(term)


def replace_rdflib(graph: Any, task: Task) -> Found:
    """Median time to replace an article, its quads made beforehand."""
    from rdflib import Graph, URIRef

    times = defaultdict[str, list[float]](list)
    lexicon = read_lexicon("de")

    def triples(reading: Reading) -> list[Any]:
        lines = "".join(f"{quad.triple} .\n" for quad in make_quads(reading, lexicon=lexicon))
        return list(Graph().parse(data=lines, format="nt"))

    for item in replacements(task):
        article = graph.graph(URIRef(names.article_iri(item.after.article.id)))
        for triple in triples(item.before) if item.before else ():
            article.add(triple)
        new = triples(item.after)
        start = time.perf_counter()
        article.remove((None, None, None))
        for triple in new:
            article.add(triple)
        spent_ms = (time.perf_counter() - start) * 1e3
        times[f"{item.kind}, quads made before"].append(spent_ms)
    return summarise(times, {})


# --- the run ------------------------------------------------------------------------------


def run_child(task: Task) -> Found:
    """Measures in a process of its own."""
    command = [sys.executable, __file__, "--child", json.dumps(asdict(task))]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=dict(os.environ))
    return {name: Measured(**figure) for name, figure in json.loads(done.stdout).items()}


def be_child(task: Task) -> None:
    """What the process of its own does."""
    found = {}
    if task.store == "fill":
        load_ours(task.data, Path(task.folder) / "store")
    else:
        found = measure_rdflib(task) if task.store == RDFLIB else measure_ours(task)
    print(json.dumps({name: asdict(figure) for name, figure in found.items()}))


Results = Mapping[str, Mapping[str, Measured]]


def differences(results: Results) -> list[str]:
    """The queries to which two stores give different answers."""
    found = []
    for name in QUERIES:
        answers = {
            (figures[name].rows, figures[name].answer)
            for figures in results.values()
            if name in figures and not figures[name].exceeds
        }
        if len(answers) > 1:
            found.append(f"{name}: {sorted(answers)}")
    return found


def write_table(results: Results) -> Iterator[str]:
    """A row a figure: the three stores and how much better ours are than rdflib."""
    head = ("", "rows", *results, *(f"rdflib:{name}" for name in results if name != RDFLIB))
    labels = list(dict.fromkeys(label for figures in results.values() for label in figures))
    lines = [head, *(_table_row(label, results) for label in labels)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for first, *rest in lines:
        cells = (cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))
        yield "  ".join((first.ljust(widths[0]), *cells)).rstrip()


def _table_row(label: str, results: Results) -> tuple[str, ...]:
    figures = [found.get(label) for found in results.values()]
    rows = next((str(figure.rows) for figure in figures if figure and figure.rows), "")
    plain = results.get(RDFLIB, {}).get(label)
    ours = [found.get(label) for name, found in results.items() if name != RDFLIB]
    cells = (_show(label, figure) for figure in figures)
    return (label, rows, *cells, *(_show_ratio(plain, figure) for figure in ours))


def _show(label: str, figure: Measured | None) -> str:
    if figure is None:
        return "-"
    bound = "> " if figure.exceeds else ""
    if label.startswith("memory"):
        return f"{figure.value:.0f} MB"
    if label.startswith("quads"):
        return f"{figure.value:.0f}"
    return f"{bound}{figure.value:.3g} ms" if figure.value < 1000 else _seconds(bound, figure)


def _seconds(bound: str, figure: Measured) -> str:
    return f"{bound}{figure.value / 1e3:.1f} s"


def _show_ratio(plain: Measured | None, ours: Measured | None) -> str:
    if plain is None or ours is None or ours.exceeds or ours.value <= 0:
        return "-"
    return f"{'>= ' if plain.exceeds else ''}{plain.value / ours.value:.3g}"


@dataclass(frozen=True, slots=True)
class Goal:
    """What was promised of one store of ours, what it comes to, and whether that is enough."""

    name: str
    store: str
    reached: float
    is_met: bool


def judge(results: Results) -> list[Goal]:
    """The promises of the project, as far as there are figures for them."""
    plain = results.get(RDFLIB, {})
    found = []
    for store, ours in results.items():
        for name in (*QUERIES, "load", "export trig"):
            if store != RDFLIB and name in ours and name in plain and not ours[name].exceeds:
                least = 100 if name == "export trig" else 10
                ratio = plain[name].value / ours[name].value
                found.append(Goal(f"{name}: {least} times", store, ratio, ratio >= least))
        if store != RDFLIB and plain:
            share = ours["memory after the queries"].value / plain["memory of the data"].value
            found.append(Goal("memory: a quarter", store, share, share <= 0.25))
        for name in ("correct an article", "rewrite an article", "rewrite a short article"):
            if name in ours:
                found.append(Goal(f"{name}: 5 ms", store, ours[name].value, ours[name].value <= 5))
    return found


def measure(options: argparse.Namespace, folder: Path) -> tuple[Archive, Results]:
    """Makes the archive and measures each store, one after the other."""
    data = folder / "archive.nq"
    archive = write_archive(data, options.quads, median=options.sentences)
    print(f"{archive.quads} quads of {archive.articles} articles", file=sys.stderr, flush=True)
    results = {}
    for store in (store for store in STORES if store not in options.skip):
        task = Task(
            store,
            str(data),
            str(folder),
            **asdict(archive),
            limit_s=options.limit,
            repeat=options.repeat,
            replacements=options.replacements,
            median=options.sentences,
            skip=tuple(options.skip),
        )
        print(f"{store} ...", file=sys.stderr, flush=True)
        results[store] = run_child(task)
    return archive, results


def read_options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Our store beside plain rdflib.")
    parser.add_argument("--quads", type=int, default=100_000)
    parser.add_argument(
        "--sentences", type=int, default=MEDIAN_SENTENCES, help="median of an article"
    )
    parser.add_argument("--repeat", type=int, default=5, help="rounds of a query, at most")
    parser.add_argument("--limit", type=float, default=600, metavar="SECONDS")
    parser.add_argument("--replacements", type=int, default=200, help="articles to replace")
    parser.add_argument(
        "--skip",
        action="append",
        default=[],
        metavar="WHAT",
        help="a store (rdflib), or one of its exports (rdflib-trig); more than once",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures")
    parser.add_argument("--folder", type=Path, help="for archive and store; else a temporary one")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def main() -> None:
    """Measures and prints."""
    options = read_options()
    if options.child:
        be_child(Task(**json.loads(options.child)))
        return
    folder = options.folder or Path(tempfile.mkdtemp(prefix="newskg-"))
    try:
        archive, results = measure(options, folder)
    finally:
        if options.folder is None:
            shutil.rmtree(folder)
    print("\n".join(write_table(results)))
    goals = judge(results)
    print()
    for goal in goals:
        verdict = "met   " if goal.is_met else "missed"
        print(f"{verdict}  {goal.store:<6}  {goal.reached:>8.3g}  {goal.name}")
    wrong = differences(results)
    if options.json:
        figures = {s: {k: asdict(v) for k, v in found.items()} for s, found in results.items()}
        report = {"archive": asdict(archive), "stores": figures, "different_answers": wrong}
        report["goals"] = [asdict(goal) for goal in goals]
        options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    if wrong:
        sys.exit("different answers: " + "; ".join(wrong))


if __name__ == "__main__":
    main()
