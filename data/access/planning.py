"""Who sees and does what about coverage plans, workloads, runs of the suggester, patches and siting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from data.access.policies import (
    CARDS,
    OWN,
    OWNER,
    SERVICE_READERS,
    WALL,
    Grant,
    Policy,
    groups,
    is_role,
    reading,
    writing,
)
from data.access.roles import GROUPS
from grid.principals import Role

PLANNERS = groups(Role.PLANNER, Role.APPROVER)
"""Who draws plans up, and who approves them."""
WORKLOAD_READERS = (*CARDS, *groups(Role.BUREAU, Role.PLANNER))
"""CARDS holds leaders and approvers: counts by unit, village and grid, and no matter."""
RUNNERS = (Role.PLANNER, Role.APPROVER, Role.LEADER, Role.BUREAU)
"""Whose pages start runs: the suggester's and siting's."""
_ROLES = {group: role for role, group in GROUPS.items()}

GRANTS: tuple[Grant, ...] = (
    Grant("coverage_plan", "SELECT", (*WALL, *groups(Role.PLANNER))),
    Grant("assignment", "SELECT", (*WALL, *groups(Role.PLANNER))),
    # No column whose foreign key would tell of rows that a planner may not read.
    Grant("coverage_plan", "INSERT", groups(Role.PLANNER),
          ("name", "state", "valid_from", "valid_to", "base_id", "created_by", "formula")),
    Grant("coverage_plan", "UPDATE", groups(Role.PLANNER), ("name", "version", "state", "formula")),
    # Sent back only: days of plans are changed by ``data.access.plan_functions`` alone.
    Grant("coverage_plan", "UPDATE", groups(Role.APPROVER), ("version", "state")),
    Grant("coverage_plan", "DELETE", groups(Role.PLANNER)),
    Grant("assignment", "INSERT", groups(Role.PLANNER),
          ("plan_id", "unit_id", "leader_id", "kind", "cases")),
    Grant("assignment", "DELETE", groups(Role.PLANNER)),
    Grant("plan_rule", "SELECT", PLANNERS),
    Grant("plan_rule", "INSERT", groups(Role.PLANNER),
          ("plan_id", "kind", "unit_id", "leader_id", "other_id", "value")),
    Grant("plan_rule", "DELETE", groups(Role.PLANNER)),
    Grant("plan_step", "SELECT", PLANNERS),
    Grant("plan_step", "INSERT", PLANNERS,
          ("plan_id", "kind", "on_day", "words", "principal", "official")),
    Grant("leader_bar", "SELECT", PLANNERS),
    Grant("leader_bar", "INSERT", groups(Role.PLANNER),
          ("leader_id", "unit_id", "reason", "words", "valid_from", "valid_to", "principal")),
    Grant("leader_bar", "UPDATE", groups(Role.PLANNER), ("valid_to",)),
    Grant("workload_formula", "SELECT", (*WALL, *groups(Role.PLANNER))),
    Grant("workload_formula", "INSERT", groups(Role.PLANNER),
          ("version", "name", "valid_from", "cases", "open", "overdue", "due_soon", "population",
           "created_by")),
    Grant("unit_workload", "SELECT", WORKLOAD_READERS),
    Grant("area_workload", "SELECT", WORKLOAD_READERS),
    Grant("planning_run", "SELECT", groups(*RUNNERS)),
    Grant("planning_run", "INSERT", groups(*RUNNERS), ("kind", "status", "principal", "asked")),
    Grant("planning_run", "UPDATE", groups(*RUNNERS),
          ("status", "state", "stop_asked", "seen_at", "ended_at")),
    Grant("patch_plan", "SELECT", PLANNERS),
    Grant("patch_plan", "INSERT", groups(Role.PLANNER), ("town_id", "name", "state", "created_by")),
    Grant("patch_plan", "UPDATE", groups(Role.PLANNER), ("name", "version", "state", "proposed_by")),
    Grant("patch_plan", "DELETE", groups(Role.PLANNER)),
    Grant("patch_assignment", "SELECT", PLANNERS),
    Grant("patch_assignment", "INSERT", groups(Role.PLANNER), ("plan_id", "area_id", "account_id")),
    Grant("patch_assignment", "DELETE", groups(Role.PLANNER)),
    Grant("travel_time", "SELECT", SERVICE_READERS),
)  # fmt: skip

_DRAFT = "state = 'draft'"
_IN_HAND = "state IN ('draft', 'proposed')"
"""A planner proposes a draft and takes a proposal back."""
_IN_FORCE = "state = 'published'"
_CREATED = "created_by = (SELECT access.my_public_id())"
_OWN_PROPOSAL = "(proposed_by IS NULL OR proposed_by = (SELECT access.my_public_id()))"
"""Nobody proposes in another's name, who could then approve it."""


