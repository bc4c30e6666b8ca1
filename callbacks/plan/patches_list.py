"""The list of towns (``/plan?view=patches``): how their grids are shared among workers, and what waits."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from callbacks.frame import definition, desk, message, trouble
from callbacks.tools import Tools
from grid.patches.town import TownState
from grid.refusals import Refused
from layers.words import Language, say

_COLUMNS = ("town", "grids", "workers", "unheld", "ratio", "published_at", "under_way")


def towns_page(tools: Tools, asked: dict[str, object]) -> Any:
    """Return the page; what else the address says is not asked."""
    port, city = tools.store.patch_plans(tools.principal()), None
    try:
        city = port.city()
        towns = port.towns()
    except Refused as refused:
        return desk(tools, city, "plan", [trouble(refused, tools.language)])
    if not towns:
        empty = message(say("patches.empty.title", tools.language), say("patches.empty.text", tools.language))
        return desk(tools, city, "plan", empty)
    return desk(tools, city, "plan", _table(towns, tools.language), class_name="office")


def _table(towns: tuple[TownState, ...], language: Language) -> Any:
    meaning = definition(say("patches.formula", language), language)
    heads = [html.Th(say(f"patches.column.{name}", language), scope="col") for name in _COLUMNS]
    back = dcc.Link(say("patches.to_plan", language), href="/plan", refresh=True)
    return html.Section(
        [
            html.H1([say("patches.title", language), meaning], className="patches-title"),
            html.P([say("patches.intro", language), " ", back], className="office-muted"),
            html.Table(
                [html.Thead(html.Tr(heads)), html.Tbody([_row(town, language) for town in towns])],
                className="patches-towns",
            ),
        ],
        className="office-card",
    )


def _row(town: TownState, language: Language) -> Any:
    ratio = "—" if town.ratio is None else f"{town.ratio:.2f}"
    published = f"{town.published_at:%Y-%m-%d}" if town.published_at else say("patches.never", language)
    waiting = [
        say(f"patches.waiting.{name}", language, count=count)
        for name, count in (("proposed", town.proposed), ("drafts", town.drafts))
        if count
    ]
    name = dcc.Link(town.name, href=f"/plan?town={town.area_id}", refresh=True)
    cells = [town.grids, town.workers, town.unheld, ratio, published, " ".join(waiting) or "—"]
    return html.Tr(
        [
            html.Th([name, html.Span(town.county, className="patches-county")], scope="row"),
            *(html.Td(str(cell)) for cell in cells),
        ]
    )
