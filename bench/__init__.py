"""Measurements against DESIGN's budgets; each prints one JSON object as its last line."""
