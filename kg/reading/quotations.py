"""Who says what: direct, indirect, reported and free indirect speech.

Direct speech is found in the text, by its marks; the rest in clauses, by reporting
words and Konjunktiv. A speaker that is not certain stays unknown.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.lexicon import ReportingWord
from kg.names import mint
from kg.reading.clauses import SUBJECTS, Clause, is_finite, is_relative_pronoun, opens_with_verb
from kg.reading.phrases import Denotations
from kg.reading.speakers import find_source, noun_after_as, noun_behind, noun_in_front, speaker_span
from kg.reading.trees import Token, Tree
from kg.reading.vocabulary import Vocabulary
from kg.records import ACTOR_KINDS, Quotation, Span, is_within, shares

_CLOSERS = {"„": '“”"', "“": '”"', "»": "«", "«": "»", '"': '"', "”": "”"}
_SINGLE_CLOSERS = {"‚": "‘’", "›": "‹", "‹": "›", "‘": "’"}
"""Single marks quote only in pairs: one of them alone is an apostrophe."""
_CERTAIN_OPENERS = set("„»")
_STRAY_CLOSERS = set("“”«")
MIN_WORDS = 3
_ENDS = frozenset(".!?")
_INDIRECT_KINDS = {"say", "ask", "think", "perceive", "announce", "demand"}
_REPORTED_KINDS = {"demand", "announce"}
_ACTOR_TAGS = {"PROPN", "PRON"}
_QUOTING = {"zitieren", "quote", "cite"}
"""Verbs whose passive has the speaker for its subject: "wird mit den Worten zitiert"."""
_MATTER = {"von", "auf", "als", "vor", "um", "über", "of", "as", "for", "about"}
"""Prepositions of what a reporting verb is about."""
_NOBODY = {
    *("man", "es", "das", "dies", "dieses", "was", "wer", "ich", "wir", "niemand"),
    *("it", "this", "that", "what", "who", "i", "we", "nobody"),
}
_RETELLING = {"demnach", "demzufolge"}
"""Adverbs that retell a source wherever they stand in a sentence."""
_POINTING = {"das", "dies", "that", "this"}
"""Words that point back to a whole sentence."""
_LOOSE = " ,.;:–-\n\t"


@dataclass(frozen=True, slots=True)
class Report:
    """A clause whose verb reports: the clause, the lexicon's word, the speaker's token."""

    clause: Clause
    word: ReportingWord
    speaker: int | None


def find_quoted_spans(text: str, paragraphs: Sequence[Span]) -> list[Span]:
    """Stretches between quotation marks, marks included, outermost only, in order.

    Speech runs over paragraphs: a mark that is not closed before its paragraph ends quotes
    the rest of it, and a paragraph that then closes without opening is quoted up to there.
    In doubt a stretch counts as quoted: taking speech for fact is the worse mistake.
    """
    found: list[Span] = []
    still_open = False
    for start, end in paragraphs:
        spans = list(_quoted_in(text, start, end))
        covered = spans[0][0] if spans else end
        stray = next((i for i in range(start, covered) if text[i] in _STRAY_CLOSERS), None)
        if still_open and stray is not None:
            found.append((start, stray + 1))
        found += [s for s in spans if not found or s[0] >= found[-1][1]]
        still_open = bool(spans) and spans[-1][1] == end and text[end - 1] not in _STRAY_CLOSERS
    return found


def _quoted_in(text: str, start: int, end: int) -> Iterator[Span]:
    at = start
    first = end - len(text[start:end].lstrip())
    absent: set[str] = set()  # marks that nothing closes from here on
    while at < end:
        mark = text[at]
        closers = _CLOSERS.get(mark)
        stop = None
        if mark not in absent and mark != "”":
            stop = _closing(text, at + 1, end, closers) if closers else _single(text, at, end)
        if stop is not None:
            yield at, stop + 1
            at = stop + 1
            continue
        opens = mark in _CERTAIN_OPENERS or at <= first
        if closers is not None and opens and mark != "”":
            yield at, end
            return
        if closers is not None or not text[at - 1 : at].isalnum():
            absent.add(mark)
        at += 1


def _single(text: str, at: int, end: int) -> int | None:
    """The place of the mark that closes a single one, where both stand outside of words."""
    closers = _SINGLE_CLOSERS.get(text[at])
    if closers is None or text[at - 1 : at].isalnum():
        return None
    ends = (i for i in range(at + 1, end) if text[i] in closers)
    return next((i for i in ends if not text[i + 1 : i + 2].isalnum()), None)


def _closing(text: str, start: int, end: int, closers: str) -> int | None:
    return next((i for i in range(start, end) if text[i] in closers), None)


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


class QuotationFinder:
    """Finds the quotations of one text; :meth:`find` gives them in text order."""

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
        self._tree = tree
        self._words = words
        self._article = article
        self._denotations = denotations
        self._paragraphs = paragraphs
        self._clauses = clauses
        self._quoted = quoted
        outside = [c for c in clauses if not self._in_quotes(tree[_anchor(c)].start)]
        reports = (self._outside(r) for r in find_reports(tree, outside, words))
        self._reports = [self._with_teller(r) for r in reports]
        self._finite = [c for c in clauses if c.finite is not None]
        self._clause_at = {c.head: c for c in clauses}
        self._reports_in: dict[int, list[Report]] = {}
        for report in self._reports:
            self._reports_in.setdefault(tree[_anchor(report.clause)].sent, []).append(report)
        self._subjunctive = self._find_subjunctives()
        telling = (
            t for t in tree.tokens if t.pos == "NOUN" and words.reports_noun(t.lemma) is not None
        )
        self._tellings = {t.sent for t in telling}
        self._fragments: set[str] = set()

    def find(self) -> list[Quotation]:
        """All quotations, each speaker as a span and, where it is named, as a mention."""
        direct = self._with_next_speakers(self._direct())
        indirect = [
            *self._by_so(direct),
            *self._indirect(direct),
            *self._by_preposition(direct),
            *self._by_noun(),
            *self._by_reference(direct),
            *self._by_adverb(),
            *self._by_relative(),
        ]
        retold = {q.cue for q in indirect}
        direct = [q for q in direct if q.id not in self._fragments or q.cue not in retold]
        taken = _without_overlap([*direct, *indirect])
        taken = _without_overlap([*taken, *self._free_indirect(taken)])
        inner = self._quoted_inside(taken)
        return sorted(_without_overlap([*taken, *inner]), key=lambda q: (q.quote, q.kind))

    def _quoted_inside(self, known: Sequence[Quotation]) -> Iterator[Quotation]:
        """Words in marks within indirect speech are the same speaker's own words."""
        for span in self._quoted:
            around = [q for q in known if q.kind != "direct" and _covers(q, span)]
            if around and self._is_wording(span):
                outer = around[-1]
                yield self._make(
                    (span,), outer.speaker, outer.cue, "direct", outer.stance, outer.mention
                )

    def _is_wording(self, span: Span) -> bool:
        """Not a name or a title: something in it is in small letters."""
        inside = self._tree.inside(*span)
        words = [t for t in inside if t.pos not in {"PUNCT", "DET", "ADP", "CCONJ"}]
        return any(t.text[:1].islower() for t in words)

    def _outside(self, report: Report) -> Report:
        """The report with a speaker outside of quotation marks: nobody in there speaks it."""
        tree = self._tree
        if report.speaker is None or not self._in_quotes(tree[report.speaker].start):
            return report
        at = tree[report.speaker].start
        span = next(s for s in self._quoted if is_within(at, [s]))
        if not self._is_wording(span):
            return report  # a name in marks: schreibt die „Netzeitung“
        named = tree.children(report.clause.head, *SUBJECTS, "obj")
        others = (t for t in named if not self._in_quotes(tree[t].start))
        return replace(report, speaker=next(others, None))

    def _with_teller(self, report: Report) -> Report:
        """The report with whoever or whatever tells, where the parser found no subject."""
        clause, tree = report.clause, self._tree
        if report.speaker is not None and tree[report.speaker].text.lower() not in _NOBODY:
            return report
        source = find_source(tree, clause, self._words, self._denotations)
        if source is not None:
            return replace(report, speaker=source)
        if clause.passive or report.speaker is not None:
            return report
        verb = _anchor(clause)
        near = (noun_behind(tree, verb), noun_in_front(tree, verb))
        named = next((t for t in near if self._is_actor(t)), None)
        return replace(report, speaker=noun_after_as(tree, verb) if named is None else named)

    # direct speech

    def _direct(self) -> list[Quotation]:
        found: list[Quotation] = []
        for span in self._quoted:
            embedded = self._is_embedded(span)
            report = None if embedded else self._report_beside(span)
            if report is None and (embedded or not self._is_speech(span)):
                around = self._report_around(span)
                if around is not None:
                    found.append(self._quotation((span,), around.speaker, around, "direct"))
                    self._fragments.add(found[-1].id)
                continue
            if report is not None and found and self._continues(found[-1], report, span):
                found[-1] = self._joined(found[-1], span)
                continue
            if report is not None:
                found.append(self._quotation((span,), report.speaker, report, "direct"))
            else:
                found.append(self._lone(span, found[-1] if found else None))
        return found

    def _with_next_speakers(self, found: Sequence[Quotation]) -> list[Quotation]:
        """Speech that its paragraph leaves open belongs to the speaker of the next one."""
        whole = list(found)
        for n in range(len(whole) - 2, -1, -1):
            last, after = whole[n], whole[n + 1]
            end, start = last.quote[-1][1], after.quote[0][0]
            unclosed = self._tree.text[end - 1] not in _STRAY_CLOSERS
            ends = end == self._paragraph_of(end)[1] and start == self._paragraph_of(start)[0]
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
        told = whole or self._tree.text[: span[0]].rstrip().endswith(":") or _has_subject(words)
        return len(words) >= MIN_WORDS and told and any(is_finite(t) for t in words)

    def _is_embedded(self, span: Span) -> bool:
        """ "Der Plan sei, „was wir brauchen“, sagte sie": the words end a sentence in the
        Konjunktiv that is not theirs.
        """
        here = self._tree.inside(*span)
        if not here:
            return False
        first, _ = self._tree.sentences[here[0].sent]
        return any(t < here[0].i for t in self._subjunctives(first, here[0].i))

    def _report_beside(self, span: Span) -> Report | None:
        """The report that frames a stretch of direct speech: right after it, or before a colon."""
        text = self._tree.text
        after = text[span[1] : span[1] + 2].lstrip()
        ended = text[span[0] : span[1]].rstrip('“”"«» ')[-1:] in set(",!?.…")
        frame_end = self._frame_end(span[1])
        for report in self._reports:
            verb = self._tree[_anchor(report.clause)]
            if not span[1] <= verb.start < frame_end:
                continue
            if after[:1] == "," or (ended and not text[span[1] : verb.start].strip()):
                return report if self._has_words(span) else None
        before = text[: span[0]].rstrip()
        if before.endswith((":", ",")):
            start = self._frame_start(span[0])
            inside = [
                r for r in self._reports if start <= self._tree[_anchor(r.clause)].start < span[0]
            ]
            if inside and self._has_words(span):
                return inside[-1]
        return None

    def _report_around(self, span: Span) -> Report | None:
        """The report in whose sentence a fragment is quoted: "nannte den Plan „gut gemeint“".

        A name or a title in marks is no speech: something in it must be in small letters,
        and the speaker must stand outside.
        """
        inside = self._tree.inside(*span)
        if not self._is_wording(span):
            return None
        here = self._reports_in.get(inside[0].sent, ())
        return next((r for r in here if self._may_speak(r.speaker)), None)

    def _may_speak(self, i: int | None) -> bool:
        """An actor, or a pronoun that nobody could resolve but that stands for one."""
        if i is None or self._is_actor(i):
            return i is not None
        token = self._tree[i]
        return token.pos == "PRON" and token.text.lower() not in {*_NOBODY, "sich"}

    def _has_words(self, span: Span) -> bool:
        inside = self._tree.inside(*span)
        return len([t for t in inside if t.pos != "PUNCT"]) >= MIN_WORDS

    def _frame_end(self, at: int) -> int:
        """Where the frame after a closing mark ends: at the next mark or end of sentence."""
        nexts = [s for s, _ in self._quoted if s >= at]
        stop = min([*nexts, self._paragraph_of(at)[1]])
        dots = [t.end for t in self._tree.inside(at, stop) if t.text in _ENDS]
        return min([stop, *dots])

    def _frame_start(self, at: int) -> int:
        ends = [e for _, e in self._quoted if e <= at]
        start = max([*ends, self._paragraph_of(at)[0]])
        dots = [t.end for t in self._tree.inside(start, at) if t.text in _ENDS]
        return max([start, *dots])

    def _paragraph_of(self, at: int) -> Span:
        inside = [p for p in self._paragraphs if p[0] <= at <= p[1]]
        return inside[0] if inside else (0, len(self._tree.text))

    def _continues(self, last: Quotation, report: Report, span: Span) -> bool:
        """„A“, sagte X, „B“: the second stretch belongs to the first."""
        cue = self._tree[_anchor(report.clause)]
        return (
            last.kind == "direct"
            and last.cue == ((cue.start, cue.end),)
            and last.quote[-1][1] <= cue.start < span[0]
            and not set(".!?") & set(self._tree.text[cue.end : span[0]])
        )

    def _joined(self, last: Quotation, span: Span) -> Quotation:
        return self._make(
            (*last.quote, span), last.speaker, last.cue, "direct", last.stance, last.mention
        )

    def _lone(self, span: Span, before: Quotation | None) -> Quotation:
        """Speech without a frame: the speaker of the text right before it goes on."""
        named = self._named_by_so(span)
        if named is not None:
            so, name = named
            where, mention = self._speaker(name)
            cue = ((self._tree[so].start, self._tree[so].end),)
            return self._make((span,), where, cue, "direct", "neutral", mention)
        speaker, mention = self._speaker_at_colon(span) or self._speaker_before(span)
        if before is not None and self._same_paragraph(before.quote[-1][1], span[0]):
            between = self._tree.text[before.quote[-1][1] : span[0]]
            cue_between = any(before.quote[-1][1] <= c[0] < span[0] for c in before.cue)
            if not between.strip(_LOOSE) or (cue_between and "." not in between[:-2]):
                speaker, mention = before.speaker, before.mention
        return self._make((span,), speaker, (), "direct", "neutral", mention)

    def _named_by_so(self, span: Span) -> tuple[int, int] | None:
        """ "...“, so Schnappauf: the "so" right behind the marks, and the name behind it."""
        behind = self._tree.inside(span[1], span[1] + 8)
        so = next((t.i for t in behind if t.text not in {",", "."}), None)
        if so is None or self._tree[so].text != "so":
            return None
        name = self._name_behind(so)
        return None if name is None else (so, name)

    def _speaker_at_colon(self, span: Span) -> tuple[tuple[Span, ...], Span | None] | None:
        """The subject of the clause before a colon: "Er sparte nicht mit Kritik: „...“"."""
        if not self._tree.text[: span[0]].rstrip().endswith(":"):
            return None
        start = self._frame_start(span[0])
        for clause in self._clauses:
            inside = start <= self._tree[_anchor(clause)].start < span[0]
            if not inside or clause.kind != "main" or clause.passive or not clause.subjects:
                continue
            subject = clause.subjects[0]
            if self._is_actor(subject) or self._tree[subject].pos == "PRON":
                return self._speaker(subject)
        frame = self._tree.inside(start, span[0])
        if any(is_finite(t) for t in frame):
            return None
        named = (t.i for t in frame if self._is_actor(t.i))
        return next(map(self._speaker, named), None)

    def _speaker_before(self, span: Span) -> tuple[tuple[Span, ...], Span | None]:
        """The reporting speaker, else the named subject, of the sentence right before."""
        sentences = [
            s
            for s in range(len(self._tree.sentences))
            if self._tree[self._tree.sentences[s][1] - 1].end <= span[0]
        ]
        if not sentences:
            return (), None
        first, last = self._tree.sentences[sentences[-1]]
        if not self._same_paragraph(self._tree[first].start, span[0]):
            return (), None
        reports = [r for r in self._reports if first <= r.clause.head < last and r.speaker]
        if reports:
            return self._speaker(reports[0].speaker)
        mains = [c for c in self._clauses if first <= c.head < last and c.kind == "main"]
        named = [
            c.subjects[0]
            for c in mains
            if c.subjects and not c.passive and self._names_person(c.subjects[0])
        ]
        return self._speaker(named[0]) if named else ((), None)

    def _names_person(self, i: int) -> bool:
        mention = self._denotations.mention(i)
        return mention is not None and mention.kind == "person"

    def _same_paragraph(self, a: int, b: int) -> bool:
        return self._paragraph_of(a) == self._paragraph_of(b)

    # indirect and reported speech

    def _indirect(self, direct: Sequence[Quotation]) -> Iterator[Quotation]:
        framed = {q.cue for q in direct if q.id not in self._fragments}
        for report in self._reports:
            verb = self._tree[_anchor(report.clause)]
            if ((verb.start, verb.end),) in framed:
                continue
            spans, kind = self._content(report)
            if spans:
                yield self._quotation(spans, report.speaker, report, kind)

    def _content(self, report: Report) -> tuple[tuple[Span, ...], str]:
        """What a report reports: a clause, a sentence in Konjunktiv, an infinitive."""
        clause = report.clause
        if report.word.kind in _INDIRECT_KINDS:
            below = [c for c in self._clauses if c.governor == clause.head]
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
            and not self._points_back(report)
            and self._is_actor(report.speaker)
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
        named = self._denotations.mention(speaker)
        articles = {self._tree[c].text.lower() for c in self._tree.children(speaker, "det")}
        return "dem" not in articles and bool(known or (named and named.named))

    def _points_back(self, report: Report) -> bool:
        """ "Das teilte die Polizei mit": the words stand in the sentence before."""
        verb = _anchor(report.clause)
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
        if clause.kind != "parataxis":
            return False
        return clause.governor < clause.head and words[0] == clause.finite

    def _behind_opening(self, clause: Clause) -> Span | None:
        """ "Wie t-online berichtet, ist ...": the sentence behind the comma, where the parser
        took the opening report for its main clause.
        """
        tree = self._tree
        first, last = tree.sentences[tree[clause.head].sent]
        verb = _anchor(clause)
        if tree[first].text.lower() not in {"wie", "as"} or clause.finite is None:
            return None
        comma = next((i for i in range(verb, last - 1) if tree[i].text == ","), None)
        between = any(is_finite(tree[i]) for i in range(first, verb))
        if comma is None or between:
            return None
        return _tight(tree.text, tree[comma].end, tree[last - 1].end)

    def _around(self, clause: Clause) -> tuple[Span, ...]:
        """The sentence before and behind an inserted clause."""
        tree = self._tree
        start, end = tree.sentence_span(clause.head)
        numbers = tree.subtree(clause.head)
        inner = tree[numbers[0]].start, tree[numbers[-1]].end
        sides = (_tight(tree.text, start, inner[0]), _tight(tree.text, inner[1], end))
        return tuple(s for s in sides if s[0] < s[1])

    def _is_content(self, inner: Clause, outer: Clause) -> bool:
        if inner.kind not in {"complement", "parataxis"}:
            return False
        if inner.finite is None and self._tree.child(inner.head, "mark") is None:
            return False
        if self._tree[inner.head].dep == "parataxis":
            return inner.mood in {"sub1", "sub2"} or inner.head > outer.head
        return self._in_quotes(self._tree[inner.head].start) is False

    def _clause_span(self, inner: Clause, outer: Clause) -> Span:
        """The content clause with all below it, up to the reporting clause's own words."""
        tree = self._tree
        numbers = tree.subtree(inner.head)
        own = {*outer.verbs, *outer.subjects} if inner is not outer else set()
        numbers = [n for n in numbers if n not in own]
        start, end = tree[numbers[0]].start, tree[numbers[-1]].end
        return _tight(tree.text, start, end)

    def _subjunctive_side(self, clause: Clause) -> Span | None:
        """The part of the sentence, before or after the reporting verb, that stands in the
        Konjunktiv: the parser did not see how it belongs, the comma does.
        """
        if self._is_conditional(clause):
            return None
        tree = self._tree
        first, last = tree.sentences[tree[clause.head].sent]
        verb = _anchor(clause)
        moods = [t for t in self._subjunctives(first, last) if t not in clause.verbs]
        right = [t for t in moods if t > max(clause.verbs)]
        if right:
            comma = next((i for i in range(verb, last) if tree[i].text in {",", ":"}), None)
            if comma is not None and comma < right[-1]:
                end = tree[self._end_of_side(comma, last)].start
                return _tight(tree.text, tree[comma + 1].start, end)
        left = [t for t in moods if t < min(clause.verbs)]
        if left and (clause.kind in {"main", "parataxis"} or tree[verb - 1].text == ","):
            comma = next((i for i in range(verb, first, -1) if tree[i].text == ","), None)
            if comma is not None and comma > left[0]:
                return _tight(tree.text, tree[first].start, tree[comma - 1].end)
        return None

    def _subjunctives(self, first: int, last: int) -> list[int]:
        """Those of the finite verbs in the Konjunktiv that stand between two tokens."""
        found = self._subjunctive
        return found[bisect_left(found, first) : bisect_left(found, last)]

    def _find_subjunctives(self) -> list[int]:
        """Finite verbs in the Konjunktiv outside of quotation marks and of conditions."""
        doubtful = {v for c in self._finite if self._is_conditional(c) for v in c.verbs}
        told = {c.finite for c in self._finite if c.mood in {"sub1", "sub2"}}
        return [
            t.i
            for t in self._tree.tokens
            if (t.i in told or (t.morph.get("Mood") == "Sub" and is_finite(t)))
            and t.i not in doubtful
            and not self._in_quotes(t.start)
        ]

    def _is_conditional(self, clause: Clause) -> bool:
        """ "falls sie käme", "käme sie": a condition tells nothing of what was said."""
        if clause.kind != "adverbial":
            return False
        mark = self._tree.child(clause.head, "mark")
        return mark is not None or opens_with_verb(self._tree, clause)

    def _end_of_side(self, comma: int, last: int) -> int:
        """The token before which the retold part ends: a further report, or the end."""
        tree = self._tree
        for report in self._reports_in.get(tree[comma].sent, ()):
            joint = tree.child(report.clause.head, "cc")
            if joint is not None and comma < joint < last and _anchor(report.clause) > joint:
                return joint
        return last - 1

    def _has_matter(self, clause: Clause) -> bool:
        """What is spoken of stands as a noun: "begrüßte den Beschluss", "sprach von Sieg"."""
        nouns = [*clause.objects, *(o.token for o in clause.obliques if o.preposition in _MATTER)]
        return any(self._tree[n].pos in {"NOUN", "PROPN"} for n in nouns)

    def _is_actor(self, speaker: int | None) -> bool:
        if speaker is None:
            return False
        mention = self._denotations.mention(speaker)
        return mention is not None and mention.kind in ACTOR_KINDS

    # "...", so X

    def _by_so(self, direct: Sequence[Quotation]) -> Iterator[Quotation]:
        """What stands before ", so X" is said by X."""
        tree = self._tree
        for token in tree.tokens:
            if token.text != "so" or not token.i or tree[token.i - 1].text != ",":
                continue
            speaker = self._name_behind(token.i)
            start, _ = tree.sentence_span(token.i)
            span = _tight(tree.text, start, tree[token.i - 1].start)
            known = any(shares(span, q.quote) for q in direct)
            if speaker is None or known or span[1] <= span[0]:
                continue
            where, mention = self._speaker(speaker)
            kind = "direct" if self._in_quotes(span[0]) else "indirect"
            spans = (span, *self._behind_comma(speaker))
            yield self._make(spans, where, ((token.start, token.end),), kind, "neutral", mention)

    def _behind_comma(self, speaker: int) -> Iterator[Span]:
        """ "In Kürze, so X, wird Y kommen": what goes on with its verb behind the speaker."""
        tree = self._tree
        _, last = tree.sentences[tree[speaker].sent]
        comma = next((i for i in range(speaker, last) if tree[i].text == ","), None)
        if comma is not None and comma + 1 < last and is_finite(tree[comma + 1]):
            yield _tight(tree.text, tree[comma].end, tree[last - 1].end)

    def _name_behind(self, so: int) -> int | None:
        """The head of the noun phrase behind "so", when the sentence or clause ends with it."""
        tree = self._tree
        _, last = tree.sentences[tree[so].sent]
        stop = next((i for i in range(so + 1, last) if tree[i].text in {",", ".", ":"}), last)
        inside = range(so + 1, stop)
        opens = inside and tree[inside[0]].pos in {"DET", "NOUN", "PROPN", "PRON"}
        if not opens or tree[inside[0]].text.lower() in {"viel", "viele", "dass"}:
            return None
        if any(is_finite(tree[i]) for i in inside):
            return None
        nouns = [i for i in inside if tree[i].pos in {"NOUN", "PROPN"}]
        return next((i for i in nouns if tree[i].head not in nouns), None)

    # the report that ..., der Vorwurf, dass ...

    def _by_noun(self) -> Iterator[Quotation]:
        """What a reporting noun says in a clause of its own is said by whoever owns the noun,
        else by whoever does something with it: "Rom begegnet dem Vorwurf mit dem Argument, ...".
        """
        tree = self._tree
        for clause in self._clauses:
            noun = self._noun_of(clause)
            word = self._words.reports_noun(tree[noun].lemma) if noun is not None else None
            if noun is None or word is None or tree[noun].pos != "NOUN":
                continue
            where, mention = self._speaker(self._owner(noun))
            span = self._clause_span(clause, clause)
            cue = ((tree[noun].start, tree[noun].end),)
            yield self._make((span,), where, cue, "indirect", word.stance, mention)

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
        clause = self._clause_at.get(i)
        return clause.lemma if clause is not None else self._tree[i].lemma

    def _owner(self, noun: int) -> int | None:
        """Whose word it is: its genitive, else the subject of the clause that it stands in."""
        tree = self._tree
        owner = tree.child(noun, "nmod", "nmod:poss")
        if owner is not None or tree.child(noun, "det:poss") is not None:
            return owner
        clause = self._clause_at.get(tree[noun].head)
        if clause is None or not clause.subjects or clause.passive or noun in clause.subjects:
            return None
        return clause.subjects[0] if self._is_actor(clause.subjects[0]) else None

    # Das erklärte X.

    def _by_reference(self, direct: Sequence[Quotation]) -> Iterator[Quotation]:
        """ "Das teilte die Polizei mit": the sentence before is what she told."""
        tree = self._tree
        for report in self._reports:
            verb = _anchor(report.clause)
            s = tree[verb].sent
            first, _ = tree.sentences[s]
            told = report.word.kind in {"say", "announce"} and report.word.stance != "deny"
            if not (told and s and self._points_back(report)) or not self._goes_on([s - 1], s):
                continue
            teller = report.speaker
            if teller is None or teller == first:
                teller = noun_behind(tree, verb)
            span = _tight(tree.text, *self._sentence(s - 1))
            if self._is_actor(teller) and not any(shares(span, q.quote) for q in direct):
                cue = ((tree[verb].start, tree[verb].end),)
                where, mention = self._speaker(teller)
                yield self._make((span,), where, cue, "indirect", report.word.stance, mention)

    # Demnach ...

    def _by_adverb(self) -> Iterator[Quotation]:
        """A sentence that opens with "demnach" retells a source named before; "danach" does in
        the present tense, else it may tell what came next.
        """
        tree = self._tree
        for first, last in tree.sentences:
            for token in tree.tokens[first:last]:
                if self._retells(token, first) and not self._in_quotes(token.start):
                    cue = ((token.start, token.end),)
                    spans = self._sides(token, first, last)
                    if spans:
                        yield self._make(spans, (), cue, "indirect", "neutral", None)
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
        before = _tight(tree.text, tree[first].start, token.start)
        behind = _tight(tree.text, token.end, tree[last - 1].end)
        return tuple(s for s in (before, behind) if s[0] < s[1])

    # eine Schätzung, wonach ...

    def _by_relative(self) -> Iterator[Quotation]:
        """A clause that "wonach" opens retells what the noun before it is the name of."""
        tree = self._tree
        for token in tree.tokens:
            if not self._words.is_a("relative_report", token.text.lower()):
                continue
            chain = [token.i, *tree.ancestors(token.i)]
            heads = (i for i in chain if any(c.head == i for c in self._clauses))
            end = max(tree.subtree(next(heads, token.i)))
            span = _tight(tree.text, token.end, tree[end].end)
            if span[0] < span[1] and not self._in_quotes(token.start):
                cue = ((token.start, token.end),)
                where, mention = self._speaker(self._named_before(token.i))
                yield self._make((span,), where, cue, "indirect", "neutral", mention)

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

    def _by_preposition(self, direct: Sequence[Quotation]) -> Iterator[Quotation]:
        tree = self._tree
        for token in tree.tokens:
            cues = [tree[c] for c in tree.children(token.i, "case")]
            cue = next((c for c in cues if self._is_source_cue(token.i, c.i)), None)
            if cue is None or self._in_quotes(cue.start):
                continue
            spans = self._rest_of_sentence(token.i, cue.i)
            dashed = cue.i > 0 and tree[cue.i - 1].text in {"-", "–", "—"}
            if not spans or dashed:
                continue
            where, mention = self._speaker(token.i, source=True)
            source = self._source(token.i)
            if source is not None:
                mention = self._denotations.span(source)
            start, _ = tree.sentence_span(token.i)
            if mention is None and self._is_told(start, min(token.start, cue.start)):
                continue  # the words of a speaker who is known
            yield self._make(spans, where, ((cue.start, cue.end),), "indirect", "neutral", mention)

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
        here = self._reports_in.get(sentence[0].sent, ()) if sentence else ()
        before = (self._tree[_anchor(r.clause)].start for r in here)
        told = any(start <= verb < at for verb in before)
        return told and self._tree.text[:at].rstrip().endswith(",")

    def _rest_of_sentence(self, noun: int, cue: int) -> tuple[Span, ...]:
        """What stands before and behind the phrase that names the source."""
        tree = self._tree
        start, end = tree.sentence_span(noun)
        numbers = tree.subtree(noun)
        phrase = tree[min([*numbers, cue])].start, tree[max(numbers)].end
        sides: tuple[Span, ...] = (
            _tight(tree.text, start, phrase[0]),
            _tight(tree.text, phrase[1], end),
        )
        if self._is_told(start, phrase[0]):
            sides = sides[1:]
        filled = tuple(s for s in sides if s[0] < s[1])
        words = sum(len(tree.slice(s).split()) for s in filled)
        return filled if words > 1 else ()

    # free indirect speech

    def _free_indirect(self, known: Sequence[Quotation]) -> Iterator[Quotation]:
        """Runs of sentences in Konjunktiv: one quotation each, of the speaker before it.

        A run ends with its paragraph, with a sentence that is not retold, and where a
        quotation of another kind begins.
        """
        last: Quotation | None = None
        last_sentence = -2
        run: list[int] = []
        for s in range(len(self._tree.sentences)):
            here = [q for q in known if self._touches(q, s)]
            goes_on = not here and self._goes_on(run, s) and self._is_free(s, alone=False)
            if run and not goes_on:
                yield self._run(run, last if run[0] == last_sentence + 1 else None)
                last_sentence = run[-1] if run[0] == last_sentence + 1 else last_sentence
                run = []
            if here:
                last, last_sentence = here[-1], s
            elif goes_on or self._is_free(s, alone=last is None or s != last_sentence + 1):
                run.append(s)
        if run:
            yield self._run(run, last if run[0] == last_sentence + 1 else None)

    def _goes_on(self, run: Sequence[int], s: int) -> bool:
        """Is this sentence in the paragraph of the run before it?"""
        return bool(run) and self._same_paragraph(self._sentence(run[-1])[0], self._sentence(s)[0])

    def _run(self, run: Sequence[int], before: Quotation | None) -> Quotation:
        """The quotation of a run; without one before it, whoever the sentence before names."""
        start, end = self._sentence(run[0])[0], self._sentence(run[-1])[1]
        span = _tight(self._tree.text, start, end, keep_end=True)
        if before is not None:
            where, mention, stance = before.speaker, before.mention, before.stance
        else:
            where, mention = self._teller_before(run[0])
            stance = "neutral"
        return self._make((span,), where, (), "free_indirect", stance, mention)

    def _teller_before(self, s: int) -> tuple[tuple[Span, ...], Span | None]:
        """Who speaks in the sentence before, in the same paragraph, though no words of his are
        told there: "Stolpe nannte das falsch."
        """
        if not s or not self._goes_on([s - 1], s):
            return (), None
        here = self._reports_in.get(s - 1, ())
        tellers = (r.speaker for r in here if self._is_actor(r.speaker))
        return self._speaker(next(tellers, None))

    def _sentence(self, s: int) -> Span:
        return self._tree.sentence_span(self._tree.sentences[s][0])

    def _touches(self, q: Quotation, s: int) -> bool:
        return shares(self._sentence(s), (*q.quote, *q.cue))

    def _is_free(self, s: int, *, alone: bool) -> bool:
        """Its main clause is in Konjunktiv, and no report of its own stands in it.

        Standing alone, only Konjunktiv I tells that somebody is being retold.
        """
        first, last = self._tree.sentences[s]
        if any(r.clause.mood == "ind" for r in self._reports_in.get(s, ())):
            return False
        finite = [c for c in self._finite if first <= c.head < last]
        opening = min(finite, key=_anchor, default=None)
        if opening is None or (alone and opening.mood != "sub1"):
            return False
        return self._is_reporting_mood(opening)

    def _is_reporting_mood(self, clause: Clause) -> bool:
        """Konjunktiv I, or Konjunktiv II where the first would look like the indicative: in the
        plural of every verb but sein.
        """
        if clause.mood == "sub1" or clause.finite is None:
            return clause.mood == "sub1"
        form = self._tree[clause.finite]
        return clause.mood == "sub2" and form.text.endswith("n") and form.lemma != "sein"

    # making the record

    def _in_quotes(self, at: int) -> bool:
        return is_within(at, self._quoted)

    def _speaker(
        self, i: int | None, *, source: bool = False
    ) -> tuple[tuple[Span, ...], Span | None]:
        if i is None or is_relative_pronoun(self._tree, i):
            return (), None
        if self._tree[i].pos != "PROPN" and self._tree[i].text.lower() in _NOBODY:
            return (), None
        span, mention = speaker_span(self._tree, i, self._denotations, source=source)
        return (span,), mention

    def _quotation(
        self, quote: tuple[Span, ...], speaker: int | None, report: Report, kind: str
    ) -> Quotation:
        verb = self._tree[_anchor(report.clause)]
        where, mention = self._speaker(speaker)
        cue = ((verb.start, verb.end),)
        return self._make(quote, where, cue, kind, report.word.stance, mention)

    def _make(
        self,
        quote: tuple[Span, ...],
        speaker: tuple[Span, ...],
        cue: tuple[Span, ...],
        kind: str,
        stance: str,
        mention: Span | None,
    ) -> Quotation:
        name = mint(self._article, "quotation", kind, quote)
        return Quotation(self._article, quote, speaker, cue, kind, stance, mention, name)


