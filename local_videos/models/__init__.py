"""Three records: the asset, the files made from it, the attempts at making them; and its captions."""

from .captions import Caption, CaptionCue
from .jobs import TranscodeJob
from .videos import LocalVideo, Rendition

__all__ = ["Caption", "CaptionCue", "LocalVideo", "Rendition", "TranscodeJob"]
