"""Time expressions as half-open intervals of days: "am Donnerstag", "im März", "since 2015".

The words stand in ``ontology/lexicon/<lang>/{months,weekdays,timewords,numbers}.tsv``;
this module is the grammar. Every *form* is a regular expression over word classes and
a reader that turns a match into days. A form found in the text then takes the
preposition before it ("seit", "bis", "by") and may join a second one ("von 2010 bis 2012").

An interval is never narrower than the words: "2014" is a year, "Anfang März" ten days.
What is relative to the day of publication has open ends when that day is not known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

from kg.errors import InputError, LexiconError
from kg.lexicon import ontology_path, read_table
from kg.records import Time


@dataclass(frozen=True, slots=True)
class MonthWord:
    """A word for a month and its number, January = 1."""

    word: str
    number: str


@dataclass(frozen=True, slots=True)
class WeekdayWord:
    """A word for a day of the week and its number, Monday = 1."""

    word: str
    number: str


@dataclass(frozen=True, slots=True)
class TimeWord:
    """A word of a time expression; kinds and values are told at the head of the table."""

    word: str
    kind: str
    value: str
    example: str


@dataclass(frozen=True, slots=True)
class NumberWord:
    """A word of a number; kinds and values are told at the head of the table."""

    word: str
    kind: str
    value: str
    example: str


@dataclass(frozen=True, slots=True)
class _Days:
    begin: date | None
    until: date | None
    precision: str


@dataclass(frozen=True, slots=True)
class _Words:
    """The word classes of one language: class -> word -> value; words of a text in lower case."""

    lang: str
    classes: Mapping[str, Mapping[str, str]]

    def value(self, kind: str, word: str) -> str:
        """The value of a word of the text, whose spaces may be line ends."""
        known = self.classes[kind]
        return known.get(word) or known[" ".join(word.lower().split())]

    def number(self, word: str) -> int | None:
        """The count that a numeral names; None for a vague one ("einige")."""
        plain = " ".join(word.lower().split())
        if plain.isdigit():
            return int(plain)
        value = self.classes["cardinal"].get(plain) or self.classes["one"].get(plain)
        return int(float(value)) if value else None


@dataclass(frozen=True, slots=True)
class _Calendar:
    """What a reader may ask: the words, the day of publication, and which way to look."""

    words: _Words
    published: date | None
    forward: bool = False


_Reader = Callable[[re.Match[str], _Calendar], _Days | None]


@dataclass(frozen=True, slots=True)
class _Found:
    """A form found in the text. ``bare`` ones count only after a preposition."""

    match: re.Match[str]
    reader: _Reader
    days: _Days
    bare: bool

    @property
    def start(self) -> int:
        return self.match.start()

    @property
    def end(self) -> int:
        return self.match.end()


# ---------------------------------------------------------------- days and spans of days

_FINER = {"week": "day", "month": "week", "season": "month", "year": "season", "decade": "year"}
_SEASON_MONTH = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
_PART_MONTHS = {"quarter": 3, "half": 6}


def _unknown(precision: str) -> _Days:
    return _Days(None, None, precision)


def _day(day: date, length: int = 1) -> _Days:
    return _Days(day, day + timedelta(days=length), "day")


def _week(day: date) -> _Days:
    monday = day - timedelta(days=day.weekday())
    return _Days(monday, monday + timedelta(days=7), "week")


def _months(year: int, month: int, length: int, precision: str) -> _Days:
    """``length`` months from a month on, which may be counted beyond December or below January."""
    return _Days(_first_of(year, month), _first_of(year, month + length), precision)


def _first_of(year: int, month: int) -> date:
    years, index = divmod(month - 1, 12)
    return date(year + years, index + 1, 1)


def _year(year: int) -> _Days:
    return _months(year, 1, 12, "year")


def _unit_of(day: date, unit: str, shift: int) -> _Days | None:
    """The calendar week, month, year ... that lies ``shift`` units from the one of ``day``."""
    if unit == "week":
        return _week(day + timedelta(weeks=shift))
    if unit == "month":
        return _months(day.year, day.month + shift, 1, "month")
    if unit == "year":
        return _year(day.year + shift)
    if unit == "decade":
        return _months(day.year // 10 * 10 + 10 * shift, 1, 120, "decade")
    return _weekend(day, shift) if unit == "weekend" else None


def _weekend(day: date, shift: int) -> _Days:
    """Saturday and Sunday: the last that has begun, the last that is over, or the next."""
    saturday = day - timedelta(days=(day.weekday() - 5) % 7)
    if shift < 0 and day <= saturday + timedelta(days=1):
        saturday -= timedelta(weeks=1)
    if shift > 0:
        saturday += timedelta(weeks=1)
    return _day(saturday, 2)


def _back(day: date, unit: str, count: int) -> date:
    """The day ``count`` units before (after, where negative); the 31st falls back to the 28th."""
    if unit in {"day", "hour"}:
        return day - timedelta(days=count if unit == "day" else 0)
    if unit in {"week", "weekend"}:
        return day - timedelta(weeks=count)
    months = {"month": 1, "year": 12, "decade": 120}[unit] * count
    first = _first_of(day.year, day.month - months)
    return first.replace(day=min(day.day, 28))


def _narrow(days: _Days, edge: str, published: date | None) -> _Days:
    """Beginning, middle or end of a stretch of days; "earlier" and "later" cut at publication."""
    if days.begin is None or days.until is None:
        return replace(days, precision=_FINER.get(days.precision, days.precision))
    if edge in {"sofar", "rest"}:
        return _cut(days, edge, published)
    low, high = {"early": (0.0, 0.34), "mid": (0.33, 0.67), "late": (0.66, 1.0)}[edge]
    length = (days.until - days.begin).days
    begin = _round(days.begin, length * low, days.precision)
    until = _round(days.begin, length * high, days.precision) if high < 1 else days.until
    return _Days(begin, until, _FINER.get(days.precision, "day"))


def _round(begin: date, offset: float, precision: str) -> date:
    """A cut inside a year falls on a first of the month, inside a decade on a New Year's Day."""
    day = begin + timedelta(days=round(offset))
    if precision == "year":
        return _first_of(begin.year, 1 + round(offset / 30.5))
    return date(begin.year + round(offset / 365.25), 1, 1) if precision == "decade" else day


