import { Link } from "@tanstack/react-router";
import { fleetLink } from "../../app/links.ts";
import "./domain.css";

/** What a view of the open clusters says while none is, and the way to open some. */
export function NoCluster() {
  return (
    <p className="dm-none t3">
      No cluster is open.
      <Link {...fleetLink()} className="btn sm">
        Go to Fleet
      </Link>
    </p>
  );
}
