// Three logits and a temperature: the probabilities as bars and as a point of the simplex.
(() => {
  "use strict";
  const { plane, label, circle, rect, path, line, it, format, softmax } = CourseFigures;
  const bars = plane({ x: [0, 3], y: [0, 1], box: [30, 16, 130, 170] });
  const colours = ["blue", "vermilion", "green"];
  const corners = [[195, 180], [345, 180], [270, 50.1]];

  const logits = (s) => [s.z0, s.z1, s.z2];
  const probabilities = (s) => softmax(logits(s).map((z) => z / s.T));
  const place = (p) => [0, 1].map((axis) =>
    p.reduce((sum, share, k) => sum + share * corners[k][axis], 0));

  // Back from the point to logits with mean 0; the corners themselves are out of reach.
  const drag = (px, py, s) => {
    const [a, b, c] = corners;
    const top = (c[1] - py) / (c[1] - a[1]);
    const p2 = 1 - top;
    const p1 = (px - a[0] - p2 * (c[0] - a[0])) / (b[0] - a[0]);
    const raw = [1 - p1 - p2, p1, p2].map((p) => Math.max(p, 1e-3));
    const logs = raw.map(Math.log);
    const mean = (logs[0] + logs[1] + logs[2]) / 3;
    return Object.fromEntries(logs.map((l, k) => [`z${k}`, s.T * (l - mean)]));
  };

  CourseFigures.add("softmax", {
    size: [360, 215],
    controls: [
      { id: "z0", label: "logit <i>z</i>₀", min: -6, max: 6, step: 0.1, value: 2 },
      { id: "z1", label: "logit <i>z</i>₁", min: -6, max: 6, step: 0.1, value: 1 },
      { id: "z2", label: "logit <i>z</i>₂", min: -6, max: 6, step: 0.1, value: -1 },
      { id: "T", label: "temperature <i>T</i>", min: 0.1, max: 5, step: 0.1, value: 1 },
    ],
    handles: (s) => {
      const [x, y] = place(probabilities(s));
      return [{ x, y, drag }];
    },
    draw: (s) => {
      const p = probabilities(s);
      let out = bars.axes({ yticks: [0, 0.25, 0.5, 0.75, 1], digits: (t) => String(t) });
      p.forEach((share, k) => {
        const left = bars.X(k + 0.18), y = bars.Y(share);
        out += rect(left, y, bars.X(k + 0.82) - left, bars.bottom - y, `solid tint ${colours[k]}`) +
          label(bars.X(k + 0.5), y - 5, format(share, 2), "small mid halo") +
          label(bars.X(k + 0.5), bars.bottom + 15, `class ${k}`, "small mid");
      });
      out += path([...corners, corners[0]], "ink thin");
      // The middle of the triangle, where all classes are equally likely.
      const middle = place([1 / 3, 1 / 3, 1 / 3]);
      corners.forEach((corner, k) => {
        const other = place(p.map((_, i) => (i === k ? 0 : 0.5)));
        out += line(...middle, ...other, "grid");
        out += circle(...corner, 4, `solid ${colours[k]}`);
      });
      out += label(corners[0][0], corners[0][1] + 19, "class 0", "small mid") +
        label(corners[1][0], corners[1][1] + 19, "class 1", "small mid") +
        label(corners[2][0], corners[2][1] - 10, "class 2", "small mid");
      return out + circle(...place(p), 3, "solid ink");
    },
    values: (s) => probabilities(s).map((p, k) => (
      { name: `p${k}`, label: `<i>p</i>${"₀₁₂"[k]}`, value: p, digits: 4 }
    )),
    say: (s) => {
      const p = probabilities(s), most = p.indexOf(Math.max(...p));
      const sure = p[most] > 0.95 ? "the point is close to its corner"
        : p[most] < 0.4 ? "the point is near the middle, and the classes nearly even"
          : "the point lies inside the triangle";
      return `At temperature ${format(s.T, 1)}, class ${most} is the most likely, with ` +
        `${format(p[most], 3)}; ${sure}.`;
    },
  });
})();
