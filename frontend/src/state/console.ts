/** All that the page knows, put together: one stream in, stores out. Free of React, so that it is tested without a page. */

import { createStore, type StoreApi } from "zustand/vanilla";
import type { ChangeRecord, ServerMessage, Vitals } from "../api/generated/wire.ts";
import type { Rest } from "../api/rest.ts";
import { Announcer } from "./announcer.ts";
import { Asking } from "./asking.ts";
import {
  applyClusters,
  applySnapshot,
  type ClustersState,
  createClusters,
  selectedKeys,
} from "./clusters.ts";
import { KeptColumns, type Shelf } from "./columns.ts";
import { Selection } from "./selection.ts";
import { type Connection, type Socket, Stream } from "./stream.ts";
import { TabStrip } from "./tabs.ts";
import { UsageLately } from "./usage.ts";
import { Windows } from "./windows.ts";

export interface ConsoleOptions {
  rest: Rest;
  connect: () => Socket;
  token: () => string | null;
  onUnauthorized: () => void;
  /** Where choices of this browser are kept. */
  shelf?: Shelf;
  now?: () => number;
}

/** Records kept in the page; the server's own ring is read for Diagnostics. */
const RECORDS = 100;

export class Console {
  readonly rest: Rest;
  readonly clusters: StoreApi<ClustersState>;
  readonly selection: Selection;
  readonly tabs: TabStrip;
  readonly windows: Windows;
  readonly columns: KeptColumns;
  readonly changes: StoreApi<{ records: readonly ChangeRecord[] }>;
  readonly vitals: StoreApi<{ vitals: Vitals | null }>;
  readonly announcer: Announcer;
  readonly asking: Asking;
  readonly usage: UsageLately;
  /** Grows when the questions that are kept changed, in whichever window. */
  readonly saved: StoreApi<{ version: number }>;
  private readonly stream: Stream;

  constructor(options: ConsoleOptions) {
    const { rest, connect, token, onUnauthorized, now = Date.now } = options;
    this.rest = rest;
    this.columns = new KeptColumns(options.shelf);
    this.clusters = createClusters();
    this.changes = createStore<{ records: readonly ChangeRecord[] }>(() => ({ records: [] }));
    this.vitals = createStore<{ vitals: Vitals | null }>(() => ({ vitals: null }));
    this.selection = new Selection({ rest, now });
    this.tabs = new TabStrip({ rest, settled: () => this.selection.settled() });
    this.announcer = new Announcer();
    this.asking = new Asking({ rest, now });
    this.saved = createStore(() => ({ version: 0 }));
    this.usage = new UsageLately({ fetch: (resource, rows) => rest.usage(resource, rows), now });
    this.stream = new Stream({
      connect,
      token,
      onUnauthorized,
      now,
      onMessage: (message) => this.receive(message),
    });
    this.windows = new Windows({ send: (message) => this.stream.send(message), now });
  }

  get connection(): StoreApi<Connection> {
    return this.stream.status;
  }

  start(): void {
    this.stream.start();
  }

  stop(): void {
    this.stream.stop();
    this.windows.stop();
    this.tabs.stop();
    this.announcer.stop();
    this.asking.stop();
    this.usage.stop();
  }

  retryNow(): void {
    this.stream.retryNow();
  }

  /** Opens clusters; the tabs follow in the same frame. A refusal is told in the cluster's row. */
  open(keys: readonly string[]): void {
    if (keys.length === 0) return;
    this.selection.open(keys).catch(ignore);
    this.tabs.follow(this.selected());
  }

  close(keys: readonly string[]): void {
    this.selection.close(keys).catch(ignore);
    this.tabs.follow(this.selected());
    for (const key of keys) this.windows.closeCluster(key);
  }

  retry(key: string): void {
    this.selection.retry(key).catch(ignore);
  }

  cancel(key: string): void {
    this.selection.cancel(key).catch(ignore);
    this.tabs.follow(this.selected());
  }

  selected(): string[] {
    return selectedKeys(this.clusters.getState(), this.selection.store.getState());
  }

  private receive(message: ServerMessage): void {
    switch (message.type) {
      case "welcome":
        this.selection.preset(message.coalescing);
        this.windows.reopen();
        break;
      case "snapshot":
        applySnapshot(this.clusters, message);
        this.tabs.apply(message.tabs);
        this.changes.setState({ records: message.changes.slice(-RECORDS) });
        this.reconcile();
        if (message.reason === "resync") this.windows.reopen();
        break;
      case "clusters": {
        const before = this.clusters.getState().views;
        applyClusters(this.clusters, message);
        this.reconcile();
        for (const view of message.upserted) {
          const old = before.get(view.key);
          this.announcer.changed(old, view);
          if (old?.selected && !view.selected) this.windows.closeCluster(view.key);
        }
        break;
      }
      case "change": {
        const others = this.changes
          .getState()
          .records.filter((r) => r.generation !== message.record.generation);
        const records = [...others, message.record].sort((a, b) => a.generation - b.generation);
        this.changes.setState({ records: records.slice(-RECORDS) });
        break;
      }
      case "tabs":
        this.tabs.apply(message.tabs);
        break;
      case "saved":
        this.saved.setState(({ version }) => ({ version: version + 1 }));
        break;
      case "vitals":
        this.vitals.setState({ vitals: message });
        break;
      default:
        this.windows.receive(message);
    }
  }

  private reconcile(): void {
    const { views, generation } = this.clusters.getState();
    this.selection.reconcile(views, generation);
  }
}

/** The refusal is already in the cluster's notice. */
function ignore(): void {}
