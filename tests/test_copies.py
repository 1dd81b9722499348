"""Copies are found by their text: revised and shortened ones, not those that only quote."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.knowing import copies
from kg.knowing.copies import SHORT, are_copies, group_copies, resemblance, sketch_text

AGENCY = (
    "Die Hafenpolizei hat in der Nacht zum Dienstag drei Lagerhallen der Reederei Nordwind "
    "durchsucht. Nach Angaben der Staatsanwaltschaft geht es um den Verdacht, dass giftige "
    "Abfälle ohne Genehmigung verschifft wurden. Bei dem Einsatz stellten die Beamten vierzig "
    "Ordner, mehrere Rechner und ein Mobiltelefon sicher. Festgenommen wurde zunächst niemand. "
    "Die Sprecherin des Unternehmens, Anna Berg, wies die Vorwürfe am Vormittag zurück. "
    "Nordwind arbeite mit den Behörden zusammen und habe nichts zu verbergen, sagte sie. Der "
    "Umweltverband Klare See hatte vor zwei Wochen Anzeige erstattet. Dessen Vorsitzender Jan "
    "Holm sprach von einem überfälligen Schritt. In den Hallen lagern nach seinen Worten seit "
    "dem Frühjahr Fässer, deren Inhalt niemand kenne. Der Senat will sich am Donnerstag mit dem "
    "Fall befassen. Die Opposition verlangt, bis dahin alle Frachtpapiere der letzten fünf Jahre "
    "vorzulegen. Ein Gutachter soll klären, ob Grundwasser verunreinigt worden ist. Mit einem "
    "Ergebnis wird frühestens im Oktober gerechnet. Bis zum Abend blieb die Zufahrt zum "
    "Südbecken für Lastwagen gesperrt, danach rollte der Verkehr wieder."
)
OTHER = (
    "Im Streit um die neue Uferstraße haben sich Stadt und Anwohner auf einen Aufschub geeinigt. "
    "Die Bagger rücken nun erst nach der Brutzeit an, wie Baustadträtin Mira Solling mitteilte. "
    "Für die Verzögerung nannte sie auch Lieferschwierigkeiten beim Naturstein. Die Kosten "
    "steigen dadurch um rund eine Million Taler auf neun Millionen. Der Bürgerverein begrüßte "
    "die Entscheidung, will seine Klage aber vorerst nicht zurückziehen. Man habe schlechte "
    "Erfahrungen mit Zusagen gemacht, erklärte Vorstand Pelle Brandt. Das Verwaltungsgericht "
    "hatte im Winter einen Eilantrag abgelehnt, eine Verhandlung zur Hauptsache jedoch "
    "angesetzt. Gebaut wird zwischen Alter Mole und Leuchtturm auf einer Länge von zwei "
    "Kilometern. Radfahrer bekommen eine eigene Spur, Parkplätze fallen weg. Der Einzelhandel "
    "fürchtet Einbußen und fordert einen Ausgleich aus der Stadtkasse."
)
SENTENCES = AGENCY.replace(". ", ".\n").split("\n")
QUOTING = OTHER.replace(
    "Parkplätze fallen weg.", f"Parkplätze fallen weg. {SENTENCES[5]} {SENTENCES[7]}"
)


def revise(text: str, share: float, seed: int) -> str:
    """The text with a share of its words changed, wherever they stand."""
    words = text.split()
    drawn = random.Random(seed)
    for at in drawn.sample(range(len(words)), round(share * len(words))):
        words[at] = f"anders{drawn.randrange(10**6)}"
    return " ".join(words)


def shorten(text: str, share: float = 2 / 3) -> str:
    words = text.split()
    return " ".join(words[: round(share * len(words))])


def same(one: str, other: str) -> bool:
    """Do two texts end in one group?"""
    groups = group_copies({"a": sketch_text(one), "b": sketch_text(other)})
    assert (groups["a"] == groups["b"]) == are_copies(sketch_text(one), sketch_text(other))
    return groups["a"] == groups["b"]


@pytest.mark.parametrize("seed", range(30))
def test_a_text_with_each_fifth_word_changed_is_a_copy(seed: int) -> None:
    assert same(AGENCY, revise(AGENCY, 0.2, seed))


def test_a_text_cut_to_two_thirds_is_a_copy() -> None:
    assert same(AGENCY, shorten(AGENCY))
    assert same(AGENCY, " ".join(SENTENCES[:9]))
    assert resemblance(sketch_text(AGENCY), sketch_text(shorten(AGENCY))) > 0.9
    assert same(AGENCY, f"Südhafen (anp) - {AGENCY.upper()}\n\n© Agentur")


def test_a_text_that_only_quotes_another_is_none() -> None:
    assert QUOTING.count("Nordwind") == 1
    assert not same(AGENCY, QUOTING)
    assert same(OTHER, QUOTING)
    assert not same(AGENCY, OTHER)


def test_a_text_that_holds_two_others_is_a_copy_of_one_at_most() -> None:
    both = f"{AGENCY} {OTHER}"
    assert same(both, AGENCY)
    assert not same(both, OTHER)
    assert not same(f"{both} {revise(OTHER, 1, 0)}", AGENCY)


def test_a_report_of_the_same_in_other_words_is_none() -> None:
    own = (
        "Mit einer Razzia haben Ermittler am frühen Dienstag auf Hinweise von Umweltschützern "
        "reagiert. Ihr Ziel: Hallen am Südbecken, in denen die Reederei Nordwind Fässer unklarer "
        "Herkunft aufbewahrt. Holm, der den Verband Klare See leitet, zeigte sich zufrieden. Das "
        "Unternehmen bestreitet, Müll ohne Papiere ins Ausland gebracht zu haben; man helfe den "
        "Fahndern, so Berg. Unterlagen und Datenträger wurden abtransportiert, Haftbefehle gibt "
        "es keine. Ob der Boden belastet ist, untersucht nun ein Labor."
    )
    assert not same(AGENCY, own)


def test_short_texts_are_copies_of_their_equals_only() -> None:
    short = " ".join(AGENCY.split()[: SHORT - 1])
    assert same(short, short.replace(" ", "\n").lower())
    assert not same(short, short.replace("drei", "vier"))
    assert not same(short, AGENCY)
    assert not same("", "Kurz.")
    assert same("", " - ")


def test_a_sketch_is_the_same_on_every_machine() -> None:
    assert sketch_text("Die Fähre sank.") == (1, 265067282269223)
    sketch = sketch_text(AGENCY)
    assert len(sketch) == copies.SAMPLE + 1
    assert max(sketch) < 2**48
    assert [*sketch[1:]] == sorted(set(sketch[1:]))
    assert sketch_text("Fa\u0308hre im Ha\xadfen \udc80") == sketch_text("FÄHRE im Hafen \udc80")


def test_copies_of_copies_are_one_group_named_by_the_smallest() -> None:
    middle = shorten(AGENCY, 0.7)
    texts = {"c": AGENCY, "b": middle, "d": shorten(middle, 0.7), "a": OTHER}
    assert not are_copies(sketch_text(texts["c"]), sketch_text(texts["d"]))
    groups = group_copies({id: sketch_text(text) for id, text in texts.items()})
    assert groups == {"a": "a", "b": "b", "c": "b", "d": "b"}


WORDS = st.sampled_from([f"wort{n}" for n in range(12)])
TEXTS = st.lists(WORDS, max_size=90).map(" ".join) | st.sampled_from([AGENCY, OTHER, QUOTING])
SKETCHES = TEXTS.map(sketch_text)


@given(SKETCHES, SKETCHES)
def test_resemblance_is_symmetric_and_a_share(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    assert resemblance(a, b) == resemblance(b, a)
    assert 0 <= resemblance(a, b) <= 1
    assert are_copies(a, b) == are_copies(b, a)
    assert resemblance(a, a) == 1
    assert are_copies(a, a)


@given(st.dictionaries(st.text(max_size=3), SKETCHES, max_size=12), st.randoms())
def test_groups_know_no_order_and_name_themselves(
    sketches: dict[str, tuple[int, ...]], drawn: random.Random
) -> None:
    groups = group_copies(sketches)
    ids = list(sketches)
    drawn.shuffle(ids)
    assert group_copies({id: sketches[id] for id in ids}) == groups
    assert set(groups) == set(sketches)
    assert all(groups[name] == name <= id for id, name in groups.items())
    assert group_copies({name: sketches[name] for name in groups.values()}).keys() == {
        *groups.values()
    }


@given(st.lists(st.integers(0, 10**6), min_size=SHORT, max_size=64, unique=True))
@settings(max_examples=30, derandomize=True)  # an estimate: now and then a draw is far off
def test_a_small_text_is_measured_exactly(numbers: list[int]) -> None:
    whole = " ".join(map(str, numbers))
    half = " ".join(map(str, numbers[: len(numbers) * 2 // 3]))
    other = " ".join(f"x{number}" for number in numbers)
    assert resemblance(sketch_text(whole), sketch_text(f"{half} {other}")) == pytest.approx(
        (len(numbers) * 2 // 3 - 1) / (len(numbers) - 1), abs=0.16
    )
    assert resemblance(sketch_text(whole), sketch_text(other)) == 0


def test_many_articles_need_few_comparisons(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where all share a phrase, and where hundreds are variants of one text."""
    drawn = random.Random(7)
    vocabulary = [f"w{number}" for number in range(3000)]
    texts = {
        f"n{n:04}": f"das teilte die Behörde mit {' '.join(drawn.choices(vocabulary, k=60))}"
        for n in range(3000)
    }
    texts |= {f"c{n:03}": f"{revise(AGENCY, 0.05, n)}" for n in range(300)}
    sketches = {id: sketch_text(text) for id, text in texts.items()}
    compared = 0

    def count(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
        nonlocal compared
        compared += 1
        return are_copies(a, b)

    monkeypatch.setattr(copies, "are_copies", count)
    groups = group_copies(sketches)
    assert {groups[id] for id in texts if id.startswith("c")} == {"c000"}
    assert all(groups[id] == id for id in texts if id.startswith("n"))
    assert compared < 8 * len(texts)
