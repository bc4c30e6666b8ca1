"""A notice is read back exactly as it was written, and refused by name where it does not add up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.clocks.seeding import seed_days
from grid.clocks.calendars import CalendarDay, DayKind, WorkCalendar
from grid.clocks.notices import FESTIVALS, Notice, read_notice, with_notice
from grid.refusals import Refused
from tests.domain.clock_notices import clause, notice_text

YEARS = range(2010, 2027)
SEED = seed_days()
TEXT = """国务院办公厅关于2026年部分节假日安排的通知
现将2026年元旦、春节等放假调休日期的具体安排通知如下。
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
国务院办公厅
2025年11月4日
"""


def days_of(year: int) -> tuple[CalendarDay, ...]:
    """Days of a year's notice, those of a joint holiday under both names, and a one-off feast left out."""
    days = [day for day in SEED if day.notice_year == year and len(day.festival) < 5]
    if not any(day.festival == "中秋节" for day in days):
        return tuple(replace(d, festival="国庆节、中秋节") if d.festival == "国庆节" else d for d in days)
    return tuple(days)


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("short", [True, False])
def test_every_year_is_read_back_as_it_was_written(year: int, short: bool) -> None:
    notice = read_notice(notice_text(days_of(year), year, short=short))
    assert (notice.year, notice.amends) == (year, False)
    assert set(notice.days) == set(days_of(year))
    assert notice.festivals == set(FESTIVALS)


def test_the_notice_in_the_offices_own_form_gives_the_packages_year() -> None:
    """Lunar days in the brackets, a month left out after 至."""
    assert set(read_notice(TEXT).days) == set(days_of(2026))


@pytest.mark.parametrize(
    "form",
    [
        lambda text: text.replace("（", "(").replace("）", ")").replace("：", ":").replace("，", ","),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\n\n　　"),
        lambda text: text.replace("月", " 月 ").replace("日（", " 日 （"),
        lambda text: text.replace("至", "—"),
        lambda text: text.replace("周", "星期"),
        lambda text: text.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
        lambda text: "首页 > 政务公开\n2025-11-04 10:00\n" + text,
    ],
)
def test_what_pasting_does_to_a_text_does_not_matter(form: object) -> None:
    assert callable(form)
    assert set(read_notice(form(TEXT)).days) == set(days_of(2026))


@given(st.integers(2010, 2090), st.data())
@settings(max_examples=150)
def test_made_up_years_are_read_back(year: int, data: st.DataObject) -> None:
    """Seven festivals anywhere, with or without weekends worked, also across a month or a year."""
    starts = [date(year - 1, 12, 29) + timedelta(days=50 * place) for place in range(len(FESTIVALS))]
    days = []
    for festival, base in zip(FESTIVALS, starts, strict=True):
        first = base + timedelta(days=data.draw(st.integers(0, 20)))
        length = data.draw(st.integers(1, 9))
        days += [
            CalendarDay(first + timedelta(days=n), DayKind.HOLIDAY, festival, year) for n in range(length)
        ]
        later = [first + timedelta(days=n) for n in range(length, length + 15)]
        weekends = data.draw(
            st.sets(st.sampled_from([day for day in later if day.weekday() > 4]), max_size=2)
        )
        days += [CalendarDay(day, DayKind.WORKING, festival, year) for day in weekends]
    assert set(read_notice(notice_text(days, year)).days) == set(days)


@given(st.sampled_from(YEARS), st.data())
@settings(max_examples=100)
def test_no_wrong_weekday_is_let_through(year: int, data: st.DataObject) -> None:
    text = notice_text(days_of(year), year)
    places = [at for at in range(len(text) - 2) if text[at : at + 2] == "（周"]
    at = data.draw(st.sampled_from(places)) + 2
    wrong = data.draw(st.sampled_from([day for day in "一二三四五六日" if day != text[at]]))
    with pytest.raises(Refused, match="notice_weekday_wrong"):
        read_notice(text[:at] + wrong + text[at + 1 :])


