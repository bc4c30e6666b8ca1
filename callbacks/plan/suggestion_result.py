"""What a suggestion found, laid out: steps to take or reject, the curve, conflicts with ways out, floors."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from callbacks.frame import labelled
from callbacks.plan.suggestion_ids import SuggestAct, suggest_act
from callbacks.plan.suggestion_steps import step_parts
from callbacks.plan.suggestion_view import Result, edits_json, heading
from grid.coverage import CoverageBook, RuleKind
from grid.planning import Edit, EditKind, wholes
from grid.suggesting.problem import DemandKind
from grid.suggesting.runs import Conflict, Found, HelperGain, Relaxation, RunStatus, SplitGain
from layers.suggestion_chart import Spot, curve_figure
from layers.suggestion_words import (
    demand_words,
    floor_words,
    gain_name,
    proof_words,
    relaxation_words,
)

_ASKED_OF = {DemandKind.CHANGES: "changes", DemandKind.TARGET: "target"}
_FEWEST_POINTS = 2


def result_parts(result: Result) -> list[Any]:
    """Return all that was found, in the order in which it is of use."""
    found = result.state.found
    if found is None:
        return []
    parts = [_conflict(result, found.conflict)] if found.conflict else step_parts(result, found)
    return [*parts, *_floors(result, found), *_curve(result, found)]


def _conflict(result: Result, conflict: Conflict) -> Any:
    lead = result.say(f"suggest.conflict.{'lead' if conflict.is_minimal else 'unsure'}")
    names = [
        html.Li(demand_words(one, result.start, result.language), className=f"suggest-demand-{one.kind}")
        for one in conflict.demands
    ]
    ways: list[tuple[Relaxation, ...]] = [(one,) for one in conflict.relaxations]
    if conflict.together and not ways:
        ways = [conflict.together]
    ends = [html.P(result.say("suggest.conflict.ways"), className="plan-hint")]
    ends += [_way(result, one) for one in ways]
    if not ways:
        searching = result.state.status is RunStatus.RUNNING
        words = result.say(f"suggest.conflict.{'finding' if searching else 'no_ways'}")
        ends = [html.P(words, className="plan-fine")]
    return html.Div(
        [
            heading(result, "conflict"),
            html.P(lead, className="suggest-lead"),
            html.Ul(names, className="suggest-demands"),
            *ends,
        ]
    )


def _way(result: Result, changed: Sequence[Relaxation]) -> Any:
    """One way out, of one change or several at once: a press where all of them are the planner's to make."""
    words = result.say("suggest.conflict.and").join(
        relaxation_words(one, result.start, result.language) for one in changed
    )
    edits: list[Edit] = []
    asked: dict[str, int | None] = {}
    for one in changed:
        name = _ASKED_OF.get(one.demand.kind)
        lifted = _lifting(result.start, one)
        if lifted is None or (name == "changes" and one.to is None):
            return html.P(words, className="suggest-way")
        edits += lifted
        asked |= {name: one.to} if name else {}
    return html.Button(
        words,
        className="suggest-way plan-tool",
        **suggest_act(SuggestAct.ASK, edits=edits_json(edits), asked=json.dumps(asked)),
    )


def _lifting(book: CoverageBook, way: Relaxation) -> list[Edit] | None:
    """Return the edits that relax a demand, none where it is not the planner's to lift.

    A demand about a town may be one about its county; a pin may be no rule, but a unit that several lead.
    """
    demand = way.demand
    if demand.kind in _ASKED_OF:
        return []
    if demand.kind is DemandKind.CAP:
        return [Edit(EditKind.CAP, leader_id=demand.leader_id, value=way.to)]
    kinds = {DemandKind.PIN: RuleKind.PIN, DemandKind.FORBID: RuleKind.FORBID}
    about = {demand.unit_id, wholes(book).get(demand.unit_id or 0)}
    lifted = [
        Edit(EditKind(rule.kind.value), rule.unit_id, rule.leader_id, value=0)
        for rule in book.plan.rules
        if rule.kind is kinds.get(demand.kind)
        and rule.unit_id in about
        and (rule.kind is RuleKind.PIN or rule.leader_id == demand.leader_id)
    ]
    return lifted or None


def _floors(result: Result, found: Found) -> list[Any]:
    if found.conflict is not None or not found.whole_units_floor:
        return []
    gains: list[HelperGain | SplitGain] = [*found.helper_gains, *found.split_gains]
    words = html.P(floor_words(found, result.start, result.language), className="suggest-floor")
    if not gains:
        return [heading(result, "floors"), words]
    names = ("gain", "heaviest", "proof")
    head = html.Thead(
        html.Tr([*(html.Th(result.say(f"suggest.floors.{name}"), scope="col") for name in names), html.Th()])
    )
    table = html.Table(
        [head, html.Tbody([_gain(result, one, found) for one in gains])], className="suggest-gains"
    )
    lead = html.P(result.say("suggest.floors.gains"), className="plan-hint")
    return [heading(result, "floors"), words, lead, table]


def _gain(result: Result, gain: HelperGain | SplitGain, found: Found) -> Any:
    helps = isinstance(gain, HelperGain)
    edits = [] if isinstance(gain, HelperGain) else [Edit(EditKind.SPLIT, gain.unit_id)]
    asked = {"helpers": gain.helpers} if isinstance(gain, HelperGain) else {}
    lower = gain.heaviest is not None and gain.heaviest < (found.heaviest or 0)
    use = html.Button(
        result.say("suggest.action.use"),
        className="plan-small",
        **suggest_act(SuggestAct.ASK, edits=edits_json(edits), asked=json.dumps(asked)),
    )
    heaviest = "—" if gain.heaviest is None else f"{gain.heaviest} {result.unit}"
    return html.Tr(
        [
            html.Th(gain_name(gain, result.start, result.language), scope="row"),
            html.Td(html.B(heaviest)),
            html.Td(proof_words(gain, result.language)),
            html.Td(use if lower else None),
        ],
        className=f"suggest-gain suggest-gain-{'helpers' if helps else 'split'}",
    )


def _curve(result: Result, found: Found) -> list[Any]:
    if len(found.curve) < _FEWEST_POINTS:
        return []
    spots = [Spot(point.changes, point.heaviest, point.floor) for point in found.curve]
    drawn = dcc.Graph(
        figure=curve_figure(spots, result.unit, result.language),
        config={"displayModeBar": False},
        responsive=True,
    )
    title = labelled(result.say("suggest.chart.curve_title"))
    names = ("changes", "heaviest", "proof")
    head = html.Thead(html.Tr([html.Th(result.say(f"suggest.curve.{name}"), scope="col") for name in names]))
    rows = [
        html.Tr(
            [
                html.Th(str(point.changes), scope="row"),
                html.Td("—" if point.heaviest is None else f"{point.heaviest} {result.unit}"),
                html.Td(proof_words(point, result.language)),
            ]
        )
        for point in found.curve
    ]
    table = html.Table([head, html.Tbody(rows)], className="suggest-gains")
    return [
        heading(result, "curve"),
        html.Div(drawn, className="suggest-chart", role="figure", **title),
        html.Details([html.Summary(result.say("suggest.curve.table")), table], className="suggest-table"),
    ]
