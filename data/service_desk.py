"""The desk of the service network: its readings, and its lists as files, which leave an audit row."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Engine

from data.desks import CityDesk
from data.export.service import write_list
from data.reads import service_network
from data.reads.noting import noting
from grid.audits import Action
from grid.principals import Principal
from grid.service import ServiceNetwork
from grid.service_lists import ServiceQuestion, listed_rows


class ServiceDesk(CityDesk):
    """``grid.ports.ServiceDesk`` over PostGIS."""

    def network(self, within: int | None = None) -> ServiceNetwork:
        """Return the network of an area, or of the city."""
        return self._read(service_network.network, within)

    def export(self, question: ServiceQuestion, say: Callable[..., str], *, as_csv: bool = False) -> bytes:
        """Return all rows of a list as a workbook or as CSV."""
        return self._note(_export, question, say, as_csv)


def _export(
    engine: Engine,
    principal: Principal,
    question: ServiceQuestion,
    say: Callable[..., str],
    as_csv: bool,
) -> bytes:
    with noting(engine, principal, Action.SERVICE_EXPORT, "service-points") as (session, facts):
        network = service_network.network(session, question.within)
        rows = listed_rows(network, question)
        facts["listed"], facts["count"] = question.listed.value, len(rows)
        if network.within is not None:
            facts["areas"] = [network.within.name]
    return write_list(question.listed, rows, say, as_csv=as_csv)
