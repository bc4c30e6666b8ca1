"""Readings of what grid workers did about matters, as far as row level security shows who asks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data import models
from grid.assisting import AssistStep, AssistTold

Notes = dict[int, tuple[AssistTold, ...]]


def notes(session: Session, matter_ids: Collection[int], reader: str) -> Notes:
    """Return the notes of matters by matter, those without any left out; in the order of the steps taken.

    ``reader`` is the id of the principal who asks, and whose own notes are told so.
    """
    if not matter_ids:
        return {}
    note = models.AssistNote
    statement = (
        select(note.petition_id, note.step, note.taken_at, note.words, note.principal)
        .where(note.petition_id == func.any(list(matter_ids)))
        .order_by(note.petition_id, note.taken_at, note.id)
    )
    found: defaultdict[int, list[AssistTold]] = defaultdict(list)
    for row in session.execute(statement):
        told = AssistTold(AssistStep(row.step), row.taken_at, row.words, row.principal == reader)
        found[row.petition_id].append(told)
    return {matter_id: tuple(each) for matter_id, each in found.items()}
