import { CopyButton } from "../ui/CopyButton.tsx";
import { Logo } from "../ui/Icon.tsx";

/** Without a token nothing is shown; only the terminal can give a new one. */
export function Gate({ used }: { used: boolean }) {
  return (
    <main className="gate">
      <div>
        <Logo />
        <h1>{used ? "This link was already used, or is too old." : "This page needs a new link."}</h1>
        <p className="t2">
          Run this in a terminal. It opens the page of the console that is already running.
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