@given(st.sampled_from(YEARS), st.data())
@settings(max_examples=100)
def test_no_wrong_number_of_days_is_let_through(year: int, data: st.DataObject) -> None:
    text = notice_text(days_of(year), year)
    at = data.draw(st.sampled_from([at for at in range(len(text)) if text[at] == "共"])) + 1
    wrong = data.draw(st.sampled_from([day for day in "123456789" if day != text[at]]))
    with pytest.raises(Refused, match="notice_count_wrong"):
        read_notice(text[:at] + wrong + text[at + 1 :])


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("2026年部分节假日安排", "部分节假日安排", "notice_year_missing"),
        ("5月9日（周六）上班", "5月7日（周四）上班", "calendar_workday_no_weekend"),
        ("5月9日（周六）上班", "5月7日上班", "calendar_workday_no_weekend"),
        ("5月9日（周六）上班", "5月2日（周六）上班", "notice_day_twice"),
        ("5月9日（周六）上班", "5月9日（周六）另行通知", "notice_sentence_unread"),
        ("5月9日（周六）上班", "5月9日（周六）", "notice_sentence_unread"),
        ("5月9日（周六）上班", "5月32日上班", "notice_date_unknown"),
        ("5月9日（周六）上班", "9日上班", "notice_date_unknown"),
        ("5月9日（周六）上班", "2027年5月8日（周六）上班", "calendar_day_outside"),
        ("4月4日（周六）至6日（周一）放假，共3天", "4月6日至4日放假", "notice_range_unknown"),
        ("4月4日（周六）至6日（周一）放假，共3天", "4月4日至12月6日放假", "notice_range_unknown"),
        ("4月4日（周六）至6日（周一）放假，共3天", "4月4日至6日放假2天", "notice_count_wrong"),
        ("六、中秋节：9月25日（周五）至27日（周日）放假，共3天。\n", "", "notice_festival_missing"),
    ],
)
def test_what_does_not_add_up_is_refused_by_name(old: str, new: str, code: str) -> None:
    text = TEXT.replace("现将2026年元旦、春节等放假调休日期的具体安排通知如下。\n", "")
    assert old in text
    with pytest.raises(Refused) as refused:
        read_notice(text.replace(old, new))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "notice_year_missing"),
        ("今天天气很好。", "notice_year_missing"),
        ("关于2027年部分节假日安排的通知", "notice_empty"),
        ("关于2027年部分节假日安排的通知。" + "一" * 60_000, "notice_too_long"),
    ],
)
def test_what_is_no_notice_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_notice(text)
    assert refused.value.code == code


@given(
    st.text(
        alphabet="关于2026年部分节假日安排的通知一、元旦春节：1月3日（周六）至放假上班，共天。\n-~()",
        max_size=300,
    )
)
@settings(max_examples=400)
def test_junk_is_refused_or_read_and_never_breaks(junk: str) -> None:
    """Only named refusals come out of text that somebody pasted."""
    for text in (junk, "关于2026年部分节假日安排的通知\n" + junk):
        try:
            notice = read_notice(text)
        except Refused:
            continue
        assert notice.days


def test_a_year_is_known_once_its_notice_is_in_force() -> None:
    calendar = WorkCalendar(tuple(day for day in SEED if day.notice_year < 2026))
    assert calendar.add_working_days(date(2026, 9, 24), 5).provisional
    assert calendar.add_working_days(date(2026, 9, 24), 5).day == date(2026, 10, 1)
    after = with_notice(calendar, read_notice(TEXT))
    assert after == WorkCalendar(SEED)
    assert with_notice(after, read_notice(TEXT)) == after


def test_an_amendment_changes_its_festival_alone() -> None:
    """2019: Labour Day was made longer in March; the December before, named by the same notice, stays."""
    amended = read_notice(
        "国务院办公厅关于调整2019年劳动节假期安排的通知\n现将2019年劳动节假期调整安排通知如下。\n"
        "2019年5月1日至4日放假调休，共4天。4月28日（星期日）、5月5日（星期日）上班。\n国务院办公厅\n2019年3月22日"
    )
    before = [day for day in SEED if day.festival != "劳动节" or day.notice_year != 2019]
    first = CalendarDay(date(2019, 5, 1), DayKind.HOLIDAY, "劳动节", 2019)
    calendar = WorkCalendar((*before, first))
    assert amended.amends
    assert with_notice(calendar, amended) == WorkCalendar(SEED)


def test_an_amendment_does_not_make_a_year_known() -> None:
    """Labour Day alone would pass off 51 other weeks as published."""
    labour = tuple(day for day in SEED if day.festival == "劳动节" and day.notice_year == 2019)
    with pytest.raises(Refused, match="notice_amends_nothing"):
        with_notice(WorkCalendar(), Notice(2019, labour, amends=True))


def test_a_one_off_feast_is_read() -> None:
    """2015 had an eighth holiday."""
    days = [day for day in SEED if day.notice_year == 2015]
    joint = [replace(day, festival="胜利日") if len(day.festival) > 5 else day for day in days]
    assert any(day.festival == "胜利日" for day in joint)
    assert set(read_notice(notice_text(joint, 2015)).days) == set(joint)
    assert "胜利日" in clause("胜利日", [day for day in joint if day.festival == "胜利日"], 2015, short=True)
