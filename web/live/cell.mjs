// One code cell on the page: its buttons, its editor, its outputs, and the way back to the author's version.
import { paint } from './highlight.mjs';
import { Outputs } from './outputs.mjs';

const element = (tag, className, properties = {}) =>
  Object.assign(document.createElement(tag), { className, ...properties });

/** What a cell says beside its buttons; `more` is a time or how far a start is. */
const STATES = {
  waiting: () => 'waits…',
  starting: (more) => `starts Python… ${more}`,
  running: (more) => `runs… ${more}`,
  done: (more) => `✓ done in ${more}`,
  failed: (more) => `✗ failed after ${more}`,
  stopped: () => '■ stopped',
};
const TICK = 1000;

export class Cell {
  /**
   * @param node the cell's element
   * @param id of the notebook's cell
   * @param number how the reader counts it, as the page shows it; null where there is output but no code
   * @param edit the reader's own text of an earlier visit, if there is one
   * @param page {run, runAbove, edited, editor, showWidget}: what its buttons call
   */
  constructor(node, id, number, edit, page) {
    Object.assign(this, { node, id, number, edit, page, editor: null });
    this.input = node.querySelector('.cell_input');
    this.code = this.input?.querySelector('.highlight')?.parentElement;
    this.output = node.querySelector(':scope > .cell_output, :scope > details > .cell_output');
    this.#addButtons();
    if (this.edit !== undefined) this.#showEdit();
  }

  get name() {
    return this.input ? `code cell ${this.number}` : 'the cell of this figure';
  }

  #button(text, label, action) {
    const button = element('button', 'live-button', { type: 'button', textContent: text, onclick: action });
    button.setAttribute('aria-label', label);
    return button;
  }

  #addButtons() {
    if (this.input) {
      this.tools = this.node.querySelector('.live-tools');       // the built page has it, with the first two
      [this.run, this.editButton] = this.tools.querySelectorAll('button');
      this.run.onclick = () => this.page.run(this);
      this.editButton.onclick = () => this.openEditor();
      this.resetButton = this.#button('Reset', `Reset ${this.name} to the author's version`, () => this.reset());
      this.resetButton.hidden = true;
      const above = this.#button('Run all above', `Run all above ${this.name}`, () => this.page.runAbove(this));
      above.classList.add('live-above');
      this.status = element('span', 'live-state');
      this.tools.append(above, this.resetButton, this.status);
    }
    const freely = this.output?.querySelector('.live-freely');     // gives way to the figure that Python moves
    if (freely) freely.onclick = () => this.page.run(this);
  }

  #showEdit() {
    this.stored ??= this.code.innerHTML;
    paint(this.code.querySelector('pre'), this.edit);
    this.#markEdited();
  }

  #markEdited() {
    this.node.toggleAttribute('data-edited', this.edit !== undefined);
    if (this.resetButton) this.resetButton.hidden = this.edit === undefined && !this.results;
  }

  /** The reader's text, or the author's. */
  text(info) {
    return this.edit ?? info.source;
  }

  async openEditor() {
    if (this.editor) return this.editor.focus();
    const { makeEditor, info } = await this.page.editor(this);
    this.authors = info?.source;
    if (this.editor || !makeEditor) return this.editor?.focus();
    this.host = element('div', 'live-editor');
    // the theme and Sphinx listen for single keys anywhere but in inputs
    this.host.addEventListener('keydown', (event) => event.stopPropagation());
    this.code.hidden = true;
    this.code.after(this.host);
    this.editor = makeEditor({
      parent: this.host,
      doc: this.text(info),
      label: `Code cell ${this.number}`,
      description: 'live-help',
      onChange: (text) => this.#changed(text === info.source ? undefined : text),
      onRun: () => this.page.run(this),
    });
    this.host.append(element('p', 'live-keys', { textContent: 'Shift-Enter runs · Tab leaves · Ctrl-] and Ctrl-[ indent' }));
    this.editor.focus();
  }

  /** Another tab of this page changed the cell. */
  changedElsewhere(edit) {
    this.edit = edit;
    if (this.editor) this.editor.setText(edit ?? this.authors ?? '');
    else if (edit !== undefined) this.#showEdit();
    else if (this.stored !== undefined) this.code.innerHTML = this.stored;
    this.#markEdited();
  }

  #changed(edit) {
    this.edit = edit;
    this.page.edited(this);
    this.#markEdited();
  }

  /** Back to the author's code and the stored outputs. */
  reset() {
    const hadFocus = this.node.contains(document.activeElement);
    this.editor?.destroy();
    this.host?.remove();
    this.editor = this.host = null;
    if (this.stored !== undefined) this.code.innerHTML = this.stored;
    if (this.code) this.code.hidden = false;
    this.#showStored();
    this.#changed(undefined);
    this.setState();
    if (hadFocus) this.run?.focus();
  }

  // Outputs: the stored ones are only hidden, so that a reset brings them back as they were. A figure
  // stays with its caption and its id, to which links lead and which the theme watches.

  #replaceStored() {
    if (this.results) return;
    this.results = element('div', 'live-results');
    this.results.setAttribute('role', 'group');
    this.results.setAttribute('aria-label', `Output of ${this.name}`);
    if (!this.output) {
      this.output = element('div', 'cell_output docutils container');
      this.node.append(this.output);
    }
    const figure = this.output.querySelector('figure');
    const caption = figure?.querySelector(':scope > figcaption');
    const beside = [...this.output.children].filter((child) => !child.contains(figure));
    this.hidden = figure ? [...beside, ...figure.children].filter((child) => child !== caption) : beside;
    for (const child of this.hidden) child.classList.add('live-stored');
    if (caption) caption.before(this.results);
    else (figure ?? this.output).append(this.results);
  }

  #showStored() {
    if (!this.results) return;
    this.results.remove();
    for (const child of this.hidden) child.classList.remove('live-stored');
    this.results = null;
  }

  /** A fresh place for what the cell is about to show. */
  outputs() {
    const stored = this.output?.querySelector('img:not(.live-picture)')?.alt;
    const alt = () => (this.edit === undefined && stored) || `Figure drawn by your version of ${this.name}`;
    let place;
    const begin = () => {                           // the old output stands until the new one comes
      if (place) return place;
      this.#replaceStored();
      this.#markEdited();
      place = new Outputs(this.results, alt, this.page.showWidget);
      place.clear();
      return place;
    };
    return { add: (message) => begin().add(message), end: begin };
  }

  /** A sentence of the page's own under the cell. */
  say(text) {
    this.#replaceStored();
    this.results.append(element('p', 'live-note', { textContent: text }));
  }

  /** One of STATES, or none; `more` completes its words. A running cell counts its seconds. */
  setState(state, more = '') {
    clearInterval(this.ticking);
    if (state) this.node.dataset.live = state;
    else delete this.node.dataset.live;
    this.node.toggleAttribute('aria-busy', state === 'running');
    this.#sayState(state, more);
    if (state !== 'running') return;
    const since = Date.now();
    this.ticking = setInterval(() => this.#sayState(state, `${Math.round((Date.now() - since) / 1000)} s`), TICK);
  }

  #sayState(state, more) {
    if (this.status) this.status.textContent = state ? STATES[state](more) : '';
  }
}
