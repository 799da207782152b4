// Edit a picture, and see what a function of it answers.

function render({ model, el, signal }) {
  const { side, examples } = model.get("fixed");
  const talk = new Talk(model, signal, show);
  const paper = makePaper({ side, start: model.get("state").pixels, examples, changed: (pixels) => talk.send({ do: "edit", pixels }) });
  const place = h("div", { class: "lab-panels" });
  const { node: says, say } = sentence();
  let known = "";
  let canvases = [];

  function show({ panels, maps, say: text, trouble }) {
    const titles = panels.map(({ title }) => title);
    if (known !== (known = JSON.stringify(titles))) {
      canvases = panels.map(() => h("canvas", { role: "img" }));
      place.replaceChildren(...canvases.map((canvas, i) => h("div", {}, h("p", { class: "lab-title", text: titles[i] }), canvas)));
    }
    panels.forEach(({ title, rows, columns, range }, i) => {
      picture(canvases[i], signedBytes(maps[i]), columns, 1, rows);
      canvases[i].setAttribute("aria-label", `${title}: ${rows} by ${columns} values from ${range[0]} to ${range[1]}; blue is above zero, orange below.`);
    });
    say([trouble, text].filter(Boolean).join(" "));
  }

  el.classList.add("lab");
  el.append(h("div", { class: "lab-columns" },
    h("div", {}, h("p", { class: "lab-title", text: "draw here" }), paper.node),
    h("div", { class: "lab-wide" }, place, says)));
  show(model.get("state"));
}

export default { render };
