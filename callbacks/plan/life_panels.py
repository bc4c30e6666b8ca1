"""Parts of the page of a plan's life: the line of plans, one plan opened, what may be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dash import dcc, html

from callbacks.frame import labelled
from callbacks.plan.files import plan_files
from callbacks.plan.life_ids import VIEW, LifeKind, of_step
from grid.coverage import CoverageBook, CoveragePlan, PlanState
from grid.planning import edits_between
from grid.planning.blockers import Blocker
from grid.planning.history import PlanHistory, Span
from grid.planning.lifecycle import LONGEST_WORDS, PlanStepKind, next_steps
from grid.principals import Role
from layers.plan_life_words import Names, blocker_words, edit_words, span_words, standing_of, step_words
from layers.words import Language, say

_GROUPS = (
    ("waiting", ("proposed",)),
    ("coming", ("coming",)),
    ("in_force", ("in_force",)),
    ("over", ("over", "replaced")),
    ("retired", ("retired",)),
    ("drafts", ("draft",)),
)
"""Plans in the order in which they matter; drafts are a planner's, and last."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What the page shows: the history, which plan is opened, and for whom."""

    history: PlanHistory
    chosen: int
    role: Role
    language: Language

    @property
    def names(self) -> Names:
        """Names of all units and leaders that plans name."""
        return Names(self.history.units, self.history.leaders, self.language)

    def say(self, key: str, **facts: object) -> str:
        """Return words of the page."""
        return say(key, self.language, **facts)


@dataclass(frozen=True, slots=True)
class Opened:
    """The plan that is opened: its book, that of what it changes, and what stands in its way."""

    book: CoverageBook
    before: CoverageBook | None
    blockers: tuple[Blocker, ...]
    first_day: date

    @property
    def plan(self) -> CoveragePlan:
        """The plan itself."""
        return self.book.plan


def address(plan_id: int = 0) -> str:
    """Return the address of the page, with a plan opened."""
    return f"/plan?view={VIEW}" + (f"&plan={plan_id}" if plan_id else "")


def plan_list(scene: Scene) -> list[Any]:
    """Return all plans in groups, each with its days on one scale."""
    by_standing: dict[str, list[CoveragePlan]] = {}
    for plan in scene.history.plans:
        by_standing.setdefault(standing_of(plan, scene.history.today), []).append(plan)
    parts: list[Any] = []
    for group, standings in _GROUPS:
        plans = [plan for standing in standings for plan in by_standing.get(standing, [])]
        if plans:
            plans.sort(key=lambda plan: (plan.valid_from, plan.id), reverse=True)
            parts += [
                html.H3(
                    [
                        scene.say(f"plan_life.group.{group}"),
                        html.Span(str(len(plans)), className="life-count"),
                    ]
                ),
                html.Ul([_plan_row(plan, scene) for plan in plans], className="life-plans"),
            ]
    return parts


def troubles(scene: Scene) -> list[Any]:
    """Return days that belong to no plan, or to two: seen by everybody, always."""
    found = [("gap", span) for span in scene.history.gaps]
    found += [("overlap", span) for span in scene.history.overlaps]
    if not found:
        return [html.P(scene.say("plan_life.no_gaps"), className="life-whole")]
    return [
        html.P(
            scene.say(f"plan_life.{kind}", days=span_words(span, scene.language)),
            className="plan-alert",
            role="alert",
        )
        for kind, span in found
    ]


def opened_panel(opened: Opened, scene: Scene, extra: Sequence[Any] = ()) -> list[Any]:
    """Return one plan, to be read only: how it stands, what it changes, what stands in its way, its steps."""
    plan, language = opened.plan, scene.language
    standing = standing_of(plan, scene.history.today)
    held = plan.state in {PlanState.PUBLISHED, PlanState.RETIRED}
    days = (
        span_words(Span(plan.valid_from, plan.valid_to), language)
        if held
        else scene.say("plan_life.days_unset")
    )
    return [
        html.Div(
            [
                html.H2(plan.name),
                html.Span(
                    scene.say(f"plan_life.standing.{standing}"), className=f"life-standing life-{standing}"
                ),
                html.Span(days, className="office-muted"),
                *_ways(plan, scene),
            ],
            className="life-head",
        ),
        _doing(opened, scene),
        html.H3(scene.say("plan_life.changes")),
        _changes(opened, scene),
        *extra,
        html.H3(scene.say("plan_life.steps")),
        html.Ol([_step_row(step, scene) for step in scene.history.steps.get(plan.id, ())])
        if scene.history.steps.get(plan.id)
        else html.P(scene.say("plan_life.no_steps"), className="office-muted"),
    ]


def blocker_list(found: Sequence[Blocker], names: Names) -> Any:
    """Return what stands in a plan's way, one by one."""
    if not found:
        return html.P(say("plan_life.no_blockers", names.language), className="life-whole")
    title = say("plan_life.blockers", names.language, count=len(found))
    return html.Div(
        [
            html.P(title, className="plan-alert", role="alert"),
            html.Ul([html.Li(blocker_words(one, names)) for one in found], className="life-blockers"),
        ]
    )


def _plan_row(plan: CoveragePlan, scene: Scene) -> Any:
    standing, here = standing_of(plan, scene.history.today), plan.id == scene.chosen
    dated = plan.state in {PlanState.PUBLISHED, PlanState.RETIRED}
    days = span_words(Span(plan.valid_from, plan.valid_to), scene.language) if dated else _last(plan, scene)
    current: Any = {"aria-current": "true"} if here else {}
    content = [
        html.Span(plan.name, className="life-name"),
        html.Span(days, className="office-muted"),
        _days_bar(plan, standing, scene) if plan.state is PlanState.PUBLISHED else None,
    ]
    link = dcc.Link(content, href=address(plan.id), className="life-plan" + (" life-here" if here else ""))
    return html.Li(link, **current)


