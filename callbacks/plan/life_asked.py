"""What a browser says on the page of a plan's life: read here and trusted nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from grid.coverage import Bar, BarReason
from grid.ids import LARGEST_ID
from grid.planning.lifecycle import PlanStepKind
from grid.refusals import Refused

_LONGEST_NUMBER = 18


@dataclass(frozen=True, slots=True)
class Seen:
    """A plan as it was seen; id 0 is none."""

    plan_id: int = 0
    version: int = 0


def read_plan(value: object) -> int:
    """Return the plan that an address names, 0 for none; raises ``Refused('plan_unknown')``."""
    if value is None or value == "":
        return 0
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _LONGEST_NUMBER:
        return int(value)
    raise Refused("plan_unknown")


def read_seen(data: object) -> Seen:
    """Return which plan was seen; raises ``Refused('plan_unknown')``."""
    if not isinstance(data, dict):
        raise Refused("plan_unknown")
    return Seen(_whole(data.get("plan")), _whole(data.get("version")))


def read_step(button: object) -> PlanStepKind:
    """Return the step of a button; raises ``Refused('plan_step_not_yours')``."""
    step = button.get("step") if isinstance(button, dict) else None
    try:
        return PlanStepKind(step) if isinstance(step, str) else PlanStepKind("")
    except ValueError:
        raise Refused("plan_step_not_yours") from None


def read_said(states: object, name: str) -> object:
    """Return what stands in the field of a name among the fields of a pattern, none where there is none."""
    fields = states if isinstance(states, list) else []
    ours = (one for one in fields if isinstance(one, dict) and isinstance(one.get("id"), dict))
    return next((one.get("value") for one in ours if one["id"].get("step") == name), None)


def read_text(value: object) -> str:
    """Return a text, empty for anything else."""
    return value if isinstance(value, str) else ""


def read_date(value: object) -> date:
    """Return a day; raises ``Refused('plan_day_unreadable')``."""
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise Refused("plan_day_unreadable") from None


def read_choice(value: object) -> int | None:
    """Return the id of what is chosen, none where nothing is."""
    return value if type(value) is int and 0 < value <= LARGEST_ID else None


def read_bar(leader: object, unit: object, reason: object, said: tuple[object, object, object]) -> Bar:
    """Return a bar as the form has it; ``said`` are words, first and last day.

    Raises ``Refused``: ``bar_pair_unknown``, ``plan_day_unreadable``.
    """
    words, since, until = said
    who, what = read_choice(leader), read_choice(unit)
    if who is None or what is None or not isinstance(reason, str) or reason not in set(BarReason):
        raise Refused("bar_pair_unknown")
    end = read_date(until) if until else None
    return Bar(0, who, what, BarReason(reason), read_text(words), read_date(since), end)


def read_bar_id(button: object) -> int:
    """Return the bar of a button; raises ``Refused('bar_unknown')``."""
    found: Any = button.get("step") if isinstance(button, dict) else None
    if type(found) is not int or found < 1:
        raise Refused("bar_unknown")
    return min(found, LARGEST_ID)


def _whole(value: object) -> int:
    if type(value) is not int or not 0 <= value <= LARGEST_ID:
        raise Refused("plan_unknown")
    return value
