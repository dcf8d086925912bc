/** Made-up contexts for looking at the page without a server. Test fixture only; never part of the page. */

export interface MockCluster {
  key: string;
  name: string;
  group: string;
  source: string;
  slot: number;
  server: string;
  version: string;
  nodes: number;
  pods: number;
  failing: number;
  /** What happens when it is opened. */
  fate: "ready" | "auth" | "hang" | "dns" | "tls" | "forbidden" | "config";
  /** Milliseconds of each phase. */
  pace: readonly [number, number, number, number, number];
  start: "open" | "closed" | "stale" | "seen";
  consent?: boolean;
}

const eks = (region: string) => `https://4F21.gr7.${region}.eks.amazonaws.com`;
const fast = [3, 24, 60, 80, 150] as const;
const slow = [6, 97, 388, 640, 1_900] as const;

type Row = [
  string,
  string,
  string,
  string,
  string,
  number,
  number,
  number,
  MockCluster["fate"],
  MockCluster["pace"],
  MockCluster["start"],
];

const ROWS: Row[] = [
  [
    "prod-eu-west-1",
    "prod",
    "~/.kube/config",
    eks("eu-west-1"),
    "v1.34.2-eks-1",
    48,
    1_912,
    0,
    "ready",
    fast,
    "open",
  ],
  [
    "prod-eu-central-1",
    "prod",
    "~/.kube/config",
    eks("eu-central-1"),
    "v1.34.2",
    44,
    1_740,
    7,
    "ready",
    fast,
    "open",
  ],
  [
    "prod-us-east-1",
    "prod",
    "~/.kube/config",
    eks("us-east-1"),
    "v1.34.2",
    52,
    2_110,
    0,
    "ready",
    slow,
    "closed",
  ],
  [
    "prod-sa-east-1",
    "prod",
    "~/.kube/config",
    eks("sa-east-1"),
    "v1.34.2",
    30,
    11_400,
    0,
    "ready",
    [4, 97, 388, 640, 9_000],
    "closed",
  ],
  [
    "prod-ap-southeast-2",
    "prod",
    "~/.kube/config",
    eks("ap-southeast-2"),
    "v1.34.2",
    20,
    900,
    0,
    "auth",
    fast,
    "closed",
  ],
  [
    "stg-eu-west-1",
    "staging",
    "~/.kube/acme.d/staging.yaml",
    eks("eu-west-1"),
    "v1.35.0",
    18,
    702,
    0,
    "ready",
    fast,
    "open",
  ],
  [
    "stg-us-east-1",
    "staging",
    "~/.kube/acme.d/staging.yaml",
    eks("us-east-1"),
    "v1.35.0",
    12,
    540,
    0,
    "ready",
    slow,
    "closed",
  ],
  [
    "stg-perf",
    "staging",
    "~/.kube/acme.d/staging.yaml",
    "https://10.61.0.4:6443",
    "v1.35.0",
    6,
    90,
    0,
    "hang",
    fast,
    "closed",
  ],
  [
    "stg-edge",
    "staging",
    "~/.kube/acme.d/staging.yaml",
    "https://edge.acme.dev:6443",
    "v1.33.6",
    3,
    41,
    0,
    "tls",
    fast,
    "seen",
  ],
  [
    "dev-shared",
    "dev",
    "~/.kube/config",
    "https://34.90.1.7",
    "v1.34.1",
    22,
    1_318,
    2,
    "ready",
    fast,
    "open",
  ],
  [
    "dev-ml-gpu",
    "dev",
    "~/.kube/config",
    "https://34.90.1.9",
    "v1.34.1",
    9,
    214,
    3,
    "forbidden",
    fast,
    "open",
  ],
  [
    "lab-rack-7",
    "dev",
    "~/lab.yaml",
    "https://lab-rack-7.internal:6443",
    "v1.32.9",
    12,
    388,
    1,
    "dns",
    fast,
    "stale",
  ],
  [
    "kind-local",
    "dev",
    "~/.kube/config",
    "https://127.0.0.1:40117",
    "v1.35.0",
    1,
    24,
    0,
    "ready",
    [1, 1, 4, 10, 20],
    "open",
  ],
  [
    "minikube-arne",
    "dev",
    "~/.kube/config",
    "https://192.168.49.2:8443",
    "",
    1,
    12,
    0,
    "ready",
    fast,
    "closed",
  ],
];

export function mockFleet(extra = 0): MockCluster[] {
  const all = ROWS.map(
    ([name, group, source, server, version, nodes, pods, failing, fate, pace, start], index) => ({
      key: `k${String(index + 1).padStart(3, "0")}`,
      ...{ name, group, source, server, version, nodes, pods, failing, fate, pace, start },
      slot: index < 12 ? index + 1 : 0,
      ...(name === "minikube-arne" ? { consent: true } : {}),
    }),
  );
  for (let i = 0; i < extra; i++) {
    all.push({
      key: `x${i}`,
      name: `sim-${String(i + 1).padStart(3, "0")}`,
      ...{
        group: "sim",
        source: "~/sim.yaml",
        server: `https://127.0.0.1:${20_000 + i}`,
        version: "v1.35.0",
      },
      ...{ nodes: 3, pods: 300, failing: 0, fate: "ready" as const, pace: fast, start: "closed" as const },
      slot: (i % 12) + 1,
    });
  }
  return all;
}
