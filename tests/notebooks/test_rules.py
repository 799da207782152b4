"""Each rule of `tools/checks` refuses the notebook that breaks it, and says where and what."""

import re

import pytest
import samples
from checks import hygiene, prose, structure
from checks.page import FACTS_MIME
from checks.page import chapters as all_chapters
from samples import code, facts, figure, markdown, page, printed, shown, text_page

# --- a good chapter, and what spoils it -------------------------------------------------------


def problems(chapter):
    return (
        prose.problems(chapter)
        + prose.unused_facts(chapter)
        + hygiene.problems(chapter)
        + structure.problems(chapter)
    )


def test_the_sample_chapter_keeps_every_rule():
    assert problems(page(*samples.chapter())) == []


def find(cells, text):
    return next(cell for cell in cells if text in cell.source)


def replace(old, new, count=1):
    def spoil(cells):
        cell = find(cells, old)
        cell.source = cell.source.replace(old, new, count)

    return spoil


def drop(text):
    return lambda cells: cells.remove(find(cells, text))


def insert_before(text, *new):
    def spoil(cells):
        place = cells.index(find(cells, text))
        cells[place:place] = list(new)

    return spoil


def of_figure(change):
    """Spoil the metadata or outputs of the first figure."""
    return lambda cells: change(find(cells, "fig-curve-0"))


def setting(*keys, value):
    def change(cell):
        holder = cell.metadata.mystnb
        for key in keys[:-1]:
            holder = holder[key]
        holder[keys[-1]] = value

    return of_figure(change)


def output(**data):
    return of_figure(lambda cell: cell.outputs.__setitem__(0, shown(**data)))


def tagged(text, *tags):
    return lambda cells: find(cells, text).metadata.__setitem__("tags", list(tags))


