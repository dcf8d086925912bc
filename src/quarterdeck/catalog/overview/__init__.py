"""Figures of whole clusters."""
