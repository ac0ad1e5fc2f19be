// The sigmoid of c times u beside the normal distribution function, and where they differ most.
(() => {
  "use strict";
  const { plane, label, it, circle, line, sigmoid, format } = CourseFigures;
  const view = plane({ x: [-6, 6], y: [0, 1], box: [34, 10, 314, 180] });

  // The error function by its series near zero, the complement by its continued fraction beyond.
  const cdf = (u) => {
    const x = Math.abs(u) / Math.SQRT2;
    let tail;
    if (x < 2.5) {
      let term = x, sum = x;
      for (let n = 1; n < 80; n++) {
        term *= 2 * x * x / (2 * n + 1);
        sum += term;
      }
      tail = 1 - 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    } else {
      let f = 0;
      for (let n = 60; n > 0; n--) f = n / 2 / (x + f);
      tail = Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + f);
    }
    return u < 0 ? tail / 2 : 1 - tail / 2;
  };

  const gap = (c) => {
    let most = 0;
    for (let u = 0; u <= 8; u += 0.005) most = Math.max(most, Math.abs(sigmoid(c * u) - cdf(u)));
    return most;
  };

  CourseFigures.add("sigmoid-scale", {
    size: [360, 225],
    controls: [
      { id: "c", label: "scale <i>c</i>", min: 0.1, max: 8, step: 0.1, value: 1 },
      { id: "u", label: "score <i>u</i>", min: -6, max: 6, step: 0.1, value: 2 },
    ],
    handles: (s) => [{
      x: view.X(s.u), y: view.Y(sigmoid(s.c * s.u)),
      drag: (px) => ({ u: view.x(px) }),
    }],
    draw: (s) =>
      view.axes({
        xticks: [-6, -4, -2, 0, 2, 4, 6], yticks: [0, 0.5, 1], digits: (t) => String(t),
      }) +
      label(view.right, view.bottom + 28, it("u"), "end") +
      view.graph(cdf, "vermilion dashed") +
      view.graph((u) => sigmoid(s.c * u), "blue") +
      line(view.X(s.u), view.bottom, view.X(s.u), view.Y(sigmoid(s.c * s.u)), "grey thin dotted") +
      circle(view.X(s.u), view.Y(cdf(s.u)), 3.5, "solid vermilion") +
      label(view.left + 10, view.top + 16, `<tspan class="it">s</tspan>(<tspan class="it">cu</tspan>), solid`) +
      label(view.left + 10, view.top + 33, "normal (probit), dashed"),
    values: (s) => [
      { name: "sigmoid", label: "<i>s</i>(<i>cu</i>)", value: sigmoid(s.c * s.u), digits: 4 },
      { name: "normal", label: "Φ(<i>u</i>)", value: cdf(s.u), digits: 4 },
      { name: "gap", label: "largest gap", value: gap(s.c), digits: 4 },
    ],
    say: (s) => `With c = ${format(s.c, 1)}, a score of ${format(s.u, 1)} means probability ` +
      `${format(sigmoid(s.c * s.u), 3)}; the normal curve says ${format(cdf(s.u), 3)}. ` +
      `Nowhere are they further apart than ${format(gap(s.c), 3)}.`,
  });
})();
