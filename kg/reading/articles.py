"""Articles from files, folders, standard input and JSON Lines, one at a time.

What cannot be read as an article becomes a :class:`Skip`, a line that names file and line
and says what to do; the good rest goes on. The text of an article is never edited: every
offset of the project counts in it. :func:`find_parts` tells the story from what stands
around it (dateline, byline, teasers, subheads).
"""

from __future__ import annotations

import email.utils
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from kg.errors import InputError, LexiconError
from kg.lexicon import LANGUAGES, PartPattern, ontology_path, read_table
from kg.names import mint
from kg.reading.languages import detect_language
from kg.reading.times import find_times
from kg.records import Article, Part

MAX_TEXT_CHARACTERS = 500_000
MAX_LINE_BYTES = 50_000_000
SUFFIXES = frozenset({".txt", ".json", ".jsonl", ".ndjson"})
"""The files that are read from a folder."""


@dataclass(frozen=True, slots=True)
class Skip:
    """What was not read: ``where`` is ``file`` or ``file:line``, ``why`` a phrase for people."""

    where: str
    why: str


@dataclass(frozen=True, slots=True)
class _Choices:
    """What the user says of articles that do not say it themselves."""

    lang: str | None
    published: str | None


_Item = Article | Skip


def read_articles(
    inputs: Iterable[str | Path],
    *,
    lang: str | None = None,
    published: str | None = None,
    on_skip: Callable[[Skip], None],
) -> Iterator[Article]:
    """The articles of files, folders (all below, sorted) and ``-`` (standard input).

    A file is plain text (one article) or JSON: an object a line, one object, or a list of
    objects, with ``text`` and optional ``title, url, published, publisher, lang``, or the
    field names of news-please (``maintext, date_publish, source_domain, language``).
    ``lang`` overrules what an article says; ``published`` (``YYYY-MM-DD``) fills in where an
    article says nothing. ``source`` of an article is the file's path, ``path:line`` for JSON.
    Memory does not grow with the number of articles.

    Every fault of an input is passed to ``on_skip`` and reading goes on. Raises InputError
    only when ``lang`` or ``published`` themselves are wrong.
    """
    if lang is not None and lang not in LANGUAGES:
        raise InputError(f"language {lang!r} is not one of {', '.join(LANGUAGES)}")
    if published is not None and normal_date(published) is None:
        raise InputError(f"published {published!r} is not a date: write it as YYYY-MM-DD")
    choices = _Choices(lang, normal_date(published))
    items = chain.from_iterable(_read_input(str(name), choices) for name in inputs)
    return _articles(items, on_skip)


def _articles(items: Iterable[_Item], on_skip: Callable[[Skip], None]) -> Iterator[Article]:
    for item in items:
        if isinstance(item, Skip):
            on_skip(item)
        else:
            yield item


# ---------------------------------------------------------------- inputs


def _read_input(name: str, choices: _Choices) -> Iterator[_Item]:
    if name == "-":
        yield from _read_stream(sys.stdin.buffer, "-", choices)
    elif "\0" not in name and os.path.isdir(name):
        yield from _read_folder(name, choices)
    else:
        yield from _read_file(name, choices)


def _read_folder(folder: str, choices: _Choices) -> Iterator[_Item]:
    faults: list[Skip] = []
    empty = True
    for path in _files_below(folder, faults):
        empty = False
        yield from _read_file(path, choices)
    yield from faults
    if empty and not faults:
        kinds = ", ".join(sorted(SUFFIXES))
        yield Skip(_shown(folder), f"no articles in this folder (looked for {kinds})")


def _files_below(folder: str, faults: list[Skip]) -> Iterator[str]:
    def note(error: OSError) -> None:
        faults.append(Skip(_shown(error.filename or folder), _os_reason(error)))

    for root, folders, files in os.walk(folder, onerror=note):
        folders.sort()
        for file in sorted(files):
            if os.path.splitext(file)[1].lower() in SUFFIXES and not file.startswith("."):
                yield os.path.join(root, file)


