"""Rows read column by column give what rows read one by one give: the same matters, findings and counts."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from data.intake.kept import KeptRows
from data.intake.ledger import Ledger
from data.intake.matters.columns import MatterColumns
from data.intake.matters.reader import MatterReader
from data.intake.tables.layout import Wishes
from data.intake.tables.rows import RowReader
from data.intake.tables.table import OpenTable, Row
from data.intake.units import UnitBook
from data.writes.copying import copy_text
from data.writes.petitions import TOLD
from data.writes.units import UnitRow
from grid.findings import ImportKind
from tests.storage.petition_files import FULL, ID_NUMBER, PHONE, line

TODAY = date(2026, 11, 20)
HEADER = [*FULL, "来源", "诉求摘要"]
CELLS = {
    "信访件编号": ["A1", "XF-2026-001", "20260105000123", "331102001001.0", "'A7", "A O1", "NULL", "NAN",
              "E12", "1E5", "12e3", "无", "", ID_NUMBER, PHONE, "Ａ９", "a\tb", "A\\N", "\\N", "1" * 41],
    "信访形式": ["来信", "电话", "网上 ", "托梦", "", "—", "１２３４５", "letter"],
    "信访目的": ["申诉求决", "建议意见", "检举控告", "举报", "", "别的", "claim"],
    "内容分类": ["城乡建设", "交通", "", "没有的"],
    "办理轨道": ["", "普通", "涉法涉诉", "复查复核", "什么"],
    "办理阶段": ["", "办理", "办结", "答复送达", "复查", "奇怪"],
    "登记日期": ["2026-01-05", "2026年1月5日", "2026.1.9", "", "2026-02-30", "2099-01-01", "46027", "2026-1"],
    "受理日期": ["", "2026-01-10", "2026-01-01", "2026/1/20", "无"],
    "延期天数": ["", "30", "31", "约20", "5天", "-1"],
    "答复日期": ["", "2026-02-01", "2026-01-07", "不详"],
    "办结日期": ["", "2026-02-05", "2026-01-31"],
    "初重件": ["", "初件", "重件", "三次"],
    "件次": ["", "1", "3次", "约5", "0", "很多"],
    "人数": ["", "１２", "0", "7人", "百"],
    "积案": ["", "是", "否", "也许"],
    "评价": ["", "满意", "基本满意", "一般般"],
    "责任单位": ["", "云岭县", "云岭县政府", "不存在局"],
    "问题属地": ["", "双石镇", "东山街道东东1村12号", f"双石镇 {ID_NUMBER}", "不详", "同上", "长" * 400,
             "a\\b\tc", "江口街道\n附近"],
    "经度": ["", "120.051", "28.051", "0", "东经120", "-120.5", "１２０.０５", "120,5", "1e2"],
    "纬度": ["", "28.051", "120.051", "0", "28.05度", "28"],
    "坐标系": ["", "CGCS2000", "高德", "北京54"],
    "区划代码": ["", "990101001001", "9.90101E+11", "990101001001.0", "888888"],
    "收到日期": ["", "2026-01-04", "2026-01-09", "不详"],
    "转送交办日期": ["", "2026-01-06", "2026-01-01", "2026/1/30", "46028"],
    "单位收到日期": ["", "2026-01-07", "2026-01-03", "2026-02-30"],
    "受理告知日期": ["", "2026-01-12", "2026-01-05", "2099-01-01", "昨天"],
    "延期日期": ["", "2026-03-01", "2026-01-02", "三月"],
    "延期批准人": ["", "分管副县长", f"分管副县长 {PHONE}", "长" * 61, "同上"],
    "延期理由": ["", "需鉴定", f"鉴定联系 {PHONE}", "a\tb\\N", "长" * 301, "=1+1"],
    "评价日期": ["", "2026-02-03", "2026-01-08"],
    "再次信访日期": ["", "2026-03-03", "2026-01-04"],
    "交办层级": ["", "国家", "省级", "市", "县", "nation"],
    "化解日期": ["", "2026-04-03", "2026-01-01"],
    "阅批日期": ["", "2026-01-06", "2025-12-31", "已阅"],
    "来源": ["", "省平台", "长" * 61],
    "诉求摘要": ["", "路灯不亮", f"电话 {PHONE}", "a\tb\nc\\d", "长" * 600],
}  # fmt: skip
"""What stands in cells: what is usual, and whatever an importer has something to say of."""


TYPED = {
    "信访件编号": [20260105, 1.0, True, 2.02601e13, 331102001001.0],
    "登记日期": [date(2026, 1, 5), 46027, 46027.5, date(2099, 1, 1)],
    "受理日期": [date(2026, 1, 10), 46000.0, True],
    "延期天数": [1, 1.0, True, 31],
    "件次": [1, True, 1.0, 2.5, 0],
    "人数": [12, 12.0, False],
    "积案": [True, 1, 1.0, False],
    "经度": [120.051, 120, 0, True, float("nan")],
    "纬度": [28.051, 28, -1],
    "区划代码": [990101001001, 990101001001.0],
}
"""Cells of workbooks: 1, 1.0 and true are equal to Python and are not to a reader."""


@st.composite
def some_row(draw: st.DrawFn, *, typed: bool = False) -> list[object]:
    """Return a usual row with up to five cells in which anything may stand."""
    cells: dict[str, object] = dict(zip(FULL, line(f"N{draw(st.integers(0, 30))}"), strict=True))
    for header in draw(st.lists(st.sampled_from(HEADER), max_size=5, unique=True)):
        cells[header] = draw(st.sampled_from([*CELLS[header], *(TYPED.get(header, []) if typed else [])]))
    return [cells.get(header, "") for header in HEADER][: draw(st.sampled_from([36, 36, 36, 24, 20, 9]))]


FILES = st.lists(some_row(), min_size=1, max_size=30)
BOOKS = st.lists(some_row(typed=True), min_size=1, max_size=30)
OPTIONS = st.sampled_from(
    [{}, {"purpose": "claim"}, {"datum": "WGS84", "source": "市平台"}, {"datum_GCJ02": "BD09"}]
)


@pytest.fixture(autouse=True)
def _units(monkeypatch: pytest.MonkeyPatch) -> None:
    county = UnitRow(7, "云岭县", 1, "county")
    monkeypatch.setattr(UnitBook, "load", lambda session: UnitBook([county]))


def open_file(rows: list[list[object]]) -> OpenTable:
    # Enough usual rows first, so that no column is taken for a personal one by what the others hold.
    usual = [[*line(f"U{number}"), "", ""] for number in range(60)]
    return OpenTable([HEADER, *usual, *rows], ImportKind.PETITIONS, Wishes(keep_text=True))


class Reading:
    """What reading a file gave: lines and places by row, and everything that was said or counted."""

    def __init__(self, rows: list[list[object]], options: dict[str, str], *, by_column: bool) -> None:
        table = open_file(rows)
        self.ledger = Ledger()
        task = SimpleNamespace(
            options=options, ledger=self.ledger, session=None, kept=KeptRows(), path=Path()
        )
        self.reader = MatterReader(task)  # type: ignore[arg-type]
        self.read: dict[int, tuple[object, ...]] = {}
        block = list(table.data_rows())
        usual: list[int] = []
        if by_column:
            found = MatterColumns(self.reader, table, TODAY).read([cells for _, cells in block])
            usual = [block[at][0] for at in found.at]
            self.read = dict(
                zip(usual, zip(found.lines, found.wheres, found.stated, strict=True), strict=True)
            )
        self.usual = len(usual)
        for number, cells in block:
            if number not in self.read:
                matter = self.reader.read(
                    RowReader(Row(number, table.by_field(cells), {}), table, self.ledger, TODAY)
                )
                if matter is not None:
                    fields = "\t".join(copy_text(getattr(matter, field)) for field in TOLD)
                    self.read[number] = (fields, matter.where, matter.stated)

    @property
    def said(self) -> tuple[object, ...]:
        """Everything that was said or counted."""
        findings = sorted(map(str, self.ledger.findings))
        return findings, self.reader.defaulted, self.reader.blanked, self.reader.personal_numbers


def compare(rows: list[list[object]], options: dict[str, str]) -> None:
    ours, theirs = (Reading(rows, options, by_column=fast) for fast in (True, False))
    assert ours.read == theirs.read
    assert ours.said == theirs.said


@settings(max_examples=150)
@given(FILES, OPTIONS)
def test_both_ways_of_reading_find_the_same_in_texts(
    rows: list[list[object]], options: dict[str, str]
) -> None:
    compare(rows, options)


@settings(max_examples=100)
@given(BOOKS, OPTIONS)
@example([[*line("N1", 件次=1)], [*line("N2", 件次=True)], [*line("N3", 件次=1.0)]], {})
def test_both_ways_of_reading_find_the_same_in_workbooks(
    rows: list[list[object]], options: dict[str, str]
) -> None:
    compare(rows, options)


@pytest.mark.parametrize("header", HEADER)
def test_each_odd_cell_by_itself_is_found_both_ways(header: str) -> None:
    cells = [dict(zip(FULL, line(f"N{number}"), strict=True)) for number in range(40)]
    odd = [*CELLS[header], *TYPED.get(header, [])]
    rows = [
        [(one | {header: cell}).get(name, "") for name in HEADER]
        for one, cell in zip(cells, odd, strict=False)
    ]
    compare(rows, {})


def test_usual_rows_are_read_by_column() -> None:
    reading = Reading([[*line("N1"), "", ""], [*line("N2", 信访目的="检举控告"), "", ""]], {}, by_column=True)
    assert reading.usual == 61