def _cut(days: _Days, edge: str, published: date | None) -> _Days:
    assert days.begin is not None and days.until is not None
    if published is None or not days.begin <= published < days.until:
        return days
    if edge == "sofar":
        return replace(days, until=published + timedelta(days=1))
    return replace(days, begin=published)


# ---------------------------------------------------------------- readers of the forms


def _group(match: re.Match[str], name: str) -> str | None:
    return match.groupdict().get(name)


def _edged(days: _Days | None, match: re.Match[str], calendar: _Calendar) -> _Days | None:
    edge = _group(match, "edge")
    if days is None or edge is None:
        return days
    return _narrow(days, calendar.words.value("edge", edge), calendar.published)


def _year_number(match: re.Match[str], calendar: _Calendar) -> int | None:
    """The year written in the expression, or named by "vergangenen Jahres"; else None."""
    year, shift = _group(match, "year"), _group(match, "yshift")
    if shift and calendar.published:
        return calendar.published.year + int(calendar.words.value("shift", shift))
    if not year:
        return None
    if len(year) == 4:
        return int(year)
    latest = (calendar.published.year if calendar.published else 2030) + 5
    return latest - (latest - int(year)) % 100


def _read_date(match: re.Match[str], calendar: _Calendar) -> _Days | None:
    month = _group(match, "month")
    number = calendar.words.value("month", month) if month else match["monthnum"]
    try:
        days = _date_in(match, int(number), _year_number(match, calendar), calendar.published)
    except ValueError:
        return None
    later = _group(match, "day2")
    if later is None or days.begin is None:
        return days
    length = int(later) - int(match["day"]) + 1
    return _day(days.begin, length) if 1 < length < 31 else None


def _date_in(match: re.Match[str], month: int, year: int | None, published: date | None) -> _Days:
    """The day in its year; without a year, the one nearest to the day of publication."""
    day = int(match["day"])
    if year is not None:
        return _day(date(year, month, day))
    date(2000, month, day)
    if published is None:
        return _unknown("day")
    years = range(published.year - 4, published.year + 5)
    candidates = [date(y, month, day) for y in years if day < 29 or _exists(y, month, day)]
    return _day(min(candidates, key=lambda d: (abs(d - published), d)))


def _exists(year: int, month: int, day: int) -> bool:
    return day <= (_first_of(year, month + 1) - timedelta(days=1)).day


_FIRST_NAME = re.compile(r"[\w,] (?P<word>[A-ZÄÖÜ][a-zäöüß]+) $")


def _is_surname(match: re.Match[str], words: _Words) -> bool:
    """As in "Jerzy Montag": a capitalised word before it that opens no sentence."""
    first = _FIRST_NAME.search(match.string, max(0, match.start() - 30), match.start())
    return first is not None and first["word"] not in words.classes["weekday"]


def _read_weekday(match: re.Match[str], calendar: _Calendar) -> _Days | None:
    if calendar.words.lang == "de" and _is_surname(match, calendar.words):
        return None
    if calendar.published is None:
        return _unknown("day")
    todays = _group(match, "todays")
    if todays:
        shift = int(calendar.words.value("todays", todays))
        return _day(calendar.published + timedelta(days=shift))
    number = int(calendar.words.value("weekday", match["weekday"])) - 1
    week = _group(match, "weekshift")
    if week:
        shift = int(calendar.words.value("shift", week))
        monday = calendar.published - timedelta(days=calendar.published.weekday())
        return _day(monday + timedelta(weeks=shift, days=number))
    return _day(_weekday_near(match, calendar, calendar.published, number))


def _weekday_near(match: re.Match[str], calendar: _Calendar, published: date, number: int) -> date:
    """The day itself: the last one up to publication, unless a word points elsewhere."""
    word = _group(match, "shift")
    shift = int(calendar.words.value("shift", word)) if word else None
    back = (published.weekday() - number) % 7
    ahead = (number - published.weekday()) % 7
    if shift == -1:
        return published - timedelta(days=back or 7)
    if shift == 1:
        return published + timedelta(days=ahead or 7)
    if shift == 0:
        return published + timedelta(days=number - published.weekday())
    return published + timedelta(days=ahead) if calendar.forward else published - timedelta(back)


def _read_night(match: re.Match[str], calendar: _Calendar) -> _Days | None:
    """The night before a day touches two days."""
    days = _read_weekday(match, calendar)
    if days is None or days.begin is None:
        return days
    return _day(days.begin - timedelta(days=1), 2)


