/** A small console that speaks the wire: contexts that open by phases, fail or hang; windows; records. */

import type {
  Action,
  ChangeRecord,
  ClusterRecord,
  ClusterView,
  ContextList,
  Facts,
  Failure,
  Phase,
  PhaseName,
  SavedQuery,
  ServerMessage,
  Tabs,
  WindowPage,
  WindowRow,
  WindowSpec,
} from "../../src/api/generated/wire.ts";
import { tabsOf } from "../../src/state/tabs.ts";
import { markOf } from "./attention.ts";
import { MockDetails } from "./details.ts";
import { MockDomains } from "./domains.ts";
import { type MockCluster, mockFleet } from "./fleet.ts";
import { objectOf } from "./objects.ts";
import { pageOf, rowsOf } from "./pages.ts";
import { failureOf, type Live, NO_FACTS, recordOf, spans } from "./records.ts";

const NAMES: PhaseName[] = ["resolve", "connect", "authenticate", "discover", "list"];
const DEADLINES = [5, 30, 15, 15, 30];
const nowS = () => Date.now() / 1000;

export class MockConsole {
  readonly live = new Map<string, Live>();
  readonly records: ChangeRecord[] = [];
  tabs: Tabs = { order: [], active: null, version: 1, merged: [] };
  generation = 40;
  readonly details = new MockDetails();
  readonly domains = new MockDomains();
  readonly queries = {
    saved: new Map<string, SavedQuery>(),
    asked: [] as string[],
    /** Those who wait for a change. */
    waiting: [] as ((changed: boolean) => void)[],
  };
  seq = 0;
  readonly listeners = new Set<(message: ServerMessage) => void>();
  readonly demo: boolean;
  readonly firstRun: boolean;
  /** Keys of what a crash keeps from being opened by itself. */
  readonly heldBack: string[];

  constructor({ empty = false, extra = 0, demo = false, firstRun = false, heldBack = [] as string[] } = {}) {
    this.demo = demo;
    this.firstRun = firstRun;
    this.heldBack = mockFleet(extra).flatMap((one) => (heldBack.includes(one.name) ? one.key : []));
    for (const cluster of empty ? [] : mockFleet(extra)) {
      const live: Live = {
        ...{ cluster, state: { type: "closed" }, selected: false, generation: 0, epoch: 0, facts: NO_FACTS },
        ...{ listed: 0, timers: [], consent: cluster.consent ?? false, kindsVersion: 0 },
      };
      this.live.set(cluster.key, live);
      if (firstRun) continue;
      if (cluster.start === "open" || cluster.start === "stale") {
        Object.assign(live, {
          selected: true,
          epoch: 1,
          listed: cluster.pods,
          facts: this.factsOf(cluster, cluster.pods),
        });
        live.state = { type: "ready", since: nowS() - 900, phases: [] };
        this.tabs.order.push(cluster.key);
      }
      if (cluster.start === "stale") {
        const failure = failureOf(
          "connect",
          "lost",
          "The server stopped answering.",
          "It is tried again.",
          "connect",
        );
        live.state = {
          type: "degraded",
          since: nowS() - 3_000,
          stale_since: nowS() - 7_200,
          failure,
          retry_at: nowS() + 40,
          phases: [],
        };
      }
      if (cluster.start === "seen")
        live.facts = { ...this.factsOf(cluster, cluster.pods), as_of: nowS() - 400_000 };
    }
  }

  contexts(): ContextList {
    const sources = new Map<string, number>();
    for (const { cluster } of this.live.values())
      sources.set(cluster.source, (sources.get(cluster.source) ?? 0) + 1);
    return {
      contexts: [...this.live.values()].map((live) => this.view(live)),
      sources: [...sources].map(([path, contexts]) => ({ path, contexts, failure: null })),
      current:
        [...this.live.values()].find((live) => live.cluster.name === "kind-local")?.cluster.key ?? null,
      demo: this.demo,
      first_run: this.firstRun,
      held_back: this.heldBack,
    };
  }

  snapshot(): ServerMessage {
    return {
      type: "snapshot",
      ...{ seq: this.seq, generation: this.generation, contexts: this.contexts(), tabs: this.tabs },
      ...{ changes: this.records, reason: "hello" },
    };
  }