def _read_file(path: str, choices: _Choices) -> Iterator[_Item]:
    shown = _shown(path)
    try:
        with open(path, "rb") as stream:
            yield from _read_stream(stream, shown, choices)
    except OSError as error:
        yield Skip(shown, _os_reason(error))
    except ValueError as error:
        yield Skip(shown, f"not a file name ({error})")


def _os_reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, PermissionError):
        return "not readable: permission denied"
    return f"not readable: {(error.strerror or str(error)).lower()}"


def _shown(path: str) -> str:
    """The path as it can be printed, whatever bytes the file system holds."""
    return path.encode("utf-8", "replace").decode("utf-8")


# ---------------------------------------------------------------- bytes to texts and objects

_BOMS: tuple[tuple[bytes, str], ...] = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\0\0", "utf-32-le"),
    (b"\0\0\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_BINARY_STARTS = (b"%PDF", b"PK\x03\x04", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf")
_MARKUP = re.compile(r"\s*<(?:!doctype|html|head|body|\?xml|!--|div|p>|article|rss)", re.IGNORECASE)


def _read_stream(stream: BinaryIO, name: str, choices: _Choices) -> Iterator[_Item]:
    """Articles of one open file. Its first line decides between text and JSON."""
    blank, first = _first_line(stream)
    if not first:
        yield Skip(name, "empty file" if not blank else "nothing but blank space")
        return
    head = blank + first
    bom = next((mark for mark in _BOMS if head.startswith(mark[0])), None)
    if bom is not None:
        yield from _read_marked(stream, head, bom, name, choices)
    elif _is_object(first):
        lines = _lines(first, stream, blank.count(b"\n") + 1)
        yield from _read_lines(lines, name, choices)
    elif first.lstrip()[:1] in {b"{", b"["} and not head.startswith(_BINARY_STARTS):
        yield from _read_document(stream, head, name, choices)
    else:
        yield from _read_text(head, stream, name, choices)


def _first_line(stream: BinaryIO) -> tuple[bytes, bytes]:
    """The blank beginning and the first line with anything in it, both within limits."""
    blank = bytearray()
    while len(blank) < MAX_LINE_BYTES:
        line = stream.readline(MAX_LINE_BYTES + 1)
        if not line or line.strip():
            return bytes(blank), line
        blank += line
    return bytes(blank), b""


def _read_marked(
    stream: BinaryIO, head: bytes, bom: tuple[bytes, str], name: str, choices: _Choices
) -> Iterator[_Item]:
    """A file that opens with a byte order mark, which is no part of its text."""
    mark, encoding = bom
    if encoding == "utf-8":
        rest = _Rejoined(head[len(mark) :], stream)
        yield from _read_stream(rest, name, choices)
        return
    raw = head + stream.read(MAX_LINE_BYTES + 1)
    if len(raw) > MAX_LINE_BYTES:
        yield Skip(name, f"longer than {MAX_LINE_BYTES:,} bytes: convert it to UTF-8 first")
        return
    try:
        text = raw[len(mark) :].decode(encoding)
    except UnicodeDecodeError:
        yield Skip(name, f"not {encoding[:6].upper()} although its first bytes say so")
        return
    yield from _read_stream(io.BytesIO(text.encode("utf-8")), name, choices)


class _Rejoined(io.BufferedReader):
    """A stream with bytes put back before it."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        super().__init__(_Chained(head, stream))


class _Chained(io.RawIOBase):
    """First some bytes, then a stream."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        super().__init__()
        self._head, self._stream = head, stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        size = len(buffer)
        if self._head:
            data, self._head = self._head[:size], self._head[size:]
        else:
            data = self._stream.read(size)
        buffer[: len(data)] = data
        return len(data)


def _is_object(line: bytes) -> bool:
    return isinstance(_json_or_fault(line), dict)


def _json_or_fault(raw: bytes) -> Any:
    """The JSON value, or what is wrong with it as a Skip without a place."""
    try:
        return json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return Skip("", _encoding_reason(raw, ""))
    except json.JSONDecodeError as error:
        return Skip("", f"broken JSON ({error.msg}, column {error.colno})")
    except (ValueError, RecursionError):
        return Skip("", "broken JSON (a number too long or brackets too deep)")


