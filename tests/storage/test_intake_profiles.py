"""What a source's columns mean is remembered from its last import; nothing personal outlives a file."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from grid.findings import ImportKind
from grid.inspection import GuessSource
from grid.refusals import Refused
from tests.storage.petition_files import ID_NUMBER, PHONE, rows

PETITIONS = ImportKind.PETITIONS
ODD = ["件号", "哪天", "形式", "姓名", "紧急程度", "目的", "属地", "诉求内容"]


def odd(number, **said):
    """Return a row under the odd headers."""
    base = {
        "件号": number, "哪天": "2026-01-05", "形式": "来信", "姓名": "王某某", "紧急程度": "一般",
        "目的": "求决", "属地": "云岭县双石镇",
        "诉求内容": f"要求修路，电话{PHONE}，身份证{ID_NUMBER}，请答复",
    }  # fmt: skip
    return [(base | said)[name] for name in ODD]


def sources(report):
    return {c.header: (c.field, c.source) for c in report.inspection.table.columns}


def profile(engine, source=""):
    found = rows(engine, "SELECT columns, options FROM import_profile WHERE source = :s", s=source)
    return found[0] if found else None


def test_a_choice_is_remembered_for_its_source_by_an_import_and_not_by_a_try(take_in, write_csv, small_city):
    first = write_csv([ODD, odd("A-000001"), odd("A-000002")])
    said = {"source": "市热线", "column_4": "track", "column_6": "-"}
    with pytest.raises(Refused, match="column_chosen_twice"):
        take_in(PETITIONS, first, dry_run=True, source="市热线", column_1="closed_on", column_4="closed_on")
    del said["column_4"]
    tried = take_in(PETITIONS, first, dry_run=True, **said)
    assert sources(tried)["属地"] == ("", GuessSource.NONE)
    assert profile(small_city, "市热线") is None
    take_in(PETITIONS, first, **said)
    columns, _ = profile(small_city, "市热线")
    assert columns == {"哪天": "registered_on", "属地": "-"}
    second = write_csv([ODD, odd("A-000003")], "b.csv")
    again = take_in(PETITIONS, second, dry_run=True, source="市热线")
    assert sources(again)["哪天"] == ("registered_on", GuessSource.REMEMBERED)
    assert sources(again)["属地"] == ("", GuessSource.NONE)
    other = take_in(PETITIONS, second, dry_run=True, source="别的")
    assert sources(other)["属地"] == ("address", GuessSource.HEADER)


def test_what_a_table_lacks_is_shown_by_a_try_and_refused_by_an_import(take_in, write_csv):
    lacking = write_csv([["信访件编号", "责任单位"], ["A-000001", "云岭县"]])
    tried = take_in(PETITIONS, lacking, dry_run=True)
    assert [f.code for f in tried.findings] == ["table_column_missing"]
    assert tried.inspection.table.missing == ("registered_on",)
    assert tried.rows == 0
    with pytest.raises(Refused, match="column_missing"):
        take_in(PETITIONS, lacking)
    nothing = write_csv([["一段话"], ["又一段"]], "b.csv")
    tried = take_in(PETITIONS, nothing, dry_run=True)
    assert [f.code for f in tried.findings] == ["table_header_not_found"]
    with pytest.raises(Refused, match="header_not_found"):
        take_in(PETITIONS, nothing)


@pytest.mark.parametrize("option", ["column_", "column_x", "column_01", "column_-1", "columns_1"])
def test_an_option_that_names_no_column_is_none(take_in, write_csv, option):
    with pytest.raises(Refused, match="option_unknown"):
        take_in(PETITIONS, write_csv([ODD, odd("A-000001")]), **{option: "unit"})


@pytest.mark.parametrize(
    ("option", "value"), [("header_from", "0"), ("header_to", "x"), ("keep_text", "maybe")]
)
def test_an_option_that_cannot_be_read_is_named(take_in, write_csv, option, value):
    with pytest.raises(Refused, match="option_unreadable"):
        take_in(PETITIONS, write_csv([ODD, odd("A-000001")]), **{option: value})


def test_rows_to_mend_are_kept_without_persons_texts_and_accusations(take_in, write_csv, small_city):
    lines = [
        odd("A-000001", 哪天="24-1-5"),
        odd("A-000002"),
        odd("A-000003", 哪天="24-1-5", 目的="检举控告"),
        odd("A-000004", 目的="不知道"),
        odd("A-000005", 形式="飞鸽", 紧急程度=f"急，{PHONE}"),
    ]
    report = take_in(PETITIONS, write_csv([ODD, *lines]))
    kept = dict(rows(small_city, "SELECT row, cells FROM import_row WHERE state = 'refused'"))
    assert set(kept) == {2, 6}
    assert kept[2] == {
        "件号": "A-000001", "哪天": "24-1-5", "形式": "来信", "紧急程度": "一般", "目的": "求决",
        "属地": "云岭县双石镇",
    }  # fmt: skip
    assert PHONE not in str(kept)
    assert (report.refused, report.rows_kept) == (4, len(rows(small_city, "SELECT 1 FROM import_row")))
    shown = str(report.inspection.table)
    assert all(word not in shown for word in (PHONE, ID_NUMBER, "王某某", "修路", "A-000003"))


def test_texts_are_kept_only_where_asked_redacted_counted_and_never_of_accusations(
    take_in, write_csv, small_city
):
    lines = [
        odd("A-000001"),
        odd("A-000002", 诉求内容="道路积水，无人处理，盼复"),
        odd("A-000003", 目的="检举控告"),
    ]
    take_in(PETITIONS, write_csv([ODD, *lines]))
    assert rows(small_city, "SELECT DISTINCT summary FROM petition") == [("",)]
    report = take_in(PETITIONS, write_csv([ODD, *lines], "b.csv"), source="热线", keep_text="yes")
    (found,) = [f for f in report.findings if f.code == "text_redacted"]
    assert (found.facts["mobile"], found.facts["id_card"], found.facts["email"]) == (1, 1, 0)
    kept = dict(rows(small_city, "SELECT matter_no, summary FROM petition WHERE source = '热线'"))
    assert kept == {
        "A-000001": "要求修路,电话***,身份证***,请答复",
        "A-000002": "道路积水,无人处理,盼复",
        "A-000003": "",
    }
    later = take_in(PETITIONS, write_csv([ODD, odd("A-000009")], "c.csv"), source="热线")
    assert "summary" in later.inspection.table.fields
    with small_city.connect() as connection:
        said = connection.execute(text("SELECT columns, options FROM import_profile WHERE source = '热线'"))
        assert said.one().options == {"keep_text": "yes"}
