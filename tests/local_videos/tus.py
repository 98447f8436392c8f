"""An editor's browser that sends a film piece by piece."""

import base64

from django.contrib.auth.models import Group
from django.test import Client

from local_videos import storage
from members.models import Member
from tests.builders import make_member

BACKEND = "members.accounts.backends.PhoneOrNumberBackend"
TUS = {"Tus-Resumable": "1.0.0"}
URL = "/admin/films/uploads/"


def make_editor() -> Member:
    """A member who may add films."""
    member = make_member()
    member.groups.add(Group.objects.get(name="Editors"))
    return member


def signed_in(member: Member) -> Client:
    """A browser of `member`."""
    client = Client()
    client.force_login(member, backend=BACKEND)
    return client


def metadata(**said: str) -> str:
    """Write the header `Upload-Metadata`."""
    return ",".join(f"{key} {base64.b64encode(text.encode()).decode()}" for key, text in said.items())


def announce(office: Client, size: int, **said: str) -> str:
    """Open an upload and return its address."""
    headers = TUS | {"Upload-Length": str(size), "Upload-Metadata": metadata(**said)}
    answer = office.post(URL, headers=headers)
    assert answer.status_code == 201, answer.content
    return str(answer["Location"])


def send(office: Client, url: str, offset: int, piece: bytes, **more: str) -> tuple[int, str | None]:
    """Send one piece; return the status and where the file ends now."""
    answer = office.generic(
        "PATCH",
        url,
        piece,
        content_type=more.pop("content_type", "application/offset+octet-stream"),
        headers=TUS | {"Upload-Offset": str(offset)} | more,
    )
    return answer.status_code, answer.headers.get("Upload-Offset")


def head(office: Client, url: str) -> tuple[int, str | None, str | None]:
    """Ask how much has arrived."""
    answer = office.head(url, headers=TUS)
    return answer.status_code, answer.headers.get("Upload-Offset"), answer.headers.get("Upload-Length")


def what_became(office: Client, url: str, **how: str) -> dict[str, object]:
    """Ask for the outcome, or decide it."""
    answer = office.post(f"{url}decide/", how) if how else office.get(f"{url}state/")
    assert answer.status_code == 200
    found: dict[str, object] = answer.json()
    return found


def leftovers() -> list[str]:
    """Names of what lies in the folder of uploads."""
    return sorted(file.name for file in storage.uploads_root().iterdir())
