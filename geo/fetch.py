"""The fetching room: an http(s) address -> bytes, within limits of time, size, redirections and places.

Private, loopback and link-local addresses are refused unless allowed: the host's addresses are checked after the name
is looked up, on every redirection, and the connection goes to the address that was checked.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from geo.errors import FetchError

if TYPE_CHECKING:
    import requests

_MIB = 1 << 20
_CHUNK = 1 << 16
#: What an article may come as; anything else is refused before its body is read.
CONTENT_TYPES = (
    "text/html",
    "application/xhtml+xml",
    "text/plain",
    "text/markdown",
    "application/x-ndjson",
    "application/jsonl",
    "application/jsonlines",
)
_REDIRECTS = (301, 302, 303, 307, 308)
_RETRIED = (429, 500, 502, 503, 504)
#: IPv6 prefixes that carry an IPv4 address in their last 32 bits (RFC 6052).
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True)
class Limits:
    """How long (seconds) and how much (bytes, times). ``bytes`` counts what is left after decompression."""

    connect_seconds: float = 5.0
    read_seconds: float = 15.0
    all_seconds: float = 60.0
    bytes: int = 20 * _MIB
    redirects: int = 5
    retries: int = 2
    backoff_seconds: float = 0.5
    wait_seconds: float = 10.0


@dataclass(frozen=True)
class Fetched:
    """What an address gave. ``url`` is where it was found in the end; ``content_type`` is bare and in lower case."""

    url: str
    content_type: str
    charset: str | None
    data: bytes


def fetch(url: str, *, allow_private: bool = False, limits: Limits | None = None) -> Fetched:
    """Fetch one article from ``url``.

    ``allow_private`` also lets it connect to this machine and the local network, and to the proxies that the
    environment names (behind a proxy it can't be checked where a connection ends).

    Raises
    ------
    FetchError
        If the address is not http(s), leads to a private address, answers with anything but 200 and one of
        `CONTENT_TYPES`, or takes more than ``limits``.
    """
    limits = limits or Limits()
    with _Deadline(limits.all_seconds) as deadline, _session(limits, deadline, allow_private) as session:
        here = _checked_url(url, url)
        for _ in range(limits.redirects + 1):
            with _request(session, here, url, limits, deadline, allow_private) as response:
                if response.status_code not in _REDIRECTS:
                    return _body(response, here, url, limits, deadline)
                here = _redirected(here, response.headers.get("Location"), url)
        raise FetchError(f"{url}: more than {limits.redirects} redirections: give the address that they lead to")


# --- addresses ------------------------------------------------------------------------------------------------


def is_address(value: str) -> bool:
    """Tell whether an input is meant as an address: it starts with a scheme and two slashes."""
    scheme, separator, _ = value.partition("://")
    return bool(separator) and scheme.isalnum()


def _checked_url(url: str, asked: str) -> str:
    """Give the address without its fragment. Raises `FetchError` unless it is http(s) with a host and no password."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise FetchError(f"{asked}: not a valid address ({error})") from error
    if parts.scheme not in ("http", "https"):
        raise FetchError(f"{asked}: expected an address that starts with https:// or http://, not {url}")
    if not host:
        raise FetchError(f"{asked}: the address {url} names no host")
    if parts.username is not None or parts.password is not None:
        raise FetchError(f"{asked}: an address with a user name in it is not fetched: remove what stands before @")
    return urlunsplit(parts._replace(fragment=""))


def _redirected(here: str, location: str | None, asked: str) -> str:
    if not location:
        raise FetchError(f"{asked}: the server redirects to nowhere: check the address")
    try:
        joined = urljoin(here, location)
    except ValueError as error:
        raise FetchError(f"{asked}: redirected to an address that is none ({error})") from error
    there = _checked_url(joined, asked)
    if urlsplit(here).scheme == "https" and urlsplit(there).scheme != "https":
        raise FetchError(f"{asked}: redirected to {there}, which is not encrypted: fetch that address itself")
    return there


def is_public(address: str) -> bool:
    """Tell whether an IP address is reachable for all: not private, loopback, link-local, reserved or multicast.

    An IPv6 address that carries an IPv4 address (mapped, 6to4, Teredo, NAT64) is judged by that one, too.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
        if ip in _NAT64:
            inner.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
        if any(one is not None and not is_public(str(one)) for one in inner):
            return False
        if ip.ipv4_mapped is not None:
            return True
    return ip.is_global and not ip.is_multicast


def _resolve(host: str, port: int) -> str:
    """Look up a host and give the address to connect to. Raises `FetchError` if any of its addresses is not public."""
    found = [info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for address in map(str, found):
        if not is_public(address):
            raise FetchError(
                f"{host} is {address}, an address of this machine or a local network, which is not fetched: "
                "allow it with --allow-private"
            )
    return str(found[0])


# --- connections ----------------------------------------------------------------------------------------------


class _Deadline:
    """Ends every connection of one fetch when its time is over, however slowly bytes trickle in."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.end = time.monotonic() + seconds
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._close)
        self._timer.daemon = True

    @property
    def over(self) -> bool:
        return time.monotonic() >= self.end

    def watch(self, connection: socket.socket) -> None:
        # A duplicate, because TLS takes over the descriptor of the original.
        with self._lock:
            self._sockets.append(connection.dup())

    def _close(self) -> None:
        with self._lock:
            for one in self._sockets:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> _Deadline:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        with self._lock:
            for one in self._sockets:
                one.close()