def _read_day_word(match: re.Match[str], calendar: _Calendar) -> _Days | None:
    word = match["word"]
    if word[0].isupper() and not _opens_sentence(match):
        return None
    if calendar.published is None:
        return _unknown("day")
    return _day(calendar.published + timedelta(days=int(calendar.words.value("day", word))))


_OPENERS = " \t\n\r\"'(\u201e\u201c\u00bb\u00ab\u201a\u2018"


def _opens_sentence(match: re.Match[str]) -> bool:
    before = match.string[: match.start()].rstrip(_OPENERS)
    return not before or before[-1] in ".!?:;\u2013-"


def _read_month(match: re.Match[str], calendar: _Calendar) -> _Days | None:
    month = int(calendar.words.value("month", match["month"]))
    return _edged(_month_near(match, calendar, month), match, calendar)


def _month_near(match: re.Match[str], calendar: _Calendar, month: int) -> _Days:
    year = _year_number(match, calendar)
    if year is not None:
        return _months(year, month, 1, "month")
    if calendar.published is None:
        return _unknown("month")
    this_year = _months(calendar.published.year, month, 1, "month")
    return _latest(calendar, _group(match, "shift"), this_year)


def _latest(calendar: _Calendar, shift: str | None, this_year: _Days) -> _Days:
    """The yearly stretch that has begun last; the last that is over; or the next to begin."""
    direction = int(calendar.words.value("shift", shift)) if shift else 0
    published = calendar.published
    assert published is not None and this_year.begin is not None and this_year.until is not None
    if shift and direction == 0:
        return this_year
    if direction > 0 or (calendar.forward and not shift):
        over = this_year.begin <= published if direction > 0 else this_year.until <= published
        return _years_on(this_year, 1 if over else 0)
    begun = this_year.until <= published if direction < 0 else this_year.begin <= published
    return _years_on(this_year, 0 if begun else -1)


def _years_on(days: _Days, count: int) -> _Days:
    assert days.begin is not None and days.until is not None
    begin, until = (d.replace(year=d.year + count) for d in (days.begin, days.until))
    return _Days(begin, until, days.precision)


def _read_season(match: re.Match[str], calendar: _Calendar) -> _Days | None:
    first = _SEASON_MONTH[calendar.words.value("season", match["season"])]
    year = _year_number(match, calendar)
    if year is not None:
        days = _months(year, first, 3, "season")
    elif calendar.published is None:
        days = _unknown("season")
    else:
        this_year = _months(calendar.published.year, first, 3, "season")
        days = _latest(calendar, _group(match, "shift"), this_year)
    return _edged(days, match, calendar)


def _read_part_of_year(match: re.Match[str], calendar: _Calendar) -> _Days | None:
    ordinal = match["ordinal"].rstrip(".")
    number = int(ordinal) if ordinal.isdigit() else int(calendar.words.value("ordinal", ordinal))
    length = _PART_MONTHS[calendar.words.value("part", match["part"])]
    if number * length > 12 or number < 1:
        return None
    first = 1 + (number - 1) * length
    year = _year_number(match, calendar)
    if year is not None:
        return _months(year, first, length, "season")
    if calendar.published is None:
        return _unknown("season")
    return _latest(calendar, None, _months(calendar.published.year, first, length, "season"))


def _read_year(match: re.Match[str], calendar: _Calendar) -> _Days | None:
    if not _names_year(match, calendar.words):
        return None
    days = _year(int(match["year"]))
    second = _group(match, "year2")
    if second:
        last = int(second) if len(second) == 4 else int(match["year"][:2] + second)
        if not 0 < last - int(match["year"]) < 100:
            return None
        return replace(days, until=date(last + 1, 1, 1))
    return _edged(days, match, calendar)


def _read_decade(match: re.Match[str], calendar: _Calendar) -> _Days | None:
    digits, word = _group(match, "digits"), _group(match, "decade")
    if word:
        year = int(calendar.words.value("decade", word))
    else:
        year = int(digits or 0) if len(digits or "") == 4 else 1900 + int(digits or 0)
    if year % 10 or year < 1000:
        return None
    return _edged(_months(year, 1, 120, "decade"), match, calendar)


def _read_unit(match: re.Match[str], calendar: _Calendar) -> _Days | None:
    """As in "vergangene Woche", "in den kommenden drei Jahren", "Ende des Jahres"."""
    word = _group(match, "shift")
    shift = int(calendar.words.value("shift", word)) if word else 0
    unit = calendar.words.value("unit", match["unit"])
    count = _group(match, "n")
    if count or unit.endswith("+"):
        return _stretch(unit.rstrip("+"), shift, count, calendar)
    if unit in {"day", "hour"}:
        return None
    if calendar.published is None:
        return _edged(_unknown("day" if unit == "weekend" else unit), match, calendar)
    return _edged(_unit_of(calendar.published, unit, shift), match, calendar)


def _stretch(unit: str, shift: int, count: str | None, calendar: _Calendar) -> _Days | None:
    """Several units up to publication or from it on; open where nobody counted them."""
    precision = "day" if unit in {"hour", "weekend"} else unit
    number = calendar.words.number(count) if count else None
    if shift == 0:
        return None
    if calendar.published is None:
        return _unknown(precision)
    here = calendar.published + timedelta(days=1) if shift < 0 else calendar.published
    if number is None:
        return _Days(None, here, precision) if shift < 0 else _Days(here, None, precision)
    there = _back(calendar.published, unit, number * -shift)
    if shift < 0:
        return _Days(there, here, precision)
    return _Days(here, there + timedelta(days=1), precision)


