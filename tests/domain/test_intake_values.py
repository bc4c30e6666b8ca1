"""Cells of real sheets: what can be read is read one way, and nothing unreadable becomes a zero."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.intake.tables.values import (
    CellProblem,
    is_absent,
    plain,
    read_code,
    read_count,
    read_day,
    read_degrees,
    read_flag,
    read_number,
)

TODAY = date(2026, 11, 22)
DAYS = st.dates(date(1990, 1, 1), TODAY)
WRITINGS = [
    lambda d: d.isoformat(),
    lambda d: f"{d.year}.{d.month}.{d.day}",
    lambda d: f"{d.year}/{d.month}/{d.day}",
    lambda d: f"{d.year}年{d.month}月{d.day}日",
    lambda d: f" {d:%Y%m%d} ",
    lambda d: f"{d.isoformat()} 09:30:00",
    lambda d: d,
    lambda d: datetime(d.year, d.month, d.day, 23, 59),  # noqa: DTZ001  a sheet's cells have no zone
    lambda d: (d - date(1899, 12, 30)).days,
    lambda d: float((d - date(1899, 12, 30)).days) + 0.75,
    lambda d: str((d - date(1899, 12, 30)).days),
    lambda d: d.isoformat().translate(str.maketrans("0123456789-", "０１２３４５６７８９－")),
]


@given(DAYS, st.sampled_from(WRITINGS))
def test_a_day_is_the_same_however_it_is_written(day, write):
    assert read_day(write(day), TODAY) == day


@given(st.dates(TODAY + timedelta(days=1), date(2100, 1, 1)), st.sampled_from(WRITINGS))
def test_a_day_to_come_is_refused(day, write):
    with pytest.raises(CellProblem, match="date_in_future"):
        read_day(write(day), TODAY)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("2024年1月", "date_incomplete"),
        ("2024-13-01", "date_unreadable"),
        ("2023-02-29", "date_unreadable"),
        ("24-1-5", "date_two_digit_year"),
        ("去年", "date_unreadable"),
        (12, "date_unreadable"),
        (True, "date_unreadable"),
        ("5000000", "date_unreadable"),
    ],
)
def test_what_is_no_day_is_named(cell, code):
    with pytest.raises(CellProblem) as caught:
        read_day(cell, TODAY)
    assert caught.value.code == code


@given(st.integers(0, 10**8))
def test_a_count_survives_its_writings(number):
    full_width = str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    for cell in (
        number,
        float(number),
        str(number),
        f"{number:,}",
        f"{number}个",
        f" {number} 件",
        full_width,
    ):
        assert read_count(cell) == (number, False)
    for cell in (f"约{number}", f"{number}余", f"{number}左右"):
        assert read_count(cell) == (number, True)


@given(st.text(max_size=12))
def test_text_is_a_number_an_absence_or_an_error_never_a_silent_zero(text):
    try:
        number, _ = read_count(text)
    except CellProblem:
        return
    assert (number is None) == is_absent(text)
    if number == 0:
        assert "0" in plain(text)


@pytest.mark.parametrize("cell", ["-3", "3.5", "七", "1,23", "#REF!", True, "=1+1", 2.5, -1, 10**12])
def test_what_is_no_count_is_an_error(cell):
    with pytest.raises(CellProblem, match="count_unreadable"):
        read_count(cell)


@pytest.mark.parametrize("cell", [None, "", "  ", "—", "-", "/", "无", "N/A", "　"])
def test_an_absent_cell_is_none_for_every_reader(cell):
    assert is_absent(cell)
    assert read_day(cell, TODAY) is None
    assert read_count(cell) == (None, False)
    assert read_number(cell) is None
    assert read_code(cell) == ("", False)
    assert read_flag(cell) is None


@given(st.integers(10**5, 10**15 - 1))
def test_a_code_is_restored_from_what_spreadsheets_make_of_it(number):
    code = str(number)
    for cell in (code, number, float(number)):
        assert read_code(cell) == (code, False)
    for cell in (f"{code}.0", f"'{code}", f"{code[:3]} {code[3:]}", code.replace("0", "O") + ".00"):
        assert read_code(cell) == (code, True)


@given(st.floats(1e5, 1e15), st.sampled_from(["{:.5E}", "{:.2e}", "{:.0E}"]))
def test_a_code_in_scientific_notation_is_never_taken(value, form):
    with pytest.raises(CellProblem, match="code_in_scientific_notation"):
        read_code(form.format(value))


def test_leading_zeros_and_letters_of_foreign_codes_stay():
    assert read_code("007") == ("007", False)
    assert read_code("A-12/b") == ("A-12/b", False)
    assert read_code("11-Sault-au-Récollet")[0] == "11-Sault-au-Récollet"


@pytest.mark.parametrize(
    ("cell", "flag"), [("是", True), ("否", False), (True, True), ("Y", True), (0, False)]
)
def test_flags(cell, flag):
    assert read_flag(cell) is flag


def test_a_flag_is_never_guessed():
    with pytest.raises(CellProblem, match="flag_unreadable"):
        read_flag("也许")


@pytest.mark.parametrize("cell", ["12.5%", "１２．５％", "3 %", "85‰"])
def test_a_share_is_no_count(cell):
    with pytest.raises(CellProblem, match="count_is_share"):
        read_count(cell)


@pytest.mark.parametrize(
    "cell", ["24-1-5", "24.1.5", "24年1月5日", "05/01/24", "１－５－２４".replace("１－", "11－")]
)
def test_two_digits_are_no_year(cell):
    with pytest.raises(CellProblem, match="date_two_digit_year"):
        read_day(cell, TODAY)


@given(st.floats(-180, 180, allow_nan=False).map(lambda x: round(x, 6)))
def test_degrees_are_read_as_written(degrees):
    assert read_degrees(degrees) == (degrees, False)
    assert read_degrees(f"{degrees:.6f}") == (degrees, False)


@given(st.integers(0, 179), st.integers(0, 59), st.integers(0, 59))
def test_degrees_minutes_and_seconds_are_rewritten(degrees, minutes, seconds):
    expected = degrees + minutes / 60 + seconds / 3600
    writings = [
        f"{degrees}°{minutes}′{seconds}″",
        f"E{degrees}°{minutes:02d}'{seconds:02d}\"",
        f"{degrees}度{minutes}分{seconds}秒",
        f"东经{degrees}°{minutes}′{seconds}″",
        f"{degrees}° {minutes}' {seconds}'' E",
    ]
    for writing in writings:
        found, rewritten = read_degrees(writing)
        assert rewritten
        assert found == pytest.approx(expected, abs=1e-7)


@pytest.mark.parametrize(("cell", "degrees"), [("120.5°E", 120.5), ("北纬28.5°", 28.5), ("E120.5", 120.5)])
def test_lettered_degrees_are_read(cell, degrees):
    assert read_degrees(cell) == (degrees, True)


@pytest.mark.parametrize(
    "cell", ["120°61′", "120°30′75″", "约120", "120.1,28.2", "东", True, "12O.5", "W120.5", "120°30′N28"]
)
def test_what_is_no_degree_is_an_error(cell):
    with pytest.raises(CellProblem, match="number_unreadable"):
        read_degrees(cell)
