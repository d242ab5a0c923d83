"""Log-in at an identity provider, against a small real one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.testclient import TestClient

from assist.errors import SettingsError
from assist.server.access.oidc import Provider as Side
from assist.server.access.who import Clock
from assist.settings.access import Oidc
from tests.server.access.house import PUBLIC, House, house
from tests.server.access.provider import CLIENT, CURVE, RSA, SECRET, THIEF, Provider, provider

ROLES = {"agents": "agent", "heads": "supervisor"}
TEAMS = {"team-north": "north", "team-south": "south"}


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with provider() as found:
        yield found


@pytest.fixture
def there(running: Provider) -> Provider:
    """Return the provider as it is when nobody told it to lie."""
    fresh = Provider(issuer=running.issuer)
    vars(running).update(vars(fresh))
    return running


@pytest.fixture
def here(there: Provider, tmp_path: Path) -> House:
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    return house(
        tmp_path,
        oidc=Oidc(
            issuer=there.issuer,
            client_id=CLIENT,
            client_secret_file=str(tmp_path / "secret"),
            roles=ROLES,
            teams=TEAMS,
        ),
    )


@pytest.fixture
def client(here: House) -> Iterator[TestClient]:
    app = Starlette(routes=here.access.routes)
    with TestClient(
        app, base_url=PUBLIC, client=("192.0.2.7", 5000), follow_redirects=False
    ) as one:
        yield one


def sent(client: TestClient) -> str:
    """Return where the provider sends the browser back to."""
    asked = client.get("/login/oidc")
    assert asked.status_code == 303, asked.text
    there = asked.headers["location"]
    back = httpx2.get(there, verify=False).headers["location"]  # no TLS: it is on this machine
    assert back.startswith(f"{PUBLIC}/login/oidc/back?")
    return str(back)


def test_somebody_logs_in_and_has_what_the_groups_mean(client: TestClient, here: House) -> None:
    answer = client.get(sent(client))

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    me = client.get("/api/me").json()
    assert me == {"user": "olga", "roles": ["agent"], "teams": ["north"], "local": False}
    assert client.post("/api/ticket", headers={"origin": PUBLIC}).status_code == 200
    assert [(entry.kind, entry.who, entry.code) for entry in here.audited] == [
        ("login", "olga", "oidc")
    ]


def test_the_browser_is_sent_with_all_that_binds_the_answer_to_it(client: TestClient) -> None:
    answer = client.get("/login/oidc")

    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    cookie = answer.headers["set-cookie"].lower()
    assert {"state", "nonce", "code_challenge"} <= set(asked)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [f"{PUBLIC}/login/oidc/back"]
    assert cookie.startswith("__host-assist-oidc=")
    assert all(guard in cookie for guard in ("httponly", "secure", "samesite=lax"))


def test_a_key_of_the_other_kind_signs_as_well(client: TestClient, there: Provider) -> None:
    there.key, there.alg = CURVE, "Ed25519"

    assert client.get(sent(client)).status_code == 303


def test_a_new_key_is_fetched(client: TestClient, there: Provider, here: House) -> None:
    client.get(sent(client))
    new = RSAKey.generate_key(2048, {"kid": "new", "alg": "RS256"})
    there.key, there.shown = new, [RSA, new]
    here.hands.at += 61

    assert client.get(sent(client)).status_code == 303
    assert there.fetched == 2


def test_an_unknown_key_is_not_asked_for_again_and_again(
    client: TestClient, there: Provider
) -> None:
    there.key = RSAKey.generate_key(2048, {"kid": "never", "alg": "RS256"})

    codes = [client.get(sent(client)).status_code for _ in range(3)]

    assert codes == [401] * 3
    assert there.fetched == 1


@pytest.mark.parametrize(
    ("claims", "refused"),
    [
        ({"nonce": "another"}, "oidc_token"),
        ({"nonce": None}, "oidc_token"),
        ({"aud": "another"}, "oidc_token"),
        ({"aud": [CLIENT, "another"]}, "oidc_token"),
        ({"aud": None}, "oidc_token"),
        ({"iss": "https://evil.example"}, "oidc_token"),
        ({"exp": 1}, "oidc_token"),
        ({"exp": None}, "oidc_token"),
        ({"azp": "another"}, "oidc_token"),
        ({"sub": "local"}, "oidc_name"),
        ({"sub": "a:b"}, "oidc_name"),
        ({"sub": "x" * 200}, "oidc_name"),
        ({"sub": "anna"}, "oidc_name_taken"),
        ({"groups": []}, "oidc_no_role"),
        ({"groups": ["strangers", "team-north"]}, "oidc_no_role"),
        ({"groups": "agents"}, "oidc_no_role"),
        ({"groups": [["agents"], {"a": 1}]}, "oidc_no_role"),
        ({"groups": None}, "oidc_no_role"),
    ],
)
def test_what_is_wrong_with_an_answer_is_found_and_audited(
    client: TestClient, here: House, there: Provider, claims: dict[str, Any], refused: str
) -> None:
    there.claims = claims

    answer = client.get(sent(client))

    assert answer.status_code in (401, 403)
    assert client.get("/api/me").status_code == 401
    assert [(entry.kind, entry.code) for entry in here.audited] == [("login_failed", refused)]


@pytest.mark.parametrize("attack", ["thief", "shared secret", "none"])
def test_a_forged_token_is_refused(
    client: TestClient, here: House, there: Provider, attack: str
) -> None:
    there.key, there.alg, there.secret = {
        "thief": (THIEF, "RS256", None),
        "shared secret": (RSA, "HS256", RSA.as_pem(private=False)),
        "none": (RSA, "none", b""),
    }[attack]

    answer = client.get(sent(client))

    assert answer.status_code == 401
    assert here.audited[-1].code == "oidc_token"


def test_an_answer_counts_once(client: TestClient, here: House) -> None:
    back = sent(client)
    client.get(back)

    assert client.get(back).status_code == 401
    assert here.audited[-1].code == "oidc_state"


def test_an_answer_counts_in_the_browser_that_was_sent_alone(
    client: TestClient, here: House
) -> None:
    back = sent(client)
    client.cookies.clear()

    assert client.get(back).status_code == 401
    assert here.audited[-1].code == "oidc_other_browser"


def test_an_answer_that_comes_too_late_counts_nothing(client: TestClient, here: House) -> None:
    back = sent(client)
    here.hands.at += 601

    assert client.get(back).status_code == 401
    assert here.audited[-1].code == "oidc_state"


@pytest.mark.parametrize(
    ("query", "refused"),
    [
        ("", "oidc_state"),
        ("?state=x&code=y", "oidc_state"),
        ("?state={state}&error=access_denied", "oidc_denied"),
        ("?state={state}&code=y&iss=https://evil.example", "oidc_denied"),
        ("?state={state}&code=made-up", "oidc_code"),
    ],
)
def test_what_nobody_was_given_opens_nothing(
    client: TestClient, here: House, query: str, refused: str
) -> None:
    state = parse_qs(urlsplit(sent(client)).query)["state"][0]

    answer = client.get("/login/oidc/back" + query.format(state=state))

    assert answer.status_code == 401
    assert here.audited[-1].code == refused


@pytest.mark.parametrize(
    "facts",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": 7},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
)
def test_a_provider_that_is_another_is_not_used(
    client: TestClient, there: Provider, facts: dict[str, Any]
) -> None:
    there.facts = facts

    answer = client.get("/login/oidc")

    assert answer.status_code == 503
    assert "does not answer" in answer.json()["error"]


def test_a_provider_that_is_away_is_one_sentence(tmp_path: Path) -> None:
    away = Oidc(issuer="http://127.0.0.1:9", client_id=CLIENT, roles=ROLES)
    here = house(tmp_path, oidc=away)
    with TestClient(Starlette(routes=here.access.routes), base_url=PUBLIC) as client:
        answer = client.get("/login/oidc")

    assert answer.status_code == 503
    assert here.audited[-1].code == "provider_away"


def test_one_address_begins_so_many_log_ins_and_no_more(client: TestClient) -> None:
    codes = [client.get("/login/oidc").status_code for _ in range(21)]

    assert codes == [303] * 20 + [429]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"client_id": ""}, "client_id is missing"),
        ({"issuer": "http://id.example.org"}, "begins with https://"),
        ({"roles": {"g": "king"}}, "'king' is no role"),
        ({"teams": {"g": "a.b"}}, "'a.b' is no team"),
        ({"client_secret_file": "/nothing/here"}, "cannot be read"),
    ],
)
def test_an_impossible_setting_is_one_sentence(changes: dict[str, Any], told: str) -> None:
    given = {"issuer": "https://id.example.org", "client_id": CLIENT} | changes

    with pytest.raises(SettingsError, match=told):
        Side(Oidc(**given), public=PUBLIC, clock=Clock())
