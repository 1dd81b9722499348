"""Make spaCy documents of sentences: joined, spaced and varied like real articles."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from spacy.tokens import Doc, DocBin
from spacy.vocab import Vocab
from treebanks import Sentence, Word

QUOTES = [("„", "“"), ("„", "”"), ("»", "«"), ("«", "»"), ("“", "”"), ('"', '"')]
QUOTE_CHARS = frozenset('"„“”»«') | {"``", "''"}
PARAGRAPH = Word("\n\n", lemma="\n\n", upos="SPACE", xpos="_SP", feats="", dep="dep", space=False)


def join_sentences(
    sentences: list[Sentence], rng: random.Random, *, longest: int = 8, vary: bool = True
) -> Iterator[list[Sentence]]:
    """Yield groups of sentences, some closed by a paragraph break."""
    order = sentences[:]
    if vary:
        rng.shuffle(order)
    start = 0
    while start < len(order):
        size = rng.randint(1, longest)
        group = order[start : start + size]
        start += size
        yield [shape(s, rng, last=s is group[-1], vary=vary) for s in group]


def shape(sentence: Sentence, rng: random.Random, *, last: bool, vary: bool) -> Sentence:
    """Return a variant of one sentence: quotation marks, headline, paragraph break."""
    if not vary:
        return sentence
    sentence = vary_quotes(sentence, rng)
    sentence = wrap_in_quotes(sentence, rng)
    sentence = vary_case(sentence, rng)
    breaks = not last and rng.random() < 0.25
    if breaks and rng.random() < 0.4:
        sentence = drop_final_stop(sentence)
    if not breaks:
        return sentence
    words = [*sentence[:-1], replace(sentence[-1], space=False)]
    head = None if words[-1].head is None else len(words) - 1
    dep = "" if head is None else "dep"
    return [*words, replace(PARAGRAPH, head=head, dep=dep)]


def drop_final_stop(sentence: Sentence) -> Sentence:
    """Return the sentence without its full stop, as a headline stands."""
    last = len(sentence) - 1
    if last < 2 or sentence[-1].form != "." or sentence[-1].head == last:
        return sentence
    if any(w.head == last for w in sentence):
        return sentence
    return sentence[:-1]


def vary_quotes(sentence: Sentence, rng: random.Random) -> Sentence:
    """Return the sentence with one pair of quotation marks used throughout."""
    if not any(w.form in QUOTE_CHARS for w in sentence) or rng.random() < 0.3:
        return sentence
    opening, closing = rng.choice(QUOTES)
    words, inside = [], False
    for word in sentence:
        if word.form in QUOTE_CHARS:
            words.append(replace(word, form=closing if inside else opening, lemma=""))
            inside = not inside
        else:
            words.append(word)
    return words


def wrap_in_quotes(sentence: Sentence, rng: random.Random) -> Sentence:
    """Return one sentence in twelve inside quotation marks, or with one of the two.

    A speech of several sentences opens in its first and closes in its last.
    """
    if rng.random() > 0.08 or any(w.form in QUOTE_CHARS for w in sentence):
        return sentence
    left, right = rng.choice([(True, True), (True, False), (False, True)])
    opening, closing = rng.choice(QUOTES)
    shift = int(left)
    words = [replace(w, head=None if w.head is None else w.head + shift) for w in sentence]
    root = next((i + shift for i, w in enumerate(words) if w.head == i + shift), None)
    mark = Word(opening, upos="PUNCT", xpos="$(", feats="", head=root, dep="punct", space=False)
    if left:
        words.insert(0, mark)
    if right:
        words[-1] = replace(words[-1], space=False)
        words.append(replace(mark, form=closing, space=True))
    return words


def vary_case(sentence: Sentence, rng: random.Random) -> Sentence:
    """Return one sentence in a hundred in small, one in a hundred in capital letters."""
    chance = rng.random()
    if chance < 0.01:
        return [replace(w, form=w.form.lower()) for w in sentence]
    if chance < 0.02:
        return [replace(w, form=w.form.upper()) for w in sentence]
    return sentence


def make_doc(vocab: Vocab, sentences: Iterable[Sentence]) -> Doc:
    """Return one document that holds the sentences with all they know."""
    words: list[Word] = []
    heads: list[Any] = []
    starts: list[Any] = []
    for sentence in sentences:
        offset = len(words)
        heads += [None if w.head is None else w.head + offset for w in sentence]
        starts += [i == 0 for i in range(len(sentence))]
        words += sentence
    has_tree = all(h is not None for h in heads)
    doc = Doc(
        vocab,
        words=[w.form for w in words],
        spaces=[w.space for w in words],
        tags=[w.xpos for w in words],
        pos=[w.upos for w in words],
        morphs=[w.feats or "" for w in words],
        lemmas=[w.lemma for w in words],
        heads=heads if has_tree else None,
        deps=[w.dep or "dep" for w in words] if has_tree else None,
        sent_starts=None if has_tree else starts,
    )
    tokens: Iterable[Any] = doc
    for token, word in zip(tokens, words, strict=True):
        if not word.upos:
            token.set_morph(None)
    return doc


def write_docs(path: Path, docs: Iterable[Doc]) -> int:
    """Write the documents to a ``.spacy`` file and return how many there were."""
    bin_ = DocBin(docs=list(docs), store_user_data=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    bin_.to_disk(path)
    return len(bin_)


def attach_spaces(forms: list[str], text: str | None = None) -> list[bool]:
    """Return for each word whether a space follows: from the text, else by rule."""
    if text is not None:
        found = spaces_in_text(forms, text)
        if found is not None:
            return found
    return [space_by_rule(forms, i) for i in range(len(forms))]


def spaces_in_text(forms: list[str], text: str) -> list[bool] | None:
    """Return the spaces as the text has them, or ``None`` where it does not match."""
    spaces, at = [], 0
    for form in forms:
        if not text.startswith(form, at):
            return None
        at += len(form)
        spaces.append(at < len(text) and text[at].isspace())
        while at < len(text) and text[at].isspace():
            at += 1
    return spaces


def space_by_rule(forms: list[str], index: int) -> bool:
    """Guess whether a space follows the word, as printed German has it."""
    if index + 1 == len(forms):
        return True
    form, after = forms[index], forms[index + 1]
    if after in {",", ".", ";", ":", "!", "?", ")", "]", "%", "“", "”", "...", "…"}:
        return False
    if form in {"(", "[", "„", "/"} or after == "/":
        return False
    if form == '"' or after == '"':
        count = sum(f == '"' for f in forms[: index + 1])
        return count % 2 == 0
    return True
