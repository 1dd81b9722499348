"""The lexicon of one language, indexed for look-up by the rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import TypeVar

from kg.lexicon import (
    GazetteerEntry,
    KindNoun,
    Lexicon,
    NameHead,
    Names,
    ReportingWord,
    RoleNoun,
    VerbForms,
    read_lexicon,
    read_verbforms,
)

_ADJECTIVE_ENDING = re.compile(r"(?<=\w{4})(?:er|en|em|es|e)$")
_GENITIVE = re.compile(r"(?<=\w{2})(?:s|'s|’s|'|’)$")
MIN_SUFFIX = 5

Row = TypeVar("Row")


@dataclass(frozen=True)
class VerbTable:
    """Verb forms and their dictionary forms; ``participles`` knows only participles."""

    participles: Mapping[str, str]
    finite: Mapping[str, str]
    konjunktiv_1: frozenset[str]
    konjunktiv_2: frozenset[str]
    particles: frozenset[str]
    shared: Mapping[str, frozenset[str]]

    def rivals(self, form: str) -> list[str]:
        """The verbs, beside the first, that share a participle: "gefallen"."""
        form = form.lower()
        first = self.participles.get(form)
        others = self._sharing.get(form, ())
        return [first, *others] if first and others else []

    @cached_property
    def _sharing(self) -> Mapping[str, Sequence[str]]:
        """Participle -> the verbs, beside the first, that share it."""
        found: dict[str, list[str]] = {}
        for verb in sorted(self.shared):
            for form in self.shared[verb]:
                found.setdefault(form, []).append(verb)
        return found

    def find(self, form: str, *, participle: bool, guess: str = "") -> str | None:
        """The verb of a form, its separable particle included: "zurückzunehmen" is
        "zurücknehmen"; None for an unknown form. ``guess`` wins where it has that form.
        """
        form = form.lower()
        if form in self.shared.get(guess, ()) or self.participles.get(form) == guess:
            return guess
        own = self._known(form, participle=participle)
        if own is not None:
            return own
        for rest in self.without_particle(form):
            found = self._known(rest, participle=participle)
            if found is None and rest.startswith("zu"):
                found = self._known(rest[2:], participle=False)
            if found is not None:
                return form[: -len(rest)] + found
        return None

    def find_participle(self, form: str) -> str | None:
        """The verb of a past participle, or None."""
        form = form.lower()
        if form in self.participles:
            return self.participles[form]
        parts = ((form[: -len(r)], self.participles.get(r)) for r in self.without_particle(form))
        return next((particle + verb for particle, verb in parts if verb), None)

    def mood(self, form: str) -> str:
        """``sub1`` or ``sub2`` for a form that can only be Konjunktiv, else ``ind``."""
        form = form.lower()
        for part in (form, *self.without_particle(form)):
            if part in self.finite:
                if part in self.konjunktiv_1:
                    return "sub1"
                return "sub2" if part in self.konjunktiv_2 else "ind"
        return "ind"

    def without_particle(self, form: str) -> Iterator[str]:
        """What is left of a form behind each separable particle that it may begin with."""
        for cut in range(len(form) - 3, 1, -1):
            if form[:cut] in self.particles:
                yield form[cut:]

    def _known(self, form: str, *, participle: bool) -> str | None:
        first, second = (
            (self.participles, self.finite) if participle else (self.finite, self.participles)
        )
        return first.get(form) or second.get(form)


@dataclass(frozen=True)
class Vocabulary:
    """Words of a language by what the rules ask of them.

    ``frames`` are verbs of the event lexicon with the prepositions their objects come with.
    """

    lang: str
    reporting: Mapping[tuple[str, str], ReportingWord]
    reporting_nouns: Mapping[str, ReportingWord]
    modals: Mapping[tuple[str, str], str]
    hearsay_verbs: frozenset[str]
    """Modal verbs that tell hearsay with a perfect infinitive ("soll geplant haben")."""
    negation: frozenset[str]
    role_nouns: Mapping[str, RoleNoun]
    kind_nouns: Mapping[str, KindNoun]
    person_nouns: Mapping[str, str]
    person_endings: tuple[str, ...]
    synonyms: tuple[tuple[str, ...], ...]
    """Nouns that take up each other: "Firma", "Unternehmen"."""
    inhabitants: frozenset[str]
    heads: Mapping[str, NameHead]
    classes: Mapping[str, frozenset[str]]
    names: Mapping[str, tuple[tuple[tuple[str, ...], GazetteerEntry], ...]]
    singles: Mapping[str, GazetteerEntry]
    verbs: VerbTable
    event_verbs: frozenset[str]
    frames: frozenset[tuple[str, str]]
    set_phrases: frozenset[tuple[str, str, str]]
    """Preposition, noun and verb of "ums Leben kommen"; of "gefangen nehmen" no preposition."""

    def is_a(self, kind: str, word: str) -> bool:
        """Does the word stand in that class of ``words.tsv`` or ``forms.tsv``?"""
        return word in self.classes.get(kind, frozenset())

    def find_role(self, noun: str) -> RoleNoun | None:
        """The role noun that a word is, or ends with ("Bundesaußenminister")."""
        return _by_ending(self.role_nouns, noun)

    def find_kind(self, noun: str) -> KindNoun | None:
        """The kind noun that a word is, or ends with ("Außenministerium")."""
        return _by_ending(self.kind_nouns, noun)

    def find_person(self, noun: str) -> str | None:
        """The noun for a person that a word is, or ends with ("Enkeltochter")."""
        return _by_ending(self.person_nouns, noun)

    def reports_noun(self, noun: str) -> ReportingWord | None:
        """The reporting noun that a word is, or ends with ("Polizeiangaben").

        What begins with the prefix of a verb is a word of its own: no "Sicht" is in "Absicht".
        """
        word = _by_ending(self.reporting_nouns, noun)
        if word is None or not noun.lower().endswith(word.lemma.lower()):
            return word
        before = noun[: len(noun) - len(word.lemma)].rpartition("-")[2]
        return None if self.is_a("derived_prefix", before.lower()) else word

    def knows_verb(self, lemma: str) -> bool:
        """Does a table of verbs list it: reporting words, governors or event words?"""
        return ("verb", lemma) in self.reporting or lemma in self.event_verbs

    def takes_sein(self, lemma: str) -> bool:
        """Does the verb, or the bare verb behind its particle, form its perfect with sein?"""
        verbs = self.classes.get("sein_verb", frozenset())
        return lemma in verbs or any(rest in verbs for rest in self.verbs.without_particle(lemma))

    def find_single(self, word: str) -> GazetteerEntry | None:
        """The gazetteer entry that one word names, with or without a genitive -s."""
        return self.singles.get(word) or self.singles.get(_GENITIVE.sub("", word))


def _by_ending(table: Mapping[str, Row], noun: str) -> Row | None:
    word = noun.rpartition("-")[2].lower()
    if word in table:
        return table[word]
    for cut in range(1, len(word) - MIN_SUFFIX + 1):
        if word[cut:] in table:
            return table[word[cut:]]
    return None


@lru_cache(maxsize=1 << 15)
def fold_word(word: str) -> str:
    """A word of a name without case, genitive or adjective ending, for comparison.

    >>> fold_word("Islamischen") == fold_word("Islamischer")
    True
    """
    return _ADJECTIVE_ENDING.sub("", _GENITIVE.sub("", word).lower())


def fold_name(words: Iterable[str]) -> tuple[str, ...]:
    """All words of a name folded; a hyphen counts as a space."""
    return tuple(fold_word(w) for word in words for w in word.split("-") if w)


@cache
def load_vocabulary(lang: str, names: Names = ()) -> Vocabulary:
    """The vocabulary of ``de`` or ``en``, with a user's own names."""
    return make_vocabulary(read_lexicon(lang, names))


