import { plural, when } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { healthOf } from "./health.ts";

interface Container {
  name: string;
  image?: string;
  ready?: boolean | number;
  state?: string;
  reason?: string;
  exit_code?: number | null;
  restarts?: number;
  /** container, init or sidecar. */
  role?: string;
  last_reason?: string;
  last_exit_code?: number | null;
  /** Epoch seconds. */
  last_end?: number | null;
}

export function isContainers(value: unknown): value is Container[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every(
      (one) => typeof one === "object" && one !== null && typeof (one as Container).name === "string",
    )
  );
}

export function Containers({ items }: { items: readonly Container[] }) {
  return (
    <div className="ct">
      {items.map((item) => {
        const word = item.reason || item.state || "";
        const title = word.charAt(0).toUpperCase() + word.slice(1);
        const done = item.state === "terminated" && item.exit_code === 0;
        const status = item.ready ? "ok" : done ? "unknown" : healthOf(null, title);
        const code = item.state === "terminated" && item.exit_code ? `, exit ${item.exit_code}` : "";
        return (
          <div key={item.name}>
            <div className="row">
              <Glyph status={status} label={item.ready ? "Ready" : title || "Not ready"} />
              <span className="m">{item.name}</span>
              {item.role && item.role !== "container" ? <span className="t3 xs">{item.role}</span> : null}
              <span className="grow" />
              <span className={`xs ${status === "ok" ? "t3" : status}`}>
                {title}
                {code}
              </span>
              {item.restarts ? <span className="xs warn">{plural(item.restarts, "restart")}</span> : null}
            </div>
            {item.last_reason ? (
              <div className="xs t2">
                Before: {item.last_reason}
                {item.last_exit_code ? `, exit ${item.last_exit_code}` : ""}
                {item.last_end ? `, ${when(item.last_end, Date.now() / 1000)}` : ""}
              </div>
            ) : null}
            {item.image ? (
              <div className="mono xs t3 el" title={item.image}>
                {item.image}
              </div>
            ) : null}
          </div>
        );
      })}
    </div>
  );
}
