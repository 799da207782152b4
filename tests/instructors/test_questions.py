"""The question bank, read back: by a parser of GIFT that is not ours, by small players of QTI that
follow the rules of the format, from Anki's data base, and from the printed page."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import zipfile
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest
from bs4 import BeautifulSoup
from checks.home import home
from teaching import questions, text
from teaching.chapter import Chapter

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = Chapter.all()
QTI1, QTI2 = f"{{{questions.QTI1}}}", f"{{{questions.QTI2}}}"
MATH = f"{{{questions.MATHML}}}math"
each = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda c: c.name)


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("questions")
    questions.write(CHAPTERS, folder, browser=False)
    return folder


def told(question, math):
    """Letter, option, feedback, and whether it is right, as HTML."""
    for o in question.options:
        yield o.letter, text.html(o.text, math), text.html(o.feedback, math), o.right


def formulas(*markdown):
    return sum(text.html(m, lambda tex, displayed: "FORMULA").count("FORMULA") for m in markdown)


def words(html):
    """The words without the formulas and whatever else has tags."""
    soup = BeautifulSoup(html, "html.parser")
    for formula in soup.find_all(["math", "m:math", "img"]):
        formula.decompose()
    return " ".join(soup.get_text(" ").split())


@each
def test_every_option_is_read_and_one_is_right(chapter):
    source = "\n".join(cell.source for cell in chapter.page.cells if "self-check" in cell.source)
    options = [o for q in chapter.questions for o in q.options]
    assert len(options) == source.count("<summary>")
    assert len(chapter.questions) == source.count("**Question ")
    assert all(o.text and len(o.feedback) > 20 for o in options)
    assert all(sum(o.right for o in q.options) == 1 for q in chapter.questions)
    cards = (ROOT / "reference/remember.md").read_text(encoding="utf-8")
    assert len(chapter.cards) == cards.count(f'id="card-{chapter.number}-')
    assert all(card.text and card.answer for card in chapter.cards)


# --- GIFT ---


@pytest.fixture(scope="session")
def read_gift(made):
    packages = ROOT / "instructors"
    if not shutil.which("node") or not (packages / "node_modules/gift-pegjs").is_dir():
        sentence = "GIFT is read back by gift-pegjs: npm ci --prefix instructors"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(sentence)
    files = [made / f"ch{c.number:02}.gift.txt" for c in CHAPTERS]
    reader = Path(__file__).parent / "read_gift.mjs"
    ran = subprocess.run(
        ["node", reader, packages, *files], capture_output=True, text=True, check=True
    )
    return dict(zip([c.number for c in CHAPTERS], json.loads(ran.stdout), strict=True))


@each
def test_moodle_reads_what_the_page_says(chapter, read_gift):
    read = [q for q in read_gift[chapter.number] if q["type"] != "Category"]
    choices, essays = read[: len(chapter.questions)], read[len(chapter.questions) :]

    def flat(html):
        return " ".join(html.split())

    for question, got in zip(chapter.questions, choices, strict=True):
        assert (got["type"], got["title"]) == ("MC", f"Question {question.number}")
        assert got["stem"] == {
            "format": "html",
            "text": flat(text.html(question.text, text.delimited)),
        }
        for (_, option, feedback, right), choice in zip(
            told(question, text.delimited), got["choices"], strict=True
        ):
            assert choice["isCorrect"] == right
            assert choice["text"]["text"] == flat(option)
            assert choice["feedback"]["text"] == flat(feedback)
    for card, got in zip(chapter.cards, essays, strict=True):
        assert got["type"] == "Essay"
        assert got["stem"]["text"] == flat(text.html(card.text, text.delimited, "reference"))
        assert got["globalFeedback"]["text"] == flat(
            text.html(card.answer, text.delimited, "reference")
        )


@pytest.mark.parametrize("tex", [r"\neq", r"a_{1} = \{b: c\} ~ d", r"\\", "#"])
def test_no_sign_of_a_formula_is_lost_in_gift(tex):
    written = questions._gift(f"A ${tex}$ b")
    assert not re.search(r"(?<!\\)[~=#{}:]", written)
    assert re.sub(r"\\([\\~=#{}:])", r"\1", written) == f"<p>A \\({tex}\\) b</p>"


# --- QTI 1.2 ---


def play_1(item, letter):
    """Score and feedback after this answer, by the item's own conditions."""
    score, shown = 0.0, []
    for condition in item.iter(f"{QTI1}respcondition"):
        wanted = [e.text for e in condition.iter(f"{QTI1}varequal")]
        if wanted and wanted != [letter]:
            continue
        for change in condition.findall(f"{QTI1}setvar"):
            score = float(change.text)
        shown += [e.get("linkrefid") for e in condition.findall(f"{QTI1}displayfeedback")]
        if condition.get("continue") == "No":
            break
    texts = {
        e.get("ident"): e.find(f".//{QTI1}mattext").text for e in item.iter(f"{QTI1}itemfeedback")
    }
    return score, [texts[name] for name in shown]


