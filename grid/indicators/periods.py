"""Periods that a figure is compared with: the one just before (环比) and the one a year before (同比)."""

from __future__ import annotations

from datetime import date, timedelta

from grid.indicators.figures import Period
from grid.listings import Quarter

_DAY = timedelta(days=1)
_MONTHS = 12


def quarter_period(quarter: Quarter) -> Period:
    """Return the days of a quarter."""
    return Period(quarter.first_day, _month_on(quarter.first_day, 3) - _DAY)


def is_whole_months(period: Period) -> bool:
    """Return whether a period begins with a month's first day and ends with a month's last."""
    return period.since.day == 1 and (period.until + _DAY).day == 1


def period_before(period: Period) -> Period:
    """Return the period of the same length just before: as many months, where it is whole months."""
    until = period.since - _DAY
    if is_whole_months(period):
        return Period(_month_on(period.since, -_months_in(period)), until)
    return Period(period.since - (period.until - period.since) - _DAY, until)


def period_a_year_before(period: Period) -> Period:
    """Return the same days of the year before; whole months stay whole months, whatever February has."""
    if is_whole_months(period):
        since = _month_on(period.since, -_MONTHS)
        return Period(since, _month_on(since, _months_in(period)) - _DAY)
    return Period(_a_year_earlier(period.since), _a_year_earlier(period.until))


def _months_in(period: Period) -> int:
    return _number(period.until) - _number(period.since) + 1


def _number(day: date) -> int:
    return day.year * _MONTHS + day.month - 1


def _month_on(first: date, months: int) -> date:
    number = _number(first) + months
    return date(number // _MONTHS, number % _MONTHS + 1, 1)


def _a_year_earlier(day: date) -> date:
    # 29 February has no day a year before: the 28th stands for it.
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
