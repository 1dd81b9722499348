"""What finding speech of any kind asks about a text: who reports, in which mood, who may speak."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import itemgetter

from kg.lexicon import ReportingWord
from kg.names import mint
from kg.reading.clauses import SUBJECTS, Clause, is_finite, is_relative_pronoun, opens_with_verb
from kg.reading.phrases import Denotations
from kg.reading.speakers import find_source, noun_after_as, noun_behind, noun_in_front, speaker_span
from kg.reading.trees import Tree
from kg.reading.vocabulary import Vocabulary
from kg.records import ACTOR_KINDS, Quotation, Span, is_within

MIN_WORDS = 3
_QUOTING = {"zitieren", "quote", "cite"}
"""Verbs whose passive has the speaker for its subject: "wird mit den Worten zitiert"."""
_NOBODY = {
    *("man", "es", "das", "dies", "dieses", "was", "wer", "ich", "wir", "niemand"),
    *("it", "this", "that", "what", "who", "i", "we", "nobody"),
}
_TURNED = {"affirm": "doubt", "deny": "neutral", "doubt": "doubt"}
"""Stance of a reporting word -> that of its denial: "bestätigte nicht", "bestritt nicht"."""
_NOT_ONLY = {("nicht", "nur"), ("nicht", "allein"), ("nicht", "bloß"), ("not", "only")}
LOOSE = " ,.;:–-\n\t"


@dataclass(frozen=True, slots=True)
class Report:
    """A clause whose verb reports: the clause, the lexicon's word, the speaker's token."""

    clause: Clause
    word: ReportingWord
    speaker: int | None


def find_reports(tree: Tree, clauses: Sequence[Clause], words: Vocabulary) -> list[Report]:
    """The clauses whose verb reports speech or thought."""
    found: list[Report] = []
    for clause in clauses:
        word = words.reporting.get(("verb", clause.lemma))
        if word is not None and clause.copula is None and not opens_with_verb(tree, clause):
            told_of = clause.passive and clause.lemma not in _QUOTING
            speaker = clause.agent if told_of else next(iter(clause.subjects), None)
            found.append(Report(clause, word, speaker))
    return found


class Speech:
    """A parsed text, its reports and the questions that all kinds of speech share."""

    def __init__(
        self,
        tree: Tree,
        clauses: Sequence[Clause],
        denotations: Denotations,
        words: Vocabulary,
        paragraphs: Sequence[Span],
        quoted: Sequence[Span],
        *,
        article: str = "",
    ) -> None:
        self.tree = tree
        self.words = words
        self.article = article
        self.denotations = denotations
        self.paragraphs = paragraphs
        self.clauses = clauses
        self.quoted = quoted
        self.finite = [c for c in clauses if c.finite is not None]
        self.clause_at = {c.head: c for c in clauses}
        outside = [c for c in clauses if not self.in_quotes(tree[anchor(c)].start)]
        reports = (self._outside(r) for r in find_reports(tree, outside, words))
        self.reports = [self._with_teller(r) for r in reports]
        self.reports_in: dict[int, list[Report]] = {}
        for report in self.reports:
            self.reports_in.setdefault(tree[anchor(report.clause)].sent, []).append(report)
        self._subjunctive = self._find_subjunctives()
        self._below: dict[int, list[Clause]] = {}
        self._within: dict[int, list[Clause]] = {}
        for clause in clauses:
            self._within.setdefault(tree[clause.head].sent, []).append(clause)
            if clause.governor is not None:
                self._below.setdefault(clause.governor, []).append(clause)

    def below(self, clause: Clause) -> Sequence[Clause]:
        """The clauses that a clause governs."""
        return self._below.get(clause.head, ())

    def within(self, s: int) -> Sequence[Clause]:
        """The clauses of a sentence."""
        return self._within.get(s, ())

    def by_sentence(self, quotations: Iterable[Quotation]) -> Mapping[int, Sequence[Quotation]]:
        """Sentence -> the quotations of which a word or the cue stands in it, in their order."""
        found: dict[int, list[Quotation]] = {}
        for q in quotations:
            touched = (t.sent for span in (*q.quote, *q.cue) for t in self.tree.touching(*span))
            for s in dict.fromkeys(touched):
                found.setdefault(s, []).append(q)
        return found

    def around(self, span: Span, known: Mapping[int, Sequence[Quotation]]) -> Iterator[Quotation]:
        """Those of the quotations by sentence that stand where a span does, each once."""
        sentences = dict.fromkeys(t.sent for t in self.tree.touching(*span))
        return iter({q.id: q for s in sentences for q in known.get(s, ())}.values())

    def in_quotes(self, at: int) -> bool:
        """Does a character stand between quotation marks?"""
        return is_within(at, self.quoted)

    def is_wording(self, span: Span) -> bool:
        """Not a name or a title: something in it is in small letters."""
        inside = self.tree.inside(*span)
        words = [t for t in inside if t.pos not in {"PUNCT", "DET", "ADP", "CCONJ"}]
        return any(t.text[:1].islower() for t in words)

    def opens_small(self, span: Span) -> bool:
        """Not a title: of two words or more the first is in small letters."""
        words = [t for t in self.tree.inside(*span) if t.pos != "PUNCT"]
        return len(words) > 1 and words[0].text[:1].islower()

    def has_words(self, span: Span) -> bool:
        """Are there enough words for speech?"""
        inside = self.tree.inside(*span)
        return len([t for t in inside if t.pos != "PUNCT"]) >= MIN_WORDS

    def _outside(self, report: Report) -> Report:
        """The report with a speaker outside of quotation marks: nobody in there speaks it."""
        tree = self.tree
        if report.speaker is None or not self.in_quotes(tree[report.speaker].start):
            return report
        at = tree[report.speaker].start
        span = next(s for s in self.quoted if is_within(at, [s]))
        if not self.is_wording(span):
            return report  # a name in marks: schreibt die „Netzeitung“
        named = tree.children(report.clause.head, *SUBJECTS, "obj")
        others = (t for t in named if not self.in_quotes(tree[t].start))
        return replace(report, speaker=next(others, None))

    def _with_teller(self, report: Report) -> Report:
        """The report with whoever or whatever tells, where the parser found no subject."""
        clause, tree = report.clause, self.tree
        quoted = self._quoted_person(clause)
        if quoted is not None:
            return replace(report, speaker=quoted)
        if report.speaker is not None and tree[report.speaker].text.lower() not in _NOBODY:
            return report
        source = find_source(tree, clause, self.words, self.denotations)
        if source is not None:
            return replace(report, speaker=source)
        if clause.passive or report.speaker is not None:
            return report
        verb = anchor(clause)
        near = (noun_behind(tree, verb), noun_in_front(tree, verb))
        named = next((t for t in near if self.is_actor(t)), None)
        return replace(report, speaker=noun_after_as(tree, verb) if named is None else named)

    def _quoted_person(self, clause: Clause) -> int | None:
        """Whose words they are in "Das Blatt zitiert Lund mit den Worten ..."."""
        if clause.lemma not in _QUOTING or clause.passive:
            return None
        return next((o for o in clause.objects if self.is_actor(o)), None)

    def is_actor(self, speaker: int | None) -> bool:
        """Does a token name or stand for one who can act?"""
        if speaker is None:
            return False
        mention = self.denotations.mention(speaker)
        return mention is not None and mention.kind in ACTOR_KINDS

    def may_speak(self, i: int | None) -> bool:
        """An actor, or a pronoun that nobody could resolve but that stands for one."""
        if i is None or self.is_actor(i):
            return i is not None
        token = self.tree[i]
        return token.pos == "PRON" and token.text.lower() not in {*_NOBODY, "sich"}

    def paragraph_of(self, at: int) -> Span:
        """The paragraph that holds a character or ends before it."""
        n = bisect_left(self.paragraphs, at, key=itemgetter(1))
        holds = n < len(self.paragraphs) and self.paragraphs[n][0] <= at
        return self.paragraphs[n] if holds else (0, len(self.tree.text))

    def mark_before(self, at: int) -> str:
        """The last character before one that is no space, or nothing."""
        while at > 0 and self.tree.text[at - 1].isspace():
            at -= 1
        return self.tree.text[at - 1 : at] if at else ""

    def same_paragraph(self, a: int, b: int) -> bool:
        """Do two characters stand in one paragraph?"""
        return self.paragraph_of(a) == self.paragraph_of(b)

    def goes_on(self, run: Sequence[int], s: int) -> bool:
        """Is this sentence in the paragraph of the run before it?"""
        return bool(run) and self.same_paragraph(self.sentence(run[-1])[0], self.sentence(s)[0])

    def sentence(self, s: int) -> Span:
        """The characters of a sentence."""
        return self.tree.sentence_span(self.tree.sentences[s][0])

    def subjunctives(self, first: int, last: int) -> list[int]:
        """Those of the finite verbs in the Konjunktiv that stand between two tokens."""
        found = self._subjunctive
        return found[bisect_left(found, first) : bisect_left(found, last)]

    def _find_subjunctives(self) -> list[int]:
        """Finite verbs in the Konjunktiv outside of quotation marks and of conditions."""
        doubtful = {v for c in self.finite if self.is_conditional(c) for v in c.verbs}
        told = {c.finite for c in self.finite if c.mood in {"sub1", "sub2"}}
        return [
            t.i
            for t in self.tree.tokens
            if (t.i in told or (t.morph.get("Mood") == "Sub" and is_finite(t)))
            and t.i not in doubtful
            and not self.in_quotes(t.start)
        ]

    def is_conditional(self, clause: Clause) -> bool:
        """ "falls sie käme", "käme sie": a condition tells nothing of what was said."""
        if clause.kind != "adverbial":
            return False
        mark = self.tree.child(clause.head, "mark")
        return mark is not None or opens_with_verb(self.tree, clause)

    def speaker(
        self, i: int | None, *, source: bool = False
    ) -> tuple[tuple[Span, ...], Span | None]:
        """The words that name a speaker and the mention they hold; nothing for who is nobody.

        ``source``: the phrase stands behind "laut", where the sentence may go on at once.
        """
        if i is None or is_relative_pronoun(self.tree, i):
            return (), None
        if self.tree[i].pos != "PROPN" and self.tree[i].text.lower() in _NOBODY:
            return (), None
        span, mention = speaker_span(self.tree, i, self.denotations, source=source)
        return (span,), mention

    def quotation(
        self, quote: tuple[Span, ...], speaker: int | None, report: Report, kind: str
    ) -> Quotation:
        """The quotation of a report, with its cue and stance."""
        verb = self.tree[anchor(report.clause)]
        where, mention = self.speaker(speaker)
        cue = ((verb.start, verb.end),)
        return self.make(quote, where, cue, kind, self.stance(report), mention)

    def stance(self, report: Report) -> str:
        """How the speaker stands to what is told: by the word, turned by a denial ("bestätigte
        nicht", "glaubt nicht") and by what it is held to be ("hält es für falsch, dass ...").
        """
        word, tree = report.word, self.tree
        held = tree.children(report.clause.head, "xcomp", "obl", "advmod")
        if any(self.words.is_a("denying_predicate", tree[i].text.lower()) for i in held):
            return "deny"
        if not report.clause.negated or self._is_only(report.clause):
            return word.stance
        if word.stance == "neutral":
            return "deny" if word.kind == "think" else "doubt"
        return _TURNED[word.stance]

    def _is_only(self, clause: Clause) -> bool:
        """ "sagte nicht nur, dass ...": he did say so."""
        first, last = self.tree.sentences[self.tree[clause.head].sent]
        words = [t.text.lower() for t in self.tree.tokens[first:last]]
        return any(pair in _NOT_ONLY for pair in pairwise(words))

    def make(
        self,
        quote: tuple[Span, ...],
        speaker: tuple[Span, ...],
        cue: tuple[Span, ...],
        kind: str,
        stance: str,
        mention: Span | None,
    ) -> Quotation:
        """The record, named by what it says where."""
        name = mint(self.article, "quotation", kind, quote)
        return Quotation(self.article, quote, speaker, cue, kind, stance, mention, name)


def anchor(clause: Clause) -> int:
    """The token that stands for a clause in the text: its finite verb, else its predicate."""
    return clause.finite if clause.finite is not None else clause.head


def tight(text: str, start: int, end: int, *, keep_end: bool = False) -> Span:
    """The span without loose punctuation and space at its edges."""
    loose_end = " \n\t" if keep_end else LOOSE
    while start < end and text[start] in LOOSE:
        start += 1
    while end > start and text[end - 1] in loose_end:
        end -= 1
    return start, end


def covers(q: Quotation, span: Span) -> bool:
    """Does a span lie in one stretch of the quotation?"""
    return any(start <= span[0] and span[1] <= end for start, end in q.quote)
