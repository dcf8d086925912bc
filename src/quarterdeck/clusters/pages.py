"""How much a page of a list asks for."""

from __future__ import annotations

FIRST_PAGE = 50
LEAST_PAGE, MOST_PAGE = 500, 2000
OBJECTS_PER_SECOND = 4000
"""A later page is as large as what is decoded in the time that its round trip takes."""


def page_size(latency: float) -> int:
    """Objects of a page after the first, which took `latency` seconds to come."""
    return max(LEAST_PAGE, min(MOST_PAGE, round(latency * OBJECTS_PER_SECOND)))
