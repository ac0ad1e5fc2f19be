"""`{question}`: a multiple-choice question that answers back.

    ```{question} Two inputs have scores 3 and −3. Their probabilities of class 1 …
    :name: sigmoid-symmetry
    :meets: 3
    - [ ] are equal
      :misconception: ps2/sigmoid/sign-slip
      That would be true of an even function, such as $s'$.
    - [x] sum to one
      By symmetry, $1 - s(u) = s(-u)$.
    - [ ] multiply to one
      That is true of the odds, $e^3 \\cdot e^{-3} = 1$.
    ```

An item's first line is the option, the rest of it the feedback. What stands before the first item
belongs to the question: a formula, say. Markdown allows no backtick in the first line of a fence of
backticks; a question that holds one is fenced by colons, `:::{question} What does …`.
`:meets:` names the objectives of the chapter that the question asks about, and `:misconception:`,
in the first line below an option, the mistake that it stands for (`ce_lib.site.misconceptions`).

Without JavaScript each option opens its feedback; `book/_assets/study.js` makes radio buttons of
them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx

from ce_lib.site.covers import read_numbers
from ce_lib.site.elements import CourseDirective, element, make, record, refuse_twins
from ce_lib.site.misconceptions import mark

LEAST_OPTIONS = 3

_ITEM = re.compile(r"[-*+] \[([ xX])\] +(\S.*)")
_MISCONCEPTION = re.compile(r" {2,}:misconception: +(\S.*)")


@dataclass
class Option:
    """One answer to choose: its text, whether it is right, and what is said to who chooses it.

    `index` is the line of the text in the directive's content; the feedback starts on the next.
    `misconception` names the mistakes for which a wrong option stands, if it stands for any.
    """

    text: str
    right: bool
    index: int
    feedback: list[str] = field(default_factory=list)
    misconception: str = ""


def read_options(lines: list[str]) -> tuple[list[str], list[Option]]:
    """Return the lines before the first option, and the options written in `lines`.

    Raises
    ------
    ValueError
        With (message, index of the line or None) if a line belongs to no option, an option has no
        feedback, there are fewer than three, not exactly one of them is right, or the right one
        stands for a misconception.
    """
    options: list[Option] = []
    before: list[str] = []
    for index, line in enumerate(lines):
        if found := _ITEM.match(line):
            options.append(Option(found[2].strip(), found[1] != " ", index))
        elif options and not options[-1].feedback and (found := _MISCONCEPTION.match(line)):
            options[-1].misconception = found[1].strip()
            options[-1].feedback.append("")  # so that lines keep their numbers
        elif options and (line.startswith("  ") or not line.strip()):
            options[-1].feedback.append(line[2:])
        elif not options and not line.lstrip().startswith(("- ", "* ", "+ ")):
            before.append(line)
        elif line.strip():
            raise ValueError(
                "this line belongs to no option: start one with `- [ ] ` or `- [x] ` and "
                "indent its feedback by two spaces",
                index,
            )
    for option in options:
        if option.right and option.misconception:
            raise ValueError("the right option is no misconception", option.index)
        if not any(line.strip() for line in option.feedback):
            raise ValueError(
                f"the option “{option.text}” has no feedback: say why it is "
                f"{'right' if option.right else 'wrong'} on the lines below it, indented by two",
                option.index,
            )
    if len(options) < LEAST_OPTIONS:
        raise ValueError(
            f"this question has {len(options)} options: give at least {LEAST_OPTIONS}", None
        )
    right = sum(option.right for option in options)
    if right != 1:
        raise ValueError(
            f"this question has {right} right options: mark exactly one with `- [x]`", None
        )
    return before, options


class Question(CourseDirective):
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec = {  # noqa: RUF012  (docutils' own way)
        "name": directives.unchanged_required,
        "meets": directives.unchanged_required,
    }
    has_content = True

    def run(self) -> list[nodes.Node]:
        name = self.options.get("name")
        if not name:
            self.refuse("this question has no id: give it one with `:name: chapter-topic`")
            return []
        try:
            before, options = read_options(list(self.content))
        except ValueError as error:
            message, index = error.args
            self.refuse(message, None if index is None else self.line(index))
            return []
        try:
            meets = read_numbers(self.options["meets"]) if "meets" in self.options else []
        except ValueError as error:
            self.refuse(str(error))
            return []
        if not self.take_id("question", name):
            return []
        right = next(index for index, option in enumerate(options) if option.right)
        record(self.env, "right-option").append((name, right))
        stem = make("div", classes="question-stem")
        if self.arguments:
            stem += make("p", *self.inline(self.arguments[0], self.lineno))
        stem += self.blocks(before, 0)
        if not stem.children:
            self.refuse("this question asks nothing: write it before the first option")
            return []
        stem["ids"].append(f"{name}-stem")
        shown = [self._shown(option) for option in options]
        box = make(
            "div",
            stem,
            make("ul", *shown, classes="question-options"),
            classes="question",
            role="group",
            aria_labelledby=f"{name}-stem",
        )
        box["assets"] += ["study.css", "store.js", "study.js"]
        box["meets"] = meets
        box["ids"].append(name)
        self.state.document.note_explicit_target(box)
        return [box]

    def _shown(self, option: Option) -> element:
        text = make("div", *self.inline(option.text, self.line(option.index)))
        if option.misconception:
            try:
                text += mark(self.env, option.misconception)
            except ValueError as error:
                self.refuse(str(error), self.line(option.index + 1))
        text["classes"].append("question-text")
        verdict = make("p", nodes.Text("Right." if option.right else "Not right."))
        verdict["classes"].append("question-verdict")
        feedback = make("div", *self.blocks(option.feedback, option.index + 1))
        feedback["classes"].append("question-feedback")
        answer = make("details", make("summary", nodes.Text("Is it?")), verdict, feedback)
        attributes: dict[str, Any] = {"data_right": "yes" if option.right else "no"}
        return make("li", text, answer, **attributes)


def setup(app: Sphinx) -> None:
    app.add_directive("question", Question)
    app.connect("env-check-consistency", refuse_twins("question"))
