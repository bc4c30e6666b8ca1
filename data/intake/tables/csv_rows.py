"""CSV rows: the lines of a delimited text as they stand, read as a stream whose memory does not grow."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from data.intake.tables.values import Cell
from grid.refusals import Refused

MOST_COLUMNS = 300
MOST_ROWS = 1_048_576
LONGEST_LINE = 16 * 2**20
"""Characters: a cell may hold the outline of an area as WKT."""
_DELIMITERS = ",\t;|"
_SAMPLE = 64 * 2**10
_SAMPLE_ROWS = 30
_CHUNK = 2**20
_TELLING = 8
"""So many characters beyond ASCII are not read right by chance, in an encoding that is not theirs."""
_STATED = re.compile(r'"?sep=(.)"?\s*\Z')
"""Excel's own first line, which names the delimiter."""


@dataclass(frozen=True, slots=True)
class _Fault:
    """Where a text stops being what it was taken for, and how much of it spoke for the encoding before."""

    line: int
    telling: int


def open_rows(path: Path) -> Iterator[Sequence[Cell]]:
    """Yield the rows of a CSV file; no more than one row is held.

    The encoding is UTF-16 by its mark, else UTF-8, else GB 18030, each strictly for the whole file before the
    first row is given. Raises ``Refused`` with ``encoding_unknown``, ``encoding_broken``, ``csv_broken``,
    ``csv_line_too_long``, ``text_has_nul`` or ``table_too_large``.
    """
    encoding = find_encoding(path)
    csv.field_size_limit(LONGEST_LINE)
    with path.open(encoding=encoding, newline="") as file:
        delimiter = _find_delimiter(file.read(_SAMPLE))
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(_lines(file, delimiter), delimiter=delimiter, strict=True)
        try:
            for number, row in enumerate(reader):
                if number >= MOST_ROWS or len(row) > MOST_COLUMNS:
                    raise Refused("table_too_large", rows=MOST_ROWS, columns=MOST_COLUMNS)
                yield row
        except csv.Error:
            raise Refused("csv_broken", line=reader.line_num) from None


def find_encoding(path: Path) -> str:
    """Return the encoding in which every byte of a text can be read; raises ``Refused`` where none is."""
    with path.open("rb") as file:
        head = file.read(4)
    marked = head.startswith(codecs.BOM_UTF8)
    encodings = ["utf-8-sig", "gb18030"]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        marked, encodings = True, ["utf-16"]
    for encoding in encodings:
        fault = _find_fault(path, encoding)
        if fault is None:
            return encoding
        # A text cut in the middle of a character must not be read as another encoding's nonsense.
        if marked or fault.telling >= _TELLING:
            raise Refused("encoding_broken", line=fault.line, encoding=encoding.upper().removesuffix("-SIG"))
    raise Refused("encoding_unknown")


def _find_fault(path: Path, encoding: str) -> _Fault | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    line, telling = 1, 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as fault:
                before = fault.object[: fault.start].decode(encoding, errors="ignore")
                return _Fault(line + before.count("\n"), telling + _beyond_ascii(before))
            if "\0" in text:
                raise Refused("text_has_nul", line=line + text[: text.index("\0")].count("\n"))
            line += text.count("\n")
            if telling < _TELLING:
                telling += _beyond_ascii(text)
            if not chunk:
                return None


def _beyond_ascii(text: str) -> int:
    return 0 if text.isascii() else sum(letter > "\x7f" for letter in text)


def _find_delimiter(sample: str) -> str:
    """Return the delimiter that gives most rows one and the same width, the wider one of two."""
    stated = _STATED.match(sample.split("\n", 1)[0])
    if stated is not None:
        return stated[1]
    lines = sample.splitlines(keepends=True)
    whole = lines[:-1] if len(sample) == _SAMPLE and len(lines) > 1 else lines
    return max(_DELIMITERS, key=lambda delimiter: _regularity(whole, delimiter))


def _regularity(lines: Sequence[str], delimiter: str) -> tuple[int, int]:
    widths: Counter[int] = Counter()
    try:
        for _, row in zip(range(_SAMPLE_ROWS), csv.reader(lines, delimiter=delimiter), strict=False):
            widths[min(len(row), MOST_COLUMNS)] += 1
    except csv.Error:
        pass  # the reading proper tells where
    return max(((rows, width) for width, rows in widths.items() if width > 1), default=(0, 0))


def _lines(file: TextIO, delimiter: str) -> Iterator[str]:
    """Yield lines that are neither endless nor cut into so many cells that a row would fill the memory."""
    quoted, number = False, 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE:
            raise Refused("csv_line_too_long", line=number, limit_mb=LONGEST_LINE // 2**20)
        if line.count(delimiter) > MOST_COLUMNS:
            outside = line.split('"')[quoted::2]
            if sum(piece.count(delimiter) for piece in outside) > MOST_COLUMNS:
                raise Refused("table_too_large", rows=MOST_ROWS, columns=MOST_COLUMNS)
        quoted ^= line.count('"') % 2 == 1
        yield line
