"""What a function of the schema ``access`` is, and the SQL that makes it."""

from __future__ import annotations

from dataclasses import dataclass

SEARCH_PATH = "pg_catalog, pg_temp"
"""Nothing that somebody else made can come before what a function means; ``pg_temp`` last."""


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the schema ``access``: what it is called with, gives and does, and who may call it."""

    name: str
    arguments: str
    returns: str
    body: str
    callers: tuple[str, ...]
    language: str = "sql"
    volatility: str = "STABLE"

    @property
    def signature(self) -> str:
        """Name and argument types, as ``GRANT`` wants them."""
        types = (argument.split()[-1] for argument in self.arguments.split(", ") if argument)
        return f"access.{self.name}({', '.join(types)})"

    def statement(self) -> str:
        """Return the SQL that makes it."""
        # Without it one question of a policy would keep a whole statement from running in parallel.
        parallel = " PARALLEL SAFE" if self.volatility == "STABLE" else ""
        return (
            f"CREATE OR REPLACE FUNCTION access.{self.name}({self.arguments}) RETURNS {self.returns}"
            f" LANGUAGE {self.language} {self.volatility}{parallel} SECURITY DEFINER"
            f" SET search_path = {SEARCH_PATH} AS $function$\n{self.body.strip()}\n$function$"
        )
