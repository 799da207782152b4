"""Assignments, graded: the reference earns all points, mistakes lose theirs with their sentence,
an empty notebook earns none, a hostile one ends in a message, and nothing released tells."""

import json
import os
import re
import subprocess
import sys
import zipfile
from contextlib import contextmanager, nullcontext
from copy import deepcopy
from functools import cache
from html import escape
from pathlib import Path

import exercises as sources
import nbformat
import pytest
from teaching import assignments, text
from teaching.chapter import Chapter

from bookkit import exercises

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "instructors" / "grader"))
import grade  # noqa: E402
import values  # noqa: E402

pytest.importorskip("resource", reason="answers are held back by limits that Unix knows")

SECONDS = 30  # for honest answers, on a busy machine
SHORT = 2


@cache
def stored(number):
    return assignments.assignment_of(Chapter.of(number))


def assignment(number):
    return deepcopy(stored(number))


NUMBERS = [c.number for c in Chapter.all() if stored(c.number)["exercises"]]
each = pytest.mark.parametrize("number", NUMBERS)


as_root = pytest.mark.skipif(os.geteuid() != 0, reason="answers keep our rights where we have few")


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("assignments")
    folder.chmod(0o700)
    assignments.write([Chapter.of(n) for n in NUMBERS], folder)
    return folder


def solution(number):
    return (ROOT / f"solutions/ch{number:02}.py").read_text(encoding="utf-8")


def graded(number, code, tmp_path, only=None, seconds=SECONDS):
    """From the number of an exercise to its result, for answers in Python."""
    (path := tmp_path / "answers.py").write_text(code, encoding="utf-8")
    asked = assignment(number)
    asked["exercises"] = [e for e in asked["exercises"] if only in (None, e["number"])]
    return {r.number: r for r in grade.grade(asked, path, seconds)}


def test_every_exercise_in_code_is_graded():
    for number in range(1, 11):
        asked = [entry["number"] for entry in assignment(number)["exercises"]]
        assert asked == [exercise.number for exercise in exercises.chapter(number)]


@each
def test_further_cases_are_data(number):
    for entry in assignment(number)["exercises"]:
        assert '"other"' not in json.dumps(entry["further"]), entry["number"]


@contextmanager
def running(number, tmp_path, seconds=SECONDS):
    """One process that has loaded the reference, and a way to put another answer in its place.

    To start a process costs more than to grade: many answers share one.
    """
    (path := tmp_path / "answers.py").write_text(solution(number), encoding="utf-8")
    with grade.Answers(path, seconds) as process:

        def instead(entry, code):
            error = process._ask("run", code, "cell 2")["error"] if code else ""
            return error, grade._result(entry, process)

        yield process, instead


@each
def test_right_answers_earn_every_point_and_wrong_ones_lose_theirs(number, tmp_path):
    entries = assignment(number)["exercises"]
    samples = (ROOT / f"tests/exercises/ch{number:02}.py").read_text(encoding="utf-8")
    with running(number, tmp_path) as (process, instead):
        assert process.notes == []
        for entry in entries:
            _, result = instead(entry, "")
            assert result.earned == result.points, result.text
        process._ask("run", f"{samples}\nfrom bookkit import exercises as told", "cell 2")
        for entry in entries:
            exercise = exercises.find(entry["number"])
            for said in exercise.mistakes:
                code = f"{exercise.name} = told.find({exercise.number!r}).mistakes[{said!r}]"
                error, result = instead(entry, code)
                assert error == ""
                assert result.earned <= result.points / 2, f"{said}: {result.text}"
                assert said in result.text
            for kind, place in (("WRONG", 0), ("WRONG", 1), ("ALSO_RIGHT", 0)):
                code = f"{exercise.name} = {kind}[{exercise.number!r}][{place}]"
                error, result = instead(entry, code)
                assert error == ""
                right = result.earned == result.points
                assert right == (kind == "ALSO_RIGHT"), f"{kind} {place}: {result.text}"


@each
def test_the_released_notebook_earns_nothing(number, made):
    path = made / f"released/ch{number:02}-assignment.ipynb"
    for result in grade.grade(assignment(number), path, SECONDS):
        assert result.earned == 0
        assert "not answered yet" in result.text
        assert "Cell" not in result.text, "a cell of the notebook fails"


def test_one_wrong_answer_costs_no_other(tmp_path):
    results = graded(4, solution(4) + "\ndef dense(X, W, b): return X @ W + b\n", tmp_path)
    lost = {number for number, result in results.items() if result.earned < result.points}
    assert lost == {"4.3"}


def test_answers_made_for_the_cases_of_the_page_are_found_out(tmp_path):
    code = """
import numpy as np
from bookkit import exercises

def parameters(sizes):
    return dict((str(a), e) for a, e in exercises.find("4.2").cases)[str(sizes)]
"""
    result = graded(4, code, tmp_path, "4.2")["4.2"]
    assert result.earned < result.points / 2
    assert "the cases of the page are right, and 0 of 3 further ones" in result.text


