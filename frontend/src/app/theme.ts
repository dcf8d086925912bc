import { createTheme } from "@mantine/core";
import { useCallback, useSyncExternalStore } from "react";

export type Theme = "dark" | "light" | "hc" | "system";
const KEY = "quarterdeck.theme";
const listeners = new Set<() => void>();
const light = matchMedia("(prefers-color-scheme: light)");
const more = matchMedia("(prefers-contrast: more)");

export const mantineTheme = createTheme({ cursorType: "default", respectReducedMotion: true });

function chosen(): Theme {
  const value = localStorage.getItem(KEY);
  return value === "dark" || value === "light" || value === "hc" ? value : "system";
}

/** What is drawn: the choice, or what the system prefers. */
export function resolved(theme: Theme = chosen()): Exclude<Theme, "system"> {
  if (theme !== "system") return theme;
  if (more.matches) return "hc";
  return light.matches ? "light" : "dark";
}

export function applyTheme(): void {
  const theme = resolved();
  document.documentElement.dataset.theme = theme;
  document.documentElement.dataset.mantineColorScheme = theme === "light" ? "light" : "dark";
  for (const listener of listeners) listener();
}

light.addEventListener("change", applyTheme);
more.addEventListener("change", applyTheme);

export function setTheme(theme: Theme): void {
  if (theme === "system") localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, theme);
  applyTheme();
}

export function useTheme(): Theme {
  const subscribe = useCallback((listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, []);
  return useSyncExternalStore(subscribe, chosen);
}

/** What is drawn now; follows the system where the person has not chosen. */
export function useResolvedTheme(): Exclude<Theme, "system"> {
  const subscribe = useCallback((listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, []);
  return useSyncExternalStore(subscribe, () => resolved());
}
