"""The forms with which editors upload, describe and replace films."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.collections import (
    BaseCollectionMemberForm,
    collection_member_permission_formset_factory,
)
from wagtail.images.widgets import AdminImageChooser
from wagtail.models import Collection

from local_videos import faults
from local_videos.models import LocalVideo, Upload
from local_videos.permissions import policy
from local_videos.playback import caption_files, captions, chapters, posters
from local_videos.playback.tasks import take_poster
from local_videos.upload import intake, resumable

_ACCEPTED = "video/*,audio/*,.mkv,.mts,.m2ts,.mxf,.rm,.rmvb,.wmv,.flv,.vob"


def _language_choices() -> list[tuple[str, str]]:
    """The site's languages, written as HTML wants them (zh-Hans)."""
    return [
        (_html_code(code), str(get_language_info(code)["name_local"])) for code, _name in settings.LANGUAGES
    ]


def _html_code(code: str) -> str:
    language, _, script = code.partition("-")
    return f"{language}-{script.title()}" if script else language


class FilmInput(forms.FileInput):
    """The choice of a file, and below it the uploads of it that film_uploads.js carries out."""

    template_name = "local_videos/admin/film_input.html"
    unfinished: Sequence[Upload] = ()
    replaces: int | None = None

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Tell the script its limits and what was begun."""
        context = super().get_context(name, value, attrs)
        more = {"unfinished": self.unfinished, "replaces": self.replaces or ""}
        return context | more | {"chunk": settings.LOCAL_VIDEOS_CHUNK_BYTES}


class FilmField(forms.FileField):
    """A film to upload; says before the upload how large it may be."""

    widget = FilmInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Film"), allow_empty_file=True, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Let the browser offer films."""
        attrs: dict[str, Any] = super().widget_attrs(widget)
        return attrs | {"accept": _ACCEPTED}


def _say_limits(field: forms.Field) -> None:
    field.help_text = _(
        "A film as it comes from the camera or the phone, at most %(size)s and %(hours)s hours long. "
        "It is converted for all screens after the upload; you may close the page then."
    ) % {
        "size": filesizeformat(settings.LOCAL_VIDEOS_MAX_UPLOAD_BYTES),
        "hours": settings.LOCAL_VIDEOS_MAX_SECONDS // 3600,
    }
    field.widget.attrs["data-film-limit"] = settings.LOCAL_VIDEOS_MAX_UPLOAD_BYTES
    field.widget.attrs["data-film-too-large"] = _("This file is larger than the site accepts.")


class UploadDetailsForm(BaseCollectionMemberForm):
    """What is said about a new film before its file has arrived."""

    permission_policy = policy

    class Meta:
        model = LocalVideo
        fields = ["title", "collection"]

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.user = user
        self.fields["title"].required = False
        self.fields["title"].help_text = _("If you leave this empty, the name of the file becomes the title.")

    def chosen_collection(self) -> Collection:
        """Return the collection, which is not asked for where there is only one."""
        chosen: Collection = self.cleaned_data.get("collection") or self.collections[0]
        return chosen


