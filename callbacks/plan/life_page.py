"""The page of proposals and history (``/plan?view=history``): plans, who covered on a day, bars."""

from __future__ import annotations

from datetime import date
from typing import Any

from dash import dcc, html

from callbacks.frame import desk, labelled, message, trouble
from callbacks.plan.life_asked import read_plan
from callbacks.plan.life_bars import bar_card
from callbacks.plan.life_ids import LifeId
from callbacks.plan.life_lines import ask_card
from callbacks.plan.life_panels import Opened, Scene, address, opened_panel, plan_list, troubles
from callbacks.tools import Tools
from grid.coverage import CoveragePlan, PlanState
from grid.planning.history import plan_on
from grid.planning.lifecycle import PlanStepKind, next_steps
from grid.ports import PlanDesk
from grid.principals import Role
from grid.questions import City
from grid.refusals import Refused
from layers.words import say


def life_page(tools: Tools, asked: dict[str, object]) -> Any:
    """Return the page with a plan opened: the one asked for, else what waits, else what holds."""
    port, city = tools.store.plan(tools.principal()), None
    try:
        city = port.city()
        shown, seen = body(tools, port, read_plan(asked.get("plan")))
    except Refused as refused:
        back = dcc.Link(say("plan_life.back", tools.language), href=address(), refresh=True)
        return desk(tools, city, "plan", [trouble(refused, tools.language), back])
    children = [
        dcc.Store(id=LifeId.ADDRESS, data=seen),
        dcc.Location(id=LifeId.PLACE, refresh="callback-nav"),
        _top(tools, city),
        html.Div(id=LifeId.PROBLEM, className="life-problem", role="alert"),
        html.Div(shown, id=LifeId.BODY),
    ]
    return desk(tools, city, "plan", children, class_name="office life")


def body(tools: Tools, port: PlanDesk, wanted: int) -> tuple[list[Any], dict[str, int]]:
    """Return the page's parts, and which plan they show in which version."""
    history, role = port.history(), tools.principal().role
    chosen = wanted or _first(history.plans, history.today)
    scene = Scene(history, chosen, role, tools.language)
    if not history.plans:
        return [message(scene.say("plan_life.nothing"), scene.say("plan_life.nothing_text"))], {
            "plan": 0,
            "version": 0,
        }
    opened = _opened(port, scene) if chosen else None
    beside = opened_panel(opened, scene) if opened else [html.P(scene.say("plan_life.choose"))]
    columns = html.Div(
        [
            html.Section(
                [*troubles(scene), *plan_list(scene)],
                className="office-card life-list",
                **labelled(scene.say("plan_life.plans")),
            ),
            html.Section(
                beside, className="office-card life-opened", **labelled(scene.say("plan_life.opened"))
            ),
        ],
        className="life-columns",
    )
    below = html.Div([ask_card(scene), bar_card(port.bars(), scene)], className="life-columns life-below")
    version = opened.plan.version if opened else 0
    return [columns, below], {"plan": chosen, "version": version}


def next_month(today: date) -> date:
    """Return the first day of the month after a day's."""
    return date(today.year + today.month // 12, today.month % 12 + 1, 1)


def _first(plans: tuple[CoveragePlan, ...], today: date) -> int:
    waiting = (plan.id for plan in plans if plan.state is PlanState.PROPOSED)
    holding = plan_on(plans, today)
    return next(waiting, holding.id if holding else 0)


def _opened(port: PlanDesk, scene: Scene) -> Opened:
    book, today = port.plan_book(scene.chosen), scene.history.today
    steps = next_steps(book.plan, scene.role, today)
    first_day = next_month(today)
    judges = PlanStepKind.PUBLISH in steps or PlanStepKind.RESTORE in steps
    judged = book.plan.state in {PlanState.DRAFT, PlanState.PROPOSED} or judges
    found = port.blockers(scene.chosen, first_day if judges else None) if judged else ()
    before = book.plan.base_id
    if book.plan.state is PlanState.PROPOSED:
        # What an approver changes by it is what holds on that day, whatever it was drawn up from.
        held = plan_on(scene.history.plans, first_day)
        before = held.id if held else before
    return Opened(book, port.plan_book(before) if before else None, found, first_day)


def _top(tools: Tools, city: City) -> Any:
    words = {key: say(f"plan_life.{key}", tools.language) for key in ("board", "print", "intro")}
    board = dcc.Link(words["board"], href="/plan", className="office-button", refresh=True)
    printing: Any = {"data-life-act": "print"}
    return html.Div(
        [
            html.P(words["intro"], className="office-muted"),
            board if tools.principal().role is Role.PLANNER else None,
            html.Button(words["print"], type="button", className="office-button", **printing),
        ],
        className="life-top",
    )
