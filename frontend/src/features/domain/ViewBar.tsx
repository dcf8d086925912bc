import type { ReactNode } from "react";
import { Choice } from "../../ui/Choice.tsx";
import { clusterOptions, everyCluster } from "./clusters.ts";
import { Segments } from "./Segments.tsx";
import { useOpen } from "./useOpen.ts";

interface Props {
  title: string;
  /** What the view is of, in a line. */
  said: string;
  /** Few things to choose from, with their counts; they stand first. */
  lead?: Parameters<typeof Segments>[0];
  /** Keys of an address. */
  on: string | undefined;
  choose: (on: string | undefined) => void;
  /** What else narrows it. */
  children?: ReactNode;
}

/** The head of a view over kinds: its title, and what narrows it. */
export function ViewBar({ title, said, lead, on, choose, children }: Props) {
  const open = useOpen();
  return (
    <>
      <div className="bar">
        <h1>{title}</h1>
        <span className="t3 sm el">{said}</span>
      </div>
      <div className="bar f">
        {lead === undefined ? null : <Segments {...lead} />}
        <Choice
          label="Cluster"
          value={on ?? ""}
          every={everyCluster(open.length)}
          options={clusterOptions(open, on)}
          choose={choose}
        />
        {children}
      </div>
    </>
  );
}
