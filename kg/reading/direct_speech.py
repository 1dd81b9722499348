"""Words between quotation marks and who speaks them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from operator import itemgetter

from kg.reading.clauses import SUBJECTS, is_finite
from kg.reading.marks import STRAY_CLOSERS
from kg.reading.speakers import name_after_so
from kg.reading.speech import LOOSE, MIN_WORDS, Report, Speech, anchor, covers
from kg.reading.trees import Token
from kg.records import Quotation, Span, is_within, shares

_ENDS = frozenset(".!?")


class DirectSpeech:
    """Finds direct speech: :meth:`find`, then :meth:`find_inside` and :meth:`find_phrases`."""

    def __init__(self, speech: Speech) -> None:
        self._speech = speech
        self._tree = speech.tree
        self._words = speech.words
        self._fragments: set[str] = set()

    def find(self) -> list[Quotation]:
        """Speech between marks, with its frame; also fragments in the sentence of a report."""
        return self._with_next_speakers(self._find_marked())

    def frames(self, marked: Sequence[Quotation]) -> set[tuple[Span, ...]]:
        """The cues whose report frames a stretch of direct speech and tells nothing else."""
        return {q.cue for q in marked if q.id not in self._fragments}

    def without_retold(
        self, marked: Sequence[Quotation], told: Sequence[Quotation]
    ) -> list[Quotation]:
        """The marked ones less titles in what the same report tells: "sagte im „Tag“, ..." """
        retold = {q.cue for q in told}
        return [
            q
            for q in marked
            if q.id not in self._fragments
            or q.cue not in retold
            or self._speech.opens_small(q.quote[0])
        ]

    def _find_marked(self) -> list[Quotation]:
        found: list[Quotation] = []
        for span in self._speech.quoted:
            embedded = self._is_embedded(span)
            report = None if embedded else self._report_beside(span)
            if report is None and (embedded or not self._is_speech(span)):
                around = self._report_around(span)
                if around is not None:
                    found.append(self._speech.quotation((span,), around.speaker, around, "direct"))
                    self._fragments.add(found[-1].id)
                continue
            if report is not None and found and self._continues(found[-1], report, span):
                found[-1] = self._joined(found[-1], span)
                continue
            if report is not None:
                found.append(self._framed(span, report))
            else:
                found.append(self._lone(span, found[-1] if found else None))
        return found

    def _framed(self, span: Span, report: Report) -> Quotation:
        """Speech in its frame; where the report names nobody, whoever acts before the colon."""
        quotation = self._speech.quotation((span,), report.speaker, report, "direct")
        named = None if quotation.speaker else self._speaker_at_colon(span)
        if named is None:
            return quotation
        return replace(quotation, speaker=named[0], mention=named[1])

    def _with_next_speakers(self, found: Sequence[Quotation]) -> list[Quotation]:
        """Speech that its paragraph leaves open belongs to the speaker of the next one."""
        whole = list(found)
        for n in range(len(whole) - 2, -1, -1):
            last, after = whole[n], whole[n + 1]
            end, start = last.quote[-1][1], after.quote[0][0]
            unclosed = self._tree.text[end - 1] not in STRAY_CLOSERS
            ends = (
                end == self._speech.paragraph_of(end)[1]
                and start == self._speech.paragraph_of(start)[0]
            )
            if unclosed and ends and not last.speaker:
                whole[n] = replace(last, speaker=after.speaker, mention=after.mention)
        return whole

    def _is_speech(self, span: Span) -> bool:
        """A whole sentence: a finite verb, several words and an end mark inside; a title,
        a single word or a fragment is not.
        """
        inside = self._tree.inside(*span)
        words = [t for t in inside if t.pos != "PUNCT"]
        text = self._tree.slice(span).strip('„“”"»« ')
        whole = text[-1:] in set(".!?…") or not set('“”«"') & set(self._tree.slice(span)[-1:])
        told = whole or self._speech.mark_before(span[0]) == ":" or _has_subject(words)
        return len(words) >= MIN_WORDS and told and any(is_finite(t) for t in words)

    def _is_embedded(self, span: Span) -> bool:
        """ "Der Plan sei, „was wir brauchen“, sagte sie": the words end a sentence in the
        Konjunktiv that is not theirs.
        """
        here = self._tree.inside(*span)
        if not here or self._speech.mark_before(span[0]) == ":":
            return False
        first, _ = self._tree.sentences[here[0].sent]
        return any(t < here[0].i for t in self._speech.subjunctives(first, here[0].i))

    def _report_beside(self, span: Span) -> Report | None:
        """The report that frames a stretch of direct speech: right after it, or before a colon."""
        text = self._tree.text
        after = text[span[1] : span[1] + 2].lstrip()
        ended = text[span[0] : span[1]].rstrip('“”"«» ')[-1:] in set(",!?.…")
        frame_end = self._frame_end(span[1])
        for report in self._reports_between(span[1], frame_end):
            verb = self._tree[anchor(report.clause)].start
            if after[:1] == "," or (ended and not text[span[1] : verb].strip()):
                return report if self._speech.has_words(span) else None
        if self._speech.mark_before(span[0]) not in {":", ","}:
            return None
        inside = self._reports_between(self._frame_start(span[0]), span[0])
        return inside[-1] if inside and self._speech.has_words(span) else None

    def _reports_between(self, start: int, end: int) -> list[Report]:
        """The reports whose verb stands between two characters."""
        sentences = dict.fromkeys(t.sent for t in self._tree.touching(start, end))
        near = (r for s in sentences for r in self._speech.reports_in.get(s, ()))
        return [r for r in near if start <= self._tree[anchor(r.clause)].start < end]

    def _report_around(self, span: Span) -> Report | None:
        """The report in whose sentence a fragment is quoted: "nannte den Plan „gut gemeint“".

        A name or a title in marks is no speech: something in it must be in small letters,
        and the speaker must stand outside.
        """
        inside = self._tree.inside(*span)
        if not self._speech.is_wording(span):
            return None
        here = self._speech.reports_in.get(inside[0].sent, ())
        return next((r for r in here if self._speech.may_speak(r.speaker)), None)

    def _doer_around(self, span: Span) -> int | None:
        """The actor who is the subject of the clause in which words are quoted, or the agent."""
        first = self._tree.inside(*span)[0]
        chain = [first.i, *self._tree.ancestors(first.i)]
        around = (self._speech.clause_at[i] for i in chain if i in self._speech.clause_at)
        clause = next(
            (c for c in around if not is_within(self._tree[anchor(c)].start, [span])), None
        )
        if clause is None:
            return None
        doer = clause.doer
        if (
            doer is None
            or not self._speech.may_speak(doer)
            or self._speech.in_quotes(self._tree[doer].start)
        ):
            return None
        return doer

    def _frame_end(self, at: int) -> int:
        """Where the frame after a closing mark ends: at the next mark or end of sentence."""
        n = bisect_left(self._speech.quoted, at, key=itemgetter(0))
        nexts = [start for start, _ in self._speech.quoted[n : n + 1]]
        stop = min([*nexts, self._speech.paragraph_of(at)[1]])
        dots = [t.end for t in self._tree.inside(at, stop) if t.text in _ENDS]
        return min([stop, *dots])

    def _frame_start(self, at: int) -> int:
        n = bisect_right(self._speech.quoted, at, key=itemgetter(1))
        ends = [end for _, end in self._speech.quoted[max(n - 1, 0) : n]]
        start = max([*ends, self._speech.paragraph_of(at)[0]])
        dots = [t.end for t in self._tree.inside(start, at) if t.text in _ENDS]
        return max([start, *dots])

    def _continues(self, last: Quotation, report: Report, span: Span) -> bool:
        """„A“, sagte X, „B“: the second stretch belongs to the first."""
        cue = self._tree[anchor(report.clause)]
        return (
            last.kind == "direct"
            and last.cue == ((cue.start, cue.end),)
            and last.quote[-1][1] <= cue.start < span[0]
            and not set(".!?") & set(self._tree.text[cue.end : span[0]])
        )

    def _joined(self, last: Quotation, span: Span) -> Quotation:
        return self._speech.make(
            (*last.quote, span), last.speaker, last.cue, "direct", last.stance, last.mention
        )

    def _lone(self, span: Span, before: Quotation | None) -> Quotation:
        """Speech without a frame: the speaker of the text right before it goes on."""
        named = self._named_by_so(span)
        if named is not None:
            so, name = named
            where, mention = self._speech.speaker(name)
            cue = ((self._tree[so].start, self._tree[so].end),)
            return self._speech.make((span,), where, cue, "direct", "neutral", mention)
        speaker, mention = self._speaker_at_colon(span) or self._speaker_before(span)
        between = self._tree.text[before.quote[-1][1] : span[0]] if before is not None else ""
        if before is not None and not between.strip():
            return self._speech.make(
                (span,), before.speaker, (), "direct", "neutral", before.mention
            )
        if before is not None and self._speech.same_paragraph(before.quote[-1][1], span[0]):
            cue_between = any(before.quote[-1][1] <= c[0] < span[0] for c in before.cue)
            if not between.strip(LOOSE) or (cue_between and "." not in between[:-2]):
                speaker, mention = before.speaker, before.mention
        return self._speech.make((span,), speaker, (), "direct", "neutral", mention)

    def _named_by_so(self, span: Span) -> tuple[int, int] | None:
        """ "...“, so Schnappauf: the "so" right behind the marks, and the name behind it."""
        behind = self._tree.inside(span[1], span[1] + 8)
        so = next((t.i for t in behind if t.text not in {",", "."}), None)
        if so is None or self._tree[so].text != "so":
            return None
        name = name_after_so(self._tree, so)
        return None if name is None else (so, name)

    def _speaker_at_colon(self, span: Span) -> tuple[tuple[Span, ...], Span | None] | None:
        """The subject of the clause before a colon: "Er sparte nicht mit Kritik: „...“"."""
        if self._speech.mark_before(span[0]) != ":":
            return None
        start = self._frame_start(span[0])
        sentences = dict.fromkeys(t.sent for t in self._tree.touching(start, span[0]))
        for clause in (c for s in sentences for c in self._speech.within(s)):
            inside = start <= self._tree[anchor(clause)].start < span[0]
            if not inside or clause.kind != "main" or clause.passive or not clause.subjects:
                continue
            subject = clause.subjects[0]
            if self._speech.is_actor(subject) or self._tree[subject].pos == "PRON":
                return self._speech.speaker(subject)
        frame = self._tree.inside(start, span[0])
        if any(is_finite(t) for t in frame):
            return None
        named = (t.i for t in frame if self._speech.is_actor(t.i))
        return next(map(self._speech.speaker, named), None)

    def _speaker_before(self, span: Span) -> tuple[tuple[Span, ...], Span | None]:
        """The reporting speaker, else the named subject, of the sentence right before."""
        s = bisect_right(self._tree.sentences, span[0], key=self._end_of) - 1
        if s < 0 or not self._speech.same_paragraph(self._speech.sentence(s)[0], span[0]):
            return (), None
        reports = self._speech.reports_in.get(s, ())
        teller = next((r.speaker for r in reports if r.speaker is not None), None)
        if teller is not None:
            return self._speech.speaker(teller)
        mains = (c for c in self._speech.within(s) if c.kind == "main" and not c.passive)
        subjects = (c.subjects[0] for c in mains if c.subjects)
        return self._speech.speaker(next(filter(self._names_person, subjects), None))

    def _end_of(self, sentence: Span) -> int:
        return self._tree[sentence[1] - 1].end

    def _names_person(self, i: int) -> bool:
        mention = self._speech.denotations.mention(i)
        return mention is not None and mention.kind == "person"

    def find_inside(self, known: Sequence[Quotation]) -> Iterator[Quotation]:
        """Words in marks within indirect speech are the same speaker's own words."""
        by_sentence = self._speech.by_sentence(known)
        for span in self._speech.quoted:
            near = self._speech.around(span, by_sentence)
            around = [q for q in near if q.kind != "direct" and covers(q, span)]
            if around and self._speech.is_wording(span):
                outer = around[-1]
                yield self._speech.make(
                    (span,), outer.speaker, outer.cue, "direct", outer.stance, outer.mention
                )

    def find_phrases(self, known: Sequence[Quotation]) -> Iterator[Quotation]:
        """Words in marks that nothing reports: "sieht darin einen „tiefen Griff in die Kasse“"."""
        by_sentence = self._speech.by_sentence(known)
        for span in self._speech.quoted:
            told = any(shares(span, q.quote) for q in self._speech.around(span, by_sentence))
            if told or self._is_name(span) or not self._speech.is_wording(span):
                continue
            phrase = self._speech.opens_small(span) and self._speech.has_words(span)
            holder = self._holder_around(span)
            if phrase or holder is not None:
                doer = self._doer_around(span) if holder is None else holder
                where, mention = self._speech.speaker(doer)
                yield self._speech.make((span,), where, (), "direct", "neutral", mention)

    def _is_name(self, span: Span) -> bool:
        inside = (t.i for t in self._tree.inside(*span) if t.pos != "PUNCT")
        mention = next(map(self._speech.denotations.mention, inside), None)
        return mention is not None and mention.named and mention.end >= span[1] - 1

    def _holder_around(self, span: Span) -> int | None:
        """Whose view a predicate in marks is: "Für den Minister ist die Lage „bedrohlich“"."""
        tree = self._tree
        inside = (self._speech.clause_at.get(t.i) for t in tree.inside(*span))
        clause = next((c for c in inside if c is not None and c.copula is not None), None)
        if clause is None:
            return None
        below = (t for t in tree.children(clause.head, "nmod", "obl") if t < clause.head)
        return next(filter(self._is_holder, below), None)

    def _is_holder(self, i: int) -> bool:
        case = self._tree.child(i, "case")
        view = case is not None and self._tree[case].text.lower() == "für"
        return view and self._speech.is_actor(i)


def _has_subject(words: Sequence[Token]) -> bool:
    """Does a finite verb stand here with its subject?"""
    finite = {t.i for t in words if is_finite(t)}
    return any(t.head in finite and t.dep in SUBJECTS for t in words)
