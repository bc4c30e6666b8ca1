"""Exported tables: no text turns into a formula, numbers and dates stay what they are, equal is equal."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.export.annex import write_annex
from data.export.rows import Annex, AnnexRow
from data.export.sheets import guard_text, write_csv, write_xlsx

FORMULAS = [
    "=1+1", "+1", "-1+2", "@SUM(A1)", "＝1+1", "＋1", "－1", "＠x", "  =1", "\ufeff=1", "\u200b=1",
    "\u3000=1", "\xa0+1", "\t=1", "\r=1", "\x00=1", "﹦1", "\n=1",
]  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_are_quoted_in_both_formats(text: str, tmp_path: Path) -> None:
    assert guard_text(text).startswith("'")
    write_csv(tmp_path / "t.csv", ["甲"], [[text]])
    write_xlsx(tmp_path / "t.xlsx", "表", ["甲"], [[text]])
    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1][0].startswith("'")
    cell = openpyxl.load_workbook(tmp_path / "t.xlsx").active["A2"]
    assert cell.data_type == "s"
    assert cell.value.startswith("'")


@given(st.text(max_size=30))
def test_no_text_starts_as_a_formula_and_none_is_lost(text: str) -> None:
    guarded = guard_text(text)
    assert not guarded.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    shown = "".join(sign for sign in text if sign >= " " or sign in "\t\n\r")
    assert guarded in {shown, f"'{shown}"}
    assert guard_text(guarded) == guarded


@pytest.mark.parametrize("text", ["望澜县", "第1网格", "12-3", "a=b", "'quoted", ""])
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert guard_text(text) == text


def test_numbers_and_dates_stay_what_they_are(tmp_path: Path) -> None:
    row = [-5, -1.5, date(2026, 2, 28), None, "990101001001"]
    write_xlsx(tmp_path / "t.xlsx", "表", list("甲乙丙丁戊"), [row])
    cells = next(openpyxl.load_workbook(tmp_path / "t.xlsx").active.iter_rows(min_row=2))
    assert [cell.value for cell in cells[:2]] == [-5, -1.5]
    assert cells[2].value.date() == date(2026, 2, 28)
    assert cells[3].value is None
    assert (cells[4].value, cells[4].data_type) == ("990101001001", "s")
    write_csv(tmp_path / "t.csv", list("甲乙丙丁戊"), [row])
    text = (tmp_path / "t.csv").read_text(encoding="utf-8-sig")
    assert text.splitlines()[1] == "-5,-1.5,2026-02-28,,990101001001"


def test_text_of_several_lines_with_quotes_survives(tmp_path: Path) -> None:
    text = '第一行\n第二行,"引号"'
    write_csv(tmp_path / "t.csv", ["甲"], [[text]])
    content = (tmp_path / "t.csv").read_bytes().decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(content, newline="")))[1] == [text]


def test_the_same_table_is_the_same_file_without_a_time(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_xlsx(tmp_path / name, "表", ["甲"], [["乙"]])
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
        assert b"1980-01-01T00:00:00Z" in archive.read("docProps/core.xml")


def test_an_annex_merges_only_cells_of_one_leader(tmp_path: Path) -> None:
    rows = (
        AnnexRow("甲乙丙", "副市长", "子县", 3),
        AnnexRow("甲乙丙", "副市长", "丑局", 1, same_leader=True),
        AnnexRow(None, None, "寅县", 2),
        AnnexRow("市委书记", None, "=卯县", None),
    )
    write_annex(tmp_path / "a.xlsx", Annex("安排表（共6件）", ("说明",), rows))
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert sheet["A1"].value == "安排表（共6件）"
    assert [cell.value for cell in sheet[3]] == [
        "序号",
        "包片领导",
        "职务",
        "责任单位",
        "积案数（件）",
        "备注",
    ]
    merged = {str(cells) for cells in sheet.merged_cells.ranges}
    assert merged == {"A1:F1", "A2:F2", "B4:B5", "C4:C5"}
    assert [sheet.cell(row, 2).value for row in (4, 5, 6, 7)] == ["甲乙丙", None, None, "市委书记"]
    assert sheet["D7"].value == "'=卯县"
    assert [sheet.cell(row, 5).value for row in (4, 5, 6, 7)] == [3, 1, 2, None]
