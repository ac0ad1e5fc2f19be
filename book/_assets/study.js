// Self-checks and flashcards. Without this script each is a list of details that open and shut.
// What a reader answers is kept by store.js.
(() => {
  "use strict";

  const store = window.courseStore;
  const { make, button } = window.courseParts;

  // ---------- questions ----------

  const questions = [];
  const decks = []; // a function for each that shows its card again

  const startQuestion = (box) => {
    const items = [...box.querySelectorAll(":scope > .question-options > li")];
    const answer = make("div", "question-answer");
    answer.setAttribute("role", "status");
    const options = items.map((item, index) => {
      const details = item.querySelector(":scope > details");
      const label = make("label", "question-choice");
      const radio = make("input");
      radio.type = "radio";
      radio.name = "question-" + box.id;
      radio.value = String(index);
      const text = item.querySelector(":scope > .question-text");
      label.append(radio, text);
      // Not every screen reader finds a name in MathML; LaTeX is a name, if no beautiful one.
      const bare = text.cloneNode(true);
      bare.querySelectorAll(".katex").forEach((formula) => formula.remove());
      if (!bare.textContent.trim()) {
        const latex = [...text.querySelectorAll("annotation")].map((e) => e.textContent);
        radio.setAttribute("aria-label", latex.join(" "));
      }
      const feedback = make("div");
      feedback.append(...[...details.children].filter((e) => e.tagName !== "SUMMARY"));
      details.replaceWith();
      item.prepend(label);
      radio.addEventListener("change", () => choose(index, true));
      return { item, radio, feedback, right: item.dataset.right === "yes" };
    });
    const choose = (index, keep) => {
      options.forEach((o, i) => {
        o.radio.checked = i === index;
        o.item.classList.toggle("is-chosen", i === index);
      });
      answer.replaceChildren();
      box.classList.remove("is-right", "is-wrong");
      if (index !== null) {
        box.classList.add(options[index].right ? "is-right" : "is-wrong");
        answer.append(options[index].feedback);
      }
      if (keep) store.set("question:" + box.id, index === null ? null : String(index));
      tally();
    };
    box.setAttribute("role", "radiogroup");
    box.append(answer);
    box.classList.add("is-live");
    questions.push({ box, options, choose });
    const kept = store.get("question:" + box.id);
    if (kept !== null && options[Number(kept)]) choose(Number(kept), false);
  };

  const loadAll = () => store.load((read) => {
    if (read === null) {
      count.textContent = "This file holds no answers of the course.";
    } else {
      refresh();
    }
  });
  const refresh = () => {
    questions.forEach(({ box, options, choose }) => {
      const kept = store.get("question:" + box.id);
      choose(kept !== null && options[Number(kept)] ? Number(kept) : null, false);
    });
    decks.forEach((show) => show());
    tally();
  };

  let count = null;
  const tally = () => {
    if (!count) return;
    const right = questions.filter((q) => q.box.classList.contains("is-right")).length;
    count.textContent = `${right} of ${questions.length} answered rightly.`;
  };
  const startTally = () => {
    if (!questions.length) return;
    const bar = make("div", "question-tally");
    count = make("span");
    count.setAttribute("role", "status");
    const again = button("Clear my answers", () => {
      questions.forEach((q) => q.choose(null, true));
    });
    bar.append(count, again, button("Save all to a file", store.save), button("Load", loadAll));
    questions[questions.length - 1].box.after(bar);
    tally();
  };

  // ---------- flashcards ----------

  const startCards = (deck) => {
    const cards = [...deck.querySelectorAll(":scope > ol > li")];
    const all = cards.map((card) => card.querySelector("details"));
    let at = 0;

    const bar = make("div", "flashcards-bar");
    const place = make("span", "flashcards-place");
    place.setAttribute("role", "status");
    const known = button("I knew it", () => {
      const isKnown = store.get(key(cards[at])) === "known";
      store.set(key(cards[at]), isKnown ? null : "known");
      show();
    });
    const turn = button("Turn", () => { all[at].open = !all[at].open; });
    bar.append(button("Previous", () => go(-1)), turn, button("Next", () => go(1)), known, place);

    const key = (card) => "card:" + card.dataset.card;
    const show = () => {
      cards.forEach((card, i) => { card.hidden = i !== at; });
      const isKnown = store.get(key(cards[at])) === "known";
      known.setAttribute("aria-pressed", String(isKnown));
      const total = cards.filter((card) => store.get(key(card)) === "known").length;
      place.textContent = `Card ${at + 1} of ${cards.length}` + (total ? `, ${total} known` : "");
    };
    const go = (step, focus) => {
      all[at].open = false;
      at = (at + step + cards.length) % cards.length;
      show();
      if (focus) all[at].querySelector("summary").focus();
    };
    deck.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      // A wide formula scrolls by the same keys.
      if (!step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (event.target.closest(".math-scroll")) return;
      event.preventDefault();
      go(step, event.target.tagName === "SUMMARY");
    });
    // A link to a card shows it.
    const follow = () => {
      const index = cards.findIndex((card) => "#" + card.id === location.hash);
      if (index < 0) return;
      all[at].open = false;
      at = index;
      show();
    };
    window.addEventListener("hashchange", follow);
    deck.querySelector("ol").after(bar);
    deck.classList.add("is-live");
    decks.push(show);
    show();
    follow();
  };

  document.querySelectorAll(".question").forEach(startQuestion);
  startTally();
  document.querySelectorAll(".flashcards").forEach(startCards);
  store.watch(refresh);
})();
