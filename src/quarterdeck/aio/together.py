"""Several things at once, of which one that fails ends the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


async def together(work: Iterable[Coroutine[Any, Any, T]], *errors: type[Exception]) -> list[T]:
    """What each gives, in this order. The first of `errors` is raised as it is, not in a group."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one) for one in work]
    except* errors as found:
        raise found.exceptions[0] from None
    return [task.result() for task in tasks]
