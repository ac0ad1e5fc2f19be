// Six labelled numbers, a model s(wx + b), and its likelihood beside the logarithm of it.
(() => {
  "use strict";
  const { plane, label, line, circle, rect, it, format, sigmoid, softplus, tiny } = CourseFigures;
  const data = plane({ x: [-3, 3], y: [0, 1], box: [34, 10, 314, 120] });
  const product = plane({ x: [-2, 6], y: [0, 0.12], box: [34, 196, 132, 100] });
  const sum = plane({ x: [-2, 6], y: [-16, 0], box: [216, 196, 132, 100] });

  const logLikelihood = (w, b) =>
    -tiny.reduce((total, [x, y]) => total + softplus((y ? -1 : 1) * (w * x + b)), 0);
  const here = (s) => logLikelihood(s.w, s.b);

  CourseFigures.add("likelihood", {
    size: [360, 330],
    controls: [
      { id: "w", label: "weight <i>w</i>", min: -2, max: 6, step: 0.1, value: 0.5 },
      { id: "b", label: "bias <i>b</i>", min: -4, max: 4, step: 0.1, value: 0.5 },
    ],
    handles: (s) => [product, sum].map((view, i) => ({
      x: view.X(s.w), y: view.Y(Math.max(i ? here(s) : Math.exp(here(s)), i ? -16 : 0)),
      drag: (px) => ({ w: view.x(px) }),
    })),
    draw: (s) => {
      let out = data.axes({
        xticks: [-3, -2, -1, 0, 1, 2, 3], yticks: [0, 0.5, 1], digits: (t) => String(t),
      }) + label(data.right, data.bottom + 27, it("x"), "end");
      // A bar for each sample: the probability that the model gives to its own label.
      for (const [x, y] of tiny) {
        const p = sigmoid(s.w * x + s.b), colour = y ? "blue" : "vermilion";
        const from = data.Y(y ? p : 1), to = data.Y(y ? 0 : p);
        out += rect(data.X(x) - 5, from, 10, to - from, `solid tint thin ${colour}`);
      }
      out += data.graph((x) => sigmoid(s.w * x + s.b), "ink");
      for (const [x, y] of tiny) {
        out += y ? circle(data.X(x), data.Y(1), 4.5, "solid blue")
          : rect(data.X(x) - 4, data.Y(0) - 4, 8, 8, "solid vermilion");
      }
      out += product.axes({ xticks: [-2, 0, 2, 4, 6], yticks: [0, 0.04, 0.08, 0.12],
        digits: (t) => String(t) }) +
        product.graph((w) => Math.exp(logLikelihood(w, s.b)), "green") +
        label(product.left, product.top - 9, "likelihood") +
        label(product.right, product.bottom + 27, it("w"), "end");
      out += sum.axes({ xticks: [-2, 0, 2, 4, 6], yticks: [-16, -12, -8, -4, 0] }) +
        sum.graph((w) => logLikelihood(w, s.b), "purple") +
        label(sum.left, sum.top - 9, "its logarithm") +
        label(sum.right, sum.bottom + 27, it("w"), "end");
      return out + line(product.X(s.w), product.top, product.X(s.w), product.bottom, "grey thin dotted") +
        line(sum.X(s.w), sum.top, sum.X(s.w), sum.bottom, "grey thin dotted");
    },
    values: (s) => [
      { name: "likelihood", label: "likelihood", value: Math.exp(here(s)), digits: 4 },
      { name: "log-likelihood", label: "its logarithm", value: here(s), digits: 3 },
      { name: "loss", label: "mean loss", value: -here(s) / tiny.length, digits: 3 },
    ],
    say: (s) => {
      const worst = tiny.map(([x, y]) => [sigmoid((y ? 1 : -1) * (s.w * x + s.b)), x, y])
        .sort((a, b) => a[0] - b[0])[0];
      return `The product of the six bars is ${format(Math.exp(here(s)), 4)}, its logarithm ` +
        `${format(here(s), 2)}. The shortest bar is at x = ${format(worst[1], 1)}: its label ` +
        `${worst[2]} gets ${format(worst[0], 3)}.`;
    },
  });
})();
