"""What is stored of people and organizations."""

from .categories import MemberCategory, MemberCategoryTag
from .organizations import Organization
from .people import Member, MemberManager
from .roles import Role

__all__ = ["Member", "MemberCategory", "MemberCategoryTag", "MemberManager", "Organization", "Role"]
