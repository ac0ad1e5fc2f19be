// Sets the formulas of text cells as MathML, which the browser draws with its own fonts.
(() => {
  const formula =
    /\$\$([^]+?)\$\$|\\\[([^]+?)\\\]|(\\begin\{[a-z]+\*?\}[^]+?\\end\{[a-z]+\*?\})|\\\(([^]+?)\\\)|(?<![\\$])\$(?![\s$])([^$]*?[^\s\\$])\$(?!\d)/g;

  const set = (node) => {
    const text = node.data;
    const parts = document.createDocumentFragment();
    let end = 0;
    for (const found of text.matchAll(formula)) {
      const display = found[1] ?? found[2] ?? found[3];
      const made = document.createElement("span");
      katex.render(display ?? found[4] ?? found[5], made, {
        displayMode: display !== undefined,
        output: "mathml",
        throwOnError: false,
        trust: false,
      });
      parts.append(text.slice(end, found.index), made);
      end = found.index + found[0].length;
    }
    if (end) {
      parts.append(text.slice(end));
      node.replaceWith(parts);
    }
  };

  document.addEventListener("DOMContentLoaded", () => {
    for (const cell of document.querySelectorAll(".text_cell_render")) {
      cell.normalize();
      const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
      const nodes = [];
      while (walker.nextNode()) nodes.push(walker.currentNode);
      for (const node of nodes) if (!node.parentElement.closest("code, pre, script")) set(node);
    }
  });
})();
