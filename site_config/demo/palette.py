"""Colours and fonts of what the demo draws: warm paper, ink, one red, wheat; Noto's Chinese letters."""

import shutil
import subprocess
from functools import cache
from pathlib import Path

from PIL import ImageFont

PAPER = "#FBF8F3"
SURFACE = "#FFFFFF"
INK = "#1F1A17"
INK_SOFT = "#574E46"
LINE = "#E4DCD0"
RED = "#B1241C"
WHEAT = "#C8892B"
WHEAT_SOFT = "#F6E7CB"
GREEN = "#586A17"
GREEN_SOFT = "#DCE3BE"
BLUE = "#2C5788"
BLUE_SOFT = "#D6E4EE"

_FOLDERS = (Path("/usr/share/fonts/opentype/noto"), Path("/usr/share/fonts/noto-cjk"))
_FILES = {
    "title": ("Noto Serif CJK SC:bold", "NotoSerifCJK-Bold.ttc"),
    "body": ("Noto Sans CJK SC", "NotoSansCJK-Regular.ttc"),
}
# Simplified Chinese within Noto's collections: Japanese, Korean, then Simplified Chinese.
_SIMPLIFIED = 2


class FontMissingError(Exception):
    """There is no font with Chinese letters on this machine; the message says how to get one."""


@cache
def font(kind: str, size: int) -> ImageFont.FreeTypeFont:
    """Return the font for "title" (serif, bold) or "body" (sans) at `size` pixels.

    Raises `FontMissingError` if the machine has no Noto CJK fonts.
    """
    path, index = _find(kind)
    return ImageFont.truetype(str(path), size, index=index)


@cache
def _find(kind: str) -> tuple[Path, int]:
    pattern, name = _FILES[kind]
    for folder in _FOLDERS:
        if (folder / name).is_file():
            return folder / name, _SIMPLIFIED
    asker = shutil.which("fc-match")
    if asker:
        answer = subprocess.run(  # noqa: S603  a fixed question to a program found on the path
            [asker, "--format", "%{file}\n%{index}", pattern], capture_output=True, text=True, check=False
        ).stdout.split("\n")
        if "CJK" in answer[0]:
            return Path(answer[0]), int(answer[1])
    msg = "No Chinese font was found for the demo films. Please install one: apt-get install fonts-noto-cjk"
    raise FontMissingError(msg)
