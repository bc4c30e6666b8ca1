"""The city of ``published_plans`` with accounts of each role on the server's login, and its days shifted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from data import models
from data.access import roles
from data.plan_desk import PlannerDesk
from data.reads import city
from data.store import PostgisStore
from grid.coverage import Assignment, AssignmentKind, CoveragePlan, PlanState
from grid.principals import Principal, Role
from tests.storage.published_plans import make_city


@dataclass(frozen=True, slots=True)
class Planned:
    """The city by two logins, who signs in to it, and its plan in force."""

    importer: Engine
    server: Engine
    today: date
    who: dict[str, Principal]
    units: tuple[int, ...]
    leaders: tuple[int, ...]
    in_force: int

    def desk(self, name: str) -> PlannerDesk:
        """Return the desk of somebody: ``planner``, ``other`` (a second one), ``approver``, ``leader`` …"""
        return PostgisStore(self.server).plan(self.who[name])

    def draft(self, name: str = "草案", leaders: tuple[int | None, ...] | None = None) -> CoveragePlan:
        """Save a draft as planner that gives unit ``n`` to the ``n``-th leader."""
        given = (*self.leaders, self.leaders[0]) if leaders is None else leaders
        rows = tuple(Assignment(u, w, AssignmentKind.LEAD, 5) for u, w in zip(self.units, given, strict=True))
        base = self.desk("planner").plan_book(self.in_force).plan
        return self.desk("planner").save_draft(
            replace(base, id=0, name=name, state=PlanState.DRAFT, base_id=base.id, assignments=rows, rules=())
        )

    def proposal(self, name: str = "草案") -> CoveragePlan:
        """Save and propose a draft as planner."""
        saved = self.draft(name)
        return self.desk("planner").propose(saved.id, saved.version, "请审")

    def shift(self, days: int) -> None:
        """Let days go by: every day of a plan moves back by as many."""
        step = timedelta(days=days)
        with Session(self.importer) as session, session.begin():
            table = models.CoveragePlan
            # The earliest first: each moves to where no other is.
            for plan in session.scalars(select(table).order_by(table.valid_from)).all():
                plan.valid_from, plan.valid_to = (
                    plan.valid_from - step,
                    plan.valid_to and plan.valid_to - step,
                )
                session.flush()


def plan_city(
    engine: Engine, sign_in: Callable[..., Principal], login_as: Callable[[Engine, str], Engine]
) -> Planned:
    """Fill a database and sign everybody in."""
    make_city(engine)
    names = {"planner": Role.PLANNER, "other": Role.PLANNER, "approver": Role.APPROVER}
    names |= {"second": Role.APPROVER, "leader": Role.LEADER, "bureau": Role.BUREAU, "kiosk": Role.KIOSK}
    with Session(engine) as session, session.begin():
        table = models.CoveragePlan
        current = session.scalars(select(table).where(table.valid_to.is_(None))).one()
        # Whole: the one that the source does not say is somebody's.
        units = tuple(session.scalars(select(models.Unit.id).order_by(models.Unit.id)))
        leaders = tuple(session.scalars(select(models.Leader.id).order_by(models.Leader.id)))
        return Planned(
            engine, login_as(engine, roles.SERVER), city.today(session),
            {name: sign_in(engine, role) for name, role in names.items()}, units, leaders, current.id,
        )  # fmt: skip


def add_plan(session: Session, **values: object) -> int:
    """Insert a plan as nobody may by a screen."""
    table = models.CoveragePlan
    made: int = session.execute(
        insert(table).values(created_by="t", **values).returning(table.id)
    ).scalar_one()
    return made
