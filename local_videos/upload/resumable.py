"""Films that arrive piece by piece, over lines that break.

The truth is the size of the part file: whatever a piece brought before its line broke is kept, and the next
piece begins there. One process at a time may add to a file, or turn it into a film. The file stays until the
film's row is committed, so that nothing is lost whenever a process is killed.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import PureWindowsPath
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Collection

from local_videos import faults, storage
from local_videos.models import LocalVideo, Upload
from local_videos.permissions import policy

from . import content_hash, intake

_State = Upload.State
# A piece may be larger than we ask for, but a single one must not hold a worker for hours.
MOST_CHUNK_BYTES = 64 * 1024**2
_READ_BYTES = 256 * 1024
# Room is kept free for uploads that something came for lately.
_ARRIVING = timedelta(hours=1)
# Faults of the server, not of the film: the file is kept and can be tried again.
_PASSING = frozenset({faults.DISC_FULL, faults.TOOL_MISSING, faults.INTERNAL})


class WrongOffset(Exception):  # noqa: N818  says what happened, as people would
    """The piece does not begin where the file ends; `args[0]` is where it ends."""


class TooLong(Exception):  # noqa: N818
    """The piece goes beyond the announced end of the file, or is too large for one piece."""


class Busy(Exception):  # noqa: N818
    """Another request adds to this upload just now."""


def begin(
    owner: Any,
    *,
    name: str,
    size: int,
    fingerprint: str = "",
    title: str = "",
    collection: Collection | None = None,
    replaces: LocalVideo | None = None,
) -> Upload:
    """Open an upload of `size` bytes; the caller has decided that `owner` may.

    Raises `FilmFault` for a size that is not taken or has no room, before anything is sent.
    """
    if size <= 0:
        raise faults.FilmFault(faults.EMPTY)
    if size > settings.LOCAL_VIDEOS_MAX_UPLOAD_BYTES:
        raise faults.FilmFault(faults.TOO_LARGE)
    storage.require_room(size + _still_to_come())
    upload = Upload(
        owner=owner,
        name=display_name(name),
        size=size,
        fingerprint=fingerprint[:200],
        title=title.strip(),
        collection=collection,
        replaces=replaces,
        touched_at=timezone.now(),
    )
    storage.uploads_root().mkdir(parents=True, exist_ok=True)
    upload.part.touch()
    upload.save(force_insert=True)
    return upload


def display_name(name: str) -> str:
    """Return `name` without folders and control characters. It is shown, and never used as a path."""
    last = PureWindowsPath(name.replace("\x00", "")).name
    return "".join(letter for letter in last if letter.isprintable()).strip()[:255] or "film"


def upload_of(owner: Any, key: UUID) -> Upload:
    """Return the upload of `owner` with this key; raise `Upload.DoesNotExist` for anybody else's.

    Who may no longer add films has none.
    """
    upload = Upload.objects.select_related("film", "replaces").get(pk=key, owner_id=owner.pk)
    if upload.replaces is not None:
        allowed = policy.user_has_permission_for_instance(owner, "change", upload.replaces)
    else:
        allowed = policy.user_has_permission(owner, "add")
    if not allowed:
        raise Upload.DoesNotExist
    return upload


def unfinished_of(owner: Any, replaces: LocalVideo | None = None) -> list[Upload]:
    """Return what `owner` began and did not end, newest first; expired ones are left out."""
    oldest = timezone.now() - timedelta(days=settings.LOCAL_VIDEOS_UPLOAD_DAYS)
    mine = Upload.objects.filter(
        owner_id=owner.pk,
        replaces=replaces,
        state__in=[_State.ARRIVING, _State.KNOWN],
        touched_at__gt=oldest,
    )
    return list(mine.select_related("film"))


def add(upload: Upload, *, offset: int, read: Callable[[int], bytes], length: int | None) -> int:
    """Add a piece that begins at `offset`, calling `read` for it; return where the file ends now.

    `length` is the piece's announced size, if any. What came before a line broke is kept. The last piece
    makes the film (see `finish`). Raises `WrongOffset`, `TooLong` (then nothing is kept) or `Busy`.
    """
    with _alone(upload) as part:
        ends = os.fstat(part).st_size
        if upload.state != _State.ARRIVING or offset != ends:
            raise WrongOffset(upload.offset)
        if ends == 0:
            upload.digests.unlink(missing_ok=True)
        room = min(upload.size - ends, MOST_CHUNK_BYTES)
        if length is not None and length > room:
            raise TooLong
        try:
            came = _write(part, read, room)
        except TooLong:
            os.ftruncate(part, ends)
            raise
        finally:
            Upload.objects.filter(pk=upload.pk).update(touched_at=timezone.now())
        content_hash.extend(upload.part, upload.digests)
        if ends + came == upload.size:
            _finish(upload)
        return ends + came


def finish(upload: Upload, *, anyway: bool = False) -> None:
    """Make the film of an upload that has arrived whole, unless that happened already.

    A film that its owner could choose instead is offered first (state KNOWN); `anyway` makes a second one.
    A film that is refused ends the upload; its `reason` says why. Raises `Busy`.
    """
    with _alone(upload):
        _finish(upload, anyway=anyway)


def use_known(upload: Upload) -> None:
    """Settle for the film that holds the same; the upload's own file is removed. Raises `Busy`."""
    with _alone(upload):
        if upload.state == _State.KNOWN and upload.film is not None:
            Upload.objects.filter(pk=upload.pk).update(state=_State.DONE)
            upload.state = _State.DONE