  change(open: readonly string[], close: readonly string[], clientWaitMs: number, coalesced: number) {
    this.generation += 1;
    const plan: { key: string; action: Action }[] = [];
    const parts: ClusterRecord[] = [];
    for (const key of [...open, ...close]) {
      const live = this.live.get(key);
      if (live === undefined) continue;
      const wants = open.includes(key);
      const action: Action =
        live.selected === wants
          ? live.state.type === "connecting"
            ? "carry"
            : "keep"
          : wants
            ? "open"
            : "close";
      plan.push({ key, action });
      parts.push(recordOf(live, action));
      live.generation = this.generation;
    }
    const record: ChangeRecord = {
      ...{
        generation: this.generation,
        kind: "change",
        enqueued_at: nowS(),
        plan_ms: 0.4,
        clusters: parts,
        commits: [],
      },
      ...{ client_wait_ms: clientWaitMs, coalesced, queue_depth: 0, settled_ms: null, reason: "" },
    };
    this.records.push(record);
    for (const { key, action } of plan) {
      const live = this.live.get(key);
      if (live === undefined) continue;
      if (action === "open") this.open(live, record);
      if (action === "close") this.close(live, record);
    }
    this.tell(plan.map((one) => one.key));
    this.tellChange(record);
    return { generation: this.generation, selected: this.selected(), plan, settled: null, record: null };
  }

  retry(key: string) {
    const live = this.live.get(key);
    if (live) live.selected = false;
    return this.change([key], [], 0, 0);
  }

  selected(): string[] {
    return [...this.live.values()].filter((live) => live.selected).map((live) => live.cluster.key);
  }

  putTabs(order: string[], active: string | null, wished: string[][] | null): Tabs {
    const tabs = tabsOf({ order, merged: wished ?? this.tabs.merged }, this.selected());
    const merged = tabs.filter((tab) => tab.length > 1).map((tab) => [...tab]);
    this.tabs = { order: tabs.flat(), active, merged, version: this.tabs.version + 1 };
    this.emit({ type: "tabs", seq: ++this.seq, tabs: this.tabs });
    return this.tabs;
  }

  page(spec: WindowSpec): WindowPage {
    return pageOf(this.live, spec);
  }

  /** One page over HTTP. */
  rows(resource: string, url: string): WindowPage {
    return rowsOf(this.live, resource, url);
  }

  /** A new pod at the top of a window, as a watch would bring it. */
  newcomer(key: string, index: number): WindowRow | null {
    const live = this.live.get(key);
    return live ? objectOf(live.cluster, "core/v1/pods", 1_000_000 + index) : null;
  }

  /** Kinds of this cluster came, went or changed their state. */
  kindsChanged(name: string): void {
    for (const live of this.live.values()) {
      if (live.cluster.name !== name) continue;
      live.kindsVersion += 1;
      this.tell([live.cluster.key]);
    }
  }

  stop(): void {
    for (const live of this.live.values()) for (const timer of live.timers) clearTimeout(timer);
  }

  view(live: Live): ClusterView {
    const { cluster } = live;
    const open = live.listed > 0;
    const total = {
      "core/v1/pods": live.listed,
      "core/v1/nodes": cluster.nodes,
      "core/v1/namespaces": 5,
      "core/v1/events": 60,
    };
    const kinds = Object.entries(total).map(([resource, count]) => ({
      ...{ resource, total: count, problems: resource === "core/v1/pods" ? cluster.failing : 0 },
      status: cluster.fate === "forbidden" && resource === "core/v1/events" ? "forbidden" : "ready",
    }));
    return {
      key: cluster.key,
      ...{ id: `config:${cluster.name}`, name: cluster.name, source: cluster.source, state: live.state },
      ...{ selected: live.selected, generation: live.generation, epoch: live.epoch, server: cluster.server },
      ...{ user: `${cluster.name}-admin`, namespace: "", group: cluster.group, slot: cluster.slot },
      ...{
        current: cluster.name === "kind-local",
        demo: this.demo,
        consent_needed: live.consent,
        facts: live.facts,
      },
      ...{ kinds: open ? kinds : [], same_server_as: this.twins(live), kinds_version: live.kindsVersion },
      ...{
        attention: markOf(live),
        overview_version: markOf(live).version,
        domains: this.domains.versions(),
      },
    };
  }

