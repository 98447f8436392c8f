"""Makers of meetings, and what came of their rolls."""

from datetime import datetime
from typing import Any

from hours.models import DeliveryKind
from meetings.models import Session
from meetings.sessions.entering import Meeting
from members.models import Member, Organization


def meeting(branch: Organization, starts_at: datetime, **fields: Any) -> Meeting:
    facts: dict[str, Any] = {
        "organization": branch,
        "lecture": None,
        "title": "主题党日",
        "subject": None,
        "minutes": 90,
        "delivery_kind": DeliveryKind.GROUP_STUDY,
        "starts_at": starts_at,
    }
    return Meeting(**facts | fields)


def ids(*people: Member) -> list[int]:
    return [one.pk for one in people]


def outcomes(session: Session) -> dict[int, str]:
    return dict(session.attendances.values_list("member_id", "outcome"))
