// The table "my progress": fills the counts that the build wrote with what this browser remembers.
(() => {
  "use strict";
  const store = window.courseStore;
  const { make, button } = window.courseParts;
  const fill = (cell, words, done, total) => {
    const bar = make("span", "progress-bar-course");
    bar.setAttribute("aria-hidden", "true"); // the words beside it say the same
    bar.style.setProperty("--done", total ? `${(100 * done) / total}%` : "0%");
    cell.replaceChildren(make("span", "", words), ...(total ? [bar] : []));
  };

  const start = (box) => {
    const said = make("p", "progress-said");
    said.setAttribute("role", "status");

    const show = () => {
      box.querySelectorAll("[data-questions]").forEach((cell) => {
        const asked = Object.entries(JSON.parse(cell.dataset.questions));
        const given = asked.map(([id, right]) => [store.get("question:" + id), String(right)]);
        const answered = given.filter(([answer]) => answer !== null).length;
        const rightly = given.filter(([answer, right]) => answer === right).length;
        fill(cell, asked.length === 0 ? "none" : answered === 0 ? `0 of ${asked.length}` :
          `${answered} of ${asked.length}, ${rightly} right`, rightly, asked.length);
      });
      box.querySelectorAll("[data-cards]").forEach((cell) => {
        const cards = JSON.parse(cell.dataset.cards);
        const known = cards.filter((id) => store.get("card:" + id) === "known").length;
        fill(cell, cards.length ? `${known} of ${cards.length} known` : "none", known, cards.length);
      });
      remove.disabled = Object.keys(store.all()).length === 0;
    };
    const say = (words) => { said.textContent = words; };

    const bar = make("div", "question-tally");
    // Asked twice, in the page: there is no way back but a file.
    const remove = button("Delete all", () => {
      if (remove.dataset.sure) {
        settle();
        say(`${store.clear()} answers deleted.`);
        show();
      } else {
        remove.dataset.sure = "yes";
        remove.textContent = "Really delete all?";
        say("Press once more to delete what this browser remembers of the course.");
      }
    });
    const settle = () => {
      delete remove.dataset.sure;
      remove.textContent = "Delete all";
    };
    remove.addEventListener("blur", settle);
    bar.append(
      button("Save to a file", () => { store.save(); say("Saved as cross-entropy-answers.json."); }),
      button("Load from a file", () => store.load((read) => {
        say(read === null ? "This file holds no answers of the course." : `${read} answers read.`);
        show();
      })),
      remove,
    );
    box.append(bar, said);
    if (!store.lasts) {
      say("This browser does not let the page remember anything: answers last until you leave.");
    }
    show();
    store.watch(show);
    // A page shown again by the browser's Back button has not been read again.
    window.addEventListener("pageshow", (event) => { if (event.persisted) show(); });
  };

  document.querySelectorAll(".progress-box").forEach(start);
})();
