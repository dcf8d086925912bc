import { type KeyboardEvent, type RefObject, useCallback, useMemo, useRef, useState } from "react";
import { useClusters } from "../../app/context.tsx";
import type { Chain } from "../../state/access.ts";
import { useTall } from "../../ui/tall/useTall.ts";
import { GrantRow } from "./GrantRow.tsx";
import { useKept } from "./kept.ts";
import { guessOf } from "./rules.ts";

interface Props {
  /** Keys of an address, kept when another is asked for. */
  on: string | undefined;
  /** Whether a row says whose it is. */
  several: boolean;
  chains: readonly Chain[];
  scroller: RefObject<HTMLElement | null>;
  /** `subject`: what reaches one; `request`: who may. */
  of: "subject" | "request";
}

/** Chain by chain: in which cluster, whom a binding names, the binding, its role, and what that allows. Of thousands
 * those near the view are drawn. */
export function Grants({ on, several, chains, scroller, of }: Props) {
  const views = useClusters((state) => state.views);
  const body = useRef<HTMLTableSectionElement>(null);
  const [focused, setFocused] = useState("");
  const { unfolded, unfold, heights } = useKept();
  const ids = useMemo(() => chains.map((chain) => chain.id), [chains]);
  const guess = useCallback((index: number) => guessOf(chains[index]?.role), [chains]);
  const { pieces, measure } = useTall({ scroller, body, ids, guess, heights, kept: focused });
  if (chains.length === 0) return null;
  const onKeyDown = (event: KeyboardEvent) => {
    const row = event.target;
    if (!(row instanceof HTMLTableRowElement) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter") row.querySelector<HTMLElement>("[data-main]")?.click();
    else if (event.key === "ArrowRight") unfold(row.dataset.id ?? "", true);
    else if (event.key === "ArrowLeft") unfold(row.dataset.id ?? "", false);
    else return;
    event.preventDefault();
  };
  const columns = several ? 6 : 5;
  return (
    <table
      className={several ? "ac-t several" : "ac-t"}
      aria-label={of === "subject" ? "What it may do" : "Who may do it"}
      aria-rowcount={chains.length + 1}
      data-keys
    >
      <colgroup>
        {several ? <col className="ac-c0" /> : null}
        <col className="ac-c1" />
        <col className="ac-c2" />
        <col className="ac-c3" />
        <col className="ac-c4" />
        <col />
      </colgroup>
      <thead>
        <tr aria-rowindex={1}>
          {several ? <th scope="col">Cluster</th> : null}
          <th scope="col">{of === "subject" ? "Reached as" : "Subject"}</th>
          <th scope="col">Where</th>
          <th scope="col">By the binding</th>
          <th scope="col">To the role</th>
          <th scope="col">{of === "subject" ? "Which allows" : "By the rule"}</th>
        </tr>
      </thead>
      <tbody
        ref={body}
        onKeyDown={onKeyDown}
        onFocus={(event) => setFocused((event.target as HTMLElement).closest("tr")?.dataset.id ?? "")}
        onBlur={() => setFocused("")}
      >
        {pieces.map((piece, at) => {
          if ("gap" in piece)
            return (
              <tr key={`gap ${at}`} className="ac-gap" style={{ height: piece.gap }}>
                <td colSpan={columns} />
              </tr>
            );
          const chain = chains[piece.row];
          return chain === undefined ? null : (
            <GrantRow
              key={chain.id}
              chain={chain}
              index={piece.row}
              on={on}
              view={views.get(chain.grant.cluster)}
              several={several}
              unfolded={unfolded.has(chain.id)}
              unfold={unfold}
              measure={measure}
            />
          );
        })}
      </tbody>
    </table>
  );
}
