import pytest

from assist.errors import RecogniserError
from assist.speech.device import AskedCompute, AskedDevice, Device, choose_device

CPU = {"int8", "int8_float32", "int16", "float32"}
CARD = {"float32", "float16", "bfloat16", "int8", "int8_float16", "int8_float32"}
OLD_CARD = {"float32", "int8", "int8_float32"}


def choose(
    asked: AskedDevice = "auto",
    compute: AskedCompute = "auto",
    *,
    card: set[str] | None = None,
    cores: int = 2,
    workers: int = 0,
) -> Device:
    return choose_device(
        asked,
        compute,
        gpus=0 if card is None else 1,
        cpu_types=CPU,
        gpu_types=card or set(),
        cores=cores,
        workers=workers,
    )


def test_without_a_card_the_processor_computes_with_int8() -> None:
    device = choose()

    assert (device.kind, device.compute_type, device.batch) == ("cpu", "int8", 1)
    assert device.sentence == (
        "Speech runs on the processor (int8, decodes at a time: 2, each on 1 of 2 cores):"
        " there is no CUDA graphics card."
    )


def test_a_card_is_taken_with_float16_and_larger_batches() -> None:
    device = choose(card=CARD)

    assert (device.kind, device.compute_type, device.workers) == ("cuda", "float16", 1)
    assert device.batch == 16
    assert device.sentence == (
        "Speech runs on the graphics card (float16, decodes at a time: 1):"
        " there is a CUDA graphics card."
    )


def test_a_card_is_left_alone_when_the_processor_is_asked_for() -> None:
    device = choose("cpu", card=CARD)

    assert device.kind == "cpu"
    assert device.sentence.endswith(": device = cpu is set.")


def test_int8_float16_is_taken_on_a_card_when_it_is_asked_for() -> None:
    assert choose("cuda", "int8_float16", card=CARD).compute_type == "int8_float16"


@pytest.mark.parametrize(
    ("types", "taken"),
    [(CARD - {"float16"}, "int8_float16"), (OLD_CARD, "int8"), ({"float32"}, "float32")],
)
def test_a_card_that_lacks_float16_takes_what_it_has(types: set[str], taken: str) -> None:
    assert choose(card=types).compute_type == taken


def test_a_processor_without_int8_computes_with_float32() -> None:
    device = choose_device(gpus=0, cpu_types={"float32"}, gpu_types=(), cores=1)

    assert device.compute_type == "float32"


def test_what_only_the_processor_can_do_is_done_there() -> None:
    device = choose(compute="int8", card={"float32"})

    assert device.kind == "cpu"
    assert device.sentence.endswith(": the graphics card cannot compute so.")


@pytest.mark.parametrize(
    ("cores", "workers", "expected"),
    [
        (1, 0, (1, 1)),
        (2, 0, (2, 1)),
        (16, 0, (16, 1)),
        (64, 0, (16, 4)),
        (4, 1, (1, 4)),
        (16, 1, (1, 4)),
        (8, 4, (4, 2)),
        (2, 8, (8, 1)),
    ],
)
def test_workers_share_the_cores(cores: int, workers: int, expected: tuple[int, int]) -> None:
    device = choose(cores=cores, workers=workers)

    assert (device.workers, device.threads) == expected


def test_workers_may_be_asked_for_on_a_card() -> None:
    assert choose(card=CARD, workers=3).workers == 3


def refusal(asked: AskedDevice, compute: AskedCompute, card: set[str] | None) -> str:
    with pytest.raises(RecogniserError) as caught:
        choose(asked, compute, card=card)
    return str(caught.value)


def test_a_card_that_is_not_there_is_refused() -> None:
    assert refusal("cuda", "auto", None) == (
        "device = cuda is asked for, but there is no CUDA graphics card here:"
        " set device = auto or cpu."
    )


def test_numbers_beyond_the_processor_are_refused_with_what_it_knows() -> None:
    assert refusal("auto", "float16", None) == (
        "compute_type = float16 is beyond the processor here;"
        " known: float32, int16, int8, int8_float32."
    )


def test_numbers_beyond_both_are_refused() -> None:
    assert refusal("auto", "int8_float16", OLD_CARD).startswith(
        "compute_type = int8_float16 is beyond the graphics card and the processor here; "
    )
