"""Notices and rules put in force in two steps: proposed, and confirmed once it is known what would change.

Who proposes may read no matter. The worker, whose numbers no screen's user can touch, follows all matters
under the old terms and the new ones and keeps how many clocks change, by clock; a proposal whose counts rest
on terms that have changed since is worked out anew before it can be confirmed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import asdict

from sqlalchemy import Engine, func, insert, select, update
from sqlalchemy.orm import Session

from data import models
from data.clocks.gathering import Subset, gather_clocks
from data.clocks.proposed import Said, kind_of, new_terms, put_in_force, read_said
from data.clocks.terms import StoredTerms, stored_terms
from data.reads import city
from data.sessions import writing
from grid.audits import Action
from grid.clocks.changes import ClockChange, ClockTerms
from grid.clocks.city_clocks import city_changes
from grid.clocks.proposals import ProposalOutcome, count_changes
from grid.principals import Principal
from grid.refusals import Refused

_SUBJECT = "clock_proposal"
_LOG = logging.getLogger("fengtu.clocks")
row = models.ClockProposal


def propose(engine: Engine, principal: Principal, said: Said) -> None:
    """Keep a proposal for the worker to work out.

    Raises ``Refused`` where it cannot be put in force as things stand: those of ``new_terms``, or
    ``clock_proposal_nothing`` where it says what is so already.
    """
    kind = kind_of(said).value
    with writing(
        engine, principal, Action.CLOCKS_PROPOSE, _SUBJECT, changes_data=False, proposed=kind
    ) as session:
        stored = stored_terms(session)
        if new_terms(stored, said) == stored.terms:
            raise Refused("clock_proposal_nothing")
        made = {"kind": kind, "content": said.content(), "principal": principal.id}
        session.execute(insert(row).values(made))


def confirm(engine: Engine, principal: Principal, proposal_id: int) -> None:
    """Put a proposal in force; clocks follow in the worker.

    Raises ``Refused``: ``clock_proposal_unknown``, ``clock_proposal_waiting`` until it is known what would
    change, or those of ``new_terms``.
    """
    with writing(engine, principal, Action.CLOCKS_CONFIRM, _SUBJECT, proposal=proposal_id) as session:
        found, stored = _open(session, proposal_id), stored_terms(session)
        if found.digest != stored.digest or "refused" in (found.result or {}):
            raise Refused("clock_proposal_waiting")
        put_in_force(session, stored, read_said(found.content))
        _settle(session, proposal_id, ProposalOutcome.CONFIRMED)


def discard(engine: Engine, principal: Principal, proposal_id: int) -> None:
    """Leave a proposal; raises ``Refused('clock_proposal_unknown')``."""
    with writing(
        engine, principal, Action.CLOCKS_DISCARD, _SUBJECT, changes_data=False, proposal=proposal_id
    ) as session:
        _open(session, proposal_id)
        _settle(session, proposal_id, ProposalOutcome.DISCARDED)


def work_out(engine: Engine) -> int:
    """Work out every open proposal whose counts are missing or rest on other terms; return how many."""
    with Session(engine) as session, session.begin():
        stored = stored_terms(session)
        digest = row.digest.is_distinct_from(stored.digest)
        due = session.execute(select(row.id, row.content).where(row.settled_at.is_(None), digest)).all()
        for one in due:
            values = {"digest": stored.digest, "as_of": city.today(session)}
            result = _result(session, stored, read_said(one.content))
            session.execute(update(row).where(row.id == one.id).values(**values, result=result))
        return len(due)


def try_to_work_out(engine: Engine) -> None:
    """Work out what waits, but only log what goes wrong."""
    try:
        work_out(engine)
    except Exception as error:
        _LOG.error("proposals were not worked out: %s", type(error).__name__)


def _result(session: Session, stored: StoredTerms, said: Said) -> dict[str, object]:
    try:
        terms = new_terms(stored, said)
    except Refused as refused:
        return {"refused": refused.code}
    counts = count_changes(_changes(session, stored.terms, terms))
    return {"counts": [asdict(each) for each in counts]}


def _changes(session: Session, old: ClockTerms, new: ClockTerms) -> Iterator[ClockChange]:
    on = city.today(session)
    for block in gather_clocks(session, Subset()):
        yield from city_changes(block.matters, old, new, on)


def _open(session: Session, proposal_id: int) -> models.ClockProposal:
    statement = select(row).where(row.id == proposal_id, row.settled_at.is_(None)).with_for_update()
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise Refused("clock_proposal_unknown")
    return found


def _settle(session: Session, proposal_id: int, outcome: ProposalOutcome) -> None:
    values = {"settled_at": func.now(), "outcome": outcome.value}
    session.execute(update(row).where(row.id == proposal_id).values(values))
