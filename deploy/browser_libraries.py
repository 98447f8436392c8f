"""Copy the browser libraries that npm fetched into the site's static files and draw the icon sprite.

Run from the repository's root after `npm ci`. Every icon of the package goes into no page unless a template
names it: the sprite holds just the names found in templates and code.
"""

import re
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "site_config" / "static" / "vendor"
FILES = {
    "hls.light.min.js": "hls.js/dist/hls.light.min.js",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "tus.min.js": "tus-js-client/dist/tus.min.js",
}
ICON_USE = re.compile(r"""{%\s*icon\s+"([a-z0-9-]+)"|ICON\s*=\s*"([a-z0-9-]+)\"""")


def icon_names() -> list[str]:
    """Return the names of all icons that templates use literally, and those that `icons.txt` adds."""
    names: set[str] = set()
    for template in ROOT.glob("*/templates/**/*.html"):
        names.update(a or b for a, b in ICON_USE.findall(template.read_text()))
    names.update((ROOT / "site_config" / "icons.txt").read_text().split())
    return sorted(names)


def sprite(names: list[str]) -> str:
    """Return one SVG document with a `<symbol>` for each of Lucide's icons in `names`."""
    symbols = []
    for name in names:
        source = (MODULES / "lucide-static" / "icons" / f"{name}.svg").read_text()
        shapes = re.sub(
            r"\s+", " ", source[source.index(">", source.index("<svg")) + 1 : source.rindex("</svg>")]
        )
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{shapes.strip()}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">' + "".join(symbols) + "</svg>\n"


def main() -> None:
    """Fill `site_config/static/vendor` anew."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    for target, source in FILES.items():
        shutil.copyfile(MODULES / source, VENDOR / target)
    (VENDOR / "icons.svg").write_text(sprite(icon_names()))


if __name__ == "__main__":
    main()
