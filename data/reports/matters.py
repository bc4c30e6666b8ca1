"""Sections made of matters: main figures, stock and flow, what they are about; by the screens' readings."""

from __future__ import annotations

from sqlalchemy.orm import Session

from data.reads import cards, figures
from data.reports.asked import Asked, Row
from data.reports.flow import stock_flow
from grid.matters import Category
from grid.measures import Measure, MeasureUnit
from grid.questions import MatterQuestion
from grid.reports.content import Column, ColumnKind, Section, Table
from grid.reports.flow import StockFlow
from grid.reports.templates import SectionKind

_RATES = frozenset({MeasureUnit.PERCENT})


def summary(session: Session, asked: Asked) -> Section:
    """Return the city's main figures with the period before and a year before."""
    found = city_measures(session, asked)
    counts = [one for one in found if one.unit not in _RATES]
    rates = [one for one in found if one.unit in _RATES]
    tables = (
        Table("figures", asked.words("table.figures"), _figure_columns(asked, ColumnKind.COUNT),
              tuple(_figure_row(one, asked) for one in counts), notes=(_compared(asked),)),
        Table("rates", asked.words("table.rates"), _figure_columns(asked, ColumnKind.RATE),
              tuple(_figure_row(one, asked) for one in rates), notes=(asked.words("note.minimum"),)),
    )  # fmt: skip
    return Section(SectionKind.SUMMARY, asked.words("section.summary"), _sentences(found, asked), tables)


def city_measures(session: Session, asked: Asked) -> tuple[Measure, ...]:
    """Return the measures as the cards and the wall have them, over the report's days."""
    network = figures.network_measures(session, asked.period.since, asked.period.until)
    return figures.matter_measures(session, asked.question) + network


def flow(session: Session, asked: Asked) -> Section:
    """Return stock and flow of the city and its areas."""
    found = {one.area_id: one for one in stock_flow(session, asked.period, asked.level)}
    whole = found[None]
    nothing = StockFlow(0, 0, 0, 0, 0, 0, 0)
    rows = [_flow_row("", asked.words("whole_city"), whole)]
    rows += [_flow_row(number, area.name, found.get(area.id, nothing)) for number, area in asked.names()]
    columns = (
        asked.column("number", width=0.6),
        asked.column("area", ColumnKind.TEXT, width=1.8),
        asked.column("opening"),
        asked.column("new"),
        asked.column("resolved"),
        asked.column("closing"),
        asked.column("change", ColumnKind.CHANGE),
        asked.column("backlog"),
        asked.column("backlog_resolved", width=1.2),
    )
    table = Table(
        "flow", asked.words("table.flow"), columns, tuple(rows), totals=1, notes=(asked.words("note.flow"),)
    )
    facts = {name: getattr(whole, name) for name in ("opening", "new", "resolved", "closing")}
    turn = "grew" if whole.change > 0 else "fell" if whole.change < 0 else "stayed"
    sentence = asked.words("flow.stock", **facts)
    sentence += asked.words(f"flow.{turn}", change=abs(whole.change))
    return Section(SectionKind.FLOW, asked.words("section.flow"), (sentence,), (table,))


def categories(session: Session, asked: Asked) -> Section:
    """Return what matters are about, most first, against the period before."""
    now = cards.categories(session, asked.question)
    earlier = _categories_before(session, asked)
    before = None if earlier is None else sum(earlier.values())
    total = sum(count for _, count in now)
    rows: list[Row] = [_category_row(asked.words("together"), total, total, before)]
    rows += [
        _category_row(
            asked.say(f"category.{one}"), count, total, None if earlier is None else earlier.get(one, 0)
        )
        for one, count in now
    ]
    columns = (
        asked.column("category", ColumnKind.TEXT, width=2),
        asked.column("registered"),
        asked.column("share", ColumnKind.RATE),
        asked.column("before"),
        asked.column("change", ColumnKind.CHANGE),
    )
    table = Table("categories", asked.words("table.categories"), columns, tuple(rows), 1, (_compared(asked),))
    first = asked.words("separator").join(asked.say(f"category.{one}") for one, _ in now[:3])
    told = (asked.words("categories.first", names=first),) if now else (asked.words("categories.none"),)
    return Section(SectionKind.CATEGORIES, asked.words("section.categories"), told, (table,))


def _categories_before(session: Session, asked: Asked) -> dict[Category, int] | None:
    """Return the counts of the period before, none where it begins before the first matter."""
    if asked.before.since < asked.first:
        return None
    return dict(cards.categories(session, MatterQuestion(asked.before.since, asked.before.until)))


def _category_row(name: str, count: int, total: int, before: int | None) -> Row:
    return name, count, count / total if total else None, before, None if before is None else count - before


def _compared(asked: Asked) -> str:
    since, until = asked.before.since.isoformat(), asked.before.until.isoformat()
    return asked.words("note.compared", since=since, until=until)


def _figure_columns(asked: Asked, kind: ColumnKind) -> tuple[Column, ...]:
    return (
        asked.column("measure", ColumnKind.TEXT, width=1.6),
        asked.column("unit", ColumnKind.TEXT, width=0.7),
        asked.column("now", kind),
        asked.column("before", kind),
        asked.column("year_before", kind),
        asked.column("n"),
    )


def _figure_row(measure: Measure, asked: Asked) -> Row:
    """Return a measure's row; a rate as a share of 1."""
    values = (measure.value, measure.before, measure.year_before)
    if measure.unit is MeasureUnit.PERCENT:
        told: Row = tuple(None if value is None else value / 100 for value in values)
    else:
        told = tuple(None if value is None else round(value) for value in values)
    name, unit = asked.say(f"measure.{measure.code}.name"), asked.say(f"measure_unit.{measure.unit}")
    return name, unit, *told, measure.n


def _sentences(found: tuple[Measure, ...], asked: Asked) -> tuple[str, ...]:
    by_code = {one.code: one for one in found}
    registered, still, late = (
        by_code[code] for code in ("matters_registered", "open_matters", "overdue_matters")
    )
    told = asked.words("summary.registered", count=round(registered.value or 0))
    told += _compare(registered, asked)
    told += asked.words("summary.open", open=round(still.value or 0), overdue=round(late.value or 0))
    rates = [
        asked.words(
            "summary.rate",
            name=asked.say(f"measure.{one.code}.name"),
            rate=f"{one.value:.1f}",
            n=one.n,
        )
        for one in found
        if one.unit is MeasureUnit.PERCENT and one.value is not None
    ]
    return (
        (told, asked.words("summary.rates", rates=asked.words("separator").join(rates))) if rates else (told,)
    )


def _compare(measure: Measure, asked: Asked) -> str:
    """Return 环比 and 同比 of a count in words, as far as there is something to compare with."""
    told = ""
    for key, earlier in (("before", measure.before), ("year_before", measure.year_before)):
        if earlier:
            percent = 100 * ((measure.value or 0) - earlier) / earlier
            turn = "grew" if percent > 0 else "fell" if percent < 0 else "same"
            told += asked.words(f"summary.{key}_{turn}", percent=f"{abs(percent):.1f}")
    return told


def _flow_row(number: int | str, name: str, one: StockFlow) -> Row:
    counts = (one.opening, one.new, one.resolved, one.closing, one.change, one.backlog, one.backlog_resolved)
    return number, name, *counts
