"""Reasons (计算说明): why a clock is due on its day, as codes and facts that a screen says in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from grid.clocks.calendars import WorkCalendar
from grid.clocks.rules import Rolling
from grid.clocks.runs import Extension, Run
from grid.clocks.terms import Due, Pause


@dataclass(frozen=True)
class Reason:
    """One remark on a clock; its words are under ``clock_reason.<code>``, with the facts as placeholders."""

    code: str
    facts: dict[str, str | int] = field(default_factory=dict)


def explain(
    run: Run, pauses: tuple[Pause, ...], due: Due, act_by: date, calendar: WorkCalendar
) -> tuple[Reason, ...]:
    """Return why a run is due as it is: its rule, extensions, pauses, rest days, and what stopped it."""
    rule = run.rule
    facts: dict[str, str | int] = {"start": run.started_on.isoformat(), "days": rule.days}
    known = {"since": rule.valid_from.isoformat(), "jurisdiction": rule.jurisdiction, "source": rule.source}
    reasons = [Reason(f"rule_{rule.counting}", {**facts, **known})]
    reasons += [_of_extension(each, rule.extension_days) for each in run.extensions]
    reasons += [_of_pause(each) for each in pauses]
    reasons += _of_rest_days(run, due, act_by)
    if due.provisional:
        years = (year for year in range(run.started_on.year, due.day.year + 1) if not calendar.knows(year))
        reasons.append(Reason("provisional", {"years": "、".join(map(str, years))}))
    if run.stopped_on is not None and run.stopped_by is not None:
        reasons.append(Reason("stopped", {"on": run.stopped_on.isoformat(), "event": run.stopped_by}))
    return tuple(reasons)


def _of_extension(extension: Extension, limit: int) -> Reason:
    on, days, approver = extension.on.isoformat(), extension.days, extension.approver
    if extension.was_late:
        return Reason("extension_late", {"on": on, "days": days, "approver": approver})
    facts: dict[str, str | int] = {"on": on, "days": days, "approver": approver, "reason": extension.reason}
    if extension.counted < days:
        return Reason("extension_capped", {**facts, "counted": extension.counted, "limit": limit})
    return Reason("extended", facts)


def _of_pause(pause: Pause) -> Reason:
    days = (pause.until - pause.since).days
    return Reason(
        "paused", {"since": pause.since.isoformat(), "until": pause.until.isoformat(), "days": days}
    )


def _of_rest_days(run: Run, due: Due, act_by: date) -> Iterator[Reason]:
    if run.rule.rolling is Rolling.NEXT_WORKING_DAY and due.day != due.counted:
        yield Reason("rolled", {"counted": due.counted.isoformat(), "due": due.day.isoformat()})
    if act_by != due.day:
        yield Reason("due_on_rest_day", {"due": due.day.isoformat(), "act_by": act_by.isoformat()})