LONG = "\n".join(f"x{k} = {k}" for k in range(26))
SPOILED = {
    # prose
    "number changed by hand": (
        replace("97.8%**<!--", "98.7%**<!--"),
        r"cell 8 \(.*'98.7%', the run says '97.8%' \(accuracy = 0.97834\).*notebooks.py refresh",
    ),
    "unbound decimal": (
        replace("Much.", "It fails in 2.5 cases."),
        "'2.5' in 'It fails.* no source",
    ),
    "unbound percentage": (replace("Much.", "It fails in 12 % of cases."), "'12 %'"),
    "unknown fact": (
        replace("<!-- {accuracy:", "<!-- {acuracy:"),
        "'acuracy'; published are: accuracy, im",
    ),
    "unused fact": (replace("**Adam**<!-- {winner} -->", "Adam"), "'winner' .*no prose quotes"),
    "fact published twice": (
        insert_before("It reads", facts(winner="Adam")),
        "'winner' is published in cell 7 already",
    ),
    "mark without a number": (replace("97.8%**<!--", "97.8%** <!--"), "no number right before it"),
    "unbound number in a caption": (
        setting("figure", "caption", value="Notice that it rises to 0.93 in the end."),
        "caption: the number '0.93'",
    ),
    # execution and outputs
    "address in a result": (
        output(**{"text/plain": "<Neuron at 0x7f03a1>"}),
        "stores an object address: 'at 0x7f03a1'",
    ),
    "bare float in HTML": (
        output(**{"text/html": "<b>0.30000000000000004</b>"}),
        "stores a bare float",
    ),
    "never run": (
        lambda cells: find(cells, "print(").__setitem__("execution_count", None),
        "cell 6 .* was never run; run it with: python tools/notebooks.py refresh chapters/02",
    ),
    "run in another order": (
        lambda cells: find(cells, "print(").__setitem__("execution_count", 7),
        "was run as number 7, and stands as number 4",
    ),
    "nnlib not installed in Colab": (
        lambda cells: cells.remove(find(cells, "find_spec")),
        "must be the cell that installs nnlib in Colab",
    ),
    "stderr": (
        lambda cells: find(cells, "print(").outputs.append(printed("Careful!\n", "stderr")),
        "stores a warning or progress bar: 'Careful!'",
    ),
    **{
        what: (
            lambda cells, text=text: find(cells, "print(").outputs.append(printed(text)),
            f"stores {re.escape(message)}",
        )
        for what, text, message in [
            ("address", "<object at 0x7f3a10>", "an object address: 'at 0x7f3a10'"),
            ("path", "read /home/ada/x.npz", "a file path: '/home/ada/x.npz'"),
            ("Windows path", r"read C:\ada\x.npz", "a file path"),
            ("module path", "in nnlib/site-packages", "a file path"),
            ("numpy repr", "np.float64(0.5)", "a numpy repr"),
            ("bare float", "0.30000000000000004", "a bare float"),
            ("wall time", "Wall time: 3 ms", "a timing"),
            ("timeit", "3 ns ± 1.2 ns per loop", "a timing"),
            ("progress", "10/10 [00:01, 8 it/s]", "a timing"),
        ]
    },
    "timing magic": (replace("accuracy = 0", "%time accuracy = 0"), "prints a timing"),
    "not compared": (tagged("print(", "nbval-ignore-output"), "without a reason"),
    "skipped": (tagged("print(", "nbval-skip"), "nbval-skip without a reason"),
    "not compared by a comment": (
        replace("accuracy = 0", "# NBVAL_IGNORE_OUTPUT\naccuracy = 0"),
        "NBVAL_IGNORE_OUTPUT as a tag",
    ),
    # figures
    "no name": (setting("figure", "name", value=""), "name it in mystnb.figure.name"),
    "name without fig-": (setting("figure", "name", value="curve"), "as in 'fig-boundary'"),
    "no caption": (setting("figure", "caption", value=""), "say what to notice"),
    "no alt text": (setting("image", "alt", value=""), "mystnb.image.alt .*it has 0"),
    "alt text too short": (setting("image", "alt", value="A blue curve."), "it has 13"),
    "alt text is the caption": (
        setting("image", "alt", value="Notice, that the curve never falls!"),
        "alt text and caption are the same",
    ),
    "alt text with a result": (
        setting("image", "alt", value="A blue curve that rises slowly to 0.93 in the end."),
        "the alt text says '0.93'",
    ),
    "no summary": (
        output(**{"image/png": samples.blank(), "text/plain": "<Figure size 640x480>"}),
        r"no summary of its figure .*book.setup\(\)",
    ),
    "transparent": (
        output(**{"image/png": samples.blank(alpha=0), "text/plain": "Figure"}),
        "is transparent",
    ),
    "drawn by another matplotlib": (
        output(
            **{"image/png": samples.blank(software=samples.OLD_SOFTWARE), "text/plain": "Figure"}
        ),
        r"drawn by matplotlib 3.1; requirements.txt pins 3\.\d+",
    ),
    "two figures in a cell": (
        of_figure(lambda cell: cell.outputs.append(cell.outputs[0])),
        "shows 2 figures",
    ),
    "interactive without a widget": (tagged("fig-curve-0", "interactive"), "shows no widget"),
    "widget not tagged": (tagged("fig-curve-6", "hide-input"), "tag it 'interactive'"),
    # cells
    "facts that show": (tagged("book.facts"), "publishes facts: tag it 'remove-cell'"),
    "facts that compute": (
        replace("winner=winner", "winner=race(accuracy)"),
        "removed from the page and does more",
    ),
    "cell too long": (replace("accuracy = 0", f"{LONG}\naccuracy = 0"), "has 28 lines; at most 25"),
    "two definitions": (
        replace("accuracy = 0", "def f(): ...\ndef g(): ...\naccuracy = 0"),
        "defines f, g",
    ),
    "no sentence between code": (
        replace("Notice the 2-th curve, which never falls.", "### Only a heading"),
        "follows cell .* without a sentence",
    ),
    "hidden code feeds visible code": (
        insert_before(
            "## Check", code("x = 1", tags=["hide-input"]), markdown(samples.PROSE), code("x + 1")
        ),
        "uses 'x', which the hidden cell",
    ),
    "hidden code feeds a fact": (
        insert_before(
            "## Check", code("y = 1", tags=["hide-input"]), facts(y=1), markdown("1<!-- {y} -->")
        ),
        "uses 'y', which the hidden cell",
    ),
    # structure
    "no question": (replace("*Can a sample be good?*", "A sample."), r"question as '\*…\?\*'"),
    "no objectives": (replace("**After this", "**Before this"), "list the objectives under"),
    "two objectives": (replace("- implement it.\n", ""), "2 objectives"),
    "untestable objective": (replace("- implement it", "- understand it"), "'understand it.'"),
    "no running time": (replace("**Running time** 10", "10"), r"say '\*\*Running time\*\*"),
    "second title": (replace("## First", "# First"), "one '# Title'"),
    "level skipped": (replace("### What nnlib", "#### What nnlib"), "skips a level"),
    "closing section missing": (drop("## What can go wrong"), "the last sections are"),
    "part of the summary missing": (replace("### Further reading", "More"), "under Summary stand"),
    "reading without reference": (replace("{cite:p}`rosenblatt1958`", "A book."), "cites nothing"),
    "no next question": (replace("What next?", "The end."), "asks nothing"),
    "heading twice": (replace("Much.", "### First section"), "'First section' stands twice"),
    "too few figures": (drop("fig-curve-0"), "4 figures; a chapter has at least 5"),
    "too few interactive figures": (drop("fig-curve-5"), "1 interactive figures"),
    "too few questions": (drop("Question 2.4"), "3 questions under 'Check yourself'; there are 4"),
    "question misnumbered": (replace("Question 2.4", "Question 2.5"), "this is question 2.4"),
    "two right options": (
        replace("✗ **Mistake a.**", "✓ **Right.**"),
        "2 options are right; there is exactly one",
    ),
    "no right option": (replace("✓ **Right.**", "✗ **Mistake b.**"), "0 options are right"),
    "misconception without a name": (replace("✗ **Mistake a.** ", "✗ No. "), r"feedback of \(a\)"),
    "misconception named wrong": (
        replace("**Mistake a.**", "**Wrong.**"),
        "name the misconception",
    ),
    "no feedback": (
        replace(
            "**Mistake a.** The definition says something else, see above.", "**Mistake a.** No."
        ),
        "name the misconception and then answer it",
    ),
    "two options": (
        replace("<details>\n<summary>\n\n(c)", "<b>\n(c)"),
        "2 options; a question has",
    ),
    "no blank line": (replace("<summary>\n\n(a)", "<summary>\n(a)"), "leave a blank line after"),
    "no blank line at the end": (replace("see above.\n\n", "see above.\n"), "leave a blank line"),
    "no blank line in a hint": (replace("Hint</summary>\n\n", "Hint</summary>\n"), "blank line"),
    "too few exercises": (drop("Exercise 2.6"), "5 exercises; a chapter has at least 6"),
    "a grade missing": (
        lambda cells: [replace("(explore)", "(apply)")(cells) for _ in range(2)],
        "no exercise of the grade 'explore'",
    ),
    "unknown grade": (replace("2.3 (apply)", "2.3 (easy)"), "Exercise 2.3 .check.apply.explore."),
    "no hint": (replace('class="hint"', 'class="tip"'), 'no <details class="hint">'),
    "no solution": (replace('class="solution"', 'class="answer"'), 'no <details class="solution">'),
    "solution shows": (tagged("exercises.check"), "is not folded away"),
    "solution unchecked": (replace("exercises.check(step, ", "print(step, "), "is not checked"),
    "solution fails": (
        lambda cells: find(cells, "exercises.check").__setitem__(
            "outputs", [printed("✗ step(1) gives 0; expected 1.\n")]
        ),
        r"does not pass its own check: it prints '✗ step\(1\)",
    ),
    "too little prose": (replace("# how", "# how" * 500), "prose; between 45% and 80%"),
    "directive": (replace("Much.", "```{note}\nMuch.\n```"), "'```{note}' shows raw"),
    "role": (replace("Much.", "See {doc}`intro`."), "the role {doc} shows raw"),
}


