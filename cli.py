"""The command ``kg``: thin commands, one library call each.

Data goes to standard output, talk to standard error. Exit codes: 0 all well, 1 failure,
2 wrong usage, 3 done but something was skipped, 4 not found, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from kg import __version__
from kg.errors import InputError, KGError

if TYPE_CHECKING:
    from kg.reading.articles import Skip

app = typer.Typer(
    help="News articles to a knowledge graph: who did what to whom, who says so, and where.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Inputs = Annotated[
    list[str],
    typer.Argument(metavar="INPUT...", help="Text or JSON Lines files, folders, or - for stdin."),
]
StoreDir = Annotated[
    Path, typer.Option("--store", help="The store's directory.", envvar="KG_STORE")
]
Lang = Annotated[
    str | None, typer.Option("--lang", help="de or en; found per article when not given.")
]
Published = Annotated[
    str | None,
    typer.Option("--published", metavar="DATE", help="YYYY-MM-DD, for articles without a date."),
]
Model = Annotated[
    str | None, typer.Option("--model", help="A spaCy pipeline, by name or folder.")
]
To = Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Instead of stdout.")]

DEFAULT_STORE = Path("newskg-store")


class Skips:
    """Says what is skipped, as it happens, and counts it."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, skip: Skip) -> None:
        self.count += 1
        say(f"skipped {skip.where}: {skip.why}")

    def exit(self, articles: int) -> None:
        """Ends the command: 1 when nothing could be read, 3 when something was skipped."""
        if articles == 0:
            raise InputError(f"no article could be read ({self.count} skipped)")
        if self.count:
            say(f"{self.count} skipped, {articles} read")
            raise typer.Exit(3)


def say(text: str) -> None:
    """One line to standard error."""
    print(f"kg: {text}", file=sys.stderr)


@contextmanager
def output(path: Path | None) -> Iterator[IO[bytes]]:
    """Standard output, or a file that appears whole or not at all."""
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as out:
            yield out
        part.replace(path)
    except OSError as error:
        raise KGError(f"{path}: cannot be written ({error.strerror})") from error
    finally:
        part.unlink(missing_ok=True)


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
) -> None:
    """Read articles and print what they say, one JSON record a line."""
    from kg.pipeline import pipelines, read_all
    from kg.reading.articles import read_articles
    from kg.records import write_record

    skips = Skips()
    articles = read_articles(inputs, lang=lang, published=published, on_skip=skips)
    count = 0
    with output(to) as out:
        for reading in read_all(articles, pipeline_of=pipelines(model=model)):
            count += 1
            for record in reading.records():
                out.write((write_record(record) + "\n").encode("utf-8"))
            out.flush()
    skips.exit(count)


@app.command()
def triples(
    lines: Annotated[Path, typer.Option("--lines", metavar="FILE", help="One sentence a line.")],
    lang: Annotated[str, typer.Option("--lang", help="de or en.")] = "de",
    model: Model = None,
) -> None:
    """Print the open triples of sentences: line, subject, relation, object, tab-separated."""
    from kg.pipeline import pipelines, read_text, read_triples

    pipeline = pipelines(model=model)(lang)
    for number, sentence in enumerate(read_text(lines).splitlines(), 1):
        for triple in read_triples(sentence, pipeline):
            print(number, *triple, sep="\t")


@app.command()
def build(
    inputs: Inputs,
    store: StoreDir = DEFAULT_STORE,
    lang: Lang = None,
    published: Published = None,
    model: Model = None,
    force: Annotated[bool, typer.Option("--force", help="Read again what is known.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress.")] = False,
) -> None:
    """Read articles into a store; an article that is already there adds nothing.

    INPUT may also be what `kg read` wrote: then nothing is parsed again.
    """
    from kg.pipeline import Progress, build_store, pipelines

    skips = Skips()
    progress = Progress(None if quiet else say)
    result = build_store(
        inputs,
        store=store,
        lang=lang,
        published=published,
        pipeline_of=pipelines(model=model),
        on_skip=skips,
        force=force,
        progress=progress,
    )
    say(str(result))
    if result.interrupted:
        raise typer.Exit(130)
    skips.exit(result.seen)


