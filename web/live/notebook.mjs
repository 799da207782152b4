// Which cells must run, and in what order, so that a cell finds the state it was written for.

export class Notebook {
  /** @param cells all code cells of the notebook in order, with `tags`; those too that the page hides */
  constructor(cells) {
    this.cells = cells;
    this.done = new Set();
  }

  /** The cells above `position` that have not run since Python started, then the cell itself. */
  upTo(position) {
    return [...this.above(position).filter((p) => !this.done.has(p)), position];
  }

  /** Without the solutions of exercises: they would take the place of what the reader wrote. */
  above(position) {
    return this.all().slice(0, position).filter((p) => !this.cells[p].tags.includes('solution'));
  }

  all() {
    return [...this.cells.keys()];
  }

  /** Notes how a cell ended; true if the cells after it may run. */
  ended(position, ok) {
    const passed = ok || this.cells[position].tags.includes('raises-exception');
    if (passed) this.done.add(position);
    else this.done.delete(position);
    return passed;
  }

  restarted() {
    this.done.clear();
  }
}
