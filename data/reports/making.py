"""A report made: gathered from one snapshot, set as a file, and audited before it is handed out."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Engine

from data.reports.asked import Say
from data.reports.gathering import Told, gather
from data.sessions import reading, writing
from grid.audits import Action
from grid.principals import Principal
from grid.refusals import Refused
from grid.reports.content import Report
from grid.reports.periods import ReportPeriod


def make_report(
    engine: Engine,
    principal: Principal,
    asked: ReportPeriod,
    suffix: str,
    say: Say,
    *,
    told: Told = lambda _: None,
) -> bytes:
    """Return the file of a report by its suffix (.docx, .xlsx).

    Raises ``Refused``: ``report_suffix``, ``report_future``, ``report_too_early`` or ``report_nothing``.
    """
    write = _writer(suffix)
    with reading(engine, principal) as session:
        report = gather(session, asked, say, told)
    body = write(report, say)
    facts = {
        "report": asked.kind.value,
        "since": report.period.since.isoformat(),
        "until": report.period.until.isoformat(),
        "form": suffix.lstrip("."),
        "bytes": len(body),
    }
    with writing(engine, principal, Action.REPORT_MAKE, "report", changes_data=False, **facts):
        pass
    return body


def _writer(suffix: str) -> Callable[[Report, Say], bytes]:
    """Return what writes a kind of file; each is imported only where it is asked for: they are heavy."""
    if suffix == ".docx":
        from data.reports.word import write_word

        return write_word
    if suffix == ".xlsx":
        from data.reports.excel import write_excel

        return write_excel
    raise Refused("report_suffix", file=suffix[:20], known=".docx .xlsx")
