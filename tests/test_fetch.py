"""Fetching: against a loopback server that misbehaves in every way; no test asks for a host outside this machine."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from geo import fetch as room
from geo.articles import read_inputs
from geo.errors import FetchError
from geo.fetch import Limits, fetch, is_public
from geo.models import Article

LIMITS = Limits(bytes=100_000, redirects=3, retries=2, backoff_seconds=0)
#: Packed beforehand: a busy machine needs its time for that.
BOMB = gzip.compress(b"x" * 50_000_000)


@dataclass
class Server:
    """A loopback server: ``answers`` by path, and the requests that came."""

    base: str = ""
    asked: list[str] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    failures: int = 0


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def answer(
            self, body: bytes, *, status: int = 200, kind: str = "text/plain; charset=utf-8", **headers: str
        ) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            state.asked.append(self.path)
            state.agents.append(self.headers.get("User-Agent", ""))
            name = self.path.strip("/").partition("/")[0]
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                getattr(self, "do_" + name.partition(".")[0])()

        def do_good(self) -> None:
            self.answer("Слово.\r\n".encode())

        def do_koi8(self) -> None:
            self.answer("Крим".encode("koi8-u"), kind="text/plain; charset=KOI8-U")

        def do_lines(self) -> None:
            self.answer(b'{"id": "a", "text": "A"}\n{', kind="application/x-ndjson")

        def do_page(self) -> None:
            words = "The council met on Monday and spoke for hours about the valley. " * 8
            self.answer(
                f"<html lang='en'><body><article><p>{words}</p></article></body></html>".encode(), kind="text/html"
            )

        def do_image(self) -> None:
            self.answer(b"\x89PNG", kind="image/png")

        def do_none(self) -> None:
            self.answer(b"no", status=404)

        def do_flaky(self) -> None:
            state.failures += 1
            self.answer(b"at last", status=503 if state.failures < 3 else 200, Retry_After="3600")

        def do_down(self) -> None:
            self.answer(b"", status=503)

        def do_loop(self) -> None:
            self.answer(b"", status=302, Location="/loop")

        def do_moved(self) -> None:
            self.answer(b"", status=301, Location="/good.txt")

        def do_out(self) -> None:
            self.answer(b"", status=302, Location="file:///etc/passwd")

        def do_inside(self) -> None:
            self.answer(b"", status=302, Location="http://10.0.0.1:1/")

        def do_lost(self) -> None:
            self.answer(b"", status=302)

        def do_large(self) -> None:
            self.answer(b"x" * 100_001)

        def do_endless(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/plain")
            self.end_headers()
            while True:
                self.wfile.write(b"x" * 65536)

        def do_bomb(self) -> None:
            self.answer(BOMB, Content_Encoding="gzip")

        def do_gzip(self) -> None:
            self.answer(gzip.compress(b"packed"), Content_Encoding="gzip")

        def do_deflate(self) -> None:
            self.answer(zlib.compress(b"packed"), Content_Encoding="deflate")

        def do_garbage(self) -> None:
            self.answer(b"not gzip at all", Content_Encoding="gzip")

        def do_short(self) -> None:
            self.answer(b"half", Content_Length="400")

        def do_silent(self) -> None:
            time.sleep(1.5)

        def do_drip(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/plain")
            self.end_headers()
            for _ in range(60):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.1)

        def do_heads(self) -> None:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for number in range(60):
                self.wfile.write(f"X-{number}: x\r\n".encode())
                self.wfile.flush()
                time.sleep(0.1)

    web = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    web.daemon_threads = True
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    state.base = f"http://127.0.0.1:{web.server_port}"
    yield state
    web.shutdown()
    web.server_close()


def get(server: Server, path: str, limits: Limits = LIMITS) -> room.Fetched:
    return fetch(server.base + path, allow_private=True, limits=limits)


def test_a_good_answer(server: Server) -> None:
    found = get(server, "/good.txt#part")
    assert found.data == "Слово.\r\n".encode()
    assert (found.content_type, found.charset) == ("text/plain", "utf-8")
    assert server.asked == ["/good.txt"]
    assert server.agents[0].startswith("concession-maps/")


@pytest.mark.parametrize("path", ["/gzip", "/deflate"])
def test_compressed_answers(server: Server, path: str) -> None:
    assert get(server, path).data == b"packed"


def test_redirections_are_followed_and_the_last_address_is_told(server: Server) -> None:
    found = get(server, "/moved")
    assert found.url == server.base + "/good.txt"


def test_failures_are_tried_again_without_sleeping_as_long_as_the_server_likes(server: Server) -> None:
    assert get(server, "/flaky").data == b"at last"
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/image", "image/png"),
        ("/none", "404"),
        ("/down", "503"),
        ("/loop", "more than 3 redirections"),
        ("/out", "https:// or http://"),
        ("/lost", "redirects to nowhere"),
        ("/large", "larger than the 100000 bytes"),
        ("/endless", "larger than the 100000 bytes"),
        ("/bomb", "larger than the 100000 bytes"),
        ("/garbage", "can't be undone"),
        ("/short", "broke off"),
    ],
)
def test_bad_answers_are_one_line_that_names_the_address(server: Server, path: str, words: str) -> None:
    with pytest.raises(FetchError) as error:
        get(server, path)
    assert words in str(error.value)
    assert server.base + path in str(error.value)
    assert "\n" not in str(error.value)


def test_silence_is_waited_for_as_long_as_it_is_said_and_no_longer(server: Server) -> None:
    with pytest.raises(FetchError, match="no answer in time"):
        get(server, "/silent", Limits(read_seconds=0.2, retries=1, backoff_seconds=0))
    assert server.asked == ["/silent", "/silent"]


@pytest.mark.parametrize("path", ["/drip", "/heads"])
def test_bytes_that_trickle_in_end_at_the_deadline(server: Server, path: str) -> None:
    with pytest.raises(FetchError, match="not complete after 1 s"):
        get(server, path, Limits(all_seconds=1, retries=0))


def test_this_machine_is_refused_unless_allowed(server: Server) -> None:
    with pytest.raises(FetchError, match="--allow-private"):
        fetch(server.base + "/good.txt", limits=LIMITS)
    with pytest.raises(FetchError, match="--allow-private"):
        fetch(server.base.replace("127.0.0.1", "localhost") + "/good.txt", limits=LIMITS)
    assert server.asked == []


def test_a_name_is_judged_by_all_its_addresses_and_looked_up_once(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(server.base.rpartition(":")[2])

    def lookup(host: str, *_: object, **__: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in ("93.184.216.34", "127.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    with pytest.raises(FetchError, match=r"mixed\.example is 127\.0\.0\.1"):
        fetch(f"http://mixed.example:{port}/good.txt", limits=LIMITS)
    assert server.asked == []


def test_the_connection_goes_to_the_address_that_was_checked(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that changes between the look-up and the connection (DNS rebinding) gains nothing."""
    port = int(server.base.rpartition(":")[2])
    asked: list[str] = []
    real = socket.getaddrinfo

    def lookup(host: str, *rest: Any, **options: Any) -> list[Any]:
        asked.append(host)
        return list(real("127.0.0.1" if host == "rebinding.example" else host, *rest, **options))

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    monkeypatch.setattr(room, "is_public", lambda address: address == "127.0.0.1")
    assert fetch(f"http://rebinding.example:{port}/good.txt", limits=LIMITS).data
    assert asked == ["rebinding.example", "127.0.0.1"]


