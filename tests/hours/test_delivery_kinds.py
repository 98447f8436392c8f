"""What a delivery kind may be used for is said once; forms and lists follow."""

from typing import Any

import pytest

from hours.cases.forms import ExternalTrainingForm
from hours.models import DeliveryKind, Use
from meetings.models import Session
from members.models import Member

from .case_parts import typed


def test_every_kind_has_a_use_and_only_one_place_names_them() -> None:
    assert [kind for kind in DeliveryKind if not kind.use] == []
    assert list(Session.TAUGHT_KINDS) == DeliveryKind.usable_for(Use.MEETING)
    assert DeliveryKind.STATION not in Session.TAUGHT_KINDS
    assert [kind for kind in DeliveryKind if kind.is_online] == [DeliveryKind.ONLINE]


def test_names_are_in_the_order_of_the_kinds() -> None:
    assert DeliveryKind.names_of(["external", "online", "unknown"]) == [
        str(DeliveryKind.ONLINE.label),
        str(DeliveryKind.EXTERNAL.label),
    ]


def test_a_claim_has_the_only_kind_that_may_be_claimed(member: Member) -> None:
    form = ExternalTrainingForm(viewer=member)
    assert "delivery_kind" not in form.fields
    assert form.instance.delivery_kind == DeliveryKind.EXTERNAL


def test_where_several_kinds_may_be_claimed_the_member_chooses(
    member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    def two(use: Use) -> list[DeliveryKind]:
        return [DeliveryKind.FIELD, DeliveryKind.EXTERNAL]

    monkeypatch.setattr(DeliveryKind, "usable_for", two)
    data: dict[str, Any] = typed(member=member.number, delivery_kind="field")
    form = ExternalTrainingForm(data, {"file": data["file"]}, viewer=member)
    assert form.is_valid(), form.errors
    assert form.save().delivery_kind == DeliveryKind.FIELD
    refused = ExternalTrainingForm(data | {"delivery_kind": "online"}, viewer=member)
    assert "delivery_kind" in refused.errors
