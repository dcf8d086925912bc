/** A read-only CodeMirror on YAML. It lives in a shadow root, where its sheets are adopted: the page's content security
 * policy refuses style elements. */

import { defaultKeymap } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import {
  codeFolding,
  foldEffect,
  foldedRanges,
  foldGutter,
  foldKeymap,
  syntaxHighlighting,
} from "@codemirror/language";
import { closeSearchPanel, findNext, findPrevious, openSearchPanel, search } from "@codemirror/search";
import { Compartment, EditorState, type Extension, type StateEffect, type Text } from "@codemirror/state";
import {
  Decoration,
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
  MatchDecorator,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";
import { COLOURS, THEME } from "../../ui/editorTheme.ts";
import { lineDiff } from "../../ui/lineDiff.ts";

/** What is no text: the grammar takes all plain scalars alike. */
const PLAIN = new MatchDecorator({
  regexp: /(?<=(?::|-) )(?:(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)|true|false|null)$/g,
  decoration: (match) => (match[1] === undefined ? WORD : NUMBER),
});
const NUMBER = Decoration.mark({ class: "qd-num" });
const WORD = Decoration.mark({ class: "qd-word" });
const plainScalars = ViewPlugin.define(
  (view) => ({
    marks: PLAIN.createDeco(view),
    update(update: ViewUpdate) {
      this.marks = PLAIN.updateDeco(update, this.marks);
    },
  }),
  { decorations: (plugin) => plugin.marks },
);

/** What somebody had made of the text before they looked elsewhere: place, folds, selection, search. */
export interface Kept {
  state: EditorState;
  scroll: StateEffect<unknown>;
  wrapping: Compartment;
}

export interface YamlEditor {
  /** Another text; place, folds and selection stay where they can. */
  show: (text: string) => void;
  wrap: (on: boolean) => void;
  find: () => void;
  /** Ends it, and gives what another goes on from. */
  leave: () => Kept;
}

export function createEditor(
  host: HTMLElement,
  text: string,
  label: string,
  wrapped: boolean,
  kept: Kept | null = null,
): YamlEditor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const wrapping = kept?.wrapping ?? new Compartment();
  const view = new EditorView({
    root,
    parent: root,
    ...(kept === null ? {} : { scrollTo: kept.scroll }),
    state: kept?.state ?? stateOf(text, label, wrapping.of(wrapped ? EditorView.lineWrapping : [])),
  });
  if (kept === null) fold(view);
  const show = (next: string) => {
    const found = changes(view.state.doc.toString(), next);
    if (found.length === 0) return;
    const folded = managedIsFolded(view.state);
    view.dispatch({ changes: found });
    if (folded) fold(view);
  };
  show(text);
  return {
    show,
    wrap: (on) => view.dispatch({ effects: wrapping.reconfigure(on ? EditorView.lineWrapping : []) }),
    find: () => {
      view.focus();
      openSearchPanel(view);
    },
    leave: () => {
      const left = { state: view.state, scroll: view.scrollSnapshot(), wrapping };
      view.destroy();
      return left;
    },
  };
}

function stateOf(text: string, label: string, wrapping: Extension): EditorState {
  return EditorState.create({
    doc: text,
    extensions: [
      EditorState.readOnly.of(true),
      EditorView.contentAttributes.of({
        "aria-label": label,
        "aria-readonly": "true",
        spellcheck: "false",
      }),
      lineNumbers(),
      foldGutter(),
      codeFolding({
        preparePlaceholder: (state, range) =>
          `${state.doc.lineAt(range.to).number - state.doc.lineAt(range.from).number} lines`,
        placeholderDOM: (_view, onclick, prepared) => {
          const button = document.createElement("button");
          button.type = "button";
          button.className = "cm-foldPlaceholder";
          button.textContent = `… ${String(prepared)}`;
          button.setAttribute("aria-label", `Unfold ${String(prepared)}`);
          button.onclick = onclick;
          return button;
        },
      }),
      yaml(),
      syntaxHighlighting(COLOURS),
      plainScalars,
      drawSelection(),
      highlightActiveLine(),
      search({ top: true }),
      keymap.of([
        // Ctrl F is the browser's.
        { key: "/", run: openSearchPanel },
        {
          key: "F3",
          run: findNext,
          shift: findPrevious,
          scope: "editor search-panel",
          preventDefault: true,
        },
        { key: "Escape", run: closeSearchPanel, scope: "editor search-panel" },
        ...foldKeymap,
        // Escape leaves the drawer.
        ...defaultKeymap.filter(({ key }) => key !== "Escape"),
      ]),
      wrapping,
      THEME,
    ],
  });
}

interface Change {
  from: number;
  to: number;
  insert: string;
}

/** Line by line, so that what somebody looks at stays where it is: a change that spans it would take it along. */
export function changes(before: string, next: string): Change[] {
  const found: Change[] = [];
  let [at, open] = [0, false];
  for (const { kind, text } of lineDiff(lines(before), lines(next))) {
    if (kind !== "same" && !open) found.push({ from: at, to: at, insert: "" });
    open = kind !== "same";
    const last = found.at(-1);
    if (kind !== "come") at += text.length;
    if (last === undefined || !open) continue;
    if (kind === "gone") last.to = at;
    else last.insert += text;
  }
  return found;
}

/** Each with its end, so that together they are the text. */
const lines = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

function fold(view: EditorView): void {
  const range = managed(view.state.doc);
  if (range !== null) view.dispatch({ effects: foldEffect.of(range) });
}

/** True where there are none: those that come are folded as well. */
function managedIsFolded(state: EditorState): boolean {
  const range = managed(state.doc);
  if (range === null) return true;
  let found = false;
  foldedRanges(state).between(range.from, range.from, () => {
    found = true;
  });
  return found;
}

/** The managed fields of the object itself, without their first line. */
export function managed(doc: Text): { from: number; to: number } | null {
  for (let number = 1; number <= doc.lines; number++) {
    const first = doc.line(number);
    if (first.text !== "  managedFields:") continue;
    let last = number;
    while (last < doc.lines && /^ {2}(-| )/.test(doc.line(last + 1).text)) last += 1;
    return last > number ? { from: first.to, to: doc.line(last).to } : null;
  }
  return null;
}