def _read_fixed(match: re.Match[str], calendar: _Calendar) -> _Days | None:
    unit, shift, *edge = calendar.words.value("fixed", match["fixed"]).split(":")
    days = _unit_of(calendar.published, unit, int(shift)) if calendar.published else _unknown(unit)
    if days is not None and edge:
        days = _narrow(days, edge[0], calendar.published)
    return _edged(days, match, calendar)


def _read_ago(match: re.Match[str], calendar: _Calendar) -> _Days | None:
    unit = calendar.words.value("unit", match["unit"]).rstrip("+")
    precision = "day" if unit in {"hour", "weekend"} else unit
    if calendar.published is None:
        return _unknown(precision)
    number = calendar.words.number(match["n"])
    if number is None:
        return _Days(None, calendar.published, precision)
    day = _back(calendar.published, unit, number)
    return _day(day) if precision == "day" else _unit_of(day, unit, 0)


def _read_since_count(match: re.Match[str], calendar: _Calendar) -> _Days | None:
    """As in "seit drei Jahren": begun then, not over; "seit Jahren": nobody says when."""
    unit = calendar.words.value("unit", match["unit"]).rstrip("+")
    precision = "day" if unit in {"hour", "weekend"} else unit
    number = calendar.words.number(_group(match, "n") or "")
    if number is None or calendar.published is None:
        return _unknown(precision)
    return _Days(_back(calendar.published, unit, number), None, precision)


def _read_story_time(match: re.Match[str], calendar: _Calendar) -> _Days | None:
    """As in "drei Tage später", "in zwei Wochen": found, but no day of the calendar."""
    unit = calendar.words.value("unit", match["unit"]).rstrip("+")
    return _unknown("day" if unit in {"hour", "weekend"} else unit)


# ---------------------------------------------------------------- is this number a year?

_COUNTED_DE = re.compile(
    r"[^\S\r\n]?[%€$£]|\s(?:Prozent|Euro|Dollar|Mann|Tote[nr]?|Opfer\w*|Uhr|Mal|Milli\w+)\b"
    r"|\s[A-ZÄÖÜ][\w-]*(?:en|ern|ler|fer|linge|[Mm]eter|[Ll]iter|Kilo\w*|gramm|leute|schüsse)\b"
)
_NOUN_DE = re.compile(
    r"\s(?!(?:der|die|das|den|dem|des|ein\w*|sein\w*|ihr\w*|wurde\w*|hatte\w*|waren?)\b)"
    r"(?:[a-zäöüß]{3,}(?:e|en|er|es)\s)?[A-ZÄÖÜ]\w"
)
_COUNTED_EN = re.compile(
    r"\s?[%€$£]|\s(?:percent|per cent|people|men|women|children|hundred|thousand|million|billion)\b"
    r"|\s(?:\w+\s)?(?:dollars|euros|pounds|miles|fighters|soldiers|troops|jobs|deaths|votes|cases)\b"
)
_NOUN_EN = re.compile(r"\s(?:[a-z]+\s){0,2}[a-z]{3,}s\b")


def _names_year(match: re.Match[str], words: _Words) -> bool:
    """Whether four digits are a year: "2014 den Höhepunkt", but not "2000 Kämpfer"."""
    if _group(match, "edge") or _group(match, "noun"):
        return True
    german = words.lang == "de"
    year, before, after = int(match["year"]), match.string[: match.start()], match.end()
    if not 1500 <= year < 2050 or _part_of_name(before, words):
        return False
    if _group(match, "year2"):
        return True
    counted = _COUNTED_DE if german else _COUNTED_EN
    preposition = _forms(words.lang).prefix.search(before[-40:])
    if preposition and preposition["word"].lower() in {"seit", "since"}:
        return True
    if counted.match(match.string, after) or _hedged(before, words):
        return False
    noun_follows = (_NOUN_DE if german else _NOUN_EN).match(match.string, after)
    if preposition:
        return year % 50 != 0 or not noun_follows
    enclosed = before.endswith("(")
    return enclosed or (german and year % 100 != 0 and not (year % 50 == 0 and noun_follows))


def _hedged(before: str, words: _Words) -> bool:
    tail = before[-20:].rstrip().lower()
    kinds = ("about", "hedge", "figure_hedge")
    hedges = [hedge for kind in kinds for hedge in words.classes[kind]]
    return any(re.search(rf"(?<!\w){re.escape(hedge)}$", tail) for hedge in hedges)


def _part_of_name(before: str, words: _Words) -> bool:
    """As in "Agenda 2010", "Bundestagswahl 2002": the year belongs to the name; an acronym
    ("EM") is never the end of a word ("nachdem 1994").
    """
    last = re.search(r"([\w-]+)[^\S\r\n]$", before[-60:])
    named = words.classes["named_year"]
    endings = tuple(w for w in named if not (w.islower() and w.upper() in named))
    return last is not None and last[1].endswith(endings)


# ---------------------------------------------------------------- the forms

