"""What is stored of study hours."""

from .cases import Case, CaseQuerySet, Evidence, ExternalTraining, Objection
from .certificates import Proof
from .closures import YearClosure, YearStanding, YearUnit
from .entries import AppendOnlyError, CreditEntry, DeliveryKind
from .requirements import CreditRule, Exemption, HourRequirement
from .subjects import Subject
from .tallies import Briefing, CountedMember, Recount, ReportGroup, Tally

__all__ = [
    "AppendOnlyError",
    "Briefing",
    "Case",
    "CaseQuerySet",
    "CountedMember",
    "CreditEntry",
    "CreditRule",
    "DeliveryKind",
    "Evidence",
    "Exemption",
    "ExternalTraining",
    "HourRequirement",
    "Objection",
    "Proof",
    "Recount",
    "ReportGroup",
    "Subject",
    "Tally",
    "YearClosure",
    "YearStanding",
    "YearUnit",
]
