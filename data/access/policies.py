"""Who is granted what, and which rows: the whole of it, declared table by table. Nothing else is granted.

Every table has row level security, FORCEd, so that a table without a line here shows nothing to anyone. Two
locks stand one behind the other: a GRANT to the role that the transaction became, and a policy that asks the
token whose session it is. An injected ``SET ROLE`` passes the first only.

Formulations matter: ``x = ANY ((SELECT f())::bigint[])`` is worked out once a statement and keeps indexes
usable; ``EXISTS``, ``IN (subquery)`` and functions of the row cost a hundred times as much.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from data.access.roles import GROUPS
from grid.principals import Role

OWNER = "CURRENT_ROLE"
"""Whoever applies the policies: the owner, for what definer functions read."""


@dataclass(frozen=True, slots=True)
class Grant:
    """``commands`` on a table, or on some of its columns, to database roles."""

    table: str
    commands: str
    roles: tuple[str, ...]
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """Rows of a table that a role may see (``using``) and leave behind (``check``)."""

    table: str
    name: str
    command: str
    roles: tuple[str, ...]
    using: str | None
    check: str | None = None
    restrictive: bool = False


def groups(*roles: Role) -> tuple[str, ...]:
    """Return the database roles of product roles."""
    return tuple(GROUPS[role] for role in roles)


ALL = tuple(GROUPS.values())
WALL = groups(Role.LEADER, Role.BUREAU, Role.APPROVER, Role.KIOSK)
CARDS = groups(Role.LEADER, Role.APPROVER)
"""Whole city, aggregates: no number, address or point of a matter."""
DETAILS = groups(Role.BUREAU, Role.TOWN, Role.UNIT, Role.WORKER)
"""Matters one by one, each role within its scope."""
PLACERS = groups(Role.CLERK, Role.BUREAU)
"""Who decides what an address means."""
SIGNED_IN = "(SELECT access.my_role()) IS NOT NULL"
NOT_ACCUSED = "id <> ALL ((SELECT access.my_recusals())::bigint[])"
NOT_ACCUSATION = "purpose <> 'accusation'"

AGGREGATE_COLUMNS = (
    "id", "channel", "purpose", "category", "track", "stage", "registered_on", "accepted_on", "due_on",
    "replied_on", "closed_on", "is_repeat", "submissions", "heads", "is_backlog", "evaluation", "unit_id",
    "received_on", "forwarded_on", "unit_received_on", "noticed_on", "notice_due_on", "evaluated_on",
    "resubmitted_on", "backlog_tier", "backlog_resolved_on", "head_read_on",
    "place_status", "granularity", "county_id", "town_id", "village_id", "grid_id", "functional_id",
)  # fmt: skip

PLACE_COLUMNS = (
    "place_status", "granularity", "place_method", "point", "county_id", "town_id", "village_id", "grid_id",
    "functional_id", "place_reasons", "place_candidates", "place_decision_id",
)  # fmt: skip
"""Where a matter is: what a decision on its address changes."""

REFERENCE = (
    "area", "area_shape", "area_border", "edition", "city_setting", "data_version", "calendar_day",
    "clock_rule", "derived_state",
)  # fmt: skip
"""The city's map, settings and rules: no matter, no person; for everyone who is signed in."""
PUBLISHED = (
    "published_state", "published_count", "published_placed", "published_figure", "published_month",
    "published_density",
)  # fmt: skip
HOTSPOTS = ("count_snapshot", "issue_site")
"""Free counts over the whole city: of those who may see it, and of no shared view."""
DUTY = ("unit", "leader")
SERVICE = ("service_station", "service_point", "service_headcount")
SERVICE_READERS = (*CARDS, *groups(Role.BUREAU, Role.WORKER, Role.PLANNER, Role.CLERK))
SECRET = ("login_session", "account", "account_scope", "sign_in_failure", "recusal", "audit", "audit_head")
"""What only definer functions, for the owner, read and write as a whole; the importer has no part in it."""


def is_role(role: Role) -> str:
    """Return the condition that the token's account has a role; worked out once a statement.

    The comparison is inside: outside, one row in 200 is expected of it, and sorting is planned for hashing.
    """
    return f"(SELECT access.my_role() = '{role.value}')"