def test_a_broken_cell_costs_only_what_it_holds(tmp_path):
    cells = [solution(4).replace("count = 0", "count = zero"), "1 / 0", "%matplotlib inline"]
    path = tmp_path / "answers.ipynb"
    new = nbformat.v4
    nbformat.write(new.new_notebook(cells=[new.new_code_cell(c) for c in cells]), path)
    results = {r.number: r for r in grade.grade(assignment(4), path, SECONDS)}
    assert results["4.2"].earned == 0
    assert re.search(r"name 'zero' is not defined \(line \d+ of cell 1\)", results["4.2"].text)
    assert "Cell 2 stops with ZeroDivisionError: division by zero (line 1 of cell 2)." in (
        results["4.2"].text
    )
    assert results["4.3"].earned == results["4.3"].points


IN_A_CELL = {  # what is handed in for exercise 4.2, and what its author is told
    "a loop in a cell": ("while True: pass", "did not end within 2 seconds"),
    "exit": ("import sys\nsys.exit()", "Cell 1 stops with SystemExit"),
    "_exit": ("import os\nos._exit(0)", "Cell 1 was left out: it ended its process"),
    "numpy bent": (
        "import numpy as np\n"
        "np.allclose = np.array_equal = np.all = lambda *a, **k: True\n"
        "np.testing.assert_allclose = lambda *a, **k: None\n"
        "def parameters(s): return 0",
        "0 of 3 cases",
    ),
    "built-in names bent": (
        "import builtins\n"
        "builtins.AssertionError = builtins.Exception = BaseException\n"
        "builtins.isinstance = builtins.all = lambda *a: True\n"
        "def parameters(s): return 0",
        "Cell 1 was left out: it ended its process",
    ),
}
IN_A_CALL = {
    "a loop": ("def parameters(s):\n while True:\n  s = s", "can its loop ever stop"),
    "a loop in C": ("import time\ndef parameters(sizes): time.sleep(99)", "stops with TimeLimit"),
    "exit in a call": ("def parameters(sizes): raise SystemExit", "stops with SystemExit"),
    "_exit in a call": ("import os\ndef parameters(s): os._exit(0)", "stops with Ended"),
    "kill itself": ("import os\ndef parameters(s): os.kill(os.getpid(), 9)", "stops with Ended"),
    "a flood of text": (
        "import sys\n"
        "def parameters(s):\n"
        " print('x' * 10**7)\n"
        " sys.stderr.write('x' * 10**7)\n"
        " return 0",
        "0 of 3 cases",
    ),
    "a flood of results": (
        "def parameters(s): return 'x' * 10**7",
        "more than the grader can take",
    ),
    "much memory": ("import numpy as np\ndef parameters(s): return np.ones(10**10)", "MemoryError"),
    "a bent grader": (
        "import bookkit.exercises as e\n"
        "e.report = e.find = lambda *a: e.Report(3, 3, '✓')\n"
        "e.compare._equal = e.compare.alike = lambda *a: True\n"
        "def parameters(s): return 0",
        "0 of 3 cases",
    ),
    "results printed": (
        "import sys\n"
        'said = \'{"score": 99, "tests": []}\'\n'
        "def parameters(s):\n"
        " print(said, flush=True)\n"
        " print(said, file=sys.__stdout__, flush=True)\n"
        " return 0",
        "0 of 3 cases",
    ),
    "a value that equals all": (
        "class Yes(int):\n"
        " def __eq__(self, other): return True\n"
        " __ne__ = __lt__ = lambda self, other: False\n"
        " __hash__ = int.__hash__\n"
        "def parameters(s): return Yes()",
        "gives a Yes",
    ),
    "forged replies": (
        "import os, json\n"
        "def parameters(s):\n"
        " for fd in range(3, 64):\n"
        '  try: os.write(fd, b\'{"result": 3, "given": [], "key": ""}\\n\')\n'
        "  except OSError: pass\n"
        " return 0",
        "disturbed what the grader reads",
    ),
    "expected values in memory": (
        "import gc\n"
        "def parameters(s):\n"
        " held = [o for o in gc.get_objects() if isinstance(o, dict) and 'further' in o]\n"
        " return held[0]['further'][0][1]",
        "IndexError",
    ),
    "a pickle": (
        "import os\n"
        "class Evil:\n"
        " def __reduce__(self): return os.system, ('touch /tmp/evil',)\n"
        "def parameters(s): return Evil()",
        "gives a Evil",
    ),
}
AS_ROOT = {
    "reading the tests": ("def parameters(s): return open({grader!r}).read()", "PermissionError"),
    "reading the tests in a cell": (
        "parameters = 0\nsecret = open({grader!r}).read()",
        "PermissionError",
    ),
    "writing the results": ("def parameters(s): open({results!r}, 'w')", "PermissionError"),
    "killing the grader": (
        "import os\ndef parameters(s): os.kill(os.getppid(), 9)",
        "PermissionError",
    ),
    "a fork": ("import os\ndef parameters(s): os.fork()", "BlockingIOError"),
    "a second process": (
        "import subprocess\ndef parameters(s): subprocess.run(['true'])",
        "BlockingIOError",
    ),
    "the rights back": ("import os\ndef parameters(s): os.setuid(0)", "PermissionError"),
}


