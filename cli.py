"""The command ``kg``: thin commands, one library call each.

Data goes to standard output, talk to standard error. Exit codes: 0 all well, 1 failure,
2 wrong usage, 3 done but something was skipped, 4 not found, 130 interrupted.
"""

from __future__ import annotations

import inspect
import io
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, Literal

import typer
from typer.core import TyperGroup

from kg import __version__
from kg.errors import InputError, KGError

if TYPE_CHECKING:
    from kg.asking.network import Network
    from kg.knowing.profiles import ProfileKey
    from kg.knowing.store import GraphStore
    from kg.lexicon import Names
    from kg.reading.articles import Skip


class _Ordered(TyperGroup):
    """Lists the commands in the order of the work, also one that has commands itself."""

    def list_commands(self, ctx: Any) -> list[str]:
        names = super().list_commands(ctx)
        names.remove("network")
        names.insert(names.index("explain"), "network")
        return names


app = typer.Typer(
    cls=_Ordered,
    help="News articles to a knowledge graph: who did what to whom, who says so, and where.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

UsageError: Any = typer.BadParameter.__mro__[2]
"""What typer raises for every wrong use; it does not export the name."""


def check_date(date: str | None) -> str | None:
    """The date as it was given. Raises BadParameter when it is none."""
    from kg.reading.articles import normal_date

    if date is not None and normal_date(date) is None:
        raise typer.BadParameter(f"{date!r} is not a date: write it as YYYY-MM-DD.")
    return date


def check_origins(sites: list[str] | None) -> list[str]:
    """Web sites as browsers name them. Raises BadParameter for what is none."""
    from kg.asking.guard import read_origin

    try:
        return [read_origin(site) for site in sites or ()]
    except KGError as error:
        raise typer.BadParameter(f"{error}.") from error


def check_filter(name: str) -> Callable[[list[str] | None], list[str]]:
    """A check of names to filter a network by: gives them back, or says which there are."""

    def check(names: list[str] | None) -> list[str]:
        if names:
            from kg.asking.network import filter_network, make_network

            wanted: dict[str, Any] = {name: names}
            try:
                filter_network(make_network({}, {}), **wanted)
            except KGError as error:
                raise typer.BadParameter(f"{error}.") from error
        return names or []

    return check


def check_period(text: str) -> str:
    """The period as it was given. Raises BadParameter when it is none."""
    from kg.asking.periods import read_period

    try:
        read_period(text)
    except KGError as error:
        raise typer.BadParameter(f"{error}.") from error
    return text


Inputs = Annotated[
    list[str],
    typer.Argument(metavar="INPUT...", help="Text or JSON Lines files, folders, or - for stdin."),
]
Language = Literal["de", "en"]
Lang = Annotated[
    Language | None, typer.Option("--lang", help="Language; found per article when not given.")
]
Published = Annotated[
    str | None,
    typer.Option(
        "--published",
        metavar="DATE",
        callback=check_date,
        help="YYYY-MM-DD, for articles without a date.",
    ),
]
Model = Annotated[
    str | None, typer.Option("--model", metavar="NAME", help="A spaCy pipeline: package or folder.")
]
NamesFile = Annotated[
    Path | None,
    typer.Option(
        "--names", metavar="FILE", help="Your own names: a table with columns names and kind."
    ),
]
To = Annotated[
    Path | None,
    typer.Option("--to", metavar="FILE", help="Write a file, whole or not at all, not stdout."),
]
StoreDir = Annotated[
    str,
    typer.Option(
        "--store", metavar="DIR|URL", help="A folder, or a SPARQL server.", envvar="KG_STORE"
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but faults.")]
ExportFormat = Literal["turtle", "trig", "nquads", "ntriples", "jsonld", "xml", "ftm", "csv"]
RdfFormat = Literal["turtle", "trig", "nquads", "ntriples", "jsonld", "xml"]
ResultFormat = Literal["table", "csv", "tsv", "json", "xml", "md", "turtle", "ntriples", "jsonld"]
StockList = Annotated[bool, typer.Option("--list", help="List the stock questions.")]
Timeout = Annotated[
    float, typer.Option("--timeout", metavar="SECONDS", min=0.1, help="Stop a query after so long.")
]
Memory = Annotated[
    int,
    typer.Option(
        "--memory", metavar="MB", min=64, max=1 << 20, help="Stop a query beyond so much."
    ),
]
RowFormat = Literal["table", "csv", "json"]
ReportFormat = Literal["text", "json"]
Layer = Literal["plain", "claim"]
Order = Literal["statements", "degree", "pagerank", "betweenness", "brokered"]

EntityName = Annotated[str, typer.Argument(metavar="NAME", help="A name, an IRI, or NAME@art:ID.")]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="Why; kept with the judgement.")]

DEFAULT_STORE = "newskg-store"


class Skips:
    """Says what is skipped, as it happens, and counts it."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, skip: Skip) -> None:
        self.count += 1
        say(f"skipped {skip.where}: {skip.why}")

    def check(self, articles: int) -> None:
        """Raises InputError when nothing at all could be read."""
        if articles == 0:
            raise InputError(f"no article could be read ({self.count} skipped)")

    def exit(self, articles: int) -> None:
        """Ends the command: code 3 when something was skipped."""
        if self.count:
            say(f"{self.count} skipped, {articles} read")
            raise typer.Exit(3)


def say(text: str) -> None:
    """One line to standard error."""
    print(f"kg: {plain(text)}", file=sys.stderr)


def plain(text: str) -> str:
    """The text in one line, without characters that steer a terminal."""
    return "".join(c if c.isprintable() else " " for c in text)


@contextmanager
def output(path: Path | None) -> Iterator[IO[bytes]]:
    """Standard output, or a file that appears whole or not at all."""
    if path is None:
        yield sys.stdout.buffer
        return
    whole = path.is_file() or not path.exists()  # not so for a pipe or device
    target = path.resolve() if whole else path
    part = target.with_name(f"{target.name}.{os.getpid()}.part") if whole else target
    try:
        with part.open("xb" if whole else "wb") as out:
            yield out
        if whole:
            part.replace(target)
    except OSError as error:
        raise KGError(f"{path}: cannot be written ({error.strerror})") from error
    finally:
        if whole:
            part.unlink(missing_ok=True)


@contextmanager
def reading(store: str) -> Iterator[GraphStore]:
    """The store, for reading; says so where a build is just now writing it."""
    from kg.knowing.store import GraphStore

    with GraphStore.open(store, read_only=True) as graph:
        if waiting := len(graph.stale_entities()):
            say(f"{waiting} entities wait for a build that is going on, or to be run again")
        yield graph


@contextmanager
def writing(store: str) -> Iterator[GraphStore]:
    """The store, for judging who is who. Raises StoreError where there is none."""
    from kg.errors import StoreError
    from kg.knowing.store import GraphStore, is_store

    if "://" not in store and not is_store(Path(store)):
        raise StoreError(f"{store}: no newskg store here; make one with kg build --store {store}")
    with GraphStore.open(store) as graph:
        graph.refresh_knowledge()
        yield graph


def print_version(wanted: bool) -> None:
    """The version, and the end."""
    if wanted:
        print(f"newskg {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=print_version, is_eager=True, help="Show version.")
    ] = False,
) -> None:
    """News articles to a knowledge graph: who did what to whom, who says so, and where."""


@app.command()
def read(
    inputs: Inputs,
    to: To = None,
    lang: Lang = None,
    published: Published = None,
    model: Model = None,
    names: NamesFile = None,
    quiet: Quiet = False,
) -> None:
    """Read articles and print what they say, one JSON record a line."""
    from kg.pipeline import Progress, pipelines, read_all, skip_languages
    from kg.reading.articles import read_articles
    from kg.records import write_record

    skips, progress, count = Skips(), Progress(None if quiet else say), 0
    known = _own_names(names) or ()
    pipeline_of = pipelines(model=model)
    articles = read_articles(inputs, lang=lang, published=published, on_skip=skips)
    articles = skip_languages(articles, pipeline_of=pipeline_of, on_skip=skips)
    ahead = "-" not in inputs  # who writes into a pipe waits for what comes out
    found = read_all(articles, pipeline_of=pipeline_of, names=known, ahead=ahead)
    with output(to) as out:
        for count, reading in enumerate(found, 1):
            for record in reading.records():
                out.write((write_record(record) + "\n").encode("utf-8"))
            out.flush()
            progress.tell(count)
        skips.check(count)
    skips.exit(count)


def _own_names(path: Path | None) -> Names | None:
    from kg.lexicon import read_names

    return None if path is None else read_names(path)


@app.command()
def triples(
    lines: Annotated[
        Path, typer.Option("--lines", metavar="FILE", help="One sentence a line; - for stdin.")
    ],
    lang: Annotated[Language, typer.Option("--lang", help="Language.")] = "de",
    model: Model = None,
) -> None:
    """Print the open triples of sentences: line, subject, relation, object, tab-separated."""
    from kg.pipeline import pipelines, read_triples

    pipeline = pipelines(model=model)(lang)
    for number, sentence in enumerate(_text(lines).split("\n"), 1):
        for triple in read_triples(plain(sentence), pipeline):
            print(number, *triple, sep="\t")


@app.command()
def build(
    inputs: Inputs,
    store: StoreDir = DEFAULT_STORE,
    lang: Lang = None,
    published: Published = None,
    model: Model = None,
    names: NamesFile = None,
    force: Annotated[bool, typer.Option("--force", help="Read again what is known.")] = False,
    quiet: Quiet = False,
) -> None:
    """Read articles into a store; an article that is already there adds nothing.

    INPUT may also be what `kg read` wrote: then nothing is parsed again. Ctrl-C ends the
    build after the article at hand; run it again to go on.
    """
    from kg.pipeline import Progress, build_store, pipelines

    skips = Skips()
    result = build_store(
        inputs,
        store=store,
        lang=lang,
        published=published,
        pipeline_of=pipelines(model=model),
        on_skip=skips,
        force=force,
        names=_own_names(names),
        progress=Progress(None if quiet else say),
    )
    if result.interrupted or not quiet:
        say(str(result))
    if result.lost_judgements:
        lost = result.lost_judgements
        what = "1 judgement" if lost == 1 else f"{lost} judgements"
        say(f"{what} will no longer count: the file beside {store} is gone")
    if result.interrupted:
        raise typer.Exit(130)
    skips.check(result.seen)
    skips.exit(result.seen)


@app.command()
def query(
    sparql: Annotated[str | None, typer.Argument(help="SPARQL, or - for stdin.")] = None,
    store: StoreDir = DEFAULT_STORE,
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE", help="Read SPARQL from a file.")
    ] = None,
    ask: Annotated[
        str | None, typer.Option("--ask", metavar="NAME", help="A stock question by name.")
    ] = None,
    bind: Annotated[
        list[str] | None,
        typer.Option(
            "--bind",
            metavar="NAME=VALUE",
            help="Value of a variable: a text as it stands (also a number), kg:Name or <IRI>, "
            '"text"@de, "5"^^xsd:integer.',
        ),
    ] = None,
    stock: StockList = False,
    format: Annotated[
        ResultFormat,
        typer.Option(
            "--format",
            help="How to answer; in csv a text that begins like a formula gets a ' in front.",
        ),
    ] = "table",
    timeout: Timeout = 60,
    memory: Memory = 2048,
) -> None:
    """Ask the store in SPARQL, or one of the stock questions."""
    if stock:
        from kg.asking.queries import list_stock_queries

        print(list_stock_queries())
        return
    if sum(given is not None for given in (sparql, file, ask)) > 1:
        raise typer.BadParameter("one question at a time: SPARQL, --file or --ask.")
    values = dict(_binding(pair) for pair in bind or ())
    text = None if ask else _sparql(sparql, file)
    _answer(store, text, ask, values=values, format=format, timeout=timeout, memory=memory)


def _answer(
    store: str,
    text: str | None,
    stock: str | None,
    *,
    values: dict[str, str],
    format: str,
    timeout: float,
    memory: int,
) -> None:
    """Prints the answer to SPARQL or a stock question; a server has limits of its own."""
    if "://" in store:
        _answer_by_server(store, text, stock, values=values, format=format)
        return
    from kg.asking.workers import Limits, QueryWorker

    limits = Limits(timeout_s=timeout, memory_mb=memory, result_mb=memory // 8)
    with QueryWorker(Path(store), limits=limits) as worker, output(None) as out:
        # the worker starts up while the rest is loaded here
        from kg.asking.queries import ask_worker, fill_stock_query, find_stock_query

        if text is None:
            text, values = fill_stock_query(find_stock_query(stock or ""), values), {}
        for piece in ask_worker(worker, text, values=values, format=format):
            out.write(piece)


def _answer_by_server(
    address: str, text: str | None, stock: str | None, *, values: dict[str, str], format: str
) -> None:
    from kg.asking.queries import run_query, run_stock_query, write_result
    from kg.knowing.store import GraphStore

    with GraphStore.open(address, read_only=True) as graph:
        if text is None:
            result = run_stock_query(graph, stock or "", values=values)
        else:
            result = run_query(graph, text, values=values)
    print(write_result(result, format), end="")


@app.command()
def ask(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Which question; --list shows them.")
    ] = None,
    param: Annotated[
        list[str] | None,
        typer.Option("--param", metavar="NAME=VALUE", help="Value of a parameter."),
    ] = None,
    store: StoreDir = DEFAULT_STORE,
    stock: StockList = False,
    show: Annotated[bool, typer.Option("--show", help="Print the SPARQL, ask nothing.")] = False,
    format: Annotated[ResultFormat, typer.Option("--format", help="How to answer.")] = "table",
    timeout: Timeout = 60,
    memory: Memory = 2048,
) -> None:
    """Ask one of the stock questions by name."""
    from kg.asking.queries import fill_stock_query, find_stock_query, list_stock_queries

    if stock:
        print(list_stock_queries())
        return
    if name is None:
        raise typer.BadParameter("name a question (kg ask --list shows them).")
    values = dict(_binding(pair, option="--param") for pair in param or ())
    question = fill_stock_query(find_stock_query(name), values)
    if show:
        print(question, end="")
        return
    _answer(store, question, None, values={}, format=format, timeout=timeout, memory=memory)


def _binding(pair: str, *, option: str = "--bind") -> tuple[str, str]:
    name, equals, value = pair.partition("=")
    if not equals:
        raise typer.BadParameter(f"{pair!r}: write it as NAME=VALUE.", param_hint=f"'{option}'")
    return name.lstrip("?$"), value


def _sparql(text: str | None, file: Path | None) -> str:
    if text is None and file is None and sys.stdin.isatty():
        raise typer.BadParameter("give SPARQL, --file FILE, or --ask NAME (--list shows them).")
    if file is None and text not in {None, "-"}:
        return text or ""
    return _text(file or Path("-"))


def _text(path: Path) -> str:
    """The text of a file, or of standard input for ``-``, without a byte order mark."""
    from kg.pipeline import read_text

    if path != Path("-"):
        return read_text(path).removeprefix("\ufeff")
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"standard input: not UTF-8 (byte {error.start})") from error


@app.command()
def export(
    store: StoreDir = DEFAULT_STORE,
    format: Annotated[ExportFormat, typer.Option("--format", help="How to write it.")] = "turtle",
    to: To = None,
    article: Annotated[
        list[str] | None, typer.Option("--article", metavar="ID", help="Only these articles.")
    ] = None,
    entity: Annotated[
        str | None,
        typer.Option("--entity", metavar="NAME|IRI", help="Only what concerns this one."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since", metavar="DATE", callback=check_date, help="Published that day or later."
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="DATE", callback=check_date, help="Published before it."),
    ] = None,
) -> None:
    """Write the graph, or a part of it; the same graph is always the same bytes.

    RDF, FollowTheMoney entities (ftm), or a table with a row a statement (csv: a text that a
    spreadsheet would take for a formula gets a ' in front). Parts can be combined.
    """
    from kg.knowing.exports import export_graph
    from kg.knowing.scopes import Scope
    from kg.reading.articles import normal_date

    scope = Scope(tuple(article or ()), entity, normal_date(since), normal_date(until))
    with reading(store) as graph, output(to) as out:
        export_graph(graph, format, out, scope=scope)


@app.command("import")
def import_(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="RDF files, also .gz; or - for stdin.")
    ],
    store: StoreDir = DEFAULT_STORE,
    format: Annotated[
        RdfFormat | None, typer.Option("--format", help="Told by the name when not given.")
    ] = None,
    graph: Annotated[
        str | None,
        typer.Option("--graph", metavar="IRI", help="Where triples without a graph go."),
    ] = None,
    max_mb: Annotated[
        int, typer.Option("--max-mb", min=1, help="Largest size of a file, unpacked.")
    ] = 4096,
    quiet: Quiet = False,
) -> None:
    """Take RDF into a store: each file whole or not at all; the same file twice adds nothing.

    Quads keep their graphs. Triples without one go to --graph, or to a graph that is named
    after the file's content. Nothing is fetched from anywhere. On a server a file goes in
    pieces: where it broke off, import it again.
    """
    from kg.knowing.imports import find_format, import_files
    from kg.knowing.store import GraphStore

    for file in files:
        find_format(file, format)
    with GraphStore.open(store) as target:
        try:
            for found in import_files(target, files, format=format, graph=graph, max_mb=max_mb):
                if not quiet:
                    say(f"{found.source}: {found.quads} quads, {found.articles} articles")
        finally:
            target.refresh_knowledge()


# --- the network of actors

FILTERS: Mapping[str, tuple[Any, Any]] = {
    "layer": (
        Annotated[
            Layer | None, typer.Option("--layer", help="What articles assert, or what they report.")
        ],
        None,
    ),
    "min_count": (
        Annotated[int, typer.Option("--min-count", min=1, help="Least statements an edge.")],
        1,
    ),
    "since": (
        Annotated[
            str | None,
            typer.Option(
                "--since", metavar="DATE", callback=check_date, help="Published that day or later."
            ),
        ],
        None,
    ),
    "until": (
        Annotated[
            str | None,
            typer.Option(
                "--until", metavar="DATE", callback=check_date, help="Published before it."
            ),
        ],
        None,
    ),
    "event_types": (
        Annotated[
            list[str] | None,
            typer.Option(
                "--event",
                metavar="TYPE",
                callback=check_filter("event_types"),
                help="Only events of this type: Consult, Assault ...; may be given again.",
            ),
        ],
        None,
    ),
    "quads": (
        Annotated[
            list[str] | None,
            typer.Option(
                "--quad",
                metavar="CLASS",
                callback=check_filter("quads"),
                help="conflict, cooperation, or with verbal or material in front.",
            ),
        ],
        None,
    ),
    "kinds": (
        Annotated[
            list[str] | None,
            typer.Option(
                "--kind",
                metavar="KIND",
                callback=check_filter("kinds"),
                help="Only between actors of this kind: Person, State ...",
            ),
        ],
        None,
    ),
    "min_confidence": (
        Annotated[
            float,
            typer.Option("--min-confidence", min=0, max=1, help="Only statements as sure as this."),
        ],
        0.0,
    ),
    "place": (
        Annotated[
            str | None,
            typer.Option("--place", metavar="NAME", help="Only what happens there, or in it."),
        ],
        None,
    ),
    "ego": (
        Annotated[
            str | None, typer.Option("--ego", metavar="NAME", help="Only what is around an actor.")
        ],
        None,
    ),
    "radius": (
        Annotated[int, typer.Option("--radius", min=1, help="How many edges around it.")],
        1,
    ),
}
"""The options of all of `kg network` that choose a part of it: type and default."""

SHARED: Mapping[str, tuple[Any, Any]] = {
    "store": (StoreDir, DEFAULT_STORE),
    **FILTERS,
    "unnamed": (Annotated[bool, typer.Option("--unnamed", help="Unnamed actors too.")], False),
    "top": (
        Annotated[int | None, typer.Option("--top", metavar="N", min=1, help="First rows only.")],
        None,
    ),
    "format": (Annotated[RowFormat, typer.Option("--format", help="How to print it.")], "table"),
}
"""All options that the commands of `kg network` share; they go before a command or after it."""

NOBODY = "no actor acts on another in this store, or passes the filters (--unnamed shows more)"

ROWS_A_TABLE = 20
"""How many rows a table shows, of each sort of row, unless --top says otherwise."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a command of `kg network` is about: the whole, the part of it, how to print."""

    whole: Network
    filters: Mapping[str, Any]
    format: str
    top: int | None

    def part(self, **more: Any) -> Network:
        """What the filters leave of the network, with more of them or others."""
        from kg.asking.network import filter_network

        return filter_network(self.whole, **{**self.filters, **more})

    def find(self, part: Network, name: str) -> str:
        """The IRI of an actor that goes by a name and is in this part."""
        from kg.asking.network import find_in_part

        return find_in_part(part, self.whole, name)

    def show(
        self, rows: Sequence[dict[str, Any]], *, sort: str = "", empty: str | None = None
    ) -> None:
        """Prints rows; a table leaves out IRIs, and what comes after the first rows of a sort."""
        most = self.top or (ROWS_A_TABLE if self.format == "table" else len(rows))
        counts: Counter[object] = Counter()
        shown = []
        for row in rows:
            counts[row.get(sort)] += 1
            if counts[row.get(sort)] <= most:
                shown.append(row)
        if self.format == "table":
            shown = [{k: v for k, v in row.items() if not k.endswith("iri")} for row in shown]
        self.print(shown, empty=empty)
        if self.top is None and len(shown) < len(rows):
            say(f"{len(rows) - len(shown)} more rows (--top {max(counts.values())} shows all)")

    def print(self, rows: Sequence[Mapping[str, Any]], *, empty: str | None = None) -> None:
        """Prints rows as they are; says something where there are none."""
        from kg.asking.queries import write_rows

        print(write_rows(rows, self.format), end="")
        if not rows:
            say(empty or NOBODY)


def with_network(command: Callable[..., None]) -> Callable[..., None]:
    """The command with all options that are SHARED; it gets what was Asked."""
    own = list(inspect.signature(command, eval_str=True).parameters.values())[1:]
    kind = inspect.Parameter.KEYWORD_ONLY

    @wraps(command)
    def wrapped(ctx: typer.Context, **given: Any) -> None:
        shared = {name: given.pop(name) for name in SHARED}
        if ctx.invoked_subcommand is None:
            command(_read_asked(_join_options(ctx, shared)), **given)
        elif any(given[name] is not None for name in ("png", "svg", "html")):
            raise typer.BadParameter("pictures and pages go without a command; --ego draws a part.")

    parameters = [
        inspect.Parameter("ctx", kind, annotation=typer.Context),
        *(p.replace(kind=kind) for p in own),
        *(
            inspect.Parameter(name, kind, default=default, annotation=annotation)
            for name, (annotation, default) in SHARED.items()
        ),
    ]
    wrapped.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    wrapped.__annotations__ = {p.name: p.annotation for p in parameters}
    return wrapped


def _join_options(ctx: typer.Context, shared: dict[str, Any]) -> dict[str, Any]:
    """The options as they stand after the command's name, else before it."""
    earlier = ctx.parent.params if ctx.parent else {}
    for name, value in shared.items():
        source = ctx.get_parameter_source(name)
        if source is None or source.name != "COMMANDLINE":
            shared[name] = earlier.get(name, value)
    return shared


def _read_asked(shared: Mapping[str, Any]) -> Asked:
    from kg.asking.network import read_network
    from kg.reading.articles import normal_date

    with reading(shared["store"]) as graph:
        select: Any = graph.query  # all that is asked are SELECTs
        whole = read_network(select, local=shared["unnamed"], names=graph.names)
    filters = {name: shared[name] for name in FILTERS if shared[name] is not None}
    filters |= {end: normal_date(shared[end]) for end in ("since", "until")}
    return Asked(whole, filters, shared["format"], shared["top"])


network_app = typer.Typer(rich_markup_mode=None)
app.add_typer(network_app, name="network")


Title = Annotated[str | None, typer.Option("--title", help="Title of picture and page.")]
PictureLang = Annotated[Language, typer.Option("--lang", help="Language of picture and page.")]
ThemeOf = Annotated[Literal["light", "dark"], typer.Option("--theme", help="Light or dark.")]
HandOver = Literal["gexf", "graphml", "cytoscape", "csv", "ftm"]


@network_app.callback(invoke_without_command=True)
@with_network
def network(
    asked: Asked,
    png: Annotated[
        Path | None, typer.Option("--png", metavar="FILE", help="Draw a picture.")
    ] = None,
    svg: Annotated[
        Path | None, typer.Option("--svg", metavar="FILE", help="Draw a vector picture.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write one offline page.")
    ] = None,
    title: Title = None,
    lang: PictureLang = "de",
    theme: ThemeOf = "light",
    colour: Annotated[
        Literal["kind", "community"], typer.Option("--colour", help="What colours tell.")
    ] = "kind",
) -> None:
    """Who acts on whom, with counts; as a table, a picture, or a page that works offline.

    The commands below measure and explore it. Every option that chooses a part goes with them too.
    """
    from kg.asking.network import edge_rows

    found = asked.part()
    name = title or _title(lang)
    for picture in filter(None, (png, svg)):
        from kg.asking.pictures import write_picture

        write_picture(found, picture, title=name, lang=lang, theme=theme, colour=colour)
    if html is not None:
        from kg.asking.pages import write_page

        write_page(found, html, title=name, lang=lang)
    if not (png or svg or html):
        asked.print(edge_rows(found)[: asked.top])
    elif not found.edges:
        say(NOBODY)


Name = Annotated[str, typer.Argument(metavar="NAME", help="A name, alias or IRI of an actor.")]
Period = Annotated[
    str,
    typer.Argument(
        metavar="PERIOD",
        callback=check_period,
        help="2019-01-01..2019-07-01 (half-open), 2019-03 or 2019.",
    ),
]


@network_app.command("stats")
@with_network
def network_stats(asked: Asked) -> None:
    """How large, how dense, how much conflict, how much is claimed."""
    from kg.asking.measures import stat_rows

    asked.print(stat_rows(asked.part()))


@network_app.command("central")
@with_network
def network_central(
    asked: Asked,
    by: Annotated[Order, typer.Option("--by", help="What to rank by.")] = "statements",
) -> None:
    """Who is in the middle, and who connects others.

    Statements is the weighted degree, degree counts the other actors. PageRank is high where
    those act on who are much acted on; betweenness is the share of shortest ways that lead
    through an actor; brokered counts pairs of its neighbours that have no edge.
    """
    from kg.asking.measures import SAMPLE_SIZE, central_rows, is_sampled

    part = asked.part()
    asked.show(central_rows(part, by=by))
    if is_sampled(len(part)):
        some = min(SAMPLE_SIZE, len(part))
        say(
            f"betweenness is estimated from the ways of {some} actors of {len(part)}; "
            "pip install 'newskg[fast]' computes it"
        )


@network_app.command("communities")
@with_network
def network_communities(
    asked: Asked,
    members: Annotated[bool, typer.Option("--members", help="One row an actor.")] = False,
) -> None:
    """Who belongs together, called by the leading actors.

    Groups have more statements inside than to others (Louvain); score is the mean inside.
    """
    from kg.asking.measures import community_rows, member_rows

    asked.show((member_rows if members else community_rows)(asked.part()))


@network_app.command("path")
@with_network
def network_path(asked: Asked, one: Name, other: Name) -> None:
    """How two actors hang together, a sentence for every step.

    The shortest way has the fewest edges, the strongest those with most statements.
    """
    from kg.asking.paths import path_rows, tell_path

    part = asked.part()
    rows = path_rows(part, asked.find(part, one), asked.find(part, other))
    if asked.format != "table":
        asked.print(rows)
        return
    for line in tell_path(rows).splitlines():
        print(plain(line))


@network_app.command("ego")
@with_network
def network_ego(asked: Asked, name: Name) -> None:
    """What is around an actor.

    Its own edges are at distance 0, those between its neighbours at 1; --radius goes further.
    """
    from kg.asking.paths import ego_rows

    part = asked.part()
    asked.show(ego_rows(part, asked.find(part, name), radius=asked.filters["radius"]))


@network_app.command("compare")
@with_network
def network_compare(asked: Asked, before: Period, after: Period) -> None:
    """Two periods: who is new, who is gone, who moved in rank.

    Articles count by the day they were published; the end of a period does not belong to it.
    Ranks count statements; actors with equally many share one.
    """
    from kg.asking.periods import compare_rows, read_period

    pair = [dict(zip(("since", "until"), read_period(p), strict=True)) for p in (before, after)]
    rows = compare_rows(*(asked.part(**period) for period in pair))
    asked.show(rows, sort="change", empty="nobody in either period")
    counts = Counter(row["change"] for row in rows)
    if counts:
        say(", ".join(f"{count} {change}" for change, count in counts.items()))


@network_app.command("balance")
@with_network
def network_balance(asked: Asked) -> None:
    """Who is with whom, who against whom, which threes clash.

    By the mean score of the statements between two actors. In an unbalanced triangle friends
    have different enemies, or all three are in conflict.
    """
    from kg.asking.balances import balance_rows, count_triangles, sign_network

    part = asked.part()
    empty = "no event of a known type between two actors" if part else None
    asked.show(balance_rows(part), sort="finding", empty=empty)
    balanced, unbalanced = count_triangles(sign_network(part))
    say(f"{balanced} balanced triangles, {unbalanced} unbalanced")


@network_app.command("timeline")
@with_network
def network_timeline(
    asked: Asked,
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="A name, alias or IRI; all when left out."),
    ] = None,
    picture: Annotated[
        Path | None, typer.Option("--picture", metavar="FILE", help="Draw it: .png or .svg.")
    ] = None,
    title: Title = None,
    lang: PictureLang = "de",
    theme: ThemeOf = "light",
) -> None:
    """Month by month: events and claims, conflict, cooperation."""
    from kg.asking.periods import timeline_rows

    part = asked.part()
    actor = None if name is None else asked.find(part, name)
    if picture is None:
        asked.print(timeline_rows(part, actor))
        return
    from kg.asking.charts import write_timeline

    shown = title or (part.nodes[actor]["label"] if actor else _title(lang))
    write_timeline(part, picture, title=shown, actor=actor, lang=lang, theme=theme)


