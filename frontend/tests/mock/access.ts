/** Made-up roles and bindings, the same in every open mock cluster. */

import type {
  AccessGrant,
  AccessPart,
  AccessRole,
  AccessSubject,
  AccessSubjects,
  RequestAccess,
  SubjectAccess,
} from "../../src/api/generated/wire.ts";
import { chosen, type Lives, partOf, shows } from "./domains.ts";

const UNKNOWN = ["Only roles and bindings are looked at: other authorizers of this cluster may allow more."];
const KINDS = ["Cluster role bindings", "Role bindings", "Cluster roles", "Roles", "Service accounts"];

type Told = Omit<AccessGrant, "cluster">;

const READER: Told = {
  subject: { kind: "Group", name: "developers", namespace: "" },
  ...{ binding_kind: "RoleBinding", binding: "developers-view", namespace: "payments" },
  ...{ role_kind: "ClusterRole", role: "view", lost: false },
};
const BOT: Told = {
  subject: { kind: "ServiceAccount", name: "deployer", namespace: "ci" },
  ...{ binding_kind: "ClusterRoleBinding", binding: "deployer", namespace: "" },
  ...{ role_kind: "ClusterRole", role: "deploy-all", lost: true },
};
const LOST: Told = { ...BOT, binding: "old-tool", role: "old-tool" };
const ROLES: readonly Omit<AccessRole, "cluster">[] = [
  {
    ...{ kind: "ClusterRole", namespace: "", name: "view", standing: "there" },
    rules: ["pods", "services", "configmaps", "deployments", "jobs"].map((resource, index) => ({
      ...{ verbs: ["get", "list", "watch"], groups: [index > 2 ? "apps" : ""], resources: [resource] },
      ...{ names: [], urls: [] },
    })),
  },
  {
    ...{ kind: "ClusterRole", namespace: "", name: "deploy-all", standing: "there" },
    rules: [{ verbs: ["*"], groups: ["*"], resources: ["*"], names: [], urls: [] }],
  },
  { kind: "ClusterRole", namespace: "", name: "old-tool", standing: "missing", rules: [] },
];
const SUBJECTS: AccessSubject[] = [
  { kind: "Group", name: "ops", namespace: "" },
  { kind: "User", name: "jane@example.com", namespace: "" },
];

export class MockAccess {
  version = 1;
  private readonly bound: Told[] = [];

  /** One more role binding of the developers, to the role `view`, in every cluster. */
  bind(name: string, namespace = "payments"): void {
    this.bound.push({ ...READER, binding: name, namespace });
    this.version += 1;
  }

  unbind(name: string): void {
    const at = this.bound.findIndex((one) => one.binding === name);
    if (at >= 0) this.bound.splice(at, 1);
    this.version += 1;
  }

  /** Undefined: it is no address of this view. */
  answer(lives: Lives, path: string, query: URLSearchParams): unknown {
    if (path === "/access/subject") return this.subject(lives, query);
    if (path === "/access/who") return this.request(lives, query);
    if (path === "/access/subjects") return this.subjects(lives, query);
    return undefined;
  }

  private subject(lives: Lives, query: URLSearchParams): SubjectAccess {
    const kind = query.get("kind") as "User" | "Group" | "ServiceAccount";
    const subject = { kind, name: query.get("name") ?? "", namespace: query.get("namespace") ?? "" };
    const developers = [READER, ...this.bound];
    const grants = subject.name === "nobody" ? [] : kind === "ServiceAccount" ? [BOT, LOST] : developers;
    const groups = kind === "Group" ? [subject.name] : ["system:authenticated", ...query.getAll("group")];
    return { ...this.shared(lives, query, grants), subject, groups };
  }

  private request(lives: Lives, query: URLSearchParams): RequestAccess {
    const of = (name: string) => query.get(name) ?? "";
    const request = {
      ...{ verb: of("verb"), group: of("group"), resource: of("resource"), subresource: of("subresource") },
      ...{ name: of("name"), namespace: of("namespace"), url: of("url") },
    };
    return { ...this.shared(lives, query, of("url") ? [] : [BOT, READER, ...this.bound]), request };
  }

  private subjects(lives: Lives, query: URLSearchParams): AccessSubjects {
    const { version, parts } = this.shared(lives, query, []);
    const subjects = SUBJECTS.filter(
      (one) => one.kind === query.get("kind") && one.name.includes(query.get("q") ?? ""),
    );
    return { version, subjects, namespaces: ["ci"], parts };
  }

  private shared(lives: Lives, query: URLSearchParams, told: readonly Told[]) {
    // One that never came up is asked nothing.
    const asked = chosen(lives, query).filter(shows);
    const limit = Number(query.get("limit"));
    const parts = asked.map((live, at): AccessPart => {
      // In the first of them nobody may look who may read secrets.
      const locked = query.get("resource") === "secrets" && at === 0;
      const part = partOf(live, KINDS, KINDS.length, locked || undefined);
      return { ...part, total: part.status === "ready" ? told.length : 0 };
    });
    const read = parts.filter((part) => part.status === "ready").map((part) => part.key);
    return {
      version: `${this.version}`,
      grants: read.flatMap((cluster) => told.slice(0, limit).map((one) => ({ ...one, cluster }))),
      roles: read.flatMap((cluster) => ROLES.map((one) => ({ ...one, cluster }))),
      ...{ unknown: UNKNOWN, whole: parts.every((part) => part.status === "ready"), parts },
    };
  }
}
