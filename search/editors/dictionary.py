"""The district's words and synonyms in the editors' site."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet, SnippetViewSetGroup

from search.models import DictionaryWord, Synonyms

from .rebuild import MOST_ATTEMPTS, latest_rebuild


class WordsIndexView(IndexView):
    """The words, and how far the index has been built with them."""

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the state of the index."""
        return super().get_context_data(*args, **kwargs) | {
            "rebuild": latest_rebuild(),
            "most_attempts": MOST_ATTEMPTS,
        }


class DictionaryWordViewSet(SnippetViewSet):
    """Words that a text is cut by, so that they are found whole."""

    model = DictionaryWord
    icon = "tag"
    menu_label = _("Words of the district")
    index_view_class = WordsIndexView
    index_template_name = "search/dictionary_index.html"
    search_fields = ["word"]
    add_to_reference_index = False
    panels = [FieldPanel("word")]


class SynonymsViewSet(SnippetViewSet):
    """Words for the same thing."""

    model = Synonyms
    icon = "link"
    menu_label = _("Synonyms")
    search_fields = ["words"]
    add_to_reference_index = False
    panels = [FieldPanel("words")]


class DictionaryGroup(SnippetViewSetGroup):
    """The menu entry of both."""

    items = (DictionaryWordViewSet, SynonymsViewSet)
    menu_label = _("Search words")
    menu_icon = "search"
    menu_order = 340
