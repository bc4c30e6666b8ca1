"""The desk of calendar and rules over the Regulation alone: one proposal waits, one may be confirmed."""

from __future__ import annotations

from datetime import UTC, date, datetime

from grid.clocks.notices import read_notice
from grid.clocks.proposals import ChangeCounts, Proposal, ProposalKind
from grid.clocks.regulation import regulation_rules
from grid.clocks.rules import ClockRule
from grid.clocks.years import CalendarYear, StoredRule
from grid.refusals import Refused

_MADE = datetime(2026, 11, 20, 9, tzinfo=UTC)


class FakeClocksDesk:
    """``grid.ports.ClocksDesk``; remembers what was put in force."""

    def __init__(self) -> None:
        self.confirmed: list[int] = []

    def years(self) -> tuple[CalendarYear, ...]:
        return CalendarYear(2027, 0, 0, ""), CalendarYear(2026, 33, 7, "chinesecalendar")

    def rules(self) -> tuple[StoredRule, ...]:
        return tuple(StoredRule(n, rule, True) for n, rule in enumerate(regulation_rules(), 1))

    def proposals(self) -> tuple[Proposal, ...]:
        rules, counts = regulation_rules()[:1], (ChangeCounts("forward", earlier=3, overdue=1),)
        waiting = Proposal(1, ProposalKind.RULES, _MADE, "admin", None, rules, None, None, False)
        ready = Proposal(
            2, ProposalKind.RULES, _MADE, "admin", None, rules, counts, date(2026, 11, 20), False
        )
        return ready, waiting

    def propose_notice(self, text: str) -> None:
        read_notice(text)

    def propose_rule(self, rule_id: int, successor: ClockRule) -> None:
        if rule_id not in {one.id for one in self.rules()}:
            raise Refused("clock_rule_unknown")

    def propose_stricter(self, jurisdiction: str, valid_from: date, source: str) -> None:
        raise Refused("clock_rule_unknown")

    def confirm(self, proposal_id: int) -> None:
        if proposal_id != 2:
            raise Refused("clock_proposal_waiting" if proposal_id == 1 else "clock_proposal_unknown")
        self.confirmed.append(proposal_id)

    def discard(self, proposal_id: int) -> None:
        if proposal_id not in {1, 2}:
            raise Refused("clock_proposal_unknown")