def discard(upload: Upload) -> None:
    """Forget an upload and what has arrived of it. A film that was made of it stays. Raises `Busy`."""
    with _alone(upload):
        upload_pk = upload.pk
        Upload.objects.filter(pk=upload_pk).delete()
        _remove_files(upload)


def finish_left_behind() -> int:
    """Make the films of uploads that are whole but whose process was killed; return how many."""
    made = 0
    for upload in Upload.objects.filter(
        state=_State.ARRIVING, reason="", touched_at__lt=timezone.now() - timedelta(minutes=1)
    ):
        if upload.offset == upload.size:
            with suppress(Busy):
                finish(upload)
                made += 1
    return made


def sweep_expired() -> int:
    """Remove uploads that nobody continued in time, and files that belong to none; return how many."""
    swept = 0
    oldest = timezone.now() - timedelta(days=settings.LOCAL_VIDEOS_UPLOAD_DAYS)
    for upload in Upload.objects.filter(touched_at__lt=oldest):
        with suppress(Busy):
            discard(upload)
            swept += 1
    folder = storage.uploads_root()
    known = {key.hex for key in Upload.objects.values_list("pk", flat=True)}
    for file in folder.iterdir() if folder.is_dir() else []:
        # A row comes a moment after its file.
        if file.name.split(".")[0] not in known or file.suffix == ".link":
            with suppress(FileNotFoundError):
                if file.stat().st_ctime < timezone.now().timestamp() - _ARRIVING.total_seconds():
                    file.unlink()
                    swept += 1
    return swept


@contextmanager
def _alone(upload: Upload) -> Iterator[int]:
    """Hold the part file for this process alone, with the row read anew; raise `Busy` if others have it."""
    storage.uploads_root().mkdir(parents=True, exist_ok=True)
    part = os.open(upload.part, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy from error
        try:
            upload.refresh_from_db()
        except Upload.DoesNotExist:
            upload.part.unlink(missing_ok=True)
            raise
        yield part
    finally:
        os.close(part)
        if upload.state in (_State.DONE, _State.REFUSED):
            # After the commit; and opening a file that was removed already had made it anew.
            _remove_files(upload)


def _write(part: int, read: Callable[[int], bytes], room: int) -> int:
    """Write what `read` gives until it ends; return how many bytes. Raises `TooLong` beyond `room`."""
    came = 0
    while piece := read(_READ_BYTES):
        if came + len(piece) > room:
            raise TooLong
        _write_all(part, piece)
        came += len(piece)
    return came


def _write_all(part: int, piece: bytes) -> None:
    """A full disc may take only a part at first; then it says so."""
    view = memoryview(piece)
    try:
        while view:
            view = view[os.write(part, view) :]
    except OSError as error:
        raise faults.FilmFault(faults.DISC_FULL, str(error)) from error


def _finish(upload: Upload, *, anyway: bool = False) -> None:
    if upload.state not in (_State.ARRIVING, _State.KNOWN) or upload.offset != upload.size:
        return
    digest = content_hash.of(upload.part, upload.digests)
    if not anyway and upload.replaces is None and (known := known_film(digest, upload.owner)):
        upload.state, upload.film = _State.KNOWN, known
        upload.save(update_fields=["state", "film"])
        return
    try:
        with storage.ArrivedFile(upload.part, upload.name) as file:
            examined = intake.examine(file, digest)
        try:
            with transaction.atomic():
                upload.film = _film_from(upload, examined)
                upload.state, upload.reason = _State.DONE, ""
                upload.save(update_fields=["state", "film", "reason"])
                action = "wagtail.edit" if upload.replaces else "wagtail.create"
                log(instance=upload.film, action=action, user=upload.owner)
        except BaseException:
            intake.discard(examined)
            raise
    except intake.IntakeRefused as refused:
        upload.film, upload.reason = None, refused.code
        upload.state = _State.ARRIVING if refused.code in _PASSING else _State.REFUSED
        upload.save(update_fields=["state", "film", "reason"])


def _film_from(upload: Upload, examined: intake.Examined) -> LocalVideo:
    if upload.replaces is not None:
        intake.keep_instead(upload.replaces, examined)
        return upload.replaces
    return intake.keep_new(
        examined, title=upload.title, uploaded_by=upload.owner, collection=upload.collection
    )


def known_film(digest: str, editor: Any, beside: LocalVideo | None = None) -> LocalVideo | None:
    """Return a film with this content that `editor` may choose; others do not exist for them.

    `beside` is left out. So are films that could not be prepared.
    """
    films = policy.instances_user_has_any_permission_for(editor, ["choose", "change"])
    films = films.filter(content_hash=digest).exclude(state=LocalVideo.State.FAILED)
    found: LocalVideo | None = films.exclude(pk=beside.pk if beside else None).order_by("pk").first()
    return found


def _still_to_come() -> int:
    arriving = Upload.objects.filter(state=_State.ARRIVING, touched_at__gt=timezone.now() - _ARRIVING)
    return sum(max(0, upload.size - upload.offset) for upload in arriving)


def _remove_files(upload: Upload) -> None:
    upload.part.unlink(missing_ok=True)
    upload.digests.unlink(missing_ok=True)
