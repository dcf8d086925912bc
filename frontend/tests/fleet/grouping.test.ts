import { describe, expect, it } from "vitest";
import {
  accountOf,
  defaultGroupBy,
  groupContexts,
  prefixes,
  regionOf,
} from "../../src/features/fleet/grouping.ts";
import { view } from "../state/samples.ts";

const ARN = "arn:aws:eks:eu-west-1:123456789012:cluster/prod-eu";
const named = (...names: string[]) => names.map((name) => view(name));
const titled = (...args: Parameters<typeof groupContexts>) =>
  groupContexts(...args).map((group) => [group.title, group.keys.length]);

describe("contexts are grouped", () => {
  it("by the word that tells them apart, not by one that all begin with", () => {
    expect(prefixes(["prod-eu", "prod-us", "stg.eu", ARN])).toEqual(["prod", "prod", "stg", "prod"]);
    expect(prefixes(["acme-prod-eu", "acme-prod-us", "acme-stg-eu"])).toEqual(["prod", "prod", "stg"]);
    expect(prefixes(["kubernetes-admin@one", "kubernetes-admin@two", "kubernetes-admin@six"])).toEqual([
      ...["one", "two", "six"],
    ]);
    expect(prefixes(["a-1", "a-2"])).toEqual(["a", "a"]);
    expect(prefixes(["gke_shop_europe-west4-a_prod-1", "prod-2"])).toEqual(["prod", "prod"]);
    expect(prefixes(["---"])).toEqual(["---"]);
  });

  it("leaving those that share nothing together at the end", () => {
    expect(titled(named("prod-1", "minikube", "prod-2", "stg-1"), "prefix")).toEqual([
      ["prod", 2],
      ["Others", 2],
    ]);
    expect(titled(named("one", "two"), "prefix")).toEqual([["Contexts", 2]]);
  });

  it("by account and region, as the clouds' own tools name contexts", () => {
    const [aws, gke, own] = named(ARN, "gke_shop_europe-west4-a_prod", "kind-local");
    expect([aws, gke, own].map((one) => one && accountOf(one))).toEqual(["AWS 123456789012", "GCP shop", ""]);
    expect([aws, gke, own].map((one) => one && regionOf(one))).toEqual(["eu-west-1", "europe-west4", ""]);
    const renamed = view("prod", { server: "https://4F21.gr7.us-east-2.eks.amazonaws.com" });
    const azure = view("aks", { server: "https://shop-dns-1.hcp.westeurope.azmk8s.io:443" });
    expect([regionOf(renamed), regionOf(azure)]).toEqual(["us-east-2", "westeurope"]);
    expect(titled(named(ARN, "kind-local"), "account")).toEqual([
      ["AWS 123456789012", 1],
      ["Others", 1],
    ]);
  });

  it("by folders first, then by prefixes that are shared, then by files", () => {
    expect(defaultGroupBy([view("a", { group: "work" })], [])).toBe("folder");
    expect(defaultGroupBy(named("p-1", "p-2", "s-1", "s-2"), [])).toBe("prefix");
    const file = (path: string) => ({ path, contexts: 1, failure: null });
    expect(defaultGroupBy(named("one", "two"), [file("a"), file("b")])).toBe("source");
  });
});
