// Two vectors to drag: inner product, angle, and the projection of one on the other.
(() => {
  "use strict";
  const { plane, label, arrow, line, path, it, format } = CourseFigures;
  const view = plane({ x: [-4, 4], y: [-3, 3], box: [10, 8, 340, 255] });
  const { X, Y } = view;

  const facts = ({ u0, u1, v0, v1 }) => {
    const inner = u0 * v0 + u1 * v1;
    const normU = Math.hypot(u0, u1), normV = Math.hypot(v0, v1);
    // From both sine and cosine: the cosine alone loses digits near 0 and 180 degrees.
    const angle = normU && normV ? Math.atan2(Math.abs(u0 * v1 - u1 * v0), inner) : NaN;
    return {
      inner, normU, normV, angle,
      cosine: normU && normV ? inner / (normU * normV) : NaN,
      projection: normV ? inner / normV : NaN,
    };
  };

  const name = (x, y, text, colour) => {
    const size = Math.hypot(x, y) || 1;
    return label(X(x) + 14 * x / size, Y(y) - 14 * y / size + 4, it(text), `mid halo ${colour}`);
  };

  const arc = ({ u0, u1, v0, v1 }) => {
    const from = Math.atan2(v1, v0);
    let turn = Math.atan2(u1, u0) - from;
    if (turn > Math.PI) turn -= 2 * Math.PI;
    if (turn < -Math.PI) turn += 2 * Math.PI;
    const points = Array.from({ length: 25 }, (_, i) => {
      const a = from + turn * i / 24;
      return [X(0) + 26 * Math.cos(a), Y(0) - 26 * Math.sin(a)];
    });
    return path(points, "grey thin");
  };

  CourseFigures.add("inner-product", {
    size: [360, 270],
    controls: [
      { id: "u0", label: "<i>u</i>₀", min: -4, max: 4, step: 0.1, value: 1 },
      { id: "u1", label: "<i>u</i>₁", min: -3, max: 3, step: 0.1, value: 2 },
      { id: "v0", label: "<i>v</i>₀", min: -4, max: 4, step: 0.1, value: 3 },
      { id: "v1", label: "<i>v</i>₁", min: -3, max: 3, step: 0.1, value: 1 },
    ],
    handles: (s) => [
      { x: X(s.u0), y: Y(s.u1), drag: (px, py) => ({ u0: view.x(px), u1: view.y(py) }) },
      { x: X(s.v0), y: Y(s.v1), drag: (px, py) => ({ v0: view.x(px), v1: view.y(py) }) },
    ],
    draw: (s) => {
      const { normU, normV, projection } = facts(s);
      let out = view.axes({
        xticks: [-4, -3, -2, -1, 1, 2, 3, 4], yticks: [-3, -2, -1, 1, 2, 3], at: [0, 0],
        numbers: false,
      }) + label(X(1), Y(0) + 13, "1", "small mid") + label(X(0) - 5, Y(1) + 4, "1", "small end");
      if (normV) {
        const x = projection * s.v0 / normV, y = projection * s.v1 / normV;
        out += line(X(0), Y(0), X(x), Y(y), "green thick") +
          line(X(s.u0), Y(s.u1), X(x), Y(y), "green thin dashed");
      }
      if (normU && normV) out += arc(s);
      return out + arrow(X(0), Y(0), X(s.v0), Y(s.v1), "vermilion") +
        arrow(X(0), Y(0), X(s.u0), Y(s.u1), "blue") +
        name(s.u0, s.u1, "u", "blue") + name(s.v0, s.v1, "v", "vermilion");
    },
    values: (s) => {
      const f = facts(s);
      const degrees = f.angle * 180 / Math.PI;
      return [
        { name: "inner", label: "<i>u</i> · <i>v</i>", value: f.inner },
        { name: "angle", label: "angle", value: f.angle, text: format(degrees, 1),
          unit: Number.isNaN(degrees) ? "" : "°" },
        { name: "cosine", label: "cosine", value: f.cosine, digits: 3 },
        { name: "norm-u", label: "‖<i>u</i>‖", value: f.normU },
        { name: "norm-v", label: "‖<i>v</i>‖", value: f.normV },
        { name: "projection", label: "<i>u</i> along <i>v</i>", value: f.projection },
      ];
    },
    say: (s) => {
      const f = facts(s);
      if (!f.normU || !f.normV) {
        return "The null vector has no direction: the inner product is 0 and the angle undefined.";
      }
      const sign = Math.abs(f.inner) < 1e-9 ? 0 : Math.sign(f.inner);
      const kind = ["wider than a right angle, so the inner product is negative",
        "a right angle, so the inner product is zero",
        "narrower than a right angle, so the inner product is positive"][sign + 1];
      return `u · v = ${format(f.inner)}. The angle is ${format(f.angle * 180 / Math.PI, 1)}°, ` +
        `${kind}.`;
    },
  });
})();
