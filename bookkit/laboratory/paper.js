// The paper that one draws on: by pen, finger or keys; with its tools.

const INKED = 0.5;

/**
 * @param side pixels a row
 * @param start the first picture, side² numbers from 0 (paper) to 1 (ink)
 * @param examples [{name, pixels}] that one may start from
 * @param changed (pixels) => void, after each change by the reader
 */
function makePaper({ side, start, examples, changed }) {
  const size = side * side;
  let pixels = start.slice();
  let cursor = [side >> 1, side >> 1];
  let erasing = false;

  const paper = h("canvas", {
    class: "lab-paper", tabindex: 0, role: "application", "aria-roledescription": "drawing", width: 20 * side, height: 20 * side,
    "aria-label": `Drawing of ${side} by ${side} pixels. Arrow keys move, space turns a pixel on or off, Shift with an arrow key draws.`,
  });
  const where = h("div", { class: "lab-hidden", role: "status" });
  const drawn = () => {
    paint();
    changed(pixels.map((ink) => Math.round(1000 * ink) / 1000));
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
    drawn();
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
    if (event.key === " " || event.shiftKey) drawn();
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
    drawn();
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

  paint();
  return { node: h("div", {}, paper, where, controls), canvas: paper };
}
