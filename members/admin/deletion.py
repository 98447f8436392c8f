"""Deleting in the editors' site, where something may still be needed: a sentence instead of a fault."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _


class CarefulDeletion:
    """A mixin for Wagtail's delete views: says why something stays, and leads back to it."""

    request: HttpRequest
    object: Any

    def reason_to_stay(self) -> str:
        """Return why the object must not go, as a sentence for the reader; empty where it may."""
        return ""

    def form_valid(self, form: Any) -> HttpResponse:
        """Delete, or say why not."""
        reason = self.reason_to_stay()
        if not reason:
            try:
                with transaction.atomic():
                    response: HttpResponse = super().form_valid(form)  # type: ignore[misc]  # a mixin
                    return response
            except ProtectedError:
                reason = _("This is still needed: other records name it. Nothing was deleted.")
        messages.error(self.request, reason)
        return redirect(self.index_url_name)  # type: ignore[attr-defined]  # the view has one
