"""Editions taken back: what importing one changed is kept row by row, and put back when it is rolled back."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from data.sessions import writing
from data.writes import kept_places
from data.writes.batches import supersede
from data.writes.boundaries import adopt_children
from data.writes.replacing import place_anew
from grid.areas import LEVELS, Level
from grid.audits import Action
from grid.editions import RolledBack
from grid.principals import Principal
from grid.refusals import Refused

_PLACE = ("county_id", "town_id", "village_id", "grid_id", "functional_id", "place_status", "place_reasons",
    "place_method", "place_decision_id",
)  # fmt: skip
_WATCHED: dict[str, tuple[tuple[str, ...], str]] = {
    "petition": (_PLACE, "place_status IS NOT NULL"),
    "area": (("valid_to", "parent_id"), "valid_to IS NULL"),
    "edition": (("valid_to",), "valid_to IS NULL"),
    "unit": (("area_id",), "area_id IS NOT NULL"),
    "gazetteer_entry": (("area_id",), "true"),
    "place_decision": (("area_id", "undone_at"), "area_id IS NOT NULL"),
    "service_station": (("town_id",), "true"),
    "service_point": (("village_id",), "true"),
    "import_batch": (("superseded",), "kind = 'boundaries' AND NOT dry_run"),
}
"""What an edition may change of rows that were there before it: columns, and which rows."""
_TYPES = {
    "undone_at": "timestamptz",
    "place_method": "text",
    "place_status": "text",
    "place_reasons": "text[]",
    "valid_to": "date",
    "superseded": "boolean",
}


def remember(session: Session) -> None:
    """Remember what an edition may change; call it before the edition is written."""
    for table, (columns, rows) in _WATCHED.items():
        kept = ", ".join(("id", *columns))
        session.execute(
            text(f"CREATE TEMP TABLE was_{table} ON COMMIT DROP AS SELECT {kept} FROM {table} WHERE {rows}")  # noqa: S608
        )


def record_changes(session: Session, edition_id: int) -> None:
    """Keep what differs from what `remember` saw as the changes of an edition."""
    for table, (columns, _) in _WATCHED.items():
        before, after = (
            "jsonb_strip_nulls(jsonb_build_object("
            + ", ".join(
                f"'{c}', CASE WHEN was.{c} IS DISTINCT FROM now.{c} THEN jsonb_build_array({side}.{c}) END"
                for c in columns
            )
            + "))"
            for side in ("was", "now")
        )
        same = " AND ".join(f"was.{c} IS NOT DISTINCT FROM now.{c}" for c in columns)
        session.execute(
            text(
                "INSERT INTO edition_change (edition_id, changed, row_id, before, after)"  # noqa: S608
                f" SELECT :edition, '{table}', id, {before}, {after}"
                f" FROM was_{table} was JOIN {table} now USING (id) WHERE NOT ({same})"
            ),
            {"edition": edition_id},
        )
        session.execute(text(f"DROP TABLE was_{table}"))


def roll_back(
    engine: Engine, principal: Principal, level: Level, *, edition: int | None = None
) -> RolledBack:
    """Take back the newest edition of a level and reopen the one before it, audited.

    What came since and lies in the edition taken back is handed to the reopened one: matters are placed
    anew, and what hangs on an area goes to that of same code and name. ``edition`` is the one that was asked
    to be taken back; without it that is whatever is newest now. Raises ``Refused``:
    ``rollback_overtaken`` where that is not the newest any more,
    ``rollback_nothing`` for a level without an earlier edition, ``rollback_narrower`` where a narrower level
    was imported since, ``rollback_in_use`` where something hangs on an area that only the newer edition has.
    """
    with writing(engine, principal, Action.EDITION_ROLLBACK, "edition", level=level.value) as session:
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext('fengtu.import'))"))
        done = _roll_back(session, level, principal.id, edition)
    # Publishing needs scipy, which nothing else here should wait for.
    from data.writes.publishing import try_to_publish

    try_to_publish(engine)
    return done


def is_taken_back(engine: Engine, edition: int) -> bool:
    """Return whether there is no such edition any more."""
    with engine.connect() as connection:
        found = connection.execute(text("SELECT FROM edition WHERE id = :edition"), {"edition": edition})
        return found.one_or_none() is None


def _roll_back(session: Session, level: Level, principal_id: str, asked: int | None) -> RolledBack:
    newest, former, former_batch, day = _editions(session, level)
    if asked not in {None, newest}:
        raise Refused("rollback_overtaken", level=level.value)
    _check_narrower(session, level, newest)
    names = {"edition": newest, "former": former}
    areas = session.scalar(text("SELECT count(*) FROM area WHERE edition_id = :edition"), names)
    session.execute(text(_RESTORED_PAIRS), names)
    for table, (columns, _) in _WATCHED.items():
        for column in columns:
            session.execute(text(_restore(table, column)), names)
    for table, column in (*_HANGING, ("area", "parent_id")):
        session.execute(text(_HAND_BACK.format(table=table, column=column)), names)
    matters = place_anew(session, level, former_batch, day, only_of=newest)
    kept_places.follow_kept_back(session, level, former_batch, newest)
    _drop_units(session, names)
    _check_in_use(session, names)
    _drop(session, names, principal_id)
    adopt_children(session, level, former_batch)
    return RolledBack(level, int(areas or 0), matters.moved)


def _editions(session: Session, level: Level) -> tuple[int, int, int, date]:
    rows = session.execute(text(_NEWEST), {"level": level.value}).all()
    if not rows:
        raise Refused("rollback_nothing", level=level.value)
    newest, former, former_batch, day = rows[0]
    return newest, former, former_batch, day


def _check_narrower(session: Session, level: Level, newest: int) -> None:
    narrower = [each.value for each in LEVELS[LEVELS.index(level) + 1 :]]
    row = session.execute(
        text("SELECT level, vintage FROM edition WHERE id > :edition AND level = ANY (:levels) LIMIT 1"),
        {"edition": newest, "levels": narrower},
    ).one_or_none()
    if row is not None:
        raise Refused("rollback_narrower", level=row.level, vintage=row.vintage)


def _restore(table: str, column: str) -> str:
    before, after = _value(column, "before"), _value(column, "after")
    return (
        f"UPDATE {table} t SET {column} = {before} FROM edition_change k"  # noqa: S608
        f" WHERE k.edition_id = :edition AND k.changed = '{table}' AND k.row_id = t.id"
        f" AND jsonb_exists(k.before, '{column}') AND t.{column} IS NOT DISTINCT FROM {after}"
        f"{_ONE_IN_FORCE if column == 'undone_at' else ''}"
    )


def _value(column: str, side: str) -> str:
    kind = _TYPES.get(column, "bigint")
    if kind == "text[]":
        return f"ARRAY(SELECT jsonb_array_elements_text(k.{side} -> '{column}' -> 0))"
    return f"cast(k.{side} -> '{column}' ->> 0 AS {kind})"


def _drop_units(session: Session, names: dict[str, int]) -> None:
    """Drop the units that were made of areas which only this edition has, unless something hangs on them."""
    used = session.scalars(text(_USED_UNITS), names).all()
    if used:
        raise Refused("rollback_in_use", count=len(used), names="、".join(used[:5]))
    session.execute(text(_DROP_UNITS), names)


def _check_in_use(session: Session, names: dict[str, int]) -> None:
    """Raise where something that came since hangs on an area which only this edition has."""
    found = [
        name
        for table, column in _HANGING
        for name in session.scalars(text(_IN_USE.format(table=table, column=column)), names)
    ]
    if found:
        raise Refused("rollback_in_use", count=len(found), names="、".join(found[:5]))


def _drop(session: Session, names: dict[str, int], principal_id: str) -> None:
    for column in _PLACE[:5]:
        session.execute(text(_UNPLACE.format(column=column)), names)
    session.execute(text(_CANDIDATES), names)
    batch = session.scalars(text("SELECT batch_id FROM edition WHERE id = :edition"), names).one()
    supersede(session, [batch])
    session.execute(text("UPDATE area SET valid_to = valid_from WHERE edition_id = :edition"), names)
    session.execute(text(_FOLLOW), {**names, "principal": principal_id})
    session.execute(text("DELETE FROM area WHERE edition_id = :edition"), names)
    session.execute(text("DELETE FROM edition WHERE id = :edition"), names)


# Somebody may have decided the text anew since.
_ONE_IN_FORCE = """
 AND NOT EXISTS (SELECT FROM place_decision o WHERE o.address_key = t.address_key AND o.undone_at IS NULL)"""
_NEWEST = """
SELECT e.id, former.id, former.batch_id, former.valid_from
FROM edition e
JOIN edition_change k ON k.edition_id = e.id AND k.changed = 'edition'
JOIN edition former ON former.id = k.row_id
WHERE e.level = :level AND e.valid_to IS NULL ORDER BY former.id DESC
"""
# What a later area of the edition is in the former one: the same code and name.
_RESTORED_PAIRS = """
CREATE TEMP TABLE predecessor ON COMMIT DROP AS
SELECT new.id AS new_id, old.id AS old_id
FROM area new JOIN area old
  ON old.edition_id = :former AND old.code = new.code AND old.name = new.name AND old.kind = new.kind
