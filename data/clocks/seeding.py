"""The calendar's first days: 2004 to the last year that the package chinesecalendar (MIT) knows."""

from __future__ import annotations

from datetime import date

from chinese_calendar.constants import Holiday, holidays, workdays

from grid.clocks.calendars import CalendarDay, DayKind

_NEW_YEAR = "元旦"
_FULL_NAMES = {"清明": "清明节", "端午": "端午节", "中秋": "中秋节"}


def seed_days() -> tuple[CalendarDay, ...]:
    """Return the days that notices name, in order; those of 元旦 in December belong to the next year's."""
    named = [_named(day, DayKind.HOLIDAY, english) for day, english in holidays.items()]
    named += [_named(day, DayKind.WORKING, english) for day, english in workdays.items()]
    return tuple(sorted(named, key=lambda each: each.day))


def _named(day: date, kind: DayKind, english: str) -> CalendarDay:
    chinese = Holiday(english).chinese
    festival = _FULL_NAMES.get(chinese, chinese)
    is_next = festival == _NEW_YEAR and day.month == 12
    return CalendarDay(day, kind, festival, day.year + is_next)
