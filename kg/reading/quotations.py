"""Who says what: direct, indirect, reported and free indirect speech.

Direct speech is found in the text, by its marks; the rest in clauses, by reporting
words and Konjunktiv. A speaker that is not certain stays unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from kg.reading.direct_speech import DirectSpeech
from kg.reading.free_speech import FreeSpeech
from kg.reading.indirect_speech import IndirectSpeech
from kg.reading.sources import Sources
from kg.reading.speech import Speech, covers
from kg.records import Quotation, is_within

_STRETCH = 500


def find_quotations(speech: Speech) -> list[Quotation]:
    """The quotations of a text in its order, each speaker as a span and, where it is named, as
    a mention. Of two that cross, the one found first stays.
    """
    direct, indirect = DirectSpeech(speech), IndirectSpeech(speech)
    marked = direct.find()
    told = [*indirect.find(marked, direct.frames(marked)), *Sources(speech).find()]
    taken = _without_overlap([*direct.without_retold(marked, told), *told])
    taken = _without_overlap([*taken, *FreeSpeech(speech).find(taken)])
    taken = _without_overlap([*taken, *indirect.find_reasons(taken)])
    taken = _without_overlap([*taken, *direct.find_inside(taken)])
    taken = _without_overlap([*taken, *direct.find_phrases(taken)])
    return sorted(_with_outer_speakers(speech, taken), key=lambda q: (q.quote, q.kind))


def _with_outer_speakers(speech: Speech, found: Sequence[Quotation]) -> Iterator[Quotation]:
    """Quotations of which each that stands in another and names nobody has its speaker."""
    by_sentence = speech.by_sentence(found)
    for q in found:
        if q.speaker or q.cue:
            yield q
            continue
        near = speech.around(q.quote[0], by_sentence)
        around = [o for o in near if o.speaker and o is not q and covers(o, q.quote[0])]
        outer = min(around, key=_length, default=q)
        yield replace(q, speaker=outer.speaker, mention=outer.mention)


def _without_overlap(quotations: Sequence[Quotation]) -> list[Quotation]:
    """Nested quotations may stay; of two that cross or coincide, the first wins."""
    kept: list[Quotation] = []
    near: dict[int, list[Quotation]] = {}  # by stretch of text: only neighbours can collide
    for q in quotations:
        stretches = range(q.quote[0][0] // _STRETCH, q.quote[-1][1] // _STRETCH + 1)
        if not any(_collides(q, k) for n in stretches for k in near.get(n, ())):
            kept.append(q)
            for n in stretches:
                near.setdefault(n, []).append(q)
    return kept


def _collides(a: Quotation, b: Quotation) -> bool:
    hull_a = (a.quote[0][0], a.quote[-1][1])
    hull_b = (b.quote[0][0], b.quote[-1][1])
    if hull_a[1] <= hull_b[0] or hull_b[1] <= hull_a[0]:
        return False
    inside = hull_b[0] <= hull_a[0] and hull_a[1] <= hull_b[1]
    around = hull_a[0] <= hull_b[0] and hull_b[1] <= hull_a[1]
    return not (inside or around) or hull_a == hull_b


def attribution_of(at: int, quotations: Iterable[Quotation]) -> Quotation | None:
    """The innermost quotation whose words hold the character ``at``, but not its cue."""
    holding = [
        q
        for q in quotations
        if q.quote[0][0] <= at < q.quote[-1][1]
        and is_within(at, q.quote)
        and not is_within(at, q.cue)
    ]
    return min(holding, key=_length, default=None)


def _length(q: Quotation) -> int:
    return q.quote[-1][1] - q.quote[0][0]
