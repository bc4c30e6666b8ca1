"""Periods of reports: what is asked for is read or refused by name, and each day lies in one of each kind."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grid.refusals import Refused
from grid.reports.content import Column, Table
from grid.reports.flow import StockFlow
from grid.reports.periods import ReportPeriod, check_begun, last_day, read_period
from grid.reports.templates import TEMPLATES, ReportKind, SectionKind

DAYS = st.dates(date(1950, 1, 1), date(2199, 12, 31))


def codes_of(day: date) -> dict[ReportKind, str]:
    year, week, _ = day.isocalendar()
    return {
        ReportKind.DAILY: day.isoformat(),
        ReportKind.WEEKLY: f"{year}-W{week:02d}",
        ReportKind.MONTHLY: f"{day:%Y-%m}",
        ReportKind.QUARTERLY: f"{day.year}Q{(day.month + 2) // 3}",
    }


@given(DAYS)
def test_a_day_lies_in_the_period_of_its_code_and_the_next_begins_after_it(day: date) -> None:
    for kind, code in codes_of(day).items():
        found = read_period(kind, code)
        assert found.period.since <= day <= found.period.until
        assert (found.kind, found.code) == (kind, code)
        after = found.period.until + timedelta(days=1)
        assert read_period(kind, codes_of(after)[kind]).period.since == after


@given(DAYS, st.integers(-400, 400))
def test_a_running_period_counts_to_today_and_one_to_come_is_refused(day: date, off: int) -> None:
    today = day + timedelta(days=off)
    for kind, code in codes_of(day).items():
        found = read_period(kind, code)
        if found.period.since > today:
            with pytest.raises(Refused) as refused:
                check_begun(found, today)
            assert refused.value.code == "report_future"
        else:
            check_begun(found, today)
            assert last_day(found, today) == min(today, found.period.until)


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        *((ReportKind.MONTHLY, text, "report_month_unreadable")
          for text in ("", "2026", "2026-13", "2026-00", "0000-01", "10-2026", "2026-10-01", "二〇二六年",
                       "x" * 999)),
        *((ReportKind.WEEKLY, text, "report_week_unreadable")
          for text in ("", "2026-46", "2026-W54", "2026-W00", "2025-W53", "0000-W01", "9999-W53")),
        *((ReportKind.DAILY, text, "report_day_unreadable")
          for text in ("", "2026-02-29", "today", "22.11.2026", "2026-11-22T00:00")),
        *((ReportKind.QUARTERLY, text, "quarter_unreadable")
          for text in ("", "2026Q5", "2026Q0", "Q3", "0000Q1")),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_name(kind: ReportKind, text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_period(kind, text)
    assert refused.value.code == code
    assert len(str(refused.value.facts)) < 1200


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        (ReportKind.MONTHLY, "2026年10月", "2026-10"), (ReportKind.MONTHLY, " 2026.1 ", "2026-01"),
        (ReportKind.WEEKLY, "2026w7", "2026-W07"), (ReportKind.QUARTERLY, "2026年三季度", "2026Q3"),
    ],
)  # fmt: skip
def test_other_ways_of_writing_a_period_are_read(kind: ReportKind, text: str, code: str) -> None:
    assert read_period(kind, text).code == code


@pytest.mark.parametrize(
    ("asked", "year", "number"), [("2027-W01", 2027, 1), ("2026-W53", 2026, 53), ("2025-W01", 2025, 1)]
)
def test_a_week_is_counted_in_the_year_of_its_thursday(asked: str, year: int, number: int) -> None:
    found: ReportPeriod = read_period(ReportKind.WEEKLY, asked)
    assert (found.year, found.number) == (year, number)


def test_every_report_has_a_template_that_says_no_section_twice() -> None:
    assert set(TEMPLATES) == set(ReportKind)
    for kind, template in TEMPLATES.items():
        assert template.kind is kind
        assert len(set(template.sections)) == len(template.sections)
        assert template.sections[0] is SectionKind.SUMMARY
    assert SectionKind.RANKING in TEMPLATES[ReportKind.QUARTERLY].sections
    assert all(any(kind in one.sections for one in TEMPLATES.values()) for kind in SectionKind)


@given(st.tuples(*[st.integers(0, 9)] * 4))
def test_stock_and_flow_that_does_not_add_up_is_an_error(counts: tuple[int, int, int, int]) -> None:
    opening, new, resolved, closing = counts
    if opening + new - resolved == closing:
        assert StockFlow(None, *counts, 0, 0).change == new - resolved
    else:
        with pytest.raises(ValueError, match="add up"):
            StockFlow(None, *counts, 0, 0)


def test_a_row_that_does_not_fit_its_table_is_an_error() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        Table("t", "t", (Column("a", "a"),), ((1, 2),))
