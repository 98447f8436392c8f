"""What this room forgets of a member who leaves: words and files that tell who it was. The hours stay.

Nothing that still has to be decided is lost: while a training or an objection of the member waits, nobody is
made nameless. Then go the evidence of trainings, the PDFs of proofs (their codes can still be checked) and
the words that the member wrote or was answered with. Entries of the ledger cannot be changed, so they never
hold who it was in the first place (`hours.ledger`).
"""

from typing import Any

from django.core.files.storage import storages
from django.db import transaction
from django.dispatch import receiver
from django.utils.translation import gettext as _

from members.changes.leaving import LeavingRefusedError
from members.models import Member
from members.signals import member_leaving

from .models import Case, Evidence, ExternalTraining, Objection, Proof


@receiver(member_leaving)
def forget(member: Member, **kwargs: Any) -> None:
    """Forget words and files of `member`; raise `LeavingRefusedError` while something is undecided."""
    for cases in (ExternalTraining.objects, Objection.objects):
        if cases.filter(member=member, state=Case.State.OPEN).exists():
            raise LeavingRefusedError(
                _(
                    "A training or an objection of this member still waits for a decision. Please have it "
                    "decided first; its evidence goes with the name."
                )
            )
    Objection.objects.filter(member=member).update(text="", answer="")
    ExternalTraining.objects.filter(member=member).update(answer="")
    evidence = Evidence.objects.filter(training__member=member) | Evidence.objects.filter(
        uploaded_by=member, training__isnull=True
    )
    proofs = Proof.objects.filter(member=member)
    files = [name for rows in (evidence, proofs) for name in rows.values_list("stored_as", flat=True) if name]
    # What is half uploaded goes whole; the rest stays as the trace of a decision, without its file.
    Evidence.objects.filter(training__member=member).update(stored_as="")
    Evidence.objects.filter(uploaded_by=member, training__isnull=True).delete()
    proofs.update(stored_as="")
    transaction.on_commit(lambda: _remove(files))


def _remove(files: list[str]) -> None:
    for name in files:
        storages["private"].delete(name)
