"""People with a task, for the tests of members."""

import pytest

from members.models import Member, Organization
from tests import builders


@pytest.fixture
def secretary(branch: Organization) -> Member:
    """The branch's secretary, without a factor."""
    holder = builders.make_member(branch, name="麦书记", number="GB001", phone="13800000001")
    builders.make_role(holder, branch, "secretary")
    return holder


@pytest.fixture
def chief(district: Organization) -> Member:
    """The district's administrator."""
    holder = builders.make_member(district, name="区管理员")
    builders.make_role(holder, district, "administrator")
    return holder


@pytest.fixture
def stranger(district: Organization) -> Member:
    """A member of a branch that the viewer has nothing to do with."""
    return builders.make_member(builders.make_branch(district, "第二支部"), name="外支部某")
