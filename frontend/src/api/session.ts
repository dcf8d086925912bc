/** The bearer token of this origin. The launch URL carries a one-time token in its fragment, which no server log sees. */

import type { SessionView } from "./generated/wire.ts";

const KEY = "quarterdeck.token";

export function storedToken(storage: Storage): string | null {
  return storage.getItem(KEY);
}

/** Only the token that was refused: another window may have brought a newer one meanwhile. */
export function forgetToken(storage: Storage, refused: string): void {
  if (storage.getItem(KEY) === refused) storage.removeItem(KEY);
}

/** Calls once, when another window has been let in. */
export function whenLetIn(storage: Storage, listener: (token: string) => void): void {
  const onStorage = (event: StorageEvent) => {
    if (event.storageArea !== storage || event.key !== KEY || event.newValue === null) return;
    window.removeEventListener("storage", onStorage);
    listener(event.newValue);
  };
  window.addEventListener("storage", onStorage);
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
