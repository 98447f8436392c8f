"""Fixtures of the tests of meetings: a branch, who answers for it, and a day."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from members.models import Member, Organization
from tests import builders


@pytest.fixture
def people(branch: Organization) -> list[Member]:
    """Three members of the branch."""
    return [builders.make_member(branch, "rural") for _ in range(3)]


@pytest.fixture
def yesterday() -> datetime:
    """Yesterday at nine."""
    return timezone.localtime().replace(hour=9, minute=0, second=0, microsecond=0) - timedelta(days=1)
