import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ServerMessage } from "../../src/api/generated/wire.ts";
import { type Socket, Stream } from "../../src/state/stream.ts";

class FakeSocket implements Socket {
  sent: unknown[] = [];
  closed = false;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  send(text: string) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.closed = true;
  }
  tell(message: ServerMessage) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

let sockets: FakeSocket[];
let heard: ServerMessage[];
let unauthorized: number;
let stream: Stream;

const last = (): FakeSocket => {
  const socket = sockets.at(-1);
  if (socket === undefined) throw new Error("no socket was opened");
  return socket;
};
const welcome = (resumed = false, session = "s1"): ServerMessage => ({
  type: "welcome",
  session,
  resumed,
  server_version: "1",
  coalescing: "auto",
});
const tabs = (seq: number): ServerMessage => ({
  type: "tabs",
  seq,
  tabs: { order: [], active: null, version: seq, merged: [] },
});

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  heard = [];
  unauthorized = 0;
  stream = new Stream({
    connect: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    token: () => "t",
    onMessage: (message) => heard.push(message),
    onUnauthorized: () => {
      unauthorized += 1;
    },
    random: () => 0.5,
  });
  stream.start();
});
afterEach(() => {
  stream.stop();
  vi.useRealTimers();
});

describe("the stream", () => {
  it("says hello with its token first", () => {
    last().onopen?.();
    expect(last().sent).toEqual([{ type: "hello", token: "t", session: null, seq: 0 }]);
  });

  it("resumes with its session and the last seq it saw", () => {
    last().onopen?.();
    last().tell(welcome());
    last().tell(tabs(7));
    last().onclose?.({ code: 1006 });
    vi.advanceTimersByTime(500);
    last().onopen?.();
    expect(last().sent).toEqual([{ type: "hello", token: "t", session: "s1", seq: 7 }]);
  });

  it("hears nothing twice after a resume", () => {
    last().tell(welcome());
    last().tell(tabs(7));
    last().onclose?.({ code: 1006 });
    vi.advanceTimersByTime(500);
    last().tell(welcome(true));
    last().tell(tabs(7));
    last().tell(tabs(8));
    expect(heard.filter((one) => one.type === "tabs").map((one) => one.type === "tabs" && one.seq)).toEqual([
      7, 8,
    ]);
  });

  it("begins anew where the server could not resume", () => {
    last().tell(welcome());
    last().tell(tabs(70));
    last().onclose?.({ code: 1006 });
    vi.advanceTimersByTime(500);
    last().tell(welcome(false, "s2"));
    last().tell(tabs(2));
    expect(heard.at(-1)).toMatchObject({ seq: 2 });
  });

  it("waits longer with each failure, at most five seconds, and says until when", () => {
    const waits: number[] = [];
    for (let i = 0; i < 7; i++) {
      last().onclose?.({ code: 1006 });
      const status = stream.status.getState();
      if (status.kind !== "retrying") throw new Error(status.kind);
      waits.push(status.retryAt - Date.now());
      vi.advanceTimersByTime(status.retryAt - Date.now());
    }
    expect(waits).toEqual([500, 1_000, 2_000, 3_000, 5_000, 5_000, 5_000]);
  });

  it("tries at once when told so", () => {
    last().onclose?.({ code: 1006 });
    expect(sockets).toHaveLength(1);
    stream.retryNow();
    expect(sockets).toHaveLength(2);
  });

  it("notices a connection that fell silent", () => {
    last().tell(welcome());
    vi.advanceTimersByTime(15_000);
    expect(stream.status.getState().kind).toBe("retrying");
    expect(sockets[0]?.closed).toBe(true);
  });

  it("measures the way there and back", () => {
    last().tell(welcome());
    vi.advanceTimersByTime(12);
    last().tell({ type: "pong", n: 1 });
    expect(stream.status.getState()).toMatchObject({ kind: "connected", latencyMs: 12 });
  });

  it("does not try again with a token that was refused", () => {
    last().onclose?.({ code: 4401 });
    vi.advanceTimersByTime(60_000);
    expect(sockets).toHaveLength(1);
    expect(unauthorized).toBe(1);
    expect(stream.status.getState().kind).toBe("unauthorized");
  });
});
