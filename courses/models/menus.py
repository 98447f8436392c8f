"""The menu (菜单): a year's offer for an audience, from which members choose."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import ItemBase
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.models import Orderable, Page
from wagtail.search import index

from members.models import MemberCategory


class MenuIndex(Page):
    """All menus of all years."""

    max_count = 1
    parent_page_types = ["site_config.HomePage"]
    subpage_types = ["courses.Menu"]

    class Meta:
        verbose_name = _("menus")


class MenuAudience(ItemBase):
    """That a menu is laid for a member category."""

    tag = models.ForeignKey(MemberCategory, related_name="menu_tags", on_delete=models.CASCADE)
    content_object = ParentalKey("courses.Menu", related_name="category_tags", on_delete=models.CASCADE)


class Menu(Page):
    """Required, elective and practical sections; "choose at least N"; a window for choosing."""

    year = models.PositiveSmallIntegerField(_("year"))
    summary = models.CharField(_("in one sentence"), max_length=120, blank=True)
    choose_at_least = models.PositiveSmallIntegerField(
        _("choose at least"), default=0, help_text=_("Number of elective items a member should choose.")
    )
    opens_at = models.DateTimeField(_("choosing opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("choosing closes"), null=True, blank=True)
    categories = ClusterTaggableManager(
        verbose_name=_("meant for"), through=MenuAudience, blank=True, related_name="menus"
    )

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
