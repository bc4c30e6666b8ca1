"""Working days agree with a day-by-day oracle, never raise for a year without a notice, and say so."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.clocks.seeding import seed_days
from grid.clocks.calendars import CalendarDay, DayKind, WorkCalendar
from grid.refusals import Refused

CALENDAR = WorkCalendar(seed_days())
DAY = timedelta(days=1)
DAYS = st.dates(date(2003, 1, 1), date(2029, 12, 31))

CHECKED = [
    (date(2026, 9, 24), date(2026, 10, 9)),
    (date(2026, 9, 30), date(2026, 10, 13)),
    (date(2026, 2, 13), date(2026, 2, 27)),
    (date(2026, 5, 8), date(2026, 5, 14)),
]


def works(day: date) -> bool:
    """The package itself where it knows the year, else the weekday: not a line of ours."""
    if 2004 <= day.year <= 2026:
        return bool(chinese_calendar.is_workday(day))
    return day.isoweekday() < 6


def walked(start: date, days: int) -> date:
    day = start
    while days:
        day += DAY
        days -= works(day)
    return day


@pytest.mark.parametrize(("start", "due"), CHECKED)
def test_five_working_days_of_the_checked_vectors(start: date, due: date) -> None:
    reckoned = CALENDAR.add_working_days(start, 5)
    assert (reckoned.day, reckoned.provisional) == (due, False)


def test_every_day_of_every_known_year_is_as_the_package_has_it() -> None:
    day = date(2004, 1, 1)
    while day.year <= 2026:
        assert CALENDAR.is_working(day) == chinese_calendar.is_workday(day), day
        day += DAY


def test_the_seed_knows_each_year_of_the_package_and_no_other() -> None:
    assert CALENDAR.known == frozenset(range(2004, 2027))
    assert not CALENDAR.knows(2027)
    assert not CALENDAR.knows(2003)


def test_december_of_the_next_notice_belongs_to_that_notice() -> None:
    """2018-12-29 was worked by the notice for 2019: uploading 2018 anew must not take it away."""
    years = {day.day: day.notice_year for day in CALENDAR.days}
    assert years[date(2018, 12, 29)] == years[date(2018, 12, 31)] == 2019
    assert years[date(2022, 12, 31)] == 2023


@given(DAYS, st.integers(0, 80))
def test_adding_agrees_with_walking(start: date, days: int) -> None:
    assert CALENDAR.add_working_days(start, days).day == walked(start, days)


@given(DAYS, st.integers(0, 400))
def test_counting_agrees_with_walking_both_ways(start: date, length: int) -> None:
    end = start + length * DAY
    counted = sum(works(start + ahead * DAY) for ahead in range(1, length + 1))
    assert CALENDAR.working_days_between(start, end).days == counted
    assert CALENDAR.working_days_between(end, start).days == -counted


@given(DAYS, st.integers(0, 60), st.integers(0, 30))
def test_the_sum_is_monotone(start: date, days: int, more: int) -> None:
    """A later start or more days are never due earlier, and no sum ends before its start."""
    due = CALENDAR.add_working_days(start, days).day
    assert due >= start
    assert CALENDAR.add_working_days(start, days + more).day >= due + more * DAY
    assert CALENDAR.add_working_days(start + more * DAY, days).day >= due


@given(DAYS, st.integers(1, 60))
def test_adding_and_counting_are_inverse(start: date, days: int) -> None:
    due = CALENDAR.add_working_days(start, days).day
    assert works(due)
    assert CALENDAR.working_days_between(start, due).days == days


@given(DAYS)
def test_neighbouring_working_days_agree_with_walking(day: date) -> None:
    later, earlier = day, day
    while not works(later):
        later += DAY
    while not works(earlier):
        earlier -= DAY
    assert CALENDAR.next_working_day(day).day == later
    assert CALENDAR.last_working_day(day).day == earlier


@given(DAYS, st.integers(1, 60))
def test_a_sum_is_provisional_where_a_counted_day_lies_in_an_unknown_year(start: date, days: int) -> None:
    reckoned = CALENDAR.add_working_days(start, days)
    counted = [start + ahead * DAY for ahead in range(1, (reckoned.day - start).days + 1)]
    assert reckoned.provisional == any(not 2004 <= day.year <= 2026 for day in counted)


def test_an_unpublished_year_is_its_weekends_and_says_so() -> None:
    reckoned = CALENDAR.add_working_days(date(2026, 12, 30), 3)
    assert (reckoned.day, reckoned.provisional) == (date(2027, 1, 4), True)
    assert CALENDAR.working_days_between(date(2027, 9, 30), date(2027, 10, 8)).provisional
    assert not CALENDAR.working_days_between(date(2026, 12, 1), date(2026, 12, 31)).provisional


@given(st.dates(), st.integers(0, 4000))
@settings(max_examples=300)
def test_no_date_at_all_raises(start: date, days: int) -> None:
    """From year 1 to 9999: a matter with a mistyped year must not stop the city's clocks."""
    due = CALENDAR.add_working_days(start, days).day
    assert start <= due <= date.max
    assert CALENDAR.last_working_day(start).day <= start
    assert CALENDAR.next_working_day(start).day >= start


@given(st.sets(st.dates(date(2030, 1, 1), date(2030, 12, 31)), max_size=366), DAYS, st.integers(0, 300))
def test_any_calendar_agrees_with_walking(named: set[date], start: date, days: int) -> None:
    """Made-up calendars, up to a year without a working day."""
    kinds = {day: DayKind.WORKING if day.weekday() > 4 else DayKind.HOLIDAY for day in named}
    calendar = WorkCalendar(tuple(CalendarDay(day, kind, "节", 2030) for day, kind in kinds.items()))
    start = start.replace(year=2030, day=min(start.day, 28))
    day, left = start, days
    while left:
        day += DAY
        left -= (day.weekday() > 4) == (day in named)
    assert calendar.add_working_days(start, days).day == day


def test_days_that_contradict_themselves_are_refused() -> None:
    monday = date(2026, 3, 2)
    with pytest.raises(Refused, match="calendar_workday_no_weekend"):
        CalendarDay(monday, DayKind.WORKING, "春节", 2026)
    with pytest.raises(Refused, match="calendar_day_outside"):
        CalendarDay(monday, DayKind.HOLIDAY, "春节", 2027)
    with pytest.raises(Refused, match="calendar_day_outside"):
        CalendarDay(date(2027, 1, 1), DayKind.HOLIDAY, "元旦", 2026)
    holiday = CalendarDay(monday, DayKind.HOLIDAY, "春节", 2026)
    with pytest.raises(Refused, match="calendar_day_twice"):
        WorkCalendar((holiday, holiday))


def test_working_days_are_never_taken_away() -> None:
    with pytest.raises(ValueError, match="added"):
        CALENDAR.add_working_days(date(2026, 1, 1), -1)
