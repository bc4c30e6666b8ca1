"""What the wall tells, as words and numbers without looks, for the pages of leaders to tell the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from grid.areas import Area, Level
from grid.coverage import UnitKind
from grid.listings import Listing
from grid.matters import Category
from grid.measures import MINIMUM_N, SMALL_CELL, Measure, MeasureUnit
from grid.places import PlacedTotals
from grid.published import PublishedCounts
from grid.questions import AreaCard, City, LeaderCard, ServiceSummary
from layers.map_counts import Basis, ShownCount, shown_counts
from layers.map_coverage import CoveredUnit, leader_words
from layers.map_listing import days_listed
from layers.numbers import change, decimal, grouped, measured, short_span
from layers.words import Language, say

SHARED_LEVELS = frozenset({Level.CITY, Level.COUNTY, Level.TOWN})
"""Levels at which a card may show any count; below them small ones are hidden."""


@dataclass(frozen=True, slots=True)
class ToldMeasure:
    """A measure as shown: ``unit`` empty where there is no number; changes as (against what, how much)."""

    name: str
    definition: str
    number: str
    unit: str
    n: str
    period: str
    changes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Load:
    """What one leader answers for: a unit of theirs for name and colour, all units' names, their cases."""

    one: CoveredUnit
    names: tuple[str, ...]
    cases: int


def told_measure(measure: Measure, language: Language, *, level: Level = Level.CITY) -> ToldMeasure:
    """Return a measure of an area of a level; small cells and changes are hidden below towns."""
    shared = level in SHARED_LEVELS
    shown = measure if shared else _without_small_cells(measure)
    text = measured(shown) if shown is not None else None
    if shown is None and measure.unit is not MeasureUnit.PERCENT:
        text = hidden_text(language)
    return ToldMeasure(
        name=say(f"measure.{measure.code}.name", language),
        definition=say(f"measure.{measure.code}.definition", language),
        number=text or "—",
        unit=say(f"measure_unit.{measure.unit}", language) if text else "",
        n=_n_words(measure, language, shared=shared),
        period=short_span(measure.since, measure.until),
        changes=_changes(measure, language) if shared else (),
    )


def hidden_text(language: Language) -> str:
    """Return what stands for a small count on a shared view."""
    return say("wall.few", language, k=SMALL_CELL)


def ranked_areas(counts: PublishedCounts, basis: Basis) -> list[ShownCount]:
    """Return the areas with most matters or the highest rate first, without hidden ones and small n."""
    return sorted(
        (one for one in shown_counts(counts, basis) if one.value is not None and (one.n or 0) >= MINIMUM_N),
        key=lambda one: -(one.value or 0),
    )


def unranked_words(counts: PublishedCounts, basis: Basis, language: Language) -> str:
    """Return what is not ranked, and why."""
    text = say("wall.ranking_note", language, n=MINIMUM_N)
    hidden = any(one.hidden for one in shown_counts(counts, basis))
    return f"{text} · {say('wall.ranking_hidden', language)}" if hidden else text


def value_words(one: ShownCount, basis: Basis) -> str:
    """Return the value by which an area is ranked."""
    return grouped(one.value or 0) if basis is Basis.COUNT else decimal(one.value or 0)


def listing_facts(one: Listing, today: date, language: Language) -> str:
    """Return days listed, the rank of the quarter before and the reason, as far as they are known."""
    days = days_listed(one, today)
    facts = [
        say("wall.days_listed", language, days=days) if days is not None else "",
        say("wall.list.previous_rank", language, rank=one.previous_rank) if one.previous_rank else "",
        one.reason,
    ]
    return " · ".join(fact for fact in facts if fact)


def answers_words(one: Listing, language: Language) -> str:
    """Return who answers for a listed unit."""
    return say("wall.list.answers", language, leader=one.leader_label or say("wall.nobody", language))


def loads_of(covered: Iterable[CoveredUnit]) -> list[Load]:
    """Return the loads of the leaders of areas, the heaviest first.

    A load counts a leader's departments too; who has departments alone is left out.
    """
    groups: dict[int | None, list[CoveredUnit]] = {}
    for one in covered:
        groups.setdefault(one.leader.id if one.leader else None, []).append(one)
    loads = [
        Load(units[0], tuple(one.unit.name for one in units), sum(one.cases or 0 for one in units))
        for units in groups.values()
        if any(one.unit.kind is UnitKind.AREA for one in units)
    ]
    return sorted(loads, key=lambda load: -load.cases)


def area_leads(covered: Iterable[CoveredUnit], towns: Iterable[Area], language: Language) -> dict[int, str]:
    """Return who answers, by id: for each area that is a unit of the plan, and for ``towns``."""
    leads = {one.unit.area_id: leader_words(one, language) for one in covered if one.unit.area_id}
    return leads | {town.id: lead_of(town, leads) for town in towns}


def lead_of(area: Area, leads: Mapping[int, str]) -> str:
    """Return who answers for an area or for the one around it, empty where that is not known."""
    return leads.get(area.id) or leads.get(area.parent_id or 0, "")


def departments_of(covered: Iterable[CoveredUnit]) -> list[CoveredUnit]:
    """Return the departments of a plan, which have no place on the map."""
    return [one for one in covered if one.unit.kind is UnitKind.DEPARTMENT]