def _title(lang: Language) -> str:
    return "Wer handelt an wem" if lang == "de" else "Who acts on whom"


@network_app.command("matrix")
@with_network
def network_matrix(
    asked: Asked,
    picture: Annotated[Path, typer.Argument(metavar="FILE", help="The picture: .png or .svg.")],
    title: Title = None,
    lang: PictureLang = "de",
    theme: ThemeOf = "light",
) -> None:
    """Draw who acts on whom as a matrix of actors."""
    from kg.asking.charts import write_matrix

    write_matrix(asked.part(), picture, title=title or _title(lang), lang=lang, theme=theme)


@network_app.command("export")
@with_network
def network_export(
    asked: Asked,
    to: Annotated[Path, typer.Argument(metavar="FILE", help="The file; for csv a folder.")],
    kind: Annotated[
        HandOver, typer.Option("--as", help="For Gephi, yEd, Cytoscape, spreadsheets, Aleph.")
    ] = "gexf",
    title: Title = None,
    lang: PictureLang = "de",
) -> None:
    """Write it for Gephi, yEd, Cytoscape, a spreadsheet or Aleph.

    Claims stay apart from what articles assert. ``--as csv`` writes a folder of three tables.
    """
    from kg.asking.handovers import write_handover

    write_handover(asked.part(), to, kind, title=title or _title(lang))


