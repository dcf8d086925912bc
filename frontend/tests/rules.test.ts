import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";

const SRC = join(import.meta.dirname, "../src");
const files = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.(ts|tsx|css)$/.test(name) && !name.includes("generated"))
  .map((name) => ({ name: relative("", name), text: readFileSync(join(SRC, name), "utf8") }));

describe("the sources", () => {
  it("hold no file above 400 lines; sheets of styles may have 500", () => {
    const long = files.filter(
      ({ name, text }) => text.split("\n").length > (name.endsWith(".css") ? 500 : 400),
    );
    expect(long.map(({ name }) => name)).toEqual([]);
  });

  it("name colours in tokens.css alone", () => {
    const hex = files.filter(
      ({ name, text }) => name !== "ui/tokens.css" && /#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(/i.test(text),
    );
    expect(hex.map(({ name }) => name)).toEqual([]);
  });

  it("keep state free of React, and ui free of router, query and clusters", () => {
    const bad = files.filter(({ name, text }) => {
      if (name.startsWith("state/")) return /from "(react|react-dom|@mantine|@tanstack|zustand")/.test(text);
      if (name.startsWith("ui/"))
        return /from "(@tanstack|zustand|.*\/(state|api|features|app)\/)/.test(text);
      return false;
    });
    expect(bad.map(({ name }) => name)).toEqual([]);
  });

  it("build links in one place", () => {
    const bad = files.filter(({ name, text }) => name.startsWith("features/") && /\bto="\//.test(text));
    expect(bad.map(({ name }) => name)).toEqual([]);
  });
});
