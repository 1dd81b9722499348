"""Judging by hand: what is asked, what a judgement does, and that it lasts."""

from __future__ import annotations

import io
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import RunKg
from people import make_article

from kg.errors import InputError, NotFoundError, StoreError
from kg.knowing.checks import check_store
from kg.knowing.exports import export_graph
from kg.knowing.judgements import judgements_path, read_judgements
from kg.knowing.profiles import ProfileKey
from kg.knowing.reviewing import (
    count_questions,
    find_side,
    judge,
    list_questions,
    make_side,
    need_ledger,
    question_row,
    record,
    undo,
    write_question,
)
from kg.knowing.store import GraphStore
from kg.records import Reading, write_record

NASTY = "\x1b[31m\x07\u202e"

ARTICLES = (
    make_article(
        "amt",
        "Der Minister [Jan Holm] aus [Frankreich|state] reiste ab. [Holm] dankte.",
        ("Jan Holm", "Minister", "Frankreich"),
    ),
    make_article(
        "rat",
        "Der Minister [Lars Holm] aus [Frankreich|state] blieb.",
        ("Lars Holm", "Minister", "Frankreich"),
    ),
    make_article(
        "kurz",
        "Der Minister [Holm] aus [Frankreich|state] sprach. [Holm] ging.",
        ("Holm", "Minister", "Frankreich"),
    ),
    make_article(
        "sport",
        "Der Stürmer [Jan Holm] traf zweimal. [Holm] jubelte.",
        ("Jan Holm", "Stürmer", None),
    ),
    make_article("wind", "[Nordwind|company] zahlt."),
    make_article("wind2", "[Nordwind|company] fährt."),
)


