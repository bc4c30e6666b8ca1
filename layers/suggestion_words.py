"""Sentences of the suggestion panel: how good the best plan is, what each step does, what is in the way."""

from __future__ import annotations

from collections.abc import Iterable

from grid.coverage import CoverageBook, RuleKind
from grid.planning import unit_workloads
from grid.suggesting.building import SuggestAsked
from grid.suggesting.problem import Certainty, DemandKind
from grid.suggesting.runs import (
    CurvePoint,
    Found,
    HelperGain,
    NamedDemand,
    Relaxation,
    SplitGain,
    Step,
)
from layers.plan_map import leader_label
from layers.words import Language, say


def load_unit(book: CoverageBook, language: Language) -> str:
    """Return the unit of a load: 件, or 分 where the formula weighs more than cases."""
    return say(f"suggest.load.{'cases' if book.weights.counts_cases_alone else 'points'}", language)


def state_words(found: Found, asked: SuggestAsked, book: CoverageBook, language: Language) -> str:
    """Return in a word what is proven of the best plan."""
    if asked.target is not None and found.heaviest is not None:
        return say(f"suggest.state.{_reached(found)}", language)
    gap = 0 if found.heaviest is None else found.heaviest - found.floor
    return say(f"suggest.state.{found.certainty}", language, gap=gap, unit=load_unit(book, language))


def standing_words(found: Found, asked: SuggestAsked, book: CoverageBook, language: Language) -> str:
    """Return how heavy the heaviest load is in the best plan, and what is proven that none can be below."""
    facts = {
        "heaviest": found.heaviest,
        "floor": found.floor,
        "today": found.today,
        "unit": load_unit(book, language),
        "premise": _premise(asked, language),
        "target": asked.target,
        "moves": sum(step.amount is None for step in found.steps),
    }
    aims = asked.target is not None and found.heaviest is not None
    words = say(f"suggest.standing.{_reached(found) if aims else _standing(found)}", language, **facts)
    shared = any(rule.kind is RuleKind.SHARE for rule in book.plan.rules)
    return words + (say("suggest.standing.by_share", language) if shared else "")


def today_words(found: Found, book: CoverageBook, language: Language) -> str:
    """Return the heaviest load of the plan that the run began with."""
    return say("suggest.standing.today", language, today=found.today, unit=load_unit(book, language))


def step_words(step: Step, book: CoverageBook, language: Language) -> str:
    """Return what a step does: a unit from whom to whom, or who helps with how much of it."""
    unit, after = unit_name(book, step.unit_id), leader_label(book, step.leader_id, language)
    if step.amount is None:
        before = leader_label(book, step.from_id, language)
        return say("suggest.move.give", language, unit=unit, before=before, after=after)
    load = load_unit(book, language)
    return say("suggest.move.help", language, unit=unit, after=after, amount=step.amount, load=load)


def effect_words(step: Step, book: CoverageBook, language: Language) -> str:
    """Return how heavy the heaviest load is after a step, and how heavy it would be without it alone."""
    unit = load_unit(book, language)
    if step.heaviest_without is None:
        return say("suggest.move.effect_needed", language, after=step.heaviest_after, unit=unit)
    return say(
        "suggest.move.effect",
        language,
        after=step.heaviest_after,
        without=step.heaviest_without,
        unit=unit,
    )


def demand_words(demand: NamedDemand, book: CoverageBook, language: Language) -> str:
    """Return a demand by the names of what it is about."""
    return say(f"suggest.conflict.{demand.kind}", language, **_facts(demand, book, language))


def relaxation_words(way: Relaxation, book: CoverageBook, language: Language) -> str:
    """Return a way out of a conflict as something to be done."""
    facts = _facts(way.demand, book, language) | {"value": way.to}
    if way.demand.kind in _LAW or (way.to is None and way.demand.kind not in _LIFTED_ALONE):
        return say("suggest.relax.lift", language, demand=demand_words(way.demand, book, language))
    return say(f"suggest.relax.{way.demand.kind}", language, **facts)


def floor_words(found: Found, book: CoverageBook, language: Language) -> str:
    """Return what moving whole units cannot beat, naming the units that are that large by themselves."""
    unit, floor = load_unit(book, language), found.whole_units_floor
    large = [one for one, weight in unit_workloads(book).items() if weight == floor > 0]
    if not large:
        return say("suggest.floors.whole", language, floor=floor, unit=unit)
    names = _join((unit_name(book, one) for one in large), language)
    key = "whole_largest" if len(large) == 1 else "whole_largest_each"
    return say(f"suggest.floors.{key}", language, floor=floor, unit=unit, units=names)


def gain_name(gain: HelperGain | SplitGain, book: CoverageBook, language: Language) -> str:
    """Return what is added: so many helpers, or a county split."""
    if isinstance(gain, HelperGain):
        return say("suggest.floors.helpers", language, helpers=gain.helpers)
    return say("suggest.floors.split", language, unit=unit_name(book, gain.unit_id), parts=gain.parts)


def proof_words(one: HelperGain | SplitGain | CurvePoint, language: Language) -> str:
    """Return what is proven of a load that was reached."""
    if one.heaviest is None:
        return say("suggest.proof.nothing", language, floor=one.floor)
    if one.heaviest <= one.floor:
        return say("suggest.proof.proven", language)
    return say("suggest.proof.bounded", language, floor=one.floor)


def unit_name(book: CoverageBook, unit_id: int) -> str:
    """Return the name of a unit or of a part of one."""
    parts = (part for each in book.parts.values() for part in each)
    return next((unit.name for unit in (*book.units, *parts) if unit.id == unit_id), "—")


_LAW = frozenset({DemandKind.BAR, DemandKind.PIECES})
"""Nobody's to change by a number."""
_LIFTED_ALONE = frozenset({DemandKind.PIN, DemandKind.FORBID})


def _standing(found: Found) -> str:
    if found.certainty is Certainty.INFEASIBLE:
        return "infeasible"
    if found.heaviest is None:
        return "nothing"
    if found.certainty is Certainty.PROVEN and found.heaviest >= found.today and not found.steps:
        return "none_needed"
    return found.certainty.value


def _reached(found: Found) -> str:
    """Return how a target was reached: what is proven then is how few moves do, not how low loads can be."""
    if found.today == found.heaviest and not found.steps:
        return "target_met"
    return "target_proven" if found.certainty is Certainty.PROVEN else "target_reached"


def _premise(asked: SuggestAsked, language: Language) -> str:
    key = "helpers" if asked.most_helpers else "changes"
    return say(f"suggest.premise.{key}", language, changes=asked.most_changes, helpers=asked.most_helpers)


def _facts(demand: NamedDemand, book: CoverageBook, language: Language) -> dict[str, object]:
    return {
        "unit": "" if demand.unit_id is None else unit_name(book, demand.unit_id),
        "leader": leader_label(book, demand.leader_id, language),
        "value": demand.value,
        "load": load_unit(book, language),
    }


def _join(names: Iterable[str], language: Language) -> str:
    return say("plan.floor.and", language).join(names)
