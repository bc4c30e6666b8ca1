"""Clocks of matters: the Regulation's vectors, extensions, hearings, returns, and an oracle that walks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grid.clocks.entries import add_event
from grid.clocks.events import ClockedMatter, ClockEvent, EventKind
from grid.clocks.matter_clocks import MatterClock, matter_clocks
from grid.clocks.regulation import regulation_rules, stricter_rules
from grid.clocks.rules import Counting, Rolling, RuleBook
from grid.clocks.states import REPLY_DAYS, ClockState, clock_state, due_after_natural_days
from grid.matters import Purpose, Track
from grid.refusals import Refused
from layers.words import Language, say
from tests.domain.clock_cases import AREA, BOOKS, CALENDAR, clocked_matters, oracle_due

K = EventKind
DAY = timedelta(days=1)
BOOK = RuleBook(regulation_rules())


def matter(*events: tuple[EventKind, date] | ClockEvent, track: Track = Track.ORDINARY) -> ClockedMatter:
    made = tuple(each if isinstance(each, ClockEvent) else ClockEvent(*each) for each in events)
    return ClockedMatter(7, AREA, track, Purpose.CLAIM, made)


def clock(found: ClockedMatter, code: str, on: date, book: RuleBook = BOOK) -> MatterClock:
    (one,) = [each for each in matter_clocks(found, book, CALENDAR, on) if each.clock == code]
    return one


def extended(on: date, days: int, reason: str = "案情复杂") -> ClockEvent:
    return ClockEvent(K.EXTENDED, on, days, "局长", reason)


@pytest.mark.parametrize(
    ("code", "start", "stop", "due"),
    [
        ("forward", K.RECEIVED, K.FORWARDED, date(2026, 9, 16)),
        ("notice", K.UNIT_RECEIVED, K.NOTICED, date(2026, 9, 16)),
        ("objection", K.UNIT_RECEIVED, K.OBJECTED, date(2026, 9, 8)),
        ("reply", K.ACCEPTED, K.REPLIED, date(2026, 10, 31)),
        ("review_application", K.REPLIED, K.REVIEW_APPLIED, date(2026, 10, 1)),
        ("review", K.REVIEW_APPLIED, K.REVIEWED, date(2026, 10, 1)),
        ("recheck_application", K.REVIEWED, K.RECHECK_APPLIED, date(2026, 10, 1)),
        ("recheck", K.RECHECK_APPLIED, K.RECHECKED, date(2026, 10, 1)),
        ("joint_review", K.FLAGGED, K.MEETING_HELD, date(2026, 9, 21)),
    ],
)
def test_each_clock_of_the_table_runs_its_length(code: str, start: K, stop: K, due: date) -> None:
    begun = date(2026, 9, 1)
    running = clock(matter((start, begun)), code, begun)
    assert (running.started_on, running.due_on) == (begun, due)
    in_time = clock(matter((start, begun), (stop, due)), code, due)
    late = clock(matter((start, begun), (stop, due + DAY)), code, due + 9 * DAY)
    assert (in_time.state, late.state) == (ClockState.STOPPED_IN_TIME, ClockState.STOPPED_LATE)
    assert late.days_left is None


def test_sixty_days_of_the_checked_vector() -> None:
    assert clock(matter((K.ACCEPTED, date(2026, 11, 21))), "reply", date(2026, 12, 1)).due_on == date(
        2027, 1, 20
    )


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (date(2026, 9, 24), date(2026, 10, 9)),
        (date(2026, 9, 30), date(2026, 10, 13)),
        (date(2026, 2, 13), date(2026, 2, 27)),
        (date(2026, 5, 8), date(2026, 5, 14)),
    ],
)
def test_an_objection_has_five_working_days(start: date, due: date) -> None:
    assert clock(matter((K.UNIT_RECEIVED, start)), "objection", start).due_on == due


@given(st.dates(date(2022, 5, 1), date(2027, 12, 31)), st.integers(0, 200), st.none() | st.integers(0, 200))
def test_the_reply_clock_is_what_its_users_have_now(start: date, ahead: int, stopped: int | None) -> None:
    """The wall, the register and the patch page say the same of it as ever."""
    on = start + ahead * DAY
    reply = None if stopped is None else start + stopped * DAY
    events = ((K.ACCEPTED, start), *(((K.REPLIED, reply),) if reply is not None else ()))
    found = clock(matter(*events), "reply", on)
    due = due_after_natural_days(start, REPLY_DAYS)
    seen = reply if reply is not None and reply <= on else None
    assert (found.due_on, found.state) == (due, clock_state(due, seen, on))


def test_states_of_a_running_clock() -> None:
    begun = date(2026, 3, 2)
    found = matter((K.ACCEPTED, begun))
    due = begun + 60 * DAY
    states = [clock(found, "reply", due - ahead * DAY).state for ahead in (8, 7, 0, -1)]
    assert states == [ClockState.RUNNING, ClockState.DUE_SOON, ClockState.DUE_SOON, ClockState.OVERDUE]
    assert clock(found, "reply", due + 3 * DAY).days_left == -3


def test_asking_for_a_review_lapses_and_nobody_is_late() -> None:
    found = matter((K.REPLIED, date(2026, 3, 2)))
    late = clock(found, "review_application", date(2026, 6, 1))
    assert (late.state, late.is_open) == (ClockState.LAPSED, False)


def test_an_extension_counts_to_thirty_days_in_all() -> None:
    begun = date(2026, 3, 2)
    once = matter((K.ACCEPTED, begun), extended(date(2026, 4, 20), 20))
    twice = replace(once, events=(*once.events, extended(date(2026, 5, 12), 25)))
    assert clock(once, "reply", date(2026, 6, 1)).due_on == begun + 80 * DAY
    capped = clock(twice, "reply", date(2026, 6, 1))
    assert capped.due_on == begun + 90 * DAY
    assert [each.counted for each in capped.extensions] == [20, 10]


def test_an_extension_after_the_due_day_mends_nothing() -> None:
    begun = date(2026, 3, 2)
    late = matter((K.ACCEPTED, begun), extended(begun + 61 * DAY, 30))
    found = clock(late, "reply", begun + 70 * DAY)
    assert (found.due_on, found.state) == (begun + 60 * DAY, ClockState.OVERDUE)
    assert "extension_late" in {reason.code for reason in found.reasons}
    on_the_day = matter((K.ACCEPTED, begun), extended(begun + 60 * DAY, 30))
    assert clock(on_the_day, "reply", begun + 70 * DAY).due_on == begun + 90 * DAY


def test_the_days_of_a_hearing_do_not_count() -> None:
    begun = date(2026, 3, 2)
    heard = ((K.REVIEW_APPLIED, begun), (K.PAUSED, date(2026, 3, 12)))
    held = clock(matter(*heard), "review", date(2026, 3, 20))
    assert (held.state, held.days_left) == (ClockState.PAUSED, 20)
    assert clock(matter(*heard), "review", date(2026, 5, 20)).days_left == 20
    over = matter(*heard, (K.RESUMED, date(2026, 3, 27)))
    assert clock(over, "review", date(2026, 4, 1)).due_on == begun + 45 * DAY


def test_a_hearing_pauses_nothing_else() -> None:
    found = matter((K.ACCEPTED, date(2026, 3, 2)), (K.PAUSED, date(2026, 3, 3)))
    assert clock(found, "reply", date(2026, 5, 1)).due_on == date(2026, 5, 1)


def test_a_matter_sent_back_owes_nothing_until_it_is_received_again() -> None:
    back = matter((K.UNIT_RECEIVED, date(2026, 3, 2)), (K.OBJECTED, date(2026, 3, 5)))
    assert "notice" not in {each.clock for each in matter_clocks(back, BOOK, CALENDAR, date(2026, 4, 1))}
    again = replace(back, events=(*back.events, ClockEvent(K.UNIT_RECEIVED, date(2026, 3, 20))))
    assert clock(again, "notice", date(2026, 4, 1)).due_on == date(2026, 4, 4)


def test_closing_without_a_reply_stops_what_is_owed_on_its_day() -> None:
    begun = date(2026, 3, 2)
    for days, state in ((60, ClockState.STOPPED_IN_TIME), (61, ClockState.STOPPED_LATE)):
        closed = matter((K.ACCEPTED, begun), (K.CLOSED, begun + days * DAY))
        assert clock(closed, "reply", begun + 99 * DAY).state is state


def test_warnings_go_to_the_unit_the_second_time_and_to_its_head_from_the_third() -> None:
    days = [date(2026, 3, 2), date(2026, 3, 16), date(2026, 3, 30), date(2026, 4, 20)]
    seen = []
    for count in range(1, 5):
        found = matter(*((K.RESUBMITTED, day) for day in days[:count]))
        clocks = matter_clocks(found, BOOK, CALENDAR, days[count - 1])
        seen.append([(each.clock, each.started_on) for each in clocks])
    assert seen[0] == []
    assert seen[1] == [("warning", days[1])]
    assert seen[2] == [("warning", days[1]), ("warning_head", days[2])]
    assert seen[3] == seen[2]


@pytest.mark.parametrize(
    ("track", "purpose", "clocks"),
    [
        (Track.ORDINARY, Purpose.CLAIM, {"forward", "notice", "objection", "reply"}),
        (Track.LEGAL, Purpose.CLAIM, {"forward"}),
        (Track.SUGGESTION, Purpose.SUGGESTION, {"forward", "notice", "objection"}),
        (Track.ORDINARY, Purpose.ACCUSATION, set()),
    ],
)
def test_tracks_and_purposes_have_their_own_clocks(track: Track, purpose: Purpose, clocks: set[str]) -> None:
    events = [(K.RECEIVED, 2), (K.FORWARDED, 3), (K.UNIT_RECEIVED, 3), (K.ACCEPTED, 4)]
    made = tuple(ClockEvent(kind, date(2026, 3, day)) for kind, day in events)
    found = matter_clocks(ClockedMatter(1, AREA, track, purpose, made), BOOK, CALENDAR, date(2026, 3, 9))
    assert {each.clock for each in found} == clocks


def test_a_provinces_rule_holds_there_from_its_day_on_and_the_rest_stays_national() -> None:
    book = RuleBook((*regulation_rules(), *stricter_rules("33", date(2026, 6, 1), "《某省信访条例》")))
    before, after = date(2026, 5, 31), date(2026, 6, 1)
    for area, start, days in ((AREA, before, 60), (AREA, after, 45), ("110101", after, 60)):
        found = replace(matter((K.ACCEPTED, start)), area_code=area)
        assert clock(found, "reply", start, book).due_on == start + days * DAY
    assert clock(matter((K.FLAGGED, after)), "joint_review", after, book).rule.jurisdiction == "CN"


def test_before_the_regulation_nothing_is_counted() -> None:
    found = matter((K.ACCEPTED, date(2022, 4, 30)))
    assert matter_clocks(found, BOOK, CALENDAR, date(2022, 6, 1)) == ()


def test_a_rest_day_is_warned_of_or_rolled_over() -> None:
    """2026-02-23 ends the Spring Festival; the working Saturday before it is the 14th."""
    begun = date(2025, 12, 25)
    found = matter((K.ACCEPTED, begun))
    stays = clock(found, "reply", begun)
    assert (stays.due_on, stays.act_by) == (date(2026, 2, 23), date(2026, 2, 14))
    assert "due_on_rest_day" in {reason.code for reason in stays.reasons}
    rolling = RuleBook(tuple(replace(rule, rolling=Rolling.NEXT_WORKING_DAY) for rule in BOOK.rules))
    rolled = clock(found, "reply", begun, rolling)
    assert (rolled.due_on, rolled.act_by) == (date(2026, 2, 24), date(2026, 2, 24))
    assert not stays.provisional


def test_a_due_day_in_an_unpublished_year_is_provisional_only_if_working_days_decide_it() -> None:
    natural = clock(matter((K.ACCEPTED, date(2026, 12, 1))), "reply", date(2026, 12, 2))
    working = clock(matter((K.FLAGGED, date(2026, 12, 21))), "joint_review", date(2026, 12, 22))
    assert (natural.provisional, working.provisional) == (False, True)
    assert "provisional" in {reason.code for reason in working.reasons}


@given(clocked_matters(), st.sampled_from(BOOKS), st.dates(date(2026, 1, 1), date(2027, 12, 31)))
@settings(max_examples=150)
def test_every_clock_agrees_with_walking_its_days(found: ClockedMatter, book: RuleBook, on: date) -> None:
    for each in matter_clocks(found, book, CALENDAR, on):
        assert each.due_on == oracle_due(each, CALENDAR), each
        assert each.due_on > each.started_on
        assert each.stopped_on is None or each.stopped_on >= each.started_on
        counted = sum(extension.counted for extension in each.extensions)
        assert 0 <= counted <= each.rule.extension_days <= 30


@given(clocked_matters(), st.sampled_from(BOOKS), st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_pausing_never_shortens_a_clock(found: ClockedMatter, book: RuleBook, on: date) -> None:
    """Neither do extensions: with the hearings and extensions taken out, no due day is later."""
    hearing = {K.PAUSED, K.RESUMED}
    whole = {(c.clock, c.started_on): c.due_on for c in matter_clocks(found, book, CALENDAR, on)}
    for without in (hearing, {K.EXTENDED}, hearing | {K.EXTENDED}):
        less = replace(found, events=tuple(e for e in found.events if e.kind not in without))
        plain = {(c.clock, c.started_on): c.due_on for c in matter_clocks(less, book, CALENDAR, on)}
        assert plain.keys() == whole.keys()
        assert all(plain[key] <= whole[key] for key in plain)
        if without == {K.EXTENDED}:
            naturals = {rule.clock for rule in book.rules if rule.counting is Counting.NATURAL}
            rolls = any(rule.rolling is not Rolling.NONE for rule in book.rules)
            grown = [whole[key] - plain[key] for key in plain if key[0] in naturals]
            assert (
                rolls or any(e.kind in hearing for e in found.events) or max(grown, default=DAY) <= 30 * DAY
            )


@given(
    clocked_matters(),
    st.sampled_from(BOOKS),
    st.dates(date(2026, 1, 1), date(2027, 6, 1)),
    st.integers(0, 90),
)
def test_what_a_day_said_can_be_had_again(found: ClockedMatter, book: RuleBook, on: date, later: int) -> None:
    """Events of later days change nothing of an earlier day's answer."""
    known = replace(found, events=tuple(e for e in found.events if e.on <= on + later * DAY))
    assert matter_clocks(found, book, CALENDAR, on) == matter_clocks(known, book, CALENDAR, on)


