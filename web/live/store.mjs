// The reader's edits, kept in this browser until they are reset. Two tabs of one page share them.

export class Store {
  /** @param storage like localStorage; where it is forbidden or full, edits last as long as the page */
  constructor(storage, page) {
    this.storage = storage;
    this.key = `book-live:${page}`;
    this.edits = this.#read() ?? {};
  }

  /** What is stored now, or undefined where nothing can be read. */
  #read() {
    try {
      return JSON.parse(this.storage.getItem(this.key)) ?? {};
    } catch {
      return undefined;
    }
  }

  get(id) {
    return this.edits[id];
  }

  /** Keeps `text` for the cell, or forgets the cell where `text` is undefined. */
  set(id, text) {
    this.edits = this.#read() ?? this.edits;          // another tab may have written meanwhile
    if (text === undefined) delete this.edits[id];
    else this.edits[id] = text;
    try {
      if (Object.keys(this.edits).length) this.storage.setItem(this.key, JSON.stringify(this.edits));
      else this.storage.removeItem(this.key);
    } catch { /* nothing to be done, and nothing lost yet */ }
  }

  /** Takes over what another tab wrote: the ids of the cells that are other than they were. */
  refresh() {
    const before = this.edits;
    this.edits = this.#read() ?? before;
    return Object.keys({ ...before, ...this.edits }).filter((id) => before[id] !== this.edits[id]);
  }
}
