"""Which addresses may connect; pure."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from assist.errors import SettingsError


class Networks:
    """A list of addresses and networks; `in` tells whether an address is among them.

    Args:
        peers: like `10.1.2.3` or `10.1.0.0/16`.

    Raises:
        SettingsError: one of them is neither.
    """

    def __init__(self, peers: Iterable[str]) -> None:
        try:
            self._networks = tuple(ip_network(peer, strict=False) for peer in peers)
        except ValueError as error:
            raise SettingsError(f"peers: {error}") from None

    def __contains__(self, address: str) -> bool:
        """Tell whether a peer may come; what is no address may not."""
        found = plain(address)
        return found is not None and any(found in network for network in self._networks)


def plain(address: str) -> IPv4Address | IPv6Address | None:
    """Read an address, one of version 4 that is written as one of 6 as what it is."""
    try:
        found = ip_address(address)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def private(host: str) -> bool:
    """Tell whether a port may be opened there: on this machine, or a network without the world."""
    if host == "localhost":
        return True
    found = plain(host)
    return found is not None and found.is_private and not found.is_unspecified
