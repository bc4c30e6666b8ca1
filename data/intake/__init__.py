"""Intake: files become rows that are accepted, sent to review or refused, one batch in one transaction."""