@pytest.fixture(autouse=True)
def _no_other_judgements(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KG_JUDGEMENTS", raising=False)
    monkeypatch.setenv("KG_WHO", "eva")


def build(path: Path, *readings: Reading) -> Path:
    with GraphStore.open(path) as store:
        for reading in readings or ARTICLES:
            store.put_article(reading)
        store.refresh_knowledge()
    return path


@pytest.fixture
def news(tmp_path: Path) -> Path:
    return build(tmp_path / "news")


@pytest.fixture
def store(news: Path) -> Iterator[GraphStore]:
    with GraphStore.open(news) as graph:
        yield graph


def export(store: GraphStore) -> bytes:
    out = io.BytesIO()
    export_graph(store, "nquads", out)
    return out.getvalue()


def entity(store: GraphStore, name: str, article: str) -> str:
    """The entity of a name in an article."""
    answer = store.query(
        f"SELECT ?e {{ GRAPH art:{article} {{ ?link kg:entity ?e ; kg:mention ?m . ?e a kg:Person ;"
        f' rdfs:label|skos:altLabel "{name}" }} }} LIMIT 1'
    )
    return next(row["e"].value.rpartition("/")[2] for row in answer)  # type: ignore[union-attr, index]


# --- what is asked


def test_the_pairs_in_doubt(store: GraphStore) -> None:
    found = {(q.one.name, q.other.name): q for q in list_questions(store)}
    assert count_questions(store) == len(found) == 3
    assert set(found) == {("Jan Holm", "Jan Holm"), ("Jan Holm", "Holm"), ("Holm", "Lars Holm")}
    question = found["Jan Holm", "Holm"]
    assert (question.one.articles, question.other.articles) == (1, 1)
    assert question.other.sentences == (
        ("Artikel kurz", "Der Minister Holm aus Frankreich sprach."),
    )
    assert question.one.offices == ("minister",)
    assert question_row(question) == {
        "one": "Jan Holm",
        "other": "Holm",
        "score": question.score,
        "one_articles": 1,
        "other_articles": 1,
        "reason": question.reason,
        "one_id": "ent:person-jan-holm",
        "other_id": f"ent:{question.other.entity}",
    }
    written = write_question(question)
    assert "Jan Holm (person, minister), 2 mentions in 1 articles" in written
    assert "Der Minister Holm aus Frankreich sprach." in written


def test_what_was_asked_is_not_read_again(
    store: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {(q.one.key, q.other.key) for q in list_questions(store)}
    assert asked
    monkeypatch.setattr(store, "read_reading", lambda id: pytest.fail("read again"))
    assert list(list_questions(store, asked=asked)) == []


def test_at_most_two_sentences_are_shown_of_a_side(tmp_path: Path) -> None:
    many = [make_article(f"a{n}", "[Marit Sund] kam.") for n in range(9)]
    with GraphStore.open(build(tmp_path / "s", *many)) as store:
        side = make_side(store, need_ledger(store), ProfileKey("a0", "person-marit-sund"))
    assert (len(side.sentences), side.articles, side.mentions) == (2, 9, 9)


# --- what a judgement does


def test_same(store: GraphStore, news: Path) -> None:
    found = judge(store, "same", "Jan Holm@art:amt", "Holm@kurz", who="eva", why="one voice")
    assert (found.verdict, found.who, found.why) == ("same", "eva", "one voice")
    assert (found.one_name, found.other_name) == ("Jan Holm", "Holm")
    assert entity(store, "Holm", "kurz") == "person-jan-holm"
    assert not list(check_store(store))
    assert read_judgements(judgements_path(news)) == [found]
    with pytest.raises(InputError, match="one entity already"):
        judge(store, "same", "Jan Holm@amt", "Holm@kurz", who="eva")


def test_differ(store: GraphStore) -> None:
    assert entity(store, "Jan Holm", "sport") != "person-jan-holm"
    judge(store, "same", "Jan Holm@sport", "Jan Holm@amt", who="eva")
    assert entity(store, "Jan Holm", "sport") == entity(store, "Jan Holm", "amt")
    judge(store, "different", "Jan Holm@sport", "Jan Holm@amt", who="eva")
    assert entity(store, "Jan Holm", "sport") != entity(store, "Jan Holm", "amt")


def test_unsure_asks_no_more_and_changes_nothing(store: GraphStore) -> None:
    before = export(store)
    question = next(iter(list_questions(store)))
    record(store, "unsure", question.one.key, question.other.key, who="eva")
    assert export(store) == before
    assert count_questions(store) == 2


def test_undo_takes_back_one_after_the_other(store: GraphStore) -> None:
    before = export(store)
    judge(store, "same", "Jan Holm@amt", "Holm@kurz", who="eva")
    between = export(store)
    judge(store, "same", "Jan Holm@sport", "Jan Holm@amt", who="eva")
    assert len({before, between, export(store)}) == 3
    assert undo(store, who="eva").one.article == "sport"
    assert export(store) == between
    assert undo(store, who="eva").verdict == "same"
    assert export(store) == before
    with pytest.raises(NotFoundError, match="no judgement to take back"):
        undo(store, who="eva")


def test_undo_after_the_article_was_read_anew(store: GraphStore) -> None:
    before = export(store)
    judge(store, "same", "Jan Holm@sport", "Jan Holm@amt", who="e")
    changed = make_article("sport", "Der Stürmer [Jan Holm] fehlte.", ("Jan Holm", "Stürmer", None))
    store.put_article(changed)
    store.refresh_knowledge()
    assert entity(store, "Jan Holm", "sport") == entity(store, "Jan Holm", "amt")
    store.put_article(ARTICLES[3])
    undo(store, who="eva")
    assert export(store) == before


def test_judgements_survive_the_store(store: GraphStore, news: Path) -> None:
    judge(store, "same", "Jan Holm@amt", "Holm@kurz", who="eva")
    judge(store, "different", "Nordwind@wind2", "Nordwind@wind", who="eva")
    before = export(store)
    store.close()
    shutil.rmtree(news)
    with GraphStore.open(build(news, *reversed(ARTICLES))) as again:
        assert export(again) == before


def test_a_judgement_about_an_article_that_is_gone(store: GraphStore) -> None:
    """It waits; until then the first other article with that entity stands for it."""
    judge(store, "same", "Jan Holm@amt", "Holm@kurz", who="eva")
    before = export(store)
    store.remove_article("kurz")
    store.refresh_knowledge()
    assert not list(check_store(store))
    store.put_article(ARTICLES[2])
    store.refresh_knowledge()
    assert export(store) == before
    for article in ("kurz", "amt"):
        store.remove_article(article)
    store.refresh_knowledge()
    assert not list(check_store(store))
    assert undo(store, who="eva").other_name == "Holm"


def test_when_the_odd_one_out_is_gone_nobody_takes_his_place(store: GraphStore) -> None:
    for id in ("neu", "akte"):
        text = "Der Minister [Jan Holm] aus [Frankreich|state] kam."
        store.put_article(make_article(id, text, ("Jan Holm", "Minister", "Frankreich")))
    store.refresh_knowledge()
    judge(store, "different", "Jan Holm@amt", "Jan Holm@neu", who="eva")
    assert find_side(store, "Jan Holm@amt")[0] != find_side(store, "Jan Holm@neu")[0]
    store.remove_article("amt")
    store.refresh_knowledge()
    assert find_side(store, "Jan Holm@neu")[0] == find_side(store, "Jan Holm@akte")[0]


def test_a_file_edited_by_hand_counts_at_the_next_refresh(store: GraphStore, news: Path) -> None:
    before = export(store)
    judge(store, "same", "Jan Holm@amt", "Holm@kurz", who="eva")
    judgements_path(news).unlink()
    store.refresh_knowledge()
    assert export(store) == before


# --- who is meant


def test_a_name_has_to_mean_one(store: GraphStore) -> None:
    assert find_side(store, "Lars Holm")[0] == "person-lars-holm"
    assert find_side(store, "ent:person-lars-holm")[0] == "person-lars-holm"
    for name, why in (
        ("Jan Holm", "2 entities have this name"),
        ("Nobody Known", "Nobody Known"),
        ("Jan Holm@art:wind", "no entity"),
    ):
        with pytest.raises(NotFoundError, match=why) as raised:
            find_side(store, name)
        assert "\n" not in str(raised.value)


def test_the_same_side_twice(store: GraphStore) -> None:
    with pytest.raises(InputError, match="name the odd one by its article"):
        judge(store, "different", "Nordwind", "Nordwind", who="eva")
    judge(store, "different", "Nordwind@wind2", "Nordwind", who="eva")
    found = store.query("SELECT DISTINCT ?e { GRAPH ?g { ?e a kg:Company } }")
    assert len(list(found)) == 2  # type: ignore[arg-type]


# --- where nothing can be judged


def test_a_store_for_reading_only_and_one_in_memory(news: Path) -> None:
    for graph in (GraphStore.open(news, read_only=True), GraphStore()):
        with graph, pytest.raises(StoreError, match="who is who across articles"):
            count_questions(graph)


# --- the commands


def lines(talk: str) -> list[str]:
    return [line.removeprefix("kg: ") for line in talk.splitlines()]


def test_same_differ_undo_by_command(call_kg: RunKg, news: Path) -> None:
    call = lambda *words: call_kg(*words, "--store", news)  # noqa: E731
    done = call("same", "Jan Holm@art:amt", "Holm@art:kurz", "--why", "one\tvoice\x1b[31m")
    assert (done.code, done.out) == (0, "")
    assert lines(done.err)[0].startswith("Jan Holm and Holm: same; ")
    assert lines(done.err)[1].endswith("news.judgements.tsv; kg undo takes it back")
    (kept,) = read_judgements(judgements_path(news))
    assert (kept.who, kept.why) != ("", "") and "\x1b" not in kept.why
    again = call("same", "Jan Holm@art:amt", "Holm@art:kurz")
    assert (again.code, again.err.count("\n")) == (1, 1)
    assert call("differ", "Holm@art:kurz", "Jan Holm@art:amt").code == 0
    assert "no longer judged different" in call("undo").err
    assert call("undo").code == 4, "the earlier same was overruled and stays so"
    assert call("check-store").code == call("validate").code == 0


def test_who_is_judged_one_over_a_third_stays_so_and_that_is_said(
    call_kg: RunKg, news: Path
) -> None:
    call = lambda *words: call_kg(*words, "--store", news)  # noqa: E731
    call("same", "Jan Holm@art:amt", "Lars Holm")
    call("same", "Jan Holm@art:sport", "Lars Holm@art:rat")
    done = call("differ", "Jan Holm@art:amt", "Jan Holm@art:sport")
    assert done.code == 0
    assert "but other judgements say that they are one" in done.err
    assert "but other" not in call("differ", "Nordwind@art:wind", "Nordwind@art:wind2").err


def test_a_name_may_hold_the_sign_before_an_article(store: GraphStore) -> None:
    store.put_article(make_article("funk", "[Funk@Home|company] sendet."))
    store.refresh_knowledge()
    for text in ("Funk@Home", "Funk@Home@funk", "Funk@Home@art:funk"):
        assert find_side(store, text)[1] == [ProfileKey("funk", "org-funk-home")]


def test_who_is_not_found_is_code_4(call_kg: RunKg, news: Path) -> None:
    done = call_kg("same", "Nobody", "Jan Holm", "--store", news)
    assert (done.code, done.out, done.err.count("\n")) == (4, "", 1)


@pytest.mark.parametrize(
    "command", [["same", "a", "b"], ["differ", "a", "b"], ["undo"], ["review"]]
)
def test_one_line_where_nothing_can_be_judged(
    call_kg: RunKg, news: Path, tmp_path: Path, command: list[str]
) -> None:
    nowhere = call_kg(*command, "--store", "nowhere")
    assert (nowhere.code, nowhere.out, nowhere.err.count("\n")) == (1, "", 1)
    assert "no newskg store here" in nowhere.err
    assert not (tmp_path / "nowhere").exists()
    server = call_kg(*command, "--store", "http://127.0.0.1:9/query")
    assert (server.code, server.err.count("\n")) == (1, 1)
    judgements_path(news).write_text("verdict\n", encoding="utf-8")
    broken = call_kg(*command, "--store", news)
    assert (broken.code, broken.out, broken.err.count("\n")) == (1, "", 1)
    assert "news.judgements.tsv:1: the first line names the columns" in broken.err


def test_a_store_written_by_another(call_kg: RunKg, run_kg: RunKg, news: Path) -> None:
    with GraphStore.open(news):
        done = run_kg("undo", "--store", news)
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "another process" in done.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_store_that_nobody_may_write(call_kg: RunKg, news: Path) -> None:
    for path in [news, *news.rglob("*")]:
        path.chmod(stat.S_IREAD | (stat.S_IEXEC if path.is_dir() else 0))
    done = call_kg("undo", "--store", news)
    assert (done.code, done.err.count("\n")) == (1, 1)


def test_a_broken_file_stops_a_build_in_one_line(
    call_kg: RunKg, news: Path, tmp_path: Path
) -> None:
    judgements_path(news).write_text("verdict\n", encoding="utf-8")
    records = "".join(write_record(r) + "\n" for r in ARTICLES[0].records())
    (tmp_path / "amt.jsonl").write_text(records, encoding="utf-8")
    done = call_kg("build", "amt.jsonl", "--store", news)
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
    assert "news.judgements.tsv:1:" in done.err


# --- kg review


@pytest.mark.parametrize(
    ("keys", "verdicts", "left"),
    [
        (b"", [], 3),
        (b"q", [], 3),
        (b"nnn", [], 3),
        (b"n\nn\nn\n", [], 3),
        (b"x y?uq", ["unsure"], 2),
        (b"uuu", ["unsure"] * 3, 0),
        (b"DDD", ["different"] * 2, 0),  # then the minister can only be the other one
        (b"snn", ["same"], 1),
        (b"nsn", ["same"], 2),
    ],
)
def test_review_by_keys(
    call_kg: RunKg, news: Path, keys: bytes, verdicts: list[str], left: int
) -> None:
    done = call_kg("review", "--store", news, stdin=keys)
    assert done.code == 0
    assert lines(done.err)[0] == "3 pairs in doubt"
    assert [j.verdict for j in read_judgements(judgements_path(news))] == verdicts
    with GraphStore.open(news) as store:
        assert count_questions(store) == left
        assert not list(check_store(store))
    assert "Der Minister Holm aus Frankreich sprach." in done.out or not keys


def test_each_pair_is_asked_about_once_also_of_namesakes(call_kg: RunKg, tmp_path: Path) -> None:
    """Three of one name in doubt: the pairs have the same ids, but other articles."""
    roles = {"a": ("Minister", "Estland"), "b": ("Stürmer", None), "c": ("Vorstandschef", None)}
    readings = [
        make_article(
            id,
            f"Der {office} [Jan Holm] " + f"aus [{home}|state] " * bool(home) + "kam.",
            ("Jan Holm", office, home),
            published=None,
        )
        for id, (office, home) in roles.items()
    ]
    news = build(tmp_path / "s", *readings)
    done = call_kg("review", "--store", news, stdin=b"n" * 9)
    assert lines(done.err)[0] == "3 pairs in doubt"
    assert sum(line.startswith("score") for line in done.out.splitlines()) == 3


@pytest.mark.parametrize("format", ["table", "csv", "json"])
def test_the_list(call_kg: RunKg, news: Path, format: str) -> None:
    done = call_kg("review", "--list", "--format", format, "--store", news)
    assert (done.code, done.err) == (0, "")
    for word in ("Jan Holm", "Lars Holm", "one_articles", "ent:person-jan-holm"):
        assert word in done.out
    empty = call_kg(
        "review", "--list", "--format", format, "--store", build(news / "../e", *ARTICLES[:1])
    )
    assert empty.code == 0


@pytest.mark.parametrize("more", [["--list"], ["--list", "--format", "json"], []])
def test_names_cannot_steer_the_terminal(call_kg: RunKg, tmp_path: Path, more: list[str]) -> None:
    readings = [
        make_article(
            id,
            f"Der Minister [{name}{NASTY}] aus [Frankreich|state] sprach\x1b\x07.",
            (f"{name}{NASTY}", "Minister", "Frankreich"),
            title=f"Titel{NASTY}",
        )
        for id, name in (("amt", "Jan Holm"), ("rat", "Lars Holm"), ("kurz", "Holm"))
    ]
    news = build(tmp_path / "s", *readings)
    done = call_kg("review", *more, "--store", news, stdin=b"uuu")
    assert done.code == 0
    kept = {"\u202e"} if "json" in more else set()  # JSON writes \\u001b, and letters as they are
    assert {"\x1b", "\x07", "\u202e"} & set(done.out + done.err) <= kept
    judged = judgements_path(news)
    if judged.exists():
        assert not {"\x1b", "\x07"} & set(judged.read_text(encoding="utf-8"))


def test_judgements_whose_file_is_gone_are_missed(call_kg: RunKg, news: Path) -> None:
    assert call_kg("same", "Lars Holm", "ent:person-jan-holm", "--store", news).code == 0
    (file,) = news.parent.glob("*.judgements.tsv")
    file.unlink()
    text = news.parent / "new.txt"
    text.write_text("Der Hafen von Riga wurde am Montag wieder geöffnet.", encoding="utf-8")
    done = call_kg("build", text, "--store", news, "--lang", "de")
    assert "1 judgement will no longer count: the file beside" in done.err
    assert "no longer count" not in call_kg("build", text, "--store", news, "--lang", "de").err
