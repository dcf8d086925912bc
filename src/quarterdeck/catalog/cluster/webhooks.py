"""Admission webhooks: the columns of `kubectl get mutatingwebhookconfigurations -o wide` (printers.go,
printMutatingWebhook and printValidatingWebhook, v1.37), whom they ask about what, and what happens if none answers."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from quarterdeck.catalog import standing
from quarterdeck.catalog.cluster.callouts import Client, first_expiry
from quarterdeck.catalog.conditions import Condition
from quarterdeck.catalog.kinds import BASE, OK, WARN, Decoded, KindSpec, Whole, as_json, base, controller
from quarterdeck.catalog.rules import Rule, granted
from quarterdeck.catalog.selectors import Selector, written
from quarterdeck.catalog.standing import Standing, unless_deleted
from quarterdeck.model.kinds import Column, ColumnType, Resource
from quarterdeck.stores.protocol import Row

_GROUP = "admissionregistration.k8s.io"
_EVERY = "*"


class Asked(msgspec.Struct, gc=False):
    operations: list[str] | None = None
    groups: list[str] | None = msgspec.field(default=None, name="apiGroups")
    resources: list[str] | None = None


class MatchCondition(msgspec.Struct, gc=False):
    """Only counted."""


class Webhook(msgspec.Struct, gc=False):
    """What the server fills in where nothing is said is written here as well: Fail, and 10 seconds."""

    name: str | None = None
    client: Client | None = msgspec.field(default=None, name="clientConfig")
    rules: list[Asked] | None = None
    policy: str | None = msgspec.field(default=None, name="failurePolicy")
    timeout: Whole | None = msgspec.field(default=None, name="timeoutSeconds")
    namespaces: Selector | None = msgspec.field(default=None, name="namespaceSelector")
    objects: Selector | None = msgspec.field(default=None, name="objectSelector")
    side_effects: str | None = msgspec.field(default=None, name="sideEffects")
    reinvocation: str | None = msgspec.field(default=None, name="reinvocationPolicy")
    conditions: list[MatchCondition] | None = msgspec.field(default=None, name="matchConditions")

    @property
    def address(self) -> str:
        return self.client.address if self.client is not None else ""

    @property
    def failure(self) -> str:
        return self.policy or "Fail"

    @property
    def patience(self) -> str:
        return f"{self.timeout if self.timeout is not None else 10}s"

    @property
    def asked(self) -> list[Rule]:
        return [Rule(verbs=one.operations, groups=one.groups, resources=one.resources) for one in self.rules or ()]


class Configuration(Decoded, gc=False):
    webhooks: list[Webhook] | None = None


COLUMNS = (
    *BASE,
    *standing.COLUMNS,
    Column("webhooks", ColumnType.INTEGER, "Webhooks"),
    Column("calls", ColumnType.TEXT, "Calls"),
    Column("asked", ColumnType.TEXT, "About"),
    Column("namespaces", ColumnType.TEXT, "Namespaces"),
    Column("failure_policy", ColumnType.TEXT, "Failure policy", indexed=True),
    Column("timeouts", ColumnType.TEXT, "Timeout"),
    Column("ca_bundle", ColumnType.TEXT, "CA bundle", detail=True),
    Column("ca_expires", ColumnType.TIME, "CA bundle ends", detail=True),
    Column("webhook_list", ColumnType.JSON, "Webhook list", detail=True),
    Column("owner", ColumnType.TEXT, "Owner", detail=True),
    Column("labels", ColumnType.JSON, "Labels", detail=True),
)


def project(found: Configuration) -> Row:
    hooks = found.webhooks or []
    return {
        **base(found.metadata),
        **standing.cells(unless_deleted(found.metadata, _standing(hooks))),
        "webhooks": len(hooks),
        "calls": ",".join(_each(_callee(hook) for hook in hooks)),
        "asked": granted([rule for hook in hooks for rule in hook.asked]),
        "namespaces": "; ".join(_each(_selected(hook.namespaces) for hook in hooks)),
        "failure_policy": ",".join(_each(hook.failure for hook in hooks)),
        "timeouts": ",".join(_each(hook.patience for hook in hooks)),
        "ca_bundle": _bundles(hooks),
        "ca_expires": first_expiry(hook.client.bundle for hook in hooks if hook.client is not None),
        "webhook_list": as_json([_listed(hook) for hook in hooks]),
        "owner": controller(found.metadata),
        "labels": as_json(found.metadata.labels or {}),
    }


def _standing(hooks: list[Webhook]) -> Standing:
    if not hooks:
        return Standing(OK, "NoWebhooks")
    bare = [hook for hook in hooks if hook.client is not None and hook.client.trusts_nobody]
    if not bare:
        return Standing(OK, "Active")
    refusing = [hook for hook in bare if hook.failure == "Fail"]
    names = ", ".join(hook.name or "" for hook in bare)
    end = "what they are asked about is refused" if refusing else "requests pass unasked"
    return Standing(WARN, "NoCABundle", Condition(message=f"no CA bundle to trust {names} by: {end}"))


def _each(texts: Iterable[str]) -> list[str]:
    """Each once, in order."""
    return [text for text in dict.fromkeys(texts) if text]


def _callee(hook: Webhook) -> str:
    """The service without its path: webhooks of one configuration mostly differ in that alone."""
    service = hook.client.service if hook.client is not None else None
    return service.named if service is not None else hook.address


def _selected(selector: Selector | None) -> str:
    return written(selector) or _EVERY


def _bundles(hooks: list[Webhook]) -> str:
    have = sum(hook.client is not None and hook.client.has_bundle for hook in hooks)
    if have == len(hooks):
        return "yes" if hooks else ""
    return f"{have} of {len(hooks)}" if have else "no"


def _listed(hook: Webhook) -> dict[str, str | int]:
    service = hook.client.service if hook.client is not None else None
    return {
        "name": hook.name or "",
        "calls": hook.address,
        "service": service.named if service is not None else "",
        "asked": granted(hook.asked),
        "namespaces": _selected(hook.namespaces),
        "objects": _selected(hook.objects),
        "conditions": len(hook.conditions or ()),
        "failure_policy": hook.failure,
        "timeout": hook.patience,
        "side_effects": hook.side_effects or "",
        "reinvocation": hook.reinvocation or "",
    }


def _kind(resource: str, kind: str, title: str) -> KindSpec[Configuration]:
    return KindSpec(
        Resource(_GROUP, "v1", resource),
        kind,
        title,
        False,
        COLUMNS,
        Configuration,
        project,
        searched=("name", "calls", "asked"),
        default_sort=("name",),
        aggregates={"problems": "sum(health = 'warn')"},
    )


MUTATING_KIND = _kind(
    "mutatingwebhookconfigurations", "MutatingWebhookConfiguration", "Mutating webhook configurations"
)
VALIDATING_KIND = _kind(
    "validatingwebhookconfigurations", "ValidatingWebhookConfiguration", "Validating webhook configurations"
)
