"""One question bank, from the self-checks and the cards, in the formats that courses import.

For each chapter: GIFT for Moodle, QTI 1.2 for Canvas, QTI 2.1 for other systems, and a printed quiz
with its key. For the whole book: a deck for Anki. A self-check is a choice of which each option
keeps its feedback; a card is an open question whose model answer comes as feedback.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path
from xml.etree import ElementTree as ET

import genanki

from teaching import pages, text
from teaching.chapter import Card, Chapter, Question

BOOK = "From Neuron to Network"
SHORT = "neuron-to-network"
CARDS_FOLDER = "reference"  # where the page of the cards stands

QTI2 = "http://www.imsglobal.org/xsd/imsqti_v2p1"
QTI1 = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
CANVAS = "http://canvas.instructure.com/xsd/cccv1p0"
PACKAGE1 = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
PACKAGE2 = "http://www.imsglobal.org/xsd/imscp_v1p1"
MATHML = "http://www.w3.org/1998/Math/MathML"

ET.register_namespace("", QTI2)
ET.register_namespace("m", MATHML)
_GIFT_SPECIAL = re.compile(r"([\\~=#{}:])")
_PRE = re.compile(r"<pre>.*?</pre>", re.S)


def write(chapters: list[Chapter], folder: Path, *, browser: bool = True) -> list[Path]:
    """Write every format into the folder; without a browser no PDF."""
    folder.mkdir(parents=True, exist_ok=True)
    made = [folder / f"{SHORT}.apkg"]
    anki(chapters).write_to_file(made[0])
    for chapter in chapters:
        stem = folder / f"ch{chapter.number:02}"
        (path := stem.with_suffix(".gift.txt")).write_text(gift(chapter), encoding="utf-8")
        made.append(path)
        for name, package in (("qti-1.2", qti_1(chapter)), ("qti-2.1", qti_2(chapter))):
            made.append(_zip(folder / f"{stem.name}-{name}.zip", package))
        (path := folder / f"{stem.name}-quiz.html").write_text(quiz(chapter), encoding="utf-8")
        made.append(path)
    if browser:
        quizzes = [path for path in made if path.suffix == ".html"]
        made += pages.print_to_pdf(quizzes)
    return made


def _zip(path: Path, files: dict[str, str]) -> Path:
    """A zip that is the same whenever it is made of the same."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return path


# --- GIFT ---


def gift(chapter: Chapter) -> str:
    """The chapter's questions for Moodle's question bank, in two categories."""
    top = f"{BOOK}/Chapter {chapter.number}"
    parts = [f"$CATEGORY: {top}/Self-checks"]
    for question in chapter.questions:
        options = "".join(
            f"\n\t{'=' if o.right else '~'}{_gift(o.text)}#{_gift(o.feedback)}"
            for o in question.options
        )
        parts.append(f"::Question {question.number}::[html]{_gift(question.text)} {{{options}\n}}")
    parts.append(f"$CATEGORY: {top}/Cards")
    for card in chapter.cards:
        asked, answer = (_gift(part, CARDS_FOLDER) for part in (card.text, card.answer))
        parts.append(f"::Card {card.number}::[html]{asked} {{####{answer}}}")
    return "\n\n".join(parts) + "\n"


def _gift(markdown: str, folder: str = "chapters") -> str:
    html = text.html(markdown, text.delimited, folder)
    html = _PRE.sub(lambda pre: pre[0].rstrip().replace("\n", "<br />"), html)
    return _GIFT_SPECIAL.sub(r"\\\1", " ".join(html.split("\n")))


# --- QTI 1.2, as Canvas reads it ---