_SPACE = r"(?:(?:[^\S\r\n]{1,3}(?:\r?\n)?|\r?\n)[^\S\r\n]{0,3})"
_Y4 = r"(?<![0-9])(?:1[0-9]{3}|2[01][0-9]{2})(?![0-9])"
_YEAR_END = r"(?![\w%€]|[.,:][0-9]|-[\w])"
_COMMON: tuple[tuple[str, _Reader, bool], ...] = (
    (r"(?P<year><Y4>)-(?P<monthnum>[01][0-9])-(?P<day>[0-3][0-9])(?!-?[0-9])", _read_date, False),
    (
        r"(?:Jahren?_)?(?P<year><Y4>)_<TO>_(?P<year2><Y4>)<YEND>",
        _read_year,
        False,
    ),
    (
        r"(?:(?<=[Bb]etween )|(?<=[Zz]wischen ))(?P<year><Y4>)_<AND>_(?P<year2><Y4>)<YEND>",
        _read_year,
        False,
    ),
)
_FORMS_DE: tuple[tuple[str, _Reader, bool], ...] = (
    (
        r"(?:(?P<weekday><WEEKDAY>)(?:<DAYTIME>|_<DAYTIME>)?,?_(?:de[mnr]_)?)?"
        r"(?P<day>[0-3]?[0-9])\.(?:_?(?:bis|bis_zum|und|-|\u2013|/)_?(?P<day2>[0-3]?[0-9])\.)?"
        r"_?(?P<month><MONTH>)(?![\w-])"
        r"(?:(?:_|_des_Jahres_)(?P<year><Y4>)|_(?:des_)?(?P<yshift><SHIFT>)_Jahres)?",
        _read_date,
        False,
    ),
    (
        r"(?:(?P<weekday><WEEKDAY>)(?:<DAYTIME>|_<DAYTIME>)?,?_(?:de[mnr]_)?)?"
        r"(?P<day>[0-3]?[0-9])\._?(?P<monthnum>[01]?[0-9])\._?(?P<year><Y4>|[0-9]{2}(?![\w.,:]))",
        _read_date,
        False,
    ),
    (
        r"(?:(?P<weekday><WEEKDAY>),?_(?:de[mnr]_)?|(?<=am )|(?<=[Vv]om )|(?<=zum )|(?<=[Dd]en ))"
        r"(?P<day>[0-3]?[0-9])\.(?P<monthnum>[01]?[0-9])\.(?!_?[0-9])",
        _read_date,
        False,
    ),
    (
        r"(?:(?P<todays><TODAYS>)_)?(?:(?P<shift><SHIFT>)_)?(?:<EARLY_LATE>_)?"
        r"(?P<weekday><WEEKDAY>)(?:s?<DAYTIME>|_<DAYTIME>)?(?:_?\(Ortszeit\))?"
        r"(?:_(?:(?:in_)?der_)?(?P<weekshift><SHIFT>)_Woche)?(?![\w-])",
        _read_weekday,
        False,
    ),
    (
        r"Nacht_(?:vo[nm]_(?:<WEEKDAY>)_)?(?:auf|zum|zu)_(?:de[mn]_|diesen_)?"
        r"(?P<weekday><WEEKDAY>)(?![\w-])",
        _read_night,
        False,
    ),
    (r"(?P<word><DAY>)(?:_<DAYTIME>)?(?![\w-])", _read_day_word, False),
    (
        r"(?P<month><MONTH>)(?![\w-])(?:_(?:des_Jahres_)?(?P<year><Y4>)<YEND>|"
        r"_(?:des_)?(?P<yshift><SHIFT>)_Jahres)",
        _read_month,
        False,
    ),
    (
        r"(?:(?P<edge><EDGE>)_(?:des_)?(?:(?P<shift><SHIFT>)_)?)(?P<month><MONTH>)(?![\w-])"
        r"(?:_(?:des_Jahres_)?(?P<year><Y4>)<YEND>|_(?:des_)?(?P<yshift><SHIFT>)_Jahres)?",
        _read_month,
        False,
    ),
    (r"(?P<shift><SHIFT>)_(?P<month><MONTH>)(?![\w-])", _read_month, False),
    (r"(?P<month><MONTH>)(?![\w-])", _read_month, True),
    (
        r"(?:(?P<edge><EDGE>)_(?:des_)?)?(?P<season><SEASON>)(?![\w-])"
        r"(?:_(?:des_Jahres_)?(?P<year><Y4>)(?:/[0-9]{2,4})?<YEND>|_(?:des_)?(?P<yshift><SHIFT>)_Jahres)",
        _read_season,
        False,
    ),
    (r"(?P<shift><SHIFT>)_(?P<season><SEASON>)(?![\w-])", _read_season, False),
    (r"(?P<season><SEASON>)(?![\w-])", _read_season, True),
    (
        r"(?P<ordinal><ORDINAL>|[1-4]\.)_(?P<part><PART>)(?![\w-])"
        r"(?:_(?:des_Jahres_)?(?P<year><Y4>)|_(?:des_)?(?P<yshift><SHIFT>)_Jahres)?",
        _read_part_of_year,
        False,
    ),
    (
        r"(?:(?P<edge><EDGE>)_(?:des_)?)?(?:(?P<noun>Jahre?[ns]?)_)?(?<![\w.,:/\u2013-])(?P<year><Y4>)"
        r"(?:(?:/|-|\u2013|_-_|_\u2013_)(?P<year2>[0-9]{4}|[0-9]{2})(?![0-9]))?<YEND>",
        _read_year,
        False,
    ),
    (
        r"(?:(?P<edge><EDGE>)_der_)?(?<![\w.,])(?P<digits>[0-9]{4}|[0-9]0)er(?:-|_)?[Jj]ahren?\b",
        _read_decade,
        False,
    ),
    (
        r"(?:(?P<edge><EDGE>)_der_)?(?P<decade><DECADE>)(?:-|_)?[Jj]ahren?\b",
        _read_decade,
        False,
    ),
    (
        r"(?:(?P<edge><EDGE>)_(?:de[sr]_)?)?(?P<shift><SHIFT>)_(?:(?P<n><COUNT>)_)?"
        r"(?P<unit><UNIT>)(?![\w-])",
        _read_unit,
        False,
    ),
    (r"(?P<edge><EDGE>)_de[sr]_(?P<unit><UNIT>)(?![\w-])", _read_unit, False),
    (r"(?P<unit>Wochenende)(?![\w-])", _read_unit, True),
    (r"(?:(?P<edge><EDGE>)_des_)?(?P<fixed><FIXED>)(?![\w-])", _read_fixed, False),
    (r"[Vv]or_(?:<ABOUT>_)?(?P<n><COUNT>)_(?P<unit><UNIT>)(?![\w-])", _read_ago, False),
    (
        r"[Ss]eit_(?:<ABOUT>_)?(?:(?P<n><COUNT>)_)?(?P<unit><UNIT>)(?![\w-])(?!_[0-9]{4})",
        _read_since_count,
        False,
    ),
    (
        r"(?:<ABOUT>_)?(?P<n><COUNT>)_(?P<unit><UNIT>)_<AFTERWARD>(?![\w-])",
        _read_story_time,
        False,
    ),
    (
        r"[Ii]n_(?:<ABOUT>_)?(?:<COUNT>_(?:bis|oder)_)?(?P<n><COUNT>)_(?P<unit><UNIT>)(?![\w-])",
        _read_story_time,
        False,
    ),
)
_FORMS_EN: tuple[tuple[str, _Reader, bool], ...] = (
    (
        r"(?:(?P<weekday><WEEKDAY>),?_)?(?P<month><MONTH>)_(?P<day>[0-3]?[0-9])(?:st|nd|rd|th)?"
        r"(?:_?(?:-|\u2013|to|and)_?(?P<day2>[0-3]?[0-9])(?:st|nd|rd|th)?)?(?![\w:%]|[.,][0-9])"
        r"(?:,?_(?P<year><Y4>))?",
        _read_date,
        False,
    ),
    (
        r"(?:(?P<weekday><WEEKDAY>),?_)?(?:the_)?(?<![0-9.,:])(?P<day>[0-3]?[0-9])(?:st|nd|rd|th)?"
        r"(?:_?(?:-|\u2013|to|and)_?(?P<day2>[0-3]?[0-9])(?:st|nd|rd|th)?)?_(?:of_)?"
        r"(?P<month><MONTH>)(?![\w-])(?:,?_(?P<year><Y4>))?",
        _read_date,
        False,
    ),
    (
        r"(?:(?:early|late)_(?:on_)?)?(?:(?P<shift><SHIFT>)_)?(?P<weekday><WEEKDAY>)(?:_<DAYTIME>)?"
        r"(?:_\(local_time\))?(?:_(?:of_)?(?P<weekshift><SHIFT>)_week)?(?![\w-])",
        _read_weekday,
        False,
    ),
    (r"(?:late_|early_)?(?P<word><DAY>)(?:_<DAYTIME>)?(?![\w-])", _read_day_word, False),
    (
        r"(?:(?P<edge><EDGE>)(?:-|_))?(?P<month><MONTH>)(?![\w-])"
        r"(?:,?_(?:of_)?(?P<year><Y4>)<YEND>|_(?:of_)?(?P<yshift><SHIFT>)_year)",
        _read_month,
        False,
    ),
    (r"(?P<edge><EDGE>)(?:-|_)(?P<month><MONTH>)(?![\w-])", _read_month, False),
    (r"(?P<shift><SHIFT>)_(?P<month><MONTH>)(?![\w-])", _read_month, False),
    (r"(?P<month><MONTH>)(?![\w-])", _read_month, True),
    (
        r"(?:(?P<edge><EDGE>)(?:-|_)(?:the_)?)?(?P<season><SEASON>)"
        r"(?:_(?:of_)?(?P<year><Y4>)(?:/[0-9]{2,4})?<YEND>|_(?:of_)?(?P<yshift><SHIFT>)_year)",
        _read_season,
        False,
    ),
    (r"(?P<shift><SHIFT>)_(?P<season><SEASON>)(?![\w-])", _read_season, False),
    (r"(?P<season>spring|summer|autumn|winter)(?![\w-])", _read_season, True),
    (
        r"(?P<ordinal><ORDINAL>)(?:-|_)(?P<part><PART>)"
        r"_(?:(?:of_)?(?P<year><Y4>)|of_(?P<yshift><SHIFT>)_year|of_the_year)",
        _read_part_of_year,
        False,
    ),
    (
        r"(?:(?P<edge><EDGE>)(?:-|_))?(?:(?P<noun>the_years?)_)?(?<![\w.,:/\u2013$€£])(?P<year><Y4>)"
        r"(?:(?:/|-|\u2013)(?P<year2>[0-9]{4}|[0-9]{2})(?![0-9]))?<YEND>",
        _read_year,
        False,
    ),
    (
        r"(?:(?P<edge><EDGE>)(?:-|_)(?:the_)?)?(?<![\w.,])(?P<digits>[0-9]{4}|['\u2019]?[0-9]0)s\b",
        _read_decade,
        False,
    ),
    (r"(?:(?P<edge><EDGE>)(?:-|_)(?:the_)?)?(?<=the )(?P<decade><DECADE>)\b", _read_decade, False),
    (
        r"(?:(?P<edge><EDGE>)_)?(?P<shift><SHIFT>)_(?:(?P<n><COUNT>)_)?(?P<unit><UNIT>)(?![\w-])",
        _read_unit,
        False,
    ),
    (r"(?P<edge><EDGE>)_(?:the|this)_(?P<unit><UNIT>)(?![\w-])", _read_unit, False),
    (r"(?P<unit>weekend)(?![\w-])", _read_unit, True),
    (r"(?:<ABOUT>_)?(?P<n><COUNT>)_(?P<unit><UNIT>)_ago(?![\w-])", _read_ago, False),
    (
        r"(?:<ABOUT>_)?(?P<n><COUNT>)_(?P<unit><UNIT>)_<AFTERWARD>(?![\w-])",
        _read_story_time,
        False,
    ),
    (r"[Ii]n_(?:<ABOUT>_)?(?P<n><COUNT>)_(?P<unit><UNIT>)(?![\w-])", _read_story_time, False),
)


