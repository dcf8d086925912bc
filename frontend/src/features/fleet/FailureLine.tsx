import type { Failure } from "../../api/generated/wire.ts";
import { failureTitle } from "../../app/standing.ts";
import type { ShownCluster } from "../../state/clusters.ts";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { duration, elapsed } from "../../ui/format.ts";

interface Props {
  shown: ShownCluster;
  failure: Failure;
  retryAt: number | null;
  now: number;
}

/** What happened, then what to do, in the place of the figures. */
export function FailureLine({ shown, failure, retryAt, now }: Props) {
  const spent = shown.phases.reduce((sum, phase) => sum + (phase.duration_ms ?? 0), 0);
  const where = failure.file ? `${failure.file}${failure.line > 0 ? `:${failure.line}` : ""}` : "";
  const told = [failure.message, failure.advice].filter(Boolean).join(" ");
  return (
    <>
      <span role="gridcell" className="fl-span row fl-fail">
        <span className="chip k-error">{failureTitle(failure)}</span>
        {failure.command ? (
          <span className="row fl-do" title={told}>
            <span>Run</span>
            <code className="cmd">
              <span className="el">{failure.command}</span>
            </code>
            <CopyButton text={failure.command} label={`Copy the command for ${shown.name}`} />
            <span className="t2">then retry.</span>
          </span>
        ) : (
          <span className="el t2" title={told}>
            {where ? <code>{where}</code> : null} {failure.advice || failure.message}
          </span>
        )}
      </span>
      <span role="gridcell" className="r t3" title={retryAt === null ? undefined : "until it is tried again"}>
        {retryAt !== null && retryAt > now
          ? `in ${elapsed(retryAt - now)}`
          : spent > 0
            ? duration(spent)
            : "–"}
      </span>
    </>
  );
}
