"""Rectification (挂牌整治): schemes, scores, ranks of quarters, proposals, and steps of a listing."""

from grid.rectification.criteria import Evidence, Proposal
from grid.rectification.ranking import RankedUnit, Ranking
from grid.rectification.records import ListingRecord
from grid.rectification.schemes import Scheme
from grid.rectification.scores import ScorePart, Untold
from grid.rectification.steps import NextStep, StepAsked, StepTaken
from grid.rectification.terms import ListingDue

__all__ = [
    "Evidence",
    "ListingDue",
    "ListingRecord",
    "NextStep",
    "Proposal",
    "RankedUnit",
    "Ranking",
    "Scheme",
    "ScorePart",
    "StepAsked",
    "StepTaken",
    "Untold",
]
