"""Why a film was refused or could not be prepared, in sentences that an editor understands."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EMPTY = "empty"
NOT_A_FILM = "not_a_film"
KIND = "kind"
TRACKS = "tracks"
PLAYLIST = "playlist"
UNREADABLE = "unreadable"
CUT_OFF = "cut_off"
NO_LENGTH = "no_length"
TOO_LONG = "too_long"
TOO_LARGE = "too_large"
TOO_MANY_PIXELS = "too_many_pixels"
CODEC = "codec"
DISC_FULL = "disc_full"
TOOL_MISSING = "tool_missing"
ORIGINAL_GONE = "original_gone"
FFMPEG_FAILED = "ffmpeg_failed"
KILLED = "killed"
STALLED = "stalled"
TOO_SLOW = "too_slow"
SHORTER = "shorter"
LONGER = "longer"
INTERRUPTED = "interrupted"
REPLACED = "replaced"
CANCELLED = "cancelled"
UPLOAD_GONE = "upload_gone"
INTERNAL = "internal"

SENTENCES: dict[str, Promise] = {
    EMPTY: _("The file is empty. Please copy the film from the camera again and upload it once more."),
    NOT_A_FILM: _(
        "This file is neither a film nor a recording of sound, whatever its name says. "
        "Please choose a video file."
    ),
    KIND: _(
        "This is a film or a recording, but of a kind that the site does not accept. "
        "Please export it as MP4 (H.264) and upload it again."
    ),
    TRACKS: _(
        "The file has more tracks than the site accepts. Please export the film with one picture and one "
        "sound track."
    ),
    PLAYLIST: _("This file is a playlist that only points to films. Please upload the film itself."),
    UNREADABLE: _(
        "The film is damaged, so it cannot be read. "
        "Please copy it from the camera again and upload it once more."
    ),
    CUT_OFF: _(
        "The film was cut off while it was copied: a part of the file is missing. "
        "Please copy it from the camera again and upload it once more."
    ),
    NO_LENGTH: _("The film has no length: it lasts 0 seconds. Please check that it plays on your computer."),
    TOO_LONG: _("The film is longer than the site accepts. Please split it into several parts."),
    TOO_LARGE: _("The file is larger than the site accepts. Please export the film with a lower bit rate."),
    TOO_MANY_PIXELS: _("The picture is larger than the site accepts. Please export the film in 4K or less."),
    CODEC: _(
        "The film is in the AV1 format, which this server cannot read. "
        "Please export it as H.264 (MP4) and upload it again."
    ),
    DISC_FULL: _(
        "The server has no room left for the film. Please tell the administrator; "
        "the film can be prepared as soon as there is room."
    ),
    TOOL_MISSING: _("The server lacks the program that prepares films. Please tell the administrator."),
    ORIGINAL_GONE: _("The uploaded file is no longer on the server. Please upload the film again."),
    FFMPEG_FAILED: _(
        "The film could not be prepared. Please export it as H.264 (MP4) and replace the file; "
        "if that fails too, show the details below to the administrator."
    ),
    KILLED: _(
        "The program that prepares films was ended from outside, perhaps because the server ran out of "
        "memory. Please try again later; if it happens again, tell the administrator."
    ),
    STALLED: _("Preparing the film came to a standstill and was ended. Please try again."),
    TOO_SLOW: _("Preparing the film took far longer than it should and was ended. Please try again."),
    SHORTER: _(
        "Only a part of the film could be read; the rest is damaged. "
        "Please copy it from the camera again and replace the file."
    ),
    LONGER: _(
        "The prepared film became longer than the film itself, so its clock is damaged. "
        "Please export it as H.264 (MP4) and replace the file."
    ),
    INTERRUPTED: _("Preparing the film was interrupted several times. Please try again later."),
    REPLACED: _("A newer file has taken the place of this one."),
    CANCELLED: _("Somebody cancelled preparing the film. You can have it prepared at any time."),
    UPLOAD_GONE: _("The uploaded file is not whole or no longer on the server. Please upload it again."),
    INTERNAL: _("The film could not be prepared because of a fault in the server. Please try again later."),
}


def sentence(code: str) -> str:
    """Return the sentence for `code` in the reader's language; empty for an empty code."""
    if not code:
        return ""
    return str(SENTENCES.get(code, SENTENCES[INTERNAL]))


class FilmFault(Exception):  # noqa: N818  says what happened, as people would
    """A film cannot be used. `code` is one of this module's; `details` are ffmpeg's own words."""

    def __init__(self, code: str, details: str = "") -> None:
        super().__init__(code, details)
        self.code = code
        self.details = details

    def __str__(self) -> str:
        return sentence(self.code)
