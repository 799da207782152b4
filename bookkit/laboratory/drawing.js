// Draw a picture, and see every layer respond.

const INKED = 0.5;

function render({ model, el, signal }) {
  const { side, names, examples, templates } = model.get("fixed");
  const weights = signedBytes(templates);
  const size = side * side;
  let pixels = model.get("state").pixels.slice();
  let cursor = [side >> 1, side >> 1];
  let erasing = false;

  const paper = h("canvas", {
    class: "lab-paper", tabindex: 0, role: "application", "aria-roledescription": "drawing", width: 20 * side, height: 20 * side,
    "aria-label": `Drawing of ${side} by ${side} pixels. Arrow keys move, space turns a pixel on or off, Shift with an arrow key draws.`,
  });
  const where = h("div", { class: "lab-hidden", role: "status" });
  const talk = new Talk(model, signal, show);
  const changed = () => {
    paint();
    talk.send({ do: "draw", pixels: pixels.map((ink) => Math.round(1000 * ink) / 1000) });
  };

  // The pen: a stroke inks the pixels along it, fainter toward its edge.
  const radius = Math.max(0.55, side / 22);
  function stroke([x0, y0], [x1, y1]) {
    const [dx, dy] = [x1 - x0, y1 - y0];
    for (let i = 0; i < size; i += 1) {
      const [x, y] = [(i % side) + 0.5, Math.floor(i / side) + 0.5];
      const t = Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1)));
      const ink = Math.max(0, Math.min(1, radius + 0.5 - Math.hypot(x - x0 - t * dx, y - y0 - t * dy)));
      pixels[i] = erasing ? Math.min(pixels[i], 1 - ink) : Math.max(pixels[i], ink);
    }
    changed();
  }

  let last = null;
  const at = (event) => {
    const box = paper.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * side, ((event.clientY - box.top) / box.height) * side];
  };
  paper.addEventListener("pointerdown", (event) => {
    paper.setPointerCapture(event.pointerId);
    stroke((last = at(event)), last);
  });
  paper.addEventListener("pointermove", (event) => {
    if (last) stroke(last, (last = at(event)));
  });
  for (const end of ["pointerup", "pointercancel"]) paper.addEventListener(end, () => (last = null));

  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  paper.addEventListener("keydown", (event) => {
    const move = ARROWS[event.key];
    if (!move && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    if (move) cursor = cursor.map((place, i) => Math.max(0, Math.min(side - 1, place + move[i])));
    const i = cursor[1] * side + cursor[0];
    if (event.key === " ") pixels[i] = pixels[i] > INKED ? 0 : 1;
    else if (event.shiftKey) pixels[i] = erasing ? 0 : 1;
    where.textContent = `Row ${cursor[1] + 1}, column ${cursor[0] + 1}: ${Math.round(100 * pixels[i])}% ink`;
    if (event.key === " " || event.shiftKey) changed();
    else paint();
  });
  paper.addEventListener("focus", () => paint());
  paper.addEventListener("blur", () => paint());

  function paint() {
    const context = paper.getContext("2d");
    for (let i = 0; i < size; i += 1) {
      const [x, y] = [i % side, Math.floor(i / side)];
      context.fillStyle = `rgb(${[253, 252, 249].map((p, c) => Math.round(p + ([34, 38, 43][c] - p) * pixels[i])).join()})`;
      context.fillRect(20 * x, 20 * y, 20, 20);
    }
    if (document.activeElement !== paper) return;
    context.lineWidth = 4;
    context.strokeStyle = "#C84E00";
    context.strokeRect(20 * cursor[0] + 2, 20 * cursor[1] + 2, 16, 16);
  }

  const replace = (picture) => {
    pixels = picture;
    changed();
  };
  const pen = button("Erase", () => {
    erasing = !erasing;
    pen.setAttribute("aria-pressed", erasing);
  }, { "aria-pressed": "false" });
  const choice = select("Start from", ["choose…", ...examples.map(({ name }) => name)], (i) => i && replace(examples[i - 1].pixels.slice()));
  const controls = tools(
    "Drawing", choice.node, pen,
    button("Flip", () => replace(pixels.map((_, i) => pixels[i - (i % side) + side - 1 - (i % side)]))),
    button("Clear", () => replace(pixels.map(() => 0))),
  );

  // The layers: what each hidden unit looks for, and how strongly it answers; then the classes.
  const first = model.get("state").hidden[0]?.values.length ?? 0;
  const layers = model.get("state").hidden.map(({ values, name }, layer) => {
    const units = values.map((_, j) => {
      const bar = h("i", { class: "lab-bar" });
      const template = layer === 0 && [picture(h("canvas"), weights.subarray(j * size, (j + 1) * size), side)];
      return { bar, node: h("div", { class: "lab-unit" }, ...(template || []), bar) };
    });
    const node = h("div", { class: "lab-units", role: "img" }, ...units.map((unit) => unit.node));
    return { node, bars: units.map((unit) => unit.bar), all: h("div", {}, h("p", { class: "lab-title", text: `${name}: ${values.length} units` }), node) };
  });
  const rows = names.map((name) => {
    const [logit, probability, bar] = [h("td"), h("td"), h("i", { class: "lab-bar" })];
    return { logit, probability, bar, node: h("tr", {}, h("th", { scope: "row", text: name }), logit, probability, h("td", { class: "lab-barred", "aria-hidden": "true" }, bar)) };
  });
  const heads = ["class", "logit", "probability"].map((text) => h("th", { scope: "col", text }));
  const table = h("table", { class: "lab-table" }, h("thead", {}, h("tr", {}, ...heads, h("td"))), h("tbody", {}, ...rows.map((row) => row.node)));
  const { node: says, say } = sentence();

  function show(state) {
    state.hidden.forEach(({ values, say: label }, layer) => {
      const { node, bars } = layers[layer];
      const top = Math.max(1, ...values.map(Math.abs));
      node.setAttribute("aria-label", label);
      values.forEach((value, j) => {
        bars[j].style.width = `${(100 * Math.abs(value)) / top}%`;
        bars[j].classList.toggle("lab-below", value < 0);
        bars[j].parentElement.classList.toggle("lab-quiet", Math.abs(value) < 0.05 * top);
      });
    });
    const best = state.probabilities.indexOf(Math.max(...state.probabilities));
    rows.forEach(({ logit, probability, bar, node }, k) => {
      logit.textContent = state.logits[k].toFixed(2).replace("-", "−");
      probability.textContent = `${(100 * state.probabilities[k]).toFixed(1)}%`;
      bar.style.width = `${100 * state.probabilities[k]}%`;
      node.classList.toggle("lab-best", k === best);
    });
    say(state.say);
  }

  el.classList.add("lab");
  if (first > 24) el.classList.add("lab-many");
  el.append(h("div", { class: "lab-columns" },
    h("div", {}, h("p", { class: "lab-title", text: "draw here" }), paper, where, controls),
    ...layers.map((layer) => layer.all),
    h("div", {}, h("p", { class: "lab-title", text: "what the network reads" }), table, says)));
  paint();
  show(model.get("state"));
}

export default { render };
