"""Building: the same articles give the same graph, whatever the order and however often."""

from __future__ import annotations

import io
import json
import signal
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from conftest import RunKg

from kg.errors import InputError
from kg.knowing.exports import export_graph
from kg.knowing.store import GraphStore
from kg.pipeline import (
    BuildResult,
    Patience,
    build_store,
    is_seam,
    pipelines,
    read_all,
    read_article,
    read_seam,
)
from kg.reading.articles import Skip, read_articles
from kg.reading.parsing import Pipeline
from kg.records import Article, Part

pytestmark = pytest.mark.model

SOLHAVN = """Solhavn ruft Botschafter zurück

Solhavn (npa) - Die Regierung von Norwegen hat den Botschafter Dänemarks einbestellt.
Außenministerin Anna Berg kritisierte am Montag die Polizei. „Das ist nicht hinnehmbar“,
sagte Berg. Die Organisation Freies Meer (FM) soll mehrere Schiffe besetzt haben.
"""
TALLINN = """Polizei nimmt Manager fest

Tallinn (npa) - Die estnische Polizei nahm am Dienstag den Manager Toomas Reinvald fest.
Anna Berg begrüßte die Festnahme nicht. Die FM forderte Norwegen auf, die Häfen zu schließen.
"""
RIGA = {
    "text": "Latvia urged Norway to open the ports on Monday. “We will not pay,” Anna Berg said.",
    "title": "Latvia urges Norway",
    "url": "https://example.org/riga",
    "published": "2026-10-06",
    "lang": "en",
}


def refuse(skip: Skip) -> None:
    raise AssertionError(f"skipped {skip.where}: {skip.why}")


def build(inputs: Iterable[object], store: Path, **options: object) -> BuildResult:
    return build_store(
        [str(name) for name in inputs],
        store=store,
        pipeline_of=pipelines(),
        on_skip=options.pop("on_skip", refuse),  # type: ignore[arg-type]
        published="2026-10-06",
        **options,  # type: ignore[arg-type]
    )


def export(store: Path, format: str = "nquads") -> bytes:
    out = io.BytesIO()
    with GraphStore.open(store, read_only=True) as graph:
        export_graph(graph, format, out)
    return out.getvalue()


@pytest.fixture
def articles(tmp_path: Path) -> list[Path]:
    texts = {"solhavn.txt": SOLHAVN, "tallinn.txt": TALLINN, "riga.jsonl": json.dumps(RIGA)}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return [tmp_path / name for name in texts]


# --- the same graph


def test_building_twice_adds_nothing(articles: list[Path], tmp_path: Path) -> None:
    first = build(articles, tmp_path / "store")
    before = export(tmp_path / "store")
    again = build(articles, tmp_path / "store")
    assert (first.changed, again.changed, again.seen) == (3, 0, 3)
    assert len(before) > 5000
    assert export(tmp_path / "store") == before


def test_order_of_articles_does_not_matter(articles: list[Path], tmp_path: Path) -> None:
    build(articles, tmp_path / "one")
    for path in reversed(articles):
        build([path], tmp_path / "other")
    assert export(tmp_path / "one") == export(tmp_path / "other")


def test_same_article_in_one_run_twice(articles: list[Path], tmp_path: Path) -> None:
    build(articles, tmp_path / "one")
    build([*articles, articles[0]], tmp_path / "twice")
    assert export(tmp_path / "one") == export(tmp_path / "twice")


def test_reading_ahead_gives_what_reading_one_by_one_gives(articles: list[Path]) -> None:
    pipeline_of = pipelines()
    found = list(read_articles([str(path) for path in articles], on_skip=refuse))
    mixed = [*found, *reversed(found), found[0]]
    alone = [read_article(a, pipeline_of(a.lang)) for a in mixed]
    assert {a.lang for a in mixed} == {"de", "en"}
    for ahead in (True, False):
        assert list(read_all(iter(mixed), pipeline_of=pipeline_of, ahead=ahead)) == alone


