"""The signs of how sure a statement is: each fires on a parse of its own, and not without cause."""

from __future__ import annotations

import pytest
from treebank import draw, names, parse, read

from kg.confidence import read_weights
from kg.reading.signs import SCENE_SIGNS, SIGNS

CLEAR = (
    "Die/ART/det<Bank Bank/NN/nsubj<verkaufte{Case=Nom|Number=Sing} "
    "verkaufte/VVFIN/root=verkaufen{Number=Sing} das/ART/det<Haus "
    "Haus/NN/obj<verkaufte{Case=Acc|Number=Sing} ."
)
SIGNED = [
    (
        "relative",
        "Der/ART/det<Mann Mann/NN/nsubj<floh ,<kaufte der/PRELS/nsubj<kaufte "
        "Waffen/NN/obj<kaufte kaufte/VVFIN/acl:relcl<Mann=kaufen ,<kaufte "
        "floh/VVFIN/root=fliehen .",
    ),
    (
        "loose_antecedent",
        "Die/ART/det<Chefin Chefin/NN/nsubj<floh der/ART/det<Bank Bank/NN/nmod<Chefin ,<kaufte "
        "die/PRELS/nsubj<kaufte Waffen/NN/obj<kaufte kaufte/VVFIN/acl:relcl<Bank=kaufen ,<kaufte "
        "floh/VVFIN/root=fliehen .",
    ),
    (
        "adverbial",
        "Nachdem/KOUS/mark<stoppte die/ART/det<Wache Wache/NN/nsubj<stoppte das/ART/det<Boot "
        "Boot/NN/obj<stoppte stoppte/VVFIN/advcl<drehte=stoppen ,<stoppte "
        "drehte/VVFIN/root=drehen der/ART/det<Wind Wind/NN/nsubj<drehte .",
    ),
    (
        "passive",
        "Das/ART/det<Boot Boot/NN/nsubj:pass<gestoppt wurde/VAFIN/aux:pass<gestoppt=werden "
        "gestoppt/VVPP/root=stoppen .",
    ),
    (
        "no_agent",
        "Das/ART/det<Boot Boot/NN/nsubj:pass<gestoppt wurde/VAFIN/aux:pass<gestoppt=werden "
        "gestoppt/VVPP/root=stoppen .",
    ),
    (
        "state",
        "Das/ART/det<Tor Tor/NN/nsubj:pass<geschlossen ist/VAFIN/aux:pass<geschlossen=sein "
        "geschlossen/VVPP/root=schließen .",
    ),
    (
        "doubtful_agent",
        "Das/ART/det<Boot Boot/NN/nsubj:pass<gezogen wurde/VAFIN/aux:pass<gezogen=werden "
        "vom/APPRART/case<Ufer Ufer/NN/obl<gezogen gezogen/VVPP/root=ziehen .",
    ),
    (
        "means",
        "Gas/NN/nsubj:pass<gepumpt wurde/VAFIN/aux:pass<gepumpt=werden durch/APPR/case<Rohre "
        "Rohre/NN/obl<gepumpt gepumpt/VVPP/root=pumpen .",
    ),
    (
        "inherited",
        "Der/ART/det<Dieb Dieb/NN/nsubj<stahl stahl/VVFIN/root=stehlen Geld/NN/obj<stahl "
        "und/KON/cc<schlug schlug/VVFIN/conj<stahl=schlagen den/ART/det<Wirt Wirt/NN/obj<schlug .",
    ),
    (
        "unknown_verb",
        "Die/ART/det<Firma Firma/NN/nsubj<zorbte zorbte/VVFIN/root=zorben Gas/NN/obj<zorbte .",
    ),
    (
        "set_phrase",
        "Der/ART/det<Senat Senat/NN/nsubj<stellte stellte/VVFIN/root=stellen Geld/NN/obj<stellte "
        "zur/APPRART/case<Verfügung Verfügung/NN/obl<stellte .",
    ),
    (
        "carrier_left",
        "Der/ART/det<Richter Richter/NN/nsubj<sprach sprach/VVFIN/root=sprechen "
        "den/ART/det<Dieb Dieb/NN/obj<sprach schuldig/ADJD/advmod<sprach .",
    ),
    (
        "predicate_left",
        "Der/ART/det<Wirt Wirt/NN/nsubj<blieb blieb/VVFIN/root=bleiben "
        "unverletzt/ADJD/advmod<blieb .",
    ),
    (
        "causative",
        "Der/ART/det<Wirt Wirt/NN/nsubj<ließ ließ/VVFIN/root=lassen keinen/PIAT/det<Zweifel "
        "Zweifel/NN/obj<ließ .",
    ),
    (
        "content_beside",
        "Der/ART/det<Wirt Wirt/NN/nsubj<hält hält/VVFIN/root=halten den/ART/det<Plan "
        "Plan/NN/obj<hält für/APPR/case<falsch falsch/ADJD/xcomp<hält .",
    ),
    (
        "expletive",
        "Es/PPER/expl<fehlten fehlten/VVFIN/root=fehlen Helfer/NN/nsubj<fehlten .",
    ),
    (
        "stray_particle",
        "Die/ART/det<Proteste Proteste/NN/nsubj<gingen gingen/VVFIN/root=gehen "
        "weiter/PTKVZ/advmod<gingen .",
    ),
    (
        "adjective",
        "Das/ART/det<Boot Boot/NN/nsubj<leer ist/VAFIN/cop<leer=sein leer/ADJD/root .",
    ),
    (
        "two_objects",
        "Die/ART/det<Lehrerin Lehrerin/NN/nsubj<lehrte lehrte/VVFIN/root=lehren "
        "die/ART/det<Kinder Kinder/NN/obj<lehrte das/ART/det<Lied Lied/NN/obj<lehrte .",
    ),
    (
        "object_first",
        "Das/ART/det<Boot Boot/NN/obj<stoppte stoppte/VVFIN/root=stoppen die/ART/det<Wache "
        "Wache/NN/nsubj<stoppte .",
    ),
    (
        "number_clash",
        "Hilfe/NN/nsubj<boten{Number=Sing} boten/VVFIN/root=bieten{Number=Plur} "
        "die/ART/det<Städte Städte/NN/obj<boten .",
    ),
    (
        "case_clash",
        "Zeugen/NN/nsubj<droht{Case=Dat} droht/VVFIN/root=drohen Haft/NN/obj<droht .",
    ),
    (
        "dative",
        "Die/ART/det<Stadt Stadt/NN/nsubj<half half/VVFIN/root=helfen "
        "Bauern/NN/iobj<half{Case=Dat} .",
    ),
    (
        "acts_on_actor",
        "Der/ART/det<Frost Frost/NN/nsubj<lähmt lähmt/VVFIN/root=lähmen "
        "Frankreich/NE/obj<lähmt^LOC .",
    ),
    ("pronoun", "Sie/PPER/nsubj<kaufte kaufte/VVFIN/root=kaufen Gas/NN/obj<kaufte ."),
    (
        "no_noun",
        "Der/ART/det<Wirt Wirt/NN/nsubj<sah sah/VVFIN/root=sehen rot/ADJA/obj<sah .",
    ),
    ("no_object", "Der/ART/det<Wirt Wirt/NN/nsubj<floh floh/VVFIN/root=fliehen ."),
    (
        "unframed",
        "Der/ART/det<Wirt Wirt/NN/nsubj<klopfte klopfte/VVFIN/root=klopfen an/APPR/case<Türen "
        "Türen/NN/obl<klopfte .",
    ),
    (
        "rivals",
        "Der/ART/det<Wirt Wirt/NN/nsubj<fuhr fuhr/VVFIN/root=fahren mit/APPR/case<Gepäck "
        "Gepäck/NN/obl<fuhr durch/APPR/case<Städte Städte/NN/obl<fuhr .",
    ),
    (
        "likened",
        "Der/ART/det<Wirt Wirt/NN/nsubj<galt galt/VVFIN/root=gelten als/APPR/case<Dieb "
        "Dieb/NN/obl<galt .",
    ),
    (
        "cut",
        "Die/ART/det<Firma Firma/NN/nsubj<kaufte kaufte/VVFIN/root=kaufen "
        "Öl-/TRUNC:NOUN/obj<kaufte .",
    ),
    (
        "wordy",
        "Die/ART/det<Firma Firma/NN/nsubj<kaufte kaufte/VVFIN/root=kaufen das/ART/det<Haus "
        "alte/ADJA/amod<Haus rote/ADJA/amod<Haus hohe/ADJA/amod<Haus schöne/ADJA/amod<Haus "
        "leere/ADJA/amod<Haus große/ADJA/amod<Haus teure/ADJA/amod<Haus Haus/NN/obj<kaufte .",
    ),
    (
        "marked",
        "Die/ART/det<Firma „<Welle Welle/NE/appos<Firma “<Welle Firma/NN/nsubj<kaufte "
        "kaufte/VVFIN/root=kaufen Gas/NN/obj<kaufte .",
    ),
    (
        "hedged",
        "Der/ART/det<Wirt Wirt/NN/nsubj<floh floh/VVFIN/root=fliehen und/KON/cc<rief "
        "rief/VVFIN/conj<floh=rufen angeblich/ADJD/advmod<rief .",
    ),
    (
        "broken",
        "Die/ART/det<Firma Firma/NN/nsubj<kaufte kaufte/VVFIN/root=kaufen Gas/NN/obj<kaufte",
    ),
    (
        "parted",
        "Die/ART/det<Firma Firma/NN/nsubj<kaufte kaufte/VVFIN/root=kaufen "
        "Gas/NN/obj<kaufte –<kaufte "
        "heute/ADV/advmod<kaufte .",
    ),
]


