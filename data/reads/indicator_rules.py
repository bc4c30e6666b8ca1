"""What each version of an indicator counts, in SQL over ``petition``: its day, members and successes.

Everything is as of a day: what happened later is as if it had not. Cohorts reach to that day, so that due
dates and replies need no such care; what is compared with no due day is held to it (``_until``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import SQLColumnExpression, and_, case, func, literal, or_, true

from data.reads.matters import not_accusation, petition, settled_on
from grid.indicators.definitions import Definition
from grid.matters import Channel, Evaluation, Purpose, Track

Condition = SQLColumnExpression[bool]
Day = SQLColumnExpression[Any]
AsOf = date | SQLColumnExpression[date]


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A definition as SQL. ``day`` is the cohort's day; rules with the same ``clock`` have the same one.

    ``counted`` and ``successes`` are by how many a matter counts in the denominator and the numerator.
    ``done_on`` is when what was asked for was done, for those who look at single matters.
    """

    definition: Definition
    clock: str
    day: Day
    member: Condition
    success: Condition
    done_on: Day
    counted: SQLColumnExpression[int] | None = None
    successes: SQLColumnExpression[int] | None = None
    """None: one."""


def base() -> Condition:
    """Return what holds of every cohort: no accusation, and no matter of the law courts (涉法涉诉)."""
    return and_(not_accusation(), petition.track != Track.LEGAL)


def rule_of(definition: Definition, as_of: AsOf) -> Rule:
    """Return the rule of a definition as of a day."""
    return _RULES[definition.key](definition, as_of)


def _until(day: Any, as_of: AsOf) -> Condition:
    """Return whether something had happened; unlike the bare comparison never null."""
    return func.coalesce(day <= as_of, False)


_FIRST = petition.is_repeat.is_(False)
_CLAIM = and_(petition.purpose == Purpose.CLAIM, petition.track == Track.ORDINARY)
_CONTENT = petition.evaluation.in_((Evaluation.SATISFIED.value, Evaluation.MOSTLY_SATISFIED.value))
_NOTICED: Any = func.coalesce(petition.noticed_on, petition.accepted_on)
"""A source without the day of the notice gives that of acceptance."""


def _decided(due: Any, done: Any, as_of: AsOf) -> Condition:
    """Return whether a due day was met or missed: on the day itself there is still time to do it."""
    return or_(due < as_of, _until(done, as_of))


def _accepted_in_time(definition: Definition, as_of: AsOf) -> Rule:
    every = _accepted_in_time_of_all(definition, as_of)
    return Rule(definition, every.clock, every.day, and_(_FIRST, every.member), every.success, every.done_on)


def _accepted_in_time_of_all(definition: Definition, as_of: AsOf) -> Rule:
    due: Any = petition.notice_due_on
    met = func.coalesce(due >= _NOTICED, False)
    return Rule(definition, "notice_due", due, _decided(due, _NOTICED, as_of), met, _NOTICED)


def _replied_in_time(definition: Definition, as_of: AsOf) -> Rule:
    due: Any = petition.due_on
    met = func.coalesce(settled_on() <= due, False)
    member = and_(_CLAIM, _decided(due, settled_on(), as_of))
    return Rule(definition, "due", due, member, met, settled_on())


def _replied_in_time_of_replied(definition: Definition, as_of: AsOf) -> Rule:
    every = _replied_in_time(definition, as_of)
    member = and_(_CLAIM, _until(settled_on(), as_of))
    return Rule(definition, every.clock, every.day, member, every.success, every.done_on)


def _evaluated(as_of: AsOf) -> Condition:
    """An evaluation without a day is in no cohort; of a later day it is as if it had not been given."""
    return and_(petition.evaluation.is_not(None), _until(petition.evaluated_on, as_of))


def _evaluated_or_lapsed(definition: Definition, as_of: AsOf) -> tuple[Day, Condition, Condition]:
    """Return the day of evaluation or of its window's end, who is in the cohort, and who evaluated."""
    given = _evaluated(as_of)
    not_given = or_(petition.evaluation.is_(None), func.coalesce(petition.evaluated_on > as_of, False))
    lapse: Any = settled_on() + definition.window_days
    return case((given, petition.evaluated_on), else_=lapse), or_(given, not_given), given


def _participation(definition: Definition, as_of: AsOf) -> Rule:
    day, member, given = _evaluated_or_lapsed(definition, as_of)
    return Rule(definition, "evaluated_or_lapsed", day, member, given, petition.evaluated_on)


def _participation_of_replied(definition: Definition, as_of: AsOf) -> Rule:
    return Rule(definition, "reply", settled_on(), true(), _evaluated(as_of), petition.evaluated_on)


def _satisfied(definition: Definition, as_of: AsOf) -> Rule:
    on = petition.evaluated_on
    return Rule(definition, "evaluation", on, _evaluated(as_of), _CONTENT, on)


def _satisfied_or_lapsed(definition: Definition, as_of: AsOf) -> Rule:
    day, member, given = _evaluated_or_lapsed(definition, as_of)
    met = or_(~given, func.coalesce(_CONTENT, False))
    return Rule(definition, "evaluated_or_lapsed", day, member, met, petition.evaluated_on)


def _satisfied_not_lapsed(definition: Definition, as_of: AsOf) -> Rule:
    day, member, given = _evaluated_or_lapsed(definition, as_of)
    met = and_(given, func.coalesce(_CONTENT, False))
    return Rule(definition, "evaluated_or_lapsed", day, member, met, petition.evaluated_on)


