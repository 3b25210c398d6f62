"""The words of an injury report PDF, put into cells by their positions on the page."""

from __future__ import annotations

import re
import threading
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

import pypdfium2 as pdfium
from pypdfium2 import raw

from python_runners.dates import eastern_wall_to_utc
from python_runners.errors import UnknownPayloadShape

COLUMNS = ("date", "time", "matchup", "team", "player", "status", "reason")
NOT_SUBMITTED = "NOT YET SUBMITTED"

_HEADERS = ("Game Date", "Game Time", "Matchup", "Team", "Player Name", "Current Status", "Reason")
_TITLE = re.compile(r"Injury Report: (\d{2}/\d{2}/\d{2}) (\d{1,2}:\d{2} [AP]M)")
_FOOTER = re.compile(r"^Page (\d+) of (\d+)$")
# Words stand at least 2 points apart, letters of one word less than half a point.
_BLANK = 1.0
_LINE_HEIGHT = 3.0
# What PDFium says in place of a hyphen that ends a line.
_HYPHEN_AT_END = "\x02"
# PDFium may be used by one thread at a time.
_PDFIUM = threading.Lock()
_CELL_PADDING = 3.0

Cells = dict[str, str]


@dataclass
class Word:
    """Letters without a blank between them, in points from the upper left corner of the page."""

    text: str
    top: float
    x0: float
    x1: float


@dataclass(frozen=True)
class Report:
    """A report: its instant (UTC) and its lines, each with the text of the cells that it fills."""

    report_at: datetime
    lines: list[Cells]


def read_report(body: bytes, where: str) -> Report:
    """Read a PDF into lines of cells; a reason that wraps is joined to its line, wherever it stands.

    Raises:
        UnknownPayloadShape: no readable PDF, no title, no column headers, pages missing, or a word outside any line.
    """
    pages = list(_pages(body, where))
    title = next((found for row in _rows_of_words(pages[0]) if (found := _TITLE.search(_text(row)))), None)
    if title is None:
        raise UnknownPayloadShape(f"{where}: no title with date and time")
    # The wall clock of the title is Eastern; it has no zone of its own.
    wall = datetime.strptime(" ".join(title.groups()), "%m/%d/%y %I:%M %p")  # noqa: DTZ007
    starts: list[float] | None = None
    lines: list[Cells] = []
    for number, words in enumerate(pages, start=1):
        rest = _without_footer(words, number, len(pages), where)
        header = _header(rest)
        if header is not None:
            starts, bottom = header
            rest = [word for word in rest if word.top > bottom]
        else:
            rest = [word for row in _rows_of_words(rest) if not _TITLE.search(_text(row)) for word in row]
        if starts is None:
            raise UnknownPayloadShape(f"{where}: no column headers")
        lines.extend(_lines(rest, starts, f"{where} page {number}"))
    return Report(report_at=eastern_wall_to_utc(wall.date(), wall.time()), lines=lines)


def _pages(body: bytes, where: str) -> list[list[Word]]:
    try:
        with _PDFIUM, closing(pdfium.PdfDocument(body)) as document:
            pages = [_words(page) for page in document]
    except pdfium.PdfiumError as error:
        raise UnknownPayloadShape(f"{where}: not a readable PDF: {error}") from error
    if not pages:
        raise UnknownPayloadShape(f"{where}: a PDF without pages")
    return pages


def _words(page: pdfium.PdfPage) -> list[Word]:
    """Return the words of a page in the order in which it prints them."""
    letters, height, box = page.get_textpage(), page.get_height(), raw.FS_RECTF()
    words: list[Word] = []
    is_apart = True
    for index in range(letters.count_chars()):
        letter = chr(raw.FPDFText_GetUnicode(letters, index)).replace(_HYPHEN_AT_END, "-")
        if letter.isspace():
            is_apart = True
            continue
        raw.FPDFText_GetLooseCharBox(letters, index, box)
        top = height - box.top
        if is_apart or not _continues(words[-1], top, box.left):
            words.append(Word(letter, top, box.left, box.right))
        else:
            words[-1].text += letter
            words[-1].x1 = box.right
        is_apart = False
    return words


def _continues(word: Word, top: float, left: float) -> bool:
    return abs(top - word.top) <= _LINE_HEIGHT and word.x0 <= left <= word.x1 + _BLANK


def _rows_of_words(words: list[Word]) -> list[list[Word]]:
    """Group words that stand on one height."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word.top, word.x0)):
        if rows and abs(word.top - rows[-1][0].top) <= _LINE_HEIGHT:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda word: word.x0) for row in rows]


def _text(words: list[Word]) -> str:
    return " ".join(word.text for word in words)


def _without_footer(words: list[Word], number: int, pages: int, where: str) -> list[Word]:
    for row in _rows_of_words(words):
        match = _FOOTER.match(_text(row))
        if match is None:
            continue
        if (int(match.group(1)), int(match.group(2))) != (number, pages):
            raise UnknownPayloadShape(f"{where}: {_text(row)!r} on page {number} of {pages}")
        return [word for word in words if word not in row]
    raise UnknownPayloadShape(f"{where}: page {number} has no page number")


def _header(words: list[Word]) -> tuple[list[float], float] | None:
    """Return where each column starts, and the height of the header line."""
    for row in _rows_of_words(words):
        if _text(row) != " ".join(_HEADERS):
            continue
        starts, index = [], 0
        for header in _HEADERS:
            starts.append(row[index].x0)
            index += len(header.split())
        return starts, row[0].top + _LINE_HEIGHT
    return None


def _column(word: Word, starts: list[float]) -> str:
    position = sum(word.x0 >= start - _CELL_PADDING for start in starts)
    return COLUMNS[max(position - 1, 0)]


def _lines(words: list[Word], starts: list[float], where: str) -> list[Cells]:
    rows = _rows_of_words(words)
    heads = [row for row in rows if _opens_line(row, starts)]
    if rows and not heads:
        raise UnknownPayloadShape(f"{where}: words without any status: {_text(rows[0])!r}")
    members: list[list[Word]] = [[] for _ in heads]
    for row in rows:
        nearest = min(range(len(heads)), key=lambda index: abs(heads[index][0].top - row[0].top))
        members[nearest].extend(row)
    return [_cells(line, starts) for line in members]


def _opens_line(row: list[Word], starts: list[float]) -> bool:
    status = [word for word in row if _column(word, starts) == "status"]
    reason = [word for word in row if _column(word, starts) == "reason"]
    return bool(status) or _text(reason) == NOT_SUBMITTED


def _cells(words: list[Word], starts: list[float]) -> Cells:
    cells: dict[str, list[Word]] = {}
    for word in words:
        cells.setdefault(_column(word, starts), []).append(word)
    return {column: _text([w for row in _rows_of_words(found) for w in row]) for column, found in cells.items()}
