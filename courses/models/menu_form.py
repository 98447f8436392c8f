"""What an editor's menu must fulfil as a whole: rules that span the menu and its items."""

from typing import Any

from django.forms import BaseModelForm
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.forms import WagtailAdminPageForm


class MenuForm(WagtailAdminPageForm):
    """Checks the items against each other and against "choose at least", beside the field at fault."""

    def clean(self) -> dict[str, Any]:
        """Refuse an offer that stands twice, and more choices than there are electives."""
        cleaned: dict[str, Any] = super().clean()
        items = self.formsets.get("items")
        if items is None:
            return cleaned
        items.is_valid()  # fills cleaned_data of each line
        kept = [
            line
            for line in items.forms
            if getattr(line, "cleaned_data", None) and not line.cleaned_data.get("DELETE")
        ]
        self._refuse_duplicates(kept)
        electives = sum(line.cleaned_data.get("section") == "elective" for line in kept)
        if (cleaned.get("choose_at_least") or 0) > electives:
            self.add_error(
                "choose_at_least",
                ngettext(
                    "The menu has %(electives)s elective item; members cannot choose more than that.",
                    "The menu has %(electives)s elective items; members cannot choose more than that.",
                    electives,
                )
                % {"electives": electives},
            )
        return cleaned

    @staticmethod
    def _refuse_duplicates(lines: list[BaseModelForm]) -> None:
        met: set[int] = set()
        for line in lines:
            page = line.cleaned_data.get("page")
            if page is None:
                continue
            if page.pk in met:
                line.add_error("page", _("This offer already stands on the menu."))
            met.add(page.pk)
