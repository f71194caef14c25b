"""Every page, in a real browser: accessible, inside the screen, within the content-security policy, and light."""

import gzip
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command

from tests.browser.pages import CALL, NO_PAGE, PAGES, SIGN_IN

pytestmark = pytest.mark.django_db

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
#: The other language has the same colours, so what takes longest is measured in one of them.
WORDS = {**RULES, "rules": {"color-contrast": {"enabled": False}}}
#: Each language is opened once; the window then narrows to a phone.
LOOKS = {"nl": ((1280, RULES), (360, RULES)), "en": ((1280, WORDS), (360, None))}


AXE = Axe().axe_script


def findings(page, rules=RULES):
    """What axe has to say, a line each. Only what is wrong is asked for, and a page is given the script once."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    asked = {**rules, "resultTypes": ["violations"]}
    found = page.evaluate("async (asked) => (await axe.run(document, asked)).violations", asked)
    return [f"{rule['id']}: {node['target']} {node['html'][:160]}" for rule in found for node in rule["nodes"][:3]]


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.name)
def test_page(row, visitors, house):
    path, trouble = row.path(), []
    page = visitors.page(row.who)
    listen(page, house, trouble)
    for language, looks in LOOKS.items():
        visitors.reads(row.who, language)
        page.set_viewport_size({"width": looks[0][0], "height": 800})
        response = page.goto(house + path)
        if response.status != row.status:
            trouble.append(f"{language}: {response.status} instead of {row.status}")
        if row.who and urlsplit(page.url).path.startswith("/accounts/login"):
            trouble.append(f"{language}: {row.who} is asked to sign in")
        trouble += [f"{language} {line}" for width, rules in looks for line in seen_at(page, width, rules)]
    page.close()
    assert not trouble, "\n".join(trouble)


def seen_at(page, width, rules):
    """What is wrong with a page at that width: too wide, or not accessible by these rules."""
    page.set_viewport_size({"width": width, "height": 800})
    wide = page.evaluate("document.scrollingElement.scrollWidth")
    found = [f"{width}: {wide} wide"] if wide > width else []
    return found + [f"{width}: {finding}" for finding in (findings(page, rules) if rules else [])]


def listen(page, house, trouble):
    """Note what breaks the policy, calls another host, or fails in a script."""
    page.on("console", lambda message: "Content Security" in message.text and trouble.append(message.text))
    page.on("request", lambda request: request.url.startswith((house, "data:")) or trouble.append(request.url))
    page.on("pageerror", lambda error: trouble.append(str(error)))


@pytest.mark.parametrize("row", [r for r in PAGES if r.who in ("", "participant")][::3], ids=lambda row: row.name)
def test_dark(row, visitors, house):
    page = visitors.page(row.who, width=360)
    page.emulate_media(color_scheme="dark")
    page.goto(house + row.path())
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(19, 22, 27)"
    assert not findings(page)
    page.close()


def test_every_route_has_a_page(capsys):
    """A page that nobody looks at in a browser is a page nobody looks at."""
    import json

    call_command("routes", "--json")
    routes = json.loads(capsys.readouterr().out)
    readable = {r["name"] for r in routes if r["name"] and "GET" in r["methods"] and not r["name"].startswith("admin:")}
    unseen = readable - {page.route for page in PAGES} - NO_PAGE - SIGN_IN
    assert unseen == set(), "addresses without a row in PAGES of tests/browser/pages.py"


def weigh(page, house, path):
    """Requests and bytes on the wire of a first visit, with what compresses compressed."""
    responses = []
    page.on("response", lambda response: responses.append(response))
    page.goto(house + path)
    page.wait_for_load_state("networkidle")
    size = 0
    moved = [
        (response.url, response.headers.get("location")) for response in responses if response.status in (301, 302)
    ]
    assert not moved, "weigh the page, not the way to it"
    for response in responses:
        body = response.body()
        packed = not urlsplit(response.url).path.endswith(".woff2")
        size += len(gzip.compress(body, 6)) if packed else len(body)
    return len(responses), size


@pytest.mark.parametrize(
    ("who", "path", "most"),
    [("", "/", 75_000), ("", f"/trips/{CALL}/", 75_000), ("applicant", f"/trips/{CALL}/apply/goals/", 100_000)],
)
def test_first_visit_is_light(chromium, visitors, house, who, path, most):
    context = chromium.new_context(locale="nl-NL", storage_state=visitors.state(who))
    requests, size = weigh(context.new_page(), house, path)
    context.close()
    assert requests <= 10
    assert size < most


@pytest.mark.parametrize("path", ["/", f"/trips/{CALL}/", f"/trips/{CALL}/apply/"])
def test_the_keyboard_gets_around(visitors, house, path):
    """The first tab offers to skip to the content; what has the focus can be seen."""
    page = visitors.page("applicant")
    page.goto(house + path)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')").startswith("#")
    for _ in range(8):
        page.keyboard.press("Tab")
        style = "(() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle + s.boxShadow })()"
        assert page.evaluate(style) != "nonenone"
    page.close()


@pytest.mark.parametrize("path", ["/", f"/trips/{CALL}/", f"/trips/{CALL}/apply/goals/"])
def test_it_works_without_scripts(chromium, visitors, house, path):
    context = chromium.new_context(java_script_enabled=False, storage_state=visitors.state("applicant"))
    page = context.new_page()
    assert page.goto(house + path).status == 200
    assert page.locator("h1").first.is_visible()
    context.close()
