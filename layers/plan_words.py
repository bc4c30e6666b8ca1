"""Sentences of the planner's board: what a plan cannot go below, what is wrong with it, what it changes."""

from __future__ import annotations

from collections.abc import Collection

from grid.coverage import CoverageBook, PlanRule
from grid.planning import Balance, Change, Floor, PlanIssue
from layers.numbers import decimal
from layers.plan_map import cases_of, cases_words, leader_label, workload_words
from layers.words import Language, say


def floor_words(spread: Balance, limit: Floor, book: CoverageBook, language: Language) -> str:
    """Return why no plan of whole units goes below the floor, and how far the plan is above it."""
    if limit.largest >= limit.shared:
        units = _names(book, limit.largest_unit_ids, language)
        facts: dict[str, object] = {"units": units}
        why = say("plan.floor.largest", language, floor=_amount(limit.cases, book, language), **facts)
    else:
        total = sum(load.workload for load in spread.loads) + spread.unassigned_cases
        facts = {"total": _amount(total, book, language), "leaders": len(spread.loads)}
        why = say("plan.floor.shared", language, floor=_amount(limit.cases, book, language), **facts)
    return f"{why} {_distance(spread.maximum, limit.cases, book, language)}"


def issue_words(issue: PlanIssue, book: CoverageBook, language: Language) -> str:
    """Return one issue as a sentence with the names of its units and leaders."""
    facts = {name: _number(value) for name, value in issue.facts.items()}
    holders = issue.leader_ids or (None,)
    leader = say("plan.floor.and", language).join(leader_label(book, one, language) for one in holders)
    units = _names(book, issue.unit_ids, language)
    facts |= {"unit": unit_word(book, language)}
    return say(f"plan.issue.{issue.code}", language, units=units, leader=leader, **facts)


def demand_words(rule: PlanRule, book: CoverageBook, language: Language) -> str:
    """Return one demand on a plan as a sentence."""
    return say(
        f"plan.demand.{rule.kind}",
        language,
        unit=_names(book, {rule.unit_id or 0}, language),
        other=_names(book, {rule.other_id or 0}, language),
        leader=leader_label(book, rule.leader_id, language),
        value="" if rule.value is None else rule.value,
        measure=unit_word(book, language),
    )


def unit_word(book: CoverageBook, language: Language) -> str:
    """Return the unit in which a book's workloads are: 件, or 分 where more than cases counts."""
    return say("plan.unit.cases" if book.weights.counts_cases_alone else "plan.unit.points", language)


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


def _distance(maximum: int, floor: int, book: CoverageBook, language: Language) -> str:
    # A unit without a leader is in the floor and in nobody's load: then the maximum may lie below.
    if maximum <= floor:
        return say("plan.floor.reached", language) if maximum == floor else ""
    facts = {"maximum": _amount(maximum, book, language), "above": _amount(maximum - floor, book, language)}
    return say("plan.floor.above", language, **facts)


def _names(book: CoverageBook, unit_ids: Collection[int], language: Language) -> str:
    known = {unit.id: unit for unit in (*book.units, *(one for each in book.parts.values() for one in each))}
    return say("plan.floor.and", language).join(unit.name for unit in known.values() if unit.id in unit_ids)


def _amount(value: int, book: CoverageBook, language: Language) -> str:
    return workload_words(value, book, language)


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else decimal(value)