class FilmUploadForm(UploadDetailsForm):
    """A new film. A form that is valid has taken the film in already.

    The film comes with the form, or came before as a resumable upload, whose number the form then holds.
    """

    film = FilmField()
    upload = forms.UUIDField(required=False, widget=forms.HiddenInput(attrs={"data-upload-number": ""}))
    field_order = ["film", "title", "collection"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["film"].required = not self.data.get(self.add_prefix("upload"))
        _say_limits(self.fields["film"])
        if self.user:
            self.fields["film"].widget.unfinished = resumable.unfinished_of(self.user)

    def clean(self) -> dict[str, Any]:
        """Take the film in once everything else is right."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        try:
            self.instance = self._film(cleaned)
        except intake.IntakeRefused as refused:
            self.add_error("film", str(refused))
        else:
            cleaned["title"] = self.instance.title
        return cleaned

    def _film(self, cleaned: dict[str, Any]) -> LocalVideo:
        if cleaned.get("upload"):
            try:
                upload = resumable.upload_of(self.user, cleaned["upload"])
            except Upload.DoesNotExist as error:
                raise intake.IntakeRefused(faults.UPLOAD_GONE) from error
            if upload.film is None:
                raise intake.IntakeRefused(upload.reason or faults.UPLOAD_GONE)
            return upload.film
        return intake.take_in(
            file=cleaned["film"],
            title=cleaned["title"],
            uploaded_by=self.user,
            collection=self.chosen_collection(),
        )

    def save(self, commit: bool = True) -> LocalVideo:
        """Return the film that was taken in."""
        return self.instance


class FilmReplaceForm(forms.ModelForm):
    """Another file for a film."""

    film = FilmField()

    class Meta:
        model = LocalVideo
        fields: list[str] = []

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_limits(self.fields["film"])
        self.fields["film"].widget.replaces = self.instance.pk
        if user:
            self.fields["film"].widget.unfinished = resumable.unfinished_of(user, self.instance)

    def clean(self) -> dict[str, Any]:
        """Replace the file if it can be used."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                intake.replace_film(self.instance, cleaned["film"])
            except intake.IntakeRefused as refused:
                self.add_error("film", str(refused))
        return cleaned

    def save(self, commit: bool = True) -> LocalVideo:
        """Return the film, which has its new file already."""
        return self.instance


class FrameChoice(forms.RadioSelect):
    """Frames of a film to choose from, each with its picture."""

    template_name = "local_videos/admin/frame_choice.html"


def _frame_choices(video: LocalVideo) -> list[tuple[str, str]]:
    """Numbers of frames, and the address of each one's picture."""
    return [
        (str(number), reverse("local_videos_admin:frame", args=[video.pk, number]))
        for number in posters.frames_of(video)
    ]


class FilmForm(BaseCollectionMemberForm):
    """What is said about a film, its poster and its captions."""

    permission_policy = policy
    captions_file = forms.FileField(
        label=_("Captions file"),
        required=False,
        allow_empty_file=True,
        help_text=_("WebVTT (.vtt) or SRT (.srt). Captions of the same language are replaced."),
    )
    captions_language = forms.ChoiceField(label=_("Language of the captions"), choices=_language_choices)
    captions_to_remove = forms.MultipleChoiceField(
        label=_("Remove captions"), required=False, widget=forms.CheckboxSelectMultiple
    )
    frame = forms.ChoiceField(
        label=_("Poster from the film"), required=False, widget=FrameChoice, choices=list
    )
    chapters_text = forms.CharField(
        label=_("Chapters"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One a line: the time and the title, for example “1:05 How to sow”."),
    )
    field_order = [
        "title",
        "collection",
        "frame",
        "poster",
        "chapters_text",
        "captions_file",
        "captions_language",
        "captions_to_remove",
    ]

    class Meta:
        model = LocalVideo
        fields = ["title", "collection", "poster"]
        widgets = {"poster": AdminImageChooser}
        help_texts = {
            "poster": _(
                "Without a choice of yours, a frame of the film is used. "
                "You may upload a picture of your own."
            )
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["captions_language"].required = False
        self.initial["chapters_text"] = chapters.written(self.instance)
        frames = posters.frames_of(self.instance)
        if frames:
            self.fields["frame"].choices = [("", _("Keep the poster below")), *_frame_choices(self.instance)]
        else:
            del self.fields["frame"]
        tracks = list(self.instance.captions.all())
        if tracks:
            self.fields["captions_to_remove"].choices = [(str(track.pk), track.label) for track in tracks]
        else:
            del self.fields["captions_to_remove"]

    def clean_captions_file(self) -> list[caption_files.Cue] | None:
        """Return the cues of the captions file; None without one."""
        file = self.cleaned_data["captions_file"]
        if not file:
            return None
        try:
            return caption_files.parse(file.read(caption_files.MOST_BYTES + 1))
        except caption_files.CaptionsRefused as refused:
            raise forms.ValidationError(str(refused)) from refused

    def clean_chapters_text(self) -> list[tuple[float, str]]:
        """Return the chapters, which can be read."""
        try:
            return chapters.parse(self.cleaned_data["chapters_text"], self.instance.duration)
        except chapters.ChaptersRefused as refused:
            raise forms.ValidationError(str(refused)) from refused

    def save(self, commit: bool = True) -> LocalVideo:
        """Save the film, its poster, chapters and captions."""
        if "poster" in self.changed_data:
            self.instance.poster_is_own = self.cleaned_data["poster"] is None
        video: LocalVideo = super().save(commit=False)
        # Its file and its state may have changed since the page was opened.
        video.save(update_fields=["title", "collection", "poster", "poster_is_own"])
        frame = posters.frame_of(video, int(self.cleaned_data.get("frame") or 0))
        if frame:
            take_poster(video, frame)
        if "chapters_text" in self.changed_data:
            chapters.replace_chapters(video, self.cleaned_data["chapters_text"])
        video.captions.filter(pk__in=self.cleaned_data.get("captions_to_remove") or []).delete()
        cues = self.cleaned_data["captions_file"]
        if cues is not None:
            language = self.cleaned_data["captions_language"] or _language_choices()[0][0]
            captions.replace_captions(video, language, cues)
        return video


GroupFilmPermissionFormSet = collection_member_permission_formset_factory(
    LocalVideo,
    [
        ("add_localvideo", _("Add"), _("Add and edit films you uploaded")),
        ("change_localvideo", _("Edit"), _("Edit any film")),
        ("choose_localvideo", _("Choose"), _("Select films in choosers")),
    ],
    "local_videos/admin/permissions_formset.html",
)