def _encoding_reason(raw: bytes, name: str) -> str:
    control = sum(byte < 32 and byte not in b"\t\n\r\f\x0b\x1b" for byte in raw[:65536])
    if control > len(raw[:65536]) / 100 or raw.startswith(_BINARY_STARTS):
        return "a binary file, not text"
    advice = f": convert with iconv -f latin1 -t utf-8 {name}".rstrip()
    return "not UTF-8 (looks like Latin-1)" + (advice if name not in {"", "-"} else "")


def _lines(first: bytes, stream: BinaryIO, number: int) -> Iterator[tuple[int, bytes | None]]:
    """Numbered lines; None for one beyond the limit, which is passed over unread."""
    line = first
    while line:
        if len(line) <= MAX_LINE_BYTES:
            yield number, line
        else:
            while line and not line.endswith(b"\n"):
                line = stream.readline(1 << 20)
            yield number, None
        number += 1
        line = stream.readline(MAX_LINE_BYTES + 1)


def _read_lines(
    lines: Iterable[tuple[int, bytes | None]], name: str, choices: _Choices
) -> Iterator[_Item]:
    for number, line in lines:
        where = f"{name}:{number}"
        if line is None:
            yield Skip(where, f"a line longer than {MAX_LINE_BYTES:,} bytes")
        elif line.strip():
            yield _from_json(_json_or_fault(line), where, name, choices)


def _read_document(stream: BinaryIO, head: bytes, name: str, choices: _Choices) -> Iterator[_Item]:
    """What opens with a bracket: one JSON value over several lines, JSON Lines, or a text."""
    raw = head + stream.read(MAX_LINE_BYTES + 1 - min(len(head), MAX_LINE_BYTES))
    if len(raw) > MAX_LINE_BYTES:
        yield Skip(name, f"longer than {MAX_LINE_BYTES:,} bytes: write one JSON object a line")
        return
    value = _json_or_fault(raw)
    if isinstance(value, dict | list):
        yield from _read_values(value if isinstance(value, list) else [value], name, choices)
    elif any(_is_object(line) for line in raw.splitlines()[1:] if line.startswith(b"{")):
        yield from _read_lines(enumerate(raw.split(b"\n"), 1), name, choices)
    elif Path(name).suffix.lower() in SUFFIXES - {".txt"} or re.match(rb"\s*[\[{]\s*[\"{]", raw):
        reason = value.why if isinstance(value, Skip) else "no JSON object"
        yield Skip(f"{name}:{_fault_line(raw)}", reason)
    else:
        yield from _read_text(raw, io.BytesIO(), name, choices)


def _fault_line(raw: bytes) -> int:
    try:
        json.loads(raw.decode("utf-8", "replace"))
    except json.JSONDecodeError as error:
        return error.lineno
    except (ValueError, RecursionError):
        return 1
    return 1


def _read_values(values: Sequence[Any], name: str, choices: _Choices) -> Iterator[_Item]:
    if not values:
        yield Skip(name, "an empty list, no article")
    for number, value in enumerate(values, 1):
        yield _from_json(value, f"{name}:{number}", name, choices)


def _read_text(head: bytes, stream: BinaryIO, name: str, choices: _Choices) -> Iterator[_Item]:
    limit = 4 * MAX_TEXT_CHARACTERS
    raw = head if len(head) > limit else head + stream.read(limit + 1 - len(head))
    if b"\0" in raw or raw.startswith(_BINARY_STARTS):
        yield Skip(name, "a binary file, not text")
        return
    if len(raw) > limit:
        yield Skip(name, _too_long())
        return
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        yield Skip(f"{name}:{line}", _encoding_reason(raw, name))
        return
    yield _make_article({"text": text}, source=name, where=name, choices=choices)


def _too_long() -> str:
    return f"longer than {MAX_TEXT_CHARACTERS:,} characters, no article"


# ---------------------------------------------------------------- one article

_FIELDS: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "maintext"),
    "title": ("title", "title_page", "title_rss"),
    "url": ("url",),
    "published": ("published", "date_publish"),
    "publisher": ("publisher", "source_domain"),
    "lang": ("lang", "language"),
}
_LANGUAGE_NAMES = {
    "de": "de", "deu": "de", "ger": "de", "german": "de", "deutsch": "de",
    "en": "en", "eng": "en", "english": "en", "englisch": "en",
}  # fmt: skip


