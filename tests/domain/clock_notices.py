"""Writes notices as the State Council does, from days alone: the reader's counterpart, made apart from it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby

from grid.clocks.calendars import CalendarDay, DayKind

NUMERALS = "一二三四五六七八九十"


def named(day: date, year: int, *, weekday: bool = True, short: bool = True) -> str:
    """One date in words, with its year where that is not the notice's."""
    head = "" if day.year == year else f"{day.year}年"
    tail = f"（{'周' if short else '星期'}{'一二三四五六日'[day.weekday()]}）" if weekday else ""
    return f"{head}{day.month}月{day.day}日{tail}"


def spans(days: Iterable[date]) -> list[list[date]]:
    """Days in a row together."""
    ordered = sorted(days)
    keyed = [(day - timedelta(days=place), day) for place, day in enumerate(ordered)]
    return [[day for _, day in group] for _, group in groupby(keyed, key=lambda pair: pair[0])]


def span_words(span: list[date], year: int, *, short: bool) -> str:
    first, last = span[0], span[-1]
    if len(span) == 1:
        return named(first, year, weekday=False)
    if (first.year, first.month) == (last.year, last.month):
        end = named(last, year, short=short).split("月", 1)[1]
    else:
        end = f"{last.year}年" * (first.year != last.year) + named(last, last.year, short=short)
    return f"{named(first, year, short=short)}至{end}"


def clause(festival: str, days: list[CalendarDay], year: int, *, short: bool) -> str:
    """A festival's sentences: days off with their number, then the weekends that are worked."""
    rests = [each.day for each in days if each.kind is DayKind.HOLIDAY]
    works = sorted(each.day for each in days if each.kind is DayKind.WORKING)
    off = "、".join(span_words(span, year, short=short) for span in spans(rests))
    text = f"{festival}：{off}放假{'调休' if works else ''}，共{len(rests)}天。"
    if len(rests) == 1:
        text = f"{festival}：{off}放假，与周末连休。"
    if works:
        text += "、".join(named(day, year, short=short) for day in works) + "上班。"
    return text


def notice_text(days: Iterable[CalendarDay], year: int, *, short: bool = True) -> str:
    """A whole notice for a year."""
    grouped: dict[str, list[CalendarDay]] = {}
    for each in sorted(days, key=lambda each: each.day):
        grouped.setdefault(each.festival, []).append(each)
    clauses = [
        f"{NUMERALS[place]}、{clause(festival, of, year, short=short)}"
        for place, (festival, of) in enumerate(grouped.items())
    ]
    return "\n".join(
        [
            f"国务院办公厅关于{year}年部分节假日安排的通知",
            "各省、自治区、直辖市人民政府：",
            f"现将{year}年节假日放假调休日期的具体安排通知如下。",
            *clauses,
            "节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作。",
            "国务院办公厅",
            f"{year - 1}年11月4日",
        ]
    )
