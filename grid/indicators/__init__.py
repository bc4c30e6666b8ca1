"""Indicators (指标): versioned definitions, their figures with intervals, and how they are asked for."""