GRANTS: tuple[Grant, ...] = (
    *(Grant(table, "SELECT", ALL) for table in REFERENCE),
    *(Grant(table, "SELECT", WALL) for table in PUBLISHED),
    *(Grant(table, "SELECT", (*CARDS, *groups(Role.BUREAU))) for table in HOTSPOTS),
    Grant("unit", "SELECT", (*WALL, *groups(Role.PLANNER, Role.TOWN, Role.UNIT, Role.ADMIN))),
    Grant("leader", "SELECT", (*WALL, *groups(Role.PLANNER))),
    Grant("service_station", "SELECT", SERVICE_READERS),
    Grant("service_point", "SELECT", SERVICE_READERS),
    Grant("service_headcount", "SELECT", SERVICE_READERS),
    Grant("petition", "SELECT", CARDS, AGGREGATE_COLUMNS),
    Grant("petition", "SELECT", DETAILS),
    # A clerk sees the address of what is to be placed: no number, no category, no day, no unit, no text.
    Grant("petition", "SELECT", groups(Role.CLERK),
          ("id", "address", "address_key", "datum", *PLACE_COLUMNS)),
    Grant("petition", "UPDATE", (*PLACERS, *groups(Role.WORKER)), PLACE_COLUMNS),
    Grant("gazetteer_entry", "SELECT", PLACERS),
    Grant("place_decision", "SELECT", PLACERS),
    Grant("place_decision", "INSERT", PLACERS,
          ("address_key", "verdict", "granularity", "area_id", "point", "principal")),
    Grant("place_decision", "UPDATE", PLACERS, ("undone_at", "undone_by")),
    Grant("place_change", "SELECT, INSERT", PLACERS),
    Grant("place_report", "SELECT", (*PLACERS, *groups(Role.WORKER))),
    Grant("place_report", "INSERT", groups(Role.WORKER),
          ("petition_id", "principal", "verdict", "point", "before")),
    Grant("place_report", "UPDATE", (*PLACERS, *groups(Role.WORKER)), ("settled_at",)),
    Grant("provider_answer", "SELECT", PLACERS),
    Grant("area_crosswalk", "SELECT", (*CARDS, *groups(Role.BUREAU, Role.PLANNER, Role.CLERK))),
    # Whoever moves matters tells every screen.
    Grant("data_version", "UPDATE", (*PLACERS, *groups(Role.ADMIN, Role.WORKER)), ("number", "changed_at")),
    Grant("city_setting", "INSERT, UPDATE", groups(Role.ADMIN)),
    Grant("import_batch", "SELECT", groups(Role.CLERK)),
    Grant("import_finding", "SELECT", groups(Role.CLERK)),
    Grant(
        "job", "SELECT", groups(Role.CLERK),
        ("id", "kind", "principal", "state", "step", "step_at", "done", "total", "unchanged", "attempts",
         "error_code", "error_facts", "batch_id", "upload_id", "cancel_asked", "created_at", "started_at",
         "ended_at"),
    ),
    Grant("job", "INSERT", groups(Role.CLERK), ("kind", "payload", "upload_id", "principal")),
    Grant("job", "UPDATE", groups(Role.CLERK), ("cancel_asked",)),
    Grant("upload", "SELECT, DELETE", groups(Role.CLERK)),
    Grant("upload", "INSERT", groups(Role.CLERK),
          ("key", "principal", "file_name", "sha256", "size", "content")),
    Grant("import_profile", "SELECT, DELETE", groups(Role.CLERK)),
    Grant("import_row", "SELECT", groups(Role.CLERK)),
    Grant("import_row", "UPDATE", groups(Role.CLERK), ("state",)),
    Grant("audit", "SELECT", groups(Role.AUDITOR)),
    Grant("audit_head", "SELECT", groups(Role.AUDITOR)),
    Grant(
        "account", "SELECT", groups(Role.ADMIN),
        ("id", "public_id", "login", "role", "disabled", "demo", "created_at"),
    ),
    Grant("account", "INSERT", groups(Role.ADMIN), ("public_id", "login", "role", "password_hash")),
    Grant("account", "UPDATE", groups(Role.ADMIN), ("role", "password_hash", "disabled")),
    Grant("account", "SELECT", groups(Role.BUREAU), ("id", "login", "role", "disabled")),
    Grant("account_scope", "SELECT, INSERT, DELETE", groups(Role.ADMIN)),
    Grant(
        "login_session", "SELECT", groups(Role.ADMIN),
        ("id", "account_id", "opened_at", "seen_at", "expires_at", "bound_to", "closed_at"),
    ),
    Grant(
        "login_session", "INSERT", groups(Role.ADMIN), ("account_id", "token_hash", "bound_to")
    ),
    Grant("login_session", "UPDATE", groups(Role.ADMIN), ("closed_at",)),
    Grant("recusal", "SELECT, INSERT, DELETE", groups(Role.BUREAU)),
)  # fmt: skip