def _has_subject(words: Sequence[Token]) -> bool:
    """Does a finite verb stand here with its subject?"""
    finite = {t.i for t in words if is_finite(t)}
    return any(t.head in finite and t.dep in SUBJECTS for t in words)


def _anchor(clause: Clause) -> int:
    """The token that stands for a clause in the text: its finite verb, else its predicate."""
    return clause.finite if clause.finite is not None else clause.head


def _tight(text: str, start: int, end: int, *, keep_end: bool = False) -> Span:
    """The span without loose punctuation and space at its edges."""
    loose_end = " \n\t" if keep_end else _LOOSE
    while start < end and text[start] in _LOOSE:
        start += 1
    while end > start and text[end - 1] in loose_end:
        end -= 1
    return start, end


def _without_overlap(quotations: Sequence[Quotation]) -> list[Quotation]:
    """Nested quotations may stay; of two that cross or coincide, the first wins."""
    kept: list[Quotation] = []
    for q in quotations:
        if not any(_collides(q, k) for k in kept):
            kept.append(q)
    return kept


def _covers(q: Quotation, span: Span) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in q.quote)


def _collides(a: Quotation, b: Quotation) -> bool:
    hull_a = (a.quote[0][0], a.quote[-1][1])
    hull_b = (b.quote[0][0], b.quote[-1][1])
    if hull_a[1] <= hull_b[0] or hull_b[1] <= hull_a[0]:
        return False
    inside = hull_b[0] <= hull_a[0] and hull_a[1] <= hull_b[1]
    around = hull_a[0] <= hull_b[0] and hull_b[1] <= hull_a[1]
    return not (inside or around) or hull_a == hull_b


def attribution_of(at: int, quotations: Sequence[Quotation]) -> Quotation | None:
    """The innermost quotation whose words hold the character ``at``, but not its cue."""
    holding = [q for q in quotations if is_within(at, q.quote) and not is_within(at, q.cue)]
    return min(holding, key=lambda q: q.quote[-1][1] - q.quote[0][0], default=None)


def stances(quotations: Sequence[Quotation]) -> Mapping[str, str]:
    """Quotation id -> stance of its reporting word."""
    return {q.id: q.stance for q in quotations}