@pytest.mark.parametrize(("code", "told"), IN_A_CELL.values(), ids=IN_A_CELL)
def test_a_hostile_cell_ends_in_a_message(code, told, tmp_path):
    result = graded(4, code, tmp_path, "4.2", SHORT)["4.2"]
    assert result.earned == 0
    assert told in result.text


def earns_nothing(hostile, tmp_path):
    """Hostile answers one after another in one process, as one author's would be: whatever they
    leave behind, the next one and the reference after them get what they deserve."""
    [entry] = [e for e in assignment(4)["exercises"] if e["number"] == "4.2"]
    with running(4, tmp_path, SHORT) as (_, instead):
        for name, (code, told) in hostile.items():
            error, result = instead(entry, code)
            assert result.earned == 0, name
            assert told in (error or result.text), f"{name}: {error or result.text}"
        error, result = instead(entry, solution(4))
        assert (error, result.earned) == ("", result.points)


def test_a_hostile_answer_ends_in_a_message(tmp_path):
    earns_nothing(IN_A_CALL, tmp_path)


@as_root
def test_a_hostile_answer_has_no_rights(made, tmp_path):
    places = {
        "{grader!r}": str(made / "for-instructors/ch04/pytest/grader/assignment.json"),
        "{results!r}": str(made / "results.json"),
    }
    filled = {}
    for name, (code, told) in AS_ROOT.items():
        for place, path in places.items():
            code = code.replace(place, repr(path))
        filled[name] = code, told
    earns_nothing(filled, tmp_path)


def test_a_hostile_answer_costs_no_other_exercise(tmp_path):
    code = solution(4) + "\nimport os\ndef parameters(sizes): os._exit(1)\n"
    results = graded(4, code, tmp_path)
    assert results.pop("4.2").earned == 0
    assert all(result.earned == result.points for result in results.values())


