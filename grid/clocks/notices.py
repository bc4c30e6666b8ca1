"""Notices (放假通知): the State Council's yearly notice of holidays, read from its plain text or refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from grid.clocks.calendars import CalendarDay, DayKind, WorkCalendar
from grid.clocks.notice_dates import read_sentence
from grid.refusals import Refused

FESTIVALS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
"""Festivals of every year's notice since 2008 (《全国年节及纪念日放假办法》)."""
LONGEST_TEXT = 50_000

_TITLE = re.compile(
    r"(调整)?((?:19|20)\d{2})年([^。\d]{0,30}?)"
    r"(?:部分)?(?:节假日|假期|放假)(?:休假)?(?:日期)?(?:的)?(?:具体)?安排"
)
_NAMES = "|".join(FESTIVALS)
_HEAD = re.compile(
    rf"(?:^|[。\n;])(?:[一二三四五六七八九十]+、([^:。\n]{{2,40}})|((?:{_NAMES})(?:[、和](?:{_NAMES}))*)):"
)


@dataclass(frozen=True, slots=True)
class Notice:
    """What one notice says: the named days of its year, in order.

    ``amends`` where it changes single festivals of a year whose notice was published before.
    """

    year: int
    days: tuple[CalendarDay, ...]
    amends: bool = False

    @property
    def festivals(self) -> frozenset[str]:
        """Names of the festivals that it arranges."""
        return frozenset(name for day in self.days for name in day.festival.split("、"))


def read_notice(text: str) -> Notice:
    """Return what a notice's plain text says; every date in it is read, or the notice is refused.

    Raises
    ------
    Refused
        ``notice_too_long``, ``notice_year_missing``, ``notice_empty``, ``notice_festival_missing``,
        ``notice_sentence_unread``, ``notice_date_unknown``, ``notice_range_unknown``,
        ``notice_weekday_wrong``, ``notice_count_wrong``, ``notice_day_twice``, and those of ``CalendarDay``.
    """
    if len(text) > LONGEST_TEXT:
        raise Refused("notice_too_long", longest=LONGEST_TEXT)
    plain = _plain(text)
    title = _TITLE.search(plain)
    if title is None:
        raise Refused("notice_year_missing")
    year, amends = int(title[2]), title[1] is not None
    days = [day for festival, body in _clauses(plain, title) for day in _days_of(festival, body, year)]
    _check_days(days, year, amends)
    return Notice(year, tuple(sorted(days, key=lambda day: day.day)), amends)


def with_notice(calendar: WorkCalendar, notice: Notice) -> WorkCalendar:
    """Return the calendar with a notice in force: its year's days, or its festivals' where it amends.

    Raises
    ------
    Refused
        ``notice_amends_nothing`` where it amends a year that the calendar does not know.
    """
    if notice.amends and not calendar.knows(notice.year):
        raise Refused("notice_amends_nothing", year=notice.year)
    kept = tuple(day for day in calendar.days if not _replaces(notice, day))
    return WorkCalendar(kept + notice.days)


def _replaces(notice: Notice, day: CalendarDay) -> bool:
    if day.notice_year != notice.year:
        return False
    return not notice.amends or not notice.festivals.isdisjoint(day.festival.split("、"))


def _plain(text: str) -> str:
    """Return the text with one form of each sign and without blanks inside lines."""
    narrow = unicodedata.normalize("NFKC", text).replace("——", "至").replace("—", "至").replace("－", "至")
    return re.sub(r"[^\S\n]+", "", narrow).replace("星期天", "星期日").replace("周天", "周日")


def _clauses(plain: str, title: re.Match[str]) -> Iterator[tuple[str, str]]:
    """Yield each festival's name and what follows it up to the next; a bare amendment is one clause."""
    heads = list(_HEAD.finditer(plain))
    if not heads:
        named = re.findall(_NAMES, title[3])
        if named:
            yield "、".join(named), plain[title.end() :]
        return
    ends = [head.start() + 1 for head in heads[1:]] + [len(plain)]
    for head, end in zip(heads, ends, strict=True):
        yield (head[1] or head[2]).replace("和", "、"), plain[head.end() : end]


def _days_of(festival: str, body: str, year: int) -> Iterator[CalendarDay]:
    for sentence in re.split(r"[。;\n]", body):
        rests, workings = read_sentence(sentence, year)
        for kind, days in ((DayKind.HOLIDAY, rests), (DayKind.WORKING, workings)):
            yield from (CalendarDay(day, kind, festival, year) for day in days)


def _check_days(days: list[CalendarDay], year: int, amends: bool) -> None:
    if not days:
        raise Refused("notice_empty", year=year)
    named: set[date] = set()
    for each in days:
        if each.day in named:
            raise Refused("notice_day_twice", day=each.day.isoformat())
        named.add(each.day)
    said = "、".join(each.festival for each in days)
    missing = [name for name in FESTIVALS if name not in said]
    if missing and not amends:
        raise Refused("notice_festival_missing", year=year, festivals="、".join(missing))
