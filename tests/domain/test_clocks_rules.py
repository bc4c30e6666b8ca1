"""Rules are data that is checked: contradictions are refused by name, and rows are read back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grid.clocks.events import EventKind
from grid.clocks.regulation import regulation_rules, stricter_rules
from grid.clocks.rule_rows import read_rule, rule_row
from grid.clocks.rules import ClockRule, Counting, Rolling, RuleBook
from grid.matters import Purpose, Track
from grid.refusals import Refused

DAY = date(2026, 6, 1)
REPLY = next(rule for rule in regulation_rules() if rule.clock == "reply")
FAULTS: list[tuple[dict[str, object], str]] = [
    ({"days": 0}, "clock_rule_length"),
    ({"days": -15}, "clock_rule_length"),
    ({"days": 100_000}, "clock_rule_length"),
    ({"extension_days": 31}, "clock_rule_extension"),
    ({"extension_days": -1}, "clock_rule_extension"),
    ({"soon_days": -1}, "clock_rule_numbers"),
    ({"nth": 0}, "clock_rule_numbers"),
    ({"nth": 3, "nth_last": 2}, "clock_rule_numbers"),
    ({"starts": ()}, "clock_rule_endless"),
    ({"stops": ()}, "clock_rule_endless"),
    ({"stops": (EventKind.ACCEPTED,)}, "clock_rule_events_clash"),
    ({"voids": (EventKind.REPLIED,)}, "clock_rule_events_clash"),
    ({"valid_to": date(2022, 5, 1)}, "clock_rule_period"),
    ({"tracks": ()}, "clock_rule_for_nothing"),
    ({"purposes": ()}, "clock_rule_for_nothing"),
    ({"purposes": (Purpose.ACCUSATION,)}, "clock_rule_accusation"),
    ({"clock": "办结"}, "clock_rule_code"),
    ({"source": " "}, "clock_rule_source"),
]


@pytest.mark.parametrize(("change", "code"), FAULTS)
def test_a_rule_that_contradicts_itself_is_refused(change: dict[str, object], code: str) -> None:
    with pytest.raises(Refused, match=code):
        replace(REPLY, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"starts": ["lunch"]}, "clock_event_unknown"),
        ({"voids": ["lunch"]}, "clock_event_unknown"),
        ({"tracks": ["lunch"]}, "clock_rule_word"),
        ({"counting": "lunar"}, "clock_rule_word"),
        ({"days": "60"}, "clock_rule_column"),
        ({"days": True}, "clock_rule_column"),
        ({"days": None}, "clock_rule_column"),
        ({"pausable": 1}, "clock_rule_column"),
        ({"valid_from": "2022-05-01"}, "clock_rule_column"),
        ({"starts": "accepted"}, "clock_rule_column"),
        ({"colour": "red"}, "clock_rule_column"),
        ({"days": -1}, "clock_rule_length"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused(change: dict[str, object], code: str) -> None:
    with pytest.raises(Refused, match=code):
        read_rule({**rule_row(REPLY), **change})


def test_a_row_without_a_column_that_must_be_there_is_refused() -> None:
    row = rule_row(REPLY)
    for column in ("jurisdiction", "clock", "days", "starts", "stops", "valid_from", "source"):
        with pytest.raises(Refused, match="clock_rule_column"):
            read_rule({name: value for name, value in row.items() if name != column})


@st.composite
def rules(draw: st.DrawFn) -> ClockRule:
    kinds = draw(st.permutations(list(EventKind)))
    starts, stops, voids = kinds[:2], kinds[2:4], kinds[4 : draw(st.integers(4, 6))]
    since = draw(st.dates(date(2000, 1, 1), date(2040, 1, 1)))
    return ClockRule(
        jurisdiction=draw(st.sampled_from(["CN", "33", "3301"])),
        clock=draw(st.sampled_from(["reply", "review"])),
        days=draw(st.integers(1, 90)),
        starts=tuple(starts),
        stops=tuple(stops),
        valid_from=since,
        source="某文件",
        counting=draw(st.sampled_from(list(Counting))),
        valid_to=draw(st.none() | st.dates(date(2040, 1, 2), date(2050, 1, 1))),
        tracks=tuple(draw(st.sets(st.sampled_from(list(Track)), min_size=1))),
        purposes=tuple(draw(st.sets(st.sampled_from([Purpose.CLAIM, Purpose.SUGGESTION]), min_size=1))),
        voids=tuple(voids),
        extension_days=draw(st.integers(0, 30)),
        pausable=draw(st.booleans()),
        rolling=draw(st.sampled_from(list(Rolling))),
        window=draw(st.booleans()),
        soon_days=draw(st.integers(0, 9)),
        nth=draw(st.integers(1, 3)),
        nth_last=draw(st.none() | st.integers(3, 5)),
    )


@given(rules())
def test_rows_are_read_back(rule: ClockRule) -> None:
    row = rule_row(rule)
    plain = (str, int, bool, date, list, type(None))
    assert all(type(value) in plain for value in row.values())
    assert read_rule(row) == rule


@given(st.lists(rules(), max_size=5))
def test_rules_overlap_if_a_matter_of_some_day_could_have_two(found: list[ClockRule]) -> None:
    """The oracle tries every track and purpose on every day on which a rule begins."""
    days = {rule.valid_from for rule in found}
    seen = [
        (rule.jurisdiction, rule.clock, track, purpose, day)
        for rule in found
        for track in rule.tracks
        for purpose in rule.purposes
        for day in days
        if rule.valid_from <= day and (rule.valid_to is None or day < rule.valid_to)
    ]
    if len(seen) == len(set(seen)):
        assert RuleBook(tuple(found)).rules == tuple(found)
    else:
        with pytest.raises(Refused, match="clock_rules_overlap"):
            RuleBook(tuple(found))


def test_a_new_rule_takes_over_on_its_day() -> None:
    ended = replace(REPLY, valid_to=DAY)
    later = replace(REPLY, valid_from=DAY, days=45)
    book = RuleBook((later, ended))
    for day, days in ((date(2022, 5, 1), 60), (date(2026, 5, 31), 60), (DAY, 45), (date(2040, 1, 1), 45)):
        rule = book.rule_for("reply", Track.ORDINARY, Purpose.CLAIM, "330102", day)
        assert rule is not None
        assert rule.days == days
    assert book.rule_for("reply", Track.ORDINARY, Purpose.CLAIM, "330102", date(2022, 4, 30)) is None


def test_the_nearest_jurisdiction_decides() -> None:
    province = stricter_rules("33", DAY, "《某省信访条例》")
    city = tuple(replace(rule, jurisdiction="3301", days=rule.days - 1) for rule in province)
    book = RuleBook((*regulation_rules(), *city, *province))
    for area, days in (("330102", 44), ("330200", 45), ("110101", 60), ("", 60)):
        rule = book.rule_for("reply", Track.ORDINARY, Purpose.CLAIM, area, DAY)
        assert rule is not None
        assert rule.days == days


def test_the_example_is_stricter_and_says_where_it_comes_from() -> None:
    nation = {rule.clock: rule for rule in regulation_rules()}
    example = stricter_rules("33", DAY, "《某省信访条例》")
    assert len(example) >= 3
    for rule in example:
        assert rule.days < nation[rule.clock].days
        assert rule.extension_days <= nation[rule.clock].extension_days
        assert rule.source == "《某省信访条例》"
