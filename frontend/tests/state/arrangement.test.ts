import { describe, expect, it } from "vitest";
import {
  arrange,
  type Kept,
  leaving,
  moved,
  NOTHING,
  type Offered,
  pinning,
  resized,
  showing,
  stepped,
  woven,
} from "../../src/state/arrangement.ts";

const offer = (id: string, priority = 5, more: Partial<Offered> = {}): Offered => ({
  ...{ id, least: 100, grow: 0, priority },
  ...more,
});
const OFFERED = [
  offer("name", 0),
  offer("namespace", 2),
  offer("status", 1),
  offer("node", 6),
  offer("uid", 5, { rests: true }),
];
const ids = (offered: readonly Offered[], kept: Kept) =>
  arrange(offered, kept)
    .filter((one) => one.shown)
    .map((one) => one.id);

describe("the arrangement of columns", () => {
  it("is the kind's own until a person changes it, with the first pinned", () => {
    const placed = arrange(OFFERED, NOTHING);
    expect(placed.map((one) => one.id)).toEqual(["name", "namespace", "status", "node", "uid"]);
    expect(placed.filter((one) => one.pinned).map((one) => one.id)).toEqual(["name"]);
    expect(placed.find((one) => one.id === "uid")?.shown).toBe(false);
  });

  it("shows what rests once it is asked for, and hides what a person hides", () => {
    const kept = showing(showing(NOTHING, "uid", true), "node", false);
    expect(ids(OFFERED, kept)).toEqual(["name", "namespace", "status", "uid"]);
  });

  it("moves a column before another and to the end", () => {
    expect(ids(OFFERED, moved(OFFERED, NOTHING, "node", "namespace"))).toEqual([
      ...["name", "node", "namespace", "status"],
    ]);
    expect(ids(OFFERED, moved(OFFERED, NOTHING, "namespace", null)).at(-1)).toBe("namespace");
    expect(moved(OFFERED, NOTHING, "node", "node")).toBe(NOTHING);
  });

  it("steps as far as the end of its half, and not into the other", () => {
    let kept = stepped(OFFERED, NOTHING, "namespace", -1);
    expect(ids(OFFERED, kept)).toEqual(["namespace", "name", "status", "node"]);
    expect(stepped(OFFERED, kept, "namespace", -1)).toBe(kept);
    kept = pinning(OFFERED, NOTHING, "namespace", true, { name: 240, namespace: 120 });
    expect(stepped(OFFERED, kept, "status", -1)).toBe(kept);
    expect(ids(OFFERED, stepped(OFFERED, kept, "name", 1))).toEqual(["namespace", "name", "status", "node"]);
    const last = stepped(OFFERED, stepped(OFFERED, NOTHING, "node", 1), "node", 1);
    expect(arrange(OFFERED, last).map((one) => one.id)).toEqual([
      "name",
      "namespace",
      "status",
      "uid",
      "node",
    ]);
  });

  it("pins columns to the left with the width that they have, and keeps pins of what is not offered", () => {
    const kept = pinning(OFFERED, NOTHING, "status", true, { name: 240, status: 156, node: 90 });
    expect(ids(OFFERED, kept)).toEqual(["name", "status", "namespace", "node"]);
    expect(kept.widths).toEqual({ name: 240, status: 156 });
    const without = pinning(OFFERED.slice(0, 2), kept, "name", false, {});
    expect(without.pinned).toEqual(["status"]);
    expect(arrange(OFFERED.slice(0, 2), without).some((one) => one.pinned)).toBe(false);
  });

  it("keeps widths within bounds", () => {
    expect(resized(NOTHING, { name: 3, node: 9_000, status: 80.4 }).widths).toEqual({
      ...{ name: 48, node: 1_600, status: 80 },
    });
  });

  it("keeps the place of columns that are not there for a while, and puts new ones where the kind has them", () => {
    const kept = moved(OFFERED, NOTHING, "node", "namespace");
    const without = OFFERED.filter((one) => one.id !== "node");
    const meanwhile = moved(without, kept, "status", "name");
    expect(ids(without, meanwhile)).toEqual(["status", "name", "namespace"]);
    expect(ids(OFFERED, meanwhile)).toEqual(["status", "name", "node", "namespace"]);
    const grown = [...OFFERED.slice(0, 3), offer("restarts"), ...OFFERED.slice(3)];
    expect(ids(grown, meanwhile)).toEqual(["status", "restarts", "name", "node", "namespace"]);
  });

  it("weaves any two lists without losing or doubling anything", () => {
    const some = ["a", "b", "c", "d", "e"];
    for (let bits = 0; bits < 1_024; bits++) {
      const into = some.filter((_, at) => bits & (1 << at)).reverse();
      const of = some.filter((_, at) => bits & (32 << at));
      const both = woven(into, of);
      expect([...both].sort()).toEqual([...new Set([...into, ...of])].sort());
      expect(both.filter((id) => into.includes(id))).toEqual(into);
    }
  });
});

describe("a narrow table", () => {
  const placed = (kept = NOTHING) => arrange(OFFERED, kept);

  it("leaves out what is worth least, and no more than it must", () => {
    expect([...leaving(placed(), 400)]).toEqual([]);
    expect([...leaving(placed(), 399)]).toEqual(["node"]);
    expect([...leaving(placed(), 250)]).toEqual(["node", "namespace"]);
    expect([...leaving(placed(), 10)]).toEqual(["node", "namespace", "status"]);
  });

  it("keeps what is pinned, sorted by, or asked for by name", () => {
    expect([...leaving(placed(), 250, new Set(["node"]))]).toEqual(["namespace", "status"]);
    expect([...leaving(placed(showing(NOTHING, "node", true)), 250)]).toEqual(["namespace", "status"]);
    const pinned = pinning(OFFERED, NOTHING, "node", true, {});
    expect([...leaving(placed(pinned), 250)]).toEqual(["namespace", "status"]);
  });

  it("counts the width that a person gave", () => {
    expect([...leaving(placed(resized(NOTHING, { name: 300 })), 400)]).toEqual(["node", "namespace"]);
  });
});
