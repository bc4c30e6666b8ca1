"""Tours of the wall: saved under an optimistic lock, each under a name of its own."""

from __future__ import annotations

from sqlalchemy import Engine, delete, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from data import models
from data.reads.tours import to_tour
from data.sessions import writing
from grid.audits import Action
from grid.ids import LARGEST_ID
from grid.principals import Principal
from grid.refusals import Refused
from grid.tours import MOST_TOURS, Tour, read_tour, write_scenes

_SUBJECT = "tour"
_CHANGES_DATA = False
"""No figure changes: a wall asks for its tour anew each time round."""


def save_tour(engine: Engine, principal: Principal, tour: Tour) -> Tour:
    """Save a tour and return it as it is kept; one with id 0 is new.

    Raises ``Refused``: ``tour_unknown``, ``tour_changed_meanwhile``, ``tour_name_taken``, ``tours_full``, or
    what ``grid.tours.read_tour`` raises.
    """
    # Whoever calls may have made the tour by hand: what is kept was read by the one reader.
    tour = read_tour(tour.name, write_scenes(tour.scenes), tour_id=tour.id, version=tour.version)
    try:
        with writing(
            engine, principal, Action.TOUR_SAVE, _SUBJECT,
            changes_data=_CHANGES_DATA, name=tour.name, count=len(tour.scenes),
        ) as session:  # fmt: skip
            return _change(session, principal, tour) if tour.id else _add(session, principal, tour)
    except IntegrityError:
        raise Refused("tour_name_taken", name=tour.name) from None


def discard_tour(engine: Engine, principal: Principal, tour_id: int, version: int) -> None:
    """Delete a tour as it was seen; raises ``Refused('tour_unknown')`` or ``('tour_changed_meanwhile')``."""
    facts = dict[str, object]()
    with writing(
        engine, principal, Action.TOUR_DISCARD, _SUBJECT, changes_data=_CHANGES_DATA, tour=facts
    ) as session:
        row = _lock(session, tour_id, version)
        facts["name"] = row.name
        session.execute(delete(models.Tour).where(models.Tour.id == row.id))


def _add(session: Session, principal: Principal, tour: Tour) -> Tour:
    table = models.Tour
    if (session.scalar(select(func.count()).select_from(table)) or 0) >= MOST_TOURS:
        raise Refused("tours_full", most=MOST_TOURS)
    values = {"name": tour.name, "scenes": write_scenes(tour.scenes), "principal": principal.id}
    return to_tour(session.scalars(insert(table).values(**values).returning(table)).one())


def _change(session: Session, principal: Principal, tour: Tour) -> Tour:
    row = _lock(session, tour.id, tour.version)
    row.name, row.scenes, row.version = tour.name, write_scenes(tour.scenes), row.version + 1
    row.principal, row.changed_at = principal.id, func.now()
    session.flush()
    return to_tour(row)


def _lock(session: Session, tour_id: int, version: int) -> models.Tour:
    known = 0 < tour_id <= LARGEST_ID
    row = session.get(models.Tour, tour_id, with_for_update=True) if known else None
    if row is None:
        raise Refused("tour_unknown", tour=tour_id)
    if row.version != version:
        raise Refused("tour_changed_meanwhile")
    return row
