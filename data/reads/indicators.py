"""Indicators (指标) of units, areas and leaders: league tables, one subject's figures, and the matters behind.

Units' figures come from sums that were made over all matters (``indicator_sum``), so that they are the same
for whoever reads them; what the sums cannot tell is counted from the matters that the reader may see.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from grid.indicators.cohorts import CohortPage
from grid.indicators.figures import FigureQuestion, Subject, SubjectFigures
from grid.listings import Quarter


def subject(session: Session, code: str) -> Subject:
    """Return whose figures a code names: a unit by its area's code, ``d<id>``, ``l<id>`` or ``a<area code>``.

    Raises ``Refused('subject_unknown')``.
    """
    raise NotImplementedError


def league(session: Session, question: FigureQuestion) -> tuple[SubjectFigures, ...]:
    """Return the figures of all units that a question is about and the reader may see, by code."""
    raise NotImplementedError


def figures_of(session: Session, subject: Subject, question: FigureQuestion) -> SubjectFigures:
    """Return the figures of a unit, an area (matters placed there) or a leader (all units of theirs)."""
    raise NotImplementedError


def quarters_of(
    session: Session, subject: Subject, last: Quarter, count: int = 8
) -> tuple[tuple[Quarter, SubjectFigures], ...]:
    """Return a subject's figures of the quarters up to ``last``, oldest first."""
    raise NotImplementedError


def cohort(
    session: Session, subject: Subject, indicator: str, question: FigureQuestion, page: int = 1
) -> CohortPage:
    """Return the matters behind a figure, those not met first; for roles that may see matters one by one."""
    raise NotImplementedError
