"""No link leads nowhere: within the site at every build, to the web when asked."""

from __future__ import annotations

import http.server
import threading

import pytest

from ce_lib.site import links
from ce_lib.site.build import SiteError, build_site
from ce_lib.site.links import Broken, Offline, broken_links, broken_web_links, web_links


def write(site, **pages):
    for name, body in pages.items():
        (site / f"{name}.html").write_text(f"<!doctype html><main>{body}</main>", encoding="utf-8")


def test_each_kind_of_broken_link_is_found(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a file.csv").write_text("1")
    write(
        tmp_path,
        good='<h2 id="q&amp;a">x</h2><a href="">a</a><a href="#">b</a><a href="#q&amp;a">c</a>'
        '<a href="other.html#here">d</a><a href="data/a%20file.csv">e</a>'
        '<a href="mailto:a@example.org">f</a><a href="https://example.org/x#y">g</a>'
        '<img src="data:," alt="">',
        other='<p id="here">x</p>',
        bad='<a class="x"\n href="nowhere.html">a</a><a href="other.html#gone">b</a>'
        '<a href="#gone">c</a><img alt="x" src="lost.png"><script src="lost.js"></script>'
        '<a href="../outside.html">d</a><link rel="stylesheet" href="lost.css">',
    )
    assert broken_links(tmp_path) == [
        Broken("bad.html", "nowhere.html", "there is no such file"),
        Broken("bad.html", "other.html#gone", "the page has no such place"),
        Broken("bad.html", "#gone", "the page has no such place"),
        Broken("bad.html", "lost.png", "there is no such file"),
        Broken("bad.html", "lost.js", "there is no such file"),
        Broken("bad.html", "../outside.html", "it is outside of the site"),
        Broken("bad.html", "lost.css", "there is no such file"),
    ]
    assert web_links(tmp_path) == {"https://example.org/x": "good.html"}


@pytest.mark.slow
def test_the_site_has_none(site):
    assert broken_links(site) == []
    assert len(web_links(site)) > 5


@pytest.mark.slow
def test_the_build_refuses_one_that_sphinx_does_not_see(tmp_path, make_book):
    page = '# Book\n\n<a href="nowhere.html">there</a> and <a href="#no-such-place">here</a>\n'
    with pytest.raises(SiteError) as caught:
        build_site(make_book(tmp_path, {"index": page}))
    said = [str(problem) for problem in caught.value.problems]
    assert len(said) == 2
    assert all("leads nowhere" in one for one in said)
    assert "book/index.html: the link nowhere.html leads nowhere: there is no such file" in said[0]


class _Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        code = int(self.path.strip("/"))
        self.send_response(code)
        self.end_headers()

    def log_message(self, *args):
        pass


def test_the_web_is_asked(tmp_path):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        base = f"http://127.0.0.1:{server.server_address[1]}"
        addresses = {f"{base}/{code}": "page.html" for code in (200, 404, 403, 410)}
        found = broken_web_links(addresses)
        server.shutdown()
        thread.join()
    # 403 is no proof: some hosts do not answer programs
    assert [(one.address.rpartition("/")[2], one.why) for one in found] == [
        ("404", "it answers 404"),
        ("410", "it answers 410"),
    ]


def test_a_machine_without_a_network_knows_nothing_and_says_so():
    def ask(address):
        raise Offline("no route")

    with pytest.raises(Offline, match=r"none of 2 addresses .* nothing is known"):
        broken_web_links({"https://a.invalid/": "a", "https://b.invalid/": "b"}, ask=ask)
    assert broken_web_links({}, ask=ask) == []


def test_one_host_that_is_gone_is_broken_if_others_answer():
    def ask(address):
        if "gone" in address:
            raise Offline("unknown host")
        return ""

    found = broken_web_links({"https://gone.invalid/": "p", "https://a.invalid/": "q"}, ask=ask)
    assert [one.page for one in found] == ["p"]
    assert "unknown host" in found[0].why


def test_nobody_listens(monkeypatch):
    with pytest.raises(Offline):
        links.ask("http://127.0.0.1:9/", timeout=2)
