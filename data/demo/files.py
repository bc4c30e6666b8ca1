"""The demo city as files, in the formats that any city brings."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt

from data.demo import names
from data.demo.city import City, make_city
from data.demo.duty import make_annex, make_listings
from data.demo.gazetteer import make_gazetteer
from data.demo.lines import Road, make_roads, make_waters
from data.demo.matters import make_matters
from data.demo.service import make_network
from data.export.bundle import Bundle
from data.export.rows import BoundaryLayer
from grid.areas import LEVELS, AreaKind, Level


def make_files(seed: int, petitions: int, until: date) -> Bundle:
    """Return everything of the demo city's files; the same arguments always give the same."""
    city_rng, lines_rng, names_rng, matters_rng = np.random.default_rng(seed).spawn(4)
    city = make_city(city_rng)
    roads, waters = make_roads(city, lines_rng), make_waters(city, lines_rng)
    entries = make_gazetteer(city, roads, names_rng)
    network = make_network(city, names_rng)
    matters = make_matters(city, entries, network, count=petitions, until=until, rng=matters_rng)
    return Bundle(
        boundaries=[_layer(city, level) for level in LEVELS],
        gazetteer=entries.rows,
        petitions=matters.petitions,
        service_points=matters.service_points,
        annex=make_annex(),
        listings=make_listings(city, matters.petitions, until, matters_rng),
        features={"water": waters, "roads": _road_lines(roads)},
    )


def _layer(city: City, level: Level) -> BoundaryLayer:
    table = city.table(level)
    above = None if level.parent is None else city.table(level.parent)
    codes, called, outlines = list(table.codes), list(table.names), list(table.outlines)
    parents = [None if above is None else above.codes[parent] for parent in table.parents]
    population = table.population.tolist()
    kinds = [AreaKind.REGULAR] * len(codes)
    if level is Level.COUNTY:
        codes.append(names.FUNCTIONAL_CODE)
        called.append(names.FUNCTIONAL_NAME)
        outlines.append(city.functional_outline)
        parents.append(names.CITY_CODE)
        population.append(city.functional_population)
        kinds.append(AreaKind.FUNCTIONAL)
    count = len(codes)
    return BoundaryLayer(
        level, codes, called, parents, population, kinds,
        code_systems=[names.CODE_SYSTEM] * count,
        vintages=[names.VINTAGE] * count,
        synthetic=[True] * count,
        outlines=np.array(outlines, dtype=object),
    )  # fmt: skip


def _road_lines(roads: list[Road]) -> tuple[list[str], npt.NDArray[np.object_]]:
    return [road.name for road in roads], np.array([road.line for road in roads], dtype=object)
