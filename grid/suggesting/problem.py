"""The problem: units and leaders as arrays, what may be given to whom, and what was demanded by name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

NOBODY = -1
"""In ``Problem.today``: a unit that nobody leads yet; giving it to somebody is no change of a leader."""
UNCAPPED = -1

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


class DemandKind(StrEnum):
    """What a demand is about: each may be found to be in the way of the others."""

    PIN = "pin"
    FORBID = "forbid"
    BAR = "bar"
    CAP = "cap"
    CHANGES = "changes"
    """At most ``value`` units get another leader."""
    TARGET = "target"
    """No leader above ``value``."""
    PIECES = "pieces"
    """No leader's areas in more pieces than today."""


@dataclass(frozen=True, slots=True)
class Demand:
    """One named demand; ``unit`` and ``leader`` are places in the arrays, none where it is about none."""

    kind: DemandKind
    unit: int | None = None
    leader: int | None = None
    value: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """What a suggestion is asked for.

    Of n units and m leaders: ``unit_ids`` (n), ``leader_ids`` (m); ``workloads`` (n, whole, ≥ 0);
    ``today`` (n, place of the leader or ``NOBODY``); ``has_place`` (n, no for departments, which have no
    pieces); ``edges`` (e × 2, places of units that share a border or are linked, each once); ``fixed``
    (m, load that cannot be moved, such as parts that a leader helps with already); ``shares`` (m, per cent of
    a full share, 0–100); ``demands`` are all that was demanded by name: pins, forbidden pairs, caps.

    ``most_changes`` is how many units may get another leader; ``most_helpers`` how many helpers may be added;
    ``target`` none asks for the least possible heaviest load, otherwise for the fewest changes that reach it.
    The heaviest load is the largest of 100·load/share over the leaders with a share, rounded up; a leader
    with a share of 0 gets nothing new.
    """

    unit_ids: tuple[int, ...]
    leader_ids: tuple[int, ...]
    workloads: Ints
    today: Ints
    has_place: Flags
    edges: Ints
    fixed: Ints
    shares: Ints
    demands: tuple[Demand, ...] = ()
    most_changes: int = 0
    most_helpers: int = 0
    target: int | None = None


@dataclass(frozen=True, slots=True)
class UnitMove:
    """One unit to another leader, as places in the problem's arrays."""

    unit: int
    leader: int


@dataclass(frozen=True, slots=True)
class Help:
    """A leader who takes ``amount`` of a unit's workload, as places in the problem's arrays."""

    unit: int
    leader: int
    amount: int


class Certainty(StrEnum):
    """What is proven of the best plan so far."""

    SEARCHING = "searching"
    """The floor says nothing useful yet."""
    BOUNDED = "bounded"
    """At most ``heaviest − floor`` from the best possible."""
    PROVEN = "proven"
    """Nothing better exists under the demands."""
    INFEASIBLE = "infeasible"
    """No plan meets all demands: proven."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How a search stands after ``seconds``: the best so far (``moves`` in no order, ``helps``) and a floor.

    ``heaviest`` is none while no plan that meets all demands is known; ``today`` is the heaviest load of
    today's plan; ``whole_units_floor`` is what moving whole units cannot beat however many may change,
    helpers apart.
    """

    certainty: Certainty
    today: int
    heaviest: int | None
    floor: int
    whole_units_floor: int
    moves: tuple[UnitMove, ...]
    helps: tuple[Help, ...]
    seconds: float