def _from_json(value: Any, where: str, name: str, choices: _Choices) -> _Item:
    if isinstance(value, Skip):
        return Skip(where, value.why)
    if not isinstance(value, dict):
        return Skip(where, "not a JSON object with a text")
    fields = {field: _first_text(value, keys) for field, keys in _FIELDS.items()}
    if fields["text"] is None:
        return Skip(where, _no_text(value))
    return _make_article(fields, source=where, where=where, choices=choices)


def _first_text(value: Mapping[str, Any], keys: Iterable[str]) -> str | None:
    """The first of the fields that holds more than blank space."""
    texts = (value.get(key) for key in keys)
    return next((t for t in texts if isinstance(t, str) and t.strip() and t != "None"), None)


def _no_text(value: Mapping[str, Any]) -> str:
    given = [value[key] for key in _FIELDS["text"] if value.get(key) is not None]
    if not given:
        return "no field text (or maintext)"
    return "nothing but blank space" if isinstance(given[0], str) else "text is not a string"


def _make_article(
    fields: Mapping[str, str | None], *, source: str, where: str, choices: _Choices
) -> _Item:
    text = fields["text"] or ""
    fault = _text_fault(text)
    if fault:
        return Skip(where, fault)
    lang = choices.lang or _language(fields.get("lang"), text)
    if lang not in LANGUAGES:
        return Skip(where, f"language {lang}not German or English (give --lang to force)")
    title, url, publisher = (_printable(fields.get(key)) for key in ("title", "url", "publisher"))
    parts = find_parts(text, title, lang=lang)
    given = normal_date(fields.get("published")) or _dateline_date(text, parts, lang)
    return Article(
        id=mint(url) if url else mint(title or "", text),
        source=source,
        lang=lang,
        text=text,
        title=title or _headline(text, parts),
        url=url,
        published=given or choices.published,
        publisher=publisher,
        parts=parts,
    )


def _text_fault(text: str) -> str | None:
    if not text.strip():
        return "nothing but blank space"
    if len(text) > MAX_TEXT_CHARACTERS:
        return _too_long()
    if "\0" in text:
        return "a NUL character in the text: binary, not text"
    if _MARKUP.match(text):
        return "HTML or XML, not text: extract the article's text first"
    if _printable(text) is None:
        return "half a character in the text (a lone surrogate, a broken \\u escape)"
    return None


def _printable(text: str | None) -> str | None:
    """The text, or None where it holds half a character that no file could store."""
    try:
        return text if text and text.encode("utf-8") else None
    except UnicodeEncodeError:
        return None


def _language(given: str | None, text: str) -> str:
    """``de``, ``en``, or what to print of another language, with a space behind."""
    if given:
        plain = re.split(r"[-_]", given.strip().lower())[0]
        return _LANGUAGE_NAMES.get(plain, f"{plain!a:.20} is ")
    return detect_language(text).lang or ""


_DATES = (
    re.compile(r"\s*(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})(?![0-9])"),
    re.compile(r"\s*(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})(?![0-9])"),
    re.compile(r"\s*(?P<day>[0-9]{1,2})\.\s?(?P<month>[0-9]{1,2})\.\s?(?P<year>[0-9]{4})(?![0-9])"),
)


def normal_date(given: str | None) -> str | None:
    """A date as ``YYYY-MM-DD`` from ISO (with or without a time), German or mail notation.

    >>> normal_date("2019-08-02 10:15:00"), normal_date("2.8.2019"), normal_date("neulich")
    ('2019-08-02', '2019-08-02', None)
    """
    if not given:
        return None
    match = next((m for m in (pattern.match(given) for pattern in _DATES) if m), None)
    try:
        if match:
            numbers = [int(match[part]) for part in ("year", "month", "day")]
        else:
            numbers = list((email.utils.parsedate(given) or ())[:3])
        day = date(*numbers)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return day.isoformat() if 1000 <= day.year < 9000 else None


