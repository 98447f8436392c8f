"""The documentation knows what there is, and names nothing that is gone."""

import importlib
import re
from pathlib import Path

import pytest
from django.core.management import find_commands
from django.dispatch import Signal

from .own_apps import OWN_APPS, ROOT

DOCS = ROOT / "docs"
VARIABLE = re.compile(r"\bGUBEN_[A-Z_]+")


def commands() -> list[str]:
    """Return every management command of ours."""
    return sorted(name for app in OWN_APPS for name in find_commands(str(ROOT / app / "management")))


def signals() -> list[str]:
    """Return the names of every signal that an app of ours defines."""
    modules = [importlib.import_module(f"{path.parent.name}.signals") for path in ROOT.glob("*/signals.py")]
    return sorted(
        name for module in modules for name, value in vars(module).items() if isinstance(value, Signal)
    )


def test_every_environment_variable_is_explained_and_no_other() -> None:
    read = {
        name
        for path in (ROOT / "site_config" / "settings").glob("*.py")
        for name in VARIABLE.findall(path.read_text())
    }
    rows = re.findall(r"^\| `(GUBEN_[A-Z_]+)`", (DOCS / "settings.md").read_text(), re.MULTILINE)
    assert sorted(rows) == sorted(read)


def test_every_command_is_explained_and_no_other() -> None:
    chapter = (DOCS / "operation.md").read_text().partition("## Commands")[2].partition("\n## ")[0]
    assert sorted(re.findall(r"^\| `([a-z_]+)`", chapter, re.MULTILINE)) == commands()


def test_every_signal_is_explained() -> None:
    architecture = (DOCS / "architecture.md").read_text()
    assert [name for name in signals() if f"`{name}`" not in architecture] == []
    assert signals() != []


def test_signals_stand_where_this_test_looks() -> None:
    elsewhere = [
        path
        for app in OWN_APPS
        for path in (ROOT / app).rglob("*.py")
        if path.name != "signals.py" and re.search(r"= (?:\w+\.)?Signal\(", path.read_text())
    ]
    assert elsewhere == []


PAGES = sorted([*ROOT.glob("*.md"), *DOCS.glob("*.md")])


@pytest.mark.parametrize("written", PAGES, ids=lambda path: path.name)
def test_every_file_that_is_named_is_there(written: Path) -> None:
    named = re.findall(r"`((?:[\w.-]+/)+[\w.-]+\.(?:py|md|css|js|html|toml|txt|sh))`", written.read_text())
    places = (ROOT, ROOT / "site_config" / "static" / "site_config", ROOT / "site_config" / "templates")
    assert [name for name in named if not any((place / name).exists() for place in places)] == []
