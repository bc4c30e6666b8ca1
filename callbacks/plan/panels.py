"""Panels of the planner's board: leaders and units to choose from, consequences, issues, changes, drafts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html

from callbacks.frame import definition
from callbacks.plan.board import Board
from callbacks.plan.ids import NOBODY, Act, Kind, act, one_of
from grid.coverage import CoverageBook, CoveragePlan, Unit, UnitKind, lead_by_unit
from grid.planning import Balance, Load, balance, changes, floor, issues
from layers.numbers import decimal
from layers.plan_map import NOBODY_COLOUR, cases_of, cases_words, leader_label
from layers.plan_words import change_words, floor_words, issue_words
from layers.words import Language, say

KEYS = "1234567890qwertyuiop"
"""Keys that choose a leader, in the order of the list."""


@dataclass(frozen=True, slots=True)
class View:
    """What the panels show: the board, the plan as it has it, the base plan, and colours by leader."""

    board: Board
    book: CoverageBook
    base: CoverageBook
    colours: Mapping[int, str]
    language: Language

    def say(self, key: str, /, **facts: object) -> str:
        """Return words in the view's language."""
        return say(key, self.language, **facts)


def leader_list(view: View) -> list[Any]:
    """Return a button for each leader with load, its bar, and how many units."""
    spread = balance(view.book)
    return [
        _leader_row(view, load, spread.maximum, KEYS[at : at + 1]) for at, load in enumerate(spread.loads)
    ]


def department_list(view: View) -> list[Any]:
    """Return each department with a select of who leads it."""
    options = [{"label": leader.label, "value": str(leader.id)} for leader in view.book.leaders]
    options.append({"label": view.say("plan.nobody"), "value": NOBODY})
    leads = lead_by_unit(view.book.plan)
    return [
        html.Div(
            [
                html.Div(
                    [
                        html.Span(unit.name, className="plan-unit-name"),
                        html.Span(_cases(view, unit), className="plan-unit-cases"),
                    ]
                ),
                dcc.Dropdown(
                    options=options,
                    value=str(leads.get(unit.id) or NOBODY),
                    id=one_of(Kind.HOLDER, unit.id),
                    clearable=False,
                    searchable=False,
                    className="plan-holder",
                ),
            ],
            className="plan-department",
        )
        for unit in _units(view, UnitKind.DEPARTMENT)
    ]


def unit_list(view: View) -> list[Any]:
    """Return a button for each area, for hands that cannot use the map."""
    leads = lead_by_unit(view.book.plan)
    return [
        html.Button(
            [
                _swatch(view, leads.get(unit.id)),
                html.Span(unit.name, className="plan-unit-name"),
                html.Span(_cases(view, unit), className="plan-unit-cases"),
                html.Span(
                    leader_label(view.book, leads.get(unit.id), view.language), className="plan-unit-holder"
                ),
            ],
            className="plan-unit",
            **act(Act.GIVE, unit.id),
        )
        for unit in _units(view, UnitKind.AREA)
    ]


def figure_list(view: View) -> list[Any]:
    """Return the main figures with definition and n, and the floor in words."""
    now, before = balance(view.book), balance(view.base)
    limit = floor(view.book)
    moved = len(changes(view.book.plan, view.base.plan))
    leaders = view.say("plan.figure.n_leaders", leaders=len(now.loads))
    units = view.say("plan.figure.n_units", units=len(lead_by_unit(view.book.plan)))
    return [
        html.Div(
            [
                _figure(view, "maximum", (now.maximum, before.maximum), _busiest(view, now)),
                _figure(view, "mean", (decimal(now.mean), decimal(before.mean)), leaders),
                _figure(view, "ratio", (_ratio(now), _ratio(before)), leaders),
                _figure(view, "changes", (moved, moved), units),
                _figure(view, "broken", (now.broken, before.broken), units),
                _figure(view, "floor", (limit.cases, limit.cases), leaders),
            ],
            className="plan-figures",
        ),
        html.P(floor_words(now, limit, view.book, view.language), className="plan-floor"),
    ]


def issue_list(view: View) -> list[Any]:
    """Return every issue as a button that shows its areas on the map."""
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
    found = changes(view.book.plan, view.base.plan)
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


def draft_list(drafts: Sequence[CoveragePlan], view: View) -> list[Any]:
    """Return the drafts, each to open or to discard."""
    if not drafts:
        return [html.P(view.say("plan.drafts.none"), className="plan-fine")]
    return [_draft_row(draft, view) for draft in drafts]


def _draft_row(draft: CoveragePlan, view: View) -> Any:
    here = draft.id == view.board.draft_id
    moved = len(changes(draft, view.base.plan)) if draft.base_id == view.base.plan.id else None
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
                    dcc.Link(draft.name, href=f"/plan?plan={draft.id}", className="plan-draft-name"),
                    html.Span(details, className="plan-draft-details"),
                ]
            ),
            html.Details([html.Summary(view.say("plan.action.discard")), sure], className="plan-discard"),
        ],
        className="plan-draft" + (" plan-draft-here" if here else ""),
    )


def _leader_row(view: View, load: Load, maximum: int, key: str) -> Any:
    leader = next(one for one in view.book.leaders if one.id == load.leader_id)
    chosen = view.board.chosen == leader.id
    marks: Any = {"data-key": key, "aria-pressed": "true" if chosen else "false"}
    share = 100 * load.cases / maximum if maximum else 0
    bar = {"width": f"{share:.1f}%", "background": view.colours[leader.id]}
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
                [html.B(str(load.cases)), view.say("plan.figure.unit.maximum")], className="plan-leader-cases"
            ),
            html.Span(html.Span(style=bar, className="plan-bar-fill"), className="plan-bar"),
            html.Span(view.say("plan.units", units=len(load.unit_ids)), className="plan-leader-units"),
        ],
        className="plan-leader" + (" plan-leader-chosen" if chosen else ""),
        **act(Act.CHOOSE, leader.id),
        **marks,
    )


def _figure(view: View, name: str, values: tuple[object, object], n: str) -> Any:
    """One figure with its unit, definition and n; ``values`` are now and in the base plan."""
    now, before = values
    was = view.say("plan.figure.before", value=before) if before != now else ""
    meaning = definition(view.say(f"plan.definition.{name}"), view.language)
    return html.Div(
        [
            html.Div([view.say(f"plan.figure.{name}"), meaning], className="plan-figure-name"),
            html.Div(
                [html.B(str(now)), html.Span(view.say(f"plan.figure.unit.{name}"))],
                className="plan-figure-value",
            ),
            html.Div(was, className="plan-was"),
            html.Div(n, className="plan-figure-n"),
        ],
        className=f"plan-figure plan-figure-{name}",
    )


def _busiest(view: View, spread: Balance) -> str:
    busiest = [load.leader_id for load in spread.loads if load.cases == spread.maximum > 0]
    return view.say("plan.floor.and").join(leader_label(view.book, one, view.language) for one in busiest)


def _ratio(spread: Balance) -> str:
    return "—" if spread.ratio is None else f"{spread.ratio:.2f}"


def _units(view: View, kind: UnitKind) -> list[Unit]:
    return [unit for unit in view.book.units if unit.kind is kind]


def _cases(view: View, unit: Unit) -> str:
    return cases_words(cases_of(view.book, {unit.id}), view.language)


def _swatch(view: View, leader_id: int | None) -> Any:
    colour = view.colours.get(leader_id or 0, NOBODY_COLOUR)
    return html.Span(className="plan-swatch", style={"background": colour})
