import { CopyButton } from "../ui/CopyButton.tsx";
import { Logo } from "../ui/Icon.tsx";

/** Why a page has no token: it never had one, its link is worth nothing, or the console that gave it is gone. */
export type Why = "new" | "used" | "restarted";

const TITLES: Record<Why, string> = {
  new: "This page needs a new link.",
  used: "This link was already used, or is too old.",
  restarted: "The console was started again.",
};

/** Without a token nothing is shown; only the terminal can give a new one. */
export function Gate({ why }: { why: Why }) {
  return (
    <main className="gate">
      <div>
        <Logo />
        <h1>{TITLES[why]}</h1>
        <p className="t2">
          Run this in a terminal. It opens the page of the console that is already running
          {why === "restarted" ? ", and this page goes on where it was." : "."}
        </p>
        <p className="row">
          <code className="cmd">quarterdeck</code>
          <CopyButton text="quarterdeck" label="Copy the command" />
        </p>
        <p className="t3 xs">
          A link works once, for 60 s. The page then stays signed in as long as the console runs.
        </p>
      </div>
    </main>
  );
}
