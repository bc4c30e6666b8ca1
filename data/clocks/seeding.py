"""What an empty database knows: days from 2004 on by chinesecalendar (MIT), and the nation's rules."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from chinese_calendar.constants import Holiday, holidays, workdays
from sqlalchemy import Connection, insert, select

from data.models import CalendarDay as DayRow
from data.models import ClockRule as RuleRow
from grid.clocks.calendars import CalendarDay, DayKind
from grid.clocks.regulation import former_rules, regulation_rules
from grid.clocks.rule_rows import rule_row

PACKAGE = "chinesecalendar"
_NEW_YEAR = "元旦"
_FULL_NAMES = {"清明": "清明节", "端午": "端午节", "中秋": "中秋节"}


def seed_clocks(connection: Connection) -> None:
    """Fill calendar and rules where a table of them is empty; what an administrator changed stays."""
    if connection.execute(select(DayRow.day).limit(1)).first() is None:
        connection.execute(insert(DayRow), [{**asdict(each), "source": PACKAGE} for each in seed_days()])
    if connection.execute(select(RuleRow.id).limit(1)).first() is None:
        rules = (*regulation_rules(), *former_rules())
        connection.execute(insert(RuleRow), [rule_row(each) for each in rules])


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
