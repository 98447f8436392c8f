"""The people around a branch."""

import pytest

from members.models import Member, Organization
from tests import builders


@pytest.fixture
def officer(branch: Organization) -> Member:
    """The officer of the committee above the branch."""
    officer = builders.make_member(branch)
    builders.make_role(officer, branch.get_parent(), "officer")
    return officer


@pytest.fixture
def stranger(district: Organization) -> Member:
    """The officer of another committee."""
    other = builders.make_branch(district, "别处")
    stranger = builders.make_member(other)
    builders.make_role(stranger, other.get_parent(), "officer")
    return stranger
