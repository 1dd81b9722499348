"""What the explorer's pages say, in German and English: words are data, this puts them in place.

The sentences stand in ``explorer_pages/words.tsv``, the reasons of links in ``reasons.tsv``;
classes and event types are called as ``ontology/news.ttl`` labels them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from kg import names
from kg.asking.findings import Told, When
from kg.lexicon import ontology_path, read_table

LANGUAGES = ("de", "en")

_MONTHS = {
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "en": "January February March April May June July August September October November December",
}
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_RANGE = re.compile(r"([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*)(?:\s*;\s*q=([01](?:\.\d{0,3})?))?")
_HARMLESS = frozenset("\t\n\r")
_STEERING = frozenset("\u061c\u200e\u200f\u2028\u2029\ufeff") | {
    chr(code)
    for first, last in ((0x202A, 0x202E), (0x2066, 0x2069))
    for code in range(first, last + 1)
}
_QUIET = {"affirmed", "asserted", "none", "neutral", ""}


@dataclass(frozen=True, slots=True)
class WordRow:
    """A line of ``words.tsv``."""

    key: str
    de: str
    en: str


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """A line of ``reasons.tsv``: a part of a reason in English, and in German."""

    reason: str
    de: str


def clean_text(text: str) -> str:
    r"""A text without characters that steer a screen or its reading direction.

    >>> clean_text("a\x00b\u202ec") == "a\ufffdb\ufffdc"
    True
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join("\ufffd" if _steers(c) else c for c in text)


def _steers(character: str) -> bool:
    if character in _STEERING:
        return True
    return character not in _HARMLESS and unicodedata.category(character) in ("Cc", "Cs")


def choose_language(header: str | None) -> str:
    """The language of ours that an Accept-Language header likes best; English for others.

    >>> choose_language("fr, de-AT;q=0.8, en;q=0.5"), choose_language(None)
    ('de', 'en')
    """
    best: dict[str, float] = {}
    for part in (header or "")[:1000].split(","):
        found = _RANGE.fullmatch(part.strip())
        if found:
            tag = found[1].partition("-")[0].lower()
            quality = float(found[2] or 1)
            best[tag] = max(best.get(tag, 0.0), quality)
    ranked = sorted(("en", "de"), key=lambda lang: best.get(lang, 0.0), reverse=True)
    return ranked[0]


@cache
def words_of(lang: str) -> Words:
    """The words of a language."""
    return Words(lang)


