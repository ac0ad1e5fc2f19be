// What all interactive figures share: a plane with axes, sliders, handles to drag, live text.
//
// A figure is data and pure functions of its state; `draw` returns SVG as text. So the build draws
// the first frame with node (ce_lib/site/interactive.py) and the browser goes on from there. These
// are classic scripts, because a browser loads no module from the disk.
var CourseFigures = (() => {
  "use strict";

  const figures = {};

  // ---------- numbers ----------

  const minus = (text) => text.replace("-", "−");
  // `digits` after the point; very large and very small numbers as a power of ten.
  const format = (x, digits = 2) => {
    if (Number.isNaN(x)) return "undefined";
    if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
    const size = Math.abs(x);
    if (size !== 0 && (size >= 1e5 || size < 0.5 * 10 ** -digits)) {
      const [mantissa, exponent] = x.toExponential(1).split("e");
      const raised = [...String(Number(exponent))].map((c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] ?? "⁻").join("");
      return `${minus(mantissa)}·10${raised}`;
    }
    return minus((x === 0 ? 0 : x).toFixed(digits));
  };

  const softplus = (u) => Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u)));
  const sigmoid = (u) => {
    const small = Math.exp(-Math.abs(u));
    return (u >= 0 ? 1 : small) / (1 + small);
  };
  const logSumExp = (z) => {
    const top = Math.max(...z);
    return top + Math.log(z.reduce((sum, a) => sum + Math.exp(a - top), 0));
  };
  const softmax = (z) => {
    const all = logSumExp(z);
    return z.map((a) => Math.exp(a - all));
  };

  // ---------- drawing ----------

  const n1 = (x) => String(Math.round(x * 10) / 10);
  const escape = (text) => String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;");
  const line = (x1, y1, x2, y2, cls) =>
    `<line x1="${n1(x1)}" y1="${n1(y1)}" x2="${n1(x2)}" y2="${n1(y2)}" class="${cls}"/>`;
  const circle = (x, y, r, cls) =>
    `<circle cx="${n1(x)}" cy="${n1(y)}" r="${r}" class="${cls}"/>`;
  const rect = (x, y, w, h, cls) =>
    `<rect x="${n1(x)}" y="${n1(y)}" width="${n1(w)}" height="${n1(h)}" class="${cls}"/>`;
  const path = (points, cls) =>
    `<path d="M${points.map(([x, y]) => n1(x) + " " + n1(y)).join("L")}" class="${cls}"/>`;
  // `text` may hold <tspan>; the halo keeps letters legible on lines.
  const label = (x, y, text, cls = "") =>
    `<text x="${n1(x)}" y="${n1(y)}" class="${cls}">${text}</text>`;
  const it = (text) => `<tspan class="it">${escape(text)}</tspan>`;
  const arrow = (x1, y1, x2, y2, cls) => {
    const dx = x2 - x1, dy = y2 - y1, size = Math.hypot(dx, dy);
    if (size < 1) return "";
    const ex = dx / size, ey = dy / size, h = Math.min(9, size);
    const at = (a, b) => [x2 - a * ex - b * ey, y2 - a * ey + b * ex];
    return line(x1, y1, x2 - h * 0.6 * ex, y2 - h * 0.6 * ey, cls) +
      `<polygon points="${[[x2, y2], at(h, h * 0.45), at(h, -h * 0.45)]
        .map((p) => p.map(n1).join(",")).join(" ")}" class="solid ${cls}"/>`;
  };

  // A window of the plane: `x` and `y` are its ranges, `box` = [left, top, width, height] in SVG.
  const plane = ({ x: [x0, x1], y: [y0, y1], box: [left, top, width, height] }) => {
    const X = (x) => left + (x - x0) / (x1 - x0) * width;
    const Y = (y) => top + (y1 - y) / (y1 - y0) * height;
    const inside = (y) => y >= y0 && y <= y1;
    return {
      X, Y, left, top, right: left + width, bottom: top + height,
      x: (px) => x0 + (px - left) / width * (x1 - x0),
      y: (py) => y1 - (py - top) / height * (y1 - y0),
      // Ticks and their numbers at the edges, grid lines, and the axes through `at` (the edges,
      // if not given).
      axes({ xticks = [], yticks = [], at = [x0, y0], digits = 0, grid = true, numbers = true }) {
        let out = "";
        if (grid) {
          for (const t of xticks) out += line(X(t), top, X(t), top + height, "grid");
          for (const t of yticks) out += line(left, Y(t), left + width, Y(t), "grid");
        }
        out += line(left, Y(at[1]), left + width, Y(at[1]), "axis");
        out += line(X(at[0]), top, X(at[0]), top + height, "axis");
        const say = (t) => minus(typeof digits === "function" ? digits(t) : t.toFixed(digits));
        if (numbers) {
          for (const t of xticks) out += label(X(t), top + height + 13, say(t), "small mid");
          for (const t of yticks) out += label(left - 5, Y(t) + 4, say(t), "small end");
        }
        return out;
      },
      // The graph of f, in pieces where it leaves the window.
      graph(f, cls, { from = x0, to = x1, steps = 120 } = {}) {
        const pieces = [];
        let piece = [], last = null;
        for (let i = 0; i <= steps; i++) {
          const a = from + (to - from) * i / steps, b = f(a);
          const now = [a, b];
          // Up to the very edge, where it crosses it.
          if (last && Number.isFinite(last[1]) && Number.isFinite(b) &&
              inside(b) !== inside(last[1])) {
            const edge = Math.max(b, last[1]) > y1 ? y1 : y0;
            const share = (edge - last[1]) / (b - last[1]);
            piece.push([X(last[0] + share * (a - last[0])), Y(edge)]);
          }
          if (inside(b)) piece.push([X(a), Y(b)]);
          else if (piece.length) { pieces.push(piece); piece = []; }
          last = now;
        }
        if (piece.length) pieces.push(piece);
        return pieces.filter((p) => p.length > 1).map((p) => path(p, cls)).join("");
      },
    };
  };

  // ---------- state ----------

  const start = (figure) =>
    Object.fromEntries(figure.controls.filter((c) => c.id).map((c) => [c.id, c.value]));

  // Keep a number where its slider can go.
  const fit = (control, value) => {
    if (control.choices) return value;
    const steps = Math.round((value - control.min) / control.step);
    const fitted = control.min + steps * control.step;
    const digits = Math.max(0, Math.ceil(-Math.log10(control.step)) + 1);
    return Number(Math.min(control.max, Math.max(control.min, fitted)).toFixed(digits));
  };

  const handlesOf = (figure, state) => (figure.handles ? figure.handles(state) : []);
  const knob = (h) =>
    circle(h.x, h.y, 20, "handle-reach") + circle(h.x, h.y, 7, "handle");

  const frame = (figure, state) => {
    const [width, height] = figure.size;
    return `<svg viewBox="0 0 ${width} ${height}" aria-hidden="true" focusable="false">` +
      `<g class="drawing">${figure.draw(state)}</g>` +
      `<g class="handles">${handlesOf(figure, state).map((h) => `<g>${knob(h)}</g>`).join("")}` +
      "</g></svg>";
  };

  // ---------- in the page ----------

  const element = (tag, className, html) => {
    const e = document.createElement(tag);
    if (className) e.className = className;
    if (html) e.innerHTML = html;
    return e;
  };

  const mount = (name, root) => {
    const figure = figures[name];
    const state = start(figure);
    const stage = root.querySelector(".interactive-stage");
    const svg = stage.querySelector("svg");
    const drawing = svg.querySelector(".drawing");
    const knobs = [...svg.querySelectorAll(".handles > g")];
    const panel = element("div", "interactive-controls");
    const values = element("dl", "interactive-values");
    const say = element("p", "interactive-say");
    say.setAttribute("role", "status");
    const shown = {};

    const redraw = () => {
      drawing.innerHTML = figure.draw(state);
      handlesOf(figure, state).forEach((h, i) => {
        for (const c of knobs[i].children) {
          c.setAttribute("cx", n1(h.x));
          c.setAttribute("cy", n1(h.y));
        }
      });
      for (const update of Object.values(shown)) update();
      const rows = figure.values(state);
      values.replaceChildren(...rows.map((row) => {
        const div = element("div");
        const term = element("dt", "", row.label);
        const number = element("dd");
        number.dataset.name = row.name;
        number.dataset.value = String(row.value);
        number.textContent = (row.text ?? format(row.value, row.digits)) + (row.unit || "");
        div.append(term, number);
        return div;
      }));
      const text = figure.say(state);
      if (say.textContent !== text) say.textContent = text;
    };
    const change = (patch) => {
      for (const control of figure.controls) {
        if (control.id && control.id in patch) {
          state[control.id] = fit(control, patch[control.id]);
        }
      }
      if (figure.changed) figure.changed(state, patch);
      redraw();
    };

    let buttons = null;
    figure.controls.forEach((control) => {
      const id = `${root.id}-${control.id}`;
      if (control.act) {
        if (!buttons) {
          buttons = element("div", "interactive-buttons");
          panel.append(buttons);
        }
        const b = element("button", "study-button", control.label);
        b.type = "button";
        b.addEventListener("click", () => { control.act(state); redraw(); });
        buttons.append(b);
      } else if (control.choices) {
        const box = element("fieldset", "interactive-choice", `<legend>${control.label}</legend>`);
        const radios = control.choices.map(([value, text]) => {
          const option = element("label");
          const radio = element("input");
          radio.type = "radio";
          radio.name = id;
          radio.value = String(value);
          radio.addEventListener("change", () => change({ [control.id]: value }));
          option.append(radio, element("span", "", text));
          box.append(option);
          return [radio, value];
        });
        shown[control.id] = () => {
          radios.forEach(([radio, value]) => { radio.checked = state[control.id] === value; });
        };
        panel.append(box);
      } else {
        const row = element("div", "interactive-slider");
        const text = element("label", "", control.label);
        text.htmlFor = id;
        const range = element("input");
        Object.assign(range, {
          type: "range", id, min: control.min, max: control.max, step: control.step,
        });
        const out = element("output");
        out.htmlFor = id;
        range.addEventListener("input", () => change({ [control.id]: Number(range.value) }));
        shown[control.id] = () => {
          const value = state[control.id];
          const words = control.text ? control.text(value) : format(value, control.digits ?? 1);
          range.value = String(value);
          range.setAttribute("aria-valuetext", words);
          out.textContent = words;
        };
        row.append(text, range, out);
        panel.append(row);
      }
    });

    // Handles are for pointers; the sliders beside them do the same from the keyboard.
    const place = (event) => {
      const p = svg.createSVGPoint();
      p.x = event.clientX;
      p.y = event.clientY;
      const q = p.matrixTransform(svg.getScreenCTM().inverse());
      return [q.x, q.y];
    };
    knobs.forEach((group, i) => {
      let held = false;
      group.addEventListener("pointerdown", (event) => {
        held = true;
        group.setPointerCapture(event.pointerId);
        event.preventDefault();
      });
      group.addEventListener("pointermove", (event) => {
        if (held) change(handlesOf(figure, state)[i].drag(...place(event), state));
      });
      const drop = () => { held = false; };
      group.addEventListener("pointerup", drop);
      group.addEventListener("pointercancel", drop);
    });

    stage.after(panel, values, say);
    root.classList.add("is-live");
    redraw();
  };

  const add = (name, figure) => {
    figures[name] = figure;
    if (typeof document === "undefined") return;
    document.querySelectorAll(`figure[data-interactive="${name}"]`).forEach((root) => {
      mount(name, root);
    });
  };

  // The first frame of every figure, for the build.
  const frames = () => Object.fromEntries(
    Object.entries(figures).map(([name, figure]) => [name, frame(figure, start(figure))]),
  );

  return {
    add, frames, plane, line, circle, rect, path, label, it, arrow, format, minus,
    softplus, sigmoid, logSumExp, softmax,
  };
})();
