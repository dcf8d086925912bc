import { useRef, useState } from "react";
import type { Column, WindowRow } from "../../api/generated/wire.ts";
import type { ShownCluster } from "../../state/clusters.ts";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { age, bytes, cores, count, until } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { Mark } from "../../ui/Mark.tsx";
import { Containers, isContainers } from "./Containers.tsx";
import { AHEAD, cellValue, titleOf } from "./columns.ts";
import { healthOf } from "./health.ts";

interface Props {
  shown: ShownCluster;
  title: string;
  /** Null once it is gone from the list; the last one known stays. */
  row: WindowRow | null;
  columns: readonly Column[];
  onClose: () => void;
}

const HEAD = new Set(["name", "namespace", "health"]);

/** The facts that a row has; nothing is fetched for it. */
export function Drawer({ shown, title, row: fresh, columns, onClose }: Props) {
  const last = useRef(fresh);
  if (fresh !== null) last.current = fresh;
  const row = fresh ?? last.current;
  const [all, setAll] = useState(false);
  if (row === null) {
    return (
      <aside className="panel" aria-label="Details">
        <Head shown={shown} place="" name={`Not among these ${title.toLowerCase()}`} onClose={onClose} />
        <p className="panel-p t2">It is gone, or the filter hides it.</p>
      </aside>
    );
  }
  const name = String(cellValue(row, columns, "object") ?? cellValue(row, columns, "name") ?? "");
  const namespace = String(cellValue(row, columns, "namespace") ?? "");
  const status = cellValue(row, columns, "status");
  const facts = columns.filter((column) => !HEAD.has(column.name) && column.type !== "json");
  const json = columns.filter((column) => column.type === "json");
  return (
    <aside className="panel" aria-label={`Details of ${name}`}>
      <Head shown={shown} place={namespace} name={name} onClose={onClose} />
      {fresh === null ? (
        <div className="cl-line k-plain">
          <Glyph status="unknown" />
          It is gone, or the filter hides it. This is what it was.
        </div>
      ) : null}
      <div className="panel-b">
        <dl className="dl">
          {facts.map((column) => {
            const value = cellValue(row, columns, column.name);
            if (value === null || value === "" || (value === 0 && /^(cpu|memory)_/.test(column.name)))
              return null;
            return (
              <div className="dl-r" key={column.name}>
                <dt>{titleOf(column)}</dt>
                <dd>
                  {column.name === "status" ? (
                    <span className="row">
                      <Glyph status={healthOf(cellValue(row, columns, "health"), String(status))} />
                      {value}
                    </span>
                  ) : (
                    <Fact value={value} column={column} />
                  )}
                </dd>
              </div>
            );
          })}
        </dl>
        {json.map((column) => (
          <Json
            key={column.name}
            title={titleOf(column)}
            text={String(cellValue(row, columns, column.name) ?? "")}
            all={all}
            onAll={() => setAll(true)}
          />
        ))}
      </div>
    </aside>
  );
}

function Head({
  shown,
  place,
  name,
  onClose,
}: {
  shown: ShownCluster;
  place: string;
  name: string;
  onClose: () => void;
}) {
  return (
    <div className="panel-h">
      <div className="grow">
        <div className="row xs t3 panel-w">
          <Mark name={shown.name} slot={shown.view.slot} />
          <span className="el">
            {shown.name}
            {place ? ` / ${place}` : ""}
          </span>
        </div>
        <h2 className="panel-t">{name}</h2>
      </div>
      <CopyButton text={name} label="Copy the name" />
      <button type="button" className="ib sm" aria-label="Close details" onClick={onClose}>
        <Icon name="close" />
      </button>
    </div>
  );
}

const CODE = new Set(["uid", "ip", "internal_ip", "external_ip", "object_uid"]);

function Fact({ value, column }: { value: string | number; column: Column }) {
  if (column.type === "time") {
    const at = Number(value);
    const now = Date.now() / 1000;
    const ahead = AHEAD.has(column.name) && at > now;
    return (
      <>
        {new Date(at * 1000).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "medium" })}{" "}
        <span className="t3">{ahead ? until(at, now) : `${age(now - at)} ago`}</span>
      </>
    );
  }
  if (/^memory/.test(column.name) && column.type !== "text") return <>{bytes(Number(value))}</>;
  if (/^cpu/.test(column.name) && column.type !== "text") return <>{cores(Number(value))}</>;
  if (column.type === "integer") return <>{count(Number(value))}</>;
  return <span className={CODE.has(column.name) ? "mono" : undefined}>{value}</span>;
}

const SHOWN_LABELS = 6;

function Json({ title, text, all, onAll }: { title: string; text: string; all: boolean; onAll: () => void }) {
  if (text === "" || text === "null" || text === "{}" || text === "[]") return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = text;
  }
  return (
    <section aria-label={title}>
      <h3 className="panel-s">{title}</h3>
      {isContainers(value) ? (
        <Containers items={value} />
      ) : isList(value) ? (
        <div className="lbl">
          {value.map((one) => (
            <span key={one}>{one}</span>
          ))}
        </div>
      ) : isFlat(value) ? (
        <div className="lbl">
          {Object.entries(value)
            .slice(0, all ? undefined : SHOWN_LABELS)
            .map(([key, one]) => (
              <span key={key}>{one === "" ? key : `${key}=${one}`}</span>
            ))}
          {!all && Object.keys(value).length > SHOWN_LABELS ? (
            <button type="button" className="acc xs" onClick={onAll}>
              {Object.keys(value).length - SHOWN_LABELS} more
            </button>
          ) : null}
        </div>
      ) : (
        <pre className="panel-j">{JSON.stringify(value, null, 2)}</pre>
      )}
    </section>
  );
}

function isFlat(value: unknown): value is Record<string, string> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every(
      (one) => typeof one === "string" || typeof one === "number" || typeof one === "boolean",
    )
  );
}

function isList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}
