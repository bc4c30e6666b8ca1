"""Panels of the planner's board: leaders to choose from, consequences, issues, changes, demands, drafts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dash import dcc, html

from callbacks.frame import definition
from callbacks.plan.board import Board, address
from callbacks.plan.ids import Act, Kind, act, one_of
from grid.coverage import CoverageBook, CoveragePlan, PlanRule, RuleKind, lead_by_unit
from grid.planning import Balance, Load, balance, changes, floor, issues, travel_km, wholes
from layers.numbers import decimal
from layers.plan_map import NOBODY_COLOUR, leader_label
from layers.plan_words import change_words, demand_words, floor_words, issue_words, unit_word
from layers.words import Language, say

KEYS = "1234567890qwertyuiopasdfghjklzxcvbnm"
"""Keys that give the selection to a leader, in the order of the list."""


@dataclass(frozen=True)
class View:
    """What the panels show: the board, the plan as it has it, the base plan, colours by leader, places."""

    board: Board
    book: CoverageBook
    base: CoverageBook
    colours: Mapping[int, str]
    language: Language
    places: Mapping[int, tuple[float, float]]
    editable: bool = True

    def say(self, key: str, /, **facts: object) -> str:
        """Return words in the view's language."""
        return say(key, self.language, **facts)

    @cached_property
    def now(self) -> Balance:
        """How the plan on the board spreads the load."""
        return balance(self.book)

    @cached_property
    def before(self) -> Balance:
        """How the base plan does."""
        return balance(self.base)


def leader_list(view: View) -> list[Any]:
    """Return a button for each leader with load, its bar, and how many units."""
    maximum = max((load.workload for load in view.now.loads), default=0)
    caps = {one.leader_id: one.value for one in view.book.plan.rules if one.kind is RuleKind.CAP}
    return [
        _leader_row(view, load, maximum, KEYS[at : at + 1], caps.get(load.leader_id))
        for at, load in enumerate(view.now.loads)
    ]


def figure_list(view: View) -> list[Any]:
    """Return the main figures with definition and n, and the floor in words."""
    now, before, limit = view.now, view.before, floor(view.book)
    moved = len(changes(view.book.plan, view.base.plan, wholes(view.book)))
    leaders = view.say("plan.figure.n_leaders", leaders=len(now.loads))
    units = view.say("plan.figure.n_units", units=len(lead_by_unit(view.book.plan)))
    km, was_km = (round(sum(travel_km(book, view.places).values())) for book in (view.book, view.base))
    return [
        html.Div(
            [
                _figure(view, "maximum", (now.maximum, before.maximum), _busiest(view, now)),
                _figure(view, "mean", (decimal(now.mean), decimal(before.mean)), leaders),
                _figure(view, "ratio", (_two(now.ratio), _two(before.ratio)), leaders),
                _figure(view, "gini", (_two(now.gini), _two(before.gini)), leaders),
                _figure(view, "changes", (moved, moved), units),
                _figure(view, "helpers", (now.helpers, before.helpers), units),
                _figure(view, "broken", (now.broken, before.broken), units),
                _figure(view, "travel", (km, was_km), leaders),
                _figure(view, "floor", (limit.cases, limit.cases), leaders),
            ],
            className="plan-figures",
        ),
        html.P(floor_words(now, limit, view.book, view.language), className="plan-floor"),
    ]


def issue_list(view: View) -> list[Any]:
    """Return every issue as a button that goes to its areas on the map."""
    found = issues(view.book, view.base)
    if not found:
        return [html.P(view.say("plan.issue.none"), className="plan-fine")]
    return [
        html.Button(
            [
                html.Span(issue_words(issue, view.book, view.language)),
                html.Span(view.say("plan.action.show"), className="plan-more") if issue.unit_ids else None,
            ],
            className=f"plan-issue plan-issue-{issue.code}",
            disabled=not issue.unit_ids,
            **act(Act.POINT, "-".join(map(str, issue.unit_ids))),
        )
        for issue in found
    ]


def change_list(view: View) -> list[Any]:
    """Return every change with a button that takes it back."""
    found = changes(view.book.plan, view.base.plan, wholes(view.book))
    if not found:
        return [html.P(view.say("plan.change.none"), className="plan-fine")]
    return [
        html.Div(
            [
                html.Span(change_words(change, view.book, view.language)),
                html.Button(
                    view.say("plan.action.revert"), className="plan-small", **act(Act.REVERT, change.unit_id)
                ),
            ],
            className="plan-change",
        )
        for change in found
    ]


def demand_list(view: View) -> list[Any]:
    """Return every demand on the plan with a button that lifts it."""
    rules = view.book.plan.rules
    if not rules:
        return [html.P(view.say("plan.demand.none"), className="plan-fine")]
    return [
        html.Div(
            [
                html.Span(demand_words(rule, view.book, view.language)),
                html.Button(view.say("plan.action.lift"), className="plan-small", **act(Act.LIFT, _of(rule))),
            ],
            className="plan-change plan-demand",
        )
        for rule in rules
    ]


