"""Patches (网格分工): a town's grids shared among its grid workers."""

from grid.patches.dividing import NOBODY, TOLERANCE, DivideAsked, divide
from grid.patches.graph import PatchGraph
from grid.patches.measuring import Division, evaluate

__all__ = ["NOBODY", "TOLERANCE", "DivideAsked", "Division", "PatchGraph", "divide", "evaluate"]
