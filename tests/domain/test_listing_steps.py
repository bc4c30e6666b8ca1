"""Steps of a listing: every sequence of up to six by every role, against the law in words; and due days."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from itertools import product

import pytest

from data.clocks.seeding import seed_days
from grid.clocks.calendars import WorkCalendar
from grid.clocks.states import ClockState
from grid.listings import IN_FORCE, ListingState, Quarter, StepKind
from grid.principals import Role
from grid.rectification.schemes import Terms
from grid.rectification.steps import (
    IN_WORDS,
    MOVES,
    NAMED,
    StepAsked,
    StepTaken,
    move,
    next_steps,
)
from grid.rectification.terms import Course, dues, next_due
from grid.refusals import Refused

DAY = date(2026, 7, 1)
ACTORS = (Role.BUREAU, Role.APPROVER, Role.UNIT, Role.LEADER)
"""A town answers as a unit does; all others may do nothing."""
CALENDAR = WorkCalendar(seed_days())
P, L, R = ListingState.PROPOSED, ListingState.LISTED, ListingState.RECTIFYING


def asked(kind: StepKind, on: date = DAY, words: str = "说明") -> StepAsked:
    return StepAsked(1, kind, on, "市委副书记 某某", words)


def by_law(state: ListingState, kind: StepKind, role: Role) -> ListingState | None:
    """The law in words, apart from the table: the state after a step, none where it may not be taken."""
    if role is Role.APPROVER and state is P:
        # Only a named approver decides, and only on what is proposed.
        return {StepKind.LIST: L, StepKind.REJECT: ListingState.REJECTED}.get(kind)
    if role is Role.APPROVER and state is R and kind is StepKind.DELIST:
        # Delisted only after rectifying.
        return ListingState.DELISTED
    return _while_listed(state, kind, role) if state in {L, R} else None


def _while_listed(state: ListingState, kind: StepKind, role: Role) -> ListingState | None:
    answers = role in {Role.UNIT, Role.TOWN}
    if kind is StepKind.PLAN and state is L:
        # The unit hands in its plan; the bureau agrees to it.
        return L if answers else R if role is Role.BUREAU else None
    writing = kind in {StepKind.REPORT, StepKind.EXPLAIN} and (answers or role is Role.BUREAU)
    calling = kind is StepKind.CALL_IN and role in {Role.LEADER, Role.APPROVER, Role.BUREAU}
    return state if writing or calling else None


def taken(state: ListingState, kind: StepKind, role: Role) -> ListingState | None:
    after = None
    with suppress(Refused):
        after = move(state, role, asked(kind), since=DAY, today=DAY, meets_delisting=True)
    return after


@pytest.mark.parametrize(
    ("state", "kind", "role", "code"),
    [
        (L, StepKind.LIST, Role.APPROVER, "listing_step_impossible"),
        (L, StepKind.DELIST, Role.APPROVER, "listing_step_impossible"),
        (P, StepKind.LIST, Role.BUREAU, "listing_step_not_yours"),
        (P, StepKind.LIST, Role.UNIT, "listing_step_not_yours"),
        (R, StepKind.DELIST, Role.LEADER, "listing_step_not_yours"),
        (ListingState.DELISTED, StepKind.REPORT, Role.UNIT, "listing_step_impossible"),
        (P, StepKind.PROPOSE, Role.BUREAU, "listing_step_impossible"),
    ],
)
def test_what_may_not_be_done_is_refused_with_a_code(
    state: ListingState, kind: StepKind, role: Role, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        move(state, role, asked(kind), since=DAY, today=DAY, meets_delisting=True)
    assert refused.value.code == code


def test_the_table_is_the_law_for_every_state_step_and_role() -> None:
    for state, kind, role in product(ListingState, StepKind, Role):
        assert taken(state, kind, role) == by_law(state, kind, role), (state, kind, role)


def test_every_sequence_of_up_to_six_steps_by_anyone() -> None:
    """From a proposal all steps by all roles: (8 x 11)^6, walked by the states that they reach.

    What a sequence leads to depends on the state alone, so that sequences that meet are walked on as one;
    each is counted with the steps that were refused on the way, which change nothing.
    """
    choices = [(kind, role) for kind, role in product(StepKind, Role)]
    # A state with what had been done on the way there: was it listed, and was a plan agreed?
    reached = {(P, False, False): 1}
    for _ in range(6):
        following: dict[tuple[ListingState, bool, bool], int] = {}
        for (state, was_listed, was_agreed), ways in reached.items():
            for kind, role in choices:
                after = taken(state, kind, role)
                assert after == by_law(state, kind, role)
                now = state if after is None else after
                key = (now, was_listed or now is L, was_agreed or now is R)
                following[key] = following.get(key, 0) + ways
        reached = following
        for (state, was_listed, was_agreed), ways in reached.items():
            assert ways > 0
            assert was_listed or state in {P, ListingState.REJECTED}, (
                "nobody is rectifying who was not listed"
            )
            assert was_agreed or state is not ListingState.DELISTED, "nobody is delisted who did not rectify"
    assert sum(reached.values()) == (len(StepKind) * len(Role)) ** 6
    assert {state for state, _, _ in reached} == set(ListingState)


def test_every_sequence_of_the_steps_that_move_is_walked_one_by_one() -> None:
    """The same without joining: each sequence by itself, of the steps that lead anywhere."""
    moving = [(kind, role) for kind, role in product(StepKind, ACTORS) if any(
        by_law(state, kind, role) not in {None, state} for state in ListingState)]  # fmt: skip
    assert len(moving) == 4
    for length in range(7):
        for sequence in product(moving, repeat=length):
            state, path = P, [P]
            for kind, role in sequence:
                state = taken(state, kind, role) or state
                if state is not path[-1]:
                    path.append(state)
            assert path in (
                [P], [P, L], [P, ListingState.REJECTED], [P, L, R], [P, L, R, ListingState.DELISTED]
            )  # fmt: skip


def test_after_the_end_nobody_does_anything() -> None:
    for state in (ListingState.DELISTED, ListingState.REJECTED):
        assert all(next_steps(state, role) == () for role in Role)


def test_what_may_be_done_is_what_is_offered() -> None:
    for state, role in product(ListingState, Role):
        offered = {one.kind: one.after for one in next_steps(state, role)}
        allowed = {kind: by_law(state, kind, role) for kind in StepKind if by_law(state, kind, role)}
        assert offered == allowed


def test_states_in_force_are_those_that_ask_something_of_the_unit() -> None:
    assert {one.before for one in MOVES if Role.UNIT in one.roles} == IN_FORCE


@pytest.mark.parametrize("kind", sorted(NAMED))
@pytest.mark.parametrize("official", ["", "  ", "\t"])
def test_who_decides_is_named(kind: StepKind, official: str) -> None:
    with pytest.raises(Refused) as refused:
        StepAsked(1, kind, DAY, official, "说明")
    assert refused.value.code == "listing_official_missing"


@pytest.mark.parametrize("kind", sorted(IN_WORDS))
def test_what_is_made_in_writing_says_something(kind: StepKind) -> None:
    with pytest.raises(Refused) as refused:
        StepAsked(1, kind, DAY, "某某", " ")
    assert refused.value.code == "listing_words_missing"


@pytest.mark.parametrize("texts", [{"official": "长" * 61}, {"words": "长" * 2001}])
def test_texts_have_an_end(texts: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        StepAsked(1, StepKind.REPORT, DAY, **{"official": "某", "words": "说", **texts})
    assert refused.value.code == "listing_text_too_long"


def test_delisting_against_the_numbers_takes_a_reason() -> None:
    without = asked(StepKind.DELIST, words=" ")
    with pytest.raises(Refused) as refused:
        move(R, Role.APPROVER, without, since=DAY, today=DAY, meets_delisting=False)
    assert refused.value.code == "listing_reason_missing"
    by_numbers = move(R, Role.APPROVER, without, since=DAY, today=DAY, meets_delisting=True)
    with_reason = move(R, Role.APPROVER, asked(StepKind.DELIST), since=DAY, today=DAY, meets_delisting=False)
    assert by_numbers is with_reason is ListingState.DELISTED
    assert [one.needs_words for one in next_steps(R, Role.APPROVER, meets_delisting=True)] == [True, False]
    assert [one.needs_words for one in next_steps(R, Role.APPROVER)] == [True, True]


@pytest.mark.parametrize("days", [-1, 6])
def test_no_step_is_put_before_the_last_one_or_after_today(days: int) -> None:
    with pytest.raises(Refused) as refused:
        move(
            L, Role.UNIT, asked(StepKind.REPORT, DAY + timedelta(days=days)),
            since=DAY, today=DAY + timedelta(days=5), meets_delisting=False,
        )  # fmt: skip
    assert refused.value.code == "listing_day_impossible"


def course(**days: object) -> Course:
    whole = {"proposed_on": None, "listed_on": None, "ended_on": None, "agreed_on": None, "steps": ()}
    return Course(**{**whole, **days})  # type: ignore[arg-type]


def told(owed: object) -> list[tuple[str, date, str]]:
    return [(one.kind.value, one.due_on, one.state.value) for one in owed]  # type: ignore[attr-defined]


def test_an_approver_decides_within_working_days() -> None:
    """2026-09-24 and five working days is 2026-10-09, a vector of the domain."""
    proposed, terms = course(proposed_on=date(2026, 9, 24)), Terms(decide_days=5)
    assert told(dues(proposed, terms, CALENDAR, date(2026, 9, 24))) == [
        ("list", date(2026, 10, 9), ClockState.RUNNING.value)
    ]
    assert told(dues(proposed, terms, CALENDAR, date(2026, 10, 10)))[0][2] == ClockState.OVERDUE.value
    decided = course(proposed_on=date(2026, 9, 24), listed_on=date(2026, 10, 9))
    assert told(dues(decided, terms, CALENDAR, date(2026, 10, 10)))[0][2] == ClockState.STOPPED_IN_TIME.value
    assert dues(proposed, terms, CALENDAR, date(2026, 9, 23)) == ()


def test_a_listed_unit_reports_every_whole_month_and_hands_in_a_plan() -> None:
    listed = course(
        listed_on=date(2026, 7, 15),
        agreed_on=date(2026, 7, 30),
        steps=(
            StepTaken(StepKind.PLAN, date(2026, 7, 30)),
            StepTaken(StepKind.REPORT, date(2026, 8, 31)),
            StepTaken(StepKind.REPORT, date(2026, 10, 2)),
        ),
    )
    owed = dues(listed, Terms(), CALENDAR, date(2026, 10, 10))
    assert told(owed) == [
        ("plan", date(2026, 8, 5), "stopped_in_time"),
        ("report", date(2026, 8, 31), "stopped_in_time"),
        ("report", date(2026, 9, 30), "stopped_late"),
        ("report", date(2026, 10, 31), "running"),
    ]
    following = next_due(owed)
    assert following is not None
    assert (following.due_on, following.days_left) == (date(2026, 10, 31), 21)


def test_a_quarter_that_fell_short_is_explained_in_writing() -> None:
    """Only of quarters frozen while the unit was listed; one explanation answers for one quarter."""
    short = ((Quarter(2026, 1), date(2026, 4, 16)), (Quarter(2026, 2), date(2026, 7, 16)))
    listed = course(listed_on=date(2026, 6, 1), agreed_on=date(2026, 6, 2), short=short)
    owed = [one for one in dues(listed, Terms(), CALENDAR, date(2026, 7, 20)) if one.kind is StepKind.EXPLAIN]
    assert [(one.quarter, one.due_on, one.state.value) for one in owed] == [
        (Quarter(2026, 2), date(2026, 7, 30), "running")
    ]
    told_before = (StepTaken(StepKind.EXPLAIN, date(2026, 7, 15)),)
    answered = (StepTaken(StepKind.EXPLAIN, date(2026, 7, 31)),)
    for steps, state in ((told_before, "overdue"), (answered, "stopped_late")):
        one = course(listed_on=date(2026, 6, 1), agreed_on=date(2026, 6, 2), short=short, steps=steps)
        explained = [
            each for each in dues(one, Terms(), CALENDAR, date(2026, 8, 3)) if each.kind is StepKind.EXPLAIN
        ]
        assert [each.state.value for each in explained] == [state]


def test_nothing_is_owed_after_the_end() -> None:
    ended = course(
        proposed_on=date(2026, 5, 20), listed_on=date(2026, 6, 1), agreed_on=date(2026, 6, 2),
        ended_on=date(2026, 9, 10), short=((Quarter(2026, 2), date(2026, 7, 16)),),
        steps=(StepTaken(StepKind.PLAN, date(2026, 6, 2)),),
    )  # fmt: skip
    owed = dues(ended, Terms(), CALENDAR, date(2026, 12, 1))
    assert next_due(owed) is None
    assert {one.kind for one in owed} == {StepKind.LIST, StepKind.PLAN}
    # On an earlier day it was owed still.
    assert next_due(dues(ended, Terms(), CALENDAR, date(2026, 8, 20))) is not None


def test_a_due_day_in_a_year_without_a_notice_is_provisional() -> None:
    found = dues(course(proposed_on=date(2099, 9, 25)), Terms(), CALENDAR, date(2099, 9, 25))
    assert [one.provisional for one in found] == [True]
