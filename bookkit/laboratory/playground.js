// Build a network, train it, and see what each of its units sees.

const TILE = 56, GAP = 14;

function render({ model, el, signal }) {
  const fixed = model.get("fixed");
  const talk = new Talk(model, signal, show);
  const trainer = new Trainer(talk, model, { start: "Train", stop: "Stop" });
  const set = (changed) => {
    trainer.stop();
    talk.send({ do: "set", ...changed });
  };

  // Settings ------------------------------------------------------------------------------------
  const LABELS = { data: "Data", activation: "Activation", optimizer: "Optimizer", learning_rate: "Learning rate" };
  const lists = Object.entries(fixed.choices).map(([name, choices]) => {
    const choice = select(LABELS[name], choices, (i) => set({ [name]: choices[i] }));
    choice.list.selectedIndex = choices.indexOf(model.get("state").settings[name]);
    return choice.node;
  });
  const counts = ["none", ...Array.from({ length: fixed.units }, (_, i) => String(i + 1))];
  const layers = Array.from({ length: fixed.layers }, (_, i) => {
    const choice = select(`Layer ${i + 1}`, counts, () => set({ hidden: layers.map(({ list }) => list.selectedIndex).filter(Boolean) }));
    choice.list.selectedIndex = model.get("state").settings.hidden[i] ?? 0;
    return choice;
  });
  const settings = tools("Settings", ...lists, ...layers.map((layer) => layer.node));
  const controls = tools(
    "Training", trainer.button,
    button("One epoch", () => talk.send({ do: "train", epochs: 1 })),
    button("Begin anew", () => (trainer.stop(), talk.send({ do: "restart" }))),
    button("Other random numbers", () => set({ seed: model.get("state").settings.seed + 1 })),
  );

  // Pictures ------------------------------------------------------------------------------------
  const units = h("canvas", { class: "lab-network", role: "img" });
  const map = h("canvas", { class: "lab-map" });
  const dots = h("svg", { viewBox: "0 0 400 400", class: "lab-plane", "aria-hidden": "true" });
  const field = h("div", { class: "lab-field", role: "img" }, map, dots);
  const curve = h("canvas", { class: "lab-curve", role: "img", width: 600, height: 420 });
  const code = h("pre", { class: "lab-code", tabindex: 0, role: "region", "aria-label": "The same in Python" });
  const { node: says, say } = sentence();
  const note = h("span", { class: "lab-help", role: "status" });
  const copy = button("Copy the code", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      note.textContent = "Copied.";
    } catch { // the page may not write to the clipboard: leave the text selected
      getSelection().selectAllChildren(code);
      note.textContent = "Selected: press Ctrl-C.";
    }
  });

  function drawUnits({ units: seen, weights, map: output }) {
    const n = fixed.unit_map;
    const columns = [...seen.map((bytes) => {
      const all = signedBytes(bytes);
      return Array.from({ length: all.length / (n * n) }, (_, j) => picture(h("canvas"), all.subarray(j * n * n, (j + 1) * n * n), n));
    }), [picture(h("canvas"), signedBytes(output), fixed.map)]];
    const tall = Math.max(...columns.map((column) => column.length)) * (TILE + GAP);
    const wide = columns.length * 2 * TILE;
    [units.width, units.height] = [2 * wide, 2 * tall];
    const context = units.getContext("2d");
    context.scale(2, 2);
    const middle = (column, j) => (tall - columns[column].length * (TILE + GAP)) / 2 + j * (TILE + GAP) + (TILE + GAP) / 2;
    weights.forEach((W, l) => {
      const top = Math.max(...W.flat().map(Math.abs)) || 1;
      W.forEach((row, j) => row.forEach((w, i) => {
        context.beginPath();
        context.moveTo(l * 2 * TILE + 1.5 * TILE, middle(l, i));
        context.lineTo((l + 1) * 2 * TILE + TILE / 2, middle(l + 1, j));
        context.lineWidth = 0.3 + (5 * Math.abs(w)) / top;
        context.setLineDash(w < 0 ? [6, 4] : []);
        context.strokeStyle = CLASSES[w < 0 ? 0 : 1].color;
        context.stroke();
      }));
    });
    context.imageSmoothingEnabled = false;
    context.setLineDash([]);
    context.lineWidth = 1.5;
    context.strokeStyle = INK;
    columns.forEach((column, l) => column.forEach((tile, j) => {
      const place = [l * 2 * TILE + TILE / 2, middle(l, j) - TILE / 2, TILE, TILE];
      context.drawImage(tile, ...place);
      context.strokeRect(...place);
    }));
  }

  function drawCurve({ loss, test_loss: test, every, epoch }) {
    const context = curve.getContext("2d");
    const [wide, tall] = [curve.width, curve.height];
    context.fillStyle = "#FDFCF9";
    context.fillRect(0, 0, wide, tall);
    const top = Math.max(0.7, ...loss, ...test);
    const y = (value) => tall - 30 - (value / top) * (tall - 50);
    context.fillStyle = context.strokeStyle = INK;
    context.font = "20px sans-serif";
    context.lineWidth = 1;
    context.setLineDash([]);
    context.beginPath();
    context.moveTo(0, y(0));
    context.lineTo(wide, y(0));
    context.stroke();
    context.fillText(top.toFixed(2), 4, 22);
    context.fillText("0", 4, y(0) - 4);
    context.textAlign = "right";
    context.fillText(`epoch ${epoch}`, wide - 4, tall - 8);
    context.textAlign = "left";
    for (const [values, color, dash, name, x] of [[loss, "#0072B2", [], "training", 60], [test, "#C84E00", [8, 5], "test", 170]]) {
      context.strokeStyle = context.fillStyle = color;
      context.lineWidth = 3;
      context.setLineDash(dash);
      context.beginPath();
      values.forEach((value, i) => context.lineTo(20 + (i / Math.max(1, values.length - 1)) * (wide - 40), y(value)));
      context.stroke();
      context.fillText(name, x, tall - 8);
    }
    curve.setAttribute("aria-label", loss.length ? `Loss by epoch: in training from ${loss[0].toFixed(3)} to ${loss.at(-1).toFixed(3)}, on the test points from ${test[0].toFixed(3)} to ${test.at(-1).toFixed(3)}.` : "Loss by epoch: nothing yet.");
  }

  const [left, right, low, high] = fixed.field;
  let drawn = "";
  function drawPoints(points) {
    if (drawn === (drawn = JSON.stringify(points))) return;
    dots.replaceChildren(...points.map(([px, py, k, test]) => {
      const [x, y] = [((px - left) / (right - left)) * 400, ((high - py) / (high - low)) * 400];
      const look = test ? { fill: "#fff", stroke: CLASSES[k].color, "stroke-width": 2 } : { fill: CLASSES[k].color, stroke: "#fff" };
      return k ? h("rect", { x: x - 4, y: y - 4, width: 8, height: 8, ...look }) : h("circle", { cx: x, cy: y, r: 4.5, ...look });
    }));
  }

  function show(state) {
    drawUnits(state);
    drawCurve(state);
    drawPoints(state.points);
    picture(map, signedBytes(state.map), fixed.map, 0.45);
    if (code.textContent !== state.code) code.textContent = state.code;
    units.setAttribute("aria-label", `The network: 2 inputs, ${state.settings.hidden.map((n, i) => `${n} units in layer ${i + 1}`).join(", ") || "no hidden layer"}, and 1 output; each shown by where in the plane it is high, in blue, or low, in orange.`);
    field.setAttribute("aria-label", `The network's answer over the plane, with the points. ${state.say}`);
    el.dataset.epoch = state.epoch;
    el.dataset.loss = state.loss.at(-1) ?? "";
    say(state.say);
  }

  el.classList.add("lab");
  el.append(
    settings, controls, says,
    h("p", { class: "lab-title", text: "what each unit sees: inputs, hidden layers, output" }),
    h("div", { class: "lab-scroll" }, units),
    h("div", { class: "lab-columns" },
      h("div", {}, h("p", { class: "lab-title", text: "what the network says; hollow points test it" }), field),
      h("div", {}, h("p", { class: "lab-title", text: "loss" }), curve)),
    h("p", { class: "lab-title", text: "the same in Python" }), code, tools("Code", copy, note));
  show(model.get("state"));
}

export default { render };