def test_many_bad_cells_do_not_take_for_ever(tmp_path):
    path = tmp_path / "answers.ipynb"
    cells = [nbformat.v4.new_code_cell("import os; os._exit(0)") for _ in range(9)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    [result, *_] = grade.grade(assignment(4), path, SECONDS)
    assert result.text.count("was left out") == grade.BAD_CELLS
    assert "So were those after it" in result.text


# --- what is handed out ---


def secrets(number):
    """Of each solution in code, its first two lines that matter; of each in words, its start."""
    for exercise in exercises.chapter(number):
        cell = sources.cells(exercise.number)[1].source
        lines = [line for line in cell.splitlines() if line.startswith("    ")]
        yield "\n".join(lines[:2]) if lines else cell.partition("\n")[0]
    for exercise in Chapter.of(number).exercises.values():
        yield exercise.solution[:60]


ALL_SECRETS = [secret for number in NUMBERS for secret in secrets(number)]


def test_nothing_released_holds_a_solution(made):
    files = {p: p.read_text(encoding="utf-8") for p in (made / "released").rglob("*.*")}
    for number in NUMBERS:
        kept = made / f"for-instructors/ch{number:02}"
        for path in (kept / "pytest").rglob("*.*"):
            files[path] = path.read_text(encoding="utf-8")
        with zipfile.ZipFile(kept / f"ch{number:02}-gradescope.zip") as archive:
            for name in archive.namelist():
                files[kept / name] = archive.read(name).decode("utf-8", errors="ignore")
    texts = {}
    for path, said in files.items():
        if path.suffix == ".ipynb":  # as it reads, not as JSON writes it
            said = "\n".join(cell.source for cell in nbformat.reads(said, as_version=4).cells)
        texts[path] = said
    assert len(ALL_SECRETS) > 60
    assert min(map(len, ALL_SECRETS)) > 10
    for path, said in texts.items():
        assert [secret for secret in ALL_SECRETS if secret in said] == [], path
    sample = solution(4) + Chapter.of(4).exercises["4.1"].solution  # the test would see a leak
    assert sum(secret in sample for secret in ALL_SECRETS) >= 5


@each
def test_the_key_holds_every_solution(number, made):
    page = (made / f"for-instructors/ch{number:02}/key.html").read_text(encoding="utf-8")
    for exercise in Chapter.of(number).exercises.values():
        assert text.html(exercise.solution) in page
    blocks = sources.blocks(number)
    for block in blocks.values():
        assert escape(block) in page
    in_words = [e for e in Chapter.of(number).exercises if e not in blocks]
    assert page.count("To mark it, of") == len(in_words)
    assert not re.search(r"\$|\\\(", re.sub(r"(?s)<pre>.*?</pre>", "", page))


def test_a_zip_works_as_gradescope_runs_it(made, tmp_path):
    home = tmp_path / "autograder"
    for place in ("source", "results", "submission", "python/bin"):
        (home / place).mkdir(parents=True)
    with zipfile.ZipFile(made / "for-instructors/ch04/ch04-gradescope.zip") as archive:
        archive.extractall(home / "source")
        modes = {i.filename: i.external_attr >> 16 for i in archive.infolist()}
    assert modes["setup.sh"] & modes["run_autograder"] & 0o111
    (home / "python/bin/python").symlink_to(sys.executable)
    (home / "submission/answers.py").write_text(solution(4), encoding="utf-8")
    for name in ("setup.sh", "run_autograder"):
        assert subprocess.run(["bash", "-n", home / "source" / name]).returncode == 0
    script = home / "source/run_autograder"
    script.write_text(script.read_text().replace("/autograder", str(home)))
    subprocess.run(["bash", script], check=True, env={"PATH": os.defpath})
    results = json.loads((home / "results/results.json").read_text(encoding="utf-8"))
    points = sum(entry["points"] for entry in assignment(4)["exercises"])
    assert results["score"] == sum(test["max_score"] for test in results["tests"]) == points
    assert {test["status"] for test in results["tests"]} == {"passed"}


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("notes.txt", "", "no .ipynb and no .py file"),
        ("a.ipynb", "{", "cannot be read"),
        ("a.ipynb", "[]", "cannot be read"),
        ("a.py", "def parameters(:", "SyntaxError"),
    ],
)
def test_whatever_is_handed_in_a_result_is_written(name, content, told, tmp_path):
    (tmp_path / name).write_text(content)
    results = grade.gradescope(assignment(4), tmp_path)
    assert results["score"] == 0
    assert told in results["tests"][0]["output"]


def test_pytest_grades_an_answered_notebook(made, tmp_path):
    kept = made / "for-instructors/ch04/pytest"
    (path := tmp_path / "answers.py").write_text(
        solution(4).replace("W.T + b", "W + b"), encoding="utf-8"
    )
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--rootdir", kept, "-c", os.devnull, kept],
        env=os.environ
        | {"ANSWERS": str(path), "PYTHONPATH": paths, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
    )
    assert "1 failed, 4 passed" in ran.stdout, ran.stdout
    assert "The transpose is missing" in ran.stdout


@each
def test_the_notebook_of_nbgrader_has_its_form_and_grades_itself(number, made, tmp_path):
    path = made / f"for-instructors/ch{number:02}/nbgrader/source/ch{number:02}/ch{number:02}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    marked = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
    names = [cell.metadata.nbgrader.grade_id for cell in marked]
    assert len(set(names)) == len(names)
    points = 0
    for cell in marked:
        settings = cell.metadata.nbgrader
        assert {"grade", "solution", "locked", "schema_version", "task"} <= settings.keys()
        assert settings.schema_version == 3
        assert cell.source.count("### BEGIN SOLUTION") == settings.solution
        assert cell.source.count("### BEGIN") == cell.source.count("### END")
        points += settings.get("points", 0)
    assert points == sum(entry["points"] for entry in assignment(number)["exercises"])
    code = "\n\n".join(cell.source for cell in notebook.cells[2:] if cell.cell_type == "code")
    for solved in (True, False):
        if not solved:
            stub = r"    raise NotImplementedError()  # \1"
            code = re.sub(r"(?s)    (### BEGIN SOLUTION).*?### END SOLUTION", stub, code)
        with nullcontext() if solved else pytest.raises((AssertionError, NotImplementedError)):
            exec(compile(code, str(path), "exec"), {"__name__": "answered"})


@pytest.mark.parametrize(
    "value", [1, 2.5, True, "ü", None, ..., 1 + 2j, [1, (2, 3)], {"a": [1.0]}, float("inf")]
)
def test_values_arrive_as_they_were_sent(value):
    assert values.decode(json.loads(json.dumps(values.encode(value)))) == value


def test_a_function_arrives_only_where_it_is_awaited():
    sent = values.encode(len, values.by_name)
    assert values.decode(sent, functions=True) is len
    with pytest.raises(ValueError, match="no value"):
        values.decode(sent)
    with pytest.raises((TypeError, AttributeError)):
        values.encode(lambda: 0, values.by_name)
