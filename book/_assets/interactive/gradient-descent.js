// Gradient descent on binary cross-entropy, over the map of the loss and step by step.
(() => {
  "use strict";
  const { plane, label, circle, path, it, format, sigmoid, softplus, tiny } = CourseFigures;
  const W = [-2, 6], B = [-4, 4], most = 100;
  const map = plane({ x: W, y: B, box: [34, 10, 314, 200] });
  const course = plane({ x: [0, most], y: [0, 2], box: [34, 258, 314, 66] });

  const loss = (w, b) =>
    tiny.reduce((sum, [x, y]) => sum + softplus((y ? -1 : 1) * (w * x + b)), 0) / tiny.length;
  const gradient = (w, b) => {
    let gw = 0, gb = 0;
    for (const [x, y] of tiny) {
      const r = sigmoid(w * x + b) - y;
      gw += r * x;
      gb += r;
    }
    return [gw / tiny.length, gb / tiny.length];
  };
  const descend = (s) => {
    const steps = [[s.w, s.b]];
    for (let k = 0; k < s.n; k++) {
      const [w, b] = steps[k], [gw, gb] = gradient(w, b);
      steps.push([w - s.rate * gw, b - s.rate * gb]);
    }
    return steps;
  };

  // Lines of equal loss by marching squares, joined end to end; they never change.
  const contours = () => {
    const nx = 48, ny = 32, levels = [0.42, 0.46, 0.52, 0.6, 0.7, 0.9, 1.2, 1.6, 2.2, 3];
    const x = (i) => W[0] + (W[1] - W[0]) * i / nx, y = (j) => B[0] + (B[1] - B[0]) * j / ny;
    const f = Array.from({ length: nx + 1 }, (_, i) =>
      Array.from({ length: ny + 1 }, (_, j) => loss(x(i), y(j))));
    let out = "";
    for (const level of levels) {
      const next = new Map();
      const join = (a, b) => [[a, b], [b, a]].forEach(([from, to]) =>
        next.set(from, [...(next.get(from) || []), to]));
      const points = new Map();
      const cut = (i, j, k, l) => {
        const t = (level - f[i][j]) / (f[k][l] - f[i][j]);
        if (!(f[i][j] < level !== f[k][l] < level)) return null;
        const key = `${i},${j},${k},${l}`;
        points.set(key, [map.X(x(i) + t * (x(k) - x(i))), map.Y(y(j) + t * (y(l) - y(j)))]);
        return key;
      };
      for (let i = 0; i < nx; i++) {
        for (let j = 0; j < ny; j++) {
          const hits = [cut(i, j, i + 1, j), cut(i, j, i, j + 1),
            cut(i, j + 1, i + 1, j + 1), cut(i + 1, j, i + 1, j + 1)].filter((h) => h);
          // The loss is convex: a square is never cut twice.
          if (hits.length === 2) join(...hits);
        }
      }
      // From the open ends first, then around the closed lines.
      const starts = [...next.keys()].sort((a, b) => next.get(a).length - next.get(b).length);
      for (const start of starts) {
        const chain = [start];
        let at = start;
        while (next.get(at) && next.get(at).length) {
          const to = next.get(at).shift();
          const back = next.get(to);
          back.splice(back.indexOf(at), 1);
          chain.push(to);
          at = to;
        }
        if (chain.length > 1) out += path(chain.map((key) => points.get(key)), "grey thin");
      }
    }
    return out;
  };
  let drawn = null;

  // The segment to a point outside ends at the edge.
  const inside = (steps) => {
    const out = [];
    for (const [w, b] of steps) {
      const within = w >= W[0] && w <= W[1] && b >= B[0] && b <= B[1];
      if (within) out.push([w, b]);
      else {
        if (out.length) {
          const [w0, b0] = out[out.length - 1];
          const share = Math.min(1,
            w > W[1] ? (W[1] - w0) / (w - w0) : w < W[0] ? (W[0] - w0) / (w - w0) : 1,
            b > B[1] ? (B[1] - b0) / (b - b0) : b < B[0] ? (B[0] - b0) / (b - b0) : 1);
          out.push([w0 + share * (w - w0), b0 + share * (b - b0)]);
        }
        break;
      }
    }
    return out;
  };

  CourseFigures.add("gradient-descent", {
    size: [360, 352],
    controls: [
      { id: "rate", label: "learning rate", min: 0.1, max: 16, step: 0.1, value: 2 },
      { id: "n", label: "steps", min: 0, max: most, step: 1, value: 6, digits: 0 },
      { id: "w", label: "start <i>w</i>", min: W[0], max: W[1], step: 0.1, value: -1 },
      { id: "b", label: "start <i>b</i>", min: B[0], max: B[1], step: 0.1, value: 3 },
      { label: "One step", act: (s) => { s.n = Math.min(s.n + 1, most); } },
      { label: "Ten steps", act: (s) => { s.n = Math.min(s.n + 10, most); } },
      { label: "Back to the start", act: (s) => { s.n = 0; } },
    ],
    handles: (s) => [{
      x: map.X(s.w), y: map.Y(s.b), drag: (px, py) => ({ w: map.x(px), b: map.y(py) }),
    }],
    draw: (s) => {
      drawn = drawn || contours();
      const steps = descend(s), shown = inside(steps);
      const end = steps[steps.length - 1];
      let out = drawn + map.axes({
        xticks: [-2, 0, 2, 4, 6], yticks: [-4, -2, 0, 2, 4], grid: false,
      }) + label(map.right, map.bottom + 27, it("w"), "end") +
        label(map.left - 22, map.top + 12, it("b"));
      if (shown.length > 1) out += path(shown.map(([w, b]) => [map.X(w), map.Y(b)]), "blue");
      out += shown.map(([w, b]) => circle(map.X(w), map.Y(b), 2.2, "solid blue")).join("");
      if (shown.length === steps.length) {
        out += circle(map.X(end[0]), map.Y(end[1]), 4.5, "solid vermilion");
      }
      out += course.axes({ xticks: [0, 25, 50, 75, 100], yticks: [0, 1, 2] }) +
        label(course.left, course.top - 8, "loss after each step");
      const losses = steps.map(([w, b], k) => [course.X(k), course.Y(Math.min(loss(w, b), 2))]);
      if (losses.length > 1) out += path(losses, "vermilion");
      return out + circle(...losses[losses.length - 1], 3.5, "solid vermilion");
    },
    values: (s) => {
      const steps = descend(s), [w, b] = steps[steps.length - 1];
      return [
        { name: "w", label: "<i>w</i>", value: w, digits: 3 },
        { name: "b", label: "<i>b</i>", value: b, digits: 3 },
        { name: "loss", label: "loss", value: loss(w, b), digits: 4 },
        { name: "gradient", label: "‖gradient‖", value: Math.hypot(...gradient(w, b)),
          digits: 4 },
      ];
    },
    say: (s) => {
      const steps = descend(s);
      const now = loss(...steps[steps.length - 1]);
      const start = `After ${s.n} ${s.n === 1 ? "step" : "steps"} the loss is ${format(now, 4)}. `;
      if (!s.n) return start + "Take a step.";
      const change = now - loss(...steps[steps.length - 2]);
      if (Math.abs(change) < 1e-6) return start + "It hardly moves any more: this is the bottom.";
      return start + (change > 0 ? "The last step went up: the rate is too large."
        : `The last step took off ${format(-change, 4)}.`);
    },
  });
})();