def test_every_redirection_is_checked_again(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "is_public", lambda address: address == "127.0.0.1")
    with pytest.raises(FetchError, match=r"10\.0\.0\.1 is 10\.0\.0\.1"):
        fetch(server.base + "/inside", limits=LIMITS)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.9.9.9",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://example.org/", "https:// or http://"),
        ("javascript://example.org/", "https:// or http://"),
        ("http://", "names no host"),
        ("http://user:secret@example.org/", "user name"),
        ("http://[::1", "not a valid address"),
        ("http://example.org:99999/", "not a valid address"),
    ],
)
def test_addresses_that_are_no_web_addresses(url: str, words: str) -> None:
    with pytest.raises(FetchError, match=words):
        fetch(url)


def test_a_certificate_that_nobody_vouches_for_is_refused(server: Server) -> None:
    with pytest.raises(FetchError, match=r"trusted|broke off"):
        fetch(server.base.replace("http:", "https:") + "/good.txt", allow_private=True, limits=LIMITS)


def test_no_redirection_from_https_to_http() -> None:
    with pytest.raises(FetchError, match="not encrypted"):
        room._redirected("https://example.org/a", "http://example.org/b", "https://example.org/a")


def test_articles_from_addresses(server: Server) -> None:
    found = list(
        read_inputs(
            [server.base + path for path in ("/good.txt", "/koi8", "/page", "/lines", "/none")], allow_private=True
        )
    )
    good, koi8, page, line, broken, missing = found
    assert isinstance(good, Article)
    assert good.text == "Слово.\r\n"
    assert good.info.url == server.base + "/good.txt"
    assert good.info.source == "127.0.0.1"
    assert isinstance(koi8, Article)
    assert koi8.text == "Крим"
    assert isinstance(page, Article)
    assert page.info.lang == "en"
    assert isinstance(line, Article)
    assert line.info.id == "a"
    assert not isinstance(broken, Article)
    assert not isinstance(missing, Article)
    assert missing.skipped
    assert missing.skipped.stage == "fetch"
