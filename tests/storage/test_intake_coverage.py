"""The official annex with its oddities: all counted, nothing guessed, questions answered on a second go."""

from __future__ import annotations

from datetime import date

import openpyxl
import pytest
from sqlalchemy import text

from grid.findings import ImportKind, Severity
from grid.refusals import Refused

COVERAGE = ImportKind.COVERAGE
HEAD = ["序号", "包片领导", "职务", "责任单位", "积案数（件）", "备注"]
ROWS = [
    [1, "张　三", "市委书记", "云岭县", 44, None],
    [2, "李四", "市长", "临江区", 17, None],
    [3, None, None, "市住房和城乡建设局", 5, None],
    [4, None, None, "枫溪经济开发区", 7, None],
    [5, None, "市委政法委书记", "临江区双石镇", "3件", None],
    [6, "王五", "副市长", "负责全市重点领域信访积案化解", None, "统筹"],
]
MERGES = ["B5:B6", "C5:C6"]
"""Rows 5 and 6 of the sheet: 临江区 and the department share a leader; row 7 is blank, not merged."""


@pytest.fixture
def write_annex(tmp_path):
    def write(
        rows=ROWS,
        *,
        title="枫溪市市领导包片化解信访积案安排表（共76件）",
        merges=MERGES,
        name="annex.xlsx",
        total=None,
    ):
        book = openpyxl.Workbook()
        sheet = book.active
        for cells in (
            [title],
            ["说明：按属地管理原则"],
            HEAD,
            *rows,
            *([["合计", None, None, None, total]] if total else []),
        ):
            sheet.append(cells)
        sheet.merge_cells("A1:F1")
        for merge in merges:
            sheet.merge_cells(merge)
        book.save(tmp_path / name)
        return tmp_path / name

    return write


def rows(engine, statement):
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


PLAN = (
    "SELECT u.name, u.kind, coalesce(l.name, l.post), a.cases FROM assignment a JOIN unit u ON u.id = unit_id"
    " LEFT JOIN leader l ON l.id = leader_id JOIN coverage_plan p ON p.id = plan_id"
    " WHERE p.valid_to IS NULL AND p.state = 'published' ORDER BY a.id"
)


def test_the_annex_is_counted_and_every_oddity_named(take_in, write_annex, small_city):
    report = take_in(COVERAGE, write_annex())
    assert {
        k: report.figures[k] for k in ("rows", "cases", "cases_on_map", "cases_departments", "leaders")
    } == {
        "rows": 6,
        "cases": 76,
        "cases_on_map": 71,
        "cases_departments": 5,
        "leaders": 4,
    }
    found = {(f.code, f.row) for f in report.findings}
    assert found == {
        ("leader_missing", 7),
        ("functional_area", 7),
        ("post_without_name", 8),
        ("no_count", 9),
        ("total_checked", 0),
    }
    assert (report.rows, report.accepted, report.review, report.refused) == (6, 5, 1, 0)
    assert rows(small_city, PLAN) == [
        ("云岭县", "area", "张三", 44),
        ("临江区", "area", "李四", 17),
        ("市住房和城乡建设局", "department", "李四", 5),
        ("枫溪经济开发区", "area", None, 7),
        ("双石镇", "area", "市委政法委书记", 3),
    ]
    assert rows(small_city, "SELECT post, name FROM leader ORDER BY id") == [
        ("市委书记", "张三"),
        ("市长", "李四"),
        ("市委政法委书记", None),
        ("副市长", "王五"),
    ]


def test_a_total_that_does_not_add_up_is_asked_about(take_in, write_annex):
    report = take_in(COVERAGE, write_annex(title="安排表（共80件）"))
    found = next(f for f in report.findings if f.code == "total_differs")
    assert (found.facts["stated"], found.facts["cases"], found.severity) == (80, 76, Severity.REVIEW)


def test_a_total_row_is_checked_where_the_title_states_none(take_in, write_annex):
    report = take_in(COVERAGE, write_annex(title="安排表", total=76))
    assert {"total_checked", "total_row_dropped"} <= {f.code for f in report.findings}
    assert report.figures["rows"] == 6


