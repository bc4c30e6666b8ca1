"""Dates of a notice's sentence: which days are off, which are worked, and whether the sentence adds up."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from grid.refusals import Refused

LONGEST_RANGE_DAYS = 31
_SHOWN = 40
"""Characters of a sentence that are shown of one that cannot be read."""
_WEEKDAYS = "一二三四五六日"

_DATE = re.compile(r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:\(([^()]*)\))?")
_BARE_DAY = re.compile(r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})(?=至)")
_RANGE = re.compile(r"至|-|~|到")
_LIST = re.compile(r"[、和及,]")
_REST = re.compile(r"(?:全国)?(?:放假调休|放假公休|调休放假|放假|补休|调休|公休|照常公休)(?:(\d+)天)?")
_WORK = re.compile(r"(?:照常|正常|均)?上班")
_COUNT = re.compile(r"共(?:放假|计)?(\d+)天")
_WEEKDAY = re.compile(r"(?:星期|周)([一二三四五六日])")
_SIGNATURE = re.compile(r"(?:国务院办公厅)?\d{4}年\d{1,2}月\d{1,2}日(?:\(此件公开发布\))?")


@dataclass(frozen=True, slots=True)
class _Spoken:
    """Days that a phrase names, and where in the sentence they end."""

    days: tuple[date, ...]
    end: int


def read_sentence(sentence: str, year: int) -> tuple[tuple[date, ...], tuple[date, ...]]:
    """Return the days off and the days worked that a sentence names; none where it has no date.

    Raises
    ------
    Refused
        ``notice_sentence_unread``, ``notice_date_unknown``, ``notice_range_unknown``,
        ``notice_weekday_wrong``, ``notice_count_wrong``.
    """
    rests: list[date] = []
    workings: list[date] = []
    if _SIGNATURE.fullmatch(sentence):
        return (), ()
    for phrase in re.split(r",(?=共|与|\d|其中)(?![^()]*\))", sentence):
        count = _COUNT.fullmatch(phrase)
        if count is not None:
            _check_count(int(count[1]), len(rests), sentence)
        elif _DATE.search(phrase) is not None:
            _read_phrase(phrase, year, rests, workings)
    return tuple(rests), tuple(workings)


def _read_phrase(phrase: str, year: int, rests: list[date], workings: list[date]) -> None:
    spoken = _read_days(phrase, year)
    verb = phrase[spoken.end :]
    rest = _REST.fullmatch(verb)
    if rest is not None:
        rests += spoken.days
        if rest[1] is not None:
            _check_count(int(rest[1]), len(spoken.days), phrase)
    elif _WORK.fullmatch(verb) is not None:
        workings += spoken.days
    else:
        raise Refused("notice_sentence_unread", text=phrase[:_SHOWN])


def _read_days(phrase: str, year: int) -> _Spoken:
    """Read dates in a row, with ranges; a date that names no month has that of the date before it."""
    days: list[date] = []
    at, last, is_range = 0, date(year, 1, 1), False
    while found := _BARE_DAY.match(phrase, at) or _DATE.match(phrase, at):
        day = _day_of(found, last if days else None, year)
        days += _range_days(last, day) if is_range else [day]
        at, last = found.end(), day
        joint = _RANGE.match(phrase, at) or _LIST.match(phrase, at)
        if joint is None:
            return _Spoken(tuple(days), at)
        at, is_range = joint.end(), _RANGE.fullmatch(joint[0]) is not None
    raise Refused("notice_sentence_unread", text=phrase[:_SHOWN])


def _day_of(found: re.Match[str], last: date | None, year: int) -> date:
    month = found[2] or (last and last.month)
    if not month:
        raise Refused("notice_date_unknown", text=found[0])
    assumed = last.year if last is not None and not found[2] else year
    try:
        day = date(int(found[1] or assumed), int(month), int(found[3]))
    except ValueError:
        raise Refused("notice_date_unknown", text=found[0]) from None
    said = _WEEKDAY.search(found[4] or "") if found.re is _DATE else None
    actual = _WEEKDAYS[day.weekday()]
    if said is not None and said[1] != actual:
        raise Refused("notice_weekday_wrong", day=day.isoformat(), said=f"周{said[1]}", actual=f"周{actual}")
    return day


def _range_days(first: date, last: date) -> list[date]:
    """Return the days after ``first`` up to ``last``; ``first`` itself has been read."""
    length = (last - first).days
    if not 0 < length < LONGEST_RANGE_DAYS:
        raise Refused("notice_range_unknown", since=first.isoformat(), until=last.isoformat())
    return [first + timedelta(days=ahead) for ahead in range(1, length + 1)]


def _check_count(said: int, counted: int, sentence: str) -> None:
    if said != counted:
        raise Refused("notice_count_wrong", said=said, counted=counted, text=sentence[:_SHOWN])
