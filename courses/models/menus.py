"""The menu (菜单): a year's offer for an audience, from which members choose."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import ItemBase
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.models import Orderable, Page
from wagtail.search import index

from foundation.calendar import this_year
from foundation.page_context import BuiltContextMixin
from members.models import MemberCategory

from .menu_form import MenuForm

FIRST_YEAR = 2000
YEARS_AHEAD = 2


class MenuIndex(BuiltContextMixin, Page):
    """All menus of all years."""

    max_count = 1
    parent_page_types = ["site_config.HomePage"]
    subpage_types = ["courses.Menu"]
    template = "courses/menu_index.html"

    class Meta:
        verbose_name = _("menus")


class MenuAudience(ItemBase):
    """That a menu is meant for a member category."""

    tag = models.ForeignKey(MemberCategory, related_name="menu_tags", on_delete=models.CASCADE)
    content_object = ParentalKey("courses.Menu", related_name="category_tags", on_delete=models.CASCADE)


class Menu(BuiltContextMixin, Page):
    """Required, elective and practical sections; "choose at least N"; a window for choosing."""

    year = models.PositiveSmallIntegerField(
        _("year"),
        default=this_year,
        validators=[MinValueValidator(FIRST_YEAR)],
        help_text=_("The calendar year in which the hours are earned."),
    )
    summary = models.CharField(
        _("in one sentence"),
        max_length=120,
        blank=True,
        help_text=_("Stands below the title: for whom this menu is laid and what it is good for."),
    )
    choose_at_least = models.PositiveSmallIntegerField(
        _("choose at least"), default=0, help_text=_("Number of elective items a member should choose.")
    )
    opens_at = models.DateTimeField(
        _("choosing opens"), null=True, blank=True, help_text=_("Empty: as soon as the menu is published.")
    )
    closes_at = models.DateTimeField(
        _("choosing closes"),
        null=True,
        blank=True,
        help_text=_("Until then members can change their choices. Empty: at the end of the year."),
    )
    categories = ClusterTaggableManager(
        verbose_name=_("meant for"),
        through=MenuAudience,
        blank=True,
        related_name="menus",
        help_text=_("Members of these categories see the menu first. Empty: it is meant for everybody."),
    )

    base_form_class = MenuForm
    template = "courses/menu.html"
    search_kind = "menu"
    parent_page_types = ["courses.MenuIndex"]
    subpage_types: list[str] = []

    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldRowPanel([FieldPanel("year"), FieldPanel("choose_at_least")]),
        MultiFieldPanel(
            [FieldPanel("opens_at"), FieldPanel("closes_at")], heading=_("When members can choose")
        ),
        FieldPanel("categories"),
        InlinePanel("items", label=_("Item"), heading=_("Items")),
    ]

    search_fields = [*Page.search_fields, index.SearchField("summary")]

    class Meta:
        verbose_name = _("menu")
        verbose_name_plural = _("menus")
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True)
                | Q(closes_at__isnull=True)
                | Q(closes_at__gt=models.F("opens_at")),
                name="menu_window_in_order",
            )
        ]

    def clean(self) -> None:
        """Refuse a window that ends before it begins and a year nobody plans for."""
        super().clean()
        faults: dict[str, Any] = {}
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            faults["closes_at"] = _("Choosing must close after it opens.")
        if self.year and self.year > this_year() + YEARS_AHEAD:
            faults["year"] = _("A menu can be laid at most %(years)s years ahead.") % {"years": YEARS_AHEAD}
        if faults:
            raise ValidationError(faults)


class MenuItem(Orderable):
    """One line of a menu."""

    class Section(models.TextChoices):
        REQUIRED = "required", _("required")
        ELECTIVE = "elective", _("elective")
        PRACTICAL = "practical", _("practical")

    menu = ParentalKey(Menu, on_delete=models.CASCADE, related_name="items")
    section = models.CharField(_("section"), max_length=12, choices=Section, default=Section.ELECTIVE)
    # By string: a menu offers courses, lectures and exemplars alike.
    page = models.ForeignKey(
        "wagtailcore.Page", verbose_name=_("offer"), on_delete=models.CASCADE, related_name="+"
    )
    note = models.CharField(
        _("what one gets from it"), max_length=80, blank=True, help_text=_("Empty: the offer's own sentence.")
    )

    panels = [
        FieldRowPanel(
            [
                FieldPanel("section"),
                PageChooserPanel("page", ["courses.Course", "lectures.Lecture", "exemplars.Exemplar"]),
            ]
        ),
        FieldPanel("note"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("menu item")
