"""Tables as people lay them out: headers over two rows, pages, notes and totals; only data come out."""

from __future__ import annotations

import csv
from datetime import date

import pytest
from openpyxl import Workbook

from data.intake.kept import MOST, KeptRows
from data.intake.ledger import Ledger
from data.intake.tables.layout import Wishes
from data.intake.tables.table import OpenTable, open_table, read_table
from data.intake.tables.totals import read_total
from grid.findings import ImportKind, RowState, Severity

PETITIONS, SERVICE = ImportKind.PETITIONS, ImportKind.SERVICE_POINTS
HEAD = ["信访件编号", "登记日期", "信访形式", "人数"]


def lines(size, first=1):
    return [[f"A{first + i:05d}", date(2026, 1, 5), "来信", 2] for i in range(size)]


def put(tmp_path, rows):
    path = tmp_path / "table.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def read(tmp_path, rows, kind=PETITIONS, **wishes):
    ledger = Ledger()
    table = read_table(put(tmp_path, rows), kind, ledger, wishes=Wishes(**wishes))
    return table, ledger


def told(ledger):
    return [(f.code, f.row) for f in ledger.findings]


def test_a_header_over_two_rows_is_read_as_one_and_numbers_stay(tmp_path):
    rows = [
        ["枫溪市信访件"],
        ["信访件", "登记信息", "", "人数", "受理", "答复"],
        ["编号", "登记日期", "信访形式", "", "日期", "日期"],
        ["A1", "2026-01-05", "来信", "2", "2026-01-06", "2026-01-09"],
    ]
    table, ledger = read(tmp_path, rows)
    assert table.rows[0].number == 4
    assert table.rows[0].cells == {
        "matter_no": "A1", "registered_on": "2026-01-05", "channel": "来信", "heads": "2",
        "accepted_on": "2026-01-06", "replied_on": "2026-01-09",
    }  # fmt: skip
    assert table.header["accepted_on"] == "受理日期"
    assert told(ledger) == []


def test_a_title_is_no_upper_header_and_a_first_row_of_words_no_lower_one(tmp_path):
    rows = [["一览表", "2026年"], HEAD[:3], ["A1", "二〇二六年", "来信"], ["A2", "2026-01-05", "来访"]]
    table, _ = read(tmp_path, rows)
    assert [row.number for row in table.rows] == [3, 4]


def test_the_header_rows_that_a_person_names_are_taken(tmp_path):
    rows = [HEAD, ["甲", "乙", "丙", "丁"], ["A1", "2026-01-05", "来信", "2"]]
    table, _ = read(tmp_path, rows, header_from=2, columns={0: "matter_no", 1: "registered_on"})
    assert [row.number for row in table.rows] == [3]
    assert table.header["matter_no"] == "甲"


def test_what_pages_print_again_and_what_stands_below_is_no_data(tmp_path):
    title = ["枫溪市信访件一览", "", "", ""]
    rows = [
        title, HEAD, *lines(3), ["本页小计", "", "", 6], title, HEAD, *lines(2, 9),
        ["合　计：", "", "", 10], [],
        ["注：本表由信访局填报"], ["填表人：某某", "", "审核人：某某"], ["第 1 页 共 2 页"],
    ]  # fmt: skip
    table, ledger = read(tmp_path, rows)
    assert [row.number for row in table.rows] == [3, 4, 5, 9, 10]
    assert [code for code, _ in told(ledger) if code == "column_total_differs"] == []
    assert sorted(told(ledger)) == [
        ("header_repeated", 0), ("note_row_dropped", 7), ("note_row_dropped", 13), ("note_row_dropped", 14),
        ("note_row_dropped", 15), ("total_row_dropped", 6), ("total_row_dropped", 11),
    ]  # fmt: skip
    assert all(finding.original == "" for finding in ledger.findings)


@pytest.mark.parametrize(
    ("stated", "part", "wrong"),
    [(10, 6, []), (11, 6, [11]), (10, 7, [6]), ("—", "", []), ("约10", 6, []), (4, 6, [])],
)
def test_totals_are_compared_with_their_sums(tmp_path, stated, part, wrong):
    rows = [HEAD, *lines(3), ["小计", "", "", part], *lines(2, 9), [], [], ["", "", "", ""]]
    rows = [["登记"], *rows[:8], *rows[8:9], ["", "合计", "", stated]]
    table, ledger = read(tmp_path, rows)
    assert len(table.rows) == 5
    found = [f.row for f in ledger.findings if f.severity is Severity.REVIEW]
    # The last total may be of all rows or, as some write it, of those since the last one of a part.
    assert found == wrong


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (["合计", 3], False), (["合 计", 3], False), ([None, "总计：", 3], False), (["Total", 3], False),
        (["小计", 3], True), (["青枫镇小计", 3], True), (["本页合计", 3], True),
        (["合计村", 3], None), (["小溪村", 3], None), (["共青团路", 3], None), (["会计学院", 3], None),
        ([3, 4], None),
        (["A1", "合同纠纷"], None), (["全市", 3], None), (["设计", 3], None),
    ],
)  # fmt: skip
def test_total_rows_are_known_by_their_word(row, kind):
    assert read_total(row) is kind


