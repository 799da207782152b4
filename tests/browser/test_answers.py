"""Guesses, questions, notes and cards in the page: taken, kept, handed out, forgotten."""

import base64
import io
import json
import re

import nbformat
import numpy as np
import pytest
from harness import built_pages, inaccessible, settle
from PIL import Image

CHAPTER = "chapters/02-perceptron.html"
CURVE = {
    "x": [0, 1, 4],
    "y": [0, 0, 3],
    "given": {"half": [0, 0.5, 2]},
    "x_label": "current (nA)",
    "y_label": "rate (Hz)",
    "x_log": False,
    "x_range": [0, 4],
    "y_range": [-1, 4],
}
BOX = """<div class="predict">
<p><strong>Predict first.</strong> Which of them?</p>
<ol><li><p>The first.</p></li><li><p>The second.</p></li></ol>
<details class="outcome"><summary>What came out</summary>
<p><strong>2.</strong> It was.</p></details>
</div>
<div class="predict" data-unit="nA">
<p><strong>Predict first.</strong> How much?</p>
<details class="outcome"><summary>What came out</summary><p><strong>1.5</strong> nA.</p></details>
</div>
<div class="predict" data-draw="rate">
<p><strong>Predict first.</strong> Draw it.</p>
<details class="outcome"><summary>What came out</summary><p>It bends at one.</p></details>
</div>
<div class="covered" data-guess="3"><p id="spoiler">The bend is at one nanoampere.</p></div>
<section><h3>Exercise 2.4 (apply)</h3>
<div class="cell tag_exercise" id="starter"><pre>Exercise 2.4 is not answered yet</pre></div>
</section>"""


@pytest.fixture
def chapter(open_page):
    """Opens a chapter whose predictions are three others, as the build would write them."""

    def put(page):
        def serve(route):
            answer = route.fetch()
            body = re.sub(r'class="(predict|covered)"', 'class="authors"', answer.text())
            body = re.sub(r"(#</a></h1>)", lambda m: m[1] + BOX, body, count=1)
            curves = json.dumps({"rate": CURVE})
            body = re.sub(r'(<script [^>]*id="book-curves"[^>]*>)[^<]*', rf"\g<1>{curves}", body)
            route.fulfill(response=answer, body=body)

        page.set_default_timeout(10_000)
        page.route("**/02-perceptron.html", serve)
        page.reload()
        page.locator(".predict.ready").first.wait_for()
        page.evaluate("MathJax.startup.promise")
        return page

    def opened(**options):
        return put(open_page(CHAPTER, **options))

    return opened


def kept(page):
    return json.loads(page.evaluate("localStorage.getItem('book-answers')") or "{}")


def guess(page):
    box = page.locator(".predict").first
    assert not box.locator("details").is_visible()
    box.get_by_role("button", name="This is my guess").click()
    assert "Choose an answer first" in box.inner_text()
    box.get_by_label("The second.").check()
    box.get_by_role("button", name="This is my guess").click()
    assert "how sure you are" in box.inner_text()
    box.get_by_label("Very sure").check()
    box.get_by_role("button", name="This is my guess").click()
    return box


def test_a_guess_is_taken_before_its_outcome_and_kept(chapter):
    page = chapter()
    box = guess(page)
    assert "✓ You guessed 2, 95% sure." in box.inner_text()
    assert box.get_by_text("It was.").is_visible()
    number = page.locator(".predict").nth(1)
    number.get_by_role("textbox").fill("3")
    number.get_by_label("It is a guess").check()
    number.get_by_role("textbox").press("Enter")
    assert "✗ You guessed 3 nA, 50% sure." in number.inner_text()
    assert "1 of 2 guesses were right; as sure as you were" in page.locator(".my-work").inner_text()
    rows = page.locator(".my-work tbody tr").all_inner_texts()
    assert [row.split("\t") for row in rows] == [
        ["It is a guess (50%)", "1", "0"],
        ["Fairly sure (75%)", "0", "0"],
        ["Very sure (95%)", "1", "1"],
    ]
    page.reload()
    page.get_by_text("You guessed 2, 95% sure.").wait_for()
    page.emulate_media(media="print")
    assert not page.locator(".my-work").is_visible()


def test_an_outcome_opens_without_a_guess_too(chapter):
    page = chapter()
    box = page.locator(".predict").first
    box.get_by_role("button", name="Show without a guess").click()
    assert box.get_by_text("It was.").is_visible()
    assert kept(page)["02-perceptron"]["guess"] == {}
    page.reload()
    box.get_by_text("No guess was kept.").wait_for()
    assert box.get_by_text("It was.").is_visible()