def reading(table: str, roles: Iterable[str]) -> list[Policy]:
    """One policy for each role that reads all of a table: its token must be of that very role."""
    by_group = {group: role for role, group in GROUPS.items()}
    return [Policy(table, f"{group}_reads", "SELECT", (group,), is_role(by_group[group])) for group in roles]


def writing(
    table: str, role: Role, condition: str = "true", commands: str = "INSERT UPDATE DELETE"
) -> list[Policy]:
    """One policy a command by which a role writes the rows that meet a condition, before and after."""
    both = is_role(role) if condition == "true" else f"{is_role(role)} AND {condition}"
    made = []
    for command in commands.split():
        using, check = (None if command == "INSERT" else both), (None if command == "DELETE" else both)
        name = f"{GROUPS[role]}_{command.lower()}s"
        made.append(Policy(table, name, command, groups(role), using, check))
    return made


_NOT_OWN = "account_id <> (SELECT access.my_account())"
"""Nobody widens what they may see themselves."""
_OF_KIOSK = (
    "bound_to IS NOT NULL"
    " AND account_id = ANY ((SELECT array(SELECT id FROM account WHERE role = 'kiosk'))::bigint[])"
)
"""A session made for another account would be that account to the database."""
OF_VISIBLE = "EXISTS (SELECT FROM petition p WHERE p.id = petition_id)"
"""Row by row, since recusals are few: without it the foreign key would tell which ids accusations have."""


def _readers(table: str) -> tuple[str, ...]:
    """Return the roles granted to read a table."""
    return tuple(
        dict.fromkeys(
            role for grant in GRANTS if grant.table == table and "SELECT" in grant.commands
            for role in grant.roles
        )
    )  # fmt: skip


_REPORTED = (
    "(SELECT array(SELECT petition_id FROM place_report WHERE settled_at IS NULL AND verdict <> 'right'))"
    "::bigint[]"
)
TO_PLACE = f"(place_status <> 'accepted' OR place_decision_id IS NOT NULL OR id = ANY ({_REPORTED}))"
"""What is to be placed or was by a decision, and what a grid worker reported; never an accusation."""
OWN = "principal = (SELECT access.my_public_id())"
_OWN_UPLOAD = "(upload_id IS NULL OR upload_id = ANY ((SELECT array(SELECT id FROM upload))::bigint[]))"
_OF_NOT_ACCUSED = "petition_id <> ALL ((SELECT access.my_recusals())::bigint[])"
_OF_NO_ACCUSATION = "petition_id <> ALL ((SELECT access.reported_accusations())::bigint[])"
_DECIDED_FOR_VISIBLE = "EXISTS (SELECT FROM place_change c WHERE c.decision_id = place_decision.id)"
"""A decision on texts that only recused matters have is no business of theirs."""

_SCOPED: tuple[tuple[Role, str], ...] = (
    (Role.WORKER, "grid_id = ANY ((SELECT access.my_grids())::bigint[]) AND place_status = 'accepted'"),
    (
        Role.TOWN,
        "(town_id = ANY ((SELECT access.my_towns())::bigint[])"
        " OR county_id = ANY ((SELECT access.my_counties())::bigint[])) AND place_status = 'accepted'",
    ),
    (Role.UNIT, "unit_id = ANY ((SELECT access.my_units())::bigint[])"),
)

