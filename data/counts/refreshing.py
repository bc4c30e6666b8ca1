"""Keeping the copy up with PostGIS: small changes are put beside it, others make it anew.

A change is what a transaction wrote that had not ended when the copy was read (``watermark``): reading it
twice does no harm, and none is missed. Rows that were deleted show in the count of all, and make it anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Engine, delete, func, insert, select, text
from sqlalchemy.orm import Session

from data import models
from data.counts.building import PlaceNumbers, build, take
from data.counts.files import Copied, drop_old, open_copy, write_copy
from data.counts.gathering import changed_ids, gather
from data.counts.snapshot import CELLS
from data.reads import city
from data.writes.deriving import read_watermark
from grid.areas import AreaKind, Level
from grid.density_frame import DensityFrame, density_frame
from grid.hotspots.counting import MatterColumns, kind_codes
from grid.hotspots.counting_kernels import MANY_ROWS, IntArray
from grid.hotspots.counting_places import LEVELS
from grid.hotspots.counting_tables import RunningTable, build_table
from grid.hotspots.questions import Dimension
from grid.matters import Purpose

TABLES = {"towns": 96 << 20, "places": 16 << 20}
"""Running tables and the bytes that each may take: of towns by category and stage, of places by nothing."""
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('fengtu.counts'))"
_SMALL_TAIL, _TAIL_SHARE = 5_000, 50
"""So many changes are put beside a copy, or one in so many of its rows."""


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """What a copy is made from, but for the matters: of one database snapshot."""

    version: int
    changed_at: datetime
    watermark: int
    origin: str
    frame: DensityFrame | None
    areas: dict[str, npt.NDArray[Any]]


def refresh(engine: Engine, home: Path, *, anew: bool = False) -> bool:
    """Bring the copy up to date, or make it ``anew``; tell whether one was made."""
    with _alone(engine) as connection:
        row = in_force(connection)
        if row is not None and not anew and _is_current(connection, row, home):
            return False
        made = _make(engine, home, None if anew or row is None else open_copy(home, row.name))
        connection.execute(delete(models.CountSnapshot))
        connection.execute(insert(models.CountSnapshot).values(id=1, **made))
    drop_old(home, made["name"])
    return True


def in_force(connection: Connection | Session) -> Any:
    """Return the row of the copy in force, or none."""
    return connection.execute(select(*models.CountSnapshot.__table__.columns)).one_or_none()


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    # A connection of its own: the snapshot that is copied must begin after the lock is held.
    with engine.begin() as connection:
        connection.execute(text(_ONE_AT_A_TIME))
        yield connection


def _is_current(connection: Connection, row: Any, home: Path) -> bool:
    version = connection.execute(select(models.DataVersion.number)).scalar_one()
    return bool(row.data_version == version) and open_copy(home, row.name) is not None


def _make(engine: Engine, home: Path, former: Copied | None) -> dict[str, Any]:
    """Write a copy of the database as it is and return the row that puts it in force."""
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        world = _world(connection)
        made = None if former is None else _beside(connection, home, world, former)
        name, rows = made or _anew(connection, home, world)
    return {
        "name": name, "rows": rows, "data_version": world.version, "changed_at": world.changed_at,
        "watermark": world.watermark,
    }  # fmt: skip


def _anew(connection: Connection, home: Path, world: World) -> tuple[str, int]:
    places = PlaceNumbers()
    built = build(gather(connection, world.frame), places)
    nothing = take(built.columns, np.empty(0, dtype=np.int64))
    arrays = {
        **columns_arrays("base", built.columns), "base.id": built.id,
        **tables_of(built.columns, places.places()), **columns_arrays("plus", nothing),
        **columns_arrays("minus", nothing), **world.areas, "places": places.places(),
    }  # fmt: skip
    header = {**_header(world), "base_watermark": world.watermark, "rows": built.columns.rows}
    return write_copy(home, header, arrays), built.columns.rows


def _beside(connection: Connection, home: Path, world: World, former: Copied) -> tuple[str, int] | None:
    """Write a copy whose changes lie beside the former's columns; none where it has to be made anew."""
    header = _header(world)
    if any(former.header[key] != header[key] for key in ("origin", "frame")):
        return None
    since, base = former.header["base_watermark"], columns_of(former, "base")
    changed = changed_ids(connection, since)
    if since > world.watermark or len(changed) > max(_SMALL_TAIL, base.rows // _TAIL_SHARE):
        return None
    gone = np.flatnonzero(np.isin(former.arrays["base.id"], changed))
    places = PlaceNumbers(former.arrays["places"])
    plus = build(gather(connection, world.frame, changed_since=since), places).columns
    rows = base.rows - len(gone) + plus.rows
    if rows != _count(connection):
        return None
    arrays = {
        **columns_arrays("plus", plus), **columns_arrays("minus", take(base, gone)), **world.areas,
        "places": places.places(),
    }  # fmt: skip
    return write_copy(home, {**header, "base_watermark": since, "rows": rows}, arrays, former), rows


def tables_of(columns: MatterColumns, places: IntArray) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays of the running tables of a base's columns, none for few rows."""
    _, town = np.unique(places[:, :2], axis=0, return_inverse=True)
    groups = {
        "towns": (town.reshape(-1), (Dimension.CATEGORY, Dimension.STAGE)),
        "places": (np.arange(len(places)), ()),
    }
    arrays: dict[str, npt.NDArray[Any]] = {}
    for name in TABLES if columns.rows >= MANY_ROWS else ():
        group, by = groups[name]
        table = build_table(columns, group.astype(np.uint32), kind_codes(by), budget_bytes=TABLES[name])
        arrays |= {f"{name}.{field.name}": getattr(table, field.name) for field in fields(RunningTable)}
    return arrays


def columns_of(copied: Copied, table: str) -> MatterColumns:
    """Return one table of a copy."""
    names = [field.name for field in fields(MatterColumns)]
    return MatterColumns(**{name: copied.arrays[f"{table}.{name}"] for name in names})


def columns_arrays(table: str, columns: MatterColumns) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays of one table of a copy by their names."""
    return {f"{table}.{field.name}": getattr(columns, field.name) for field in fields(columns)}


def _header(world: World) -> dict[str, Any]:
    return {
        "data_version": world.version,
        "changed_at": world.changed_at.isoformat(),
        "watermark": world.watermark,
        "origin": world.origin,
        "frame": None if world.frame is None else _plain(world.frame),
    }


def _plain(frame: DensityFrame) -> dict[str, Any]:
    return {**asdict(frame), "bounds_m": list(frame.bounds_m)}


def _count(connection: Connection) -> int:
    purpose = models.Petition.purpose
    number: int = connection.execute(select(func.count()).where(purpose != Purpose.ACCUSATION)).scalar_one()
    return number


def _world(connection: Connection) -> World:
    with Session(connection) as session:
        version, place = city.version(session), city.city(session)
    watermark = read_watermark(connection)
    frame = None
    if place.bounds is not None and place.metric_epsg is not None:
        frame = density_frame(place.bounds, place.metric_epsg, cells=CELLS)
    return World(
        version.number, version.changed_at, watermark, _origin(connection), frame, _areas(connection)
    )


def _origin(connection: Connection) -> str:
    """Return which database of which cluster this is: another's transactions have other numbers."""
    found: str = connection.execute(
        text(
            "SELECT system_identifier || '/' || (SELECT oid FROM pg_database WHERE datname ="
            " current_database()) FROM pg_control_system()"
        )
    ).scalar_one()
    return found


def _areas(connection: Connection) -> dict[str, npt.NDArray[Any]]:
    area = models.Area
    rows = connection.execute(
        select(area.id, area.level, area.kind, area.valid_to.is_(None)).order_by(area.code, area.id)
    ).all()
    ids, levels, kinds, today = zip(*rows, strict=True) if rows else ((),) * 4
    return {
        "area.id": np.array(ids, dtype=np.int64),
        "area.level": np.array([LEVELS.index(Level(level)) for level in levels], dtype=np.uint8),
        "area.regular": np.array([kind == AreaKind.REGULAR for kind in kinds], dtype=bool),
        "area.today": np.array(today, dtype=bool),
    }
