"""Runs in a child process of their own, which is bound, may be killed and says how far it is in lines."""
