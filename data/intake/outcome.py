"""The outcome of an import as workbooks, in words, safe to open: what was found, and the rows to mend."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

from openpyxl import Workbook

from data.export.sheets import guard_text
from data.intake.kept import KeptRow
from grid.findings import ImportReport

_COLUMNS = ("severity", "row", "column", "original", "sentence")
Say = Callable[..., str]


def write_outcome(report: ImportReport, say: Say) -> bytes:
    """Return an XLSX of all findings; ``say(key, **facts)`` gives the words. No cell can become a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(say("outcome.sheet"))
    sheet.append([say(f"outcome.{column}") for column in _COLUMNS])
    for finding in report.findings:
        sentence = say(f"findings.{finding.code}", **finding.facts)
        texts = (finding.column, finding.original, sentence)
        sheet.append([say(f"severity.{finding.severity}"), finding.row or None, *map(guard_text, texts)])
    return _saved(book)


def write_rows(report: ImportReport, kept: Sequence[KeptRow], say: Say) -> bytes:
    """Return an XLSX of the rows to mend under the file's own headers, each with its reasons behind it.

    It can be mended and imported as it is: the columns that are added have headers of no field. Columns with
    personal data are left out, whoever put them there.
    """
    headers = _headers(report, kept)
    reasons = _reasons(report, say)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(say("rows_to_mend.sheet"))
    sheet.freeze_panes = "A2"
    added = [say("rows_to_mend.row"), say("rows_to_mend.state"), say("rows_to_mend.reasons")]
    sheet.append([*map(guard_text, headers), *added])
    for one in kept:
        cells = (guard_text(one.cells.get(header, "")) for header in headers)
        state = say(f"row_state.{one.state}")
        sheet.append([*cells, one.row, state, guard_text("\n".join(reasons.get(one.row, ())))])
    return _saved(book)


def _headers(report: ImportReport, kept: Sequence[KeptRow]) -> list[str]:
    """Return the headers of what was kept, in the order of the file as far as it is known."""
    table = report.inspection.table
    columns = table.columns if table is not None else ()
    personal = {column.header for column in columns if column.personal}
    there = dict.fromkeys(header for one in kept for header in one.cells)
    ordered = dict.fromkeys(column.header for column in columns if column.header in there)
    return [header for header in {**ordered, **there} if header not in personal]


def _reasons(report: ImportReport, say: Say) -> dict[int, list[str]]:
    reasons: dict[int, list[str]] = {}
    for finding in report.findings:
        sentence = say(f"findings.{finding.code}", **finding.facts)
        reasons.setdefault(finding.row, []).append(
            say("rows_to_mend.reason", column=finding.column, sentence=sentence)
            if finding.column
            else sentence
        )
    return reasons


def _saved(book: Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