@app.command()
def explain(
    target: Annotated[
        list[str],
        typer.Argument(metavar="NAME | S P O", help="An IRI, prefixed name or name; or a triple."),
    ],
    store: StoreDir = DEFAULT_STORE,
) -> None:
    """Show where a fact comes from: statement, rule, sentence, article."""
    from kg.knowing.explain import explain as explain_target
    from kg.knowing.explain import find_named, write_candidates, write_explanation

    if len(target) not in {1, 3}:
        raise typer.BadParameter("give one IRI or name, or a triple of three.")
    with reading(store) as graph:
        if len(target) == 3:
            print(write_explanation(explain_target(graph, (target[0], target[1], target[2]))))
            return
        found = find_named(graph, target[0])
        if len(found) == 1:
            print(write_explanation(explain_target(graph, found[0])))
        else:
            say(f"{len(found)} entities have this name; explain one of them")
            print(write_candidates(graph, found))


@app.command()
def same(
    one: EntityName, other: EntityName, store: StoreDir = DEFAULT_STORE, why: Why = ""
) -> None:
    """Say that two entities are one; it holds for all times, also when the store is built anew.

    NAME is a name, an IRI, or either with @art:ID for the entity as one article has it.
    """
    _judge("same", one, other, store=store, why=why)


@app.command()
def differ(
    one: EntityName, other: EntityName, store: StoreDir = DEFAULT_STORE, why: Why = ""
) -> None:
    """Say that two entities are not one: name the odd one first, as NAME@art:ID where both go
    by one name.
    """
    _judge("different", one, other, store=store, why=why)


