"""A coverage plan as the rows of its official annex, which imports to the same plan again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from data.export.rows import Annex, AnnexRow
from data.intake.annex import LeaderText, read_leader
from grid.coverage import AssignmentKind
from grid.planning.standing import LOADING

_TOTAL_IN_TITLE = re.compile(r"[（(]共\s*\d+\s*件[）)]")
_ASSIGNMENTS = """
SELECT l.id, l.name AS leader, l.post, s.cases, s.kind,
  CASE WHEN a.level = 'town' THEN coalesce(p.name, '') || u.name ELSE u.name END AS unit
FROM assignment s JOIN unit u ON u.id = s.unit_id LEFT JOIN leader l ON l.id = s.leader_id
LEFT JOIN area a ON a.id = u.area_id LEFT JOIN area p ON p.id = a.parent_id
WHERE s.plan_id = :plan ORDER BY s.id
"""


def make_annex(
    name: str, rows: Sequence[AnnexRow], notes: tuple[str, ...] = (), stamps: tuple[str, ...] = ()
) -> Annex:
    """Return the annex of a plan: its title states the sum of what is led or helped with."""
    total = sum(row.cases or 0 for row in rows if (row.kind or AssignmentKind.LEAD) in LOADING)
    return Annex(f"{_TOTAL_IN_TITLE.sub('', name)}（共{total}件）", notes, tuple(rows), stamps)


def annex_rows(session: Session, plan_id: int) -> tuple[AnnexRow, ...]:
    """Return a row for each assignment, merged where one leader has several in a row."""
    return tuple(_rows(session.execute(text(_ASSIGNMENTS), {"plan": plan_id}).all()))


def leader_cells(name: str | None, post: str | None) -> tuple[str | None, str | None]:
    """Return what stands under leader and post: a post alone under leader, as offices write it.

    Where the intake would take such a post for something else, it stands in its own column.
    """
    if name or not post:
        return name, post
    return (post, None) if read_leader(post) == LeaderText(post, None) else (None, post)


def _rows(assigned: Sequence[Row[Any]]) -> Iterator[AnnexRow]:
    for leader_id, group in groupby(assigned, key=lambda row: row.id):
        for number, row in enumerate(group):
            leader, post = leader_cells(row.leader, row.post)
            merged = number > 0 and leader_id is not None
            kind = AssignmentKind(row.kind)
            yield AnnexRow(leader, post, row.unit, row.cases, same_leader=merged, kind=kind)
