"""The ledger: adding one article after the other gives what all at once give, whatever happens
to its file.
"""

from __future__ import annotations

import io
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from people import make_article, make_profile, minister, striker
from pyoxigraph import Literal, NamedNode, Quad

from kg.errors import StoreError
from kg.knowing import ledger as ledgers
from kg.knowing.checks import check_store
from kg.knowing.clues import Clue
from kg.knowing.exports import export_graph
from kg.knowing.identity import Assignment, Verdict, decide_identities
from kg.knowing.ledger import FORMAT, Ledger, digest_of
from kg.knowing.profiles import Profile, ProfileKey
from kg.knowing.shapes import validate
from kg.knowing.store import LEDGER, GraphStore
from kg.names import ART
from kg.records import Phrase, Reading, Relation, Statement

# --- profiles only

NAMES = ["Jan Holm", "Jan Erik Holm", "J. Holm", "Holm", "Lars Holm", "Marit Sund", "Sund"]
SOME = st.builds(
    make_profile,
    st.sampled_from([f"a{n}" for n in range(6)]),
    st.sampled_from(NAMES),
    offices=st.sampled_from([(), ("minister",), ("stuermer",)]),
    homes=st.sampled_from([(), ("state-frankreich",), ("state-estland",)]),
    sectors=st.sampled_from([(), ("GOV",), ("SPT",)]),
    neighbours=st.sampled_from([(), ("org-x", "person-y")]),
    published=st.sampled_from([None, "2024-01-01", "1999-05-05"]),
)
PROFILES = st.lists(SOME, max_size=14, unique_by=lambda p: p.key)


def by_article(profiles: Iterable[Profile]) -> dict[str, list[Profile]]:
    found: dict[str, list[Profile]] = {}
    for profile in profiles:
        found.setdefault(profile.article, []).append(profile)
    return found


def noted(ledger: Ledger, profiles: Iterable[Profile]) -> dict[ProfileKey, Assignment]:
    """What a ledger says of each profile that is not what the article alone says."""
    articles = sorted({p.article for p in profiles})
    return {
        ProfileKey(article, own): assigned
        for article in articles
        for own, assigned in ledger.assignments(article).items()
    }


def expect(ledger: Ledger, profiles: Sequence[Profile], verdicts: Sequence[Verdict] = ()) -> None:
    """The ledger says what all profiles together give."""
    whole = decide_identities(profiles, verdicts)
    changed = {key: a for key, a in whole.assigned.items() if a.entity != key.own}
    assert noted(ledger, profiles) == changed
    assert sorted(ledger.doubts(), key=str) == sorted(whole.doubts, key=str)
    assert {p.key: ledger.entity_of(p.key) for p in profiles} == {
        key: a.entity for key, a in whole.assigned.items()
    }


def put(ledger: Ledger, article: str, profiles: Iterable[Profile]) -> None:
    ledger.put(article, "stamp", profiles)


@given(PROFILES, st.randoms(use_true_random=False))
@settings(max_examples=80, deadline=None)
def test_one_after_the_other_is_as_all_at_once(profiles: list[Profile], random: object) -> None:
    articles = list(by_article(profiles).items())
    random.shuffle(articles)  # type: ignore[attr-defined]
    ledger = Ledger(None)
    for article, some in articles:
        put(ledger, article, some)
        ledger.decide()
    expect(ledger, profiles)


@given(PROFILES, st.data())
@settings(max_examples=80, deadline=None)
def test_an_article_taken_out_again_leaves_no_trace(
    profiles: list[Profile], data: st.DataObject
) -> None:
    ledger = Ledger(None)
    articles = by_article(profiles)
    for article, some in articles.items():
        put(ledger, article, some)
    ledger.decide()
    gone = (
        set(data.draw(st.lists(st.sampled_from(sorted(articles)), unique=True))) if articles else ()
    )
    for article in gone:
        ledger.remove(article)
    ledger.decide()
    expect(ledger, [p for p in profiles if p.article not in gone])


