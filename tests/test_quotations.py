"""Who says what."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from treebank import draw, parse, quotation_lines, read

from kg.reading.marks import find_quoted_spans
from kg.reading.quotations import attribution_of
from kg.records import Quotation

# kind | speaker | cue | words
QUOTED = [
    ("said-that", ["indirect | Sales | sagte | dass die Bank das Haus verkauft"]),
    (
        "said-konjunktiv",
        ["indirect | Sales | sagte | es seien 1200 IS-Kämpfer in die Nachbarländer zurückgekehrt"],
    ),
    ("said-side-by-side", ["indirect | Sales | sagte | die Bank habe das Haus verkauft"]),
    ("speaker-behind", ["indirect | Sales | sagte | Die Bank habe das Haus verkauft"]),
    ("said-aside-konjunktiv", ["indirect | Sales | sagte | Die Bank habe das Haus verkauft"]),
    ("so-speaker", ["indirect | Sales | so | Die Bank verkauft das Haus"]),
    ("president-said", ["indirect | der Präsident | sagte | Hans Meier habe gelogen"]),
    ("denied", ["indirect | Der Minister | bestreitet | dass die Bank das Geld verlor"]),
    (
        "said-infinitive",
        ["reported | Der Minister | dementierte | das Geld genommen zu haben"],
    ),
    ("object-control", ["reported | Trump | forderte | die IS-Kämpfer zurückzunehmen"]),
    ("announced", ["reported | Die Polizei | kündigte | Die Polizei kündigte eine Razzia an."]),
    ("source-first", ["indirect | Sales | Laut | eroberte die Armee die Stadt"]),
    ("source-behind", ["indirect | Der Polizei | zufolge | tötete der Mann den Fahrer"]),
    ("source-noun", ["indirect | Angaben der Polizei | Nach | tötete der Mann den Fahrer"]),
    ("after-time", []),
    (
        "free-run",
        [
            "indirect | Sales | sagte | die Bank habe das Haus verkauft",
            "free_indirect | Sales |  | Die Firma habe die Stadt verlassen. Der Hafen sei stabil.",
            "free_indirect |  |  | Das Gericht habe den Plan geprüft.",
        ],
    ),
    ("direct-behind", ["direct | Sales | sagte | „Die Bank verkauft das Haus“"]),
    ("direct-colon", ["direct | Sales | sagte | „Die Bank verkauft das Haus.“"]),
    (
        "direct-split",
        ["direct | Sales | sagte | „Die Bank verkauft das Haus“ ... „die Stadt kauft das Schiff.“"],
    ),
    (
        "direct-goes-on",
        [
            "direct | Sales | sagte | „Die Bank verkauft das Haus“",
            "direct | Sales |  | „Die Stadt kauft das Schiff.“",
        ],
    ),
    ("direct-lone", ["direct |  |  | „Die Stadt kauft das Schiff.“"]),
    (
        "direct-two",
        ["direct | Sales | sagte | „Die Bank verkauft das Haus. Die Stadt kauft das Schiff.“"],
    ),
    ("scare", []),
    ("title", []),
    ("active", []),
    ("condition", []),
    (
        "rumour-goes-on",
        [
            "indirect | Sales | sagte | die Bank sei leer",
            "free_indirect | Sales |  | Der Präsident soll das Haus verkauft haben.",
        ],
    ),
    ("rumour-alone", ["free_indirect |  |  | Der Präsident soll das Haus verkauft haben."]),
    (
        "plan-goes-on",
        [
            "indirect | Sales | sagte | die Bank sei leer",
            "free_indirect | Sales |  | Die Stadt soll das Haus kaufen.",
        ],
    ),
    ("plan-alone", []),
    (
        "report-retold",
        [
            "indirect | Sales | warnte | die Bank sei leer",
            "free_indirect | Sales |  | Der Minister behaupte, die Stadt zahle.",
            "indirect | Der Minister | behaupte | die Stadt zahle",
        ],
    ),
    ("reason-konjunktiv", ["indirect | Die Polizei |  | weil die Stadt gefallen sei"]),
    (
        "reason-told",
        [
            "reported | Sales | tadelte | Sales tadelte den Plan, weil er zu teuer ist.",
            "indirect | Sales | tadelte | weil er zu teuer ist",
        ],
    ),
    ("source-relative", ["indirect | Umfragen | nach denen | die Stadt den Vertrag ablehnt"]),
    ("cited", ["direct | Sales | zitiert | „Die Bank verkauft das Haus.“"]),
    ("aside-joined", ["indirect | die Polizei | teilte | Die Armee eroberte die Stadt"]),
    ("phrase-in-marks", ["direct | Der Minister | sieht | „einen guten Weg für die Stadt“"]),
    ("view-in-marks", ["direct | den Minister |  | „bedrohlich“"]),
    (
        "either-mood-beside",
        [
            "indirect | Sales | sagte | die Bank sei leer",
            "free_indirect | Sales |  | Die Schulen stärkten die Stadt, und so würden sie begrüßt.",
        ],
    ),
    ("either-mood-alone", ["indirect | Sales | sagte | die Bank sei leer"]),
    ("place-told", ["indirect | Paris | hieß | die Bank sei leer"]),
    ("time-told-not", ["indirect |  | hieß | die Bank sei leer"]),
    ("so-dashes", ["indirect | der Vorwurf | so | Der Sänger ruft zum Mord auf"]),
    ("document-told", ["indirect | einem Bericht | geht | Die Bank verkauft das Haus"]),
    ("source-in-relative", ["indirect | Angaben der Welt | nach | der ... das Haus verkaufte"]),
    (
        "run-after-nobody",
        [
            "indirect | Sales | sagte | die Bank sei leer",
            "free_indirect | Sales |  | Der Hafen sei leer.",
        ],
    ),
    (
        "run-after-other",
        [
            "indirect | Sales | sagte | die Bank sei leer",
            "free_indirect |  |  | Der Hafen sei leer.",
        ],
    ),
    ("as-told-behind", ["indirect | die Welt | berichtete | verkauft die Bank das Haus"]),
    (
        "illustrated",
        ["free_indirect |  |  | Der Deich sei gut: „Er hält.“", "direct |  |  | „Er hält.“"],
    ),
    ("en-said", ["indirect | Sales | said | that the army seized the town"]),
    ("en-direct", ["direct | Sales | said | “The army seized the town,”"]),
    ("en-according", ["indirect | Sales | According | the army seized the town"]),
    ("en-control", ["reported | Trump | urged | to close the port"]),
    ("en-active", []),
    (
        "direct-paragraphs",
        [
            "direct | Sales |  | „Die Bank verkauft das Haus.",
            "direct | Sales | sagte | „Die Stadt kauft das Schiff“",
        ],
    ),
    (
        "as-told",
        ["indirect | die Polizei | mitteilte | tötete der Mann den Fahrer"],
    ),
]


@pytest.mark.parametrize(("name", "expected"), QUOTED)
def test_quotations(name: str, expected: list[str]) -> None:
    assert quotation_lines(parse(name)) == expected


@pytest.mark.parametrize(
    ("verb", "stance"),
    [("sagte", "neutral"), ("bestritt", "deny"), ("behauptete", "doubt"), ("bestätigte", "affirm")],
)
def test_stance_comes_from_the_verb(verb: str, stance: str) -> None:
    (found,) = read(parse("said-that", {"sagte": verb})).quotations
    assert found.stance == stance


@pytest.mark.parametrize(
    ("verb", "stance"),
    [
        ("bestätigte/VVFIN/root=bestätigen", "doubt"),
        ("bestritt/VVFIN/root=bestreiten", "neutral"),
        ("behauptete/VVFIN/root=behaupten", "doubt"),
        ("sagte/VVFIN/root=sagen", "doubt"),
        ("glaubt/VVFIN/root=glauben", "deny"),
    ],
)
def test_a_denied_report_turns_the_stance(verb: str, stance: str) -> None:
    form = verb.partition("/")[0]
    line = (
        f"Anna/NE/nsubj<{form}^PER {verb} nicht/PTKNEG/advmod<{form} , dass/KOUS/mark<log "
        f"Karl/NE/nsubj<log^PER log/VVFIN/ccomp<{form}=lügen ."
    )
    (found,) = read(draw(line)).quotations
    assert found.stance == stance
    (found,) = read(draw(line.replace(" ,", f" nur/ADV/advmod<{form} ,"))).quotations
    assert found.stance == {"bestätigte": "affirm", "bestritt": "deny", "behauptete": "doubt"}.get(
        form, "neutral"
    )


def test_what_is_held_to_be_false_is_denied() -> None:
    line = (
        "Anna/NE/nsubj<hält^PER hält/VVFIN/root=halten es/PPER/obj<hält für/APPR/case<falsch "
        "falsch/ADJD/xcomp<hält , dass/KOUS/mark<log Karl/NE/nsubj<log^PER "
        "log/VVFIN/ccomp<hält=lügen ."
    )
    assert [q.stance for q in read(draw(line)).quotations] == ["deny"]


def test_a_verb_that_reports_nothing_makes_no_quotation() -> None:
    assert quotation_lines(parse("said-that", {"sagte": "lief"})) == []


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("„", "“"),
        ("„", "”"),
        ("»", "«"),
        ("«", "»"),
        ("“", "”"),
        ('"', '"'),
        ("‚", "‘"),
        ("›", "‹"),
        ("‘", "’"),
    ],
)
def test_all_kinds_of_marks(opening: str, closing: str) -> None:
    text = f"Er sagt: {opening}Die Bank schließt.{closing} Und geht."
    spans = find_quoted_spans(text, [(0, len(text))])
    assert [text[s:e] for s, e in spans] == [f"{opening}Die Bank schließt.{closing}"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("„Eins“ und „zwei“", ["„Eins“", "„zwei“"]),
        ("„Eins »und« zwei“", ["„Eins »und« zwei“"]),
        ("Nur „ein Anfang", ["„ein Anfang"]),
        ("„Nur ein Anfang", ["„Nur ein Anfang"]),
        ("The ministers’ ‘best’ plan isn’t", ["‘best’"]),
        ("It wasn‘t said, the ministers’ way", []),
        ("Ein Ende“ nur", []),
        ("", []),
        ("keine", []),
    ],
)
def test_quoted_spans_in_a_paragraph(text: str, expected: list[str]) -> None:
    assert [text[s:e] for s, e in find_quoted_spans(text, [(0, len(text))])] == expected


def test_a_mark_does_not_reach_into_the_next_paragraph() -> None:
    text = "Das „Haus steht.\n\nDort“ ist es."
    spans = find_quoted_spans(text, [(0, 16), (18, len(text))])
    assert [text[s:e] for s, e in spans] == ["„Haus steht.", "Dort“"]


@given(st.text(alphabet='ab „“”»«".,\n', max_size=40))
def test_quoted_spans_are_apart_and_within(text: str) -> None:
    spans = find_quoted_spans(text, [(0, len(text))])
    assert all(0 <= s < e <= len(text) for s, e in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert all(text[s] in '„“»«"”' for s, _ in spans)


def test_the_speaker_is_linked_to_the_mention() -> None:
    tree = parse("direct-behind")
    (found,) = read(tree).quotations
    assert found.mention is not None
    assert tree.slice(found.mention) == "Sales"


def test_the_source_of_a_statement_is_the_one_who_makes_it() -> None:
    tree = parse("source-noun")
    (found,) = read(tree).quotations
    assert found.mention is not None
    assert tree.slice(found.mention) == "Polizei"


@pytest.mark.parametrize("nobody", ["man", "es", "das"])
def test_nobody_is_no_speaker(nobody: str) -> None:
    tree = draw(
        f"{nobody}/PIS/nsubj<sagt sagt/VVFIN/root=sagen ,<verkauft dass/KOUS/mark<verkauft "
        "die/ART/det<Bank Bank/NN/nsubj<verkauft das/ART/det<Haus Haus/NN/obj<verkauft "
        "verkauft/VVFIN/ccomp<sagt=verkaufen ."
    )
    found = read(tree).quotations
    assert all(not q.speaker for q in found)
    assert all(s.attribution != "none" or s.modality != "asserted" for s in read(tree).statements)


def test_the_agent_speaks_in_a_passive() -> None:
    tree = draw(
        "Von/APPR/case<Polizei der/ART/det<Polizei Polizei/NN/obl:agent<mitgeteilt "
        "wurde/VAFIN/aux:pass<mitgeteilt=werden mitgeteilt/VVPP/root=mitteilen ,<kam "
        "dass/KOUS/mark<kam Karl/NE/nsubj<kam^PER das/ART/det<Haus Haus/NN/obj<kam "
        "verließ/VVFIN/ccomp<mitgeteilt=verlassen .".replace("<kam", "<verließ")
    )
    assert quotation_lines(tree) == ["indirect | der Polizei | wurde | dass Karl das Haus verließ"]


def test_indirect_speech_inside_direct_speech_is_left_to_the_direct() -> None:
    tree = draw(
        "„ Er/PPER/nsubj<sagte=er sagte/VVFIN/ccomp<meinte=sagen ,<ging dass/KOUS/mark<ging "
        "Karl/NE/nsubj<ging^PER die/ART/det<Stadt Stadt/NN/obj<ging verließ/VVFIN/ccomp<sagte="
        "verlassen “ , meinte/VVFIN/root=meinen Sales/NE/nsubj<meinte^PER .".replace(
            "<ging", "<verließ"
        )
    )
    (found,) = [s for s in read(tree).statements if s.relation.lemma == "verlassen"]
    assert found.attribution == "direct"
    assert found.speaker is not None
    assert found.speaker.text == "Sales"


def test_the_innermost_quotation_counts_and_its_cue_does_not() -> None:
    outer = Quotation("", ((0, 40),), (), ((4, 8),), "direct", id="outer")
    inner = Quotation("", ((10, 20),), (), ((22, 25),), "indirect", id="inner")
    both = (outer, inner)
    assert attribution_of(12, both) is inner
    assert attribution_of(30, both) is outer
    assert attribution_of(5, both) is None
    assert attribution_of(41, both) is None


def test_a_report_in_konjunktiv_ends_no_free_run() -> None:
    """A free run stops at a report of the article's own."""
    tree = draw(
        "Sales/NE/nsubj<sagte^PER sagte/VVFIN/root=sagen ,<verkauft die/ART/det<Bank "
        "Bank/NN/nsubj<verkauft habe/VAFIN/aux<verkauft=haben das/ART/det<Haus "
        "Haus/NN/obj<verkauft verkauft/VVPP/ccomp<sagte=verkaufen .\n"
        "Maus/NE/nsubj<sagte^PER sagte/VVFIN/root=sagen ,<stabil die/ART/det<Lage "
        "Lage/NN/nsubj<stabil sei/VAFIN/cop<stabil=sein stabil/ADJD/ccomp<sagte .\n"
        "Der/ART/det<Hafen Hafen/NN/nsubj<stabil sei/VAFIN/cop<stabil=sein stabil/ADJD/root ."
    )
    assert [line.split(" | ")[:2] for line in quotation_lines(tree)] == [
        ["indirect", "Sales"],
        ["indirect", "Maus"],
        ["free_indirect", "Maus"],
    ]