def _repeated_submissions(definition: Definition, as_of: AsOf) -> Rule:
    del as_of
    on, all_of = petition.registered_on, petition.submissions
    # All submissions of a repeated matter, and of a first one those after its first.
    repeats = case((petition.is_repeat, all_of), else_=all_of - 1)
    return Rule(definition, "registration", on, true(), repeats > 0, on, all_of, repeats)


def _repeated_matters(definition: Definition, as_of: AsOf) -> Rule:
    del as_of
    on = petition.registered_on
    return Rule(definition, "registration", on, true(), petition.is_repeat, on)


def _submitted_again(as_of: AsOf, within: Any = None) -> Condition:
    """Return whether a matter was submitted again, as imported: by its day, else by its submissions."""
    by_day = _until(petition.resubmitted_on, as_of)
    if within is not None:
        by_day = and_(by_day, petition.resubmitted_on <= within)
    return or_(by_day, and_(petition.resubmitted_on.is_(None), petition.submissions > 1))


def _turned_repeat(definition: Definition, as_of: AsOf) -> Rule:
    on, again = petition.registered_on, petition.resubmitted_on
    return Rule(definition, "registration", on, _FIRST, _submitted_again(as_of), again)


def _turned_repeat_soon(definition: Definition, as_of: AsOf) -> Rule:
    day: Any = petition.registered_on + definition.window_days
    again = petition.resubmitted_on
    return Rule(definition, "registration_and_window", day, _FIRST, _submitted_again(as_of, day), again)


def _at_once(definition: Definition, as_of: AsOf) -> Rule:
    end: Any = petition.closed_on + definition.window_days
    unhappy = and_(
        func.coalesce(petition.evaluation == Evaluation.UNSATISFIED, False),
        func.coalesce(petition.evaluated_on <= as_of, True),
    )
    met = and_(~_submitted_again(as_of, end), ~unhappy)
    return Rule(definition, "close", petition.closed_on, and_(_FIRST, _CLAIM), met, petition.closed_on)


def _at_once_and_watched(definition: Definition, as_of: AsOf) -> Rule:
    rule = _at_once(definition, as_of)
    day: Any = petition.closed_on + definition.window_days
    return Rule(definition, "close_and_window", day, rule.member, rule.success, rule.done_on)


def _backlog(definition: Definition, as_of: AsOf) -> Rule:
    on = petition.backlog_resolved_on
    tiers = petition.backlog_tier.in_([tier.value for tier in definition.tiers])
    return Rule(definition, "batch", handed_over_on(), tiers, _until(on, as_of), on)


def handed_over_on() -> Day:
    """Return the day on which a backlog matter was handed over (交办), else that of its registration."""
    return func.coalesce(petition.forwarded_on, petition.registered_on)


def _agent(definition: Definition, as_of: AsOf) -> Rule:
    by_agent = petition.channel == Channel.AGENT
    on, met = petition.accepted_on, _until(petition.closed_on, as_of)
    return Rule(definition, "acceptance", on, by_agent, met, petition.closed_on)


def _agent_not_unsatisfied(definition: Definition, as_of: AsOf) -> Rule:
    rule = _agent(definition, as_of)
    content = func.coalesce(petition.evaluation != Evaluation.UNSATISFIED, True)
    return Rule(definition, rule.clock, rule.day, rule.member, and_(rule.success, content), rule.done_on)


def _head_read(definition: Definition, as_of: AsOf) -> Rule:
    letters = and_(_FIRST, petition.channel == Channel.LETTER)
    read = petition.head_read_on
    return Rule(definition, "registration", petition.registered_on, letters, _until(read, as_of), read)


_RULES: dict[tuple[str, int], Callable[[Definition, AsOf], Rule]] = {
    ("accepted_in_time", 1): _accepted_in_time,
    ("accepted_in_time", 2): _accepted_in_time_of_all,
    ("replied_in_time", 1): _replied_in_time,
    ("replied_in_time", 2): _replied_in_time_of_replied,
    ("evaluated", 1): _participation,
    ("evaluated", 2): _participation_of_replied,
    ("satisfied", 1): _satisfied,
    ("satisfied", 2): _satisfied_or_lapsed,
    ("satisfied", 3): _satisfied_not_lapsed,
    ("repeated", 1): _repeated_submissions,
    ("repeated", 2): _repeated_matters,
    ("turned_repeat", 1): _turned_repeat,
    ("turned_repeat", 2): _turned_repeat_soon,
    ("resolved_at_once", 1): _at_once,
    ("resolved_at_once", 2): _at_once_and_watched,
    ("backlog_resolved", 1): _backlog,
    ("backlog_nation", 1): _backlog,
    ("backlog_province", 1): _backlog,
    ("backlog_city", 1): _backlog,
    ("agent_resolved", 1): _agent,
    ("agent_resolved", 2): _agent_not_unsatisfied,
    ("head_read", 1): _head_read,
}


def members_of(rule: Rule) -> SQLColumnExpression[int]:
    """Return by how many a member counts."""
    return literal(1) if rule.counted is None else rule.counted


def successes_of(rule: Rule) -> SQLColumnExpression[int]:
    """Return by how many a member counts in the numerator."""
    return case((rule.success, literal(1) if rule.successes is None else rule.successes), else_=0)
