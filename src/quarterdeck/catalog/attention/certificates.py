"""Certificates that end soon, as far as they can be read without Secrets."""

from __future__ import annotations

from datetime import UTC, datetime

from quarterdeck.catalog.attention.callouts import APISERVICES, WEBHOOKS
from quarterdeck.catalog.attention.rule import DAY, HOUR, Cells, Rule, Severity, number, text
from quarterdeck.model.kinds import Resource

DEFINITIONS = Resource("apiextensions.k8s.io", "v1", "customresourcedefinitions")
REQUESTS = Resource("certificates.k8s.io", "v1", "certificatesigningrequests")
_HAVE_BUNDLES = (APISERVICES, *WEBHOOKS, DEFINITIONS)
SOON = 21 * DAY
"""As far ahead as people plan."""


def ends(cells: Cells) -> str:
    at = datetime.fromtimestamp(number(cells, "ca_expires"), UTC)
    return f"Its CA bundle ends on {at:%Y-%m-%d at %H:%M} UTC."


def _waits(cells: Cells) -> str:
    return f"{text(cells, 'requestor')} asks {text(cells, 'signername')}."


RULES = (
    Rule(
        "bundle-expired", "CA bundle has expired", Severity.CRITICAL, _HAVE_BUNDLES,
        where="ca_expires < unixepoch()", columns=("ca_expires",), why=ends, since="ca_expires", timely=True,
        hint="The API server trusts nobody by it, so that calls fail: put a new bundle in.",
    ),
    Rule(
        "bundle-expires", "CA bundle expires soon", Severity.WARNING, _HAVE_BUNDLES,
        where=f"ca_expires BETWEEN unixepoch() AND unixepoch() + {SOON}", columns=("ca_expires",), why=ends,
        since=f"ca_expires - {SOON}", timely=True,
        hint="Renew it, or check what should: cert-manager's injector, or the chart that brought it.",
    ),
    Rule(
        "request-waits", "Certificate request waits", Severity.NOTICE, (REQUESTS,),
        where=f"condition = 'Pending' AND created < unixepoch() - {HOUR}",
        columns=("condition", "signername", "requestor"), why=_waits, timely=True,
        by="requestor || ' ' || signername",
        hint="Nobody approved it. A kubelet that waits for its serving certificate has no logs and no exec.",
    ),
)  # fmt: skip
