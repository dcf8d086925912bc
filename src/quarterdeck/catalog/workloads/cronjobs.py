"""CronJobs: `kubectl get cronjobs -o wide` (printers.go, printCronJob, v1.37), and whether the last run succeeded."""

from __future__ import annotations

import msgspec

from quarterdeck.catalog import standing
from quarterdeck.catalog.kinds import (
    BASE,
    OK,
    PROGRESSING,
    WARN,
    Decoded,
    KindSpec,
    Meta,
    as_json,
    base,
    controller,
)
from quarterdeck.catalog.selectors import written
from quarterdeck.catalog.standing import Standing
from quarterdeck.catalog.times import seconds
from quarterdeck.catalog.workloads import templates
from quarterdeck.catalog.workloads.jobs import Spec as JobSpec
from quarterdeck.model.kinds import Column, ColumnType, Resource
from quarterdeck.stores.protocol import Row


class JobTemplate(msgspec.Struct, gc=False):
    spec: JobSpec | None = None


class Spec(msgspec.Struct, gc=False):
    schedule: str | None = None
    zone: str | None = msgspec.field(default=None, name="timeZone")
    suspend: bool | None = None
    policy: str | None = msgspec.field(default=None, name="concurrencyPolicy")
    job: JobTemplate | None = msgspec.field(default=None, name="jobTemplate")


class Reference(msgspec.Struct, gc=False):
    name: str | None = None


class Status(msgspec.Struct, gc=False):
    active: list[Reference] | None = None
    last_schedule: str | None = msgspec.field(default=None, name="lastScheduleTime")
    last_success: str | None = msgspec.field(default=None, name="lastSuccessfulTime")


class CronJob(Decoded, gc=False):
    spec: Spec | None = None
    status: Status | None = None


COLUMNS = (
    *BASE,
    *standing.COLUMNS,
    Column("schedule", ColumnType.TEXT, "Schedule"),
    Column("timezone", ColumnType.TEXT, "Time zone"),
    Column("suspend", ColumnType.TEXT, "Suspend"),
    Column("active", ColumnType.INTEGER, "Active"),
    Column("last_schedule", ColumnType.TIME, "Last schedule", indexed=True),
    Column("last_success", ColumnType.TIME, "Last success"),
    Column("active_jobs", ColumnType.TEXT, "Active jobs", detail=True),
    Column("concurrency", ColumnType.TEXT, "Concurrency", detail=True),
    *templates.COLUMNS,
    Column("selector", ColumnType.TEXT, "Selector", wide=True),
    Column("owner", ColumnType.TEXT, "Owner", detail=True),
    Column("labels", ColumnType.JSON, "Labels", detail=True),
)


def project(cron: CronJob) -> Row:
    spec, status = cron.spec or Spec(), cron.status or Status()
    job = (spec.job.spec if spec.job is not None else None) or JobSpec()
    last, success = seconds(status.last_schedule), seconds(status.last_success)
    return {
        **base(cron.metadata),
        **standing.cells(_standing(cron.metadata, spec, status, last or 0, success or 0)),
        "schedule": spec.schedule or "",
        "timezone": spec.zone or "",
        "suspend": "" if spec.suspend is None else str(spec.suspend),
        "active": len(status.active or ()),
        "last_schedule": last or 0,
        "last_success": success,
        "active_jobs": ",".join(j.name for j in status.active or () if j.name),
        "concurrency": spec.policy or "",
        **templates.cells(job.template),
        "selector": written(job.selector),
        "owner": controller(cron.metadata),
        "labels": as_json(cron.metadata.labels or {}),
    }


def _standing(meta: Meta, spec: Spec, status: Status, last: int, success: int) -> Standing:
    """The controller notes the end of a success only (batch/v1 types.go, lastSuccessfulTime), so a run that is over
    and left none did not succeed."""
    if meta.deleted is not None:
        return Standing(PROGRESSING, "Terminating")
    if spec.suspend:
        return Standing(WARN, "Suspended")
    if status.active:
        return Standing(PROGRESSING, "Active")
    return Standing(WARN, "LastRunFailed") if last and success < last else Standing(OK, "Scheduled")


CRONJOB_KIND = KindSpec(
    Resource("batch", "v1", "cronjobs"),
    "CronJob",
    "Cron jobs",
    True,
    COLUMNS,
    CronJob,
    project,
    searched=("name", "namespace", "status", "schedule", "images"),
    aggregates={"suspended": "sum(status = 'Suspended')", "problems": "sum(status = 'LastRunFailed')"},
)
