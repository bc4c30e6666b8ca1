"""The annex of any plan, as XLSX and as Word, says all of it: what is read back is the same plan."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from docx.oxml.ns import qn
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.orm import Session

from data import models
from data.export.annex import cells_of_rows, columns_of, write_annex
from data.export.annex_rows import annex_rows, make_annex
from data.export.annex_word import annex_docx
from data.export.rows import Annex, AnnexRow
from data.export.sheets import guard_text, unguard_text
from data.intake.annex import LeaderText, read_leader
from data.intake.run import run_import
from data.intake.tables.values import plain
from grid.coverage import AssignmentKind
from grid.findings import ImportKind
from grid.principals import COMMAND_LINE

POSTS = ("市长", "=1+1副市长", "+副市长", "@市委书记", "-主席", "副市长" + "兼" * 280, "市委常委、秘书长",
         "党组成员", "'市政府党组成员", "副市长(分管信访)", "市长、党组书记 督办")  # fmt: skip
NAMES = (None, "张三", "欧阳·买买提", "=SUM!A1", "Anna", "+1", "@x", "龘")
DEPARTMENTS = (
    "市住建局",
    '=HYPERLINK("http://x","局")',
    "+1局",
    "-办",
    "@局",
    "'引号局",
    "局" * 250,
    "共9件局",
)
ASSIGNED = """
SELECT p.id, a.code, u.name, l.post, l.name, s.kind, s.cases FROM assignment s
JOIN coverage_plan p ON p.id = s.plan_id JOIN unit u ON u.id = s.unit_id
LEFT JOIN area a ON a.id = u.area_id LEFT JOIN leader l ON l.id = s.leader_id
WHERE p.id = (SELECT max(id) FROM coverage_plan) ORDER BY s.id
"""
Fresh = Callable[[], Engine]


@pytest.fixture
def fresh(new_database: Callable[..., Engine], _small_city_template: str, drop) -> Fresh:
    made: list[Engine] = []

    def make() -> Engine:
        made.append(new_database(_small_city_template))
        return made[-1]

    yield make
    for engine in made:
        drop(engine)


def _id(session: Session, table: type[models.Base], **values: object) -> int:
    return session.execute(insert(table).values(**values).returning(table.__table__.c.id)).scalar_one()


def _random_plan(engine: Engine, seed: int) -> int:
    """Write a plan of all kinds of assignment, leaders and units, in no order; returns its id."""
    chance = random.Random(seed)
    with Session(engine) as session, session.begin():
        pairs = [(post, name) for post in POSTS for name in NAMES]
        leaders = [
            _id(session, models.Leader, post=post, name=name) for post, name in chance.sample(pairs, 25)
        ]
        units = list(session.scalars(select(models.Unit.id).order_by(models.Unit.id)))
        units += [_id(session, models.Unit, name=name, kind="department") for name in DEPARTMENTS]
        plan = _id(session, models.CoveragePlan, name='=cmd|"/c"!A1 方案（共3件）', state="published",
                   valid_from=date(2026, 1, 1), created_by="t")  # fmt: skip
        given = {
            (unit, chance.choice([None, *leaders]), chance.choice(list(AssignmentKind)))
            for unit in units
            for _ in range(chance.randint(1, 4))
        }
        rows = sorted(given, key=lambda one: (chance.random() < 0.3, one[1] or 0, chance.random()))
        for unit, leader, kind in rows:
            cases = chance.choice([None, 0, 1, 44, 10_000])
            _id(session, models.Assignment, plan_id=plan, unit_id=unit, leader_id=leader, kind=kind.value,
                cases=cases)  # fmt: skip
    return plan


def _assigned(engine: Engine) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row)[1:] for row in connection.execute(text(ASSIGNED))]


def _annex(engine: Engine, plan: int) -> Annex:
    with Session(engine) as session:
        name = session.scalar(select(models.CoveragePlan.name).where(models.CoveragePlan.id == plan))
        return make_annex(
            name or "", annex_rows(session, plan), ("说明：自2026-01-01起施行。",), ("内部资料",)
        )


@pytest.mark.parametrize("seed", range(4))
def test_any_plan_comes_back_the_same_in_a_fresh_city(seed: int, fresh: Fresh, tmp_path: Path) -> None:
    source, other = fresh(), fresh()
    plan = _random_plan(source, seed)
    write_annex(tmp_path / "annex.xlsx", _annex(source, plan))
    report = run_import(other, COMMAND_LINE, ImportKind.COVERAGE, tmp_path / "annex.xlsx", publish=False)
    assert report.refused == 0, report.findings[:3]
    assert _assigned(other) == _assigned(source)
    assert [one.code for one in report.findings if one.code.startswith("total")] == ["total_checked"]


def test_what_was_read_back_is_written_the_same(fresh: Fresh, tmp_path: Path) -> None:
    source, other = fresh(), fresh()
    annex = _annex(source, _random_plan(source, 7))
    write_annex(tmp_path / "a.xlsx", annex)
    run_import(other, COMMAND_LINE, ImportKind.COVERAGE, tmp_path / "a.xlsx", publish=False)
    with Session(other) as session:
        plan = session.scalar(select(models.CoveragePlan.id))
    assert plan is not None
    again = _annex(other, plan)
    assert again.rows == annex.rows
    assert again.title == plain(annex.title).replace("(共", "（共").replace("件)", "件）")


def test_word_says_what_the_workbook_says(fresh: Fresh) -> None:
    engine = fresh()
    annex = _annex(engine, _random_plan(engine, 3))
    document = Document(io.BytesIO(annex_docx(annex)))
    (table,) = document.tables
    assert [cell.text for cell in table.rows[0].cells] == list(columns_of(annex))
    shown = [[cell.text for cell in row.cells] for row in table.rows[1:]]
    leader: tuple[object, ...] = ()
    for cells, row, told in zip(cells_of_rows(annex), annex.rows, shown, strict=True):
        number, name, post, *rest = cells
        # A merged cell reads the same in each of its rows.
        leader = leader if row.same_leader else (name or "", post or "")
        assert told == ["" if one is None else str(one) for one in (number, *leader, *rest)]
    assert annex.title in [paragraph.text for paragraph in document.paragraphs]
    assert annex.notes[0] in [paragraph.text for paragraph in document.paragraphs]


def test_word_is_a4_across_with_its_header_and_mark_on_every_page(fresh: Fresh) -> None:
    annex = Annex("安排表（共1件）", (), (AnnexRow("张三", "市长", "云岭县", 1),), ("内部资料",))
    document = Document(io.BytesIO(annex_docx(annex)))
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (297, 210)
    assert "内部资料" in section.header.paragraphs[0].text
    head = document.tables[0].rows[0]._tr.trPr
    assert head.find(qn("w:tblHeader")) is not None
    assert annex_docx(annex) == annex_docx(annex)


def test_an_annex_that_says_no_kind_has_the_columns_of_the_official_one(tmp_path: Path) -> None:
    write_annex(tmp_path / "a.xlsx", Annex("表", (), (AnnexRow("张三", "市长", "云岭县", 1),)))
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert [cell.value for cell in sheet[2]] == [
        "序号",
        "包片领导",
        "职务",
        "责任单位",
        "积案数（件）",
        "备注",
    ]
    assert sheet.page_setup.orientation == "landscape"


@pytest.mark.parametrize(
    "word",
    ["=1", "+x", "-x", "@x", "＝x", " =x", "\u200b=x", "局", "'局", "", "'"],
)
def test_the_quote_before_a_formula_is_taken_away_again(word: str) -> None:
    assert unguard_text(guard_text(word)) == word


@pytest.mark.parametrize(
    ("cell", "post", "read"),
    [
        ("Anna", "市长", LeaderText("市长", "Anna")),
        ("Anna", "", None),
        ("张三、李四", "市长", None),
        ("市长", "市长", LeaderText("市长", None)),
        ("张三 李四", "市长", None),
    ],
)
def test_beside_a_post_what_is_no_post_is_a_name(cell: str, post: str, read: LeaderText | None) -> None:
    assert read_leader(cell, post) == read


def test_an_unknown_way_of_answering_refuses_its_row(take_in, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for cells in (
        ["序号", "包片领导", "职务", "责任单位", "方式", "积案数（件）"],
        [1, "张三", "市长", "云岭县", "随便", 3],
        [2, "李四", "副市长", "云岭县", "协助", 2],
        [3, "张三", "市长", "云岭县", None, 4],
        [4, "李四", "副市长", "云岭县", "协助包片", 1],
    ):
        book.active.append(cells)
    book.save(tmp_path / "annex.xlsx")
    report = take_in(ImportKind.COVERAGE, tmp_path / "annex.xlsx")
    found = [(one.row, one.code) for one in report.findings if one.severity.value == "refused"]
    assert found == [(2, "value_unknown"), (5, "duplicate_in_file")]