def _judge(verdict: str, one: str, other: str, *, store: str, why: str) -> None:
    from kg.knowing.judgements import judgements_path
    from kg.knowing.reviewing import is_overruled, judge

    with writing(store) as graph:
        found = judge(graph, verdict, one, other, who=_user(), why=why)
        say(
            f"{found.one_name} and {found.other_name}: {verdict}; {graph.count_entities()} entities"
        )
        if is_overruled(graph, found):
            say("but other judgements say that they are one, over a third; take one of those back")
    say(f"kept in {judgements_path(Path(store))}; kg undo takes it back")


@app.command()
def undo(store: StoreDir = DEFAULT_STORE) -> None:
    """Take the latest judgement back."""
    from kg.knowing.reviewing import undo as take_back

    with writing(store) as graph:
        found = take_back(graph, who=_user())
        say(f"{found.one_name} and {found.other_name}: no longer judged {found.verdict}")


@app.command()
def review(
    store: StoreDir = DEFAULT_STORE,
    show: Annotated[bool, typer.Option("--list", help="List the pairs, ask nothing.")] = False,
    format: Annotated[RowFormat, typer.Option("--format", help="How to list them.")] = "table",
) -> None:
    """Walk through the pairs in doubt: who may be one, with sentences; one key decides each.

    s same, d different, u unsure (do not ask again), n next, q quit.
    """
    from kg.asking.queries import write_rows
    from kg.knowing.reviewing import list_questions, question_row

    with writing(store) as graph:
        if show:
            print(write_rows([question_row(q) for q in list_questions(graph)], format), end="")
        else:
            _walk(graph)


