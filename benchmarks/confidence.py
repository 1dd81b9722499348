"""How well the confidence of statements is calibrated, and the fitting of its weights.

``python benchmarks/confidence.py`` measures on the held third of ``tests/gold/judged.de.tsv``:
bins of confidence against the share that is right, and what each threshold keeps. The table
holds plain statements of German Wikinews articles (those of "Dataset of Quotation Attribution
in German News Articles", Petersen-Frey and Biemann 2024, training part), each judged right or
wrong by hand, with the signs that it had; the texts are not part of this project.

``--articles FOLDER`` reads the articles anew (one text file or one JSON file each) and writes
the signs of the statements that are still found into the table. ``--fit`` fits the weights of
``ontology/confidence.tsv`` on the other two thirds: logistic regression with a penalty on large
weights, where what is known to go wrong never speaks for a statement.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path

import numpy as np

from kg.confidence import BASE, Weight, confidence_of
from kg.lexicon import ontology_path, read_table
from kg.pipeline import read_article
from kg.reading.articles import read_articles
from kg.reading.parsing import Pipeline, find_model, load_pipeline
from kg.records import Article, Phrase, Statement, is_plain

GOLD = Path(__file__).parent.parent / "tests" / "gold" / "judged.de.tsv"
ENCOURAGING = frozenset({"office", "no_agent"})
"""Signs that may speak for a statement; all others only against it."""
PENALTY = 1.5
THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9)
_LEAST_SEEN = 3


@dataclass(frozen=True, slots=True)
class Judged:
    """A line of the table: spans are ``start-end`` or ``-``, signs are parted by spaces."""

    article: str
    part: str
    sentence: str
    subject: str
    object: str
    relation: str
    verdict: str
    cause: str
    signs: str

    @property
    def right(self) -> bool:
        """Subject, relation, object and polarity are those of the sentence."""
        return self.verdict == "right"

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its signs."""
        return () if self.signs == "-" else tuple(self.signs.split())

    @property
    def confidence(self) -> float:
        """What the table of weights makes of its signs."""
        return confidence_of(self.names)


def key_of(statement: Statement) -> tuple[str, str, str, str]:
    """What finds a statement of an article again: its spans and its relation."""
    relation = statement.relation
    lemma = "-".join(part for part in (relation.lemma, relation.preposition) if part)
    sentence = _span(Phrase("", *statement.sentence))
    return sentence, _span(statement.subject), _span(statement.object), lemma.replace(" ", "_")


def _span(phrase: Phrase | None) -> str:
    return f"{phrase.start}-{phrase.end}" if phrase else "-"


# --- measuring ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept from a threshold on: how many, and how good."""

    threshold: float
    kept: int
    precision: float
    recall: float


def measure_kept(pairs: Sequence[tuple[float, bool]], threshold: float) -> Kept:
    """Precision of the statements at least as sure, and the share of right ones kept."""
    kept = [right for confidence, right in pairs if confidence >= threshold]
    rights = sum(right for _, right in pairs)
    precision = sum(kept) / len(kept) if kept else 1.0
    return Kept(threshold, len(kept), precision, sum(kept) / rights if rights else 0.0)


def measure_bins(
    pairs: Sequence[tuple[float, bool]], bounds: Sequence[float] = (0.0, 0.6, 0.8, 0.9)
) -> Iterator[tuple[int, float, float]]:
    """For each bin of confidence: how many, their mean confidence, the share that is right."""
    for low, high in zip(bounds, (*bounds[1:], 1.01), strict=True):
        inside = [pair for pair in pairs if low <= pair[0] < high]
        if inside:
            count = len(inside)
            yield count, sum(c for c, _ in inside) / count, sum(r for _, r in inside) / count


def calibration_error(pairs: Sequence[tuple[float, bool]]) -> float:
    """Mean distance of confidence and share right over the bins, weighed by their size."""
    return sum(n * abs(mean - share) for n, mean, share in measure_bins(pairs)) / len(pairs)


def ranking(pairs: Sequence[tuple[float, bool]]) -> float:
    """How often a right statement is surer than a wrong one (area under the curve)."""
    good = [c for c, right in pairs if right]
    bad = [c for c, right in pairs if not right]
    won = sum((g > b) + 0.5 * (g == b) for g in good for b in bad)
    return won / (len(good) * len(bad)) if good and bad else 0.5


# --- fitting ------------------------------------------------------------------------------


