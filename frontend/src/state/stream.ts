/** The stream to the console: hello, resume by session and seq, back-off. What it receives goes to one listener. */

import { createStore, type StoreApi } from "zustand/vanilla";
import type { ClientMessage, ServerMessage } from "../api/generated/wire.ts";

export interface Socket {
  send(text: string): void;
  close(): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: string }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
}

/** `retryAt` and `since` are milliseconds since the epoch. `offlineSince` is null while connected. */
export type Connection =
  | { kind: "connecting"; attempt: number; offlineSince: number | null }
  | { kind: "connected"; since: number; latencyMs: number | null; serverVersion: string }
  | { kind: "retrying"; attempt: number; retryAt: number; offlineSince: number }
  | { kind: "unauthorized" };

export interface StreamOptions {
  connect: () => Socket;
  token: () => string | null;
  onMessage: (message: ServerMessage) => void;
  onUnauthorized: () => void;
  now?: () => number;
  random?: () => number;
}

/** Vitals come every second, so this long without a word means the connection is gone though nobody said so. */
const SILENCE_MS = 10_000;
const PING_MS = 5_000;
const WELCOME_MS = 10_000;
const BACKOFF_MS = [500, 1_000, 2_000, 3_000, 5_000];
/** How the server says that the token is not (or no longer) good. */
const REFUSED = new Set([1008, 3000, 4401, 4403]);

export class Stream {
  readonly status: StoreApi<Connection>;
  private readonly options: StreamOptions;
  private socket: Socket | null = null;
  private session: string | null = null;
  private seq = 0;
  private attempt = 0;
  private offlineSince: number | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private pings: ReturnType<typeof setInterval> | null = null;
  private lastHeard = 0;
  private pingN = 0;
  private pingAt = 0;

  constructor(options: StreamOptions) {
    this.options = options;
    this.status = createStore<Connection>(() => ({ kind: "connecting", attempt: 0, offlineSince: null }));
  }

  start(): void {
    if (this.socket === null) this.open();
  }

  stop(): void {
    this.clearTimers();
    const socket = this.socket;
    this.socket = null;
    if (socket) {
      detach(socket);
      socket.close();
    }
  }

  /** Does not wait for the back-off: the person asked, or the network came back. */
  retryNow(): void {
    if (this.status.getState().kind !== "retrying") return;
    this.clearTimers();
    this.open();
  }

  /** Dropped while not connected: whoever sends windows sends them again at the next welcome. */
  send(message: ClientMessage): void {
    if (this.status.getState().kind === "connected") this.socket?.send(JSON.stringify(message));
  }

  private now(): number {
    return (this.options.now ?? Date.now)();
  }

  private open(): void {
    const token = this.options.token();
    if (token === null) {
      this.status.setState({ kind: "unauthorized" }, true);
      return;
    }
    this.status.setState(
      { kind: "connecting", attempt: this.attempt, offlineSince: this.offlineSince },
      true,
    );
    const socket = this.options.connect();
    this.socket = socket;
    this.timer = setTimeout(() => this.lost(0), WELCOME_MS);
    socket.onopen = () => {
      const hello: ClientMessage = { type: "hello", token, session: this.session, seq: this.seq };
      socket.send(JSON.stringify(hello));
    };
    socket.onmessage = (event) => this.receive(JSON.parse(event.data) as ServerMessage);
    socket.onclose = (event) => this.lost(event.code);
  }

  private receive(message: ServerMessage): void {
    this.lastHeard = this.now();
    switch (message.type) {
      case "welcome":
        this.welcome(message.session, message.resumed, message.server_version);
        break;
      case "pong":
        if (message.n === this.pingN) this.measured(this.lastHeard - this.pingAt);
        return;
      case "snapshot":
        this.seq = message.seq;
        break;
      case "clusters":
      case "change":
      case "tabs":
      case "saved":
        if (message.seq <= this.seq) return;
        this.seq = message.seq;
        break;
      default:
        break;
    }
    this.options.onMessage(message);
  }

  private welcome(session: string, resumed: boolean, serverVersion: string): void {
    this.session = session;
    if (!resumed) this.seq = 0;
    this.attempt = 0;
    this.offlineSince = null;
    this.clearTimers();
    this.status.setState({ kind: "connected", since: this.now(), latencyMs: null, serverVersion }, true);
    this.pings = setInterval(() => this.ping(), PING_MS);
    this.ping();
  }

  private ping(): void {
    if (this.now() - this.lastHeard > SILENCE_MS) {
      this.lost(0);
      return;
    }
    this.pingN += 1;
    this.pingAt = this.now();
    this.send({ type: "ping", n: this.pingN });
  }

  private measured(latencyMs: number): void {
    const status = this.status.getState();
    if (status.kind === "connected") this.status.setState({ ...status, latencyMs }, true);
  }

  private lost(code: number): void {
    const socket = this.socket;
    this.socket = null;
    this.clearTimers();
    if (socket) {
      detach(socket);
      socket.close();
    }
    if (REFUSED.has(code)) {
      this.status.setState({ kind: "unauthorized" }, true);
      this.options.onUnauthorized();
      return;
    }
    this.offlineSince ??= this.now();
    const base = BACKOFF_MS[Math.min(this.attempt, BACKOFF_MS.length - 1)] ?? 5_000;
    const delay = base * (0.8 + 0.4 * (this.options.random ?? Math.random)());
    this.attempt += 1;
    const retryAt = this.now() + delay;
    this.status.setState(
      { kind: "retrying", attempt: this.attempt, retryAt, offlineSince: this.offlineSince },
      true,
    );
    this.timer = setTimeout(() => this.open(), delay);
  }

  private clearTimers(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    if (this.pings !== null) clearInterval(this.pings);
    this.timer = null;
    this.pings = null;
  }
}

function detach(socket: Socket): void {
  socket.onopen = null;
  socket.onmessage = null;
  socket.onclose = null;
}
