"""The asset, the files made from it, the attempts at making them; its captions and chapters; uploads."""

from .captions import Caption, CaptionCue
from .chapters import Chapter
from .jobs import TranscodeJob
from .uploads import Upload
from .videos import LocalVideo, Rendition, playing_version

__all__ = [
    "Caption",
    "CaptionCue",
    "Chapter",
    "LocalVideo",
    "Rendition",
    "TranscodeJob",
    "Upload",
    "playing_version",
]
