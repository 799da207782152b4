// Interactive figures: turn the stored widgets of this page into live ones, with no kernel.
// The picture of a figure stays until its widgets stand, and for good if anything fails.
{
  const here = new URL(".", document.currentScript.src);

  const script = (src) => new Promise((done, failed) =>
    document.head.append(Object.assign(document.createElement("script"), { src, onload: done, onerror: failed })));

  async function start() {
    // The theme turns every <i> into an <svg>, under the feet of the player's buttons; "nest" keeps the <i>.
    if (window.FontAwesome) FontAwesome.config.autoReplaceSvg = "nest";
    await script(new URL("widgets/require.js", here));
    window.__jupyter_widgets_assets_path__ = new URL("widgets/", here).href;
    await script(new URL("widgets/embed-amd.js", here));
    const { HTMLManager } = await new Promise((done, failed) => requirejs(["@jupyter-widgets/html-manager"], (m) => done(m), failed));
    const manager = new HTMLManager({ loader: (name) => Promise.reject(new Error(`There is no widget package ${name}.`)) });
    const stored = document.querySelector('script[type="application/vnd.jupyter.widget-state+json"]');
    await manager.set_state(JSON.parse(stored.textContent));
    for (const view of document.querySelectorAll('script[type="application/vnd.jupyter.widget-view+json"]')) {
      const model = await manager.get_model(JSON.parse(view.textContent).model_id);
      const place = document.createElement("div");
      view.after(place);
      await manager.display_view(manager.create_view(model), place);
      view.closest(".interactive-figure")?.classList.add("is-live");
    }
  }

  addEventListener("load", start); // after the theme's bundles, which would trip over require's define()
}
