"""What is stored of study hours: the ledger, requirements, cases, certificates, closed years and sums.

Only what must always be true of the data is written here; every package of the app may import it.
Apps above read `DeliveryKind`, `Subject`, `CreditEntry` and name models in foreign keys.
"""

from .cases import Case, CaseQuerySet, Evidence, ExternalTraining, Objection
from .certificates import Certificate
from .closures import YearClosure, YearStanding, YearUnit
from .delivery_kinds import DeliveryKind, Use
from .entries import AppendOnlyError, CreditEntry
from .report_groups import ReportGroup, ReportGroupCategory, ReportGroupSubject
from .requirements import CreditRule, Exemption, HourRequirement
from .subjects import Subject
from .tallies import Briefing, CountedMember, LateMember, Tally, TallyCheck

__all__ = [
    "AppendOnlyError",
    "Briefing",
    "Case",
    "CaseQuerySet",
    "Certificate",
    "CountedMember",
    "CreditEntry",
    "CreditRule",
    "DeliveryKind",
    "Evidence",
    "Exemption",
    "ExternalTraining",
    "HourRequirement",
    "LateMember",
    "Objection",
    "ReportGroup",
    "ReportGroupCategory",
    "ReportGroupSubject",
    "Subject",
    "Tally",
    "TallyCheck",
    "Use",
    "YearClosure",
    "YearStanding",
    "YearUnit",
]
