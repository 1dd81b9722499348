"""Tables of words: ``ontology/lexicon`` read into typed rows.

Words are data, grammar is code. Every table is a tab-separated file with a
header line; ``#`` opens a comment line. An error names file and line. The
columns of each table are the fields of its row class; ``Source:`` lines and
the meaning of each column stand in ``ontology/README.md``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass, fields, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, TypeVar

from kg.errors import LexiconError
from kg.names import slug
from kg.records import MENTION_KINDS, family_of

LANGUAGES = ("de", "en")


@dataclass(frozen=True, slots=True)
class EventWord:
    """A verb, light-verb construction or noun and its PLOVER event type (``-``: untyped).

    ``frame`` is the preposition or case (``accusative``, ``dative``, ``clause``), the adverb of
    manner ("scharf") or the reflexive pronoun (``sich``) that decides,
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
class NameHead:
    """A word inside names that tells the kind of what is named: "Party", "Zeitung".

    ``sure`` is ``yes`` where it outweighs a pipeline that took the name for a person.
    """

    word: str
    kind: str
    sure: str
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


@dataclass(frozen=True, slots=True)
class Weight:
    """A line of a table of clues: what it weighs, and its reason in words."""

    clue: str
    weight: str
    reason: str


@dataclass(frozen=True, slots=True)
class Clue:
    """One piece of evidence: what it weighs, and the reason in words."""

    weight: float
    reason: str


def read_clues(path: Path, row: type[Any] = Weight) -> dict[str, Clue]:
    """The weight and reason of each line of a table, by its first column.

    Raises LexiconError for a broken table and for a weight that is no number.
    """
    lines = (astuple(line) for line in read_table(path, row))
    return {name: Clue(_weight(path, name, weight), reason) for name, weight, reason in lines}


def _weight(path: Path, name: str, weight: str) -> float:
    try:
        return float(weight)
    except ValueError as error:
        raise LexiconError(f"{path.name}: {name}: {weight!r} is not a number") from error


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


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """All tables of one language; equal to itself alone, so that it can be a key."""

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
    heads: tuple[NameHead, ...]
    gazetteer: tuple[GazetteerEntry, ...]
    holders: tuple[Holder, ...]

    @property
    def entries(self) -> tuple[GazetteerEntry, ...]:
        """The gazetteer, and the office holders as persons."""
        return self.gazetteer + _persons(self.holders)

    def words_of(self, kind: str) -> frozenset[str]:
        """The words of one class of ``words.tsv`` and ``forms.tsv``."""
        return frozenset(w.word for w in self.words + self.forms if w.kind == kind)


@lru_cache(maxsize=4)
def _persons(holders: tuple[Holder, ...]) -> tuple[GazetteerEntry, ...]:
    first = {row.id: row for row in reversed(holders)}
    return tuple(
        GazetteerEntry(id, "person", "|".join(r.names), "-", r.country, "-", r.wikidata)
        for id, r in sorted(first.items())
    )


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


Names = tuple[GazetteerEntry, ...]
"""Entries that a user adds to the gazetteer."""


@cache
def read_lexicon(lang: str, names: Names = ()) -> Lexicon:
    """The lexicon of ``de`` or ``en``, with a user's ``names`` (:func:`read_names`) on top.

    Raises LexiconError naming file and line.
    """
    if names:
        lexicon = read_lexicon(lang)
        taken = {name.casefold() for entry in names for name in entry.names}
        others = (h for h in lexicon.holders if not taken & {n.casefold() for n in h.names})
        gazetteer = add_names(lexicon.gazetteer, names)
        return replace(lexicon, gazetteer=gazetteer, holders=tuple(others))
    if lang not in LANGUAGES:
        raise LexiconError(f"no lexicon for language {lang!r}: there are {', '.join(LANGUAGES)}")
    tables = {
        name: tuple(read_table(ontology_path("lexicon", lang, f"{name}.tsv"), row))
        for name, row in _TABLES.items()
    }
    gazetteer = tuple(read_table(ontology_path("lexicon", "gazetteer.tsv"), GazetteerEntry))
    heads = tuple(read_table(ontology_path("lexicon", "heads.tsv"), NameHead))
    holders = tuple(read_table(ontology_path("lexicon", "holders.tsv"), Holder))
    return Lexicon(lang=lang, heads=heads, gazetteer=gazetteer, holders=holders, **tables)


