"""What is told in a clause, a sentence or an infinitive of its own, and by whom."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from kg.reading.clauses import Clause, is_finite, opens_with_verb
from kg.reading.speakers import name_after_so, noun_behind
from kg.reading.speech import Report, Speech, anchor, covers, tight
from kg.records import Quotation, Span, shares

_INDIRECT_KINDS = {"say", "ask", "think", "perceive", "announce", "demand"}
_REPORTED_KINDS = {"demand", "announce"}
_MATTER = {"von", "auf", "als", "vor", "um", "über", "of", "as", "for", "about"}
"""Prepositions of what a reporting verb is about."""
_BEFORE_SO = {",", "–", "—", "-"}
_POINTING = {"das", "dies", "that", "this"}
"""Words that point back to a whole sentence."""


class IndirectSpeech:
    """Finds indirect and reported speech by its reporting words: :meth:`find`."""

    def __init__(self, speech: Speech) -> None:
        self._speech = speech
        self._tree = speech.tree
        self._words = speech.words
        telling = (
            t
            for t in self._tree.tokens
            if t.pos == "NOUN" and self._words.reports_noun(t.lemma) is not None
        )
        self._tellings = {t.sent for t in telling}

    def find(
        self, direct: Sequence[Quotation], frames: Collection[tuple[Span, ...]]
    ) -> Iterator[Quotation]:
        """What reporting verbs, nouns and ", so X" tell. ``direct`` is what is known already,
        ``frames`` are the cues of reports that only frame it.
        """
        yield from self._by_so(direct)
        yield from self._by_verb(frames)
        yield from self._by_reason()
        yield from self._by_noun()
        yield from self._by_reference(direct)

    def _by_verb(self, frames: Collection[tuple[Span, ...]]) -> Iterator[Quotation]:
        for report in self._speech.reports:
            verb = self._tree[anchor(report.clause)]
            if ((verb.start, verb.end),) in frames:
                continue
            spans, kind = self._content(report)
            if spans:
                yield self._speech.quotation(spans, report.speaker, report, kind)

    def _by_reason(self) -> Iterator[Quotation]:
        """Why somebody says so is his own reason: "tadelte den Plan, weil er teuer ist"."""
        for report in self._speech.reports:
            below = (c for c in self._speech.below(report.clause) if c.finite is not None)
            for clause in below:
                if report.word.kind in _INDIRECT_KINDS - {"perceive"} and self._is_reason(clause):
                    span = self._clause_span(clause, clause)
                    yield self._speech.quotation((span,), report.speaker, report, "indirect")

    def _is_reason(self, clause: Clause) -> bool:
        mark = self._tree.child(clause.head, "mark")
        word = "" if mark is None else self._tree[mark].text.lower()
        outside = not self._speech.in_quotes(self._tree[anchor(clause)].start)
        return outside and self._words.is_a("subordinator_reason", word)

    def _content(self, report: Report) -> tuple[tuple[Span, ...], str]:
        """What a report reports: a clause, a sentence in Konjunktiv, an infinitive."""
        clause = report.clause
        if report.word.kind in _INDIRECT_KINDS:
            below = self._speech.below(clause)
            contents = [c for c in below if self._is_content(c, clause)]
            if contents:
                return (self._clause_span(contents[0], clause),), "indirect"
            span = self._subjunctive_side(clause)
            if span is not None:
                return (span,), "indirect"
            if self._is_aside(clause):
                return self._around(clause), "indirect"
            behind = self._behind_opening(clause)
            if behind is not None:
                return (behind,), "indirect"
            infinitives = [c for c in below if c.kind == "infinitive" and c.finite is None]
            wanted = report.word.kind != "perceive" and clause.lemma != "bestehen"
            if infinitives and wanted and (report.speaker is not None or clause.passive):
                return (self._clause_span(infinitives[0], clause),), "reported"
        if self._is_retold_act(report):
            return (self._tree.sentence_span(clause.head),), "reported"
        return (), ""

    def _is_retold_act(self, report: Report) -> bool:
        """ "Die Ministerin kündigte ihren Rücktritt an": the sentence tells what was said; where
        the verb is one of doing, or only wanted, it does not.
        """
        clause, word = report.clause, report.word
        said = word.kind == "say" and self._has_matter(clause)
        full = word.kind in _REPORTED_KINDS or said
        told = clause.kind in {"main", "conjunct"} and clause.finite is not None
        done = self._words.is_a("deed_verb", word.lemma) or bool(clause.modals)
        return (
            full
            and told
            and not done
            and clause.mood != "sub1"
            and not self._points_back(report)
            and self._speech.is_actor(report.speaker)
            and self._may_retell(report.speaker)
        )

    def _may_retell(self, speaker: int | None) -> bool:
        """A name, a pronoun or a noun for an actor: the sentence "ein Passant bot Hilfe an" tells
        a deed. "dem" is never the subject.
        """
        if speaker is None or self._tree[speaker].pos != "NOUN":
            return speaker is not None
        noun = self._tree[speaker].lemma
        known = self._words.find_role(noun) or self._words.find_kind(noun)
        named = self._speech.denotations.mention(speaker)
        articles = {self._tree[c].text.lower() for c in self._tree.children(speaker, "det")}
        return "dem" not in articles and bool(known or (named and named.named))

    def _points_back(self, report: Report) -> bool:
        """ "Das teilte die Polizei mit": the words stand in the sentence before."""
        verb = anchor(report.clause)
        first, _ = self._tree.sentences[self._tree[verb].sent]
        return verb == first + 1 and self._tree[first].text.lower() in _POINTING

    def _is_aside(self, clause: Clause) -> bool:
        """ ", sagte Sales", "wie Sales sagte": a report inserted into what it reports."""
        tree = self._tree
        if clause.governor is None:
            return False
        words = [n for n in tree.subtree(clause.head) if tree[n].pos != "PUNCT"]
        if clause.kind != "infinitive" and tree[words[0]].text.lower() in {"wie", "as"}:
            return True
        if clause.governor > clause.head or words[0] != clause.finite:
            return False
        joined = clause.kind == "conjunct" and tree[words[0] - 1].text == ","
        subject = next(iter(clause.subjects), -1)
        return clause.kind == "parataxis" or (joined and subject > words[0])

    def _behind_opening(self, clause: Clause) -> Span | None:
        """ "Wie t-online berichtet, ist ...": the sentence behind the comma, where the parser
        took the opening report for its main clause.
        """
        tree = self._tree
        first, last = tree.sentences[tree[clause.head].sent]
        verb = anchor(clause)
        opening = [t.text.lower() for t in tree.tokens[first : first + 2]]
        if not {"wie", "as"} & set(opening) or clause.finite is None:
            return None
        comma = next((i for i in range(verb, last - 1) if tree[i].text == ","), None)
        between = any(is_finite(tree[i]) for i in range(first, verb))
        if comma is None or between:
            return None
        return tight(tree.text, tree[comma].end, tree[last - 1].end)

    def _around(self, clause: Clause) -> tuple[Span, ...]:
        """The sentence before and behind an inserted clause."""
        tree = self._tree
        start, end = tree.sentence_span(clause.head)
        numbers = tree.subtree(clause.head)
        inner = tree[numbers[0]].start, tree[numbers[-1]].end
        sides = (tight(tree.text, start, inner[0]), tight(tree.text, inner[1], end))
        return tuple(s for s in sides if s[0] < s[1])

    def _is_content(self, inner: Clause, outer: Clause) -> bool:
        if inner.kind not in {"complement", "parataxis"}:
            return False
        if inner.finite is None and self._tree.child(inner.head, "mark") is None:
            return False
        if self._tree[inner.head].dep == "parataxis":
            return inner.mood in {"sub1", "sub2"} or inner.head > outer.head
        return self._speech.in_quotes(self._tree[inner.head].start) is False

    def _clause_span(self, inner: Clause, outer: Clause) -> Span:
        """The content clause with all below it, up to the reporting clause's own words."""
        tree = self._tree
        numbers = tree.subtree(inner.head)
        own = {*outer.verbs, *outer.subjects} if inner is not outer else set()
        numbers = [n for n in numbers if n not in own]
        start, end = tree[numbers[0]].start, tree[numbers[-1]].end
        return tight(tree.text, start, end)

    def _subjunctive_side(self, clause: Clause) -> Span | None:
        """The part of the sentence, before or after the reporting verb, that stands in the
        Konjunktiv: the parser did not see how it belongs, the comma does.
        """
        if self._speech.is_conditional(clause):
            return None
        tree = self._tree
        first, last = tree.sentences[tree[clause.head].sent]
        verb = anchor(clause)
        moods = [t for t in self._speech.subjunctives(first, last) if t not in clause.verbs]
        right = [t for t in moods if t > max(clause.verbs)]
        if right:
            comma = next((i for i in range(verb, last) if tree[i].text in {",", ":"}), None)
            if comma is not None and comma < right[-1]:
                end = tree[self._end_of_side(comma, last)].start
                return tight(tree.text, tree[comma + 1].start, end)
        left = [t for t in moods if t < min(clause.verbs)]
        if left and (clause.kind in {"main", "parataxis"} or tree[verb - 1].text == ","):
            comma = next((i for i in range(verb, first, -1) if tree[i].text == ","), None)
            if comma is not None and comma > left[0]:
                return tight(tree.text, tree[first].start, tree[comma - 1].end)
        return None

    def _end_of_side(self, comma: int, last: int) -> int:
        """The token before which the retold part ends: a further report, or the end."""
        tree = self._tree
        for report in self._speech.reports_in.get(tree[comma].sent, ()):
            joint = tree.child(report.clause.head, "cc")
            if joint is not None and comma < joint < last and anchor(report.clause) > joint:
                return joint
        return last - 1

    def _has_matter(self, clause: Clause) -> bool:
        """What is spoken of stands as a noun: "begrüßte den Beschluss", "sprach von Sieg"."""
        nouns = [*clause.objects, *(o.token for o in clause.obliques if o.preposition in _MATTER)]
        nouns += self._tree.children(clause.head, "xcomp")  # "nannte dies einen Putsch"
        return any(self._tree[n].pos in {"NOUN", "PROPN"} for n in nouns)

    def _by_so(self, direct: Sequence[Quotation]) -> Iterator[Quotation]:
        """What stands before ", so X" is said by X."""
        tree = self._tree
        for token in tree.tokens:
            if token.text != "so" or not token.i or tree[token.i - 1].text not in _BEFORE_SO:
                continue
            speaker = name_after_so(self._tree, token.i)
            start, _ = tree.sentence_span(token.i)
            span = tight(tree.text, start, tree[token.i - 1].start)
            known = any(shares(span, q.quote) for q in direct)
            if speaker is None or known or span[1] <= span[0]:
                continue
            where, mention = self._speech.speaker(speaker)
            kind = "direct" if self._speech.in_quotes(span[0]) else "indirect"
            spans = (span, *self._behind_comma(speaker))
            yield self._speech.make(
                spans, where, ((token.start, token.end),), kind, "neutral", mention
            )

    def _behind_comma(self, speaker: int) -> Iterator[Span]:
        """ "In Kürze, so X, wird Y kommen": what goes on with its verb behind the speaker."""
        tree = self._tree
        _, last = tree.sentences[tree[speaker].sent]
        comma = next((i for i in range(speaker, last) if tree[i].text in _BEFORE_SO), None)
        if comma is None or comma + 1 >= last:
            return
        added = tree[min(comma + 2, last - 1)].pos == "CCONJ"  # – so der Vorwurf –, und ...
        if is_finite(tree[comma + 1]) or (tree[comma].text != "," and not added):
            yield tight(tree.text, tree[comma].end, tree[last - 1].end)

    def _by_noun(self) -> Iterator[Quotation]:
        """What a reporting noun says in a clause of its own is said by whoever owns the noun,
        else by whoever does something with it: "Rom begegnet dem Vorwurf mit dem Argument, ...".
        """
        tree = self._tree
        for clause in self._speech.clauses:
            noun = self._noun_of(clause)
            word = self._words.reports_noun(tree[noun].lemma) if noun is not None else None
            if noun is None or word is None or tree[noun].pos != "NOUN":
                continue
            where, mention = self._speech.speaker(self._owner(noun))
            span = self._clause_span(clause, clause)
            cue = ((tree[noun].start, tree[noun].end),)
            yield self._speech.make((span,), where, cue, "indirect", word.stance, mention)

    def _noun_of(self, clause: Clause) -> int | None:
        """The noun whose content a clause is: its governor, or what stands before its comma."""
        tree = self._tree
        if tree[clause.head].sent not in self._tellings:
            return None
        above = tree[tree[clause.head].head]
        if clause.kind == "complement" and above.pos == "NOUN":
            return above.i
        retold = clause.mood == "sub1" and clause.kind not in {"relative", "main"}
        words = [t for t in tree.subtree(clause.head) if tree[t].pos != "PUNCT"]
        first = words[0]
        told = clause.kind == "complement" or retold
        if not told or first < 2 or tree[first - 1].text != "," or first in clause.verbs:
            return None
        return None if ("verb", self._lemma_at(above.i)) in self._words.reporting else first - 2

    def _lemma_at(self, i: int) -> str:
        clause = self._speech.clause_at.get(i)
        return clause.lemma if clause is not None else self._tree[i].lemma

    def _owner(self, noun: int) -> int | None:
        """Whose word it is: its genitive, else the subject of the clause that it stands in."""
        tree = self._tree
        owner = tree.child(noun, "nmod", "nmod:poss")
        if owner is not None or tree.child(noun, "det:poss") is not None:
            return owner
        clause = self._speech.clause_at.get(tree[noun].head)
        if clause is None or noun in clause.subjects:
            return None
        doer = clause.doer
        return doer if self._speech.is_actor(doer) else None

    def _by_reference(self, direct: Sequence[Quotation]) -> Iterator[Quotation]:
        """ "Das teilte die Polizei mit": the sentence before is what she told."""
        tree = self._tree
        for report in self._speech.reports:
            verb = anchor(report.clause)
            s = tree[verb].sent
            first, _ = tree.sentences[s]
            told = report.word.kind in {"say", "announce"} and report.word.stance != "deny"
            if not (told and s and self._points_back(report)) or not self._speech.goes_on(
                [s - 1], s
            ):
                continue
            teller = report.speaker
            if teller is None or teller == first:
                teller = noun_behind(tree, verb)
            span = tight(tree.text, *self._speech.sentence(s - 1))
            known = any(shares(span, q.quote) for q in direct)
            if not known and self._may_tell(teller):
                cue = ((tree[verb].start, tree[verb].end),)
                where, mention = self._speech.speaker(teller)
                yield self._speech.make(
                    (span,), where, cue, "indirect", self._speech.stance(report), mention
                )

    def _may_tell(self, teller: int | None) -> bool:
        """An actor, or a document: "Das geht aus einem Bericht hervor"."""
        if teller is None or self._speech.is_actor(teller):
            return teller is not None
        return self._words.reports_noun(self._tree[teller].lemma) is not None

    def find_reasons(self, known: Sequence[Quotation]) -> Iterator[Quotation]:
        """A clause in Konjunktiv I that no word of saying governs: whoever acts in the clause
        above gives it as a reason or a description: "protestierte, weil er zu spät komme".
        """
        by_sentence = self._speech.by_sentence(known)
        for clause in (c for c in self._speech.finite if c.mood == "sub1"):
            above = self._speech.clause_at.get(-1 if clause.governor is None else clause.governor)
            if above is None or not self._is_retelling(clause, above):
                continue
            span = self._clause_span(clause, clause)
            near = self._speech.around(span, by_sentence)
            if any(covers(q, span) or shares(span, q.cue) for q in near):
                continue
            doer = above.doer
            where, mention = self._speech.speaker(doer if self._speech.is_actor(doer) else None)
            yield self._speech.make((span,), where, (), "indirect", "neutral", mention)

    def _is_retelling(self, clause: Clause, above: Clause) -> bool:
        """Not "als sei nichts geschehen", and not below what is retold itself."""
        mark = self._tree.child(clause.head, "mark")
        compared = mark is not None and self._words.is_a(
            "subordinator_comparison", self._tree[mark].text.lower()
        )
        told = clause.kind in {"relative", "adverbial", "complement"} and above.mood == "ind"
        return (
            told
            and not compared
            and not opens_with_verb(self._tree, clause)
            and not self._speech.in_quotes(self._tree[anchor(clause)].start)
        )
