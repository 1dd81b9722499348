"""Reading articles: every format, every fault, and the parts of a text."""

from __future__ import annotations

import io
import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import InputError
from kg.lexicon import PartPattern, ontology_path, read_table
from kg.names import mint
from kg.reading import articles
from kg.reading.articles import Skip, find_parts, normal_date, read_articles
from kg.records import PART_KINDS, Article

STORY = "Die Regierung hat das Gesetz am Montag nicht beschlossen."


def read(*inputs: object, **options: str) -> tuple[list[Article], list[Skip]]:
    skips: list[Skip] = []
    found = list(read_articles([str(i) for i in inputs], on_skip=skips.append, **options))
    return found, skips


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


# ---------------------------------------------------------------- what is read


def test_text_file_keeps_its_text(tmp_path: Path) -> None:
    text = f"Berlin\r\n\r\n  {STORY}\r\n"
    path = write(tmp_path / "eins.txt", text)
    (article,), skips = read(path)
    assert article.text == text and skips == []
    assert Path(article.source).stem == "eins"
    assert (article.lang, article.published, article.id) == ("de", None, mint("", text))


def test_folder_is_read_sorted_and_recursively(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    write(tmp_path / "c.txt", STORY + " c")
    write(tmp_path / "b" / "z.txt", STORY + " z")
    write(tmp_path / "a.txt", STORY + " a")
    write(tmp_path / "liesmich.md", "# nein")
    found, skips = read(tmp_path)
    assert [Path(a.source).name for a in found] == ["a.txt", "c.txt", "z.txt"] and skips == []


def test_json_lines(tmp_path: Path) -> None:
    own = {
        "text": STORY,
        "title": "Titel",
        "url": "https://example.org/1",
        "published": "2019-08-02",
        "publisher": "Beispiel",
        "lang": "de",
    }
    news_please = {
        "maintext": "The bill was not passed by the house.",
        "title": "T",
        "url": None,
        "text": None,
        "date_publish": "2019-08-02 10:15:00",
        "source_domain": "example.org",
        "language": "en",
        "authors": ["A"],
        "description": "d",
    }
    path = write(tmp_path / "x.jsonl", "\n".join(map(json.dumps, (own, news_please))) + "\n\n")
    (first, second), skips = read(path)
    assert skips == []
    assert first == Article(
        mint(own["url"]),
        f"{path}:1",
        "de",
        STORY,
        "Titel",
        own["url"],
        "2019-08-02",
        "Beispiel",
        first.parts,
    )
    assert (second.source, second.lang, second.published, second.publisher) == (
        f"{path}:2",
        "en",
        "2019-08-02",
        "example.org",
    )


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("many", [True, False])
def test_json_documents(tmp_path: Path, indent: int | None, many: bool) -> None:
    value = {"text": STORY, "date_publish": "None"}
    path = write(tmp_path / "x.json", json.dumps([value, value] if many else value, indent=indent))
    found, skips = read(path, published="2019-08-02")
    assert [a.published for a in found] == ["2019-08-02"] * (2 if many else 1) and skips == []


@pytest.mark.parametrize(
    "content", [STORY, json.dumps({"text": STORY}), f'[\n{{"text": "{STORY}"}}\n]']
)
def test_standard_input(monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content.encode())))
    (article,), skips = read("-")
    assert article.text == STORY and skips == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_marks_are_no_part_of_the_text(tmp_path: Path, encoding: str) -> None:
    for content in (STORY, json.dumps({"text": STORY})):
        (article,), skips = read(write(tmp_path / "x.txt", content.encode(encoding)))
        assert article.text == STORY and skips == []


def test_text_may_open_with_a_bracket(tmp_path: Path) -> None:
    text = "[Eilmeldung] Die Regierung hat das Gesetz nicht beschlossen."
    (article,), skips = read(write(tmp_path / "x.txt", text))
    assert article.text == text and skips == []