def _of(rule: PlanRule) -> str:
    return "|".join(
        "" if one is None else str(one) for one in (rule.kind, rule.unit_id, rule.leader_id, rule.other_id)
    )


def draft_list(drafts: Sequence[CoveragePlan], view: View) -> list[Any]:
    """Return the drafts, each to open or to discard."""
    if not drafts:
        return [html.P(view.say("plan.drafts.none"), className="plan-fine")]
    return [_draft_row(draft, view) for draft in drafts]


def _draft_row(draft: CoveragePlan, view: View) -> Any:
    here = draft.id == view.board.draft_id
    moved = None
    if draft.base_id == view.base.plan.id:
        moved = len(changes(draft, view.base.plan, wholes(view.book)))
    details = view.say("plan.drafts.line", version=draft.version, changes="—" if moved is None else moved)
    sure = html.Button(
        view.say("plan.action.discard_sure"),
        id=one_of(Kind.DISCARD, f"{draft.id}-{draft.version}"),
        className="plan-small plan-danger",
    )
    return html.Div(
        [
            html.Div(
                [
                    dcc.Link(draft.name, href=address(view.board, draft.id), className="plan-draft-name"),
                    html.Span(details, className="plan-draft-details"),
                ]
            ),
            html.Details([html.Summary(view.say("plan.action.discard")), sure], className="plan-discard"),
        ],
        className="plan-draft" + (" plan-draft-here" if here else ""),
    )


def _leader_row(view: View, load: Load, maximum: int, key: str, cap: int | None) -> Any:
    leader = next(one for one in view.book.leaders if one.id == load.leader_id)
    marks: Any = {"data-key": key, "aria-pressed": "false"}
    length = 100 * load.workload / maximum if maximum else 0
    bar = {"width": f"{length:.1f}%", "background": view.colours[leader.id]}
    return html.Button(
        [
            html.Kbd(key) if key else html.Span(),
            _swatch(view, leader.id),
            html.Span(
                [
                    html.Span(leader.label, className="plan-leader-name"),
                    html.Span(leader.post if leader.name else "", className="plan-leader-post"),
                ],
                className="plan-leader-who",
            ),
            html.Span(
                [html.B(str(load.workload)), unit_word(view.book, view.language)],
                className="plan-leader-cases",
            ),
            html.Span(html.Span(style=bar, className="plan-bar-fill"), className="plan-bar"),
            html.Span(_holds(view, load, cap), className="plan-leader-units"),
        ],
        className="plan-leader",
        **act(Act.CHOOSE, leader.id),
        **marks,
    )


def _holds(view: View, load: Load, cap: int | None) -> str:
    """How many units a leader has, how many of them he helps with, and what was demanded of him."""
    parts = [view.say("plan.units", units=len(load.unit_ids))]
    if load.helps:
        parts.append(view.say("plan.leader.helps", helps=load.helps))
    if cap is not None:
        parts.append(view.say("plan.leader.cap", cap=cap))
    if load.share != 100:
        parts.append(view.say("plan.leader.share", share=load.share))
    return " · ".join(parts)


def _figure(view: View, name: str, values: tuple[object, object], n: str) -> Any:
    """One figure with its unit, definition and n; ``values`` are now and in the base plan."""
    now, before = values
    was = view.say("plan.figure.before", value=before) if before != now else ""
    meaning = definition(view.say(f"plan.definition.{name}"), view.language)
    return html.Div(
        [
            html.Div([view.say(f"plan.figure.{name}"), meaning], className="plan-figure-name"),
            html.Div(
                [html.B(str(now)), html.Span(_unit(view, name))],
                className="plan-figure-value",
            ),
            html.Div(was, className="plan-was"),
            html.Div(n, className="plan-figure-n"),
        ],
        className=f"plan-figure plan-figure-{name}",
    )


def _busiest(view: View, spread: Balance) -> str:
    busiest = [load.leader_id for load in spread.loads if load.by_share == spread.maximum > 0]
    return view.say("plan.floor.and").join(leader_label(view.book, one, view.language) for one in busiest)


def _unit(view: View, name: str) -> str:
    """The unit of a figure; that of a load is what the formula weighs in."""
    if name in {"maximum", "mean", "floor"}:
        return unit_word(view.book, view.language)
    return view.say(f"plan.figure.unit.{name}")


def _two(value: float | None) -> str:
    return "—" if value is None else f"{value:.2f}"


def _swatch(view: View, leader_id: int | None) -> Any:
    colour = view.colours.get(leader_id or 0, NOBODY_COLOUR)
    return html.Span(className="plan-swatch", style={"background": colour})
