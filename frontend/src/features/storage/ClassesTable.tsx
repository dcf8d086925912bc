import { Link } from "@tanstack/react-router";
import type { StorageClassFigures } from "../../api/generated/wire.ts";
import { clusterLink } from "../../app/links.ts";
import { tabId } from "../../state/tabs.ts";
import { bytes, count } from "../../ui/format.ts";

interface Props {
  classes: readonly StorageClassFigures[];
  /** Whether all classes are known, so that one that is not among them is none. */
  known: boolean;
  /** Those that were asked for. */
  clusters: readonly string[];
}

const VOLUMES = "core/v1/persistentvolumes";
const CLAIMS = "core/v1/persistentvolumeclaims";

/** How much there is of each class, and how much of it is bound; each number of objects leads to their table. */
export function ClassesTable({ classes, known, clusters }: Props) {
  if (classes.length === 0) return null;
  return (
    <table className="tbl dm-t" aria-label="Storage classes">
      <thead>
        <tr>
          <th>Class</th>
          <th>Provisioner</th>
          <th className="r">Volumes</th>
          <th className="r">Capacity</th>
          <th className="r">Bound</th>
          <th className="r">Free</th>
          <th className="r">Left behind</th>
          <th className="r">Claims</th>
          <th className="r">Asked for</th>
          <th className="r">Pending</th>
        </tr>
      </thead>
      <tbody>
        {classes.map((one) => (
          <tr key={one.name}>
            <th scope="row">
              {one.name === "" ? <span className="t2">Without a class</span> : one.name}
              {one.default_in > 0 ? (
                <span className="t3 xs">
                  {clusters.length > 1 ? ` default in ${one.default_in}` : " default"}
                </span>
              ) : null}
            </th>
            <td className="t2">{one.provisioners.join(", ") || missing(one.name, known)}</td>
            <Objects clusters={clusters} resource={VOLUMES} of={one.name} many={one.volumes} />
            <td className="r">{size(one.capacity)}</td>
            <td className="r">{size(one.bound)}</td>
            <td className="r">{size(one.free)}</td>
            <td className={one.left > 0 ? "r warn" : "r"}>{size(one.left)}</td>
            <Objects clusters={clusters} resource={CLAIMS} of={one.name} many={one.claims} />
            <td className="r">{size(one.requested)}</td>
            <td className="r">{one.pending === 0 ? <span className="t3">0</span> : count(one.pending)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const missing = (name: string, known: boolean) =>
  name === "" ? "" : known ? "no such class" : "not read yet";

interface ObjectsProps {
  clusters: readonly string[];
  resource: string;
  /** A class. */
  of: string;
  many: number;
}

function Objects({ clusters, resource, of, many }: ObjectsProps) {
  return (
    <td className="r">
      {many === 0 ? (
        <span className="t3">0</span>
      ) : (
        <Link {...clusterLink(tabId(clusters), resource, { q: `storage_class:"${of}"`, ns: "*" })}>
          {count(many)}
        </Link>
      )}
    </td>
  );
}

const size = (value: number) => (value === 0 ? <span className="t3">0</span> : bytes(value));
