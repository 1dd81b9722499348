"""What a verb's form and its subject say of its mood."""

from __future__ import annotations

from dataclasses import replace

from treebanks import Sentence, Word
from wordlists import Wordlists

SUBJECTS = {
    "ich": "Number=Sing|Person=1",
    "wir": "Number=Plur|Person=1",
    "du": "Number=Sing|Person=2",
}


def conjugate(words: Sentence, index: int, lists: Wordlists) -> Word:
    """Return a verb with the analysis of its form that fits the model and the subject.

    This is what teaches the Konjunktiv: ``habe`` beside any subject but
    ``ich`` can only be one.
    """
    word = words[index]
    if word.upos not in {"VERB", "AUX"} or not word.feats:
        return word
    choices = lists.analyses.get(word.form) or lists.analyses.get(word.form.lower(), [])
    form = "VerbForm=Fin" if "VerbForm=Fin" in word.feats else word.feats
    choices = [c for c in choices if form in c]
    if not choices:
        return word
    said = set(word.feats.split("|"))
    person = set(find_person(words, index).split("|"))

    def fit(choice: str) -> int:
        pairs = set(choice.split("|"))
        return 4 * len(pairs & person) + 2 * len(pairs & said) + ("Mood=Ind" in pairs)

    return replace(word, feats=max(choices, key=fit))


def find_person(words: Sentence, index: int) -> str:
    """Return person (and number, where a pronoun shows it) of the verb's subject."""
    word = words[index]
    clause = {index}
    if word.dep in {"aux", "aux:pass", "cop", "conj"} and word.head is not None:
        clause.add(word.head)
    subjects = [w for w in words if w.head in clause and w.dep.startswith("nsubj")]
    for subject in subjects:
        if subject.form.lower() in SUBJECTS:
            return SUBJECTS[subject.form.lower()]
    if not subjects and index == 0:
        return SUBJECTS["ich"]
    return "Person=3"
