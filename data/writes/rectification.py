"""Writes of 挂牌整治: proposals and steps by who signs in; quarters are frozen by the importer."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Engine, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from data import models
from data.reads import city
from data.reads import rectification as reads
from data.sessions import writing
from data.writes.freezing import freeze
from grid.audits import Action
from grid.listings import ListingState, Quarter, StepKind
from grid.principals import Principal
from grid.rectification import steps as moves
from grid.rectification.criteria import evidence_of
from grid.rectification.ranking import RankedUnit, Ranking
from grid.rectification.records import ListingRecord
from grid.rectification.steps import LONGEST_WORDS, StepAsked
from grid.refusals import Refused

__all__ = ["freeze", "propose", "take_step"]
_SUBJECT = "listing"
_ACTIONS = {
    StepKind.LIST: Action.LISTING_LIST,
    StepKind.REJECT: Action.LISTING_REJECT,
    StepKind.PLAN: Action.LISTING_PLAN,
    StepKind.REPORT: Action.LISTING_REPORT,
    StepKind.EXPLAIN: Action.LISTING_EXPLAIN,
    StepKind.CALL_IN: Action.LISTING_CALL_IN,
    StepKind.DELIST: Action.LISTING_DELIST,
}


def propose(engine: Engine, principal: Principal, quarter: Quarter, unit_id: int, words: str = "") -> int:
    """Propose a unit for listing by a frozen quarter, with what criteria say of it; return the listing's id.

    Raises ``Refused``: ``quarter_not_frozen`` (``quarter``), ``listing_unit_unknown``, ``listing_exists``,
    ``listing_words_missing`` where no criterion is met and no reason given, ``listing_text_too_long``.
    """
    if len(words) > LONGEST_WORDS:
        raise Refused("listing_text_too_long", most=LONGEST_WORDS)
    facts: dict[str, object] = {"quarter": str(quarter)}
    with writing(engine, principal, Action.LISTING_PROPOSE, _SUBJECT, saved=facts) as session:
        frozen = reads.ranking(session, quarter)
        if frozen is None:
            raise Refused("quarter_not_frozen", quarter=str(quarter))
        row = frozen.of_unit(unit_id)
        if row is None:
            raise Refused("listing_unit_unknown")
        if unit_id in reads.not_to_propose(session, quarter):
            raise Refused("listing_exists", unit=row.subject.name)
        listing_id = _insert(session, frozen, row, words.strip())
        asked = StepAsked(listing_id, StepKind.PROPOSE, city.today(session), words=words)
        _write_step(session, principal, asked)
        facts.update(listing=listing_id, unit_name=row.subject.name, revision=frozen.revision)
        return listing_id


def take_step(engine: Engine, principal: Principal, asked: StepAsked) -> ListingState:
    """Take a step on a listing; return its state after it.

    Raises ``Refused``: ``listing_unknown``, ``listing_superseded`` for one that is not its unit's newest, and
    what ``grid.rectification.steps.move`` refuses.
    """
    facts: dict[str, object] = {"listing": asked.listing_id, "step": asked.kind.value}
    with writing(engine, principal, _action(asked), _SUBJECT, saved=facts) as session:
        found = reads.listing(session, asked.listing_id)
        if not found.is_newest:
            raise Refused("listing_superseded")
        after = moves.move(
            found.state,
            principal.role,
            asked,
            since=_since(found),
            today=city.today(session),
            meets_delisting=found.meets_delisting,
        )
        if after is not found.state:
            _change(session, found, after, asked)
        _write_step(session, principal, asked)
        facts.update(unit_name=found.unit_name, quarter=str(found.quarter), state=after.value)
        facts.update(official=asked.official.strip(), meets_delisting=found.meets_delisting)
        return after


def _action(asked: StepAsked) -> Action:
    if asked.kind not in _ACTIONS:
        # A proposal makes a listing: it is none of its steps.
        raise Refused("listing_step_not_yours", step=asked.kind.value)
    return _ACTIONS[asked.kind]


def _insert(session: Session, frozen: Ranking, row: RankedUnit, words: str) -> int:
    ranked = sum(one.rank is not None for one in frozen.rows)
    evidence = evidence_of(frozen.scheme, row, ranked)
    if not evidence and not words:
        raise Refused("listing_words_missing")
    table = models.Listing
    values = {
        "unit_id": row.subject.unit_id,
        "quarter": str(frozen.quarter),
        "state": ListingState.PROPOSED.value,
        "rank": row.rank,
        "score": row.score,
        "reason": words,
        "snapshot_id": frozen.snapshot_id,
        "evidence": {"criteria": [one.content() for one in evidence]},
    }
    try:
        made: int = session.execute(insert(table).values(values).returning(table.id)).scalar_one()
    except IntegrityError:
        # Somebody proposed the same unit while this was on its way.
        raise Refused("listing_exists", unit=row.subject.name) from None
    return made


def _change(session: Session, found: ListingRecord, after: ListingState, asked: StepAsked) -> None:
    table = models.Listing
    values: dict[str, object] = {"state": after.value}
    if asked.kind is StepKind.LIST:
        values |= {"listed_on": asked.on, "approver": asked.official.strip()}
    statement = update(table).where(table.id == found.listing_id, table.state == found.state.value)
    changed: int = session.execute(statement.values(values)).rowcount  # type: ignore[attr-defined]
    if changed != 1:
        # Somebody took a step while this was on its way.
        raise Refused("listing_step_impossible", step=asked.kind.value, state=found.state.value)


def _write_step(session: Session, principal: Principal, asked: StepAsked) -> None:
    values = {
        "listing_id": asked.listing_id,
        "kind": asked.kind.value,
        "on_day": asked.on,
        "official": asked.official.strip(),
        "words": asked.words.strip(),
        "principal": principal.id,
    }
    session.execute(insert(models.ListingStep).values(values))


def _since(found: ListingRecord) -> date:
    """Return the day before which no step is put: that of the step before."""
    if found.steps:
        return found.steps[-1].on
    return found.listed_on or found.quarter.first_day