def _session(limits: Limits, deadline: _Deadline, allow_private: bool) -> requests.Session:
    """Make a session that retries a few times, follows nothing by itself and uses nothing of the environment."""
    import requests
    from requests.adapters import HTTPAdapter
    from urllib3.util import Retry

    class Adapter(HTTPAdapter):
        def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
            super().init_poolmanager(*args, **kwargs)
            self.poolmanager.pool_classes_by_scheme = _pools(deadline, allow_private)

    retry = Retry(
        total=limits.retries,
        redirect=False,
        status_forcelist=_RETRIED,
        backoff_factor=limits.backoff_seconds,
        backoff_max=limits.wait_seconds,
        # A server may ask for hours of patience; what it asks for is not slept through.
        respect_retry_after_header=False,
        raise_on_status=False,
    )
    session = requests.Session()
    session.trust_env = False
    session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
    for scheme in ("https://", "http://"):
        session.mount(scheme, Adapter(max_retries=retry))
    session.headers.clear()
    session.headers.update(
        {
            "User-Agent": _agent(),
            "Accept": "text/html, application/xhtml+xml, text/plain;q=0.9, */*;q=0.1",
            "Accept-Encoding": "gzip, deflate",
        }
    )
    return session


def _agent() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        number = version("concession-maps")
    except PackageNotFoundError:
        number = "0"
    return f"concession-maps/{number} (fetches one article when its user asks for it)"


def _pools(deadline: _Deadline, allow_private: bool) -> dict[str, Any]:
    """Give urllib3's connection pools, with connections that go to checked addresses and are watched."""
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

    def connected(connection: Any, connect: Any) -> socket.socket:
        host = connection._dns_host
        if not allow_private:
            with contextlib.suppress(socket.gaierror):  # urllib3 looks it up again and reports the failure its way
                connection._dns_host = _resolve(host, connection.port)
        try:
            made: socket.socket = connect()
        finally:
            connection._dns_host = host
        deadline.watch(made)
        return made

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return connected(self, super()._new_conn)

    class Encrypted(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return connected(self, super()._new_conn)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = Encrypted

    return {"http": PlainPool, "https": EncryptedPool}


@contextlib.contextmanager
def _request(
    session: requests.Session, here: str, asked: str, limits: Limits, deadline: _Deadline, allow_private: bool
) -> Iterator[requests.Response]:
    """Ask for one address and yield the answer; every failure of the connection becomes one line."""
    import requests
    import urllib3
    from requests.utils import get_environ_proxies

    try:
        with session.get(
            here,
            stream=True,
            allow_redirects=False,
            timeout=(limits.connect_seconds, limits.read_seconds),
            proxies=get_environ_proxies(here, no_proxy=None) if allow_private else {},
        ) as response:
            yield response
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        raise FetchError(f"{asked}: {_words(error, limits, deadline)}") from error


def _words(error: Exception, limits: Limits, deadline: _Deadline) -> str:
    import requests
    import urllib3

    if deadline.over:
        return f"not complete after {limits.all_seconds:g} s: try again later, or save the page and give the file"
    timeouts = (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError)
    if any(isinstance(one, timeouts) for one in _chain(error)):
        return "no answer in time: try again later, or save the page and give the file"
    if isinstance(error, requests.exceptions.SSLError):
        return f"the connection can't be trusted ({_root(error)}): check the address"
    if isinstance(error, requests.exceptions.ContentDecodingError | urllib3.exceptions.DecodeError):
        return "the answer is compressed in a way that can't be undone: save the page and give the file"
    return f"no connection, or it broke off ({_root(error)}): check the address and the network"


def _chain(error: BaseException) -> Iterator[BaseException]:
    following: BaseException | None = error
    while following is not None:
        yield following
        following = following.__cause__ or following.__context__


def _root(error: BaseException) -> str:
    """Name the error at the bottom of a chain, without the objects that libraries print."""
    *_, error = _chain(error)
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__


# --- the answer -----------------------------------------------------------------------------------------------


def _body(response: requests.Response, here: str, asked: str, limits: Limits, deadline: _Deadline) -> Fetched:
    """Check an answer's head, then read its body. Raises `FetchError`."""
    if deadline.over:  # cut off within the head, which then looks like a short one
        raise TimeoutError
    if response.status_code != 200:
        raise FetchError(
            f"{asked}: the server answers {response.status_code} {response.reason or ''}".rstrip()
            + ", expected 200: check the address, or save the page and give the file"
        )
    content_type, charset = _content_type(response.headers.get("Content-Type", ""))
    if content_type not in CONTENT_TYPES:
        raise FetchError(
            f"{asked}: the server sends {content_type or 'something without a type'}, expected a page or plain text: "
            "give the address of an article"
        )
    length = response.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > limits.bytes:
        raise _too_large(asked, limits)
    data = bytearray()
    while chunk := response.raw.read1(_CHUNK, decode_content=True):
        data += chunk
        if len(data) > limits.bytes:
            raise _too_large(asked, limits)
    if deadline.over:
        raise TimeoutError
    return Fetched(here, content_type, charset, bytes(data))


def _too_large(asked: str, limits: Limits) -> FetchError:
    return FetchError(f"{asked}: larger than the {limits.bytes} bytes that an article may have")


def _content_type(header: str) -> tuple[str, str | None]:
    from email.message import Message

    message = Message()
    message["Content-Type"] = header
    charset = message.get_param("charset")
    bare = header.partition(";")[0].strip().lower()
    return bare, charset if isinstance(charset, str) and charset else None
