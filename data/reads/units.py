"""Readings of units' pages: the league table, one number with its meaning, one unit's card."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data import models
from data.reads import answerable, city, clocks, editions, frozen_cohorts, indicators, rectification
from data.reads.indicator_subjects import reader_of
from grid.clocks.counts import ClockCounts
from grid.indicators.cohorts import CohortPage
from grid.indicators.definitions import Definition, definition, versions_of
from grid.indicators.figures import Figure, Subject
from grid.indicators.figures import FigureQuestion as Asked
from grid.league import League, LeagueQuestion
from grid.listings import Quarter
from grid.principals import Role
from grid.rectification import ListingRecord, NextStep, RankedUnit, Ranking
from grid.rectification.scores import Score
from grid.rectification.steps import next_steps
from grid.refusals import Refused
from grid.unit_card import QUARTERS_SHOWN, FigureQuestion, ListingLife, OpenedFigure, UnitCard

ANSWERING = frozenset({Role.TOWN, Role.UNIT})
"""Roles that are told of their own units alone, and of no leaders."""
ONE_BY_ONE = frozenset({Role.BUREAU, *ANSWERING})
"""Roles that see matters one by one."""


def quarters(session: Session) -> tuple[Quarter, ...]:
    """Return the quarters that can be asked for: the running one, those before, and every frozen one."""
    latest = [Quarter.of(city.today(session))]
    while len(latest) < QUARTERS_SHOWN:
        latest.append(latest[-1].previous)
    return tuple(sorted({*latest, *rectification.frozen_quarters(session)}, reverse=True))


def league(session: Session, question: LeagueQuestion) -> League:
    """Return the table of a question: frozen where it is, else from today's figures."""
    own, on = own_units(session), city.today(session)
    found = _ranking(session, question, on)
    rows = tuple(row for row in found.rows if own is None or row.subject.unit_id in own)
    leaders = None if own is not None else _leaders(session, [row.subject for row in rows], on)
    return League(question, replace(found, rows=rows), leaders)


def own_units(session: Session) -> frozenset[int] | None:
    """Return the units that a town's or a unit's account answers for; none for who sees all."""
    is_own = reader_of(session).own_units()
    return None if is_own is None else frozenset(session.scalars(select(models.Unit.id).where(is_own)))


def unit_of(session: Session, code: str) -> Subject:
    """Return a unit by its code; raises ``Refused('subject_unknown')``, also for another's."""
    found = indicators.subject(session, code)
    if found.unit_id is None:
        raise Refused("subject_unknown")
    return found


def figure(session: Session, question: FigureQuestion, role: Role) -> OpenedFigure:
    """Return a number with its meaning; of its matters a page for who may see them."""
    subject, on = unit_of(session, question.code), city.today(session)
    versions = versions_of(question.indicator)
    ranking, frozen = _frozen(session, question, subject)
    asked = definition(question.indicator, question.version or (frozen.version if frozen else None))
    is_frozen = frozen is not None and frozen.version == asked.version
    ranking = ranking if is_frozen else None
    as_of = ranking.as_of if ranking else on
    shown = frozen if is_frozen else _live(session, subject, asked, question.league, as_of)
    if shown is None:
        raise Refused("indicator_unknown")
    against = None
    if question.against is not None and question.against != asked.version:
        other = definition(question.indicator, question.against)
        beside = _live(session, subject, other, question.league, as_of)
        against = (other, beside) if beside else None
    matters = None
    if role in ONE_BY_ONE:
        matters = _matters(session, subject, asked, question, ranking)
    return OpenedFigure(subject, asked, shown, as_of, is_frozen, versions, against, matters)


def _matters(
    session: Session, subject: Subject, asked: Definition, question: FigureQuestion, frozen: Ranking | None
) -> CohortPage:
    """Return the matters of a number: the frozen ones of a frozen number."""
    if frozen is not None and subject.unit_id is not None:
        return frozen_cohorts.page_of(session, frozen, subject.unit_id, asked, question.page)
    days = _asked(asked, question.league, city.today(session))
    return indicators.cohort(session, subject, asked.code, days, question.page)


