/** The mock console over HTTP and WebSocket, with the built page and the real one's content security policy. */

import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { extname, join, resolve } from "node:path";
import { WebSocketServer } from "ws";
import type { ClientMessage, ServerMessage, WindowSpec } from "../../src/api/generated/wire.ts";
import { attentionOf, fleetOf, overviewOf } from "./attention.ts";
import { completionsOf } from "./completions.ts";
import type { MockConsole } from "./console.ts";
import { MockExports } from "./exports.ts";
import { kindsOf } from "./kinds.ts";
import { mockQuery } from "./query.ts";
import { found } from "./search.ts";

const WEB = resolve(import.meta.dirname, "../../../src/quarterdeck/web");
const TYPES: Record<string, string> = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".html": "text/html",
};
export const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString());
}

export function serve(
  mock: MockConsole,
  port: number,
): Promise<{ server: Server; port: number; drop: () => void }> {
  const answer = (response: ServerResponse, status: number, body: unknown) => {
    response.writeHead(status, {
      "Content-Type": status < 400 ? "application/json" : "application/problem+json",
    });
    response.end(JSON.stringify(body));
  };
  const exports = new MockExports(mock);
  const api = async (path: string, request: IncomingMessage, response: ServerResponse) => {
    const body = await bodyOf(request);
    const query = new URL(request.url ?? "/", "http://mock").searchParams;
    const [, cluster, verb] = /^\/clusters\/([^/]+)\/(\w+)$/.exec(path) ?? [];
    if (path === "/session") return answer(response, 200, { token: "mock" });
    if (path === "/selection/changes") {
      const {
        open = [],
        close = [],
        client_wait_ms = 0,
        coalesced = 0,
      } = body as { open?: string[]; close?: string[]; client_wait_ms?: number; coalesced?: number };
      return answer(response, 202, mock.change(open, close, client_wait_ms, coalesced));
    }
    if (path === "/tabs")
      return answer(
        response,
        200,
        mock.putTabs(body.order as string[], body.active as string | null, body.merged as string[][] | null),
      );
    if (path === "/completions") {
      const asked = new URL(request.url ?? "/", "http://mock").searchParams;
      return answer(response, 200, completionsOf(asked.get("filter") ?? "", Number(asked.get("cursor"))));
    }
    // Nobody measures here.
    if (path.startsWith("/usage/")) return answer(response, 200, {});
    if (path === "/search") {
      return answer(response, 200, found(mock.live, query.get("q") ?? "", Number(query.get("limit") ?? 30)));
    }
    if (path.startsWith("/exports"))
      return exports.answer(path, request.method ?? "", body, answer, response);
    if (path.startsWith("/downloads/")) return exports.download(path.slice("/downloads/".length), response);
    const resource_ = /^\/resources\/([^/]+\/[^/]+\/[^/]+)$/.exec(path)?.[1];
    if (resource_ !== undefined) return answer(response, 200, mock.rows(resource_, request.url ?? "/"));
    if (path === "/attention") {
      return answer(
        response,
        200,
        attentionOf(mock.live, query.getAll("clusters"), query.getAll("severity")),
      );
    }
    // Nobody measures anything here.
    if (path.startsWith("/usage/")) return answer(response, 200, {});
    const told = mock.domains.answer(mock.live, path, query);
    if (told !== undefined) return answer(response, 200, told);
    if (path.startsWith("/query")) return mockQuery(mock, path, request.method ?? "", body, answer, response);
    if (path === "/overview") return answer(response, 200, fleetOf(mock.live));
    const figured = mock.live.get(/^\/overview\/([^/]+)$/.exec(path)?.[1] ?? "");
    if (figured !== undefined) return answer(response, 200, overviewOf(figured));
    const [, key = "", resource = "", name = "", part = ""] =
      /^\/clusters\/([^/]+)\/objects\/([^/]+\/[^/]+\/[^/]+)\/([^/]+)(?:\/(\w+))?$/.exec(path) ?? [];
    const live = mock.live.get(key);
    if (live !== undefined) {
      const asked = { resource, namespace: query.get("namespace") ?? "", name: decodeURIComponent(name) };
      if (part === "related") return answer(response, 200, mock.details.related(live, asked));
      if (part === "events") return answer(response, 200, mock.details.events(live, asked));
      if (part === "reveal")
        return answer(response, 200, {
          name: body.key,
          value: "correct horse battery",
          binary: false,
          size: 21,
        });
      return answer(response, 200, mock.details.read(live, asked, query.get("form") ?? "object"));
    }
    if (cluster && verb === "namespaces")
      return answer(response, 200, { key: cluster, names: ["ml-serve", "ml-train"] });
    if (cluster && verb === "kinds") return answer(response, 200, kindsOf(cluster));
    if (cluster && verb === "retry") return answer(response, 202, mock.retry(cluster));
    if (cluster && verb === "cancel") return answer(response, 202, mock.change([], [cluster], 0, 0));
    if (cluster && verb === "consent") {
      if (request.method === "POST") {
        const live = mock.live.get(cluster);
        if (live) live.consent = false;
      }
      const items = [
        { kind: "command", value: "/usr/local/bin/minikube-login" },
        { kind: "key file", value: "~/.minikube/client.key" },
      ];
      return answer(response, 200, { key: cluster, needed: true, digest: "d1", items });
    }
    if (path === "/diagnostics/selection") {
      const zero = { count: 42, p50: 2, p95: 6, p99: 11, worst: 14 };
      const work = { count: 131, p50: 940, p95: 2_310, p99: 4_800, worst: 30_000 };
      const stages = {
        queue_wait: zero,
        plan: { ...zero, p50: 0.4, p95: 0.9 },
        work,
        commit: { ...zero, p50: 0.6 },
        close: { ...zero, p50: 3 },
      };
      const counters = {
        committed: 131,
        superseded: 9,
        coalesced: 17,
        cancelled: 2,
        stale_commits: 0,
        leaked: 0,
        failed: 3,
        auth: 3,
        timeout: 1,
        dns: 1,
      };
      const lag_ms = Array.from(
        { length: 300 },
        (_, i) => 0.6 + Math.abs(Math.sin(i * 1.7)) * (i % 47 === 0 ? 9 : 1),
      );
      return answer(response, 200, {
        generation: mock.generation,
        mode: "parallel",
        slots_used: 0,
        slots_cap: 256,
        queue_depth: 0,
        stages,
        counters,
        lag_ms,
        lag: { count: 300, p50: 0.9, p95: 1.8, p99: 4.1, worst: 9.6 },
        records: mock.records,
      });
    }
    if (path === "/diagnostics/runtimes") {
      const runtimes = [...mock.live.values()]
        .filter((live) => live.selected)
        .map((live) => {
          const { key, name, pods } = live.cluster;
          return {
            key,
            name,
            state: live.state.type,
            epoch: live.epoch,
            reflectors: 4,
            reflectors_live: live.listed > 0 ? 4 : 0,
            objects: live.listed + (pods > 0 ? 80 : 0),
            sockets: 5,
            tasks: 9,
            events_per_s: 3.2,
            relists: 0,
            latency_ms: live.facts.latency_ms,
            stragglers: [],
          };
        });
      return answer(response, 200, {
        runtimes,
        process: { tasks: 61, threads: 9, sockets: 44, descriptors: 97, rss_mb: 168, names_waiting: 0 },
        stragglers: [],
      });
    }
    return answer(response, 404, {
      type: "about:blank",
      title: "Not found",
      status: 404,
      detail: `No ${path}`,
      position: null,
    });
  };
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://x").pathname;
    if (path.startsWith("/api/v1")) {
      void api(path.slice("/api/v1".length), request, response);
      return;
    }
    const file = extname(path) ? path : "/index.html";
    try {
      const content = readFileSync(join(WEB, file));
      response.writeHead(200, {
        "Content-Type": TYPES[extname(file)] ?? "text/plain",
        "Content-Security-Policy": CSP,
      });
      response.end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  const sockets = new WebSocketServer({ server, path: "/api/v1/stream" });
  sockets.on("connection", (socket) => {
    const send = (message: ServerMessage) => socket.send(JSON.stringify(message));
    const windows = new Map<number, WindowSpec>();
    const show = (id: number, spec: WindowSpec) => {
      try {
        send({ type: "window.snapshot", id, page: mock.page(spec) });
      } catch (error) {
        const { message, position } = error as { message: string; position: number };
        send({ type: "window.failed", id, message, position });
      }
    };
    const listener = (message: ServerMessage) => {
      send(message);
      if (message.type !== "clusters") return;
      const keys = new Set(message.upserted.map((view) => view.key));
      for (const [id, spec] of windows) if (spec.clusters.some((key) => keys.has(key))) show(id, spec);
    };
    let beat = 0;
    const vitals = setInterval(() => {
      beat += 1;
      const opening = [...mock.live.values()].filter((live) => live.state.type === "connecting").length;
      send({ type: "vitals", loop_lag_ms: 1.2, events_per_s: 38, opening, queued: 0, rss_mb: 168 });
      for (const [id, spec] of windows) {
        if (spec.filter || spec.namespaces?.length) continue;
        const row =
          spec.resource === "core/v1/pods" && (spec.offset ?? 0) === 0 && !spec.filter
            ? mock.newcomer(spec.clusters[0] ?? "", beat)
            : null;
        const page = mock.page(spec);
        if (row && page.complete && beat % 3 === 0) {
          send({
            type: "window.delta",
            id,
            delta: {
              matching: null,
              removed: [],
              inserted: [{ index: 0, row }],
              updated: [],
              total: (page.total ?? 0) + 1,
              complete: page.complete,
              parts: page.parts,
            },
          });
        }
      }
    }, 1_000);
    socket.on("message", (data) => {
      const message = JSON.parse(String(data)) as ClientMessage;
      if (message.type === "hello") {
        send({ type: "welcome", session: "s1", resumed: false, server_version: "0.1.0", coalescing: "auto" });
        send(mock.snapshot());
        mock.listeners.add(listener);
      } else if (message.type === "ping") send({ type: "pong", n: message.n ?? 0 });
      else if (message.type === "window.close") windows.delete(message.id);
      else {
        windows.set(message.id, message.spec);
        show(message.id, message.spec);
      }
    });
    socket.on("close", () => {
      clearInterval(vitals);
      mock.listeners.delete(listener);
    });
  });
  const drop = () => {
    for (const client of sockets.clients) client.terminate();
  };
  return new Promise((done) => {
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      done({ server, port: typeof address === "object" && address ? address.port : port, drop });
    });
  });
}
