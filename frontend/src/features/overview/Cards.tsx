import type { ReactNode } from "react";
import type {
  Amounts,
  DeprecatedUse,
  KubeletVersion,
  NodeFigures,
  PodFigures,
  WorkloadFigures,
} from "../../api/generated/wire.ts";
import { bytes, cores, count, plural, version } from "../../ui/format.ts";
import { Glyph, type Status } from "../../ui/Glyph.tsx";

export function Card({ title, note, children }: { title: string; note?: string; children: ReactNode }) {
  return (
    <section className="card ov-card" aria-label={title}>
      <h2>
        {title}
        {note ? <span className="t3 ov-n el">{note}</span> : null}
      </h2>
      <div className="ov-in">{children}</div>
    </section>
  );
}

const NOT_KNOWN = <p className="t3 sm">Not known yet.</p>;

function Line({ status, children }: { status: Status; children: ReactNode }) {
  return (
    <p className="ov-l sm">
      <Glyph status={status} size={10} />
      <span className="el">{children}</span>
    </p>
  );
}

export function NodesCard({ nodes }: { nodes: NodeFigures | null }) {
  return (
    <Card title="Nodes">
      {nodes === null ? (
        NOT_KNOWN
      ) : (
        <>
          <p className="ov-v">
            {count(nodes.ready)} <small>of {count(nodes.total)} ready</small>
          </p>
          {nodes.ready < nodes.total ? (
            <Line status="error">{count(nodes.total - nodes.ready)} not ready</Line>
          ) : null}
          {nodes.pressed > 0 ? <Line status="warn">{count(nodes.pressed)} under pressure</Line> : null}
          {nodes.cordoned > 0 ? <Line status="unknown">{count(nodes.cordoned)} cordoned</Line> : null}
          {nodes.total > 0 && nodes.ready === nodes.total && nodes.pressed === 0 ? (
            <Line status="ok">No pressure</Line>
          ) : null}
        </>
      )}
    </Card>
  );
}

export function PodsCard({ pods }: { pods: PodFigures | null }) {
  return (
    <Card title="Pods">
      {pods === null ? (
        NOT_KNOWN
      ) : (
        <>
          <p className="ov-v">
            {count(pods.running)} <small>of {count(pods.total)} running</small>
          </p>
          {pods.failing > 0 ? <Line status="error">{count(pods.failing)} failing</Line> : null}
          {pods.pending > 0 ? <Line status="progressing">{count(pods.pending)} pending</Line> : null}
          {pods.failing === 0 && pods.pending === 0 ? <Line status="ok">None failing</Line> : null}
        </>
      )}
    </Card>
  );
}

interface Sums {
  allocatable: Amounts | null;
  capacity: Amounts | null;
  requests: Amounts | null;
  limits: Amounts | null;
  usage: Amounts | null;
}

const MEASURES = { cpu: { title: "CPU", word: cores }, memory: { title: "Memory", word: bytes } } as const;

/** Requests and usage as shares of what nodes can give. */
export function AmountCard({ of, sums, note }: { of: "cpu" | "memory"; sums: Sums; note: string }) {
  const { title, word } = MEASURES[of];
  const whole = sums.allocatable?.[of] ?? 0;
  return (
    <Card title={title} {...(sums.allocatable === null ? {} : { note: `${word(whole)} allocatable` })}>
      {sums.allocatable === null ? (
        NOT_KNOWN
      ) : (
        <>
          <Share label="Requests" value={sums.requests?.[of] ?? null} whole={whole} word={word} />
          {/* More than there is: that is what limits are for. */}
          <Share label="Limits" value={sums.limits?.[of] ?? null} whole={whole} word={word} plain />
          {sums.usage === null ? (
            <p className="t3 xs el" title={note}>
              Usage: {note || "not known"}
            </p>
          ) : (
            <Share label="Usage" value={sums.usage[of]} whole={whole} word={word} />
          )}
        </>
      )}
    </Card>
  );
}

export function percent(value: number, whole: number): number {
  return whole > 0 ? Math.round((100 * value) / whole) : 0;
}

interface ShareProps {
  label: string;
  value: number | null;
  whole: number;
  word: (value: number) => string;
  plain?: boolean;
}

