import { Link } from "@tanstack/react-router";
import { fleetLink } from "./links.ts";

export function NotFound() {
  return (
    <main id="main" className="screen">
      <div className="empty">
        <p className="m">There is no such view.</p>
        <Link {...fleetLink()} className="btn">
          Go to Fleet
        </Link>
      </div>
    </main>
  );
}
