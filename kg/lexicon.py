"""Tables of words: ``ontology/lexicon`` read into typed rows.

Words are data, grammar is code. Every table is a tab-separated file with a
header line; ``#`` opens a comment line. An error names file and line. The
columns of each table are the fields of its row class; ``Source:`` lines and
the meaning of each column stand in ``ontology/README.md``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from kg.errors import LexiconError

LANGUAGES = ("de", "en")


@dataclass(frozen=True, slots=True)
class EventWord:
    """A verb, light-verb construction or noun and its PLOVER event type (``-``: untyped).

    ``frame`` is the preposition or case (``accusative``, ``dative``, ``clause``) that decides,
    ``-`` where any will do. An English phrasal verb keeps its particle: "step down". A light
    verb goes before the bare verb, also where it is untyped: "Erdöl fördern" is no aid.
    """

    lemma: str
    pos: str
    frame: str
    type: str
    mode: str
    example: str


@dataclass(frozen=True, slots=True)
class ReportingWord:
    """A word that reports speech or thought; ``pos`` is verb, noun or preposition.

    ``kind``: say, ask, demand, announce, think. ``stance``: neutral, affirm, deny, doubt.
    """

    lemma: str
    pos: str
    kind: str
    stance: str
    example: str


@dataclass(frozen=True, slots=True)
class ModalWord:
    """A modal verb, hedge or governing verb and the modality that it lends."""

    lemma: str
    pos: str
    modality: str
    example: str


@dataclass(frozen=True, slots=True)
class NegationWord:
    """A word that turns a statement into its denial."""

    word: str
    example: str


@dataclass(frozen=True, slots=True)
class RoleNoun:
    """An office or function that a person holds, with the sector it belongs to."""

    noun: str
    sector: str
    example: str


@dataclass(frozen=True, slots=True)
class KindNoun:
    """A head noun that tells the kind of actor or place."""

    noun: str
    kind: str
    sector: str
    example: str


@dataclass(frozen=True, slots=True)
class Demonym:
    """An adjective or inhabitant noun and the gazetteer id it points to."""

    word: str
    pos: str
    id: str


@dataclass(frozen=True, slots=True)
class PartPattern:
    """A regular expression that tells a line of an article as teaser or byline."""

    pattern: str
    kind: str
    example: str


@dataclass(frozen=True, slots=True)
class WordList:
    """Words of one class, for small closed lists (titles, function words ...)."""

    word: str
    kind: str


@dataclass(frozen=True, slots=True)
class GazetteerEntry:
    """A known actor or place; names are separated by ``|``, the fullest first.

    ``id`` is our own stable name; ``wikidata`` a Q-number or ``-``.
    """

    id: str
    kind: str
    names_de: str
    names_en: str
    country: str
    sector: str
    wikidata: str

    @property
    def names(self) -> tuple[str, ...]:
        """All names of both languages, each once, the German ones first."""
        both = [n for n in (self.names_de + "|" + self.names_en).split("|") if n and n != "-"]
        return tuple(dict.fromkeys(both))


@dataclass(frozen=True, slots=True)
class Holder:
    """A person and one office, held ``since`` .. ``until``; a person may have several rows.

    Dates are YYYY, YYYY-MM or YYYY-MM-DD, both ends belong to it, ``-`` is open or unknown.
    ``aliases``, parted by ``|``, hold a lone surname only where it means nobody else.
    """

    id: str
    name: str
    aliases: str
    gender: str
    office_de: str
    office_en: str
    organisation: str
    country: str
    since: str
    until: str
    wikidata: str

    @property
    def names(self) -> tuple[str, ...]:
        """The name and its other spellings, each once, the name first."""
        both = [n for n in (self.name + "|" + self.aliases).split("|") if n and n != "-"]
        return tuple(dict.fromkeys(both))


@dataclass(frozen=True, slots=True)
class VerbForms:
    """The forms of a verb without separable particle; cells hold forms parted by ``|``.

    ``third``: third person indicative; ``other``: first and second. ``konjunktiv_1`` and
    ``konjunktiv_2`` hold only what cannot be third person indicative.
    """

    lemma: str
    participles: str
    third: str
    other: str
    konjunktiv_1: str
    konjunktiv_2: str


Row = TypeVar("Row")


def ontology_path(*parts: str) -> Path:
    """Where ``ontology/`` lies: inside the installed package, or beside it in a checkout.

    The only function of the project that knows.
    """
    here = Path(__file__).resolve().parent
    installed = here / "_ontology"
    root = installed if installed.is_dir() else here.parent / "ontology"
    return root.joinpath(*parts)


def read_table(path: Path, row: type[Row]) -> Iterator[Row]:
    """The rows of one table, in the order of the file.

    Raises LexiconError, naming file and line, for a missing column or an empty cell.
    """
    names = [f.name for f in fields(row)]  # type: ignore[arg-type]
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise LexiconError(f"{path}: {error}") from error
    header: list[str] | None = None
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = line.rstrip("\r").split("\t")
        if header is None:
            header = cells
            if header != names:
                raise LexiconError(f"{path}:{number}: columns are {header}, not {names}")
            continue
        if len(cells) != len(names) or not all(cell.strip() for cell in cells):
            raise LexiconError(f"{path}:{number}: needs {len(names)} filled columns: {line!r}")
        yield row(*cells)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All tables of one language."""

    lang: str
    events: tuple[EventWord, ...]
    reporting: tuple[ReportingWord, ...]
    modals: tuple[ModalWord, ...]
    negation: tuple[NegationWord, ...]
    roles: tuple[RoleNoun, ...]
    kinds: tuple[KindNoun, ...]
    demonyms: tuple[Demonym, ...]
    parts: tuple[PartPattern, ...]
    words: tuple[WordList, ...]
    forms: tuple[WordList, ...]
    gazetteer: tuple[GazetteerEntry, ...]
    holders: tuple[Holder, ...]

    def words_of(self, kind: str) -> frozenset[str]:
        """The words of one class of ``words.tsv`` and ``forms.tsv``."""
        return frozenset(w.word for w in self.words + self.forms if w.kind == kind)