def make_vocabulary(lexicon: Lexicon) -> Vocabulary:
    """A lexicon indexed."""
    return Vocabulary(
        lang=lexicon.lang,
        reporting={(w.pos, w.lemma): w for w in lexicon.reporting},
        reporting_nouns={w.lemma.lower(): w for w in lexicon.reporting if w.pos == "noun"},
        modals={(w.pos, w.lemma): w.modality for w in lexicon.modals},
        hearsay_verbs=frozenset(
            w.lemma for w in lexicon.modals if (w.pos, w.modality) == ("verb", "hearsay")
        ),
        negation=frozenset(w.word for w in lexicon.negation),
        role_nouns={r.noun.lower(): r for r in lexicon.roles},
        kind_nouns={k.noun.lower(): k for k in lexicon.kinds},
        heads={head.word: head for head in lexicon.heads},
        person_nouns=_person_nouns(lexicon),
        person_endings=tuple(sorted(lexicon.words_of("person_ending"))),
        synonyms=_synonyms(lexicon),
        inhabitants=frozenset(d.word for d in lexicon.demonyms if d.pos == "noun"),
        classes=_classes(lexicon),
        names=_names(lexicon.entries),
        singles={n: e for e in lexicon.entries for n in e.names if " " not in n},
        verbs=make_verbs(read_verbforms(lexicon.lang), lexicon.words_of("verb_particle")),
        event_verbs=frozenset(w.lemma for w in lexicon.events if w.pos == "verb"),
        frames=frozenset((w.lemma, w.frame) for w in lexicon.events if w.pos == "verb"),
        set_phrases=frozenset(_set_phrases(lexicon)),
    )


