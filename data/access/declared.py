"""All grants and policies of the schema, of every subject."""

from __future__ import annotations

from data.access import policies, rectification

GRANTS = (*policies.GRANTS, *rectification.GRANTS)
POLICIES = (*policies.POLICIES, *rectification.POLICIES)
