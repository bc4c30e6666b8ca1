"""Versions of the weighing of workloads: added, numbered on, never changed."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import Engine, func, insert, select
from sqlalchemy.exc import IntegrityError

from data import models
from data.reads import city, workloads
from data.sessions import writing
from grid.audits import Action
from grid.planning import read_name
from grid.principals import Principal
from grid.refusals import Refused
from grid.workloads import Formula, Weights, check_weights


def add_formula(engine: Engine, principal: Principal, name: str, weights: Weights) -> Formula:
    """Add a version and return it; it can be chosen at once.

    Raises ``Refused('formula_exists')`` where a version weighs so already, what ``check_weights`` and
    ``read_name`` raise, or ``('formula_meanwhile')`` where another is added at the same moment.
    """
    check_weights(weights)
    table, said = models.WorkloadFormula, read_name(name)
    try:
        with writing(
            engine, principal, Action.FORMULA_ADD, "workload_formula", changes_data=False, name=said
        ) as session:
            known = workloads.formulas(session)
            same = next((one for one in known if one.weights == weights), None)
            if same is not None:
                raise Refused("formula_exists", version=same.version, name=same.name)
            version = (session.scalar(select(func.max(table.version))) or 0) + 1
            made = Formula(version, said, city.today(session), weights)
            head = {"version": version, "name": said, "valid_from": made.valid_from}
            session.execute(insert(table).values(**head, **asdict(weights), created_by=principal.id))
    except IntegrityError:
        raise Refused("formula_meanwhile") from None
    return made
