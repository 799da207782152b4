"""Grade a notebook or a file of answers: points, and for each exercise the words for its author.

The answers run in another process (`worker.py`), which is asked for the result of one call after
another; it holds no expected value, so there is nothing in it to read or to change. What is right
is decided here, from results that arrive as data. A process that does not answer in time, that
ends, or that sends something else is stopped and started anew.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import select
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from values import by_name, decode, encode

from bookkit import exercises
from bookkit.exercises import guard

HERE = Path(__file__).resolve().parent
SECONDS = 10  # for a cell, or a call
STARTING = 60  # before that, for Python and numpy to be loaded
LONGEST = 8_000_000  # characters of one reply
BAD_CELLS = 3  # so many may end or stall the process before the rest is not tried
USER = "nobody"  # under whose name answers run where the grader is root


class TimeLimit(Exception):
    """An answer took too long."""


class Ended(Exception):
    """An answer ended its process."""


@dataclass(frozen=True)
class Result:
    """What an exercise earned of its points, and why."""

    number: str
    title: str
    points: float
    earned: float
    text: str


def grade(assignment: dict[str, Any], answers: Path, seconds: float = SECONDS) -> list[Result]:
    """The results of one assignment; `assignment` is what `assignment.json` holds."""
    with Answers(answers, seconds) as process:
        return [_result(asked, process) for asked in assignment["exercises"]]


def _result(asked: dict[str, Any], process: Answers) -> Result:
    exercise = exercises.find(asked["number"])
    answer = process.answer(exercise.name)
    page = exercises.report(exercise, answer)
    right, of, text = page.right, page.of, page.text
    if further := [(decode(a, functions=True), decode(e)) for a, e in asked["further"]]:
        more = exercises.report(replace(exercise, cases=further), answer)
        right, of = right + more.right, of + more.of
        if page.right == page.of and more.right < more.of:
            text = (
                f"✗ Exercise {exercise.number}: the cases of the page are right, and"
                f" {more.right} of {more.of} further ones. Does your answer hold for every"
                " input of that kind?"
            )
        elif right == of:
            text = f"✓ Exercise {exercise.number} is right: {of} of {of} cases."
    share = 1.0 if right == of else right / of / 2  # some cases can be right by chance
    if notes := process.notes:
        text += "" if right == of else "\n" + "\n".join(f"  {note}" for note in notes)
    points = float(asked["points"])
    return Result(exercise.number, exercise.title, points, round(points * share, 2), text)


class Answers:
    """The cells of one submission, and the process that runs them."""

    def __init__(self, path: Path, seconds: float) -> None:
        self.seconds, self.notes = seconds, []
        self.cells = list(enumerate(cells(path), 1))
        self.process: subprocess.Popen | None = None
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        os.chmod(self.folder.name, 0o777)
        self.log = tempfile.TemporaryFile()  # noqa: SIM115 (closed by __exit__)  # noqa: SIM115 (closed by __exit__)

    def __enter__(self) -> Answers:
        self._load()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        self.log.close()
        self.folder.cleanup()

    def answer(self, name: str) -> Any:
        """What the submission gives for a name: a value, something to call, or `...`."""
        try:
            found = self._ask("look", name)
        except (TimeLimit, Ended):
            return ...
        return _Remote(self, name) if "callable" in found else found["value"]

    def call(self, name: str, arguments: tuple) -> tuple[Any, list]:
        reply = self._ask("call", name, [encode(a, by_name) for a in arguments])
        if "raised" in reply:
            kind, said = (str(part) for part in reply["raised"])
            known = {"Endless": guard.Endless, "RecursionError": RecursionError}
            known["NotImplementedError"] = NotImplementedError
            raise known.get(kind) or _raised(kind, said)
        return reply["result"], reply["given"]

    def _load(self) -> None:
        """Run every cell in a new process; one that ends or stalls it is left out from then on."""
        self._start()
        for place, code in list(self.cells):
            try:
                error = self._ask("run", code, f"cell {place}")["error"]
                note = f"Cell {place} stops with {error}." if error else ""
            except (TimeLimit, Ended) as bad:
                note = f"Cell {place} was left out: {bad}."
                self.cells.remove((place, code))
                if sum("was left out" in known for known in self.notes) + 1 >= BAD_CELLS:
                    self.notes.append(f"{note} So were those after it.")
                    self.cells = [cell for cell in self.cells if cell[0] < place]
                    return self._load()
                self.notes.append(note)
                return self._load()
            if note and note not in self.notes:
                self.notes.append(note)
        return None

    def _start(self) -> None:
        self._stop()
        asks, self.requests = os.pipe()
        self.replies, says = os.pipe()
        paths = json.dumps([str(HERE), *(p for p in sys.path if p and Path(p).is_dir())])
        self.process = subprocess.Popen(
            [sys.executable, "-I", str(HERE / "worker.py"), paths, USER, str(asks), str(says)],
            cwd=self.folder.name,
            env={"PATH": os.defpath, "LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self.log,
            pass_fds=(asks, says),
            start_new_session=True,
        )
        os.close(asks)
        os.close(says)
        self.unread = b""
        try:
            ready = self._line(STARTING) == b"ready"
        except (TimeLimit, Ended):
            ready = False
        if not ready:
            self.log.seek(0)
            said = self.log.read().decode(errors="replace")[-2000:]
            raise RuntimeError(f"The grader's own process did not start: {said}")

    def _stop(self) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            os.close(self.requests)
            os.close(self.replies)
            self.process = None

    def _ask(self, what: str, *arguments: Any) -> dict[str, Any]:
        """The worker's reply to one request; a process that failed is replaced."""
        key = secrets.token_hex(16)
        line = json.dumps({"do": what, "with": arguments, "key": key}) + "\n"
        try:
            os.write(self.requests, line.encode()) if len(line) < 32_000 else self._send(line)
            reply = json.loads(self._line())
            if reply.pop("key") != key:
                raise ValueError("another reply than that to the request")
            return _read(reply)
        except (TimeLimit, Ended):
            self._replace(what)
            raise
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as bad:
            self._replace(what)
            raise Ended("it ended its process, or disturbed what the grader reads from it") from bad

    def _send(self, line: str) -> None:
        with os.fdopen(os.dup(self.requests), "w") as stream:
            stream.write(line)

    def _replace(self, what: str) -> None:
        if what == "run":
            self._stop()  # `_load` starts the next one
        else:
            self._load()

    def _line(self, seconds: float = 0) -> bytes:
        ends = time.monotonic() + (seconds or self.seconds)
        while b"\n" not in self.unread:
            left = ends - time.monotonic()
            if left <= 0 or not select.select([self.replies], [], [], left)[0]:
                raise TimeLimit(f"it did not end within {self.seconds:g} seconds")
            part = os.read(self.replies, 1 << 16)
            if not part:
                raise Ended("it ended its process; leave out exit, quit and the like")
            self.unread += part
            if len(self.unread) > LONGEST:
                raise Ended("it gives more than the grader can take")
        line, _, self.unread = self.unread.partition(b"\n")
        return line


