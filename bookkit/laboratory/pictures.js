// Two folders of pictures, read and made small here; a network learns to tell them apart.

const LARGEST = 40e6; // bytes of a picture file
const NAMED = 3; // file names that a sentence gives

/** A picture file as side × side bytes of ink: its middle square, in gray. Rejects what is no picture. */
async function inkOf(file, side) {
  const whole = await createImageBitmap(file);
  const edge = Math.min(whole.width, whole.height);
  const [x, y] = [(whole.width - edge) / 2, (whole.height - edge) / 2];
  const small = await createImageBitmap(whole, x, y, edge, edge, { resizeWidth: side, resizeHeight: side, resizeQuality: "high" });
  whole.close();
  const canvas = h("canvas", { width: side, height: side });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "#fff"; // below what is transparent
  context.fillRect(0, 0, side, side);
  context.drawImage(small, 0, 0, side, side);
  const { data } = context.getImageData(0, 0, side, side);
  return Uint8Array.from({ length: side * side }, (_, i) => 255 - Math.round(0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2]));
}

/** All files below what was dropped: [{name of the folder or "", files}]. */
async function dropped(items) {
  const entries = [...items].map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile?.()).filter(Boolean);
  const all = (reader) => new Promise((resolve, reject) => reader.readEntries(resolve, reject));
  async function below(entry) {
    if (entry instanceof File) return [entry];
    if (entry.isFile) return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
    const [reader, found] = [entry.createReader(), []];
    for (let part = await all(reader); part.length; part = await all(reader)) { // at most 100 at a time
      for (const child of part) found.push(...await below(child));
    }
    return found;
  }
  const folders = entries.filter((entry) => entry.isDirectory);
  const groups = await Promise.all(folders.map(async (folder) => ({ name: folder.name, files: await below(folder) })));
  const loose = (await Promise.all(entries.filter((entry) => !entry.isDirectory).map(below))).flat();
  return loose.length ? [...groups, { name: "", files: loose }] : groups;
}

const base64 = (bytes) => {
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
};

function gray(canvas, ink, side) {
  canvas.width = canvas.height = side;
  const context = canvas.getContext("2d");
  const image = context.createImageData(side, side);
  for (let i = 0; i < side * side; i += 1) image.data.set([255 - ink[i], 255 - ink[i], 255 - ink[i], 255], 4 * i);
  context.putImageData(image, 0, 0);
  return canvas;
}

