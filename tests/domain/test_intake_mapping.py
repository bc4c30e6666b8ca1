"""Columns are guessed from headers and values: enough of them right, and hardly one wrong."""

from dataclasses import replace
from datetime import date

import pytest

from data.intake.tables import headers
from data.intake.tables.layout import Wishes, lay_out
from grid.findings import ImportKind
from grid.inspection import GuessSource
from grid.refusals import Refused
from tests.domain.intake_layouts import NOTHING, OTHERS, PERSONAL, PETITIONS, TEXT


def taken(role):
    """Return what a column was taken for, in the terms of the truth."""
    if role.guess is not None:
        return role.guess.field
    return PERSONAL if role.personal else TEXT if role.text else NOTHING


def judged(laid):
    """Return the columns that were judged right, and those taken for a field that they are not."""
    layout = lay_out(laid.rows, laid.kind, Wishes())
    assert layout is not None, laid.name
    assert (layout.head.first + 1, layout.head.last + 1) == laid.header, laid.name
    found = [taken(role) for role in layout.roles[: len(laid.truth)]]
    right = [a == b for a, b in zip(found, laid.truth, strict=True)]
    wrong = [
        (role.cell.written, got, truth)
        for role, got, truth in zip(layout.roles, found, laid.truth, strict=False)
        if got != truth and got not in {PERSONAL, TEXT, NOTHING}
    ]
    missed = [
        (role.cell.written, got, truth)
        for role, got, truth in zip(layout.roles, found, laid.truth, strict=False)
        if got != truth
    ]
    return right, wrong, missed


def as_texts(laid):
    """Return a table as a CSV file has it: texts only."""
    return replace(laid, rows=[["" if cell is None else str(cell) for cell in row] for row in laid.rows])


@pytest.mark.parametrize(
    "tables",
    [PETITIONS, OTHERS, list(map(as_texts, PETITIONS)), list(map(as_texts, OTHERS))],
    ids=["petitions", "others", "petitions-csv", "others-csv"],
)
def test_columns_of_differently_laid_out_files_are_guessed_right(tables):
    judgements = [judged(laid) for laid in tables]
    right = [each for columns, _, _ in judgements for each in columns]
    missed = [each for _, _, columns in judgements for each in columns]
    assert [wrong for _, wrong, _ in judgements if wrong] == []
    assert len(right) >= 45
    assert sum(right) >= 0.95 * len(right), missed


@pytest.mark.parametrize("laid", PETITIONS + OTHERS, ids=lambda laid: laid.name)
def test_no_personal_column_is_ever_taken_for_a_field_or_kept(laid):
    layout = lay_out(laid.rows, laid.kind, Wishes())
    for role, truth in zip(layout.roles, laid.truth, strict=False):
        if truth in {PERSONAL, TEXT}:
            assert role.guess is None
            assert role.cell.index not in layout.keepable
            assert role.values == ()


DAYS = [date(2026, 1, 1 + i) for i in range(9)]
UNITS = ["市住建局", "青枫镇", "云岭区"] * 3


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("应办结日期", DAYS),
        ("办结时限", DAYS),
        ("答复期限", DAYS),
        ("回访时间", DAYS),
        ("交办反馈日期", DAYS),
        ("处理时间", DAYS),
        ("去向单位", UNITS),
        ("登记机构", UNITS),
        ("是否延期", ["是", "否", "否"] * 3),
        ("重复次数", [0, 1, 2] * 3),
        ("附件数", [0, 1, 2] * 3),
        ("二级分类", ["住房保障", "物业管理", "征地拆迁"] * 3),
        ("经纬度", ["120.1,28.2"] * 9),
        ("属地编码单位", UNITS),
    ],
)
def test_a_header_that_only_looks_alike_is_left_alone(header, values):
    numbers = [f"XF2026{i:06d}" for i in range(9)]
    rows = [
        ["信访件编号", "信访形式", header],
        *([n, "来信", v] for n, v in zip(numbers, values, strict=True)),
    ]
    layout = lay_out(rows, ImportKind.PETITIONS, Wishes())
    assert layout.roles[2].guess is None


ROWS = [
    ["编号", "甲", "乙", "手机"],
    *([f"XF2026{i:06d}", DAYS[i], ["来信", "来访"][i % 2], f"1380013{i:04d}"] for i in range(9)),
]


def sources(**wishes):
    layout = lay_out(ROWS, ImportKind.PETITIONS, Wishes(**wishes))
    return {role.guess.field: (role.cell.index, role.guess.source) for role in layout.roles if role.guess}


def test_a_choice_outranks_what_is_remembered_and_that_outranks_a_guess():
    assert sources() == {
        "matter_no": (0, GuessSource.HEADER),
        "registered_on": (1, GuessSource.VALUES),
        "channel": (2, GuessSource.VALUES),
    }
    remembered = {"甲": "closed_on", "乙": "-", "手机": "unit"}
    assert sources(remembered=remembered) == {
        "matter_no": (0, GuessSource.HEADER),
        "closed_on": (1, GuessSource.REMEMBERED),
    }
    assert sources(remembered=remembered, columns={1: "accepted_on"}) == {
        "matter_no": (0, GuessSource.HEADER),
        "accepted_on": (1, GuessSource.CHOSEN),
    }
    assert "matter_no" not in sources(columns={0: "-"})


@pytest.mark.parametrize(
    ("wishes", "code"),
    [
        ({"columns": {9: "unit"}}, "column_index_unknown"),
        ({"columns": {1: "name"}}, "column_field_unknown"),
        ({"columns": {1: "summary"}}, "column_field_unknown"),
        ({"columns": {3: "unit"}}, "column_personal"),
        ({"columns": {1: "closed_on", 2: "closed_on"}}, "column_chosen_twice"),
        ({"header_from": 30}, "header_rows_unusable"),
        ({"header_from": 3, "header_to": 2}, "header_rows_unusable"),
        ({"header_from": 1, "header_to": 9}, "header_rows_unusable"),
    ],
)
def test_wishes_that_cannot_be_granted_are_named(wishes, code):
    with pytest.raises(Refused) as refused:
        lay_out(ROWS, ImportKind.PETITIONS, Wishes(**wishes))
    assert refused.value.code == code


def test_a_remembered_column_gives_way_to_one_that_bears_the_name():
    rows = [["编号", "甲", "登记日期"], *([f"XF2026{i:06d}", DAYS[i], DAYS[i]] for i in range(9))]
    layout = lay_out(rows, ImportKind.PETITIONS, Wishes(remembered={"甲": "registered_on"}))
    assert layout.fields["registered_on"] == 2


@pytest.mark.parametrize("kind", list(ImportKind))
def test_no_name_of_a_kind_means_two_fields(kind):
    names = [headers.normal(name) for names in headers.BY_KIND[kind].values() for name in names]
    assert sorted({name for name in names if names.count(name) > 1}) == []
