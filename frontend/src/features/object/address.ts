/** Which object the drawer shows, as the address has it: `apps/v1/deployments:shop/web`. */

export interface Address {
  /** A path as `core/v1/pods`. */
  resource: string;
  /** Empty for kinds without. */
  namespace: string;
  name: string;
}

export function written(address: Address): string {
  return `${address.resource}:${address.namespace}/${address.name}`;
}

/** Null where it makes no sense. Names may hold colons (`system:node`), namespaces and names no slash. */
export function parsed(text: string | undefined): Address | null {
  const found = /^([a-z0-9.-]+\/[a-z0-9]+\/[a-z0-9.-]+):([a-z0-9-]*)\/([^/]+)$/.exec(text ?? "");
  const [, resource, namespace, name] = found ?? [];
  return resource === undefined || namespace === undefined || name === undefined
    ? null
    : { resource, namespace, name };
}

/** `apps/deployments`, of whatever version. */
export function kindKey(resource: string): string {
  const [group = "", , plural = ""] = resource.split("/");
  return `${group}/${plural}`;
}
