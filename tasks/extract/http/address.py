"""Where a request may go: public addresses, looked at once and then connected to.

A feed's address, a redirect or a link in an answer may name a machine of our own: 127.0.0.1, the cloud's metadata
service, a printer. The name is resolved here, every address it has must be public, and the connection goes to exactly
the address that was looked at: a name that changes its mind in between (DNS rebinding) gains nothing. The name stays in
TLS and in the Host header.
"""

from __future__ import annotations

import ipaddress
import logging
import socket
import ssl
import time
from collections.abc import Callable, Iterable
from functools import cache
from ipaddress import IPv4Address, IPv6Address
from typing import Any

import httpcore

from tasks.extract.http.faults import Forbidden

#: At DEBUG it writes down every header of an answer; a redirect or a cookie in there may hold a token.
logging.getLogger("httpcore").setLevel(logging.INFO)
SCHEMES = ("https", "http")
#: The IPv6 range in whose last 32 bits an IPv4 address travels (NAT64; RFC 6052).
NAT64 = ipaddress.ip_network("64:ff9b::/96")
Resolve = Callable[[str, int], Iterable[str]]


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, in the order in which this machine would try them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def is_public(address: str) -> bool:
    """Whether a numeric address is one of the open internet, also by what an IPv6 address wraps."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        if ip.scope_id:
            return False
        if ip.ipv4_mapped or ip in NAT64:
            return _is_open(IPv4Address(int(ip) & 0xFFFFFFFF))
        if not all(_is_open(one) for one in (ip.sixtofour, *(ip.teredo or ())) if one is not None):
            return False
    return _is_open(ip)


def _is_open(ip: IPv4Address | IPv6Address) -> bool:
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_loopback or ip.is_link_local)


class Guard(httpcore.NetworkBackend):
    """Connects, to public addresses only, and to those that are ``allowed``: numbers with a port (``10.1.2.3:443``),
    which no configuration of an institution can give. ``trusted``: who vouches for servers.
    """

    def __init__(
        self, *, allowed: Iterable[str] = (), resolve: Resolve = resolve, trusted: ssl.SSLContext | None = None
    ) -> None:
        self.trusted = trusted or _trusted()
        self._allowed = frozenset(allowed)
        self._resolve = resolve
        self._under = httpcore.SyncBackend()

    def addresses(self, host: str, port: int) -> list[str]:
        """Where a connection to ``host`` may go; raises Forbidden when any address of it is not public."""
        try:
            found = list(self._resolve(host, port))
        except (OSError, UnicodeError):
            raise httpcore.ConnectError(f"the name {host} is not known") from None
        for address in found:
            if f"{address}:{port}" not in self._allowed and not is_public(address):
                raise Forbidden(f"{host} leads to {address}, which is no public address. Nothing was sent.")
        return found

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        until, last = time.monotonic() + (timeout or 10.0), httpcore.ConnectError(f"{host} has no address")
        for address in self.addresses(host, port):
            left = max(0.01, until - time.monotonic())
            try:
                return self._under.connect_tcp(address, port, left, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error if isinstance(error, httpcore.ConnectError) else httpcore.ConnectError(str(error))
        raise last

    def tls(self, host: str, port: int, timeout: float) -> ssl.SSLSocket:
        """A line of its own to ``host``, for what is not asked over HTTP; raises Forbidden and OSError."""
        last: OSError = ConnectionError(f"{host} has no address")
        try:
            addresses = self.addresses(host, port)
        except httpcore.ConnectError as error:
            raise ConnectionError(str(error)) from None
        for address in addresses:
            try:
                plain = socket.create_connection((address, port), timeout)
            except OSError as error:
                last = error
                continue
            try:
                return self.trusted.wrap_socket(plain, server_hostname=host)
            except BaseException:
                plain.close()
                raise
        raise last

    def connect_unix_socket(self, path: str, timeout: float | None = None, socket_options: Any = None) -> Any:
        raise Forbidden("A source is asked over the network, never over a socket of this machine.")

    def sleep(self, seconds: float) -> None:
        self._under.sleep(seconds)


def pool(guard: Guard) -> httpcore.ConnectionPool:
    """Connections through the guard. No proxy of the environment: it would resolve names for us."""
    return httpcore.ConnectionPool(
        ssl_context=guard.trusted,
        max_connections=4,
        keepalive_expiry=20.0,
        retries=0,
        network_backend=guard,
    )


@cache
def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context()
