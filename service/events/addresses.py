"""Which addresses a webhook may be sent to: those of the public internet; pure.

`ipaddress.is_global` alone lets translated and multicast addresses pass (RFC 6890 lists what is special).
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

Address = IPv4Address | IPv6Address

_PUBLIC_IPV6 = IPv6Network("2000::/3")
_SPECIAL_NETWORKS: tuple[IPv4Network | IPv6Network, ...] = tuple(
    map(
        ip_network,
        (
            "192.0.0.0/24",  # protocol assignments; a cloud's metadata service
            "192.88.99.0/24",  # relays to 6to4
            "168.63.129.16/32",  # a cloud's host, seen from its machines
            "2001::/23",  # Teredo and other tunnels
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4: any IPv4 address inside
            "3fff::/20",  # documentation
        ),
    )
)


def is_public_address(address: Address) -> bool:
    """Whether the address is an ordinary one of the public internet."""
    if isinstance(address, IPv6Address) and address not in _PUBLIC_IPV6:
        return False
    if address.is_multicast or not address.is_global:
        return False
    return not any(address.version == network.version and address in network for network in _SPECIAL_NETWORKS)