POLICIES: tuple[Policy, ...] = (
    *(
        Policy(table, "everyone_signed_in_reads", "SELECT", ALL, SIGNED_IN)
        for table in REFERENCE
    ),
    *(
        policy
        for table in (*PUBLISHED, *HOTSPOTS, *DUTY, *SERVICE, "import_batch", "import_finding", "import_row",
                      "import_profile", "gazetteer_entry",
                      "provider_answer", "area_crosswalk", "audit", "audit_head", "account",
                      "account_scope", "login_session", "recusal")
        for policy in reading(table, _readers(table))
    ),
    *reading("petition", (*CARDS, *groups(Role.BUREAU))),
    *(
        Policy("petition", f"{GROUPS[role]}_reads", "SELECT", groups(role), scope)
        for role, scope in _SCOPED
    ),
    Policy("petition", "fengtu_clerk_reads", "SELECT", groups(Role.CLERK),
           f"{is_role(Role.CLERK)} AND {TO_PLACE}"),
    # A statement that reads no column asks no policy of reading: recusals are said here again.
    *writing("petition", Role.CLERK, f"{NOT_ACCUSED} AND {TO_PLACE}", "UPDATE"),
    *writing("petition", Role.BUREAU, f"{NOT_ACCUSATION} AND {NOT_ACCUSED} AND {TO_PLACE}", "UPDATE"),
    *writing("petition", Role.WORKER, f"{NOT_ACCUSED} AND {dict(_SCOPED)[Role.WORKER]}", "UPDATE"),
    *(
        policy
        for role in (Role.CLERK, Role.BUREAU)
        for policy in (
            *writing("place_decision", role, OWN, "INSERT"),
            *writing("place_decision", role, commands="UPDATE"),
            *writing("place_change", role, OF_VISIBLE, "INSERT"),
            *writing("place_report", role, _OF_NOT_ACCUSED, "UPDATE"),
            *writing("data_version", role, commands="UPDATE"),
            Policy("place_decision", f"{GROUPS[role]}_reads", "SELECT", groups(role),
                   f"{is_role(role)} AND ({OWN} OR {_DECIDED_FOR_VISIBLE})"),
            Policy("place_change", f"{GROUPS[role]}_reads", "SELECT", groups(role),
                   f"{is_role(role)} AND {_OF_NOT_ACCUSED} AND {OF_VISIBLE}"),
            # That a place is right is nothing to decide: the matter stays as unknown to a clerk as before.
            Policy("place_report", f"{GROUPS[role]}_reads", "SELECT", groups(role),
                   f"{is_role(role)} AND {_OF_NOT_ACCUSED} AND {_OF_NO_ACCUSATION} AND verdict <> 'right'"),
        )
    ),
    Policy("place_report", "fengtu_worker_reads", "SELECT", groups(Role.WORKER),
           f"{is_role(Role.WORKER)} AND {OWN} AND {_OF_NOT_ACCUSED} AND {_OF_NO_ACCUSATION}"),
    *writing("place_report", Role.WORKER, f"{OWN} AND {OF_VISIBLE}", "INSERT UPDATE"),
    *writing("data_version", Role.WORKER, commands="UPDATE"),
    Policy("upload", "own_uploads", "SELECT", groups(Role.CLERK), f"{is_role(Role.CLERK)} AND {OWN}"),
    *writing("upload", Role.CLERK, OWN, "INSERT DELETE"),
    *writing("import_profile", Role.CLERK, commands="DELETE"),
    *writing("import_row", Role.CLERK, commands="UPDATE"),
    Policy("petition", "accusations_are_walled_off", "SELECT", ALL, NOT_ACCUSATION, restrictive=True),
    Policy("petition", "recusal", "SELECT", (*DETAILS, *groups(Role.CLERK)), NOT_ACCUSED, restrictive=True),
    Policy("import_row", "recusal", "SELECT", groups(Role.CLERK),
           "(SELECT access.my_recusals() = '{}') OR NOT access.names_recused(cells, key)", restrictive=True),
    Policy("petition", "owner_finds_recusals", "SELECT", (OWNER,),
           "id = ANY ((SELECT access.my_recusals())::bigint[])"),
    Policy("petition", "owner_counts_accusations", "SELECT", (OWNER,), "purpose = 'accusation'"),
    *writing("data_version", Role.ADMIN, commands="UPDATE"),
    *writing("city_setting", Role.ADMIN, commands="INSERT UPDATE"),
    Policy(
        "job", "own_jobs", "SELECT", groups(Role.CLERK),
        f"{is_role(Role.CLERK)} AND {OWN}",
    ),
    *writing("job", Role.CLERK, f"{OWN} AND {_OWN_UPLOAD}", "INSERT"),
    *writing("job", Role.CLERK, OWN, "UPDATE"),
    *writing("account", Role.ADMIN, commands="INSERT"),
    *writing("account", Role.ADMIN, "id <> (SELECT access.my_account())", "UPDATE"),
    *writing("account_scope", Role.ADMIN, _NOT_OWN, "INSERT DELETE"),
    *writing("login_session", Role.ADMIN, _OF_KIOSK, "INSERT"),
    *writing("login_session", Role.ADMIN, commands="UPDATE"),
    *writing("recusal", Role.BUREAU, f"{_NOT_OWN} AND {OF_VISIBLE}", "INSERT DELETE"),
    *(Policy(table, "owner_keeps", "ALL", (OWNER,), "true", "true") for table in SECRET),
    Policy("area", "owner_finds_scopes", "SELECT", (OWNER,), "true"),
    Policy("place_report", "owner_finds_accusations", "SELECT", (OWNER,), "true"),
    Policy("edition", "owner_finds_real_ones", "SELECT", (OWNER,), "true"),
    Policy("data_version", "owner_tells_health", "SELECT", (OWNER,), "true"),
)  # fmt: skip