@app.command()
def query(
    sparql: Annotated[str | None, typer.Argument(help="SPARQL, or - for stdin.")] = None,
    store: StoreDir = DEFAULT_STORE,
    file: Annotated[Path | None, typer.Option("--file", help="Read SPARQL from a file.")] = None,
    ask: Annotated[str | None, typer.Option("--ask", help="A stock question by name.")] = None,
    bind: Annotated[
        list[str] | None, typer.Option("--bind", metavar="NAME=VALUE", help="Value of a variable.")
    ] = None,
    stock: Annotated[bool, typer.Option("--list", help="List the stock questions.")] = False,
    format: Annotated[str, typer.Option("--format", help="table, csv, json or turtle.")] = "table",
) -> None:
    """Ask the store in SPARQL, or one of the stock questions."""
    from kg.asking.queries import list_stock_queries, run_query, run_stock_query, write_result
    from kg.knowing.store import GraphStore

    if stock:
        print(list_stock_queries())
        return
    values = dict(_binding(pair) for pair in bind or ())
    with GraphStore.open(store, read_only=True) as graph:
        if ask is not None:
            result = run_stock_query(graph, ask, values=values)
        else:
            result = run_query(graph, _sparql(sparql, file), values=values)
        print(write_result(result, format), end="")


def _binding(pair: str) -> tuple[str, str]:
    name, equals, value = pair.partition("=")
    if not equals:
        raise KGError(f"--bind {pair!r}: write it as NAME=VALUE")
    return name.lstrip("?$"), value


def _sparql(text: str | None, file: Path | None) -> str:
    if file is not None:
        from kg.pipeline import read_text

        return read_text(file)
    if text is None or text == "-":
        return sys.stdin.read()
    return text


@app.command()
def export(
    store: StoreDir = DEFAULT_STORE,
    format: Annotated[
        str, typer.Option("--format", help="turtle, trig, nquads, ntriples, jsonld or xml.")
    ] = "turtle",
    to: To = None,
) -> None:
    """Write the whole graph in an RDF format; the same graph is always the same bytes."""
    from kg.knowing.store import GraphStore

    with GraphStore.open(store, read_only=True) as graph, output(to) as out:
        graph.export(format, out)


@app.command()
def network(
    store: StoreDir = DEFAULT_STORE,
    png: Annotated[Path | None, typer.Option("--png", help="Draw a picture.")] = None,
    svg: Annotated[Path | None, typer.Option("--svg", help="Draw a vector picture.")] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write one offline page.")] = None,
    title: Annotated[str | None, typer.Option("--title", help="Title of picture and page.")] = None,
    lang: Annotated[str, typer.Option("--lang", help="Language of picture and page.")] = "de",
    layer: Annotated[
        str | None, typer.Option("--layer", help="plain or claim; both when not given.")
    ] = None,
    min_count: Annotated[int, typer.Option("--min-count", help="Least statements an edge.")] = 1,
    unnamed: Annotated[bool, typer.Option("--unnamed", help="Unnamed actors too.")] = False,
    format: Annotated[str, typer.Option("--format", help="table, csv or json.")] = "table",
) -> None:
    """Who acts on whom, with counts; as a table, a picture, or a page that works offline."""
    from kg.asking.network import edge_rows, read_network
    from kg.asking.queries import write_rows
    from kg.knowing.store import GraphStore

    with GraphStore.open(store, read_only=True) as graph:
        found = read_network(graph.query, layer=layer, min_count=min_count, local=unnamed)
    name = title or ("Wer handelt an wem" if lang == "de" else "Who acts on whom")
    for path in (png, svg):
        if path is not None:
            from kg.asking.pictures import write_picture

            write_picture(found, path, title=name, lang=lang)
    if html is not None:
        from kg.asking.pages import write_page

        write_page(found, html, title=name, lang=lang)
    if not (png or svg or html):
        print(write_rows(edge_rows(found), format), end="")


@app.command()
def explain(
    target: Annotated[
        list[str], typer.Argument(help="An IRI or prefixed name, or a triple: S P O.")
    ],
    store: StoreDir = DEFAULT_STORE,
) -> None:
    """Show where a fact comes from: statement, rule, sentence, article."""
    from kg.knowing.explain import explain as explain_target
    from kg.knowing.explain import write_explanation
    from kg.knowing.store import GraphStore

    if len(target) not in {1, 3}:
        raise KGError("explain takes one IRI, or a triple of three")
    with GraphStore.open(store, read_only=True) as graph:
        wanted: Any = target[0] if len(target) == 1 else tuple(target)
        print(write_explanation(explain_target(graph, wanted)))


@app.command()
def validate(store: StoreDir = DEFAULT_STORE) -> None:
    """Check the graph against its SHACL shapes, in plain words."""
    from kg.knowing.shapes import validate as validate_store
    from kg.knowing.store import GraphStore

    with GraphStore.open(store, read_only=True) as graph:
        found = validate_store(graph)
    for violation in found:
        print(violation)
    say(f"{len(found)} violations" if found else "the graph conforms to its shapes")
    if found:
        raise typer.Exit(1)


def main() -> None:
    """Run the command; what a user can cause ends in one line."""
    try:
        app()
    except KGError as error:
        say(str(error))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        say("interrupted")
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        say(f"{where}{error.strerror or error}")
        sys.exit(1)


if __name__ == "__main__":
    main()
