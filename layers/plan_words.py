"""Sentences of the planner's board: what a plan cannot go below, what is wrong with it, what it changes."""

from __future__ import annotations

from collections.abc import Collection

from grid.coverage import CoverageBook
from grid.planning import Balance, Change, Floor, PlanIssue
from layers.numbers import decimal
from layers.plan_map import cases_of, cases_words, leader_label
from layers.words import Language, say


def floor_words(spread: Balance, limit: Floor, book: CoverageBook, language: Language) -> str:
    """Return why no plan of whole units goes below the floor, and how far the plan is above it."""
    if limit.largest >= limit.shared:
        units = _names(book, limit.largest_unit_ids, language)
        why = say("plan.floor.largest", language, floor=limit.cases, units=units)
    else:
        total = sum(load.cases for load in spread.loads) + spread.unassigned_cases
        facts = {"floor": limit.cases, "total": total, "leaders": len(spread.loads)}
        why = say("plan.floor.shared", language, **facts)
    return f"{why} {_distance(spread.maximum, limit.cases, language)}"


def issue_words(issue: PlanIssue, book: CoverageBook, language: Language) -> str:
    """Return one issue as a sentence with the names of its units and leaders."""
    facts = {name: _number(value) for name, value in issue.facts.items()}
    leader = leader_label(book, issue.leader_ids[0] if issue.leader_ids else None, language)
    units = _names(book, issue.unit_ids, language)
    return say(f"plan.issue.{issue.code}", language, units=units, leader=leader, **facts)


def change_words(change: Change, book: CoverageBook, language: Language) -> str:
    """Return one change as unit, cases, and from whom to whom."""
    return say(
        "plan.change.line",
        language,
        unit=_names(book, {change.unit_id}, language),
        cases=cases_words(cases_of(book, {change.unit_id}), language),
        before=leader_label(book, change.before, language),
        after=leader_label(book, change.after, language),
    )


def _distance(maximum: int, floor: int, language: Language) -> str:
    # A unit without a leader is in the floor and in nobody's load: then the maximum may lie below.
    if maximum <= floor:
        return say("plan.floor.reached", language) if maximum == floor else ""
    return say("plan.floor.above", language, maximum=maximum, above=maximum - floor)


def _names(book: CoverageBook, unit_ids: Collection[int], language: Language) -> str:
    return say("plan.floor.and", language).join(unit.name for unit in book.units if unit.id in unit_ids)


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else decimal(value)
