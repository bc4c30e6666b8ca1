"""The city's settings: name, source, 审图号, stamps, and the office's supervision phone."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql import insert

from data import models
from data.sessions import writing
from grid.accounts import read_office_line
from grid.audits import Action
from grid.principals import Principal
from grid.refusals import Refused

SETTINGS = ("name", "source", "review_number", "internal", "office_line")


def set_city(engine: Engine, principal: Principal, values: Mapping[str, str]) -> None:
    """Set some of the city's settings.

    Raises ``Refused('setting_unknown')``, or those of ``grid.accounts.read_office_line``.
    """
    for key in values:
        if key not in SETTINGS:
            raise Refused("setting_unknown", key=key, known="、".join(SETTINGS))
    if not values:
        return
    if "office_line" in values:
        values = {**values, "office_line": read_office_line(values["office_line"])}
    statement = insert(models.CitySetting).values(
        [{"key": key, "value": value} for key, value in values.items()]
    )
    with writing(engine, principal, Action.CITY_SET, "city", keys=sorted(values)) as session:
        session.execute(
            statement.on_conflict_do_update(index_elements=["key"], set_={"value": statement.excluded.value})
        )
