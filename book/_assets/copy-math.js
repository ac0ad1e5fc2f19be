// Copied text keeps its mathematics: a formula goes to the clipboard as LaTeX between dollars,
// whole, even if the selection took a part of it. Without this script a copy holds its letters
// twice, those that are seen and those of the MathML.
(() => {
  "use strict";
  const formula = (node) =>
    (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest(".katex");

  document.addEventListener("copy", (event) => {
    const selection = window.getSelection();
    if (!event.clipboardData || selection.isCollapsed) return;
    const range = selection.getRangeAt(0).cloneRange();
    const first = formula(range.startContainer);
    if (first) range.setStartBefore(first.closest(".katex-display") || first);
    const last = formula(range.endContainer);
    if (last) range.setEndAfter(last.closest(".katex-display") || last);

    const copy = document.createElement("div");
    copy.append(range.cloneContents());
    const formulas = copy.querySelectorAll(".katex");
    if (!formulas.length) return;
    const html = copy.innerHTML;
    formulas.forEach((one) => {
      const latex = one.querySelector("annotation")?.textContent.trim() ?? "";
      const display = one.closest(".katex-display");
      (display || one).replaceWith(display ? `\n$$${latex}$$\n` : `$${latex}$`);
    });
    copy.querySelectorAll(".headerlink, .eqno").forEach((e) => e.remove());
    // The browser knows where lines end only of what it has laid out.
    copy.className = "bd-article";
    copy.style.cssText = "position: fixed; left: -9999px; width: 60rem; white-space: pre-line";
    copy.setAttribute("aria-hidden", "true");
    document.body.append(copy);
    const text = copy.innerText.replace(/\n{3,}/g, "\n\n").trim();
    copy.remove();

    event.clipboardData.setData("text/plain", text);
    event.clipboardData.setData("text/html", html);
    event.preventDefault();
  });
})();
