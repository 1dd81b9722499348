"""Gold against found: how many statements are right, how many are missed, which are wrong.

A gold file is JSON Lines, one sentence a line::

    {"text": "Der Minister trat zurück.", "facts": [["Minister", "zurücktreten", "", "plain"]]}

A fact is subject, relation lemma, object and status. Subject and object name the words that
must stand in the found phrase ("" for none); the status is ``plain``, ``negated``,
``attributed`` or a modality. ``facts`` lists every statement a careful reader would make of
the verbs of the sentence; offices and participles before nouns are not counted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.errors import InputError
from kg.records import Phrase, Statement, is_plain

Fact = tuple[str, str, str, str]
PUBLISHED = "2026-10-20"
"""The date that gold sentences are read with: what "on Monday" means in them."""
_COUNTED = ("active", "passive", "copula")


@dataclass(frozen=True, slots=True)
class GoldSentence:
    """A sentence and its facts."""

    text: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """Counts over a gold set, with precision, recall and F1 in [0, 1]."""

    right: int
    found: int
    gold: int
    wrong: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()

    @property
    def precision(self) -> float:
        """Right of found; 0 when nothing was found."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Right of gold; 0 when there is none."""
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of the two."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def read_gold(path: Path) -> list[GoldSentence]:
    """The sentences of a gold file. Raises InputError naming file and line."""
    found: list[GoldSentence] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            facts = tuple((str(s), str(r), str(o), str(q)) for s, r, o, q in row["facts"])
            found.append(GoldSentence(str(row["text"]), facts))
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f"{path}:{number}: not a gold sentence ({error})") from error
    return found


def status_of(statement: Statement) -> str:
    """``plain``, ``negated``, ``attributed``, or the modality."""
    if is_plain(statement):
        return "plain"
    if statement.attribution != "none":
        return "attributed"
    return "negated" if statement.negated else statement.modality


def measure_statements(
    gold: Iterable[GoldSentence], read: Callable[[str], Sequence[Statement]]
) -> Score:
    """Each sentence read on its own and held against its facts, one to one."""
    right = found = total = 0
    wrong: list[str] = []
    missed: list[str] = []
    for sentence in gold:
        statements = [s for s in read(sentence.text) if s.rule.startswith(_COUNTED)]
        open_facts = list(sentence.facts)
        for statement in statements:
            fact = next((f for f in open_facts if fits(statement, f)), None)
            if fact is None:
                wrong.append(f"{sentence.text} -> {show(statement)}")
            else:
                open_facts.remove(fact)
                right += 1
        found += len(statements)
        total += len(sentence.facts)
        missed += [f"{sentence.text} -> {' | '.join(f)}" for f in open_facts]
    return Score(right, found, total, tuple(wrong), tuple(missed))


def fits(statement: Statement, fact: Fact) -> bool:
    """Does a statement say what a gold fact says?"""
    subject, lemma, obj, status = fact
    return (
        _names(statement.subject, subject)
        and statement.relation.lemma == lemma
        and _names(statement.object, obj)
        and status_of(statement) == status
    )


def _names(phrase: Phrase | None, wanted: str) -> bool:
    if phrase is None or not wanted:
        return phrase is None and not wanted
    words = set(re.findall(r"\w+", phrase.text.casefold()))
    return set(re.findall(r"\w+", wanted.casefold())) <= words


def show(statement: Statement) -> str:
    """A statement as one line, in the order of a gold fact."""
    subject = statement.subject.text if statement.subject else ""
    obj = statement.object.text if statement.object else ""
    return f"{subject} | {statement.relation.lemma} | {obj} | {status_of(statement)}"
