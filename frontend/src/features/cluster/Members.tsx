import { Menu } from "@mantine/core";
import type { ReactNode } from "react";
import { useConsole } from "../../app/context.tsx";
import { worst } from "../../app/standing.ts";
import type { WindowView } from "../../state/windows.ts";
import { Glyph } from "../../ui/Glyph.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { Mark } from "../../ui/Mark.tsx";
import { HowMany } from "./HowMany.tsx";
import { type Member, summary, type Way } from "./members.ts";
import type { TableState } from "./states.tsx";

const WAYS: Record<Exclude<Way, null>, string> = {
  open: "Open",
  retry: "Retry",
  reconnect: "Reconnect",
  cancel: "Cancel",
};
const MARKS = 6;

function useWays(): (member: Member) => void {
  const console_ = useConsole();
  return ({ shown, way }) => {
    if (way === "open") console_.open([shown.key]);
    else if (way === "cancel") console_.cancel(shown.key);
    else if (way !== null) console_.retry(shown.key);
  };
}

interface ToolbarProps {
  title: string;
  members: readonly Member[];
  window: WindowView | null;
  state: TableState;
  children?: ReactNode;
}

/** The toolbar of a merged view: whose rows these are, and who is missing. */
export function MembersToolbar({ title, members, window, state, children }: ToolbarProps) {
  const held = (window?.parts ?? []).reduce((sum, part) => sum + part.rows, 0);
  return (
    <div className="bar">
      <h1>{title}</h1>
      <HowMany window={window} state={state} held={held} />
      <span className="row cl-who whole" title={members.map((one) => one.shown.name).join("\n")}>
        {members.slice(0, MARKS).map(({ shown }) => (
          <Mark key={shown.key} name={shown.name} slot={shown.view.slot} />
        ))}
        {members.length > MARKS ? <span className="t3">+{members.length - MARKS}</span> : null}
      </span>
      <span className="grow" />
      <MembersNote members={members} />
      {children}
    </div>
  );
}

function MembersNote({ members }: { members: readonly Member[] }) {
  const act = useWays();
  const bad = worst(members.map((one) => one.status));
  const all = members.every((one) => one.whole);
  return (
    <Menu position="bottom-end" width={420} transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <button
          type="button"
          className={`chip cl-members ${all ? "k-ok" : `k-${bad}`}`}
          title={summary(members, members.length)}
        >
          <Glyph status={bad} size={10} />
          <span className="el">{all ? `Live, ${summary(members)}` : summary(members)}</span>
          <Icon name="down" small />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {members.map((one) => (
          <Menu.Item
            key={one.shown.key}
            closeMenuOnClick={false}
            leftSection={<Glyph status={one.status} />}
            rightSection={one.way === null ? null : <span className="acc sm">{WAYS[one.way]}</span>}
            onClick={() => act(one)}
          >
            <span className="cl-member">
              <span>
                <span className="m">{one.shown.name}</span>{" "}
                <span className="t2">{one.whole ? "live" : one.word}</span>
              </span>
              {one.whole ? null : <span className="xs t3">{one.said}</span>}
            </span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

interface PlainProps {
  state: TableState;
  members: readonly Member[];
  what: string;
  query: string;
  namespaces: readonly string[];
  onClear: () => void;
}

/** In the place of rows: what was asked, where, who did not answer and why, and the ways out. */
export function MembersPlain({ state, members, what, query, namespaces, onClear }: PlainProps) {
  const act = useWays();
  const lacking = members.filter((one) => !one.whole);
  const answered = members.length - lacking.length;
  const where = namespaces.length > 0 ? `${namespaces.join(", ")} of ` : "";
  const narrowed = query !== "" || namespaces.length > 0;
  return (
    <div className="empty">
      {state.kind === "failed" ? (
        <>
          <Glyph status="error" size={20} label="Failed" />
          <p className="m">
            None of the {members.length} clusters shows its {what}.
          </p>
        </>
      ) : (
        <p className="m">
          No {what} {query ? `match “${query}”` : ""} in {where}
          {lacking.length > 0
            ? `the ${answered} of ${members.length} clusters that answered`
            : `${members.length} clusters`}
          .
        </p>
      )}
      {lacking.length === 0 ? null : (
        <ul className="cl-lacking">
          {lacking.map((one) => (
            <li key={one.shown.key}>
              <Glyph status={one.status} />
              <span className="grow">
                <span className="m">{one.shown.name}</span> <span>{one.word}</span>
                <span className="t2 xs cl-said">{one.said}</span>
              </span>
              {one.way === null ? null : (
                <button
                  type="button"
                  className="btn sm"
                  aria-label={`${WAYS[one.way]} ${one.shown.name}`}
                  onClick={() => act(one)}
                >
                  {WAYS[one.way]}
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {narrowed ? (
        <button type="button" className="btn" onClick={onClear}>
          {query ? "Clear filter" : "Show all namespaces"}
        </button>
      ) : null}
    </div>
  );
}