@pytest.mark.parametrize("name", SPOILED)
def test_a_spoiled_chapter_is_refused(name):
    spoil, message = SPOILED[name]
    chapter = page(*samples.chapter())
    spoil(chapter.notebook.cells)
    found = problems(chapter)
    assert any(re.search(message, problem) for problem in found), found
    assert all(problem.startswith("chapters/02-sample.ipynb") for problem in found)


# --- what the rules let pass ------------------------------------------------------------------

FINE = {
    "a reason for not comparing": (
        lambda cells: [
            tagged("print(", "nbval-ignore-output")(cells),
            replace("accuracy = 0", "# Not compared: it is a draft.\naccuracy = 0")(cells),
        ]
    ),
    "an error that is meant": (
        lambda cells: [
            tagged("print(", "raises-exception")(cells),
            find(cells, "print(").outputs.append(
                samples.new_output("error", ename="ValueError", evalue="no", traceback=["no"])
            ),
        ]
    ),
    "hidden names among hidden cells": insert_before(
        "## Check", code("x = 1", tags=["hide-input"]), markdown(samples.PROSE),
        code("x + 1", tags=["hide-input"]),
    ),
    "a name made again where it shows": insert_before(
        "## Check", code("x = 1", tags=["hide-input"]), markdown(samples.PROSE), code("x = 2\nx"),
    ),
    "names that a comprehension makes again": insert_before(
        "## Check", code("x = 1", tags=["hide-input"]), markdown(samples.PROSE),
        code("print([x for x in range(3)], lambda x: x)\nfor x in range(3): print(x)"),
    ),
    "a fact of a folded solution": insert_before(
        "## What can", markdown("Here is how it goes."),
        code("y = 1\nexercises.check(y, [1])", printed("✓"), tags=["hide-cell"]),
        facts(y=1), markdown("It is 1<!-- {y} -->."),
    ),
    "mistakes defined in a folded solution": replace(
        "exercises.check", "def one(): ...\ndef two(): ...\nexercises.check"
    ),
    "a link to a heading": replace("Much.", "[It](../CONTRIBUTING.md#how-a-chapter-is-written)."),
    "code that looks like a directive": replace("Much.", "Write `{note}` there."),
}  # fmt: skip


