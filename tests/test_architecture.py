"""The structure that docs/architecture.md describes holds: layers, no circles, packages of a size."""

import tomllib
from collections import Counter
from graphlib import TopologicalSorter

import grimp
import pytest

from .own_apps import OWN_APPS, ROOT

MOST_MODULES_IN_A_FOLDER = 20
MOST_LINES = 400
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]


@pytest.fixture(scope="module")
def imports() -> dict[str, set[str]]:
    """For each module of ours the modules of ours that it imports; migrations left out."""
    graph = grimp.build_graph(*CONFIG["root_packages"], exclude_type_checking_imports=True)
    modules = {module for module in graph.modules if ".migrations" not in module}
    return {module: graph.find_modules_directly_imported_by(module) & modules for module in modules}


def layers_of(contract: dict[str, list[str]]) -> list[set[str]]:
    return [{one.strip() for one in layer.split("|")} for layer in contract["layers"]]


def test_every_app_stands_in_the_import_contract() -> None:
    in_contract = set().union(*layers_of(CONFIG["contracts"][0]))
    assert set(OWN_APPS) == in_contract == set(CONFIG["root_packages"])


def test_no_import_goes_in_a_circle_or_upwards(imports: dict[str, set[str]]) -> None:
    # `prepare` names the circle it finds; functions' imports count like a module's own.
    TopologicalSorter(imports).prepare()
    for contract in CONFIG["contracts"]:
        place = {name: number for number, layer in enumerate(layers_of(contract)) for name in layer}

        def layer_of(module: str, place: dict[str, int] = place) -> tuple[str, int] | None:
            parts = module.split(".")
            names = [".".join(parts[:end]) for end in range(len(parts), 0, -1)]
            return next(((name, place[name]) for name in names if name in place), None)

        upwards = [
            f"{one} -> {other}"
            for one, others in imports.items()
            for other in others
            if (mine := layer_of(one))
            and (its := layer_of(other))
            and mine[0] != its[0]
            and mine[1] >= its[1]
        ]
        assert not upwards, contract["name"]


def test_every_package_of_an_app_stands_in_the_apps_own_contract() -> None:
    of_apps = {
        next(iter(names)).split(".")[0]: set().union(*layers_of(contract))
        for contract in CONFIG["contracts"][1:]
        if (names := set().union(*layers_of(contract)))
    }
    assert {"hours", "members", "search", "local_videos", "lectures", "courses", "meetings"} <= of_apps.keys()
    for app, named in of_apps.items():
        inside = {
            f"{app}.{place.stem}"
            for place in (ROOT / app).iterdir()
            if place.suffix == ".py" or (place / "__init__.py").is_file()
        }
        left_out = {f"{app}.{name}" for name in ("__init__", "migrations", "templatetags", "management")}
        assert inside - left_out <= named, app


def test_no_folder_is_a_long_row_and_no_file_too_long() -> None:
    files = [
        file
        for package in CONFIG["root_packages"]
        for file in (ROOT / package).rglob("*.py")
        if "migrations" not in file.parts and file.name != "__init__.py"
    ]
    rows = Counter(str(file.parent.relative_to(ROOT)) for file in files)
    assert not {folder: count for folder, count in rows.items() if count > MOST_MODULES_IN_A_FOLDER}
    files += (ROOT / "tests").rglob("*.py")
    assert not [str(file) for file in files if len(file.read_text().splitlines()) > MOST_LINES]


def test_every_package_says_what_it_is_for() -> None:
    packages = [file for name in CONFIG["root_packages"] for file in (ROOT / name).rglob("__init__.py")]
    silent = ("migrations", "management", "commands", "templatetags", "settings")
    assert not [
        str(file) for file in packages if file.parent.name not in silent and '"""' not in file.read_text()
    ]
