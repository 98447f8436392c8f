"""The texts of the demo district, read from TOML files beside this module."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "content"


@cache
def read(name: str) -> dict[str, Any]:
    """Return the content file `name` (without ending)."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def read_all(folder: str) -> dict[str, dict[str, Any]]:
    """Return all content files of `folder` by their names, which are the pages' slugs."""
    return {path.stem: read(f"{folder}/{path.stem}") for path in sorted((FOLDER / folder).glob("*.toml"))}
