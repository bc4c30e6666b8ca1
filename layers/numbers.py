"""Numbers as text: grouping, rates, changes, days; the same on every screen."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from grid.measures import Measure, MeasureUnit

CITY_ZONE = ZoneInfo("Asia/Shanghai")
MINUS = "−"


def grouped(value: float) -> str:
    """Return a whole number with thousands apart."""
    return f"{value:,.0f}".replace("-", MINUS)


def decimal(value: float) -> str:
    """Return a number with one digit after the point."""
    return f"{value:,.1f}".replace("-", MINUS)


def measured(measure: Measure) -> str | None:
    """Return the value of a measure, or none where n is too small for one."""
    if measure.value is None:
        return None
    return decimal(measure.value) if measure.unit is MeasureUnit.PERCENT else grouped(measure.value)


def change(measure: Measure, earlier: float | None) -> tuple[int, str] | None:
    """Return direction (-1, 0, 1) and size of the change since an earlier value.

    Rates change by percentage points, counts by per cent; none where there is nothing to compare with.
    """
    if measure.value is None or earlier is None:
        return None
    if measure.unit is MeasureUnit.PERCENT:
        points = round(measure.value - earlier, 1)
        return _direction(points), decimal(abs(points))
    if earlier == 0:
        return None
    percent = round(100 * (measure.value - earlier) / earlier, 1)
    return _direction(percent), f"{decimal(abs(percent))}%"


def in_city_time(moment: datetime) -> str:
    """Return a moment in the city's zone, to the minute."""
    return moment.astimezone(CITY_ZONE).strftime("%Y-%m-%d %H:%M")


def span(since: date, until: date) -> str:
    """Return a period as text, without repeating the year."""
    if since.year == until.year:
        return f"{since:%Y-%m-%d} – {until:%m-%d}"
    return f"{since:%Y-%m-%d} – {until:%Y-%m-%d}"


def short_span(since: date, until: date) -> str:
    """Return a period in the least room that is still plain."""
    if since.year == until.year:
        return f"{since:%m.%d}–{until:%m.%d}"
    return f"{since:%y.%m}–{until:%y.%m}"


def _direction(value: float) -> int:
    return (value > 0) - (value < 0)
