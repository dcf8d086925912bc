import { describe, expect, it } from "vitest";
import { asked, sortsOf, textOf, turned } from "../../src/state/sorts.ts";

const press = (text: string, column: string, add = false) => textOf(turned(sortsOf(text), column, add));

describe("the order of rows", () => {
  it("is written in the address and read from it", () => {
    expect(textOf(sortsOf("-restarts,name"))).toBe("-restarts,name");
    expect(asked(sortsOf("-restarts,name"))).toEqual(["-restarts", "name"]);
    expect(textOf(sortsOf(",name,-name,,-"))).toBe("name");
    expect(sortsOf(undefined)).toEqual([]);
    expect(sortsOf("a,b,c,d,e,f,g,h,i,j")).toHaveLength(8);
  });

  it("goes by one head alone: up, down, and as the kind has it", () => {
    expect(press("", "name")).toBe("name");
    expect(press("name", "name")).toBe("-name");
    expect(press("-name", "name")).toBe("");
    expect(press("-restarts,name", "name")).toBe("name");
    expect(press("-restarts", "name")).toBe("name");
  });

  it("goes by several when they are added, the first counting most", () => {
    expect(press("-restarts", "name", true)).toBe("-restarts,name");
    expect(press("-restarts,name", "name", true)).toBe("-restarts,-name");
    expect(press("-restarts,name", "restarts", true)).toBe("name");
    expect(press("", "name", true)).toBe("name");
  });
});
