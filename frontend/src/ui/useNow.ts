import { useEffect, useState } from "react";

/** Epoch seconds, renewed every `everyMs` while `active`. */
export function useNow(active: boolean, everyMs = 100): number {
  const [now, setNow] = useState(() => Date.now() / 1000);
  useEffect(() => {
    if (!active) return;
    const timer = setInterval(() => setNow(Date.now() / 1000), everyMs);
    return () => clearInterval(timer);
  }, [active, everyMs]);
  return active ? Math.max(now, 0) : now;
}
