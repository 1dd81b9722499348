"""What is told with the name of its source: "laut", "nach Angaben von", "demnach", "wonach"."""

from __future__ import annotations

from collections.abc import Iterator

from kg.reading.clauses import is_relative_pronoun
from kg.reading.speech import Speech, anchor, tight
from kg.reading.trees import Token
from kg.records import Quotation, Span

_RETELLING = {"demnach", "demzufolge"}
"""Adverbs that retell a source wherever they stand in a sentence."""


class Sources:
    """Finds what sources tell: :meth:`find`."""

    def __init__(self, speech: Speech) -> None:
        self._speech = speech
        self._tree = speech.tree
        self._words = speech.words

    def find(self) -> Iterator[Quotation]:
        """What is told with the name of its source."""
        yield from self._by_preposition()
        yield from self._by_adverb()
        yield from self._by_relative()

    def _by_adverb(self) -> Iterator[Quotation]:
        """A sentence that opens with "demnach" retells a source named before; "danach" does in
        the present tense, else it may tell what came next.
        """
        tree = self._tree
        for first, last in tree.sentences:
            for token in tree.tokens[first:last]:
                if self._retells(token, first) and not self._speech.in_quotes(token.start):
                    cue = ((token.start, token.end),)
                    spans = self._sides(token, first, last)
                    if spans:
                        yield self._speech.make(spans, (), cue, "indirect", "neutral", None)
                    break

    def _retells(self, token: Token, first: int) -> bool:
        word = token.text.lower()
        if ("adverb", word) not in self._words.reporting or word in {"so", "wie", "as"}:
            return False
        if token.i != first or word == "danach":
            verb = self._tree[first + 1]
            present = verb.morph.get("Tense") == "Pres" and verb.lemma != "werden"
            return word in _RETELLING or (token.i == first and present)
        return True

    def _sides(self, token: Token, first: int, last: int) -> tuple[Span, ...]:
        """The sentence before and behind a token, without its end."""
        tree = self._tree
        before = tight(tree.text, tree[first].start, token.start)
        behind = tight(tree.text, token.end, tree[last - 1].end)
        return tuple(s for s in (before, behind) if s[0] < s[1])

    def _by_relative(self) -> Iterator[Quotation]:
        """A clause that "wonach" or "nach dem" opens retells what the noun before it names."""
        tree = self._tree
        for opening in self._openings():
            span = tight(tree.text, opening[1], self._end_of_clause(tree.inside(*opening)[-1].i))
            if span[0] < span[1] and not self._speech.in_quotes(opening[0]):
                named = self._named_before(tree.inside(*opening)[0].i)
                where, mention = self._speech.speaker(named)
                yield self._speech.make((span,), where, (opening,), "indirect", "neutral", mention)

    def _openings(self) -> Iterator[Span]:
        """ "wonach", "nach denen", "laut dem" behind a noun of saying."""
        tree = self._tree
        for token in tree.tokens:
            if self._words.is_a("relative_report", token.text.lower()):
                yield token.start, token.end
            elif is_relative_pronoun(tree, token.i):
                case = tree.child(token.i, "case")
                told = (
                    case is not None and ("preposition", tree[case].text) in self._words.reporting
                )
                if case == token.i - 1 and told and self._named_before(case) is not None:
                    yield tree[case].start, token.end

    def _end_of_clause(self, i: int) -> int:
        chain = [i, *self._tree.ancestors(i)]
        head = next((a for a in chain if a in self._speech.clause_at), i)
        return self._tree[max(self._tree.subtree(head))].end

    def _named_before(self, i: int) -> int | None:
        """The noun right before the comma of a relative clause, if it is one of saying; else
        the noun that it belongs to: "ein Bericht der Agentur, wonach ...".
        """
        tree = self._tree
        if i < 2 or tree[i - 1].text != ",":
            return None
        chain = [i - 2, *tree.ancestors(i - 2)]
        nouns = (t for t in chain if tree[t].pos == "NOUN")
        return next((t for t in nouns if self._words.reports_noun(tree[t].lemma)), None)

    # laut X, nach Angaben von X, X zufolge

    def _by_preposition(self) -> Iterator[Quotation]:
        tree = self._tree
        for token in tree.tokens:
            cues = [tree[c] for c in tree.children(token.i, "case")]
            cue = next((c for c in cues if self._is_source_cue(token.i, c.i)), None)
            if cue is None or self._speech.in_quotes(cue.start):
                continue
            spans = self._rest_of_clause(token.i, cue.i)
            dashed = cue.i > 0 and tree[cue.i - 1].text in {"-", "–", "—"}
            if not spans or dashed:
                continue
            where, mention = self._speech.speaker(token.i, source=True)
            source = self._source(token.i)
            if source is not None:
                mention = self._speech.denotations.span(source)
            start, _ = tree.sentence_span(token.i)
            if mention is None and self._is_told(start, min(token.start, cue.start)):
                continue  # the words of a speaker who is known
            yield self._speech.make(
                spans, where, ((cue.start, cue.end),), "indirect", "neutral", mention
            )

    def _is_source_cue(self, noun: int, cue: int) -> bool:
        text = self._tree[cue].text.lower()
        word = self._words.reporting.get(("preposition", text))
        if word is None:
            return False
        idiom = self._tree.slice((self._tree[cue].start, self._tree[cue].end + 8)).lower()
        if idiom == "nach wie vor":
            return False
        if text in {"gemäß", "per", "nach"}:
            return self._is_source_noun(noun, alone=text == "nach")
        return True

    def _is_source_noun(self, noun: int, *, alone: bool) -> bool:
        """Is it a noun of what somebody says? Behind "nach" some tell the time unless they come
        new into the text: "nach der Ankündigung" against "nach einem Bericht".
        """
        lemma = self._tree[noun].lemma
        word = self._words.reports_noun(lemma)
        if word is None:
            return False
        articles = [self._tree[c].text.lower() for c in self._tree.children(noun, "det")]
        new = any(a.startswith(("ein", "a")) and a != "alle" for a in articles)
        return not alone or new or self._words.is_a("source_noun", word.lemma)

    def _source(self, noun: int) -> int | None:
        """Whose statement it is: "Angaben der Polizei"; None when the noun is the source."""
        tree = self._tree
        if self._words.reports_noun(tree[noun].lemma) is None:
            return None
        return tree.child(noun, "nmod", "nmod:poss", "appos", "flat")

    def _is_told(self, start: int, at: int) -> bool:
        """Is what stands at ``at`` told by a report of the sentence that begins at ``start``?
        "Sales sagte, nach Schätzungen ..."
        """
        sentence = self._tree.inside(start, at)
        here = self._speech.reports_in.get(sentence[0].sent, ()) if sentence else ()
        before = (self._tree[anchor(r.clause)].start for r in here)
        told = any(start <= verb < at for verb in before)
        return told and self._speech.mark_before(at) == ","

    def _rest_of_clause(self, noun: int, cue: int) -> tuple[Span, ...]:
        """What stands before and behind the phrase that names the source, in its relative or
        other subordinate clause, else in its sentence.
        """
        tree = self._tree
        start, end = self._scope(noun)
        numbers = tree.subtree(noun)
        phrase = tree[min([*numbers, cue])].start, tree[max(numbers)].end
        sides: tuple[Span, ...] = (
            tight(tree.text, start, phrase[0]),
            tight(tree.text, phrase[1], end),
        )
        if self._is_told(start, phrase[0]):
            sides = sides[1:]
        filled = tuple(s for s in sides if s[0] < s[1])
        words = sum(len(tree.slice(s).split()) for s in filled)
        return filled if words > 1 else ()

    def _scope(self, i: int) -> Span:
        """The subordinate clause with a finite verb that a token stands in, else its sentence."""
        tree = self._tree
        chain = (self._speech.clause_at.get(a) for a in (i, *tree.ancestors(i)))
        clause = next((c for c in chain if c is not None and c.finite is not None), None)
        if clause is None or clause.kind not in {"relative", "adverbial", "complement"}:
            return tree.sentence_span(i)
        numbers = tree.subtree(clause.head)
        if tree[numbers[0]].text.lower() in {"wie", "as"}:
            return tree.sentence_span(i)  # "Wie laut Polizei bekannt wurde, ..."
        return tree[numbers[0]].start, tree[numbers[-1]].end
