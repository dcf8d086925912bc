import { describe, expect, it } from "vitest";
import type { AccessGrant, AccessRole } from "../../src/api/generated/wire.ts";
import { chainsOf, requestOf, ruleWords } from "../../src/state/access.ts";

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

describe("chains", () => {
  const grant: AccessGrant = {
    ...{ cluster: "a", subject: { kind: "User", name: "jane", namespace: "" }, lost: false },
    ...{
      binding_kind: "RoleBinding",
      binding: "readers",
      namespace: "shop",
      role_kind: "Role",
      role: "read",
    },
  };
  const role: AccessRole = {
    ...{ cluster: "a", kind: "Role", namespace: "shop", name: "read", rules: [], standing: "there" },
  };

  it("lead to the role of their own cluster, kind and namespace", () => {
    const others: AccessRole[] = [
      { ...role, cluster: "b" },
      { ...role, namespace: "pay" },
      { ...role, kind: "ClusterRole", namespace: "" },
    ];
    const found = (one: AccessGrant) => chainsOf([one], [...others, role])[0]?.role;
    expect(found(grant)).toBe(role);
    expect(found({ ...grant, role_kind: "ClusterRole" })).toBe(others[2]);
    expect(found({ ...grant, role: "gone" })).toBeUndefined();
  });

  it("are told apart by cluster, subject, binding and its namespace", () => {
    const ids = chainsOf(
      [
        grant,
        { ...grant, cluster: "b" },
        { ...grant, namespace: "pay" },
        { ...grant, binding: "others" },
        { ...grant, subject: { ...grant.subject, kind: "Group" } },
      ],
      [],
    ).map((chain) => chain.id);
    expect(new Set(ids).size).toBe(5);
  });
});
