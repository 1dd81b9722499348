"""What the gazetteer says of actors and places."""

from __future__ import annotations

import pytest

from kg.asking.gazetteers import country_of, is_at, read_known, sector_of
from kg.names import ENT


def test_country_and_sector() -> None:
    assert (country_of(ENT + "state-lettland"), sector_of(ENT + "state-lettland")) == ("LV", "GOV")
    assert (country_of(ENT + "person-angela-merkel"), sector_of(ENT + "org-eu")) == ("DE", "IGO")
    assert country_of(ENT + "org-eu") is sector_of(ENT + "person-angela-merkel") is None
    assert country_of(ENT + "nobody") is sector_of("urn:x") is None
    assert len(read_known()) > 2500


@pytest.mark.parametrize(
    ("wanted", "name", "iri", "there"),
    [
        ("Riga", "Riga", ENT + "city-riga", True),
        ("riga ", None, ENT + "city-riga", True),
        ("Lettland", "Riga", ENT + "city-riga", True),
        ("Latvia", "Lettland", ENT + "state-lettland", True),
        ("ent:state-lettland", "Riga", ENT + "city-riga", True),
        ("Estland", "Riga", ENT + "city-riga", False),
        ("Riga", "Lettland", ENT + "state-lettland", False),
        ("Solhavn", "Solhavn", None, True),
        ("Solhavn", None, None, False),
        ("<urn:x>", "anywhere", "urn:x", True),
    ],
)
def test_a_state_takes_in_its_places(
    wanted: str, name: str | None, iri: str | None, there: bool
) -> None:
    assert is_at(wanted)(name, iri) is there
