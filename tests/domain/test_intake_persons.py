"""Personal data: found by header and by content, blanked without hurting codes and case numbers."""

from collections import Counter
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.intake.personal.free_text import is_text_header, looks_like_text
from data.intake.personal.persons import (
    BLANK,
    is_id_number,
    is_person_header,
    is_person_number,
    looks_like_names,
    looks_personal,
    redact,
    redact_kinds,
)
from tests.domain.intake_sentences import ENDINGS, OPENINGS, PLANTED, old_id_card, protected

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
        "经办人",
        "来电号码",
        "投诉人",
        "SFZH",
        "XM",
        "LXDH",
        "petitioner",
        "联系地址",
    ],
)
def test_person_headers(header):
    assert is_person_header(header)


@pytest.mark.parametrize(
    "header",
    [
        "信访件编号",
        "问题属地",
        "责任单位",
        "登记日期",
        "件次",
        "人数",
        "经度",
        "备注",
        "语言",
        "language",
        "信访人数",
        "来访人次",
        "反映人数",
        "问题地址",
        "responsible unit",
    ],
)
def test_other_headers(header):
    assert not is_person_header(header)


def test_a_column_of_phone_numbers_is_found_by_its_content():
    assert looks_personal(["13800138000", None, "13912345678", "无"])
    assert not looks_personal(["枫溪镇", "二村", "13912345678", "四村", "五村"])
    assert not looks_personal([])


def sentences(size):
    """Yield sentences, the identifiers planted in each with their kinds, and the numbers that must stay."""
    rng = Random(20261122)
    kinds = list(PLANTED)
    for _ in range(size):
        parts, planted, stays = [rng.choice(OPENINGS), "，"], [], []
        for _ in range(rng.randrange(3)):
            kind = rng.choice(kinds)
            make, around = PLANTED[kind]
            planted.append((kind, make(rng)))
            parts.append(rng.choice(around).format(planted[-1][1]))
        for _ in range(rng.randrange(1, 3)):
            stays.append(protected(rng))
            parts.append(f"，{stays[-1]}，")
        yield "".join([*parts, rng.choice(ENDINGS)]), planted, stays


def test_identifiers_in_sentences_are_blanked_and_other_numbers_stay():
    planted, missed, standing, damaged = Counter(), [], 0, []
    for sentence, identifiers, stays in sentences(4000):
        blanked, kinds = redact_kinds(sentence)
        assert blanked.count(BLANK) == sum(kinds.values())
        for kind, identifier in identifiers:
            planted[kind] += 1
            digits = [c for c in identifier if c.isalnum()]
            tail = "".join(digits[-4:])
            if identifier in blanked or (tail in blanked and tail not in "".join(stays)):
                missed.append(sentence)
        standing += len(stays)
        damaged += [(each, blanked) for each in stays if each not in blanked]
    assert min(planted[kind] for kind in PLANTED) > 300
    assert len(missed) <= 0.01 * sum(planted.values()), missed[:5]
    assert standing > 4000
    assert len(damaged) <= 0.01 * standing, damaged[:5]


def test_old_identity_numbers_are_told_from_grid_codes():
    rng = Random(7)
    numbers = [old_id_card(rng) for _ in range(300)]
    assert all(redact(f"本人{number}，")[0] == f"本人{BLANK}，" for number in numbers)
    grids = [f"330102{town:03d}{village:03d}001" for town in (1, 101, 203, 311) for village in (1, 112, 228)]
    assert all(redact(f"网格{grid}") == (f"网格{grid}", 0) for grid in grids)
    assert redact("身份证330102200101123")[1] == 1


@pytest.mark.parametrize(
    "values",
    [
        [330102199003070038, 330102198511234000, 330102196701010000],
        [3.30102199003070e17, 3.3010219851123e17, 330102197802030000.0],
        ["3.30102E+17", "3.30102E+17", "5.10104E+17"],
        [13800138000, 13912345678, 18612345678.0],
        [330102530307003, 330102671123456, 110101800101001],
        [6222021234567890000, 6.2284801234567e18, 6217001234567890],
        ["6222 0212 3456 7894", "4367421234567896", "无"],
        ["浙A12345", "浙AD12345", "沪C·88888"],
        ["wang@163.com", "li.na@qq.com", None],
    ],
)
def test_a_column_of_identifiers_is_found_however_a_sheet_keeps_it(values):
    assert looks_personal(values)


@pytest.mark.parametrize(
    "values",
    [
        [330102001001, 330102001002, 330102100003],
        ["330102001001001", "330102101002003"],
        [331102001001001, 331102203112001],
        [120.15123456789, 120.15987654321],
        ["XF20260301000123", "XF20260302000124"],
        [20260301000123, 20260302000124],
        [45000, 45001.5, 12345],
        [date(2026, 1, 5), date(2026, 1, 6)],
        ["2026-01-05 09:30:00", "2026/1/6"],
    ],
)
def test_columns_of_codes_points_and_days_are_nobodys(values):
    assert not looks_personal(values)


def test_names_are_suspected_where_nothing_else_speaks_for_a_column():
    assert looks_like_names(["张伟", "王芳", "李某某", "陈*", "赵女士"])
    assert not looks_like_names(["青枫镇", "东山街道", "双石乡", "江口村"])
    assert not looks_like_names(["城乡建设", "农村农业", "环境保护", "其他"])
    assert not looks_like_names(["张村", "李家庄村", "王店镇"])
    assert not looks_like_names(["满意"] * 20)


@pytest.mark.parametrize(
    "header", ["诉求内容", "信访事由", "主要诉求", "内容摘要", "概况", "备注", "办理结果", "SQNR"]
)
def test_headers_of_free_text(header):
    assert is_text_header(header)


@pytest.mark.parametrize("header", ["内容分类", "问题属地", "办理阶段", "责任单位", "问题类别", "满意度"])
def test_headers_of_no_free_text(header):
    assert not is_text_header(header)


def test_free_text_is_known_by_its_sentences():
    texts = [f"反映第{i}组道路积水，已多次要求村里处理，一直没有得到答复。" for i in range(9)]
    assert looks_like_text(texts)
    assert not looks_like_text([f"云岭区青枫镇溪口村{i}号" for i in range(9)])
    assert not looks_like_text([texts[0]] * 9)
