"""How an audit row is told, with the words handed in: names for codes, each fact as a word and a value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from grid.audits import AuditRow, ChainFault

FACT_CODES = {
    "role": "role",
    "role_before": "role",
    "kind": "import_kind",
    "level": "level",
    "by": "audit.by",
    "keys": "audit.setting",
    "channel": "channel",
    "category": "category",
    "stage": "stage",
    "purpose": "purpose",
    "unit": "measure_unit",
    "clock": "register.clock",
    "due": "units_map.clocks.question",
    "proposed": "clock_proposal",
    "bar_reason": "bar_reason",
    "verdict": "review.verdict",
    "provider": "providers.name",
    "outcome": "providers.outcome",
    "report": "reports.kind",
    "procedure": "supervision.procedure",
    "supervision_step": "supervision.step",
    "assist_step": "assist.step",
    "run_kind": "run_kind",
    "filtered_role": "role",
    "filtered_action": "audit.action",
    "filtered_subject": "audit.subject",
}
"""Facts whose values are codes, and under which keys their words stand."""


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells rows in the words of ``say``; ``logins`` gives sign-in names by opaque ids.

    What has no words is told as it was written: rows outlive the names of today.
    """

    say: Callable[..., str]
    logins: Mapping[str, str]

    def action(self, row: AuditRow) -> str:
        """Return what was done."""
        return self._word("audit.action", row.action)

    def role(self, row: AuditRow) -> str:
        """Return as what it was done."""
        return self._word("audit.nobody" if row.role == "unknown" else "role", row.role)

    def subject(self, row: AuditRow) -> str:
        """Return to what kind of thing it was done."""
        return self._word("audit.subject", row.subject)

    def principal(self, row: AuditRow) -> str:
        """Return by whom: a sign-in name with the opaque id, or which part of the program."""
        return self._name(row.principal)

    def facts(self, row: AuditRow) -> list[str]:
        """Return each fact as a word and its value."""
        return [self.say("audit.fact_pair", word=word, value=value) for word, value in self.pairs(row)]

    def pairs(self, row: AuditRow) -> list[tuple[str, str]]:
        """Return each fact's word and its value, facts within facts among them."""
        return [(self._word("audit.fact", key), self._value(key, value)) for key, value in _flat(row.facts)]

    def fault(self, fault: ChainFault) -> str:
        """Return what is wrong with the chain."""
        return self.say(f"audit.fault.{fault.kind}", number=fault.number, until=fault.until)

    def _value(self, key: str, value: object) -> str:
        if isinstance(value, bool):
            return self.say("audit.yes" if value else "audit.no")
        if isinstance(value, list | tuple):
            return self.say("audit.list_separator").join(self._value(key, each) for each in value) or "—"
        if value is None or value == "":
            return "—"
        if key == "id":
            return self._name(str(value))
        return self._word(FACT_CODES[key], str(value)) if key in FACT_CODES else str(value)

    def _name(self, public_id: str) -> str:
        login = self.logins.get(public_id)
        return f"{login} ({public_id})" if login else self._word("audit.principal", public_id)

    def _word(self, table: str, code: str) -> str:
        try:
            return self.say(f"{table}.{code}")
        except (KeyError, IndexError, ValueError):
            return code


def _flat(facts: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for key, value in facts.items():
        if isinstance(value, Mapping):
            yield from _flat(value)
        else:
            yield key, value
