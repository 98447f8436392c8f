"""The real nginx with the configuration that production includes: ranges, types, ends, and nothing beside."""

import http.client
import os
import shutil
import socketserver
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site_settings
from pytest_django import Settings

from local_videos import storage
from local_videos.playback.streaming import Stream, open_stream, sweep_expired_streams
from local_videos.transcoding import output_files
from site_config.processes import front_server
from tests.browser.conftest import free_port
from tests.local_videos.films import make_ready_film

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(front_server.nginx() is None, reason="nginx is not installed"),
]
CONTENT = bytes(range(250)) * 40
SECRET = b"nobody's business"


class _Pages(BaseHTTPRequestHandler):
    """Stands where the application server does, and tells what it was asked."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer with the headers that came."""
        self.answer(str(self.headers))

    def do_POST(self) -> None:
        """Answer with how much came."""
        self.answer(str(len(self.rfile.read(int(self.headers["Content-Length"])))))

    def answer(self, text: str) -> None:
        """Answer."""
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        # nginx would keep the line, and a thread of a site that is away would still answer on it.
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def address_string(self) -> str:
        """A socket's other end has no address."""
        return "nginx"

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class Front:
    """nginx before a stand-in for the site."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        command = front_server.configure(folder, host="127.0.0.1", port=self.port)
        self.log = (folder / "log").open("wb+")
        self.nginx = subprocess.Popen(command, stderr=self.log)
        socket = str(front_server.web_socket(folder))
        self.pages = socketserver.ThreadingUnixStreamServer(socket, _Pages)
        self.pages.daemon_threads = True
        threading.Thread(target=self.pages.serve_forever, daemon=True).start()
        for _ in range(200):
            try:
                self.ask("/")
                return
            except ConnectionError:
                time.sleep(0.05)
        self.log.seek(0)
        pytest.fail(f"nginx did not start: {self.log.read().decode()}")

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Ask for `path` exactly as written; return status, headers and body."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            line.request(method, path, body=body, headers=named)
            answer = line.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            line.close()

    def end(self) -> None:
        """End both."""
        self.nginx.terminate()
        self.pages.shutdown()
        self.pages.server_close()
        self.nginx.wait(timeout=20)
        self.log.close()


@pytest.fixture
def front(settings: Settings, tmp_path: Path) -> Iterator[Front]:
    """nginx, asked for files of this test alone."""
    settings.DATA_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    ours = Path(site_settings.BASE_DIR) / "site_config" / "static" / "site_config"
    shutil.copytree(ours, settings.STATIC_ROOT / "site_config")
    (tmp_path / "guben.sqlite3").write_bytes(SECRET)
    with tempfile.TemporaryDirectory(prefix="guben-") as folder:
        running = Front(Path(folder))
        try:
            yield running
        finally:
            running.end()


@pytest.fixture
def stream() -> Stream:
    """A film's addresses; its files hold `CONTENT`."""
    film = make_ready_film()
    assert film.current_job is not None
    made = storage.job_folder(film.pk, film.current_job.pk)
    (made / output_files.THUMBNAILS_TRACK).touch()
    (made / "480").mkdir()
    (made / "480" / "00000.mp4").touch()
    for place in made.rglob("*.*"):
        place.write_bytes(CONTENT)
    return open_stream(film)


def test_a_range_of_each_kind_of_file_has_its_type_and_age(front: Front, stream: Stream) -> None:
    folder = stream.hls_url.rpartition("/")[0]
    types = {
        stream.hls_url: "application/vnd.apple.mpegurl",
        stream.mp4_url: "video/mp4",
        f"{folder}/480/00000.mp4": "video/mp4",
        stream.poster_url: "image/jpeg",
        stream.thumbs_url: "text/vtt",
    }
    for url, kind in types.items():
        status, headers, body = front.ask(url, Range="bytes=100-299")
        assert (status, body) == (206, CONTENT[100:300]), url
        assert headers["content-range"] == f"bytes 100-299/{len(CONTENT)}"
        assert headers["content-type"] == kind
        assert headers["cache-control"] == "public, max-age=600"
        assert headers["x-content-type-options"] == "nosniff"
    assert front.ask(stream.mp4_url, Range="bytes=-10")[::2] == (206, CONTENT[-10:])
    assert front.ask(stream.mp4_url, Range=f"bytes={len(CONTENT)}-")[0] == 416
    status, headers, body = front.ask(stream.mp4_url)
    assert (status, body, headers["accept-ranges"]) == (200, CONTENT, "bytes")
    assert front.ask(stream.mp4_url, If_None_Match=headers["etag"])[0] == 304
    assert front.ask(stream.mp4_url, "HEAD")[::2] == (200, b"")
    assert front.ask(stream.mp4_url, "POST", b"x")[0] == 405


