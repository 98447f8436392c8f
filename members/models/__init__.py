"""What is stored of people and organizations."""

from .categories import MemberCategory, MemberCategoryTag
from .imports import ImportFile, ImportRow, ListImport
from .login_codes import LoginCode
from .memberships import Membership
from .organizations import Organization
from .people import NAMELESS, Member, MemberManager, MemberQuerySet
from .roles import Role

__all__ = [
    "NAMELESS",
    "ImportFile",
    "ImportRow",
    "ListImport",
    "LoginCode",
    "Member",
    "MemberCategory",
    "MemberCategoryTag",
    "MemberManager",
    "MemberQuerySet",
    "Membership",
    "Organization",
    "Role",
]
