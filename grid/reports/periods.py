"""Periods of reports, as they are asked for: a day, an ISO week, a month, a quarter."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from grid.indicators.figures import Period
from grid.listings import FIRST_YEAR, Quarter
from grid.refusals import Refused
from grid.reports.templates import ReportKind

_MONTH = re.compile(r"\s*(\d{4})[-.年/](\d{1,2})月?\s*")
_WEEK = re.compile(r"\s*(\d{4})[-.]?W(\d{1,2})\s*", re.IGNORECASE)
_SHOWN = 40
"""Letters of what was asked that a refusal repeats."""


@dataclass(frozen=True, slots=True)
class ReportPeriod:
    """A report's kind and period; ``code`` is how it is asked for and names its file (2026-10, 2026Q3)."""

    kind: ReportKind
    code: str
    period: Period

    @property
    def number(self) -> int:
        """The week's, month's or quarter's number in its year; the day's in its month."""
        if self.kind is ReportKind.WEEKLY:
            return self.period.since.isocalendar().week
        if self.kind is ReportKind.QUARTERLY:
            return Quarter.of(self.period.since).number
        return self.period.since.month if self.kind is ReportKind.MONTHLY else self.period.since.day

    @property
    def year(self) -> int:
        """The year that the number counts in: of a week the one that has its Thursday."""
        weekly = self.kind is ReportKind.WEEKLY
        return self.period.since.isocalendar().year if weekly else self.period.since.year


def read_period(kind: ReportKind, text: str) -> ReportPeriod:
    """Read what is asked for: 2026-11-22, 2026-W46, 2026-10 or 2026Q3.

    Raises ``Refused``: ``report_day_unreadable``, ``report_week_unreadable``, ``report_month_unreadable`` or
    ``quarter_unreadable``.
    """
    return _READERS[kind](text)


def check_begun(asked: ReportPeriod, today: date) -> None:
    """Refuse a period of which no day has come: ``Refused('report_future')``."""
    if asked.period.since > today:
        raise Refused("report_future", period=asked.code, today=today.isoformat())


def last_day(asked: ReportPeriod, today: date) -> date:
    """Return the day to which a report counts: the period's last or, while it runs, today."""
    return min(asked.period.until, today)


def _day(text: str) -> ReportPeriod:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise Refused("report_day_unreadable", text=text[:_SHOWN]) from None
    return ReportPeriod(ReportKind.DAILY, day.isoformat(), Period(day, day))


def _week(text: str) -> ReportPeriod:
    match = _WEEK.fullmatch(text)
    try:
        if match is None or int(match[1]) < FIRST_YEAR:
            raise ValueError(text)
        monday = date.fromisocalendar(int(match[1]), int(match[2]), 1)
        period = Period(monday, monday + timedelta(days=6))
    except (ValueError, OverflowError):
        raise Refused("report_week_unreadable", text=text[:_SHOWN]) from None
    return ReportPeriod(ReportKind.WEEKLY, f"{match[1]}-W{int(match[2]):02d}", period)


def _month(text: str) -> ReportPeriod:
    match = _MONTH.fullmatch(text)
    if match is None or not 1 <= int(match[2]) <= 12 or int(match[1]) < FIRST_YEAR:
        raise Refused("report_month_unreadable", text=text[:_SHOWN])
    year, month = int(match[1]), int(match[2])
    until = date(year, month, calendar.monthrange(year, month)[1])
    return ReportPeriod(ReportKind.MONTHLY, f"{year}-{month:02d}", Period(date(year, month, 1), until))


def _quarter(text: str) -> ReportPeriod:
    quarter = Quarter.parse(text)
    return ReportPeriod(ReportKind.QUARTERLY, str(quarter), Period(quarter.first_day, quarter.last_day))


_READERS = {
    ReportKind.DAILY: _day,
    ReportKind.WEEKLY: _week,
    ReportKind.MONTHLY: _month,
    ReportKind.QUARTERLY: _quarter,
}
