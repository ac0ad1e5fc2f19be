// Cross-entropy as an area: each symbol is a column, as wide as it is frequent, as high as its
// code is long.
(() => {
  "use strict";
  const { plane, label, line, rect, it, format, arrow } = CourseFigures;
  const top = 5;
  const view = plane({ x: [0, 1], y: [0, top], box: [34, 14, 314, 190] });
  const names = ["A", "B", "C"], colours = ["blue", "vermilion", "green"];

  const shares = (weights) => {
    const all = weights.reduce((a, b) => a + b, 0);
    return all ? weights.map((w) => w / all) : weights.map(() => NaN);
  };
  const P = (s) => shares([s.p0, s.p1, s.p2]);
  const Q = (s) => shares([s.q0, s.q1, s.q2]);
  // A symbol that never occurs costs nothing, whatever its code.
  const area = (p, q) => p.reduce((sum, a, k) => sum + (a === 0 ? 0 : -a * Math.log2(q[k])), 0);

  const facts = (s) => {
    const p = P(s), q = Q(s);
    const kl = p.reduce((sum, a, k) => sum + (a === 0 ? 0 : a * Math.log2(a / q[k])), 0);
    return { p, q, entropy: area(p, p), cross: area(p, q), kl };
  };

  const weight = (id, text, value) =>
    ({ id, label: text, min: 0, max: 8, step: 1, value, digits: 0 });

  CourseFigures.add("code-length", {
    size: [360, 240],
    controls: [
      weight("p0", "A occurs", 4), weight("q0", "code expects A", 1),
      weight("p1", "B occurs", 2), weight("q1", "code expects B", 1),
      weight("p2", "C occurs", 2), weight("q2", "code expects C", 2),
    ],
    draw: (s) => {
      const { p, q } = facts(s);
      let out = view.axes({
        xticks: [0, 0.25, 0.5, 0.75, 1], yticks: [0, 1, 2, 3, 4, 5], digits: (t) => String(t),
      }) + label(view.left + 5, view.top + 9, "bits", "small halo") +
        label(view.right, view.bottom + 29, "how often the symbol occurs", "end small");
      let from = 0;
      p.forEach((share, k) => {
        if (!(share > 0)) return;
        const left = view.X(from), width = view.X(from + share) - left;
        const middle = left + width / 2;
        const length = -Math.log2(q[k]), best = -Math.log2(share);
        if (!Number.isNaN(length)) {
          const y = view.Y(Math.min(length, top));
          out += rect(left, y, width, view.bottom - y, `solid tint ${colours[k]}`);
          if (length > top) {
            out += arrow(middle, view.Y(top - 1), middle, view.top - 8, "ink") +
              label(middle + 8, view.top + 12, format(length, 1), "halo");
          }
        }
        const yBest = view.Y(Math.min(best, top));
        out += line(left, yBest, left + width, yBest, "ink dashed");
        out += label(middle, view.bottom - 6, names[k], "mid halo");
        from += share;
      });
      return out;
    },
    values: (s) => {
      const f = facts(s);
      return [
        { name: "cross-entropy", label: "area: cross-entropy", value: f.cross, digits: 3, unit: " bits" },
        { name: "entropy", label: "below the dashes: entropy", value: f.entropy, digits: 3,
          unit: " bits" },
        { name: "divergence", label: "difference: divergence", value: f.kl, digits: 3, unit: " bits" },
        { name: "nats", label: "cross-entropy", value: f.cross * Math.LN2, digits: 3, unit: " nats" },
      ];
    },
    say: (s) => {
      const f = facts(s);
      if (Number.isNaN(f.cross)) return "No distribution: give at least one symbol a weight above 0.";
      if (f.cross === Infinity) {
        const never = names.filter((_, k) => f.p[k] > 0 && f.q[k] === 0).join(" and ");
        return `The code never expects ${never}, but it occurs: no length is enough, and the ` +
          "cross-entropy is infinite.";
      }
      const same = f.kl < 1e-12;
      return `A symbol costs ${format(f.cross, 3)} bits on average; ` +
        (same ? "the code is made for this source, and none is shorter."
          : `the best code for this source needs ${format(f.entropy, 3)}, so ` +
            `${format(f.kl, 3)} are wasted.`);
    },
  });
})();
