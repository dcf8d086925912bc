import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { type KeyboardEvent, type ReactNode, useMemo, useRef } from "react";
import type { ClusterView, SearchAnswer, SearchHit } from "../../api/generated/wire.ts";
import { useClusters } from "../../app/context.tsx";
import { fleetLink, searchLink } from "../../app/links.ts";
import { match } from "../../state/rank.ts";
import { age, count, plural } from "../../ui/format.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { Mark } from "../../ui/Mark.tsx";
import { useNow } from "../../ui/useNow.ts";
import { useTyped } from "../../ui/useTyped.ts";
import { ListFrame } from "../domain/ListFrame.tsx";
import { ageOf, gapOf } from "./gaps.ts";
import { hitLink } from "./hitLink.ts";
import { useSearchAnswer } from "./useSearchAnswer.ts";
import "./search.css";

const MOST = 200;
const WRITE_MS = 250;
const EXAMPLES: readonly (readonly [string, string])[] = [
  ["web", "a part of a name, whatever the kind"],
  ["payments web", "within a namespace"],
  ["deploy web", "of a kind"],
  ["app=checkout", "a label"],
  ["10.0.3.17", "an address"],
  ["nginx:1.29", "an image"],
];

export function SearchScreen() {
  const search = useSearch({ from: "/search" });
  const navigate = useNavigate();
  const views = useClusters((state) => state.views);
  const write = (q: string) =>
    void navigate({ ...searchLink({ ...search, q: q || undefined }), replace: true });
  const { text, type } = useTyped(search.q ?? "", write, WRITE_MS);
  const { answer, error, asking } = useSearchAnswer(text, MOST);
  const now = useNow(true, 10_000);
  const old = answer === null || asking ? "" : ageOf(answer, now);
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const groups = useMemo(() => groupsOf(answer?.hits ?? []), [answer]);
  const chosen = groups.some((group) => group.resource === search.kind) ? search.kind : undefined;
  const shown = chosen === undefined ? groups : groups.filter((group) => group.resource === chosen);
  const open = [...views.values()].filter((view) => view.selected).length;
  const onKeyDown = (event: KeyboardEvent) => walk(event, list.current, field.current);
  return (
    <main id="main" className="screen" aria-label="Search" onKeyDown={onKeyDown}>
      <div className="bar">
        <h1>Search</h1>
        <span className="t3 sm">Objects of all open clusters, of every kind</span>
        <span className="grow" />
        <span className="t3 sm" role="status">
          {statusOf(answer, asking, text)}
        </span>
      </div>
      <div className="bar f">
        <label className="inp grow">
          <Icon name="search" small />
          <input
            ref={field}
            type="text"
            // Whoever comes here comes to type.
            // biome-ignore lint/a11y/noAutofocus: the page has one field
            autoFocus
            data-filter
            spellCheck={false}
            autoComplete="off"
            aria-label="Find objects"
            placeholder="Name, namespace, kind, app=web, an address, an image"
            value={text}
            onChange={(event) => type(event.target.value)}
          />
          {text === "" ? (
            <kbd>/</kbd>
          ) : (
            <button type="button" className="ib sm" aria-label="Clear" onClick={() => type("")}>
              <Icon name="close" small />
            </button>
          )}
        </label>
      </div>
      {groups.length > 1 ? (
        <Kinds
          groups={groups}
          chosen={chosen}
          choose={(kind) => void navigate({ ...searchLink({ ...search, kind }), replace: true })}
        />
      ) : null}
      <div className="se" ref={list}>
        <Gaps answer={answer} views={views} />
        {error !== null ? (
          <p className="se-note error sm" role="alert">
            {error.message} It is asked again by itself
            {answer === null ? "" : "; what is shown is from before"}.
          </p>
        ) : null}
        {shown.map((group) => (
          <section key={group.resource} aria-label={group.title}>
            <h2 className="se-h">
              {group.title}
              <span className="t3">{count(group.hits.length)}</span>
            </h2>
            <ul>
              {group.hits.map((hit) => (
                <Row
                  key={`${hit.cluster} ${hit.uid}`}
                  hit={hit}
                  text={text}
                  view={views.get(hit.cluster)}
                  now={now}
                />
              ))}
            </ul>
          </section>
        ))}
        {answer?.more ? (
          <p className="se-note t3 sm">The best {MOST} are shown. Add a word to narrow them.</p>
        ) : null}
        {text.trim() === "" ? (
          <Start open={open} choose={type} />
        ) : answer !== null && answer.hits.length === 0 && !asking ? (
          <Nothing answer={answer} text={text} open={open} clear={() => type("")} />
        ) : null}
        {old === "" ? null : <p className="se-note t3 sm">{old}</p>}
        {answer === null && error === null && text.trim() !== "" ? <ListFrame /> : null}
      </div>
    </main>
  );
}

interface Group {
  resource: string;
  title: string;
  hits: SearchHit[];
}

/** Kinds in the order of their best hit. */
function groupsOf(hits: readonly SearchHit[]): Group[] {
  const found = new Map<string, Group>();
  for (const hit of hits) {
    const group = found.get(hit.resource);
    if (group === undefined)
      found.set(hit.resource, {
        resource: hit.resource,
        title: hit.kind_title,
        hits: [hit],
      });
    else group.hits.push(hit);
  }
  return [...found.values()];
}

function statusOf(answer: SearchAnswer | null, asking: boolean, text: string): string {
  if (text.trim() === "") return "";
  if (asking || answer === null) return "Searching";
  const where = plural(answer.parts.length, "cluster");
  return `${plural(answer.hits.length, "object")}${answer.more ? " and more" : ""} in ${where}`;
}

