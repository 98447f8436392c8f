"""A site for tests that kill it: `python -m tests.local_videos.killed_site PORT`.

The same processes as `manage.py serve`, started again by the same supervisor, without what films do not need.
"""

import sys
import tempfile
from pathlib import Path

import django

_NEEDED = {"web", "nginx", "film worker"}


def main(port: int) -> None:
    """Serve until told to stop."""
    django.setup()
    from site_config.processes import front_server, serving  # noqa: PLC0415  needs the setup

    with tempfile.TemporaryDirectory(prefix="guben-") as folder:
        front = Path(folder) if front_server.nginx() else None
        parts = serving.parts(host="127.0.0.1", port=port, front=front)
        serving.supervise([part for part in parts if part.name in _NEEDED], lambda words: None)


if __name__ == "__main__":
    main(int(sys.argv[1]))
