"""What belongs to one branch, one of everything that an address can ask for, made by the apps' functions."""

import uuid
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from hours import ledger
from hours.cases import evidence
from hours.certificates import issuing
from hours.models import (
    Briefing,
    Certificate,
    CreditRule,
    Exemption,
    ExternalTraining,
    HourRequirement,
    Objection,
    ReportGroup,
    Subject,
)
from local_videos import storage
from local_videos.models import LocalVideo, TranscodeJob
from local_videos.transcoding.output_files import POSTER_CHOICES
from local_videos.upload import resumable
from meetings.models import Attendance
from meetings.sessions.entering import Meeting, enter
from members.imports import lifecycle
from members.models import Member, MemberCategory, Organization
from search.models import DictionaryWord, Synonyms
from stations.devices import hash_of, new_token
from stations.models import ScreeningPlan, Station, StationDevice
from tests import builders
from tests.hours.case_parts import pdf, upload

# What must be read by nobody who does not answer for the branch.
NAME, NUMBER, PHONE, NOTE = "密不示人", "SECRET7", "13912345678", "只给本支部看的话"
# Stations and their programme are no secret from the district's editors, who plan what is shown.
STATION = "本支部的放映室"

# What fills the arguments of the addresses that begin so; a label where they lead to things of several kinds.
Belongings = dict[tuple[str, str], dict[str, Any]]


def belongings(own: Organization, people: dict[str, Member]) -> Belongings:
    """Make the branch's things and return which of them each address is asked for."""
    secret = people["the_member"]
    lecture = builders.make_lecture()
    return {
        **_meeting_and_hours(own, people),
        **_asked_for(secret, people["secretary"]),
        **_handed_out(own, secret, people["secretary"]),
        **_station(own, lecture),
        **_lists(own, people["administrator"]),
        **_films(people["editor"]),
        **_documents(),
        **_content(lecture),
        ("admin/users/", ""): {"pk": secret.pk},
        ("login-codes/second-factor/", ""): {"pk": secret.pk},
        ("admin/organization/", ""): {"pk": own.pk},
        ("admin/membercategory/", ""): {"pk": MemberCategory.objects.order_by("pk")[0].pk},
        ("admin/hourrequirement/", ""): {"pk": HourRequirement.objects.order_by("pk")[0].pk},
        ("admin/creditrule/", ""): {"pk": CreditRule.objects.order_by("pk")[0].pk},
        ("admin/subject/", ""): {"pk": Subject.objects.order_by("pk")[0].pk},
        ("admin/reportgroup/", ""): {"pk": ReportGroup.objects.order_by("pk")[0].pk},
        ("certificates/", ""): {"code": Certificate.objects.get(member=secret).code},
    }


def _meeting_and_hours(own: Organization, people: dict[str, Member]) -> Belongings:
    """A meeting whose roll credited the member, a credit of the ledger, and an exemption."""
    secret = people["the_member"]
    when = timezone.now().replace(second=0, microsecond=0) - timedelta(hours=2)
    session = enter(people["secretary"], Meeting(own, None, NOTE, None, 45, "group_study", when), [secret.pk])
    credit = ledger.credit(
        secret,
        lecture_key=uuid.uuid4(),
        title=NOTE,
        minutes=90,
        delivery_kind="field",
        earned_on=timezone.localdate(),
        basis={},
    )
    assert credit.entry is not None
    exemption = Exemption.objects.create(member=secret, valid_from=timezone.localdate() + timedelta(days=1))
    return {
        ("sessions/", ""): {"pk": session.pk, "unit": own.pk},
        ("sessions/correct/", ""): {"pk": Attendance.objects.get(session=session).pk},
        ("admin/hours_ledger/", ""): {"pk": credit.entry.pk},
        ("admin/exemption/", ""): {"pk": exemption.pk},
    }


def _asked_for(secret: Member, secretary: Member) -> Belongings:
    """Training with its evidence, a PDF that says NOTE in its bytes, entered by the branch; an objection."""
    facts = {
        "member": secret,
        "lecture_key": uuid.uuid4(),
        "title": NOTE,
        "delivery_kind": "external",
        "earned_on": timezone.localdate(),
        "minutes": 45,
    }
    proof = evidence.keep(upload(pdf() + f"\n% {NOTE}".encode(), "证书.pdf"), secretary)
    training = ExternalTraining.objects.create(
        **facts, organizer="某校", began_on=timezone.localdate(), evidence=proof, entered_by=secretary
    )
    objection = Objection.objects.create(**facts, text=NOTE, entered_by=secret)
    return {
        ("hours/cases/", ""): {"kind": "external", "pk": training.pk},
        ("hours/cases/", "objection"): {"kind": "objection", "pk": objection.pk},
        ("hours/evidence/", ""): {"pk": proof.pk},
    }


