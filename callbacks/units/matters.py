"""The matters behind a number, a page at a time, for who may see matters one by one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from dash import html

from callbacks.frame import labelled
from callbacks.units.asked import Asked
from grid.indicators.cohorts import CohortMatter, CohortPage
from grid.unit_card import OpenedFigure
from layers.numbers import grouped
from layers.words import Language, say

REGISTER_PATH = "/matters"


def matters_part(found: OpenedFigure, asked: Asked, *, sees: bool, language: Language) -> Any:
    """Return the list of a number's matters, or why this reader has none."""
    title = html.H3(say("units.matters.title", language))
    if found.matters is None:
        key = "none" if sees else "not_yours"
        return html.Section([title, html.P(say(f"units.matters.{key}", language), className="office-muted")])
    shown = found.matters
    head = say("units.matters.sum", language, met=grouped(shown.numerator), n=grouped(shown.denominator),
               total=grouped(shown.total))  # fmt: skip
    parts = [title, html.P(head, className="office-muted"), _kept(found, shown, language)]
    if shown.matters:
        parts += [_table(shown, language), _pages(shown, asked, language)]
    return html.Section(parts, className="units-matters")


def _kept(found: OpenedFigure, shown: CohortPage, language: Language) -> Any:
    """Say where the reader sees fewer matters than the number counts: some are kept from them."""
    kept = found.figure.denominator - shown.denominator
    if kept <= 0:
        return None
    return html.P(say("units.matters.kept", language, n=grouped(kept)), className="units-broken")


def _table(shown: CohortPage, language: Language) -> Any:
    names = ("number", "registered", "cohort", "met_on", "met")
    heads = [html.Th(say(f"units.matters.{name}", language), scope="col") for name in names]
    rows = [_row(matter, language) for matter in shown.matters]
    return html.Table(
        [html.Thead(html.Tr(heads)), html.Tbody(rows)],
        className="office-table units-cohort",
        **labelled(say("units.matters.title", language)),
    )


def _row(matter: CohortMatter, language: Language) -> Any:
    href = f"{REGISTER_PATH}?{urlencode({'number': matter.matter_no})}"
    key = "yes" if matter.is_met else "partly" if matter.met else "no"
    mark = say(f"units.matters.{key}", language, met=matter.met, n=matter.counted)
    return html.Tr(
        [
            html.Td(
                [
                    html.A(matter.matter_no, href=href),
                    html.Small(say(f"category.{matter.category}", language)),
                ]
            ),
            html.Td(matter.registered_on.isoformat()),
            html.Td(matter.cohort_on.isoformat()),
            html.Td(matter.met_on.isoformat() if matter.met_on else "—"),
            html.Td(mark, className=f"units-met units-met-{key}"),
        ]
    )


def _pages(shown: CohortPage, asked: Asked, language: Language) -> Any:
    if shown.pages <= 1 or asked.opened is None:
        return None
    where = say("units.matters.page", language, page=shown.page, pages=shown.pages)
    parts: list[Any] = [html.Span(where)]
    for at, (name, page) in enumerate((("previous", shown.page - 1), ("next", shown.page + 1))):
        words = say(f"register.{name}", language)
        link = (
            html.A(
                words,
                href=asked.open_figure(replace(asked.opened, page=page)),
                className="office-button units-follow",
            )
            if 1 <= page <= shown.pages
            else html.Span(words, className="office-button service-off")
        )
        parts.insert(2 * at, link)
    return html.Nav(parts, className="office-pages", **labelled(say("register.pages", language)))
