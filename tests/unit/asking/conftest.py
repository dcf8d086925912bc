"""Threads that a question's tests use end with their loop."""

from tests.unit.app.conftest import ends_its_threads as ends_its_threads
