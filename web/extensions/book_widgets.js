// Interactive figures: turn the stored widgets of this page into live ones, with no kernel.
// The picture of a figure stands until its widgets do, and for good if anything fails.
{
  const here = new URL(".", document.currentScript.src);
  const STATE = 'script[type="application/vnd.jupyter.widget-state+json"]';
  const VIEW = 'script[type="application/vnd.jupyter.widget-view+json"]';

  const load = (file) => new Promise((resolve, reject) => {
    const src = new URL(file, here);
    document.head.append(Object.assign(document.createElement("script"), { src, onload: resolve, onerror: reject }));
  });

  /** Widgets that do not come with the manager: those of the laboratory, when Python makes them. */
  function loadWidgets(name) {
    if (name !== "anywidget") throw new Error(`This page has no widgets of ${name}.`);
    return new Promise((resolve, reject) => requirejs([String(new URL("widgets/anywidget.js", here))], resolve, reject));
  }

  async function makeManager() {
    if (!window.requirejs) await load("widgets/require.js");
    if (!requirejs.defined("@jupyter-widgets/html-manager")) await load("widgets/libembed-amd.js");
    const { HTMLManager } = await new Promise((resolve, reject) => requirejs(["@jupyter-widgets/html-manager"], resolve, reject));
    // It brings Font Awesome 5, whose rules would take over the theme's own icons.
    for (const style of document.head.querySelectorAll("style")) if (style.textContent.includes("Font Awesome 5")) style.remove();
    const manager = new HTMLManager({ loader: loadWidgets });
    // Labels may hold mathematics; left alone, widgets look for a MathJax of an older kind.
    manager._rendermime = { latexTypesetter: { typeset: (element) => window.MathJax?.typesetPromise?.([element]) } };
    return manager;
  }

  async function start() {
    const manager = await (bookWidgets.stored = makeManager());
    await manager.set_state(JSON.parse(document.querySelector(STATE).textContent));
    for (const view of document.querySelectorAll(VIEW)) {
      const figure = view.closest(".interactive-figure") ?? view.parentElement;
      const model = await manager.get_model(JSON.parse(view.textContent).model_id);
      const place = document.createElement("div");
      view.after(place);
      const widget = await manager.create_view(model);
      await manager.display_view(widget, place);
      await complete(widget);
      watch(figure, place);
      figure.classList.add("is-live");
    }
  }

  /** A widget stands before what it holds does: wait for all of it. */
  async function complete(widget) {
    for (const part of await Promise.all(widget.children_views?.views ?? [])) await complete(part);
  }

  function watch(figure, place) {
    announce(figure, place);
    new MutationObserver(() => tend(place)).observe(place, { subtree: true, childList: true, characterData: true, attributeFilter: ["aria-valuetext", "class"] });
    tend(place);
  }

  // For widgets that Python in the page makes (live/widgets.mjs): the same libraries, the same care.
  const bookWidgets = (window.bookWidgets = { makeManager, watch });

  const set = (element, name, value) => element.getAttribute(name) === value || element.setAttribute(name, value);

  // What ipywidgets leaves out for those who do not see or do not point: names, values and states of
  // its controls, and single steps beside its player. Runs after every change, so it only writes news.
  function tend(place) {
    for (const slider of place.querySelectorAll(".widget-slider")) {
      const readout = slider.querySelector(".widget-readout");
      for (const handle of slider.querySelectorAll(".noUi-handle")) {
        set(handle, "aria-label", slider.querySelector(".widget-label").textContent);
        set(handle, "aria-valuetext", readout.textContent);
      }
      set(readout, "contenteditable", "false"); // it cannot be edited without a kernel
    }
    for (const choice of place.querySelectorAll(".widget-toggle-buttons")) {
      set(choice, "role", "group");
      set(choice, "aria-label", choice.querySelector(".widget-label").textContent);
      for (const button of choice.querySelectorAll("button")) set(button, "aria-pressed", String(button.classList.contains("mod-active")));
    }
    for (const player of place.querySelectorAll(".widget-play")) {
      const live = player.parentElement.querySelector(".widget-button"); // a live figure has steps of its own
      if (!live && !player.dataset.tended) addSteps(player);
      set(player.querySelector("button:has(.fa-stop)"), "aria-label", "Back to the start");
      set(player.querySelector("button:has(.fa-play, .fa-pause)"), "aria-label", playing(player) ? "Pause" : "Play");
    }
  }

  const playing = (element) => Boolean(element.querySelector(".fa-pause"));

  function addSteps(player) {
    player.dataset.tended = "yes";
    const [play, toStart] = player.querySelectorAll("button");
    const step = (name, icon, key) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "jupyter-button", innerHTML: `<i class="fa ${icon}"></i>` });
      button.setAttribute("aria-label", name);
      button.onclick = () => {
        if (playing(player)) play.click();
        player.parentElement.querySelector(".noUi-handle").dispatchEvent(new KeyboardEvent("keydown", { key }));
      };
      return button;
    };
    player.prepend(toStart, step("Step back", "fa-step-backward", "ArrowLeft"), play, step("Step forward", "fa-step-forward", "ArrowRight"));
    set(player, "role", "group");
    set(player, "aria-label", "Player");
  }

  // Say the alt text of a new frame to screen readers, but not of each one that plays by.
  function announce(figure, place) {
    const status = Object.assign(document.createElement("div"), { className: "figure-status" });
    status.setAttribute("role", "status");
    figure.append(status);
    let said = picture(place);
    new MutationObserver(() => {
      const now = picture(place);
      if (now && now !== said && !playing(place)) status.textContent = said = now;
    }).observe(place, { subtree: true, childList: true, attributeFilter: ["class"] });
  }

  const picture = (place) => place.querySelector(".nnlib-frames svg")?.getAttribute("aria-label");

  addEventListener("load", start); // after the theme's bundles, which would trip over require's define()
}
