/** A made-up network of the open mock clusters. */

import type { NetworkAnswer, NetworkSection } from "../../src/api/generated/wire.ts";
import type { Lives } from "./domains.ts";
import { answeredBy, sectioned, type Told } from "./sections.ts";

const NAMES = ["services", "balancers", "backends", "hosts", "policies", "namespaces"];
const SERVICE = ["core/v1/services", "Service"] as const;
const INGRESS = ["networking.k8s.io/v1/ingresses", "Ingress"] as const;
const TOLD: readonly Told[] = [
  [
    ...(["services", ...SERVICE, "payments", "ledger-api", "error", "Not ready"] as const),
    ...(["Not one of its 12 endpoints is ready.", null] as const),
  ],
  [
    ...(["services", ...SERVICE, "reports", "nightly-db", "warn", "No endpoints"] as const),
    ...(["No pod with an address fits app=nightly-db,tier=data.", null] as const),
  ],
  [
    ...(["services", ...SERVICE, "payments", "checkout", "warn", "Partly ready"] as const),
    ...(["1 of its 6 endpoints are ready.", null] as const),
  ],
  [
    ...(["balancers", ...SERVICE, "edge", "public-tcp", "warn", "Pending"] as const),
    ...([
      "No load balancer has given it an address yet: the cluster may have none, or could not make one.",
      5_200,
    ] as const),
  ],
  [
    ...(["backends", ...INGRESS, "payments", "shop", "error", "Service missing"] as const),
    ...(["shop.acme.dev/cart and 1 more lead to the service cart, which is not there.", null] as const),
  ],
  [
    ...(["hosts", ...INGRESS, "payments", "shop.acme.dev", "warn", "Same path"] as const),
    ...(["payments/shop and legacy/shop claim /: only one of them is served.", null] as const),
  ],
  [
    ...([
      "policies",
      "networking.k8s.io/v1/networkpolicies",
      "NetworkPolicy",
      "search",
      "only-index",
    ] as const),
    ...(["warn", "Selects nothing", "No pod of search fits app=idx.", 900_000] as const),
  ],
  [
    ...(["namespaces", "core/v1/namespaces", "Namespace", "", "ml-train", "unknown", "No policy"] as const),
    ...(["Its pods may reach, and be reached by, whatever can route to them.", null] as const),
  ],
];
const ENDPOINTS: Record<string, [number, number]> = { "ledger-api": [0, 12], checkout: [1, 6] };

export function network(lives: Lives, query: URLSearchParams): NetworkAnswer {
  const { of, read, sections } = sectioned(lives, query, NAMES, TOLD, ([section, , , , name]) => {
    const [ready, endpoints] = ENDPOINTS[name] ?? [null, null];
    const claims = ["payments", "legacy"].map((namespace) => ({
      namespace,
      name: "shop",
      uid: `uid-${namespace}`,
    }));
    return { ready, endpoints, objects: section === "hosts" ? claims : [] };
  });
  const lacking = (status: string) => sections[0]?.rows.filter((row) => row.status === status).length ?? 0;
  const total = read.reduce((sum, { cluster }) => sum + Math.ceil(cluster.pods / 12), 0);
  const wrong = {
    partly: lacking("Partly ready"),
    not_ready: lacking("Not ready"),
    none: lacking("No endpoints"),
  };
  return {
    ...answeredBy(of, ["Ingresses"]),
    services: {
      ...{ clusters: read.length, total, external: read.length, pending: sections[1]?.total ?? 0, ...wrong },
      ready: total - read.length - wrong.partly - wrong.not_ready - wrong.none,
    },
    sections: sections as NetworkSection[],
    namespaces: ["edge", "payments", "reports", "search"],
  };
}