  private twins({ cluster, listed }: Live): string[] {
    const others = [...this.live.values()].filter((other) => other.cluster !== cluster && other.listed > 0);
    return others
      .filter((other) => listed > 0 && other.cluster.server === cluster.server)
      .map((other) => other.cluster.key);
  }

  private open(live: Live, record: ChangeRecord): void {
    live.selected = true;
    live.listed = 0;
    const phases: Phase[] = NAMES.map((name, i) => ({
      ...{
        name,
        status: "pending",
        started_at: null,
        duration_ms: null,
        deadline_s: DEADLINES[i] ?? 15,
        detail: "",
      },
      waiting_for_person: false,
    }));
    live.state = { type: "connecting", since: nowS(), deadline_s: 60, phases, committed: false, attempt: 1 };
    this.phase(live, record, phases, 0);
  }

  private phase(live: Live, record: ChangeRecord, phases: Phase[], index: number): void {
    const { cluster } = live;
    if (index === NAMES.length) {
      live.state = { type: "ready", since: nowS(), phases: [...phases] };
      live.listed = cluster.pods;
      live.facts = this.factsOf(cluster, cluster.pods);
      this.settle(live, record, phases, "committed");
      return;
    }
    const pace = cluster.pace[index] ?? 10;
    const detail =
      index === 1 && cluster.fate === "hang"
        ? `No answer from ${cluster.server.replace("https://", "")}`
        : "";
    phases[index] = { ...phases[index], status: "active", started_at: nowS(), detail } as Phase;
    this.move(live, record, phases);
    if (index === 1 && cluster.fate === "hang") return;
    const fails = { auth: 2, dns: 0, tls: 1, config: 0 }[cluster.fate as string];
    if (index === NAMES.length - 1) this.listing(live, record, phases, pace);
    const end = setTimeout(() => {
      const failed = fails === index;
      phases[index] = { ...phases[index], status: failed ? "failed" : "done", duration_ms: pace } as Phase;
      if (failed) {
        this.fail(live, record, phases);
        return;
      }
      if (index === 2) {
        live.epoch += 1;
        this.patch(record, live, { committed_ms: (nowS() - record.enqueued_at) * 1000 });
      }
      this.phase(live, record, phases, index + 1);
    }, pace);
    live.timers.push(end);
  }

  private listing(live: Live, record: ChangeRecord, phases: Phase[], pace: number): void {
    const steps = Math.max(1, Math.floor(pace / 200));
    for (let step = 1; step < steps; step++) {
      const timer = setTimeout(
        () => {
          live.listed = Math.floor((live.cluster.pods * step) / steps);
          live.facts = this.factsOf(live.cluster, live.listed);
          phases[4] = {
            ...phases[4],
            detail: `Listing, ${live.listed.toLocaleString("en")} objects so far`,
          } as Phase;
          this.move(live, record, phases, true);
        },
        (pace * step) / steps,
      );
      live.timers.push(timer);
    }
  }

  private fail(live: Live, record: ChangeRecord, phases: Phase[]): void {
    const { fate, server } = live.cluster;
    const failures: Record<string, Failure> = {
      auth: failureOf(
        "auth",
        "expired",
        "The SSO session has expired.",
        "Log in, then retry.",
        "authenticate",
        "aws sso login --profile acme-apac",
      ),
      dns: failureOf(
        "dns",
        "not_found",
        `${server} was not found.`,
        "Check the name, or your VPN.",
        "resolve",
      ),
      tls: failureOf(
        "tls",
        "unknown_ca",
        "Its certificate is signed by an authority that the kubeconfig does not name.",
        "Issuer: edge-ca.acme.dev. Update certificate-authority-data.",
        "connect",
      ),
      config: failureOf(
        "config",
        "no_user",
        "It names a user that no file has.",
        "Fix the context's user.",
        "resolve",
      ),
    };
    const failure = failures[fate] ?? failureOf("internal", "mistake", "It failed.", "", "connect");
    live.state =
      fate === "auth"
        ? {
            type: "auth_required",
            since: nowS(),
            failure,
            retry_at: null,
            stale_since: null,
            phases: [...phases],
          }
        : { type: "failed", since: nowS(), failure, retry_at: null, phases: [...phases] };
    this.settle(live, record, phases, "failed", failure);
  }

