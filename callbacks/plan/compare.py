"""Two plans side by side (``/plan?view=compare&a=<id>&b=<id>``): maps, loads, what changes hands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update

from callbacks.dropdowns import dropdown_words
from callbacks.frame import desk, labelled, trouble
from callbacks.plan.compare_ids import CompareId
from callbacks.plan.compare_panels import Pair, figure_table, handover_list, load_table, moved_table
from callbacks.plan.layout import nothing_yet
from callbacks.plan.wiring import read_size
from callbacks.tools import Tools
from grid.areas import Area, Level
from grid.coverage import CoverageBook, CoveragePlan, PlanState
from grid.ids import LARGEST_ID
from grid.planning.handover import handover
from grid.ports import PlanDesk
from grid.refusals import Refused
from layers.leader_colours import assign_colours
from layers.map_base import Drawing
from layers.map_camera import Viewport
from layers.plan_map import PlanScene, plan_figure
from layers.words import Language, say, say_refusal

_PRINT: Any = {"data-compare-act": "print"}
_NO_FIGURE: Drawing = {
    "data": [],
    "layout": {"xaxis": {"visible": False}, "yaxis": {"visible": False}},
}


def compare_page(tools: Tools, asked: Mapping[str, object]) -> Any:
    """Return the page for what an address says."""
    return compare_layout(tools, asked.get("a"), asked.get("b"))


def compare_layout(tools: Tools, first: object = None, second: object = None) -> Any:
    """Return the page; a plan that the address does not name is the one in force, and the newest draft."""
    port, city = tools.store.plan(tools.principal()), None
    try:
        city = port.city()
        plans = port.plans()
        chosen = _chosen(plans, port.coverage(city.today), first, second)
    except Refused as refused:
        return desk(tools, city, "plan", [trouble(refused, tools.language), _back(tools.language)])
    if not plans:
        return desk(tools, city, "plan", nothing_yet(tools.language))
    page = html.Div(_parts(plans, chosen, tools.language), id=CompareId.ROOT, className="compare")
    return desk(tools, city, "plan", page)


def wire_compare(app: Dash, tools: Tools) -> None:
    """Register what draws the page."""

    @app.callback(
        Output(CompareId.FIRST_MAP, "figure"),
        Output(CompareId.SECOND_MAP, "figure"),
        Output(CompareId.FIGURES, "children"),
        Output(CompareId.LOADS, "children"),
        Output(CompareId.MOVED, "children"),
        Output(CompareId.HANDOVER, "children"),
        Output(CompareId.NOTICE, "children"),
        Output(CompareId.ADDRESS, "data"),
        Input(CompareId.FIRST, "value"),
        Input(CompareId.SECOND, "value"),
        Input(CompareId.SIZE, "data"),
    )
    def show(first: object, second: object, size: object) -> tuple[Any, ...]:
        try:
            port = tools.store.plan(tools.principal())
            return _shown(port, (read_plan(first), read_plan(second)), read_size(size), tools.language)
        except Refused as refused:
            alert = html.Span(say_refusal(refused, tools.language), className="plan-alert", role="alert")
            return _NO_FIGURE, _NO_FIGURE, *(None,) * 4, alert, no_update

    chosen = (Output(CompareId.FIRST, "value"), Output(CompareId.SECOND, "value"))
    others = (State(CompareId.FIRST, "value"), State(CompareId.SECOND, "value"))
    swap = ClientsideFunction("planCompare", "swap")
    app.clientside_callback(
        swap, *chosen, Input(CompareId.SWAP, "n_clicks"), *others, prevent_initial_call=True
    )
    measure = ClientsideFunction("planCompare", "measure")
    app.clientside_callback(measure, Output(CompareId.SIZE, "data"), Input(CompareId.MAP_BOX, "id"))
    address = ClientsideFunction("planCompare", "address")
    app.clientside_callback(address, Input(CompareId.ADDRESS, "data"), prevent_initial_call=True)


def read_plan(value: object) -> int:
    """Return a plan's id of a select or an address; raises ``Refused('plan_unknown')`` for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
        value = int(value)
    if type(value) is not int or not 0 < value <= LARGEST_ID:
        raise Refused("plan_unknown")
    return value


def _shown(port: PlanDesk, ids: tuple[int, int], size: Viewport, language: Language) -> tuple[Any, ...]:
    city = port.city()
    first, second = port.plan_book(ids[0]), port.plan_book(ids[1])
    pair = Pair(first, second, handover(first, second), language)
    areas = _areas(port, pair)
    places = {area.id: (area.label_lon, area.label_lat) for area in areas.values()}
    colours = assign_colours(pair.first)
    left = plan_figure(PlanScene(city, pair.first, pair.first, areas, colours, size, language))
    colours = assign_colours(pair.second, keep=colours)
    right = plan_figure(PlanScene(city, pair.second, pair.first, areas, colours, size, language))
    return (
        left,
        right,
        figure_table(pair, places),
        load_table(pair),
        moved_table(pair),
        handover_list(pair),
        _notice(pair),
        list(ids),
    )


