// Drag the points of two classes; a perceptron and a small network learn them.

function render({ model, el, signal }) {
  const { map, sets, field: [left, right, low, high] } = model.get("fixed");
  const WIDE = 480;
  const across = (x) => ((x - left) / (right - left)) * WIDE;
  const down = (y) => ((high - y) / (high - low)) * WIDE;
  const talk = new Talk(model, signal, show);
  const trainer = new Trainer(talk, model, { start: "Learn", stop: "Stop", endless: true });
  const edit = (message) => {
    talk.send(message);
    trainer.start();
  };

  const canvas = h("canvas", { class: "lab-map" });
  const line = h("line", { class: "lab-line" });
  const dots = h("g");
  const svg = h("svg", { viewBox: `0 0 ${WIDE} ${WIDE}`, class: "lab-plane" }, line, dots);
  const plane = h("div", { class: "lab-field", role: "group", "aria-label": "The points" }, canvas, svg);
  const { node: says, say } = sentence();
  let label = 0;
  let chosen = -1; // which point to focus after Python has answered

  const place = (event) => {
    const box = svg.getBoundingClientRect();
    const clamp = (v) => Math.max(left, Math.min(right, v));
    return { x: clamp(left + ((event.clientX - box.left) / box.width) * (right - left)), y: clamp(high - ((event.clientY - box.top) / box.height) * (high - low)) };
  };
  svg.addEventListener("click", (event) => {
    if (event.target === svg || event.target === line) edit({ do: "add", label, ...place(event) });
  });

  const STEP = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  function dot(i) {
    const node = h("g", { class: "lab-dot", tabindex: 0, role: "button", "aria-describedby": help.id });
    let held = false;
    node.addEventListener("pointerdown", (event) => {
      held = true;
      node.setPointerCapture(event.pointerId);
    });
    node.addEventListener("pointermove", (event) => held && edit({ do: "move", point: i, ...place(event) }));
    for (const end of ["pointerup", "pointercancel"]) node.addEventListener(end, () => (held = false));
    node.addEventListener("keydown", (event) => {
      const step = STEP[event.key];
      const key = event.key.toLowerCase();
      if (!step && !["c", "delete", "backspace"].includes(key)) return;
      event.preventDefault();
      event.stopPropagation();
      const [x, y] = model.get("state").points[i];
      const far = event.shiftKey ? 0.5 : 0.1;
      if (step) edit({ do: "move", point: i, x: x + far * step[0], y: y + far * step[1] });
      else if (key === "c") edit({ do: "turn", point: i });
      else {
        chosen = Math.max(0, i - 1);
        edit({ do: "remove", point: i });
      }
    });
    return node;
  }

  function show(state) {
    picture(canvas, signedBytes(state.map), map, 0.45);
    const [w1, w2, b] = state.line;
    const norm = Math.hypot(w1, w2);
    line.style.display = norm ? "" : "none";
    if (norm) { // across the whole view, from the point of the line nearest the origin
      const [x, y, far] = [(-b * w1) / norm ** 2, (-b * w2) / norm ** 2, 9 / norm];
      const ends = [[x - far * w2, y + far * w1], [x + far * w2, y - far * w1]];
      ends.forEach(([px, py], k) => (line.setAttribute(`x${k + 1}`, across(px)), line.setAttribute(`y${k + 1}`, down(py))));
    }
    while (dots.children.length > state.points.length) dots.lastChild.remove();
    state.points.forEach(([x, y, k], i) => {
      const node = dots.children[i] ?? dots.appendChild(dot(i));
      if (node.dataset.label !== String(k)) {
        node.dataset.label = k;
        const shape = k ? h("rect", { x: -8, y: -8, width: 16, height: 16 }) : h("circle", { r: 9 });
        shape.setAttribute("fill", CLASSES[k].color);
        node.replaceChildren(h("circle", { r: 20, class: "lab-touch" }), shape);
      }
      node.setAttribute("transform", `translate(${across(x)} ${down(y)})`);
      node.setAttribute("aria-label", `Point ${i + 1}, ${CLASSES[k].name}, at ${x.toFixed(1)}, ${y.toFixed(1)}`);
    });
    if (chosen >= 0) dots.children[chosen]?.focus();
    chosen = -1;
    say(state.say);
    el.dataset.epoch = state.epoch;
  }

  const help = h("p", {
    class: "lab-help", id: freshId(),
    text: "Drag a point, or press at an empty place to add one. By keyboard: Tab to a point; arrow keys move it, C changes its class, Delete removes it.",
  });
  const choice = select("Points", sets, (i) => edit({ do: "load", name: sets[i] }));
  choice.list.selectedIndex = sets.indexOf(model.get("state").set);
  const kind = select("New points are", CLASSES.map(({ name }) => `${name}s`), (i) => (label = i));
  const controls = tools(
    "Learning", trainer.button, button("Forget and learn anew", () => edit({ do: "restart" })), choice.node, kind.node,
    button("Add a point", () => {
      chosen = model.get("state").points.length;
      edit({ do: "add", label, x: 0, y: 0 });
    }),
  );
  const key = h("p", { class: "lab-help", text: "Dashed line: the perceptron. Tint: the network, orange or blue as it is sure, pale where it is not." });
  el.classList.add("lab");
  el.append(controls, h("div", { class: "lab-columns" }, plane, h("div", {}, says, key, help)));
  show(model.get("state"));
}

export default { render };
