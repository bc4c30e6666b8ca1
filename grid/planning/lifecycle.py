"""The life of a coverage plan: proposed by one person, approved by another, published from a day on.

    draft ── propose ──▶ proposed ── publish ──▶ published ── cancel, before its first day ──▶ retired
      ▲ ◀── withdraw, return ──┘                    └── restore: a copy of it is published from a day on

A day belongs to the published plan that begins last on or before it, so that two never share one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from grid.coverage import CoveragePlan, PlanState
from grid.principals import Role
from grid.refusals import Refused

LONGEST_WORDS = 500
"""Characters that a note or a reason may have."""


class PlanStepKind(StrEnum):
    """What is done to a plan as a whole."""

    SAVE = "save"
    """保存: a draft was stored; who did so is told to whoever meets it changed."""
    PROPOSE = "propose"
    """报审: a draft becomes a proposal."""
    WITHDRAW = "withdraw"
    """撤回: the planner takes a proposal back to a draft."""
    RETURN = "return"
    """退回: the approver sends a proposal back, saying why."""
    PUBLISH = "publish"
    """批准发布: in force from a day on."""
    CANCEL = "cancel"
    """撤销发布: a published plan that is not in force yet gives way to the one before it."""
    RESTORE = "restore"
    """恢复: a copy of a plan that was in force is published again from a day on."""


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One step of a plan's life; ``on_day`` is the day from which it has effect, none where it is at once.

    ``by`` is who took it: a login, for the plan's history, empty for an import; ``at`` when.
    """

    kind: PlanStepKind
    on_day: date | None
    words: str
    by: str
    at: datetime


_FROM = {
    PlanStepKind.PROPOSE: (PlanState.DRAFT, "plan_not_draft"),
    PlanStepKind.WITHDRAW: (PlanState.PROPOSED, "plan_not_proposed"),
    PlanStepKind.RETURN: (PlanState.PROPOSED, "plan_not_proposed"),
    PlanStepKind.PUBLISH: (PlanState.PROPOSED, "plan_not_proposed"),
    PlanStepKind.CANCEL: (PlanState.PUBLISHED, "plan_not_published"),
    PlanStepKind.RESTORE: (PlanState.PUBLISHED, "plan_not_published"),
}
STEPS_OF = {
    Role.PLANNER: (PlanStepKind.PROPOSE, PlanStepKind.WITHDRAW),
    Role.APPROVER: (PlanStepKind.PUBLISH, PlanStepKind.RETURN, PlanStepKind.CANCEL, PlanStepKind.RESTORE),
}
"""Who may take which step; saving is a planner's and no step of a form."""


def check_step(plan: CoveragePlan, kind: PlanStepKind, role: Role, today: date) -> None:
    """Raise ``Refused`` where a role may not take a step on a plan as it stands.

    ``plan_step_not_yours``; ``plan_not_draft``, ``plan_not_proposed``, ``plan_not_published``; for what is
    cancelled ``plan_in_force`` or ``plan_over``.
    """
    if kind not in STEPS_OF.get(role, ()):
        raise Refused("plan_step_not_yours")
    state, code = _FROM[kind]
    if plan.state is not state:
        raise Refused(code, plan=plan.id)
    if kind is PlanStepKind.CANCEL and plan.valid_from <= today:
        raise Refused(
            "plan_over" if is_over(plan, today) else "plan_in_force", since=plan.valid_from.isoformat()
        )


def next_steps(plan: CoveragePlan, role: Role, today: date) -> tuple[PlanStepKind, ...]:
    """Return the steps that a role may take on a plan next, in the order of their buttons."""
    return tuple(kind for kind in STEPS_OF.get(role, ()) if _may(plan, kind, role, today))


def is_over(plan: CoveragePlan, today: date) -> bool:
    """Return whether a plan's last day is past, or it never had one."""
    return plan.valid_to is not None and plan.valid_to <= max(today, plan.valid_from)


def is_in_force(plan: CoveragePlan, on: date) -> bool:
    """Return whether a published plan says who covers on a day."""
    begun = plan.state is PlanState.PUBLISHED and plan.valid_from <= on
    return begun and (plan.valid_to is None or on < plan.valid_to)


def check_day(on: date, today: date) -> None:
    """Raise ``Refused('plan_day_past')`` for a first day before today: what was so stays so."""
    if on < today:
        raise Refused("plan_day_past", today=today.isoformat())


def read_words(words: str, *, required: bool = False) -> str:
    """Return a note or reason with single spaces.

    Raises ``Refused``: ``plan_words_missing``, ``plan_words_long``, ``plan_words_unprintable``.
    """
    text = "\n".join(" ".join(line.split()) for line in words.strip().splitlines())
    if required and not text:
        raise Refused("plan_words_missing")
    if len(text) > LONGEST_WORDS:
        raise Refused("plan_words_long", most=LONGEST_WORDS)
    if not text.replace("\n", "").isprintable():
        raise Refused("plan_words_unprintable")
    return text


def _may(plan: CoveragePlan, kind: PlanStepKind, role: Role, today: date) -> bool:
    try:
        check_step(plan, kind, role, today)
    except Refused:
        return False
    return True