def qti_1(chapter: Chapter) -> dict[str, str]:
    """The files of a package: a quiz of the self-checks and one of the cards."""
    quizzes = {
        f"ch{chapter.number:02}-checks": (
            f"Chapter {chapter.number}: check yourself",
            [_item_1(question) for question in chapter.questions],
        ),
        f"ch{chapter.number:02}-cards": (
            f"Chapter {chapter.number}: cards",
            [_essay_1(card) for card in chapter.cards],
        ),
    }
    files, resources = {}, []
    for name, (title, items) in quizzes.items():
        assessment = ET.Element("assessment", ident=name, title=f"{BOOK}, {title}")
        section = ET.SubElement(assessment, "section", ident="root_section")
        section.extend(items)
        root = ET.Element("questestinterop", xmlns=QTI1)
        root.append(assessment)
        files[f"{name}/{name}.xml"] = _xml(root)
        meta = ET.Element("quiz", xmlns=CANVAS, identifier=name)
        for key, value in {
            "title": f"{BOOK}, {title}",
            "shuffle_answers": "true",
            "quiz_type": "practice_quiz",
            "points_possible": f"{len(items)}.0",
        }.items():
            ET.SubElement(meta, key).text = value
        files[f"{name}/assessment_meta.xml"] = _xml(meta)
        resources.append(name)
    name = f"{SHORT}-ch{chapter.number:02}"
    manifest, listed = _manifest(PACKAGE1, name, "IMS Content", "1.1.3")
    for name in resources:
        quiz = ET.SubElement(listed, "resource", identifier=name, type="imsqti_xmlv1p2")
        ET.SubElement(quiz, "file", href=f"{name}/{name}.xml")
        ET.SubElement(quiz, "dependency", identifierref=f"{name}-meta")
        meta = ET.SubElement(
            listed,
            "resource",
            identifier=f"{name}-meta",
            type="associatedcontent/imscc_xmlv1p1/learning-application-resource",
            href=f"{name}/assessment_meta.xml",
        )
        ET.SubElement(meta, "file", href=f"{name}/assessment_meta.xml")
    return {"imsmanifest.xml": _xml(manifest), **files}


def _item_1(question: Question) -> ET.Element:
    item = _head_1(f"question-{question.number}", "multiple_choice_question", question.text)
    presentation = item.find("presentation")
    response = ET.SubElement(presentation, "response_lid", ident="response1", rcardinality="Single")
    choices = ET.SubElement(response, "render_choice")
    processing = _processing_1(item)
    for option in question.options:
        label = ET.SubElement(choices, "response_label", ident=option.letter)
        _material(label, option.text)
        shown = _condition_1(processing, option.letter, "Yes")
        feedback = f"{option.letter}_fb"
        ET.SubElement(shown, "displayfeedback", feedbacktype="Response", linkrefid=feedback)
    for option in question.options:
        if option.right:
            scored = _condition_1(processing, option.letter, "No")
            ET.SubElement(scored, "setvar", action="Set", varname="SCORE").text = "100"
    for option in question.options:
        _feedback_1(item, f"{option.letter}_fb", option.feedback)
    return item


def _essay_1(card: Card) -> ET.Element:
    item = _head_1(f"card-{card.number}", "essay_question", card.text, CARDS_FOLDER)
    response = ET.SubElement(
        item.find("presentation"), "response_str", ident="response1", rcardinality="Single"
    )
    fib = ET.SubElement(response, "render_fib")
    ET.SubElement(fib, "response_label", ident="answer1", rshuffle="No")
    condition = ET.SubElement(_processing_1(item), "respcondition", {"continue": "Yes"})
    ET.SubElement(ET.SubElement(condition, "conditionvar"), "other")
    ET.SubElement(condition, "displayfeedback", feedbacktype="Response", linkrefid="general_fb")
    _feedback_1(item, "general_fb", card.answer, CARDS_FOLDER)
    return item


