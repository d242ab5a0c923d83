from assist.server.access.who import FORBIDDEN, SIGNED_OUT, Clock, Credential, Refusal, Who


def test_no_secret_is_shown_by_accident() -> None:
    shown = f"{Credential(token='t0k', ticket='t1k')} {Who('anna', proof='pr00f')}"

    assert not any(secret in shown for secret in ("t0k", "t1k", "pr00f"))


def test_a_close_code_has_its_status() -> None:
    codes = (SIGNED_OUT, FORBIDDEN, 4429, 4400)

    assert [Refusal(code, "").status for code in codes] == [401, 403, 429, 400]


def test_the_clock_on_the_wall_counts_from_1970() -> None:
    assert Clock().wall() > 1_700_000_000
