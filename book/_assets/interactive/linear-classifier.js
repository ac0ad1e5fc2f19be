// The line w·x + b = 0 as w and b move, some labelled points, and one point to carry about.
(() => {
  "use strict";
  const { plane, label, arrow, line, circle, rect, it, format } = CourseFigures;
  const view = plane({ x: [-4, 4], y: [-3, 3], box: [10, 8, 340, 255] });
  const { X, Y } = view;

  // No line has all twelve on their right sides.
  const points = [
    [1.2, 1.6, 1], [2.4, 0.6, 1], [0.4, 2.4, 1], [3.1, 1.7, 1], [1.9, -0.7, 1], [-0.6, 0.3, 1],
    [-1.4, -1.2, -1], [-2.6, 0.4, -1], [-0.5, -2.2, -1], [-3.1, -1.5, -1], [0.9, -1.6, -1],
    [0.7, 0.7, -1],
  ];

  const score = (s, x0, x1) => s.w0 * x0 + s.w1 * x1 + s.b;
  const side = (f) => (f >= 0 ? 1 : -1);
  const isRight = (s) => ([x0, x1, y]) => side(score(s, x0, x1)) === y;

  // The part of the window where `sign` times the score is not negative.
  const half = (s, sign) => {
    const corners = [[-4, -3], [4, -3], [4, 3], [-4, 3]];
    const out = [];
    corners.forEach((p, i) => {
      const q = corners[(i + 1) % 4];
      const f = sign * score(s, ...p), g = sign * score(s, ...q);
      if (f >= 0) out.push(p);
      if (f * g < 0) {
        const t = f / (f - g);
        out.push([p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1])]);
      }
    });
    return out;
  };
  const polygon = (corners, cls) =>
    `<polygon points="${corners.map(([x, y]) => `${X(x).toFixed(1)},${Y(y).toFixed(1)}`)
      .join(" ")}" class="${cls}" stroke="none" style="stroke:none"/>`;
  // Where the line leaves the window: the corners of the half-plane that have score zero.
  const ends = (s) => half(s, 1).filter((p) => Math.abs(score(s, ...p)) < 1e-9 * (1 + Math.abs(s.b)));

  CourseFigures.add("linear-classifier", {
    size: [360, 270],
    controls: [
      { id: "w0", label: "<i>w</i>₀", min: -3, max: 3, step: 0.1, value: 1 },
      { id: "w1", label: "<i>w</i>₁", min: -3, max: 3, step: 0.1, value: 1.5 },
      { id: "b", label: "<i>b</i>", min: -6, max: 6, step: 0.1, value: 0.3 },
      { id: "x0", label: "<i>x</i>₀", min: -4, max: 4, step: 0.1, value: 2.5 },
      { id: "x1", label: "<i>x</i>₁", min: -3, max: 3, step: 0.1, value: 2.2 },
    ],
    handles: (s) => [
      { x: X(s.w0), y: Y(s.w1), drag: (px, py) => ({ w0: view.x(px), w1: view.y(py) }) },
      { x: X(s.x0), y: Y(s.x1), drag: (px, py) => ({ x0: view.x(px), x1: view.y(py) }) },
    ],
    draw: (s) => {
      const norm2 = s.w0 * s.w0 + s.w1 * s.w1;
      let out = "";
      for (const [sign, colour] of [[1, "blue"], [-1, "vermilion"]]) {
        const region = half(s, sign);
        if (region.length > 2) out += polygon(region, `solid tint ${colour}`);
      }
      out += view.axes({ at: [0, 0], numbers: false });
      const crossing = ends(s);
      if (crossing.length > 1) {
        const [p, q] = [crossing[0], crossing[crossing.length - 1]];
        out += line(X(p[0]), Y(p[1]), X(q[0]), Y(q[1]), "ink");
      }
      for (const [x0, x1, y] of points) {
        const colour = y > 0 ? "blue" : "vermilion";
        out += y > 0 ? circle(X(x0), Y(x1), 4.5, `solid ${colour}`)
          : rect(X(x0) - 4, Y(x1) - 4, 8, 8, `solid ${colour}`);
        if (!isRight(s)([x0, x1, y])) out += circle(X(x0), Y(x1), 9, "ink thin");
      }
      if (norm2) {
        const t = score(s, s.x0, s.x1) / norm2;
        out += line(X(s.x0), Y(s.x1), X(s.x0 - t * s.w0), Y(s.x1 - t * s.w1), "ink thin dashed");
      }
      out += arrow(X(0), Y(0), X(s.w0), Y(s.w1), "ink");
      const size = Math.sqrt(norm2) || 1;
      return out +
        label(X(s.w0) + 16 * s.w0 / size, Y(s.w1) - 16 * s.w1 / size + 4, it("w"), "mid halo") +
        label(X(s.x0) + 13, Y(s.x1) - 9, it("x"), "mid halo");
    },
    values: (s) => {
      const f = score(s, s.x0, s.x1), norm = Math.hypot(s.w0, s.w1);
      return [
        { name: "score", label: "<i>f</i>(<i>x</i>) = <i>w</i> · <i>x</i> + <i>b</i>", value: f },
        { name: "class", label: "sign", value: side(f), text: f >= 0 ? "+1" : "−1" },
        { name: "distance", label: "distance to the line",
          value: norm ? Math.abs(f) / norm : NaN },
        { name: "right", label: "right", value: points.filter(isRight(s)).length,
          digits: 0, unit: ` of ${points.length}` },
      ];
    },
    say: (s) => {
      const right = points.filter(isRight(s)).length;
      const ringed = right < points.length ? "; the others are ringed" : "";
      if (!s.w0 && !s.w1) {
        return `Without w there is no line: every point has the score b = ${format(s.b, 1)}. ` +
          `${right} of ${points.length} are right${ringed}.`;
      }
      const f = score(s, s.x0, s.x1);
      return `The score of x is ${format(f)}, so its class is ${f >= 0 ? "+1" : "−1"}. ` +
        `${right} of ${points.length} points are on their right side${ringed}.`;
    },
  });
})();