interface KindsProps {
  groups: readonly Group[];
  chosen: string | undefined;
  choose: (resource: string | undefined) => void;
}

function Kinds({ groups, chosen, choose }: KindsProps) {
  const all = groups.reduce((sum, group) => sum + group.hits.length, 0);
  const options: readonly { resource?: string; title: string; many: number }[] = [
    { title: "All", many: all },
    ...groups.map(({ resource, title, hits }) => ({ resource, title, many: hits.length })),
  ];
  return (
    <div className="se-k" role="radiogroup" aria-label="Kind">
      {options.map(({ resource, title, many }) => (
        <button
          key={title + (resource ?? "")}
          type="button"
          role="radio"
          aria-checked={chosen === resource}
          onClick={() => choose(resource)}
        >
          {title} <span className="t3">{count(many)}</span>
        </button>
      ))}
    </div>
  );
}

interface RowProps {
  hit: SearchHit;
  text: string;
  view: ClusterView | undefined;
  now: number;
}

function Row({ hit, text, view, now }: RowProps) {
  const name = view?.name ?? hit.cluster;
  return (
    <li>
      <Link {...hitLink(hit)} className="se-r" data-hit data-keys>
        <span className="se-n el" title={hit.name}>
          {marked(hit.name, text)}
        </span>
        <span className="el t2">{hit.namespace}</span>
        <span className="se-c">
          <Mark name={name} slot={view?.slot ?? 0} />
          <span className="el">{name}</span>
        </span>
        <span className="se-a t2">{hit.created > 0 ? age(now - hit.created) : ""}</span>
      </Link>
    </li>
  );
}

function marked(name: string, text: string): ReactNode {
  const ranges = text
    .trim()
    .split(/\s+/)
    .flatMap((word) =>
      name.toLowerCase().includes(word.toLowerCase()) ? (match(word, name)?.ranges ?? []) : [],
    )
    .sort((a, b) => a[0] - b[0]);
  const parts: ReactNode[] = [];
  let from = 0;
  for (const [start, end] of ranges) {
    if (start < from) continue;
    parts.push(name.slice(from, start), <mark key={start}>{name.slice(start, end)}</mark>);
    from = end;
  }
  parts.push(name.slice(from));
  return parts;
}

interface GapsProps {
  answer: SearchAnswer | null;
  views: ReadonlyMap<string, ClusterView>;
}

function Gaps({ answer, views }: GapsProps) {
  const gaps = (answer?.parts ?? []).flatMap((part) => {
    const words = gapOf(part, views.get(part.key)?.name ?? part.key);
    return words === "" ? [] : [{ part, words }];
  });
  if (gaps.length === 0) return null;
  return (
    <div className="se-gaps" role="note">
      {gaps.slice(0, 4).map(({ part, words }) => (
        <p key={part.key} className="sm t2">
          <Glyph
            status={part.failure ? "error" : part.reading ? "progressing" : part.stale ? "stale" : "warn"}
            size={10}
          />
          <span>{words}</span>
        </p>
      ))}
      {gaps.length > 4 ? <p className="sm t3">and {plural(gaps.length - 4, "more cluster")}</p> : null}
    </div>
  );
}

function Start({ open, choose }: { open: number; choose: (text: string) => void }) {
  if (open === 0) return <NoCluster />;
  return (
    <div className="se-start">
      <p className="t2">All words must fit. For example:</p>
      <ul>
        {EXAMPLES.map(([text, words]) => (
          <li key={text}>
            <button type="button" onClick={() => choose(text)}>
              <code>{text}</code>
            </button>
            <span className="t3">{words}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

const NoCluster = () => (
  <div className="empty">
    <p className="m">No cluster is open.</p>
    <p className="t2">Open one in Fleet; its objects are found here as they are read.</p>
    <Link {...fleetLink()} className="btn">
      Go to Fleet
    </Link>
  </div>
);

interface NothingProps {
  answer: SearchAnswer;
  text: string;
  open: number;
  clear: () => void;
}

function Nothing({ answer, text, open, clear }: NothingProps) {
  if (open === 0) return <NoCluster />;
  return (
    <div className="empty">
      <p className="m">
        {answer.whole ? "Nothing matches" : "Nothing found so far for"} “{text.trim()}” in{" "}
        {plural(answer.parts.length, "cluster")}.
      </p>
      <button type="button" className="btn" onClick={clear}>
        Clear
      </button>
    </div>
  );
}

/** Arrows go from the field into the hits and back; j and k among them; Enter is the link's own. */
function walk(event: KeyboardEvent, list: HTMLElement | null, field: HTMLInputElement | null): void {
  if (event.ctrlKey || event.metaKey || event.altKey || list === null) return;
  const typing = event.target === field;
  const rows = [...list.querySelectorAll<HTMLElement>("[data-hit]")];
  const at = rows.indexOf(event.target as HTMLElement);
  if (!typing && at < 0) return;
  if (event.key === "Escape" && at >= 0) {
    field?.focus();
  } else if (event.key === "Enter" && typing) {
    rows[0]?.click();
  } else {
    const by = { ArrowDown: 1, ArrowUp: -1, ...(typing ? {} : { j: 1, k: -1 }) }[event.key];
    if (by === undefined) return;
    const next = at + by;
    if (next < 0) field?.focus();
    else rows[Math.min(next, rows.length - 1)]?.focus();
  }
  event.preventDefault();
}
