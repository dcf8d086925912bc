import { age, plural } from "../../../ui/format.ts";
import { at, list, seconds, text, whole } from "../json.ts";
import { Fact } from "../parts.tsx";

/** How much it runs at once, how often it tries, and how far it is. Nothing of what is no job. */
export function JobFacts({ job }: { job: unknown }) {
  const [status, spec] = [(name: string) => whole(job, "status", name), jobSpec(job)];
  const [active, ready] = [status("active"), status("ready")];
  const pods = [
    active === null ? "" : `${active} active${ready === null ? "" : ` (${ready} ready)`}`,
    status("succeeded") === null ? "" : `${status("succeeded")} succeeded`,
    status("failed") === null ? "" : `${status("failed")} failed`,
    (status("terminating") ?? 0) > 0 ? `${status("terminating")} terminating` : "",
  ].filter(Boolean);
  const began = seconds(job, "status", "startTime");
  const ended = endOf(job);
  const lasts = text(spec, "activeDeadlineSeconds");
  const kept = text(spec, "ttlSecondsAfterFinished");
  const mode = text(spec, "completionMode");
  return (
    <>
      <Fact name="Suspended">{at(spec, "suspend") === true ? "Yes" : null}</Fact>
      <Fact name="Pods">{pods.join(", ")}</Fact>
      <Fact name="Duration">{began === null || ended === null ? "" : age(ended - began)}</Fact>
      <Fact name="Parallelism">{text(spec, "parallelism")}</Fact>
      <Fact name="Completion mode">{mode === "NonIndexed" ? "" : mode}</Fact>
      <Fact name="Completed indexes">{text(job, "status", "completedIndexes")}</Fact>
      <Fact name="Failed indexes">{text(job, "status", "failedIndexes")}</Fact>
      <Fact name="Back-off limit per index">{text(spec, "backoffLimitPerIndex")}</Fact>
      <Fact name="Active deadline">{lasts ? `${lasts} s` : ""}</Fact>
      <Fact name="Kept after its end">{kept ? `${kept} s` : ""}</Fact>
    </>
  );
}

function jobSpec(job: unknown): unknown {
  const known = text(job, "spec", "completionMode") || text(job, "spec", "parallelism");
  return known ? (job as { spec: unknown }).spec : null;
}

function endOf(job: unknown): number | null {
  const failed = list(job, "status", "conditions").find(
    (one) => text(one, "type") === "Failed" && text(one, "status") === "True",
  );
  return seconds(job, "status", "completionTime") ?? seconds(failed, "lastTransitionTime");
}

/** What its row does not say. Nothing of what has no schedule. */
export function ScheduleFacts({ cronjob }: { cronjob: unknown }) {
  if (text(cronjob, "spec", "schedule") === "") return null;
  const late = text(cronjob, "spec", "startingDeadlineSeconds");
  const each = (name: string) => whole(cronjob, "spec", "jobTemplate", "spec", name) ?? 1;
  const [good, bad] = ["successfulJobsHistoryLimit", "failedJobsHistoryLimit"].map((name) =>
    whole(cronjob, "spec", name),
  );
  return (
    <>
      <Fact name="Each run">
        {`${plural(each("completions"), "completion")}, ${each("parallelism")} at once`}
      </Fact>
      <Fact name="Starting deadline">{late ? `${late} s` : ""}</Fact>
      <Fact name="Keeps">{`${good ?? "all"} successful jobs, ${bad ?? "all"} failed ones`}</Fact>
    </>
  );
}
