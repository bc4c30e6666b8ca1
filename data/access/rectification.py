"""Who sees and does what about clocks, indicators, listings (挂牌整治) and supervision (督办)."""

from __future__ import annotations

from collections.abc import Iterator

from data.access.policies import (
    CARDS,
    DETAILS,
    OF_VISIBLE,
    OWN,
    WALL,
    Grant,
    Policy,
    groups,
    is_role,
    reading,
    writing,
)
from data.access.roles import GROUPS
from data.supervision.book import procedure_book
from grid.principals import Role

ANSWERABLE = groups(Role.TOWN, Role.UNIT)
"""Who answers for units: what is told of a unit they see of their own."""
UNIT_READERS = (*CARDS, *groups(Role.BUREAU))
"""Who sees every unit's indicators, listings and supervision."""
_SEEING = (*UNIT_READERS, *ANSWERABLE)
_ROLES = {group: role for role, group in GROUPS.items()}

GRANTS: tuple[Grant, ...] = (
    Grant("listing", "SELECT", (*WALL, *groups(Role.PLANNER), *ANSWERABLE)),
    Grant("listing", "INSERT", groups(Role.BUREAU),
          ("unit_id", "quarter", "state", "rank", "score", "reason", "snapshot_id", "evidence")),
    Grant("listing", "UPDATE", groups(Role.BUREAU), ("state",)),
    Grant("listing", "UPDATE", groups(Role.APPROVER), ("state", "listed_on", "approver")),
    Grant("listing_step", "SELECT", _SEEING),
    Grant("listing_step", "INSERT", (*groups(Role.BUREAU, Role.APPROVER, Role.LEADER), *ANSWERABLE),
          ("listing_id", "kind", "on_day", "official", "words", "principal")),
    Grant("score_scheme", "SELECT", (*_SEEING, *groups(Role.ADMIN))),
    Grant("score_scheme", "INSERT", groups(Role.ADMIN),
          ("version", "name", "valid_from", "minimum_n", "content", "with_visits", "created_by")),
    Grant("quarter_snapshot", "SELECT", _SEEING),
    Grant("snapshot_matter", "SELECT", _SEEING),
    Grant("indicator_sum", "SELECT", _SEEING),
    Grant("supervision_case", "SELECT", _SEEING),
    Grant("supervision_case", "INSERT", groups(Role.BUREAU, Role.TOWN),
          ("procedure", "version", "petition_id", "unit_id", "leader_id", "opened_on", "opened_by",
           "reason")),
    Grant("supervision_case", "UPDATE", groups(Role.BUREAU, Role.TOWN),
          ("ended_at", "withdrawn", "outcome")),
    Grant("supervision_step", "SELECT", _SEEING),
    Grant("supervision_step", "INSERT", (*groups(Role.BUREAU, Role.LEADER, Role.APPROVER), *ANSWERABLE),
          ("case_id", "step", "turn", "done_on", "official", "words", "principal")),
    Grant("calendar_day", "INSERT, UPDATE, DELETE", groups(Role.ADMIN)),
    Grant("clock_rule", "INSERT, UPDATE", groups(Role.ADMIN)),
    Grant("clock_proposal", "SELECT", groups(Role.ADMIN)),
    Grant("clock_proposal", "INSERT", groups(Role.ADMIN), ("kind", "content", "principal")),
    Grant("clock_proposal", "UPDATE", groups(Role.ADMIN), ("settled_at", "outcome")),
    Grant("clock_event", "SELECT", DETAILS),
    Grant("clock_event", "INSERT", groups(Role.BUREAU),
          ("petition_id", "kind", "on_day", "days", "approver", "reason", "clock", "principal")),
    Grant("open_clock", "SELECT", (*CARDS, *DETAILS)),
    # Whoever takes a step tells every screen.
    Grant("data_version", "UPDATE", (*groups(Role.APPROVER, Role.LEADER), *ANSWERABLE),
          ("number", "changed_at")),
)  # fmt: skip

_OWN_UNITS = {
    Role.UNIT: "unit_id = ANY ((SELECT access.my_units())::bigint[])",
    Role.TOWN: "unit_id = ANY ((SELECT array(SELECT u.id FROM unit u WHERE u.area_id = ANY"
    " (access.my_towns() || access.my_counties())))::bigint[])",
}
"""Units of a unit's account; those of the areas of a town's."""
_CASE_VISIBLE = "EXISTS (SELECT FROM supervision_case c WHERE c.id = case_id)"
_CASE_OPEN = "EXISTS (SELECT FROM supervision_case c WHERE c.id = case_id AND c.ended_at IS NULL)"
_MATTER_VISIBLE = f"(petition_id IS NULL OR {OF_VISIBLE})"
"""A case on a matter is seen by whoever sees the matter: recusals hold for it too."""
_OPENED = "opened_by = (SELECT access.my_public_id())"
_OWN_CALL = f"(procedure = 'whistle' AND {_OPENED})"
"""吹哨: a town calls departments, and it alone ends the call."""
_LISTING_VISIBLE = "EXISTS (SELECT FROM listing l WHERE l.id = listing_id)"
_STEPS_OF_BUREAU = "kind IN ('propose', 'plan', 'report', 'explain', 'call_in')"
_STEPS_OF_APPROVER = "kind IN ('list', 'reject', 'delist', 'call_in')"
_STEPS_OF_UNIT = "kind IN ('plan', 'report', 'explain')"


