// Gradient descent on three logits themselves: each step adds label minus prediction.
(() => {
  "use strict";
  const { plane, label, arrow, circle, line, path, rect, format, softmax } = CourseFigures;
  const most = 50, top = 4;
  const bars = plane({ x: [0, 3], y: [0, 1], box: [30, 16, 150, 160] });
  const course = plane({ x: [0, most], y: [0, top], box: [216, 16, 134, 160] });

  // All but the label's own term are summed, so that a small loss keeps its digits.
  const others = (z, y) =>
    z.reduce((sum, a, k) => sum + (k === y ? 0 : Math.exp(a - z[y])), 0);
  const loss = (z, y) => Math.log1p(others(z, y));
  const descend = (s) => {
    const steps = [[s.z0, s.z1, s.z2]];
    for (let k = 0; k < s.n; k++) {
      const z = steps[k];
      steps.push(softmax(z).map((p, i) => z[i] + (i === s.y) - p));
    }
    return steps;
  };
  const end = (s) => descend(s)[s.n];
  // What the label's probability lacks, from the others: 1 − p has lost its digits near 1.
  const lack = (z, y) => softmax(z).reduce((sum, p, k) => sum + (k === y ? 0 : p), 0);
  const slider = (k, value) =>
    ({ id: `z${k}`, label: `start <i>z</i>${"₀₁₂"[k]}`, min: -6, max: 6, step: 0.1, value });

  CourseFigures.add("logit-steps", {
    size: [360, 215],
    controls: [
      slider(0, 2), slider(1, 1), slider(2, -1),
      { id: "n", label: "steps", min: 0, max: most, step: 1, value: 0, digits: 0 },
      { id: "y", label: "label", value: 1, choices: [[0, "0"], [1, "1"], [2, "2"]] },
      { label: "One step", act: (s) => { s.n = Math.min(s.n + 1, most); } },
      { label: "Ten steps", act: (s) => { s.n = Math.min(s.n + 10, most); } },
      { label: "Back to the start", act: (s) => { s.n = 0; } },
    ],
    draw: (s) => {
      const steps = descend(s), p = softmax(steps[s.n]);
      let out = bars.axes({ yticks: [0, 0.25, 0.5, 0.75, 1], digits: (t) => String(t) });
      p.forEach((share, k) => {
        const left = bars.X(k + 0.12), right = bars.X(k + 0.88), y = bars.Y(share);
        const goal = bars.Y(k === s.y ? 1 : 0);
        out += rect(left, y, right - left, bars.bottom - y, "solid tint blue") +
          line(left, goal, right, goal, "green thick") +
          arrow(bars.X(k + 0.5), y, bars.X(k + 0.5), goal, "vermilion") +
          label(bars.X(k + 0.5), bars.bottom + 15, `class ${k}`, "small mid");
      });
      out += course.axes({ xticks: [0, 25, 50], yticks: [0, 1, 2, 3, 4] }) +
        label(course.right, course.bottom + 28, "loss after each step", "small end");
      const losses = steps.map((z, k) => [course.X(k), course.Y(Math.min(loss(z, s.y), top))]);
      if (losses.length > 1) out += path(losses, "vermilion");
      return out + circle(...losses[s.n], 3.5, "solid vermilion");
    },
    values: (s) => {
      const z = end(s);
      return [
        ...z.map((a, k) => (
          { name: `now${k}`, label: `<i>z</i>${"₀₁₂"[k]} now`, value: a, digits: 2 })),
        { name: "push", label: "longest arrow", value: lack(z, s.y), digits: 4 },
        { name: "loss", label: "loss", value: loss(z, s.y), digits: 4 },
      ];
    },
    say: (s) => {
      const z = end(s), push = format(lack(z, s.y), 3);
      const start = `After ${s.n} ${s.n === 1 ? "step" : "steps"} the loss is ` +
        `${format(loss(z, s.y), 3)}. `;
      return start + (lack(z, s.y) > 0.5 ? "The model is still wrong: "
        : "More than half is the label's now: ") +
        `the next step lifts its score by ${push}, and the others pay for it.`;
    },
  });
})();
