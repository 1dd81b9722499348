"""What a parser is known to get wrong, put right before the rules look.

Each rule is a function ``(tree, words, token) -> token``; all of them see the tree as
the parser left it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from kg.reading.trees import Token, Tree, make_tree
from kg.reading.vocabulary import Vocabulary

Rule = Callable[[Tree, Vocabulary, Token], Token]

_FUNCTION = {"aux", "aux:pass", "cop", "case", "det"}
_STAYS = {"conj", "cc", "punct", "fixed", "advmod"}


def mend_tree(tree: Tree, words: Vocabulary) -> Tree:
    """The tree with every rule applied once, in order."""
    for rule in RULES:
        tokens = [rule(tree, words, token) for token in tree.tokens]
        tree = make_tree(
            tree.text,
            tree.lang,
            tokens,
            tree.sentences,
            paragraphs=tree.paragraphs,
            entities=tree.entities,
            published=tree.published,
        )
    return tree


def free_function_word(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """Nothing of weight hangs below an auxiliary: its subject is the verb's."""
    head = tree[token.head]
    if head.i == token.i or head.dep not in _FUNCTION or token.dep in _STAYS:
        return token
    up = head.head
    while tree[up].dep in _FUNCTION and tree[up].head != up:
        up = tree[up].head
    return replace(token, head=up) if up != token.i else token


def check_particle(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """Only a known particle is the separated part of a verb."""
    if token.dep != "compound:prt" or tree.lang != "de":
        return token
    if words.is_a("verb_particle", token.text.lower()):
        return token
    return replace(token, dep="advmod")


def keep_in_sentence(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """A head in another sentence is no head."""
    if tree[token.head].sent == token.sent:
        return token
    return replace(token, head=token.i, dep="root")


def root_label(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """``ROOT`` and ``root`` are one."""
    return replace(token, dep="root") if token.head == token.i else token


def verb_lemma(tree: Tree, words: Vocabulary, token: Token) -> Token:
    """A German verb form that the table knows has the table's dictionary form."""
    if tree.lang != "de" or token.pos not in {"VERB", "AUX"}:
        return token
    participle = token.tag.endswith("PP") or token.morph.get("VerbForm") == "Part"
    found = words.verbs.find(token.text, participle=participle)
    return replace(token, lemma=found) if found else token


RULES: Sequence[Rule] = (
    keep_in_sentence,
    root_label,
    free_function_word,
    check_particle,
    verb_lemma,
)
