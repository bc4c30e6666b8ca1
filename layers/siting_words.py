"""How siting is told: shares, ways, and what is proven of the points."""

from __future__ import annotations

import math

from grid.measures import SMALL_CELL
from grid.siting.answers import Proof, SitingAnswer
from grid.siting.questions import Demand, Goal, SitingQuestion, Way
from grid.siting.telling import told_count
from layers.numbers import decimal, grouped
from layers.words import Language, say


def way_words(length: float | None, way: Way, language: Language) -> str:
    """Return a way as read: metres, kilometres from one on, or minutes."""
    if length is None:
        return say("siting.way_unknown", language)
    if way is Way.TABLE:
        return say("siting.minutes", language, minutes=decimal(length))
    if length < 1000:
        return say("siting.metres", language, metres=grouped(length))
    return say("siting.kilometres", language, kilometres=f"{length / 1000:,.2f}")


def saved_words(saved: float, way: Way, language: Language) -> str:
    """Return by how much a point shortens the mean way, with one digit: a point among many saves metres."""
    key = "minutes_less" if way is Way.TABLE else "metres_less"
    return say(f"siting.{key}", language, saved=f"{saved:,.2f}" if way is Way.TABLE else decimal(saved))


def share_words(part: float, whole: float, *, up: bool = False) -> str:
    """Return a share in per cent with one digit: of what is reached rounded down, of a bound rounded up."""
    if not whole:
        return "—"
    tenths = 1000 * part / whole
    return f"{decimal((math.ceil(tenths - 1e-6) if up else math.floor(tenths + 1e-6)) / 10)}%"


def step_share(part: float, whole: float, demand: Demand) -> str:
    """Return the share after one point; of matters in whole per cent, from which no small count is told."""
    if demand is Demand.RESIDENTS:
        return share_words(part, whole)
    return f"{math.floor(100 * part / whole + 1e-6)}%" if whole else "—"


def count_words(count: int, demand: Demand) -> str:
    """Return a count of one village or of one point's gain, ``<5`` where it is withheld."""
    told = told_count(count, demand)
    return f"<{SMALL_CELL}" if told is None else grouped(told)


def proof_words(question: SitingQuestion, proof: Proof, total: int, language: Language) -> str:
    """Return what a choice reaches and what is proven of it, as one sentence."""
    facts = {"count": len(proof.village_ids), "demand": say(f"siting.demand.{question.demand}", language)}
    if question.goal is Goal.COVER:
        facts |= {"share": share_words(proof.value, total), "bound": share_words(proof.bound, total, up=True)}
    else:
        mean = [one / total if total else None for one in (proof.value, proof.bound)]
        told = [way_words(one, question.way, language) for one in mean]
        facts |= {"way": told[0], "bound": told[1]}
    known = "proven" if proof.is_proven else "bounded" if _is_bounded(question, proof) else "open"
    return say(f"siting.proof.{question.goal}_{known}", language, **facts)


def _is_bounded(question: SitingQuestion, proof: Proof) -> bool:
    return question.goal is Goal.COVER or proof.bound > 0


def total_words(found: SitingAnswer, language: Language) -> str:
    """Return how many are weighed, with unit."""
    demand = found.question.demand
    unit = say(f"siting.demand_unit.{demand}", language)
    return f"{count_words(found.total, demand)} {unit}"