def _set_phrases(lexicon: Lexicon) -> Iterator[tuple[str, str, str]]:
    for phrase in lexicon.words_of("set_phrase"):
        *front, noun, verb = phrase.split()
        yield front[0] if front else "", noun, verb


def make_verbs(rows: Iterable[VerbForms], particles: frozenset[str]) -> VerbTable:
    """The verb forms indexed; where two verbs share a form, the shorter one wins."""
    participles: dict[str, str] = {}
    finite: dict[str, str] = {}
    shared: dict[str, frozenset[str]] = {}
    third: set[str] = set()
    first: set[str] = set()
    second: set[str] = set()
    ordered = sorted(rows, key=lambda r: (len(r.lemma), r.lemma))
    finite.update((row.lemma, row.lemma) for row in ordered)
    for row in ordered:
        taken = {f for f in _cell(row.participles) if f in participles}
        if taken:
            shared[row.lemma] = frozenset(taken)
        for form in _cell(row.participles):
            participles.setdefault(form, row.lemma)
        for cell in (row.third, row.other, row.konjunktiv_1, row.konjunktiv_2):
            for form in _cell(cell):
                finite.setdefault(form, row.lemma)
        third.update(_cell(row.third))
        first.update(f for f in _cell(row.other) if f.endswith("e"))
        first.update(_cell(row.konjunktiv_1))
        if row.lemma.endswith("eln"):
            first.add(row.lemma.removesuffix("ln") + "le")
            finite.setdefault(row.lemma.removesuffix("ln") + "le", row.lemma)
        second.update(_cell(row.konjunktiv_2))
    only_first = frozenset(first - third)
    return VerbTable(
        participles, finite, only_first, frozenset(second - third), particles, dict(shared)
    )


def _cell(cell: str) -> list[str]:
    return [] if cell == "-" else cell.split("|")


def _person_nouns(lexicon: Lexicon) -> dict[str, str]:
    nouns = lexicon.words_of("person_noun") | lexicon.words_of("general_person")
    return {noun.lower(): noun for noun in sorted(nouns)}


def _synonyms(lexicon: Lexicon) -> tuple[tuple[str, ...], ...]:
    kinds = sorted({w.kind for w in lexicon.words if w.kind.startswith("synonym_")})
    return tuple(tuple(sorted(w.lower() for w in lexicon.words_of(kind))) for kind in kinds)


def _classes(lexicon: Lexicon) -> dict[str, frozenset[str]]:
    kinds = {w.kind for w in lexicon.words + lexicon.forms}
    return {kind: lexicon.words_of(kind) for kind in kinds}


def _names(
    gazetteer: Iterable[GazetteerEntry],
) -> dict[str, tuple[tuple[tuple[str, ...], GazetteerEntry], ...]]:
    """First folded word -> names of several words, the longest first."""
    found: dict[str, list[tuple[tuple[str, ...], GazetteerEntry]]] = {}
    for entry in gazetteer:
        for name in entry.names:
            folded = fold_name(name.split())
            if len(folded) > 1:
                found.setdefault(folded[0], []).append((folded, entry))
    return {
        first: tuple(sorted(names, key=lambda pair: (-len(pair[0]), pair[0], pair[1].id)))
        for first, names in found.items()
    }
