"""Commands of the ``fengtu`` program, one module a subject."""
