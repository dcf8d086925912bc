import type { Column, WindowRow } from "../../api/generated/wire.ts";
import { age, amount, count, until } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { AHEAD, cellValue } from "./columns.ts";
import { healthOf, splitName } from "./health.ts";
import { measureOf, UsageCell, usageName } from "./UsageCell.tsx";

interface Props {
  row: WindowRow;
  columns: readonly Column[];
  column: string;
  /** Of the table, as `core/v1/pods`. */
  resource: string;
}

export function Cell({ row, columns, column, resource }: Props) {
  const value = cellValue(row, columns, column);
  if (value === null || value === "") return <span className="t3">–</span>;
  const measure = measureOf(resource, column);
  if (measure !== undefined) {
    const [namespace, name] = [cellValue(row, columns, "namespace"), cellValue(row, columns, "name")];
    return (
      <UsageCell
        resource={resource}
        row={usageName(row.cluster, String(namespace ?? ""), String(name))}
        of={measure}
        value={Number(value)}
        unit={columns.find((one) => one.name === column)?.unit ?? ""}
      />
    );
  }
  // Of events; what else has a type is of one, and neither well nor ill for it.
  const standing = column === "type" && (value === "Normal" || value === "Warning") ? "status" : column;
  switch (standing) {
    case "object":
    case "name": {
      const [head, tail] = splitName(String(value));
      return (
        <span className="nm" title={String(value)}>
          {/* A selection breaks the line between boxes of a flex: what is copied would be two lines. */}
          <span className="m el" style={{ maxWidth: `calc(100% - ${widthOf(tail)}ch)` }}>
            {head}
          </span>
          <span className="t3">{tail}</span>
        </span>
      );
    }
    case "status":
    case "health": {
      const text = String(value);
      const status = healthOf(cellValue(row, columns, "health"), text);
      const tone = status === "ok" || status === "unknown" ? "" : status;
      return (
        <span className={`st ${tone}`} title={text}>
          <Glyph status={status} size={11} />
          <span className="el">{text}</span>
        </span>
      );
    }
    case "ready": {
      const text = String(value);
      const [have, want] = text.split("/");
      const done =
        healthOf(cellValue(row, columns, "health"), String(cellValue(row, columns, "status") ?? "")) ===
        "unknown";
      return <span className={have !== want && !done ? "warn" : have === want ? "" : "t3"}>{text}</span>;
    }
    case "restarts":
      return (
        <span className={Number(value) > 0 ? (Number(value) >= 5 ? "warn" : "") : "t3"}>
          {count(Number(value))}
        </span>
      );
    case "images":
      return (
        <span className="t2" title={String(value).replaceAll(",", "\n")}>
          {imageWords(String(value), !columns.some((one) => one.name === "tag"))}
        </span>
      );
    case "namespace":
      return (
        <span className="t2" title={String(value)}>
          {value}
        </span>
      );
    default:
      return (
        <Plain
          value={value}
          type={columns.find((one) => one.name === column)?.type ?? "text"}
          unit={columns.find((one) => one.name === column)?.unit ?? ""}
          ahead={AHEAD.has(column)}
        />
      );
  }
}

/** In widths of a "0", a little too much rather than too little: two letters are half as wide again. */
const widthOf = (tail: string) => tail.length + tail.replace(/[^mw]/g, "").length / 2;

/** What tells images apart: where they come from is the same for most, and stands in the tooltip. */
export function imageWords(images: string, tagged: boolean): string {
  const words = images.split(",").map((image) => {
    const [whole = ""] = image.split("@");
    const name = whole.slice(whole.lastIndexOf("/") + 1);
    return tagged ? name : name.replace(/:.*$/, "");
  });
  return words.join(", ");
}

interface PlainProps {
  value: string | number;
  type: Column["type"];
  unit: string;
  ahead: boolean;
}

function Plain({ value, type, unit, ahead }: PlainProps) {
  if (type === "time") {
    const at = Number(value);
    return (
      <span className="t2" title={new Date(at * 1000).toLocaleString("en-GB")}>
        {ahead ? until(at, Date.now() / 1000) : age(Date.now() / 1000 - at)}
      </span>
    );
  }
  if (unit !== "") return <>{amount(Number(value), unit)}</>;
  if (type === "integer") return <>{count(Number(value))}</>;
  if (type === "real") return <>{Number(value).toFixed(2)}</>;
  return (
    <span className="t2" title={String(value)}>
      {value}
    </span>
  );
}
