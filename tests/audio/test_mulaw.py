import numpy as np
import pytest

from assist.audio.mulaw import decode

# code → value at the ends of the eight chords, as G.711 lists them (table 2a), times 4 for 16 bits
CHORDS = {
    0x80: 32124, 0x8F: 16764, 0x90: 15996, 0x9F: 8316, 0xA0: 7932, 0xAF: 4092, 0xB0: 3900,
    0xBF: 1980, 0xC0: 1884, 0xCF: 924, 0xD0: 876, 0xDF: 396, 0xE0: 372, 0xEF: 132, 0xF0: 120,
    0xFE: 8, 0xFF: 0,
}  # fmt: skip # a table reads better in rows


@pytest.mark.parametrize(("code", "value"), CHORDS.items())
def test_a_code_stands_for_the_value_that_g711_lists(code: int, value: int) -> None:
    assert decode(bytes([code])).tolist() == [value]


@pytest.mark.parametrize(("code", "value"), CHORDS.items())
def test_the_same_code_without_its_first_bit_is_negative(code: int, value: int) -> None:
    assert decode(bytes([code & 0x7F])).tolist() == [-value]


def test_the_values_rise_with_the_positive_codes_falling() -> None:
    values = decode(bytes(range(0xFF, 0x7F, -1)))

    assert (np.diff(values) > 0).all()


def test_every_byte_is_one_sample_of_16_bits() -> None:
    sound = decode(bytes(range(256)))

    assert sound.shape == (256,)
    assert sound.dtype == np.int16


def test_nothing_is_nothing() -> None:
    assert decode(b"").shape == (0,)