@dataclass(frozen=True, slots=True)
class _Forms:
    """The compiled grammar of one language."""

    words: _Words
    forms: tuple[tuple[re.Pattern[str], _Reader, bool], ...]
    prefix: re.Pattern[str]
    joint: re.Pattern[str]


def read_number_words(lang: str) -> tuple[NumberWord, ...]:
    """The rows of ``numbers.tsv``. Raises LexiconError naming file and line."""
    return tuple(read_table(ontology_path("lexicon", lang, "numbers.tsv"), NumberWord))


@cache
def _read_words(lang: str) -> _Words:
    def table(name: str) -> str:
        return str(ontology_path("lexicon", lang, f"{name}.tsv"))

    classes: dict[str, dict[str, str]] = {}
    for month in read_table(ontology_path("lexicon", lang, "months.tsv"), MonthWord):
        classes.setdefault("month", {})[month.word] = month.number
    for day in read_table(ontology_path("lexicon", lang, "weekdays.tsv"), WeekdayWord):
        classes.setdefault("weekday", {})[day.word] = day.number
    timewords = tuple(read_table(ontology_path("lexicon", lang, "timewords.tsv"), TimeWord))
    rows: tuple[TimeWord | NumberWord, ...] = (*timewords, *read_number_words(lang))
    for row in rows:
        classes.setdefault(row.kind, {})[row.word] = row.value
    missing = {"shift", "unit", "edge", "bound", "place", "day"} - classes.keys()
    if missing:
        raise LexiconError(f"{table('timewords')}: no words of kind {', '.join(sorted(missing))}")
    return _Words(lang, {kind: _both_cases(words) for kind, words in classes.items()})


