"""What an administrator does with the calendar and the rules of clocks."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from grid.clocks.proposals import Proposal
from grid.clocks.rules import ClockRule
from grid.clocks.years import CalendarYear, StoredRule


class ClocksDesk(Protocol):
    """Calendar and rules: what is in force, what is proposed, and how many open clocks that would change.

    No matter is read here: the worker works out the counts. Everything proposed, confirmed or discarded is
    audited.
    """

    def years(self) -> tuple[CalendarYear, ...]:
        """Return this year with those around it, newest first."""

    def rules(self) -> tuple[StoredRule, ...]:
        """Return all rules by clock, the latest first."""

    def proposals(self) -> tuple[Proposal, ...]:
        """Return what is proposed and not settled, newest first."""

    def propose_notice(self, text: str) -> None:
        """Propose the State Council's notice; raises ``Refused`` where it cannot be read whole."""

    def propose_rule(self, rule_id: int, successor: ClockRule) -> None:
        """Propose that a rule ends on the day from which its successor is in force.

        Raises ``Refused('clock_rule_unknown')`` or those of ``grid.clocks.rules.RuleBook``.
        """

    def propose_stricter(self, jurisdiction: str, valid_from: date, source: str) -> None:
        """Propose the example of a province's stricter rules; raises as ``propose_rule``."""

    def confirm(self, proposal_id: int) -> None:
        """Put a proposal in force.

        Raises ``Refused``: ``clock_proposal_unknown`` or ``clock_proposal_waiting``.
        """

    def discard(self, proposal_id: int) -> None:
        """Leave a proposal; raises ``Refused('clock_proposal_unknown')``."""