class _Remote:
    """A function of the submission: called here, run there."""

    def __init__(self, process: Answers, name: str) -> None:
        self.process, self.name, self.gone = process, name, None
        self.__name__, self.__module__ = name, "answers"

    def __call__(self, *arguments: Any) -> Any:
        if self.gone is not None:  # it stalled once; each further case would cost as long
            raise self.gone
        try:
            result, given = self.process.call(self.name, arguments)
        except (TimeLimit, Ended) as gone:
            self.gone = gone
            raise
        for before, after in zip(arguments, given, strict=True):
            if isinstance(before, np.ndarray) and isinstance(after, np.ndarray):
                if before.shape == after.shape:
                    before[...] = after
            elif isinstance(before, list) and isinstance(after, list):
                before[:] = after
        return result


def _read(reply: dict[str, Any]) -> dict[str, Any]:
    """The reply with its values decoded."""
    for key in ("value", "result"):
        if key in reply:
            reply[key] = decode(reply[key])
    if "given" in reply:
        reply["given"] = [decode(part) for part in reply["given"]]
    return reply


def _raised(kind: str, said: str) -> Exception:
    """An exception of the same name; a name that is none of Python's is not taken over."""
    kind = kind if kind.isidentifier() and len(kind) < 60 else "Exception"
    return type(kind, (Exception,), {})(said.removeprefix(f"{kind}").removeprefix(": "))


def cells(path: Path) -> list[str]:
    """The code of a submission: the cells of a notebook, or a file of Python as one cell."""
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix != ".ipynb":
        return [text]
    found = [c for c in json.loads(text)["cells"] if c.get("cell_type") == "code"]
    sources = ["".join(cell.get("source", "")) for cell in found]
    return [_without_magics(source) for source in sources if source.strip()]


def _without_magics(source: str) -> str:
    """Lines for IPython alone become comments, so that the others keep their numbers."""
    lines = source.split("\n")
    return "\n".join(f"# {line}" if line.lstrip()[:1] in ("%", "!") else line for line in lines)


def submission(folder: Path) -> Path:
    """The one notebook, or else the one Python file, that was handed in."""
    for pattern in ("*.ipynb", "*.py"):
        found = sorted(p for p in folder.rglob(pattern) if ".ipynb_checkpoints" not in p.parts)
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(p.name for p in found)
            raise FileNotFoundError(f"Hand in one notebook; there are {len(found)}: {names}.")
    raise FileNotFoundError("Hand in your notebook; no .ipynb and no .py file was found.")


def gradescope(assignment: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The results in the form that Gradescope reads from `results.json`."""
    try:
        results = grade(assignment, submission(folder))
    except Exception as error:  # whatever was handed in, a result is written
        said = str(error) if isinstance(error, FileNotFoundError) else f"It cannot be read: {error}"
        results = [
            Result(e["number"], e["title"], e["points"], 0.0, said) for e in assignment["exercises"]
        ]
    tests = [
        {
            "name": f"Exercise {r.number}: {r.title}",
            "number": r.number,
            "score": r.earned,
            "max_score": r.points,
            "status": "passed" if r.earned == r.points else "failed",
            "output": r.text,
            "output_format": "text",
        }
        for r in results
    ]
    return {"score": round(sum(r.earned for r in results), 2), "tests": tests}


def main() -> None:
    """`grade.py ASSIGNMENT SUBMISSIONS RESULTS`, as `run_autograder` calls it."""
    assignment, folder, results = map(Path, sys.argv[1:])
    graded = gradescope(json.loads(assignment.read_text(encoding="utf-8")), folder)
    results.write_text(json.dumps(graded, indent=1, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
