"""The inquiry of one import: what it shows of its file and what it asks, answered by the task's options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from grid.inspection import BoundaryView, DatumShare, Inspection, Question, TableView
from grid.refusals import Refused


class Inquiry:
    """Collects questions and views while a file is read; importers ask, options answer."""

    def __init__(self, options: Mapping[str, str]) -> None:
        self._options = options
        self._questions: dict[str, Question] = {}
        self.table: TableView | None = None
        self.boundaries: BoundaryView | None = None
        self.datums: tuple[DatumShare, ...] = ()

    def ask(self, question: Question) -> str:
        """Return the answer to a question, "" where there is none yet; asked twice it counts once.

        Raises ``Refused('answer_unknown')`` for an answer that is none of the choices.
        """
        answer = self._options.get(question.option, "")
        values = [choice.value for choice in question.choices]
        if answer and values and answer not in values:
            raise Refused("answer_unknown", option=question.option, answer=answer)
        self._questions[question.option] = replace(question, answer=answer)
        return answer

    def inspection(self) -> Inspection:
        """Return everything collected."""
        return Inspection(tuple(self._questions.values()), self.table, self.boundaries, self.datums)
