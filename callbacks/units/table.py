"""The league table: one unit a line, each indicator with its n and a bar to its target."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from callbacks.frame import labelled
from callbacks.units.asked import Asked, FigureAsked, card_path
from callbacks.units.marks import change_mark, listing_mark, rate_words, rested_on
from grid.indicators.definitions import definition
from grid.indicators.figures import Figure
from grid.league import PAGE_ROWS, League, LeagueColumn, pages_of, rows_of_page, shown_rows
from grid.rectification.ranking import RankedUnit
from grid.refusals import Refused
from layers.numbers import grouped
from layers.words import Language, say

_ARROWS = {True: "↓", False: "↑"}
_HIDDEN: Any = {"aria-hidden": "true"}


def table_card(league: League, asked: Asked, language: Language) -> Any:
    """Return the rows of a page, the ranked first, with ways to the other pages."""
    rows = shown_rows(league, asked.view())
    shown = rows_of_page(rows, asked.page)
    if not shown:
        return _none(rows, asked, language)
    table = html.Table(
        [
            html.Thead(html.Tr(_heads(league, asked, language))),
            html.Tbody(_lines(shown, league, asked, language)),
        ],
        className="office-table units-table" + ("" if league.question.is_ranked else " units-unranked"),
        **labelled(say("units.table", language)),
    )
    return html.Section(
        [html.Div(table, className="units-scroll"), _pages(rows, asked, language)], className="units-list"
    )


def table_indicators(league: League) -> tuple[str, ...]:
    """Return the indicators that have a column: a tier's own stands on the card, its sum here."""
    return tuple(code for code in league.indicators if not _is_of_one_tier(code))


def _is_of_one_tier(code: str) -> bool:
    try:
        return len(definition(code).tiers) == 1
    except Refused:
        # Frozen by a version of the program that knew it.
        return False


def _columns(league: League) -> list[LeagueColumn]:
    ranked = [LeagueColumn.RANK, LeagueColumn.CHANGE] if league.question.is_ranked else []
    return [*ranked, LeagueColumn.UNIT, *([LeagueColumn.SCORE] if league.question.is_ranked else [])]


def _heads(league: League, asked: Asked, language: Language) -> list[Any]:
    heads = [
        _head(column, say(f"units.head.{column}", language), asked, language) for column in _columns(league)
    ]
    heads += [
        _head(code, say(f"units.short.{code}", language), asked, language)
        for code in table_indicators(league)
    ]
    heads.append(_head(LeagueColumn.LISTING, say("units.head.listing", language), asked, language))
    if league.leaders is not None:
        heads.append(html.Th(say("units.head.leader", language), scope="col"))
    return heads


def _head(column: str, name: str, asked: Asked, language: Language) -> Any:
    here = column == asked.sort
    arrow = html.Span(_ARROWS[asked.descending], className="matters-arrow", **_HIDDEN) if here else None
    link = dcc.Link(
        [name, arrow], href=asked.order_by(column), title=say("register.sort", language, column=name)
    )
    order: Any = {"aria-sort": "descending" if asked.descending else "ascending"} if here else {}
    return html.Th(link, scope="col", className=f"units-head-{column}", **order)


def _lines(shown: Sequence[RankedUnit], league: League, asked: Asked, language: Language) -> list[Any]:
    """Return the rows, with a line of words before the first that has no rank."""
    lines: list[Any] = []
    is_told = not league.question.is_ranked
    for row in shown:
        if row.score is None and not is_told:
            is_told = True
            lines.append(_below(league, language))
        lines.append(_line(row, league, asked, language))
    return lines


def _below(league: League, language: Language) -> Any:
    width = len(_columns(league)) + len(table_indicators(league)) + 2
    words = say("units.not_ranked", language, n=league.ranking.scheme.minimum_n)
    return html.Tr(html.Th(words, colSpan=width, scope="rowgroup"), className="units-below")


def _line(row: RankedUnit, league: League, asked: Asked, language: Language) -> Any:
    columns = _columns(league)
    if row.score is None and league.question.is_ranked:
        # Why it has no rank takes the room of its change too.
        columns.remove(LeagueColumn.CHANGE)
    cells = [_cell(column, row, league, language) for column in columns]
    cells += [
        figure_cell(row.subject.code, code, row.figures.figure(code), asked, language)
        for code in table_indicators(league)
    ]
    cells.append(html.Td(listing_mark(row.listing, language), className="units-listing"))
    if league.leaders is not None:
        names = "、".join(league.leaders_of(row)) or html.Span(
            say("units.nobody", language), className="office-muted"
        )
        cells.append(html.Td(names, className="units-leader"))
    return html.Tr(cells, className="units-row")