def test_publication_date_order(tmp_path: Path) -> None:
    dated = write(tmp_path / "a.txt", f"Berlin, 3. Mai 2019 (dpa) - {STORY}")
    plain = write(tmp_path / "b.txt", STORY)
    found, _ = read(dated, plain, published="2001-01-01")
    assert [a.published for a in found] == ["2019-05-03", "2001-01-01"]


def test_headline_becomes_the_title(tmp_path: Path) -> None:
    (article,), _ = read(
        write(tmp_path / "x.txt", f"Neues Gesetz gescheitert im Bundestag\n\n{STORY}")
    )
    assert article.title == "Neues Gesetz gescheitert im Bundestag"


@pytest.mark.parametrize(
    ("given", "day"),
    [
        ("2019-08-02", "2019-08-02"),
        ("2019-08-02T10:15:00+02:00", "2019-08-02"),
        ("2.8.2019", "2019-08-02"),
        ("20190802", "2019-08-02"),
        ("Fri, 02 Aug 2019 10:15:00 GMT", "2019-08-02"),
        ("2019-02-30", None),
        ("neulich", None),
        ("", None),
        ("0000-00-00", None),
    ],
)
def test_dates(given: str, day: str | None) -> None:
    assert normal_date(given) == day


# ---------------------------------------------------------------- what is skipped

