"""What was changed of a film when it was prepared, in sentences that an editor understands."""

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from foundation.durations import clock

LENGTH, RATE, SIZE, CHANNELS, TRACK = "length", "rate", "size", "channels", "track"

_SENTENCES: dict[str, Promise] = {
    LENGTH: _("The file said that it lasts %(said)s; it really lasts %(made)s."),
    RATE: _("%(said)s pictures a second became %(made)s."),
    SIZE: _("%(said)s lines became %(made)s."),
    CHANNELS: _("%(said)s channels of sound became %(made)s."),
    TRACK: _("The sound is that of track %(made)s, because track %(said)s is silent or not the usual one."),
}


def sentences(changes: Iterable[dict[str, Any]]) -> list[str]:
    """Return a sentence in the reader's language for each of `changes` (see `transcoding/changes.py`)."""
    return [
        str(_SENTENCES[change["what"]])
        % {name: _said(change["what"], change[name]) for name in ("said", "made")}
        for change in changes
        if change.get("what") in _SENTENCES
    ]


def _said(what: str, value: float) -> str:
    return clock(value) if what == LENGTH else f"{value:g}"
