"""The home page."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, PageChooserPanel
from wagtail.models import Page

from foundation.page_context import BuiltContextMixin


class HomePage(BuiltContextMixin, Page):
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
