import { Menu } from "@mantine/core";
import { useClusters, useStoreOf, useTabs } from "../../app/context.tsx";
import { plural } from "../../ui/format.ts";
import { Icon } from "../../ui/Icon.tsx";
import { type Draft, draft, edit } from "./draft.ts";

/** Which clusters are asked. */
export function Clusters() {
  const chosen = useStoreOf(draft, (state) => state.clusters);
  const views = useClusters((state) => state.views);
  const order = useClusters((state) => state.order);
  const open = useTabs().flat();
  const named = chosen === "kept" || chosen === "open" ? [] : chosen;
  const set = (clusters: Draft["clusters"]) => edit({ clusters });
  const toggle = (key: string) => {
    const next = named.includes(key) ? named.filter((one) => one !== key) : [...named, key];
    set(next.length === 0 ? "kept" : next);
  };
  const tick = (on: boolean) => (on ? <span className="acc">✓</span> : null);
  const name = (key: string) => views.get(key)?.name ?? key;
  const title =
    chosen === "kept"
      ? "All, open or not"
      : chosen === "open"
        ? `${plural(open.length, "open cluster")}`
        : named.length === 1
          ? name(named[0] ?? "")
          : plural(named.length, "cluster");
  return (
    <Menu position="bottom-start" width={280} transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <button type="button" className="btn" title="Which clusters are asked">
          <Icon name="layers" small />
          <span className="el">{title}</span>
          <Icon name="down" small />
        </button>
      </Menu.Target>
      <Menu.Dropdown className="q-menu">
        <Menu.Item rightSection={tick(chosen === "kept")} onClick={() => set("kept")}>
          All, with the last rows of those not open
        </Menu.Item>
        <Menu.Item rightSection={tick(chosen === "open")} onClick={() => set("open")}>
          All that are open
        </Menu.Item>
        <Menu.Divider />
        {order.map((key) => (
          <Menu.Item
            key={key}
            closeMenuOnClick={false}
            rightSection={tick(named.includes(key))}
            onClick={() => toggle(key)}
          >
            {name(key)} {open.includes(key) ? null : <span className="t3 xs">not open</span>}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
