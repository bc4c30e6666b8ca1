"""A suggestion as it is laid out: a run, the plan that it began with, and what of it is not wanted."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dash import html

from callbacks.plan.board import edit_data
from grid.coverage import CoverageBook
from grid.planning import Edit
from grid.suggesting.runs import RunState, RunStatus
from layers.suggestion_words import load_unit
from layers.words import Language, say


@dataclass(frozen=True, slots=True)
class Result:
    """What is laid out: a run with the plan that it began with, and places of steps that are not wanted."""

    state: RunState
    start: CoverageBook
    rejected: frozenset[int]
    language: Language

    def say(self, key: str, /, **facts: object) -> str:
        """Return words in the page's language."""
        return say(key, self.language, **facts)

    @property
    def unit(self) -> str:
        """The unit of loads."""
        return load_unit(self.start, self.language)


def is_settled(state: RunState) -> bool:
    """Return whether the steps stay as they are: the search is over, even where it is still explained."""
    found = state.found
    explained = found is not None and bool(found.curve or found.helper_gains or found.conflict)
    return state.status is not RunStatus.RUNNING or explained


def heading(result: Result, name: str) -> Any:
    """Return the heading of a part of what was found."""
    return html.H3(result.say(f"suggest.heading.{name}"), className="suggest-heading")


def edits_json(edits: Iterable[Edit]) -> str:
    """Return edits as ``window.fengtuPlan.take`` takes them."""
    return json.dumps([edit_data(edit) for edit in edits])
