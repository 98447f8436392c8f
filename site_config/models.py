"""The home page."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, PageChooserPanel
from wagtail.models import Page


class HomePage(Page):
    """The first page: for strangers what this is, for members where they stopped."""

    introduction = models.CharField(_("what this is, in one sentence"), max_length=160, blank=True)
    featured_exemplar = models.ForeignKey(
        "exemplars.Exemplar",
        verbose_name=_("exemplar of the week"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    template = "site_config/home_page.html"
    max_count = 1
    parent_page_types = ["wagtailcore.Page"]

    content_panels = [
        *Page.content_panels,
        FieldPanel("introduction"),
        PageChooserPanel("featured_exemplar", "exemplars.Exemplar"),
    ]

    class Meta:
        verbose_name = _("home page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add what the first page shows to the person who asks: see `site_config.home`."""
        from .home import welcome  # noqa: PLC0415  it reads the rooms' models, which name this one

        return super().get_context(request, *args, **kwargs) | welcome(request, self.featured_exemplar)
