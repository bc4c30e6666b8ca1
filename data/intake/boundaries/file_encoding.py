"""The encoding of a Shapefile's texts: asked for where the file does not say, with names to see."""

from __future__ import annotations

from typing import Any

from data.intake.boundaries.attributes import find_names
from data.intake.boundaries.features import Features, read_features
from data.intake.task import Task
from grid.inspection import Choice, Question
from grid.refusals import Refused

ENCODINGS = ("utf-8", "gb18030")
_SAMPLES = 3
_UNREADABLE = "—"


def ask_encoding(task: Task, features: Features, wanted: dict[str, Any]) -> None:
    """Ask which encoding the texts are in, unless the file says so; ``wanted`` is what picks its layer."""
    if features.encoding_stated and "encoding" not in task.options:
        return
    samples = {encoding: _sample(task, features, encoding, wanted) for encoding in ENCODINGS}
    choices = tuple(
        Choice(encoding, "encoding", {"encoding": encoding.upper(), "sample": sample})
        for encoding, sample in samples.items()
    )
    fitting = [one for one in features.encodings if one in ENCODINGS and samples[one] != _UNREADABLE]
    task.inquiry.ask(
        Question("encoding", "encoding", {}, choices, proposed=fitting[0] if len(fitting) == 1 else "")
    )


def _sample(task: Task, features: Features, encoding: str, wanted: dict[str, Any]) -> str:
    """Return the first names as they read in an encoding."""
    try:
        read = (
            features
            if features.encoding == encoding
            else read_features(task.path, encoding=encoding, **wanted)
        )
    except Refused:
        return _UNREADABLE
    return "、".join(find_names(read, task.options)[:_SAMPLES]) or _UNREADABLE