FAULTS = [
    ("x.txt", b"", "x.txt", "empty file"),
    ("x.txt", b" \n\t\r\n", "x.txt", "nothing but blank space"),
    ("x.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "x.txt", "a binary file"),
    ("x.txt", b"text \0 text", "x.txt", "a binary file"),
    (
        "x.txt",
        "Gut.\nMüller sagte das.".encode("latin-1"),
        "x.txt:2",
        "not UTF-8 (looks like Latin-1): convert with iconv -f latin1 -t utf-8 ",
    ),
    ("x.txt", b"<!DOCTYPE html><html><body>Hallo</body></html>", "x.txt", "HTML"),
    ("x.txt", ("x" * 30).encode("utf-16-le")[:-1], "x.txt", "a binary file"),
    ("x.txt", b"\xff\xfea\0b", "x.txt", "not UTF-16"),
    ("x.jsonl", b'{"title": "ohne"}', "x.jsonl:1", "no field text"),
    ("x.jsonl", b'{"text": 5}', "x.jsonl:1", "text is not a string"),
    ("x.jsonl", b'{"text": " "}', "x.jsonl:1", "nothing but blank space"),
    ("x.jsonl", b'{"text": "half \\ud800 pair"}', "x.jsonl:1", "lone surrogate"),
    ("x.jsonl", b'{"text": "a \\u0000 b"}', "x.jsonl:1", "NUL"),
    ("x.json", b"[]", "x.json", "an empty list"),
    ("x.json", b"[1]", "x.json:1", "not a JSON object"),
    ("x.json", b'{\n "text": "a"\n "b": 1}', "x.json:3", "broken JSON"),
    ("x.json", b"[" * 100_000, "x.json:1", "broken JSON"),
    (
        "x.jsonl",
        b'{"text": "Bonjour", "lang": "fr"}',
        "x.jsonl:1",
        "language 'fr' is not German or English",
    ),
    (
        "x.txt",
        "Le président de la France a dit que les choses ne sont pas finies dans le pays.".encode(),
        "x.txt",
        "language not German or English (give --lang to force)",
    ),
]


@pytest.mark.parametrize(("name", "content", "where", "why"), FAULTS)
def test_a_fault_is_one_line_that_names_the_place(
    tmp_path: Path, name: str, content: bytes, where: str, why: str
) -> None:
    found, (skip,) = read(write(tmp_path / name, content))
    assert found == []
    assert skip.where == str(tmp_path / where)
    assert why in skip.why and "\n" not in skip.why


def test_broken_lines_in_a_good_file(tmp_path: Path) -> None:
    good = json.dumps({"text": STORY}).encode()
    lines = [good, b'{"text": "abge', good, b"kein json", b'{"text": "M\xfcller"}', b"[1]", good]
    found, skips = read(write(tmp_path / "x.jsonl", b"\n".join(lines)))
    assert [a.source.rsplit(":", 1)[1] for a in found] == ["1", "3", "7"]
    assert [s.where.rsplit(":", 1)[1] for s in skips] == ["2", "4", "5", "6"]
    assert "Latin-1" in skips[2].why


def test_a_broken_first_line_does_not_hide_the_rest(tmp_path: Path) -> None:
    good = json.dumps({"text": STORY})
    found, (skip,) = read(write(tmp_path / "x.jsonl", '{"text": "abge\n' + good + "\n"))
    assert [a.source for a in found] == [f"{tmp_path / 'x.jsonl'}:2"] and skip.where.endswith(":1")


def test_missing_path_and_empty_folder_and_odd_name(tmp_path: Path) -> None:
    found, skips = read(tmp_path / "nirgends.txt", tmp_path, "a\0b")
    assert found == []
    assert skips[0].why == "no such file"
    assert "no articles in this folder" in skips[1].why and "not a file name" in skips[2].why


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file(tmp_path: Path) -> None:
    path = write(tmp_path / "x.txt", STORY)
    path.chmod(0)
    assert "permission denied" in read(path)[1][0].why


def test_what_is_too_long_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(articles, "MAX_TEXT_CHARACTERS", 100)
    monkeypatch.setattr(articles, "MAX_LINE_BYTES", 500)
    good = json.dumps({"text": STORY})
    long_line = json.dumps({"text": "x" * 600})
    found, skips = read(
        write(tmp_path / "a.txt", "x " * 300),
        write(tmp_path / "b.jsonl", "\n".join((good, long_line, good))),
        write(tmp_path / "c.txt", "y " * 60),
        write(tmp_path / "d.json", "[\n" + "\n" * 600 + "]"),
    )
    assert len(found) == 2
    assert [s.where.rsplit("/", 1)[1] for s in skips] == ["a.txt", "b.jsonl:2", "c.txt", "d.json"]
    assert all("longer than" in s.why for s in skips)


def test_articles_come_one_at_a_time(tmp_path: Path) -> None:
    path = write(tmp_path / "x.jsonl", "\n".join([json.dumps({"text": STORY})] * 3))
    stream = read_articles(
        [path, tmp_path / "nirgends"], on_skip=lambda skip: pytest.fail(skip.why)
    )
    assert next(stream).source.endswith(":1")


@pytest.mark.parametrize("options", [{"lang": "fr"}, {"published": "gestern"}])
def test_wrong_options_are_loud_at_once(options: dict[str, str]) -> None:
    with pytest.raises(InputError):
        read_articles([], on_skip=print, **options)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.binary(max_size=200)
    | st.lists(
        st.sampled_from(
            [
                b'{"text":',
                b'"a b."',
                b"}",
                b"[",
                b"]",
                b"\n",
                b"{",
                b"\xff\xfe",
                b"\xef\xbb\xbf",
                b"\0",
                b"1e999",
                b"null",
                b",",
                b'"\\ud800"',
                b"\xfc",
            ]
        )
    ).map(b"".join),
    st.sampled_from(["x.txt", "x.json", "x.jsonl"]),
)
def test_any_bytes_are_read_or_skipped(tmp_path: Path, content: bytes, name: str) -> None:
    found, skips = read(write(tmp_path / name, content))
    assert found or skips or not content.strip()
    for article in found:
        assert article.text.strip() and article.text.encode()


# ---------------------------------------------------------------- parts

