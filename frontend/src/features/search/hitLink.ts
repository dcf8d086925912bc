import type { SearchHit } from "../../api/generated/wire.ts";
import { clusterLink } from "../../app/links.ts";
import { written } from "../object/address.ts";

/** To its kind's table, with the object in the drawer: the address names it, so that it shows before its row does. */
export const hitLink = (hit: SearchHit) =>
  clusterLink(hit.cluster, hit.resource, {
    ...{ q: hit.name, ns: "*", row: `${hit.cluster}/${hit.uid}` },
    obj: written({ resource: hit.resource, namespace: hit.namespace, name: hit.name }),
  });