@cache
def lexicon_version(names: Names = ()) -> str:
    """A short name made from the bytes of all tables: another table, another name."""
    digest = hashlib.sha256()
    tables = sorted(ontology_path("lexicon").rglob("*.tsv"))
    for path in (*tables, ontology_path("confidence.tsv")):
        digest.update(path.name.encode() + path.read_bytes())
    digest.update("".join(map(str, names)).encode())
    return "lexicon." + digest.hexdigest()[:8]


_OPTIONAL = {"id", "names_en", "country", "sector", "wikidata"}


def read_names(path: Path) -> Names:
    """A user's own gazetteer: tab-separated, with a header line.

    The columns ``names`` (separated by ``|``, the fullest first) and ``kind`` are needed;
    ``id names_en country sector wikidata`` may be there. ``#`` opens a comment line. Raises
    LexiconError naming file and line.
    """
    lines = _read_lines(path)
    numbered = [(n, line) for n, line in enumerate(lines, 1) if line.strip() and line[0] != "#"]
    if not numbered:
        raise LexiconError(f"{path}: no names in it")
    first, header = numbered[0]
    columns = [cell.strip() for cell in header.rstrip("\r").split("\t")]
    if not {"names", "kind"} <= set(columns) <= {"names", "kind"} | _OPTIONAL:
        raise LexiconError(
            f"{path}:{first}: the first line names the columns: names, kind, "
            f"and perhaps {', '.join(sorted(_OPTIONAL))}"
        )
    return tuple(_own_entry(line, columns, f"{path}:{n}") for n, line in numbered[1:])


def write_names(names: Names) -> str:
    """A gazetteer as :func:`read_names` reads it."""
    header = ("id", "kind", "names", "names_en", "country", "sector", "wikidata")
    rows = ((e.id, e.kind, e.names_de, e.names_en, e.country, e.sector, e.wikidata) for e in names)
    return "".join("\t".join(row) + "\n" for row in (header, *rows))


def _read_lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise LexiconError(f"{path}: not UTF-8 (byte {error.start})") from error
    except OSError as error:
        raise LexiconError(f"{path}: {error.strerror}") from error


def _own_entry(line: str, columns: list[str], where: str) -> GazetteerEntry:
    cells = [" ".join(cell.split()) for cell in line.rstrip("\r").split("\t")]
    row = dict(zip(columns, cells, strict=False))
    row |= {name: _tidy(row[name]) for name in ("names", "names_en") if name in row}
    names, kind = row.get("names", ""), row.get("kind", "")
    if len(cells) > len(columns) or not names:
        raise LexiconError(f"{where}: needs a name and a kind: {line[:80]!r}")
    if kind not in MENTION_KINDS:
        raise LexiconError(f"{where}: no kind {kind!r}: there are {', '.join(MENTION_KINDS)}")
    if row.get("wikidata", "-") not in {"", "-"} and not re.fullmatch(r"Q\d+", row["wikidata"]):
        raise LexiconError(f"{where}: {row['wikidata']!r} is no Wikidata id (Q and digits)")
    id = row.get("id") or f"{family_of(kind)}-{slug(names.split('|')[0])}"
    if slug(id) != id:
        raise LexiconError(f"{where}: id {id!r}: write small letters, digits and hyphens")
    rest = (row.get(name) or "-" for name in ("names_en", "country", "sector", "wikidata"))
    return GazetteerEntry(id, kind, names, *rest)


def _tidy(names: str) -> str:
    """Names without blank space around them, and no empty ones."""
    return "|".join(filter(None, (name.strip() for name in names.split("|"))))


def add_names(gazetteer: Names, names: Names) -> Names:
    """A gazetteer with further entries that win: they take their ids and names from others."""
    ids = {entry.id for entry in names}
    taken = {name.casefold() for entry in names for name in entry.names}
    kept = (_without(entry, taken) for entry in gazetteer if entry.id not in ids)
    return (*(entry for entry in kept if entry.names), *names)


def _without(entry: GazetteerEntry, taken: set[str]) -> GazetteerEntry:
    if not any(name.casefold() in taken for name in entry.names):
        return entry
    left = {
        column: "|".join(n for n in getattr(entry, column).split("|") if n.casefold() not in taken)
        for column in ("names_de", "names_en")
    }
    return replace(entry, **{column: names or "-" for column, names in left.items()})
