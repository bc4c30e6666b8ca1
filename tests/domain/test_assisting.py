"""What a phone tells of 代办 is read strictly: the right types, a plausible time, and no word of a person."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grid.assisting import LONGEST_WORDS, OLDEST, SKEW, AssistNote, AssistStep, check_words, read_note
from grid.personal.identifiers import IdentifierKind as Kind
from grid.personal.identifiers import find_identifiers
from grid.refusals import Refused
from tests.domain.intake_sentences import ENDINGS, OPENINGS, PLANTED, protected

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"
SENT: dict[str, Any] = {
    "matter": 7, "step": "visited", "words": "已到现场查看", "key": KEY, "at": "2026-11-23T16:30:00+08:00",
}  # fmt: skip
CODES = {
    "note_incomplete", "note_too_long", "note_names_person", "note_in_future", "note_too_old",
    "matter_unknown",
}  # fmt: skip


def code_of(given: object) -> str:
    with pytest.raises(Refused) as refused:
        read_note(given, NOW)
    return refused.value.code


def test_a_note_is_read_as_it_was_told() -> None:
    when = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
    expected = AssistNote(7, AssistStep.VISITED, "已到现场查看", uuid.UUID(KEY), when)
    assert read_note(SENT, NOW) == expected
    without = {name: value for name, value in SENT.items() if name != "words"}
    assert read_note(without, NOW) == replace(expected, words="")
    assert read_note(SENT | {"name": "张三"}, NOW) == expected, "what nobody asked for is not kept"


@pytest.mark.parametrize(
    "wrong",
    [
        {"matter": "7"}, {"matter": True}, {"matter": 7.0}, {"matter": None}, {"matter": [7]},
        {"step": "grade"}, {"step": 1}, {"step": None}, {"step": ["visited"]}, {"step": {"x": 1}},
        {"words": 1}, {"words": ["x"]}, {"words": {}}, {"words": False},
        {"key": KEY[:-1]}, {"key": KEY + "0"}, {"key": KEY.replace("-", "")}, {"key": f"{{{KEY}}}"},
        {"key": f"urn:uuid:{KEY}"}, {"key": "０" * 8 + KEY[8:]}, {"key": 1}, {"key": None},
        {"key": KEY + "\n"},
        {"at": "2026-11-23T16:30:00"}, {"at": "2026-11-23"}, {"at": "now"}, {"at": 1763888888}, {"at": None},
        {"at": "2026-02-30T00:00:00Z"}, {"at": "9" * 10_000}, {"at": "0001-01-01T00:00:00+14:00"},
        {"at": "9999-12-31T23:59:59-14:00"}, {"at": ""},
    ],
)  # fmt: skip
def test_what_is_of_another_form_is_refused(wrong: dict[str, Any]) -> None:
    assert code_of(SENT | wrong) == "note_incomplete"


@pytest.mark.parametrize("given", [None, [], "x", 7, True, {}, [SENT]])
def test_what_is_no_note_is_refused(given: object) -> None:
    assert code_of(given) == "note_incomplete"


@pytest.mark.parametrize("matter", [0, -1, 2**63, 10**400])
def test_a_matter_that_nobody_can_have_is_unknown(matter: int) -> None:
    assert code_of(SENT | {"matter": matter}) == "matter_unknown"


def test_a_phone_that_is_ahead_is_taken_back_to_now_within_ten_minutes() -> None:
    def at(when: datetime) -> dict[str, Any]:
        return SENT | {"at": when.isoformat()}

    assert read_note(at(NOW + SKEW), NOW).taken_at == NOW
    assert code_of(at(NOW + SKEW + timedelta(seconds=1))) == "note_in_future"
    assert read_note(at(NOW - OLDEST), NOW).taken_at == NOW - OLDEST
    assert code_of(at(NOW - OLDEST - timedelta(seconds=1))) == "note_too_old"


@given(st.timedeltas(-OLDEST, SKEW), st.integers(-14 * 60, 14 * 60))
def test_a_time_is_the_same_in_every_zone_and_never_after_now(ago: timedelta, minutes: int) -> None:
    when = NOW + ago
    said = when.astimezone(timezone(timedelta(minutes=minutes))).isoformat()
    assert read_note(SENT | {"at": said}, NOW).taken_at == min(when, NOW)


def test_words_are_at_most_two_hundred_signs_on_one_line() -> None:
    assert read_note(SENT | {"words": "好" * LONGEST_WORDS}, NOW).words == "好" * 200
    assert code_of(SENT | {"words": "好" * (LONGEST_WORDS + 1)}) == "note_too_long"
    assert read_note(SENT | {"words": "  已到场\r\n\t已修好\0\u200b "}, NOW).words == "已到场 已修好"


@pytest.mark.parametrize(
    "words",
    [
        "电话13800138000", "电话 138 0013 8000", "１３８００１３８０００", "13８0013８000", "138.0013.8000",
        "138，0013，8000", "1 3 8 0 0 1 3 8 0 0 0", "138\u200b0013\u200b8000", "一三八零零一三八零零零",
        "①③⑧⓪⓪①③⑧⓪⓪⓪", "身份证110101199003077758", "110101 19900307 7758", "110101199003077758",
        "卡号 6222 0212 3456 7890 123", "浙A12345到场", "写信给 li@example.com", "微信号 abc12345",
        "姓名张三", "姓名：欧阳明", "名叫李四", "当事人王五", "当事人：高明", "信访人是于某", "联系人：陈×",
        "已联系张女士", "王某已同意", "李大爷在家", "刘**已签字", "性别：男", "住址：某小区3幢", "年龄: 70",
        "家庭地址=3单元402",
    ],
)  # fmt: skip
def test_words_that_tell_of_a_person_are_refused(words: str) -> None:
    assert code_of(SENT | {"words": words}) == "note_names_person", words


@pytest.mark.parametrize(
    "words",
    [
        "", "已到现场查看，路灯不亮，已报电力所抢修", "2026-11-23 10:30 到场", "2026.11.23 15-17 点到现场",
        "已转 12345 工单 20261123000123", "件号 XF20261123000012 已上报", "补偿款 12,500 元已到账",
        "向社区反映，居民高度关注", "当事人同意调解", "信访人满意", "关于供水问题已协调", "对方女士不在",
        "向某单位发函", "村民小组已开会", "联系人已更换", "第3网格第2幢", "工期 30 天，12 月 5 日前完成",
        "任务单 990101001001001 已核实", "已预约下周一上门", "🙂 已办好",
    ],
)  # fmt: skip
def test_ordinary_words_of_work_are_kept(words: str) -> None:
    assert read_note(SENT | {"words": words}, NOW).words == words


def refusal_of(ask: Callable[[], object]) -> str:
    """The code of a refusal, empty for none."""
    try:
        ask()
    except Refused as refused:
        return refused.code
    return ""


def is_kept(words: str) -> bool:
    return refusal_of(lambda: check_words(words)) != "note_names_person"


@pytest.mark.parametrize("kind", PLANTED)
def test_what_the_intake_blanks_is_refused_here(kind: Kind) -> None:
    """One detection for both uses; what is looked at more closely here only adds to it."""
    rng, (make, around) = Random(kind), PLANTED[kind]
    sentences = [
        rng.choice(OPENINGS) + rng.choice(around).format(make(rng)) + rng.choice(ENDINGS) for _ in range(400)
    ]
    assert [one for one in sentences if is_kept(one) and find_identifiers(one)] == []
    assert sum(map(is_kept, sentences)) <= 4


def test_numbers_that_are_nobodys_are_kept() -> None:
    rng = Random(8)
    sentences = [f"已核实{protected(rng)}，{rng.choice(OPENINGS)}" for _ in range(2000)]
    refused = [one for one in sentences if not is_kept(one)]
    assert len(refused) <= 20, refused[:5]


def test_a_refusal_repeats_nothing_of_the_words() -> None:
    with pytest.raises(Refused) as refused:
        read_note(SENT | {"words": "电话13800138000"}, NOW)
    assert refused.value.facts == {}


def test_no_note_can_be_made_past_the_checks() -> None:
    note = read_note(SENT, NOW)
    for wrong, code in (
        ({"words": "电话13800138000"}, "note_names_person"), ({"words": "好" * 201}, "note_too_long"),
        ({"matter_id": True}, "matter_unknown"), ({"taken_at": datetime(2026, 11, 23)}, "note_incomplete"),  # noqa: DTZ001
    ):  # fmt: skip
        with pytest.raises(Refused, match=code):
            replace(note, **wrong)  # type: ignore[arg-type]


def test_the_same_told_by_a_clock_that_is_ahead_is_the_same() -> None:
    """A time ahead becomes now: a minute later it becomes another now."""
    ahead = SENT | {"at": (NOW + SKEW).isoformat()}
    first, again = read_note(ahead, NOW), read_note(ahead, NOW + timedelta(minutes=5))
    assert first.taken_at != again.taken_at
    assert again.tells_same(first)
    assert not again.tells_same(replace(first, step=AssistStep.RESOLVED))
    assert not again.tells_same(replace(first, words="另一句"))
    assert not again.tells_same(replace(first, matter_id=8))
    assert not again.tells_same(replace(first, taken_at=NOW - SKEW))


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(SENT)), anything))
def test_whatever_is_sent_is_read_or_refused(wrong: dict[str, Any]) -> None:
    code = refusal_of(lambda: read_note(SENT | wrong, NOW))
    assert code in CODES | {""}
    if not code:
        note = read_note(SENT | wrong, NOW)
        assert note.taken_at <= NOW
        assert len(note.words) <= LONGEST_WORDS
        assert note.words.isprintable()
        note.words.encode("utf-8")
