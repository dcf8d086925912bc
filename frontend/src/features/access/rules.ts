import type { AccessRole } from "../../api/generated/wire.ts";
import { ruleWords } from "../../state/access.ts";

/** Rules that a row shows before it is unfolded; one more than these takes no more room than saying so. */
export const FEW = 3;

export const folds = (rules: number) => rules > FEW + 1;

const LINE = 18;
const AROUND = 11;

const LETTERS = 48;
/** Thousands of rows lead to a few roles. */
const guessed = new WeakMap<AccessRole, number>();

/** How high a row may be in pixels, until it is drawn. */
export function guessOf(role: AccessRole | undefined): number {
  if (role === undefined) return AROUND + LINE;
  const known = guessed.get(role);
  if (known !== undefined) return known;
  const { rules } = role;
  const shown = folds(rules.length) ? rules.slice(0, FEW) : rules;
  const lines = shown.map((rule) => Math.ceil(ruleWords(rule).length / LETTERS));
  const all = lines.reduce((sum, one) => sum + one, folds(rules.length) ? 1 : 0);
  const height = AROUND + LINE * Math.max(1, all);
  guessed.set(role, height);
  return height;
}
