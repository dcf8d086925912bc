import type { ReactNode } from "react";
import { NoCluster } from "./NoCluster.tsx";
import { useOpen } from "./useOpen.ts";

interface Props {
  children: ReactNode;
  /** Shows all again, where something narrows the view. */
  clear?: (() => void) | undefined;
}

/** Why there is no row: no cluster is open, or what `children` say. */
export function Nothing({ children, clear }: Props) {
  const open = useOpen();
  if (open.length === 0) return <NoCluster />;
  return (
    <p className="dm-none">
      {children}
      {clear === undefined ? null : (
        <button type="button" className="btn sm" onClick={clear}>
          Show all
        </button>
      )}
    </p>
  );
}
