"""What is kept of a publication goes with it."""

from __future__ import annotations

import weakref
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from callbacks.in_force import InForce
from grid.published import Publication
from grid.refusals import Refused

FIRST = Publication(1, datetime(2026, 11, 20, 1, 5, tzinfo=UTC), date(2026, 11, 20))
SECOND = replace(FIRST, number=2)
NEXT_DAY = replace(SECOND, day=date(2026, 11, 21))


class _Answer:
    def __init__(self, publication: Publication, question: str) -> None:
        self.about = publication, question


def test_an_answer_is_made_once_a_publication() -> None:
    answers = InForce(_Answer, most=2)
    kept = answers(FIRST, "a")
    assert kept.about == (FIRST, "a")
    assert answers(FIRST, "a") is kept
    assert answers(replace(FIRST, newer_at=FIRST.changed_at), "a") is kept, "newer data change no product"
    assert answers(FIRST, "b").about == (FIRST, "b")
    assert answers(SECOND, "a").about == (SECOND, "a")


def test_nothing_is_kept_of_a_past_publication() -> None:
    """A wall runs for months, with a publication after each import."""
    answers = InForce(_Answer, most=24)
    made: list[weakref.ref[_Answer]] = []
    for publication in (FIRST, SECOND, NEXT_DAY):
        made.extend(weakref.ref(answers(publication, question)) for question in "ab")
    assert [one() is not None for one in made] == [False] * 4 + [True] * 2


def test_no_more_than_the_latest_answers_are_kept() -> None:
    answers = InForce(_Answer, most=2)
    made = [weakref.ref(answers(FIRST, question)) for question in "abc"]
    assert [one() is not None for one in made] == [False, True, True]


def test_a_refusal_is_not_kept() -> None:
    asked: list[str] = []

    def ask(publication: Publication, question: str) -> str:
        asked.append(question)
        if len(asked) == 1:
            raise Refused("database_down")
        return question

    answers = InForce(ask, most=2)
    with pytest.raises(Refused):
        answers(FIRST, "a")
    assert answers(FIRST, "a") == "a"
