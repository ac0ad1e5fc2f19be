// The page of results, on top of Sphinx' own search, before it gets the index.
(() => {
  "use strict";

  // A page from the disk may not read another one: results come without excerpts, and nothing fails.
  if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

  // An excerpt is prose: each formula once, as it looks; no drawing, no button, no table of contents.
  const noise = ".katex-mathml, svg, nav, .about-page, .header-article-items, .sidebar-header-items, " +
    ".bd-header-article, #jb-print-docs-body, .onlyprint, .prev-next-footer, .derivation-details";
  const read = Search.htmlToText;
  Search.htmlToText = (html, anchor) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    page.querySelectorAll(noise).forEach((e) => e.remove());
    return read(page.documentElement.outerHTML, anchor).replace(/\s+/g, " ").trim();
  };
})();
