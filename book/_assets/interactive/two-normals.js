// Two normal distributions: P happens, Q is believed; the cross-entropy of densities is least where
// Q covers P, and it may be negative.
(() => {
  "use strict";
  const { plane, label, line, it, format } = CourseFigures;
  const view = plane({ x: [-4, 4], y: [0, 2.2], box: [34, 12, 314, 180] });
  const root = Math.sqrt(2 * Math.PI);
  const bell = (x, m, s) => Math.exp(-((x - m) ** 2) / (2 * s * s)) / (s * root);
  // P = N(0, p²) throughout.
  const facts = ({ p, m, s }) => {
    const spread = (p * p + m * m) / (2 * s * s);
    return {
      cross: Math.log(root * s) + spread,
      entropy: Math.log(root * p) + 0.5,
      kl: Math.log(s / p) + spread - 0.5,
    };
  };

  CourseFigures.add("two-normals", {
    size: [360, 238],
    controls: [
      { id: "m", label: "mean of <i>Q</i>", min: -3, max: 3, step: 0.1, value: -1.2 },
      { id: "s", label: "spread of <i>Q</i>", min: 0.2, max: 3, step: 0.05, value: 1.6, digits: 2 },
      { id: "p", label: "spread of <i>P</i>", min: 0.2, max: 3, step: 0.05, value: 1, digits: 2 },
    ],
    handles: ({ m, s }) => [{
      x: view.X(m), y: view.Y(bell(m, m, s)),
      drag: (px, py) => ({ m: view.x(px), s: 1 / (root * Math.max(0.01, view.y(py))) }),
    }],
    draw: ({ p, m, s }) => {
      const fine = { steps: 240 };
      return view.axes({
        xticks: [-4, -2, 0, 2, 4], yticks: [0, 0.5, 1, 1.5, 2], digits: (t) => String(t),
      }) +
        label(view.left + 5, view.top + 9, "density", "small halo") +
        label(view.right, view.bottom + 30, it("x"), "end") +
        line(view.X(m), view.bottom, view.X(m), view.Y(bell(m, m, s)), "grey thin dotted") +
        view.graph((x) => bell(x, 0, p), "vermilion dashed", fine) +
        view.graph((x) => bell(x, m, s), "blue", fine) +
        label(view.right - 4, view.top + 14, `${it("P")}, what happens: dashed`, "end halo") +
        label(view.right - 4, view.top + 31, `${it("Q")}, the model: solid`, "end halo");
    },
    values: (state) => {
      const f = facts(state);
      return [
        { name: "cross-entropy", label: "cross-entropy", value: f.cross, digits: 3, unit: " nats" },
        { name: "entropy", label: "entropy of <i>P</i>, the floor", value: f.entropy, digits: 3,
          unit: " nats" },
        { name: "divergence", label: "divergence, the excess", value: f.kl, digits: 3,
          unit: " nats" },
      ];
    },
    say: (state) => {
      const f = facts(state);
      const cost = `The cross-entropy is ${format(f.cross, 3)} nats; `;
      if (f.kl < 1e-12) return `${cost}Q is P, and no model costs less.`;
      return `${cost}${format(f.kl, 3)} less would do, with the mean and the spread of P.`;
    },
  });
})();
