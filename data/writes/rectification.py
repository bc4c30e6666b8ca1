"""Writes of 挂牌整治: proposals and steps by who signs in; frozen quarters and schemes."""

from __future__ import annotations

from sqlalchemy import Engine

from grid.listings import ListingState, Quarter
from grid.principals import COMMAND_LINE, Principal
from grid.rectification import Ranking, StepAsked


def propose(engine: Engine, principal: Principal, quarter: Quarter, unit_id: int, words: str) -> int:
    """Propose a unit for listing by a frozen quarter, with what criteria say of it; return the listing's id.

    Raises ``Refused``: ``quarter_not_frozen``, ``listing_unit_unknown``, ``listing_exists``,
    ``listing_words_missing`` where no criterion is met and no reason given, ``listing_text_too_long``.
    """
    raise NotImplementedError


def take_step(engine: Engine, principal: Principal, asked: StepAsked) -> ListingState:
    """Take a step on a listing; return its state after it.

    Raises ``Refused``: ``listing_unknown`` and what ``grid.rectification.steps.move`` refuses.
    """
    raise NotImplementedError


def freeze(engine: Engine, quarter: Quarter, principal: Principal = COMMAND_LINE) -> Ranking:
    """Freeze a quarter anew from all matters, as the importer; raises ``Refused('quarter_not_over')``."""
    raise NotImplementedError
