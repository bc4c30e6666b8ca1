"""Packages: the XML parts of an XLSX file, looked through before anything else parses them."""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from data.intake.reading.grids import MOST_CELLS, MOST_TOLD, check_extent
from grid.refusals import Refused

_PIECE = 2**20
_LONGEST_TEXT = 16 * 2**20
_LARGEST_INDEX = 16 * 2**20
"""Bytes of the parts that only list others."""
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# Some programs write what is only formatted as <c></c>, others as <c/>.
_FILLED = re.compile(
    rb'\sr="([A-Z]{1,3})([0-9]{1,7})"[^<>]*[^/<>]>(?!</)|\sr="([A-Z]{1,3})([0-9]{1,7})">(?!</)'
)
_WIDE = re.compile(rb'r="([A-Z]{2,3})[0-9]')
_TALL = re.compile(rb'r="[A-Z]{1,3}([0-9]{6,7})"')
"""Cells beyond column Z and row 99,999, whether filled or only formatted: few sheets have them."""
_NARROW, _SHORT = 26, 99_999
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_ERROR = b't="e"'
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|t)(?:\s[^>]*)?>[^<]")


@dataclass(slots=True)
class Survey:
    """What a worksheet's values do not tell: formulas never calculated, cells that show an error."""

    uncached: list[tuple[int, int]] = field(default_factory=list)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the parts of the visible worksheets by title, in order."""
    targets: dict[str, str] = {}
    parts: dict[str, str] = {}

    def relation(name: str, said: dict[str, str]) -> None:
        if name == "Relationship" and said.get("Type", "").endswith("/worksheet"):
            path = posixpath.normpath(posixpath.join("/xl", said.get("Target", "")))
            targets[said.get("Id", "")] = path.removeprefix("/")

    def sheet(name: str, said: dict[str, str]) -> None:
        if name == "sheet" and said.get("state", "visible") == "visible":
            key = next((value for key, value in said.items() if key.endswith(":id")), "")
            if key in targets:
                parts[said.get("name", "")] = targets[key]

    _parse(_read_index(archive, "xl/_rels/workbook.xml.rels"), relation)
    _parse(_read_index(archive, "xl/workbook.xml"), sheet)
    return parts


def check_parts(archive: zipfile.ZipFile, but: set[str]) -> None:
    """Read every XML part to its end: none may declare entities, be cut short or be larger than it says."""
    for name in archive.namelist():
        if name.endswith((".xml", ".rels")) and name not in but:
            for _ in pieces(archive, name):
                pass


def holds(archive: zipfile.ZipFile, part: str) -> bool:
    """Return whether a worksheet holds a value or a formula."""
    return any(_VALUE.search(piece) or _FORMULA.search(piece) for piece in pieces(archive, part))


def survey(archive: zipfile.ZipFile, part: str) -> Survey:
    """Look a worksheet through to its end; raises ``Refused`` where it is broken or reaches too far."""
    found, rows, columns, telling = Survey(), _SHORT, _NARROW, False
    for piece in pieces(archive, part):
        columns = max(columns, *map(_column, set(_WIDE.findall(piece))), 0)
        rows = max(rows, *map(int, set(_TALL.findall(piece))), 0)
        telling = telling or _ERROR in piece or _FORMULA.search(piece) is not None
    if rows * columns > MOST_CELLS:
        check_extent(*_reach(pieces(archive, part)))
    if telling:
        _Watch(found).watch(pieces(archive, part))
    return found


def _reach(content: Iterator[bytes]) -> tuple[int, int]:
    """Return the last row and column of the cells that are more than formatted."""
    rows = columns = 0
    for piece in content:
        cells = [(first or second, row or line) for first, row, second, line in _FILLED.findall(piece)]
        rows = max(rows, *map(int, {row for _, row in cells}), 0)
        columns = max(columns, *map(_column, {column for column, _ in cells}), 0)
    return rows, columns


def pieces(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """Yield a part in pieces that end between two tags; raises ``Refused`` for a broken one."""
    try:
        with archive.open(part) as file:
            rest = file.read(_PIECE)
            if b"\0" in rest[:64]:
                raise Refused("workbook_broken")  # UTF-16, which no writer of workbooks uses
            while chunk := file.read(_PIECE):
                cut = rest.rfind(b"<")
                if len(rest) - cut > _LONGEST_TEXT:
                    raise Refused("workbook_broken")
                yield _checked(rest[: max(cut, 0)])
                rest = rest[max(cut, 0) :] + chunk
            yield _checked(rest)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, KeyError, NotImplementedError):
        raise Refused("workbook_broken") from None


def _checked(piece: bytes) -> bytes:
    if _DOCTYPE.search(piece):
        raise Refused("xml_entities")
    return piece


def _read_index(archive: zipfile.ZipFile, part: str) -> bytes:
    content = bytearray()
    for piece in pieces(archive, part):
        content += piece
        if len(content) > _LARGEST_INDEX:
            raise Refused("workbook_broken")
    return bytes(content)


def _parse(content: bytes, start: Callable[[str, dict[str, str]], None]) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, said: start(name.rsplit(":", 1)[-1], said)
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError):
        raise Refused("workbook_broken") from None


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


class _Watch:
    """Walks a worksheet's cells for formulas without a value and for errors."""

    def __init__(self, found: Survey) -> None:
        self._found = found
        self._row, self._at = -1, -1
        self._kind, self._formula, self._text, self._inside = "", False, "", False

    def watch(self, content: Iterator[bytes]) -> None:
        """Parse a worksheet; raises ``Refused`` where it is no XML."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._hear
        try:
            for piece in content:
                parser.Parse(piece, False)
            parser.Parse(b"", True)
        except (expat.ExpatError, ValueError):
            raise Refused("workbook_broken") from None

    def _start(self, name: str, said: dict[str, str]) -> None:
        name = name.rsplit(":", 1)[-1]
        if name == "row":
            self._row, self._at = int(said.get("r", self._row + 2)) - 1, -1
        elif name == "c":
            letters = said.get("r", "").rstrip("0123456789").encode()
            self._at = _column(letters) - 1 if letters else self._at + 1
            self._kind, self._formula, self._text = said.get("t", ""), False, ""
        elif name == "f":
            self._formula = True
        elif name == "v":
            self._inside = True
            if self._kind == "str":
                self._text = " "  # a formula whose result is an empty text has been calculated

    def _hear(self, text: str) -> None:
        if self._inside:
            self._text += text

    def _end(self, name: str) -> None:
        name = name.rsplit(":", 1)[-1]
        if name == "v":
            self._inside = False
        elif name == "c":
            if self._kind == "e":
                self._found.errors[self._row, self._at] = self._text
            elif self._formula and not self._text and len(self._found.uncached) < MOST_TOLD:
                self._found.uncached.append((self._row, self._at))