def package(path):
    """The files of a package; the manifest names each, and names no other."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    manifest = ET.fromstring(files.pop("imsmanifest.xml"))
    assert {e.get("href") for e in manifest.iter() if e.tag.endswith("}file")} == files.keys()
    known = {e.get("identifier") for e in manifest.iter() if e.tag.endswith("}resource")}
    needed = {e.get("identifierref") for e in manifest.iter() if e.tag.endswith("}dependency")}
    assert needed <= known
    return {name: ET.fromstring(content) for name, content in files.items()}


@each
def test_canvas_scores_and_answers_each_option(chapter, made):
    name = f"ch{chapter.number:02}"
    files = package(made / f"{name}-qti-1.2.zip")
    items = list(files[f"{name}-checks/{name}-checks.xml"].iter(f"{QTI1}item"))
    for question, item in zip(chapter.questions, items, strict=True):
        assert item.find(f".//{QTI1}fieldentry").text == "multiple_choice_question"
        stem = item.find(f"{QTI1}presentation/{QTI1}material/{QTI1}mattext")
        assert stem.text == text.html(question.text, text.canvas)
        labels = {e.get("ident"): e for e in item.iter(f"{QTI1}response_label")}
        assert len(labels) == len(question.options)
        for letter, option, feedback, right in told(question, text.canvas):
            assert labels[letter].find(f".//{QTI1}mattext").text == option
            assert play_1(item, letter) == (100.0 if right else 0.0, [feedback])
    cards = list(files[f"{name}-cards/{name}-cards.xml"].iter(f"{QTI1}item"))
    for card, item in zip(chapter.cards, cards, strict=True):
        assert play_1(item, "any words") == (
            0.0,
            [text.html(card.answer, text.canvas, "reference")],
        )


def test_canvas_draws_the_formula_that_it_reads_aloud():
    tex = r"\frac{1}{2} < x & y"
    image = BeautifulSoup(text.html(f"${tex}$", text.canvas), "html.parser").img
    assert image["data-equation-content"] == tex
    address = image["src"].removeprefix("/equation_images/")
    assert address.startswith("%255Cfrac")  # coded twice, as Canvas reads it
    assert unquote(unquote(address)) == tex


# --- QTI 2.1 ---


def play_2(item, answer):
    """Outcome variables and the feedback that shows, by the item's own processing."""
    outcomes = {}
    correct = item.findtext(f"{QTI2}responseDeclaration/{QTI2}correctResponse/{QTI2}value")

    def value(node):
        if node.tag == f"{QTI2}baseValue":
            return float(node.text) if node.get("baseType") == "float" else node.text
        name = node.get("identifier")
        if node.tag == f"{QTI2}correct":
            return correct
        return answer if name == "RESPONSE" else outcomes[name]

    def process(nodes):
        for node in nodes:
            if node.tag == f"{QTI2}setOutcomeValue":
                outcomes[node.get("identifier")] = value(node[0])
            elif node.tag == f"{QTI2}responseCondition":
                test, *then = node[0]
                assert test.tag == f"{QTI2}match"
                if value(test[0]) == value(test[1]):
                    process(then)

    for declared in item.iter(f"{QTI2}outcomeDeclaration"):
        default = declared.findtext(f"{QTI2}defaultValue/{QTI2}value")
        outcomes[declared.get("identifier")] = float(default) if default else None
    process(item.find(f"{QTI2}responseProcessing"))
    shown = [
        e
        for e in item.iter(f"{QTI2}modalFeedback")
        if (outcomes[e.get("outcomeIdentifier")] == e.get("identifier"))
        == (e.get("showHide") == "show")
    ]
    return outcomes.get("SCORE"), shown


