"""Named views that have one thing each to say, of one cluster; `asked` is what they were asked."""

from __future__ import annotations

from collections.abc import Sequence

from quarterdeck.catalog.events import EVENT_KIND
from quarterdeck.catalog.filter import compile_filter
from quarterdeck.model.access import (
    AccessGrant,
    AccessPart,
    AccessRole,
    AccessRule,
    AccessSubject,
    AccessSubjects,
    NamesQuestion,
    RequestAccess,
    RequestQuestion,
    SubjectAccess,
    SubjectQuestion,
)
from quarterdeck.model.domains import DomainPart, SectionQuestion
from quarterdeck.model.errors import ObjectNotFoundError
from quarterdeck.model.events import EventGroup, EventReason, EventsAnswer, EventsQuestion
from quarterdeck.model.network import NetworkAnswer, NetworkObject, NetworkRow, NetworkSection, ServiceFigures
from quarterdeck.model.objects import ReadState
from quarterdeck.model.releases import Chart, Release, ReleasesAnswer, ReleaseView
from quarterdeck.model.storage import StorageAnswer, StorageClassFigures, StorageRow, StorageSection
from quarterdeck.model.target import Key
from quarterdeck.model.workloads import Workload, WorkloadKind, WorkloadsAnswer, WorkloadsQuestion


class FakeDomains:
    def __init__(self, at: Key) -> None:
        self.at = at
        self.asked: list[object] = []

    def versions(self, key: Key) -> dict[str, int]:
        return {}

    async def releases(
        self, clusters: Sequence[Key], namespaces: Sequence[str], statuses: Sequence[str], text: str, limit: int
    ) -> ReleasesAnswer:
        self.asked.append((clusters, namespaces, statuses, text, limit))
        found = Release(
            f"{self.at}/shop/web", self.at, "shop", "web", 3, "deployed", "ok", 1_700_000_000, 3, Chart("web")
        )
        return ReleasesAnswer("1", [found], 1, {"deployed": 1}, ["shop"], 0, True, [DomainPart(self.at, "ready")])

    async def workloads(self, question: WorkloadsQuestion) -> WorkloadsAnswer:
        self.asked.append(question)
        at, path = self.at, "apps/v1/deployments"
        kinds = [WorkloadKind(path, "Deployment", "Deployments", 1, 2, 1, 0, 0, 0, 1)]
        found = Workload(
            f"{at}/{path}/u", at, path, "Deployment", "shop", "web", "u", "error", "Stalled", "It is late.",
            1_700_000_000, wanted=3, updated=1, ready=0, available=0,
        )  # fmt: skip
        return WorkloadsAnswer("1", kinds, [found], 1, [], 0, ["shop"], True, [DomainPart(at, "ready")])

    async def network(self, question: SectionQuestion) -> NetworkAnswer:
        self.asked.append(question)
        row = NetworkRow(
            f"{self.at}/hosts/a.io", self.at, "networking.k8s.io/v1/ingresses", "Ingress", "shop", "a.io", "u", "warn",
            "Same path", "Both claim /.", objects=(NetworkObject("shop", "web", "u"), NetworkObject("pay", "web", "v")),
        )  # fmt: skip
        sections = [NetworkSection("hosts", 1, 1, [row])]
        return NetworkAnswer("1", ServiceFigures(1, 4, 3), sections, ["shop"], True, [DomainPart(self.at, "ready")])

    async def storage(self, question: SectionQuestion) -> StorageAnswer:
        self.asked.append(question)
        row = StorageRow(
            f"{self.at}/unbound/u", self.at, "core/v1/persistentvolumeclaims", "PersistentVolumeClaim", "shop", "data",
            "u", "progressing", "Pending", "Its class fast does not exist.", storage_class="fast", requested=1 << 30,
        )  # fmt: skip
        classes = [StorageClassFigures("fast", [], 1, claims=1, requested=1 << 30, pending=1)]
        sections = [StorageSection("unbound", 1, 1, [row])]
        parts = [DomainPart(self.at, "ready")]
        return StorageAnswer("1", {"Pending": 1}, 1, {}, 1, classes, sections, ["shop"], True, parts)

    async def release(self, key: Key, namespace: str, name: str, revision: int, *, reveal: bool) -> ReleaseView:
        self.asked.append((key, namespace, name, revision, reveal))
        if name == "gone":
            raise ObjectNotFoundError("No such revision.")
        values = "password: hunter2\n" if reveal else "password: (hidden)\n"
        return ReleaseView(key, namespace, name, ReadState(), values=values, hidden=0 if reveal else 1)

    async def access_of(self, question: SubjectQuestion) -> SubjectAccess:
        self.asked.append(question)
        grant = AccessGrant(self.at, question.subject, "RoleBinding", "readers", "shop", "Role", "reader")
        role = AccessRole(self.at, "Role", "shop", "reader", [AccessRule(["get"], [""], ["pods"], [], [])])
        parts = [AccessPart(self.at, "ready", total=1)]
        return SubjectAccess("1", question.subject, list(question.groups), [grant], [role], ["not all"], True, parts)

    async def who_may(self, question: RequestQuestion) -> RequestAccess:
        self.asked.append(question)
        return RequestAccess("1", question.request, [], [], ["not all"], True, [AccessPart(self.at, "ready")])

    async def subjects(self, question: NamesQuestion) -> AccessSubjects:
        self.asked.append(question)
        return AccessSubjects("1", [AccessSubject("User", "jane")], ["shop"], [DomainPart(self.at, "ready")])

    async def events(self, question: EventsQuestion) -> EventsAnswer:
        compile_filter(question.filter, EVENT_KIND)
        self.asked.append(question)
        at = self.at
        group = EventGroup(
            f"{at}/1", at, "Warning", "BackOff", "Back-off", "Pod", "core/v1/pods", "default", "web", "u", "kubelet",
            "", 12, 2, 1_700_000_000, 1_700_000_600, 66.0,
        )  # fmt: skip
        reasons = [EventReason("BackOff", "Warning", 1)]
        return EventsAnswer("1", [group], 1, {"Warning": 1}, reasons, ["default"], True, [DomainPart(at, "ready")])