# --- a line that is drawn ---------------------------------------------------------------------


def axes(page):
    """The drawn prediction, and where its axes' corners are on the screen."""
    box = page.locator(".predict").nth(2)
    paper = box.locator(".axes")
    paper.scroll_into_view_if_needed()
    frame = paper.locator(".frame").bounding_box()
    return box, paper, frame


def give(page, box):
    box.get_by_label("Fairly sure").check()
    box.get_by_role("button", name="This is my guess").click()


PATH = [(0.0, 0.8), (0.25, 0.8), (1.0, 0.2)]  # the true curve, in parts of the axes from the top


def points(frame):
    return [(frame["x"] + a * frame["width"], frame["y"] + b * frame["height"]) for a, b in PATH]


def draw_by_mouse(page, paper, frame):
    first, *rest = points(frame)
    page.mouse.move(*first)
    page.mouse.down()
    for point in rest:
        page.mouse.move(*point, steps=6)
    page.mouse.up()


def draw_by_finger(page, paper, frame):
    finger = page.context.new_cdp_session(page)
    (x, y), *rest = points(frame)
    touch = lambda kind, *where: finger.send(  # noqa: E731
        "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [*where]}
    )
    touch("touchStart", {"x": x, "y": y})
    for to_x, to_y in rest:
        for step in range(1, 9):
            touch("touchMove", {"x": x + (to_x - x) * step / 8, "y": y + (to_y - y) * step / 8})
        x, y = to_x, to_y
    touch("touchEnd")


def draw_by_keys(page, paper, frame):
    paper.focus()
    for key in ["Home", *["Shift+ArrowDown"] * 3, *["Shift+ArrowRight"] * 2]:
        page.keyboard.press(key)
    for _ in range(6):
        page.keyboard.press("Shift+ArrowRight")
        page.keyboard.press("Shift+ArrowUp")


@pytest.mark.parametrize(
    ("draw", "width"), [(draw_by_mouse, 1280), (draw_by_finger, 390), (draw_by_keys, 1280)]
)
def test_a_line_is_drawn_and_compared_with_the_curve(chapter, draw, width):
    page = chapter(width=width)
    box, paper, frame = axes(page)
    assert not box.locator("details").is_visible()
    give(page, box)
    assert "Draw the line first" in box.inner_text()
    box, paper, frame = axes(page)
    scrolled = page.evaluate("scrollY")
    draw(page, paper, frame)
    assert abs(page.evaluate("scrollY") - scrolled) <= 1 or draw is draw_by_keys
    if draw is draw_by_keys:
        assert "current (nA) 4: 3" in paper.locator("xpath=..").locator(".where").inner_text()
    give(page, box)
    made = kept(page)["02-perceptron"]["guess"]["3"]
    truth = np.interp(np.linspace(0, 4, 33), CURVE["x"], CURVE["y"])
    off = np.abs(np.array(made["guess"]) - truth).mean() / 5
    assert made["off"] == pytest.approx(off, abs=6e-4)
    assert (made["right"], made["sure"]) == (True, 75)
    if draw is not draw_by_keys:
        assert off < 0.03, "the line is not where it was drawn"
    assert f"✓ Your line is on average {made['off']:.0%} of the height away" in box.inner_text()
    assert box.get_by_text("It bends at one.").is_visible()
    lines = box.locator(".axes svg svg path").count()
    assert lines == 3  # given, true, drawn
    page.reload()
    page.get_by_text("✓ Your line is on average").wait_for()
    assert box.locator(".axes svg svg path").count() == 3


DRAWN = {"01-biological-neuron": "rate", "03-activation-functions": "sigmoid_slope",
         "06-training": "sweep"}  # fmt: skip


