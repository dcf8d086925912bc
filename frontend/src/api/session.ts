/** The bearer token of this origin. The launch URL carries a one-time token in its fragment, which no server log sees. */

import type { SessionView } from "./generated/wire.ts";

const KEY = "quarterdeck.token";

export function storedToken(storage: Storage): string | null {
  return storage.getItem(KEY);
}

export function forgetToken(storage: Storage): void {
  storage.removeItem(KEY);
}

/** `#launch=…` of a launch URL, or null. */
export function launchToken(hash: string): string | null {
  return new URLSearchParams(hash.replace(/^#/, "")).get("launch");
}

/** Trades the launch token for a bearer token and keeps it. Null when it was refused (used before, or too old). */
export async function redeem(
  launch: string,
  storage: Storage,
  send: typeof fetch = fetch,
): Promise<string | null> {
  const answer = await send("/api/v1/session", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ launch }),
    signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) return null;
  const { token } = (await answer.json()) as SessionView;
  storage.setItem(KEY, token);
  return token;
}
