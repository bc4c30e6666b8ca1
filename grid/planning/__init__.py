"""Planning (包片调整): what a plan asks of each leader, what a change of it does, what stands in its way."""

from grid.planning.changes import LONGEST_NAME, Change, changes, read_name
from grid.planning.differences import edits_between
from grid.planning.edits import LARGEST_VALUE, Edit, EditKind, apply_edits
from grid.planning.issues import OVERLOAD_RATIO, IssueCode, PlanIssue, issues
from grid.planning.lifecycle import PlanStep, PlanStepKind
from grid.planning.loads import (
    Balance,
    Floor,
    Load,
    balance,
    connected_pieces,
    floor,
    gini,
    held_parts,
    loads,
    shares_of,
)
from grid.planning.standing import (
    portions,
    standing_borders,
    standing_units,
    unit_workloads,
    wholes,
)
from grid.planning.travel import travel_km

__all__ = [
    "LARGEST_VALUE",
    "LONGEST_NAME",
    "OVERLOAD_RATIO",
    "Balance",
    "Change",
    "Edit",
    "EditKind",
    "Floor",
    "IssueCode",
    "Load",
    "PlanIssue",
    "PlanStep",
    "PlanStepKind",
    "apply_edits",
    "balance",
    "changes",
    "connected_pieces",
    "edits_between",
    "floor",
    "gini",
    "held_parts",
    "issues",
    "loads",
    "portions",
    "read_name",
    "shares_of",
    "standing_borders",
    "standing_units",
    "travel_km",
    "unit_workloads",
    "wholes",
]
