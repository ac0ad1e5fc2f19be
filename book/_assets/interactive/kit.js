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

  // Six numbers with labels that no threshold separates, for two of the figures.
  const tiny = [[-2.2, 0], [-1.4, 0], [-0.5, 1], [0.3, 0], [1.0, 1], [1.9, 1]];

  // ---------- drawing ----------

  const n1 = (x) => String(Math.round(x * 10) / 10);
  const escape = (text) => String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;");
  const line = (x1, y1, x2, y2, cls) =>
    `<line x1="${n1(x1)}" y1="${n1(y1)}" x2="${n1(x2)}" y2="${n1(y2)}" class="${cls}"/>`;
  const circle = (x, y, r, cls) =>
    `<circle cx="${n1(x)}" cy="${n1(y)}" r="${r}" class="${cls}"/>`;
  const rect = (x, y, w, h, cls) =>
    `<rect x="${n1(x)}" y="${n1(y)}" width="${n1(w)}" height="${n1(h)}" class="${cls}"/>`;
  // After the first point only the steps are written, which is shorter. They are taken between
  // rounded places, so they do not drift.
  const path = (points, cls) => {
    const tenths = points.map(([x, y]) => [Math.round(10 * x), Math.round(10 * y)]);
    const steps = tenths.slice(1).map(([x, y], i) =>
      `${(x - tenths[i][0]) / 10} ${(y - tenths[i][1]) / 10}`);
    const start = `M${tenths[0][0] / 10} ${tenths[0][1] / 10}`;
    const d = start + (steps.length ? "l" + steps.join(" ").replaceAll(" -", "-") : "");
    return `<path d="${d}" class="${cls}"/>`;
  };
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

  const words = (control, value) =>
    (control.text ? control.text(value) : format(value, control.digits ?? 1));

  const controlHtml = (name, control, state) => {
    const id = `interactive-${name}-${control.id}`;
    const value = state[control.id];
    if (control.choices) {
      return `<fieldset class="interactive-choice"><legend>${control.label}</legend>` +
        control.choices.map(([choice, text]) =>
          `<label><input type="radio" name="${id}" value="${choice}"` +
          `${choice === value ? " checked" : ""}><span>${text}</span></label>`).join("") +
        "</fieldset>";
    }
    return `<div class="interactive-slider"><label for="${id}">${control.label}</label>` +
      `<input type="range" id="${id}" min="${control.min}" max="${control.max}" ` +
      `step="${control.step}" value="${value}" aria-valuetext="${words(control, value)}" ` +
      `autocomplete="off"><output for="${id}">${words(control, value)}</output></div>`;
  };

  const valuesHtml = (figure, state) => figure.values(state).map((row) =>
    `<div><dt>${row.label}</dt><dd data-name="${row.name}" data-value="${row.value}">` +
    `${row.text ?? format(row.value, row.digits)}${row.unit || ""}</dd></div>`).join("");

  // Sliders, buttons, numbers and words; the build writes them, so nothing moves when this starts.
  const panel = (name, figure, state) => {
    const inputs = figure.controls.filter((c) => !c.act);
    const buttons = figure.controls.filter((c) => c.act);
    return '<div class="interactive-controls">' +
      inputs.map((c) => controlHtml(name, c, state)).join("") +
      (buttons.length ? `<div class="interactive-buttons">${buttons.map((c) =>
        `<button type="button" class="study-button">${c.label}</button>`).join("")}</div>` : "") +
      `</div><dl class="interactive-values">${valuesHtml(figure, state)}</dl>` +
      `<p class="interactive-say" role="status">${escape(figure.say(state))}</p>`;
  };

  // ---------- in the page ----------

  const mount = (name, root) => {
    const figure = figures[name];
    const state = start(figure);
    const svg = root.querySelector(".interactive-stage > svg");
    const drawing = svg.querySelector(".drawing");
    const knobs = [...svg.querySelectorAll(".handles > g")];
    const values = root.querySelector(".interactive-values");
    const say = root.querySelector(".interactive-say");
    const shown = [];

    const redraw = () => {
      drawing.innerHTML = figure.draw(state);
      handlesOf(figure, state).forEach((h, i) => {
        for (const c of knobs[i].children) {
          c.setAttribute("cx", n1(h.x));
          c.setAttribute("cy", n1(h.y));
        }
      });
      shown.forEach((update) => update());
      values.innerHTML = valuesHtml(figure, state);
      const text = figure.say(state);
      if (say.textContent !== text) say.textContent = text;
    };
    const change = (patch) => {
      for (const control of figure.controls) {
        if (control.id && control.id in patch) {
          state[control.id] = fit(control, patch[control.id]);
        }
      }
      redraw();
    };

    const buttons = [...root.querySelectorAll(".interactive-buttons > button")];
    figure.controls.filter((c) => c.act).forEach((control, i) => {
      buttons[i].addEventListener("click", () => { control.act(state); redraw(); });
    });
    for (const control of figure.controls.filter((c) => c.id)) {
      const id = `interactive-${name}-${control.id}`;
      if (control.choices) {
        const radios = [...root.querySelectorAll(`input[name="${id}"]`)];
        radios.forEach((radio, i) => {
          radio.addEventListener("change", () => change({ [control.id]: control.choices[i][0] }));
        });
        shown.push(() => radios.forEach((radio, i) => {
          radio.checked = state[control.id] === control.choices[i][0];
        }));
      } else {
        const range = document.getElementById(id);
        const out = range.nextElementSibling;
        range.addEventListener("input", () => change({ [control.id]: Number(range.value) }));
        shown.push(() => {
          const text = words(control, state[control.id]);
          range.value = String(state[control.id]);
          range.setAttribute("aria-valuetext", text);
          out.textContent = text;
        });
      }
    }

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
      // Not every browser heeds `touch-action` on a part of a drawing; without this a finger that
      // moves up or down would scroll the page instead.
      group.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
      group.addEventListener("pointermove", (event) => {
        if (held) change(handlesOf(figure, state)[i].drag(...place(event), state));
      });
      const drop = () => { held = false; };
      group.addEventListener("pointerup", drop);
      group.addEventListener("pointercancel", drop);
    });

    redraw();
  };

  const add = (name, figure) => {
    figures[name] = figure;
    if (typeof document === "undefined") return;
    document.querySelectorAll(`figure[data-interactive="${name}"]`).forEach((root) => {
      mount(name, root);
    });
  };

  // The first frame of every figure and what stands below it, for the build.
  const frames = () => Object.fromEntries(Object.entries(figures).map(([name, figure]) => {
    const state = start(figure);
    return [name, [frame(figure, state), panel(name, figure, state)]];
  }));

  return {
    add, frames, plane, line, circle, rect, path, label, it, arrow, format,
    softplus, sigmoid, softmax, tiny,
  };
})();