def _head_1(ident: str, kind: str, asked: str, folder: str = "chapters") -> ET.Element:
    item = ET.Element("item", ident=ident, title=ident.replace("-", " ").capitalize())
    fields = ET.SubElement(ET.SubElement(item, "itemmetadata"), "qtimetadata")
    for label, entry in {"question_type": kind, "points_possible": "1.0"}.items():
        field = ET.SubElement(fields, "qtimetadatafield")
        ET.SubElement(field, "fieldlabel").text = label
        ET.SubElement(field, "fieldentry").text = entry
    _material(ET.SubElement(item, "presentation"), asked, folder)
    return item


def _processing_1(item: ET.Element) -> ET.Element:
    processing = ET.SubElement(item, "resprocessing")
    outcomes = ET.SubElement(processing, "outcomes")
    limits = {"maxvalue": "100", "minvalue": "0", "varname": "SCORE", "vartype": "Decimal"}
    ET.SubElement(outcomes, "decvar", limits)
    return processing


def _condition_1(processing: ET.Element, letter: str, goes_on: str) -> ET.Element:
    condition = ET.SubElement(processing, "respcondition", {"continue": goes_on})
    variable = ET.SubElement(condition, "conditionvar")
    ET.SubElement(variable, "varequal", respident="response1").text = letter
    return condition


def _feedback_1(item: ET.Element, ident: str, said: str, folder: str = "chapters") -> None:
    feedback = ET.SubElement(item, "itemfeedback", ident=ident)
    _material(ET.SubElement(feedback, "flow_mat"), said, folder)


def _material(parent: ET.Element, markdown: str, folder: str = "chapters") -> None:
    material = ET.SubElement(parent, "material")
    mattext = ET.SubElement(material, "mattext", texttype="text/html")
    mattext.text = text.html(markdown, text.canvas, folder)


# --- QTI 2.1 ---


def qti_2(chapter: Chapter) -> dict[str, str]:
    """The files of a package: one item for each question and card, and a test that lists them."""
    items = {f"question-{q.number}": _item_2(q) for q in chapter.questions}
    items |= {f"card-{c.number}": _essay_2(c) for c in chapter.cards}
    name = f"{SHORT}-ch{chapter.number:02}"
    test = ET.Element(
        _q("assessmentTest"), identifier=name, title=f"{BOOK}, chapter {chapter.number}"
    )
    part = ET.SubElement(
        test,
        _q("testPart"),
        identifier="part",
        navigationMode="nonlinear",
        submissionMode="individual",
    )
    for kind, title in (("question", "Check yourself"), ("card", "Cards")):
        section = ET.SubElement(
            part, _q("assessmentSection"), identifier=kind, title=title, visible="true"
        )
        for ident in (i for i in items if i.startswith(kind)):
            ET.SubElement(
                section, _q("assessmentItemRef"), identifier=ident, href=f"items/{ident}.xml"
            )
    manifest, listed = _manifest(PACKAGE2, f"manifest-{name}", "QTIv2.1 Package", "1.0.0")
    resource = ET.SubElement(
        listed, "resource", identifier=name, type="imsqti_test_xmlv2p1", href="test.xml"
    )
    ET.SubElement(resource, "file", href="test.xml")
    for ident in items:
        ET.SubElement(resource, "dependency", identifierref=ident)
    for ident in items:
        href = f"items/{ident}.xml"
        resource = ET.SubElement(
            listed, "resource", identifier=ident, type="imsqti_item_xmlv2p1", href=href
        )
        ET.SubElement(resource, "file", href=href)
    files = {f"items/{ident}.xml": _xml(item) for ident, item in items.items()}
    return {"imsmanifest.xml": _xml(manifest), "test.xml": _xml(test), **files}


def _q(tag: str) -> str:
    return f"{{{QTI2}}}{tag}"


