"""The answers of one cluster. Each raises what reading a store raises."""

from __future__ import annotations

from quarterdeck.catalog.access.bindings import CLUSTERROLEBINDING_KIND, ROLEBINDING_KIND
from quarterdeck.catalog.access.roles import CLUSTERROLE_KIND, ROLE_KIND
from quarterdeck.catalog.access.serviceaccounts import SERVICEACCOUNT_KIND
from quarterdeck.catalog.domains.access import granted
from quarterdeck.catalog.domains.access.bound import EACH, chains
from quarterdeck.catalog.domains.access.found import FoundAccess, FoundNames, bound_to, one_of, subject_of, text_of
from quarterdeck.catalog.domains.asked import both, has_words
from quarterdeck.catalog.domains.rows import known
from quarterdeck.catalog.rbac.subjects import groups_of, reached_as
from quarterdeck.model.access import AccessSubject, NamesQuestion, RequestQuestion, SubjectQuestion
from quarterdeck.model.target import Key
from quarterdeck.stores.protocol import Condition, SelectQuery, Store

BINDINGS = (CLUSTERROLEBINDING_KIND, ROLEBINDING_KIND)
ROLES = (CLUSTERROLE_KIND, ROLE_KIND)
RESOURCES = tuple(spec.resource for spec in (*BINDINGS, *ROLES, SERVICEACCOUNT_KIND))


async def of_subject(store: Store, key: Key, asked: SubjectQuestion) -> FoundAccess:
    """All bindings that reach it, and their roles with all of their rules."""
    names = reached_as(asked.subject, [*groups_of(asked.subject), *asked.groups])
    where = bound_to([text_of(one) for one in names])
    grants, total = await chains(store, key, where, where, asked.limit)
    roles = [
        role
        for spec in ROLES
        for role in await granted.of_places(
            store,
            key,
            spec,
            ((one.namespace if spec is ROLE_KIND else "", one.role) for one in grants if one.role_kind == spec.kind),
        )
    ]
    return FoundAccess(grants, roles, total)


async def of_request(store: Store, key: Key, asked: RequestQuestion) -> FoundAccess:
    """Each subject that may, and the roles that let it, with the rules that do."""
    request = asked.request
    roles = await granted.allowing(store, key, request)
    of_roles = one_of("t.role", (f"{role.kind}/{role.name}" for role in roles))
    here: Condition | None = None
    if request.namespace and not request.url:
        here = both(("t.namespace = ?", (request.namespace,)), of_roles)
    grants, total = await chains(store, key, of_roles, here, asked.limit)
    led_to = {(one.role_kind, one.role) for one in grants}
    return FoundAccess(grants, [role for role in roles if (role.kind, role.name) in led_to], total)


async def names(store: Store, asked: NamesQuestion) -> FoundNames:
    """Whom bindings name, and service accounts; of each the first."""
    subjects: set[AccessSubject] = set()
    for spec in BINDINGS:
        if known(store, spec):
            query = SelectQuery(("j.value",), *_among_bound(asked), "j.value", "j.value", asked.limit, EACH)
            [rows] = await store.select(spec.resource, [query])
            subjects.update(subject_of(str(row[0])) for row in rows)
    if asked.kind not in ("", "ServiceAccount") or not known(store, SERVICEACCOUNT_KIND):
        return FoundNames(sorted(subjects)[: asked.limit])
    here: Condition = ("t.namespace = ?", (asked.namespace,)) if asked.namespace else ("", ())
    [accounts, namespaces] = await store.select(
        SERVICEACCOUNT_KIND.resource,
        [
            SelectQuery(
                ("t.name", "t.namespace"), *both(here, has_words("t.name", asked.text)), order="t.name, t.namespace",
                limit=asked.limit,
            ),
            SelectQuery(("t.namespace",), by="t.namespace", order="t.namespace", limit=asked.limit),
        ],
    )  # fmt: skip
    subjects.update(AccessSubject("ServiceAccount", str(name), str(namespace)) for name, namespace in accounts)
    return FoundNames(sorted(subjects)[: asked.limit], [str(row[0]) for row in namespaces])


def _among_bound(asked: NamesQuestion) -> Condition:
    begun = "/".join(part for part in (asked.kind, asked.namespace) if part)
    of_kind: Condition = ("instr(j.value, ?) = 1", (f"{begun}/",)) if begun else ("", ())
    return both(of_kind, has_words("substr(j.value, instr(j.value, '/') + 1)", asked.text))
