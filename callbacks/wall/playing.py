"""Playing through the months: what is published of a month is the city's count; that is what is played."""

from __future__ import annotations

from datetime import date
from typing import Any

from dash import html

from grid.questions import MonthCount
from layers.numbers import decimal, grouped
from layers.words import Language, say


def month_said(months: tuple[MonthCount, ...], month: date | None, language: Language) -> list[Any]:
    """Return the words beside the trend: how it is read or, of the month played, its counts.

    The month's changes are told only of whole months. Maps of single months are not published: it is said
    that the map stays as it is.
    """
    if month is None:
        note = html.Span(say("wall.trend_note", language), className="wall-small")
        return [html.Span(say("wall.trend", language)), note]
    by_month = {one.month: one for one in months}
    name = say("wall.month_of_year", language, year=month.year, month=month.month)
    one = by_month.get(month)
    if one is None:
        return [html.B(say("wall.play.unpublished", language, month=name))]
    counted = {"count": grouped(one.count), "repeats": grouped(one.repeats)}
    facts = [say("wall.play.month", language, month=name, **counted)]
    earlier = (("wall.compare_before", _before(month, 1)), ("wall.compare_year", _before(month, 12)))
    facts += [_change(key, one, by_month[day], language) for key, day in earlier if day in by_month]
    if one.partial:
        facts.append(say("wall.play.partial", language))
    return [
        html.B(" · ".join(fact for fact in facts if fact)),
        html.Span(say("wall.play.map_stays", language), className="wall-small"),
    ]


def _change(key: str, one: MonthCount, earlier: MonthCount, language: Language) -> str:
    if one.partial or earlier.partial or not earlier.count:
        return ""
    percent = 100 * (one.count - earlier.count) / earlier.count
    sign = "▲" if percent > 0 else "▼"
    told = f"{sign} {decimal(abs(percent))}%" if percent else say("wall.unchanged", language)
    return f"{say(key, language)} {told}"


def _before(month: date, months: int) -> date:
    at = month.year * 12 + month.month - 1 - months
    return date(max(at // 12, 1), at % 12 + 1, 1)
