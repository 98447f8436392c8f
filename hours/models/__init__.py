"""What is stored of study hours."""

from .entries import AppendOnlyError, CreditEntry, DeliveryKind
from .requirements import CreditRule, Exemption, HourRequirement
from .subjects import Subject

__all__ = [
    "AppendOnlyError",
    "CreditEntry",
    "CreditRule",
    "DeliveryKind",
    "Exemption",
    "HourRequirement",
    "Subject",
]
