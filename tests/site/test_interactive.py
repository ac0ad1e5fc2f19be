"""Interactive figures: driven by keyboard, pointer and finger, their numbers against `ce_lib`."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ce_lib as ce
from ce_lib.site.interactive import FigureError, draw_frames
from tests.site.waiting import settle

ROOT = Path(__file__).resolve().parents[2]
ASSETS = ROOT / "book" / "_assets" / "interactive"
NAMES = sorted(path.stem for path in ASSETS.glob("*.js") if path.stem != "kit")

State = dict[str, float]
Values = dict[str, float]

# The figures' tiny data set; a test compares it with theirs.
X = np.array([-2.2, -1.4, -0.5, 0.3, 1.0, 1.9])
Y = np.array([0, 0, 1, 0, 1, 1])


def inner_product(s: State) -> Values:
    u, v = [s["u0"], s["u1"]], [s["v0"], s["v1"]]
    if not (any(u) and any(v)):
        return {"inner": 0.0, "angle": math.nan, "cosine": math.nan}
    return {
        "inner": ce.inner(u, v),
        "angle": ce.angle(u, v),
        "cosine": ce.cosine_similarity(u, v),
        "norm-u": ce.norm(u),
        "norm-v": ce.norm(v),
        "projection": ce.inner(u, v) / ce.norm(v),
    }


def linear_classifier(s: State) -> Values:
    x, w = [s["x0"], s["x1"]], [s["w0"], s["w1"]]
    score = ce.linear_score(x, w, s["b"])
    distance = abs(score) / ce.norm(w) if any(w) else math.nan
    return {"score": score, "class": ce.linear_classifier(x, w, s["b"]), "distance": distance}


def sigmoid_scale(s: State) -> Values:
    u = np.arange(0, 8.0001, 0.005)
    return {
        "sigmoid": ce.sigmoid(s["u"], s["c"]),
        "normal": ce.normal_cdf(s["u"]),
        "gap": np.abs(ce.sigmoid(u, s["c"]) - ce.normal_cdf(u)).max(),
    }


def log_loss(s: State) -> Values:
    y, u = int(s["y"]), s["u"]
    return {
        "p": ce.sigmoid(u),
        "of-label": ce.sigmoid(u if y else -u),
        "loss": ce.binary_cross_entropy_with_logits([y], [u]),
    }


def likelihood(s: State) -> Values:
    p = ce.sigmoid(s["w"] * X + s["b"])
    loss = ce.binary_cross_entropy_with_logits(Y, s["w"] * X + s["b"])
    return {
        "likelihood": ce.likelihood(Y, p),
        "log-likelihood": -ce.negative_log_likelihood(Y, p),
        "loss": loss,
    }


def softmax(s: State) -> Values:
    p = ce.softmax([s["z0"], s["z1"], s["z2"]], temperature=s["T"])
    return {f"p{k}": p[k] for k in range(3)}


def code_length(s: State) -> Values:
    p, q = (np.array([s[f"{name}{k}"] for k in range(3)]) for name in "pq")
    if not (p.sum() and q.sum()):
        return {"cross-entropy": math.nan}
    p, q = p / p.sum(), q / q.sum()
    return {
        "cross-entropy": ce.information.cross_entropy(p, q, base=2),
        "entropy": ce.entropy(p, base=2),
        "divergence": ce.kl_divergence(p, q, base=2),
        "nats": ce.information.cross_entropy(p, q),
    }


def gradient_descent(s: State) -> Values:
    w, b = s["w"], s["b"]
    for _ in range(int(s["n"])):
        gw, gb = ce.binary_cross_entropy_weight_gradient(Y, X[:, None], [w], b)
        w, b = w - s["rate"] * gw[0], b - s["rate"] * gb
    gw, gb = ce.binary_cross_entropy_weight_gradient(Y, X[:, None], [w], b)
    loss = ce.binary_cross_entropy_with_logits(Y, w * X + b)
    return {"w": w, "b": b, "loss": loss, "gradient": math.hypot(gw[0], gb)}


def logit_steps(s: State) -> Values:
    y, z = int(s["y"]), np.array([s["z0"], s["z1"], s["z2"]])
    for _ in range(int(s["n"])):
        z = z - ce.cross_entropy_with_logits_gradient(y, z)
    push = -ce.cross_entropy_with_logits_gradient(y, z)[y]
    now = {f"now{k}": z[k] for k in range(3)}
    return {**now, "push": push, "loss": ce.cross_entropy_with_logits(y, z)}


def two_normals(s: State) -> Values:
    cross = ce.gaussian_cross_entropy(0, s["p"], s["m"], s["s"])
    floor = ce.gaussian_cross_entropy(0, s["p"], 0, s["p"])
    return {"cross-entropy": cross, "entropy": floor, "divergence": cross - floor}


EXPECTED = {
    "code-length": code_length,
    "gradient-descent": gradient_descent,
    "inner-product": inner_product,
    "likelihood": likelihood,
    "linear-classifier": linear_classifier,
    "log-loss": log_loss,
    "logit-steps": logit_steps,
    "sigmoid-scale": sigmoid_scale,
    "softmax": softmax,
    "two-normals": two_normals,
}

# Keys pressed on a slider: id, then keys. The ends are where numbers overflow or vanish.
KEYS = {
    "code-length": [
        ("q0", ["Home"]),
        ("p0", ["Home"]),
        ("p1", ["End"]),
        ("q1", ["ArrowRight"] * 2),
    ],
    "gradient-descent": [("n", ["End"]), ("rate", ["End"]), ("w", ["End"]), ("rate", ["Home"])],
    "inner-product": [("u0", ["Home"]), ("v0", ["End"]), ("u1", ["PageDown"]), ("v1", ["Home"])],
    "likelihood": [("w", ["End"]), ("b", ["Home"]), ("w", ["Home"]), ("b", ["ArrowRight"])],
    "linear-classifier": [("w0", ["End"]), ("b", ["Home"]), ("x1", ["Home"]), ("w1", ["End"])],
    "log-loss": [("u", ["Home"]), ("u", ["ArrowRight"] * 3), ("u", ["End"]), ("u", ["PageDown"])],
    "logit-steps": [("n", ["PageUp"]), ("z0", ["End"]), ("z1", ["Home"]), ("n", ["End"])],
    "sigmoid-scale": [("c", ["End"]), ("u", ["Home"]), ("c", ["Home"]), ("u", ["PageUp"])],
    "softmax": [("T", ["Home"]), ("z0", ["End"]), ("z1", ["Home"]), ("T", ["End"])],
    "two-normals": [("s", ["Home"]), ("p", ["Home"]), ("m", ["End"]), ("s", ["End"])],
}

STATE = """root => {
  const state = {};
  root.querySelectorAll("input[type=range]").forEach((e) => {
    state[e.id.split("-").pop()] = Number(e.value);
  });
  root.querySelectorAll("input[type=radio]:checked").forEach((e) => {
    state[e.name.split("-").pop()] = Number(e.value);
  });
  const values = {};
  root.querySelectorAll("dd").forEach((e) => { values[e.dataset.name] = e.dataset.value; });
  return [state, values, root.querySelector("[role=status]").textContent,
    root.querySelector(".drawing").innerHTML];
}"""


def read(figure: Any) -> tuple[State, Values, str, str]:
    state, values, said, drawing = figure.evaluate(STATE)
    return state, {name: float(value) for name, value in values.items()}, said, drawing


def assert_right(name: str, figure: Any) -> None:
    state, values, _, drawing = read(figure)
    for key, value in EXPECTED[name](state).items():
        np.testing.assert_allclose(
            values[key], float(value), rtol=1e-9, atol=1e-14, err_msg=f"{name} {key} at {state}"
        )
    assert "NaN" not in drawing
    assert "Infinity" not in drawing


def test_every_figure_is_compared():
    assert sorted(EXPECTED) == NAMES == sorted(KEYS)


def test_a_script_without_its_figure_is_refused(tmp_path):
    (tmp_path / "kit.js").write_text((ASSETS / "kit.js").read_text(encoding="utf-8"))
    (tmp_path / "empty.js").write_text("// nothing")
    with pytest.raises(FigureError, match="defines no figure 'empty'"):
        draw_frames(tmp_path)
    (tmp_path / "empty.js").write_text("throw new Error('oh')")
    with pytest.raises(FigureError, match="oh"):
        draw_frames(tmp_path)


@pytest.fixture(scope="module")
def one_page(browser, study):
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(f"file://{study}/figures.html")
    settle(page)
    yield page
    context.close()


def figure_of(page: Any, name: str) -> Any:
    return page.locator(f"figure[data-interactive={name}]")


@pytest.mark.slow
class TestByKeyboard:
    @pytest.mark.parametrize("name", NAMES)
    def test_numbers_are_those_of_the_library(self, one_page, name):
        figure = figure_of(one_page, name)
        assert_right(name, figure)
        told, drawn = [], []
        for control, keys in KEYS[name]:
            slider = figure.locator(f"input[id$='-{control}']")
            slider.focus()
            _, before, said, drawing = read(figure)
            value = slider.input_value()
            for key in keys:
                one_page.keyboard.press(key)
            assert slider.input_value() != value, f"{control} does not move"
            _, after, said_now, drawing_now = read(figure)
            assert after != before
            assert said_now
            told.append(said != said_now)
            drawn.append(drawing != drawing_now)
            assert_right(name, figure)
            assert slider.get_attribute("aria-valuetext")
        assert any(drawn)
        assert any(told)

    def test_the_data_are_the_same(self, one_page):
        assert one_page.evaluate("CourseFigures.tiny") == [
            [x, y] for x, y in zip(X.tolist(), Y.tolist(), strict=True)
        ]

    @pytest.mark.parametrize(
        ("name", "place", "label"), [("log-loss", 1, 0), ("logit-steps", 2, 2)]
    )
    def test_a_label_is_chosen(self, one_page, name, place, label):
        figure = figure_of(one_page, name)
        figure.locator("input[type=radio]").nth(place).focus()
        one_page.keyboard.press("Space")
        assert read(figure)[0]["y"] == label
        assert_right(name, figure)

    @pytest.mark.parametrize("name", ["gradient-descent", "logit-steps"])
    def test_buttons_take_steps(self, one_page, name):
        figure = figure_of(one_page, name)
        steps = figure.locator("input[id$='-n']")
        for button, expected in [
            ("Back to the start", "0"),
            ("One step", "1"),
            ("Ten steps", "11"),
        ]:
            figure.get_by_role("button", name=button).focus()
            one_page.keyboard.press("Enter")
            assert steps.input_value() == expected
            assert_right(name, figure)
        assert "11 steps" in read(figure)[2]


# Figure, number of the handle, the two sliders that a drag moves (or one).
DRAGS = [
    ("inner-product", 0, ["u0", "u1"]),
    ("inner-product", 1, ["v0", "v1"]),
    ("linear-classifier", 0, ["w0", "w1"]),
    ("linear-classifier", 1, ["x0", "x1"]),
    ("sigmoid-scale", 0, ["u"]),
    ("log-loss", 0, ["u"]),
    ("likelihood", 1, ["w"]),
    ("softmax", 0, ["z0", "z1", "z2"]),
    ("gradient-descent", 0, ["w", "b"]),
    ("two-normals", 0, ["m", "s"]),
]


STEADY = """
(node) => new Promise((done) => {
  let last = "", same = 0;
  const look = () => {
    const { x, y } = node.getBoundingClientRect();
    same = `${x} ${y}` === last ? same + 1 : 0;
    last = `${x} ${y}`;
    if (same === 5) done(); else requestAnimationFrame(look);
  };
  look();
})
"""


def bring(handle: Any) -> None:
    """Scroll the handle into view and wait until it rests."""
    handle.scroll_into_view_if_needed()
    handle.evaluate(STEADY)
    handle.scroll_into_view_if_needed()
    handle.evaluate(STEADY)


def middle(handle: Any) -> tuple[float, float]:
    box = handle.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.slow
class TestByPointer:
    @pytest.mark.parametrize(("name", "index", "moved"), DRAGS)
    def test_handle_follows_the_mouse(self, open_study, name, index, moved):
        page = open_study("figures")
        figure = figure_of(page, name)
        handle = figure.locator(".handles .handle").nth(index)
        bring(handle)
        before = read(figure)[0]
        x, y = middle(handle)
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x - 30, y - 25, steps=4)
        page.mouse.up()
        after = read(figure)[0]
        assert {key for key in after if after[key] != before[key]} == set(moved)
        assert_right(name, figure)
        at = middle(handle)
        assert abs(at[0] - (x - 30)) < 6, "the handle is under the pointer"
        page.mouse.move(x + 50, y + 50)
        assert read(figure)[0] == after, "it is let go"

    def test_handle_follows_a_finger_and_the_page_stays(self, open_study):
        page = open_study(
            "figures", width=360, has_touch=True, is_mobile=True, reduced_motion="reduce"
        )
        figure = figure_of(page, "inner-product")
        handle = figure.locator(".handles .handle").nth(0)
        bring(handle)
        scroll = page.evaluate("scrollY")
        x, y = middle(handle)
        client = page.context.new_cdp_session(page)

        def touch(kind: str, *points: tuple[float, float]) -> None:
            at = [{"x": a, "y": b} for a, b in points]
            client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

        before = read(figure)[0]
        touch("touchStart", (x, y))
        for k in range(1, 6):
            touch("touchMove", (x + 4 * k, y + 6 * k))
        touch("touchEnd")
        after = read(figure)[0]
        assert after["u0"] > before["u0"]
        assert after["u1"] < before["u1"]
        assert page.evaluate("scrollY") == scroll
        at = middle(handle)
        assert abs(at[0] - x - 20) < 6
        assert abs(at[1] - y - 30) < 6
        assert_right("inner-product", figure)


CHECKS = """() => {
  const all = (css) => [...document.querySelectorAll(css)];
  return {
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    unlabelled: all("figure.interactive input").filter((e) =>
      !e.labels.length || !e.labels[0].textContent.trim()).map((e) => e.id),
    small: all("figure.interactive :is(input[type=range], button)").filter((e) =>
      e.getBoundingClientRect().height < 24).map((e) => e.id),
    moving: document.getAnimations().length,
    cut: all("figure.interactive svg text").filter((e) => {
      const a = e.getBoundingClientRect(), b = e.closest("figure").getBoundingClientRect();
      return a.left < b.left || a.right > b.right;
    }).map((e) => e.textContent),
  };
}"""


@pytest.mark.slow
class TestPage:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("width", [360, 1280])
    def test_fits_and_is_labelled(self, open_study, width, scheme):
        page = open_study("figures", width, scheme, reduced_motion="reduce")
        assert page.evaluate(CHECKS) == {
            "overflow": 0,
            "unlabelled": [],
            "small": [],
            "moving": 0,
            "cut": [],
        }

    def test_on_a_phone_the_sliders_of_a_figure_stand_below_each_other(self, open_study):
        places = open_study("figures", 360).evaluate(
            """() => [...document.querySelectorAll("figure.interactive")].map((figure) =>
              new Set([...figure.querySelectorAll("input[type=range]")].map((e) =>
                `${e.getBoundingClientRect().left} ${e.offsetWidth}`)).size)"""
        )
        assert len(places) > 5
        assert set(places) == {1}

    def test_lines_follow_the_theme(self, open_study):
        colours = {
            scheme: open_study("figures", scheme=scheme)
            .locator("figure[data-interactive=softmax] svg .axis")
            .first.evaluate("e => getComputedStyle(e).stroke")
            for scheme in ("light", "dark")
        }
        assert colours == {"light": "rgb(0, 0, 0)", "dark": "rgb(213, 218, 226)"}

    def test_without_javascript_there_is_the_first_frame(self, open_study):
        still = open_study("figures", java_script_enabled=False)
        live = open_study("figures")
        for name in NAMES:
            figure = figure_of(still, name)
            stage = figure.get_by_role("img", name=f"{name} as it starts.")
            assert stage.bounding_box()["height"] > 150
            assert figure.get_by_text("moves when JavaScript is on").is_visible()
            assert not figure.locator(".interactive-panel").is_visible()
            drawing = ".drawing"
            # The browser goes on from what the build drew: nothing jumps.
            assert figure.locator(drawing).inner_html() == (
                figure_of(live, name).locator(drawing).inner_html()
            )

    def test_paper_shows_the_figure_and_no_controls(self, open_study):
        page = open_study("figures")
        page.emulate_media(media="print")
        for name in NAMES:
            figure = figure_of(page, name)
            assert figure.locator("svg").is_visible()
            assert not figure.locator(".interactive-controls").is_visible()

    def test_other_pages_load_no_figure(self, study):
        assert "kit.js" in (study / "figures.html").read_text(encoding="utf-8")
        assert "kit.js" not in (study / "study.html").read_text(encoding="utf-8")
        assert "study." not in (study / "index.html").read_text(encoding="utf-8").replace(
            'href="study.html"', ""
        )