def signs_of(line: str) -> set[str]:
    """The signs of all statements of a drawn sentence."""
    found = read(draw(line)).statements
    assert found, line
    return {sign for statement in found for sign in statement.signs}


def test_a_clear_sentence_has_no_signs() -> None:
    assert signs_of(CLEAR) == set()


@pytest.mark.parametrize(("sign", "line"), SIGNED, ids=[sign for sign, _ in SIGNED])
def test_a_sign_fires(sign: str, line: str) -> None:
    assert sign in signs_of(line)


@pytest.mark.parametrize("name", sorted({*SIGNS, *SCENE_SIGNS}))
def test_every_sign_is_weighed_and_tested(name: str) -> None:
    assert name in read_weights()
    assert name in {sign for sign, _ in SIGNED} | ELSEWHERE


ELSEWHERE = {"no_finite", "resolved"}
"""Signs that a parse of the treebank has, because they need more than a clause."""


@pytest.mark.parametrize("sign", sorted(ELSEWHERE | {"participle", "office"}))
def test_a_sign_fires_in_the_treebank(sign: str) -> None:
    assert any(sign in s.signs for name in names("de") for s in read(parse(name)).statements)


def test_every_weight_is_of_a_sign() -> None:
    assert set(read_weights()) == {*SIGNS, *SCENE_SIGNS, "base", "office", "participle"}
