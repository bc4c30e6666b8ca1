"""What a child may be asked to run: one function a kind of run, named here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any

from grid.suggesting.runs import RunKind

Work = Callable[[Mapping[str, Any]], Iterator[Mapping[str, Any]]]
"""Takes a JSON payload, yields JSON states, each whole, the last one the result; may raise ``Refused``."""

_WORK = {
    RunKind.COVERAGE: "grid.suggesting.working",
    RunKind.PATCHES: "grid.patches.working",
    RunKind.SITING: "grid.siting.working",
}
"""The module of each kind: its function ``work`` is what runs."""


def work_of(kind: RunKind) -> Work:
    """Import and return the function of a kind; imported in the child alone, since solvers are heavy."""
    found: Work = import_module(_WORK[kind]).work
    return found
