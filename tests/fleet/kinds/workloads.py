"""What kubectl prints of the kinds that make pods, and what of our rows means the same."""

from __future__ import annotations

from quarterdeck.stores.protocol import Row
from tests.fleet.kinds.ages import age
from tests.fleet.kinds.judge import Cell, Printed, age_of, text

_AGE = age_of("created")
_PODS_MADE: dict[str, Cell] = {"CONTAINERS": text("containers"), "IMAGES": text("images")}
_SELECTOR: dict[str, Cell] = {"SELECTOR": text("selector", empty="<none>")}


def _duration(row: Row, printed: Printed) -> set[str]:
    """Up to the completion; of a job that failed kubectl lets it run on, which is why our own column is another."""
    started, completed = row["started"], row["completed"]
    if not started:
        return {""}
    if completed is not None:
        return {age(float(completed) - float(started))}
    return age_of("started")(row, printed)


DEPLOYMENTS_PRINTED: dict[str, Cell] = {
    "READY": text("ready"),
    "UP-TO-DATE": text("up_to_date"),
    "AVAILABLE": text("available"),
    "AGE": _AGE,
    **_PODS_MADE,
    "SELECTOR": text("selector"),
}
REPLICAS_PRINTED: dict[str, Cell] = {
    "DESIRED": text("desired"),
    "CURRENT": text("current"),
    "READY": text("ready"),
    "AGE": _AGE,
    **_PODS_MADE,
    **_SELECTOR,
}
STATEFULSETS_PRINTED: dict[str, Cell] = {"READY": text("ready"), "AGE": _AGE, **_PODS_MADE}
DAEMONSETS_PRINTED: dict[str, Cell] = {
    "DESIRED": text("desired"),
    "CURRENT": text("current"),
    "READY": text("ready"),
    "UP-TO-DATE": text("up_to_date"),
    "AVAILABLE": text("available"),
    "NODE SELECTOR": text("node_selector", empty="<none>"),
    "AGE": _AGE,
    **_PODS_MADE,
    **_SELECTOR,
}
JOBS_PRINTED: dict[str, Cell] = {
    "STATUS": text("status"),
    "COMPLETIONS": text("completions"),
    "DURATION": _duration,
    "AGE": _AGE,
    **_PODS_MADE,
    **_SELECTOR,
}
CRONJOBS_PRINTED: dict[str, Cell] = {
    "SCHEDULE": text("schedule"),
    "TIMEZONE": text("timezone", empty="<none>"),
    "SUSPEND": text("suspend", empty="<unset>"),
    "ACTIVE": text("active"),
    "LAST SCHEDULE": age_of("last_schedule", empty="<none>"),
    "AGE": _AGE,
    **_PODS_MADE,
    **_SELECTOR,
}
AUTOSCALERS_PRINTED: dict[str, Cell] = {
    "REFERENCE": text("reference"),
    "TARGETS": text("targets", empty="<none>"),
    "MINPODS": text("min_pods", empty="<unset>"),
    "MAXPODS": text("max_pods"),
    "REPLICAS": text("replicas"),
    "AGE": _AGE,
}
BUDGETS_PRINTED: dict[str, Cell] = {
    "MIN AVAILABLE": text("min_available", empty="N/A"),
    "MAX UNAVAILABLE": text("max_unavailable", empty="N/A"),
    "ALLOWED DISRUPTIONS": text("allowed"),
    "AGE": _AGE,
}
