"""Workbooks: XLSX and old XLS files by calamine, after a look at what calamine would trust."""

from __future__ import annotations

import mmap
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import python_calamine as calamine

from data.intake.reading.grids import Grid, check_size, choose
from data.intake.reading.packages import Survey, check_parts, holds, sheet_parts, survey
from data.intake.sniff import open_archive
from data.intake.tables.values import Cell
from grid.refusals import Refused

T = TypeVar("T")
_BOF = b"\x09\x08\x10\x00\x00\x06\x05\x00"
_FILEPASS = 0x2F
_FIRST_RECORDS = 4
_EXACT = 2**53
"""Whole numbers up to here are exact as floats, which is all that a workbook keeps."""


def read_xlsx(path: Path, name: str | None) -> Grid:
    """Return one sheet of an XLSX file; raises ``Refused``."""
    with open_archive(path) as archive:
        parts = sheet_parts(archive)
        if name is not None and name not in parts:
            choose(list(parts), [], name)
        check_parts(archive, set(parts.values()))
        holding = [title for title, part in parts.items() if holds(archive, part)]
        title = choose(list(parts), holding, name)
        found = survey(archive, parts[title])
    ignored = [] if name is not None else holding[1:]
    sheet = _open(path, ".xlsx", lambda book: book.get_sheet_by_name(title))
    return _grid(sheet, title, list(parts), ignored, found)


def read_xls(path: Path, name: str | None) -> Grid:
    """Return one sheet of an old XLS file; raises ``Refused``, also for what else comes in its container."""
    _check_container(path)

    def read(book: Any) -> tuple[str, list[str], list[str], Any]:
        visible = calamine.SheetVisibleEnum.Visible
        titles = [sheet.name for sheet in book.sheets_metadata if sheet.visible == visible]
        sheets = {title: book.get_sheet_by_name(title) for title in titles if name in (None, title)}
        holding = [title for title, sheet in sheets.items() if sheet.height]
        title = choose(titles, holding, name)
        return title, titles, holding[1:], sheets[title]

    title, titles, ignored, sheet = _open(path, ".xls", read)
    return _grid(sheet, title, titles, ignored, Survey())


def _check_container(path: Path) -> None:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:

        def names(stream: str) -> bool:
            return content.find(stream.encode("utf-16-le")) >= 0

        if names("EncryptedPackage"):
            raise Refused("workbook_encrypted")
        if not (names("Workbook") or names("Book")):
            raise Refused("format_unknown")
        if _has_password(content):
            raise Refused("workbook_encrypted")


def _has_password(content: mmap.mmap) -> bool:
    """Return whether the record FILEPASS stands among the first of a BIFF8 stream, which begins with BOF."""
    at = content.find(_BOF)
    for _ in range(_FIRST_RECORDS if at >= 0 else 0):
        head = content[at : at + 4]
        if len(head) < 4:
            return False
        kind, size = struct.unpack("<HH", head)
        if kind == _FILEPASS:
            return True
        at += 4 + size
    return False


def _open(path: Path, suffix: str, read: Callable[[Any], T]) -> T:
    """Let calamine read: it judges a file by its suffix, so that it is given one of ours."""
    named = Path(f"book{suffix}").absolute()
    named.symlink_to(path)
    try:
        with calamine.CalamineWorkbook.from_path(named) as book:
            return read(book)
    except calamine.PasswordError:
        raise Refused("workbook_encrypted") from None
    except (calamine.CalamineError, OSError, ValueError):
        raise Refused("workbook_broken") from None
    except BaseException as fault:
        if type(fault).__name__ == "PanicException":  # what Rust raises is no Exception
            raise Refused("workbook_broken") from None
        raise


def _grid(sheet: Any, title: str, titles: Sequence[str], ignored: Sequence[str], found: Survey) -> Grid:
    check_size(sheet.total_height, sheet.total_width)
    merges = [(*first, *last) for first, last in sheet.merged_cell_ranges or ()]
    return Grid(_rows(sheet, found.errors), title, titles, ignored, merges, found.uncached)


def _rows(sheet: Any, errors: Mapping[tuple[int, int], str]) -> Iterator[Sequence[Cell]]:
    top, left = sheet.start or (0, 0)
    for _ in range(top):
        yield ()
    wrong: dict[int, dict[int, str]] = {}
    for (at, column), text in errors.items():
        wrong.setdefault(at, {})[column] = text
    for i, cells in enumerate(sheet.iter_rows(), top):
        row: list[Cell] = [None] * left + [_cell(cell) for cell in cells]
        for column, text in wrong.get(i, {}).items():
            row[column : column + 1] = [text]
        yield row


def _cell(cell: Any) -> Cell:
    if type(cell) is str:
        return cell or None
    if type(cell) is float and cell.is_integer() and abs(cell) < _EXACT:
        return int(cell)
    return cell  # type: ignore[no-any-return]
