import { describe, expect, it } from "vitest";
import type { WindowRow } from "../../src/api/generated/wire.ts";
import { Picked, questionOf } from "../../src/state/picked.ts";

const row = (id: string): WindowRow => ({ id, cluster: "k", values: [id], other: false });
const question = (filter = "", namespaces: string[] = []) =>
  questionOf({ clusters: ["k"], resource: "core/v1/pods", filter, namespaces });

describe("picked rows", () => {
  it("are ticked one by one and in ranges, and tell it", () => {
    const picked = new Picked();
    let told = 0;
    picked.subscribe(() => {
      told += 1;
    });
    picked.toggle(row("a"));
    picked.add([row("b"), row("c")]);
    picked.toggle(row("b"));
    expect([..."abc"].map((id) => picked.has(id))).toEqual([true, false, true]);
    expect([picked.count(50), told]).toEqual([2, 3]);
    picked.clear();
    expect(picked.count(50)).toBe(0);
  });

  it("are all that match but those taken out, also such as come later", () => {
    const picked = new Picked();
    picked.all(question("web"));
    picked.toggle(row("a"));
    expect([picked.has("a"), picked.has("later"), picked.count(50)]).toEqual([false, true, 49]);
    picked.toggle(row("a"));
    expect(picked.count(50)).toBe(50);
  });

  it("stay when the question changes if they were picked by themselves; all that match end with theirs", () => {
    const picked = new Picked();
    picked.toggle(row("a"));
    picked.asked(question("other"));
    expect(picked.has("a")).toBe(true);
    picked.all(question("web"));
    picked.asked(question("web"));
    expect(picked.has("x")).toBe(true);
    picked.asked(question("web", ["shop"]));
    expect([picked.has("x"), picked.count(50)]).toEqual([false, 0]);
  });
});
