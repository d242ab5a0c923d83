import pytest

from assist.errors import SettingsError
from assist.server.access.exposure import check_exposure, is_local, is_loopback, is_secure
from assist.settings.access import Access, Oidc
from assist.settings.serving import Serve

USERS = Access(users_file="users.toml")
PROVIDER = Access(oidc=Oidc(issuer="https://id.example.org"))
PUBLIC = "https://assist.example.org"
TLS = Serve(host="0.0.0.0", certificate="c.pem", key="k.pem", public_url=PUBLIC)


@pytest.mark.parametrize(
    ("serve", "access"),
    [
        (Serve(), Access()),
        (Serve(host="localhost"), Access()),
        (Serve(host="::1"), Access()),
        (Serve(), USERS),
        (TLS, USERS),
        (TLS, PROVIDER),
        (Serve(behind_proxy=True, public_url=PUBLIC), USERS),
    ],
)
def test_what_is_guarded_may_be_seen(serve: Serve, access: Access) -> None:
    check_exposure(serve, access)


@pytest.mark.parametrize(
    ("serve", "access", "told"),
    [
        (TLS, Access(), "nobody could log in"),
        (Serve(host="192.0.2.7"), Access(), "nobody could log in"),
        (Serve(behind_proxy=True, public_url=PUBLIC), Access(), "nobody could log in"),
        (Serve(public_url=PUBLIC), Access(), "nobody could log in"),
        (Serve(host="0.0.0.0", public_url=PUBLIC), USERS, "needs TLS"),
        (Serve(host="::", public_url=PUBLIC, behind_proxy=True), USERS, "needs TLS"),
        (Serve(host="assist.internal", public_url=PUBLIC), USERS, "needs TLS"),
        (Serve(host="0.0.0.0", certificate="c", key="k"), USERS, "serve.public_url"),
        (Serve(behind_proxy=True), USERS, "serve.public_url"),
        (Serve(behind_proxy=True, public_url="http://a.example"), USERS, "begins with https://"),
        (Serve(certificate="c"), Access(), "go together"),
        (Serve(key="k"), Access(), "go together"),
    ],
)
def test_what_is_not_guarded_is_one_sentence(serve: Serve, access: Access, told: str) -> None:
    with pytest.raises(SettingsError, match=told) as caught:
        check_exposure(serve, access)

    assert "\n" not in str(caught.value)


def test_without_users_the_service_is_local() -> None:
    assert [is_local(one) for one in (Access(), USERS, PROVIDER)] == [True, False, False]


def test_cookies_demand_tls_where_there_is_tls() -> None:
    found = [is_secure(one) for one in (Serve(), TLS, Serve(behind_proxy=True))]

    assert found == [False, True, True]


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("[::1]", True), ("0.0.0.0", False), ("", False)],
)
def test_only_this_machine_is_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) == loopback
