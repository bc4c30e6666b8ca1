"""The outcome of an import as a workbook: a row a finding, in words, safe to open."""

from __future__ import annotations

import io
from collections.abc import Callable

from openpyxl import Workbook

from data.export.sheets import guard_text
from grid.findings import ImportReport

_COLUMNS = ("severity", "row", "column", "original", "sentence")


def write_outcome(report: ImportReport, say: Callable[..., str]) -> bytes:
    """Return an XLSX of all findings; ``say(key, **facts)`` gives the words. No cell can become a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(say("outcome.sheet"))
    sheet.append([say(f"outcome.{column}") for column in _COLUMNS])
    for finding in report.findings:
        sentence = say(f"findings.{finding.code}", **finding.facts)
        texts = (finding.column, finding.original, sentence)
        sheet.append([say(f"severity.{finding.severity}"), finding.row or None, *map(guard_text, texts)])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