@given(PROFILES, PROFILES, st.data())
@settings(max_examples=80, deadline=None)
def test_any_history_of_articles_and_judgements_ends_in_the_same(
    before: list[Profile], after: list[Profile], data: st.DataObject
) -> None:
    """Articles come, change and go; people judge and take it back; what counts is the end."""
    ledger = Ledger(None)
    old, new = by_article(before), by_article(after)
    for article, some in old.items():
        put(ledger, article, some)
        ledger.decide(data.draw(verdicts_of(before)))
    for article in old.keys() - new.keys():
        ledger.remove(article)
    for article, some in new.items():
        put(ledger, article, some)
        ledger.decide(data.draw(verdicts_of([*before, *after])))
    last = data.draw(verdicts_of(after))
    ledger.decide(last)
    expect(ledger, after, last)


def verdicts_of(profiles: Sequence[Profile]) -> st.SearchStrategy[list[Verdict]]:
    keys = sorted({p.key for p in profiles})
    if len(keys) < 2:
        return st.just([])
    pair = st.lists(st.sampled_from(keys), min_size=2, max_size=2, unique=True)
    made = st.builds(lambda two, same: Verdict(*two, same, "judged"), pair, st.booleans())
    return st.lists(made, max_size=4, unique_by=lambda v: frozenset((v.one, v.other)))


@given(PROFILES)
@settings(max_examples=40, deadline=None)
def test_deciding_twice_changes_nothing(profiles: list[Profile]) -> None:
    ledger = Ledger(None)
    for article, some in by_article(profiles).items():
        put(ledger, article, some)
    ledger.decide()
    before = list(ledger._db.iterdump())
    ledger.decide()
    assert list(ledger._db.iterdump()) == before


