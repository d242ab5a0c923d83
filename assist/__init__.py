"""Call Assist: listens to a customer call on this machine and shows the agent one nudge at a time."""

__version__ = "0.1.0"