@pytest.mark.parametrize("name", FINE)
def test_a_fine_chapter_is_not_refused(name):
    chapter = page(*samples.chapter())
    FINE[name](chapter.notebook.cells)
    for number, (_, cell) in enumerate(chapter.code_cells, 1):
        cell.execution_count = number
    assert problems(chapter) == []


def test_lengths_of_cells_are_bounded_over_the_chapter():
    def of_lines(*lengths):
        cells = []
        for length in lengths:
            cells += [markdown(samples.PROSE), code("\n".join(["x = 1"] * length))]
        return "\n".join(hygiene.problems(page(*cells)))

    assert of_lines(4, 4, 4, 12, 12) == ""
    assert "half of the cells have over 4 lines (median 5)" in of_lines(4, 5, 5)
    assert "2 of 11 cells have over 12 lines" in of_lines(*[1] * 9, 13, 13)
    assert of_lines(*[1] * 9, 13) == ""


def test_a_widget_whose_state_is_not_stored_is_refused():
    made = page(figure("fig-one", interactive=True))
    made.notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"] = {}
    assert any("state is not stored" in problem for problem in hygiene.problems(made))


def test_a_figure_name_is_unique_in_the_book():
    one = page(figure("fig-one"), name="01-one.ipynb")
    two = page(figure("fig-one"), figure("fig-two"), name="02-two.ipynb")
    (problem,) = hygiene.repeated_figures([two, one])
    assert problem.startswith("chapters/02-two.ipynb, cell 0")
    assert "'fig-one' is taken by chapters/01-one.ipynb, cell 0" in problem


def test_structure_is_asked_of_every_chapter_and_of_nothing_else():
    names = ["02-perceptron.ipynb", "07-generalization.ipynb", "10-from-nnlib-to-pytorch.ipynb"]
    assert all(structure.applies_to(page(name=name)) for name in names)
    assert not structure.applies_to(page(name="laboratory.ipynb"))
    chapters = [path.name for path in all_chapters()]
    assert chapters
    assert all(map(structure.CHAPTER.fullmatch, chapters))


# --- prose ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "It takes 3 steps, 64 inputs and 200 points; chapter 3.2, Figure 2.1 and Exercise 2.10.",
        "In 1958 and 1986 it was new. Since 2012, not.",
        "Python 3.11, 3.12 and 3.13 under CC BY 4.0, version 1.2.3 of numpy.",
        "About 86 billion neurons, 16.3 of them in the cortex {cite:p}`azevedo2009`.",
        "A threshold of 0.5<!-- const -->, of **0.5**<!-- const --> or 10 ms<!-- const -->.",
        "Mathematics like $0.5 < z$ or $$0.25$$, code like `lr=0.1`.\n\n```python\nx = 0.5\n```",
        'A [link](https://example.org/1.5/2.5) and <span title="1.5">tags</span>.',
        "<details>\n<summary>\n\n(a) Zero.\n\n</summary>\n</details>",
    ],
)
def test_numbers_that_need_no_fact(text):
    assert prose.problems(text_page(text)) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("It reaches 97.8 % of them.", "97.8 %"),
        ("It reaches 98% of them.", "98%"),
        ("It reaches 98 percent.", "98 percent"),
        ("The loss is 0.25.", "0.25"),
        ("The loss is −0.25.", "−0.25"),
        ("It has 1,797 images.", "1,797"),
        ("It has 1797 images.", "1797"),
        ("It has 16384 weights.", "16384"),
        ("A rate of 1e-3 is best.", "1e-3"),
        ("After **37** epochs.", "**37**"),
        ("| a | 0.25 |", "0.25"),
        ("<details>\n<summary>\n\n(a) 0.25\n\n</summary>\n</details>", "0.25"),
        ("It was new {cite:p}`x2009`. Today it reaches 97.8%.", "97.8%"),
    ],
)
def test_numbers_that_need_a_fact(text, number):
    (problem,) = prose.problems(text_page(text))
    assert problem.startswith(f"intro.md: the number {number!r}")


