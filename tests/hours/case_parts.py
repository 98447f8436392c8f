"""What tests of trainings elsewhere and of objections begin with."""

import io
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pypdf
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from foundation.calendar import today
from hours.models import ExternalTraining
from members.models import Member


def picture(form: str = "JPEG", size: tuple[int, int] = (60, 40), **saved: Any) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", size, "white").save(drawn, form, **saved)
    return drawn.getvalue()


def pdf(pages: int = 1, password: str = "") -> bytes:
    writer, out = pypdf.PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password)
    writer.write(out)
    return out.getvalue()


def upload(content: bytes, name: str = "证书.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member, backend="members.accounts.backends.PhoneOrNumberBackend")
    return client


def typed(**fields: Any) -> dict[str, Any]:
    day = today() - timedelta(days=3)
    return {
        "title": "省农科院滴灌培训",
        "organizer": "省农业科学院",
        "began_on": str(day - timedelta(days=1)),
        "earned_on": str(day),
        "minutes": "360",
        "file": upload(picture()),
    } | fields


def hand_in(by: Member, member: Member | None = None, **fields: Any) -> ExternalTraining:
    data = typed(member=(member or by).number, **fields)
    answer = signed_in(by).post(reverse("hours:new_external"), data)
    assert answer.status_code == HTTPStatus.FOUND, answer.context["form"].errors
    return ExternalTraining.objects.order_by("-entered_at")[0]
