// Widgets that Python in the page makes: the library that draws them, and what it leaves out for those
// who do not see or do not point. Loaded with Python (live/widgets.mjs), never before.
{
  const here = new URL(".", document.currentScript.src);
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
      const [play, toStart] = [player.querySelector("button:has(.fa-play, .fa-pause)"), player.querySelector("button:has(.fa-stop)")];
      if (!player.dataset.tended) arrange(player, play, toStart);
      set(play, "aria-label", playing(player) ? "Pause" : "Play");
      set(play, "data-icon", playing(player) ? "pause" : "play");
    }
  }

  const playing = (element) => Boolean(element.querySelector(".fa-pause"));

  /** The buttons in the order and with the signs of the page's own player (book_player.mjs). */
  function arrange(player, play, toStart) {
    player.dataset.tended = "yes";
    const [back, forward] = player.parentElement.querySelectorAll(".widget-button");
    for (const [button, icon, name] of [[toStart, "start", "Back to the start"], [back, "back", "Step back"], [forward, "forward", "Step forward"]]) {
      set(button, "data-icon", icon);
      set(button, "aria-label", name);
    }
    player.prepend(toStart, back, play, forward);
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
}
