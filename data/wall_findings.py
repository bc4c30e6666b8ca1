"""Which areas stand out by what is published: nothing else of matters is read, so nothing more is told."""

from __future__ import annotations

import numpy as np
from sqlalchemy.orm import Session

from data.hotspot_findings import Adjacencies, read_neighbourhood, significance
from data.reads import published
from grid.areas import Level
from grid.hotspots.findings import Method, Significance
from grid.hotspots.questions import AreaCounts, MatterFilter
from grid.published import TOWNSHIP, WallQuestion
from grid.refusals import Refused


def published_significance(
    session: Session, level: Level, question: WallQuestion, adjacencies: Adjacencies
) -> Significance:
    """Return Gi* of a level's published counts, corrected for asking of many areas.

    Raises ``Refused('not_published')`` below township level, where counts are hidden, and before the first
    publication.
    """
    publication = published.publication(session)
    if level not in TOWNSHIP or publication is None:
        raise Refused("not_published")
    counts = published.counts(session, level, question)
    counted = AreaCounts(
        level,
        np.array([row.area.id for row in counts.rows], dtype=np.int64),
        np.array([row.count or 0 for row in counts.rows], dtype=np.int64),
        counts.placed.total,
    )
    period = MatterFilter(question.window.since(publication.day), publication.day)
    neighbourhood = read_neighbourhood(session, level, counted.area_ids, (), adjacencies)
    return significance(neighbourhood, counted, period, Method.GI_STAR)
