"""The desk of siting; proofs run in a child, files leave an audit row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from data import plan_runs
from data.desks import CityDesk
from data.export.siting import write_siting
from data.faults import refusing
from data.reads import siting
from data.reads.noting import noting
from data.suggesting.process import limits_for
from grid.audits import Action
from grid.ports.siting import ProofState
from grid.principals import Principal
from grid.refusals import Refused
from grid.siting.answers import Proof, SitingAnswer, answer
from grid.siting.cases import case_of, encode_case
from grid.siting.places import Places
from grid.siting.questions import Demand, Goal, SitingQuestion, Way
from grid.siting.working import SECONDS
from grid.suggesting.runs import Run, RunKind


class SitingDesk(CityDesk):
    """``grid.ports.SitingDesk`` over PostGIS."""

    def answer(self, question: SitingQuestion, run_id: int | None = None) -> SitingAnswer:
        """Return the answer at once."""
        places, proof = self._read(_gather, question, run_id)
        return answer(places, question, proof)

    def prove(self, question: SitingQuestion) -> int:
        """Start the proof of a question."""
        places = self._read(siting.places, question.within)
        case = case_of(places, question)
        if question.goal is Goal.MEDIAN:
            case.check_size()
        ids = [places.villages[at].id for at in places.candidates]
        told = asdict(question) | {"site_ids": ids}
        with refusing():
            return plan_runs.start(
                self._engine,
                self._principal,
                RunKind.SITING,
                told,
                encode_case(case),
                limits=limits_for(SECONDS),
            )

    def proof(self, run_id: int) -> ProofState:
        """Return how a proof stands."""
        return self._read(_proof_state, run_id)

    def export(self, question: SitingQuestion, say: Callable[..., str], run_id: int | None = None) -> bytes:
        """Return suggested points and gaps as a workbook."""
        return self._note(_export, question, say, run_id)


def _gather(session: Session, question: SitingQuestion, run_id: int | None) -> tuple[Places, Proof | None]:
    places = siting.places(session, question.within)
    if run_id is None:
        return places, None
    try:
        state = _proof_state(session, run_id)
    except Refused:
        return places, None  # an address handed on by somebody else: their proof is not ours to read
    return places, state.proof if state.question == question else None


def _proof_state(session: Session, run_id: int) -> ProofState:
    run = plan_runs.run(session, run_id)
    if run.kind is not RunKind.SITING:
        raise Refused("run_unknown", run=run_id)
    return ProofState(run.id, run.status, run.seconds, _question(run), _proof(run), run.error)


def _question(run: Run) -> SitingQuestion:
    asked = run.asked
    return SitingQuestion(
        asked["within"],
        Demand(asked["demand"]),
        Way(asked["way"]),
        Goal(asked["goal"]),
        asked["radius"],
        asked["most"],
    )


def _proof(run: Run) -> Proof | None:
    if not run.state:
        return None
    ids = run.asked["site_ids"]
    chosen = tuple(ids[site] for site in run.state["sites"])
    return Proof(chosen, run.state["value"], run.state["bound"])


def _export(
    engine: Engine,
    principal: Principal,
    question: SitingQuestion,
    say: Callable[..., str],
    run_id: int | None,
) -> bytes:
    with noting(engine, principal, Action.SERVICE_EXPORT, "siting") as (session, facts):
        places, proof = _gather(session, question, run_id)
        found = answer(places, question, proof)
        facts["count"] = len(found.suggested)
    return write_siting(found, say)
