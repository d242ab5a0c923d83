"""How often and how many: a bucket of tokens, tries, a lock that grows, connections; pure.

Times are seconds of a clock that never goes back. Everything that strangers can fill is bounded:
what was not used for longest is forgotten first.
"""

from collections import Counter, OrderedDict, deque
from ipaddress import IPv6Address, ip_address

KEPT = 10_000
"""So many addresses or names are remembered."""


class Bucket:
    """Let through `rate` a second, and `burst` at once.

    Args:
        rate: tokens that come back in a second.
        burst: tokens there are at most.
    """

    def __init__(self, *, rate: float = 5.0, burst: int = 20) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._left = float(burst)
        self._at: float | None = None

    def take(self, now: float) -> bool:
        """Take one token; false when there is none."""
        passed = 0.0 if self._at is None else max(0.0, now - self._at)
        self._at = now
        self._left = min(self._burst, self._left + passed * self._rate)
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Tries:
    """Allow so many tries within a time to each address.

    Args:
        limit: tries.
        within: seconds.
    """

    def __init__(self, *, limit: int = 5, within: float = 60.0) -> None:
        self._limit = limit
        self._within = within
        self._made: OrderedDict[str, deque[float]] = OrderedDict()

    def take(self, key: str, now: float) -> float:
        """Count a try; return 0, or the seconds to wait when there were too many."""
        made = self._made.setdefault(key, deque(maxlen=self._limit))
        self._made.move_to_end(key)
        if len(self._made) > KEPT:
            self._made.popitem(last=False)
        if len(made) == self._limit and now - made[0] < self._within:
            return self._within - (now - made[0])
        made.append(now)
        return 0.0

    def give_back(self, key: str) -> None:
        """Take the newest try back: it succeeded."""
        made = self._made.get(key)
        if made:
            made.pop()


class Lock:
    """Lock a name after failures, for longer each time; success opens it.

    Args:
        free: failures without consequence.
        first: seconds of the first lock; each further failure doubles them.
        longest: seconds at most.
    """

    def __init__(self, *, free: int = 5, first: float = 30.0, longest: float = 900.0) -> None:
        self._free = free
        self._first = first
        self._longest = longest
        self._failed: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def wait(self, name: str, now: float) -> float:
        """Return the seconds for which a name is still locked."""
        return max(0.0, self._failed.get(name, (0, now))[1] - now)

    def failed(self, name: str, now: float) -> float:
        """Count a failure; return the seconds for which the name is locked now."""
        count = self._failed.get(name, (0, 0.0))[0] + 1
        over = count - self._free
        locked = min(self._first * 2 ** min(over, 32), self._longest) if over >= 0 else 0.0
        self._failed[name] = (count, now + locked)
        self._failed.move_to_end(name)
        if len(self._failed) > KEPT:
            self._failed.popitem(last=False)
        return locked

    def opened(self, name: str) -> None:
        """Forget the failures of a name."""
        self._failed.pop(name, None)


class Connections:
    """Count what is open, by address or by user.

    Args:
        limit: connections of one key.
    """

    def __init__(self, *, limit: int) -> None:
        self._limit = limit
        self._open: Counter[str] = Counter()

    def enter(self, key: str) -> bool:
        """Count one more; false when the key has as many as it may."""
        if self._open[key] >= self._limit:
            return False
        self._open[key] += 1
        return True

    def leave(self, key: str) -> None:
        """Count one less."""
        self._open[key] -= 1
        if self._open[key] <= 0:
            del self._open[key]

    def __len__(self) -> int:
        """Count all that are open."""
        return self._open.total()


def neighbourhood(address: str) -> str:
    """Return what counts as one address: of IPv6 the /64, which one customer is given."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"  # no word of a stranger becomes a key
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return f"{IPv6Address(int(parsed) >> 64 << 64)}/64"