def _item_2(question: Question) -> ET.Element:
    item = _head_2(f"question-{question.number}", "identifier")
    right = next(option for option in question.options if option.right)
    declared = item.find(_q("responseDeclaration"))
    correct = ET.SubElement(declared, _q("correctResponse"))
    ET.SubElement(correct, _q("value")).text = right.letter
    _outcome_2(item, "SCORE", "float", "0")
    _outcome_2(item, "FEEDBACK", "identifier")
    body = ET.SubElement(item, _q("itemBody"))
    body.append(_flow(question.text))
    interaction = ET.SubElement(
        body,
        _q("choiceInteraction"),
        responseIdentifier="RESPONSE",
        shuffle="true",
        maxChoices="1",
    )
    for option in question.options:
        choice = ET.SubElement(interaction, _q("simpleChoice"), identifier=option.letter)
        choice.append(_flow(option.text))
    processing = ET.SubElement(item, _q("responseProcessing"))
    condition = ET.SubElement(processing, _q("responseCondition"))
    branch = ET.SubElement(condition, _q("responseIf"))
    match = ET.SubElement(branch, _q("match"))
    ET.SubElement(match, _q("variable"), identifier="RESPONSE")
    ET.SubElement(match, _q("correct"), identifier="RESPONSE")
    score = ET.SubElement(branch, _q("setOutcomeValue"), identifier="SCORE")
    ET.SubElement(score, _q("baseValue"), baseType="float").text = "1"
    feedback = ET.SubElement(processing, _q("setOutcomeValue"), identifier="FEEDBACK")
    ET.SubElement(feedback, _q("variable"), identifier="RESPONSE")
    for option in question.options:
        _modal(item, option.letter, option.feedback)
    return item


def _essay_2(card: Card) -> ET.Element:
    item = _head_2(f"card-{card.number}", "string")
    _outcome_2(item, "FEEDBACK", "identifier")
    body = ET.SubElement(item, _q("itemBody"))
    body.append(_flow(card.text, CARDS_FOLDER))
    ET.SubElement(
        body, _q("extendedTextInteraction"), responseIdentifier="RESPONSE", expectedLength="200"
    )
    processing = ET.SubElement(item, _q("responseProcessing"))
    shown = ET.SubElement(processing, _q("setOutcomeValue"), identifier="FEEDBACK")
    ET.SubElement(shown, _q("baseValue"), baseType="identifier").text = "model"
    _modal(item, "model", card.answer, CARDS_FOLDER)
    return item


def _head_2(ident: str, base: str) -> ET.Element:
    item = ET.Element(
        _q("assessmentItem"),
        identifier=ident,
        title=ident.replace("-", " ").capitalize(),
        adaptive="false",
        timeDependent="false",
    )
    ET.SubElement(
        item,
        _q("responseDeclaration"),
        identifier="RESPONSE",
        cardinality="single",
        baseType=base,
    )
    return item


def _outcome_2(item: ET.Element, name: str, base: str, default: str = "") -> None:
    declared = ET.SubElement(
        item, _q("outcomeDeclaration"), identifier=name, cardinality="single", baseType=base
    )
    if default:
        ET.SubElement(ET.SubElement(declared, _q("defaultValue")), _q("value")).text = default


def _modal(item: ET.Element, ident: str, said: str, folder: str = "chapters") -> None:
    modal = ET.SubElement(
        item,
        _q("modalFeedback"),
        outcomeIdentifier="FEEDBACK",
        identifier=ident,
        showHide="show",
    )
    modal.append(_flow(said, folder))


def _flow(markdown: str, folder: str = "chapters") -> ET.Element:
    """A `div` of XHTML and MathML."""
    return ET.fromstring(f'<div xmlns="{QTI2}">{text.html(markdown, text.mathml, folder)}</div>')


def _manifest(
    namespace: str, identifier: str, schema: str, version: str
) -> tuple[ET.Element, ET.Element]:
    """The manifest of a package, and its list of resources, still empty."""
    manifest = ET.Element("manifest", xmlns=namespace, identifier=identifier)
    metadata = ET.SubElement(manifest, "metadata")
    ET.SubElement(metadata, "schema").text = schema
    ET.SubElement(metadata, "schemaversion").text = version
    ET.SubElement(manifest, "organizations")
    return manifest, ET.SubElement(manifest, "resources")


