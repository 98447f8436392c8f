"""What the hours of an entry rest on, in words; the same words on every page and in every certificate."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hours.models import CreditEntry, DeliveryKind

from . import reasons


def in_words(entry: CreditEntry) -> str:
    """Return what the hours of `entry` rest on; for a reversal, why they were taken back.

    Reads `recorded_by`: select it along with a list.
    """
    if entry.reverses_id is not None:
        return _with_lateness(entry, _("Taken back: %(reason)s") % {"reason": reasons.in_words(entry.reason)})
    return _with_lateness(entry, _grounds(entry))


def _grounds(entry: CreditEntry) -> str:
    facts = entry.basis if isinstance(entry.basis, dict) else {}
    length = ngettext("%(minutes)s minute of teaching", "%(minutes)s minutes of teaching", entry.minutes) % {
        "minutes": entry.minutes
    }
    name = entry.recorded_by.name if entry.recorded_by else ""
    words = {"length": length, "name": name, "organizer": facts.get("organizer", "")}
    share = facts.get("seen_share")
    if DeliveryKind(entry.delivery_kind).is_online and isinstance(share, int | float):
        percent = int(share * 100)
        return _("%(percent)s%% of the film seen, %(length)s") % {"percent": percent, "length": length}
    if "external" in facts:
        return _("%(length)s, held by %(organizer)s; evidence approved by %(name)s") % words
    if "objection" in facts:
        return _("%(length)s, granted by %(name)s on an objection") % words
    if "session" in facts:
        return _("%(length)s, roll taken by %(name)s") % words
    if "screening" in facts:
        return _("%(length)s, station's roll taken by %(name)s") % words
    return _("%(length)s, entered by %(name)s") % words if name else length


def _with_lateness(entry: CreditEntry, words: str) -> str:
    """Add to `words` that the entry came after its year had been closed, and why."""
    if not entry.late_reason:
        return words
    reason = "" if entry.reverses_id else reasons.in_words(entry.late_reason)
    return (
        _("%(words)s (late entry for the closed year %(year)s: %(reason)s)")
        if reason
        else _("%(words)s (late entry for the closed year %(year)s)")
    ) % {"words": words, "year": entry.year, "reason": reason}
