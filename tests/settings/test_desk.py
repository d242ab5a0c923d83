import msgspec
import pytest

from assist.settings.desk import Capture


def test_a_ring_shorter_than_the_protocol_wants_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="60"):
        msgspec.convert({"ring": 30}, Capture)


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="mic"):
        msgspec.convert({"mic": "x"}, Capture)
