"""Supervision (督办): named procedures of steps, and how a case of one stands on a day."""
