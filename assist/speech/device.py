"""Where the decodes run: processor or graphics card, and with which numbers."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from assist.errors import RecogniserError

Kind = Literal["cpu", "cuda"]
AskedDevice = Literal["auto", "cpu", "cuda"]
AskedCompute = Literal["auto", "int8", "int8_float16", "float16", "float32"]

_MOST_WORKERS, _MOST_THREADS = 16, 4
"""More workers only cost memory; short windows do not keep more threads busy than CTranslate2's
own default."""
_PLACE: dict[Kind, str] = {"cpu": "processor", "cuda": "graphics card"}
_BEST: dict[Kind, tuple[str, ...]] = {
    "cpu": ("int8", "float32"),
    "cuda": ("float16", "int8_float16", "int8", "float32"),
}
"""What is taken when nobody asked: the cheapest first, as far as the machine can do it."""
_BATCH: dict[Kind, int] = {"cpu": 1, "cuda": 16}
"""A batch keeps all its windows waiting for the last. On two cores it gained nothing to make up for
that: try `benchmarks.capacity --batch 4`."""


@dataclass(frozen=True, slots=True)
class Device:
    """What was chosen for a model."""

    kind: Kind = "cpu"
    compute_type: str = "int8"
    workers: int = 1
    """Decodes at a time; they share one copy of the weights."""
    threads: int = 1
    """Of the processor, for each decode."""
    batch: int = _BATCH["cpu"]
    """Windows that are worth decoding together at most."""
    sentence: str = "Speech runs on the processor (int8)."
    """Says what was chosen, and why, for the log."""


ONE_THREAD = Device()
"""A single thread of the processor: what tests and measurements run on."""


def choose_device(
    asked: AskedDevice = "auto",
    compute: AskedCompute = "auto",
    *,
    gpus: int,
    cpu_types: Collection[str],
    gpu_types: Collection[str],
    cores: int,
    workers: int = 0,
) -> Device:
    """Choose device and numbers: a card where there is one, else the processor with int8.

    Args:
        asked: where it is to run.
        compute: the kind of numbers that is asked for.
        gpus: CUDA cards of this machine.
        cpu_types: kinds of numbers that the processor can compute with.
        gpu_types: those of the card.
        cores: of the processor.
        workers: decodes at a time; 0 = one a core, and one on a card, which takes batches.

    Raises:
        RecogniserError: the machine cannot do what was asked; the sentence says what it can.
    """
    if asked == "cuda" and not gpus:
        raise RecogniserError(
            "device = cuda is asked for, but there is no CUDA graphics card here:"
            " set device = auto or cpu."
        )
    has: dict[Kind, Collection[str]] = {"cuda": gpu_types if gpus else (), "cpu": cpu_types}
    kinds: list[Kind] = [kind for kind in has if asked in ("auto", kind)]
    for kind in kinds:
        wanted = _BEST[kind] if compute == "auto" else (compute,)
        numbers = next((name for name in wanted if name in has[kind]), None)
        if numbers:
            return _device(kind, numbers, _reason(asked, kind, gpus), cores, workers)
    place = " and the ".join(_PLACE[kind] for kind in kinds if has[kind])
    known = ", ".join(sorted({name for kind in kinds for name in has[kind]}))
    raise RecogniserError(f"compute_type = {compute} is beyond the {place} here; known: {known}.")


def _device(kind: Kind, numbers: str, reason: str, cores: int, workers: int) -> Device:
    at_a_time = workers or (1 if kind == "cuda" else max(1, min(cores, _MOST_WORKERS)))
    threads = max(1, min(cores // at_a_time, _MOST_THREADS)) if kind == "cpu" else 1
    share = f", each on {threads} of {cores} cores" if kind == "cpu" else ""
    sentence = (
        f"Speech runs on the {_PLACE[kind]} ({numbers}, decodes at a time: {at_a_time}{share}):"
        f" {reason}."
    )
    return Device(kind, numbers, at_a_time, threads, _BATCH[kind], sentence)


def _reason(asked: AskedDevice, kind: Kind, gpus: int) -> str:
    if asked != "auto":
        return f"device = {asked} is set"
    if kind == "cuda":
        return "there is a CUDA graphics card"
    return "the graphics card cannot compute so" if gpus else "there is no CUDA graphics card"
