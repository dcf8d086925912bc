import type { AccessRole } from "../../api/generated/wire.ts";

/** Rules that a row shows before it is unfolded; one more than these takes no more room than saying so. */
export const FEW = 3;

export const folds = (rules: number) => rules > FEW + 1;

const LINE = 18;
const AROUND = 11;

/** How high a row may be in pixels, until it is drawn. */
export function guessOf(role: AccessRole | undefined): number {
  const rules = role?.rules.length ?? 0;
  return AROUND + LINE * Math.max(1, folds(rules) ? FEW + 1 : rules);
}