function render({ model, el, signal }) {
  const { side, hidden, fewest, most } = model.get("fixed");
  const size = side * side;
  const talk = new Talk(model, signal, show);
  const trainer = new Trainer(talk, model, { start: "Train", stop: "Stop" });
  const { node: says, say } = sentence();
  const bytes = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

  // The reader's pictures ---------------------------------------------------------------------------
  const mine = [null, null]; // {pictures: [ink]} of each class, before they are used
  const input = (k, folder) => {
    const node = h("input", { type: "file", hidden: "", onchange: async () => {
      const files = [...node.files];
      const name = folder ? files[0]?.webkitRelativePath.split("/")[0] ?? "" : "";
      await take(k, name, files);
      node.value = "";
    } });
    node.multiple = true;
    if (folder) node.webkitdirectory = true;
    else node.accept = "image/*";
    return node;
  };
  const cards = [0, 1].map((k) => {
    const label = ["first", "second"][k];
    const [folder, files] = [input(k, true), input(k, false)];
    const name = h("input", { class: "lab-input", id: freshId(), maxlength: 40, value: `class ${k + 1}` });
    const count = h("p", { class: "lab-help", text: "no pictures yet" });
    const strip = h("div", { class: "lab-strip", role: "img", "aria-label": "no pictures yet" });
    const choose = button("Choose a folder", () => folder.click(), { "aria-label": `Choose a folder for the ${label} class` });
    if (!("webkitdirectory" in folder)) choose.hidden = true;
    const node = h("div", { class: "lab-drop" },
      h("p", {}, h("label", { for: name.id, text: `Name of the ${label} class ` }), name),
      tools(`Pictures of the ${label} class`, choose, button("Choose pictures", () => files.click(), { "aria-label": `Choose pictures for the ${label} class` }), folder, files),
      h("p", { class: "lab-help", text: "or drop a folder or pictures here" }), count, strip);
    node.addEventListener("dragover", (event) => (event.preventDefault(), node.classList.add("lab-over")));
    node.addEventListener("dragleave", () => node.classList.remove("lab-over"));
    node.addEventListener("drop", async (event) => {
      event.preventDefault();
      node.classList.remove("lab-over");
      const groups = await dropped(event.dataTransfer.items);
      if (groups.length === 2 && groups.every((group) => group.name)) for (const [i, group] of groups.entries()) await take(i, group.name, group.files);
      else await take(k, groups.find((group) => group.name)?.name ?? "", groups.flatMap((group) => group.files));
    });
    return { node, name, count, strip };
  });
  const use = button("Learn these", () => {
    trainer.stop();
    talk.send({ do: "take", classes: mine.map((inks, k) => {
      const all = new Uint8Array(inks.length * size);
      inks.forEach((ink, i) => all.set(ink, i * size));
      return { name: cards[k].name.value, pictures: base64(all) };
    }) });
  }, { disabled: "" });

  async function take(k, name, files) {
    const { count, strip } = cards[k];
    const sorted = files.filter((file) => !file.name.startsWith(".")).sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
    const [inks, bad] = [[], []];
    mine[k] = null;
    use.disabled = true;
    for (const [i, file] of sorted.entries()) {
      if (inks.length === most) break;
      if (i % 10 === 0) count.textContent = `Reading ${i + 1} of ${sorted.length}…`;
      try {
        if (file.size > LARGEST) throw new RangeError("too large");
        inks.push(await inkOf(file, side));
      } catch {
        bad.push(file.name);
      }
    }
    if (name) cards[k].name.value = name.slice(0, 40);
    const found = inks.length === 1 ? "one picture" : `${inks.length} pictures`;
    const parts = [found];
    if (inks.length === most && sorted.length - bad.length > most) parts.push(`the first ${most} of ${sorted.length} files`);
    if (bad.length) parts.push(`${bad.length === 1 ? "one file is no picture" : `${bad.length} files are no pictures`} that this browser reads: ${bad.slice(0, NAMED).join(", ")}${bad.length > NAMED ? " …" : ""}`);
    if (inks.length < fewest) parts.push(`at least ${fewest} are needed`);
    else mine[k] = inks;
    count.textContent = `${parts.join("; ")}.`;
    strip.replaceChildren(...inks.slice(0, 6).map((ink) => gray(h("canvas"), ink, side)));
    strip.setAttribute("aria-label", `${found}, the first of them shown`);
    use.disabled = !(mine[0] && mine[1]);
    say(use.disabled ? `${cards[k].name.value}: ${count.textContent}` : `${cards[k].name.value}: ${count.textContent} Press “Learn these”.`);
  }

  // The network and what it gets wrong ---------------------------------------------------------------
  const width = select("Hidden units", hidden.map((n) => n || "none"), (i) => (trainer.stop(), talk.send({ do: "set", hidden: hidden[i] })));
  const controls = tools("Training", trainer.button,
    button("Begin anew", () => (trainer.stop(), talk.send({ do: "restart" }))),
    button("Another cut", () => (trainer.stop(), talk.send({ do: "restart", seed: model.get("state").seed + 1 })), { title: "Other pictures are held back" }),
    width.node);
  const about = h("p", { class: "lab-help" });
  const templates = h("div", { class: "lab-units" });
  const title = h("p", { class: "lab-title" });
  const wrong = h("div", { class: "lab-wrongs" });
  const curve = h("canvas", { class: "lab-curve", role: "img", width: 480, height: 170 });
  const code = h("pre", { class: "lab-code", tabindex: 0, role: "region", "aria-label": "The same in Python" });
  const save = button("Save the pictures", () => talk.send({ do: "save" }));

  const back = h("input", { type: "file", accept: ".npz", hidden: "", onchange: async () => {
    const [file] = back.files;
    if (!file) return;
    trainer.stop();
    const known = file.size <= LARGEST;
    if (known) talk.send({ do: "bring", file: base64(new Uint8Array(await file.arrayBuffer())) });
    else say(`${file.name} is too large to be a file of pictures that was saved here.`);
    back.value = "";
  } });

  function show(state) {
    const shown = Array.from({ length: state.units }, (_, j) => picture(h("canvas"), signedBytes(state.templates).subarray(j * size, (j + 1) * size), side));
    templates.replaceChildren(...shown.map((canvas) => h("div", { class: "lab-unit" }, canvas)));
    templates.setAttribute("role", "img");
    templates.setAttribute("aria-label", `Weights of ${state.units} units, each as a picture: blue wants ink, orange wants paper.`);
    title.textContent = state.hidden ? "what each hidden unit looks for" : "what speaks for each class";
    about.textContent = `${state.own ? "Your pictures" : "The book’s pictures"}: ${state.counts[0]} of ${state.names[0]}, ${state.counts[1]} of ${state.names[1]}; a quarter of them is held back.`;
    const inks = bytes(state.wrong);
    wrong.replaceChildren(...state.taken.map((text, i) => h("figure", {}, gray(h("canvas"), inks.subarray(i * size, (i + 1) * size), side), h("figcaption", { text }))));
    if (!state.taken.length) wrong.append(h("p", { text: "None." }));
    drawLosses(curve, [[state.loss, "#0072B2", [], "learned"], [state.test_loss, "#C84E00", [8, 5], "held back"]]);
    width.list.selectedIndex = hidden.indexOf(state.hidden);
    if (code.textContent !== state.code) code.textContent = state.code;
    el.dataset.epoch = state.epoch;
    el.dataset.own = state.own;
    if (state.file.byteLength) download(state.file);
    say([state.trouble, state.say].filter(Boolean).join(" "));
  }

  function download(view) {
    const url = URL.createObjectURL(new Blob([bytes(view)]));
    const link = h("a", { href: url, download: "pictures.npz" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }

  el.classList.add("lab", "lab-pictures");
  el.append(
    h("div", { class: "lab-drops" }, ...cards.map((card) => card.node)),
    tools("Your pictures", use, h("span", { class: "lab-help", text: `They are made small and gray, ${side} × ${side} pixels, and ${whereItStays()}` })),
    controls, about, says,
    h("div", { class: "lab-columns" },
      h("div", {}, title, templates),
      h("div", {}, h("p", { class: "lab-title", text: "held back, and read wrong" }), wrong),
      h("div", {}, h("p", { class: "lab-title", text: "loss by epoch" }), curve)),
    h("details", { class: "lab-fold" }, h("summary", { text: "The same in Python" }), code, tools("Your pictures as a file", save, button("Bring saved pictures back", () => back.click()), back)));
  requestAnimationFrame(() => show(model.get("state")));
}

export default { render };
