"""Labelled calls → precision, recall, delay, false alarms and burden."""