def _dateline_date(text: str, parts: Iterable[Part], lang: str) -> str | None:
    """The full date of a dateline such as "Berlin, 3. Mai 2019 (dpa) -"."""
    line = next((p for p in parts if p.kind == "dateline"), None)
    if line is None:
        return None
    times = find_times(text, lang=lang, published=None, start=line.start, end=line.end)
    return next((t.begin for t in times if t.begin and t.precision == "day"), None)


def _headline(text: str, parts: Iterable[Part]) -> str | None:
    line = next((p for p in parts if p.kind == "title"), None)
    return text[line.start : line.end] if line else None


# ---------------------------------------------------------------- parts of an article


@dataclass(frozen=True, slots=True)
class _Marks:
    """What tells the parts of an article in one language."""

    lines: tuple[tuple[re.Pattern[str], str], ...]
    lead: re.Pattern[str]
    place: re.Pattern[str]
    sign_off: re.Pattern[str]


_LINE = re.compile(r"[^\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_FULL_STOP = re.compile(r"[.!?:;,\u2026][\"'\u201c\u201d\u00ab\u00bb\u2018\u2019)\]]*$")
_QUOTED = re.compile(
    r"[\"'\u201e\u201c\u00bb\u00ab\u201a\u2018][^\"\u201e\u201c\u201d\u00bb\u00ab]*[^.!?\u2026\s]"
    r"[\"'\u201c\u201d\u00ab\u00bb\u2018\u2019]$"
)
_DANGLING = re.compile(
    r"(?:,|\b(?:der|die|das|den|dem|des|ein|eine|einen|und|oder|in|im|an|am|auf|mit|von|vom|zu|zum"
    r"|zur|für|the|an?|of|and|or|to|at|with|for|by|on))$"
)
_CAPITAL = r"[A-ZÄÖÜ][\w.'\u2019-]*"
_PLACE = rf"{_CAPITAL}(?:[ ](?:am|an|der|im|bei|upon|of|the|de|la|{_CAPITAL})){{0,3}}"
_PLACES = rf"{_PLACE}(?:\s?/\s?{_PLACE}){{0,2}}(?:,\s?(?!\d)[A-ZÄÖÜ][\w. ]{{1,25}})?"
_MAX_SUBHEAD = 80
_MAX_TITLE = 160


def find_parts(text: str, title: str | None = None, *, lang: str) -> tuple[Part, ...]:
    r"""The parts of an article in the order of the text, each of a kind of PART_KINDS.

    Together they cover every character that is not blank, and never overlap. A body part is
    one paragraph (one line, or the lines of a paragraph with hard line ends). When in doubt
    a paragraph is body; an article never loses all its body.

    >>> text = "Washington\n\nDie USA haben zum Kampf aufgerufen.\n\nVon RND/dpa"
    >>> [part.kind for part in find_parts(text, lang="de")]
    ['dateline', 'body', 'byline']

    Raises LexiconError for an unknown language or a broken ``parts.tsv``.
    """
    paragraphs = _paragraphs(text)
    kinds = _kinds([text[a:b] for a, b in paragraphs], title, _marks(lang))
    parts = [Part(kind, a, b) for kind, (a, b) in zip(kinds, paragraphs, strict=True)]
    return tuple(_split_ends(text, _keep_body(parts), _marks(lang)))


def _keep_body(parts: list[Part]) -> list[Part]:
    """Where lines without a full stop outweigh the body, they are the body."""
    size = {"body": 0, "subhead": 0}
    for part in parts:
        size[part.kind] = size.get(part.kind, 0) + part.end - part.start
    if size["body"] > size["subhead"] or not parts:
        return parts
    doubtful = {"subhead"} if size["subhead"] else {p.kind for p in parts} - {"teaser", "byline"}
    return [replace(p, kind="body") if p.kind in doubtful else p for p in parts]


def _split_ends(text: str, parts: Iterable[Part], marks: _Marks) -> Iterator[Part]:
    """Cuts the dateline off the first body part, and the agency's sign off the last words."""
    first = True
    for part in parts:
        if part.kind != "body":
            yield part
            continue
        pieces = _cut_lead(text, part, marks) if first else [part]
        first = False
        yield from pieces[:-1]
        yield from _cut_sign_off(text, pieces[-1], marks)


def _cut_lead(text: str, part: Part, marks: _Marks) -> list[Part]:
    match = marks.lead.match(text, part.start, part.end)
    if match is None or match.end() >= part.end:
        return [part]
    end = match.start() + len(match[0].rstrip())
    return [Part("dateline", part.start, end), Part("body", match.end(), part.end)]


def _cut_sign_off(text: str, part: Part, marks: _Marks) -> list[Part]:
    match = marks.sign_off.search(text, max(part.start, part.end - 60), part.end)
    if match is None or match.start() <= part.start:
        return [part]
    begin = match.start("sign")
    body = text[part.start : begin].rstrip()
    return [Part("body", part.start, part.start + len(body)), Part("byline", begin, part.end)]


def _kinds(paragraphs: Sequence[str], title: str | None, marks: _Marks) -> list[str]:
    kinds: list[str] = []
    for index, paragraph in enumerate(paragraphs):
        following = paragraphs[index + 1 :]
        opening = "body" not in kinds and "subhead" not in kinds
        kinds.append(_kind(paragraph, following, kinds if opening else None, title, marks))
    return kinds


def _kind(
    paragraph: str,
    following: Sequence[str],
    before: Sequence[str] | None,
    title: str | None,
    marks: _Marks,
) -> str:
    """The kind of one paragraph; ``before`` holds the kinds so far while no body has begun."""
    known = next((kind for pattern, kind in marks.lines if pattern.match(paragraph)), None)
    if known:
        return known
    if not any(c.isalnum() for c in paragraph):
        return "teaser"
    if before is not None and following:
        opening = _opening_kind(paragraph, following, before, title, marks)
        if opening:
            return opening
    return "subhead" if _is_subhead(paragraph, following) else "body"


def _opening_kind(
    paragraph: str,
    following: Sequence[str],
    before: Sequence[str],
    title: str | None,
    marks: _Marks,
) -> str | None:
    if title and "title" not in before and paragraph.strip() == title.strip():
        return "title"
    if "dateline" not in before and marks.place.fullmatch(paragraph):
        return "dateline"
    if title is None and "title" not in before and _is_headline(paragraph, following):
        return "title"
    return None


def _is_headline(paragraph: str, following: Sequence[str]) -> bool:
    """Short, without a full stop, before a longer paragraph or one that ends in one."""
    short = len(paragraph) <= _MAX_TITLE and "\n" not in paragraph
    if not short or re.search(r"[.:;,\u2026]\W*$", paragraph):
        return False
    return any(len(p) > len(paragraph) or _FULL_STOP.search(p) for p in following[:4])


def _is_subhead(paragraph: str, following: Sequence[str]) -> bool:
    """A short line without a full stop, or one that is a quotation and nothing else."""
    if len(paragraph) >= _MAX_SUBHEAD or "\n" in paragraph or "\r" in paragraph:
        return False
    if _QUOTED.match(paragraph):
        return bool(following)
    if re.fullmatch(r"\w+(?: \w+){0,2}:", paragraph):
        return True
    return not _FULL_STOP.search(paragraph) and not re.match(r"[-*\u2022\u2013\u00b7]\s", paragraph)


# ---------------------------------------------------------------- paragraphs


def _paragraphs(text: str) -> list[tuple[int, int]]:
    """The spans of the paragraphs: lines, joined where a paragraph has hard line ends."""
    paragraphs: list[tuple[int, int]] = []
    for block in _blocks(text):
        wrapped = _is_wrapped([text[a:b] for a, b in block])
        paragraphs.append(block[0])
        for line in block[1:]:
            if _runs_on(text, paragraphs[-1], line, wrapped):
                paragraphs[-1] = (paragraphs[-1][0], line[1])
            else:
                paragraphs.append(line)
    return paragraphs


def _blocks(text: str) -> Iterator[list[tuple[int, int]]]:
    """Lines without the blank around them, in groups that blank lines separate."""
    block: list[tuple[int, int]] = []
    for match in _LINE.finditer(text):
        start, end = match.span()
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if start == end:
            continue
        if block and _blank_line(text, block[-1][1], start):
            yield block
            block = []
        block.append((start, end))
    if block:
        yield block


def _blank_line(text: str, start: int, end: int) -> bool:
    return text.count("\n", start, end) > 1 or text.count("\r", start, end) > 1


def _is_wrapped(lines: Sequence[str]) -> bool:
    """Lines of about the same width, most of which end in the middle of a sentence."""
    full = lines[:-1]
    if not full or not all(40 <= len(line) <= 110 for line in full):
        return False
    open_ends = sum(not _FULL_STOP.search(line) for line in full)
    low = any(line[0].islower() for line in lines[1:])
    ends_as_text = len(full) > 1 and _FULL_STOP.search(lines[-1]) is not None
    widths = [len(line) for line in full]
    even = max(widths) - min(widths) <= 30 and len(lines[-1]) <= max(widths) + 15
    return (low or ends_as_text) and even and open_ends >= 0.6 * len(full)


def _runs_on(text: str, above: tuple[int, int], line: tuple[int, int], wrapped: bool) -> bool:
    """Whether a line goes on with the paragraph above it."""
    if wrapped:
        return True
    upper, lower = text[above[0] : above[1]], text[line[0] : line[1]]
    last = re.split(r"[\r\n]", upper)[-1]
    if len(last) < 45 or re.search(r"[.!?:\u2026]\W*$", last):
        return False
    return lower[0].islower() or lower[0] == "(" or _DANGLING.search(last) is not None


# ---------------------------------------------------------------- the patterns


@cache
def _marks(lang: str) -> _Marks:
    path = ontology_path("lexicon", lang, "parts.tsv")
    if lang not in LANGUAGES:
        raise LexiconError(f"no lexicon for language {lang!r}: there are {', '.join(LANGUAGES)}")
    rows = tuple(read_table(path, PartPattern))
    try:
        lines = tuple((re.compile(r.pattern), r.kind) for r in rows if r.kind != "agency")
        agency = "(?:" + "|".join(row.pattern for row in rows if row.kind == "agency") + ")"
        agencies = rf"{agency}(?:\s?[/,]\s?(?:{agency}|[a-z]{{2,4}}))*"
        return _Marks(lines, *_agency_patterns(agencies))
    except re.error as error:
        raise LexiconError(f"{path}: a pattern is no regular expression ({error})") from error


def _agency_patterns(agencies: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """How a first paragraph opens, a line with nothing but a place, how a text is signed."""
    dash = r"\s?[-\u2013\u2014]{1,2}\s"
    dated = r"(?:,?\s(?:den\s)?[^()\n]{0,12}[0-9][^()\n]{1,20}?)?"
    signed = rf"{_PLACES}{dated}\s?\((?:{agencies})\)(?:{dash}|[.:]?\s)"
    loud = rf"[A-ZÄÖÜ][A-ZÄÖÜ./, -]{{3,40}}{dated}{dash}"
    dateful = rf"{_PLACES}(?:\s\([^()\n]{{2,30}}\))?,\s[^()\n]{{0,12}}[0-9]{{4}}{dash}"
    one_dash = r"(?=[A-ZÄÖÜ][^\n\u2013\u2014]{40})(?![^.]{0,60}\s-\s)"
    quiet = rf"{_PLACE}(?:/{_PLACE})?{dash}{one_dash}"
    no_stop = r"(?!(?:Prof|Nein|Doch|Sept|Gen|Corp|Inc|Gov|Capt)\.)"
    stop = rf"{no_stop}[A-ZÄÖÜ][a-zäöüß]{{3,15}}\.\s(?=[A-ZÄÖÜ])"
    lead = re.compile(rf"(?:\({agencies}\)\s|{signed}|{loud}|{dateful}|{quiet}|{stop})\s*")
    place = re.compile(rf"{_PLACES}{dated}(?:\s?\((?:{agencies})\))?\s?[-\u2013\u2014.]?")
    sign = re.compile(rf"\s(?P<sign>\((?:{agencies})\))$")
    return lead, place, sign
