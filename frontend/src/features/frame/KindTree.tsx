import { useRouter } from "@tanstack/react-router";
import { type MouseEvent, memo, useDeferredValue, useState } from "react";
import type { ClusterView, KindGroup, KindView } from "../../api/generated/wire.ts";
import { letGo } from "../../app/keys.ts";
import { clusterHref } from "../../app/links.ts";
import { count } from "../../ui/format.ts";
import { Icon, type IconName } from "../../ui/Icon.tsx";
import { figuresOf } from "./mergedKinds.ts";

/** By what the API calls them; what is not here has its group's. */
const OWN_ICONS: Record<string, IconName> = {
  ...{ deployments: "layers", statefulsets: "disk", daemonsets: "grid", replicasets: "copy", jobs: "play" },
  ...{ cronjobs: "clock", horizontalpodautoscalers: "gauge", poddisruptionbudgets: "shield" },
  ...{ ingresses: "door", gateways: "door", networkpolicies: "shield", endpointslices: "link" },
  ...{ secrets: "key", serviceaccounts: "person", persistentvolumeclaims: "disk", persistentvolumes: "disk" },
  ...{ namespaces: "filter", events: "events", leases: "clock", customresourcedefinitions: "star" },
};
const ICONS: Record<string, IconName> = {
  workloads: "pods",
  network: "branch",
  config: "file",
  storage: "layers",
  access: "lock",
  cluster: "nodes",
};

interface Props {
  /** Of the tab, as its address has it. */
  id: string;
  views: readonly ClusterView[];
  groups: readonly KindGroup[];
  /** Resource path of the table that is shown. */
  here: string;
}

/** Every kind of a tab's clusters. API groups of others fold; what is typed above unfolds those that match. */
export function KindTree(props: Props) {
  // The table of the tab in front is drawn first; the tree follows when there is time.
  const drawn = useDeferredValue(props);
  return <Tree {...drawn} />;
}

const Tree = memo(function Tree({ id, views, groups, here }: Props) {
  const [text, setText] = useState("");
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const wanted = text.trim().toLowerCase();
  const matching = groups
    .map((group) => ({ ...group, kinds: group.kinds.filter((kind) => matches(kind, wanted)) }))
    .filter((group) => group.kinds.length > 0);
  const own = matching.filter((group) => !group.custom);
  const custom = matching.filter((group) => group.custom);
  const toggle = (name: string) => {
    const next = new Set(unfolded);
    if (!next.delete(name)) next.add(name);
    setUnfolded(next);
  };
  return (
    <>
      <label className="inp nv-f">
        <Icon name="search" small />
        <input
          type="text"
          aria-label="Find a kind"
          placeholder="Find a kind"
          spellCheck={false}
          autoComplete="off"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => event.key === "Escape" && setText("")}
        />
      </label>
      {own.map((group) => (
        <section key={group.name} aria-label={group.title}>
          <h2>{group.title}</h2>
          {group.kinds.map((kind) => (
            <Kind
              key={kind.resource}
              id={id}
              views={views}
              kind={kind}
              here={here}
              icon={OWN_ICONS[pluralOf(kind)] ?? ICONS[group.name] ?? "file"}
            />
          ))}
        </section>
      ))}
      {custom.length > 0 ? <h2>Custom</h2> : null}
      {custom.map((group) => {
        const holdsHere = group.kinds.some((kind) => kind.resource === here);
        const open = unfolded.has(group.name) || wanted !== "" || holdsHere;
        return (
          <section key={group.name} aria-label={group.title}>
            <button type="button" className="nv" aria-expanded={open} onClick={() => toggle(group.name)}>
              <Icon name={open ? "down" : "right"} small />
              <span className="el" title={group.title}>
                {group.title}
              </span>
              <span className="c">{count(group.kinds.length)}</span>
            </button>
            {open
              ? group.kinds.map((kind) => (
                  <Kind key={kind.resource} id={id} views={views} kind={kind} here={here} icon="star" />
                ))
              : null}
          </section>
        );
      })}
      {matching.length === 0 ? <p className="nv-none t3">No kind matches “{text}”.</p> : null}
    </>
  );
});

const pluralOf = (kind: KindView): string => kind.resource.slice(kind.resource.lastIndexOf("/") + 1);

function matches(kind: KindView, wanted: string): boolean {
  if (wanted === "") return true;
  const names = [kind.title, kind.kind, kind.resource, ...kind.short_names];
  return names.some((name) => name.toLowerCase().includes(wanted));
}

interface KindProps {
  id: string;
  views: readonly ClusterView[];
  kind: KindView;
  here: string;
  icon: IconName;
}

function Kind({ id, views, kind, here, icon }: KindProps) {
  return (
    <Item
      href={clusterHref(id, kind.resource)}
      title={kind.title}
      icon={icon}
      on={here === kind.resource}
      {...figuresOf(views, kind)}
    />
  );
}

interface ItemProps {
  href: string;
  title: string;
  icon: IconName;
  on: boolean;
  forbidden: boolean;
  total: number | null;
  problems: number;
}

const Item = memo(function Item({ href, title, icon, on, forbidden, total, problems }: ItemProps) {
  const router = useRouter();
  const onClick = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    letGo(event);
    router.history.push(href);
  };
  return (
    <a
      href={href}
      title={title}
      className={on ? "nv on" : "nv"}
      aria-current={on ? "page" : undefined}
      onClick={onClick}
    >
      <Icon name={icon} small />
      <span className="el">{title}</span>
      <span className="c">
        {forbidden ? <span className="warn">forbidden</span> : null}
        {!forbidden && problems > 0 ? <span className="error">{count(problems)}</span> : null}
        {!forbidden && total !== null ? count(total) : null}
      </span>
    </a>
  );
});
