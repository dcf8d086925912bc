import { type ReactNode, useMemo, useRef } from "react";
import type { AccessGrant, AccessPart, AccessRole } from "../../api/generated/wire.ts";
import { useClusters } from "../../app/context.tsx";
import type { AccessSearch } from "../../app/links.ts";
import { chainsOf, requestOf } from "../../state/access.ts";
import { keysOf } from "../../state/domains.ts";
import { plural } from "../../ui/format.ts";
import { Icon } from "../../ui/Icon.tsx";
import { ListFrame } from "../domain/ListFrame.tsx";
import type { Answered } from "../domain/useDomain.ts";
import { useDomain } from "../domain/useDomain.ts";
import { useOpen } from "../domain/useOpen.ts";
import { useScrollPlace } from "../domain/useScrollPlace.ts";
import { useWalk } from "../domain/useWalk.ts";
import { Grants } from "./Grants.tsx";
import { Shares } from "./Shares.tsx";

/** Chains of all clusters together that a page is told: some two megabytes. */
const MOST = 10_000;
/** The most that is told of one. */
const MOST_OF_ONE = 5_000;

/** What reaches a subject. */
export function May({ search }: { search: AccessSearch }) {
  const { on, name = "", groups = "", kind = "User" } = search;
  const keys = useMemo(() => keysOf(on), [on]);
  const limit = useLimit(keys);
  const namespace = kind === "ServiceAccount" ? (search.ns ?? "") : "";
  const listed = kind === "User" ? groups.split(",").map((one) => one.trim()) : [];
  const others = listed.filter(Boolean);
  const asked = JSON.stringify([keys, kind, namespace, name, others, limit]);
  const enabled = name !== "" && (kind !== "ServiceAccount" || namespace !== "");
  const answered = useDomain(
    "access",
    keys,
    asked,
    (rest) => rest.accessOf(keys, { kind, name, namespace }, others, limit),
    enabled,
  );
  const { answer } = answered;
  if (!enabled)
    return (
      <Ask>
        {kind === "ServiceAccount"
          ? "Name a service account and its namespace."
          : `Name a ${kind.toLowerCase()}.`}
      </Ask>
    );
  return (
    <Answer
      on={on}
      of="subject"
      asked={asked}
      answered={answered}
      note={
        answer === null
          ? ""
          : `${plural(totalOf(answer.parts), "binding")} by its name${
              kind === "Group" ? "" : ` or as a member of ${answer.groups.join(", ")}`
            }.`
      }
      none={`No binding reaches ${name}: by roles it may do nothing.`}
    />
  );
}

/** Who may make a request. */
export function Who({ search }: { search: AccessSearch }) {
  const { on, verb = "get", what = "", ns = "", object = "" } = search;
  const keys = useMemo(() => keysOf(on), [on]);
  const limit = useLimit(keys);
  const request = requestOf(verb, what, ns, object);
  const asked = JSON.stringify([keys, request, limit]);
  const answered = useDomain("access", keys, asked, (rest) => rest.whoMay(keys, request, limit), what !== "");
  if (what === "") return <Ask>Name a resource, or a URL that begins with a slash.</Ask>;
  return (
    <Answer
      on={on}
      of="request"
      asked={asked}
      answered={answered}
      note=""
      none="No role lets anybody do this."
    />
  );
}

/** Each cluster's share of what a page is told. */
function useLimit(keys: readonly string[]): number {
  const open = useOpen();
  return Math.min(MOST_OF_ONE, Math.floor(MOST / Math.max(1, keys.length || open.length)));
}

const Ask = ({ children }: { children: ReactNode }) => (
  <div className="ac">
    <p className="ac-none t3">{children}</p>
  </div>
);

const totalOf = (parts: readonly AccessPart[]) => parts.reduce((sum, part) => sum + part.total, 0);

interface AnswerProps {
  on: string | undefined;
  /** `subject`: what reaches one; `request`: who may. */
  of: "subject" | "request";
  asked: string;
  answered: Answered<{
    grants: readonly AccessGrant[];
    roles: readonly AccessRole[];
    parts: readonly AccessPart[];
    unknown: readonly string[];
    whole: boolean;
  }>;
  note: string;
  /** Said where nothing is found, and everything was read. */
  none: string;
}

function Answer({ on, of, asked, answered: { answer, error, behind }, note, none }: AnswerProps) {
  const views = useClusters((state) => state.views);
  const open = useOpen();
  const list = useRef<HTMLDivElement>(null);
  const chains = useMemo(() => (answer === null ? [] : chainsOf(answer.grants, answer.roles)), [answer]);
  useWalk(list);
  useScrollPlace(list, chains);
  return (
    <div className={behind || error !== null ? "ac ac-dim" : "ac"} ref={list}>
      {error === null ? null : (
        <p className="ac-note error sm" role="alert">
          {error.message}
          {answer === null ? "" : " What is shown is from before."}
        </p>
      )}
      {answer === null ? (
        error === null && <ListFrame />
      ) : (
        <>
          <Shares
            parts={answer.parts}
            shown={shownOf(answer.grants)}
            open={open}
            every={on === undefined}
            views={views}
          />
          {note === "" || chains.length === 0 ? null : <p className="ac-note sm t2">{note}</p>}
          <Grants
            key={asked}
            on={on}
            several={answer.parts.length > 1}
            chains={chains}
            scroller={list}
            of={of}
          />
          {chains.length === 0 && answer.parts.length > 0 ? (
            <p className="ac-none t3">
              {answer.whole ? none : `Nothing found so far in ${plural(answer.parts.length, "cluster")}.`}
            </p>
          ) : null}
          <ul className="ac-unknown xs t3" aria-label="What this does not know">
            {answer.unknown.map((one) => (
              <li key={one}>
                <Icon name="help" small />
                {one}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function shownOf(grants: readonly AccessGrant[]): ReadonlyMap<string, number> {
  const shown = new Map<string, number>();
  for (const { cluster } of grants) shown.set(cluster, (shown.get(cluster) ?? 0) + 1);
  return shown;
}
