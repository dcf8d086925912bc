import { useEffect, useRef } from "react";
import { createEditor, type YamlEditor } from "../object/editor.ts";

/** Text to read and to search in. */
export default function ReleaseText({ text, label }: { text: string; label: string }) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<YamlEditor | null>(null);
  const first = useRef(text);
  first.current = text;
  useEffect(() => {
    if (host.current === null) return;
    const made = createEditor(host.current, first.current, label, true);
    editor.current = made;
    return () => {
      editor.current = null;
      made.leave();
    };
  }, [label]);
  useEffect(() => editor.current?.show(text), [text]);
  return <div className="rl-text ob-editor" ref={host} />;
}
