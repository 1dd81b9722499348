"""How good reading is on the project's own gold sentences under ``tests/gold``.

``python benchmarks/quality.py`` prints precision, recall and F1 of statements for each
language whose pipeline is installed, and with ``--errors`` what was wrong and what was missed.
``statements`` are short sentences that guard what once was right; ``news`` are longer ones,
annotated without looking at what the program says of them.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from kg.evaluate import PUBLISHED, GoldSentence, Score, measure_statements, read_gold
from kg.pipeline import read_sentence
from kg.reading.parsing import Pipeline, find_model, load_pipeline

GOLD = Path(__file__).parent.parent / "tests" / "gold"


def measure(gold: Sequence[GoldSentence], pipeline: Pipeline) -> Score:
    """How the statements of gold sentences are read."""
    return measure_statements(
        gold, lambda text: read_sentence(text, pipeline, published=PUBLISHED).statements
    )


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description="Statements against gold sentences.")
    parser.add_argument("--errors", action="store_true", help="show what was wrong or missed")
    options = parser.parse_args()
    for path in sorted([*GOLD.glob("statements.*.jsonl"), *GOLD.glob("news.*.jsonl")]):
        name, _, lang = path.stem.rpartition(".")
        gold = read_gold(path)
        score = measure(gold, load_pipeline(find_model(lang)))
        print(
            f"{name} {lang}: {len(gold)} sentences, {score.gold} statements: precision "
            f"{score.precision:.3f}, recall {score.recall:.3f}, F1 {score.f1:.3f}"
        )
        if options.errors:
            print("".join(f"  wrong   {line}\n" for line in score.wrong), end="")
            print("".join(f"  missed  {line}\n" for line in score.missed), end="")


if __name__ == "__main__":
    main()