_KEYS = {"s": "same", "d": "different", "u": "unsure"}


def _walk(graph: GraphStore) -> None:
    """Asks about each pair in doubt; what is judged meanwhile is not asked again."""
    from kg.knowing.reviewing import count_questions, list_questions, record, write_question

    say(f"{count_questions(graph)} pairs in doubt")
    seen: set[tuple[ProfileKey, ProfileKey]] = set()
    while True:
        question = next(list_questions(graph, asked=seen), None)
        if question is None:
            return
        seen.add((question.one.key, question.other.key))
        for line in write_question(question).splitlines():
            print(plain(line))
        key = _read_key()
        if key == "q":
            return
        if key in _KEYS:
            record(graph, _KEYS[key], question.one.key, question.other.key, who=_user())
            say(_KEYS[key])


def _read_key() -> str:
    """One key of s d u n q, from the terminal or from standard input; q at its end."""
    say("s same, d different, u unsure, n next, q quit")
    while True:
        key = typer.getchar() if sys.stdin.isatty() else sys.stdin.read(1)
        if key in {"", "\x04"}:
            return "q"
        if key.lower() in {"s", "d", "u", "n", "q"}:
            return key.lower()


def _user() -> str:
    """Who judges: ``KG_WHO``, or the name of the account."""
    import getpass

    try:
        return os.environ.get("KG_WHO", "").strip() or getpass.getuser()
    except (KeyError, OSError):
        return "somebody"