def _cell(column: LeagueColumn, row: RankedUnit, league: League, language: Language) -> Any:
    if column is LeagueColumn.RANK:
        return html.Td(_rank(row, language), colSpan=2 if row.score is None else 1, className="units-rank")
    if column is LeagueColumn.CHANGE:
        return html.Td(change_mark(row, language), className="units-change")
    if column is LeagueColumn.SCORE:
        return html.Td("—" if row.score is None else f"{row.score:.1f}", className="units-score")
    quarter = str(league.question.quarter)
    name = dcc.Link(
        row.subject.name, href=card_path(row.subject.code, quarter=quarter), className="units-name"
    )
    level = say(f"units.level.{row.subject.level or 'department'}", language)
    return html.Td([name, html.Small(level)], className="units-unit")


def _rank(row: RankedUnit, language: Language) -> Any:
    if row.rank is None:
        reason = row.not_ranked[0] if row.not_ranked else None
        if reason is None:
            # Who sees some units only is told no rank among these: it would not be everybody's.
            return html.Span("—", title=say("units.rank_when_frozen", language))
        name = say(f"units.short.{reason.weight.indicator}", language)
        words = say(f"units.untold.{reason.untold}", language, name=name, n=grouped(reason.denominator))
        return html.Small(words, className="units-untold")
    tied = html.Small(say("units.tied", language)) if row.tied else None
    return [html.B(str(row.rank)), tied]


def figure_cell(code: str, indicator: str, figure: Figure | None, asked: Asked, language: Language) -> Any:
    """Return a number that opens its meaning, with its n and a bar from nothing to all."""
    if figure is None or figure.rate is None:
        none = html.Span("—", className="office-muted", title=say("units.standing.no_data", language))
        return html.Td(none, className="units-figure", **_named(indicator, language))
    target = {} if figure.target is None else {"--aim": f"{figure.target:.3f}"}
    link = html.A(
        [html.B(rate_words(figure)), html.Small(f"n {grouped(figure.denominator)}")],
        href=asked.open_figure(FigureAsked(code, indicator)),
        title=rested_on(figure, language),
        className=f"units-open units-{figure.standing}" + ("" if figure.target is None else " units-aimed"),
        style={"--rate": f"{100 * figure.rate:.1f}%", **target},
    )
    return html.Td(link, className="units-figure", **_named(indicator, language))


def _named(indicator: str, language: Language) -> Any:
    """On a phone a cell says itself of which column it is."""
    return {"data-name": say(f"units.short.{indicator}", language)}


def _none(rows: Sequence[RankedUnit], asked: Asked, language: Language) -> Any:
    if rows:
        first = dcc.Link(say("register.first", language), href=asked.address(), className="office-clear")
        return html.P([say("units.beyond_last", language), " ", first], className="service-none")
    key = "filtered" if asked.is_filtered else "none"
    clear = dcc.Link(say("register.clear", language), href=Asked(quarter=asked.quarter).address())
    return html.P([say(f"units.empty.{key}", language), " ", clear if asked.is_filtered else None],
                  className="service-none")  # fmt: skip


def _pages(rows: Sequence[RankedUnit], asked: Asked, language: Language) -> Any:
    pages = pages_of(len(rows))
    total = say("units.total", language, total=grouped(len(rows)))
    if pages <= 1:
        return html.P(total, className="office-muted units-total")
    where = say(
        "units.page", language, page=asked.page, pages=pages, rows=PAGE_ROWS, total=grouped(len(rows))
    )
    return html.Nav(
        [
            _turn("previous", asked.page - 1, pages, asked, language),
            html.Span(where),
            _turn("next", asked.page + 1, pages, asked, language),
        ],
        className="office-pages",
        **labelled(say("register.pages", language)),
    )


def _turn(name: str, page: int, pages: int, asked: Asked, language: Language) -> Any:
    words = say(f"register.{name}", language)
    if not 1 <= page <= pages:
        return html.Span(words, className="office-button service-off")
    return dcc.Link(words, href=asked.address(page=page), className="office-button")
