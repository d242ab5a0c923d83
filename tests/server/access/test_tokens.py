import base64
import json
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from assist.errors import SettingsError
from assist.server.access import tokens
from assist.server.access.tokens import (
    Tokens,
    key_id,
    mint,
    read_private,
    read_public,
    write_private,
    write_public,
)
from assist.server.access.who import Clock

OLD, NEW, THIEF = (Ed25519PrivateKey.generate() for _ in range(3))
KNOWN = {key_id(key.public_key()): key.public_key() for key in (OLD, NEW)}
WALL = Clock().wall


def checker() -> Tokens:
    return Tokens(
        audience="call-assist",
        find=lambda machine, kid: KNOWN.get(kid) if machine == "desk-7" else None,
        wall=WALL,
    )


def claims(**changes: Any) -> dict[str, Any]:
    now = int(WALL())
    whole = {"iss": "desk-7", "aud": "call-assist", "iat": now, "exp": now + 300, "jti": "1"}
    return {key: value for key, value in (whole | changes).items() if value is not None}


def signed(key: Any = OLD, *, kid: str | None = None, alg: str = "EdDSA", **changes: Any) -> str:
    headers = {"kid": kid or key_id(OLD.public_key())}
    return jwt.encode(claims(**changes), key, algorithm=alg, headers=headers)


def written(header: dict[str, Any], body: dict[str, Any], signature: bytes = b"") -> str:
    """Return a token put together by hand, as no library would."""
    parts = [json.dumps(header).encode(), json.dumps(body).encode(), signature]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


@pytest.mark.parametrize("key", [OLD, NEW], ids=["old", "new"])
def test_a_token_of_either_key_opens(key: Ed25519PrivateKey) -> None:
    token = mint(key, machine="desk-7", audience="call-assist", now=WALL())

    assert checker().check(token) == ("desk-7", key_id(key.public_key()))


def test_a_token_opens_once() -> None:
    check, token = checker(), signed()

    assert [check.check(token) for _ in range(2)][1] == "token_used"


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"exp": -11, "iat": -100}, "token_expired"),
        ({"exp": 301}, "token_too_long"),
        ({"exp": 2, "iat": 5}, "token_too_long"),
        ({"iat": 60, "exp": 120}, "token_malformed"),
        ({"aud": "another"}, "token_for_another"),
        ({"aud": ["call-assist", "another"]}, "token_for_another"),
        ({"aud": None}, "token_malformed"),
        ({"exp": None}, "token_malformed"),
        ({"iat": None}, "token_malformed"),
        ({"jti": None}, "token_malformed"),
        ({"jti": ""}, "token_malformed"),
        ({"jti": "x" * 65}, "token_malformed"),
        ({"iss": "desk-8"}, "token_key_unknown"),
        ({"iss": None}, "token_key_unknown"),
        ({"kid": "0" * 16}, "token_key_unknown"),
        ({"key": THIEF}, "token_forged"),
        ({"kid": key_id(NEW.public_key())}, "token_forged"),
    ],
)
def test_what_is_wrong_with_a_token_is_found(changes: dict[str, Any], refused: str) -> None:
    now = int(WALL())  # not when the tests were collected: that may be minutes ago
    times = {key: now + changes[key] for key in ("iat", "exp") if changes.get(key)}

    assert checker().check(signed(**(changes | times))) == refused


@pytest.mark.parametrize("token", ["", "a.b.c", "x" * 5000, "\ud800.\ud800.", "ü.ü.ü"])
def test_what_is_no_token_is_refused(token: str) -> None:
    assert checker().check(token) == "token_malformed"


@settings(max_examples=50, deadline=None)  # the machine may be busy
@given(st.text() | st.lists(st.binary(max_size=60), min_size=3, max_size=3))
def test_whatever_is_sent_there_is_no_traceback(sent: str | list[bytes]) -> None:
    parts = sent if isinstance(sent, str) else [base64.urlsafe_b64encode(p).decode() for p in sent]
    token = parts if isinstance(parts, str) else ".".join(part.rstrip("=") for part in parts)

    assert isinstance(checker().check(token), str)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=5,
)


@settings(max_examples=50, deadline=None)  # the machine may be busy
@given(
    st.dictionaries(st.sampled_from(["alg", "kid", "typ", "crit", "b64", "jwk"]), JSON),
    st.dictionaries(st.sampled_from(["iss", "aud", "exp", "iat", "jti", "nbf"]), JSON),
)
def test_whatever_a_token_claims_there_is_no_traceback(
    header: dict[str, Any], body: dict[str, Any]
) -> None:
    right = {"alg": "EdDSA", "kid": key_id(OLD.public_key())}

    assert isinstance(checker().check(written(right | header, claims() | body, b"x" * 64)), str)


