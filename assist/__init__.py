"""Call Assist: listens to a customer call on this machine and shows the agent one nudge."""

__version__ = "0.1.0"
