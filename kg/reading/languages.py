"""Which language an article is written in, told by its commonest words.

No model and no dependency: about fifty words of German and of English, and a few
of their neighbours so that French or Dutch is not taken for either.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass


def _known(words: str) -> frozenset[str]:
    return frozenset(words.split())


_GERMAN = _known(
    "der die das den dem des und ist nicht ein eine einen einem einer sich mit auf für von "
    "zu zum zur im am es er sie wir ich auch wie dass nach bei aus um über vor durch hat "
    "haben hatte wird werden wurde wurden sind war sei seien noch nur oder aber seine sein "
    "ihre kein keine gegen unter mehr sagte teilte zwischen "
)
_ENGLISH = _known(
    "the of and to is that it for on with as was were be been by at from this have has had "
    "are not but his her their they he she we you which who will would its an or said after "
    "about more than into over also could against between there when what "
)
_NEIGHBOURS = _known(
    "le la les et est une dans pour que qui du sur pas avec au aux "  # French
    "el los las y en por con del su lo se como pero "  # Spanish
    "il di che per gli della sono nel alla anche più "  # Italian
    "het een van niet zijn voor dat op aan ook naar wordt heeft "  # Dutch
    "o os um uma não ao dos das na foi mais "  # Portuguese
    "się nie jest na w z do że "  # Polish
    "och att som är på av för till det inte og ikke til med af "  # Swedish, Danish, Norwegian
    "ve bir bu için ile da olarak"  # Turkish
)
_WORD = re.compile(r"[^\W\d_]+")
_LOOKED_AT = 6000
_ENOUGH_WORDS = 12
_ENOUGH_KNOWN = 0.08


@dataclass(frozen=True, slots=True)
class Guess:
    """A language, ``de`` or ``en`` or None for neither, and how sure that is in [0, 1]."""

    lang: str | None
    confidence: float


def detect_language(text: str) -> Guess:
    """The language of a text by its commonest words.

    >>> detect_language("Die Regierung hat das Gesetz nicht beschlossen.").lang
    'de'

    ``lang`` is None only when the text is clearly neither: a dozen words or more, and
    hardly one of them German or English, or another language's words outnumbering both.
    A short text is German unless English words are in the majority.
    """
    words = [word.lower() for word in _WORD.findall(text[:_LOOKED_AT])]
    counts = Counter(words)
    german, english, other = (
        sum(counts[word] for word in known) for known in (_GERMAN, _ENGLISH, _NEIGHBOURS)
    )
    best = max(german, english)
    if len(words) >= _ENOUGH_WORDS and _is_neither(len(words), best, other, text[:_LOOKED_AT]):
        return Guess(None, round(1 - best / len(words), 3))
    confidence = best / (german + english) if best else 0.5
    return Guess("en" if english > german else "de", round(confidence, 3))


def _is_neither(words: int, best: int, other: int, text: str) -> bool:
    if other > best:
        return True
    return best < _ENOUGH_KNOWN * words and (other > 0 or _mostly_not_latin(text))


def _mostly_not_latin(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return sum(c > "\u024f" for c in letters) > len(letters) / 2
