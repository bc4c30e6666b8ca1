"""Personal data: found by header and by content, blanked without hurting codes and case numbers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.intake.persons import (
    BLANK,
    is_id_number,
    is_person_header,
    is_person_number,
    looks_personal,
    redact,
)

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def make_id(region: int, day, serial: int) -> str:
    body = f"{region:06d}{day:%Y%m%d}{serial:03d}"
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]


IDS = st.builds(
    make_id,
    st.integers(110000, 659999),
    st.dates(date(1930, 1, 1), date(2020, 1, 1)),
    st.integers(0, 999),
)
MOBILES = st.builds(lambda head, tail: f"1{head}{tail:08d}", st.integers(30, 99), st.integers(0, 10**8 - 1))


@given(IDS, st.sampled_from(["{}", "证件{}，", "张村{}号楼", "x {} y"]))
def test_every_identity_number_is_blanked(number, around):
    text = around.format(number)
    assert redact(text) == (text.replace(number, BLANK), 1)
    full_width = number.translate(str.maketrans("0123456789X", "０１２３４５６７８９Ｘ"))
    assert redact(around.format(full_width))[1] == 1


@given(MOBILES, st.sampled_from(["{}", "电话：{}", "找{}谈", "+86 {}", "{} 转"]))
def test_every_mobile_number_is_blanked(number, around):
    assert number not in redact(around.format(number))[0]
    spaced = f"{number[:3]} {number[3:7]} {number[7:]}"
    assert redact(around.format(spaced))[1] == 1


@given(IDS | MOBILES, st.sampled_from(["{}", " {} "]), st.sampled_from(["XF{}", "{}1", "2026-{}-1"]))
def test_a_persons_number_is_one_by_itself_only(number, alone, within):
    full_width = number.translate(str.maketrans("0123456789X", "０１２３４５６７８９Ｘ"))
    assert is_person_number(alone.format(number))
    assert is_person_number(alone.format(full_width))
    assert not is_person_number(within.format(number))


@given(st.integers(10**11, 10**12 - 1), st.integers(1, 9999))
def test_area_codes_and_house_numbers_stay(code, house):
    text = f"区划{code}，长安路{house}号，12345热线"
    assert redact(text) == (text, 0)


@given(st.dates(), st.integers(0, 999))
def test_a_number_with_a_wrong_check_digit_is_a_case_number(day, serial):
    number = make_id(330102, day.replace(year=1990 + day.year % 30, day=1), serial)
    wrong = number[:17] + ("0" if number[17] != "0" else "1")
    assert not is_id_number(wrong)
    assert redact(f"件号{wrong}")[1] == 0


@pytest.mark.parametrize(
    "header",
    [
        "姓名",
        "信访人姓名",
        "身份证号",
        "联系电话",
        "手机",
        "家庭住址",
        "性别",
        "年龄",
        "民族",
        "职业",
        "照片",
        "信访人",
        "name",
        "Phone",
        "id_card",
    ],
)
def test_person_headers(header):
    assert is_person_header(header)


@pytest.mark.parametrize(
    "header",
    ["信访件编号", "问题属地", "责任单位", "登记日期", "件次", "人数", "经度", "备注", "语言", "language"],
)
def test_other_headers(header):
    assert not is_person_header(header)


def test_a_column_of_phone_numbers_is_found_by_its_content():
    assert looks_personal(["13800138000", None, "13912345678", "无"])
    assert not looks_personal(["枫溪镇", "二村", "13912345678", "四村", "五村"])
    assert not looks_personal([])