def _reads(table: str, group: str, condition: str) -> Policy:
    """Return the policy by which a role reads some rows; its token must be of that very role."""
    return Policy(table, f"{group}_reads", "SELECT", (group,), f"{is_role(_ROLES[group])} AND {condition}")


def _seeing_all() -> Iterator[Policy]:
    for table, condition in (
        ("snapshot_matter", OF_VISIBLE),
        ("supervision_case", _MATTER_VISIBLE),
        ("supervision_step", _CASE_VISIBLE),
    ):
        for group in UNIT_READERS:
            yield _reads(table, group, condition)
    for table in ("indicator_sum", "listing_step"):
        yield from reading(table, UNIT_READERS)
    for table in ("quarter_snapshot", "score_scheme"):
        yield from reading(table, _SEEING)
    yield from reading("score_scheme", groups(Role.ADMIN))
    yield from reading("listing", (*UNIT_READERS, *groups(Role.PLANNER)))
    yield _reads("listing", GROUPS[Role.KIOSK], "state <> 'rejected'")


def _seeing_own() -> Iterator[Policy]:
    for role, own in _OWN_UNITS.items():
        group = GROUPS[role]
        case = f"({own} OR {_OWN_CALL})" if role is Role.TOWN else own
        yield _reads("listing", group, own)
        yield _reads("listing_step", group, _LISTING_VISIBLE)
        yield _reads("indicator_sum", group, own)
        yield _reads("snapshot_matter", group, OF_VISIBLE)
        yield _reads("supervision_case", group, f"{case} AND {_MATTER_VISIBLE}")
        yield _reads("supervision_step", group, _CASE_VISIBLE)


def _listing() -> Iterator[Policy]:
    """Only an approver lists, rejects and delists."""
    yield from writing("score_scheme", Role.ADMIN, commands="INSERT")
    yield from writing("listing", Role.BUREAU, "state = 'proposed'", "INSERT")
    # It agrees to a unit's plan; a proposal's state it cannot change.
    yield from writing("listing", Role.BUREAU, "state IN ('listed', 'rectifying')", "UPDATE")
    yield from writing("listing", Role.APPROVER, commands="UPDATE")
    steps = {
        Role.BUREAU: _STEPS_OF_BUREAU,
        Role.APPROVER: _STEPS_OF_APPROVER,
        Role.LEADER: "kind = 'call_in'",
        Role.TOWN: _STEPS_OF_UNIT,
        Role.UNIT: _STEPS_OF_UNIT,
    }
    for role, kinds in steps.items():
        yield from writing("listing_step", role, f"{OWN} AND {_LISTING_VISIBLE} AND {kinds}", "INSERT")


def _supervising() -> Iterator[Policy]:
    """Each role takes the steps that procedures give to it: only an approver signs a matter on and off."""
    visible = f"procedure <> 'whistle' AND {_MATTER_VISIBLE}"
    yield from writing("supervision_case", Role.BUREAU, f"{_OPENED} AND {visible}", "INSERT")
    yield from writing("supervision_case", Role.BUREAU, visible, "UPDATE")
    yield from writing("supervision_case", Role.TOWN, f"{_OWN_CALL} AND {_MATTER_VISIBLE}", "INSERT UPDATE")
    for role in (Role.BUREAU, Role.LEADER, Role.APPROVER, Role.TOWN, Role.UNIT):
        steps = f"step = ANY ('{{{','.join(procedure_book().steps_of([role]))}}}'::text[])"
        yield from writing("supervision_step", role, f"{OWN} AND {_CASE_OPEN} AND {steps}", "INSERT")


def _clocking() -> Iterator[Policy]:
    """Clocks of a matter are seen by whoever sees the matter."""
    for group in DETAILS:
        yield _reads("clock_event", group, OF_VISIBLE)
    for group in (*CARDS, *DETAILS):
        yield _reads("open_clock", group, OF_VISIBLE)
    yield from writing("clock_event", Role.BUREAU, f"{OWN} AND {OF_VISIBLE}", "INSERT")
    yield from reading("clock_proposal", groups(Role.ADMIN))
    yield from writing("clock_proposal", Role.ADMIN, OWN, "INSERT")
    yield from writing("clock_proposal", Role.ADMIN, commands="UPDATE")
    yield from writing("calendar_day", Role.ADMIN)
    yield from writing("clock_rule", Role.ADMIN, commands="INSERT UPDATE")
    for role in (Role.APPROVER, Role.LEADER, Role.TOWN, Role.UNIT):
        yield from writing("data_version", role, commands="UPDATE")


POLICIES: tuple[Policy, ...] = (
    *_seeing_all(),
    *_seeing_own(),
    *_listing(),
    *_supervising(),
    *_clocking(),
)