def card(session: Session, code: str, role: Role) -> UnitCard:
    """Return a unit's card."""
    subject, on = unit_of(session, code), city.today(session)
    if subject.unit_id is None:
        raise Refused("subject_unknown")
    leaders = None if role in ANSWERING else _leaders(session, [subject], on).get(subject.unit_id, ())
    records = rectification.listing_history(session, subject.unit_id)
    lives = tuple(ListingLife(one, _steps(one, role)) for one in records)
    frozen = rectification.frozen_quarters(session)
    return UnitCard(
        subject=subject,
        as_of=on,
        quarters=indicators.quarters_of(session, subject, Quarter.of(on), QUARTERS_SHOWN),
        breaks=() if subject.level is None else editions.breaks(session, subject.level),
        leaders=leaders,
        clocks=_clocks(session, subject.unit_id, on),
        ranking=_newest_ranking(session, subject.unit_id, frozen, on),
        listings=lives,
        proposable=_proposable(session, subject.unit_id, frozen) if role is Role.BUREAU else None,
    )


def _proposable(session: Session, unit_id: int, frozen: tuple[Quarter, ...]) -> Quarter | None:
    """Return the newest frozen quarter if a unit may be proposed by it."""
    if not frozen or unit_id in rectification.not_to_propose(session, frozen[0]):
        return None
    return frozen[0]


def _steps(record: ListingRecord, role: Role) -> tuple[NextStep, ...]:
    """Return the steps that a role may take on a listing: on a unit's newest alone."""
    if not record.is_newest:
        return ()
    return next_steps(record.state, role, meets_delisting=record.meets_delisting)


def _ranking(session: Session, question: LeagueQuestion, on: date) -> Ranking:
    if question.is_ranked:
        frozen = rectification.ranking(session, question.quarter)
        return frozen or rectification.live_ranking(session, question.quarter, on)
    scheme = rectification.scheme_in_force(session, question.days.until)
    asked = Asked(question.days, on, category=question.category)
    rows = tuple(
        RankedUnit(one.subject, None, False, Score(None, ()), one)
        for one in indicators.league(session, asked)
    )
    return Ranking(question.quarter, on, scheme, rows)


def _newest_ranking(session: Session, unit_id: int, frozen: tuple[Quarter, ...], on: date) -> Ranking | None:
    """Return the newest frozen ranking that has a unit, cut to it; else the running quarter's."""
    found = rectification.ranking(session, frozen[0]) if frozen else None
    if found is None or found.of_unit(unit_id) is None:
        found = rectification.live_ranking(session, Quarter.of(on), on)
    row = found.of_unit(unit_id)
    return None if row is None else replace(found, rows=(row,))


def _frozen(
    session: Session, question: FigureQuestion, subject: Subject
) -> tuple[Ranking | None, Figure | None]:
    """Return the frozen ranking that a question is about, and what it says of the subject."""
    if not question.league.is_ranked or subject.unit_id is None:
        return None, None
    found = rectification.ranking(session, question.league.quarter)
    row = found.of_unit(subject.unit_id) if found else None
    return found, row.figures.figure(question.indicator) if row else None


def _live(
    session: Session, subject: Subject, asked: Definition, league: LeagueQuestion, as_of: date
) -> Figure | None:
    found = indicators.figures_of(session, subject, _asked(asked, league, as_of))
    return found.figure(asked.code)


def _asked(asked: Definition, league: LeagueQuestion, as_of: date) -> Asked:
    return Asked(league.days, as_of, category=league.category, versions=(asked.key,))


def _leaders(session: Session, subjects: list[Subject], on: date) -> dict[int, tuple[str, ...]]:
    areas = {one.unit_id: one.area_id for one in subjects if one.unit_id is not None}
    found = answerable.leaders_by_unit(session, areas, on)
    return {unit_id: tuple(leader.label for leader in leaders) for unit_id, leaders in found.items()}


def _clocks(session: Session, unit_id: int, on: date) -> ClockCounts:
    found = clocks.clock_counts_by_unit(session, on, unit_id)
    return found[0] if found else ClockCounts(None, unit_id, 0, 0, 0, 0, 0, 0)