@pytest.mark.parametrize(
    ("answer", "label"), [("李四", "李四"), ("市委政法委书记", "市委政法委书记"), ("副市长 赵六", "赵六")]
)
def test_an_answer_settles_a_blank_leader(take_in, write_annex, small_city, answer, label):
    path = write_annex()
    take_in(COVERAGE, path)
    report = take_in(COVERAGE, path, leader_row_7=answer)
    assert ("枫溪经济开发区", "area", label, 7) in rows(small_city, PLAN)
    assert "leader_missing" not in {f.code for f in report.findings}
    assert "leader_answered" in {f.code for f in report.findings}
    assert rows(small_city, "SELECT count(*) FROM coverage_plan WHERE valid_to IS NULL") == [(1,)]


def test_answers_that_name_no_row_or_nobody_are_refused(take_in, write_annex, small_city):
    with pytest.raises(Refused, match="answer_row_unknown"):
        take_in(COVERAGE, write_annex(), leader_row_99="李四")
    with pytest.raises(Refused, match="answer_unclear"):
        take_in(COVERAGE, write_annex(), leader_row_7="？？")
    assert rows(small_city, "SELECT count(*) FROM coverage_plan") == [(0,)]


def test_an_answer_that_fits_two_leaders_is_not_guessed(take_in, write_annex):
    doubles = [
        [1, "李四", "市长", "云岭县", 1, None],
        [2, "李四", "副市长", "临江区", 1, None],
        [3, None, None, "双东局", 1, None],
    ]
    with pytest.raises(Refused, match="answer_unclear"):
        take_in(COVERAGE, write_annex(doubles, merges=[]), leader_row_6="李四")


def test_a_plan_follows_the_one_before_and_days_have_one_plan(take_in, write_annex, small_city):
    take_in(COVERAGE, write_annex(), valid_from="2026-01-01")
    take_in(COVERAGE, write_annex(ROWS[:2], merges=[], name="b.xlsx"), valid_from="2026-06-01")
    take_in(COVERAGE, write_annex(ROWS[:1], merges=[], name="c.xlsx"), valid_from="2026-03-01")
    spans = rows(small_city, "SELECT valid_from, valid_to FROM coverage_plan ORDER BY valid_from")
    assert spans == [
        (date(2026, 1, 1), date(2026, 3, 1)),
        (date(2026, 3, 1), date(2026, 6, 1)),
        (date(2026, 6, 1), None),
    ]


def test_units_are_matched_by_short_and_office_names_and_an_unknown_area_is_no_department(
    take_in, write_annex, small_city
):
    annex = [
        [1, "张三", "书记", "云岭", 1, None],
        [2, "张三", "书记", "临江区人民政府", 2, None],
        [3, "张三", "书记", "枫溪经济开发区管委会", 3, None],
        [4, "张三", "书记", "无名县", 4, None],
        [5, "张三", "书记", "双石镇", 5, None],
        [6, "张三", "书记", "市教育局", 6, None],
        [7, "张三", "书记", "市教育局", 6, None],
    ]
    report = take_in(COVERAGE, write_annex(annex, merges=[], title="表"))
    assert {f.row: f.code for f in report.findings if f.severity is Severity.REFUSED} == {
        7: "area_unknown",
        8: "area_unknown",
        10: "duplicate_in_file",
    }
    assert [name for name, *_ in rows(small_city, PLAN)] == ["云岭县", "临江区", "枫溪经济开发区", "市教育局"]


def test_two_leaders_in_a_cell_are_asked_about(take_in, write_annex, small_city):
    report = take_in(
        COVERAGE, write_annex([[1, "张三、李四", None, "云岭县", 3, None]], merges=[], title="表")
    )
    assert [f.code for f in report.findings if f.severity is Severity.REVIEW] == ["leader_unclear"]
    assert rows(small_city, PLAN) == [("云岭县", "area", None, 3)]


def test_an_annex_that_gives_nothing_replaces_nothing(take_in, write_annex, small_city):
    take_in(COVERAGE, write_annex())
    report = take_in(
        COVERAGE, write_annex([[1, "张三", "书记", "无名县", 4, None]], merges=[], name="b.xlsx")
    )
    assert (report.accepted, report.refused) == (0, 1)
    assert len(rows(small_city, PLAN)) == 5


@pytest.mark.parametrize("row", ["", "x", "-7", "0", "07", "７", "7\n", "9" * 5000])
def test_an_answer_whose_row_is_no_number_is_no_option(take_in, write_annex, row):
    with pytest.raises(Refused, match="option_unknown"):
        take_in(COVERAGE, write_annex(), **{f"leader_row_{row}": "市长"})
