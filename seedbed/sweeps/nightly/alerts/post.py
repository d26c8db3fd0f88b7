"""One POST over HTTP or HTTPS to an address that may lead to an attacker.

Names are resolved once and checked, and the connection goes to what was checked. No redirect is
followed, no body is read, and all of it ends within a fixed time, whatever the receiver sends.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from base64 import b64encode
from collections.abc import Mapping
from urllib.parse import SplitResult, unquote, urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

TO_CONNECT_S = 5.0
BETWEEN_BYTES_S = 10.0
WHOLE_S = 20.0


THIS_NETWORK = ipaddress.ip_network("0.0.0.0/8")
METADATA = {
    ipaddress.ip_address(text)
    for text in ("100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2::254")
}
"""Where clouds tell secrets to whoever asks, beside link-local addresses."""


class ForbiddenAddressError(Exception):
    """The name leads to an address at which no receiver of alarms can be."""


def post(url: str, body: bytes, headers: Mapping[str, str], whole_s: float = WHOLE_S) -> int:
    """The status of the receiver's answer.

    Args:
        url: http or https.
        body: What is sent.
        headers: Likewise.
        whole_s: Until the headers of the answer must be there, once the name is resolved.

    Raises:
        ForbiddenAddressError: See ``check_addresses``.
        OSError: No answer came, or none in HTTP.
    """
    import requests

    url = requests.utils.requote_uri(url)
    proxy = requests.utils.select_proxy(url, requests.utils.get_environ_proxies(url))
    parts = urlsplit(url)
    addresses = [] if proxy else _addresses(parts)
    ends = time.monotonic() + whole_s
    connection = _by_proxy(parts, proxy) if proxy else _direct(parts, addresses, ends)
    channel = connection.sock
    channel.settimeout(BETWEEN_BYTES_S)
    # A TLS socket's own shutdown would change it under the reader.
    watch = threading.Timer(
        ends - time.monotonic(), socket.socket.shutdown, (channel, socket.SHUT_RDWR)
    )
    watch.daemon = True
    watch.start()
    try:
        login = _proxy_login(proxy) if proxy and url.startswith("http:") else {}
        host = {"Host": _host_header(parts)}
        connection.request("POST", _target(url, proxy), body, {**headers, **host, **login})
        return connection.getresponse().status
    except (http.client.HTTPException, ValueError) as error:
        raise OSError(f"no answer in HTTP ({type(error).__name__})") from None
    finally:
        watch.cancel()
        connection.close()


def check_addresses(host: str, addresses: list[str]) -> None:
    """Refuse what no receiver has, and this machine unless it is named as such.

    A cloud's metadata service listens on a link-local address or one of ``METADATA``, and programs
    that trust whoever is on their own machine listen on loopback; private networks are where many
    receivers are.

    Args:
        host: As the user gave it.
        addresses: What it resolves to.

    Raises:
        ForbiddenAddressError: Link-local, multicast, unspecified, reserved or metadata addresses;
            loopback unless the host is ``localhost`` or such an address.
    """
    for text in addresses:
        for address in _addresses_in(text):
            if address.is_loopback and not _names_this_machine(host):
                raise ForbiddenAddressError(f"leads to this machine ({address})")
            if not address.is_loopback:
                _check_other_machine(address)


def _check_other_machine(address: Address) -> None:
    nowhere = address.is_link_local or address.is_multicast or address.is_unspecified
    if nowhere or (address.version == 4 and address in THIS_NETWORK):
        raise ForbiddenAddressError(f"leads to {address}, where no receiver can be")
    if address in METADATA:
        raise ForbiddenAddressError(f"leads to {address}, where a cloud keeps secrets")
    if address.is_reserved:
        raise ForbiddenAddressError(f"leads to {address}, which is reserved")


def _addresses_in(text: str) -> list[Address]:
    """An address, or the IPv4 address to which a tunnel carries what is sent there."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if address.version == 4:
        return [address]
    inner = (address.ipv4_mapped, address.sixtofour, *(address.teredo or ()))
    return [one for one in inner if one is not None] or [address]


def _names_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"


def _addresses(parts: SplitResult) -> list[str]:
    """What the receiver's name resolves to, checked."""
    host = parts.hostname or ""
    found = socket.getaddrinfo(host, _port(parts), type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    check_addresses(host, addresses)
    return addresses


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _direct(parts: SplitResult, addresses: list[str], ends: float) -> http.client.HTTPConnection:
    host, port = parts.hostname or "", _port(parts)
    channel = _first_that_connects(addresses, port, ends)
    connection = http.client.HTTPConnection(host, port)
    try:
        connection.sock = _tls(channel, host) if parts.scheme == "https" else channel
    except BaseException:
        channel.close()
        raise
    return connection


def _first_that_connects(addresses: list[str], port: int, ends: float) -> socket.socket:
    """A connection to the first address that takes one before the time is over."""
    last = OSError("it has no address")
    for address in addresses:
        left = ends - time.monotonic()
        if left <= 0:
            break
        try:
            return socket.create_connection((address, port), timeout=min(TO_CONNECT_S, left))
        except OSError as error:
            last = error
    raise last


def _by_proxy(parts: SplitResult, proxy: str) -> http.client.HTTPConnection:
    """Connected to the operator's proxy, which resolves the name itself."""
    at = _split_proxy(proxy)
    where = (at.hostname or "", at.port or 80)
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(*where, timeout=TO_CONNECT_S, context=_context())
        connection.set_tunnel(parts.hostname or "", parts.port or 443, _proxy_login(proxy))
    else:
        connection = http.client.HTTPConnection(*where, timeout=TO_CONNECT_S)
    connection.connect()
    return connection


def _proxy_login(proxy: str) -> dict[str, str]:
    at = _split_proxy(proxy)
    if at.username is None:
        return {}
    pair = f"{unquote(at.username)}:{unquote(at.password or '')}"
    return {"Proxy-Authorization": f"Basic {b64encode(pair.encode()).decode()}"}


def _split_proxy(proxy: str) -> SplitResult:
    return urlsplit(proxy if "://" in proxy else f"http://{proxy}")


def _host_header(parts: SplitResult) -> str:
    host = (parts.hostname or "").encode("idna").decode()
    host = f"[{host}]" if ":" in host else host
    return f"{host}:{parts.port}" if parts.port else host


def _target(url: str, proxy: str | None) -> str:
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if proxy and parts.scheme == "http":
        return f"http://{parts.netloc}{path}"
    return path


def _tls(channel: socket.socket, host: str) -> ssl.SSLSocket:
    return _context().wrap_socket(channel, server_hostname=host)


def _context() -> ssl.SSLContext:
    """Trusts what requests does, which is there in a container without certificates, too."""
    import requests

    return ssl.create_default_context(cafile=requests.utils.DEFAULT_CA_BUNDLE_PATH)
