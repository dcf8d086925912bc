import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { when } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { useNow } from "../../ui/useNow.ts";
import type { Address } from "./address.ts";
import { createEditor, type Kept, type YamlEditor } from "./editor.ts";
import { Line, sentence } from "./Standing.tsx";
import { useYaml } from "./useObject.ts";

const WRAP = "quarterdeck.yaml.wrap";

interface Props {
  cluster: string;
  address: Address;
  uid: string;
  /** The version that the server has by now. */
  version: string;
  /** Of the editor that was left for another tab. */
  kept: RefObject<Kept | null>;
}

/** The text that kubectl prints, to read. It does not change under the eyes: that it changed is said. */
export default function YamlTab({ cluster, address, uid, version, kept }: Props) {
  const asked = useYaml(cluster, address, uid);
  const { data, error, refetch, isFetching } = asked;
  const text = data?.yaml ?? "";
  const last = useRef("");
  if (text !== "") last.current = text;
  const shown = last.current;
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<YamlEditor | null>(null);
  const [wrapped, setWrapped] = useState(() => localStorage.getItem(WRAP) === "on");
  const label = `YAML of ${address.name}`;
  const ready = shown !== "";
  const first = useRef({ shown, wrapped });
  first.current = { shown, wrapped };
  // Before the page is drawn without it: an element that is gone has no place.
  useLayoutEffect(() => {
    if (!ready || host.current === null) return;
    const { shown, wrapped } = first.current;
    const made = createEditor(host.current, shown, label, wrapped, kept.current);
    editor.current = made;
    return () => {
      editor.current = null;
      kept.current = made.leave();
    };
  }, [ready, label, kept]);
  useEffect(() => {
    if (shown !== "") editor.current?.show(shown);
  }, [shown]);

  const newer = data !== undefined && version !== "" && text !== "" && version !== data.resource_version;
  const changedAt = useRef<number | null>(null);
  if (!newer) changedAt.current = null;
  else changedAt.current ??= Date.now() / 1000;
  const now = useNow(newer, 1_000);
  const failed = data !== undefined && data.state.state !== "ok" && data.state.state !== "replaced";
  return (
    <div className="ob-yaml" role="tabpanel" aria-label="YAML">
      <div className="ob-bar">
        {newer ? (
          <span className="row xs warn" role="status">
            <Glyph status="warn" size={10} />
            Changed {when(changedAt.current ?? now, now)}
          </span>
        ) : data !== undefined && !failed ? (
          <span className="xs t3 el" title={`Read ${new Date(data.read_at * 1000).toLocaleString("en-GB")}`}>
            Version {data.resource_version}
          </span>
        ) : null}
        {newer ? (
          <button type="button" className="btn sm" disabled={isFetching} onClick={() => void refetch()}>
            Reload
          </button>
        ) : null}
        <span className="grow" />
        <button
          type="button"
          className="btn sm ghost"
          aria-pressed={wrapped}
          onClick={() => {
            localStorage.setItem(WRAP, wrapped ? "off" : "on");
            editor.current?.wrap(!wrapped);
            setWrapped(!wrapped);
          }}
        >
          {wrapped ? "Unwrap" : "Wrap"}
        </button>
        <button type="button" className="btn sm ghost" onClick={() => editor.current?.find()}>
          <Icon name="search" small /> Find <kbd>/</kbd>
        </button>
        <CopyButton text={shown} label="Copy the YAML" />
      </div>
      {error === null ? null : <Line status="error" text={error.message} onRetry={() => void refetch()} />}
      {failed && shown === "" ? (
        <Line
          status="warn"
          text={sentence(data.state)}
          advice={data.state.advice}
          onRetry={() => void refetch()}
        />
      ) : null}
      {!ready && error === null && !failed ? (
        <p className="panel-p t2 ob-late">Reading {address.name}</p>
      ) : null}
      <div ref={host} className="ob-code" />
    </div>
  );
}
