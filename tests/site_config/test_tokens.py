"""The look keeps its word: one file names colours and sizes, and every pair of ink and paper can be read."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
TOKENS = ROOT / "site_config" / "static" / "site_config" / "css" / "tokens.css"
STYLE_SHEETS = [
    path
    for path in sorted(ROOT.glob("*/static/**/*.css"))
    if path != TOKENS
    and path.relative_to(ROOT).parts[0] != "var"  # what a site that ran here has collected
    and "vendor" not in path.parts
    and "admin" not in path.name
]
COLOUR = re.compile(
    r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl)a?\(|:[^;{]*\b(?:black|white|red|green|blue|grey|gray|orange|yellow)\b(?![-\w])",
    re.IGNORECASE,
)
FONT_SIZE_IN_PX = re.compile(r"font(?:-size)?\s*:[^;]*\d(?:px|pt)\b")
HEX = re.compile(r"(--[\w-]+):\s*(#[0-9a-f]{6})\s*;")

NORMAL, SOFT_INK, SHAPE = 4.5, 7.0, 3.0
PAPERS = ("--paper", "--surface")
PAIRS = [
    *[("--ink", paper, SOFT_INK) for paper in (*PAPERS, "--sunken", "--wheat-soft")],
    *[("--ink-soft", paper, SOFT_INK) for paper in PAPERS],
    *[("--red", paper, NORMAL) for paper in PAPERS],
    *[("--red-hover", paper, NORMAL) for paper in PAPERS],
    ("--on-red", "--red", 6.0),
    ("--on-red", "--red-hover", NORMAL),
    *[(tone, paper, NORMAL) for tone in ("--done", "--info", "--fault") for paper in PAPERS],
    *[(f"--{tone}", f"--{tone}-soft", NORMAL) for tone in ("done", "info", "fault")],
    *[("--ink", f"--{tone}-soft", SOFT_INK) for tone in ("done", "info", "fault")],
    *[("--line-strong", paper, SHAPE) for paper in PAPERS],
    *[
        (f"--category-{kind}", paper, NORMAL)
        for kind in ("rural", "government", "non-public", "new", "floating")
        for paper in PAPERS
    ],
]


def tokens_of(block: str) -> dict[str, str]:
    """Return the colour tokens that a rule's block sets."""
    return dict(HEX.findall(block))


def themes() -> dict[str, dict[str, str]]:
    """Return the tokens of the light theme, and of both ways to the dark one."""
    css = TOKENS.read_text()
    light = tokens_of(css[: css.index("@media")])
    asked_of_system = css[css.index("@media (prefers-color-scheme: dark)") :]
    by_name = css[css.index('\n:root[data-theme="dark"]') :]
    return {
        "light": light,
        "dark by system": light | tokens_of(asked_of_system[: asked_of_system.index("\n}\n")]),
        "dark by name": light | tokens_of(by_name[: by_name.index("\n}\n")]),
    }


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2 reckons it."""

    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark by system", "dark by name"])
def test_every_pair_of_ink_and_paper_can_be_read(theme: str) -> None:
    tokens = themes()[theme]
    too_faint = {
        (ink, paper): round(contrast(tokens[ink], tokens[paper]), 2)
        for ink, paper, least in PAIRS
        if contrast(tokens[ink], tokens[paper]) < least
    }
    assert too_faint == {}


def test_the_two_ways_to_the_dark_theme_are_one() -> None:
    assert themes()["dark by system"] == themes()["dark by name"]
    assert themes()["light"] != themes()["dark by name"]


def test_the_two_lines_of_the_focus_frame_tell_each_other_apart_on_every_ground() -> None:
    for tokens in themes().values():
        assert (
            contrast(tokens["--wheat"], tokens["--ink"]) >= SHAPE
            or contrast(tokens["--wheat"], tokens["--paper"]) >= SHAPE
        )
        for ground in ("--paper", "--surface", "--film"):
            assert max(contrast(tokens[line], tokens[ground]) for line in ("--wheat", "--ink")) >= SHAPE


@pytest.mark.parametrize("sheet", STYLE_SHEETS, ids=lambda path: path.name)
def test_no_other_style_sheet_names_a_colour_or_a_size_of_type(sheet: Path) -> None:
    css = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
    css = re.sub(r"var\([^)]*\)|--[\w-]+", "", css)
    assert [match.group() for match in COLOUR.finditer(css)] == []
    assert FONT_SIZE_IN_PX.findall(css) == []


def test_the_check_would_find_a_colour() -> None:
    for css in ("a{color:#fff}", "a{border:1px solid rgb(0,0,0)}", "a{color: red}"):
        assert COLOUR.search(css)
    assert FONT_SIZE_IN_PX.search("a{font-size: 14px}")
    assert not COLOUR.search("a{white-space: nowrap; color: currentColor}")
