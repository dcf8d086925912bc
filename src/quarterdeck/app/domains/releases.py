"""Helm's releases in the open clusters, and one of them unpacked because somebody asked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from quarterdeck.app.domains.charts import Charts
from quarterdeck.app.domains.view import SHOWS_OLD, View
from quarterdeck.app.object.reach import Reaching
from quarterdeck.catalog.releases.hiding import Hidden, manifest_of, text_of, values_of
from quarterdeck.catalog.releases.payload import released
from quarterdeck.catalog.releases.rows import Name, health_of, releases
from quarterdeck.catalog.times import seconds
from quarterdeck.model.domains import DomainPart
from quarterdeck.model.errors import ObjectNotFoundError
from quarterdeck.model.kinds import Resource
from quarterdeck.model.objects import ReadState
from quarterdeck.model.releases import Chart, Release, ReleasesAnswer, ReleaseView, Revision
from quarterdeck.model.target import Key


class Releases:
    """The list is of rows that are kept, and asks no cluster; charts come behind it (app.domains.charts)."""

    def __init__(self, view: View, charts: Charts, reaching: Reaching) -> None:
        self.view = view
        self._charts = charts
        self._reaching = reaching

    async def answer(
        self, clusters: Sequence[Key], namespaces: Sequence[str], statuses: Sequence[str], text: str, limit: int
    ) -> ReleasesAnswer:
        keys = self.view.look(clusters)
        version = f"{self.view.version(keys)}.{self._charts.version}"
        every = await asyncio.gather(*(self._read(key) for key in keys))
        words = text.lower().split()
        parts = [part for _, part in every]
        stale = {part.key for part in parts if part.status in SHOWS_OLD}
        known = {name for found, _ in every for name, _ in found}
        asked = [
            release
            for key, (found, _) in zip(keys, every, strict=True)
            for (namespace, name), revisions in found.items()
            if (not namespaces or namespace in namespaces)
            for release in (self._release(key, namespace, name, revisions, stale=key in stale),)
            if _fits(release, words)
        ]
        counts: dict[str, int] = {}
        for release in asked:
            counts[release.status] = counts.get(release.status, 0) + 1
        chosen = [release for release in asked if not statuses or release.status in statuses]
        shown = chosen[:limit]
        reading = 0
        for key, (found, part) in zip(keys, every, strict=True):
            names = [(one.namespace, one.name) for one in shown if one.cluster == key]
            secrets = [(found[name][0].uid, name[0], found[name][0].secret, found[name][0].kept_in) for name in names]
            # Of a cluster that is not connected nothing can be asked.
            reading += self._charts.want(key, secrets) if part.status not in SHOWS_OLD and secrets else 0
        return ReleasesAnswer(
            version=version,
            releases=shown,
            total=len(chosen),
            statuses=counts,
            namespaces=sorted(known),
            reading=reading,
            whole=all(part.status == "ready" for part in parts),
            parts=parts,
        )

    async def one(self, key: Key, namespace: str, name: str, revision: int, *, reveal: bool) -> ReleaseView:
        """`revision` 0 is the newest. Raises RefusedError where the cluster is not open, ObjectNotFoundError where
        there is no such release or revision."""
        self.view.look((key,))
        reach = self._reaching.reach(key)
        found, part = await self._read(key, namespace, name)
        revisions = found.get((namespace, name), [])
        chosen = next((one for one in revisions if revision in (0, one.revision)), None)
        if chosen is None:
            why = f" {part.message}" if part.message else ""
            raise ObjectNotFoundError(f"No such revision of {name} is known in {namespace}.{why}")

        async def read() -> ReleaseView:
            raw = await reach.client.get(Resource.parse(chosen.kept_in), chosen.secret, namespace=namespace)
            return await asyncio.to_thread(_unpacked, raw, key, (namespace, name), chosen, revisions, reveal=reveal)

        view, state = await reach.tried(read)
        if view is not None:
            return view
        return ReleaseView(key, namespace, name, state, revisions, chosen.revision, chosen.status)

    async def _read(
        self, key: Key, namespace: str = "", name: str = ""
    ) -> tuple[dict[Name, list[Revision]], DomainPart]:
        found, part = await self.view.read(key, lambda store: releases(store, namespace, name))
        return found or {}, part

    def _release(self, key: Key, namespace: str, name: str, revisions: list[Revision], *, stale: bool) -> Release:
        newest = revisions[0]
        chart = self._charts.of(key, newest.uid)
        return Release(
            f"{key}/{namespace}/{name}", key, namespace, name, newest.revision, newest.status,
            health_of(newest.status), newest.updated, len(revisions),
            chart if isinstance(chart, Chart) else None,
            f"{chart.message} {chart.advice}".strip() if isinstance(chart, ReadState) else "",
            stale,
        )  # fmt: skip


def _fits(release: Release, words: list[str]) -> bool:
    chart = release.chart or Chart()
    text = f"{release.name} {release.namespace} {chart.name} {chart.version} {chart.app_version}".lower()
    return all(word in text for word in words)


def _unpacked(
    raw: bytes, key: Key, name: Name, chosen: Revision, revisions: list[Revision], *, reveal: bool
) -> ReleaseView:
    found = released(raw)
    info, chart = found.info, found.chart.metadata if found.chart is not None else None
    hidden = None if reveal else Hidden(0, set())
    # Notes come last: by then it is known what they must not repeat.
    manifest, values = manifest_of(found.manifest or "", hidden), values_of(found.config, hidden)
    notes = (info.notes if info is not None else None) or ""
    if hidden is not None:
        values, notes = text_of(values, hidden), text_of(notes, hidden)
        manifest = text_of(manifest, hidden)
    return ReleaseView(
        cluster=key,
        namespace=name[0],
        name=name[1],
        state=ReadState(),
        revisions=revisions,
        revision=chosen.revision,
        status=(info.status if info is not None else None) or chosen.status,
        chart=Chart(chart.name or "", chart.version or "", chart.app_version or "") if chart is not None else Chart(),
        description=(info.description if info is not None else None) or "",
        first_deployed=seconds(info.first_deployed) if info is not None else None,
        last_deployed=seconds(info.last_deployed) if info is not None else None,
        values=values,
        manifest=manifest,
        notes=notes,
        hidden=hidden.count if hidden is not None else 0,
    )