PARTS = [
    ("de", f"Washington\n\n{STORY}\n\nVon RND/dpa", "dateline body byline"),
    ("de", f"Berlin (dpa) - {STORY}", "dateline body"),
    ("de", f"BERLIN/PARIS (Reuters) \u2013 {STORY}", "dateline body"),
    ("de", f"Frankfurt am Main, 3. Mai 2019 (dpa/lhe) - {STORY}", "dateline body"),
    ("de", f"Berlin. {STORY}", "dateline body"),
    (
        "de",
        f"Gesetz im Bundestag gescheitert\n\nBerlin (dpa) - {STORY} (dpa)",
        "title dateline body byline",
    ),
    ("de", f"{STORY}\n\n2000 ausländische Kämpfer\n\n{STORY}", "body subhead body"),
    ("de", f"{STORY}\n\n„Das Kalifat ist zerstört worden“\n\n{STORY}", "body subhead body"),
    ("de", f"{STORY}\n\n„Das Kalifat ist zerstört worden.“\n\n{STORY}", "body body body"),
    ("de", f"{STORY}\n\n„Das ist gut“, sagte er.\n\n{STORY}", "body body body"),
    ("de", f"{STORY}\n\nLesen Sie auch: Trump ist ein Brandstifter\n\n{STORY}", "body teaser body"),
    ("de", f"Von Erika Muster, Berlin\n\n{STORY}\n\nFoto: Erika Muster/dpa", "byline body teaser"),
    ("de", f"{STORY}\n\nVon Januar bis März stieg die Zahl.", "body body"),
    ("de", "Trump trifft Merkel", "body"),
    ("de", "Trump trifft Merkel\n\nMacron reist ab\n\nJohnson bleibt", "body body body"),
    (
        "de",
        "Die Regierung in Berlin hat am Montag ein neues\n"
        "Gesetz beschlossen, das schon in der kommenden\nWoche gelten soll.\n\nEin Satz.",
        "body body",
    ),
    ("en", "WASHINGTON (AP) — The Senate passed the bill on Monday.", "dateline body"),
    ("en", "LONDON, May 3 (Reuters) - The House passed the bill on Monday.", "dateline body"),
    (
        "en",
        "By Jane Doe\n\nThe House passed the bill.\n\nRead also: Trump is a thief",
        "byline body teaser",
    ),
    (
        "en",
        "The House passed the bill.\n\nNew talks ahead\n\nThe Senate did not.",
        "body subhead body",
    ),
    ("en", "See how the House passed the bill and why the Senate did not.", "body"),
]


@pytest.mark.parametrize(("lang", "text", "kinds"), PARTS)
def test_parts(lang: str, text: str, kinds: str) -> None:
    assert [part.kind for part in find_parts(text, lang=lang)] == kinds.split()


def test_a_given_title_is_told_from_the_body() -> None:
    kinds = [
        p.kind
        for p in find_parts(f"Trump trifft Merkel.\n{STORY}", "Trump trifft Merkel.", lang="de")
    ]
    assert kinds == ["title", "body"]


@pytest.mark.parametrize("lang", ["de", "en"])
def test_every_part_pattern_fires_on_its_example(lang: str) -> None:
    for row in read_table(ontology_path("lexicon", lang, "parts.tsv"), PartPattern):
        assert row.kind in {"teaser", "byline", "agency"}
        if row.kind != "agency":
            assert re.match(row.pattern, row.example), row
            kinds = [p.kind for p in find_parts(f"{STORY}\n\n{row.example}", lang=lang)]
            assert kinds == ["body", row.kind], row


LINES = [
    "Washington",
    "Berlin (dpa) - Der Bund zahlt.",
    STORY,
    "Ein Subhead",
    "Lesen Sie auch: X",
    "----",
    "„Zitat“",
    "und weiter geht es in dieser Zeile ohne ein Ende und ohne Punkt",
    " ",
    "",
    "Von A B",
    "(dpa)",
]


@given(
    st.lists(st.sampled_from(LINES), max_size=10).flatmap(
        lambda lines: st.sampled_from(["\n", "\r\n", "\n\n", "\r"]).map(lambda end: end.join(lines))
    )
    | st.text(max_size=120),
    st.sampled_from(["de", "en"]),
    st.none() | st.sampled_from(LINES),
)
def test_parts_cover_the_text_in_order(text: str, lang: str, title: str | None) -> None:
    parts, last = find_parts(text, title, lang=lang), 0
    for part in parts:
        assert part.kind in PART_KINDS
        assert last <= part.start < part.end
        assert not text[last : part.start].strip()
        assert text[part.start : part.end].strip() == text[part.start : part.end]
        last = part.end
    assert not text[last:].strip()