def _last(plan: CoveragePlan, scene: Scene) -> str:
    steps = scene.history.steps.get(plan.id)
    return step_words(steps[-1], scene.language) if steps else scene.say("plan_life.days_unset")


def _days_bar(plan: CoveragePlan, standing: str, scene: Scene) -> Any:
    """A plan's days on the scale of all plans' days, which ends half a year from today at least."""
    starts = [one.valid_from for one in scene.history.published] or [scene.history.today]
    first, today = min(starts).toordinal(), scene.history.today.toordinal()
    last = max(today + 183, *(start.toordinal() + 61 for start in starts))
    until = min(plan.valid_to.toordinal(), last) if plan.valid_to else last
    left = 100 * (plan.valid_from.toordinal() - first) / (last - first)
    width = max(100 * (until - plan.valid_from.toordinal()) / (last - first), 0.8)
    now = 100 * (today - first) / (last - first)
    hidden: Any = {"aria-hidden": "true"}
    return html.Span(
        [
            html.Span(
                className=f"life-bar life-{standing}",
                style={"left": f"{left:.2f}%", "width": f"{width:.2f}%"},
            ),
            html.Span(className="life-now", style={"left": f"{now:.2f}%"}),
        ],
        className="life-scale",
        **hidden,
    )


def _ways(plan: CoveragePlan, scene: Scene) -> list[Any]:
    """Where else a plan can be looked at."""
    compare = dcc.Link(
        scene.say("plan_life.compare"),
        href=f"/plan?view=compare&a={plan.base_id}&b={plan.id}",
        className="office-button",
    )
    edit = dcc.Link(
        scene.say("plan_life.to_edit"), href=f"/plan?plan={plan.id}", className="office-button", refresh=True
    )
    on_map = dcc.Link(
        scene.say("plan_life.on_map"), href=f"/plan?plan={plan.id}", className="office-button", refresh=True
    )
    drawn = plan.state is PlanState.DRAFT and scene.role is Role.PLANNER
    return [
        edit if drawn else on_map,
        *([compare] if plan.base_id else []),
        plan_files(plan.id, scene.language),
    ]


def _doing(opened: Opened, scene: Scene) -> Any:
    """What the reader may do with a plan, beside what stands in its way."""
    steps = next_steps(opened.plan, scene.role, scene.history.today)
    judged = {PlanState.DRAFT, PlanState.PROPOSED}
    parts: list[Any] = []
    if opened.plan.state in judged or (PlanStepKind.RESTORE in steps and opened.blockers):
        parts.append(blocker_list(opened.blockers, Names.of_book(opened.book, scene.language)))
    parts += [_form(step, opened, scene) for step in steps]
    return html.Div(parts, className="life-doing") if parts else None


def _form(step: PlanStepKind, opened: Opened, scene: Scene) -> Any:
    fields: list[Any] = []
    if step in {PlanStepKind.PUBLISH, PlanStepKind.RESTORE}:
        kind: Any = "date"
        fields.append(
            _field(
                scene.say(f"plan_life.field.{step}_day"),
                dcc.Input(
                    id=of_step(LifeKind.SAID, f"{step}-day"),
                    type=kind,
                    value=opened.first_day.isoformat(),
                    className="office-input",
                ),
            )
        )
    if step in {PlanStepKind.PROPOSE, PlanStepKind.RETURN}:
        fields.append(
            _field(
                scene.say(f"plan_life.field.{step}_words"),
                dcc.Textarea(
                    id=of_step(LifeKind.SAID, f"{step}-words"),
                    maxLength=LONGEST_WORDS,
                    className="office-input",
                ),
            )
        )
    weight = " office-primary" if step in {PlanStepKind.PUBLISH, PlanStepKind.PROPOSE} else " office-danger"
    blocked = bool(opened.blockers) and step in {
        PlanStepKind.PUBLISH,
        PlanStepKind.PROPOSE,
        PlanStepKind.RESTORE,
    }
    button = html.Button(
        scene.say(f"plan_life.do.{step}"),
        id=of_step(LifeKind.DO, step.value),
        type="button",
        # Of another day the problems may be others: the approver may try.
        disabled=blocked and step is PlanStepKind.PROPOSE,
        className="office-button" + weight,
    )
    form = html.Div(
        [*fields, button], className="life-form", role="group", **labelled(scene.say(f"plan_life.do.{step}"))
    )
    if step in {PlanStepKind.CANCEL, PlanStepKind.RESTORE, PlanStepKind.WITHDRAW}:
        hint = html.P(scene.say(f"plan_life.hint.{step}"), className="office-muted")
        return html.Details(
            [html.Summary(scene.say(f"plan_life.open.{step}")), hint, form], className="life-more"
        )
    return form


def _field(label: str, control: Any) -> Any:
    return html.Label([html.Span(label), control], className="office-field")


def _changes(opened: Opened, scene: Scene) -> Any:
    if opened.before is None:
        return html.P(scene.say("plan_life.no_before"), className="office-muted")
    names = Names.of_book(opened.book, scene.language)
    edits = edits_between(opened.before, opened.plan)
    than = html.P(scene.say("plan_life.than", name=opened.before.plan.name), className="office-muted")
    if not edits:
        return html.Div([than, html.P(scene.say("plan_life.no_changes"))])
    return html.Div(
        [than, html.Ol([html.Li(edit_words(one, names)) for one in edits], className="life-edits")]
    )


def _step_row(step: Any, scene: Scene) -> Any:
    words = html.Blockquote(step.words) if step.words else None
    return html.Li([step_words(step, scene.language), words])
