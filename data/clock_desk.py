"""``grid.ports.ClocksDesk`` over PostGIS: calendar and rules on behalf of an administrator."""

from __future__ import annotations

from datetime import date

from data.clocks.proposed import Said
from data.desks import Desk
from data.faults import refusing
from data.reads import clock_terms
from data.writes import clock_proposals
from grid.clocks.proposals import Proposal
from grid.clocks.regulation import stricter_rules
from grid.clocks.rules import ClockRule
from grid.clocks.years import CalendarYear, StoredRule


class ClocksDesk(Desk):
    """The administrator's desk of clocks."""

    def years(self) -> tuple[CalendarYear, ...]:
        """Return the years."""
        return self._read(clock_terms.calendar_years)

    def rules(self) -> tuple[StoredRule, ...]:
        """Return the rules."""
        return self._read(clock_terms.stored_rules)

    def proposals(self) -> tuple[Proposal, ...]:
        """Return the open proposals."""
        return self._read(clock_terms.open_proposals)

    def propose_notice(self, text: str) -> None:
        """Propose a notice."""
        self._propose(Said(text))

    def propose_rule(self, rule_id: int, successor: ClockRule) -> None:
        """Propose a rule's successor."""
        self._propose(Said(add=(successor,), end={rule_id: successor.valid_from}))

    def propose_stricter(self, jurisdiction: str, valid_from: date, source: str) -> None:
        """Propose a province's rules."""
        self._propose(Said(add=stricter_rules(jurisdiction, valid_from, source)))

    def confirm(self, proposal_id: int) -> None:
        """Put a proposal in force."""
        with refusing():
            clock_proposals.confirm(self._engine, self._principal, proposal_id)

    def discard(self, proposal_id: int) -> None:
        """Leave a proposal."""
        with refusing():
            clock_proposals.discard(self._engine, self._principal, proposal_id)

    def _propose(self, said: Said) -> None:
        with refusing():
            clock_proposals.propose(self._engine, self._principal, said)
