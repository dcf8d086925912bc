import type { Column, WindowRow } from "../../api/generated/wire.ts";
import { age, amount, count, until } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { AHEAD, cellValue, titleOf } from "../cluster/columns.ts";
import { healthOf } from "../cluster/health.ts";
import { Chips, Fact } from "./parts.tsx";

/** Shown elsewhere: in the head, or by the object's own JSON once that is there. */
const HEAD = new Set(["name", "namespace", "health", "containers"]);
const ELSEWHERE = new Set(["uid", "labels", "created", "owner"]);
/** For grouping alone. */
const INNER = new Set(["alike"]);
const CODE = new Set(["uid", "ip", "internal_ip", "external_ip", "object_uid"]);

interface Props {
  known: { row: WindowRow; columns: readonly Column[] } | null;
  /** The whole object is there. */
  full: boolean;
  /** Columns that the kind's own facts tell better, once it is. */
  told: ReadonlySet<string>;
}

/** The kind's own columns, as the row has them: there before anything was asked, and live. */
export function OwnFacts({ known, full, told }: Props) {
  if (known === null) return null;
  const { row, columns } = known;
  const whole = columns.some((column) => column.name === "images");
  const rests = ({ name }: Column): boolean =>
    HEAD.has(name) ||
    INNER.has(name) ||
    (full && (ELSEWHERE.has(name) || told.has(name))) ||
    (whole && name === "tag");
  const facts = columns.filter((column) => !rests(column));
  return (
    <>
      {facts.map((column) => {
        const value = cellValue(row, columns, column.name);
        if (value === null || value === "" || (value === 0 && isNothing(column))) return null;
        return (
          <Fact key={column.name} name={titleOf(column)}>
            {column.name === "status" ? (
              <span className="row">
                <Glyph status={healthOf(cellValue(row, columns, "health"), String(value))} />
                {value}
              </span>
            ) : (
              <Value value={value} column={column} />
            )}
          </Fact>
        );
      })}
    </>
  );
}

/** Of a time, or of an amount that is asked for, nothing is no fact: a sum of none is 0. */
const isNothing = ({ name, type }: Column): boolean => type === "time" || /^(cpu|memory)_/.test(name);

function Value({ value, column }: { value: string | number; column: Column }) {
  if (column.type === "json") return <Json text={String(value)} what={titleOf(column).toLowerCase()} />;
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
  if (column.unit !== "" && column.type !== "text") return <>{amount(Number(value), column.unit)}</>;
  if (column.name === "images") return <Lines values={String(value).split(",")} />;
  if (column.type === "integer") return <>{count(Number(value))}</>;
  return <span className={CODE.has(column.name) ? "mono" : undefined}>{value}</span>;
}

function Lines({ values }: { values: readonly string[] }) {
  return values.map((value) => (
    <span key={value} className="ob-each mono">
      {value}
    </span>
  ));
}

function Json({ text, what }: { text: string; what: string }) {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = text;
  }
  if (value === null || value === "") return null;
  if (Array.isArray(value) && value.every((one) => typeof one === "string"))
    return <Chips values={value} what={what} />;
  if (typeof value === "object" && !Array.isArray(value)) {
    const flat = Object.entries(value).filter(([, one]) => typeof one !== "object");
    if (flat.length === Object.keys(value).length)
      return <Chips values={flat.map(([key, one]) => (one === "" ? key : `${key}=${one}`))} what={what} />;
  }
  return <pre className="panel-j">{JSON.stringify(value, null, 2)}</pre>;
}
