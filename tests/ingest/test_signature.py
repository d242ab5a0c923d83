import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.ingest.signature import REMEMBERED_S, SIGNED, Nonces, check
from tests.ingest.exchange import KEY, SECRET, signed

NOW = 1_800_000_000.0


def checked(headers: dict[str, str], **changed: object) -> str:
    request: dict[str, object] = {
        "target": "/ingest/audiohook",
        "authority": "assist.example.org",
        "keys": {KEY: SECRET, "open": ""},
        "now_s": NOW,
        "nonces": Nonces(),
        **changed,
    }
    return check(headers, **request)  # type: ignore[arg-type]  # the tests name what they change


def test_a_genuine_request_may_come_in() -> None:
    assert checked(signed()) == ""


def test_a_signature_that_was_made_elsewhere_is_understood() -> None:
    # Made once with openssl: printf '%s' BASE | openssl dgst -sha256 -hmac KEY -binary | base64
    text = (
        '("@request-target" "@authority" "audiohook-organization-id" "audiohook-session-id"'
        ' "audiohook-correlation-id" "x-api-key");keyid="our-test-key"'
        ';nonce="MDEyMzQ1Njc4OWFiY2RlZg";alg="hmac-sha256";created=1800000000;expires=1800000030'
    )
    headers = signed() | {
        "signature-input": f"sig1={text}",
        "signature": "sig1=:ClYahp6pY9lt/LKc7XxNuM/VxpHb6g2pZuacfvpOOQA=:",
    }

    assert checked(headers) == ""


@pytest.mark.parametrize(
    "name", ["audiohook-organization-id", "audiohook-session-id", "audiohook-correlation-id"]
)
def test_a_header_that_was_changed_on_the_way_is_noticed(name: str) -> None:
    headers = signed() | {name: "11111111-1111-4111-8111-111111111111"}

    assert checked(headers) == "the signature is wrong, or the key unknown"


@pytest.mark.parametrize("name", SIGNED[2:])
def test_every_header_is_needed(name: str) -> None:
    headers = signed()
    del headers[name]

    assert checked(headers) == f"the header {name} is missing"


@pytest.mark.parametrize("name", SIGNED)
def test_every_component_must_be_signed(name: str) -> None:
    headers = signed(names=[one for one in SIGNED if one != name])

    assert checked(headers) == f"{name} is not signed"


def test_another_path_or_host_is_refused() -> None:
    wrong = "the signature is wrong, or the key unknown"

    assert checked(signed(), target="/ingest/audiohook?x=1") == wrong
    assert checked(signed(), authority="other.example.org") == wrong


@pytest.mark.parametrize("host", ["ASSIST.example.org", "assist.example.org:443"])
def test_the_host_may_be_written_in_any_case_and_with_the_usual_port(host: str) -> None:
    assert checked(signed(), authority=host) == ""


def test_an_unusual_port_belongs_to_the_host() -> None:
    headers = signed(authority="assist.example.org:8765")

    assert checked(headers, authority="assist.example.org:8765") == ""


def test_another_secret_and_an_unknown_key_sound_alike() -> None:
    wrong = "the signature is wrong, or the key unknown"

    assert checked(signed(secret=b"guessed")) == wrong
    assert checked(signed(key="nobody")) == wrong
    assert checked(signed(secret=b"nobody", key="nobody")) == wrong


def test_a_key_without_a_secret_lets_in_the_unsigned_but_no_other_key_does() -> None:
    headers = signed(key="open")
    unsigned = {name: headers[name] for name in SIGNED[2:]}

    assert checked(unsigned) == ""
    assert checked(unsigned | {"x-api-key": KEY}) == "the request is not signed"
    assert checked(unsigned | {"x-api-key": "nobody"}) == "the request is not signed"


@pytest.mark.parametrize("secret", [b"", b"nobody"])
def test_nobody_can_sign_with_an_empty_secret(secret: bytes) -> None:
    assert checked(signed(key="open", secret=secret)) != ""


@pytest.mark.parametrize(("late", "why"), [(10, ""), (10.5, "the signature is too old")])
def test_a_signature_is_ten_seconds_old_at_most(late: float, why: str) -> None:
    assert checked(signed(), now_s=NOW + late) == why


@pytest.mark.parametrize(("early", "why"), [(3, ""), (4, "the signature comes from the future")])
def test_the_clocks_may_differ_by_three_seconds(early: int, why: str) -> None:
    assert checked(signed(), now_s=NOW - early) == why


@pytest.mark.parametrize(("late", "why"), [(4, ""), (5, "the signature has expired")])
def test_a_signature_expires_with_the_same_patience(late: int, why: str) -> None:
    headers = signed(more=f";expires={int(NOW) + 1}")

    assert checked(headers, now_s=NOW + late) == why


def test_a_nonce_comes_once() -> None:
    nonces = Nonces()

    assert checked(signed(), nonces=nonces) == ""
    assert checked(signed(), nonces=nonces, now_s=NOW + 9) == "the nonce was used before"


def test_a_forged_request_does_not_use_up_a_nonce() -> None:
    nonces = Nonces()

    assert checked(signed(secret=b"guessed"), nonces=nonces) != ""
    assert checked(signed(), nonces=nonces) == ""


@pytest.mark.parametrize("nonce", ["", "x" * 21, "x" * 257])
def test_a_nonce_has_22_characters_at_least(nonce: str) -> None:
    assert checked(signed(nonce=nonce)) == "the nonce is missing or too short"


def test_nonces_are_forgotten_when_nobody_can_use_them_again() -> None:
    nonces = Nonces(most=2)

    assert [nonces.take("a", 0), nonces.take("b", 1), nonces.take("c", 2)] == [True, True, False]
    assert nonces.take("c", REMEMBERED_S)
    assert not nonces.take("b", REMEMBERED_S)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("signature", ""),
        ("signature", "sig1=nonsense"),
        ("signature", "sig2=:AAAA:"),
        ("signature", "sig1=:!!!!:"),
        ("signature-input", ""),
        ("signature-input", "sig1=()"),
        ("signature-input", 'sig1=("a" b)'),
        ("signature-input", 'sig1=("a";sf);created=1'),
        ("signature-input", "sig1=" + "(" * 5000),
    ],
)
def test_what_is_no_signature_is_refused(name: str, value: str) -> None:
    assert checked(signed() | {name: value}) != ""


def test_another_algorithm_is_refused() -> None:
    headers = signed()
    headers["signature-input"] = headers["signature-input"].replace("hmac-sha256", "none")

    assert checked(headers) == "the algorithm is not hmac-sha256"


def test_the_key_that_signs_is_the_key_that_is_named() -> None:
    assert checked(signed(x_api_key="open")) == "keyid is not the API key"


@given(
    st.dictionaries(
        st.sampled_from([*SIGNED[2:], "signature", "signature-input"]), st.text(max_size=300)
    )
)
def test_whatever_the_headers_say_the_answer_is_a_sentence(changed: dict[str, str]) -> None:
    answer = checked(signed() | changed)

    assert isinstance(answer, str)
    assert answer or not set(changed)


@given(st.integers(0, 3000), st.characters())
def test_one_changed_character_is_enough_to_refuse(place: int, character: str) -> None:
    headers = signed()
    name = "signature-input"
    text = headers[name]
    place %= len(text)
    changed = text[:place] + character + text[place + 1 :]
    headers[name] = changed

    assert (checked(headers) == "") == (changed == text)
