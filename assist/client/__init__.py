"""The client of our own audio protocol: sound out of this process, safely to the service."""

from assist.client.link import Link, stream
from assist.client.returning import Return, Stay
from assist.client.sender import Sender

__all__ = ["Link", "Return", "Sender", "Stay", "stream"]
