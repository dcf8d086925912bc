"""What the API server asks others, who do not answer."""

from __future__ import annotations

from quarterdeck.catalog.attention.rule import Cells, Rule, Severity, said, text
from quarterdeck.model.kinds import Resource

APISERVICES = Resource("apiregistration.k8s.io", "v1", "apiservices")
SERVICES = Resource("", "v1", "services")
SLICES = Resource("discovery.k8s.io", "v1", "endpointslices")
MUTATING = Resource("admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations")
VALIDATING = Resource("admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations")
WEBHOOKS = (MUTATING, VALIDATING)
_ASKS = "SELECT 1 FROM json_each(t.webhook_list) AS hook WHERE hook.value ->> 'service' <> ''"
_NO_SERVICE = (
    "NOT EXISTS (SELECT 1 FROM \"core/v1/services\" AS s WHERE s.namespace || '/' || s.name = hook.value ->> 'service')"
)
_NO_ENDPOINT = (
    # What an external name stands for, nobody here knows.
    "NOT EXISTS (SELECT 1 FROM \"core/v1/services\" AS s WHERE s.namespace || '/' || s.name = "
    "hook.value ->> 'service' AND s.type = 'ExternalName') AND "
    'NOT EXISTS (SELECT 1 FROM "discovery.k8s.io/v1/endpointslices" AS e '
    "WHERE e.namespace || '/' || e.service = hook.value ->> 'service' AND e.ready_count > 0)"
)


def _nobody(policy: str) -> str:
    """That nobody answers one of its webhooks of this failure policy."""
    silent = f"hook.value ->> 'failure_policy' = '{policy}' AND ({_NO_SERVICE} OR ({_NO_ENDPOINT}))"
    return f"EXISTS ({_ASKS} AND {silent})"


def _asked(cells: Cells) -> str:
    return f"Nobody answers at {text(cells, 'calls').replace(',', ', ')}; it is asked about {text(cells, 'asked')}."


RULES = (
    Rule(
        "apiservice-down", "API service does not answer", Severity.CRITICAL, (APISERVICES,),
        where="status = 'Unavailable'", columns=("status", "reason", "message", "since"),
        why=said("reason", "message"), since="coalesce(since, created)",
        hint="Kinds of its group cannot be read, and namespaces not be deleted: look at the pods behind its service.",
    ),
    Rule(
        "webhook-refuses", "Webhook fails, requests are refused", Severity.CRITICAL, WEBHOOKS,
        where=_nobody("Fail"), columns=("webhook_list", "calls", "asked"), why=_asked, also=(SERVICES, SLICES),
        hint="Its service is missing or has no ready pod: bring that back, or remove the webhook configuration.",
    ),
    Rule(
        "webhook-unasked", "Webhook fails, requests pass", Severity.WARNING, WEBHOOKS,
        where=f"{_nobody('Ignore')} AND NOT {_nobody('Fail')}",
        columns=("webhook_list", "calls", "asked"), why=_asked, also=(SERVICES, SLICES),
        hint="What it should look at is let through: bring its service back, or remove the webhook configuration.",
    ),
    Rule(
        "webhook-untrusted", "Webhook without a CA bundle", Severity.WARNING, WEBHOOKS,
        where="status = 'NoCABundle'", columns=("status", "message"), why=said("message"),
        hint="Nothing that its service shows can be trusted: what should put the bundle in has not done so.",
    ),
)  # fmt: skip
