"""How the demo city's matters are handled: acceptance, reply, evaluation, repeats, on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from data.demo.city import City
from data.demo.happenings import Happenings
from data.demo.mesh import Index
from data.demo.terrain import Mask
from data.demo.units import Units
from grid.areas import Level
from grid.clocks.states import REPLY_DAYS
from grid.matters import SETTLED_STAGES, Category, Channel, Evaluation, Purpose, Stage, Track

NEVER = -1
_LATE_SHARE = 0.073
_STUCK_SHARE = 0.7
"""Of the late ones: those that take most of a year or more."""
_LATER_REPEATED_SHARE = 0.06
_LEGAL_SHARE, _REVIEW_TRACK_SHARE = 0.7, 0.012
_EXTENDED_SHARE, _SLOW_ACCEPTANCE_SHARE = 0.07, 0.03
_EXTENSIONS = (10, 15, 20, 30)
_EXTENDED_BEFORE_DUE_DAYS = 15
"""An extension is approved in the last days of the term."""
_SILENT_SHARE, _EVALUATION_DAYS = 0.36, 30
_DISCONTENT_SHARE, _SATISFIED_SHARE = 0.07, 0.77
"""Of those who evaluate; and of the content among them, those wholly so."""
_EVALUATIONS = (Evaluation.SATISFIED, Evaluation.MOSTLY_SATISFIED, Evaluation.UNSATISFIED, None)
_COUNTY_TROUBLE = (1.0, 0.8, 1.7, 0.6, 0.5, 1.1, 0.7, 1.4, 0.6)
"""How much more than usual each county is late, in the order of the counties."""


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """When what happened to each matter: days as in `Happenings`, `NEVER` for what has not happened yet.

    ``due`` is that of the 办结 clock, beyond the last day before acceptance.
    """

    accepted: Index
    extension_days: Index
    extended: Index
    due: Index
    replied: Index
    evaluated: Index
    closed: Index
    evaluation: npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class Handling:
    """Columns of one length: how each matter stands on the last day.

    ``is_repeat`` are matters that were repeated ones when they were registered (重件).
    """

    course: Course
    track: npt.NDArray[np.object_]
    stage: npt.NDArray[np.object_]
    submissions: Index
    is_repeat: Mask
    heads: Index
    backlog: Mask

    @property
    def settled(self) -> Mask:
        """Where the reply has been delivered."""
        return np.isin(self.stage, list(SETTLED_STAGES))


def handle(city: City, happenings: Happenings, units: Units, rng: np.random.Generator) -> Handling:
    """Return how each matter stands on the last day."""
    today = happenings.days - 1
    course = _run_course(city, happenings, units, rng)
    overdue = (course.replied == NEVER) & (course.due < today)
    submissions, is_repeat = _submissions(happenings, overdue, rng)
    return Handling(
        course=course,
        track=_tracks(happenings, rng),
        stage=_stages(happenings.day, course, today, rng),
        submissions=submissions,
        is_repeat=is_repeat,
        heads=_heads(happenings, rng),
        backlog=overdue & (submissions > 1),
    )


def _run_course(city: City, happenings: Happenings, units: Units, rng: np.random.Generator) -> Course:
    count, today = len(happenings.day), happenings.days - 1
    accepted = _past(happenings.day + _days_to_accept(units, rng), today)
    is_accepted = accepted != NEVER
    asked = np.where(rng.random(count) < _EXTENDED_SHARE, rng.choice(_EXTENSIONS, count), 0)
    term = np.where(is_accepted, accepted, today) + REPLY_DAYS
    reply = _reply_days(city, happenings, term + asked, units, rng)
    extended = term - rng.integers(0, _EXTENDED_BEFORE_DUE_DAYS, count)
    needed = is_accepted & (asked > 0) & (extended <= today) & (reply > extended)
    needed &= happenings.purpose != Purpose.ACCUSATION
    extension = np.where(needed, asked, 0)
    replied = _past(np.where(is_accepted, reply, today + 1), today)
    has_reply = replied != NEVER
    shown = np.where(happenings.purpose == Purpose.ACCUSATION, NEVER, replied)
    evaluated, evaluation = _evaluations(shown, today, units, rng)
    closed = _past(np.where(has_reply, replied + rng.integers(8, 31, count), today + 1), today)
    return Course(
        accepted, extension, np.where(needed, extended, NEVER), term + extension, replied, evaluated, closed,
        evaluation,
    )  # fmt: skip


def _evaluations(
    replied: Index, today: int, units: Units, rng: np.random.Generator
) -> tuple[Index, npt.NDArray[np.object_]]:
    """Return when matters were evaluated, within the time there is for it, and how."""
    count = len(replied)
    says = rng.random(count) >= np.minimum(_SILENT_SHARE * units.silence, 0.95)
    after = 1 + (rng.beta(1.1, 3, count) * (_EVALUATION_DAYS - 1)).astype(np.int64)
    evaluated = _past(np.where((replied != NEVER) & says, replied + after, today + 1), today)
    discontent = rng.random(count) < np.minimum(_DISCONTENT_SHARE * units.discontent, 0.9)
    wholly = rng.random(count) < _SATISFIED_SHARE
    given = np.select([evaluated == NEVER, discontent, wholly], [3, 2, 0], 1)
    return evaluated, _pick(_EVALUATIONS, given)


def _past(day: Index, today: int) -> Index:
    return np.where(day > today, NEVER, day)


def _pick(members: Sequence[StrEnum | None], chosen: Index) -> npt.NDArray[np.object_]:
    """Return members by position; numpy itself would make plain texts of them."""
    return np.asarray(np.array(members, dtype=object)[chosen])


def _tracks(happenings: Happenings, rng: np.random.Generator) -> npt.NDArray[np.object_]:
    count = len(happenings.day)
    legal = (happenings.category == Category.LEGAL) & (rng.random(count) < _LEGAL_SHARE)
    reviewed = rng.random(count) < _REVIEW_TRACK_SHARE
    tracks = [Track.SUGGESTION, Track.LEGAL, Track.REVIEW, Track.ORDINARY]
    return _pick(tracks, np.select([happenings.purpose == Purpose.SUGGESTION, legal, reviewed], [0, 1, 2], 3))


def _days_to_accept(units: Units, rng: np.random.Generator) -> Index:
    count = len(units.unit)
    usual, slow = rng.integers(1, 15, count), rng.integers(16, 30, count)
    return np.where(rng.random(count) < _SLOW_ACCEPTANCE_SHARE * units.lateness, slow, usual)


def _reply_days(
    city: City, happenings: Happenings, due: Index, units: Units, rng: np.random.Generator
) -> Index:
    """Return the day of each reply: mostly within the term, some a little late, some stuck."""
    count = len(due)
    in_time = due - (REPLY_DAYS - 3) * (1 - rng.beta(2.4, 1.7, count))
    stuck = rng.random(count) < _STUCK_SHARE
    late_by = np.where(stuck, rng.exponential(800, count), rng.exponential(25, count))
    trouble = np.array(_COUNTY_TROUBLE)[_counties(city, happenings.grid)]
    late = rng.random(count) < _LATE_SHARE * units.lateness * trouble / np.mean(trouble)
    return np.where(late, due + 1 + late_by, in_time).astype(np.int64)


def _counties(city: City, grid: Index) -> Index:
    row = grid
    for level in (Level.GRID, Level.VILLAGE, Level.TOWN):
        row = city.table(level).parents[row]
    return row


def _submissions(happenings: Happenings, overdue: Mask, rng: np.random.Generator) -> tuple[Index, Mask]:
    """Return how often each matter was submitted, and which were repeated ones from the beginning.

    Again where its cause lasts, and where no reply comes; a few once more after they came for the first time.
    """
    shares = np.array([*(cause.repeat for cause in happenings.causes), 0.12])[happenings.cause]
    again = rng.random(len(shares)) < np.where(overdue, 0.55, 0.84 * shares)
    later = ~again & (rng.random(len(shares)) < _LATER_REPEATED_SHARE)
    return np.where(again, 1 + rng.geometric(0.62, len(shares)), np.where(later, 2, 1)), again


def _heads(happenings: Happenings, rng: np.random.Generator) -> Index:
    """Return heads: one or a few; groups of five and more come in person or sign letters together."""
    count = len(happenings.day)
    shares = np.array([*(cause.group for cause in happenings.causes), 0.02])[happenings.cause]
    together = np.isin(happenings.channel, [Channel.VISIT, Channel.LETTER]) & (rng.random(count) < shares)
    alone = np.where(rng.random(count) < 0.82, 1, rng.integers(2, 5, count))
    return np.where(together, np.minimum(5 + rng.geometric(0.12, count), 60), alone)


def _stages(
    registered: Index, course: Course, today: int, rng: np.random.Generator
) -> npt.NDArray[np.object_]:
    """Return the stage that each matter has reached: the first of these that holds."""
    accepted, closed = course.accepted != NEVER, course.closed != NEVER
    waiting = np.where(accepted, today - course.accepted, 0)
    contested = closed & (course.evaluation == Evaluation.UNSATISFIED)
    chance = rng.random(len(registered))
    reached = {
        Stage.REVIEW: contested & (chance < 0.12),
        Stage.RECHECK: contested & (chance < 0.16),
        Stage.TERMINATED: contested & (chance < 0.18),
        Stage.CLOSED: closed,
        Stage.EVALUATED: course.evaluation != None,  # noqa: E711  an array of objects
        Stage.REPLIED: course.replied != NEVER,
        Stage.EXTENDED: (course.extension_days > 0) & (waiting > 50),
        Stage.HANDLING: waiting > 8,
        Stage.ACCEPTED: accepted,
        Stage.FORWARDED: today - registered > 3,
    }
    chosen = np.select(list(reached.values()), list(range(len(reached))), len(reached))
    return _pick([*reached, Stage.REGISTERED], chosen)
