"""A user's own names: the file, and what comes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import LexiconError
from kg.knowing.entities import resolve_mentions
from kg.knowing.store import GraphStore
from kg.lexicon import (
    GazetteerEntry,
    add_names,
    lexicon_version,
    read_lexicon,
    read_names,
    write_names,
)
from kg.reading.vocabulary import load_vocabulary
from kg.records import Article, Mention, Reading

GOOD = "names\tkind\twikidata\n# ours\nZorkbund|ZB\tarmed_group\tQ99\nUSA\tcompany\t\n"


def file(folder: Path, text: str | bytes) -> Path:
    path = folder / "names.tsv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_file_is_read(tmp_path: Path) -> None:
    zork, usa = read_names(file(tmp_path, GOOD))
    assert (zork.id, zork.kind, zork.names, zork.wikidata) == (
        "org-zorkbund",
        "armed_group",
        ("Zorkbund", "ZB"),
        "Q99",
    )
    assert usa.wikidata == "-"
    again = file(tmp_path, write_names((zork, usa)))
    assert read_names(again) == (zork, usa)


def test_an_id_begins_with_the_family_of_its_kind(tmp_path: Path) -> None:
    lines = "names\tkind\nZorkgipfel\tevent\nZorkgesetz\tthing\nZorkien\tstate\n"
    ids = [entry.id for entry in read_names(file(tmp_path, lines))]
    assert ids == ["thing-zorkgipfel", "thing-zorkgesetz", "place-zorkien"]


def test_blank_space_around_the_bars_is_no_part_of_a_name(tmp_path: Path) -> None:
    text = "names\tkind\tnames_en\n| Zorkbund | ZB || Bund\tparty\tZork League | ZL\n"
    (entry,) = read_names(file(tmp_path, text))
    assert entry.names == ("Zorkbund", "ZB", "Bund", "Zork League", "ZL")
    assert entry.id == "org-zorkbund"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no names in it"),
        ("# only a comment\n", "no names in it"),
        ("name\tsort\n", ":1: the first line names the columns"),
        ("names\tkind\nZork\n", ":2: no kind ''"),
        ("names\tkind\nZork\tmonster\n", ":2: no kind 'monster'"),
        ("names\tkind\n\tparty\n", ":2: needs a name"),
        ("names\tkind\nZork\tparty\tmore\n", ":2: needs a name"),
        ("names\tkind\twikidata\nZork\tparty\t99\n", ":2: '99' is no Wikidata id"),
        ("names\tkind\tid\nZork\tparty\tA B\n", ":2: id 'A B'"),
        (b"names\tkind\nZ\xff\tparty\n", "not UTF-8"),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path: Path, text: str | bytes, why: str) -> None:
    path = file(tmp_path, text)
    with pytest.raises(LexiconError, match=f"^{path}") as found:
        read_names(path)
    assert why in str(found.value)
    with pytest.raises(LexiconError, match="No such file"):
        read_names(tmp_path / "gone.tsv")


def test_own_names_win(tmp_path: Path) -> None:
    names = read_names(file(tmp_path, GOOD))
    lexicon = read_lexicon("de", names)
    states = [e for e in lexicon.gazetteer if e.id == "state-vereinigte-staaten"]
    assert "USA" not in states[0].names
    assert "US" in states[0].names
    assert load_vocabulary("de", names).singles["USA"].kind == "company"
    assert lexicon_version(names) != lexicon_version()
    holder = read_lexicon("de").holders[0]
    mine = (GazetteerEntry("person-x", "person", holder.name, "-", "-", "-", "-"),)
    assert holder.id not in {row.id for row in read_lexicon("de", mine).holders}


def test_an_entry_without_names_left_is_gone() -> None:
    gazetteer = read_lexicon("de").gazetteer[:1]
    mine = (GazetteerEntry("org-x", "company", "|".join(gazetteer[0].names), "-", "-", "-", "-"),)
    assert add_names(gazetteer, mine) == mine


def test_a_store_keeps_them(tmp_path: Path) -> None:
    names = read_names(file(tmp_path, GOOD))
    text = "Der Zorkbund kam."
    reading = Reading(Article("a", "a", "de", text), (Mention("a", 4, 12, "Zorkbund", "thing"),))
    with GraphStore.open(tmp_path / "store") as store:
        store.keep_names(names)
        store.put_article(reading)
    with GraphStore.open(tmp_path / "store") as store:
        assert store.names == names
        resolution = resolve_mentions(reading, lexicon=store.lexicon_of("de"))
        assert [e.id for e in resolution.entities] == ["org-zorkbund"]
        store.refresh_knowledge()
        rows = store.query("SELECT DISTINCT ?same { ent:org-zorkbund owl:sameAs ?same }")
        assert [row["same"].value.rsplit("/", 1)[-1] for row in rows] == ["Q99"]  # type: ignore[union-attr]
