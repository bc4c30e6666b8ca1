"""Tables to XLSX and CSV: no cell of text can become a formula, and equal tables give equal bytes."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from openpyxl import Workbook

from data.export.rows import Cell

_EPOCH = (1980, 1, 1, 0, 0, 0)
_CORE = "docProps/core.xml"
_FORMULA_STARTS = ("=", "+", "-", "@")
_BREAKS = ("\t", "\r", "\n")
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060\u00ad \u00a0\u3000"
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def guard_text(text: str) -> str:
    """Return text that no spreadsheet takes for a formula: a quote goes before = + - @.

    Full-width forms count, and what stands after spaces, a byte order mark or invisible signs. Source: OWASP,
    "CSV Injection".
    """
    text = _CONTROLS.sub("", text)
    first = unicodedata.normalize("NFKC", text.lstrip(_INVISIBLE)[:1])
    return f"'{text}" if first.startswith(_FORMULA_STARTS) or text.startswith(_BREAKS) else text


def unguard_text(text: str) -> str:
    """Return text without the quote that ``guard_text`` puts before what looks like a formula."""
    return text[1:] if text.startswith("'") and guard_text(text[1:]) == text else text


def write_csv(path: Path, headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write a table as UTF-8 CSV with a byte order mark, which spreadsheets need for Chinese."""
    path.write_bytes(csv_bytes(headers, rows))


def csv_bytes(headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a table as the bytes that `write_csv` writes."""
    content = io.StringIO(newline="")
    writer = csv.writer(content, lineterminator="\r\n")
    writer.writerow(headers)
    writer.writerows([_as_text(cell) for cell in row] for row in rows)
    return content.getvalue().encode("utf-8-sig")


def write_xlsx(
    path: Path | io.BytesIO, title: str, headers: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> None:
    """Write a table as one sheet; numbers and dates stay what they are."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(title)
    sheet.append(list(headers))
    for row in rows:
        sheet.append([guard_text(cell) if isinstance(cell, str) else cell for cell in row])
    save_workbook(workbook, path)


def save_workbook(workbook: Workbook, path: Path | io.BytesIO) -> None:
    """Save a workbook without the time of writing, so that the same content is the same file."""
    raw = io.BytesIO()
    workbook.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == _CORE:
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"1980-01-01T00:00:00Z", content)
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, content)


def _as_text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    return guard_text(cell) if isinstance(cell, str) else str(cell)