def _xml(root: ET.Element) -> str:
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


# --- Anki ---


def anki(chapters: list[Chapter]) -> genanki.Package:
    """A deck with a part for each chapter: its cards, then its self-checks."""
    model = genanki.Model(
        _number("model"),
        BOOK,
        fields=[{"name": "Number"}, {"name": "Front"}, {"name": "Back"}],
        templates=[
            {
                "name": "Card",
                "qfmt": "{{Front}}",
                "afmt": '{{FrontSide}}<hr id="answer">{{Back}}',
            }
        ],
        css=".card {font-family: serif; font-size: 20px; line-height: 1.5; text-align: left}",
    )
    decks = []
    for chapter in chapters:
        deck = genanki.Deck(
            _number(f"deck {chapter.number}"),
            f"{BOOK}::{chapter.number:02} {chapter.title}",
        )
        for ident, front, back in _anki_sides(chapter):
            guid = genanki.guid_for(SHORT, ident)  # an import anew updates, and adds nothing twice
            deck.add_note(
                genanki.Note(
                    model, [ident, front, back], guid=guid, tags=[ident.split()[0].lower()]
                )
            )
        decks.append(deck)
    return genanki.Package(decks)


def _anki_sides(chapter: Chapter) -> list[tuple[str, str, str]]:
    def html(markdown: str, folder: str = "chapters") -> str:
        return text.html(markdown, text.delimited, folder)

    sides = [
        (f"Card {c.number}", html(c.text, CARDS_FOLDER), html(c.answer, CARDS_FOLDER))
        for c in chapter.cards
    ]
    for question in chapter.questions:
        options = "".join(f"<li>{html(o.text)}</li>" for o in question.options)
        answers = "".join(f"<li>{html(o.feedback)}</li>" for o in question.options)
        listed = '<ol type="a">{}</ol>'
        front = html(question.text) + listed.format(options)
        sides.append((f"Question {question.number}", front, listed.format(answers)))
    return sides


def _number(name: str) -> int:
    """The same number for the same name, in the range that Anki wants."""
    return (1 << 30) + zlib.crc32(f"{SHORT} {name}".encode()) % (1 << 30)


# --- on paper ---


def quiz(chapter: Chapter) -> str:
    """A quiz to print, and its key on pages of their own."""
    asked, key = [], []
    for question in chapter.questions:
        options = "".join(f"<li>{text.html(o.text)}</li>" for o in question.options)
        asked.append(f'<li>{text.html(question.text)}<ol type="a">{options}</ol></li>')
        letter = next(o.letter for o in question.options if o.right)
        said = "".join(f"<li>{text.html(o.feedback)}</li>" for o in question.options)
        key.append(f'<li><p><strong>({letter})</strong></p><ol type="a">{said}</ol></li>')
    recall = "".join(
        f'<li>{text.html(c.text, folder=CARDS_FOLDER)}<div class="lines"></div></li>'
        for c in chapter.cards
    )
    recalled = "".join(
        f"<li>{text.html(c.answer, folder=CARDS_FOLDER)}</li>" for c in chapter.cards
    )
    body = (
        f"<h1>{BOOK}: quiz on chapter {chapter.number}, {text.inline(chapter.title)}</h1>"
        '<p class="name">Name</p>'
        f"<h2>Choose one</h2><ol>{''.join(asked)}</ol>"
        f"<h2>In a sentence or a formula</h2><ol>{recall}</ol>"
        f'<div class="key"><h1>Key to the quiz on chapter {chapter.number}</h1>'
        f"<h2>Choose one</h2><ol>{''.join(key)}</ol>"
        f"<h2>In a sentence or a formula</h2><ol>{recalled}</ol></div>"
    )
    return pages.document(f"Quiz on chapter {chapter.number}", body)
