"""Panels of two plans side by side: figures, loads leader by leader, units and petitions in other hands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from grid.coverage import AssignmentKind, CoverageBook
from grid.planning import balance, travel_km
from grid.planning.comparing import LoadPair, load_pairs
from grid.planning.handover import Hand, HandedUnit, Handover, LeaderHandover
from layers.numbers import MINUS, decimal
from layers.plan_map import leader_label
from layers.words import Language, say


@dataclass(frozen=True, slots=True)
class Pair:
    """The two plans that are shown, and in which language."""

    first: CoverageBook
    second: CoverageBook
    handed: Handover
    language: Language

    def say(self, key: str, /, **facts: object) -> str:
        """Return words in the page's language."""
        return say(key, self.language, **facts)


def figure_table(pair: Pair, places: Mapping[int, tuple[float, float]]) -> Any:
    """Return what the two plans come to: loads, spread, pieces, travel, how many units change hands.

    ``places`` are longitude and latitude by area.
    """
    one, other = balance(pair.first), balance(pair.second)
    moved = len(pair.handed.units)
    rows = (
        _figure(pair, "maximum", one.maximum, other.maximum),
        _figure(pair, "mean", one.mean, other.mean),
        _figure(pair, "ratio", one.ratio, other.ratio, digits=2),
        _figure(pair, "gini", one.gini, other.gini, digits=2),
        _figure(pair, "broken", one.broken, other.broken),
        _figure(pair, "helpers", one.helpers, other.helpers),
        _figure(pair, "travel", _travel(pair.first, places), _travel(pair.second, places)),
        _figure(pair, "unassigned", one.unassigned_cases, other.unassigned_cases),
        html.Tr(
            [
                html.Th(pair.say("compare.figure.moved"), scope="row"),
                html.Td("—"),
                html.Td(html.B(str(moved))),
                html.Td(""),
            ]
        ),
    )
    return html.Table([_head(pair, "figure"), html.Tbody(list(rows))], className="compare-table")


def load_table(pair: Pair) -> Any:
    """Return every leader with the load in each plan and a bar of the difference."""
    pairs = load_pairs(pair.first, pair.second)
    most = max((abs(one.difference) for one in pairs), default=0)
    rows = [_load_row(pair, one, most) for one in pairs]
    return html.Table([_head(pair, "load"), html.Tbody(rows)], className="compare-table compare-loads")


def moved_table(pair: Pair) -> Any:
    """Return every unit in other hands with what there is to hand over, or that there is none."""
    if not pair.handed.units:
        return html.P(pair.say("compare.moved.none"), className="plan-fine")
    names = ("unit", "cases", "open", "first", "second")
    head = html.Thead(html.Tr([html.Th(pair.say(f"compare.moved.{name}"), scope="col") for name in names]))
    rows = [_moved_row(pair, one) for one in pair.handed.units]
    return html.Table([head, html.Tbody(rows)], className="compare-table")


def handover_list(pair: Pair) -> Any:
    """Return how many petitions change hands, and what each leader gives away and takes on."""
    all_told = pair.handed.measures
    if not pair.handed.units:
        return html.P(pair.say("compare.handover.none"), className="plan-fine")
    facts = {"open": all_told.open, "overdue": all_told.overdue, "due_soon": all_told.due_soon}
    total = pair.say("compare.handover.total", units=len(pair.handed.units), cases=all_told.cases, **facts)
    names = ("leader", "given", "taken")
    head = html.Thead(html.Tr([html.Th(pair.say(f"compare.handover.{name}"), scope="col") for name in names]))
    rows = [_handover_row(pair, one) for one in pair.handed.leaders]
    return [
        html.P(total, className="compare-total"),
        html.Table([head, html.Tbody(rows)], className="compare-table"),
    ]


def _head(pair: Pair, of: str) -> Any:
    names = (f"compare.{of}.name", "compare.side.first", "compare.side.second", "compare.difference")
    return html.Thead(html.Tr([html.Th(pair.say(name), scope="col") for name in names]))


def _figure(pair: Pair, name: str, one: float | None, other: float | None, digits: int = 1) -> Any:
    difference = None if one is None or other is None else other - one
    return html.Tr(
        [
            html.Th(pair.say(f"compare.figure.{name}"), scope="row"),
            html.Td(_number(one, digits)),
            html.Td(html.B(_number(other, digits))),
            html.Td(_signed(difference, digits)),
        ]
    )


def _travel(book: CoverageBook, places: Mapping[int, tuple[float, float]]) -> float:
    spots = {unit.id: places[unit.area_id or 0] for unit in book.units if unit.area_id in places}
    return sum(travel_km(book, spots).values())


def _load_row(pair: Pair, one: LoadPair, most: int) -> Any:
    share = 50 * abs(one.difference) / most if most else 0
    style = {"width": f"{share:.1f}%"}
    side = "more" if one.difference > 0 else "less"
    bar = html.Span(html.Span(style=style, className=f"compare-bar-{side}"), className="compare-bar")
    return html.Tr(
        [
            html.Th(one.leader.label, scope="row"),
            html.Td(_number(one.first)),
            html.Td(html.B(_number(one.second))),
            html.Td([html.Span(_signed(one.difference), className="compare-signed"), bar]),
        ]
    )


def _moved_row(pair: Pair, one: HandedUnit) -> Any:
    return html.Tr(
        [
            html.Th(one.unit.name, scope="row"),
            html.Td(str(one.measures.cases)),
            html.Td(str(one.measures.open)),
            html.Td(_hands(pair, pair.first, one.given)),
            html.Td(_hands(pair, pair.second, one.taken)),
        ]
    )


def _hands(pair: Pair, book: CoverageBook, hands: Sequence[Hand]) -> str:
    if not hands:
        return pair.say("compare.moved.absent")
    return pair.say("plan.floor.and").join(_hand(pair, book, one) for one in hands)


def _hand(pair: Pair, book: CoverageBook, one: Hand) -> str:
    leader = leader_label(book, one.leader_id, pair.language)
    if one.kind is AssignmentKind.HELPER:
        return pair.say("compare.moved.helper", leader=leader, cases=one.measures.cases)
    return leader


def _handover_row(pair: Pair, one: LeaderHandover) -> Any:
    known = {leader.id for leader in pair.second.leaders}
    book = pair.second if one.leader_id in known else pair.first
    told = (
        (one.units_given, one.given),
        (one.units_taken, one.taken),
    )
    return html.Tr(
        [
            html.Th(leader_label(book, one.leader_id, pair.language), scope="row"),
            *(
                html.Td(
                    pair.say("compare.handover.part", units=n, cases=what.cases, open=what.open) if n else "—"
                )
                for n, what in told
            ),
        ]
    )


def _number(value: float | None, digits: int = 1) -> str:
    if value is None:
        return "—"
    if isinstance(value, int):
        return str(value)
    return decimal(value) if digits == 1 else f"{value:.{digits}f}"


def _signed(value: float | None, digits: int = 1) -> str:
    if value is None:
        return ""
    if not round(value, digits):
        return "0"
    return f"{'+' if value > 0 else MINUS}{_number(abs(value), digits)}"
