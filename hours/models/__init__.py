"""What is stored of study hours."""

from .closures import YearClosure
from .entries import AppendOnlyError, CreditEntry, DeliveryKind
from .requirements import CreditRule, Exemption, HourRequirement
from .subjects import Subject
from .tallies import CountedMember, Recount, ReportGroup, Tally

__all__ = [
    "AppendOnlyError",
    "CountedMember",
    "CreditEntry",
    "CreditRule",
    "DeliveryKind",
    "Exemption",
    "HourRequirement",
    "Recount",
    "ReportGroup",
    "Subject",
    "Tally",
    "YearClosure",
]