@pytest.mark.parametrize("name", DRAWN)
def test_chapters_let_the_reader_draw(open_page, name):
    """The curve that the notebook stores, drawn by hand, is right; a level line is not."""
    page = open_page(f"chapters/{name}.html")
    box = page.locator(f".predict[data-draw={DRAWN[name]}]")
    frame = box.locator(".frame")
    frame.scroll_into_view_if_needed()
    curve = json.loads(page.locator("#book-curves").text_content())[DRAWN[name]]
    (left, right), (low, high) = curve["x_range"], curve["y_range"]
    where = frame.bounding_box()

    def to(x, y):
        a, b = (x - left) / (right - left), (high - y) / (high - low)
        page.mouse.move(where["x"] + a * where["width"], where["y"] + b * where["height"])

    for middle, mark in ((np.median(curve["y"]), "✗"), (None, "✓")):
        to(left, curve["y"][0] if middle is None else middle)
        page.mouse.down()
        for x in np.linspace(left, right, 41):
            to(x, np.interp(x, curve["x"], curve["y"]) if middle is None else middle)
        page.mouse.up()
        box.get_by_label("Fairly sure").check()
        box.get_by_role("button", name="This is my guess").click()
        box.get_by_text(f"{mark} Your line is on average").wait_for()
        page.evaluate("localStorage.removeItem('book-answers')")
        if mark == "✗":
            page.reload()
            settle(page)
            frame.scroll_into_view_if_needed()
            where = frame.bounding_box()


def test_a_line_far_away_is_wrong_and_can_be_cleared(chapter):
    page = chapter()
    box, paper, _ = axes(page)
    paper.focus()
    for key in ["Home", *["Shift+ArrowRight"] * 4]:
        page.keyboard.press(key)
    give(page, box)
    assert "Draw the line first" in box.inner_text(), "half a line is no guess"
    box.get_by_role("button", name="Clear the line").click()
    paper.focus()
    for key in ["Home", *["Shift+ArrowUp"] * 4, *["Shift+ArrowRight"] * 8]:
        page.keyboard.press(key)
    give(page, box)
    assert "✗ Your line is on average" in box.inner_text()


HEIGHTS = """async () => {
    await MathJax.startup.promise;
    await document.fonts.ready;
    return [...document.querySelectorAll(".predict")].map(box => box.offsetHeight);
}"""


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", DRAWN)
def test_a_box_has_its_height_before_its_form_comes(open_page, name, width):
    page = open_page(f"chapters/{name}.html", width=width)
    ready = page.evaluate(HEIGHTS)
    empty = {"body": "", "content_type": "text/javascript"}
    page.route("**/answers-*/page.mjs*", lambda route: route.fulfill(**empty))
    page.reload()
    page.evaluate("document.documentElement.dataset.guessing = ''")
    before = page.evaluate(HEIGHTS)
    assert len(before) == len(ready) > 2
    assert np.abs(np.subtract(before, ready)).max() <= 30, "a form moves the page when it comes"


# --- what a guess covers ----------------------------------------------------------------------


def test_what_follows_is_covered_until_the_guess(chapter):
    page = chapter()
    spoiler = page.locator("#spoiler")
    assert hidden(spoiler)
    box, paper, frame = axes(page)
    assert "is covered until then" in box.inner_text()
    draw_by_mouse(page, paper, frame)
    give(page, box)
    assert not hidden(spoiler)
    assert "is covered until then" not in box.inner_text()
    assert page.evaluate("document.activeElement.className") == "said"
    page.reload()
    page.locator(".predict.ready").first.wait_for()
    assert not hidden(spoiler)


def hidden(element):
    return not element.evaluate("e => e.checkVisibility({contentVisibilityAuto: true})")


def test_paper_shows_what_is_covered_and_leaves_the_outcome_closed(chapter):
    page = chapter()
    page.emulate_media(media="print")
    assert not hidden(page.locator("#spoiler"))
    assert page.locator("details.outcome > summary").first.is_visible()
    assert not page.get_by_text("It bends at one.").is_visible()


def test_a_link_leads_into_what_is_covered(chapter):
    page = chapter()
    page.evaluate("location.hash = 'spoiler'")
    page.get_by_text("A link or a search led below").wait_for()
    assert not hidden(page.locator("#spoiler"))
    assert kept(page)["02-perceptron"]["skipped"] == {"3": True}


def test_a_link_from_another_page_leads_into_what_is_covered(chapter):
    page = chapter()
    there = page.url + "#spoiler"
    page.goto("about:blank")
    page.goto(there)
    page.get_by_text("A link or a search led below").wait_for()
    spoiler = page.locator("#spoiler")
    assert not hidden(spoiler)
    assert spoiler.bounding_box()["y"] < 400, "the page stands elsewhere"


def test_without_scripts_nothing_is_covered(site, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url + CHAPTER)
    covered = page.locator(".covered > *")
    assert covered.count() > 10
    for part in covered.all()[:40:4]:
        assert part.is_visible() or part.evaluate("e => e.hidden || !e.children.length")
    context.close()


