"""Clock rules (时限规则) as data: what starts and stops a clock, how long it runs, for what."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import combinations

from grid.clocks.events import EventKind
from grid.matters import Purpose, Track
from grid.refusals import Refused

NATION = "CN"
"""Jurisdiction of rules that hold everywhere; others are the beginning of an area's code."""
LONGEST_EXTENSION_DAYS = 30
"""延期, Art. 34: no rule of any jurisdiction may allow more."""
LONGEST_DAYS = 3660
CLAIMS_AND_SUGGESTIONS = (Purpose.CLAIM, Purpose.SUGGESTION)
"""Purposes that clocks are told of; an accusation's handling is told to nobody (Art. 30)."""

_CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")


class Counting(StrEnum):
    """Which days a clock counts."""

    NATURAL = "natural"
    WORKING = "working"


class Rolling(StrEnum):
    """What becomes of a due day that is not worked."""

    NONE = "none"
    """It stays; one is told to act on the working day before."""
    NEXT_WORKING_DAY = "next_working_day"


@dataclass(frozen=True, slots=True)
class ClockRule:
    """One rule: a row of ``clock_rule``, keyed by jurisdiction, clock and ``valid_from``, with its tracks.

    ``days`` from the day of a start event, which is not counted, to the due day, which is in time. Of the
    start events of a matter the ``nth`` to the ``nth_last`` start it. In force from ``valid_from`` to before
    ``valid_to``: the day that a clock starts decides. ``extension_days`` is the most that it may be extended
    by in all, none where it may not. A ``window`` is a time in which something may be asked for: it lapses
    and is never overdue. ``source`` names the document and article. ``soon_days`` are days left, as it
    counts them, at which it turns amber.

    Raises
    ------
    Refused
        ``clock_rule_*`` with the clock's code, where it contradicts itself.
    """

    jurisdiction: str
    clock: str
    days: int
    starts: tuple[EventKind, ...]
    stops: tuple[EventKind, ...]
    valid_from: date
    source: str
    counting: Counting = Counting.NATURAL
    valid_to: date | None = None
    tracks: tuple[Track, ...] = tuple(Track)
    purposes: tuple[Purpose, ...] = CLAIMS_AND_SUGGESTIONS
    voids: tuple[EventKind, ...] = ()
    extension_days: int = 0
    pausable: bool = False
    rolling: Rolling = Rolling.NONE
    window: bool = False
    soon_days: int = 7
    nth: int = 1
    nth_last: int | None = None

    def __post_init__(self) -> None:
        if not _CODE.fullmatch(self.clock):
            raise Refused("clock_rule_code", clock=self.clock[:40])
        if not self.source.strip():
            raise Refused("clock_rule_source", clock=self.clock)
        self._check_lengths()
        self._check_events()
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise Refused(
                "clock_rule_period", clock=self.clock, since=str(self.valid_from), until=str(self.valid_to)
            )
        if not self.tracks or not self.purposes:
            raise Refused("clock_rule_for_nothing", clock=self.clock)
        if Purpose.ACCUSATION in self.purposes:
            raise Refused("clock_rule_accusation", clock=self.clock)

    def _check_lengths(self) -> None:
        if not 1 <= self.days <= LONGEST_DAYS:
            raise Refused("clock_rule_length", clock=self.clock, days=self.days, longest=LONGEST_DAYS)
        if not 0 <= self.extension_days <= LONGEST_EXTENSION_DAYS:
            limit = LONGEST_EXTENSION_DAYS
            raise Refused("clock_rule_extension", clock=self.clock, days=self.extension_days, limit=limit)
        if self.soon_days < 0 or self.nth < 1 or (self.nth_last is not None and self.nth_last < self.nth):
            raise Refused("clock_rule_numbers", clock=self.clock)

    def _check_events(self) -> None:
        if not self.starts or not self.stops:
            raise Refused("clock_rule_endless", clock=self.clock)
        for one, other in combinations((set(self.starts), set(self.stops), set(self.voids)), 2):
            if both := one & other:
                raise Refused("clock_rule_events_clash", clock=self.clock, event=min(both))

    def is_in_force(self, day: date) -> bool:
        """Return whether a clock that starts on a day runs by this rule."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def concerns(self, track: Track, purpose: Purpose) -> bool:
        """Return whether the rule is for matters of a track and purpose."""
        return track in self.tracks and purpose in self.purposes

    def covers(self, area_code: str) -> bool:
        """Return whether the rule holds in an area of a code."""
        return self.jurisdiction == NATION or area_code.startswith(self.jurisdiction)

    @property
    def precedence(self) -> int:
        """How near the rule's jurisdiction is: the nearest one's rule is used."""
        return 0 if self.jurisdiction == NATION else len(self.jurisdiction)


@dataclass(frozen=True)
class RuleBook:
    """Rules of all jurisdictions.

    Raises
    ------
    Refused
        ``clock_rules_overlap`` where two rules of one clock and jurisdiction could both be used.
    """

    rules: tuple[ClockRule, ...]
    _by_clock: dict[str, tuple[ClockRule, ...]] = field(init=False, repr=False, compare=False)
    _started: frozenset[tuple[str, EventKind]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        grouped: dict[str, list[ClockRule]] = {}
        for rule in self.rules:
            grouped.setdefault(rule.clock, []).append(rule)
        for rules in grouped.values():
            _refuse_overlaps(rules)
        ranked = {clock: tuple(sorted(rules, key=_nearest_first)) for clock, rules in grouped.items()}
        object.__setattr__(self, "_by_clock", ranked)
        started = frozenset((rule.clock, kind) for rule in self.rules for kind in rule.starts)
        object.__setattr__(self, "_started", started)

    @property
    def clocks(self) -> tuple[str, ...]:
        """Codes of the clocks, in the order in which rules name them first."""
        return tuple(self._by_clock)

    def rules_of(self, clock: str) -> tuple[ClockRule, ...]:
        """Return a clock's rules, those of the nearest jurisdictions first."""
        return self._by_clock.get(clock, ())

    def may_start(self, clock: str, kind: EventKind) -> bool:
        """Return whether an event of a kind starts a clock by any rule: asked before a rule is looked for."""
        return (clock, kind) in self._started

    def rule_for(
        self, clock: str, track: Track, purpose: Purpose, area_code: str, start: date
    ) -> ClockRule | None:
        """Return the rule by which a clock that starts on a day runs, none where no rule concerns it."""
        return next(
            (
                rule
                for rule in self.rules_of(clock)
                if rule.covers(area_code) and rule.concerns(track, purpose) and rule.is_in_force(start)
            ),
            None,
        )


def _nearest_first(rule: ClockRule) -> tuple[int, date]:
    return -rule.precedence, rule.valid_from


def _refuse_overlaps(rules: Iterable[ClockRule]) -> None:
    for one, other in combinations(rules, 2):
        if one.jurisdiction == other.jurisdiction and _meet(one, other):
            raise Refused(
                "clock_rules_overlap",
                clock=one.clock,
                jurisdiction=one.jurisdiction,
                first=one.valid_from.isoformat(),
                second=other.valid_from.isoformat(),
            )


def _meet(one: ClockRule, other: ClockRule) -> bool:
    first, second = sorted((one, other), key=lambda rule: rule.valid_from)
    apart = first.valid_to is not None and first.valid_to <= second.valid_from
    same = set(one.tracks) & set(other.tracks) and set(one.purposes) & set(other.purposes)
    return bool(same) and not apart
