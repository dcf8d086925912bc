/** Single keys belong to the grid, tree or row that has the focus; they never fire in inputs. */

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  const tag = target.tagName;
  return (
    tag === "TEXTAREA" ||
    tag === "SELECT" ||
    (tag === "INPUT" && (target as HTMLInputElement).type !== "checkbox")
  );
}

/** The place where single keys act: a grid, a tree, a row, the tab strip. */
export function inKeyPlace(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("[data-keys]") !== null;
}

/** What was clicked by hand and leads elsewhere keeps no focus: single keys are for what it leads to. */
export function letGo(event: { detail: number; currentTarget: EventTarget }): void {
  if (event.detail > 0 && event.currentTarget instanceof HTMLElement) event.currentTarget.blur();
}

const PREFIX_MS = 1_000;

/** Two-key sequences such as `g p`: hands out the whole when the second comes within a second. */
export function sequences(): (key: string, at: number) => string {
  let first = "";
  let firstAt = 0;
  return (key, at) => {
    if (first !== "" && at - firstAt < PREFIX_MS) {
      const whole = `${first} ${key}`;
      first = "";
      return whole;
    }
    if (key === "g") {
      first = key;
      firstAt = at;
      return "";
    }
    first = "";
    return key;
  };
}
