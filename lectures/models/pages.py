"""The lecture (one unit of teaching) as a Wagtail page."""

from decimal import Decimal
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F
from django.db.models.functions import Coalesce, Floor
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import ItemBase
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel
from wagtail.blocks import CharBlock, ListBlock, RichTextBlock, StructBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageBlock
from wagtail.models import Page, PageManager, PageViewRestriction
from wagtail.query import PageQuerySet
from wagtail.search import index

from foundation.page_context import BuiltContextMixin
from hours.ledger.credit_rules import NoCreditRuleError, hours_for
from hours.models import Subject
from local_videos.models import LocalVideo
from members.models import MemberCategory

from . import lesson_keys
from .handouts import Handout, handouts_of, text_of


class LectureIndex(BuiltContextMixin, Page):
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


class LectureQuerySet(PageQuerySet):
    """Lectures, as far as the asker may open them."""

    def viewable_by(self, viewer: Any) -> "LectureQuerySet":
        """Published lectures that no view restriction keeps from `viewer`, who may be a stranger.

        Those behind a password of their own are left out of every list: who knows it has the address.
        """
        groups = set(viewer.groups.values_list("pk", flat=True)) if viewer.is_authenticated else set()
        lectures = self.live()
        for restriction in PageViewRestriction.objects.select_related("page").prefetch_related("groups"):
            kind = restriction.restriction_type
            if kind == PageViewRestriction.LOGIN and viewer.is_authenticated:
                continue
            if kind == PageViewRestriction.GROUPS and (
                viewer.is_superuser or groups & {group.pk for group in restriction.groups.all()}
            ):
                continue
            lectures = lectures.not_descendant_of(restriction.page, inclusive=True)
        return lectures


class Lecture(BuiltContextMixin, Page):
    """One unit of teaching. Learner data refers to it by `lesson_key`, never by page id."""

    lesson_key = models.UUIDField(
        editable=False,
        blank=True,
        db_index=True,
        help_text="The lesson by which hours are credited; see lesson_keys.py.",
    )
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
        validators=[MinValueValidator(1)],
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

    objects = PageManager.from_queryset(LectureQuerySet)()

    search_kind = "lecture"
    # As `minutes_that_count`, for the database: the search narrows by it.
    search_minutes = Coalesce(
        F("credit_minutes"), Floor(F("video__duration") / 60), output_field=models.FloatField()
    )
    parent_page_types = ["lectures.LectureIndex"]
    subpage_types: list[str] = []

    content_panels = [
        *Page.content_panels,
        FieldPanel(
            "summary",
            help_text=_("One sentence for lists and menus: what a member can do or knows afterwards."),
        ),
        FieldPanel(
            "video",
            help_text=_(
                "A film that is still being prepared can be chosen; it plays as soon as it is ready."
            ),
        ),
        FieldPanel("body"),
        FieldPanel("attachments"),
        MultiFieldPanel(
            [
                HelpPanel(
                    content=_(
                        "Hours are credited when nearly the whole film has been seen. A lecture without a "
                        "film is credited by attendance only."
                    )
                ),
                FieldPanel("credit_minutes"),
                FieldPanel("subject"),
                FieldPanel(
                    "categories",
                    help_text=_("A filter, not a wall: every member may study every lecture."),
                ),
            ],
            heading=_("Credit and audience"),
        ),
    ]

    search_fields = [
        *Page.search_fields,
        index.SearchField("summary"),
        index.SearchField("body"),
        index.SearchField("transcript"),
        index.SearchField("handout_text"),
    ]

    class Meta:
        verbose_name = _("lecture")
        verbose_name_plural = _("lectures")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the page, and settle which lesson it is where that may have changed."""
        named = kwargs.get("update_fields")
        settles = named is None or {"video", "video_id", "title"} & set(named)
        if settles:
            self.lesson_key = lesson_keys.key_for(self)
            if named is not None:
                kwargs["update_fields"] = {*named, "lesson_key"}
        super().save(*args, **kwargs)
        if settles:
            lesson_keys.pass_on(self)

    def transcript(self) -> str:
        """Return all that is said in the film, one line a cue; empty without film or captions."""
        return self.video.transcript() if self.video else ""

    def handout_text(self) -> str:
        """Return what stands in the PDF and Word files that everybody may have."""
        return text_of(self.handout_ids)

    @property
    def handout_ids(self) -> list[int]:
        """The keys of the attached documents, without loading them."""
        values = [block["value"].get("document") for block in self.attachments.raw_data]
        return [value for value in values if isinstance(value, int)]

    @staticmethod
    def search_documents(lectures: "list[Lecture]") -> dict[int, list[Handout]]:
        """Return the handouts of found lectures by the lecture's key, so that a hit can name the document."""
        return handouts_of({lecture.pk: lecture.handout_ids for lecture in lectures})

    @property
    def minutes_that_count(self) -> int:
        """Minutes that hours are reckoned from: the editor's word, else the film's length rounded down."""
        if self.credit_minutes is not None:
            return self.credit_minutes
        return int(self.film_seconds // 60)

    @property
    def hours(self) -> Decimal:
        """Credit hours by today's rule; 0 where the lecture is too short or no rule has been laid down."""
        try:
            return hours_for(self.minutes_that_count, timezone.localdate())
        except NoCreditRuleError:
            return Decimal(0)

    @property
    def film_seconds(self) -> float:
        """The film's length in seconds; 0 without a film."""
        return self.video.duration if self.video else 0.0

    @property
    def film_version(self) -> str:
        """Which film plays (`LocalVideo.playing_version`); empty without a film."""
        return self.video.playing_version if self.video else ""

    @property
    def has_film(self) -> bool:
        """Whether there is a film that can be played; one being prepared anew still plays as it was."""
        return self.video is not None and self.video.current_job_id is not None and self.film_seconds > 0
