"""What is stored of people and organizations."""

from .categories import MemberCategory, MemberCategoryTag
from .imports import ImportFile, ImportRow, ListImport
from .login_codes import SignInCode
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
