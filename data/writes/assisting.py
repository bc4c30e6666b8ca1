"""What grid workers did about matters: kept once, however often a phone sends it."""

from __future__ import annotations

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from data.sessions import writing
from grid.assisting import AssistNote, AssistStep
from grid.audits import Action
from grid.principals import Principal
from grid.refusals import Refused

_SUBJECT = "assist_note"
_MATTER = text("SELECT matter_no FROM petition WHERE id = :id")
_INSERT = text("""
    INSERT INTO assist_note (petition_id, principal, key, step, words, taken_at)
    VALUES (:matter, (SELECT access.my_public_id()), :key, :step, :words, least(:taken_at, now()))
    ON CONFLICT DO NOTHING""")
_KEPT = text("""
    SELECT petition_id, step, words, key, taken_at FROM assist_note
    WHERE key = :key AND principal = (SELECT access.my_public_id())""")


class _KnownAlreadyError(Exception):
    """Ends a writing that would change nothing: what is sent again is no second note."""


def assist(engine: Engine, principal: Principal, note: AssistNote) -> bool:
    """Keep a worker's note of a matter in their patch; False where the same was kept before.

    A note changes no count, so that no screen is told. Raises ``Refused('matter_unknown')`` for what is not
    the worker's, or ``('note_key_reused')`` where another note of theirs has its key.
    """
    facts: dict[str, object] = {"assist_step": note.step.value, "characters": len(note.words)}
    try:
        with writing(
            engine, principal, Action.ASSIST_NOTE, _SUBJECT, changes_data=False, saved=facts
        ) as session:
            facts["matter"] = _own_matter(session, note.matter_id)
            if not _insert(session, note):
                _stop_where_kept(session, note)
    except _KnownAlreadyError:
        return False
    return True


def _own_matter(session: Session, matter_id: int) -> str:
    found: str | None = session.scalar(_MATTER, {"id": matter_id})
    if found is None:
        raise Refused("matter_unknown")
    return found


def _insert(session: Session, note: AssistNote) -> bool:
    """Insert a note unless its key is there; of two requests at once the second waits for the first."""
    values = {"matter": note.matter_id, "key": note.key, "step": note.step.value, "words": note.words,
              "taken_at": note.taken_at}  # fmt: skip
    kept = session.execute(_INSERT, values)
    return bool(kept.rowcount)  # type: ignore[attr-defined]


def _stop_where_kept(session: Session, note: AssistNote) -> None:
    kept = session.execute(_KEPT, {"key": note.key}).one_or_none()
    if kept is None:
        raise Refused("note_key_reused")
    known = AssistNote(kept.petition_id, AssistStep(kept.step), kept.words, kept.key, kept.taken_at)
    if not note.tells_same(known):
        raise Refused("note_key_reused")
    raise _KnownAlreadyError
