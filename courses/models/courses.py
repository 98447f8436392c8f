"""The course: ordered sections of lectures."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from taggit.models import ItemBase
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable, Page
from wagtail.search import index

from foundation.page_context import BuiltContextMixin
from hours.models import Subject
from lectures.models import Lecture
from members.models import MemberCategory


class CourseIndex(BuiltContextMixin, Page):
    """The library of courses."""

    max_count = 1
    parent_page_types = ["site_config.HomePage"]
    subpage_types = ["courses.Course"]
    template = "courses/course_index.html"

    class Meta:
        verbose_name = _("course library")


class CourseCategory(ItemBase):
    """That a course is meant for a member category (a filter, never a wall)."""

    tag = models.ForeignKey(MemberCategory, related_name="course_tags", on_delete=models.CASCADE)
    content_object = ParentalKey("courses.Course", related_name="category_tags", on_delete=models.CASCADE)


class Course(BuiltContextMixin, Page):
    """Lectures that belong together, in an order."""

    summary = models.CharField(
        _("what one gets from it"),
        max_length=120,
        blank=True,
        help_text=_("One sentence for lists and menus: what a member can do or knows afterwards."),
    )
    introduction = RichTextField(_("introduction"), blank=True)
    cover = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("cover"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("A wide picture; it stands on the course's page and card."),
    )
    subjects = ParentalManyToManyField(
        Subject, verbose_name=_("subjects"), blank=True, related_name="courses"
    )
    categories = ClusterTaggableManager(
        verbose_name=_("meant for"),
        through=CourseCategory,
        blank=True,
        related_name="courses",
        help_text=_("A filter, not a wall: every member may study every course."),
    )

    template = "courses/course.html"
    search_kind = "course"
    parent_page_types = ["courses.CourseIndex"]
    subpage_types: list[str] = []

    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("introduction"),
        FieldPanel("cover"),
        InlinePanel("sections", label=_("Section"), heading=_("Sections")),
        MultiFieldPanel([FieldPanel("subjects"), FieldPanel("categories")], heading=_("Audience")),
    ]

    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("introduction")]

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")


class CourseSection(ClusterableModel, Orderable):
    """A part of a course (章节)."""

    course = ParentalKey(Course, on_delete=models.CASCADE, related_name="sections")
    title = models.CharField(_("title"), max_length=120)

    panels = [FieldPanel("title"), InlinePanel("items", label=_("Lecture"), heading=_("Lectures"))]

    class Meta(Orderable.Meta):
        verbose_name = _("section")

    def __str__(self) -> str:
        return self.title


class SectionLecture(Orderable):
    """A lecture's place in a section."""

    section = ParentalKey(CourseSection, on_delete=models.CASCADE, related_name="items")
    lecture = models.ForeignKey(
        Lecture, verbose_name=_("lecture"), on_delete=models.CASCADE, related_name="+"
    )

    panels = [PageChooserPanel("lecture", ["lectures.Lecture"])]

    class Meta(Orderable.Meta):
        verbose_name = _("lecture in section")
