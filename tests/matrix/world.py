"""A small district in which all that is somebody's own belongs to one branch, and everybody asks for it."""

import uuid
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone
from wagtail.log_actions import log

from hours import ledger
from hours.models import CreditRule, Exemption, HourRequirement, Objection, Subject
from hours.models.cases import Evidence, ExternalTraining
from lectures.models.sessions import Session
from local_videos.models import LocalVideo
from members.models import ListImport, MemberCategory
from stations.models import Screening, ScreeningPlan, Station, StationDevice
from tests import builders

DOOR = "members.sign_in.PhoneOrNumberBackend"
# What must be read by nobody who does not answer for the branch.
NAME, NUMBER, PHONE, NOTE = "密不示人", "SECRET7", "13912345678", "只给本支部看的话"
# Stations and their programme are no secret from the district's editors, who plan what is shown.
ROOM = "本支部的放映室"
SECRETS = (NAME, NUMBER, PHONE, NOTE)

# Who asks, in the order of the columns of the table of expectations.
ROLES = (
    "signed_out",
    "member",
    "other_member",
    "secretary",
    "other_secretary",
    "officer",
    "other_officer",
    "editor",
    "other_editor",
    "operator",
    "other_operator",
    "administrator",
    "other_administrator",
    "district_administrator",
)
# Who may meet the branch's secrets; everybody else may not, on any page.
INSIDERS = ("secretary", "officer", "operator", "administrator", "district_administrator")


class World:
    """The district, its people by role, and what stands for each argument of an address."""

    def __init__(self) -> None:
        district = builders.make_district()
        own = builders.make_branch(district, "本支部")
        other = builders.make_branch(district, "外支部")
        self.people = {
            "member": builders.make_member(own, name="本支部党员"),
            "other_member": builders.make_member(other, name="外支部党员"),
        }
        for role, unit, kind in (
            ("secretary", own, "secretary"),
            ("other_secretary", other, "secretary"),
            ("officer", own.get_parent(), "officer"),
            ("other_officer", other.get_parent(), "officer"),
            ("editor", district, "editor"),
            ("other_editor", other.get_parent(), "editor"),
            ("operator", own, "operator"),
            ("other_operator", other, "operator"),
            ("administrator", own.get_parent(), "administrator"),
            ("other_administrator", other.get_parent(), "administrator"),
            ("district_administrator", district, "administrator"),
        ):
            self.people[role] = builders.make_member(unit, name=f"{unit.name}的{kind}")
            builders.make_role(self.people[role], unit, kind)
        self.secret = builders.make_member(own, "rural", number=NUMBER, name=NAME, phone=PHONE)
        self.own = own
        self._objects()

    def _objects(self) -> None:
        now, secret = timezone.now(), self.secret
        lecture = builders.make_lecture()
        entry = ledger.credit(
            secret,
            lecture_key=lecture.translation_key,
            title=NOTE,
            minutes=90,
            delivery_kind="group_study",
            earned_on=timezone.localdate(),
            basis={},
        ).entry
        assert entry is not None
        station = Station.objects.create(name=ROOM, code="own", organization=self.own)
        case = {
            "member": secret,
            "title": NOTE,
            "delivery_kind": "external",
            "earned_on": timezone.localdate(),
            "minutes": 45,
            "entered_by": secret,
        }
        evidence = Evidence.objects.create(uploaded_by=secret, stored_as="none.pdf", form="application/pdf")
        training = ExternalTraining.objects.create(
            **case, organizer="某校", began_on=timezone.localdate(), evidence=evidence
        )
        session = Session.objects.create(
            organization=self.own,
            lecture_key=uuid.uuid4(),
            title=NOTE,
            minutes=45,
            delivery_kind="group_study",
            starts_at=now - timedelta(hours=2),
            ends_at=now - timedelta(hours=1),
            recorded_by=self.people["secretary"],
        )
        screening = Screening.objects.create(
            station=station,
            lecture_key=lecture.translation_key,
            title=NOTE,
            minutes=45,
            duration=2700,
            started_at=now,
            last_beat_at=now,
        )
        source = ListImport.objects.create(
            kind="members", file_name=NOTE, uploaded_by=self.people["administrator"], state="ready"
        )
        menu = builders.make_menu("菜单", timezone.localdate().year, lecture)
        film = LocalVideo.objects.create(title="片子")
        plan = ScreeningPlan.objects.create(
            station=station, day=timezone.localdate(), starts_at=now.time(), lecture=lecture
        )
        device = StationDevice.objects.create(station=station, token_hash="x", paired_at=now)
        exemption = Exemption.objects.create(member=secret, valid_from=timezone.localdate())
        self.arguments: dict[str, dict[str, Any]] = {
            "admin/lists/": {"pk": source.pk, "kind": "members"},
            "admin/station/": {"pk": station.pk},
            "admin/screeningplan/": {"pk": plan.pk},
            "admin/stationdevice/": {"pk": device.pk},
            "admin/hours_ledger/": {"pk": entry.pk},
            "admin/exemption/": {"pk": exemption.pk},
            "admin/hourrequirement/": {"pk": HourRequirement.objects.order_by("pk")[0].pk},
            "admin/creditrule/": {"pk": CreditRule.objects.order_by("pk")[0].pk},
            "admin/subject/": {"pk": Subject.objects.order_by("pk")[0].pk},
            "admin/organization/": {"pk": self.own.pk},
            "admin/membercategory/": {"pk": MemberCategory.objects.order_by("pk")[0].pk},
            "admin/films/": {"pk": film.pk, "number": 1},
            "admin/users/": {"pk": secret.pk},
            "sessions/": {"pk": session.pk, "unit": self.own.pk},
            "sessions/correct/": {"pk": entry.pk},
            "hours/cases/": {"kind": "external", "pk": training.pk},
            "hours/evidence/": {"pk": evidence.pk},
            "choose/": {"menu_id": menu.pk, "item_id": menu.items.all()[0].pk},
            "station/": {"pk": screening.pk},
            "station/unpair/": {"pk": device.pk},
        }
        log(secret, "wagtail.edit", user=self.people["administrator"])
        Objection.objects.create(**case, text=NOTE)

    def path(self, address: Any) -> str:
        """Return the path of `address` that leads to what is the branch's own."""
        known = [part for part in self.arguments if address.route.startswith(part)]
        arguments = self.arguments[max(known, key=len)] if known else {}
        anything = {"int": 1, "uuid": uuid.UUID(int=1), "slug": "x", "str": "1"}
        if "<uuid:" in address.route and address.route.startswith("admin/films/"):
            arguments = {}
        return str(address.path({**anything, **arguments}))

    def client(self, role: str) -> Client:
        """Return a browser in which the person of `role` is signed in."""
        client = Client(raise_request_exception=False)
        if role in self.people:
            client.force_login(self.people[role], backend=DOOR)
        return client
