"""Two towns of eight and four grids with workers, planners and approvers, put straight into a database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import shapely
from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from data import models
from data.access import roles
from data.cluster import OWNER
from data.store import PostgisStore
from grid.areas import Level
from grid.coverage import PlanState
from grid.patches.town import PatchPlan
from grid.ports import PatchPlanDesk
from grid.principals import Principal, Role
from tests.storage.striped_city import add_edition

DAY = date(2026, 1, 1)
_CODES = [f"99010100100{1 + n // 4}00{1 + n % 4}" for n in range(8)]
_ELSEWHERE = [f"99010100200100{1 + n}" for n in range(4)]


@dataclass(frozen=True)
class Place:
    """Ids of the towns, their villages and grids; accounts by name, and the engines of server and owner."""

    server: Engine
    owner: Engine
    towns: tuple[int, ...]
    villages: tuple[int, ...]
    grids: tuple[int, ...]
    elsewhere: tuple[int, ...]
    who: dict[str, Principal]
    ids: dict[str, int]

    def desk(self, name: str) -> PatchPlanDesk:
        """Return somebody's desk."""
        return PostgisStore(self.server).patch_plans(self.who[name])

    def draft(
        self, halves: tuple[str, str] = ("worker", "second"), at: int = 4, **other: object
    ) -> PatchPlan:
        """Return a draft that gives the first ``at`` grids to one worker, the others to another."""
        holders = {grid: self.ids[halves[n >= at]] for n, grid in enumerate(self.grids)}
        values: dict[str, object] = {"id": 0, "town_id": self.towns[0], "name": "分工",
                                     "state": PlanState.DRAFT, "version": 0, "holders": holders}  # fmt: skip
        return PatchPlan(**(values | other))  # type: ignore[arg-type]


def fill(engine: Engine, sign_in: Callable[..., Principal], login_as: Callable[..., Engine]) -> Place:
    """Fill an empty database.

    ``worker`` has the first village and a grid of the other town, ``second`` grids 4 and 5, ``far`` is of the
    other town, ``new`` is posted nowhere, ``gone`` is disabled.
    """
    with Session(engine) as session, session.begin():
        ids = _areas(session)
    grids, villages = tuple(ids[code] for code in _CODES), tuple(ids[f"99010100100{n}"] for n in (1, 2))
    elsewhere = tuple(ids[code] for code in _ELSEWHERE)
    scopes = {
        "worker": (Role.WORKER, [villages[0], elsewhere[0]]), "second": (Role.WORKER, grids[4:6]),
        "far": (Role.WORKER, elsewhere[1:3]), "new": (Role.WORKER, ()), "gone": (Role.WORKER, grids[6:7]),
        "town": (Role.TOWN, [ids["990101001"]]),
        "other_approver": (Role.APPROVER, ()), "other_planner": (Role.PLANNER, ()),
    }  # fmt: skip
    scopes |= {role.value: (role, ()) for role in Role if role.value not in scopes and role is not Role.UNIT}
    who = {name: sign_in(engine, role, areas=areas) for name, (role, areas) in scopes.items()}
    owner = login_as(engine, OWNER)
    with owner.begin() as connection:
        table = models.Account
        found = dict(connection.execute(select(table.public_id, table.id)).all())
        gone = table.__table__.c.id == found[who["gone"].id]
        connection.execute(table.__table__.update().where(gone).values(disabled=True))
    towns = (ids["990101001"], ids["990101002"])
    accounts = {name: found[one.id] for name, one in who.items()}
    return Place(login_as(engine, roles.SERVER), owner, towns, villages, grids, elsewhere, who, accounts)


def count(engine: Engine, grid_id: int, *, recent: int, still: int = 0) -> None:
    """Put in what the worker counted in a grid."""
    with engine.begin() as connection:
        values = {"area_id": grid_id, "as_of": DAY, "open": still, "overdue": 0, "recent": recent}
        connection.execute(insert(models.AreaWorkload).values(**values))


def _areas(session: Session) -> dict[str, int]:
    ids: dict[str, int] = {}
    layers = {
        Level.COUNTY: ["990101"], Level.TOWN: ["990101001", "990101002"],
        Level.VILLAGE: ["990101001001", "990101001002", "990101002001"], Level.GRID: [*_CODES, *_ELSEWHERE],
    }  # fmt: skip
    for level, codes in layers.items():
        rows = [(code, f"区{code[-3:]}", _box(code), ids.get(_above(code))) for code in codes]
        ids |= add_edition(session, level, rows, valid_from=DAY)
    for row in (ids[code] for code in _CODES[:-1]):
        session.execute(insert(models.AreaBorder).values(area_id=row, neighbour_id=row + 1, length_m=300.0))
    return ids


def _above(code: str) -> str:
    return code[:6] if len(code) == 9 else code[:-3]


def _box(code: str) -> shapely.Geometry:
    """Return a strip; those of a grid's code lie side by side, wider areas anywhere near."""
    parts = (code[start : start + 3] for start in (6, 9, 12))
    at = 120 + sum(int(part or 0) * size for part, size in zip(parts, (0.1, 0.04, 0.01), strict=True))
    return shapely.box(at, 28, at + 0.01, 28.01)
