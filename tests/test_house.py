"""The structure itself: every room stands on a floor of the import contract."""

import tomllib
from pathlib import Path

from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent


def test_every_room_stands_in_the_import_contract() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = config["contracts"][0]["layers"]
    in_contract = {room.strip() for layer in layers for room in layer.split("|")}
    own_apps = {app.name for app in apps.get_app_configs() if Path(app.path).parent == ROOT}
    assert own_apps == in_contract == set(config["root_packages"])
