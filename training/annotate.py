"""Give silver trees their STTS tags, features and lemmas.

The first model, trained on gold alone, proposes; the gold coarse tags, the
gold lemma and feature bundles and the word lists decide what is believed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Token
from treebanks import Sentence, Word, split_blocks
from wordlists import Wordlists

STTS: dict[str, frozenset[str]] = {
    upos: frozenset(tags.split())
    for upos, tags in {
        "NOUN": "NN NE TRUNC",
        "PROPN": "NE NN",
        "VERB": "VVFIN VVINF VVPP VVIZU VVIMP VAFIN VAINF VAPP VMFIN VMINF",
        "AUX": "VAFIN VAINF VAPP VMFIN VMINF VMPP VAIMP",
        "ADJ": "ADJA ADJD CARD VVPP",
        "ADV": "ADV ADJD PAV PWAV PTKVZ PTKA",
        "ADP": "APPR APPRART APPO APZR KOKOM PTKVZ KOUI",
        "DET": "ART PPOSAT PIAT PDAT PIS PWAT PRELAT",
        "PRON": "PPER PRF PRELS PDS PIS PWS PPOSS PDAT PIAT",
        "CCONJ": "KON KOKOM",
        "SCONJ": "KOUS KOUI KOKOM",
        "PART": "PTKZU PTKNEG PTKA PTKANT PTKVZ",
        "NUM": "CARD",
        "PUNCT": "$. $, $(",
        "X": "FM XY",
    }.items()
}
"""UD tag -> the STTS tags believed with it."""

BUNDLE: dict[str, tuple[str, str]] = {
    "SG": ("Number", "Sing"),
    "PL": ("Number", "Plur"),
    "MASC": ("Gender", "Masc"),
    "FEM": ("Gender", "Fem"),
    "NEUT": ("Gender", "Neut"),
    "NOM": ("Case", "Nom"),
    "ACC": ("Case", "Acc"),
    "DAT": ("Case", "Dat"),
    "GEN": ("Case", "Gen"),
}
"""Feature of a UniMorph bundle -> feature of Universal Dependencies."""

MERGED = {"im", "am", "zum", "zur", "vom", "beim", "ins", "ans", "aufs", "ums", "übers"}


def annotate(
    nlp: Language, sentences: list[Sentence], *, lists: Wordlists, bundles: dict[str, list[Word]]
) -> Iterator[Sentence]:
    """Yield the sentences with the tags, features and lemmas that are believed."""
    docs = (
        Doc(nlp.vocab, [w.form for w in s], spaces=[w.space for w in s], sent_starts=_starts(s))
        for s in sentences
    )
    for sentence, doc in zip(sentences, nlp.pipe(docs), strict=True):
        words = [decide(w, t, lists) for w, t in zip(sentence, doc, strict=True)]
        words = [conjugate(words, i, lists) for i in range(len(words))]
        gold = bundles.get("".join(w.form for w in words))
        yield words if gold is None else list(apply_bundles(words, gold, lists))


def _starts(sentence: Sentence) -> list[bool | int | None]:
    return [i == 0 for i in range(len(sentence))]


def decide(word: Word, token: Token, lists: Wordlists) -> Word:
    """Return the word with what the model says, where the silver tag supports it."""
    if not word.upos:
        return word
    xpos = word.xpos or (token.tag_ if token.tag_ in STTS.get(word.upos, ()) else "")
    same = token.pos_ == word.upos
    feats = str(token.morph) if same else ""
    lemma = find_lemma(word, lists) or (token.lemma_ if same else "")
    upos = word.upos if same or word.upos in {"PUNCT", "CCONJ", "SCONJ", "PART"} else ""
    return replace(word, xpos=xpos, feats=feats, lemma=lemma, upos=upos)


def find_lemma(word: Word, lists: Wordlists) -> str:
    """Return the lemma by the word lists, or an empty string."""
    if word.upos in {"VERB", "AUX"}:
        return lists.find_verb(word.form)
    if word.upos == "NOUN":
        return lists.find_noun(word.form)
    return ""


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


def read_bundles(path: Path) -> dict[str, list[Word]]:
    """Return the gold lemmas and bundles of each sentence, by its letters."""
    found = {}
    for rows in split_blocks(path):
        words = merge_contractions([Word(r[1], lemma=r[2], feats=r[5]) for r in rows])
        found["".join(w.form for w in words)] = words
    return found


def merge_contractions(words: list[Word]) -> list[Word]:
    """Return the words with ``in`` + ``dem`` put together again.

    Whether the text has one word or two is not in the file; the sentence is
    found again only where one word was right throughout, the common case.
    """
    pairs = {"indem": "im", "andem": "am", "zudem": "zum", "zuder": "zur", "vondem": "vom"}
    pairs |= {"beidem": "beim", "indas": "ins", "andas": "ans"}
    merged: list[Word] = []
    for word in words:
        key = (merged[-1].form + word.form).lower() if merged else ""
        if key in pairs and "DET" in (word.feats or "").split(";"):
            form = pairs[key]
            first = merged.pop()
            form = form.capitalize() if first.form[0].isupper() else form
            merged.append(replace(word, form=form, lemma=first.lemma))
        else:
            merged.append(word)
    return merged


def apply_bundles(words: Sentence, gold: list[Word], lists: Wordlists) -> Iterable[Word]:
    """Yield the words with number, gender, case and lemma from the gold bundles."""
    if [w.form for w in words] != [g.form for g in gold]:
        yield from words
        return
    for word, bundle in zip(words, gold, strict=True):
        pairs = dict(BUNDLE[p] for p in (bundle.feats or "").split(";") if p in BUNDLE)
        lemma = find_lemma(word, lists) or word.lemma
        if word.upos not in {"NOUN", "VERB", "AUX", "PRON", "DET"}:
            lemma = bundle.lemma if bundle.lemma not in {"", "_"} else lemma
        if not pairs or not word.feats or word.upos in {"VERB", "AUX"}:
            yield replace(word, lemma=lemma)
            continue
        feats = dict(p.split("=", 1) for p in word.feats.split("|")) | pairs
        text = "|".join(f"{k}={v}" for k, v in sorted(feats.items()))
        yield replace(word, lemma=lemma, feats=text)