@app.command()
def validate(
    store: StoreDir = DEFAULT_STORE,
    format: Annotated[ReportFormat, typer.Option("--format", help="How to report.")] = "text",
    quiet: Quiet = False,
) -> None:
    """Check the graph against its SHACL shapes, in plain words."""
    from kg.knowing.shapes import validate as validate_store
    from kg.knowing.shapes import write_violations
    from kg.pipeline import Progress

    progress = Progress(None if quiet else say)
    with reading(store) as graph:
        found = validate_store(graph, on_article=lambda number, _: progress.tell(number))
    for line in write_violations(found, format).splitlines():
        print(plain(line))
    if found or not quiet:
        say(f"{len(found)} violations" if found else "the graph conforms to its shapes")
    if found:
        raise typer.Exit(1)


@app.command("check-store")
def check_store(
    store: StoreDir = DEFAULT_STORE,
    repair: Annotated[
        bool, typer.Option("--repair", help="Mend what can be mended without reading again.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Verify a store: every article whole, every entity as the articles have it."""
    from kg.knowing.checks import check_store as find_faults
    from kg.knowing.store import GraphStore
    from kg.pipeline import Progress

    progress = Progress(None if quiet else say)
    with GraphStore.open(store, read_only=not repair, catch_up=False) as graph:
        left = 0
        for finding in find_faults(graph, repair=repair, tell=progress.tell):
            left += not (finding.mended or finding.harmless)
            print(plain(str(finding)), flush=True)
        articles, entities = len(graph.article_ids()), graph.count_entities()
    faults = "1 fault" if left == 1 else f"{left or 'no'} faults"
    say(f"{articles} articles, {entities} entities: {faults}{' left' * repair}")
    if left:
        raise typer.Exit(1)


@app.command()
def doctor(
    model: Annotated[
        list[str] | None,
        typer.Option(
            "--model", metavar="NAME", help="Look at this pipeline too: package or folder."
        ),
    ] = None,
    format: Annotated[ReportFormat, typer.Option("--format", help="How to report.")] = "text",
) -> None:
    """List the language pipelines found here, and whether they fit."""
    from kg.reading.models import checkup_as_json, examine, write_checkup

    checkup = examine(model or ())
    written = checkup_as_json(checkup) if format == "json" else write_checkup(checkup)
    for line in written.splitlines():
        print(plain(line))
    unfit = [m.name for m in checkup.models if m.name in (model or ()) and not m.fits]
    for name in unfit:
        say(f"pipeline {name!r} does not fit")
    if unfit or "de" in checkup.missing:
        raise typer.Exit(1)


@app.command()
def serve(
    store: StoreDir = DEFAULT_STORE,
    host: Annotated[
        str, typer.Option("--host", help="Where to listen; more than this machine only if named.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Port; 0 takes a free one.")
    ] = 8000,
    name: Annotated[
        list[str] | None,
        typer.Option("--name", metavar="HOST", help="A host name it goes by beside --host."),
    ] = None,
    cors: Annotated[
        list[str] | None,
        typer.Option(
            "--cors",
            metavar="ORIGIN",
            callback=check_origins,
            help="A web site whose pages may ask; * for all.",
        ),
    ] = None,
    allow_update: Annotated[
        bool, typer.Option("--allow-update", help="Take updates from who sends KG_TOKEN.")
    ] = False,
    timeout: Timeout = 30,
    memory: Memory = 2048,
    workers: Annotated[
        int, typer.Option("--workers", metavar="N", min=1, max=64, help="Queries at a time.")
    ] = 2,
) -> None:
    """Show the store in a browser, and answer SPARQL; reads only, unless told otherwise."""
    from kg.asking.service import serve as serve_store
    from kg.asking.workers import Limits

    token = os.environ.get("KG_TOKEN", "").strip()
    if allow_update and not token:
        raise typer.BadParameter("set KG_TOKEN to the token that an update must send.")
    serve_store(
        store,
        host=host,
        port=port,
        token=token if allow_update else None,
        hosts=name or (),
        origins=cors or (),
        limits=Limits(timeout_s=timeout, memory_mb=memory),
        workers=workers,
        say=say,
    )


def main() -> None:
    """Run the command; what a user can cause ends in one line."""
    _prepare_streams()
    try:
        code = run(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        code = 1
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        code = 1
        say(": ".join(str(part) for part in (error.filename, error.strerror or error) if part))
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Runs one command and gives its exit code."""
    try:
        result = app(arguments or ["--help"], prog_name="kg", standalone_mode=False)
    except UsageError as error:
        path = error.ctx.command_path if error.ctx else "kg"
        say(f"{error.format_message()} ({path} --help shows how)")
        return int(error.exit_code)
    except KGError as error:
        say(str(error))
        for line in getattr(error, "excerpt", "").splitlines():
            print(f"    {plain(line)}", file=sys.stderr)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        result = 130
    if result == 130:
        say("interrupted")
    return int(result or 0)


def _prepare_streams() -> None:
    """Data is UTF-8 whatever the terminal says; a closed stream is an empty one."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


if __name__ == "__main__":
    main()
