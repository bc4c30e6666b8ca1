"""What a town's board has above it: among whom it is divided, the division judged, and its plans' steps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dash import dcc, html

from callbacks.dropdowns import dropdown_words
from callbacks.frame import definition, labelled
from callbacks.plan.patches_ids import PatchId, PatchKind
from grid.coverage import PlanState
from grid.measures import SMALL_CELL
from grid.patches.measuring import Division
from grid.patches.town import PatchPlan, Town
from grid.principals import Role
from layers.numbers import decimal
from layers.words import Language, say

_STEPS: dict[tuple[Role, PlanState], tuple[PatchKind, ...]] = {
    (Role.PLANNER, PlanState.DRAFT): (PatchKind.PROPOSE,),
    (Role.PLANNER, PlanState.PROPOSED): (PatchKind.WITHDRAW,),
    (Role.APPROVER, PlanState.PROPOSED): (PatchKind.PUBLISH, PatchKind.RETURN),
}
"""Who may do what with a plan in which state; the database decides again."""
_COUNTS = ("grid", "recent", "open", "population", "weight")


def town_strip(town: Town, role: Role, language: Language) -> Any:
    """Return the strip above the board of a town."""
    dividing = [*_dividing(town, language)] if role is Role.PLANNER else []
    return html.Section(
        [
            dcc.Store(id=PatchId.TOWN, data=town.area.id),
            dcc.Store(id=PatchId.DIVIDED),
            html.Div(
                [
                    html.H2(town.area.name, className="patches-name"),
                    html.Span(_size(town, language), className="patches-size"),
                    dcc.Link(say("patches.towns", language), href="/plan?view=patches", refresh=True),
                    *dividing,
                    definition(say("patches.formula", language), language),
                ],
                className="patches-row",
            ),
            html.Div(id=PatchId.OUTCOME, className="patches-row", role="status"),
            html.Details([html.Summary(say("patches.counts", language)), _counts(town, language)]),
            html.Details(
                [
                    html.Summary(say("patches.plans", language)),
                    html.Div(id=PatchId.SAID, role="alert", className="plan-alert"),
                    html.Div(plan_rows(town, role, language), id=PatchId.LIFE),
                ],
                open=any(plan.state is PlanState.PROPOSED for plan in town.plans),
            ),
        ],
        className="patches-strip",
        **labelled(say("patches.strip", language)),
    )


def plan_rows(town: Town, role: Role, language: Language) -> list[Any]:
    """Return a town's plans, the newest first, each with the steps that are the role's."""
    if not town.plans:
        return [html.P(say("patches.no_plans", language), className="plan-fine")]
    return [_plan_row(plan, role, language) for plan in town.plans]


def judged(found: Division, language: Language) -> list[Any]:
    """Return in words what the patches on the board are worth, and what they cannot go below."""
    ratio = "—" if found.ratio is None else f"{found.ratio:.3f}"
    facts = {"maximum": found.maximum, "mean": decimal(found.mean), "ratio": ratio}
    words = [
        say("patches.even", language, **facts),
        say("patches.floor", language, floor=found.floor),
        say("patches.whole", language, pieces=found.pieces, unavoidable=found.unavoidable),
        say(
            "patches.compact",
            language,
            km=decimal(found.between_m / 1000),
            share=round(100 * found.between_share),
        ),
        say("patches.changed", language, changes=found.changes),
    ]
    return [html.Span(one) for one in words]


def _dividing(town: Town, language: Language) -> Iterator[Any]:
    here = [worker.id for worker in town.workers if worker.grid_ids]
    yield dcc.Dropdown(
        id=PatchId.SHARING,
        options=[{"label": worker.login, "value": worker.id} for worker in town.workers],
        value=here or [worker.id for worker in town.workers],
        multi=True,
        placeholder=say("patches.sharing", language),
        labels=dropdown_words(language),
        className="patches-sharing",
    )
    yield html.Button(
        say("patches.divide", language),
        id=PatchId.DIVIDE,
        className="plan-save plan-editing",
        disabled=not town.workers,
    )


def _counts(town: Town, language: Language) -> Any:
    heads = [html.Th(say(f"patches.count.{name}", language), scope="col") for name in _COUNTS]
    rows = [
        html.Tr(
            [
                html.Th(grid.name, scope="row"),
                *(html.Td(_shown(count, language)) for count in (grid.recent, grid.open)),
                html.Td("—" if grid.population is None else str(grid.population)),
                html.Td(str(grid.weight)),
            ]
        )
        for grid in town.grids
    ]
    return html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="patches-counts")


def _shown(count: int | None, language: Language) -> str:
    return say("patches.hidden", language, small=SMALL_CELL) if count is None else str(count)


def _size(town: Town, language: Language) -> str:
    holding = sum(bool(worker.grid_ids) for worker in town.workers)
    free = len(town.workers) - holding
    return say("patches.size", language, grids=len(town.grids), workers=holding, free=free)


def _plan_row(plan: PatchPlan, role: Role, language: Language) -> Any:
    facts = {
        "version": plan.version,
        "created": f"{plan.created_at:%Y-%m-%d}" if plan.created_at else "—",
        "by": plan.created_by or "—",
    }
    published = f"{plan.published_at:%Y-%m-%d %H:%M}" if plan.published_at else ""
    told = say("patches.published", language, at=published, by=plan.published_by or "—") if published else ""
    return html.Div(
        [
            html.Span(
                say(f"patches.state.{plan.state}", language), className=f"patches-state patches-{plan.state}"
            ),
            dcc.Link(plan.name, href=f"/plan?town={plan.town_id}&plan={plan.id}", refresh=True),
            html.Span(say("patches.made", language, **facts), className="plan-draft-details"),
            html.Span(told, className="plan-draft-details"),
            *_steps(plan, role, language),
        ],
        className="patches-plan",
    )


def _steps(plan: PatchPlan, role: Role, language: Language) -> list[Any]:
    steps = _STEPS.get((role, plan.state), ())
    if PatchKind.PUBLISH in steps and plan.own:
        return [html.Span(say("patches.own", language), className="plan-draft-details")]
    return [
        html.Button(
            say(f"patches.step.{step.name.lower()}", language),
            id={"type": step.value, "of": f"{plan.id}-{plan.version}"},
            className="plan-small",
        )
        for step in steps
    ]
