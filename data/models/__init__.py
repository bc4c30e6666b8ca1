"""The schema: matters, places and duty holders in PostGIS; no table or column for a person who petitions.

Geometries are EPSG:4490 (CGCS2000, lon/lat) with GiST indexes. Enumerations are text with a CHECK from the
domain's StrEnums, so that a new member is one migration and no type.
"""

from data.models.access import (
    Account,
    AccountScope,
    AuditHead,
    LoginSession,
    Recusal,
    SignInFailure,
)
from data.models.base import SRID, Base
from data.models.clocks import CalendarDay, ClockEvent, ClockProposal, ClockRule, DerivedState, OpenClock
from data.models.duty import (
    Assignment,
    CoveragePlan,
    Leader,
    Listing,
    ServiceHeadcount,
    ServicePoint,
    ServiceStation,
)
from data.models.hotspots import CountSnapshot, IssueSite
from data.models.intake import ImportProfile, ImportRow, Upload
from data.models.matters import Petition, Unit
from data.models.places import (
    Area,
    AreaBorder,
    AreaCrosswalk,
    AreaShape,
    Edition,
    EditionChange,
    GazetteerEntry,
)
from data.models.planning import (
    AreaWorkload,
    LeaderBar,
    PatchAssignment,
    PatchPlan,
    PlanningRun,
    PlanRule,
    PlanStep,
    TravelTime,
    UnitWorkload,
    WorkloadFormula,
)
from data.models.published import (
    PublishedCount,
    PublishedDensity,
    PublishedFigure,
    PublishedMonth,
    PublishedPlaced,
    PublishedState,
)
from data.models.records import Audit, CitySetting, DataVersion, ImportBatch, ImportFinding, Job
from data.models.rectification import (
    IndicatorSum,
    ListingStep,
    QuarterSnapshot,
    ScoreScheme,
    SnapshotMatter,
    SupervisionCase,
    SupervisionStep,
)
from data.models.reviewing import PlaceChange, PlaceDecision, PlaceReport, ProviderAnswer, ProviderSpent
from data.models.screens import AssistNote, Tour

__all__ = [
    "SRID",
    "Account",
    "AccountScope",
    "Area",
    "AreaBorder",
    "AreaCrosswalk",
    "AreaShape",
    "AreaWorkload",
    "Assignment",
    "AssistNote",
    "Audit",
    "AuditHead",
    "Base",
    "CalendarDay",
    "CitySetting",
    "ClockEvent",
    "ClockProposal",
    "ClockRule",
    "CountSnapshot",
    "CoveragePlan",
    "DataVersion",
    "DerivedState",
    "Edition",
    "EditionChange",
    "GazetteerEntry",
    "ImportBatch",
    "ImportFinding",
    "ImportProfile",
    "ImportRow",
    "IndicatorSum",
    "IssueSite",
    "Job",
    "Leader",
    "LeaderBar",
    "Listing",
    "ListingStep",
    "LoginSession",
    "OpenClock",
    "PatchAssignment",
    "PatchPlan",
    "Petition",
    "PlaceChange",
    "PlaceDecision",
    "PlaceReport",
    "PlanRule",
    "PlanStep",
    "PlanningRun",
    "ProviderAnswer",
    "ProviderSpent",
    "PublishedCount",
    "PublishedDensity",
    "PublishedFigure",
    "PublishedMonth",
    "PublishedPlaced",
    "PublishedState",
    "QuarterSnapshot",
    "Recusal",
    "ScoreScheme",
    "ServiceHeadcount",
    "ServicePoint",
    "ServiceStation",
    "SignInFailure",
    "SnapshotMatter",
    "SupervisionCase",
    "SupervisionStep",
    "Tour",
    "TravelTime",
    "Unit",
    "UnitWorkload",
    "Upload",
    "WorkloadFormula",
]
