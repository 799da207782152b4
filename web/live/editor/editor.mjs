// The editor of a code cell: CodeMirror 6 with Python, and nothing that a short cell does not need.
import { closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { python } from '@codemirror/lang-python';
import { HighlightStyle, bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { EditorState, Prec } from '@codemirror/state';
import { EditorView, drawSelection, keymap } from '@codemirror/view';
import { tags as t } from '@lezer/highlight';

// colors come from the page's style sheet, so that light and dark need no second editor
const colors = HighlightStyle.define([
  { tag: [t.keyword, t.operatorKeyword, t.controlKeyword, t.definitionKeyword, t.moduleKeyword], class: 'live-keyword' },
  { tag: [t.string, t.special(t.string)], class: 'live-string' },
  { tag: [t.number, t.bool, t.null], class: 'live-number' },
  { tag: t.comment, class: 'live-comment' },
  { tag: [t.function(t.definition(t.variableName)), t.definition(t.className)], class: 'live-definition' },
]);

/**
 * @param parent the element to put the editor into
 * @param doc the text it starts with
 * @param label, description: what a screen reader says (the id of an element for the latter)
 * @param onChange (text) => void
 * @param onRun () => void, called on Shift-Enter
 */
export function makeEditor({ parent, doc, label, description, onChange, onRun }) {
  const run = () => (onRun(), true);
  const view = new EditorView({
    parent,
    doc,
    extensions: [
      // Tab is not bound: it leaves the editor, as everywhere on the page
      Prec.highest(keymap.of([{ key: 'Shift-Enter', run }, { key: 'Mod-Enter', run }])),
      keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap]),
      history(), drawSelection(), bracketMatching(), closeBrackets(), indentOnInput(), python(),
      indentUnit.of('    '), EditorState.tabSize.of(4), syntaxHighlighting(colors), EditorView.lineWrapping,
      EditorView.contentAttributes.of({ 'aria-label': label, 'aria-describedby': description }),
      EditorView.updateListener.of((update) => update.docChanged && onChange(update.state.doc.toString())),
    ],
  });
  return {
    focus: () => view.focus(),
    setText: (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
    destroy: () => view.destroy(),
  };
}
