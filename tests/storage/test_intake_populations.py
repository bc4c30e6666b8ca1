"""Populations: found by code and name together, never guessed, and a newer count outlives an older file."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from grid.findings import ImportKind, Severity
from grid.refusals import Refused

KIND = ImportKind.POPULATIONS
HEAD = ["区划代码", "名称", "常住人口", "统计日期"]
TOWN, VILLAGE = "990101001", "990101001001"


def population(engine, code):
    with engine.connect() as connection:
        found = connection.execute(
            text("SELECT population, population_on FROM area WHERE code = :code AND valid_to IS NULL"),
            {"code": code},
        )
        return tuple(found.one())


def told(report, severity=None):
    return {f.row: f.code for f in report.findings if severity in {None, f.severity} and f.row}


def test_counts_are_written_with_their_day_once_and_never_by_an_older_file(take_in, write_csv, small_city):
    first = write_csv(
        [HEAD, [TOWN, "东山街道", "12,345人", "2025-12-31"], [VILLAGE, "", "２００", "20251231"]]
    )
    report = take_in(KIND, first)
    assert (report.accepted, report.figures["populations"]) == (2, 2)
    assert population(small_city, TOWN) == (12_345, date(2025, 12, 31))
    assert population(small_city, VILLAGE) == (200, date(2025, 12, 31))
    older = take_in(
        KIND,
        write_csv([HEAD, [TOWN, "东山街道", 9, "2020-11-01"], [VILLAGE, "", 200, "2025-12-31"]], "b.csv"),
    )
    assert (older.figures["populations"], older.figures["unchanged"]) == (0, 1)
    assert told(older) == {2: "population_older"}
    assert population(small_city, TOWN) == (12_345, date(2025, 12, 31))
    assert take_in(KIND, first).unchanged


@pytest.mark.parametrize(
    ("line", "code", "severity"),
    [
        ([TOWN, "江口街道", 100, "2025-12-31"], "population_area_unclear", Severity.REVIEW),
        (["990109001", "东山街道", 100, "2025-12-31"], "area_unknown", Severity.REFUSED),
        (["", "双石镇", 100, "2025-12-31"], "area_unknown", Severity.REFUSED),
        ([TOWN, "东山街道", "", "2025-12-31"], "value_missing", Severity.REFUSED),
        ([TOWN, "东山街道", "不详", "2025-12-31"], "count_unreadable", Severity.REFUSED),
        ([TOWN, "东山街道", "12.5%", "2025-12-31"], "count_is_share", Severity.REFUSED),
        ([TOWN, "东山街道", 100, "25-12-31"], "date_two_digit_year", Severity.REFUSED),
        ([TOWN, "东山街道", 100, "2027-12-31"], "date_in_future", Severity.REFUSED),
        ([TOWN, "东山街道", 100, ""], "value_missing", Severity.REFUSED),
        (["9.90101E+08", "东山街道", 100, "2025-12-31"], "code_in_scientific_notation", Severity.REFUSED),
    ],
)
def test_what_is_not_certain_is_named_and_writes_nothing(  # noqa: PLR0917  fixtures and a case
    take_in, write_csv, small_city, line, code, severity
):
    before = population(small_city, TOWN)
    report = take_in(KIND, write_csv([HEAD, line]), dry_run=False)
    assert told(report, severity) == {2: code}
    assert report.rows_kept == 1
    assert population(small_city, TOWN) == before


def test_an_area_counted_twice_differently_is_refused_and_about_is_asked(take_in, write_csv, small_city):
    day = "2025-12-31"
    lines = [
        [TOWN, "东山", 100, day], [TOWN, "云岭县东山街道", 101, day],
        [VILLAGE, "", "约200", day], [VILLAGE, "", "约200", day],
    ]  # fmt: skip
    report = take_in(KIND, write_csv([HEAD, *lines]))
    assert told(report, Severity.REFUSED) == dict.fromkeys((2, 3), "duplicate_in_file")
    assert told(report, Severity.REVIEW) | told(report, Severity.NOTE) == {4: "count_approximate"} | {
        5: "duplicate_identical"
    }
    assert population(small_city, VILLAGE) == (200, date(2025, 12, 31))


def test_names_alone_do_where_they_fit_one_area(take_in, write_csv, small_city):
    head = ["县区", "乡镇", "村", "人口（万人）", "时点"]
    lines = [["临江区", "双石镇", "", "1.25", "2025.12.31"], ["云岭县", "", "", "40", "2025.12.31"]]
    assert take_in(KIND, write_csv([head, *lines])).accepted == 2
    assert population(small_city, "990102100")[0] == 12_500
    assert population(small_city, "990101")[0] == 400_000


def test_total_rows_are_compared_level_by_level(take_in, write_csv):
    day = "2025-12-31"
    counts = [["990101", "", 300, day], [TOWN, "", 100, day], ["990101100", "", 200, day]]
    right = take_in(KIND, write_csv([HEAD, *counts, ["合计", "", 300, ""]]), dry_run=True)
    assert told(right) == {5: "total_row_dropped"}
    wrong = take_in(KIND, write_csv([HEAD, *counts, ["合计", "", 301, ""]], "b.csv"), dry_run=True)
    assert told(wrong, Severity.REVIEW) == {5: "column_total_differs"}


def test_the_day_is_asked_for_where_the_table_does_not_say_it(take_in, write_csv, small_city):
    path = write_csv([["各镇人口（截至2025年12月31日）"], ["代码", "人口"], [TOWN, 77]])
    tried = take_in(KIND, path, dry_run=True)
    (question,) = tried.inspection.open_questions
    assert (question.option, question.proposed) == ("as_of", "2025-12-31")
    with pytest.raises(Refused, match="questions_open"):
        take_in(KIND, path)
    take_in(KIND, path, as_of="2025-12-31")
    assert population(small_city, TOWN) == (77, date(2025, 12, 31))
    with pytest.raises(Refused, match="option_unreadable"):
        take_in(KIND, path, as_of="2099-01-01")
