import { Glyph } from "../../ui/Glyph.tsx";
import { healthOf } from "./health.ts";

interface Container {
  name: string;
  image?: string;
  ready?: boolean;
  state?: string;
  reason?: string;
  restarts?: number;
  init?: boolean;
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
        const status = item.ready ? "ok" : healthOf(null, title);
        return (
          <div key={item.name}>
            <div className="row">
              <Glyph status={status} label={item.ready ? "Ready" : title || "Not ready"} />
              <span className="m">{item.name}</span>
              {item.init ? <span className="t3 xs">init</span> : null}
              <span className="grow" />
              <span className={`xs ${status === "ok" ? "t3" : status}`}>{title}</span>
              {item.restarts ? <span className="xs warn">{item.restarts} restarts</span> : null}
            </div>
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
