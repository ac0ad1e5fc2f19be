// What study.js and progress.js share. What a reader answers stays in this browser's own storage:
// here it is read, written, taken to a file, brought back and deleted.
(() => {
  "use strict";

  const prefix = "cross-entropy:";
  const valid = /^(question|card):[a-z0-9-]+$/;

  // A browser may refuse storage, to a page from the disk or in a private window. Then all of it
  // lasts as long as the page.
  let memory = null;
  try {
    localStorage.setItem(prefix + "try", "");
    localStorage.removeItem(prefix + "try");
  } catch {
    memory = new Map();
  }

  const store = {
    get lasts() { return memory === null; },
    get(key) { return memory ? memory.get(key) ?? null : localStorage.getItem(prefix + key); },
    set(key, value) {
      if (memory) {
        if (value === null) memory.delete(key); else memory.set(key, value);
        return;
      }
      try {
        if (value === null) localStorage.removeItem(prefix + key);
        else localStorage.setItem(prefix + key, value);
      } catch { /* full: not remembered */ }
    },
    all() {
      const entries = memory ? [...memory] : Object.entries(localStorage)
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, value]) => [key.slice(prefix.length), value]);
      return Object.fromEntries(entries.filter(([key]) => valid.test(key)).sort());
    },
    // Returns how many answers were deleted.
    clear() {
      const keys = Object.keys(store.all());
      keys.forEach((key) => store.set(key, null));
      return keys.length;
    },
    // Calls `changed` when another tab of the course has written something.
    watch(changed) {
      window.addEventListener("storage", (event) => {
        if (event.key === null || event.key.startsWith(prefix)) changed();
      });
    },
    save() {
      const text = JSON.stringify(store.all(), null, 1);
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
      link.download = "cross-entropy-answers.json";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    },
    // Asks for a file; then calls `done` with the number of answers read, or with null if it holds
    // none. What is there already stays, unless the file says otherwise.
    load(done) {
      const input = document.createElement("input");
      input.type = "file";
      input.accept = ".json,application/json";
      input.addEventListener("change", async () => {
        let read = null;
        try {
          const given = JSON.parse(await input.files[0].text());
          if (given && typeof given === "object" && !Array.isArray(given)) {
            const kept = Object.entries(given).filter(
              ([key, value]) => valid.test(key) && typeof value === "string" && value.length < 20,
            );
            kept.forEach(([key, value]) => store.set(key, value));
            read = kept.length || null;
          }
        } catch { /* not JSON */ }
        done(read);
      });
      input.click();
    },
  };
  window.courseStore = store;

  const make = (tag, className, text) => {
    const e = document.createElement(tag);
    if (className) e.className = className;
    if (text) e.textContent = text;
    return e;
  };
  const button = (text, act) => {
    const b = make("button", "study-button", text);
    b.type = "button";
    b.addEventListener("click", act);
    return b;
  };
  window.courseParts = { make, button };
})();
