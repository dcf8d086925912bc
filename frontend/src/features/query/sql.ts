/** CodeMirror for SQL, with the tables and columns that there are. In a shadow root, as the YAML editor is. */

import { acceptCompletion, autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { SQLite, type SQLNamespace, sql } from "@codemirror/lang-sql";
import { syntaxHighlighting } from "@codemirror/language";
import { Compartment, EditorState, Prec, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import type { QuerySchema } from "../../api/generated/wire.ts";
import { COLOURS, THEME } from "../../ui/editorTheme.ts";
import { changes } from "../object/editor.ts";

const OWN = EditorView.theme({
  ".qd-wrong": { backgroundColor: "var(--qd-error)", color: "var(--qd-bg-0)", borderRadius: "2px" },
  ".cm-tooltip": {
    backgroundColor: "var(--qd-bg-3)",
    border: "1px solid var(--qd-border-2)",
    borderRadius: "5px",
    color: "var(--qd-text-1)",
  },
  ".cm-tooltip-autocomplete > ul": { fontFamily: "var(--qd-font-mono)", maxHeight: "220px" },
  ".cm-tooltip-autocomplete > ul > li": { padding: "2px 8px", lineHeight: "20px" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--qd-row-selected)",
    color: "var(--qd-text-1)",
  },
  ".cm-completionMatchedText": { textDecoration: "none", color: "var(--qd-accent-text)" },
  ".cm-completionDetail": { color: "var(--qd-text-3)", fontStyle: "normal" },
});

const setWrong = StateEffect.define<number | null>();
const MARK = Decoration.mark({ class: "qd-wrong" });

/** The character that is to blame, until something is typed. */
const wrong = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (before, change) => {
    for (const effect of change.effects) {
      if (!effect.is(setWrong)) continue;
      const { length } = change.state.doc;
      if (effect.value === null || length === 0) return Decoration.none;
      const from = Math.min(effect.value, length - 1);
      return Decoration.set([MARK.range(from, from + 1)]);
    }
    return change.docChanged ? Decoration.none : before;
  },
  provide: (field) => EditorView.decorations.from(field),
});

export interface SqlEditor {
  text: () => string;
  /** In place of what is there; undo brings that back. */
  put: (text: string) => void;
  /** At the cursor. */
  insert: (text: string) => void;
  complete: (schema: QuerySchema) => void;
  blame: (position: number | null) => void;
  focus: () => void;
  destroy: () => void;
}

export interface SqlEvents {
  onChange: (text: string) => void;
  onRun: () => void;
}

const namespaceOf = (schema: QuerySchema): SQLNamespace =>
  Object.fromEntries(
    schema.tables.map((table) => [
      table.name.replaceAll(".", "\\."),
      table.columns.map((column) => ({ label: column.name, detail: column.type, type: "property" })),
    ]),
  );

const language = (schema: SQLNamespace) => sql({ dialect: SQLite, upperCaseKeywords: true, schema });

export function createSqlEditor(host: HTMLElement, text: string, events: SqlEvents): SqlEditor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const tables = new Compartment();
  const run = () => {
    events.onRun();
    return true;
  };
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        EditorView.contentAttributes.of({ "aria-label": "Question in SQL", spellcheck: "false" }),
        lineNumbers(),
        history(),
        drawSelection(),
        EditorView.lineWrapping,
        autocompletion({ icons: false }),
        tables.of(language({})),
        syntaxHighlighting(COLOURS),
        wrong,
        Prec.highest(
          keymap.of([
            { key: "Mod-Enter", run },
            { key: "Tab", run: acceptCompletion },
          ]),
        ),
        keymap.of([...completionKeymap, ...historyKeymap, ...defaultKeymap]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) events.onChange(update.state.doc.toString());
        }),
        THEME,
        OWN,
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    put: (next) => {
      const made = changes(view.state.doc.toString(), next);
      if (made.length > 0) view.dispatch({ changes: made });
    },
    insert: (piece) => {
      view.dispatch(view.state.replaceSelection(piece));
      view.focus();
    },
    complete: (schema) => view.dispatch({ effects: tables.reconfigure(language(namespaceOf(schema))) }),
    blame: (position) => view.dispatch({ effects: setWrong.of(position) }),
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}
