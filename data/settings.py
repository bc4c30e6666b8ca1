"""Settings: read once from the environment at the edge, frozen, handed on."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grid.refusals import Refused


@dataclass(frozen=True, slots=True)
class Settings:
    """Where this installation lives and where it serves.

    ``home`` holds the cluster, its settings and logs; ``database_url`` overrides the embedded cluster.
    """

    home: Path
    database_url: str | None
    port: int

    def environment(self) -> dict[str, str]:
        """Return the environment from which a process of ours reads these settings."""
        database = {"DATABASE_URL": self.database_url} if self.database_url else {}
        return {"FENGTU_HOME": str(self.home), "PORT": str(self.port)} | database

    @property
    def cluster_dir(self) -> Path:
        """Folder of the embedded cluster."""
        return self.home / "pg"

    @property
    def log_dir(self) -> Path:
        """Folder of the server's logs."""
        return self.home / "log"


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read settings from ``FENGTU_HOME`` (default ``var``), ``DATABASE_URL`` and ``PORT`` (default 8050).

    Raises ``Refused('port_unreadable')``.
    """
    environment = os.environ if environment is None else environment
    port = environment.get("PORT", "8050")
    if not (port.isdigit() and 0 < int(port) < 65536):
        raise Refused("port_unreadable", text=port)
    return Settings(
        home=Path(environment.get("FENGTU_HOME") or "var").resolve(),
        database_url=environment.get("DATABASE_URL") or None,
        port=int(port),
    )
