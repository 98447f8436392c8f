"""What is stored of people and organizations."""

from .categories import MemberCategory, MemberCategoryTag
from .codes import SignInCode
from .imports import ImportFile, ImportRow, ListImport
from .organizations import Organization
from .people import Member, MemberManager, MemberQuerySet
from .roles import Role

__all__ = [
    "ImportFile",
    "ImportRow",
    "ListImport",
    "Member",
    "MemberCategory",
    "MemberCategoryTag",
    "MemberManager",
    "MemberQuerySet",
    "Organization",
    "Role",
    "SignInCode",
]
