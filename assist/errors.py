"""Mistakes of ours or of the caller; trouble during a call is a `fault` event, never one of these.

AssistError
    SettingsError    an unknown or impossible setting or option
    PlaybookError    a playbook that does not parse or contradicts itself
    ProtocolError    a message or log that does not follow the format
    AudioError       sound that cannot be read
    RecogniserError  a speech model that cannot be found or loaded
    CapacityError    no room for one more call on this machine
    StoreError       stored calls that cannot be read or written
"""


class AssistError(Exception):
    """One clear sentence for the person at the keyboard."""


class SettingsError(AssistError):
    """An unknown or impossible setting or option."""


class PlaybookError(AssistError):
    """A playbook that does not parse or contradicts itself."""


class ProtocolError(AssistError):
    """A message or log that does not follow the format."""


class AudioError(AssistError):
    """Sound that cannot be read."""


class RecogniserError(AssistError):
    """A speech model that cannot be found or loaded."""


class CapacityError(AssistError):
    """No room for one more call on this machine."""


class StoreError(AssistError):
    """Stored calls that cannot be read or written."""
