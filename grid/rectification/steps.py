"""Steps of a listing (挂牌 → 整治 → 摘牌): who may take which from which state, as one table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from grid.listings import IN_FORCE, ListingState, StepKind
from grid.principals import Role
from grid.refusals import Refused

LONGEST_WORDS = 2000
LONGEST_OFFICIAL = 60
_PROPOSED, _LISTED, _RECTIFYING = ListingState.PROPOSED, ListingState.LISTED, ListingState.RECTIFYING
_ANSWERING = (Role.UNIT, Role.TOWN)
"""Who answers for a unit: what they hand in moves nothing until the bureau agrees."""


@dataclass(frozen=True, slots=True)
class Move:
    """Where a step leads from a state, and who takes it."""

    kind: StepKind
    before: ListingState
    after: ListingState
    roles: tuple[Role, ...]


MOVES: tuple[Move, ...] = (
    Move(StepKind.LIST, _PROPOSED, _LISTED, (Role.APPROVER,)),
    Move(StepKind.REJECT, _PROPOSED, ListingState.REJECTED, (Role.APPROVER,)),
    Move(StepKind.PLAN, _LISTED, _LISTED, _ANSWERING),
    Move(StepKind.PLAN, _LISTED, _RECTIFYING, (Role.BUREAU,)),
    Move(StepKind.REPORT, _LISTED, _LISTED, (*_ANSWERING, Role.BUREAU)),
    Move(StepKind.REPORT, _RECTIFYING, _RECTIFYING, (*_ANSWERING, Role.BUREAU)),
    Move(StepKind.EXPLAIN, _LISTED, _LISTED, (*_ANSWERING, Role.BUREAU)),
    Move(StepKind.EXPLAIN, _RECTIFYING, _RECTIFYING, (*_ANSWERING, Role.BUREAU)),
    Move(StepKind.CALL_IN, _LISTED, _LISTED, (Role.LEADER, Role.APPROVER, Role.BUREAU)),
    Move(StepKind.CALL_IN, _RECTIFYING, _RECTIFYING, (Role.LEADER, Role.APPROVER, Role.BUREAU)),
    Move(StepKind.DELIST, _RECTIFYING, ListingState.DELISTED, (Role.APPROVER,)),
)
"""All moves there are. A proposal is no move: it makes the listing. DELISTED and REJECTED are the end."""
NAMED = frozenset({StepKind.LIST, StepKind.REJECT, StepKind.DELIST, StepKind.CALL_IN})
"""Steps that a named official takes (具名): post, perhaps name."""
IN_WORDS = frozenset({StepKind.REJECT, StepKind.PLAN, StepKind.REPORT, StepKind.EXPLAIN, StepKind.CALL_IN})
"""Steps that say something; delisting does where the numbers alone do not allow it."""


@dataclass(frozen=True, slots=True)
class StepAsked:
    """A step that somebody asks for on a listing, on a day.

    Raises ``Refused``: ``listing_official_missing``, ``listing_words_missing`` (``step``) and
    ``listing_text_too_long`` (``most``).
    """

    listing_id: int
    kind: StepKind
    on: date
    official: str = ""
    words: str = ""

    def __post_init__(self) -> None:
        for text, most in ((self.official, LONGEST_OFFICIAL), (self.words, LONGEST_WORDS)):
            if len(text) > most:
                raise Refused("listing_text_too_long", most=most)
        if self.kind in NAMED and not self.official.strip():
            raise Refused("listing_official_missing")
        if self.kind in IN_WORDS and not self.words.strip():
            raise Refused("listing_words_missing")


@dataclass(frozen=True, slots=True)
class StepTaken:
    """A step that was taken: what, when, by which official, in which words."""

    kind: StepKind
    on: date
    official: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class NextStep:
    """A step that may be taken now, and what it asks for."""

    kind: StepKind
    after: ListingState
    needs_official: bool
    needs_words: bool


def next_steps(state: ListingState, role: Role, *, meets_delisting: bool = False) -> tuple[NextStep, ...]:
    """Return the steps that a role may take from a state, in the order of the table."""
    moves = [move for move in MOVES if move.before is state and role in move.roles]
    return tuple(
        NextStep(
            move.kind,
            move.after,
            move.kind in NAMED,
            move.kind in IN_WORDS or (move.kind is StepKind.DELIST and not meets_delisting),
        )
        for move in moves
    )


def move(
    state: ListingState, role: Role, asked: StepAsked, *, since: date, today: date, meets_delisting: bool
) -> ListingState:
    """Return the state after a step.

    ``since`` is the day of the step before: no step is put before it, nor after ``today``.

    Raises
    ------
    Refused
        ``listing_step_impossible`` (``step``, ``state``) where nobody may take it now,
        ``listing_step_not_yours`` (``step``), ``listing_day_impossible`` (``since``, ``until``),
        ``listing_reason_missing`` where the numbers do not allow delisting and no reason is given.
    """
    possible = [one for one in MOVES if one.before is state and one.kind is asked.kind]
    if not possible:
        raise Refused("listing_step_impossible", step=asked.kind.value, state=state.value)
    own = next((one for one in possible if role in one.roles), None)
    if own is None:
        raise Refused("listing_step_not_yours", step=asked.kind.value)
    if not since <= asked.on <= today:
        raise Refused("listing_day_impossible", since=since.isoformat(), until=today.isoformat())
    if asked.kind is StepKind.DELIST and not meets_delisting and not asked.words.strip():
        raise Refused("listing_reason_missing")
    return own.after


def is_in_force(state: ListingState) -> bool:
    """Return whether a unit is listed in a state: it reports, explains and is called in."""
    return state in IN_FORCE
