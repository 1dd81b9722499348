"""Language by stop words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.reading.languages import detect_language

CASES = [
    ("de", "Die Regierung hat das Gesetz nicht beschlossen."),
    ("en", "The government has not passed the bill."),
    ("de", "Merkel trifft Macron"),
    ("en", "Talks with the EU are over"),
    ("de", ""),
    (
        "de",
        "Berlin Hamburg München Köln Frankfurt Stuttgart "
        "Leipzig Essen Bremen Dresden Hannover Mainz",
    ),
    (
        None,
        "Le président de la République a déclaré que "
        "les négociations avec les partenaires se poursuivent à Paris.",
    ),
    (
        None,
        "De regering heeft het wetsvoorstel niet aangenomen, zei "
        "de minister in Den Haag na een lang debat.",
    ),
    (
        None,
        "El gobierno de España ha aprobado los presupuestos "
        "que presentará en el Congreso la próxima semana.",
    ),
    (
        None,
        "Президент России заявил, что переговоры будут продолжены в "
        "ближайшее время в Москве при участии всех сторон.",
    ),
    (
        None,
        "Il presidente del Consiglio ha detto che il governo "
        "non intende modificare la legge nel corso della settimana.",
    ),
]


@pytest.mark.parametrize(("lang", "text"), CASES)
def test_language(lang: str | None, text: str) -> None:
    assert detect_language(text).lang == lang


@given(st.text(max_size=200))
def test_confidence_is_a_share(text: str) -> None:
    assert 0 <= detect_language(text).confidence <= 1