@pytest.mark.parametrize("claim", ["exp", "iat", "nbf", "aud", "jti"])
@pytest.mark.parametrize(
    "value",
    [float("inf"), float("nan"), 10**400, -1e308, "x", [], {}, True, "\ud800"],
    ids=lambda value: ascii(value)[:9],
)
def test_whatever_its_owner_signs_there_is_no_traceback(claim: str, value: Any) -> None:
    header = {"alg": "EdDSA", "kid": key_id(OLD.public_key())}
    bare = written(header, claims() | {claim: value}).rpartition(".")[0]
    signature = base64.urlsafe_b64encode(OLD.sign(bare.encode())).decode().rstrip("=")

    found = checker().check(f"{bare}.{signature}")

    assert isinstance(found, str | tuple)


@pytest.mark.parametrize("alg", ["none", "None", "NONE", ""])
def test_a_token_without_a_signature_is_refused(alg: str) -> None:
    token = written({"alg": alg, "typ": "JWT", "kid": key_id(OLD.public_key())}, claims())

    assert checker().check(token) in ("token_algorithm", "token_malformed")


@pytest.mark.parametrize(
    "secret",
    [
        OLD.public_key().public_bytes_raw(),
        write_public(OLD.public_key()).encode(),
        OLD.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ),
    ],
    ids=["raw", "base64", "pem"],
)
def test_the_public_key_is_no_secret_to_sign_with(secret: bytes) -> None:
    bare = written({"alg": "HS256", "kid": key_id(OLD.public_key())}, claims()).rpartition(".")[0]
    digest = hmac.HMAC(secret, hashes.SHA256())
    digest.update(bare.encode())
    signature = base64.urlsafe_b64encode(digest.finalize()).decode().rstrip("=")

    assert checker().check(f"{bare}.{signature}") == "token_algorithm"


def test_another_algorithm_is_refused() -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    assert checker().check(signed(key, alg="RS256")) == "token_algorithm"


def test_a_key_in_the_token_itself_is_not_believed() -> None:
    own = jwt.algorithms.OKPAlgorithm.to_jwk(THIEF.public_key(), as_dict=True)
    headers = {"kid": key_id(OLD.public_key()), "jwk": own}
    token = jwt.encode(claims(), THIEF, algorithm="EdDSA", headers=headers)

    assert checker().check(token) == "token_forged"


def test_claims_of_a_wrong_type_leave_no_traceback() -> None:
    header = {"alg": "EdDSA", "kid": ["a"]}

    assert checker().check(written(header, claims(iss={"a": 1}))) == "token_malformed"


def test_used_tokens_are_forgotten_when_they_are_over() -> None:
    date = WALL()
    check = Tokens(audience="call-assist", find=lambda *_: KNOWN[one], wall=lambda: date)
    one = key_id(OLD.public_key())
    check.check(signed(jti="first"))

    date += 311
    check.check(signed(jti="second"))

    assert list(check._used) == ["desk-7 second"]


def test_so_many_used_tokens_are_kept_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "KEPT", 2)
    check = checker()

    found = [check.check(signed(jti=str(number))) for number in range(3)]

    assert found[2] == "tokens_too_many"


def test_a_public_key_survives_its_text() -> None:
    key = OLD.public_key()

    assert read_public(write_public(key)) == key
    assert [read_public(text) for text in ("", "AAAA", "ü", write_public(key) + "!")] == [None] * 4


def test_a_private_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "desk-7.pem"

    write_private(OLD, file)

    assert file.stat().st_mode & 0o777 == 0o600
    assert read_private(file).public_key() == OLD.public_key()


def test_a_private_key_never_takes_another_files_place(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text("precious")

    with pytest.raises(SettingsError, match="exists"):
        write_private(OLD, tmp_path / "key.pem")

    assert (tmp_path / "key.pem").read_text() == "precious"


def test_a_private_key_needs_a_place(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be written"):
        write_private(OLD, tmp_path / "none" / "key.pem")


def test_what_is_no_private_key_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "bad.pem").write_text("no key")
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    (tmp_path / "rsa.pem").write_bytes(
        other.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )

    with pytest.raises(SettingsError, match="no private key"):
        read_private(tmp_path / "bad.pem")
    with pytest.raises(SettingsError, match="no Ed25519"):
        read_private(tmp_path / "rsa.pem")