function Share({ label, value, whole, word, plain = false }: ShareProps) {
  if (value === null) return <p className="t3 xs">{label}: not known</p>;
  const part = percent(value, whole);
  const tone = plain ? " plain" : part > 100 ? " over" : part > 85 ? " high" : "";
  return (
    <div className="ov-s">
      <span className="t2">{label}</span>
      <span className={`ov-b${tone}`} aria-hidden="true">
        <i style={{ width: `${Math.min(100, part)}%` }} />
      </span>
      <span className="ov-p">{part} %</span>
      <span className="t3 ov-a">{word(value)}</span>
    </div>
  );
}

const HEALTH: readonly (readonly [string, string, Status])[] = [
  ["error", "failing", "error"],
  ["warn", "degraded", "warn"],
  ["progressing", "moving", "progressing"],
  ["ok", "well", "ok"],
  ["done", "done", "unknown"],
  ["unknown", "unknown", "unknown"],
];

export function HealthWords({ health }: { health: Record<string, number> }) {
  const shown = HEALTH.filter(([word]) => (health[word] ?? 0) > 0);
  if (shown.length === 0) return <span className="t3">none</span>;
  return (
    <span className="ov-h">
      {shown.map(([word, title, status]) => (
        <span key={word} className="row">
          <Glyph status={status} size={10} />
          {count(health[word] ?? 0)} <span className="t3">{title}</span>
        </span>
      ))}
    </span>
  );
}

interface VersionsProps {
  server: readonly string[];
  kubelets: readonly KubeletVersion[];
}

/** The API server's version, and which kubelets are out of what it supports. */
export function VersionsCard({ server, kubelets }: VersionsProps) {
  const out = kubelets.filter((one) => !one.supported);
  return (
    <Card
      title="Versions"
      note={server
        .filter((one) => one !== "")
        .map(version)
        .join(", ")}
    >
      {kubelets.length === 0 ? NOT_KNOWN : null}
      {kubelets.slice(0, 5).map((one) => (
        <p key={one.version} className="ov-l sm">
          <Glyph status={one.supported ? (one.behind ? "unknown" : "ok") : "error"} size={10} />
          <span className="m">{version(one.version)}</span>
          <span className="t3 el">
            {plural(one.nodes, "kubelet")}
            {skewOf(one)}
          </span>
        </p>
      ))}
      {kubelets.length > 5 ? (
        <p className="t3 xs">and {plural(kubelets.length - 5, "more version")}</p>
      ) : null}
      {out.length > 0 ? (
        <p className="error xs">Outside of the version skew that Kubernetes supports</p>
      ) : null}
    </Card>
  );
}

function skewOf(one: KubeletVersion): string {
  if (one.behind === null || one.behind === 0) return "";
  return one.behind > 0
    ? `, ${plural(one.behind, "minor")} behind`
    : `, ${plural(-one.behind, "minor")} ahead`;
}

/** Each kind with its total and how its objects are doing. */
export function WorkloadsCard({
  workloads,
  children,
}: {
  workloads: readonly WorkloadFigures[];
  children: (one: WorkloadFigures) => ReactNode;
}) {
  return (
    <Card title="Workloads">
      {workloads.length === 0 ? NOT_KNOWN : null}
      <table className="tbl ov-t">
        <tbody>
          {workloads.map((one) => (
            <tr key={one.resource}>
              <th scope="row">{children(one)}</th>
              <td className="r">{count(one.total)}</td>
              <td>
                <HealthWords health={one.health} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

export function DeprecatedCard({ uses, note }: { uses: readonly DeprecatedUse[] | null; note: string }) {
  return (
    <Card title="Deprecated APIs" note="since the server started">
      {uses === null ? <p className="t3 sm">Not known: {note}</p> : null}
      {uses?.length === 0 ? <Line status="ok">None asked for</Line> : null}
      {uses?.slice(0, 5).map((use) => (
        <p key={`${use.group}/${use.version}/${use.resource}/${use.subresource}`} className="ov-l sm">
          <Glyph status={use.removed === "" ? "unknown" : "warn"} size={10} />
          <span className="el">
            {[use.resource, use.subresource].filter(Boolean).join("/")}{" "}
            <span className="t3">
              {[use.group, use.version].filter(Boolean).join("/")}
              {use.removed === "" ? "" : `, removed in ${use.removed}`}
            </span>
          </span>
        </p>
      ))}
      {uses !== null && uses.length > 5 ? <p className="t3 xs">and {count(uses.length - 5)} more</p> : null}
    </Card>
  );
}
