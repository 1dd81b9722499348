"""How fast reading is, against the bare language pipeline on the same text in the same run.

``python benchmarks/reading.py [FILE...] [--json FILE]`` reads the articles three times as
``kg read`` does, takes the fastest, and prints words a second of ``nlp.pipe`` alone, of the whole
reading, and their ratio. Without files it takes the German articles under ``seeds/``.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

from kg.pipeline import read_all, read_article
from kg.reading.articles import Skip, read_articles
from kg.reading.parsing import Pipeline, find_model, load_pipeline
from kg.records import Article

ROOT = Path(__file__).parent.parent
ROUNDS = 3


def body_texts(article: Article) -> list[str]:
    """The paragraphs of an article that are read for facts."""
    return [article.text[p.start : p.end] for p in article.parts if p.kind == "body"]


def fastest_s(work: Callable[[], object]) -> float:
    """Seconds of the fastest of a few rounds."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def measure(articles: list[Article], pipeline: Pipeline) -> dict[str, object]:
    """Words a second of the pipeline alone and of the whole reading, and their ratio."""
    texts = [text for article in articles for text in body_texts(article)]
    words = sum(len(text.split()) for text in texts)
    read_article(articles[0], pipeline)  # tables and model are loaded once
    plain_s = fastest_s(lambda: list(pipeline.nlp.pipe(texts, batch_size=16)))
    whole_s = fastest_s(lambda: list(read_all(articles, pipeline_of=lambda _: pipeline)))
    return {
        "model": pipeline.name,
        "articles": len(articles),
        "words": words,
        "pipe_words_per_s": round(words / plain_s),
        "read_words_per_s": round(words / whole_s),
        "ratio": round(plain_s / whole_s, 3),
    }


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description="Words a second of reading.")
    parser.add_argument("files", nargs="*", default=[str(ROOT / "seeds")])
    parser.add_argument("--lang", default="de", choices=["de", "en"])
    parser.add_argument("--model", help="a spaCy pipeline, by name or folder")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures")
    options = parser.parse_args()
    skips: list[Skip] = []
    found = read_articles(options.files, published="2026-10-20", on_skip=skips.append)
    articles = [article for article in found if article.lang == options.lang]
    if not articles:
        parser.error(f"no article in language {options.lang!r} ({len(skips)} skipped)")
    result = measure(articles, load_pipeline(options.model or find_model(options.lang)))
    print(
        f"{result['model']}: {result['articles']} articles, {result['words']} words\n"
        f"pipeline alone  {result['pipe_words_per_s']:>7} words/s\n"
        f"whole reading   {result['read_words_per_s']:>7} words/s\n"
        f"ratio           {result['ratio']:>7}"
    )
    if options.json:
        options.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