class Words:
    """Says things in one language, ``de`` or ``en``."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._texts = _read_words()[lang]
        self._terms = _read_terms()[lang]
        self._months = _MONTHS[lang].split()

    def say(self, key: str, **values: object) -> str:
        """A sentence with its values; ``n`` is written as a number and chooses the singular."""
        single = f"{key}_one"
        text = self._texts[single if values.get("n") == 1 and single in self._texts else key]
        shown = {k: self.number(v) if isinstance(v, int) else str(v) for k, v in values.items()}
        return re.sub(r"\{(\w+)\}", lambda m: shown.get(m[1], m[0]), text)

    def number(self, value: int) -> str:
        """A whole number, its thousands parted."""
        return f"{value:,}".replace(",", "." if self.lang == "de" else ",")

    def day(self, iso: str) -> str:
        """A day in words; what is none stays as it is."""
        found = _DAY.fullmatch(iso)
        if found is None or not 1 <= int(found[2]) <= 12:
            return iso
        month = self._months[int(found[2]) - 1]
        return f"{int(found[3])}{'.' if self.lang == 'de' else ''} {month} {int(found[1])}"

    def term(self, name: str) -> str:
        """A class or event type as people call it."""
        return self._terms.get(name, name)

    def kinds(self, kinds: Iterable[str]) -> str:
        """Classes of an entity, listed; of an organisation only the closer ones."""
        shown = [kind for kind in kinds if kind not in ("Actor",)]
        closer = [kind for kind in shown if kind != "Organisation"]
        return ", ".join(self.term(kind) for kind in closer or shown)

    def event(self, type: str, mode: str = "") -> str:
        """An event type with its mode."""
        return f"{self.term(type)} ({mode})" if mode else self.term(type)

    def role(self, role: str) -> str:
        """What an argument is: of an oblique one its preposition."""
        kind, _, word = role.partition(":")
        key = f"role_{kind}"
        return f"{word} …" if word else self._texts.get(key, self._texts["role_other"])

    def quad(self, quad: str) -> str:
        """A quad class as people call it."""
        return self._texts.get(f"quad_{quad.replace(' ', '_')}", quad)

    def version(self, text: str) -> str:
        """One side of a contradiction."""
        day = self.day(text)
        return self._texts.get(f"version_{text}", day)

    def status(self, told: Told) -> list[str]:
        """Why a statement is no fact, in plain words; of a fact, that it is one."""
        if told.is_fact:
            return [self._texts["fact"]]
        limits = (
            ("att", told.attribution),
            ("pol", told.polarity),
            ("mod", told.modality),
            ("st", told.stance),
        )
        found = [
            self._texts.get(f"{kind}_{value}", value)
            for kind, value in limits
            if value not in _QUIET
        ]
        if told.speaker and told.attribution in _QUIET:
            found.insert(0, self._texts["att_other"])
        return found or [self._texts["unsure"]]

    def quoted(self, kind: str, stance: str = "neutral") -> str:
        """What kind of quotation it is, and how its speaker stands to it."""
        parts = (f"att_{kind}", f"st_{stance}")
        return ", ".join(self._texts[part] for part in parts if part in self._texts)

    def when(self, when: When) -> str:
        """A time: its words, and the days that they stand for."""
        begin, until = self.day(when.begin), self.day(when.until)
        between = {"de": ("von", "bis vor"), "en": ("from", "until before")}[self.lang]
        days = " ".join(
            f"{word} {day}" for word, day in zip(between, (begin, until), strict=True) if day
        )
        return f"„{when.text}“: {days}" if when.text and days else days or when.text

    def reason(self, text: str) -> str:
        """The reason of a link; in German as far as its parts are known."""
        if self.lang == "en":
            return text
        parts = re.split(r"([;:,]\s+)(?![^“]*”)", text)
        return "".join(part if at % 2 else _translate_reason(part) for at, part in enumerate(parts))


def _translate_reason(part: str) -> str:
    """A part of a reason in German; one that the table does not know stays as it is."""
    if part.startswith("but "):
        return f"doch {_translate_reason(part.removeprefix('but '))}"
    for pattern, german in _read_reasons():
        if found := pattern.fullmatch(part):
            return german.replace("*", found[1]) if found.groups() else german
    return part


@cache
def _read_words() -> Mapping[str, Mapping[str, str]]:
    rows = list(read_table(_page_file("words.tsv"), WordRow))
    return {lang: {row.key: getattr(row, lang) for row in rows} for lang in LANGUAGES}


@cache
def _read_reasons() -> tuple[tuple[re.Pattern[str], str], ...]:
    rows = sorted(
        read_table(_page_file("reasons.tsv"), ReasonRow), key=lambda row: -len(row.reason)
    )
    return tuple((re.compile(re.escape(row.reason).replace(r"\*", "(.+)")), row.de) for row in rows)


def _page_file(name: str) -> Path:
    return Path(str(files("kg.asking").joinpath("explorer_pages", name)))


@cache
def _read_terms() -> Mapping[str, Mapping[str, str]]:
    """The labels of our terms by language and local name."""
    found: dict[str, dict[str, str]] = {lang: {} for lang in LANGUAGES}
    label = NamedNode(names.PREFIXES["rdfs"] + "label")
    for triple in parse(path=str(ontology_path("news.ttl")), format=RdfFormat.TURTLE):
        subject, text = triple.subject, triple.object
        if triple.predicate != label or not isinstance(text, Literal):
            continue
        if isinstance(subject, NamedNode) and text.language in found:
            found[text.language][subject.value.removeprefix(names.KG)] = text.value
    return found