def _of(plans: str, condition: str) -> str:
    """Return the condition that a row's plan meets a condition; worked out once a statement."""
    return f"plan_id = ANY ((SELECT array(SELECT id FROM {plans} WHERE {condition}))::bigint[])"  # noqa: S608


def _reads(table: str, roles: Iterable[str], condition: str) -> Iterator[Policy]:
    for group in roles:
        yield Policy(table, f"{group}_reads", "SELECT", (group,), f"{is_role(_ROLES[group])} AND {condition}")


def _plans(table: str, in_force: str) -> Iterator[Policy]:
    yield from reading(table, PLANNERS)
    yield from _reads(table, groups(Role.LEADER, Role.BUREAU, Role.KIOSK), in_force)


def _runs() -> Iterator[Policy]:
    for role in RUNNERS:
        yield from _reads("planning_run", groups(role), OWN)
        yield from writing("planning_run", role, OWN, "INSERT UPDATE")


def _changes(table: str, role: Role, using: str, check: str) -> Policy:
    """Return the policy by which a role changes rows that meet ``using`` into ones that meet ``check``."""
    mine = is_role(role)
    return Policy(
        table, f"{GROUPS[role]}_updates", "UPDATE", groups(role), f"{mine} AND {using}", f"{mine} AND {check}"
    )


POLICIES: tuple[Policy, ...] = (
    *_plans("coverage_plan", _IN_FORCE),
    *_plans("assignment", _of("coverage_plan", _IN_FORCE)),
    *writing("coverage_plan", Role.PLANNER, _DRAFT, "INSERT DELETE"),
    _changes("coverage_plan", Role.PLANNER, _IN_HAND, _IN_HAND),
    _changes("coverage_plan", Role.APPROVER, "state = 'proposed'", _DRAFT),
    *writing("assignment", Role.PLANNER, _of("coverage_plan", _DRAFT), "INSERT DELETE"),
    *reading("plan_rule", PLANNERS),
    *writing("plan_rule", Role.PLANNER, _of("coverage_plan", _DRAFT), "INSERT DELETE"),
    *reading("plan_step", PLANNERS),
    *writing("plan_step", Role.PLANNER, f"{OWN} AND kind IN ('save', 'propose', 'withdraw')", "INSERT"),
    *writing(
        "plan_step", Role.APPROVER, f"{OWN} AND kind IN ('return', 'publish', 'cancel', 'restore')", "INSERT"
    ),
    *(
        Policy(table, "owner_keeps", "ALL", (OWNER,), "true", "true")
        for table in ("coverage_plan", "assignment")
    ),
    Policy("plan_step", "owner_finds_proposers", "SELECT", (OWNER,), "true"),
    *reading("leader_bar", PLANNERS),
    *writing("leader_bar", Role.PLANNER, OWN, "INSERT"),
    *writing("leader_bar", Role.PLANNER, commands="UPDATE"),
    *reading("workload_formula", (*WALL, *groups(Role.PLANNER))),
    *writing("workload_formula", Role.PLANNER, commands="INSERT"),
    *reading("unit_workload", WORKLOAD_READERS),
    *reading("area_workload", WORKLOAD_READERS),
    *_runs(),
    *reading("patch_plan", PLANNERS),
    *writing("patch_plan", Role.PLANNER, f"{_DRAFT} AND {_CREATED}", "INSERT"),
    *writing("patch_plan", Role.PLANNER, _DRAFT, "DELETE"),
    _changes("patch_plan", Role.PLANNER, _IN_HAND, f"{_IN_HAND} AND {_OWN_PROPOSAL}"),
    Policy("patch_plan", "owner_keeps", "ALL", (OWNER,), "true", "true"),
    Policy("patch_assignment", "owner_finds_patches", "SELECT", (OWNER,), "true"),
    *reading("patch_assignment", PLANNERS),
    *writing("patch_assignment", Role.PLANNER, _of("patch_plan", _DRAFT), "INSERT DELETE"),
    *reading("travel_time", SERVICE_READERS),
)
