"""Silver trees: CoreNLP's German dependency parser over text without trees.

CoreNLP's parser and tagger were trained on the training part of UD German
GSD. On that very part their analysis is close to the gold one; a sentence is
kept only where it also agrees with the gold coarse parts of speech.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from documents import attach_spaces
from treebanks import Sentence, Word, harmonise, is_tree, merge_block, split_blocks

GROUP = "edu/stanford/nlp/models"
PROPERTIES = f"""\
annotators = tokenize,ssplit,mwt,pos,depparse
tokenize.language = de
tokenize.whitespace = true
ssplit.eolonly = true
mwt.mappingFile = {GROUP}/mwt/german/german-mwt.tsv
pos.model = {GROUP}/pos-tagger/german-ud.tagger
depparse.model = {GROUP}/parser/nndep/UD_German.gz
depparse.language = German
outputFormat = conllu
"""

COARSE: dict[str, frozenset[str]] = {
    "NOUN": frozenset({"NOUN", "PROPN", "X"}),
    "VERB": frozenset({"VERB", "AUX"}),
    "ADJ": frozenset({"ADJ", "ADV", "VERB"}),
    "ADV": frozenset({"ADV", "ADJ", "PART", "SCONJ", "CCONJ", "PRON"}),
    "ADP": frozenset({"ADP", "SCONJ", "CCONJ", "ADV"}),
    "CONJ": frozenset({"CCONJ", "SCONJ", "ADP", "ADV"}),
    "DET": frozenset({"DET", "PRON"}),
    "PRON": frozenset({"PRON", "DET", "ADV"}),
    "NUM": frozenset({"NUM", "DET", "ADJ", "NOUN", "PRON"}),
    "PRT": frozenset({"PART", "ADP", "ADV"}),
    ".": frozenset({"PUNCT", "SYM"}),
    "X": frozenset({"X", "PROPN", "NOUN", "SYM", "PART", "ADP"}),
}
"""Coarse part of speech of the UPOS file -> the UD tags that agree with it."""

Coarse = list[tuple[str, str]]


def read_coarse(path: Path) -> list[Coarse]:
    """Return the sentences of (form, coarse part of speech)."""
    sentences: list[Coarse] = [[]]
    with path.open(encoding="utf8") as lines:
        for line in lines:
            columns = line.rstrip("\n").split("\t")
            if len(columns) == 2:
                sentences[-1].append((columns[0].replace(" ", ""), columns[1]))
            elif sentences[-1]:
                sentences.append([])
    return [s for s in sentences if s]


def read_spaces(path: Path) -> dict[str, str]:
    """Return the raw sentences by their letters without spaces."""
    texts = path.read_text(encoding="utf8").splitlines()
    return {"".join(t.split()): t.strip() for t in texts}


def run_corenlp(jars: Path, sentences: Iterable[list[str]], work: Path) -> Path:
    """Parse tokenised sentences with CoreNLP and return the CoNLL-U file."""
    work.mkdir(parents=True, exist_ok=True)
    source = work / "silver.txt"
    source.write_text("".join(" ".join(s) + "\n" for s in sentences), encoding="utf8")
    settings = work / "corenlp.properties"
    settings.write_text(PROPERTIES, encoding="utf8")
    command = ["java", "-Xmx6g", "-cp", f"{jars}/*", "edu.stanford.nlp.pipeline.StanfordCoreNLP"]
    command += ["-props", str(settings), "-file", str(source), "-outputDirectory", str(work)]
    subprocess.run(command, check=True)
    return work / "silver.txt.conllu"


def read_silver(
    parsed: Path, forms: list[list[str]], *, texts: dict[str, str] | None = None
) -> Iterator[tuple[int, Sentence]]:
    """Yield (index, sentence) of each parsed sentence whose words are unchanged."""
    for index, (rows, words) in enumerate(zip(split_blocks(parsed), forms, strict=True)):
        sentence = [clear(w) for w in merge_block(rows)]
        if [w.form for w in sentence] != words:
            continue
        text = (texts or {}).get("".join(words))
        spaces = attach_spaces(words, text)
        spaced = [replace(w, space=s) for w, s in zip(sentence, spaces, strict=True)]
        yield index, harmonise(spaced)


def clear(word: Word) -> Word:
    """Return the word with only what CoreNLP says: coarse tag, head and label."""
    merged = word.xpos == "APPRART"
    return replace(
        word,
        lemma="",
        feats="",
        upos="ADP" if merged else word.xpos,
        xpos="APPRART" if merged else "",
    )


def agrees(sentence: Sentence, coarse: Coarse, *, share: float = 0.93) -> bool:
    """Tell whether enough of the silver tags agree with the gold coarse ones."""
    same = sum(w.upos in COARSE.get(c, ()) for w, (_, c) in zip(sentence, coarse, strict=True))
    return same >= share * len(sentence)


def choose_trees(parsed: Path, sentences: list[Coarse], texts: dict[str, str]) -> list[Sentence]:
    """Return the silver sentences that are trees and agree with the coarse tags."""
    forms = [[f for f, _ in s] for s in sentences]
    chosen = []
    for index, sentence in read_silver(parsed, forms, texts=texts):
        if len(sentence) > 2 and is_tree(sentence) and agrees(sentence, sentences[index]):
            chosen.append(
                [fix_upos(w, c) for w, (_, c) in zip(sentence, sentences[index], strict=True)]
            )
    return chosen


def fix_upos(word: Word, coarse: str) -> Word:
    """Return the word without its tag where that contradicts the gold coarse tag."""
    return word if word.upos in COARSE.get(coarse, ()) else replace(word, upos="")
