"""One article as RDF: the golden graph, and laws that hold for any reading."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from handmade import TEXT, make_lexicon, make_reading
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad

from kg.errors import InputError
from kg.knowing.triples import find_sentence, kg_term, make_quads
from kg.names import ART, REL
from kg.records import MODALITIES, Phrase, Reading, Statement, is_plain

GOLDEN = Path(__file__).parent / "golden" / "handmade.nt"
LEXICON = make_lexicon()


def quads_of(reading: Reading) -> list[Quad]:
    return list(make_quads(reading, lexicon=LEXICON, model="hand", version="test"))


def lines_of(reading: Reading) -> list[str]:
    return sorted(f"{quad.triple} ." for quad in quads_of(reading))


def edges_of(reading: Reading) -> set[tuple[str, str, str]]:
    found = (q for q in quads_of(reading) if q.predicate.value.startswith(REL))
    return {(str(q.subject), str(q.predicate), str(q.object)) for q in found}


def test_golden_graph() -> None:
    expected = GOLDEN.read_text("utf-8").splitlines()
    assert lines_of(make_reading()) == expected


def test_each_quad_once_in_the_graph_of_the_article() -> None:
    quads = quads_of(make_reading())
    assert len(quads) == len(set(quads)) > 300
    assert {str(quad.graph_name) for quad in quads} == {f"<{ART}hand>"}


def test_only_plain_statements_have_edges() -> None:
    local = {edge[1].removeprefix(f"<{REL}").rstrip(">") for edge in edges_of(make_reading())}
    assert local == {"verlieren", "aufrufen-zu", "vertreiben", "sein"}


@pytest.mark.parametrize(
    "change",
    [
        {"negated": True},
        *({"modality": modality} for modality in MODALITIES if modality != "asserted"),
        *({"attribution": kind} for kind in ("direct", "indirect", "reported", "hearsay")),
        {"speaker": Phrase("Sales", 304, 309)},
        {"subject": None},
        {"object": None},
    ],
)
def test_what_the_article_does_not_assert_makes_no_edge(change: dict[str, object]) -> None:
    reading = make_reading()
    changed = tuple(dataclasses.replace(s, **change) for s in reading.statements)  # type: ignore[arg-type]
    assert edges_of(dataclasses.replace(reading, statements=changed)) == set()


def test_every_edge_has_its_plain_statement() -> None:
    quads = quads_of(make_reading())
    about: dict[str, dict[str, str]] = {}
    for quad in quads:
        name = str(quad.predicate.value).rpartition("#")[2]
        about.setdefault(str(quad.subject), {})[name] = str(quad.object)
    behind = {
        (s.get("subject"), s.get("relation"), s.get("object"))
        for s in about.values()
        if "true" in s.get("plain", "")
    }
    assert edges_of(make_reading()) <= behind


def types_of(reading: Reading, entity: str) -> set[str]:
    return {
        str(q.object).rpartition("#")[2].rstrip(">")
        for q in quads_of(reading)
        if str(q.subject).endswith(f"/entity/{entity}>") and str(q.predicate).endswith("#type>")
    }


def test_a_country_is_a_place_where_mentioned_as_one_and_a_state_where_it_acts() -> None:
    reading = make_reading()
    assert types_of(reading, "syria") == {"Place"}
    assert types_of(reading, "usa") == {"State"}
    place = next(m for m in reading.mentions if m.text == "Syrien")
    acting = Phrase("Syrien", place.start, place.end, (place.start, place.end))
    changed = (dataclasses.replace(reading.statements[2], subject=acting),)
    assert types_of(dataclasses.replace(reading, statements=changed), "syria") == {"Place", "State"}


def test_the_source_gives_no_folders_away() -> None:
    for source in ("/home/x/y.txt", "C:\\Users\\x\\y.txt", "y.txt", "a/y.txt:12"):
        reading = make_reading()
        article = dataclasses.replace(reading.article, source=source)
        quads = quads_of(dataclasses.replace(reading, article=article))
        assert [q.object for q in quads if q.predicate == kg_term("source")] == [Literal("y.txt")]


@pytest.mark.parametrize("id", ["", "a b", "../x", "a/b", ".hidden", "ä", "x" * 300, "a\n"])
def test_an_id_that_cannot_name_a_graph_is_refused(id: str) -> None:
    with pytest.raises(InputError, match="article id"):
        quads_of(make_reading(id))


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("Es", "Es regnet stark."),
        ("Gut", "„Gut“, sagte sie."),
        ("sie", "„Gut“, sagte sie."),
        ("Am", "Am 3. Mai kam Dr. Lind nach Oslo"),
        ("Lind", "Am 3. Mai kam Dr. Lind nach Oslo"),
        ("Punkt", "Zeile ohne Punkt"),
    ],
)
def test_the_sentence_around_a_word(word: str, sentence: str) -> None:
    text = (
        "Es regnet stark. „Gut“, sagte sie.  Am 3. Mai kam Dr. Lind nach Oslo\n\n  Zeile ohne Punkt"
    )
    start = text.index(word)
    begin, end = find_sentence(text, start, start + len(word))
    assert text[begin:end] == sentence


def test_known_sentences_bound_the_others() -> None:
    assert find_sentence("a b c d", 4, 5, [(0, 3), (6, 7)]) == (4, 5)


SPANS = st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, 30)).map(
    lambda pair: (pair[0], min(len(TEXT), pair[0] + pair[1]))
)


@given(SPANS)
def test_a_sentence_holds_what_it_is_asked_for(span: tuple[int, int]) -> None:
    begin, end = find_sentence(TEXT, *span)
    assert 0 <= begin <= end <= len(TEXT)
    assert TEXT[slice(*span)].strip() in TEXT[begin:end]


WORDS = st.text(min_size=1, max_size=12)
STATEMENTS = st.builds(
    dataclasses.replace,
    st.sampled_from(make_reading().statements),
    negated=st.booleans(),
    modality=st.sampled_from(MODALITIES),
    attribution=st.sampled_from(["none", "direct", "hearsay"]),
    confidence=st.floats(0, 1),
    rule=WORDS,
)


@given(st.lists(STATEMENTS, max_size=4), WORDS, WORDS)
@settings(max_examples=60, deadline=None)
def test_laws_of_graphs(statements: list[Statement], title: str, publisher: str) -> None:
    unique = {s.id: s for s in statements}
    base = make_reading()
    article = dataclasses.replace(base.article, title=title, publisher=publisher)
    reading = dataclasses.replace(base, article=article, statements=tuple(unique.values()))
    quads = quads_of(reading)
    assert quads == quads_of(reading)
    assert all(isinstance(q.subject, NamedNode) for q in quads), "no blank nodes"
    plain = [s for s in reading.statements if is_plain(s) and s.subject and s.object]
    assert len(edges_of(reading)) == len(plain)


def test_lone_surrogates_do_not_break_the_graph() -> None:
    base = make_reading()
    article = dataclasses.replace(base.article, title="a\ud800b", publisher="\udfff")
    assert quads_of(dataclasses.replace(base, article=article))
