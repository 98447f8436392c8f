"""The exemplar (先进典型): a model person or organization, their story and film."""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F
from django.db.models.functions import Floor
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.blocks import BlockQuoteBlock, CharBlock, RichTextBlock
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageBlock
from wagtail.models import Orderable, Page
from wagtail.search import index

from foundation.calendar import this_year
from foundation.page_context import BuiltContextMixin
from local_videos.models import LocalVideo

FIRST_YEAR = 1921


class ExemplarIndex(BuiltContextMixin, Page):
    """The library of exemplars."""

    max_count = 1
    parent_page_types = ["site_config.HomePage"]
    subpage_types = ["exemplars.Exemplar"]
    template = "exemplars/exemplar_index.html"

    class Meta:
        verbose_name = _("exemplar library")


class Exemplar(BuiltContextMixin, Page):
    """A model person or organization of the district."""

    class Of(models.TextChoices):
        PERSON = "person", _("person")
        ORGANIZATION = "organization", _("organization")

    of = models.CharField(_("portrait of"), max_length=12, choices=Of, default=Of.PERSON)
    name = models.CharField(
        _("name"), max_length=80, help_text=_("Of the person or organization, as it may be published.")
    )
    place = models.CharField(
        _("place"), max_length=80, blank=True, help_text=_("Village, community or unit; no address.")
    )
    year = models.PositiveSmallIntegerField(
        _("year"),
        default=this_year,
        validators=[MinValueValidator(FIRST_YEAR)],
        help_text=_("The year of the commendation or of the story."),
    )
    summary = models.CharField(
        _("in one sentence"),
        max_length=120,
        blank=True,
        help_text=_("What they did; it stands below the title and in lists."),
    )
    video = models.ForeignKey(
        LocalVideo,
        verbose_name=_("film"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="exemplars",
        help_text=_("Open to everybody who may see this page. It plays as soon as it is ready."),
    )
    portrait = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("portrait"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Stands across the page when there is no film, and on the card in lists."),
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

    template = "exemplars/exemplar.html"
    search_kind = "exemplar"
    # What the search narrows by, for the database.
    search_minutes = Floor(F("video__duration") / 60)
    search_year = F("year")
    search_place = F("place")
    # What may also be typed by its sound.
    search_names = ("title", "name", "place")
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
        InlinePanel("related_lessons", label=_("Related lesson"), heading=_("Related lessons")),
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

    def clean(self) -> None:
        """Refuse a year that has not come yet."""
        super().clean()
        if self.year and self.year > this_year():
            raise ValidationError({"year": _("This year has not come yet.")})

    @property
    def points_to_learn(self) -> list[str]:
        """The points to learn, one a line."""
        return [point.strip() for point in self.to_learn.splitlines() if point.strip()]

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

    class Meta(Orderable.Meta):
        verbose_name = _("related lesson")