def test_an_ended_stream_yields_nothing(front: Front, stream: Stream) -> None:
    piece = f"{stream.hls_url.rpartition('/')[0]}/480/00000.mp4"
    assert front.ask(piece)[0] == 200
    assert sweep_expired_streams(stream.expires_at.timestamp() - 1) == 0
    assert front.ask(piece)[0] == 200
    assert sweep_expired_streams(stream.expires_at.timestamp()) == 1
    status, headers, body = front.ask(piece)
    assert status == 404
    assert "cache-control" not in headers
    assert CONTENT not in body


def test_nothing_is_listed_and_nothing_outside_is_sent(front: Front, stream: Stream) -> None:
    folder = stream.hls_url.rpartition("/")[0]
    assert (
        front.ask("/streams/")[0] == front.ask(f"{folder}/")[0] == front.ask("/static/site_config/")[0] == 403
    )
    assert front.ask(f"{folder[:-1]}/{output_files.MASTER}")[0] == 404
    for route in ("/streams", "/static", "/media/images", folder):
        for up in ("/..", "/../..", "/%2e%2e", "..", "/..%2f", "/..%2f..", "/.%00./..", "//..", "/..\\"):
            for name in ("guben.sqlite3", "films/", "media/../guben.sqlite3"):
                # What leaves the folders' addresses is a question to the site, which has its own views.
                status, _headers, body = front.ask(f"{route}{up}/{name}")
                assert SECRET not in body
                assert CONTENT not in body
                assert status in {200, 400, 403, 404}
                assert status != 200 or b"X-Forwarded-Proto" in body


def test_static_files_are_small_and_those_with_a_digest_stay(front: Front, settings: Settings) -> None:
    style = settings.STATIC_ROOT / "site_config" / "css" / "base.css"
    shutil.copy(style, style.with_name("base.0123456789ab.css"))
    status, headers, body = front.ask("/static/site_config/css/base.css", Accept_Encoding="gzip")
    assert (status, headers["content-encoding"], headers["content-type"]) == (200, "gzip", "text/css")
    assert len(body) < style.stat().st_size / 2
    assert headers["cache-control"] == "public, max-age=600"
    _status, headers, _body = front.ask("/static/site_config/css/base.0123456789ab.css")
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    pictures = Path(settings.MEDIA_ROOT) / "images"
    pictures.mkdir(parents=True)
    (pictures / "hill.webp").write_bytes(CONTENT)
    status, headers, body = front.ask("/media/images/hill.webp")
    assert (status, headers["content-type"], body) == (200, "image/webp", CONTENT)
    (pictures.parent / "documents").mkdir()
    (pictures.parent / "documents" / "list.txt").write_bytes(SECRET)
    assert SECRET not in front.ask("/media/documents/list.txt")[2]


def test_pages_are_asked_of_the_site_which_is_told_the_truth(front: Front) -> None:
    status, _headers, told = front.ask(
        "/any/?q=1", Host="guben.test:8000", X_Forwarded_Proto="https", X_Forwarded_For="1.2.3.4"
    )
    assert status == 200
    assert b"Host: guben.test:8000\n" in told
    assert b"X-Forwarded-Proto: http\n" in told
    assert b"1.2.3.4" not in told
    piece = os.urandom(9 * 1024**2)
    assert front.ask("/admin/films/uploads/", "POST", piece)[::2] == (200, str(len(piece)).encode())


def test_a_site_that_is_away_says_so_in_words(front: Front) -> None:
    front.pages.shutdown()
    front.pages.server_close()
    status, headers, body = front.ask("/")
    assert (status, headers["content-type"], headers["cache-control"]) == (502, "text/html", "no-store")
    assert "网站正在启动" in body.decode()
    assert front.ask("/away.html")[0] == 404


def test_the_example_of_a_site_is_one_that_nginx_takes(tmp_path: Path) -> None:
    example = front_server.LOCATIONS.with_name("site.conf").read_text()
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [
            *(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
            ),
            *("-subj", "/CN=guben.example.org", "-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    changed = {
        "/etc/ssl/certs/guben.pem": str(certificate),
        "/etc/ssl/private/guben.key": str(key),
        "/srv/guben/deploy/nginx/locations.conf": str(front_server.LOCATIONS),
        "/var/log/nginx/guben.log": str(tmp_path / "log"),
    }
    for old, new in changed.items():
        assert example.count(old) == 1
        example = example.replace(old, new)
    place = tmp_path / "nginx.conf"
    place.write_text(f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{\n{example}\n}}\n")
    command = [str(front_server.nginx()), "-t", "-q", "-p", str(tmp_path), "-c", str(place), "-e", "stderr"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
