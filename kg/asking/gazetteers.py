"""What the gazetteer knows of actors and places, looked up by their IRI."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from kg.lexicon import GazetteerEntry, Holder, Names, ontology_path, read_table
from kg.names import ENT, expand

UNKNOWN = "-"
"""How the tables write what is not known."""


Entries = Mapping[str, GazetteerEntry]
"""Entries by their IRI."""


def by_iri(names: Names) -> Entries:
    """The entries of a gazetteer by their IRI."""
    return {ENT + entry.id: entry for entry in names}


@cache
def read_known() -> Entries:
    """The entries of the gazetteer, office holders among them, by their IRI.

    Raises LexiconError when a table is broken.
    """
    persons = (
        GazetteerEntry(
            row.id, "person", "|".join(row.names), UNKNOWN, row.country, UNKNOWN, row.wikidata
        )
        for row in read_table(ontology_path("lexicon", "holders.tsv"), Holder)
    )
    entries = read_table(ontology_path("lexicon", "gazetteer.tsv"), GazetteerEntry)
    return by_iri((*persons, *entries))


def country_of(iri: str, own: Entries | None = None) -> str | None:
    """The two letters of the country that an actor belongs to, None where not known.

    ``own`` are a user's own entries, which win.
    """
    return _known_or_none(_find(iri, own), "country")


def sector_of(iri: str, own: Entries | None = None) -> str | None:
    """The sector of an actor (``GOV``, ``MIL``, ``BUS`` ...), None where not known.

    ``own`` are a user's own entries, which win.
    """
    return _known_or_none(_find(iri, own), "sector")


def is_at(place: str) -> Callable[[str | None, str | None], bool]:
    """A test for names and IRIs of places: is this one the wanted ``place``, or in it?

    ``place`` is a name in any case, in each language of the gazetteer, or an IRI. A state
    takes in the places that the gazetteer knows in its country.
    """
    wanted, iri = _fold(place), expand(place)
    same = {key for key, entry in read_known().items() if _is_called(entry, wanted)} | {iri}
    lands = {
        entry.country
        for key, entry in read_known().items()
        if key in same and entry.kind == "state" and entry.country != UNKNOWN
    }

    def test(name: str | None, at: str | None) -> bool:
        inside = at is not None and (at in same or country_of(at) in lands)
        return inside or (name is not None and _fold(name) == wanted)

    return test


def _is_called(entry: GazetteerEntry, wanted: str) -> bool:
    return entry.kind in ("state", "place") and any(_fold(n) == wanted for n in entry.names)


def _find(iri: str, own: Entries | None) -> GazetteerEntry | None:
    return (own or {}).get(iri) or read_known().get(iri)


def _known_or_none(entry: GazetteerEntry | None, column: str) -> str | None:
    value = UNKNOWN if entry is None else str(getattr(entry, column))
    return None if value == UNKNOWN else value


def _fold(name: str) -> str:
    return " ".join(name.split()).casefold()
