"""What stands around a picture: its figures, what to note, and what it must carry wherever it goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from callbacks.hotspots.asking import Asking
from callbacks.hotspots.pictures import Picture
from grid.hotspots.questions import MatterFilter
from layers.hotspot_legend import FINE
from layers.numbers import decimal, grouped, in_city_time, span
from layers.words import Language, say


def figures(asking: Asking, picture: Picture, language: Language) -> list[list[str]]:
    """Return the figures above the ranking: name, number, unit, and what stands below."""
    matters, total = asking.matters, picture.total
    unit = say(f"hotspots.unit.{matters.unit}", language)
    placed = int(picture.counts.sum())
    share = f"{decimal(100 * placed / total)}%" if total else "—"
    changes = [
        say(f"hotspots.figure.{name}", language, change=_change(total, asking, when))
        for name, when in (("before", _just_before(matters)), ("year_before", _year_before(matters)))
    ]
    level = say(f"level.{asking.level}", language)
    return [
        [say("hotspots.figure.total", language), grouped(total), unit, " · ".join(changes)],
        [say("hotspots.figure.placed", language, level=level), share, "", f"{grouped(placed)} {unit}"],
    ]


def notes(asking: Asking, language: Language) -> list[str]:
    """Return what is otherwise than the address says."""
    state, found = asking.state, []
    if asking.ignored:
        parts = "、".join(say(f"hotspots.part.{one}", language) for one in asking.ignored)
        found.append(say("hotspots.ignored", language, parts=parts))
    if asking.level is not state.level:
        wanted, shown = (say(f"level.{one}", language) for one in (state.level, asking.level))
        found.append(say("hotspots.other_level", language, wanted=wanted, shown=shown))
    if state.until > asking.facts.city.today:
        found.append(say("hotspots.future", language))
    return found


def about(asking: Asking, total: int, language: Language) -> dict[str, str]:
    """Return title, period, n, filters, definition, time, source and review number in words.

    ``fine`` where the level is below township, ``narrow`` where matters of an area below it are counted: then
    small counts must not leave in a picture.
    """
    state, city = asking.state, asking.facts.city
    unit = say(f"hotspots.unit.{state.unit}", language)
    review = city.review_number or say("desk.no_review_number", language)
    stamps = [say(f"desk.stamp.{one}", language) for one in ("synthetic", "internal") if getattr(city, one)]
    as_of = in_city_time(asking.facts.state.version.changed_at)
    return {
        "title": f"{city.name} · {say(f'hotspots.paint.{state.paint}', language)}",
        "period": span(state.since, state.until),
        "n": f"n = {grouped(total)} {unit}",
        "filters": _filters(asking, language),
        "definition": say(f"hotspots.definition.{state.paint}", language),
        "as_of": say("hotspots.as_of", language, at=as_of),
        "source": say("desk.source", language, source=city.source or "—"),
        "review": say("desk.review_number", language, number=review),
        "stamps": " · ".join(stamps),
        "fine": "yes" if asking.level in FINE else "",
        "narrow": "yes" if _is_narrow(asking) else "",
    }


def _is_narrow(asking: Asking) -> bool:
    found = [asking.facts.area(asking.desk, one) for one in asking.state.area]
    return any(one is None or one.level in FINE for one in found)


def _filters(asking: Asking, language: Language) -> str:
    state = asking.state
    parts = [
        say(f"{name}.{one}", language)
        for name in ("category", "channel", "purpose", "stage")
        for one in sorted(getattr(state, name))
    ]
    if state.leader is not None:
        parts += [one.label for one in asking.facts.leaders(asking.desk) if one.id == state.leader]
    areas = [asking.facts.area(asking.desk, one) for one in sorted(state.area)]
    parts += [one.name for one in areas if one is not None]
    return "、".join(parts) or say("hotspots.all_matters", language)


def _change(total: int, asking: Asking, earlier: MatterFilter) -> str:
    """Return the change since an earlier period in per cent, a dash where there was nothing."""
    before = int(asking.desk.days(earlier).counts.sum())
    if before == 0:
        return "—"
    percent = round(100 * (total - before) / before, 1)
    return f"{'+' if percent > 0 else ''}{decimal(percent)}%"


def _just_before(matters: MatterFilter) -> MatterFilter:
    last = matters.since - timedelta(days=1)
    return replace(matters, since=last - (matters.until - matters.since), until=last)


def _year_before(matters: MatterFilter) -> MatterFilter:
    return replace(matters, since=_year_back(matters.since), until=_year_back(matters.until))


def _year_back(day: date) -> date:
    """Return the same day a year earlier; of 29 February the 28th."""
    return day.replace(year=day.year - 1, day=min(day.day, 28) if day.month == 2 else day.day)
