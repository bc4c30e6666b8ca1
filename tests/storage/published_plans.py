"""A database with two published coverage plans, and drafts on them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from data import models
from data.reads.coverage import published_book
from data.sessions import reading
from grid.coverage import CoverageBook, CoveragePlan, PlanState
from grid.planning import Edit, EditKind, apply_edits
from grid.principals import PLANNER
from tests.storage.written_audit import audit_rows

DAY = date(2026, 6, 1)
SQUARE = "SRID=4490;MULTIPOLYGON(((0 0,1 0,1 1,0 1,0 0)))"


def make_city(engine: Engine) -> Engine:
    """Fill a database with three counties, a department, three leaders, a plan in force and an older one."""
    with Session(engine) as session, session.begin():
        batch = _add(
            session, models.ImportBatch, kind="boundaries", file_name="f", sha256="0", options="{}",
            dry_run=False, principal="t", seconds=0, rows=0, accepted=0, review=0, refused=0,
        )  # fmt: skip
        edition = _add(
            session, models.Edition, level="county", code_system="T", vintage="2026", source="",
            source_crs="EPSG:4490", synthetic=True, valid_from=DAY, batch_id=batch,
        )  # fmt: skip
        areas = [
            _add(session, models.Area, edition_id=edition, level="county", kind="regular", code=f"99010{n}",
                 name=f"县{n}", code_system="T", vintage="2026", area_km2=1, valid_from=DAY, geom=SQUARE,
                 label="SRID=4490;POINT(0 0)")
            for n in range(3)
        ]  # fmt: skip
        units = [
            _add(session, models.Unit, name=f"县{n}", kind="area", area_id=a) for n, a in enumerate(areas)
        ]
        units.append(_add(session, models.Unit, name="市住建局", kind="department"))
        leaders = [_add(session, models.Leader, post=f"副市长{n}", name=None) for n in range(3)]
        for one, other in ((areas[0], areas[1]), (areas[1], areas[2])):
            session.execute(insert(models.AreaBorder).values(area_id=one, neighbour_id=other, length_m=10))
        _plan(session, "旧方案", date(2025, 1, 1), DAY, [(units[0], leaders[0], 1)])
        rows = [
            (units[1], leaders[1], 44),
            (units[0], leaders[0], 7),
            (units[2], None, 9),
            (units[3], leaders[1], None),
        ]
        _plan(session, "现方案", DAY, None, rows)
    return engine


def _add(session: Session, table: type[models.Base], **values: object) -> int:
    return session.execute(insert(table).values(**values).returning(table.__table__.c.id)).scalar_one()


def _plan(
    session: Session,
    name: str,
    since: date,
    until: date | None,
    rows: list[tuple[int, int | None, int | None]],
) -> None:
    plan = _add(session, models.CoveragePlan, name=name, state="published", valid_from=since, valid_to=until,
                created_by="t")  # fmt: skip
    for unit, leader, cases in rows:
        _add(
            session, models.Assignment, plan_id=plan, unit_id=unit, leader_id=leader, kind="lead", cases=cases
        )


def published(engine: Engine, on: date = DAY) -> CoverageBook:
    with reading(engine, PLANNER) as session:
        book = published_book(session, on)
    assert book is not None
    return book


def draft(book: CoverageBook, name: str = "草案") -> CoveragePlan:
    moved = apply_edits(book, [Edit(EditKind.GIVE, book.units[0].id, book.leaders[1].id)]).plan
    return replace(moved, id=0, name=name, state=PlanState.DRAFT, base_id=book.plan.id)


def marks(engine: Engine) -> tuple[int, int]:
    with Session(engine) as session:
        return session.scalars(select(models.DataVersion.number)).one(), len(audit_rows(engine))
