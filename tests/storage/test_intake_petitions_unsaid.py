"""Matters whose file leaves something unsaid, or says what nobody may keep: never guessed, never quoted."""

from __future__ import annotations

import pytest

from data.intake.personal.persons import is_id_number
from grid.findings import Severity
from grid.refusals import Refused
from tests.storage.petition_files import FULL, ID_NUMBER, PETITIONS, PHONE, kept, line, refused, rows


@pytest.mark.parametrize("number", [ID_NUMBER, "11010119900307002X", PHONE, "+86 138 0013 8000"])
@pytest.mark.parametrize("others", [0, 7])
def test_a_column_of_persons_numbers_refuses_the_file(take_in, write_csv, number, others):
    lines = [line(f"A{i}") for i in range(others)] + [line(number)] * 3
    with pytest.raises(Refused, match="matter_no_is_personal"):
        take_in(PETITIONS, write_csv([FULL, *lines]))


@pytest.mark.parametrize(
    "number", [ID_NUMBER, f"'{ID_NUMBER}", PHONE, "138 0013 8000", "１３８００１３８０００"]
)
def test_a_persons_number_among_many_refuses_its_row_and_is_nowhere_kept(
    take_in, write_csv, small_city, number
):
    lines = [line(f"A{i}") for i in range(600)]
    report = take_in(PETITIONS, write_csv([FULL, *lines, line(number, 登记日期="不详", 责任单位="不存在局")]))
    assert refused(report) == {602: "matter_no_personal"}
    assert (report.accepted, report.refused) == (600, 1)
    everything = kept(small_city).replace(" ", "")
    assert ID_NUMBER not in everything
    assert PHONE not in everything
    assert number.replace(" ", "") not in everything


def test_numbers_of_area_day_and_serial_are_nobodys_though_their_check_digit_be_right(
    take_in, write_csv, small_city
):
    days = [f"33010220260105{serial:03d}" for serial in range(110)]
    by_chance = [body + "10X98765432"[_check(body)] for body in days]
    assert all(map(is_id_number, by_chance))
    report = take_in(PETITIONS, write_csv([FULL, *map(line, by_chance)]))
    assert (report.accepted, report.refused) == (110, 0)


def _check(body):
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11


BARE = [["编号", "登记日期"], ["A1", "2026-01-05"], ["A2", "2026-01-06"]]


@pytest.mark.parametrize(
    ("said", "word"),
    [("claim", "申诉求决"), ("建议意见", "建议意见")],
)
def test_columns_that_are_missing_are_filled_in_and_told_once(take_in, write_csv, small_city, said, word):
    report = take_in(PETITIONS, write_csv(BARE), purpose=said)
    told = {
        (f.row, f.column, f.facts["word"], f.facts["count"])
        for f in report.findings
        if f.code == "column_defaulted"
    }
    assert told == {
        (0, "信访目的", word, 2),
        (0, "信访形式", "网上", 2),
        (0, "内容分类", "其他", 2),
        (0, "初重件", "初件", 2),
        (0, "件次", "1", 2),
    }
    assert rows(small_city, "SELECT DISTINCT channel, category, stage FROM petition") == [
        ("online", "other", "registered")
    ]


def test_a_file_without_purposes_is_not_taken_for_claims(take_in, write_csv, small_city):
    report = take_in(PETITIONS, write_csv(BARE))
    assert refused(report) == {2: "purpose_missing", 3: "purpose_missing"}
    assert rows(small_city, "SELECT count(*) FROM petition") == [(0,)]


def test_the_option_fills_blank_purposes_only(take_in, write_csv, small_city):
    lines = [FULL, line("A1", 信访目的=""), line("A2", 信访目的="检举控告"), line("A3", 信访目的="建议意见")]
    report = take_in(PETITIONS, write_csv(lines), purpose="claim")
    assert [(f.column, f.facts["count"]) for f in report.findings if f.code == "column_defaulted"] == [
        ("信访目的", 1)
    ]
    assert rows(small_city, "SELECT matter_no, purpose FROM petition ORDER BY 1") == [
        ("A1", "claim"),
        ("A2", "accusation"),
        ("A3", "suggestion"),
    ]


@pytest.mark.parametrize("purpose", ["accusation", "检举控告", "什么"])
def test_blank_purposes_can_be_declared_claims_or_suggestions_only(take_in, write_csv, purpose):
    with pytest.raises(Refused, match="option_unreadable"):
        take_in(PETITIONS, write_csv(BARE), purpose=purpose)


@pytest.mark.parametrize("stage", ["答复送达", "评价", "办结", "复查", "复核", "终结"])
def test_a_settled_stage_without_any_day_is_asked_about(take_in, write_csv, small_city, stage):
    lines = [
        FULL,
        line("A1", 办理阶段=stage),
        line("A2", 办理阶段=stage, 答复日期="2026-02-01"),
        line("A3", 办理阶段=stage, 办结日期="2026-02-01"),
        line("A4", 办理阶段="办理"),
    ]
    report = take_in(PETITIONS, write_csv(lines))
    assert [(f.code, f.row, f.column) for f in report.findings if f.severity is Severity.REVIEW] == [
        ("settled_without_date", 2, "办理阶段")
    ]
    assert rows(small_city, "SELECT count(*) FROM petition") == [(4,)]
