"""Supervision: which step is due when and by whom: properties, small sequences and hand-made dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.clocks.seeding import seed_days
from data.supervision.book import procedure_book, read_procedures
from grid.clocks.calendars import WorkCalendar
from grid.clocks.rules import Counting
from grid.clocks.states import ClockState
from grid.principals import Role
from grid.refusals import Refused
from grid.supervision.cases import Case, CaseState, StepDone, case_state, end, may_take, take
from grid.supervision.procedures import (
    TAKERS,
    Field,
    Owner,
    Procedure,
    ProcedureBook,
    Step,
    SubjectKind,
)
from grid.supervision.register import Standing, StandingCounts, counted, standing_of
from grid.supervision.rosters import whistle_times

CALENDAR = WorkCalendar(seed_days())
OPENED = date(2026, 9, 24)
"""A Thursday before the autumn festival and the national day: +5 working days is October 9."""
PROCEDURES = {one.code: one for one in procedure_book().current}
EVERY = pytest.mark.parametrize("code", sorted(PROCEDURES))


def at(day: date, hour: float = 9) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour)


def new_case(code: str | Procedure, opened: date = OPENED) -> Case:
    procedure = code if isinstance(code, Procedure) else PROCEDURES[code]
    return Case(procedure, opened, at(opened))


def told(on: date, words: str = "已办", official: str = "局长") -> StepDone:
    return StepDone("", 0, on, at(on), official, words)


def taking(case: Case, code: str, on: date) -> Case:
    state = case_state(case, CALENDAR, on)
    turn = next((one.turn for one in state.open_steps() if one.step.code == code), 1)
    return replace(case, done=(*case.done, take(state, code, turn, told(on), on)))


def code_of(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.code


def test_a_warning_is_due_in_three_working_days_and_then_the_bureau_checks_in_five() -> None:
    case = new_case("warning")
    state = case_state(case, CALENDAR, OPENED)
    explain, check = state.steps
    # The 25th to the 27th are the festival; 28 to 30 September are worked.
    assert (explain.due_on, explain.days_left, explain.state) == (date(2026, 9, 30), 3, ClockState.RUNNING)
    assert (check.starts_on, check.due_on, check.state) == (None, None, None)
    case = taking(case, "explain", date(2026, 9, 30))
    check = case_state(case, CALENDAR, date(2026, 9, 30)).steps[1]
    assert (check.starts_on, check.due_on) == (date(2026, 9, 30), date(2026, 10, 13))


@pytest.mark.parametrize(
    ("on", "state"),
    [
        (date(2026, 9, 28), ClockState.RUNNING),
        (date(2026, 9, 29), ClockState.DUE_SOON),
        (date(2026, 9, 30), ClockState.DUE_SOON),
        (date(2026, 10, 1), ClockState.OVERDUE),
    ],
)
def test_the_due_day_itself_is_in_time(on: date, state: ClockState) -> None:
    assert case_state(new_case("warning"), CALENDAR, on).state is state


def test_the_book_is_what_the_law_and_the_issue_name() -> None:
    assert set(PROCEDURES) == {
        "warning", "warning_head", "three_meetings", "clear_and_settle", "gates", "double_check", "urge",
        "call_in", "suggestion", "whistle", "unsatisfied", "unevaluated", "listed_matter", "reception",
        "reception_days",
    }  # fmt: skip
    assert [step.code for step in PROCEDURES["listed_matter"].steps if step.owner is Owner.APPROVER] == [
        "sign", "sign_off",
    ]  # fmt: skip
    approvers = procedure_book().steps_of([Role.APPROVER])
    others = procedure_book().steps_of(set(Role) - {Role.APPROVER})
    assert approvers == ("sign", "sign_off")
    assert not set(approvers) & set(others)


@EVERY
def test_taken_on_time_in_order_every_procedure_comes_to_its_end(code: str) -> None:
    """A procedure that could not be finished would keep its cases open for ever."""
    case, on = new_case(code), OPENED
    for _ in range(20):
        state = case_state(case, CALENDAR, on)
        if not state.missing:
            break
        case = taking(case, state.missing[0], on)
    state = case_state(case, CALENDAR, on)
    end(state, withdrawn=False, outcome="办结")
    ended = case_state(replace(case, ended_on=on), CALENDAR, on + timedelta(days=400))
    assert ended.state is ClockState.STOPPED_IN_TIME
    assert (ended.next, ended.open_steps()) == (None, ())
    assert standing_of(ended) is Standing.ENDED


@EVERY
def test_every_order_of_steps_but_the_procedures_own_is_refused(code: str) -> None:
    """All sequences of up to three distinct steps, against an oracle that knows ``after`` alone."""
    steps = PROCEDURES[code].steps
    after = {step.code: step.after for step in steps}
    for length in range(1, min(3, len(steps)) + 1):
        for order in permutations(after, length):
            allowed = all(
                after[each] == "opening" or after[each] in order[:place] for place, each in enumerate(order)
            )
            case, refused = new_case(code), None
            try:
                for each in order:
                    case = taking(case, each, OPENED)
            except Refused as error:
                refused = error.code
            assert refused == (None if allowed else "supervision_step_waits"), order


@EVERY
def test_nothing_is_taken_twice_nor_after_the_end_nor_when_unknown(code: str) -> None:
    first = next(step for step in PROCEDURES[code].steps if step.after == "opening")
    case = taking(new_case(code), first.code, OPENED)
    state = case_state(case, CALENDAR, OPENED)
    for asked, wanted in (
        ((first.code, 1), "supervision_step_taken"),
        ((first.code, 3), "supervision_step_waits"),
        (("no_such_step", 1), "supervision_step_unknown"),
        (("", 1), "supervision_step_unknown"),
    ):
        with pytest.raises(Refused) as refused:
            take(state, *asked, told(OPENED), OPENED)
        assert code_of(refused) == wanted
    ended = case_state(replace(case, ended_on=OPENED), CALENDAR, OPENED)
    with pytest.raises(Refused) as refused:
        take(ended, first.code, 2, told(OPENED), OPENED)
    assert code_of(refused) == "supervision_ended"


@pytest.mark.parametrize(
    ("code", "step", "given_", "wanted"),
    [
        ("warning", "explain", told(OPENED, words=""), "supervision_needs_words"),
        ("warning_head", "head_explain", told(OPENED, official=""), "supervision_needs_official"),
        ("reception", "receive", told(OPENED - timedelta(days=1)), "supervision_day"),
        ("reception", "receive", told(OPENED + timedelta(days=2)), "supervision_day"),
    ],
)
def test_what_is_missing_is_said(code: str, step: str, given_: StepDone, wanted: str) -> None:
    on = OPENED + timedelta(days=1)
    with pytest.raises(Refused) as refused:
        take(case_state(new_case(code), CALENDAR, on), step, 1, given_, on)
    assert code_of(refused) == wanted


def test_a_unit_cannot_say_it_explained_earlier_than_it_did() -> None:
    """A day before is believed only of steps that say so: else every clock could be kept afterwards."""
    late = date(2026, 10, 20)
    done = take(case_state(new_case("warning"), CALENDAR, late), "explain", 1, told(OPENED), late)
    assert done.on == late
    for one in PROCEDURES.values():
        for step in one.steps:
            assert Field.DAY not in step.needs or step.owner is Owner.LEADER


def test_gates_keep_a_case_open_and_withdrawing_needs_a_reason() -> None:
    state = case_state(new_case("gates"), CALENDAR, OPENED)
    assert state.missing == ("talk_before_accepting", "review_before_reply", "return_visit")
    for withdrawn, outcome, wanted in (
        (False, "办结", "supervision_steps_missing"),
        (False, "", "supervision_needs_outcome"),
        (True, "", "supervision_needs_outcome"),
    ):
        with pytest.raises(Refused) as refused:
            end(state, withdrawn=withdrawn, outcome=outcome)
        assert code_of(refused) == wanted
    end(state, withdrawn=True, outcome="误立")


def test_a_county_leader_owes_nothing_before_it_is_escalated_to_them() -> None:
    case = taking(taking(new_case("unsatisfied"), "head_handle", OPENED), "return_visit", OPENED)
    assert case_state(case, CALENDAR, OPENED).missing == ()
    case = taking(case, "escalate", OPENED)
    assert case_state(case, CALENDAR, OPENED).missing == ("leader_handle",)


def test_calls_are_measured_in_hours_with_their_n() -> None:
    states = []
    for hours in (1.0, 4.0, 40.0):
        done = StepDone("arrive", 1, OPENED, at(OPENED, 9 + hours), "局长")
        states.append(case_state(replace(new_case("whistle"), done=(done,)), CALENDAR, OPENED))
    withdrawn = replace(states[2].case, withdrawn=True, ended_on=OPENED)
    waiting = case_state(new_case("whistle"), CALENDAR, OPENED)
    times = whistle_times([*states, waiting, case_state(withdrawn, CALENDAR, OPENED)], OPENED)
    arrive, reply = times.steps
    assert (arrive.n, arrive.median_hours, arrive.longest_hours, arrive.waiting) == (3, 4.0, 40.0, 1)
    assert (reply.n, reply.median_hours, reply.longest_hours, reply.waiting) == (0, None, None, 3)
    assert whistle_times([], OPENED).steps == ()


# What comes round


def test_a_leader_owes_a_day_in_each_whole_month() -> None:
    case = new_case("reception", date(2026, 9, 2))
    turns = case_state(case, CALENDAR, date(2026, 12, 5)).steps
    assert [one.due_on for one in turns] == [date(2026, 10, 31), date(2026, 11, 30), date(2026, 12, 31)]
    assert [one.state for one in turns] == [ClockState.OVERDUE, ClockState.OVERDUE, ClockState.RUNNING]
    case = taking(case, "receive", date(2026, 12, 5))
    turns = case_state(case, CALENDAR, date(2026, 12, 5)).steps
    assert [one.state for one in turns] == [
        ClockState.STOPPED_LATE, ClockState.OVERDUE, ClockState.RUNNING,
    ]  # fmt: skip


def test_fixed_days_are_owed_each() -> None:
    case = new_case("reception_days", date(2026, 10, 1))
    assert [one.due_on for one in case_state(case, CALENDAR, date(2026, 11, 2)).steps] == [
        date(2026, 10, 15), date(2026, 10, 28), date(2026, 11, 15), date(2026, 11, 28),
    ]  # fmt: skip


def test_a_leader_may_receive_oftener_than_owed() -> None:
    case = new_case("reception", date(2026, 10, 1))
    for day in (3, 9, 30):
        case = taking(case, "receive", date(2026, 10, day))
    assert [one.turn for one in case.done] == [1, 2, 3]
    state = case_state(case, CALENDAR, date(2026, 10, 30))
    assert [one.state for one in state.steps].count(ClockState.STOPPED_IN_TIME) == 3
    assert state.next is None


# Properties

days = st.dates(date(2024, 1, 1), date(2026, 12, 31))
steps_made = st.lists(
    st.tuples(
        st.integers(-1, 3),
        st.none() | st.integers(1, 40),
        st.sampled_from(Counting),
        st.booleans(),
        st.booleans(),
    ),
    min_size=1,
    max_size=5,
)


@st.composite
def procedures(draw: st.DrawFn) -> Procedure:
    """Procedures of every shape: chains, forks, optional steps and steps that come round."""
    made: list[Step] = []
    for number, (after, length, counting, optional, monthly) in enumerate(draw(steps_made)):
        before = [one.code for one in made if not one.monthly]
        start = "opening" if after < 0 or not before else before[min(after, len(before) - 1)]
        made.append(
            Step(
                f"step_{'abcdef'[number]}", Owner.BUREAU, start, None if monthly else length, counting,
                monthly=monthly, optional=optional,
            )
        )  # fmt: skip
    return Procedure("made_up", 1, SubjectKind.MATTER, tuple(made))


def overdue(state: CaseState) -> set[tuple[str, date | None]]:
    return {(one.step.code, one.due_on) for one in state.steps if one.state is ClockState.OVERDUE}


@settings(max_examples=150)
@given(procedures(), days, st.lists(st.tuples(st.integers(0, 5), st.integers(0, 60)), max_size=8))
def test_no_step_is_due_before_its_start_and_taking_one_makes_none_overdue(
    procedure: Procedure, opened: date, moves: list[tuple[int, int]]
) -> None:
    case, on = new_case(procedure, opened), opened
    for choice, wait in moves:
        on += timedelta(days=wait)
        before = case_state(case, CALENDAR, on)
        for one in before.steps:
            assert one.starts_on is None or one.starts_on >= opened
            assert one.due_on is None or one.starts_on is None or one.due_on >= one.starts_on
        waiting = before.open_steps()
        if not waiting:
            continue
        chosen = waiting[choice % len(waiting)]
        case = taking(case, chosen.step.code, on)
        after = case_state(case, CALENDAR, on)
        assert overdue(after) <= overdue(before)
        assert len(case.done) == len({(one.step, one.turn) for one in case.done})


@settings(max_examples=100)
@given(procedures(), days, st.integers(0, 200))
def test_time_alone_never_puts_an_open_step_in_time_again(
    procedure: Procedure, opened: date, later: int
) -> None:
    case = new_case(procedure, opened)
    first = case_state(case, CALENDAR, opened + timedelta(days=later))
    second = case_state(case, CALENDAR, opened + timedelta(days=later + 1))
    assert overdue(first) <= overdue(second)


def test_who_takes_a_step_is_told_by_its_owner() -> None:
    state = case_state(new_case("warning"), CALENDAR, OPENED)
    for role in Role:
        codes = [one.step.code for one in may_take(state, role)]
        assert codes == (["explain"] if role in TAKERS[Owner.UNIT] else [])


@pytest.mark.parametrize(
    "standings", [[], [Standing.ENDED] * 3, [Standing.OVERDUE, Standing.RUNNING, Standing.OVERDUE]]
)
def test_standings_are_counted_without_those_that_ended(standings: list[Standing]) -> None:
    found = counted(standings)
    assert found == StandingCounts(
        standings.count(Standing.OVERDUE),
        standings.count(Standing.DUE_SOON),
        standings.count(Standing.RUNNING),
    )
    assert found.open == len([one for one in standings if one is not Standing.ENDED])


# The data file

_GOOD = (
    '[[procedure]]\ncode = "one"\nversion = 1\nsubject = "matter"\n'
    'step = [{ code = "first", owner = "bureau" }, { code = "second", owner = "unit", after = "first" }]\n'
)


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ('after = "first"', 'after = "third"', Refused),
        ('after = "first"', 'after = "second"', Refused),
        ('code = "second"', 'code = "first"', Refused),
        ('owner = "unit"', 'owner = "petitioner"', ValueError),
        ('subject = "matter"', 'subject = "person"', ValueError),
        ("version = 1", "version = 0", Refused),
        ('code = "one"', 'code = "One"', Refused),
        ('owner = "bureau"', 'owner = "bureau", days = 0', Refused),
        ('owner = "bureau"', 'owner = "bureau", month_days = [15]', Refused),
        ('owner = "bureau"', 'owner = "bureau", monthly = true, month_days = [31]', Refused),
        ('owner = "bureau"', 'owner = "bureau", monthly = true', Refused),
        ('subject = "matter"', 'subject = "matter"\nopened_by = "unit"', Refused),
    ],
)
def test_a_procedure_that_contradicts_itself_is_refused(old: str, new: str, wrong: type[Exception]) -> None:
    assert len(read_procedures(_GOOD).current) == 1
    with pytest.raises(wrong):
        read_procedures(_GOOD.replace(old, new, 1))


def test_two_of_one_version_and_two_owners_of_a_step_are_refused() -> None:
    for other in (_GOOD, _GOOD.replace('"one"', '"two"').replace('"unit"', '"leader"')):
        with pytest.raises(Refused):
            read_procedures(_GOOD + other)
    newer = read_procedures(_GOOD + _GOOD.replace("version = 1", "version = 2"))
    assert [one.version for one in newer.current] == [2]
    assert newer.procedure("one", 1).version == 1
    with pytest.raises(Refused):
        newer.procedure("one", 3)
    assert ProcedureBook(()).current == ()
