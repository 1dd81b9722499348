"""Numbers with what they count: "rund 15 000 Kämpfer", "1,2 Millionen Euro", "dozens of people".

The words stand in ``ontology/lexicon/<lang>/numbers.tsv``. Years, dates, clock times,
ordinals and numbers that are part of a name ("Artikel 68", "Boeing 737") are not quantities.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from kg.reading.times import find_times, read_number_words
from kg.records import Quantity, Time, shares

_SPACE = r"(?:(?:[^\S\r\n]{1,3}(?:\r?\n)?|\r?\n)[^\S\r\n]{0,3})"
_THIN = r" \u00a0\u2009\u202f"
_DIGITS = {
    "de": rf"[0-9]{{1,3}}(?:[.{_THIN}][0-9]{{3}})+(?![0-9])(?:,[0-9]{{1,6}})?"
    r"|[0-9]{1,15}(?:,[0-9]{1,6}|\.[0-9]{1,2}(?=[^\S\r\n]?(?:%|Prozent|Mi[ol])))?",
    "en": rf"[0-9]{{1,3}}(?:[,{_THIN}][0-9]{{3}})+(?![0-9])(?:\.[0-9]{{1,6}})?"
    r"|[0-9]{1,15}(?:\.[0-9]{1,6})?",
}
_NOT_BEFORE = r"(?<![\w§#:/.,+\u2013-])(?<![0-9] : )"
_NOT_AFTER = {
    "de": r"(?![\w§]|[.,:/][0-9]|-[\w]|/[\w]|\.[^\S\r\n]{0,2}[^\W\d_]"
    r"|[^\S\r\n]?(?:Uhr\b|°|:[^\S\r\n]?[0-9]))",
    "en": r"(?![\w§]|[.,:/][0-9]|-[\w]|/[\w]|[^\S\r\n]?(?:[ap]\.?m\b|o'clock|°))",
}
_ADJECTIVE = (
    r"(?!(?:der|die|das|den|dem|des|eine[mnrs]?|seine[mnrs]?|ihre[mnrs]?|diese[mnrs]?|keine[mnrs]?"
    r"|oder|aber|unter|über|wurden?|hatten?|waren|haben|sollen|werden|seien|weiter(?=\s[A-Z]\w+\s)"
    r"|nach|ohne|hinter|wegen|neben|gegen|auf|in|im|an|am|bei|beim|zu|zum|zur|von|vom|mit|für|vor"
    r"|durch|aus|seit|als|sich|ist|sind|war|wird|hat|habe)\b)"
)
_WORD_EN = r"(?:(?:[A-Z]\.){2,}|[A-Za-z][\w'\u2019-]*)"
_UNIT = {
    "de": rf"(?:{_SPACE}{_ADJECTIVE}[a-zäöüß][a-zäöüß-]*){{0,2}}?"
    rf"(?:{_SPACE}{_ADJECTIVE}[a-zäöüß-]+(?:e|en|er|es|em))?"
    rf"{_SPACE}(?P<noun>[A-ZÄÖÜ][\w]*(?:-[\w]+)*)",
    "en": rf"{_SPACE}(?P<words>{_WORD_EN}(?:{_SPACE}{_WORD_EN}){{0,3}})",
}
_STOP_EN = re.compile(
    r"(?:of|and|or|to|in|on|at|by|for|from|with|as|that|who|which|were|was|are|is|be|been|have|has"
    r"|had|the|an?|this|these|those|said|after|before|during|into|over|under|it|he|she|they|will"
    r"|would)",
    re.IGNORECASE,
)
_TO = {"de": r"bis|[-\u2013]", "en": r"to|[-\u2013]"}
_BETWEEN = {"de": ("[Zz]wischen", "und"), "en": ("[Bb]etween", "and")}
_ONES_DE = "ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun"
_TENS_DE = "zwanzig|drei(?:ß|ss)ig|vierzig|fünfzig|sechzig|siebzig|achtzig|neunzig"
_TEENS_DE = "zehn|elf|zwölf|dreizehn|vierzehn|fünfzehn|sechzehn|siebzehn|achtzehn|neunzehn"
_SMALL_DE = f"(?:(?:{_ONES_DE})und(?:{_TENS_DE})|{_TEENS_DE}|{_TENS_DE}|{_ONES_DE})"
_COMPOUND_DE = (
    f"(?:{_SMALL_DE}|(?:{_ONES_DE})?hundert)?(?:{_SMALL_DE})?tausend"
    f"(?:(?:{_ONES_DE})hundert)?(?:und)?(?:{_SMALL_DE})?"
    f"|(?:{_ONES_DE})?hundert(?:und)?(?:{_SMALL_DE})?|(?:{_ONES_DE})und(?:{_TENS_DE})"
)
_HYPHENS = "-\u2013"


@dataclass(frozen=True, slots=True)
class _Grammar:
    """The words of one language by kind, and the patterns made of them."""

    lang: str
    classes: Mapping[str, Mapping[str, str]]
    number: re.Pattern[str]
    hedge: re.Pattern[str]
    unit: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Bounds:
    value: float
    low: float | None
    high: float | None
    approximate: bool


def find_quantities(
    text: str,
    *,
    lang: str,
    start: int = 0,
    end: int | None = None,
    times: Sequence[Time] | None = None,
) -> list[Quantity]:
    """The quantities in ``text[start:end]``, in order, never overlapping.

    Offsets count from the beginning of ``text``; a span runs from the hedge ("rund") to the
    noun counted. ``low`` and ``high`` are None where open: "mindestens 12" has no ``high``,
    "bis zu 20" no ``low``, "Tausende" is at least 1000. A stretch ("10 bis 20") has its middle
    as ``value``. ``unit`` is the noun as written, or Prozent/percent, Euro/euros ... for a sign.
    ``times`` are those of the text, where they have been found already: no quantities.

    >>> [(q.text, q.value, q.approximate, q.unit) for q in find_quantities(
    ...     "Es waren rund 15 000 Kämpfer.", lang="de")]
    [('rund 15 000 Kämpfer', 15000.0, True, 'Kämpfer')]

    Raises LexiconError for an unknown language.
    """
    stretch = text[start : len(text) if end is None else end]
    grammar = _grammar(lang)
    if times is None:
        times = find_times(text, lang=lang, published=None, start=start, end=end)
    taken = [(t.start - start, t.end - start) for t in times]
    return [
        Quantity(
            text=stretch[q.start : q.end],
            start=q.start + start,
            end=q.end + start,
            value=q.value,
            low=q.low,
            high=q.high,
            approximate=q.approximate,
            unit=q.unit,
        )
        for q in _quantities(stretch, grammar)
        if not shares((q.start, q.end), taken)
    ]


def _quantities(text: str, grammar: _Grammar) -> Iterator[Quantity]:
    floor = 0
    for match in grammar.number.finditer(text):
        if match.start() < floor:
            continue
        hedge = _hedge(text, match, floor, grammar)
        unit, end = _unit(text, match, grammar)
        if _is_name(text, match, hedge is not None, unit, grammar):
            continue
        bounds = _bounds(match, hedge, grammar)
        if bounds is not None:
            begin = hedge.start() if hedge else match.start()
            yield _quantity(text[begin:end], begin, end, bounds, unit)
            floor = end


def _hedge(text: str, match: re.Match[str], floor: int, grammar: _Grammar) -> re.Match[str] | None:
    """The hedge before a number; "über" and "some" are hedges only before digits."""
    hedge = grammar.hedge.search(text, max(floor, match.start() - 30), match.start())
    figures = match["many"] is None and (match["first"][0].isdigit() or match["scale"])
    if hedge is None or figures:
        return hedge
    word = " ".join(hedge["hedge"].lower().split())
    return None if word in grammar.classes["figure_hedge"] else hedge


def _quantity(text: str, start: int, end: int, bounds: _Bounds, unit: str | None) -> Quantity:
    return Quantity(
        text, start, end, bounds.value, bounds.low, bounds.high, bounds.approximate, unit
    )


# ---------------------------------------------------------------- value and bounds


def _bounds(match: re.Match[str], hedge: re.Match[str] | None, grammar: _Grammar) -> _Bounds | None:
    many = match["many"]
    if many:
        scale = match["manyscale"]
        least = float(_look_up(grammar, "multitude", many)) * _scale(scale, grammar)
        return _Bounds(least, least, None, True)
    value = _value(match["first"], match["scale"], grammar)
    second = match["second"]
    if second:
        return _between(match, value, _value(second, match["scale2"], grammar), grammar)
    kind = _look_up(grammar, "hedge", hedge["hedge"]) if hedge else "exact"
    return {
        "exact": _Bounds(value, value, value, False),
        "about": _Bounds(value, value, value, True),
        "least": _Bounds(value, value, None, False),
        "most": _Bounds(value, None, value, False),
        "near": _Bounds(value, None, value, True),
        "over": _Bounds(value, value, None, True),
    }[kind]


def _between(match: re.Match[str], low: float, high: float, grammar: _Grammar) -> _Bounds | None:
    """From low to high; "zwei bis drei Millionen" lends its scale to both."""
    if match["scale2"] and not match["scale"]:
        scaled = _value(match["first"], match["scale2"], grammar)
        low = scaled if scaled < high else low
    return _Bounds((low + high) / 2, low, high, True) if low < high else None


def _value(number: str, scale: str | None, grammar: _Grammar) -> float:
    return _number(number, grammar) * _scale(scale, grammar)


def _scale(words: str | None, grammar: _Grammar) -> float:
    """The product of "hundred million"."""
    product = 1.0
    for word in (words or "").split():
        product *= float(_look_up(grammar, "scale", word))
    return product


def _number(text: str, grammar: _Grammar) -> float:
    if text[0].isdigit():
        decimal = "," if grammar.lang == "de" else "."
        if grammar.lang == "de" and re.fullmatch(r"[0-9]+\.[0-9]{1,2}", text):
            return float(text)
        whole, _, fraction = text.partition(decimal)
        return float(re.sub(r"[^0-9]", "", whole) + "." + (fraction or "0"))
    return sum(_numeral(word, grammar) for word in re.split(r"[\s-]+", text.lower()))


def _numeral(word: str, grammar: _Grammar) -> float:
    """The value of one word; German writes "dreihundertzwölf" as one."""
    value = grammar.classes["cardinal"].get(word) or grammar.classes["one"].get(word)
    if value:
        return float(value)
    for power, name in ((1000, "tausend"), (100, "hundert")):
        head, found, tail = word.partition(name)
        if found:
            rest = tail.removeprefix("und")
            times = _numeral(head, grammar) if head else 1.0
            return times * power + (_numeral(rest, grammar) if rest else 0.0)
    ones, _, tens = word.rpartition("und")
    return _numeral(ones, grammar) + _numeral(tens, grammar)


def _look_up(grammar: _Grammar, kind: str, word: str) -> str:
    return grammar.classes[kind][" ".join(word.lower().split())]


# ---------------------------------------------------------------- the unit, and numbers in names


def _unit(text: str, match: re.Match[str], grammar: _Grammar) -> tuple[str | None, int]:
    """The noun counted and where it ends."""
    sign = match["sign"] or match["front"]
    if sign:
        return _look_up(grammar, "sign", sign), match.end()
    noun = grammar.unit.match(text, match.end())
    if noun is None:
        return None, match.end()
    if grammar.lang == "de":
        return noun["noun"], noun.end()
    return _english_noun(noun, grammar, match.end())


def _english_noun(noun: re.Match[str], grammar: _Grammar, end: int) -> tuple[str | None, int]:
    """The first plural among the next words, else the next word, unless a function word."""
    words = []
    for word in re.finditer(r"\S+", noun["words"]):
        if _STOP_EN.fullmatch(word[0]):
            break
        words.append(word)
    if not words:
        return None, end
    chosen = next((w for w in words if _is_plural(w[0], grammar)), words[0])
    return chosen[0], noun.start("words") + chosen.end()


def _is_plural(word: str, grammar: _Grammar) -> bool:
    plain = word.lower()
    return plain in grammar.classes["plural"] or (
        plain.endswith("s") and not plain.endswith(("ss", "us", "'s", "\u2019s"))
    )


def _is_name(
    text: str, match: re.Match[str], hedged: bool, unit: str | None, grammar: _Grammar
) -> bool:
    """Whether the number names something: "Artikel 68", "Boeing 737", an age in brackets."""
    if match["many"] or match["sign"] or match["front"] or hedged:
        return False
    before = text[max(0, match.start() - 40) : match.start()]
    if before.endswith("(") and text[match.end() : match.end() + 1] == ")":
        return True
    if re.fullmatch(r"0[0-9]+", match["first"]):
        return True
    word = re.search(r"(?:(?P<ended>[.!?:]|^)\s*)?(?P<word>\S+)\s$", before)
    if word is None:
        return False
    if word["word"] in grammar.classes["label"]:
        return True
    named = word["word"][0].isupper() and word["ended"] is None and word["word"][-1].isalnum()
    if unit is None and match["second"]:
        return match["to"] in _HYPHENS
    return named and unit is None and match["scale"] is None


# ---------------------------------------------------------------- the patterns


def _one_of(words: Mapping[str, str]) -> str:
    ordered = sorted(words, key=lambda w: (-len(w), w))
    spaced = (_SPACE.join(map(re.escape, word.split())) for word in ordered)
    return "(?:" + "|".join(f"{w}(?!\\w)" if w[-1].isalnum() else w for w in spaced) + ")"


def _opening(words: Mapping[str, str]) -> dict[str, str]:
    return dict(words) | {w[0].upper() + w[1:]: v for w, v in words.items()}


@cache
def _grammar(lang: str) -> _Grammar:
    written: dict[str, dict[str, str]] = {}
    for row in read_number_words(lang):
        written.setdefault(row.kind, {})[row.word] = row.value
    known = {
        kind: words if kind == "label" else {w.lower(): v for w, v in words.items()}
        for kind, words in written.items()
    }
    known.setdefault("plural", {})
    known["hedge"] |= known["figure_hedge"]
    hedges = _one_of(_opening(written["hedge"] | written["figure_hedge"]))
    hedge = rf"(?<![\w-])(?P<hedge>{hedges}){_SPACE}$"
    return _Grammar(
        lang, known, _number_pattern(lang, written), re.compile(hedge), re.compile(_UNIT[lang])
    )


def _number_pattern(lang: str, words: Mapping[str, Mapping[str, str]]) -> re.Pattern[str]:
    """A number with its scale and sign, two of them, or an uncounted many."""
    scale = rf"(?:{_SPACE}{_one_of(words['scale'])}){{1,2}}"
    figures = rf"(?:{_DIGITS[lang]})"
    number = rf"(?:{figures}{_NOT_AFTER[lang]}|{_numerals(lang, words, scale)}(?![\w-]|\sUhr\b))"
    first = rf"(?:{figures}(?=\s?[{_HYPHENS}]\s?[0-9])|{number})"
    between, joint = _BETWEEN[lang]
    to = rf"(?P<to>(?(between){joint}|(?:{_TO[lang]})))"
    pattern = (
        rf"{_NOT_BEFORE}(?:(?P<between>{between}){_SPACE})?(?P<front>US\$|[$€£])?"
        rf"(?:(?P<first>{first})(?P<scale>{scale})?"
        rf"(?:\s?{to}\s?(?:zu\s)?[$€£]?(?P<second>{number})(?P<scale2>{scale})?)?"
        rf"(?:[^\S\r\n]?(?P<sign>{_one_of(words['sign'])}))?"
        rf"|(?P<many>{_one_of(_opening(words['multitude']))})(?P<manyscale>{scale})?)"
    )
    return re.compile(pattern)


def _numerals(lang: str, words: Mapping[str, Mapping[str, str]], scale: str) -> str:
    """Numbers in words; "eine" is one only before a scale ("eine Million")."""
    cardinal = _one_of(_opening(words["cardinal"]))
    if lang == "de":
        cardinal = rf"{cardinal}|(?:{_COMPOUND_DE})"
    else:
        cardinal = rf"{cardinal}(?:-{_one_of(words['cardinal'])})?"
    return rf"(?:{cardinal}|{_one_of(_opening(words['one']))}(?={scale}))"