def test_only_what_may_have_changed_is_decided_again(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger(None)
    put(ledger, "a", [minister("a", "Jan Holm"), make_profile("a", "Marit Sund")])
    put(ledger, "b", [make_profile("b", "Kadri Tamm")])
    ledger.decide()
    seen: list[str] = []
    monkeypatch.setattr(
        ledgers,
        "decide_identities",
        lambda profiles, verdicts: (
            seen.extend(p.name for p in profiles) or decide_identities(profiles, verdicts)
        ),
    )
    put(ledger, "c", [minister("c", "Holm")])
    ledger.decide()
    assert sorted(seen) == ["Holm", "Jan Holm"]
    put(ledger, "c", [minister("c", "Holm")])
    ledger.decide()
    assert len(seen) == 2, "the same profiles again wait for nothing"


def test_articles_that_were_written_otherwise_are_pending() -> None:
    ledger = Ledger(None)
    put(ledger, "a", [minister("a", "Jan Holm")])
    ledger.put("b", "stamp", [minister("b", "Holm")], written={})
    ledger.decide()
    assert ledger.pending() == ["a", "b"], "nobody knows how a was written; b is Jan Holm now"
    for article in ("a", "b"):
        ledger.mark_written(article, ledger.assignments(article))
    assert ledger.pending() == []
    put(ledger, "c", [minister("c", "Lars Holm")])
    ledger.mark_written("c", {})
    ledger.decide()
    assert ledger.pending() == ["b"], "with two candidates the lone surname is nobody's"


def test_a_further_article_of_the_same_does_not_write_the_others_anew() -> None:
    """Else each new article about a chancellor would write thousands again."""
    ledger = Ledger(None)
    put(ledger, "a", [minister("a", "Jan Holm")])
    for article in ("b", "c", "d"):
        put(ledger, article, [minister(article, "Holm")])
        ledger.decide()
        for waiting in ledger.pending():
            assert waiting in {"a", article}, article
            ledger.mark_written(waiting, ledger.assignments(waiting))


def test_when_the_weights_change_all_is_decided_again(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger(None)
    put(ledger, "a", [minister("a", "Jan Holm")])
    put(ledger, "b", [minister("b", "Holm")])
    ledger.decide()
    monkeypatch.setattr(ledgers, "read_weights", lambda: {"known": Clue(1, "x")})
    asked: list[int] = []
    monkeypatch.setattr(
        ledgers,
        "decide_identities",
        lambda profiles, verdicts: (
            asked.append(len(profiles)) or decide_identities(profiles, verdicts)
        ),
    )
    ledger.decide()
    assert asked == [2]


@pytest.mark.parametrize("what", ["version", "words"])
def test_another_program_decides_all_again_and_as_if_from_the_start(
    monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """The profiles may be the same, and still the keys or the rules are others."""
    ledger = Ledger(None)
    put(ledger, "a", [minister("a", "Jan Holm")])
    put(ledger, "b", [minister("b", "Jan Dahl")])
    ledger.decide()
    if what == "version":
        monkeypatch.setattr(ledgers, "__version__", "99")
    else:
        monkeypatch.setattr(ledgers, "lexicon_version", lambda: "lexicon.new")
    monkeypatch.setattr(ledgers, "keys_of", lambda profile: {"all"})
    asked: list[int] = []
    monkeypatch.setattr(
        ledgers,
        "decide_identities",
        lambda profiles, verdicts: (
            asked.append(len(profiles)) or decide_identities(profiles, verdicts)
        ),
    )
    ledger.decide()
    ledger.decide()
    assert asked == [2]


def test_attestations_and_who_is_meant_by_a_key_of_an_article_that_is_gone() -> None:
    ledger = Ledger(None)
    put(ledger, "b", [minister("b", "Jan Holm")])
    put(ledger, "c", [minister("c", "Jan Holm")])
    ledger.decide()
    keys = [ProfileKey(article, "person-jan-holm") for article in ("b", "c")]
    assert ledger.attestations("person-jan-holm") == keys
    assert ledger.find(ProfileKey("a", "person-jan-holm")) == keys[0]
    nobody = ProfileKey("a", "person-nobody")
    assert ledger.find(nobody) == nobody
    assert (ledger.entity_of(nobody), ledger.profile(nobody)) == (None, None)


def test_no_namesake_stands_for_one_of_two_namesakes_that_were_judged() -> None:
    ledger = Ledger(None)
    put(ledger, "b", [minister("b", "Jan Holm")])
    gone, here = (ProfileKey(article, "person-jan-holm") for article in ("a", "c"))
    assert ledger.find_pair(gone, here) == (gone, here)
    other = ProfileKey("c", "person-holm-c")
    assert ledger.find_pair(gone, other) == (ProfileKey("b", "person-jan-holm"), other)


def test_a_digest_tells_assignments_apart() -> None:
    one = {"own": Assignment("x", "X", "person", "why", 0.9)}
    assert digest_of({}) == ""
    assert digest_of(one) == digest_of(dict(one))
    for other in (replace(one["own"], **change) for change in
                  ({"entity": "y"}, {"name": "Y"}, {"reason": "z"}, {"score": 0.8})):  # fmt: skip
        assert digest_of({"own": other}) != digest_of(one)


# --- beside a store

ARTICLES = (
    make_article(
        "amt",
        "Der Minister [Jan Holm] aus [Frankreich|state] reiste nach [Riga|place]. [Holm] dankte.",
        ("Jan Holm", "Minister", "Frankreich"),
    ),
    make_article(
        "kurz",
        "Der Minister [Holm] aus [Frankreich|state] sprach mit [Marit Sund].",
        ("Holm", "Minister", "Frankreich"),
    ),
    make_article(
        "sport", "Der Stürmer [Jan Holm] traf gegen [Riga|place].", ("Jan Holm", "Stürmer", None)
    ),
    make_article("lone", "[Sund] lobte [Nordwind|company]."),
    make_article("firma", "[Marit Sund] leitet die [Nordwind|organisation] in [Estland|state]."),
)


def export(store: GraphStore) -> bytes:
    out = io.BytesIO()
    export_graph(store, "nquads", out)
    return out.getvalue()


def filled(*readings: Reading, at: Path | None = None) -> GraphStore:
    return build(GraphStore.open(at) if at else GraphStore(), *readings)


def build(store: GraphStore, *readings: Reading) -> GraphStore:
    for reading in readings:
        store.put_article(reading)
    store.refresh_knowledge()
    return store


def whole() -> bytes:
    return export(filled(*ARTICLES))


def people_of(store: GraphStore) -> dict[str, set[str]]:
    """The articles of each entity of a person."""
    answer = store.query(
        "SELECT DISTINCT ?e ?g { GRAPH ?g { ?link kg:entity ?e ; kg:mention ?m . ?e a kg:Person } }"
    )
    found: dict[str, set[str]] = {}
    for row in answer:  # type: ignore[union-attr]
        entity = row["e"].value.rpartition("/")[2]  # type: ignore[index]
        found.setdefault(entity, set()).add(row["g"].value.rpartition("/")[2])  # type: ignore[index]
    return found


def test_the_graph_says_who_is_who() -> None:
    found = people_of(filled(*ARTICLES))
    ids = {entity: articles for entity, articles in found.items() if "holm" in entity}
    assert sorted(map(sorted, ids.values())) == [["amt", "kurz"], ["sport"]]
    assert "person-jan-holm" in ids


@given(st.permutations(ARTICLES), st.lists(st.booleans(), min_size=5, max_size=5))
@settings(max_examples=15, deadline=None)
def test_the_order_of_articles_and_of_deciding_does_not_matter(
    readings: list[Reading], decide_now: list[bool]
) -> None:
    store = GraphStore()
    for reading, now in zip(readings, decide_now, strict=True):
        store.put_article(reading)
        if now:
            store.refresh_knowledge()
    store.refresh_knowledge()
    assert export(store) == whole()


@pytest.mark.parametrize("gone", [reading.article.id for reading in ARTICLES])
def test_an_article_removed_and_put_again(gone: str) -> None:
    store = filled(*ARTICLES)
    (reading,) = (r for r in ARTICLES if r.article.id == gone)
    store.remove_article(gone)
    store.refresh_knowledge()
    assert export(store) == export(filled(*(r for r in ARTICLES if r is not reading)))
    store.put_article(reading)
    store.refresh_knowledge()
    assert export(store) == whole()


def test_a_store_on_disk_stays_whole_and_keeps_its_shapes(tmp_path: Path) -> None:
    with filled(*ARTICLES, at=tmp_path / "s") as store:
        assert export(store) == whole()
        assert list(check_store(store)) == []
        assert list(validate(store)) == []
    with GraphStore.open(tmp_path / "s") as store:
        before = export(store)
        assert not any(store.put_article(reading) for reading in ARTICLES)
        store.refresh_knowledge()
        assert export(store) == before


def test_what_one_article_took_for_a_person_has_one_kind_and_keeps_the_shapes() -> None:
    store = filled(
        make_article("a", "[Blauer Kran|company] zahlt an [Kim Dahl]."),
        make_article("b", "[Blauer Kran|company] zahlt nicht."),
        make_article("c", "[Blauer Kran] kommt."),
    )
    answer = store.query("SELECT DISTINCT ?kind { GRAPH ?g { ent:org-blauer-kran a ?kind } }")
    assert [row["kind"].value.rpartition("#")[2] for row in answer] == ["Company"]  # type: ignore[union-attr, index]
    assert list(validate(store)) == []
    assert list(check_store(store)) == []


# --- what may happen to the file


def truncate(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def damage(path: Path) -> None:
    """All pages but the first, which says that this is a database."""
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xa5" * (len(data) - 4096))


def other_format(path: Path) -> None:
    db = sqlite3.connect(path)
    db.executescript(
        "DROP TABLE article; CREATE TABLE article (x);"
        f"INSERT INTO article VALUES (1); PRAGMA user_version = {FORMAT + 1};"
    )
    db.close()


HARM: dict[str, Callable[[Path], object]] = {
    "deleted": Path.unlink,
    "empty": lambda path: path.write_bytes(b""),
    "truncated": truncate,
    "garbage": lambda path: path.write_bytes(b"\x00garbage" * 5000),
    "damaged": damage,
    "other format": other_format,
}


def settle(path: Path) -> None:
    """All of the ledger in its one file."""
    db = sqlite3.connect(path)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


@pytest.mark.parametrize("harm", HARM)
def test_a_ledger_that_was_harmed_is_made_anew(tmp_path: Path, harm: str) -> None:
    filled(*ARTICLES, at=tmp_path / "s").close()
    settle(tmp_path / "s" / LEDGER)
    HARM[harm](tmp_path / "s" / LEDGER)
    with GraphStore.open(tmp_path / "s") as store:
        store.refresh_knowledge()
        assert export(store) == whole()
        assert list(check_store(store)) == []


@pytest.mark.parametrize("harm", HARM)
def test_a_build_goes_on_with_a_ledger_that_was_harmed(tmp_path: Path, harm: str) -> None:
    filled(*ARTICLES[:-1], at=tmp_path / "s").close()
    settle(tmp_path / "s" / LEDGER)
    HARM[harm](tmp_path / "s" / LEDGER)
    with GraphStore.open(tmp_path / "s") as store:
        store.put_article(ARTICLES[-1])
        store.refresh_knowledge()
        assert export(store) == whole()


@pytest.mark.parametrize("harm", HARM)
def test_an_article_goes_though_the_ledger_was_harmed(tmp_path: Path, harm: str) -> None:
    filled(*ARTICLES, at=tmp_path / "s").close()
    settle(tmp_path / "s" / LEDGER)
    HARM[harm](tmp_path / "s" / LEDGER)
    with GraphStore.open(tmp_path / "s") as store:
        store.remove_article(ARTICLES[-1].article.id)
        store.refresh_knowledge()
        assert export(store) == export(filled(*ARTICLES[:-1]))


def test_a_ledger_that_cannot_be_a_file_is_one_line(tmp_path: Path) -> None:
    filled(ARTICLES[0], at=tmp_path / "s").close()
    for file in (tmp_path / "s").glob(f"{LEDGER}*"):
        file.unlink()
    (tmp_path / "s" / LEDGER).mkdir()
    with GraphStore.open(tmp_path / "s") as store, pytest.raises(StoreError) as raised:
        store.refresh_knowledge()
    assert str(raised.value).startswith(str(tmp_path / "s" / LEDGER))
    assert "\n" not in str(raised.value)


def test_judgements_over_others_and_names_hold_one_after_the_other() -> None:
    """Three whose names share nothing, judged one in a row; one changes later."""
    names = {"a": "Jan Holm", "b": "Marit Sund", "c": "Kadri Tamm"}
    profiles = [make_profile(article, name) for article, name in names.items()]
    a, b, c = (p.key for p in profiles)
    verdicts = [Verdict(a, b, True, "judged"), Verdict(b, c, True, "judged")]
    for changed in profiles:
        ledger = Ledger(None)
        for profile in profiles:
            put(ledger, profile.article, [profile])
            ledger.decide(verdicts)
        later = [replace(p, mentions=7) if p is changed else p for p in profiles]
        put(ledger, changed.article, [p for p in later if p.article == changed.article])
        ledger.decide(verdicts)
        expect(ledger, later, verdicts)


def test_the_ledger_of_another_store_is_found_out(tmp_path: Path) -> None:
    filled(*ARTICLES, at=tmp_path / "s").close()
    filled(ARTICLES[0], at=tmp_path / "t").close()
    settle(tmp_path / "t" / LEDGER)
    for file in (tmp_path / "s").glob(f"{LEDGER}*"):
        file.unlink()
    shutil.copy(tmp_path / "t" / LEDGER, tmp_path / "s" / LEDGER)
    with GraphStore.open(tmp_path / "s") as store:
        store.refresh_knowledge()
        assert export(store) == whole()


# --- a kill at any place


def killed() -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("step", ["put", "mark_written", "decide", "pending"])
def test_a_kill_between_graph_and_ledger_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    with filled(*ARTICLES[2:], at=tmp_path / "s") as store, monkeypatch.context() as patch:
        patch.setattr(Ledger, step, lambda *_, **__: killed())
        with pytest.raises(KeyboardInterrupt):
            build(store, *ARTICLES[:2])
    with GraphStore.open(tmp_path / "s") as store:
        build(store, *ARTICLES[:2])
        assert export(store) == whole()
        assert list(check_store(store)) == []


def test_an_old_stamp_is_read_again(tmp_path: Path) -> None:
    with filled(*ARTICLES, at=tmp_path / "s") as store:
        assert store.ledger is not None
        store.ledger.put("amt", "old", [])
        store.refresh_knowledge()
        assert export(store) == whole()


def test_a_kill_while_an_article_is_taken_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with filled(*ARTICLES, at=tmp_path / "s") as store, monkeypatch.context() as patch:
        patch.setattr(Ledger, "remove", lambda *_: killed())
        with pytest.raises(KeyboardInterrupt):
            store.remove_article("firma")
    with GraphStore.open(tmp_path / "s") as store:
        store.refresh_knowledge()
        assert export(store) == export(filled(*ARTICLES[:-1]))


def test_a_striker_of_the_same_name_later_on_takes_nothing_away(tmp_path: Path) -> None:
    """Who came first keeps the plain id where it has as many articles."""
    ledger = Ledger(tmp_path / "l.sqlite")
    put(ledger, "a", [minister("a", "Jan Holm"), make_profile("a", "Marit Sund")])
    put(ledger, "b", [striker("b", "Jan Holm")])
    ledger.decide()
    assert ledger.entity_of(ProfileKey("a", "person-jan-holm")) == "person-jan-holm"
    assert ledger.entity_of(ProfileKey("b", "person-jan-holm")) == "person-jan-holm-stuermer"
    ledger.close()
    again = Ledger(tmp_path / "l.sqlite")
    assert again.entity_of(ProfileKey("b", "person-jan-holm")) == "person-jan-holm-stuermer"
    again.close()


# --- happenings


def happenings_of(store: GraphStore) -> set[str]:
    answer = store.query("SELECT DISTINCT ?h { ?h a kg:Happening }")
    return {row["h"].value for row in answer}  # type: ignore[union-attr, index]


def meeting(id: str, *, day: int = 1) -> Reading:
    """An article that says that Jan Holm met Marit Sund."""
    reading = make_article(
        id, "[Jan Holm] traf [Marit Sund] in [Riga|place].", published=f"2024-03-0{day}"
    )
    one, other, _ = (Phrase(m.text, m.start, m.end, (m.start, m.end)) for m in reading.mentions)
    met = Relation("treffen", "traf")
    statement = Statement(id, f"{id}met", (0, len(reading.article.text)), one, met, other)
    return replace(reading, statements=(statement,))


def test_happenings_of_imported_articles_outlast_the_next_build() -> None:
    told = [meeting("one"), meeting("two")]
    there = filled(*told)
    before = happenings_of(there)
    assert before
    here = GraphStore()
    here.load_quads(there.quads())
    build(here, *ARTICLES)
    assert happenings_of(here) == before
    build(here, meeting("three", day=9), meeting("four", day=9))
    own = happenings_of(here) - before
    assert own
    build(here, *told)  # now they are known like all others
    assert export(here) == export(
        filled(*told, *ARTICLES, meeting("three", day=9), meeting("four", day=9))
    )
    here.remove_article("three")
    here.refresh_knowledge()
    assert not list(check_store(here))


def test_what_an_update_wrote_into_an_article_stays() -> None:
    """The article is not written anew, though "Holm" of it is known to be somebody now."""
    short, *others = (ARTICLES[1], ARTICLES[0], *ARTICLES[2:])
    store = filled(short)
    graph = NamedNode(f"{ART}{short.article.id}")
    own = Quad(graph, NamedNode("https://example.org/note"), Literal("mine"), graph)
    store.load_quads([own])
    build(store, *others)
    assert own in set(store.quads(graph=graph))
    assert any("not as it was written" in str(found) for found in check_store(store))
    build(store, short)  # whoever reads it again takes it as it is in the text
    assert own not in set(store.quads(graph=graph))
    assert export(store) == whole()
