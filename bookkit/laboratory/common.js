// What the widgets of the laboratory share. They draw what Python sends and tell Python what the
// reader does; they compute nothing of a network.

const ORANGE = [200, 78, 0], PAPER = [247, 245, 239], BLUE = [0, 114, 178], INK = "#22262B";
const CLASSES = [{ color: "#C84E00", name: "orange circle" }, { color: "#0072B2", name: "blue square" }];
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** Ids no other widget of the page has: each has its own copy of this script. */
const scope = `lab-${Math.random().toString(36).slice(2)}`;
let ids = 0;
const freshId = () => `${scope}-${(ids += 1)}`;

/** An element with attributes; `on…` are listeners, `text` is its text. */
function h(tag, attributes = {}, ...children) {
  const space = ["svg", "circle", "rect", "line", "g", "path"].includes(tag) ? "http://www.w3.org/2000/svg" : "http://www.w3.org/1999/xhtml";
  const node = document.createElementNS(space, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") node.textContent = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

const button = (text, onclick, more = {}) => h("button", { type: "button", class: "lab-button", text, onclick, ...more });

/** A labelled list to choose from; `options` are texts. */
function select(label, options, onchange) {
  const id = freshId();
  const list = h("select", { id, onchange: () => onchange(list.selectedIndex) }, ...options.map((text) => h("option", { text })));
  return { list, node: h("span", { class: "lab-choice" }, h("label", { for: id, text: label }), list) };
}

const tools = (label, ...children) => h("div", { class: "lab-tools", role: "group", "aria-label": label }, ...children);

/** −1 … 1 as orange … paper … blue. */
function diverging(t) {
  const [end, part] = [t < 0 ? ORANGE : BLUE, Math.abs(t)];
  return PAPER.map((paper, i) => Math.round(paper + (end[i] - paper) * part));
}

/** Signed bytes from Python as a small picture, n wide, whose darkest tint is `strength`. */
function picture(canvas, signed, n, strength = 1, rows = n) {
  Object.assign(canvas, { width: n, height: rows });
  const context = canvas.getContext("2d");
  const image = context.createImageData(n, rows);
  for (let i = 0; i < n * rows; i += 1) image.data.set([...diverging((strength * signed[i]) / 127), 255], 4 * i);
  context.putImageData(image, 0, 0);
  return canvas;
}

const signedBytes = (view) => new Int8Array(view.buffer, view.byteOffset, view.byteLength);

/** A sentence that is always up to date to see, and that screen readers hear once things have come to rest. */
function sentence() {
  const [seen, heard] = [h("p", { class: "lab-says", "aria-hidden": "true" }), h("div", { class: "lab-hidden", role: "status" })];
  let waiting;
  const say = (text) => {
    seen.textContent = text;
    clearTimeout(waiting);
    waiting = setTimeout(() => heard.textContent === text || (heard.textContent = text), 400);
  };
  return { node: h("div", {}, seen, heard), say };
}

/** Losses by epoch: [values, color, dash, name] of each curve. */
function drawLosses(canvas, series) {
  const context = canvas.getContext("2d");
  const [wide, tall] = [canvas.width, canvas.height];
  context.fillStyle = "#FDFCF9";
  context.fillRect(0, 0, wide, tall);
  const finite = series.flatMap(([values]) => values.filter(Number.isFinite));
  const top = Math.max(0.1, ...finite);
  const y = (value) => tall - 30 - (value / top) * (tall - 54);
  context.fillStyle = context.strokeStyle = INK;
  context.font = "20px sans-serif";
  context.lineWidth = 1;
  context.setLineDash([]);
  context.strokeRect(0, y(0), wide, 0);
  context.fillText(top.toFixed(2), 4, 18);
  let x = 60;
  for (const [values, color, dash, name] of series) {
    context.strokeStyle = context.fillStyle = color;
    context.lineWidth = 3;
    context.setLineDash(dash);
    context.beginPath();
    values.forEach((value, i) => context.lineTo(8 + (i / Math.max(1, values.length - 1)) * (wide - 16), y(value)));
    context.stroke();
    context.fillText(name, x, tall - 8);
    x += context.measureText(name).width + 24;
  }
  const [[first, , , ours], [second, , , theirs]] = series;
  canvas.setAttribute("aria-label", first.length ? `Loss by epoch: ${ours} from ${first[0].toFixed(3)} to ${first.at(-1).toFixed(3)}, ${theirs} from ${second[0].toFixed(3)} to ${second.at(-1).toFixed(3)}.` : "Loss by epoch: nothing yet.");
}

/** Where the reader's data go: in the book's pages Python runs in the browser, elsewhere in a kernel. */
const whereItStays = () => (document.querySelector("article.bd-article") ? "they never leave this browser." : "they go to the kernel that runs this notebook, and nowhere else.");

/**
 * Messages to Python, one at a time: the next leaves when the last is answered, and of moves that
 * pile up meanwhile only the newest. So a slow machine lags by one answer and never by a queue.
 */
class Talk {
  constructor(model, signal, show) {
    Object.assign(this, { model, waiting: false, held: new Map() });
    const answered = () => {
      this.waiting = false;
      show(model.get("state"));
      const [next] = this.held;
      if (!next) return this.idle?.();
      this.held.delete(next[0]);
      this.send(next[1]);
    };
    model.on("change:state", answered);
    signal?.addEventListener("abort", () => model.off("change:state", answered));
  }

  send(message) {
    if (this.waiting) return void this.held.set([message.do, message.point, message.layer, message.unit, message.source].join(), message);
    this.waiting = true;
    this.model.send(message);
  }
}

/** Trains in slices until Python says that it ended or the reader stops it: each slice is asked for. */
class Trainer {
  constructor(talk, model, { start, stop, endless = false }) {
    Object.assign(this, { talk, model, running: false, epochs: still.matches ? 50 : 2 });
    this.button = button(start, () => (this.running ? this.stop() : this.start(endless)));
    this.texts = { start, stop };
    talk.idle = () => {
      if (!this.running) return;
      if (model.get("state").ended && !this.endless) return this.stop();
      const took = performance.now() - this.since;
      if (this.pace) { // a pace that can be watched: one epoch at a time
        this.epochs = 1;
        return void setTimeout(() => this.running && !talk.waiting && this.#slice(), Math.max(0, this.pace - took));
      }
      if (this.pace === 0 && this.epochs === 1) this.epochs = still.matches ? 50 : 2;
      if (!still.matches) this.epochs = Math.max(1, Math.min(took < 50 ? this.epochs + 1 : took > 120 ? this.epochs >> 1 : this.epochs, 25));
      requestAnimationFrame(() => this.running && !talk.waiting && this.#slice());
    };
  }

  #slice() {
    this.since = performance.now();
    this.talk.send({ do: "train", epochs: this.epochs });
  }

  /** `endless`: also past the point where Python says that it ended. */
  start(endless = false) {
    if (this.running) return;
    this.endless = endless;
    if (this.pace) this.epochs = 1;
    this.#label(true);
    if (!this.talk.waiting) this.#slice();
  }

  stop() {
    this.#label(false);
  }

  #label(running) {
    this.running = running;
    this.button.textContent = running ? this.texts.stop : this.texts.start;
  }
}