FACTS = {
    "accuracy": 0.97834,
    "change": -0.5,
    "images": 1797,
    "epochs": 7,
    "winner": "Adam",
    "ok": True,
}


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("**?**<!-- {accuracy:.1%} -->", "**97.8%**<!-- {accuracy:.1%} -->"),
        ("12.34<!-- {accuracy:.3f} -->", "0.978<!-- {accuracy:.3f} -->"),
        ("(?<!--{accuracy:.2f}-->)", "(0.98<!--{accuracy:.2f}-->)"),
        ("$?$<!-- {change} -->", "$−0.5$<!-- {change} -->"),
        ("$-0.5$<!-- {change} -->", "$-0.5$<!-- {change} -->"),
        ("`?`<!-- {images} -->", "`1797`<!-- {images} -->"),
        ("1,000<!-- {images:,} -->", "1,797<!-- {images:,} -->"),
        ("three<!-- {epochs:word} --> epochs", "seven<!-- {epochs:word} --> epochs"),
        ("**SGD**<!-- {winner} -->", "**Adam**<!-- {winner} -->"),
        ("?<!-- {ok} -->", "True<!-- {ok} -->"),
        ("```\n?<!-- {ok} -->\n```", "```\n?<!-- {ok} -->\n```"),
    ],
)
def test_refreshing_writes_the_fact(text, bound):
    chapter = page(facts(**FACTS), markdown(text))
    assert prose.bind(chapter) == (text != bound)
    assert chapter.cells[1].source == bound
    assert prose.problems(chapter) == []
    assert not prose.bind(chapter)


def test_refreshing_writes_captions_too():
    cell = figure("fig-one")
    cell.metadata.mystnb.figure.caption = "It rises to **?**<!-- {accuracy:.1%} -->."
    chapter = page(facts(accuracy=0.97834), cell)
    prose.bind(chapter)
    assert "**97.8%**<!--" in chapter.cells[1].metadata.mystnb.figure.caption


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "**98 of them**<!-- {accuracy:.1%} -->",
            "the prose says '98 of them', the run says '97.8%'",
        ),
        ("**?**<!-- {winner:.1f} -->", "'Adam' takes no format '.1f'"),
        ("**?**<!-- {accuracy:word} -->", "0.97834 takes no format 'word'"),
        ("**?**<!-- {nothing} -->", "published are: accuracy, change, epochs, images, ok, winner"),
        ("**?**<!-- {05-other:accuracy} -->", "names '05-other', which is no chapter"),
        ("nothing <!-- const -->", "<!-- const --> must stand right after its number"),
        ("**?**<!-- { accuracy } -->", "or is not written as"),
    ],
)
def test_a_mark_that_does_not_hold_is_refused_and_no_text_is_lost(text, message):
    chapter = page(facts(**FACTS), markdown(text))
    prose.bind(chapter)
    assert chapter.cells[1].source == text
    (problem,) = prose.problems(chapter)
    assert problem.startswith("chapters/02-sample.ipynb, cell 1 ")
    assert message in problem


def test_a_page_may_quote_a_chapter():
    chapter = page(facts(accuracy=0.97834))
    lookup = {"02-sample": chapter.facts}.get
    start = text_page("It reaches **?**<!-- {02-sample:accuracy:.1%} -->.")
    prose.bind(start, lookup)
    assert start.cells[0].source.startswith("It reaches **97.8%**<!--")
    assert prose.problems(start, lookup) == []
    assert prose.unused_facts(chapter, [start]) == []
    assert len(prose.unused_facts(chapter, [])) == 1
    changed = {"02-sample": {"accuracy": 0.5}}.get
    (problem,) = prose.problems(start, changed)
    assert "the prose says '97.8%', the run says '50.0%'" in problem


