"""Read CoNLL-U treebanks and bring them to one set of conventions.

The shipped pipeline keeps orthographic words, so a multiword token such as
``zum`` (``zu`` + ``dem``) becomes one token again; labels of older releases
are renamed by one small table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path

LABELS: dict[str, str] = {
    "iobj": "obl:arg",
    "nmod:poss": "nmod",
    "dobj": "obj",
    "nsubjpass": "nsubj:pass",
    "csubjpass": "csubj:pass",
    "auxpass": "aux:pass",
    "name": "flat",
    "mwe": "fixed",
    "flat:name": "flat",
    "obl:tmod": "obl",
    "cc:preconj": "cc",
    "nsubj:outer": "nsubj",
    "csubj:outer": "csubj",
    "advmod:neg": "advmod",
    "det:predet": "det",
    "goeswith": "dep",
    "reparandum": "dep",
    "orphan": "dep",
}
"""Older or finer label -> the label the pipeline speaks."""

FEATURES = frozenset(
    [
        "Case",
        "Definite",
        "Degree",
        "Gender",
        "Mood",
        "NumType",
        "Number",
        "Person",
        "Polarity",
        "Poss",
        "PronType",
        "Reflex",
        "Tense",
        "VerbForm",
    ]
)
"""The morphological features kept; all others are dropped."""

RELATIVE_FORMS = frozenset(
    [
        "der",
        "die",
        "das",
        "dem",
        "den",
        "deren",
        "dessen",
        "denen",
        "welcher",
        "welche",
        "welches",
        "welchem",
        "welchen",
        "was",
        "wo",
        "wobei",
        "wodurch",
        "womit",
        "wofür",
        "worin",
        "woran",
        "worauf",
        "worüber",
        "wonach",
        "wozu",
    ]
)


@dataclass(frozen=True, slots=True)
class Word:
    """One orthographic word; an empty string or ``None`` means "not known"."""

    form: str
    lemma: str = ""
    upos: str = ""
    xpos: str = ""
    feats: str | None = None
    head: int | None = None
    """Index of the head in the sentence; the word's own index for the root."""
    dep: str = ""
    space: bool = True


Sentence = list[Word]


def read_conllu(path: Path) -> Iterator[Sentence]:
    """Yield the sentences of a CoNLL-U file, multiword tokens merged."""
    for block in split_blocks(path):
        words = merge_block(block)
        if words:
            yield harmonise(words)


def split_blocks(path: Path) -> Iterator[list[list[str]]]:
    """Yield the table of each sentence: rows of ten columns."""
    rows: list[list[str]] = []
    with path.open(encoding="utf8") as lines:
        for line in lines:
            columns = line.rstrip("\n").split("\t")
            if not columns[0]:
                if rows:
                    yield rows
                rows = []
            elif not line.startswith("#") and "." not in columns[0]:
                rows.append(columns)
    if rows:
        yield rows


def merge_block(rows: list[list[str]]) -> Sentence:
    """Return the words of one sentence with every multiword token as one word."""
    groups = list(group_rows(sorted(rows, key=place)))
    owner = {row[0]: i for i, (_, members) in enumerate(groups) for row in members}
    return [merge_group(i, surface, members, owner) for i, (surface, members) in enumerate(groups)]


def place(row: list[str]) -> tuple[int, bool]:
    """Return where a row belongs: a range stands before its first word."""
    return int(row[0].split("-")[0]), "-" not in row[0]


def group_rows(rows: list[list[str]]) -> Iterator[tuple[list[str], list[list[str]]]]:
    """Yield (surface row, syntactic rows) of each orthographic word."""
    end = 0
    surface: list[str] = []
    members: list[list[str]] = []
    for row in rows:
        if "-" in row[0]:
            surface, members, end = row, [], int(row[0].split("-")[1])
        elif int(row[0]) <= end:
            members.append(row)
            if int(row[0]) == end:
                yield surface, members
        else:
            yield row, [row]


