"""The one error a user can act on: a code and facts, turned into words at the edge."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818  it is a refusal, not a fault
    """Something was asked that cannot be done, for a reason its asker can mend.

    Parameters
    ----------
    code
        A name with words in every locale file under ``refusals``.
    facts
        Values for the placeholders of those words; never personal data.
    """

    def __init__(self, code: str, **facts: str | int | float) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.code}({facts})"
