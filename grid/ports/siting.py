"""Siting of service points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from grid.ports.shared import CityReads
from grid.siting.answers import Proof, SitingAnswer
from grid.siting.questions import SitingQuestion
from grid.suggesting.runs import RunStatus


@dataclass(frozen=True, slots=True)
class ProofState:
    """How a proof stands: the question it is of, and its best choice so far, none before there was one."""

    id: int
    status: RunStatus
    seconds: float
    question: SitingQuestion
    proof: Proof | None
    error: str | None


class SitingDesk(CityReads, Protocol):
    """Readings of siting, and its proofs, which run apart from the page."""

    def answer(self, question: SitingQuestion, run_id: int | None = None) -> SitingAnswer:
        """Return the answer at once; with one's own run of that very question, that run's choice.

        Raises ``Refused``: ``area_unknown``, ``siting_too_large``.
        """

    def prove(self, question: SitingQuestion) -> int:
        """Start the proof of a question and return its run's id; audited.

        Raises what ``answer`` does and ``Refused('suggest_busy')``.
        """

    def proof(self, run_id: int) -> ProofState:
        """Return how one's own proof stands; raises ``Refused('run_unknown')``."""

    def export(self, question: SitingQuestion, say: Callable[..., str], run_id: int | None = None) -> bytes:
        """Return suggested points and gaps as a workbook; ``say(key)`` gives the words; audited."""