_TABLES: Mapping[str, type[Any]] = {
    "events": EventWord,
    "reporting": ReportingWord,
    "modals": ModalWord,
    "negation": NegationWord,
    "roles": RoleNoun,
    "kinds": KindNoun,
    "demonyms": Demonym,
    "parts": PartPattern,
    "words": WordList,
    "forms": WordList,
}


def read_verbforms(lang: str) -> Iterator[VerbForms]:
    """The verb forms of a language; none where it has no such table."""
    path = ontology_path("lexicon", lang, "verbforms.tsv")
    if path.is_file():
        yield from read_table(path, VerbForms)


@cache
def read_lexicon(lang: str) -> Lexicon:
    """The lexicon of ``de`` or ``en``. Raises LexiconError naming file and line."""
    if lang not in LANGUAGES:
        raise LexiconError(f"no lexicon for language {lang!r}: there are {', '.join(LANGUAGES)}")
    tables = {
        name: tuple(read_table(ontology_path("lexicon", lang, f"{name}.tsv"), row))
        for name, row in _TABLES.items()
    }
    gazetteer = tuple(read_table(ontology_path("lexicon", "gazetteer.tsv"), GazetteerEntry))
    holders = tuple(read_table(ontology_path("lexicon", "holders.tsv"), Holder))
    return Lexicon(lang=lang, gazetteer=gazetteer, holders=holders, **tables)


@cache
def lexicon_version() -> str:
    """A short name made from the bytes of all tables: another table, another name."""
    digest = hashlib.sha256()
    for path in sorted(ontology_path("lexicon").rglob("*.tsv")):
        digest.update(path.name.encode() + path.read_bytes())
    return "lexicon." + digest.hexdigest()[:8]
