"""What clients run as, in their developers' words, and what follows from it (RFC 6749 §2.1, RFC 8252)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A kind of client."""

    name: str
    label: str
    implies: str
    """What it means for the developer, in a sentence or two."""
    type: str
    """`confidential` or `public` (RFC 6749 §2.1)."""


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "web",
            "Web server",
            "Code that only you can read runs on your server. It gets a client secret (confidential).",
            "confidential",
        ),
        Kind(
            "native",
            "Single-page, mobile or desktop app",
            "Anybody can read its code, so it has no secret (public) and must send PKCE. "
            "Custom schemes such as com.example.app:/callback are possible.",
            "public",
        ),
        Kind(
            "device",
            "Device or command line",
            "It opens the browser and waits on a loopback address, with any port: http://127.0.0.1/callback. "
            "No secret (public); it must send PKCE.",
            "public",
        ),
    )
}