def _both_cases(words: Mapping[str, str]) -> dict[str, str]:
    """The words, and those in lower case also as they open a sentence."""
    opening = {w[0].upper() + w[1:]: v for w, v in words.items() if w[0].islower()}
    return opening | {w.lower(): v for w, v in words.items()} | dict(words)


def _one_of(words: Sequence[str]) -> str:
    """An alternation in which the longest word wins; a space matches any space."""
    ordered = sorted(set(words), key=lambda w: (-len(w), w))
    return "(?:" + "|".join(_SPACE.join(map(re.escape, w.split())) for w in ordered) + ")"


@cache
def _forms(lang: str) -> _Forms:
    words = _read_words(lang)
    capitals = {"month", "weekday", "unit", "season", "edge", "fixed", "part"}
    classes = {
        kind.upper(): _one_of(_spellings(words, kind, lang == "de" and kind in capitals))
        for kind in words.classes
    }
    counts = [*words.classes["vague"], *words.classes["cardinal"], *words.classes["one"]]
    classes |= {"COUNT": rf"(?:[0-9]{{1,3}}|{_one_of(counts)})", "Y4": _Y4, "YEND": _YEAR_END}
    table = _COMMON + (_FORMS_DE if lang == "de" else _FORMS_EN)
    forms = tuple((_compiled(form, classes), reader, bare) for form, reader, bare in table)
    kinds = ("bound", "place", "range")
    prepositions = _one_of([word for kind in kinds for word in words.classes[kind]])
    prefix = rf"(?<![\w-])(?P<word>{prepositions})(?:_<ARTICLE>)?(?:_(?:späten|frühen))?_$"
    joint = r"(?:_?(?P<to><TO>|\u2013|-)_?(?:<ARTICLE>_)?|_(?P<and><AND>)_(?:<ARTICLE>_)?)"
    return _Forms(words, forms, _compiled(prefix, classes, ""), _compiled(joint, classes, ""))


def _spellings(words: _Words, kind: str, capital: bool) -> list[str]:
    """The spellings that a text may use: German nouns and all names keep their capital."""
    known = words.classes[kind]
    if capital or kind in {"month", "weekday"}:
        return [w for w in known if w[0].isupper() or w == "heuer"]
    return list(known)


def _compiled(
    form: str, classes: Mapping[str, str], front: str = r"(?<![\w.-])"
) -> re.Pattern[str]:
    """The form with word classes filled in for ``<KIND>`` and any space for ``_``."""
    spaced = re.sub(r"(?<![<A-Z])_(?![A-Z]*>)", lambda _: _SPACE, form)
    filled = re.sub(r"<([A-Z][A-Z_0-9]*)>", lambda m: classes[m[1]], spaced)
    return re.compile(front + filled)


