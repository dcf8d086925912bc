"""Rows that leave as a file: what it says, who may fetch it, and how far it is."""