# who speaks, where the parser's subject does not say it


LEFT = "Die/ART/det<Firma Firma/NN/nsubj<verließ verließ/VVFIN/root=verlassen die/ART/det<Stadt "
LEFT += "Stadt/NN/obj<verließ ."
KEPT = "habe/VAFIN/aux<verlassen=haben die/ART/det<Stadt Stadt/NN/obj<verlassen verlassen/VVPP/"
SPEAKERS = [
    (
        f"{LEFT}\nDas/PDS/obj<sagte=das sagte/VVFIN/root=sagen Sales/NE/nsubj<sagte^PER .",
        "indirect | Sales | sagte | Die Firma verließ die Stadt",
    ),
    (
        "Wie/KOUS/mark<sagte die/ART/det<WHO WHO/NE/obl<sagte^ORG sagte/VVFIN/advcl<verließ=sagen "
        ",<sagte verließ/VVFIN/root=verlassen die/ART/det<Firma Firma/NN/nsubj<verließ "
        "die/ART/det<Stadt Stadt/NN/obj<verließ .",
        "indirect | die WHO | sagte | verließ die Firma die Stadt",
    ),
    (
        "Die/ART/det<Firma Firma/NN/nsubj<verlassen " + KEPT + "advcl<sagte ,<sagte "
        "sagte/VVFIN/root=sagen Sales/NE/dep<sagte^PER .",
        "indirect | Sales | sagte | Die Firma habe die Stadt verlassen",
    ),
    (
        "Sales/NE/nsubj<kam^PER kam/VVFIN/root=kommen mit/APPR/case<Argument dem/ART/det<Argument "
        "Argument/NN/obl<kam ,<verlassen die/ART/det<Firma Firma/NN/nsubj<verlassen "
        + KEPT
        + "ccomp<Argument .",
        "indirect | Sales | Argument | die Firma habe die Stadt verlassen",
    ),
    (
        "Die/ART/det<Firma Firma/NN/nsubj<verließ verließ/VVFIN/root=verlassen demnach/PAV/"
        "advmod<verließ die/ART/det<Stadt Stadt/NN/obj<verließ .",
        "indirect |  | demnach | Die Firma verließ ... die Stadt",
    ),
    (
        "Karl/NE/dep<Heimat^PER zur/APPRART/case<Heimat Heimat/NN/root : "
        "„ Wir/PPER/nsubj<verlassen=wir verlassen/VVFIN/dep<Heimat die/ART/det<Stadt "
        "Stadt/NN/obj<verlassen . “",
        "direct | Karl |  | „Wir verlassen die Stadt.“",
    ),
]


