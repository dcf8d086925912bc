import { Modal } from "@mantine/core";
import { closeOverlay, usePathname } from "../../app/shell.ts";
import "./help.css";

type Keys = readonly (readonly [string, string])[];

const EVERYWHERE: Keys = [
  ["Ctrl K", "palette: open, close and switch clusters"],
  [":", "go to a kind"],
  ["/", "filter"],
  ["1 … 9", "go to that tab"],
  ["0", "Fleet"],
  ["[ ]", "previous, next tab"],
  ["Ctrl Shift PgUp", "move the tab; PgDn the other way"],
  ["g f", "Fleet"],
  ["g /", "Search: objects of all open clusters"],
  ["g a", "Attention: what is wrong"],
  ["g w", "Workloads: what is not well, and rollouts"],
  ["g t", "Network: what reaches nothing"],
  ["g v", "Storage: claims, volumes and classes"],
  ["g o", "Overview of the cluster, or of the fleet"],
  ["g q", "Query: questions in SQL"],
  ["g p", "pods"],
  ["g d", "deployments"],
  ["g n", "nodes"],
  ["g e", "events"],
  ["g s", "namespaces"],
  ["Esc", "one layer out"],
  ["?", "this help"],
];

const STRIP: Keys = [
  ["Shift click", "merge into the tab in front"],
  ["m", "the same, for the tab with the focus"],
  ["u", "unmerge it"],
  ["x", "close it"],
];

const FLEET: Keys = [
  ["j k ↓ ↑", "move"],
  ["g g", "first"],
  ["Shift G", "last"],
  ["Space", "select"],
  ["Shift Space", "extend the selection"],
  ["o", "open"],
  ["x", "close"],
  ["v", "one view over those that are selected"],
  ["← →", "fold, unfold the group"],
  ["o x v Space", "on a heading: for the whole group"],
  ["Enter", "open, or view when open"],
];

const GRID: Keys = [
  ["j k ↓ ↑", "move"],
  ["g g", "first"],
  ["Shift G", "last"],
  ["PgUp PgDn", "a view up, down"],
  ["Enter", "details"],
  ["d", "details, from the overview"],
  ["y", "its YAML"],
  ["Space", "select"],
  ["Shift Space", "select up to here"],
  ["Shift ↓ ↑", "select and move"],
  ["Ctrl A", "select all that match"],
  ["c", "copy names"],
  ["Esc", "close details, clear selection"],
];

const GRID_POINTER: Keys = [
  ["Shift click", "on a row: select up to it"],
  ["Ctrl click", "on a row: select it too"],
  ["Shift click", "on a head: sort by it too"],
  ["drag", "a head, or the edge of one"],
];

const WALKED: Keys = [
  ["j k ↓ ↑", "move"],
  ["Enter", "the object's details"],
];

const QUERY: Keys = [
  ["Ctrl Enter", "run what is in the editor"],
  ["Ctrl Space", "complete tables and columns"],
  ["Esc Tab", "leave the editor"],
  ["j k ↓ ↑", "move in the answer"],
  ["Enter", "the details of its object, where it has one"],
  ["c", "copy the row"],
];

const SEARCH: Keys = [
  ["↓ ↑", "from the field to the hits, and back"],
  ["j k", "move among the hits"],
  ["Enter", "the object's details; in the field, of the best hit"],
  ["Esc", "back to the field"],
];

interface Here {
  title: string;
  keys: Keys;
  pointer?: Keys;
}

/** Screens that are read and not walked through have no keys of their own. */
function keysOf(pathname: string): Here | null {
  if (pathname === "/") return { title: "In Fleet", keys: FLEET };
  if (pathname === "/attention") return { title: "In Attention", keys: WALKED };
  if (pathname === "/releases") return { title: "In Helm releases", keys: WALKED };
  if (pathname === "/workloads") return { title: "In Workloads", keys: WALKED };
  if (pathname === "/network") return { title: "In Network", keys: WALKED };
  if (pathname === "/storage") return { title: "In Storage", keys: WALKED };
  if (pathname === "/events") return { title: "In Events", keys: WALKED };
  if (pathname === "/query") return { title: "In Query", keys: QUERY };
  if (pathname === "/search") return { title: "In Search", keys: SEARCH };
  return pathname.startsWith("/c/") && !pathname.endsWith("/overview")
    ? { title: "In tables", keys: GRID, pointer: GRID_POINTER }
    : null;
}

export function Help() {
  const pathname = usePathname();
  const here = keysOf(pathname);
  return (
    <Modal
      opened
      onClose={closeOverlay}
      title="Keys"
      size={760}
      centered
      lockScroll={false}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <div className="help">
        <div>
          {here === null ? null : <Section title={here.title} keys={here.keys} />}
          {here?.pointer === undefined ? null : <Section title="With the pointer" keys={here.pointer} />}
          <Section title="In the tab strip" keys={STRIP} />
        </div>
        <Section title="Everywhere" keys={EVERYWHERE} />
      </div>
      <p className="t3 xs">
        Single keys act while a table, a row or the tab strip has the focus, and never while you type.
      </p>
    </Modal>
  );
}

function Section({ title, keys }: { title: string; keys: Keys }) {
  return (
    <section aria-label={title}>
      <h3 className="b sm">{title}</h3>
      <dl>
        {keys.map(([key, does]) => (
          <div key={`${key} ${does}`} className="help-r">
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