def test_a_slow_source_is_not_read_ahead() -> None:
    def source() -> Iterator[Article]:
        for number in range(3):
            asked.append(number)
            yield Article(str(number), "-", "de", "Es regnet.", parts=(Part("body", 0, 10),))

    asked: list[int] = []
    readings = read_all(source(), pipeline_of=pipelines(), ahead=False)
    assert next(readings).article.id == "0"
    assert asked == [0]


def test_force_reads_again_and_changes_nothing(
    articles: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kg import pipeline

    build(articles, tmp_path / "store")
    before, read, really = export(tmp_path / "store"), [], pipeline.read_article
    monkeypatch.setattr(
        pipeline, "read_article", lambda a, p, names: read.append(a.id) or really(a, p)
    )
    build(articles, tmp_path / "store")
    assert not read
    forced = build(articles, tmp_path / "store", force=True)
    assert (len(read), forced.changed) == (3, 0)
    assert export(tmp_path / "store") == before


def test_changed_text_replaces_the_graph(articles: list[Path], tmp_path: Path) -> None:
    build(articles, tmp_path / "store")
    changed = {**RIGA, "text": "Latvia urged Sweden to open the ports on Monday."}
    articles[2].write_text(json.dumps(changed), encoding="utf-8")
    assert build(articles, tmp_path / "store").changed == 1
    build(articles, tmp_path / "fresh")
    assert export(tmp_path / "store") == export(tmp_path / "fresh")
    assert b"We will not pay" not in export(tmp_path / "store")


# --- the seam


def seam_of(articles: Iterable[Path], call_kg: RunKg, to: Path) -> Path:
    done = call_kg("read", *articles, "--published", "2026-10-06", "--to", to)
    assert (done.code, done.out, done.err) == (0, "", "")
    return to


def test_seam_gives_the_same_graph(articles: list[Path], tmp_path: Path, call_kg: RunKg) -> None:
    seam = seam_of(articles, call_kg, tmp_path / "seam.jsonl")
    build(articles, tmp_path / "direct")
    build([seam], tmp_path / "seam")
    assert graph_without_run(tmp_path / "seam") == graph_without_run(tmp_path / "direct")


def graph_without_run(store: Path) -> list[bytes]:
    """The quads, less which model read an article and what hangs on its name or digest."""
    lines = export(store).splitlines()
    runs = {line.split()[0] for line in lines if b"ontology#Reading>" in line}
    assert len(runs) == 3
    lines = [line for line in lines if b"ontology#digest>" not in line]
    return [line for line in lines if not runs & set(line.split())]


def test_seam_from_standard_input(articles: list[Path], tmp_path: Path, call_kg: RunKg) -> None:
    seam = seam_of(articles, call_kg, tmp_path / "seam.jsonl")
    done = call_kg("build", "-", "--store", "piped", stdin=seam.read_bytes())
    assert (done.code, done.err[:19]) == (0, "kg: 3 articles: 3 n")
    build([seam], tmp_path / "seam")
    assert export(tmp_path / "piped") == export(tmp_path / "seam")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b'{"type": "mention", "article"', "not a newskg record"),
        (b'{"type": "mention", "article": "x\xff"}', "not UTF-8"),
        (b'{"type": "nonsense"}', "not a newskg record"),
        (b'{"type": "mention", "article": 7, "start": 1, "end": 2, "text": "a", '
         b'"kind": "person"}', "of the wrong kind"),
        (b'{"type": "mention", "article": "x", "start": 1, "end": 2, "text": "a", '
         b'"kind": "hero"}', "of the wrong kind"),
        (b'{"type": "mention", "article": "another", "start": 1, "end": 2, "text": "a", '
         b'"kind": "person"}', "without its article"),
    ],
)  # fmt: skip
def test_broken_seam_line_costs_its_article_only(
    articles: list[Path], tmp_path: Path, call_kg: RunKg, line: bytes, why: str
) -> None:
    seam = seam_of(articles, call_kg, tmp_path / "seam.jsonl")
    lines = seam.read_bytes().splitlines()
    second = [n for n, text in enumerate(lines) if text.startswith(b'{"type": "article"')][1]
    seam.write_bytes(b"\n".join([*lines[: second + 1], line, *lines[second + 1 :]]))
    skips: list[Skip] = []
    result = build([seam], tmp_path / "store", on_skip=skips.append)
    assert result.seen == 2
    article, broken = f"{seam}:{second + 1}", f"{seam}:{second + 2}"
    assert [(s.where in {article, broken}, why in s.why) for s in skips] == [(True, True)]
    build([articles[0], articles[2]], tmp_path / "rest")
    with GraphStore.open(tmp_path / "store") as graph, GraphStore.open(tmp_path / "rest") as rest:
        assert graph.article_ids() == rest.article_ids()


