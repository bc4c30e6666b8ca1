"""Runs of coverage suggestions: started from the plan on a screen, read as the page shows them."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from data import plan_runs
from data.suggesting.process import limits_for
from grid.coverage import CoverageBook
from grid.principals import Principal
from grid.refusals import Refused
from grid.suggesting.building import SuggestAsked
from grid.suggesting.encoding import decode
from grid.suggesting.runs import Found, RunKind, RunState
from grid.suggesting.working import payload_of


def suggest(engine: Engine, principal: Principal, book: CoverageBook, asked: SuggestAsked) -> int:
    """Start a suggestion for a plan as it stands and return the run's id.

    Raises what ``grid.suggesting.building.problem_of`` raises, or ``Refused('suggest_busy')``.
    """
    payload = payload_of(book, asked)
    kept = {"plan": book.plan.id, **asdict(asked)}
    limits = limits_for(asked.seconds)
    return plan_runs.start(engine, principal, RunKind.COVERAGE, kept, payload, limits=limits)


def state(session: Session, run_id: int) -> RunState:
    """Return how one's own suggestion stands; raises ``Refused('run_unknown')``."""
    run = plan_runs.run(session, run_id)
    if run.kind is not RunKind.COVERAGE:
        raise Refused("run_unknown", run=run_id)
    found = decode(Found, run.state) if run.state else None
    return RunState(run.id, run.status, run.seconds, found, run.error)
