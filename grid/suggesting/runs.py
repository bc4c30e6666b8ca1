"""Runs (运算): work of the suggester and of siting that goes on while a page looks, and may be stopped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from grid.planning.edits import Edit, EditKind
from grid.suggesting.problem import Certainty, DemandKind


class RunKind(StrEnum):
    """What is worked out."""

    COVERAGE = "coverage"
    """包片建议."""
    PATCHES = "patches"
    """网格分工建议."""
    SITING = "siting"
    """代办点布局."""


class RunStatus(StrEnum):
    """How a run stands."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it is kept, of whatever kind.

    ``asked`` is what was asked for, ``state`` what was last found (empty before anything was), both JSON;
    ``error`` is a code with words under ``refusals``; ``seconds`` since it began, to its end where it ended.
    """

    id: int
    kind: RunKind
    status: RunStatus
    asked: Mapping[str, Any]
    state: Mapping[str, Any]
    error: str | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a suggestion, in the order in which each is legal.

    ``unit_id`` goes from ``from_id`` (none: nobody had it) to ``leader_id``; where ``amount`` is given that
    leader helps with so much of it instead. ``heaviest_after`` is the heaviest load once this step and those
    before it are taken; ``heaviest_without`` what it would be with all steps but this one, none where the
    others cannot stand without it.
    """

    unit_id: int
    leader_id: int
    from_id: int | None
    amount: int | None
    heaviest_after: int
    heaviest_without: int | None
    already: int = 0

    @property
    def edit(self) -> Edit:
        """The step as an edit of the draft."""
        if self.amount is None:
            return Edit(EditKind.GIVE, self.unit_id, self.leader_id)
        return Edit(EditKind.HELP, self.unit_id, self.leader_id, value=self.already + self.amount)


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """With at most ``changes`` units moved: the least heaviest load known, and what none can be below."""

    changes: int
    heaviest: int | None
    floor: int


@dataclass(frozen=True, slots=True)
class HelperGain:
    """With at most ``helpers`` helpers added, and the changes that were asked for."""

    helpers: int
    heaviest: int | None
    floor: int


@dataclass(frozen=True, slots=True)
class SplitGain:
    """With ``unit_id`` given out by its ``parts`` towns, and the changes asked for (a town is one)."""

    unit_id: int
    parts: int
    heaviest: int | None
    floor: int


@dataclass(frozen=True, slots=True)
class NamedDemand:
    """A demand by the ids of what it is about: ``grid.suggesting.problem.Demand``."""

    kind: DemandKind
    unit_id: int | None = None
    leader_id: int | None = None
    value: int | None = None


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A way out of a conflict, verified: one demand changed to ``to``, or lifted where that is none."""

    demand: NamedDemand
    to: int | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Demands that cannot all be met, of which none can be left out, and ways out, the cheapest first.

    Where no single change does, ``together`` are changes that do all at once. ``is_minimal`` is no where time
    ended before it was known that each of the demands is needed.
    """

    demands: tuple[NamedDemand, ...]
    relaxations: tuple[Relaxation, ...]
    together: tuple[Relaxation, ...] = ()
    is_minimal: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """What a run of the suggester has found so far, in ids; the curve and the gains come after the steps.

    ``is_ordered`` is no where no order was found in which each step is legal. ``whole_units_floor`` is what
    moving whole units cannot beat, however many.
    """

    certainty: Certainty
    today: int
    heaviest: int | None
    floor: int
    whole_units_floor: int
    steps: tuple[Step, ...] = ()
    is_ordered: bool = True
    curve: tuple[CurvePoint, ...] = ()
    helper_gains: tuple[HelperGain, ...] = ()
    split_gains: tuple[SplitGain, ...] = ()
    conflict: Conflict | None = None
    is_explained: bool = False
    """Whether curve, gains and conflict are all there."""


@dataclass(frozen=True, slots=True)
class RunState:
    """How a run of the suggester stands; ``found`` is none before anything was.

    ``error`` is a code with words under ``refusals``; ``seconds`` since it began, to its end where it ended.
    """

    id: int
    status: RunStatus
    seconds: float
    found: Found | None
    error: str | None = None

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The suggestion as edits of the draft, in a legal order."""
        return tuple(step.edit for step in self.found.steps) if self.found else ()
