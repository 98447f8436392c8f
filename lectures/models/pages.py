"""The lecture (one unit of teaching) as a Wagtail page."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import ItemBase
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.blocks import CharBlock, ListBlock, RichTextBlock, StructBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageBlock
from wagtail.models import Page
from wagtail.search import index

from hours.models import Subject
from local_videos.models import LocalVideo
from members.models import MemberCategory


class LectureIndex(Page):
    """The library of all lectures."""

    max_count = 1
    parent_page_types = ["site_config.HomePage"]
    subpage_types = ["lectures.Lecture"]

    class Meta:
        verbose_name = _("lecture library")


class LectureCategory(ItemBase):
    """That a lecture is meant for a member category (a filter, never a wall)."""

    tag = models.ForeignKey(MemberCategory, related_name="lecture_tags", on_delete=models.CASCADE)
    content_object = ParentalKey("lectures.Lecture", related_name="category_tags", on_delete=models.CASCADE)


class Lecture(Page):
    """One unit of teaching. Learner data refers to it by `translation_key`, never by page id."""

    summary = models.CharField(_("what one gets from it"), max_length=120, blank=True)
    video = models.ForeignKey(
        LocalVideo,
        verbose_name=_("film"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="lectures",
    )
    body = StreamField(
        [
            ("heading", CharBlock(label=_("Heading"), icon="title")),
            ("text", RichTextBlock(label=_("Text"))),
            ("image", ImageBlock(label=_("Image"))),
            ("steps", ListBlock(CharBlock(label=_("Step")), label=_("Steps"), icon="list-ol")),
            ("remember", CharBlock(label=_("Remember"), icon="pin", max_length=200)),
        ],
        verbose_name=_("text"),
        blank=True,
    )
    attachments = StreamField(
        [
            (
                "document",
                StructBlock(
                    [("document", DocumentChooserBlock(label=_("Document")))],
                    label=_("Attachment"),
                    icon="doc-full",
                ),
            )
        ],
        verbose_name=_("handouts"),
        blank=True,
    )
    credit_minutes = models.PositiveSmallIntegerField(
        _("minutes that count"),
        null=True,
        blank=True,
        help_text=_("Film, reading and exercise together. Empty: the length of the film."),
    )
    subject = models.ForeignKey(
        Subject,
        verbose_name=_("subject"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="lectures",
    )
    categories = ClusterTaggableManager(
        verbose_name=_("meant for"), through=LectureCategory, blank=True, related_name="lectures"
    )

    search_kind = "lecture"
    parent_page_types = ["lectures.LectureIndex"]
    subpage_types: list[str] = []

    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("video"),
        FieldPanel("body"),
        FieldPanel("attachments"),
        MultiFieldPanel(
            [FieldPanel("credit_minutes"), FieldPanel("subject"), FieldPanel("categories")],
            heading=_("Credit and audience"),
        ),
    ]

    search_fields = [
        *Page.search_fields,
        index.SearchField("summary"),
        index.SearchField("body"),
        index.SearchField("transcript"),
    ]

    class Meta:
        verbose_name = _("lecture")
        verbose_name_plural = _("lectures")

    def transcript(self) -> str:
        """Return all that is said in the film, one line a cue; empty without film or captions."""
        return self.video.transcript() if self.video else ""
