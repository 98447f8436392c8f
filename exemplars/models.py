"""The exemplar (先进典型): a model person or organization, their story and film."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.blocks import BlockQuoteBlock, CharBlock, RichTextBlock
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageBlock
from wagtail.models import Orderable, Page
from wagtail.search import index

from local_videos.models import LocalVideo


class ExemplarIndex(Page):
    """The library of exemplars."""

    max_count = 1
    parent_page_types = ["site_config.HomePage"]
    subpage_types = ["exemplars.Exemplar"]

    class Meta:
        verbose_name = _("exemplar library")


class Exemplar(Page):
    """A model person or organization of the district."""

    class Of(models.TextChoices):
        PERSON = "person", _("person")
        ORGANIZATION = "organization", _("organization")

    of = models.CharField(_("portrait of"), max_length=12, choices=Of, default=Of.PERSON)
    name = models.CharField(_("name"), max_length=80)
    place = models.CharField(_("place"), max_length=80, blank=True)
    year = models.PositiveSmallIntegerField(_("year"))
    summary = models.CharField(_("in one sentence"), max_length=120, blank=True)
    video = models.ForeignKey(
        LocalVideo,
        verbose_name=_("film"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="exemplars",
    )
    portrait = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("portrait"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    story = StreamField(
        [
            ("heading", CharBlock(label=_("Heading"), icon="title")),
            ("text", RichTextBlock(label=_("Text"))),
            ("quote", BlockQuoteBlock(label=_("Quotation"))),
            ("image", ImageBlock(label=_("Image"))),
        ],
        verbose_name=_("story"),
        blank=True,
    )
    to_learn = models.TextField(_("what to learn from it"), blank=True, help_text=_("One point a line."))

    search_kind = "exemplar"
    parent_page_types = ["exemplars.ExemplarIndex"]
    subpage_types: list[str] = []

    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("of"),
                FieldPanel("name"),
                FieldPanel("place"),
                FieldPanel("year"),
                FieldPanel("summary"),
            ],
            heading=_("Who"),
        ),
        FieldPanel("video"),
        FieldPanel("portrait"),
        FieldPanel("story"),
        FieldPanel("to_learn"),
        InlinePanel("related_lessons", label=_("Related lessons")),
    ]

    search_fields = [
        *Page.search_fields,
        index.SearchField("name", boost=2),
        index.SearchField("place"),
        index.SearchField("summary"),
        index.SearchField("story"),
        index.SearchField("to_learn"),
        index.SearchField("transcript"),
    ]

    class Meta:
        verbose_name = _("exemplar")
        verbose_name_plural = _("exemplars")

    def transcript(self) -> str:
        """Return all that is said in the film, one line a cue."""
        return self.video.transcript() if self.video else ""


class RelatedLesson(Orderable):
    """A lesson that goes deeper into what the exemplar shows."""

    exemplar = ParentalKey(Exemplar, on_delete=models.CASCADE, related_name="related_lessons")
    # By string: exemplars and lectures stand beside each other and do not import one another.
    lesson = models.ForeignKey(
        "wagtailcore.Page", verbose_name=_("lesson"), on_delete=models.CASCADE, related_name="+"
    )

    panels = [PageChooserPanel("lesson", ["lectures.Lecture"])]
