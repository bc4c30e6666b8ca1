"""Cases that imported matters open by themselves: submitted again, not satisfied, or never evaluated.

By the worker, over all matters, with the importer's login: a screen's own reader may not see them all.
"""

from __future__ import annotations

import logging
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Engine, String, cast, exists, func, literal, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session, aliased

from data import models
from data.reads import city
from data.reads.noting import noting
from data.sessions import bump_version
from data.supervision.book import procedure_book
from grid.audits import Action
from grid.matters import SETTLED_STAGES, Evaluation, Purpose, Track
from grid.principals import Principal, Role
from grid.supervision.procedures import Cause, Opening, Procedure, ProcedureBook

OPENER = Principal("worker", Role.ADMIN)
_LOG = logging.getLogger("fengtu.worker")
_case, _petition = models.SupervisionCase, models.Petition


class _Nothing(Exception):  # noqa: N818  an answer, not a fault
    """No case was to be opened: no audit row, no new version."""


class Opener:
    """Opens what is due whenever the data changed or a day began since it looked last."""

    def __init__(self) -> None:
        self._seen: tuple[int, date] | None = None

    def open_when_due(self, engine: Engine) -> None:
        """Open cases, but only log what goes wrong: the data is safe without them."""
        try:
            with Session(engine) as session:
                now = (city.version(session).number, city.today(session))
            if now != self._seen:
                self._seen = (now[0] + 1, now[1]) if open_automatic(engine) else now
        except Exception as error:
            _LOG.error("cases were not opened: %s", type(error).__name__)


def open_automatic(engine: Engine, book: ProcedureBook | None = None) -> int:
    """Open every case that a cause asks for and was never opened; return how many were."""
    book = book or procedure_book()
    counts: dict[str, int] = {}
    try:
        with noting(engine, OPENER, Action.SUPERVISION_OPEN, "supervision_case") as (session, facts):
            on = city.today(session)
            for procedure in book.current:
                if procedure.opens is not None and (made := _open(session, procedure, procedure.opens, on)):
                    counts[procedure.code] = made
            if not counts:
                raise _Nothing
            facts["procedure"], facts["count"] = list(counts), sum(counts.values())
            bump_version(session)
    except _Nothing:
        return 0
    return sum(counts.values())


def _open(session: Session, procedure: Procedure, opening: Opening, on: date) -> int:
    """Insert the cases of one procedure; one that is open already stands for what came after it."""
    conditions, cause = _CAUSES[opening.cause](opening, on)
    wanted = select(
        literal(procedure.code),
        literal(procedure.version),
        _petition.id,
        _petition.unit_id,
        literal(on),
        literal(OPENER.id),
        cause,
    ).where(
        _petition.purpose != Purpose.ACCUSATION,
        _petition.track != Track.LEGAL,
        _petition.unit_id.is_not(None),
        *conditions,
        ~exists().where(
            _case.petition_id == _petition.id, _case.procedure == procedure.code, _case.ended_at.is_(None)
        ),
    )
    columns = ("procedure", "version", "petition_id", "unit_id", "opened_on", "opened_by", "cause")
    made = upsert(_case).from_select(columns, wanted).on_conflict_do_nothing().returning(_case.id)
    return len(session.scalars(made).all())


_Caused = tuple[list[ColumnElement[bool]], ColumnElement[str]]


def _resubmitted(opening: Opening, on: date) -> _Caused:
    again = _petition.submissions - 1
    conditions = [
        again >= opening.least,
        _petition.closed_on.is_(None),
        _petition.stage.not_in(SETTLED_STAGES),
    ]
    if opening.most is not None:
        conditions.append(again <= opening.most)
    return conditions, _cause(Cause.RESUBMITTED, again)


def _unsatisfied(opening: Opening, on: date) -> _Caused:
    day = func.coalesce(_petition.evaluated_on, _petition.closed_on, _petition.replied_on)
    since = on - timedelta(days=opening.within_days)
    conditions = [_petition.evaluation == Evaluation.UNSATISFIED, day.between(since, on)]
    return conditions, _cause(Cause.UNSATISFIED, day)


def _unevaluated(opening: Opening, on: date) -> _Caused:
    """Only of sources that tell evaluations at all: of the others nobody knows."""
    last = on - timedelta(days=opening.least)
    other = aliased(_petition)
    tells = exists().where(other.source == _petition.source, other.evaluation.is_not(None))
    conditions = [
        _petition.evaluation.is_(None),
        _petition.purpose == Purpose.CLAIM,
        _petition.replied_on.between(last - timedelta(days=opening.within_days), last),
        tells,
    ]
    return conditions, _cause(Cause.UNEVALUATED, _petition.replied_on)


def _cause(cause: Cause, value: ColumnElement[int] | ColumnElement[date] | object) -> ColumnElement[str]:
    return func.concat(literal(cause.value, String), literal(":"), cast(value, String))


_CAUSES = {
    Cause.RESUBMITTED: _resubmitted,
    Cause.UNSATISFIED: _unsatisfied,
    Cause.UNEVALUATED: _unevaluated,
}