def _handed_out(own: Organization, secret: Member, secretary: Member) -> Belongings:
    """A learning record and a briefing, their PDFs of plain words, so that reading them needs no library."""
    year = timezone.localdate().year
    record = issuing.issue(
        secret, year, Certificate.Kind.RECORD, "http://testserver/certificates/", by=secret
    )
    record.stored_as = storages["private"].save("certificates/record.pdf", ContentFile(NAME.encode()))
    record.save()
    briefing = Briefing.objects.create(
        requested_by=secretary,
        organization=own,
        year=year,
        language="zh-hans",
        pdf=NOTE.encode(),
    )
    return {
        ("hours/certificates/", ""): {"pk": record.pk},
        ("hours/certificates/people/", ""): {"pk": secret.pk},
        ("hours/briefing/", ""): {"pk": briefing.pk},
    }


def _station(own: Organization, lecture: Any) -> Belongings:
    """A station with a screen, a programme, and a screening of today."""
    now = timezone.now()
    station = Station.objects.create(name=STATION, code="own", organization=own)
    plan = ScreeningPlan.objects.create(
        station=station, day=timezone.localdate(), starts_at=now.time(), lecture=lecture
    )
    device = StationDevice.objects.create(station=station, token_hash=hash_of(new_token()), paired_at=now)
    screening = builders.make_screening(
        station, now, lecture_key=lecture.lesson_key, title=NOTE, duration=2700
    )
    return {
        ("admin/station/", ""): {"pk": station.pk},
        ("admin/screeningplan/", ""): {"pk": plan.pk},
        ("admin/stationdevice/", ""): {"pk": device.pk},
        ("station/", ""): {"pk": screening.pk},
        ("station/unpair/", ""): {"pk": device.pk},
    }


def _lists(own: Organization, administrator: Member) -> Belongings:
    """A list that waits for its uploader's confirmation, and one that has been entered; both refuse one."""
    found: Belongings = {}
    for label, row in (("", f"{NAME}甲,S8,13912345671"), ("done", f"{NAME}乙,S9,13912345679")):
        content = f"姓名,党员编号,手机,所在党支部\n{row},{own.name}\n{NAME}丙,S8丙,2,{own.name}"
        source = lifecycle.start(
            "members", content.encode(), f"{NOTE}.csv", by=administrator, language="zh-hans"
        )
        lifecycle.read(source)
        if label:
            lifecycle.confirm(source)
            source.refresh_from_db()
            lifecycle.apply(source)
        found["admin/lists/", label] = {"pk": source.pk} if label else {"pk": source.pk, "kind": "members"}
    return found


def _films(editor: Member) -> Belongings:
    """A film with a frame to choose as its poster, and one on its way."""
    film = LocalVideo.objects.create(title="片子", uploaded_by=editor)
    film.current_job = TranscodeJob.objects.create(video=film, state="done")
    film.save()
    frame = storage.job_folder(film.pk, film.current_job.pk) / POSTER_CHOICES[0]
    frame.parent.mkdir(parents=True)
    frame.write_bytes(b"a picture")
    begun = resumable.begin(
        editor, name="x.mp4", size=9, fingerprint="", title="片子", collection=None, replaces=None
    )
    return {
        ("admin/films/", ""): {"pk": film.pk, "number": 1},
        ("admin/films/uploads/", ""): {"pk": begun.pk},
    }


def _documents() -> Belongings:
    """A handout for everybody, and one behind a password."""
    closed = Collection.get_first_root_node().add_child(name="加密资料")
    lock = CollectionViewRestriction.objects.create(
        collection=closed, restriction_type="password", password="guben"
    )
    handout, locked = (
        get_document_model().objects.create(
            title=title, file=ContentFile(words.encode(), name=f"{name}.txt"), collection=collection
        )
        for title, words, name, collection in (
            ("讲义", "讲义", "handout", Collection.get_first_root_node()),
            ("内部讲义", STATION, "locked", closed),
        )
    )
    return {
        ("documents/", ""): {"document_id": handout.pk, "file": handout.filename, "restriction_id": lock.pk},
        ("documents/", "locked"): {"document_id": locked.pk, "file": locked.filename},
    }


def _content(lecture: Any) -> Belongings:
    """A menu, a page behind a password, and words of the search."""
    menu = builders.make_menu("菜单", timezone.localdate().year, lecture)
    closed = builders.make_lecture("加密的一讲")
    lock = PageViewRestriction.objects.create(page=closed, restriction_type="password", password="guben")
    return {
        ("choose/", ""): {"menu_id": menu.pk, "item_id": menu.items.all()[0].pk},
        ("_util/", ""): {"page_view_restriction_id": lock.pk, "page_id": closed.pk},
        **{
            (f"admin/snippets/{way}search/{model}/", ""): {"pk": word.pk}
            for model, word in (
                ("dictionaryword", DictionaryWord.objects.create(word="青禾")),
                ("synonyms", Synonyms.objects.create(words="党员\n共产党员")),
            )
            for way in ("", "choose/")
        },
    }