WHERE new.edition_id = :edition
"""
_HANGING = (
    ("gazetteer_entry", "area_id"),
    ("place_decision", "area_id"),
    ("service_station", "town_id"),
    ("service_point", "village_id"),
)
_HAND_BACK = "UPDATE {table} SET {column} = old_id FROM predecessor WHERE {column} = new_id"
_OWN = "(SELECT id FROM area WHERE edition_id = :edition)"
_IN_USE = (
    f"SELECT DISTINCT area.name FROM {{table}} JOIN area ON area.id = {{column}} WHERE {{column}} IN {_OWN}"  # noqa: S608
)
_USED_UNITS = f"""
SELECT name FROM unit u WHERE area_id IN {_OWN} AND (
    EXISTS (SELECT FROM petition WHERE unit_id = u.id) OR EXISTS (SELECT FROM assignment WHERE unit_id = u.id)
    OR EXISTS (SELECT FROM listing WHERE unit_id = u.id))
ORDER BY name
"""  # noqa: S608
_DROP_UNITS = f"DELETE FROM unit WHERE area_id IN {_OWN}"  # noqa: S608
# Whose area there is no more was sent to review when it was placed anew.
_UNPLACE = f"UPDATE petition SET {{column}} = NULL WHERE {{column}} IN {_OWN}"  # noqa: S608
_CANDIDATES = f"""
UPDATE petition SET place_candidates = ARRAY(
    SELECT coalesce(old_id, candidate) FROM unnest(place_candidates) WITH ORDINALITY AS c (candidate, at)
    LEFT JOIN predecessor ON new_id = candidate
    WHERE old_id IS NOT NULL OR candidate NOT IN {_OWN} ORDER BY at)
WHERE place_candidates && ARRAY{_OWN}
"""  # noqa: S608
_FOLLOW = """
SELECT f.scopes_kept FROM (
    SELECT array_agg(id) AS former, array_agg(old_id) AS successors
    FROM area LEFT JOIN predecessor ON new_id = id WHERE edition_id = :edition) s
CROSS JOIN LATERAL access.follow_scopes(s.former, s.successors, :principal) f
"""
