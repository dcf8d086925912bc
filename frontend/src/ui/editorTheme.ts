/** How text looks in an editor. It comes with the editor, on demand. */

import { HighlightStyle } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

export const COLOURS = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--qd-syn-key)" },
  { tag: [tags.string, tags.content, tags.special(tags.string)], color: "var(--qd-syn-str)" },
  { tag: [tags.number], color: "var(--qd-syn-num)" },
  { tag: [tags.bool, tags.null, tags.keyword], color: "var(--qd-syn-bool)" },
  { tag: [tags.comment, tags.meta], color: "var(--qd-syn-com)" },
  { tag: [tags.punctuation, tags.separator, tags.bracket], color: "var(--qd-text-2)" },
]);

export const THEME = EditorView.theme({
  "&": { height: "100%", backgroundColor: "var(--qd-bg-inset)", color: "var(--qd-text-1)", fontSize: "12px" },
  "&.cm-focused": { outline: "none" },
  // Over the gutters and the active line, which have a ground of their own.
  "&.cm-focused::after": {
    content: '""',
    position: "absolute",
    inset: "0",
    zIndex: "300",
    pointerEvents: "none",
    boxShadow: "inset 0 0 0 2px var(--qd-accent)",
  },
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
