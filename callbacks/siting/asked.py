"""What an address asks of siting, trusting nothing in it; and the address of a state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlencode

from grid.ids import LARGEST_ID
from grid.refusals import Refused
from grid.siting.questions import Demand, Goal, SitingQuestion, Way

PAGE_PATH, EXPORT_PATH = "/siting", "/siting/export.xlsx"
RADII = {Way.LINE: 2000, Way.TABLE: 20}
"""What is asked unless said otherwise: metres, minutes."""
Choice = TypeVar("Choice", bound=StrEnum)


class View(StrEnum):
    """What the map's villages tell."""

    REACH = "reach"
    ACCESS = "access"


@dataclass(frozen=True, slots=True)
class Asked:
    """A state of the page: a question, the map's view, and the run whose choice is shown."""

    question: SitingQuestion = SitingQuestion()  # noqa: RUF009  frozen
    view: View = View.REACH
    run: int | None = None

    def address(self, path: str = PAGE_PATH, **changes: Any) -> str:
        """Return the address of this state with some changes."""
        state, asked = replace(self, **changes), self.question
        fields = {
            "county": asked.within,
            "demand": asked.demand.value,
            "way": asked.way.value,
            "goal": asked.goal.value,
            "radius": asked.radius,
            "most": asked.most,
            "view": state.view.value,
            "run": state.run,
        }
        return (
            f"{path}?{urlencode({name: str(value) for name, value in fields.items() if value is not None})}"
        )

    def fields(self) -> dict[str, Any]:
        """Return the state as plain fields, as an address has them."""
        asked = self.question
        return {
            "county": "" if asked.within is None else str(asked.within),
            "demand": asked.demand.value,
            "way": asked.way.value,
            "goal": asked.goal.value,
            "radius": str(asked.radius),
            "most": str(asked.most),
            "view": self.view.value,
        }


def read_address(query: Mapping[str, object]) -> Asked:
    """Return what query values ask for; what is no choice is as if it were not there.

    Raises ``Refused`` where a number is out of bounds: ``siting_radius``, ``siting_points``.
    """
    way = _choice(Way, query.get("way")) or Way.LINE
    goal = _choice(Goal, query.get("goal")) or Goal.COVER
    demand = _choice(Demand, query.get("demand")) or Demand.RESIDENTS
    radius, most = _number(query.get("radius")), _number(query.get("most"))
    question = SitingQuestion(
        within=_number(query.get("county")),
        demand=demand,
        way=way,
        goal=goal,
        radius=RADII[way] if radius is None else radius,
        most=10 if most is None else most,
    )
    run = _number(query.get("run"))
    is_run = run is not None and 0 < run <= LARGEST_ID
    return Asked(question, _choice(View, query.get("view")) or View.REACH, run if is_run else None)


def read_fields(data: object) -> Asked:
    """Return the state that a browser's store holds; raises ``Refused`` as ``read_address`` does."""
    if not isinstance(data, dict):
        raise Refused("siting_points", most=0)
    return read_address(data)


def read_run(data: object) -> int:
    """Return a run's id out of a browser's store; raises ``Refused('run_unknown')``."""
    if isinstance(data, bool) or not isinstance(data, int) or not 0 < data <= LARGEST_ID:
        raise Refused("run_unknown", run=0)
    return data


def _choice(choices: type[Choice], value: object) -> Choice | None:
    return choices(value) if isinstance(value, str) and value in set(choices) else None


def _number(value: object) -> int | None:
    """Return a whole number of a sane length."""
    is_number = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 18
    return int(value) if is_number else None  # type: ignore[call-overload]
