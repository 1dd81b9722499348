"""Fill the Wikidata ids of ``holders.tsv`` from a list of politicians.

Usage: ``python training/holders.py POLITICIANS ONTOLOGY``

``POLITICIANS``  politicians_wikidata.tsv: qid, name_de, name_en, country, gender (Wikidata, CC0)
``ONTOLOGY``     folder ``ontology/lexicon``

A person of ``holders.tsv`` gets the id of the one politician who has the same gender and,
exactly, one of the person's full names, in German or English, and whose country is that of
one of the person's offices. Nobody or more than one: ``-``. Ids that stand there are written
anew; all other cells, comments and the order of the rows stay as they are.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

COUNTRIES = {
    "Czech Republic": "CZ",
    "Northern Ireland": "GB",
    "Scotland": "GB",
    "Wales": "GB",
}
"""Countries of the list that the gazetteer knows by another name or not at all."""

UNCERTAIN = {"person-michael-mueller"}
"""Persons with a well-known namesake in the same country, of whom the list has only one."""

Row = dict[str, str]
Politicians = Mapping[tuple[str, str, str], set[str]]


def read_rows(path: Path) -> list[Row]:
    """The rows of a table, without its comments."""
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = (line for line in lines if line and not line.startswith("#"))
    return list(csv.DictReader(kept, delimiter="\t", quoting=csv.QUOTE_NONE))


def list_countries(gazetteer: Path) -> dict[str, str]:
    """ISO code of each English name of a state or place that is one."""
    codes = dict(COUNTRIES)
    for row in read_rows(gazetteer):
        if row["id"].startswith(("state-", "place-")):
            codes.update((name, row["country"]) for name in row["names_en"].split("|"))
    return codes


def index_politicians(path: Path, countries: Mapping[str, str]) -> Politicians:
    """Wikidata ids by name, country code and gender (``m`` or ``f``)."""
    found: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    for row in read_rows(path):
        code = countries.get(row["country"].replace("_", " "))
        if code:
            for name in (row["name_de"], row["name_en"]):
                found[name, code, row["gender"][:1]].add(row["qid"])
    return found


def find_ids(holders: Iterable[Row], politicians: Politicians) -> dict[str, str]:
    """The Wikidata id of each person, by the person's id; ``-`` where none is certain."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in holders:
        found[row["id"]] |= set()
        for name in (row["name"], *row["aliases"].split("|")):
            if " " in name and row["id"] not in UNCERTAIN:
                found[row["id"]] |= politicians.get((name, row["country"], row["gender"]), set())
    return {id: min(ids) if len(ids) == 1 else "-" for id, ids in found.items()}


def main(source: Path, ontology: Path) -> None:
    """Rewrite the last column of the table."""
    table = ontology / "holders.tsv"
    politicians = index_politicians(source, list_countries(ontology / "gazetteer.tsv"))
    ids = find_ids(read_rows(table), politicians)
    lines = table.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        *cells, _ = line.split("\t")
        if cells and cells[0] in ids:
            lines[number] = "\t".join([*cells, ids[cells[0]]])
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:3]))
