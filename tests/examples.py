"""How many examples a property is tried on."""

from __future__ import annotations

from hypothesis import settings

FAST = "fast"
"""The profile of `make test-fast`: `pytest --hypothesis-profile=fast`."""
_SHARE = 5

settings.register_profile("default", deadline=None)  # machines that run these are shared
settings.register_profile(FAST, deadline=None, max_examples=100 // _SHARE)


def examples(number: int) -> int:
    """That many, or a share of them in the run of all day."""
    return number // _SHARE if settings.get_current_profile_name() == FAST else number
