"""Each stock question against stories told by hand: right rows, on two engines, graphs doubled."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from handmade import make_lexicon
from pyoxigraph import NamedNode, Quad, Store
from stories import DIRECT, STORIES, Fact, make_story, story_store

from kg.asking.queries import (
    StockQuery,
    Table,
    fill_stock_query,
    find_stock_query,
    list_stock_queries,
    read_stock_queries,
    run_stock_query,
)
from kg.errors import NotFoundError, QueryError
from kg.knowing.exports import export_graph
from kg.knowing.store import GraphStore
from kg.lexicon import ontology_path
from kg.names import ART, PREFIXES, shorten

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib.*")

Row = tuple[str, ...]
ANSWERS = Path(__file__).parent / "golden" / "stock.txt"
STORE = story_store()


def read_answers() -> list[tuple[str, dict[str, str], list[Row]]]:
    """The questions of the golden file with their parameters and rows."""
    cases = []
    for block in ANSWERS.read_text(encoding="utf-8").split("\n$ ")[1:]:
        head, *lines = block.rstrip("\n").split("\n")
        name, *pairs = head.split(" ")
        values = dict(pair.split("=", 1) for pair in pairs)
        cases.append((name, values, [tuple(line.split(" | ")) for line in lines]))
    return cases


CASES = read_answers()
IDS = [" ".join([name, *values.values()]) for name, values, _ in CASES]
UNWIRED = {"disputed"}
"""Questions of what the stories do not tell; ``test_happenings.py`` asks them."""

QUERIES = read_stock_queries()


def rows_in(store: GraphStore, name: str, /, **values: str) -> list[Row]:
    result = run_stock_query(store, name, values=values)
    assert isinstance(result, Table)
    return [tuple(shorten(term.value) if term else "" for term in row) for row in result.rows]


def doubled() -> GraphStore:
    """The stories, every triple also in a copy of its graph and in one graph of all copies."""
    inner = Store()
    store = GraphStore(store=inner)
    for reading in STORIES:
        store.put_article(reading, lexicon=make_lexicon())
    store.refresh_knowledge()
    for quad in list(inner):
        name = str(quad.graph_name.value) if isinstance(quad.graph_name, NamedNode) else ""
        for copy in ("urn:copy", f"urn:copy:{name}"):
            if name.startswith(ART):
                inner.add(Quad(quad.subject, quad.predicate, quad.object, NamedNode(copy)))
    return store


DOUBLED = doubled()


def test_there_are_enough_and_each_has_an_answer() -> None:
    assert len(QUERIES) >= 22
    assert {name for name, _, rows in CASES if rows} == {query.name for query in QUERIES} - UNWIRED


@pytest.mark.parametrize(("name", "values", "rows"), CASES, ids=IDS)
def test_the_answer_is_exact(name: str, values: dict[str, str], rows: list[Row]) -> None:
    assert rows_in(STORE, name, **values) == rows
    assert rows


@pytest.mark.parametrize(("name", "values", "rows"), CASES, ids=IDS)
def test_a_triple_in_three_graphs_counts_once(
    name: str, values: dict[str, str], rows: list[Row]
) -> None:
    assert len(DOUBLED) > 2 * len(STORE)
    assert rows_in(DOUBLED, name, **values) == rows


@pytest.fixture(scope="module")
def rdflib_view() -> object:
    from rdflib import Dataset

    out = io.BytesIO()
    export_graph(STORE, "nquads", out)
    dataset = Dataset(default_union=True)
    dataset.parse(data=out.getvalue().decode(), format="nquads")
    return dataset


@pytest.mark.parametrize(("name", "values", "rows"), CASES, ids=IDS)
def test_rdflib_gives_the_same(
    rdflib_view: object, name: str, values: dict[str, str], rows: list[Row]
) -> None:
    text = fill_stock_query(find_stock_query(name), values)
    answer = rdflib_view.query(text, initNs=PREFIXES)  # type: ignore[attr-defined]
    found = {tuple("" if t is None else shorten(str(t)) for t in row) for row in answer}
    assert {tuple(map(same_number, row)) for row in found} == {
        tuple(map(same_number, row)) for row in rows
    }


def same_number(cell: str) -> str:
    return str(Decimal(cell).normalize()) if re.fullmatch(r"-?\d+(\.\d+)?", cell) else cell


NOTHING = {
    "since": "9999-01-01", "until": "0001-01-01", "below": "0", "statement": "st:none",
    "type": "Concede", "mode": "ceasefire", "kind": "Alliance", "sure": "1.1",
}  # fmt: skip
PARAMETERS = [
    (query, p.name) for query in QUERIES for p in query.parameters if query.name not in UNWIRED
]


@pytest.mark.parametrize(
    ("query", "name"), PARAMETERS, ids=[f"{q.name} {n}" for q, n in PARAMETERS]
)
def test_every_parameter_narrows_the_answer(query: StockQuery, name: str) -> None:
    assert rows_in(STORE, query.name)
    assert rows_in(STORE, query.name, **{name: NOTHING.get(name, "nobody's name")}) == []


@pytest.mark.parametrize("query", QUERIES, ids=lambda q: q.name)
def test_columns_are_selected_in_the_order_of_the_head(query: StockQuery) -> None:
    result = run_stock_query(STORE, query.name)
    assert isinstance(result, Table)
    assert result.columns == query.columns
    assert len(set(result.rows)) == len(result.rows)


def test_parameters_have_the_same_names_everywhere() -> None:
    names = {p.name for query in QUERIES for p in query.parameters}
    assert names == {
        "name", "other", "speaker", "outlet", "since", "until", "type", "mode", "place", "kind",
        "unit", "statement", "below", "sure",
    }  # fmt: skip


def test_a_parameter_answers_to_its_variable_too() -> None:
    by_name = rows_in(STORE, "claims", speaker="berg")
    assert by_name == rows_in(STORE, "claims", speaker_name="berg") != []


def test_other_names_find_an_entity() -> None:
    assert [row[0] for row in rows_in(STORE, "names", name="usa")] == ["ent:usa"]
    assert rows_in(STORE, "together", name="ent:usa") == rows_in(STORE, "together", name="USA")


def test_a_speaker_is_found_by_another_name() -> None:
    fact = Fact("Das stimme, sagte USA.", None, "stimmen", speaker="USA", more=DIRECT)
    story = make_story("s", [fact], published=None, publisher=None, title="T")
    (row,) = rows_in(story_store(story), "claims", speaker="usa")
    assert row[0] == "Vereinigte Staaten"


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("claims", {"who": "x"}, "claims has no parameter 'who': there are speaker, since, until"),
        ("edges", {"name": "x"}, "edges has no parameter 'name': there are sure"),
        ("claims", {"since": "gestern"}, "since 'gestern' is not a date: write it as YYYY-MM-DD"),
        ("weeks", {"since": "2006-99"}, "since '2006-99' is not a date: write it as YYYY-MM-DD"),
        (
            "does",
            {"until": "2005-02-29"},
            "until '2005-02-29' is not a date: write it as YYYY-MM-DD",
        ),
        ("does", {"until": "٢٠٠٥"}, "until '٢٠٠٥' is not a date: write it as YYYY-MM-DD"),
        ("unsure", {"below": "0,7"}, "below '0,7' is not a number: write it as 0.7"),
        ("unsure", {"below": ""}, "below '' is not a number: write it as 0.7"),
        (
            "sources",
            {"statement": "3068cd9f55139f4e"},
            "statement '3068cd9f55139f4e' is not a node: write it as st:... or as <IRI>",
        ),
        (
            "actors",
            {"kind": "Thing"},
            "kind 'Thing' is no kind that is known: write one of Person, Group, Organisation, "
            "PoliticalParty, ArmedGroup, Military, Company, Media, Government, "
            "InternationalOrganisation, Alliance, State",
        ),
    ],
)
def test_wrong_values_are_named(name: str, values: dict[str, str], message: str) -> None:
    with pytest.raises(QueryError) as caught:
        run_stock_query(STORE, name, values=values)
    assert str(caught.value) == message


@pytest.mark.parametrize("name", ["type", "mode"])
def test_unknown_types_and_modes_are_named_with_the_known_ones(name: str) -> None:
    for value in ("Foo", "kg:Coerce", "-"):
        with pytest.raises(QueryError, match=f"^{name} '{value}' is no {name} that is known: "):
            run_stock_query(STORE, "events", values={name: value})
    every = rows_in(STORE, "events")
    assert rows_in(STORE, "events", **{name: ""}) == every
    used = {row[1 if name == "type" else 2] for row in every} - {""}
    assert used
    for word in used:
        assert rows_in(STORE, "events", **{name: word.upper()})


@pytest.mark.parametrize("day", ["2020", "2020-02", "2020-02-29"])
def test_a_date_may_be_a_month_or_a_year(day: str) -> None:
    assert rows_in(STORE, "claims", since=day)


def test_a_number_and_a_node_may_be_written_in_full() -> None:
    assert rows_in(STORE, "unsure", below='"1.1"^^xsd:decimal') == rows_in(
        STORE, "unsure", below="1.1"
    )
    iri = rows_in(STORE, "sources")[0][0].replace("st:", PREFIXES["st"])
    assert len(rows_in(STORE, "sources", statement=f"<{iri}>")) == 1


def test_a_name_that_is_nearly_right() -> None:
    with pytest.raises(NotFoundError, match="no stock query 'clams': similar are claims"):
        find_stock_query("clams")


def test_the_week_is_that_of_the_calendar() -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for year in (1999, 2004) for n in range(-8, 1835)]
    assert weeks_of(days) == {day: "{}-W{:02}".format(*day.isocalendar()) for day in days}


def weeks_of(days: list[date]) -> dict[date, str]:
    """The week of each day by the very lines of ``weeks.rq``."""
    text = find_stock_query("weeks").text
    lines = text[
        text.index("  BIND (xsd:integer(SUBSTR(?day, 1, 4))") : text.index("} GROUP BY ?week")
    ]
    values = " ".join(f'"{day}"' for day in days)
    answer = Store().query(
        f"SELECT ?day ?week {{ VALUES ?day {{ {values} }}\n{lines} }}", prefixes=PREFIXES
    )
    return {date.fromisoformat(row["day"].value): row["week"].value for row in answer}


def test_the_readme_tells_every_question() -> None:
    readme = ontology_path("README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w-]+)` \| (.+?) \| (.*?) \|$", readme, re.MULTILINE)
    told = [row for row in rows if not re.search(r"\.|/", row[0])]
    assert told == [
        (q.name, q.title, ", ".join(f"`{p.name}`" for p in q.parameters)) for q in QUERIES
    ]


def test_files_declare_no_prefix_and_use_no_dialect() -> None:
    for query in QUERIES:
        assert not re.search(r"\b(PREFIX|BASE|LATERAL|SERVICE)\b", query.text, re.IGNORECASE)


def test_the_list_shows_parameters_and_defaults() -> None:
    text = list_stock_queries()
    assert 'below which a fact is shown ("0.8" when not given)' in text
    assert "speaker: a part of the speaker's name (all when not given)" in text