@pytest.mark.parametrize(("drawn", "expected"), SPEAKERS)
def test_the_speaker_is_found_beside_the_tree(drawn: str, expected: str) -> None:
    assert expected in quotation_lines(draw(drawn))


@pytest.mark.parametrize(
    "drawn",
    [
        # a deed, a wish and an order are no speech
        "Sales/NE/nsubj<unterstützte^PER unterstützte/VVFIN/root=unterstützen den/ART/det<Plan "
        "Plan/NN/obj<unterstützte .",
        "Sales/NE/nsubj<fordern^PER wollte/VMFIN/aux<fordern=wollen den/ART/det<Plan "
        "Plan/NN/obj<fordern fordern/VVINF/root=fordern .",
        # a denial leaves open what is denied
        f"{LEFT}\nDas/PDS/obj<bestritt=das bestritt/VVFIN/root=bestreiten "
        "Sales/NE/nsubj<bestritt^PER .",
    ],
)
def test_a_deed_is_no_speech(drawn: str) -> None:
    assert quotation_lines(draw(drawn)) == []


def test_a_source_inside_what_somebody_says_is_not_the_speaker() -> None:
    tree = draw(
        "Sales/NE/nsubj<sagte^PER sagte/VVFIN/root=sagen ,<verlassen nach/APPR/case<Schätzungen "
        "Schätzungen/NN/obl<verlassen=Schätzung "
        + KEPT.replace("die/ART", "eine/ART")
        + "ccomp<sagte ."
    )
    assert [line.split(" | ")[:2] for line in quotation_lines(tree)] == [["indirect", "Sales"]]


