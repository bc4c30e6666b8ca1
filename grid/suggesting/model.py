"""The model (模型): plans with nobody above a limit as a mixed-integer programme, the fewest changes best.

Column x[i, l] says that leader l has unit i; z[l] that a leader whose areas are in one piece today keeps any
of them: then each further area needs a neighbour of his (the neighbour rule). Pieces are kept by cuts, added
when they are broken; every row holds for every legal plan below the limit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from grid.suggesting.bounds import NEVER, giving_counts
from grid.suggesting.hops import Hops, hops
from grid.suggesting.problem import Ints
from grid.suggesting.terms import Terms, loads_of

Reals = NDArray[np.float64]
ABSENT = -1
_THRESHOLDS = 8
"""Workloads by which incoming units are told apart in the rows that count what must be given on."""
_BEYOND = 1e30


@dataclass(frozen=True, slots=True)
class Cut:
    """Of a leader's ``units``, where ``kept`` he keeps any of today's, at most ``most`` without ``between``.

    As a row: Σ x[units] + kept·z − Σ x[between] ≤ most.
    """

    leader: int
    units: tuple[int, ...]
    between: tuple[int, ...]
    most: int
    kept: bool


@dataclass(slots=True)
class Rows:
    """Rows of a programme while it is written."""

    columns: list[Ints] = field(default_factory=list)
    values: list[Reals] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)

    def add(self, columns: Ints, values: Any, lower: float = -_BEYOND, upper: float = _BEYOND) -> None:
        """Add lower ≤ Σ values · columns ≤ upper, columns that are absent left out."""
        columns = np.asarray(columns, dtype=np.int64)
        present = columns != ABSENT
        self.columns.append(columns[present])
        self.values.append(np.broadcast_to(np.asarray(values, dtype=float), columns.shape)[present])
        self.lower.append(lower)
        self.upper.append(upper)


@dataclass(slots=True, eq=False)
class Model:
    """A programme for a limit: ``x`` (n × m) and ``z`` (m) are places of columns, ``ABSENT`` where pruned."""

    terms: Terms
    top: int
    hops: Hops
    x: Ints
    z: Ints
    costs: list[float]
    lower: list[float]
    upper: list[float]
    whole: list[bool]
    rows: Rows = field(default_factory=Rows)
    helpers: Ints | None = None
    """Places of the columns (3 × n × m): whether and how much a leader helps, and is relieved."""

    def column(self, cost: float, upper: float, *, whole: bool, lower: float = 0.0) -> int:
        """Add a column; return its place."""
        self.costs.append(cost)
        self.lower.append(lower)
        self.upper.append(upper)
        self.whole.append(whole)
        return len(self.costs) - 1


def write_model(terms: Terms, top: int, cuts: Iterable[Cut]) -> Model:
    """Return the programme for plans of whole units with nobody above ``top``."""
    model = _columns(terms, top)
    for unit in range(terms.units):
        model.rows.add(model.x[unit], 1.0, 1.0, 1.0)
    _write_changes(model)
    if not terms.problem.most_helpers:
        _write_loads(model)
        _write_counts(model)
    _write_neighbours(model)
    for cut in cuts:
        write_cut(model, cut)
    return model


def write_cut(model: Model, cut: Cut) -> None:
    """Add a cut; a unit that is no column counts as not given."""
    units, between = model.x[list(cut.units), cut.leader], model.x[list(cut.between), cut.leader]
    columns, values = np.concatenate([units, between]), np.repeat([1.0, -1.0], [len(units), len(between)])
    if cut.kept:
        columns, values = np.append(columns, model.z[cut.leader]), np.append(values, 1.0)
    model.rows.add(columns, values, upper=cut.most)


def as_programme(model: Model) -> highspy.HighsLp:
    """Return the model as the solver reads it."""
    rows, lp = model.rows, highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(model.costs), len(rows.lower)
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = map(np.array, (model.costs, model.lower, model.upper))
    lp.row_lower_, lp.row_upper_ = np.array(rows.lower), np.array(rows.upper)
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    lp.integrality_ = [kinds[whole] for whole in model.whole]
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.cumsum([0, *map(len, rows.columns)])
    lp.a_matrix_.index_, lp.a_matrix_.value_ = np.concatenate(rows.columns), np.concatenate(rows.values)
    return lp


def read_holders(model: Model, values: Reals) -> Ints:
    """Return who leads each unit in a solution."""
    chosen = np.where(model.x == ABSENT, -1.0, values[model.x])
    holders: Ints = chosen.argmax(axis=1)
    return holders


def _columns(terms: Terms, top: int) -> Model:
    problem, near = terms.problem, hops(terms, top)
    one_piece = np.bincount(problem.today[terms.led & problem.has_place], minlength=terms.leaders) > 0
    one_piece &= terms.most_pieces == 1
    # Whoever may let go of all he has may begin anew anywhere.
    pairs = near.near | (terms.allowed & ~near.firm[None, :] & (near.giving.sum() <= problem.most_changes))
    x = np.full(terms.allowed.shape, ABSENT, dtype=np.int64)
    z = np.full(terms.leaders, ABSENT, dtype=np.int64)
    x[pairs] = np.arange(np.count_nonzero(pairs))
    kept = np.zeros_like(pairs)
    rows = np.flatnonzero(terms.led)
    kept[rows, problem.today[rows]] = True
    size = int(np.count_nonzero(pairs))
    costs = np.where(kept, -1.0, 0.0)[pairs].tolist()
    model = Model(terms, top, near, x, z, costs, [0.0] * size, [1.0] * size, [True] * size)
    for leader in np.flatnonzero(one_piece):
        z[leader] = model.column(0.0, 1.0, whole=False, lower=float(near.firm[leader]))
    return model


def _write_changes(model: Model) -> None:
    problem = model.terms.problem
    rows = np.flatnonzero(model.terms.led)
    model.rows.add(model.x[rows, problem.today[rows]], 1.0, lower=len(rows) - problem.most_changes)


def _write_loads(model: Model) -> None:
    problem, limits = model.terms.problem, model.terms.limits(model.top)
    for leader in range(model.terms.leaders):
        room = float(limits[leader] - problem.fixed[leader])
        model.rows.add(model.x[:, leader], problem.workloads, upper=room)


def _write_neighbours(model: Model) -> None:
    """Write for leaders of one piece: x[i, l] + z[l] ≤ 1 + Σ x[j, l] over the neighbours j of i."""
    terms = model.terms
    for leader in np.flatnonzero(model.z != ABSENT):
        mine = np.flatnonzero((terms.problem.today == leader) & terms.problem.has_place)
        for unit in mine:
            model.rows.add(np.array([model.x[unit, leader], model.z[leader]]), (1.0, -1.0), upper=0.0)
        new = (model.x[:, leader] != ABSENT) & (terms.problem.today != leader) & terms.problem.has_place
        for unit in np.flatnonzero(new):
            _write_beside(model, int(unit), int(leader))


def _write_beside(model: Model, unit: int, leader: int) -> None:
    between = model.terms.borders.neighbours(unit).tolist() if model.hops.near[unit, leader] else ()
    write_cut(model, Cut(leader, (unit,), tuple(between), 1, kept=True))


def _write_counts(model: Model) -> None:
    """Write how many units a leader must give on for what he gets: whole ones, where loads give fractions."""
    limits = model.terms.limits(model.top)
    loads = loads_of(model.terms.problem, model.terms.problem.today)
    for leader in range(model.terms.leaders):
        mine = np.flatnonzero(model.terms.problem.today == leader)
        base = int(model.hops.giving[leader])
        if loads[leader] > limits[leader] and base < NEVER:
            model.rows.add(model.x[mine, leader], 1.0, upper=len(mine) - base)
        for least, each in _given_on(model, leader, base, int(limits[leader])):
            get = (model.terms.problem.workloads >= least) & (model.terms.problem.today != leader)
            columns = np.concatenate([model.x[mine, leader], model.x[get, leader]])
            values = np.repeat([1.0, each], [len(mine), int(get.sum())])
            model.rows.add(columns, values, upper=len(mine) - base)


def _given_on(model: Model, leader: int, base: int, limit: int) -> list[tuple[int, float]]:
    """Return (workload, units to be given on for each unit got with at least that workload)."""
    problem = model.terms.problem
    get = (problem.today != leader) & (model.x[:, leader] != ABSENT)
    sizes = np.sort(problem.workloads[get])
    marks, found = np.unique(sizes), []
    for least in marks[:: max(1, len(marks) // _THRESHOLDS)]:
        got = np.cumsum(sizes[sizes >= least][: problem.most_changes + np.count_nonzero(~model.terms.led)])
        counts = giving_counts(model.terms, leader, limit - got)
        known = counts < NEVER
        if not known.any():
            found.append((int(least), float(len(problem.workloads))))
            continue
        each = float(((counts - base)[known] / (np.flatnonzero(known) + 1)).min())
        if each > (found[-1][1] if found else 0.0) + 1e-9:
            found.append((int(least), each))
    return found
