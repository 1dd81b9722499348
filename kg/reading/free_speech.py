"""Runs of sentences that go on with what somebody says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kg.reading.clauses import SUBJECTS, Clause, has_perfect_infinitive, opens_with_verb
from kg.reading.speech import Speech, anchor, tight
from kg.records import Quotation

_EITHER_MOOD = re.compile(r"t(e|en)$|i[^aeiouäöü]*en$|ie[^aeiouäöü]+en$")
"""Weak preterites, and plurals of strong ones whose vowel takes no umlaut."""


class FreeSpeech:
    """Finds free indirect speech: :meth:`find`."""

    def __init__(self, speech: Speech) -> None:
        self._speech = speech
        self._tree = speech.tree
        self._words = speech.words
        self._retold_verbs = {
            c.finite for c in speech.finite if c.mood == "sub1" and c.kind == "main"
        }

    def find(self, known: Sequence[Quotation]) -> Iterator[Quotation]:
        """Runs of sentences in Konjunktiv: one quotation each, of the speaker before it.

        A run ends with its paragraph, with a sentence that is not retold, and where a
        quotation of another kind begins.
        """
        last: Quotation | None = None
        last_sentence = -2
        run: list[int] = []
        touching = self._speech.by_sentence(known)
        for s in range(len(self._tree.sentences)):
            here = [q for q in touching.get(s, ()) if not self._is_retold(q, s)]
            goes_on = not here and self._speech.goes_on(run, s) and self._is_retold_on(s)
            if run and not goes_on:
                yield self._run(run, last, near=run[0] == last_sentence + 1)
                last_sentence = run[-1] if run[0] == last_sentence + 1 else last_sentence
                run = []
            if here:
                last, last_sentence = here[-1], s
            elif goes_on or self._opens_run(s, near=last is not None and s == last_sentence + 1):
                run.append(s)
        if run:
            yield self._run(run, last, near=run[0] == last_sentence + 1)

    def _opens_run(self, s: int, *, near: bool) -> bool:
        if self._is_free(s, alone=not near):
            return True
        return near and self._speech.goes_on([s - 1], s) and self._is_retold_on(s)

    def _is_retold_on(self, s: int) -> bool:
        """Does a sentence go on with what is retold? One whose verb may be either mood does, where
        another verb of it or the sentence behind it is in the Konjunktiv: "Die Gebühren stärkten
        die Schulen, und so würden sie begrüßt."
        """
        if self._is_free(s, alone=False):
            return True
        clauses = self._finite_in(s)
        opening = min(clauses, key=anchor, default=None)
        if opening is None or not self._may_be_either(opening):
            return False
        own = any(c.kind == "conjunct" and self._is_reporting_mood(c) for c in clauses)
        next_one = s + 1 < len(self._tree.sentences) and self._speech.goes_on([s], s + 1)
        return own or (next_one and self._is_free(s + 1, alone=False))

    def _may_be_either(self, clause: Clause) -> bool:
        """A preterite that is the Konjunktiv II as well: "stärkten", "ließen"."""
        form = self._tree[-1 if clause.finite is None else clause.finite]
        past = clause.kind == "main" and clause.mood == "ind" and form.morph.get("Tense") == "Past"
        return past and bool(_EITHER_MOOD.search(form.text)) and form.pos == "VERB"

    def _finite_in(self, s: int) -> list[Clause]:
        return [c for c in self._speech.within(s) if c.finite is not None]

    def _run(self, run: Sequence[int], before: Quotation | None, *, near: bool) -> Quotation:
        """The quotation of a run. Its speaker is that of the quotation right before it (``near``),
        else whoever the sentence before names, else the last who spoke in the paragraph.
        """
        start, end = self._speech.sentence(run[0])[0], self._speech.sentence(run[-1])[1]
        span = tight(self._tree.text, start, end, keep_end=True)
        teller = None if near else self._teller_before(run[0])
        if teller is None and before is not None and (near or self._holds_on(before, run[0])):
            where, mention, stance = before.speaker, before.mention, before.stance
        else:
            where, mention = self._speech.speaker(teller)
            stance = "neutral"
        return self._speech.make((span,), where, (), "free_indirect", stance, mention)

    def _teller_before(self, s: int) -> int | None:
        """Who speaks in the sentence before, in the same paragraph, though no words of his are
        told there: "Stolpe nannte das falsch."
        """
        if not s or not self._speech.goes_on([s - 1], s):
            return None
        here = self._speech.reports_in.get(s - 1, ())
        tellers = (r.speaker for r in here if self._speech.is_actor(r.speaker))
        return next(tellers, None)

    def _holds_on(self, before: Quotation, s: int) -> bool:
        """Is nobody else spoken of between a quotation and a later sentence of its paragraph?"""
        end, start = before.quote[-1][1], self._speech.sentence(s)[0]
        between = self._tree.inside(end, start)
        subjects = (t.i for t in between if t.dep in SUBJECTS)
        return self._speech.same_paragraph(end, start) and not any(
            map(self._speech.is_actor, subjects)
        )

    def _is_retold(self, q: Quotation, s: int) -> bool:
        """Is it itself retold that somebody says so? "Dieser behaupte, ..." """
        start, end = self._speech.sentence(s)
        if not all(start <= a and b <= end for a, b in q.quote):
            return False
        if q.kind == "direct" and not q.cue:
            return start < q.quote[0][0]  # "Der Deich sei gut: „Er hält.“"
        verbs = self._tree.inside(*q.cue[0]) if q.cue else []
        return any(t.i in self._retold_verbs for t in verbs)

    def _is_free(self, s: int, *, alone: bool) -> bool:
        """Its main clause is in Konjunktiv, and no report of its own stands in it.

        Standing alone, only Konjunktiv I tells that somebody is being retold.
        """
        if any(r.clause.mood == "ind" for r in self._speech.reports_in.get(s, ())):
            return False
        opening = min(self._finite_in(s), key=anchor, default=None)
        if opening is None:
            return False
        if self._is_rumour(opening, alone=alone):
            return True
        return self._is_reporting_mood(opening) and not (alone and opening.mood != "sub1")

    def _is_rumour(self, clause: Clause, *, alone: bool) -> bool:
        """ "soll geplant haben" tells what others say; "soll planen" only goes on with it."""
        tree = self._tree
        told = any(tree[v].lemma.lower() in self._words.hearsay_verbs for v in clause.modals)
        if not told or clause.kind != "main" or opens_with_verb(tree, clause):
            return False
        return not alone or has_perfect_infinitive(tree, clause)

    def _is_reporting_mood(self, clause: Clause) -> bool:
        """Konjunktiv I, or Konjunktiv II where the first would look like the indicative: in the
        plural of every verb but sein.
        """
        if clause.mood == "sub1" or clause.finite is None:
            return clause.mood == "sub1"
        form = self._tree[clause.finite]
        return clause.mood == "sub2" and form.text.endswith("n") and form.lemma != "sein"
