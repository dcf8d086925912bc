import { describe, expect, it } from "vitest";
import { match, rank } from "../../src/state/rank.ts";

const items = (...titles: string[]) => titles.map((title) => ({ id: title, title }));
const titles = (query: string, ...all: string[]) => rank(query, items(...all)).map((one) => one.item.title);

describe("ranking", () => {
  it("puts a start before a word's start before a middle before scattered letters", () => {
    expect(titles("eu", "neuron", "xexu", "stg-eu-west", "eu-west")).toEqual([
      "eu-west",
      "stg-eu-west",
      "neuron",
      "xexu",
    ]);
  });

  it("finds initials", () => {
    expect(titles("pew", "prod-eu-west-1", "payments-empty-row")).toContain("prod-eu-west-1");
  });

  it("takes several words in any order", () => {
    expect(titles("east us", "prod-us-east-1", "prod-us-west-1")).toEqual(["prod-us-east-1"]);
  });

  it("says which letters matched", () => {
    expect(match("us-e", "prod-us-east-1")?.ranges).toEqual([[5, 9]]);
  });

  it("brings what was used last to the front of equals", () => {
    const found = rank("", items("a", "b", "c"), ["c"]);
    expect(found.map((one) => one.item.title)).toEqual(["c", "a", "b"]);
  });

  it("finds nothing where letters do not occur", () => {
    expect(titles("zz", "prod", "dev")).toEqual([]);
  });
});
