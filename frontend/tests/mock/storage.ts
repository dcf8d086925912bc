/** Made-up storage of the open mock clusters. */

import type { StorageAnswer, StorageSection } from "../../src/api/generated/wire.ts";
import type { Lives } from "./domains.ts";
import { answeredBy, sectioned, type Told } from "./sections.ts";

const NAMES = ["unbound", "volumes", "classes", "unused", "bound"];
const CLAIM = ["core/v1/persistentvolumeclaims", "PersistentVolumeClaim"] as const;
const VOLUME = ["core/v1/persistentvolumes", "PersistentVolume"] as const;
const GI = 2 ** 30;
const TOLD: readonly Told[] = [
  [
    ...(["unbound", ...CLAIM, "reports", "nightly-scratch", "error", "Lost"] as const),
    ...(["Its volume pv-7f21 is gone, and what was on it.", 90_000] as const),
  ],
  [
    ...(["unbound", ...CLAIM, "ml-train", "dataset-cache", "progressing", "Pending"] as const),
    ...([
      "ebs.csi.aws.com was asked for a volume, and has made none yet. VolumeLimitExceeded",
      4_100,
    ] as const),
  ],
  [
    ...(["volumes", ...VOLUME, "", "pv-0b81", "error", "Failed"] as const),
    ...(["DeleteFailed: the disk is attached to ip-10-0-3-17", 12_000] as const),
  ],
  [
    ...(["volumes", ...VOLUME, "", "pv-9a02", "warn", "Released"] as const),
    ...(["Its claim is gone. It is kept with what is on it until somebody deletes it.", 700_000] as const),
  ],
  [
    ...([
      "classes",
      "storage.k8s.io/v1/storageclasses",
      "StorageClass",
      "",
      "none",
      "warn",
      "No default",
    ] as const),
    ...([
      "A claim that names no class gets none, and waits for somebody to make a volume that fits.",
      null,
    ] as const),
  ],
  [
    ...(["unused", ...CLAIM, "payments", "ledger-old", "unknown", "Unused"] as const),
    ...(["No pod that runs, or is to run, mounts it.", null] as const),
  ],
  [
    ...([
      "bound",
      ...CLAIM,
      "payments",
      "ledger-db-0",
      "ok",
      "Bound",
      "Its volume is pv-4c19.",
      null,
    ] as const),
  ],
  [
    ...([
      "bound",
      ...CLAIM,
      "payments",
      "ledger-old",
      "ok",
      "Bound",
      "Its volume is pv-77d0.",
      null,
    ] as const),
  ],
];

export function storage(lives: Lives, query: URLSearchParams): StorageAnswer {
  const { of, read, sections } = sectioned(lives, query, NAMES, TOLD, ([section, , , , name]) => ({
    storage_class: section === "classes" ? "" : "gp3",
    bound_to: section === "bound" ? `pv-${name}` : "",
    capacity: section === "classes" || section === "unbound" ? null : 20 * GI,
    requested: section === "unbound" ? 200 * GI : null,
  }));
  const troubled = sections[0]?.rows.length ?? 0;
  const many = read.length;
  const plain = {
    provisioners: ["ebs.csi.aws.com"],
    clusters: many,
    default_in: 0,
    pending: 0,
    left: 0,
    free: 0,
  };
  return {
    ...answeredBy(of, ["Persistent volumes"]),
    claims: { Bound: many * 38, Pending: troubled, Lost: troubled },
    claims_in: many,
    volumes: { Bound: many * 38, Available: many, Released: troubled, Failed: troubled },
    volumes_in: many,
    classes: [
      {
        ...{
          ...plain,
          name: "gp3",
          default_in: Math.max(0, many - 1),
          volumes: many * 36,
          claims: many * 35,
        },
        ...{
          capacity: many * 720 * GI,
          bound: many * 640 * GI,
          free: many * 20 * GI,
          left: troubled * 40 * GI,
        },
        ...{ requested: many * 660 * GI, pending: troubled },
      },
      {
        ...{ ...plain, name: "io2", volumes: many * 2, claims: many * 2, capacity: many * 400 * GI },
        ...{ bound: many * 400 * GI, requested: many * 400 * GI },
      },
      {
        ...{
          ...plain,
          name: "",
          provisioners: [],
          volumes: many,
          capacity: many * 10 * GI,
          free: many * 10 * GI,
        },
        ...{ bound: 0, claims: 0, requested: 0 },
      },
    ],
    sections: sections as StorageSection[],
    namespaces: ["ml-train", "payments", "reports"],
  };
}