  private close(live: Live, record: ChangeRecord): void {
    for (const timer of live.timers.splice(0)) clearTimeout(timer);
    for (const other of this.records) {
      const part = other.clusters.find((one) => one.key === live.cluster.key && one.outcome === "pending");
      if (part && other !== record) {
        const settled = (nowS() - other.enqueued_at) * 1000;
        const phases = part.phases.map((span) =>
          span.end_ms === null
            ? { ...span, end_ms: settled, phase: { ...span.phase, status: "cancelled" as const } }
            : span,
        );
        this.patch(other, live, {
          outcome: "superseded",
          by: record.generation,
          settled_ms: settled,
          phases,
        });
      }
    }
    live.selected = false;
    live.facts = live.facts.version ? { ...live.facts, as_of: nowS() } : live.facts;
    live.state = { type: "closed" };
    live.listed = 0;
    this.patch(record, live, { committed_ms: 0.3 });
    live.timers.push(
      setTimeout(() => this.patch(record, live, { settled_ms: 31, outcome: "closed" }, true), 31),
    );
  }

  private move(live: Live, record: ChangeRecord, phases: Phase[], committed = false): void {
    if (live.state.type !== "connecting") return;
    live.state = { ...live.state, phases: [...phases], committed: committed || live.state.committed };
    this.patch(record, live, { phases: spans(record, phases) });
    this.tell([live.cluster.key]);
  }

  private settle(
    live: Live,
    record: ChangeRecord,
    phases: Phase[],
    outcome: "committed" | "failed",
    failure: Failure | null = null,
  ): void {
    const settled = (nowS() - record.enqueued_at) * 1000;
    this.patch(record, live, {
      outcome,
      settled_ms: settled,
      phases: spans(record, phases),
      failure,
      objects: live.listed,
    });
    this.tell([live.cluster.key]);
  }

  private patch(record: ChangeRecord, live: Live, change: Partial<ClusterRecord>, done = false): void {
    record.clusters = record.clusters.map((part) =>
      part.key === live.cluster.key ? { ...part, ...change } : part,
    );
    if (change.committed_ms !== undefined && change.committed_ms !== null)
      record.commits = [...record.commits, change.committed_ms];
    if (record.clusters.every((part) => part.settled_ms !== null))
      record.settled_ms = (nowS() - record.enqueued_at) * 1000;
    if (done || change.outcome || change.phases) this.tellChange(record);
  }

  private factsOf(cluster: MockCluster, listed: number): Facts {
    const failing = Math.min(cluster.failing, listed);
    return {
      ...{ version: cluster.version, platform: "linux/amd64", uid: cluster.key, nodes_total: cluster.nodes },
      ...{
        nodes_ready: cluster.failing > 2 ? cluster.nodes - 1 : cluster.nodes,
        pods_total: listed,
        latency_ms: 18 + cluster.nodes / 4,
      },
      ...{ pods_failing: failing, pods_pending: 0, pods_running: listed - failing, as_of: null },
    };
  }

  /** Something happened in every open cluster: its views say that another answer may be had. */
  happen(reason: string): void {
    this.domains.happen(reason);
    this.tell([...this.live.keys()]);
  }

  tell(keys: readonly string[]): void {
    const upserted = keys.flatMap((key) => {
      const live = this.live.get(key);
      return live ? [this.view(live)] : [];
    });
    this.emit({
      type: "clusters",
      seq: ++this.seq,
      generation: this.generation,
      upserted,
      removed: [],
      sources: null,
    });
  }

  private tellChange(record: ChangeRecord): void {
    this.emit({ type: "change", seq: ++this.seq, record: structuredClone(record) });
  }

  /** The questions that are kept changed. */
  tellSaved(): void {
    this.emit({ type: "saved", seq: ++this.seq });
  }

  private emit(message: ServerMessage): void {
    for (const listener of this.listeners) listener(message);
  }
}
