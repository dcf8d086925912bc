import { describe, expect, it } from "vitest";
import { requestOf, ruleWords } from "../../src/state/access.ts";

describe("what a person writes of a request", () => {
  it.each([
    ["pods", { resource: "pods" }],
    ["pods/log", { resource: "pods", subresource: "log" }],
    ["deployments.apps/scale", { resource: "deployments", group: "apps", subresource: "scale" }],
    ["roles.rbac.authorization.k8s.io", { resource: "roles", group: "rbac.authorization.k8s.io" }],
    ["*", { resource: "*" }],
  ])("%s is a resource", (what, found) => {
    expect(requestOf("get", what, "shop", "web")).toMatchObject({
      namespace: "shop",
      name: "web",
      url: "",
      ...found,
    });
  });

  it("with a slash first is a URL, of no namespace", () => {
    expect(requestOf("get", "/healthz", "shop", "web")).toMatchObject({
      url: "/healthz",
      namespace: "",
      name: "",
    });
  });
});

describe("a rule in words", () => {
  const rule = { verbs: ["get"], groups: [""], resources: ["pods", "pods/log"], names: [], urls: [] };

  it("names what it is on", () => {
    expect(ruleWords(rule)).toBe("get on pods, pods/log");
    expect(ruleWords({ ...rule, groups: ["apps"], resources: ["deployments/scale"], names: ["web"] })).toBe(
      "get on deployments.apps/scale named web",
    );
    expect(ruleWords({ ...rule, verbs: ["*"], groups: ["*"], resources: ["*"] })).toBe("* on everything");
    expect(ruleWords({ ...rule, groups: [], resources: [], urls: ["/healthz"] })).toBe("get on /healthz");
  });
});
