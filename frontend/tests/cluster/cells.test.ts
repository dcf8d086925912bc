import { describe, expect, it } from "vitest";
import type { Column } from "../../src/api/generated/wire.ts";
import { imageWords } from "../../src/features/cluster/Cell.tsx";
import { hintOf } from "../../src/features/cluster/columns.ts";
import { ruleFor } from "../../src/features/cluster/states.tsx";

const columns = (...names: string[]): Column[] =>
  names.map((name) => ({
    name,
    type: "text",
    title: "",
    wide: false,
    detail: false,
    unit: "",
    indexed: false,
    sparse: "",
    walked: false,
  }));

describe("images in a cell", () => {
  it("are told by what differs, and keep their tag where no column has it", () => {
    expect(imageWords("registry.example.com:5000/pay/ledger:2.31.0,docker.io/envoy:1.31.2", false)).toBe(
      "ledger, envoy",
    );
    expect(imageWords("registry.example.com:5000/pay/ledger:2.31.0", true)).toBe("ledger:2.31.0");
    expect(imageWords("docker.io/envoy@sha256:abc", true)).toBe("envoy");
  });
});

describe("the filter's hint", () => {
  it("names what the kind has", () => {
    expect(hintOf(columns("name", "namespace", "ready", "status", "restarts", "node", "created"), true)).toBe(
      "Filter: words, status:CrashLoopBackOff, restarts:>5, node:ip-10-*, -name:test*",
    );
    expect(hintOf(columns("name", "namespace", "type", "data", "created"), true)).toBe(
      "Filter: words, age:<1h, ns:pay*, -name:test*",
    );
    expect(hintOf(columns("name", "status", "roles", "created"), false)).toBe(
      "Filter: words, status:NotReady, roles:control-plane, age:<1h, -name:test*",
    );
  });
});

describe("the rule that a role needs", () => {
  it("has the core group as none", () => {
    expect(ruleFor("core/v1/pods")).toBe(
      '- {apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"]}',
    );
    expect(ruleFor("apps/v1/deployments")).toContain('apiGroups: ["apps"]');
  });
});
