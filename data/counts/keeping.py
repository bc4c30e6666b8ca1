"""What the worker does for the copy between jobs: bring it up to date, and compare it with SQL once a day."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
from sqlalchemy import Engine
from sqlalchemy.exc import InterfaceError, OperationalError

from data.counts.refreshing import refresh
from data.counts.verifying import is_unverified, verify

_LOG = logging.getLogger("fengtu.counts")


def keep_up(engine: Engine, home: Path) -> None:
    """Refresh and verify where due; what goes wrong is logged, and the former copy stays in force.

    Raises a database error where the database does not answer.
    """
    try:
        if not refresh(engine, home) and is_unverified(engine):
            _verify(engine, home)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        # Type only, since a message may quote data.
        _LOG.error("counts failed, the earlier copy stays in force: %s", type(error).__name__)


def _verify(engine: Engine, home: Path) -> None:
    # Other filters each day; which ones is told where they find something.
    verdict = verify(engine, home, np.random.default_rng())
    if verdict.state in {"different", "damaged"}:
        _LOG.error("the copy is %s (%s): making it anew", verdict.state, verdict.difference)
        refresh(engine, home, anew=True)