@pytest.mark.parametrize("mark", ["‘", "‚", "“", "›"])
def test_marks_that_nothing_closes_are_passed_over_once(mark: str) -> None:
    text = "a " + f"{mark} " * 200_000
    assert find_quoted_spans(text, [(0, len(text))]) == []


@pytest.mark.parametrize(
    ("drawn", "speaker"),
    [
        (
            "Die/ART/det<Chefin Chefin/NN/nsubj<sagte , Anna/NE/dep<sagte^PER "
            "Berg/NE/flat<Anna^I , sagte/VVFIN/root , alles/PIS/nsubj<sei "
            "sei/VAFIN/ccomp<sagte{Mood=Sub|Tense=Pres} "
            "gut/ADJD/xcomp<sei .",
            "Die Chefin, Anna Berg",
        ),
        (
            "Berg/NE/nsubj<sagte^PER (<ZDP ZDP/NE/dep<sagte )<ZDP sagte/VVFIN/root , "
            "alles/PIS/nsubj<sei sei/VAFIN/ccomp<sagte{Mood=Sub|Tense=Pres} gut/ADJD/xcomp<sei .",
            "Berg (ZDP)",
        ),
    ],
)
def test_what_belongs_to_the_name_of_a_speaker(drawn: str, speaker: str) -> None:
    found = read(draw(drawn)).quotations
    assert [[draw(drawn).text[slice(*s)] for s in q.speaker] for q in found] == [[speaker]]


def test_a_source_in_an_opening_with_wie_tells_the_sentence() -> None:
    line = (
        "Wie/KOUS/mark<wurde laut/APPR/case<Polizei Polizei/NN/obl<wurde bekannt/ADJD/xcomp<wurde "
        "wurde/VVFIN/advcl<tötete=werden , tötete/VVFIN/root=töten Karl/NE/nsubj<tötete^PER "
        "die/ART/det<Frau Frau/NN/obj<tötete ."
    )
    assert [s.attribution for s in read(draw(line)).statements if s.object] == ["indirect"]
