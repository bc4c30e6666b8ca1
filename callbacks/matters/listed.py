"""The list of the register: one matter a row, ordered by its heads, a page at a time."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from callbacks.frame import labelled
from callbacks.matters.asked import Asked
from callbacks.matters.ids import row_id
from callbacks.office_pages import ShownPage, office_pages
from grid.register import PAGE_ROWS, RegisterClock, RegisterPage, RegisterRow, SortColumn
from layers.numbers import grouped
from layers.words import Language, say

_ARROWS = {True: "↓", False: "↑"}


def listed(shown: RegisterPage, asked: Asked, language: Language) -> Any:
    """Return the table of a page with how many there are and ways to the other pages."""
    heads = [_head(column, asked, language) for column in SortColumn]
    heads.append(html.Th(say("register.column.clock", language), scope="col"))
    rows = [_row(row, language) for row in shown.rows]
    table = html.Table(
        [html.Thead(html.Tr(heads)), html.Tbody(rows)],
        className="office-table matters-table",
        **labelled(say("register.table", language)),
    )
    keys = html.P(say("register.keys", language), className="office-muted matters-keys")
    return html.Section([table, _pages(shown, asked, language), keys], className="matters-list")


def days_words(row: RegisterRow, language: Language) -> str:
    """Return a clock in days: those left, over, or by which it was late; empty where none count."""
    if row.days_left is not None:
        key = "over" if row.days_left < 0 else "left"
        return say(f"register.days.{key}", language, days=abs(row.days_left))
    if row.clock is RegisterClock.STOPPED_LATE and row.due_on and row.settled_on:
        return say("register.days.late", language, days=(row.settled_on - row.due_on).days)
    return ""


def clock_mark(row: RegisterRow, language: Language) -> Any:
    """Return the state of a clock as a shape, a word and days."""
    return html.Span(
        [
            html.Span(className="matters-shape"),
            html.Span(say(f"register.clock.{row.clock}", language), className="matters-state"),
            html.Small(days_words(row, language)),
        ],
        className=f"matters-clock matters-clock-{row.clock}",
    )


def _head(column: SortColumn, asked: Asked, language: Language) -> Any:
    here = column is asked.sort
    name = say(f"register.column.{column}", language)
    arrow = html.Span(_ARROWS[asked.descending], className="matters-arrow", **_HIDDEN) if here else None
    link = dcc.Link(
        [name, arrow], href=asked.order_by(column), title=say("register.sort", language, column=name)
    )
    order: Any = {"aria-sort": "descending" if asked.descending else "ascending"} if here else {}
    return html.Th(link, scope="col", className=f"matters-{column}", **order)


_HIDDEN: Any = {"aria-hidden": "true"}


def _row(row: RegisterRow, language: Language) -> Any:
    label = labelled(say("register.open_row", language, number=row.matter_no))
    # The button is the way in by keyboard; a click of it, as one anywhere in the row, is the row's.
    button = html.Button(row.matter_no, type="button", className="matters-open", **label)
    repeat = html.Span(say("register.repeat_mark", language), className="matters-repeat")
    unit = row.unit or html.Span(say("register.no_unit", language), className="office-muted")
    due = row.due_on.isoformat() if row.due_on else say("register.blank", language)
    cells = (
        html.Td([button, repeat if row.is_repeat else None], className="matters-number"),
        html.Td(row.registered_on.isoformat(), className="matters-day"),
        html.Td(say(f"category.{row.category}", language)),
        html.Td(say(f"channel.{row.channel}", language)),
        html.Td(say(f"stage.{row.stage}", language)),
        html.Td(_place(row, language)),
        html.Td(unit),
        html.Td(due, className="matters-day"),
        html.Td(clock_mark(row, language)),
    )
    return html.Tr(list(cells), id=row_id(row.id), className="matters-row")


def _place(row: RegisterRow, language: Language) -> Any:
    """The two finest areas: a whole path would fill the row, and stands in the details."""
    if not row.place:
        return html.Span(say("register.no_place", language), className="office-muted")
    return " › ".join(row.place[-2:])


def _pages(shown: RegisterPage, asked: Asked, language: Language) -> Any:
    page = ShownPage(asked.page, shown.pages, len(shown.rows), PAGE_ROWS, shown.on)
    count = say("register.total", language, count=grouped(shown.total))
    return office_pages(page, count, lambda number: asked.address(page=number), language)
