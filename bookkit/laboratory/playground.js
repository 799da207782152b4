// Build a network, train it, and see what each of its units sees.

const PACES = [["1 epoch a second", 1000], ["4 a second", 250], ["at full speed", 0]];
const ADDRESS = "lab"; // of the settings, in the page's address
const number = (v) => (Math.abs(v) >= 100 ? v.toFixed(0) : v.toFixed(2)).replace("-", "−");

function render({ model, el, signal }) {
  const fixed = model.get("fixed");
  const talk = new Talk(model, signal, show);
  const trainer = new Trainer(talk, model, { start: "Train", stop: "Stop" });
  const settings = () => model.get("state").settings;
  const initial = settings();
  const set = (changed) => {
    trainer.stop();
    chosen = null;
    talk.send({ do: "set", ...changed });
  };
  let chosen = null; // {layer, unit}: whose weights are shown to be edited
  let seen = null; // the same, of the unit that is pointed at

  // Settings ------------------------------------------------------------------------------------
  const LABELS = {
    data: "Data", noise: "Noise", test: "Test share", batch: "Batch size", activation: "Activation",
    optimizer: "Optimizer", learning_rate: "Learning rate", L1: "L1", L2: "L2",
  };
  const lists = Object.fromEntries(Object.entries(fixed.choices).map(([name, choices]) => {
    const choice = select(LABELS[name], choices, (i) => choose(name, choices[i]));
    return [name, choice];
  }));
  function choose(name, value) {
    if (name === "data" && value === fixed.own && !model.get("state").own) {
      lists.data.list.selectedIndex = fixed.choices.data.indexOf(settings().data);
      ownData.open = true;
      return file.focus();
    }
    if (name === "learning_rate") talk.send({ do: "rate", value }); // what was learned stays
    else set({ [name]: value });
  }
  const features = fixed.features.map((name) => button(name, () => {
    const now = settings().features;
    const next = now.includes(name) ? now.filter((other) => other !== name) : [...now, name];
    if (next.length) set({ features: next });
    else say("A network needs at least one input.");
  }, { class: "lab-button lab-small" }));
  const pace = select("Pace", PACES.map(([name]) => name), (i) => (trainer.pace = PACES[i][1]));
  trainer.pace = PACES[1][1];
  pace.list.selectedIndex = 1;
  const race = button("Race", () => talk.send({ do: "race", on: !model.get("state").rival }), {
    title: "Keep this network as a rival of what you build next", "aria-pressed": "false",
  });
  const controls = tools(
    "Training", trainer.button,
    button("One epoch", () => talk.send({ do: "train", epochs: 1 })),
    button("Begin anew", () => (trainer.stop(), talk.send({ do: "restart" }))),
    button("Other seed", () => set({ seed: settings().seed + 1 }), { title: "Other points and other first weights" }),
    button("New points", () => talk.send({ do: "data" }), { title: "Other points; the network stays as it is" }),
    race, pace.node,
  );
  const formula = h("input", { id: freshId(), class: "lab-input", maxlength: 80, spellcheck: "false", onchange: () => set({ curve: formula.value, data: fixed.curve }) });
  const curveLine = h("span", { class: "lab-choice" }, h("label", { for: formula.id, text: "class 1 lies above f(x) =" }), formula);

  // The network -----------------------------------------------------------------------------------
  const network = h("div", { class: "lab-net", role: "group", "aria-label": "The network" });
  const links = h("svg", { class: "lab-links", "aria-hidden": "true" });
  const panel = h("div", { class: "lab-panel" });
  const map = h("canvas", { class: "lab-map" });
  const dots = h("svg", { viewBox: "0 0 400 400", class: "lab-plane", "aria-hidden": "true" });
  const field = h("div", { class: "lab-field", role: "img" }, map, dots);
  const rivalMap = h("canvas", { class: "lab-map" });
  const rivalDots = h("svg", { viewBox: "0 0 400 400", class: "lab-plane", "aria-hidden": "true" });
  const rivalField = h("div", { class: "lab-field", role: "img" }, rivalMap, rivalDots);
  const fields = h("div", { class: "lab-fields" }, field, rivalField);
  const title = h("p", { class: "lab-title", text: "what the network says" });
  const tick = (text, checked, changed) => {
    const box = h("input", { type: "checkbox", id: freshId(), onchange: changed });
    box.checked = checked;
    return { box, node: h("span", { class: "lab-choice" }, box, h("label", { for: box.id, text })) };
  };
  const testPoints = tick("test points (hollow)", true, () => fields.classList.toggle("lab-no-test", !testPoints.box.checked));
  const twoColors = tick("two colors only", false, () => showSeen(model.get("state")));
  const scale = h("div", { class: "lab-scale", role: "img", "aria-label": "Colors from orange, minus one, over paper, zero, to blue, one: of points, answers and weights" },
    h("span", { text: "−1" }), h("i"), h("span", { text: "+1" }));
  const curve = h("canvas", { class: "lab-curve", role: "img", width: 480, height: 170 });
  const code = h("pre", { class: "lab-code", tabindex: 0, role: "region", "aria-label": "The same in Python" });
  const { node: says, say } = sentence();
  const epoch = h("strong", { class: "lab-epoch" });
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

  const small = (text, label, onclick) => button(text, onclick, { class: "lab-button lab-tiny", "aria-label": label });
  const layersTo = (hidden) => set({ hidden });
  let shape = "";
  let columns = [];

  /** The network's buttons; made anew only when its shape changes, so that focus stays. */
  function buildNetwork({ settings: { hidden, features: inputs } }) {
    if (shape === (shape = JSON.stringify([hidden, inputs]))) return;
    const sizes = [inputs.length, ...hidden, 1];
    columns = sizes.map((size, l) => Array.from({ length: size }, (_, j) => tile(l, j)));
    const heads = columns.map((_, l) => {
      if (l === 0) return h("span", { text: "inputs" });
      if (l === columns.length - 1) return h("span", { text: "output" });
      const change = (by) => layersTo(hidden.map((n, k) => (k === l - 1 ? Math.max(1, Math.min(fixed.units, n + by)) : n)));
      return h("span", {}, small("−", `One unit less in layer ${l}`, () => change(-1)), small("+", `One unit more in layer ${l}`, () => change(1)));
    });
    network.replaceChildren(links, ...columns.map((column, l) => h("div", { class: "lab-column" }, h("div", { class: "lab-head" }, heads[l]), ...column)));
  }

  const nameOf = (l, j) => (l === 0 ? `input ${settings().features[j]}` : l === columns.length - 1 ? "the output" : `unit ${j + 1} of layer ${l}`);

  function tile(l, j) {
    const node = h("button", { type: "button", class: "lab-tile" }, h("canvas"));
    const point = () => ((seen = { l, j }), showSeen(model.get("state")));
    const leave = () => ((seen = null), showSeen(model.get("state")));
    node.addEventListener("pointerenter", point);
    node.addEventListener("focus", point);
    node.addEventListener("pointerleave", leave);
    node.addEventListener("blur", leave);
    node.addEventListener("click", () => editable(l && !(chosen?.l === l && chosen.j === j) ? { l, j } : null));
    return node;
  }

  /** Whose weights can be edited, or null. */
  function editable(unit) {
    chosen = unit;
    columns.forEach((column, l) => column.forEach((node, j) => node.setAttribute("aria-pressed", String(chosen?.l === l && chosen.j === j))));
    panelOf = "";
    showSeen(model.get("state"));
  }

  /** A click on a line: its weight waits for a number. */
  function edit(l, j, i) {
    seen = null;
    editable({ l, j });
    panel.querySelectorAll("input")[i]?.select();
  }

  function drawUnits({ units, weights, map: output }) {
    const n = fixed.unit_map;
    units.forEach((bytes, l) => {
      const all = signedBytes(bytes);
      columns[l].forEach((node, j) => picture(node.firstChild, all.subarray(j * n * n, (j + 1) * n * n), n));
    });
    picture(columns.at(-1)[0].firstChild, signedBytes(output), fixed.map);
    columns.forEach((column, l) => column.forEach((node, j) => node.setAttribute("aria-label", nameOf(l, j)[0].toUpperCase() + nameOf(l, j).slice(1) + (l ? ": show and edit its weights" : ""))));
    drawLinks(weights);
  }

  function drawLinks(weights) {
    const box = network.getBoundingClientRect();
    if (!box.width) return;
    const middle = (node, side) => {
      const { left, right, top, bottom } = node.getBoundingClientRect();
      return [(side ? right : left) - box.left + network.scrollLeft, (top + bottom) / 2 - box.top];
    };
    const lines = [];
    weights.forEach((W, l) => {
      const top = Math.max(...W.flat().map(Math.abs)) || 1;
      W.forEach((row, j) => row.forEach((w, i) => {
        const [[x1, y1], [x2, y2]] = [middle(columns[l][i], true), middle(columns[l + 1][j], false)];
        const point = () => ((seen = { l: l + 1, j, i }), showSeen(model.get("state")));
        const leave = () => ((seen = null), showSeen(model.get("state")));
        const line = h("line", { onpointerenter: point, onpointerleave: leave, onclick: () => edit(l + 1, j, i), x1, y1, x2, y2, stroke: CLASSES[w < 0 ? 0 : 1].color, "stroke-width": 0.3 + (4 * Math.abs(w)) / top });
        if (w < 0) line.setAttribute("stroke-dasharray", "5 4");
        lines.push(line);
      }));
    });
    links.setAttribute("width", network.scrollWidth);
    links.setAttribute("height", box.height);
    links.replaceChildren(...lines);
  }

  // One unit large, with its weights as numbers, which can be edited ----------------------------------
  let panelOf = "";
  function showSeen(state) {
    const at = seen ?? chosen;
    const n = fixed.unit_map;
    const whole = !at || at.l === columns.length - 1;
    const flat = (signed) => (twoColors.box.checked ? signed.map((value) => (value < 0 ? -127 : 127)) : signed);
    rivalField.hidden = !state.rival;
    if (state.rival) picture(rivalMap, flat(signedBytes(state.rival.map)), fixed.map, 0.45);
    if (whole) picture(map, flat(signedBytes(state.map)), fixed.map, 0.45);
    else picture(map, flat(signedBytes(state.units[at.l]).subarray(at.j * n * n, (at.j + 1) * n * n)), n, 0.8);
    title.textContent = (whole ? "what the network says" : `what ${nameOf(at.l, at.j)} sees`) + (state.rival ? " · its rival" : "");
    showWeights(state, at);
  }

  function showWeights({ weights, biases }, at) {
    if (!at || at.l === 0) {
      panelOf = "";
      return panel.replaceChildren(h("p", { class: "lab-help", text: "Point at a unit to see it large, with its weights as numbers; press it to edit them." }));
    }
    const [W, b] = [weights[at.l - 1][at.j], biases[at.l - 1][at.j]];
    const entries = [...W.map((w, i) => [columns[at.l - 1].length > 1 || at.l === 1 ? nameOf(at.l - 1, i).replace("input ", "") : "layer below", w, i]), ["bias", b, -1]];
    const edited = chosen && chosen.l === at.l && chosen.j === at.j;
    const key = JSON.stringify([at, edited, shape]);
    if (key === panelOf) {
      return entries.forEach(([, w], k) => {
        const place = panel.querySelectorAll("[data-weight]")[k];
        if (place === document.activeElement) return;
        if (edited) place.value = w.toFixed(3);
        else place.textContent = number(w);
      });
    }
    panelOf = key;
    const item = ([name, w, source]) => {
      if (!edited) return h("span", { class: at.i === source ? "lab-weight lab-pointed" : "lab-weight" }, `${name} `, h("b", { "data-weight": "", text: number(w) }));
      const input = h("input", {
        class: "lab-input", type: "number", step: "0.1", min: -100, max: 100, value: w.toFixed(3), "data-weight": "", id: freshId(),
        onchange: () => Number.isFinite(input.valueAsNumber) && talk.send({ do: "weight", layer: at.l - 1, unit: at.j, source, value: Math.max(-100, Math.min(100, input.valueAsNumber)) }),
      });
      return h("span", { class: "lab-weight" }, h("label", { for: input.id, text: name }), input);
    };
    panel.replaceChildren(h("b", { text: `Weights of ${nameOf(at.l, at.j)}: ` }), ...entries.map(item));
  }

  // Loss, points ------------------------------------------------------------------------------------
  function drawCurve({ loss, test_loss: test, rival }) {
    const series = [[loss, "#0072B2", [], "training"], [test, "#C84E00", [8, 5], "test"]];
    if (rival) series.push([rival.test_loss, "#444444", [2, 4], "rival’s test"]);
    drawLosses(curve, series);
  }

  const [left, right, low, high] = fixed.field;
  let drawn = "";
  function drawPoints({ points, regression }) {
    if (drawn === (drawn = JSON.stringify(points))) return;
    for (const place of [dots, rivalDots]) place.replaceChildren(...points.map(([px, py, k, test]) => {
      const [x, y] = [((px - left) / (right - left)) * 400, ((high - py) / (high - low)) * 400];
      const color = regression ? `rgb(${diverging(Math.max(-1, Math.min(1, k))).join()})` : CLASSES[k].color;
      const look = test ? { fill: "#fff", stroke: color, "stroke-width": 2.5 } : { fill: color, stroke: regression ? "#22262b" : "#fff" };
      if (test) look.class = "lab-test";
      return k === 1 && !regression ? h("rect", { x: x - 4, y: y - 4, width: 8, height: 8, ...look }) : h("circle", { cx: x, cy: y, r: 4.5, ...look });
    }));
  }

  // One step, number by number ------------------------------------------------------------------------
  const stepText = h("pre", { class: "lab-code", tabindex: 0, role: "region", "aria-label": "One step in numbers" });
  const watchStep = button("Take one step on one point", () => (trainer.stop(), talk.send({ do: "watch" })));
  function showStep({ step }) {
    if (!step) return void (stepText.textContent = "One point goes forward through your network, its error backward, and every weight moves once.");
    const list = (values) => `(${values.map(number).join(", ")})`;
    const lines = [`FORWARD   the point ${list(step.point)}, wanted: ${number(step.target)}`];
    step.layers.forEach((layer, l) => {
      const many = layer.W ? `${layer.W.length} × ${layer.W[0].length} weights` : `${layer.name}, each value alone`;
      lines.push(`  ${l + 1}. ${many}: ${list(layer.inputs)} → ${list(layer.outputs)}`);
      layer.W?.forEach((row, j) => lines.push(`       ${row.map((w, i) => `${number(w)}·${number(layer.inputs[i])}`).join(" + ")} + ${number(layer.b[j])} = ${number(layer.outputs[j])}`));
    });
    lines.push(`LOSS      ${step.loss[0].toFixed(4)} for the output ${number(step.output)}`, "BACKWARD  ∂loss/∂(what each layer gave), last layer first");
    [...step.layers].reverse().forEach((layer, k) => {
      lines.push(`  ${step.layers.length - k}. ${list(layer.delta)}`);
      layer.dW?.forEach((row, j) => lines.push(`       ∂loss/∂W row ${j + 1}: ${list(row)}, ∂loss/∂b: ${number(layer.db[j])}`));
    });
    lines.push(`UPDATE    each weight − ${step.rate} × its gradient`);
    step.layers.forEach((layer, l) => layer.W?.forEach((row, j) => {
      lines.push(`  ${l + 1}. row ${j + 1}: ${row.map((w, i) => `${w.toFixed(4)} → ${layer.new_W[j][i].toFixed(4)}`).join(", ")}; b: ${layer.b[j].toFixed(4)} → ${layer.new_b[j].toFixed(4)}`);
    }));
    lines.push(`The loss on this point was ${step.loss[0].toFixed(4)} and is ${step.loss[1].toFixed(4)} now.`);
    stepText.textContent = lines.join("\n").replaceAll("-", "−");
  }

  // The reader's own data: read here, in the browser, and sent nowhere ----------------------------------
  const file = h("input", { type: "file", accept: ".csv,.tsv,.txt,text/csv,text/plain", id: freshId(), onchange: async () => {
    const [chosenFile] = file.files;
    if (!chosenFile) return;
    if (chosenFile.size > 1e6) return say("That file is larger than 1 MB: take up to 2,000 rows of it.");
    trainer.stop();
    const bytes = new Uint8Array(await chosenFile.arrayBuffer());
    let text;
    try {
      text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      text = "";
    }
    file.value = "";
    if (!text || text.includes("\0")) return say(`${chosenFile.name} is no text in UTF-8: save it as CSV and try again.`);
    talk.send({ do: "read", text });
  } });
  const fold = (summary, ...inside) => h("details", { class: "lab-fold" }, h("summary", { text: summary }), ...inside);
  const ownData = fold("Your own data", h("p", { class: "lab-help", text: `A CSV file of two columns of numbers and one of labels (two classes, or numbers to predict): ${whereItStays()}` }), h("label", { for: file.id, text: "CSV file " }), file);

  // Together --------------------------------------------------------------------------------------------
  function show(state) {
    buildNetwork(state);
    drawUnits(state);
    drawCurve(state);
    drawPoints(state);
    showSeen(state);
    showStep(state);
    if (code.textContent !== state.code) code.textContent = state.code;
    for (const [name, { list }] of Object.entries(lists)) list.selectedIndex = fixed.choices[name].indexOf(state.settings[name]);
    features.forEach((node, i) => node.setAttribute("aria-pressed", String(state.settings.features.includes(fixed.features[i]))));
    race.setAttribute("aria-pressed", String(Boolean(state.rival)));
    curveLine.hidden = state.settings.data !== fixed.curve;
    if (document.activeElement !== formula) formula.value = state.settings.curve;
    rivalField.setAttribute("aria-label", `The rival's answer over the plane. ${state.rival?.say ?? ""}`);
    field.setAttribute("aria-label", `The network's answer over the plane, with the points. ${state.say}`);
    epoch.textContent = `epoch ${state.epoch.toLocaleString("en-US")}`;
    el.dataset.epoch = state.epoch;
    el.dataset.loss = state.loss.at(-1) ?? "";
    say([state.trouble, state.say, state.rival?.say].filter(Boolean).join(" "));
    keepInAddress(state.settings);
  }

  /** What differs from the start stands in the page's address, so that a link leads to it. */
  function keepInAddress(now) {
    if (!el.closest("article.bd-article")) return;
    const changed = Object.entries(now).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(initial[name]) && !(name === "data" && value === fixed.own));
    const address = new URL(location.href);
    if (changed.length) address.searchParams.set(ADDRESS, JSON.stringify(Object.fromEntries(changed)));
    else address.searchParams.delete(ADDRESS);
    if (address.href !== location.href) history.replaceState(history.state, "", address);
  }
  function fromAddress() {
    try {
      const wanted = JSON.parse(new URL(location.href).searchParams.get(ADDRESS));
      if (wanted && el.closest("article.bd-article")) talk.send({ ...wanted, do: "set" });
    } catch { /* not written by this page */ }
  }

  el.classList.add("lab", "lab-build");
  const layers = h("span", { class: "lab-choice" }, "Layers",
    small("−", "One hidden layer less", () => layersTo(settings().hidden.slice(0, -1))),
    small("+", "One hidden layer more", () => settings().hidden.length < fixed.layers && layersTo([...settings().hidden, settings().hidden.at(-1) ?? 4])));
  el.append(
    controls,
    tools("Settings", ...Object.values(lists).map(({ node }) => node), curveLine),
    tools("Inputs", "Inputs", ...features, layers, epoch),
    h("div", { class: "lab-two" },
      h("div", { class: "lab-netside" }, network, panel),
      h("div", {}, title, fields, h("div", { class: "lab-ticks" }, testPoints.node, twoColors.node, scale), curve)),
    says,
    h("div", { class: "lab-folds" },
      fold("One step, number by number", watchStep, stepText),
      ownData,
      fold("The same in Python", code, tools("Code", copy, note))));
  requestAnimationFrame(() => {
    const wanted = new URL(location.href).searchParams.has(ADDRESS);
    if (wanted) fromAddress();
    show(model.get("state"));
  });
  new ResizeObserver(() => columns.length && drawLinks(model.get("state").weights)).observe(network);
}

export default { render };
