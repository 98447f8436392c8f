"""A site for tests that kill it: `python -m tests.local_videos.killed_site PORT`.

The same processes as `manage.py serve`, started again by the same supervisor, without what films do not need.
"""

import sys
import tempfile
from pathlib import Path

from site_config.processes import front_server, serving

_NEEDED = {"web", "nginx", "film worker"}


def main(port: int) -> None:
    """Serve until told to stop."""
    with tempfile.TemporaryDirectory(prefix="guben-") as folder:
        front = Path(folder) if front_server.nginx() else None
        processes = serving.processes(host="127.0.0.1", port=port, front=front)
        needed = [process for process in processes if process.name in _NEEDED]
        web = next(process for process in needed if process.name == "web")
        # A kill ends all of them at once, so one serves as well as several and starts in half the time.
        web.command[web.command.index("--workers") + 1] = "1"
        serving.supervise(needed, lambda words: None)


if __name__ == "__main__":
    main(int(sys.argv[1]))
