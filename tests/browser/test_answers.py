"""Guesses, questions, notes and cards in the page: taken, kept, handed out, forgotten."""

import json
import re

import pytest
from harness import built_pages, inaccessible

CHAPTER = "chapters/02-perceptron.html"
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
<div class="cell tag_exercise" id="starter"><pre>Exercise 2.4 is not answered yet</pre></div>"""


@pytest.fixture
def chapter(open_page):
    """Opens a chapter into which two predictions were put, as the build would write them."""

    def put(page):
        def serve(route):
            answer = route.fetch()
            body = re.sub(r"(#</a></h1>)", lambda m: m[1] + BOX, answer.text(), count=1)
            route.fulfill(response=answer, body=body)

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
    assert kept(page) == {}


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


def test_a_notebook_is_handed_out_and_brought_back(chapter, tmp_path):
    page = chapter()
    guess(page)
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
    assert "Turn the line." in notebook["cells"][-1]["source"]
    before = kept(page)
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Forget all").click()
    page.locator(".predict.ready").first.wait_for()
    assert kept(page) == {}
    with page.expect_navigation():
        page.locator(".my-work input[type=file]").set_input_files(path)
    page.locator(".predict.ready").first.wait_for()
    assert kept(page) == before
    wrong = tmp_path / "other.ipynb"
    wrong.write_text("{")
    page.locator(".my-work input[type=file]").set_input_files(wrong)
    page.get_by_text("This is no notebook.").wait_for()


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
