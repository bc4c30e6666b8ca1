"""What the petition bureau enters of a matter's clocks: extensions (延期) and hearings (听证), audited.

The bureau writes the event alone: due days follow from it in the worker, so that whoever is kept from a
matter can change no number by being the one who works it out.
"""

from __future__ import annotations

from types import MappingProxyType

from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from data import models
from data.clocks.terms import stored_terms
from data.reads import city
from data.reads.clocks import clock_record
from data.reads.noting import noting
from grid.audits import Action
from grid.clocks.entries import add_event
from grid.clocks.events import ClockEvent, EventKind
from grid.principals import Principal
from grid.refusals import Refused

_ACTIONS = MappingProxyType(
    {
        EventKind.EXTENDED: Action.MATTER_EXTEND,
        EventKind.PAUSED: Action.MATTER_PAUSE,
        EventKind.RESUMED: Action.MATTER_RESUME,
    }
)
ENTERED = tuple(_ACTIONS)
"""What may be entered by hand; everything else comes with imports."""


def record_event(engine: Engine, principal: Principal, matter_id: int, event: ClockEvent) -> None:
    """Enter an extension, or that a hearing begins or is over.

    Raises ``Refused``: ``matter_unknown``, ``clock_event_not_entered`` for another kind,
    ``clock_event_twice``, and those of ``grid.clocks.entries.add_event``.
    """
    if event.kind not in _ACTIONS:
        raise Refused("clock_event_not_entered")
    with noting(engine, principal, _ACTIONS[event.kind], "petition") as (session, facts):
        facts["matter"] = _number(session, matter_id)
        facts["on"] = event.on.isoformat()
        if event.kind is EventKind.EXTENDED:
            facts["days"], facts["approver"], facts["reason"] = event.days, event.approver, event.reason
        _check(session, matter_id, event)
        _write(session, principal, matter_id, event)


def _check(session: Session, matter_id: int, event: ClockEvent) -> None:
    on, terms = city.today(session), stored_terms(session).terms
    record = clock_record(session, matter_id, on)
    if record.is_undated:
        raise Refused("clock_settled_undated")
    twice = models.ClockEvent
    same = select(twice.id).where(
        twice.petition_id == matter_id, twice.kind == event.kind, twice.on_day == event.on
    )
    if session.execute(same).first() is not None:
        raise Refused("clock_event_twice", on=event.on.isoformat())
    add_event(record.matter, event, terms.rules, terms.calendar, on)


def _write(session: Session, principal: Principal, matter_id: int, event: ClockEvent) -> None:
    row = {
        "petition_id": matter_id, "kind": event.kind.value, "on_day": event.on, "days": event.days or None,
        "approver": event.approver.strip(), "reason": event.reason.strip(), "clock": event.clock,
        "principal": principal.id,
    }  # fmt: skip
    session.execute(insert(models.ClockEvent).values(row))


def _number(session: Session, matter_id: int) -> str:
    found = session.scalar(select(models.Petition.matter_no).where(models.Petition.id == matter_id))
    if found is None:
        raise Refused("matter_unknown")
    return str(found)