def _areas(port: PlanDesk, pair: Pair) -> dict[int, Area]:
    wanted = {unit.area_id for book in (pair.first, pair.second) for unit in book.units} - {None}
    found: dict[int, Area] = {}
    for level in (Level.COUNTY, Level.TOWN, Level.VILLAGE):
        if wanted - found.keys():
            found |= {area.id: area for area in port.areas(level) if area.id in wanted}
    return found


def _chosen(
    plans: tuple[CoveragePlan, ...], in_force: CoverageBook | None, first: object, second: object
) -> tuple[str | None, str | None]:
    """Return the plans to begin with, as values of the selects."""
    known = {str(plan.id) for plan in plans}
    left = str(in_force.plan.id) if in_force else next((str(plan.id) for plan in plans), None)
    left = first if isinstance(first, str) and first in known else left
    others = [str(plan.id) for plan in plans if str(plan.id) != left]
    right = second if isinstance(second, str) and second in known else next(iter(others), left)
    return left, right


def _parts(
    plans: tuple[CoveragePlan, ...], chosen: tuple[str | None, str | None], language: Language
) -> list[Any]:
    options = [{"label": plan_label(plan, language), "value": str(plan.id)} for plan in plans]
    return [
        dcc.Store(id=CompareId.SIZE),
        dcc.Store(id=CompareId.ADDRESS),
        html.Div(_tools(language), className="compare-tools"),
        html.Section(
            [
                _side(CompareId.FIRST, CompareId.FIRST_MAP, options, chosen[0], language),
                _side(CompareId.SECOND, CompareId.SECOND_MAP, options, chosen[1], language),
            ],
            className="compare-maps",
        ),
        html.Section(
            [
                _heading("figures", language),
                html.Div(id=CompareId.FIGURES),
                _heading("loads", language),
                html.Div(id=CompareId.LOADS),
            ],
            className="compare-right",
            tabIndex=0,
            role="region",
            **labelled(say("compare.heading.figures", language)),
        ),
        html.Section([_heading("moved", language), html.Div(id=CompareId.MOVED)], className="compare-moved"),
        html.Section(
            [_heading("handover", language), html.Div(id=CompareId.HANDOVER)], className="compare-handover"
        ),
    ]


def plan_label(plan: CoveragePlan, language: Language) -> str:
    """Return what to call a plan among others: name, state, and of a published one its first day."""
    state = say(f"plan_state.{plan.state}", language)
    if plan.state is not PlanState.PUBLISHED:
        return say("compare.option_undated", language, name=plan.name, state=state)
    return say("compare.option", language, name=plan.name, state=state, since=plan.valid_from.isoformat())


def _tools(language: Language) -> list[Any]:
    return [
        dcc.Link(say("compare.action.back", language), href="/plan", className="plan-tool", refresh=True),
        html.Button(say("compare.action.swap", language), id=CompareId.SWAP, className="plan-tool"),
        html.Button(say("plan.action.print", language), className="plan-tool", **_PRINT),
        html.Div(id=CompareId.NOTICE, className="compare-notice", role="status"),
    ]


def _side(
    select: CompareId, drawn: CompareId, options: list[dict[str, str]], value: str | None, language: Language
) -> Any:
    label = say(f"compare.side.{select.value.removeprefix('plan-compare-')}", language)
    chooser = dcc.Dropdown(
        options=options,
        value=value,
        id=select,
        clearable=False,
        className="compare-select",
        labels=dropdown_words(language),
    )
    graph = dcc.Graph(
        id=drawn, figure=_NO_FIGURE, config={"displayModeBar": False, "scrollZoom": True}, responsive=True
    )
    # Both maps are of one size: the first one is measured.
    box: Any = {"id": CompareId.MAP_BOX} if select is CompareId.FIRST else {}
    return html.Div(
        [
            html.Div(
                [html.Span(label, className="compare-side-name"), chooser], className="compare-side-head"
            ),
            html.Div(graph, className="compare-map", role="figure", **labelled(label), **box),
        ],
        className="compare-side",
    )


def _heading(name: str, language: Language) -> Any:
    return html.H2(say(f"compare.heading.{name}", language), className="plan-heading")


def _notice(pair: Pair) -> Any:
    if pair.first.plan.id == pair.second.plan.id:
        return html.Span(say("compare.notice.same_plan", pair.language))
    if pair.first.weights != pair.second.weights:
        return html.Span(say("compare.notice.weights", pair.language), className="plan-alert")
    return None


def _back(language: Language) -> Any:
    return dcc.Link(say("plan.action.start", language), href="/plan", className="plan-start")
