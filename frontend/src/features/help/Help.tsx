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
  ["Ctrl Shift PageUp PageDown", "move the tab"],
  ["g f", "Fleet"],
  ["g a", "Attention: what is wrong"],
  ["g o", "Overview of the cluster, or of the fleet"],
  ["g p", "pods"],
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
  ["o x v Space on a heading", "for the whole group"],
  ["Enter", "open, or view when open"],
];

const GRID: Keys = [
  ["j k ↓ ↑", "move"],
  ["g g", "first"],
  ["Shift G", "last"],
  ["Enter", "details"],
  ["y", "its YAML"],
  ["c", "copy the name"],
  ["Esc", "close the details"],
];

const ATTENTION: Keys = [
  ["j k ↓ ↑", "move"],
  ["Enter", "the object's details"],
];

/** Screens that are read and not walked through have no keys of their own. */
function keysOf(pathname: string): { title: string; keys: Keys } | null {
  if (pathname === "/") return { title: "In Fleet", keys: FLEET };
  if (pathname === "/attention") return { title: "In Attention", keys: ATTENTION };
  return pathname.startsWith("/c/") && !pathname.endsWith("/overview")
    ? { title: "In tables", keys: GRID }
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
      size={640}
      centered
      lockScroll={false}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <div className="help">
        {here === null ? null : <Section title={here.title} keys={here.keys} />}
        <Section title="Everywhere" keys={EVERYWHERE} />
        <Section title="In the tab strip" keys={STRIP} />
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
          <div key={key} className="help-r">
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
