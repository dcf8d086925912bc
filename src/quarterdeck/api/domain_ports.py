"""What the API asks of the named views over kinds. Each call has the kinds that its view is made of kept current for a
while beyond it, so that the first answer may be of a part of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from quarterdeck.model.access import (
    AccessSubjects,
    NamesQuestion,
    RequestAccess,
    RequestQuestion,
    SubjectAccess,
    SubjectQuestion,
)
from quarterdeck.model.domains import SectionQuestion
from quarterdeck.model.events import EventsAnswer, EventsQuestion
from quarterdeck.model.network import NetworkAnswer
from quarterdeck.model.releases import ReleasesAnswer, ReleaseView
from quarterdeck.model.storage import StorageAnswer
from quarterdeck.model.target import Key
from quarterdeck.model.workloads import WorkloadsAnswer, WorkloadsQuestion


class Domains(Protocol):
    def versions(self, key: Key) -> Mapping[str, int]:
        """By the name of the view. From memory: ClusterView has it."""
        ...

    async def events(self, question: EventsQuestion) -> EventsAnswer:
        """Reads what is kept; asks no cluster. Raises InvalidRequestError, with a position in the filter."""
        ...

    async def workloads(self, question: WorkloadsQuestion) -> WorkloadsAnswer:
        """Reads what is kept; asks no cluster."""
        ...

    async def network(self, question: SectionQuestion) -> NetworkAnswer:
        """As `workloads`."""
        ...

    async def storage(self, question: SectionQuestion) -> StorageAnswer:
        """As `workloads`."""
        ...

    async def releases(
        self, clusters: Sequence[Key], namespaces: Sequence[str], statuses: Sequence[str], text: str, limit: int
    ) -> ReleasesAnswer:
        """Helm's releases, of the rows of Secrets; their charts are read behind it. No cluster means all that are open,
        no namespace and no status all. `text`: words, all of which a release or its chart has in its name."""
        ...

    async def release(self, key: Key, namespace: str, name: str, revision: int, *, reveal: bool) -> ReleaseView:
        """Asks the cluster, within its deadline. `revision` 0 is the newest; `reveal`: with what is secret. Raises
        RefusedError where the cluster is not open, ObjectNotFoundError where there is no such revision."""
        ...

    async def access_of(self, question: SubjectQuestion) -> SubjectAccess:
        """As `workloads`."""
        ...

    async def who_may(self, question: RequestQuestion) -> RequestAccess:
        """As `workloads`."""
        ...

    async def subjects(self, question: NamesQuestion) -> AccessSubjects:
        """As `workloads`."""
        ...
