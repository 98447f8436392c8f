"""nginx before the site, where it is installed: it sends films, pictures and static files, asks for pages.

The application server's own static route knows no ranges, so a player without HLS could not seek. nginx
knows them, waits for a thousand slow readers at no cost, and takes slow uploads in before a thread is given
to them.
What it sends and how is written in deploy/nginx/locations.conf, which production includes as well.
"""

import os
import pwd
import resource
import shutil
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

LOCATIONS = Path(settings.BASE_DIR) / "deploy" / "nginx" / "locations.conf"
# Debian keeps it where only root's path leads.
_ALSO_IN = "/usr/sbin:/usr/local/sbin"
_MOST_WORKERS = 4
_MOST_FILES = 20_000


def nginx() -> str | None:
    """Return the path of nginx, or None where it is not installed."""
    return shutil.which("nginx") or shutil.which("nginx", path=_ALSO_IN)


def web_socket(folder: Path) -> Path:
    """Return where the application server listens when nginx stands before it."""
    return folder / "web.sock"


def configure(folder: Path, *, host: str, port: int) -> list[str]:
    """Write nginx's configuration into `folder` (short-lived, this process's own) and return the command.

    nginx listens at `host` and `port`, and asks the socket in `folder` for pages.
    """
    bodies = Path(settings.DATA_DIR) / "arriving"
    # What a killed nginx left half taken in belongs to nobody.
    shutil.rmtree(bodies, ignore_errors=True)
    bodies.mkdir(parents=True, exist_ok=True)
    place = folder / "nginx.conf"
    place.write_text("\n".join(_lines(folder, bodies, host=host, port=port)) + "\n")
    return [str(nginx()), "-p", str(folder), "-c", str(place), "-e", "stderr"]


def _lines(folder: Path, bodies: Path, *, host: str, port: int) -> Iterable[str]:
    files = min(resource.getrlimit(resource.RLIMIT_NOFILE)[1], _MOST_FILES)
    if files == resource.RLIM_INFINITY:
        files = _MOST_FILES
    if os.geteuid() == 0:
        # Else its workers would be nobody, who may not read the site's files.
        yield f"user {pwd.getpwuid(0).pw_name};"
    yield "daemon off;"
    yield f"pid {_quoted(folder / 'nginx.pid')};"
    yield "error_log stderr alert;"
    yield f"worker_processes {min(len(os.sched_getaffinity(0)), _MOST_WORKERS)};"
    yield f"worker_rlimit_nofile {files};"
    # A connection that is sent a file holds two descriptors.
    yield f"events {{ worker_connections {files // 2}; }}"
    yield "http {"
    yield f"upstream guben {{ server {_quoted('unix:' + str(web_socket(folder)))}; keepalive 16; }}"
    yield f"client_body_temp_path {_quoted(bodies)};"
    for kind in ("proxy", "fastcgi", "uwsgi", "scgi"):
        yield f"{kind}_temp_path {_quoted(folder / kind)};"
    yield f"server {{ listen {_address(host)}:{port};"
    yield f"set $guben_static {_quoted(settings.STATIC_ROOT)};"
    yield f"set $guben_images {_quoted(Path(settings.MEDIA_ROOT) / 'images')};"
    yield f"set $guben_streams {_quoted(settings.LOCAL_VIDEOS_STREAMS_ROOT)};"
    yield f"include {_quoted(LOCATIONS)};"
    yield "} }"


def _address(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _quoted(text: object) -> str:
    """Return a path as nginx reads it; its variables have no way to say a dollar sign."""
    found = str(text)
    if "$" in found:
        raise ValueError(f"nginx cannot be given a path with a dollar sign: {found}")
    return '"' + found.replace("\\", "\\\\").replace('"', '\\"') + '"'
