"""Suggesting (编排建议): moves that lower the heaviest load, with a proven floor; pure, given a problem."""