@each
def test_a_player_of_qti_2_scores_and_answers_each_option(chapter, made):
    files = package(made / f"ch{chapter.number:02}-qti-2.1.zip")
    test = files.pop("test.xml")
    listed = [e.get("href") for e in test.iter(f"{QTI2}assessmentItemRef")]
    assert listed == list(files)
    for question in chapter.questions:
        item = files[f"items/question-{question.number}.xml"]
        choices = {e.get("identifier"): e for e in item.iter(f"{QTI2}simpleChoice")}
        assert len(choices) == len(question.options)
        body = item.find(f"{QTI2}itemBody")
        said = [question.text, *(o.text for o in question.options)]
        assert len(list(body.iter(MATH))) == formulas(*said)
        for option in question.options:
            score, [feedback] = play_2(item, option.letter)
            assert score == (1.0 if option.right else 0.0)
            assert words(ET.tostring(feedback, "unicode")) == words(text.html(option.feedback))
            assert len(list(feedback.iter(MATH))) == formulas(option.feedback)
            assert words(ET.tostring(choices[option.letter], "unicode")) == words(
                text.html(option.text)
            )
    for card in chapter.cards:
        _, [feedback] = play_2(files[f"items/card-{card.number}.xml"], "any words")
        assert words(ET.tostring(feedback, "unicode")) == words(
            text.html(card.answer, folder="reference")
        )


# --- Anki ---


def notes(path, folder):
    with zipfile.ZipFile(path) as archive:
        archive.extract("collection.anki2", folder)
    with sqlite3.connect(folder / "collection.anki2") as base:
        rows = base.execute("select guid, flds from notes").fetchall()
        decks = json.loads(base.execute("select decks from col").fetchone()[0])
    return {guid: fields.split("\x1f") for guid, fields in rows}, {
        d["name"] for d in decks.values()
    }


def test_anki_gets_every_card_and_check_once(made, tmp_path):
    found, decks = notes(made / f"{questions.SHORT}.apkg", tmp_path)
    wanted = {f"Card {c.number}" for chapter in CHAPTERS for c in chapter.cards}
    wanted |= {f"Question {q.number}" for chapter in CHAPTERS for q in chapter.questions}
    assert {fields[0] for fields in found.values()} == wanted
    assert len(found) == len(wanted)
    assert {f"{questions.BOOK}::{c.number:02} {c.title}" for c in CHAPTERS} <= decks
    backs = {fields[0]: fields[2] for fields in found.values()}
    for chapter in CHAPTERS:
        for question in chapter.questions:
            for _, _, feedback, _ in told(question, text.delimited):
                assert feedback in backs[f"Question {question.number}"]
    questions.anki(CHAPTERS).write_to_file(tmp_path / "again.apkg")
    assert notes(tmp_path / "again.apkg", tmp_path)[0].keys() == found.keys()


# --- on paper ---


@each
def test_the_printed_quiz_has_its_key_apart(chapter, made):
    page = (made / f"ch{chapter.number:02}-quiz.html").read_text(encoding="utf-8")
    asked, key = page.split('<div class="key">')
    for question in chapter.questions:
        for option in question.options:
            assert text.html(option.text) in asked
            assert text.html(option.feedback) in key
            assert text.html(option.feedback) not in asked
    letters = re.findall(r"<strong>\((\w)\)</strong>", key)
    assert letters == [o.letter for q in chapter.questions for o in q.options if o.right]
    for card in chapter.cards:
        assert text.html(card.text, folder="reference") in asked
        assert text.html(card.answer, folder="reference") in key
    soup = BeautifulSoup(page, "html.parser")
    assert not soup.find_all(["script", "link", "img", "iframe"])


@each
def test_no_mark_and_no_bare_formula_is_left(chapter, made):
    pages = [made / f"ch{chapter.number:02}-quiz.html"]
    with zipfile.ZipFile(made / f"ch{chapter.number:02}-qti-2.1.zip") as archive:
        texts = [archive.read(name).decode() for name in archive.namelist()]
    for said in [*texts, *(page.read_text(encoding="utf-8") for page in pages)]:
        assert "<!--" not in said
        assert "{cite" not in said
        assert not re.search(r"\$|\\[a-zA-Z(\[]", said), "a formula was not converted"


def test_links_lead_to_the_published_book():
    written = text.html("A [bias](../reference/glossary.md#bias), [two](02-perceptron.ipynb)")
    assert f'href="{home().pages}reference/glossary.html#bias"' in written
    assert f'href="{home().pages}chapters/02-perceptron.html"' in written


def test_what_folds_is_closed():
    for path in sorted((ROOT / "reference").glob("*.md")):
        page = path.read_text(encoding="utf-8")
        assert page.count("<details") == page.count("</details>"), path.name
