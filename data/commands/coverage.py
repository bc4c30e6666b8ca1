"""``fengtu coverage``: a plan's loads, a suggestion with its floor, and a town divided among workers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import click
from sqlalchemy.orm import Session

from data.commands import patches
from data.commands.context import Context
from data.commands.worded import WordedGroup
from data.reads import plan_history, planning_books
from data.sessions import reading
from grid.coverage import CoverageBook
from grid.planning import balance
from grid.principals import COMMAND_LINE
from grid.refusals import Refused
from grid.suggesting import conflicts, working
from grid.suggesting.building import SuggestAsked, helped_of, problem_of
from grid.suggesting.problem import Certainty, Problem
from grid.suggesting.runs import Conflict, Found, NamedDemand, Step

_CONFLICT_S = 10.0
_Says = Callable[..., str]


@click.group(name="coverage", cls=WordedGroup)
def commands() -> None:
    """Coverage plans, and the patches of towns."""


commands.add_command(patches.patches)


@commands.command()
@click.option("--plan", "plan", default=None, metavar="P")
@click.pass_obj
def show(context: Context, /, *, plan: str | None) -> None:
    """List the plans, or the loads of one."""
    with reading(context.open_engine(), COMMAND_LINE) as session:
        if plan is None:
            for one in plan_history.plans(session):
                state = context.say(f"plan_state.{one.state}")
                click.echo(f"{one.id}  {one.valid_from}  {state}  {one.name}")
            return
        book = _book(session, plan)
    spread, names = balance(book), {leader.id: leader.label for leader in book.leaders}
    for load in sorted(spread.loads, key=lambda load: -load.workload):
        facts = {"leader": names[load.leader_id], "load": load.workload, "units": len(load.unit_ids)}
        click.echo(context.say("coverage_command.load", pieces=len(load.pieces), **facts))


@commands.command()
@click.option("--plan", "plan", required=True, metavar="P")
@click.option("--max-changes", required=True, type=int, metavar="K")
@click.option("--helpers", default=0, type=int, metavar="H")
@click.option("--target", default=None, type=int, metavar="T")
@click.option("--seconds", default=20, type=int, metavar="S")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def suggest(
    context: Context,
    /,
    *,
    plan: str,
    max_changes: int,
    helpers: int,
    target: int | None,
    seconds: int,
    as_json: bool,
) -> None:
    """Suggest moves; the exit code is 1 where the demands cannot all be met."""
    asked = SuggestAsked(max_changes, helpers, seconds, target)
    with reading(context.open_engine(), COMMAND_LINE) as session:
        book = _book(session, plan)
    problem, teller = problem_of(book, asked), _Teller(book, context.say)
    found, spent = _solved(book, problem, seconds)
    if as_json:
        click.echo(json.dumps(teller.answer(found, spent), ensure_ascii=False))
    else:
        for line in teller.lines(found, spent, aims=target is not None):
            click.echo(line)
    if found.heaviest is None:
        click.get_current_context().exit(1)


def _book(session: Session, plan: str) -> CoverageBook:
    """Return the plan of an id, or the newest one of a name; raises ``Refused('plan_unknown')``."""
    if plan.isascii() and plan.isdigit():
        return planning_books.planning_book(session, int(plan))
    found = next((one.id for one in plan_history.plans(session) if one.name == plan), None)
    if found is None:
        raise Refused("plan_unknown", plan=plan)
    return planning_books.planning_book(session, found)


def _solved(book: CoverageBook, problem: Problem, seconds: int) -> tuple[Found, float]:
    helped = {(unit, leader): cases for unit, leader, cases in helped_of(book)}
    *_, (progress, found) = working.search(problem, seconds, helped)
    if found.heaviest is not None:
        return found, progress.seconds
    *_, conflict = (None, *conflicts.explain(problem, _CONFLICT_S))
    return working.with_conflict(found, conflict), progress.seconds


class _Teller:
    """Tells what was found in the names of a plan: as JSON, and in words."""

    def __init__(self, book: CoverageBook, say: _Says) -> None:
        self._say = say
        self._units = {unit.id: unit.name for unit in book.units}
        self._leaders = {leader.id: leader.label for leader in book.leaders}

    def answer(self, found: Found, seconds: float) -> dict[str, Any]:
        """Return the JSON answer."""
        return {
            "status": found.certainty.value,
            "today": found.today,
            "max_load": found.heaviest,
            "floor": found.floor,
            "whole_units_floor": found.whole_units_floor,
            "moves": [self._step(step) for step in found.steps],
            "in_order": found.is_ordered,
            "conflict": self._conflict(found.conflict),
            "seconds": round(seconds, 2),
        }

    def lines(self, found: Found, seconds: float, *, aims: bool) -> list[str]:
        """Return the answer in words; where it ``aims`` at a target, fewest changes are proven."""
        facts = {"today": found.today, "most": found.heaviest, "floor": found.floor}
        key = found.certainty.value
        if aims and found.heaviest is not None:
            key = "reached_fewest" if found.certainty is Certainty.PROVEN else "reached"
        told = [self._say(f"coverage_command.{key}", seconds=round(seconds, 1), **facts)]
        if found.heaviest is not None and found.whole_units_floor > found.floor:
            told.append(self._say("coverage_command.whole_units", floor=found.whole_units_floor))
        told += [self._line(number, step) for number, step in enumerate(found.steps, start=1)]
        told += [] if found.is_ordered else [self._say("coverage_command.unordered")]
        return [*told, *self._in_the_way(found.conflict)]

    def _step(self, step: Step) -> dict[str, Any]:
        return {
            "kind": step.edit.kind.value,
            "unit_id": step.unit_id,
            "unit": self._units[step.unit_id],
            "from_id": step.from_id,
            "from": None if step.from_id is None else self._leaders[step.from_id],
            "to_id": step.leader_id,
            "to": self._leaders[step.leader_id],
            "amount": step.amount,
            "max_load_after": step.heaviest_after,
            "max_load_without": step.heaviest_without,
        }

    def _line(self, number: int, step: Step) -> str:
        told = {"unit": self._units[step.unit_id], "to": self._leaders[step.leader_id]}
        told["from_"] = self._say("coverage_command.nobody")
        if step.from_id is not None:
            told["from_"] = self._leaders[step.from_id]
        key = "give" if step.amount is None else "help"
        facts = {"number": number, "amount": step.amount, "after": step.heaviest_after}
        return self._say(f"coverage_command.{key}", **told, **facts)

    def _conflict(self, conflict: Conflict | None) -> dict[str, Any] | None:
        if conflict is None:
            return None
        return {
            "demands": [self._demand(one) for one in conflict.demands],
            "minimal": conflict.is_minimal,
            "ways_out": [{**self._demand(one.demand), "to": one.to} for one in conflict.relaxations],
            "together": [{**self._demand(one.demand), "to": one.to} for one in conflict.together],
        }

    def _demand(self, one: NamedDemand) -> dict[str, Any]:
        about = {"kind": one.kind.value, "unit_id": one.unit_id, "leader_id": one.leader_id}
        names = {"unit": self._units.get(one.unit_id or 0), "leader": self._leaders.get(one.leader_id or 0)}
        return {**about, **names, "value": one.value}

    def _in_the_way(self, conflict: Conflict | None) -> list[str]:
        if conflict is None:
            return []
        told = [self._say("coverage_command.conflict")]
        told += [self._named(one, "demand") for one in conflict.demands]
        for ways in (conflict.relaxations, conflict.together):
            key = "one_way" if ways is conflict.relaxations else "together"
            told += [self._say(f"coverage_command.{key}")] if ways else []
            told += [self._named(way.demand, "way", to=way.to) for way in ways]
        return told

    def _named(self, one: NamedDemand, key: str, **facts: object) -> str:
        about = self._demand(one)
        return self._say(
            f"coverage_command.{key}.{one.kind}",
            unit=about["unit"], leader=about["leader"], value=one.value, **facts,
        )  # fmt: skip
