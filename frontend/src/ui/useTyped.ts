import { useEffect, useRef, useState } from "react";

interface Typed {
  /** What stands in the field. */
  text: string;
  type: (text: string) => void;
  /** Tells it now, and not when the typing rests. */
  tell: () => void;
}

/** Text of a field that also stands elsewhere, as in an address. What is typed is told when the typing rests for
 * `restMs`, or never by itself; it is not taken back by what was told before and comes late, nor put off by whatever
 * draws the field anew. Only a `value` of another's making replaces it, and another place (`of`). */
export function useTyped(value: string, tell: (text: string) => void, restMs: number, of = ""): Typed {
  const [text, setText] = useState(value);
  const [seen, setSeen] = useState({ value, of });
  const [told, setTold] = useState<readonly string[]>([]);
  if (seen.value !== value || seen.of !== of) {
    const at = seen.of === of ? told.indexOf(value.trim()) : -1;
    setSeen({ value, of });
    setTold(at < 0 ? [] : told.slice(at + 1));
    if (at < 0) setText(value);
  }
  const latest = useRef(tell);
  useEffect(() => {
    latest.current = tell;
  });
  const last = told.at(-1) ?? value.trim();
  const news = text.trim() !== last;
  const telling = () => {
    if (!news) return;
    setTold([...told, text.trim()]);
    latest.current(text);
  };
  const now = useRef(telling);
  useEffect(() => {
    now.current = telling;
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: each letter begins the rest anew
  useEffect(() => {
    if (!news || !Number.isFinite(restMs)) return;
    const timer = setTimeout(() => now.current(), restMs);
    return () => clearTimeout(timer);
  }, [text, news, restMs]);
  return { text, type: setText, tell: telling };
}
