import { KINDS, untitled } from "../frame/Nav.tsx";
import { useKinds } from "../frame/useKinds.ts";
import { kindKey } from "../object/address.ts";

export interface KindFacts {
  title: string;
  namespaced: boolean;
}

/** What the clusters say of a kind; until one has answered, what can be known of its name. */
export function useKind(keys: readonly string[], resource: string): KindFacts {
  const all = useKinds(keys).flatMap((group) => group.kinds);
  // A kind is listed in one of its versions; another may be looked at all the same.
  const found =
    all.find((kind) => kind.resource === resource) ??
    all.find((kind) => kindKey(kind.resource) === kindKey(resource));
  if (found !== undefined) return found;
  const known = KINDS.find((kind) => kind.resource === resource);
  return { title: untitled(resource), namespaced: known?.namespaced ?? true };
}
