"""Editions of boundaries: every one of each level, what the newest has in common with the one before."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from data import models
from grid.areas import LEVELS, Level
from grid.editions import HIDDEN_BELOW, CrosswalkLine, EditionView

_EDITIONS = """
SELECT e.id, e.level, e.vintage, e.code_system, e.valid_from, e.valid_to, a.areas, e.source,
    e.source_crs AS crs, e.synthetic,
    e.valid_to IS NULL AND EXISTS (
        SELECT FROM edition former WHERE former.level = e.level AND former.id < e.id
    ) AS can_roll_back
FROM edition e
CROSS JOIN LATERAL (SELECT count(*) AS areas FROM area WHERE edition_id = e.id) a
ORDER BY e.id DESC
"""
_CROSSWALK = """
SELECT old.code AS old_code, old.name AS old_name, new.code AS new_code, new.name AS new_name,
    x.shared_m2, x.share_of_old, x.share_of_new, x.matters
FROM area_crosswalk x JOIN area old ON old.id = x.old_id JOIN area new ON new.id = x.new_id
WHERE new.edition_id = (SELECT max(id) FROM edition WHERE level = :level AND valid_to IS NULL)
  AND (x.share_of_old < :whole OR x.share_of_new < :whole OR (old.code, old.name) <> (new.code, new.name))
ORDER BY old.code, x.shared_m2 DESC LIMIT :most
"""
MOST_LINES = 2000
_WHOLE = 0.9999
"""Areas that did not change are no news."""


def editions(session: Session) -> tuple[EditionView, ...]:
    """Return all editions, levels from wide to narrow, the newest of each first."""
    found = session.execute(text(_EDITIONS)).mappings()
    rows = [EditionView(**{**row, "level": Level(row["level"])}) for row in found]
    return tuple(sorted(rows, key=lambda one: LEVELS.index(one.level)))


def crosswalk(session: Session, level: Level) -> tuple[CrosswalkLine, ...]:
    """Return where a level's newest edition differs from the one before; few matters are hidden."""
    named = {"level": level.value, "whole": _WHOLE, "most": MOST_LINES}
    return tuple(
        CrosswalkLine(**{**row, "matters": None if 0 < row["matters"] < HIDDEN_BELOW else row["matters"]})
        for row in session.execute(text(_CROSSWALK), named).mappings()
    )


def breaks(session: Session, level: Level) -> tuple[date, ...]:
    """Return the days on which a level's boundaries changed: when each edition but the first began.

    One that was withdrawn before it held a day, or took another's place on the same day, changed nothing.
    """
    edition = models.Edition
    held = edition.valid_to.is_(None) | (edition.valid_to > edition.valid_from)
    days = session.scalars(
        select(edition.valid_from)
        .where(edition.level == level.value, held)
        .group_by(edition.valid_from)
        .order_by(edition.valid_from)
    ).all()
    first = session.scalar(select(func.min(edition.valid_from)).where(edition.level == level.value, held))
    return tuple(day for day in days if day != first)
