"""The commands of the demo refuse what would end badly."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import override_settings

from members.models import Member
from site_config.demo import palette


def test_without_a_font_says_what_to_install(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(palette, "_FOLDERS", ())
    monkeypatch.setenv("PATH", "/nowhere")
    for remembered in (palette.font, palette._find):
        remembered.cache_clear()
    with pytest.raises(CommandError, match="fonts-noto-cjk"):
        call_command("load_demo", films=0)
    assert not Member.objects.exists()
    for remembered in (palette.font, palette._find):
        remembered.cache_clear()


def test_reset_asks_first(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "media" / "film.mp4"
    kept.parent.mkdir()
    kept.write_text("film")
    own = {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "guben.sqlite3"}
    with override_settings(DATA_DIR=tmp_path), monkeypatch.context() as patched:
        patched.setitem(settings.DATABASES, "default", {**settings.DATABASES["default"], **own})
        with pytest.raises(CommandError, match="--yes"):
            call_command("reset_demo", port=1)
        with (
            override_settings(SETTINGS_MODULE="site_config.settings.production"),
            pytest.raises(CommandError),
        ):
            call_command("reset_demo", yes=True, port=1)
    with override_settings(DATA_DIR=tmp_path), pytest.raises(CommandError, match="not the demo's own file"):
        call_command("reset_demo", yes=True, port=1)
    assert kept.exists()
