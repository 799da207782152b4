// Draw a picture, and see every layer respond.

function render({ model, el, signal }) {
  const { side, names, examples, templates } = model.get("fixed");
  const weights = signedBytes(templates);
  const size = side * side;
  const talk = new Talk(model, signal, show);
  const paper = makePaper({ side, start: model.get("state").pixels, examples, changed: (pixels) => talk.send({ do: "draw", pixels }) });

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
    h("div", {}, h("p", { class: "lab-title", text: "draw here" }), paper.node),
    ...layers.map((layer) => layer.all),
    h("div", {}, h("p", { class: "lab-title", text: "what the network reads" }), table, says)));
  show(model.get("state"));
}

export default { render };
