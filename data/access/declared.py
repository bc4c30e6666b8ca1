"""All grants and policies of the schema, of every subject."""

from __future__ import annotations

from data.access import planning, policies, rectification, screens

GRANTS = (*policies.GRANTS, *rectification.GRANTS, *planning.GRANTS, *screens.GRANTS)
POLICIES = (*policies.POLICIES, *rectification.POLICIES, *planning.POLICIES, *screens.POLICIES)
