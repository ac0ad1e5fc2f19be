"""``ce-course site``, ``pdf``, ``diff-site``, ``serve``: the website, printed, compared, shown."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ce_lib.commands import Commands, root_of

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Declare the commands."""
    site = commands.add("site", _site, "build the website into _build/html", "--force")
    site.add_argument("--force", action="store_true", help="run every cell and page again")
    site.add_argument(
        "--check-links",
        action="store_true",
        help="then ask each address on the web that the pages link to, once; needs a network",
    )

    pdf = commands.add(
        "pdf", _pdf, "print the whole course as one PDF, with Chromium", "-o course.pdf"
    )
    pdf.add_argument(
        "-o", "--output", type=Path, help="default: cross-entropy.pdf in _build/html, where the "
        "pages link to it",
    )  # fmt: skip

    diff = commands.add(
        "diff-site", _diff_site, "show which pages differ between two built sites", "old new"
    )
    diff.add_argument("old", type=Path, metavar="OLD", help="folder of a built site")
    diff.add_argument("new", type=Path, metavar="NEW", help="folder of another one")
    diff.add_argument("--output", type=Path, help="write the differences as one HTML page, too")

    serve = commands.add("serve", _serve, "show the built website on this machine", "--port 8000")
    serve.add_argument("--port", type=int, default=8000, help="default: 8000")


def _site(arguments: argparse.Namespace) -> int:
    from ce_lib.site.build import build_site

    html = build_site(root_of(arguments), fresh=arguments.force)
    print(html / "index.html")
    return _check_links(html) if arguments.check_links else 0


def _check_links(html: Path) -> int:
    from tqdm import tqdm

    from ce_lib.site.links import broken_web_links, web_links

    found = web_links(html)
    broken = broken_web_links(
        found, progress=lambda addresses: tqdm(addresses, desc="links", unit=" addresses")
    )
    for one in broken:
        print(one, file=sys.stderr)
    print(f"{len(found)} addresses on the web, {len(broken)} of them lead nowhere")
    return 1 if broken else 0


def _pdf(arguments: argparse.Namespace) -> int:
    from ce_lib.site.build import build_site
    from ce_lib.site.pdf import make_pdf

    root = root_of(arguments)
    print(make_pdf(root, build_site(root), arguments.output))
    return 0


def _diff_site(arguments: argparse.Namespace) -> int:
    from ce_lib.site.diff import compare_sites, write_report

    changes = compare_sites(arguments.old, arguments.new)
    for change in changes:
        print(f"{change.kind:<8} {change.page}")
        print("\n".join(f"    {line}" for line in change.diff))
    print(f"{len(changes)} page{'' if len(changes) == 1 else 's'} changed")
    if arguments.output:
        write_report(changes, arguments.output)
        print(f"report  {arguments.output}")
    return 0


def _serve(arguments: argparse.Namespace) -> int:
    from ce_lib.site.serve import serve

    serve(root_of(arguments), arguments.port)
    return 0
