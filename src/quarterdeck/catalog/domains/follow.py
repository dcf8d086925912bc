"""When another answer may be had of a view: its kinds were written to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from quarterdeck.catalog.pace import Paced
from quarterdeck.catalog.stays import Stay, Stays
from quarterdeck.model.kinds import Resource
from quarterdeck.model.target import Key
from quarterdeck.stores.protocol import Store

INTERVAL_S = 1.0
"""A page asks again no more often than this."""


class _Views(Stay):
    def __init__(self, followed: Followed, key: Key, store: Store) -> None:
        self.versions: Counter[str] = Counter()
        self.news: set[str] = set()
        self._followed = followed
        self._key = key
        super().__init__(store, Paced(followed.bag, f"views of {key}", self._tell, interval=INTERVAL_S, share=1))

    def changed(self, resource: Resource) -> None:
        for view in self._followed.views_of(resource):
            self.touch(view)

    def touch(self, view: str) -> None:
        self.versions[view] += 1
        if self._followed.looked_at(view, self._key):
            self.news.add(view)
            self.paced.poke()

    async def _tell(self) -> None:
        if self.news:
            self.news.clear()
            self._followed.told(self._key)


class Followed(Stays[_Views]):
    """`kinds`: those that each view is made of, by its name. Nobody is told of a view that nobody looks at
    (`looked_at(view, key)`), but its version grows."""

    def __init__(
        self,
        kinds: Mapping[str, Iterable[Resource]],
        looked_at: Callable[[str, Key], bool],
        told: Callable[[Key], None],
    ) -> None:
        super().__init__("views")
        self.looked_at = looked_at
        self.told = told
        self._views: dict[Resource, list[str]] = {}
        for view, resources in kinds.items():
            for resource in resources:
                self._views.setdefault(resource, []).append(view)

    def begin(self, key: Key, store: Store) -> _Views:
        return _Views(self, key, store)

    def views_of(self, resource: Resource) -> Iterable[str]:
        return self._views.get(resource, ())

    def versions(self, key: Key) -> dict[str, int]:
        """By the name of the view; each grows with each write to one of its kinds, in one stay of a cluster."""
        stay = self.stay(key)
        return dict(stay.versions) if stay is not None else {}

    def touch(self, view: str, key: Key) -> None:
        """What else a view of a cluster is made of changed."""
        stay = self.stay(key)
        if stay is not None:
            stay.touch(view)
