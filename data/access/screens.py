"""Who sees and does what about what screens keep: tours of the wall, and what workers did about matters."""

from __future__ import annotations

from data.access.policies import (
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
from grid.principals import Role

GRANTS: tuple[Grant, ...] = (
    # A tour names scenes of the wall and holds no figure: whoever may see the wall may play it.
    Grant("tour", "SELECT", WALL),
    Grant("tour", "INSERT", groups(Role.BUREAU), ("name", "scenes", "principal")),
    Grant("tour", "UPDATE", groups(Role.BUREAU), ("name", "scenes", "version", "principal", "changed_at")),
    Grant("tour", "DELETE", groups(Role.BUREAU)),
    Grant("assist_note", "SELECT", DETAILS),
    Grant(
        "assist_note",
        "INSERT",
        groups(Role.WORKER),
        ("petition_id", "principal", "key", "step", "words", "taken_at"),
    ),
)

POLICIES: tuple[Policy, ...] = (
    *reading("tour", WALL),
    *writing("tour", Role.BUREAU, OWN, "INSERT"),
    # Any tour is changed by any of the bureau, and then stands in the name of whoever did.
    Policy("tour", f"{GROUPS[Role.BUREAU]}_updates", "UPDATE", groups(Role.BUREAU),
           is_role(Role.BUREAU), f"{is_role(Role.BUREAU)} AND {OWN}"),
    *writing("tour", Role.BUREAU, commands="DELETE"),
    # A note is its matter's: seen with it, also by the next worker, and gone with it from a patch.
    *(
        Policy("assist_note", f"{GROUPS[role]}_reads", "SELECT", groups(role),
               f"{is_role(role)} AND {OF_VISIBLE}")
        for role in (Role.BUREAU, Role.TOWN, Role.UNIT, Role.WORKER)
    ),
    *writing("assist_note", Role.WORKER, f"{OWN} AND {OF_VISIBLE}", "INSERT"),
)  # fmt: skip