@pytest.mark.parametrize(
    "source", ["book.facts(a=a, n=len(h), d=abs(x - y), best=h[-1].loss)", "facts(a=a)"]
)
def test_publishing_is_only_that(source):
    cell = code(source, shown(**{FACTS_MIME: {"a": 1}}), tags=["remove-cell"])
    assert hygiene.problems(page(cell)) == []


@pytest.mark.parametrize(
    "source",
    ["a = 1\nbook.facts(a=a)", "book.facts(a=train(x))", "book.facts(**v)", "print(1)", "f(a=["],
)
def test_computing_in_a_removed_cell_is_refused(source):
    (problem,) = hygiene.problems(page(code(source, tags=["remove-cell"])))
    assert "does more than to publish facts" in problem


@pytest.mark.parametrize(
    "text",
    [
        "Thirty runs.",
        "It took thirty-two epochs.",
        "We throw forty thousand dice.",
        "**Seventeen** cells fire.",
        "Eleven of them.",
    ],
)
def test_number_words_from_eleven_on_need_a_fact(text):
    [problem] = prose.problems(text_page(text))
    assert "has no source" in problem


@pytest.mark.parametrize(
    "text",
    [
        "Ten cells, two ways, one neuron, a hundred times, a thousand or a million.",
        "Thirty<!-- const --> runs and 30<!-- const --> more, thirty<!-- given --> in all.",
        "She tried fifty cells {cite:p}`oja1982`.",
        "`thirty` and $thirty$, a fortyish, seventyone or ninetyfold effort.",
    ],
)
def test_number_words_that_need_none(text):
    assert prose.problems(page(code("runs = 30"), markdown(text))) == []


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("?<!-- {n:word} --> runs", "thirty-two<!-- {n:word} --> runs"),
        ("thirty<!-- {n:word} --> runs", "thirty-two<!-- {n:word} --> runs"),
        ("Thirty-one<!-- {n:word} --> runs", "Thirty-two<!-- {n:word} --> runs"),
    ],
)
def test_number_words_are_written(text, bound):
    made = page(facts(n=32), markdown(text))
    assert prose.bind(made)
    assert made.cells[1].source == bound
    assert prose.problems(made) == []


def test_a_number_word_that_the_run_contradicts_is_refused():
    [problem] = prose.problems(page(facts(n=14), markdown("Thirteen<!-- {n:word} --> appear.")))
    assert "the prose says 'Thirteen', the run says 'Fourteen'" in problem


@pytest.mark.parametrize(
    ("number", "word"),
    [
        (0, "zero"),
        (10, "ten"),
        (12, "twelve"),
        (19, "nineteen"),
        (20, "twenty"),
        (32, "thirty-two"),
        (99, "ninety-nine"),
        (100, "one hundred"),
        (205, "two hundred and five"),
        (999, "nine hundred and ninety-nine"),
    ],
)
def test_numbers_in_words(number, word):
    assert prose.in_words(number) == word
    made = page(facts(n=number), markdown("**?**<!-- {n:word} -->"))
    prose.bind(made)
    assert made.cells[1].source == f"**{word}**<!-- {{n:word}} -->"


@pytest.mark.parametrize(
    ("code_text", "text"),
    [
        ("rate = 0.5", "a rate of 0.5<!-- const -->"),
        ("rate = .5", "a rate of **0.5**<!-- const -->"),
        ("n = 1_000", "of 1,000<!-- const --> steps"),
        ("share = 0.95", "a 95%<!-- const --> interval"),
        ("share = 95", "the first 95<!-- const -->"),
        ("b = -0.5", "a bias of −0.5<!-- const -->"),
        ("eps = 1e-5", "a step of 1e−5<!-- const -->"),
        ("runs = 30", "after thirty<!-- const --> epochs"),
    ],
)
def test_a_constant_is_the_one_of_the_code(code_text, text):
    assert prose.problems(page(code(code_text), markdown(text))) == []
    [problem] = prose.problems(page(code("other = 0.7"), markdown(text)))
    assert "no code of the page holds it" in problem
    given = text.replace("const", "given")
    assert prose.problems(page(code("other = 0.7"), markdown(given))) == []


def test_a_lone_given_is_refused():
    [problem] = prose.problems(page(code("x"), markdown("what is <!-- given --> here")))
    assert "must stand right after its number" in problem
