"""The lists of the service network: one at a time, ordered by its heads, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dash import dcc, html

from callbacks.frame import labelled
from callbacks.service.asked import EXPORT_PATH, Asked
from grid.areas import Level
from grid.service import AreaService, PointState, ServiceNetwork, ServicePointView, VillageService
from grid.service_lists import (
    COLUMNS,
    PAGE_ROWS,
    Listed,
    ServiceColumn,
    ServiceList,
    ServiceQuestion,
    agents_each,
    listed_rows,
    pages_of,
)
from layers.numbers import decimal, grouped
from layers.service_map import distance_words
from layers.words import Language, say

_ARROWS = {True: "↓", False: "↑"}
_HIDDEN: Any = {"aria-hidden": "true"}
_NUMBERS = frozenset(ServiceColumn) - {
    ServiceColumn.AREA, ServiceColumn.POINT, ServiceColumn.STATE, ServiceColumn.LAST,
}  # fmt: skip
_ALSO: dict[ServiceList, str] = {
    ServiceList.UNSERVED: "nearest",
    ServiceList.FAR: "nearest",
    ServiceList.SILENT: "hours",
    ServiceList.POINTS: "hours",
}
"""A last column by which there is no order."""


def listed_card(network: ServiceNetwork, asked: Asked, language: Language) -> Any:
    """Return the tabs, the list chosen, ways to its other pages and its files."""
    question = asked.question()
    rows = listed_rows(network, question)
    pages = pages_of(len(rows))
    shown = rows[(question.page - 1) * PAGE_ROWS : question.page * PAGE_ROWS]
    found = _table(shown, question, asked, language) if shown else _empty(question, rows, asked, language)
    head = html.Div(
        [_tabs(network, question, asked, language), _files(asked, rows, language)], className="service-head"
    )
    return html.Section(
        [head, found, _pages(question.page, pages, len(rows), asked, language)],
        className="service-list",
    )


def _tabs(network: ServiceNetwork, question: ServiceQuestion, asked: Asked, language: Language) -> Any:
    counts = {
        ServiceList.PARTS: len(network.parts),
        ServiceList.UNSERVED: len(network.unserved),
        ServiceList.FAR: len(network.villages),
        ServiceList.SILENT: network.states[PointState.SILENT],
        ServiceList.POINTS: len(network.points),
    }
    tabs = []
    for one, count in counts.items():
        if one is ServiceList.PARTS and not network.parts:
            continue
        here = one is question.listed
        current: Any = {"aria-current": "true"} if here else {}
        name = (
            _part_name(asked, language) if one is ServiceList.PARTS else say(f"service.tab.{one}", language)
        )
        link = dcc.Link(
            [html.Span(name), html.B(grouped(count))],
            href=asked.show(one),
            className="service-tab" + (" service-tab-here" if here else ""),
        )
        tabs.append(html.Span(link, **current))
    return html.Nav(tabs, className="service-tabs", **labelled(say("service.lists", language)))


def _part_name(asked: Asked, language: Language) -> str:
    return say(f"service.parts.{Level.COUNTY if asked.county is None else Level.TOWN}", language)


def _files(asked: Asked, rows: Sequence[Listed], language: Language) -> Any:
    if not rows:
        return None
    links = [
        html.A(
            say(f"service.export.{form}", language),
            href=asked.address(EXPORT_PATH, form=form, page=1),
            className="office-button",
        )
        for form in ("xlsx", "csv")
    ]
    return html.Div(links, className="service-files")


def _table(shown: Sequence[Listed], question: ServiceQuestion, asked: Asked, language: Language) -> Any:
    columns = COLUMNS[question.listed]
    heads = [_head(column, question, asked, language) for column in columns]
    also = _ALSO.get(question.listed)
    if also is not None:
        heads.append(html.Th(say(f"service.column.{also}", language), scope="col"))
    rows = [html.Tr(_cells(row, columns, also, asked, language)) for row in shown]
    return html.Div(
        html.Table(
            [html.Thead(html.Tr(heads)), html.Tbody(rows)],
            className=f"office-table service-table service-table-{question.listed}",
            **labelled(say(f"service.list.{question.listed}", language)),
        ),
        className="service-scroll",
    )


def _head(column: ServiceColumn, question: ServiceQuestion, asked: Asked, language: Language) -> Any:
    here = column is question.sort
    name = say(f"service.head.{column}", language)
    arrow = html.Span(_ARROWS[question.descending], className="matters-arrow", **_HIDDEN) if here else None
    link = dcc.Link(
        [name, arrow], href=asked.order_by(column), title=say("register.sort", language, column=name)
    )
    order: Any = {"aria-sort": "descending" if question.descending else "ascending"} if here else {}
    return html.Th(link, scope="col", className="office-count" if column in _NUMBERS else "", **order)


def _cells(
    row: Listed, columns: Sequence[ServiceColumn], also: str | None, asked: Asked, language: Language
) -> list[Any]:
    cells = []
    for column in columns:
        words = _VALUES[type(row)][column](row, asked, language)
        cells.append(html.Td(words, className="office-count" if column in _NUMBERS else f"service-{column}"))
    if also is not None:
        cells.append(html.Td(getattr(row, also) or "—", className=f"service-{also}"))
    return cells


Tell = Callable[[Any, Asked, Language], Any]


def _count(take: Callable[[AreaService], int]) -> Tell:
    return lambda row, asked, language: grouped(take(row))


def _part_link(row: AreaService, asked: Asked, language: Language) -> Any:
    below: dict[str, Any] = {"county" if row.area.level is Level.COUNTY else "town": row.area.id}
    href = asked.address(**below, listed=None, sort=None, descending=None)
    return dcc.Link(row.area.name, href=href, className="service-link")


def _stations(row: AreaService, asked: Asked, language: Language) -> Any:
    return f"{row.summary.stations}/{row.summary.towns}"


def _each(row: AreaService, asked: Asked, language: Language) -> Any:
    each = agents_each(row)
    return "—" if each is None else decimal(each)


def _path(row: VillageService | ServicePointView, asked: Asked, language: Language) -> Any:
    """The areas below the one that is chosen, which stands above the list already."""
    chosen = 2 if asked.town is not None else 1 if asked.county is not None else 0
    return " › ".join(name for name in row.path[chosen:] if name)


def _state(row: ServicePointView, asked: Asked, language: Language) -> Any:
    mark = html.Span(className=f"service-dot service-dot-{row.state}", **_HIDDEN)
    return html.Span([mark, say(f"service.state.{row.state}", language)], className="service-mark")


def _last(row: ServicePointView, asked: Asked, language: Language) -> Any:
    return row.last_handled_on.isoformat() if row.last_handled_on else say("service.unsaid", language)


_VALUES: dict[type[Listed], dict[ServiceColumn, Tell]] = {
    AreaService: {
        ServiceColumn.AREA: _part_link,
        ServiceColumn.STATIONS: _stations,
        ServiceColumn.VILLAGES: _count(lambda row: row.summary.villages),
        ServiceColumn.UNSERVED: _count(lambda row: row.summary.villages_without_point),
        ServiceColumn.POINTS: _count(lambda row: row.summary.points),
        ServiceColumn.SILENT: _count(lambda row: row.states[PointState.SILENT]),
        ServiceColumn.UNKNOWN: _count(lambda row: row.states[PointState.UNKNOWN]),
        ServiceColumn.AGENTS: _count(lambda row: row.summary.agents),
        ServiceColumn.AGENTS_EACH: _each,
        ServiceColumn.HANDLED: _count(lambda row: row.summary.handled),
        ServiceColumn.RESOLVED: _count(lambda row: row.summary.resolved),
    },
    VillageService: {
        ServiceColumn.AREA: _path,
        ServiceColumn.POINTS: lambda row, asked, language: grouped(row.points),
        ServiceColumn.DISTANCE: lambda row, asked, language: distance_words(row.distance_m, language),
    },
    ServicePointView: {
        ServiceColumn.AREA: _path,
        ServiceColumn.POINT: lambda row, asked, language: row.name,
        ServiceColumn.STATE: _state,
        ServiceColumn.LAST: _last,
        ServiceColumn.AGENTS: lambda row, asked, language: grouped(row.agents),
    },
}


def _empty(question: ServiceQuestion, rows: Sequence[Listed], asked: Asked, language: Language) -> Any:
    if rows:
        first = dcc.Link(say("register.first", language), href=asked.address(), className="office-clear")
        return html.P([say("service.beyond_last", language), " ", first], className="service-none")
    return html.P(say(f"service.none.{question.listed}", language), className="service-none")


def _pages(page: int, pages: int, total: int, asked: Asked, language: Language) -> Any:
    if pages <= 1:
        return None
    where = say("service.page", language, page=grouped(page), pages=grouped(pages), total=grouped(total))
    return html.Nav(
        [
            _turn("previous", page - 1, pages, asked, language),
            html.Span(where),
            _turn("next", page + 1, pages, asked, language),
        ],
        className="office-pages",
        **labelled(say("register.pages", language)),
    )


def _turn(name: str, page: int, pages: int, asked: Asked, language: Language) -> Any:
    words = say(f"register.{name}", language)
    if not 1 <= page <= pages:
        return html.Span(words, className="office-button service-off")
    return dcc.Link(words, href=asked.address(page=page), className="office-button")