@given(clocked_matters(), st.sampled_from(BOOKS), st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_every_reason_can_be_said(found: ClockedMatter, book: RuleBook, on: date) -> None:
    for each in matter_clocks(found, book, CALENDAR, on):
        assert each.reasons[0].code.startswith("rule_")
        for language in Language:
            for reason in each.reasons:
                assert say(f"clock_reason.{reason.code}", language, **reason.facts)
            assert say(f"clock.{each.clock}", language)


def test_an_extension_needs_an_approver_a_reason_and_days() -> None:
    for approver, reason, days, code in (
        ("", "案情复杂", 10, "clock_extension_unsigned"),
        ("局长", "  ", 10, "clock_extension_unsigned"),
        ("局长", "案情复杂", 0, "clock_extension_length"),
        ("局长", "案" * 501, 10, "clock_event_long"),
    ):
        with pytest.raises(Refused, match=code):
            ClockEvent(K.EXTENDED, date(2026, 3, 2), days, approver, reason)


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (extended(date(2026, 4, 1), 31), "clock_extension_long"),
        (extended(date(2026, 5, 2), 5), "clock_extension_late"),
        (extended(date(2026, 3, 1), 5), "clock_extension_nothing"),
        (extended(date(2026, 8, 2), 5), "clock_event_ahead"),
        (replace(extended(date(2026, 4, 1), 5), clock="recheck"), "clock_extension_nothing"),
        (replace(extended(date(2026, 4, 1), 5), clock="lunch"), "clock_event_clock_unknown"),
        (ClockEvent(K.PAUSED, date(2026, 4, 1)), "clock_pause_nothing"),
        (ClockEvent(K.RESUMED, date(2026, 4, 1)), "clock_resumed_unpaused"),
    ],
)
def test_what_a_rule_forbids_is_not_recorded(event: ClockEvent, code: str) -> None:
    found = matter((K.ACCEPTED, date(2026, 3, 2)))
    with pytest.raises(Refused, match=code):
        add_event(found, event, BOOK, CALENDAR, date(2026, 6, 1))


def test_what_a_rule_allows_is_recorded() -> None:
    found = matter((K.REVIEW_APPLIED, date(2026, 3, 2)), (K.ACCEPTED, date(2026, 3, 3)))
    for event in (
        ClockEvent(K.PAUSED, date(2026, 3, 9)),
        ClockEvent(K.RESUMED, date(2026, 3, 12)),
        extended(date(2026, 4, 1), 30),
    ):
        found = add_event(found, event, BOOK, CALENDAR, date(2026, 6, 1))
    assert clock(found, "reply", date(2026, 5, 1)).due_on == date(2026, 6, 1)
    assert clock(found, "review", date(2026, 3, 30)).due_on == date(2026, 4, 4)
    with pytest.raises(Refused, match="clock_extension_long"):
        add_event(found, extended(date(2026, 4, 2), 1), BOOK, CALENDAR, date(2026, 6, 1))