def test_a_table_is_read_as_a_stream_once_its_first_rows_told_what_it_is():
    read_so_far = 0

    def rows():
        nonlocal read_so_far
        yield HEAD
        for line in lines(50_000):
            read_so_far += 1
            yield line

    opened = OpenTable(rows(), PETITIONS, Wishes())
    assert opened.layout.fields["heads"] == 3
    assert read_so_far < 2000
    data = opened.data_rows()
    assert next(data) == (2, lines(1)[0])
    assert read_so_far < 2000
    assert sum(1 for _ in data) == 49_999


def test_a_column_without_header_is_known_by_its_values_or_left_out(tmp_path):
    rows = [
        ["信访件编号", "登记日期", "", ""],
        *([f"A{i:05d}", "2026-01-05", "来访", "甲"] for i in range(9)),
    ]
    table, ledger = read(tmp_path, rows)
    assert table.header["channel"] == "信访形式"
    assert told(ledger) == [("column_guessed", 1)]
    assert "甲" not in repr(table.rows)


def test_free_text_is_dropped_unless_it_is_asked_for(tmp_path):
    texts = [
        "反映道路积水，联系人张某，电话13800138000，多次要求处理未果",
        "要求解决工资，涉及五人，请答复，谢谢",
    ]
    rows = [
        [*HEAD, "诉求内容", "备注"],
        *([f"A{i:05d}", "2026-01-05", "来信", "1", texts[i % 2], "无"] for i in range(6)),
    ]
    table, ledger = read(tmp_path, rows)
    assert told(ledger) == [("text_column_dropped", 1), ("text_column_dropped", 1)]
    assert "道路积水" not in repr(table)
    kept, _ = read(tmp_path, rows, keep_text=True)
    assert kept.rows[0].cells["summary"] == texts[0]
    assert "诉求内容" not in kept.rows[0].keepable
    assert kept.header["summary"] == "诉求内容"


def test_what_may_be_kept_of_a_row_holds_nobody(tmp_path):
    rows = [
        [*HEAD, "姓名", "紧急程度", "经手", "事由"],
        *(
            [f"A{i:05d}", "2026-01-05", "来信", "1", f"王{c}", "一般", f"李{c}明", "家中漏水"]
            for i, c in enumerate("伟芳娜敏静")
        ),
    ]
    table, _ = read(tmp_path, rows)
    assert table.rows[0].keepable == {
        "信访件编号": "A00000", "登记日期": "2026-01-05", "信访形式": "来信", "人数": "1", "紧急程度": "一般"
    }  # fmt: skip


def test_names_of_one_field_twice_are_told(tmp_path):
    rows = [
        ["信访件编号", "登记日期", "登记时间"],
        *([f"A{i:05d}", "2026-01-05", "2026-01-06"] for i in range(3)),
    ]
    _, ledger = read(tmp_path, rows)
    assert told(ledger) == [("column_twice", 1)]


def merged_workbook(path):
    book = Workbook()
    sheet = book.active
    for row in (
        ["枫溪市代办点"],
        ["区域", None, "代办点", "工作量", None, 2026],
        ["县区", "村社区", None, "办理数", "化解数", None],
        ["云岭区", "溪口村", "溪口点", 3, 2, None],
        [None, "上岙村", "上岙点", 1, 1, None],
        [None, "石桥村", "石桥点", 4, 0, None],
        ["合计", None, None, 8, 4, None],
    ):
        sheet.append(row)
    for cells in ("A1:F1", "A2:B2", "C2:C3", "D2:E2", "A4:A5"):
        sheet.merge_cells(cells)
    book.save(path)
    return path


def test_a_merged_header_is_read_and_merged_values_hold_over_their_range_only(tmp_path):
    ledger = Ledger()
    table = read_table(merged_workbook(tmp_path / "merged.xlsx"), SERVICE, ledger, fill=("county",))
    assert [dict(row.cells) for row in table.rows] == [
        {"county": "云岭区", "village": "溪口村", "point": "溪口点", "handled": 3, "resolved": 2},
        {"county": "云岭区", "village": "上岙村", "point": "上岙点", "handled": 1, "resolved": 1},
        {"county": None, "village": "石桥村", "point": "石桥点", "handled": 4, "resolved": 0},
    ]
    wrong = [(f.code, f.row, f.column, f.facts) for f in ledger.findings if f.severity is Severity.REVIEW]
    assert wrong == [("column_total_differs", 7, "化解数", {"stated": 4, "summed": 3})]


def test_no_more_rows_are_kept_than_anybody_mends_but_every_conflict():
    kept = KeptRows()
    for row in range(MOST + 10):
        kept.keep(row, RowState.REFUSED, {"编号": "A1"})
    assert (len(kept), kept.left_out) == (MOST, 10)
    kept.keep(MOST + 20, RowState.QUARANTINED, {"编号": "A1"}, "一 A1")
    assert len(kept) == MOST + 1


def test_formulas_without_values_are_refused_where_they_matter(tmp_path):
    book = Workbook()
    book.active.append(["村社区", "代办点", "办理数", "别的"])
    book.active.append(["溪口村", "溪口点", "=1+1", "=2+2"])
    book.save(tmp_path / "formulas.xlsx")
    ledger = Ledger()
    open_table(tmp_path / "formulas.xlsx", SERVICE, ledger, Wishes())
    assert [(f.code, f.row, f.column) for f in ledger.findings if f.severity is Severity.REFUSED] == [
        ("formula_without_value", 2, "办理数")
    ]
