"""Which speech model suits a language, a machine and a number of calls."""

from typing import NamedTuple

CALLS_ON_TWO_CORES = {"small": 3 * 95 / 329, "base": 3.0, "tiny": 8.0}
"""Best first. Calls that two cores of 2.1 GHz heard without falling behind, in a simulated load of
true CTranslate2 calls with int8 and windows of at least 10 s (end of speech to final, p95: tiny
0.84 s, base 1.23 s); for small, worked out from base and the costs of encoding."""
ENCODING = {"small": 329, "base": 95, "tiny": 45}
"""Core-ms to encode 10 s of sound with int8, measured on one thread of the same machine."""
ON_A_CARD = {"large-v3-turbo": 1.7, "small": 0.5}
"""Best first; gigabytes of weights as float16. No card was at hand to measure calls on."""
REST = (
    "distil-small.en",
    "distil-medium.en",
    "distil-large-v3.5",
    "distil-large-v3",
    "medium.en",
    "medium",
    "large-v3",
)
"""What is taken only when nothing else is here: nothing was measured with them."""
_ROOM = 2.5
"""A card's memory, as a multiple of the weights: windows and beams need theirs, too."""


class Advice(NamedTuple):
    """A model and why it."""

    name: str
    why: str


def recommend(language: str, *, cores: int, gpu_gigabytes: float = 0.0, calls: int = 1) -> Advice:
    """Return the best model that keeps up, by measured cost.

    Args:
        language: a code like `en`, or `auto`.
        cores: of the processor.
        gpu_gigabytes: memory of the graphics card; 0 = there is none.
        calls: at a time.
    """
    for name, weights in ON_A_CARD.items():
        if gpu_gigabytes >= _ROOM * weights:
            why = (
                f"it fits into the graphics card's {gpu_gigabytes:.0f} GB; calls were not measured"
            )
            return Advice(_for(name, language), why)
    sizes = list(CALLS_ON_TWO_CORES)
    size = next((size for size in sizes if capacity(size, cores) >= calls), sizes[-1])
    return Advice(_for(size, language), _why(size, cores, calls))


def capacity(size: str, cores: int) -> int:
    """Return how many calls a processor is expected to hear at once; cost grows with the calls."""
    return int(CALLS_ON_TWO_CORES[size] * cores / 2)


def preference(language: str, *, cores: int, gpu_gigabytes: float = 0.0) -> list[str]:
    """Return all models for people, in the order in which they suit one call here.

    After the recommended one come the lighter ones, then the heavier, then those never measured.
    """
    best = recommend(language, cores=cores, gpu_gigabytes=gpu_gigabytes).name
    ladder = ["large-v3-turbo", *CALLS_ON_TWO_CORES]
    at = ladder.index(best.removesuffix(".en"))
    ordered = ladder[at:] + ladder[:at][::-1]
    both = [name for size in ordered for name in (_for(size, language), size)]
    return list(dict.fromkeys((*both, *REST)))


def _why(size: str, cores: int, calls: int) -> str:
    most = capacity(size, cores)
    cost = f"{ENCODING[size]} core-ms for 10 s of sound, measured"
    if most < calls:
        return (
            f"the lightest; {_count(cores, 'core')} should hear {_count(most, 'call')} with it"
            f" ({cost}), so {calls} need a larger machine or a graphics card"
        )
    return f"{_count(cores, 'core')} should hear {_count(most, 'call')} with it ({cost})"


def _for(size: str, language: str) -> str:
    """Return the variant for English alone, where there is one: it costs the same."""
    return f"{size}.en" if language == "en" and size in CALLS_ON_TWO_CORES else size


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
