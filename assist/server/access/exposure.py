"""Whether the service may be seen where the settings put it; pure."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from assist.errors import SettingsError
from assist.settings.access import Access
from assist.settings.serving import Serve


def check_exposure(serve: Serve, access: Access) -> None:
    """Let a service out of this machine only with TLS and with users.

    Raises:
        SettingsError: it would be open to strangers, or to listeners; says what to set.
    """
    outside = not is_loopback(serve.host)
    public = serve.public_url
    if bool(serve.certificate) != bool(serve.key):
        raise SettingsError("serve.certificate and serve.key go together: set both or none")
    if is_local(access) and (outside or serve.behind_proxy or _elsewhere(public)):
        raise SettingsError(
            f"the service would be open to others at {public or serve.host}, but nobody could log "
            "in: set access.users_file (see `assist users add`) or access.oidc, or keep to "
            "127.0.0.1"
        )
    if outside and not serve.certificate:
        raise SettingsError(
            f"beyond this machine, at {serve.host}, the service needs TLS: set serve.certificate "
            "and serve.key, or let a proxy on this machine do it (serve.behind_proxy) and keep to "
            "127.0.0.1"
        )
    if (outside or serve.behind_proxy) and not public:
        raise SettingsError(
            "say how pages reach the service: serve.public_url, like https://assist.example.org"
        )
    if _elsewhere(public) and not public.startswith("https://"):
        raise SettingsError(f"serve.public_url begins with https://, unlike {public}")


def is_local(access: Access) -> bool:
    """Tell whether the service serves this machine alone, without users."""
    return not access.users_file and not access.oidc.issuer


def is_secure(serve: Serve) -> bool:
    """Tell whether browsers reach the service by TLS, so that cookies may demand it."""
    return serve.behind_proxy or bool(serve.certificate)


def is_loopback(host: str) -> bool:
    """Tell whether an address is this machine alone."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _elsewhere(public: str) -> bool:
    return bool(public) and not is_loopback(urlsplit(public).hostname or "")