def test_without_the_answers_script_all_is_uncovered_in_a_moment(open_page):
    page = open_page(CHAPTER)
    page.route(
        "**/answers-*/page.mjs*",
        lambda route: route.fulfill(body="", content_type="text/javascript"),
    )
    page.reload()
    page.wait_for_function("!('guessing' in document.documentElement.dataset)")
    assert not hidden(page.locator(".covered > *").first)


def test_every_prediction_of_the_chapters_covers_what_its_author_says(open_page):
    """What is covered follows its box, and all of it can be seen once every box is open."""
    for name in built_pages("chapters"):
        page = open_page(name)
        covers = page.locator("article .covered")
        for cover in covers.all():
            assert cover.get_attribute("hidden") == "until-found", name
            assert cover.locator(":is(h1, h2, h3, h4), .predict").count() == 0, name
            before = cover.evaluate("e => e.previousElementSibling.className")
            assert before == "predict ready", name
        for box in page.locator(".predict").all():
            box.get_by_role("button", name="Show without a guess").click()
        assert page.locator(".covered[hidden]").count() == 0
        figures = page.locator(".covered figure").all()
        assert all(figure.bounding_box()["height"] > 100 for figure in figures), name


def test_the_first_answer_to_a_question_counts(chapter):
    page = chapter()
    question = page.locator(".self-check").first
    wrong = question.locator("details:has(> .wrong)").first
    wrong.locator("summary").click()
    page.locator(".self-check[data-answered=wrong]").wait_for()
    question.locator("details:has(> .right) summary").click()
    assert kept(page)["02-perceptron"]["question"] == {"1": False}
    assert kept(page)["cards"]["02-perceptron:1"]["box"] == 0
    assert re.search(r"Answered: 1 of \d questions", page.locator(".my-work").inner_text())


def test_a_question_that_is_due_asks_again(chapter):
    page = chapter()
    page.evaluate(
        "localStorage['book-answers'] = JSON.stringify({'02-perceptron': {question: {1: false}},"
        " cards: {'02-perceptron:1': {box: 0, due: 0}}})"
    )
    page.goto(page.url.replace(CHAPTER, "reference/remember.html"))
    page.get_by_role("link", name="Question 2.1").click()
    page.locator(".my-work").wait_for()
    question = page.locator(".self-check").first
    assert question.get_attribute("data-answered") is None
    question.locator("details:has(> .right) summary").click()
    page.locator(".self-check[data-answered=right]").wait_for()
    assert kept(page)["cards"]["02-perceptron:1"]["box"] == 1


def test_what_the_check_prints_marks_the_exercise(chapter):
    page = chapter()
    say = "text => { document.querySelector('#starter pre').textContent = text; }"
    for text, right in [("✗ Exercise 2.4: 1 of 6", False), ("✓ Exercise 2.4 is right: 6", True)]:
        page.evaluate(say, text)
        page.locator(f"#starter[data-answered={'right' if right else 'wrong'}]").wait_for()
        assert kept(page)["02-perceptron"]["exercise"] == {"2.4": right}
    page.reload()
    page.locator("#starter[data-answered=right]").wait_for()
    assert page.get_by_role("heading", name="Exercise 2.4 (apply) ✓ answered").count() == 1
    assert kept(page)["02-perceptron"]["exercise"] == {"2.4": True}


def test_a_notebook_is_handed_out_and_brought_back(chapter, tmp_path):
    page = chapter()
    guess(page)
    box, paper, frame = axes(page)
    draw_by_mouse(page, paper, frame)
    give(page, box)
    cell = page.evaluate("document.querySelector('[id^=code-cell-]')?.id ?? ''")
    edited = cell.removeprefix("code-cell-")
    key = f"book-live:{page.evaluate('location.pathname')}"
    page.evaluate(
        "([key, id]) => localStorage.setItem(key, JSON.stringify({[id]: 'mine = 1'}))",
        [key, edited or "the-unit-1"],
    )
    page.get_by_label("Your notes").fill("Turn the line.")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a notebook").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    notebook = json.loads(path.read_text())
    assert path.name == "02-perceptron.ipynb"
    notes, answers = notebook["cells"][-2:]
    assert "Turn the line." in notes["source"]
    assert "Guess 1: 2, 95% sure ✓" in answers["source"]
    drawn = base64.b64decode(answers["attachments"]["guess-3.png"]["image/png"])
    pixels = np.asarray(Image.open(io.BytesIO(drawn)).convert("RGB")).reshape(-1, 3)
    colors = set(map(tuple, pixels.tolist()))
    lines = {(200, 78, 0), (0, 114, 178), (86, 93, 104)}
    assert lines <= colors, "drawn, true and given line"
    nbformat.validate(nbformat.reads(path.read_text(), as_version=4))
    before = kept(page)
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Forget all chapters").click()
    page.locator(".predict.ready").first.wait_for()
    assert kept(page) == {}
    with page.expect_navigation():
        page.locator(".my-work input[type=file]").set_input_files(path)
    page.locator(".predict.ready").first.wait_for()
    assert kept(page) == before
    assert json.loads(page.evaluate("key => localStorage.getItem(key)", key)) == {
        edited or "the-unit-1": "mine = 1"
    }
    wrong = tmp_path / "other.ipynb"
    wrong.write_text("{")
    page.locator(".my-work input[type=file]").set_input_files(wrong)
    page.get_by_text("This is no notebook.").wait_for()