def fit_weights(rows: Sequence[Judged], *, penalty: float = PENALTY) -> Mapping[str, float]:
    """Weights of the signs that are seen often enough, and the base; the rest is left out."""
    names = sorted({sign for row in rows for sign in row.names})
    names = [n for n in names if sum(n in row.names for row in rows) >= _LEAST_SEEN]
    x = np.array([[1.0, *(n in row.names for n in names)] for row in rows], dtype=float)
    y = np.array([row.right for row in rows], dtype=float)
    low = np.array([-np.inf, *(0.0 if n in ENCOURAGING else -np.inf for n in names)])
    high = np.array([np.inf, *(np.inf if n in ENCOURAGING else 0.0 for n in names)])
    held = np.array([0.0] + [penalty] * len(names))
    step = 1 / (np.linalg.norm(x, 2) ** 2 / 4 + penalty)
    weights = np.zeros(len(names) + 1)
    for _ in range(20_000):
        wrong_by = 1 / (1 + np.exp(-x @ weights)) - y
        weights = np.clip(weights - step * (x.T @ wrong_by + held * weights), low, high)
    return dict(zip((BASE, *names), weights.round(2).tolist(), strict=True))


def write_weights(weights: Mapping[str, float], path: Path) -> None:
    """The table with new weights; comments, order and reasons stay."""
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines():
        sign, _, rest = line.partition("\t")
        known = not line.startswith("#") and rest and sign != fields(Weight)[0].name
        reason = rest.partition("\t")[2]
        lines.append(f"{sign}\t{weights.get(sign, 0.0):g}\t{reason}" if known else line)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


# --- reading anew -------------------------------------------------------------------------


def read_anew(rows: Sequence[Judged], folder: Path, pipeline: Pipeline) -> list[Judged]:
    """The rows that are found again, with the signs that they have now."""
    names = sorted({row.article for row in rows})
    found: dict[str, dict[tuple[str, str, str, str], Statement]] = {}
    for name, article in zip(names, _articles(folder, names), strict=True):
        statements = read_article(article, pipeline).statements
        found[name] = {key_of(s): s for s in statements if is_plain(s)}
    kept = []
    for row in rows:
        key = (row.sentence, row.subject, row.object, row.relation)
        if (statement := found[row.article].get(key)) is not None:
            kept.append(replace(row, signs=" ".join(statement.signs) or "-"))
    return kept


def _articles(folder: Path, names: Sequence[str]) -> list[Article]:
    """The articles as ``kg read`` finds them in a folder."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "articles.jsonl"
        texts = [json.dumps({"text": _text(folder, name), "lang": "de"}) for name in names]
        path.write_text("\n".join(texts), encoding="utf-8")
        return list(read_articles([path], on_skip=lambda skip: print(skip.where, skip.why)))


def _text(folder: Path, name: str) -> str:
    plain = folder / f"{name}.txt"
    if plain.exists():
        return plain.read_text(encoding="utf-8")
    data = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return str(data["originalText"])


def write_table(rows: Sequence[Judged], path: Path) -> None:
    """The table under the comment lines that it has."""
    old = path.read_text(encoding="utf-8").splitlines()
    head = [line for line in old if line.startswith("#")]
    header = "\t".join(f.name for f in fields(Judged))
    lines = ["\t".join(astuple(row)) for row in rows]
    path.write_text("\n".join([*head, header, *lines]) + "\n", encoding="utf-8")


def report(rows: Sequence[Judged]) -> str:
    """What the confidence of some rows is worth."""
    pairs = [(row.confidence, row.right) for row in rows]
    share = sum(right for _, right in pairs) / len(pairs)
    lines = [f"{len(pairs)} statements, {share:.3f} right"]
    lines += ["    n  confidence  right"]
    lines += [f"{n:5}  {mean:10.3f}  {right:5.3f}" for n, mean, right in measure_bins(pairs)]
    lines += [f"calibration error {calibration_error(pairs):.3f}, ranking {ranking(pairs):.3f}"]
    lines += ["threshold  kept  precision  recall"]
    for t in THRESHOLDS:
        kept = measure_kept(pairs, t)
        lines.append(f"{t:9}  {kept.kept:4}  {kept.precision:9.3f}  {kept.recall:6.3f}")
    return "\n".join(lines)


def main() -> None:
    """Reads anew and fits where asked, then measures and prints."""
    parser = argparse.ArgumentParser(description="Calibration of confidence.")
    parser.add_argument("--articles", type=Path, metavar="FOLDER", help="read the signs anew")
    parser.add_argument("--fit", action="store_true", help="fit the weights")
    options = parser.parse_args()
    rows = list(read_table(GOLD, Judged))
    if options.articles:
        again = read_anew(rows, options.articles, load_pipeline(find_model("de")))
        print(f"{len(again)} of {len(rows)} statements found again")
        rows = again
        write_table(rows, GOLD)
    if options.fit:
        weights = fit_weights([row for row in rows if row.part == "fit"])
        write_weights(weights, ontology_path("confidence.tsv"))
        print("weights fitted; run again to measure")
        return
    for part in ("fit", "held"):
        print(f"{part}: {report([row for row in rows if row.part == part])}\n")


if __name__ == "__main__":
    main()