# ---------------------------------------------------------------- from forms to times


def find_times(
    text: str,
    *,
    lang: str,
    published: str | None,
    start: int = 0,
    end: int | None = None,
) -> list[Time]:
    """The time expressions in ``text[start:end]``, in order, never overlapping.

    Offsets count from the beginning of ``text``; a span includes its preposition.
    ``published`` (``YYYY-MM-DD``) is the day that "gestern" and "am Donnerstag" count from;
    without it they are found with open ends. A weekday is the latest one up to that day,
    a month without a year the latest that has begun, a day without a year the nearest;
    after "bis" and "ab" ("until", "by", "from") weekdays and months look forward.

    >>> [(t.text, t.begin, t.until) for t in find_times(
    ...     "Der IS verlor im März seine Bastion.", lang="de", published="2019-08-02")]
    [('im März', '2019-03-01', '2019-04-01')]

    Raises InputError when ``published`` is not a date, LexiconError for an unknown language.
    """
    calendar = _Calendar(_forms(lang).words, _published(published))
    stretch = text[start : len(text) if end is None else end]
    found = _choose(_candidates(stretch, calendar))
    return [
        replace(time, start=time.start + start, end=time.end + start)
        for time in _join(stretch, found, calendar)
    ]


def _published(value: str | None) -> date | None:
    if value is None:
        return None
    try:
        day = date.fromisoformat(value)
    except (ValueError, TypeError) as error:
        raise InputError(f"published is {value!r}, not a date YYYY-MM-DD") from error
    return day if 1000 <= day.year < 9000 else None


def _candidates(text: str, calendar: _Calendar) -> Iterator[_Found]:
    for pattern, reader, bare in _forms(calendar.words.lang).forms:
        for match in pattern.finditer(text):
            days = reader(match, calendar)
            if days is not None:
                yield _Found(match, reader, days, bare)


def _choose(candidates: Iterator[_Found]) -> list[_Found]:
    """Leftmost, then longest."""
    chosen: list[_Found] = []
    for found in sorted(candidates, key=lambda f: (f.start, -f.end)):
        if not chosen or found.start >= chosen[-1].end:
            chosen.append(found)
    return chosen


def _join(text: str, found: Sequence[_Found], calendar: _Calendar) -> Iterator[Time]:
    """Each form with its preposition, two of them as one where "bis" joins them."""
    index, floor = 0, 0
    while index < len(found):
        first = found[index]
        prefix = _prefix(text, first.start, floor, calendar.words)
        second = found[index + 1] if index + 1 < len(found) else None
        if second is not None and _joined(text, first, second, prefix, calendar.words):
            days, last = _range(first, second, calendar), second
            index += 1
        else:
            days, last = _bounded(first, prefix, calendar), first
        index += 1
        if not first.bare or prefix or last is not first:
            begin = prefix.start() if prefix else first.start
            yield _time(text, begin, last.end, days)
            floor = last.end


def _prefix(text: str, start: int, floor: int, words: _Words) -> re.Match[str] | None:
    return _forms(words.lang).prefix.search(text, max(floor, start - 40), start)


def _joined(
    text: str, first: _Found, second: _Found, prefix: re.Match[str] | None, words: _Words
) -> bool:
    joint = _forms(words.lang).joint.fullmatch(text, first.end, second.start)
    if joint is None or second.reader in {_read_ago, _read_since_count, _read_story_time}:
        return False
    opened = prefix is not None and prefix["word"].lower() in words.classes["range"]
    return opened or (joint["to"] is not None and first.reader is second.reader)


def _range(first: _Found, second: _Found, calendar: _Calendar) -> _Days:
    """From the first to the second; the first is read as seen from the second."""
    last = second.days
    begin: _Days | None = first.days
    if last.begin is not None and _relative(first):
        begin = first.reader(first.match, replace(calendar, published=last.begin))
    if begin is None or begin.begin is None or last.until is None or begin.begin >= last.until:
        return _unknown(last.precision)
    return _Days(begin.begin, last.until, last.precision)


def _relative(found: _Found) -> bool:
    groups = found.match.groupdict()
    return not groups.get("year") and found.reader in {
        _read_weekday,
        _read_month,
        _read_season,
        _read_date,
    }


def _bounded(found: _Found, prefix: re.Match[str] | None, calendar: _Calendar) -> _Days:
    """The days that a preposition makes of them: "seit März" has no end."""
    bounds = calendar.words.classes["bound"]
    word = " ".join(prefix["word"].lower().split()) if prefix else ""
    bound = bounds.get(word)
    days = found.days
    groups = found.match.groupdict()
    closed = groups.get("day2") or groups.get("year2")
    if bound is None or closed or found.reader in {_read_ago, _read_since_count}:
        return days
    if bound in {"until", "from"} and _relative(found):
        days = found.reader(found.match, replace(calendar, forward=True)) or days
    return {
        "since": _Days(days.begin, None, days.precision),
        "from": _Days(days.begin, None, days.precision),
        "until": _Days(None, days.until, days.precision),
        "after": _Days(days.until, None, days.precision),
        "before": _Days(None, days.begin, days.precision),
    }[bound]


def _time(text: str, start: int, end: int, days: _Days) -> Time:
    begin = days.begin.isoformat() if days.begin else None
    until = days.until.isoformat() if days.until else None
    return Time(text[start:end], start, end, begin, until, days.precision)
