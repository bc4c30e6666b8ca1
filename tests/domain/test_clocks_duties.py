"""Duties come round as often as their rule says, each is filled once, and what is missing is overdue."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grid.clocks.duties import (
    DutyBearer,
    DutyRule,
    Period,
    default_duties,
    duty_terms,
    next_period,
    period_start,
)
from grid.clocks.states import ClockState
from grid.refusals import Refused
from layers.words import Language, say
from tests.domain.clock_cases import CALENDAR

SINCE = date(2026, 1, 1)
REPORT = DutyRule("rectification_report", DutyBearer.UNIT, Period.MONTH, SINCE)
RECEPTION = DutyRule("reception", DutyBearer.LEADER, Period.MONTH, SINCE, month_days=(15, 28))


def test_a_unit_listed_in_october_reports_from_november_on() -> None:
    terms = duty_terms(REPORT, (date(2026, 10, 28), None), [], CALENDAR, date(2027, 1, 5))
    assert [term.due_on for term in terms] == [date(2026, 11, 30), date(2026, 12, 31), date(2027, 1, 31)]
    assert [term.state for term in terms] == [ClockState.OVERDUE, ClockState.OVERDUE, ClockState.RUNNING]


def test_a_late_report_fills_its_month_and_the_next_one_the_next() -> None:
    done = [date(2026, 12, 3), date(2026, 12, 30)]
    terms = duty_terms(REPORT, (date(2026, 11, 1), None), done, CALENDAR, date(2026, 12, 31))
    assert [(term.done_on, term.state) for term in terms] == [
        (done[0], ClockState.STOPPED_LATE),
        (done[1], ClockState.STOPPED_IN_TIME),
    ]


def test_two_reports_in_one_month_do_not_pay_for_the_next() -> None:
    done = [date(2026, 11, 3), date(2026, 11, 4)]
    terms = duty_terms(REPORT, (date(2026, 11, 1), None), done, CALENDAR, date(2027, 1, 1))
    assert [term.state for term in terms[:2]] == [ClockState.STOPPED_IN_TIME, ClockState.OVERDUE]


def test_a_delisted_unit_owes_no_report_for_its_last_month() -> None:
    terms = duty_terms(REPORT, (date(2026, 9, 1), date(2026, 11, 20)), [], CALENDAR, date(2027, 1, 1))
    assert [term.due_on for term in terms] == [date(2026, 9, 30), date(2026, 10, 31)]


def test_reception_on_the_15th_and_28th() -> None:
    terms = duty_terms(RECEPTION, (date(2026, 2, 1), None), [date(2026, 2, 13)], CALENDAR, date(2026, 2, 20))
    assert [(term.due_on, term.state) for term in terms] == [
        (date(2026, 2, 15), ClockState.STOPPED_IN_TIME),
        (date(2026, 2, 28), ClockState.RUNNING),
    ]
    assert terms[0].act_by == date(2026, 2, 14), "the 15th begins the Spring Festival, the 14th is worked"


def test_a_score_is_due_fifteen_days_after_its_quarter() -> None:
    (score,) = (rule for rule in default_duties(SINCE) if rule.every is Period.QUARTER)
    (term,) = duty_terms(score, (date(2026, 7, 1), None), [], CALENDAR, date(2026, 9, 30))
    assert (term.period_start, term.due_on) == (date(2026, 7, 1), date(2026, 10, 15))


@given(st.sampled_from(list(Period)), st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_periods_tile_the_calendar(every: Period, day: date) -> None:
    start = period_start(every, day)
    following = next_period(every, start)
    assert start <= day < following
    assert period_start(every, following) == following
    assert period_start(every, following - timedelta(days=1)) == start


@given(
    st.sampled_from([*default_duties(SINCE), RECEPTION]),
    st.dates(date(2025, 11, 1), date(2026, 12, 31)),
    st.lists(st.dates(date(2025, 12, 1), date(2027, 6, 1)), max_size=20),
    st.dates(date(2026, 1, 1), date(2027, 6, 1)),
)
def test_terms_are_owed_whole_and_filled_once(
    rule: DutyRule, since: date, done: list[date], on: date
) -> None:
    terms = duty_terms(rule, (since, None), done, CALENDAR, on)
    used = [term.done_on for term in terms if term.done_on is not None]
    assert used == sorted(used)
    assert all(used.count(day) <= done.count(day) for day in used)
    assert all(day <= on for day in used)
    for term in terms:
        assert max(since, SINCE) <= term.period_start <= on
        assert term.period_start <= term.act_by <= term.due_on or term.act_by < term.period_start
        assert term.done_on is None or term.done_on >= term.period_start
        assert (term.state is ClockState.OVERDUE) == (term.done_on is None and on > term.due_on)


@pytest.mark.parametrize(
    "change",
    [{"month_days": (29,)}, {"month_days": (0,)}, {"month_days": (15, 15)}, {"grace": -1}, {"soon_days": -1}],
)
def test_days_that_no_month_has_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(Refused, match="duty_rule_days"):
        DutyRule("reception", DutyBearer.LEADER, Period.MONTH, SINCE, **change)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="duty_rule_days"):
        DutyRule("reception", DutyBearer.LEADER, Period.WEEK, SINCE, month_days=(15,))


def test_every_default_duty_has_words() -> None:
    assert all(say(f"duty.{rule.duty}", language) for rule in default_duties(SINCE) for language in Language)