def test_compact_json_is_a_seam_too(articles: list[Path], tmp_path: Path, call_kg: RunKg) -> None:
    seam = seam_of(articles, call_kg, tmp_path / "seam.jsonl")
    lines = [json.loads(line) for line in seam.read_text(encoding="utf-8").splitlines()]
    compact = tmp_path / "compact.jsonl"
    compact.write_text("".join(json.dumps(x, separators=(",", ":")) + "\n" for x in lines))
    assert [r.article.id for r in read_seam(str(compact), on_skip=refuse)] == [
        x["id"] for x in lines if x["type"] == "article"
    ]


def test_articles_are_no_seam(articles: list[Path], tmp_path: Path) -> None:
    tagged = tmp_path / "tagged.jsonl"
    tagged.write_text(json.dumps({"type": "article", **RIGA}), encoding="utf-8")
    assert not any(is_seam(str(path)) for path in [*articles, tagged, tmp_path, "nowhere"])


def test_foreign_language_in_a_seam_is_skipped(tmp_path: Path) -> None:
    article = {"type": "article", "id": "x", "source": "a", "lang": "fr", "text": "Bonjour",
               "parts": []}  # fmt: skip
    (tmp_path / "fr.jsonl").write_text(json.dumps(article), encoding="utf-8")
    skips: list[Skip] = []
    assert not list(read_seam(str(tmp_path / "fr.jsonl"), on_skip=skips.append))
    assert "'fr' is not one of de, en" in skips[0].why


@pytest.mark.parametrize("name", ["../../up", "a b", "", "a/b"])
def test_an_id_that_cannot_name_a_graph_is_skipped(tmp_path: Path, name: str) -> None:
    article = {"type": "article", "id": name, "source": "a.txt", "lang": "de", "text": "Hallo",
               "parts": []}  # fmt: skip
    (tmp_path / "bad.jsonl").write_text(json.dumps(article), encoding="utf-8")
    skips: list[Skip] = []
    result = build([tmp_path / "bad.jsonl"], tmp_path / "store", on_skip=skips.append)
    assert (result.seen, len(skips)) == (0, 1)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.jsonl", "store"]


# --- the rest


def test_wrong_language_and_date_are_refused(articles: list[Path], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'fr' is not one of de, en"):
        build(articles, tmp_path / "store", lang="fr")
    assert not (tmp_path / "store").exists()


def test_language_without_pipeline_is_skipped(
    articles: list[Path], tmp_path: Path, german: Pipeline
) -> None:
    from kg.errors import ModelError

    def only_german(lang: str) -> Pipeline:
        if lang != "de":
            raise ModelError("no pipeline for language 'en': install one")
        return german

    skips: list[Skip] = []
    result = build_store(
        [str(path) for path in articles],
        store=tmp_path / "store",
        pipeline_of=only_german,
        on_skip=skips.append,
    )
    assert result.seen == 2
    assert [(s.where, s.why) for s in skips] == [
        (f"{articles[2]}:1", "no pipeline for language 'en': install one")
    ]


def test_patience_waits_for_the_end_of_the_block() -> None:
    patience, done = Patience(), []
    try:
        with pytest.raises(KeyboardInterrupt):  # noqa: PT012
            with patience:
                signal.raise_signal(signal.SIGINT)
                done.append("the block")
            done.append("never")
        with pytest.raises(KeyboardInterrupt), patience:  # noqa: PT012
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)
            done.append("never")
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    finally:
        patience.end()
    assert done == ["the block"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
