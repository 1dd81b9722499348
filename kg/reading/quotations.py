"""Who says what: direct, indirect, reported and free indirect speech.

Direct speech is found in the text, by its marks; the rest in clauses, by reporting
words and Konjunktiv. A speaker that is not certain stays unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.lexicon import ReportingWord
from kg.names import mint
from kg.reading.clauses import SUBJECTS, Clause, is_finite, is_relative_pronoun, opens_with_verb
from kg.reading.phrases import Denotations, make_phrase
from kg.reading.trees import Token, Tree
from kg.reading.vocabulary import Vocabulary
from kg.records import Quotation, Span, is_within, shares

_CLOSERS = {"„": '“”"', "“": '”"', "»": "«", "«": "»", '"': '"', "”": "”"}
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
    while at < end:
        closers = _CLOSERS.get(text[at])
        stop = _closing(text, at + 1, end, closers) if closers else None
        if stop is not None and text[at] != "”":
            yield at, stop + 1
            at = stop + 1
            continue
        opens = text[at] in _CERTAIN_OPENERS or not text[start:at].strip()
        if closers is not None and stop is None and opens and text[at] != "”":
            yield at, end
            return
        at += 1


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
        self._reports = [self._outside(r) for r in find_reports(tree, outside, words)]
        self._finite = [c for c in clauses if c.finite is not None]
        self._fragments: set[str] = set()

    def find(self) -> list[Quotation]:
        """All quotations, each speaker as a span and, where it is named, as a mention."""
        direct = self._direct()
        indirect = [
            *self._by_so(direct),
            *self._indirect(direct),
            *self._by_preposition(direct),
            *self._by_noun(),
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
        named = tree.children(report.clause.head, *SUBJECTS, "obj")
        others = (t for t in named if not self._in_quotes(tree[t].start))
        return replace(report, speaker=next(others, None))

    # direct speech

    def _direct(self) -> list[Quotation]:
        found: list[Quotation] = []
        for span in self._quoted:
            report = self._report_beside(span)
            if report is None and not self._is_speech(span):
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
        here = [r for r in self._reports if self._tree[r.clause.head].sent == inside[0].sent]
        return next((r for r in here if self._is_actor(r.speaker)), None)

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
        speaker, mention = self._speaker_at_colon(span) or self._speaker_before(span)
        if before is not None and self._same_paragraph(before.quote[-1][1], span[0]):
            between = self._tree.text[before.quote[-1][1] : span[0]]
            cue_between = any(before.quote[-1][1] <= c[0] < span[0] for c in before.cue)
            if not between.strip(_LOOSE) or (cue_between and "." not in between[:-2]):
                speaker, mention = before.speaker, before.mention
        return self._make((span,), speaker, (), "direct", "neutral", mention)

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
        return None

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
        framed = {q.cue for q in direct}
        fragments = {q.cue for q in direct if q.id in self._fragments}
        for report in self._reports:
            verb = self._tree[_anchor(report.clause)]
            cue = ((verb.start, verb.end),)
            if cue in framed and not (cue in fragments and self._is_aside(report.clause)):
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
            if infinitives and (report.speaker is not None or clause.passive):
                return (self._clause_span(infinitives[0], clause),), "reported"
        said = report.word.kind == "say" and self._has_matter(clause)
        full = report.word.kind in _REPORTED_KINDS or said
        told = clause.kind in {"main", "conjunct"} and clause.finite is not None
        if full and told and self._is_actor(report.speaker):
            return (self._tree.sentence_span(clause.head),), "reported"
        return (), ""

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
        """The part of the sentence, before or after the reporting verb, that has a Konjunktiv
        clause: the parser did not see how it belongs, the comma does.
        """
        tree = self._tree
        first, last = tree.sentences[tree[clause.head].sent]
        verb = _anchor(clause)
        sides = [
            c
            for c in self._finite
            if first <= c.head < last and c.mood in {"sub1", "sub2"} and c.head != clause.head
        ]
        right = [c for c in sides if min(c.verbs) > max(clause.verbs)]
        left = [c for c in sides if max(c.verbs) < min(clause.verbs)]
        if right:
            comma = next((i for i in range(verb, last) if tree[i].text in {",", ":"}), None)
            if comma is not None and comma < min(right[-1].verbs):
                return _tight(tree.text, tree[comma + 1].start, tree[last - 1].end)
        if left and clause.kind in {"main", "parataxis"}:
            comma = next((i for i in range(verb, first, -1) if tree[i].text == ","), None)
            if comma is not None and comma > max(left[0].verbs):
                return _tight(tree.text, tree[first].start, tree[comma - 1].end)
        return None

    def _has_matter(self, clause: Clause) -> bool:
        """What is spoken of stands as a noun: "begrüßte den Beschluss", "sprach von Sieg"."""
        nouns = [*clause.objects, *(o.token for o in clause.obliques if o.preposition in _MATTER)]
        return any(self._tree[n].pos in {"NOUN", "PROPN"} for n in nouns)

    def _is_actor(self, speaker: int | None) -> bool:
        if speaker is None:
            return False
        mention = self._denotations.mention(speaker)
        return mention is not None and mention.kind not in {"thing", "place", "event"}

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
        if not inside or any(is_finite(tree[i]) or tree[i].pos == "ADJ" for i in inside[:1]):
            return None
        if any(is_finite(tree[i]) for i in inside):
            return None
        nouns = [i for i in inside if tree[i].pos in {"NOUN", "PROPN"}]
        return next((i for i in nouns if tree[i].head not in nouns), None)

    # the report that ..., der Vorwurf, dass ...

    def _by_noun(self) -> Iterator[Quotation]:
        """What a reporting noun says in a clause of its own is said by whoever owns the noun."""
        tree = self._tree
        for clause in self._clauses:
            noun = tree[tree[clause.head].head]
            word = self._words.reporting.get(("noun", noun.lemma))
            if word is None or clause.kind != "complement" or noun.pos != "NOUN":
                continue
            owner = tree.child(noun.i, "nmod", "nmod:poss")
            where, mention = self._speaker(owner)
            span = self._clause_span(clause, clause)
            cue = ((noun.start, noun.end),)
            yield self._make((span,), where, cue, "indirect", word.stance, mention)

    # Demnach ...

    def _by_adverb(self) -> Iterator[Quotation]:
        """A sentence that opens with "demnach" retells a source named before; "danach" does in
        the present tense, else it may tell what came next.
        """
        tree = self._tree
        for first, last in tree.sentences:
            token = tree[first]
            word = token.text.lower()
            known = ("adverb", word) in self._words.reporting and word not in {"so", "wie", "as"}
            if not known or first + 1 >= last:
                continue
            if word == "danach" and tree[first + 1].morph.get("Tense") != "Pres":
                continue
            span = _tight(tree.text, tree[first + 1].start, tree[last - 1].end)
            if span[0] < span[1] and not self._in_quotes(token.start):
                cue = ((token.start, token.end),)
                yield self._make((span,), (), cue, "indirect", "neutral", None)

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
                yield self._make((span,), (), cue, "indirect", "neutral", None)

    # laut X, nach Angaben von X, X zufolge

    def _by_preposition(self, direct: Sequence[Quotation]) -> Iterator[Quotation]:
        tree = self._tree
        for token in tree.tokens:
            cues = [tree[c] for c in tree.children(token.i, "case")]
            cue = next((c for c in cues if self._is_source_cue(token.i, c.i)), None)
            if cue is None or self._in_quotes(token.start):
                continue
            spans = self._rest_of_sentence(token.i, cue.i)
            dashed = cue.i > 0 and tree[cue.i - 1].text in {"-", "–", "—"}
            if not spans or dashed:
                continue
            where, mention = self._speaker(token.i)
            source = self._source(token.i)
            if source is not None:
                mention = self._denotations.span(source)
            yield self._make(spans, where, ((cue.start, cue.end),), "indirect", "neutral", mention)

    def _is_source_cue(self, noun: int, cue: int) -> bool:
        text = self._tree[cue].text.lower()
        word = self._words.reporting.get(("preposition", text))
        if word is None:
            return False
        if text in {"nach", "according", "gemäß", "per"}:
            lemma = self._tree[noun].lemma
            return ("noun", lemma) in self._words.reporting or text == "according"
        return True

    def _source(self, noun: int) -> int | None:
        """Whose statement it is: "Angaben der Polizei"; None when the noun is the source."""
        tree = self._tree
        if ("noun", tree[noun].lemma) not in self._words.reporting:
            return None
        return tree.child(noun, "nmod", "nmod:poss", "appos", "flat")

    def _rest_of_sentence(self, noun: int, cue: int) -> tuple[Span, ...]:
        """What stands before and behind the phrase that names the source."""
        tree = self._tree
        start, end = tree.sentence_span(noun)
        numbers = tree.subtree(noun)
        phrase = tree[min([*numbers, cue])].start, tree[max(numbers)].end
        sides = (_tight(tree.text, start, phrase[0]), _tight(tree.text, phrase[1], end))
        filled = tuple(s for s in sides if s[0] < s[1])
        words = sum(len(tree.slice(s).split()) for s in filled)
        return filled if words > 1 else ()

    # free indirect speech

    def _free_indirect(self, known: Sequence[Quotation]) -> Iterator[Quotation]:
        """Sentences in Konjunktiv that go on with the speaker of the sentence before."""
        last: Quotation | None = None
        last_sentence = -2
        for s in range(len(self._tree.sentences)):
            here = [q for q in known if self._touches(q, s)]
            if here:
                last, last_sentence = here[-1], s
                continue
            goes_on = last is not None and s == last_sentence + 1
            if not self._is_free(s, alone=not goes_on):
                continue
            span = _tight(self._tree.text, *self._sentence(s), keep_end=True)
            if goes_on and last is not None:
                yield self._make(
                    (span,), last.speaker, (), "free_indirect", last.stance, last.mention
                )
                last_sentence = s
            else:
                yield self._make((span,), (), (), "free_indirect", "neutral", None)

    def _sentence(self, s: int) -> Span:
        return self._tree.sentence_span(self._tree.sentences[s][0])

    def _touches(self, q: Quotation, s: int) -> bool:
        return shares(self._sentence(s), (*q.quote, *q.cue))

    def _is_free(self, s: int, *, alone: bool) -> bool:
        """Its main clause is in Konjunktiv, and no report of its own stands in it.

        Standing alone, only Konjunktiv I tells that somebody is being retold.
        """
        first, last = self._tree.sentences[s]
        reports = (r for r in self._reports if first <= r.clause.head < last)
        if any(r.clause.mood == "ind" for r in reports):
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

    def _speaker(self, i: int | None) -> tuple[tuple[Span, ...], Span | None]:
        if i is None or is_relative_pronoun(self._tree, i):
            return (), None
        if self._tree[i].text.lower() in _NOBODY:
            return (), None
        phrase = make_phrase(self._tree, i, self._denotations)
        return ((phrase.start, phrase.end),), phrase.mention

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
