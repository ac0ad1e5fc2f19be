// The two log-loss curves, and a point that goes where no picture can follow.
(() => {
  "use strict";
  const { plane, label, arrow, line, circle, it, format, sigmoid, softplus } = CourseFigures;
  const top = 6;
  const view = plane({ x: [0, 1], y: [0, top], box: [30, 14, 318, 190] });
  const { X, Y } = view;

  // From the score: a probability next to 1 has lost the digits that its logarithm needs.
  const loss = (s) => softplus(s.y === 1 ? -s.u : s.u);
  const ofLabel = (s) => sigmoid(s.y === 1 ? s.u : -s.u);

  CourseFigures.add("log-loss", {
    size: [360, 242],
    controls: [
      { id: "u", label: "score <i>u</i>", min: -40, max: 40, step: 0.1, value: -1 },
      { id: "y", label: "label <i>y</i>", value: 1, choices: [[1, "1"], [0, "0"]] },
    ],
    handles: (s) => [{
      x: X(sigmoid(s.u)), y: Y(Math.min(loss(s), top)),
      drag: (px) => {
        const p = Math.min(Math.max(view.x(px), 1e-4), 1 - 1e-4);
        return { u: Math.log(p / (1 - p)) };
      },
    }],
    draw: (s) => {
      const here = Math.min(loss(s), top), x = X(sigmoid(s.u));
      let out = view.axes({
        xticks: [0, 0.25, 0.5, 0.75, 1], yticks: [0, 1, 2, 3, 4, 5, 6],
        digits: (t) => String(t),
      }) +
        label(view.right, view.bottom + 28, `<tspan class="it">p</tspan> = P(<tspan class="it">Y</tspan> = 1)`, "end") +
        view.graph((p) => -Math.log(p), s.y === 1 ? "blue" : "blue thin", { from: 1e-3, steps: 400 }) +
        view.graph((p) => -Math.log1p(-p), (s.y === 0 ? "vermilion" : "vermilion thin") + " dashed",
          { to: 1 - 1e-3, steps: 400 }) +
        label(X(0.1) + 4, Y(3), `−ln ${"<tspan class=\"it\">p</tspan>"}, label 1`, "halo") +
        label(X(0.9) - 4, Y(3), `−ln(1 − <tspan class="it">p</tspan>), label 0`, "end halo");
      out += line(x, view.bottom, x, Y(here), "grey thin dotted") +
        line(view.left, Y(here), x, Y(here), "grey thin dotted");
      if (loss(s) > top) {
        const left = sigmoid(s.u) < 0.5;
        out += arrow(x, Y(top - 0.7), x, Y(top) - 12, "ink") +
          label(x + (left ? 14 : -14), Y(top) + 14, `up to ${format(loss(s), 1)}`,
            left ? "halo" : "end halo");
      }
      return out + circle(x, Y(here), 3, "solid ink");
    },
    values: (s) => [
      { name: "p", label: "<i>p</i>", value: sigmoid(s.u), digits: 4 },
      { name: "of-label", label: "probability of the label", value: ofLabel(s), digits: 4 },
      { name: "loss", label: "loss", value: loss(s), digits: 4, unit: " nats" },
    ],
    say: (s) => {
      const start = `The label is ${s.y}, and the model gives it the probability ` +
        `${format(ofLabel(s), 3)}: a loss of ${format(loss(s), 2)}. `;
      if (loss(s) > top) return start + "The curve has left the picture; it has no top.";
      if (loss(s) < 0.05) return start + "Nearly nothing, and never nothing at all.";
      return start + (ofLabel(s) > 0.5 ? "The model is on the right side."
        : "The model is on the wrong side.");
    },
  });
})();
