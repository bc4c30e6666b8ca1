"""Readings of what grid workers did about matters, as far as row level security shows who asks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data import models
from grid.assisting import AssistStep, AssistTold

Notes = dict[int, tuple[AssistTold, ...]]


def notes(session: Session, matter_ids: Collection[int]) -> Notes:
    """Return the notes of matters by matter, those without any left out; in the order of the steps taken."""
    if not matter_ids:
        return {}
    note = models.AssistNote
    own = func.coalesce(note.principal == func.access.my_public_id(), False)
    statement = (
        select(note.petition_id, note.step, note.taken_at, note.words, own.label("own"))
        .where(note.petition_id == func.any(list(matter_ids)))
        .order_by(note.petition_id, note.taken_at, note.id)
    )
    found: defaultdict[int, list[AssistTold]] = defaultdict(list)
    for row in session.execute(statement):
        found[row.petition_id].append(AssistTold(AssistStep(row.step), row.taken_at, row.words, row.own))
    return {matter_id: tuple(told) for matter_id, told in found.items()}