def test_two_tabs_do_not_lose_each_others_answers(chapter):
    page = chapter()
    other = page.context.new_page()
    other.goto(page.url.replace(CHAPTER, "reference/remember.html"))
    other.locator("details.recall button").first.wait_for(state="attached")
    guess(page)
    other.locator("details.recall summary").first.click()
    other.get_by_role("button", name="I knew it").first.click()
    assert set(kept(page)) == {"02-perceptron", "cards"}
    twin = page.context.new_page()
    twin.goto(page.url)
    twin.get_by_label("Your notes").fill("From the other tab.")
    page.wait_for_function("document.getElementById('my-notes').value === 'From the other tab.'")
    page.get_by_label("Your notes").press("End")
    page.keyboard.type(" And this one.")
    assert kept(page)["02-perceptron"]["notes"] == "From the other tab. And this one."
    assert kept(page)["02-perceptron"]["guess"]["1"]["guess"] == "2"


def test_one_chapter_is_forgotten_alone(chapter):
    page = chapter()
    guess(page)
    page.evaluate(
        "() => { const all = JSON.parse(localStorage['book-answers']); all['03-x'] = {notes: 'a'};"
        " localStorage['book-answers'] = JSON.stringify(all);"
        " for (const path of [location.pathname, '/x']) localStorage['book-live:' + path] = '{}'; }"
    )
    page.reload()
    page.on("dialog", lambda dialog: dialog.accept())
    with page.expect_navigation():
        page.get_by_role("button", name="Forget this chapter").click()
    page.locator(".predict.ready").first.wait_for()
    assert kept(page) == {"03-x": {"notes": "a"}}
    keys = page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('book-live:'))")
    assert keys == ["book-live:/x"]


def test_the_start_page_says_how_far_the_reader_is(chapter):
    page = chapter()
    guess(page)
    page.goto(page.url.replace(CHAPTER, "index.html"))
    page.locator(".my-work").wait_for()
    assert "Chapter 2" in page.locator(".my-work").inner_text()
    assert re.search(r"1 of \d+ guesses", page.locator(".my-work").inner_text())


def test_cards_come_back_when_due(open_page):
    page = open_page("reference/remember.html")
    cards = page.locator("details.recall").count()
    page.get_by_text(f"{cards} cards are due.").wait_for()
    card = page.locator("details.recall").first
    card.locator("summary").click()
    card.get_by_role("button", name="I knew it").click()
    page.get_by_text(f"{cards - 1} cards are due.").wait_for()
    assert kept(page)["cards"]["card-1-1"]["box"] == 0
    page.evaluate(
        "() => { const all = JSON.parse(localStorage['book-answers']);"
        " all.cards['card-1-1'].due = 0; localStorage['book-answers'] = JSON.stringify(all); }"
    )
    page.reload()
    cards = page.locator("details.recall").count()
    page.get_by_text(f"{cards} cards are due.").wait_for()
    page.locator("details.recall").first.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text(f"{cards - 1} cards are due.").wait_for()
    assert kept(page)["cards"]["card-1-1"]["box"] == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_what_was_added_is_accessible_and_fits(chapter, theme, width):
    page = chapter(theme=theme, width=width)
    guess(page)
    assert inaccessible(page, ".predict") == []
    assert inaccessible(page, ".my-work") == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_every_chapter_ends_on_the_readers_work(open_page):
    for name in built_pages("chapters"):
        page = open_page(name)
        assert page.locator(".my-work").count() == 1, name
