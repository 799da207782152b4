// "Your work" at a chapter's end: progress, how sure and how right, notes, and the files.

import { make } from './dom.mjs';
import { read, written } from './notebook.mjs';
import { sureness } from './sureness.mjs';

const KINDS = [['question', 'questions'], ['exercise', 'exercises'], ['guess', 'guesses']];
const LARGEST = 30e6; // bytes of a notebook that is brought back

/** How many of each kind are answered, in words. */
export function progress(chapter, totals) {
  return KINDS.filter(([kind]) => totals[kind])
    .map(([kind, word]) => `${Object.keys(chapter[kind]).length} of ${totals[kind]} ${word}`)
    .join(' · ');
}

/** The panel; `draw()` shows what is kept now. */
export class Mine {
  /** @param curves of this page, by the number of the guess that is drawn into their axes */
  constructor({ store, name, totals, source, curves }) {
    Object.assign(this, { store, name, totals, source, curves });
    this.done = make('p');
    this.sure = make('div');
    this.said = make('p', { role: 'status' });
    this.notes = make('textarea', { rows: 4, id: 'my-notes' });
    this.notes.addEventListener('input', () => store.note(name, this.notes.value));
    const file = make('input', { type: 'file', accept: '.ipynb', hidden: true });
    file.addEventListener('change', () => this.#bringBack(file));
    this.element = make('section', { className: 'my-work', ariaLabel: 'Your work' },
      make('p', { className: 'my-title', textContent: 'Your work in this chapter' }),
      this.done, this.sure,
      make('label', { htmlFor: 'my-notes', textContent: 'Your notes' }), this.notes,
      make('p', {},
        button('Save as a notebook', () => this.#save()), ' ',
        button('Bring a notebook back', () => file.click()), ' ',
        button('Forget this chapter', () => this.#forgetChapter()), ' ',
        button('Forget all chapters', () => this.#forgetAll())),
      file, this.said,
      make('p', { className: 'small', textContent: 'All of this is kept in this browser only.' }));
    this.draw();
  }

  draw() {
    const chapter = this.store.chapter(this.name);
    this.done.textContent = `Answered: ${progress(chapter, this.totals)}`;
    if (document.activeElement !== this.notes) this.notes.value = chapter.notes;
    const guesses = Object.values(chapter.guess);
    this.sure.replaceChildren(...(guesses.length ? sureness(guesses) : []));
  }

  get #editsKey() {
    return `book-live:${location.pathname}`;
  }

  #edits() {
    try {
      return JSON.parse(localStorage.getItem(this.#editsKey)) ?? {};
    } catch {
      return {};
    }
  }

  async #original() {
    const answer = await fetch(this.source);
    if (!answer.ok) throw new Error('The chapter’s notebook did not come.');
    return answer.json();
  }

  async #save() {
    try {
      const made = await written(await this.#original(), this.#edits(), this.store.chapter(this.name), this.curves);
      const url = URL.createObjectURL(new Blob([JSON.stringify(made, null, 1)]));
      make('a', { href: url, download: `${this.name}.ipynb` }).click();
      setTimeout(() => URL.revokeObjectURL(url), 1000);
      this.said.textContent = 'Saved: your edits, notes and answers are in it.';
    } catch (error) {
      this.said.textContent = error.message;
    }
  }

  async #bringBack(file) {
    const [chosen] = file.files;
    try {
      if (!chosen) return;
      if (chosen.size > LARGEST) throw new Error(`This file is larger than ${LARGEST / 1e6} MB; a notebook of this book is not.`);
      const { edits, chapter } = read(await chosen.text(), await this.#original(), this.totals);
      if (!confirm('Put what is in this notebook in the place of your edits, notes and answers in this chapter?')) return;
      if (chapter) this.store.replace(this.name, chapter);
      localStorage.setItem(this.#editsKey, JSON.stringify(edits));
      location.reload();
    } catch (error) {
      this.said.textContent = error.message;
    } finally {
      file.value = ''; // the same file can be chosen again
    }
  }

  #forgetChapter() {
    if (!confirm('Forget your answers, guesses, notes and edits in this chapter?')) return;
    this.store.forget(this.name);
    localStorage.removeItem(this.#editsKey);
    location.reload();
  }

  #forgetAll() {
    if (!confirm('Forget your answers, guesses, notes and edits in all chapters?')) return;
    this.store.forgetAll();
    for (const key of Object.keys(localStorage)) if (key.startsWith('book-live:')) localStorage.removeItem(key);
    location.reload();
  }
}

function button(textContent, clicked) {
  const made = make('button', { type: 'button', textContent });
  made.addEventListener('click', clicked);
  return made;
}
