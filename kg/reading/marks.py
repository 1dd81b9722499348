"""Stretches of a text between quotation marks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kg.records import Span

_CLOSERS = {"„": '“”"', "“": '”"', "»": "«", "«": "»", '"': '"', "”": "”"}
_SINGLE_CLOSERS = {"‚": "‘’", "›": "‹", "‹": "›", "‘": "’"}
"""Single marks quote only in pairs: one of them alone is an apostrophe."""
_CERTAIN_OPENERS = set("„»")
STRAY_CLOSERS = set("“”«")
_STRAY = re.compile("[“”«]")
_MARKS = re.compile(f"[{''.join([*_CLOSERS, *_SINGLE_CLOSERS])}]")


def find_quoted_spans(text: str, paragraphs: Sequence[Span]) -> list[Span]:
    """Stretches between quotation marks, marks included, outermost only, in order.

    Speech runs over paragraphs: a mark that is not closed before its paragraph ends quotes
    the rest of it, and a paragraph that then closes without opening is quoted up to there.
    In doubt a stretch counts as quoted: taking speech for fact is the worse mistake.
    """
    found: list[Span] = []
    still_open = False
    for start, end in paragraphs:
        spans = list(_quoted_in(text, start, end))
        covered = spans[0][0] if spans else end
        stray = _STRAY.search(text, start, covered) if still_open else None
        if stray is not None:
            found.append((start, stray.end()))
        found += [s for s in spans if not found or s[0] >= found[-1][1]]
        still_open = bool(spans) and spans[-1][1] == end and text[end - 1] not in STRAY_CLOSERS
    return found


def _quoted_in(text: str, start: int, end: int) -> Iterator[Span]:
    at = start
    first = end - len(text[start:end].lstrip())
    absent: set[str] = set()  # marks that nothing closes from here on
    while (found := _MARKS.search(text, at, end)) is not None:
        at, mark = found.start(), found[0]
        closers = _CLOSERS.get(mark)
        stop = None
        if mark not in absent and mark != "”":
            stop = _closing(text, at + 1, end, closers) if closers else _single(text, at, end)
        if stop is not None:
            yield at, stop + 1
            at = stop + 1
            continue
        opens = mark in _CERTAIN_OPENERS or at <= first
        if closers is not None and opens and mark != "”":
            yield at, end
            return
        if closers is not None or not text[at - 1 : at].isalnum():
            absent.add(mark)
        at += 1


def _single(text: str, at: int, end: int) -> int | None:
    """The place of the mark that closes a single one, where both stand outside of words."""
    closers = _SINGLE_CLOSERS.get(text[at])
    if closers is None or text[at - 1 : at].isalnum():
        return None
    ends = (i for i in range(at + 1, end) if text[i] in closers)
    return next((i for i in ends if not text[i + 1 : i + 2].isalnum()), None)


def _closing(text: str, start: int, end: int, closers: str) -> int | None:
    return min((i for c in closers if (i := text.find(c, start, end)) >= 0), default=None)