def merge_group(
    index: int, surface: list[str], members: list[list[str]], owner: dict[str, int]
) -> Word:
    """Return one word: the member whose head lies outside decides head and label."""
    outside = [m for m in members if owner.get(m[6], -1) != index]
    lead = next((m for m in outside if m[3] == "ADP"), outside[0] if outside else members[0])
    known = lead[6].isdigit()
    head = (index if lead[6] == "0" else owner.get(lead[6], index)) if known else None
    merged = len(members) > 1
    feats = members[-1][5] if merged else lead[5]
    return Word(
        form=surface[1].replace(" ", ""),
        lemma=blank(lead[2]).replace(" ", ""),
        upos=blank(lead[3]),
        xpos="APPRART" if merged and lead[3] == "ADP" else blank(lead[4]),
        feats=feats if feats != "_" else "",
        head=head,
        dep=blank(lead[7]),
        space="SpaceAfter=No" not in surface[9],
    )


def blank(value: str) -> str:
    """Return the column's value, or an empty string for ``_``."""
    return "" if value == "_" else value


def harmonise(words: Sentence) -> Sentence:
    """Return the sentence with the pipeline's labels, features and lemmas."""
    words = [
        replace(w, dep=LABELS.get(w.dep, w.dep), feats=clean_feats(w), lemma=clean_lemma(w))
        for w in words
    ]
    return mark_relative_clauses(words)


def clean_feats(word: Word) -> str | None:
    """Keep the known features; a mood implies a finite verb, only adjectives compare."""
    feats = word.feats
    if not feats or "=" not in feats:
        return feats
    pairs = dict(p.split("=", 1) for p in feats.split("|"))
    kept = {k: v for k, v in pairs.items() if k in FEATURES and "," not in v}
    if "Mood" in kept:
        kept["VerbForm"] = "Fin"
    if kept.get("Degree") == "Pos" and word.upos != "ADJ":
        del kept["Degree"]
    return "|".join(f"{k}={v}" for k, v in sorted(kept.items()))


def clean_lemma(word: Word) -> str:
    """Return the lemma, with the reflexive pronoun as ``sich``."""
    if word.form.lower() == "sich":
        return "sich"
    if word.lemma == "unknown":
        return ""
    return word.lemma.split("|")[0] if len(word.lemma) > 1 else word.lemma


def mark_relative_clauses(words: Sentence) -> Sentence:
    """Rename ``acl`` to ``acl:relcl`` where a relative word opens a finite clause."""
    return [
        replace(w, dep="acl:relcl") if w.dep == "acl" and is_relative(words, i) else w
        for i, w in enumerate(words)
    ]


def is_relative(words: Sentence, root: int) -> bool:
    """Tell whether the clause headed by ``root`` opens with a relative word."""
    members = [i for i in range(len(words)) if leads_to(words, i, root)]
    opening = [words[i] for i in members if words[i].upos != "PUNCT"][:3]
    relative = any(
        w.form.lower() in RELATIVE_FORMS and (w.upos in {"PRON", "ADV"} or w.xpos == "PRELAT")
        for w in opening
    )
    return relative and any(words[i].upos in {"VERB", "AUX"} for i in members)


def leads_to(words: Sentence, start: int, target: int) -> bool:
    """Tell whether ``target`` is ``start`` or one of its ancestors."""
    for _ in range(len(words)):
        if start == target:
            return True
        head = words[start].head
        if head is None or head == start:
            return False
        start = head
    return False


def is_tree(words: Sentence) -> bool:
    """Tell whether the sentence has exactly one root that all words lead to."""
    roots = [i for i, w in enumerate(words) if w.head == i]
    return len(roots) == 1 and all(leads_to(words, i, roots[0]) for i in range(len(words)))


def keep(sentences: Iterable[Sentence], *columns: str) -> list[Sentence]:
    """Return the sentences with only the named columns known beside the forms."""
    known = {"form", "space", *columns}
    return [[_keep(w, known) for w in sentence] for sentence in sentences]


def _keep(word: Word, known: set[str]) -> Word:
    values = {f.name: getattr(word, f.name) for f in fields(word) if f.name in known}
    return Word(**values)
