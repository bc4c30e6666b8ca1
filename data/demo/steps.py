"""The steps of the demo city's matters beside their course: receipt, notice, reading, repeats, backlog."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.demo.handling import NEVER, Handling
from data.demo.happenings import Happenings
from data.demo.mesh import Index
from data.demo.terrain import Mask
from data.demo.units import Units
from grid.matters import BacklogTier, Channel, Purpose, Stage

_LATE_NOTICE_SHARE, _READ_SHARE = 0.045, 0.36
_LONGEST_UNTIL_AGAIN_DAYS = 240
_RESOLVED_SHARES = {BacklogTier.NATION: 0.97, BacklogTier.PROVINCE: 0.84, BacklogTier.CITY: 0.74}
"""Of a tier's batch: those that were resolved; the targets are 100 %, 80 % and 80 %."""
_TIERS = {BacklogTier.NATION: 0.15, BacklogTier.PROVINCE: 0.35, BacklogTier.CITY: 0.5}
"""Of the resolved matters of the batches: those of each tier."""


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """Columns of one length: days as in `Happenings`, `NEVER` for what did not happen, as in accusations."""

    received: Index
    forwarded: Index
    unit_received: Index
    noticed: Index
    resubmitted: Index
    resolved: Index
    head_read: Index
    tier: npt.NDArray[np.object_]


def make_steps(happenings: Happenings, handling: Handling, units: Units, rng: np.random.Generator) -> Steps:
    """Return the steps of matters whose course is run and whose channels are settled."""
    told = happenings.purpose != Purpose.ACCUSATION
    again = handling.submissions > 1
    forwarded, unit_received = _to_the_unit(happenings, handling, rng)
    tier, resolved = _batches(handling, told, rng)
    days = {
        "received": np.maximum(happenings.day - rng.choice([0, 0, 0, 1, 2], len(told)), 0),
        "forwarded": forwarded,
        "unit_received": unit_received,
        "noticed": _notices(happenings, handling, unit_received, units, rng),
        "resubmitted": _resubmissions(happenings, again, rng),
        "resolved": resolved,
        "head_read": _readings(happenings, units, rng),
    }
    shown = {name: np.where(told, day, NEVER) for name, day in days.items()}
    return Steps(**shown, tier=tier)


def _to_the_unit(happenings: Happenings, handling: Handling, rng: np.random.Generator) -> tuple[Index, Index]:
    """Return when matters were forwarded and when the units had them: both before acceptance."""
    registered, accepted = happenings.day, handling.course.accepted
    count, today = len(registered), happenings.days - 1
    latest = np.where(accepted == NEVER, np.minimum(registered + 4, today), accepted)
    forwarded = registered + (rng.random(count) * 0.6 * (latest - registered)).astype(np.int64)
    unit_received = np.minimum(forwarded + rng.integers(0, 3, count), latest)
    still_here = handling.stage == Stage.REGISTERED
    return np.where(still_here, NEVER, forwarded), np.where(still_here, NEVER, unit_received)


def _notices(
    happenings: Happenings, handling: Handling, unit_received: Index, units: Units, rng: np.random.Generator
) -> Index:
    """Return when acceptance was told of: soon after it, by careless units too late."""
    accepted, replied = handling.course.accepted, handling.course.replied
    count, today = len(accepted), happenings.days - 1
    late = rng.random(count) < _LATE_NOTICE_SHARE * units.lateness
    usual = accepted + rng.integers(0, 3, count)
    day = np.where(late, np.maximum(accepted, unit_received + rng.integers(16, 41, count)), usual)
    day = np.where(replied == NEVER, day, np.minimum(day, replied))
    return np.where((accepted == NEVER) | (day > today), NEVER, day)


def _resubmissions(happenings: Happenings, again: Mask, rng: np.random.Generator) -> Index:
    """Return when matters were submitted again first."""
    longest = np.minimum(happenings.days - 1 - happenings.day, _LONGEST_UNTIL_AGAIN_DAYS)
    after = np.ceil(rng.beta(1.1, 1.8, len(again)) * longest).astype(np.int64)
    return np.where(again, happenings.day + after, NEVER)


def _readings(happenings: Happenings, units: Units, rng: np.random.Generator) -> Index:
    """Return when heads of units read and signed letters (阅批)."""
    count = len(happenings.day)
    share = np.minimum(_READ_SHARE * units.reading, 0.97)
    read = (happenings.channel == Channel.LETTER) & (rng.random(count) < share)
    day = happenings.day + rng.integers(0, 8, count)
    return np.where(read & (day < happenings.days), day, NEVER)


def _batches(
    handling: Handling, told: Mask, rng: np.random.Generator
) -> tuple[npt.NDArray[np.object_], Index]:
    """Return who handed backlog matters over, and when those that are resolved were.

    In the batches are matters that were late and submitted again; of those still open as many as the shares
    of the tiers leave, the oldest first.
    """
    course = handling.course
    late = told & (handling.submissions > 1) & (course.replied > course.due)
    tier = np.full(len(told), None, dtype=object)
    tiers, shares = np.array([*_TIERS, None], dtype=object), list(_TIERS.values())
    done = rng.permutation(np.flatnonzero(late))
    tier[done] = tiers[rng.choice(len(shares), len(done), p=shares)]
    left = np.flatnonzero(told & handling.backlog)
    for one, share in _RESOLVED_SHARES.items():
        many = round(np.count_nonzero(tier == one) * (1 / share - 1))
        tier[left[:many]] = one
        left = left[many:]
    resolved = np.where(course.closed == NEVER, course.replied, course.closed)
    return tier, np.where(late, resolved, NEVER)
