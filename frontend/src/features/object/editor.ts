/** A read-only CodeMirror on YAML. It lives in a shadow root, where its sheets are adopted: the page's content security
 * policy refuses style elements. */

import { defaultKeymap } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import {
  codeFolding,
  foldEffect,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  syntaxHighlighting,
} from "@codemirror/language";
import { closeSearchPanel, findNext, findPrevious, openSearchPanel, search } from "@codemirror/search";
import { Compartment, EditorState, type Text } from "@codemirror/state";
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
import { tags } from "@lezer/highlight";

const COLOURS = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--qd-syn-key)" },
  { tag: [tags.string, tags.content, tags.special(tags.string)], color: "var(--qd-syn-str)" },
  { tag: [tags.number], color: "var(--qd-syn-num)" },
  { tag: [tags.bool, tags.null, tags.keyword], color: "var(--qd-syn-bool)" },
  { tag: [tags.comment, tags.meta], color: "var(--qd-syn-com)" },
  { tag: [tags.punctuation, tags.separator, tags.bracket], color: "var(--qd-text-2)" },
]);

const THEME = EditorView.theme({
  "&": { height: "100%", backgroundColor: "var(--qd-bg-inset)", color: "var(--qd-text-1)", fontSize: "12px" },
  "&.cm-focused": { outline: "none", boxShadow: "inset 0 0 0 1px var(--qd-accent)" },
  ".cm-scroller": { fontFamily: "var(--qd-font-mono)", lineHeight: "18px" },
  ".cm-gutters": {
    backgroundColor: "var(--qd-bg-inset)",
    color: "var(--qd-text-3)",
    border: "none",
  },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--qd-bg-2)" },
  ".cm-cursor": { borderLeftColor: "var(--qd-accent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--qd-row-selected)",
  },
  ".cm-foldPlaceholder": {
    backgroundColor: "var(--qd-bg-3)",
    border: "1px solid var(--qd-border-2)",
    color: "var(--qd-text-2)",
    borderRadius: "3px",
    font: "11px/16px var(--qd-font-mono)",
    margin: "0 4px",
    padding: "0 6px",
    cursor: "pointer",
  },
  ".cm-foldGutter .cm-gutterElement": { cursor: "pointer", padding: "0 4px 0 2px" },
  ".cm-panels": {
    backgroundColor: "var(--qd-bg-2)",
    color: "var(--qd-text-1)",
    borderColor: "var(--qd-border-1)",
    fontFamily: "var(--qd-font-ui)",
  },
  ".cm-panels.cm-panels-top": { borderBottom: "1px solid var(--qd-border-1)" },
  ".cm-panel.cm-search": { padding: "6px 28px 6px 8px", fontSize: "12px" },
  ".cm-panel.cm-search label": { color: "var(--qd-text-2)", fontSize: "11px" },
  ".cm-textfield": {
    backgroundColor: "var(--qd-bg-inset)",
    border: "1px solid var(--qd-border-3)",
    borderRadius: "5px",
    color: "var(--qd-text-1)",
    fontSize: "12px",
    minHeight: "24px",
    padding: "0 6px",
  },
  ".cm-button": {
    backgroundImage: "none",
    backgroundColor: "var(--qd-bg-3)",
    border: "1px solid var(--qd-border-2)",
    borderRadius: "5px",
    color: "var(--qd-text-1)",
    fontSize: "12px",
    minHeight: "24px",
  },
  ".cm-panel.cm-search [name=select]": { display: "none" },
  ".cm-panel.cm-search [name=close]": { color: "var(--qd-text-2)", width: "24px", height: "24px" },
  ".qd-num, .qd-num *": { color: "var(--qd-syn-num)" },
  ".qd-word, .qd-word *": { color: "var(--qd-syn-bool)" },
  ".cm-searchMatch": { backgroundColor: "var(--qd-warn-soft)", outline: "1px solid var(--qd-warn-line)" },
  ".cm-searchMatch-selected": { backgroundColor: "var(--qd-warn-line)" },
});

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

export interface YamlEditor {
  /** Another text; place, folds and selection stay where they can. */
  show: (text: string) => void;
  wrap: (on: boolean) => void;
  find: () => void;
  destroy: () => void;
}

export function createEditor(host: HTMLElement, text: string, label: string, wrapped: boolean): YamlEditor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const wrapping = new Compartment();
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
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
        wrapping.of(wrapped ? EditorView.lineWrapping : []),
        THEME,
      ],
    }),
  });
  fold(view);
  return {
    show: (next) => {
      const change = difference(view.state.doc.toString(), next);
      if (change === null) return;
      view.dispatch({ changes: change });
      fold(view);
    },
    wrap: (on) => view.dispatch({ effects: wrapping.reconfigure(on ? EditorView.lineWrapping : []) }),
    find: () => {
      view.focus();
      openSearchPanel(view);
    },
    destroy: () => view.destroy(),
  };
}

/** What lies between the first and the last place where two texts differ; null for none. */
export function difference(
  before: string,
  next: string,
): { from: number; to: number; insert: string } | null {
  if (before === next) return null;
  const most = Math.min(before.length, next.length);
  let from = 0;
  while (from < most && before[from] === next[from]) from += 1;
  let end = 0;
  while (end < most - from && before[before.length - 1 - end] === next[next.length - 1 - end]) end += 1;
  return { from, to: before.length - end, insert: next.slice(from, next.length - end) };
}

function fold(view: EditorView): void {
  const range = managed(view.state.doc);
  if (range !== null) view.dispatch({ effects: foldEffect.of(range) });
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