def cases_words(cases: int | None, language: Language) -> str:
    """Return a number of cases, or that none was given."""
    return "—" if cases is None else say("wall.cases", language, cases=cases)


def total_words(covered: Iterable[CoveredUnit], language: Language) -> str:
    """Return how many cases a plan has in all, and how many of them are departments'."""
    units = tuple(covered)
    departments = sum(one.cases or 0 for one in departments_of(units))
    return say(
        "wall.list.total", language, cases=sum(one.cases or 0 for one in units), departments=departments
    )


def extent_words(card: AreaCard, language: Language) -> str:
    """Return an area's residents, where known, and its size."""
    size = say("wall.card.size", language, km2=decimal(card.area.area_km2))
    if card.area.population is None:
        return size
    return f"{say('wall.card.population', language, population=grouped(card.area.population))} · {size}"


def count_words(count: int, hidden: bool, language: Language) -> str:
    """Return a count as a card tells it; a larger one hidden for a small one's sake is not "under five"."""
    if not hidden:
        return grouped(count)
    return hidden_text(language) if count < SMALL_CELL else "—"


def hidden_categories(card: AreaCard) -> set[Category]:
    """Return the categories with a small count and, where there is but one, the next smallest with it.

    The card tells the total: a single hidden count would be what is left of it.
    """
    if card.area.level in SHARED_LEVELS:
        return set()
    by_count = sorted(card.categories, key=lambda pair: pair[1])
    few = sum(count < SMALL_CELL for _, count in by_count)
    return {category for category, _ in by_count[: max(few, 2) if few else 0]}


def standing_words(listing: Listing, language: Language) -> str:
    """Return the quarter and the rank of a listing."""
    rank = say("wall.rank", language, rank=listing.rank) if listing.rank else ""
    return " · ".join(filter(None, (str(listing.quarter), rank)))


def unit_standing_words(listing: Listing, language: Language) -> str:
    """Return state and rank of a listing in one."""
    state = say(f"listing_state.{listing.state}", language)
    return say("wall.card.unit_listed", language, state=state, rank=listing.rank) if listing.rank else state


def service_lines(service: ServiceSummary, level: Level, language: Language) -> list[str]:
    """Return what a card says of an area's service network; small counts are hidden below towns."""
    counts = {"stations": service.stations, "points": service.points, "agents": service.agents}
    lines = [
        say("wall.card.service_text", language, **{name: grouped(count) for name, count in counts.items()})
    ]
    if service.since and service.until and service.handled:
        told = (service.handled, service.resolved, service.handled - service.resolved)
        few = level not in SHARED_LEVELS and any(0 < count < SMALL_CELL for count in told)
        handled = {name: "—" if few else grouped(getattr(service, name)) for name in ("handled", "resolved")}
        dates = {"since": service.since.isoformat(), "until": service.until.isoformat()}
        lines.append(say("wall.card.service_handled", language, **handled, **dates))
    if service.villages > 1:
        gap = {"villages": grouped(service.villages), "without": grouped(service.villages_without_point)}
        lines.append(say("wall.card.service_gap", language, **gap))
    return lines


def leader_totals(card: LeaderCard) -> tuple[tuple[str, int], ...]:
    """Return a leader's loads by the names of their words."""
    return ("cases", card.cases), ("open", card.open_count), ("overdue", card.overdue_count)


def placed_words(placed: PlacedTotals, language: Language) -> str:
    """Return how finely the matters of a question are placed."""
    levels = ("point", "grid", "village", "town", "county", "unplaced", "total")
    return say("wall.placed", language, **{one: grouped(getattr(placed, one)) for one in levels})


def source_words(city: City, language: Language) -> str:
    """Return the map's source and its review number (审图号), said to be missing where they are."""
    none = say("wall.not_filled", language)
    facts = (
        say("wall.source", language, source=city.source or none),
        say("wall.review_number", language, number=city.review_number or none),
    )
    return " · ".join(facts)


def _without_small_cells(measure: Measure) -> Measure | None:
    """Return the measure, or none where it tells a small count; a percentage tells its part and the rest."""
    if measure.value is None:
        return measure
    if measure.unit is MeasureUnit.PERCENT:
        part = round(measure.value * measure.n / 100)
        told = [part, measure.n - part]
    else:
        told = [round(measure.value)]
    return None if any(0 < count < SMALL_CELL for count in told) else measure


def _n_words(measure: Measure, language: Language, *, shared: bool) -> str:
    if not shared and 0 < measure.n < SMALL_CELL:
        return say("wall.n", language, n=hidden_text(language))
    text = say("wall.n", language, n=grouped(measure.n))
    return text if measure.value is not None else f"{text} · {say('wall.too_few', language)}"


def _changes(measure: Measure, language: Language) -> tuple[tuple[str, str], ...]:
    compared = (("wall.compare_before", measure.before), ("wall.compare_year", measure.year_before))
    told = tuple(
        (say(key, language), _change(measure, earlier, language))
        for key, earlier in compared
        if earlier is not None
    )
    return told or (("", say("wall.no_comparison", language)),)


def _change(measure: Measure, earlier: float, language: Language) -> str:
    found = change(measure, earlier)
    if found is None:
        return "—"
    direction, size = found
    if direction == 0:
        return say("wall.unchanged", language)
    if measure.unit is MeasureUnit.PERCENT:
        size = say("wall.points", language, value=size)
    return f"{'▲' if direction > 0 else '▼'} {size}"
