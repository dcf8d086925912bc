"""Jobs: `kubectl get jobs -o wide` (printers.go, printJob, v1.37), and why one failed or waits."""

from __future__ import annotations

import msgspec

from quarterdeck.catalog import standing
from quarterdeck.catalog.conditions import Condition, having
from quarterdeck.catalog.kinds import (
    BASE,
    DONE,
    ERROR,
    PROGRESSING,
    WARN,
    Decoded,
    KindSpec,
    Meta,
    Whole,
    as_json,
    base,
    controller,
)
from quarterdeck.catalog.selectors import Selector, written
from quarterdeck.catalog.standing import Standing
from quarterdeck.catalog.times import seconds
from quarterdeck.catalog.workloads import templates
from quarterdeck.catalog.workloads.templates import Template
from quarterdeck.model.kinds import Column, ColumnType, Resource
from quarterdeck.stores.protocol import Row


class Spec(msgspec.Struct, gc=False):
    completions: Whole | None = None
    parallelism: Whole | None = None
    backoff_limit: Whole | None = msgspec.field(default=None, name="backoffLimit")
    selector: Selector | None = None
    template: Template | None = None


class Status(msgspec.Struct, gc=False):
    active: Whole | None = None
    ready: Whole | None = None
    succeeded: Whole | None = None
    failed: Whole | None = None
    started: str | None = msgspec.field(default=None, name="startTime")
    completed: str | None = msgspec.field(default=None, name="completionTime")
    conditions: list[Condition] | None = None


class Job(Decoded, gc=False):
    spec: Spec | None = None
    status: Status | None = None


COLUMNS = (
    *BASE,
    *standing.COLUMNS,
    Column("completions", ColumnType.TEXT, "Completions"),
    Column("started", ColumnType.TIME, "Started", indexed=True),
    Column("completed", ColumnType.TIME, "Completed"),
    Column("ended", ColumnType.TIME, "Ended", detail=True),
    Column("duration", ColumnType.INTEGER, "Duration in seconds", detail=True),
    Column("active", ColumnType.INTEGER, "Active", detail=True),
    Column("succeeded", ColumnType.INTEGER, "Succeeded", detail=True),
    Column("failed", ColumnType.INTEGER, "Failed pods"),
    Column("backoff_limit", ColumnType.INTEGER, "Back-off limit", detail=True),
    *templates.COLUMNS,
    Column("selector", ColumnType.TEXT, "Selector", wide=True),
    Column("owner", ColumnType.TEXT, "Owner"),
    Column("labels", ColumnType.JSON, "Labels", detail=True),
)


def project(job: Job) -> Row:
    """`completed` is when it succeeded; `ended` also when it failed, and `duration` is up to then, None until then:
    kubectl's duration of a failed job runs on for ever."""
    spec, status = job.spec or Spec(), job.status or Status()
    started, completed = seconds(status.started), seconds(status.completed)
    failed = having(status.conditions, "Failed")
    ended = completed if completed is not None or failed is None else seconds(failed.since)
    return {
        **base(job.metadata),
        **standing.cells(_standing(job.metadata, status)),
        "completions": _completions(spec, status),
        "started": started or 0,
        "completed": completed,
        "ended": ended,
        "duration": max(0, ended - started) if ended is not None and started is not None else None,
        "active": status.active or 0,
        "succeeded": status.succeeded or 0,
        "failed": status.failed or 0,
        "backoff_limit": spec.backoff_limit,
        **templates.cells(spec.template),
        "selector": written(spec.selector),
        "owner": controller(job.metadata),
        "labels": as_json(job.metadata.labels or {}),
    }


def _completions(spec: Spec, status: Status) -> str:
    """A work queue has no number of completions: one success is enough."""
    done = status.succeeded or 0
    if spec.completions is not None:
        return f"{done}/{spec.completions}"
    return f"{done}/1 of {spec.parallelism}" if (spec.parallelism or 0) > 1 else f"{done}/1"


def _standing(meta: Meta, status: Status) -> Standing:
    found = status.conditions
    if (complete := having(found, "Complete")) is not None:
        return Standing(DONE, "Complete", complete)
    if (failed := having(found, "Failed")) is not None:
        return Standing(ERROR, "Failed", failed)
    if meta.deleted is not None:
        return Standing(PROGRESSING, "Terminating")
    if (suspended := having(found, "Suspended")) is not None:
        return Standing(WARN, "Suspended", suspended)
    if (failing := having(found, "FailureTarget")) is not None:
        return Standing(ERROR, "FailureTarget", failing)
    if (met := having(found, "SuccessCriteriaMet")) is not None:
        return Standing(PROGRESSING, "SuccessCriteriaMet", met)
    return Standing(WARN if status.failed else PROGRESSING, "Running")


JOB_KIND = KindSpec(
    Resource("batch", "v1", "jobs"),
    "Job",
    "Jobs",
    True,
    COLUMNS,
    Job,
    project,
    searched=("name", "namespace", "status", "reason", "images"),
    aggregates={
        "running": "sum(status = 'Running')",
        "complete": "sum(health = 'done')",
        "problems": "sum(health = 'error')",
    },
)
