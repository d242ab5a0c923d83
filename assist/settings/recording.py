"""What the operator may set about the sound of live calls."""

from typing import Annotated

import msgspec


class Recording(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether sound is kept; only ever of calls whose two sides have granted it."""

    enabled: bool = False
    bit_rate: Annotated[int, msgspec.Meta(ge=16_000, le=128_000)] = 48_000
    """Bits a second, of both sides together."""
    key_file: str = ""
    """Seal the sound: the file of the master key, which `assist store key` makes; empty = leave it
    to the disk's own encryption."""
