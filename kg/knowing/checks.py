"""Is a store whole? Each article with its digest and copy, each entity as articles have it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode, Quad

from kg import names
from kg.knowing.engines import INPUT_DIGEST
from kg.knowing.store import GraphStore, digests, is_as_written


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was written: where, what, and whether it is mended now.

    A ``harmless`` one needs no mending.
    """

    where: str
    what: str
    mended: bool = False
    harmless: bool = False

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" + (" (mended)" if self.mended else "")


def check_store(
    store: GraphStore,
    *,
    repair: bool = False,
    tell: Callable[[int], None] = lambda done: None,
) -> Iterator[Finding]:
    """What is wrong in a store, article by article, then entity by entity.

    With ``repair`` entities are decided again, and an article that is not whole is noted so
    that the next build reads it again; nothing is thrown away. ``tell`` hears the number of
    articles done. Takes time and memory of the largest article, not of the store.
    """
    for done, article in enumerate(store.article_ids(), 1):
        yield from _check_article(store, article, repair)
        tell(done)
    yield from _check_copies(store, repair)
    yield from _check_entities(store, repair)


def _check_article(store: GraphStore, article: str, repair: bool) -> Iterator[Finding]:
    graph = NamedNode(names.article_iri(article))
    quads = set(store.quads(graph=graph))
    fault = _fault_of(store, article, quads)
    if fault:
        if repair:
            noted = {quad for quad in quads if quad.predicate == INPUT_DIGEST}
            store.engine.replace(graph, noted, set(), ())
        yield Finding(names.shorten(graph.value), f"{fault}; the next kg build reads it again")


def _fault_of(store: GraphStore, article: str, quads: set[Quad]) -> str | None:
    if not digests(quads):
        return "no digest: not written by this version, or not whole"
    if not is_as_written(quads):
        return "not as it was written: triples were added, changed or lost"
    if not any(quad.predicate == INPUT_DIGEST for quad in quads):
        return "noted to be read again"
    whole = store.has_copy(article) or not store.keeps_copy(article)
    return None if whole else "the copy of what was read is broken"


def _check_copies(store: GraphStore, repair: bool) -> Iterator[Finding]:
    known = set(store.article_ids())
    if without := sum(not store.keeps_copy(article) for article in known):
        what = f"articles without a copy of what was read, as after kg import: {without}"
        yield Finding("readings", what, harmless=True)
    for path in store.leftover_files(known):
        if repair:
            path.unlink(missing_ok=True)
        yield Finding(str(path), "left over from a build that was cut off", repair, harmless=True)


def _check_entities(store: GraphStore, repair: bool) -> Iterator[Finding]:
    waiting = store.stale_entities()
    wrong = sorted({*store.wrong_entities()} - {*waiting}, key=str)
    if repair:
        store.mark_stale(wrong)
        store.refresh_knowledge()
    for node in wrong:
        yield Finding(names.shorten(node.value), "kg:knowledge differs from the articles", repair)
    if waiting:
        what = f"{len(waiting)} entities wait to be decided again: a build is going on or was cut"
        yield Finding("kg:knowledge", what, repair)
