"""``kg check-store``: every fault is found and named, and what can be mended is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import RunKg
from handmade import make_lexicon, make_reading
from pyoxigraph import Literal, NamedNode, Quad, Store

from kg import __version__, names
from kg.knowing.checks import check_store
from kg.knowing.store import GraphStore

ONE = NamedNode(names.article_iri("one"))
KNOWLEDGE = NamedNode(names.KNOWLEDGE)
SALES = NamedNode(names.ENT + "person-nathan-sales")
LABEL = NamedNode(names.PREFIXES["rdfs"] + "label")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store of two articles, all well."""
    with GraphStore.open(tmp_path / "s") as store:
        for name in ("one", "two"):
            store.put_article(make_reading(name), lexicon=make_lexicon())
        store.refresh_knowledge()
        assert list(check_store(store)) == []
    return tmp_path / "s"


def damage(path: Path, act: Callable[[Store], object]) -> None:
    store = Store(str(path / "oxigraph"))
    act(store)
    store.flush()


def findings(path: Path, *, repair: bool = False) -> list[str]:
    with GraphStore.open(path, read_only=not repair, catch_up=False) as store:
        return [str(finding) for finding in check_store(store, repair=repair)]


def first_quad(store: Store) -> Quad:
    return min(store.quads_for_pattern(None, NamedNode(names.KG + "rule"), None, ONE), key=str)


@pytest.mark.parametrize(
    "act",
    [
        lambda store: store.remove(first_quad(store)),
        lambda store: store.add(Quad(SALES, LABEL, Literal("Somebody"), ONE)),
    ],
    ids=["a triple lost", "a triple added"],
)
def test_an_article_that_is_not_whole_is_read_again(
    path: Path, act: Callable[[Store], object]
) -> None:
    damage(path, act)
    assert any("art:one: not as it was written" in line for line in findings(path))
    findings(path, repair=True)
    with GraphStore.open(path) as store:
        article = make_reading("one").article
        assert not store.has_reading(article, version=__version__)
        assert store.has_reading(make_reading("two").article, version=__version__)
        assert store.put_article(make_reading("one"), lexicon=make_lexicon())
        store.refresh_knowledge()
    assert findings(path) == []


def test_knowledge_that_differs_is_decided_again(path: Path) -> None:
    damage(path, lambda store: store.add(Quad(SALES, LABEL, Literal("Somebody"), KNOWLEDGE)))
    expected = "ent:person-nathan-sales: kg:knowledge differs from the articles"
    assert findings(path) == [expected]
    assert findings(path, repair=True) == [f"{expected} (mended)"]
    assert findings(path) == []


def test_a_build_that_was_cut_off_is_seen_and_mended(path: Path) -> None:
    with GraphStore.open(path) as store:
        store.put_article(make_reading("three"), lexicon=make_lexicon())
    (line,) = findings(path)
    assert "kg:knowledge: 6 entities wait" in line
    assert findings(path, repair=True) == [f"{line} (mended)"]
    assert findings(path) == []


def test_copies_missing_broken_or_left_over(path: Path) -> None:
    copies = path / "readings"
    (copies / "one.jsonl.gz").unlink()
    (copies / "two.jsonl.gz").write_bytes((copies / "two.jsonl.gz").read_bytes()[:-9])
    (copies / "three.jsonl.gz.new").write_bytes(b"cut off")
    found = findings(path)
    assert found[0].startswith("art:two: the copy of what was read is broken; the next kg build")
    assert found[1] == "readings: articles without a copy of what was read, as after kg import: 1"
    assert found[2].endswith("three.jsonl.gz.new: left over from a build that was cut off")
    assert findings(path, repair=True)[2].endswith("(mended)")
    assert not (copies / "three.jsonl.gz.new").exists()


def test_the_command_says_what_it_found(path: Path, run_kg: RunKg) -> None:
    good = run_kg("check-store", "--store", path)
    assert (good.code, good.out, good.err) == (0, "", "kg: 2 articles, 6 entities: no faults\n")
    damage(path, lambda store: store.add(Quad(SALES, LABEL, Literal("Some\nbody"), KNOWLEDGE)))
    bad = run_kg("check-store", "--store", path)
    assert (bad.code, len(bad.out.splitlines())) == (1, 1)
    assert bad.err == "kg: 2 articles, 6 entities: 1 fault\n"
    mended = run_kg("check-store", "--store", path, "--repair")
    assert (mended.code, mended.err) == (0, "kg: 2 articles, 6 entities: no faults left\n")
    assert run_kg("check-store", "--store", "nowhere").code == 1


def test_an_imported_store_has_no_faults(path: Path, run_kg: RunKg) -> None:
    assert run_kg("export", "--store", path, "--format", "trig", "--to", "all.trig").code == 0
    assert run_kg("import", "all.trig", "--store", "copy").code == 0
    done = run_kg("check-store", "--store", "copy")
    assert (done.code, done.err) == (0, "kg: 2 articles, 6 entities: no faults\n")
    assert done.out == "readings: articles without a copy of what was read, as after kg import: 2\n"
