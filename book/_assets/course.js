// Three things that a style sheet cannot do: make boxes that scroll reachable by keyboard, prepare
// the page for paper, and lay out what is far below while the reader reads.
(() => {
  const root = document.documentElement;

  // A box that scrolls sideways must be reachable without a mouse; one that does not scroll
  // should not be a stop for the Tab key.
  const boxes = ".math-scroll, .figure-box, .bd-article pre, .derivation-left, " +
    ".derivation-right, .pst-scrollable-table-container, .derivation";
  const label = (box) => (box.matches(".math-scroll, [class^='derivation']") ? "Formula" :
    box.matches("pre") ? "Code" : box.matches(".figure-box") ? "Figure" : "Table") +
    ", scrolls sideways";

  const update = (box) => {
    // A formula is often a pixel or two wider than its glyphs, and there is nothing to see there.
    if (box.scrollWidth > box.clientWidth + 3) {
      box.tabIndex = 0;
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", label(box));
    } else if (box.tabIndex === 0) {
      box.removeAttribute("tabindex");
      box.removeAttribute("role");
      box.removeAttribute("aria-label");
    }
  };

  // Paper is white, and nothing on it scrolls. The column is about as wide as the reading column
  // of a desk screen.
  const column = 640;
  let theme = null;
  const toPaper = () => {
    if (theme !== null) return;
    theme = root.dataset.theme;
    root.dataset.theme = "light";
    document.querySelectorAll(".math-scroll").forEach((box) => {
      const fits = Math.max(box.clientWidth, column) / box.scrollWidth;
      if (fits < 1) box.firstElementChild.style.zoom = fits;
    });
  };
  const toScreen = () => {
    if (theme === null) return;
    root.dataset.theme = theme;
    theme = null;
    document.querySelectorAll(".math-scroll > *").forEach((e) => { e.style.zoom = ""; });
  };
  window.addEventListener("beforeprint", toPaper);
  window.addEventListener("afterprint", toScreen);
  window.matchMedia("print").addEventListener("change", (e) => {
    if (e.matches) toPaper(); else toScreen();
  });

  // The style sheet leaves a section far away without a layout, so that the first screen comes
  // soon. Its height is a guess until then, and the page would move under a reader who follows a
  // link or drags a handle. So all sections are laid out one by one, whenever nothing else is to
  // do, from the reader's first move on: before it nothing can be out of its place. `data-settled`
  // says that there is none left.
  let active = -Infinity; // when the reader last did something
  const idle = window.requestIdleCallback ||
    ((work) => setTimeout(() => work({ timeRemaining: () => 50 }), 60));
  const keepsPlace = CSS.supports("overflow-anchor", "auto");
  const layOut = (sections) => {
    const next = () => {
      if (performance.now() - active < 400) {
        setTimeout(() => idle(next), 400);
        return;
      }
      const section = sections.shift();
      if (!section) {
        root.dataset.settled = "";
        return;
      }
      const before = keepsPlace ? null : section.getBoundingClientRect();
      section.classList.add("is-laid-out");
      // What stands above the window grows upwards; most browsers see to that themselves.
      if (before && before.bottom < 0) {
        window.scrollBy(0, section.getBoundingClientRect().height - before.height);
      }
      requestAnimationFrame(() => setTimeout(() => {
        section.querySelectorAll(boxes).forEach(update);
        idle(next);
      }));
    };
    idle(next);
  };
  const startLayout = () => {
    let started = false;
    const begin = () => {
      if (started) return;
      started = true;
      layOut([...document.querySelectorAll(".bd-article > section > section")]);
    };
    for (const event of ["scroll", "pointerdown", "pointermove", "keydown"]) {
      window.addEventListener(event, () => {
        if (started) active = performance.now();
        begin();
      }, { passive: true });
    }
    // whoever comes by a link to a place is on the move
    if (location.hash) begin();
  };

  // A menu shuts when the reader goes elsewhere.
  const menu = ".dropdown-download-buttons[open]";
  document.addEventListener("click", (event) => {
    document.querySelectorAll(menu).forEach((e) => { e.open = e.contains(event.target); });
  });
  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && document.querySelector(menu);
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });

  const start = () => {
    const watcher = new ResizeObserver((entries) => entries.forEach((e) => update(e.target)));
    document.querySelectorAll(boxes).forEach((box) => watcher.observe(box));
    // Glyphs get wider when their font arrives, the box does not. KaTeX's fonts are asked for one
    // by one, as the formulas that need them are laid out: look again after each. To ask for the
    // width of a box that the browser has not drawn yet would make it lay out the whole page.
    const drawn = (box) => !box.checkVisibility ||
      box.checkVisibility({ contentVisibilityAuto: true });
    const all = () => [...document.querySelectorAll(boxes)].filter(drawn).forEach(update);
    document.fonts.ready.then(all);
    if (document.readyState === "complete") {
      startLayout();
    } else {
      window.addEventListener("load", startLayout);
    }
    document.fonts.addEventListener("loadingdone", all);
    // A section that comes near is laid out only now, and its boxes may keep their own width.
    document.addEventListener("contentvisibilityautostatechange", (event) => {
      if (event.skipped) return;
      requestAnimationFrame(() => event.target.querySelectorAll(boxes).forEach(update));
    });
  };
  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", start);
  } else {
    start();
  }
})();
