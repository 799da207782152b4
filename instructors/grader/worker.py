"""The process in which a student's code runs. It knows the calls, and nothing of what is right.

    python worker.py PATHS USER REQUESTS REPLIES

It loads what answers may use, gives up its rights, and then answers requests, one JSON text a line.
Whatever the student's code does to it, at worst it sends wrong results or none.
"""

import contextlib
import importlib
import json
import os
import sys

COMMON = (
    *("collections", "copy", "dataclasses", "functools", "itertools", "math", "operator"),
    *("random", "statistics", "string", "subprocess", "sys", "time", "typing"),
    *("numpy", "numpy.linalg", "numpy.random", "numpy.testing"),
    *("nnlib.activations", "nnlib.data", "nnlib.gradcheck", "nnlib.layers", "nnlib.losses"),
    *("nnlib.network", "nnlib.neuron", "nnlib.optimizers", "nnlib.perceptron", "nnlib.training"),
)


def main() -> None:
    paths, user, requests, replies = sys.argv[1:]
    sys.path[:0] = json.loads(paths)
    from values import decode, encode

    from bookkit.exercises import compare, guard

    for name in COMMON:  # later, without rights, they may not be readable
        importlib.import_module(name)
    data = importlib.import_module("nnlib.data")
    data.digits(), data.cats_dogs()

    incoming, outgoing = os.fdopen(int(requests), "r"), os.fdopen(int(replies), "w")
    give_up_rights(user)
    answers = {"__name__": "answers"}

    def run(code: str, cell: str) -> dict:
        try:
            exec(compile(code, cell, "exec"), answers)
        except BaseException as error:
            return {"error": told(error)}
        return {"error": ""}

    def look(name: str) -> dict:
        value = answers.get(name, ...)
        return {"callable": True} if callable(value) else {"value": encode(value)}

    def call(name: str, arguments: list) -> dict:
        given = [decode(a, functions=True) for a in arguments]
        try:
            result = guard.Budget().call(answers[name], *given)
        except guard.Endless:
            return {"raised": ["Endless", ""]}
        except BaseException as error:
            return {"raised": [type(error).__name__, told(error)]}
        result = ... if compare.is_unwritten(answers[name], result) else result
        return {"result": encode(result), "given": [encode(g) for g in given]}

    def told(error: BaseException) -> str:
        first = str(error).splitlines()[:1]
        said = ": ".join([type(error).__name__, *(line[:300] for line in first)])
        trace, place = error.__traceback__, ""
        while trace:
            if (file := trace.tb_frame.f_code.co_filename).startswith("cell "):
                place = f" (line {trace.tb_lineno} of {file})"
            trace = trace.tb_next
        return said + place

    known = {"run": run, "look": look, "call": call}
    print("ready", file=outgoing, flush=True)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what went wrong before is the grader's affair
    for line in incoming:
        request = json.loads(line)
        reply = known[request["do"]](*request["with"])
        print(json.dumps(reply | {"key": request["key"]}), file=outgoing, flush=True)


def give_up_rights(user: str) -> None:
    """No more processes, little memory and disk, and where we are root, another user."""
    import resource

    limits = {"CPU": 120, "FSIZE": 1_000_000, "CORE": 0, "AS": 4_000_000_000}
    for name, limit in limits.items():
        with contextlib.suppress(ValueError, OSError):  # where the machine's own limit is lower
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (limit, limit))
    if os.geteuid() == 0 and user:
        import pwd

        other = pwd.getpwnam(user)
        os.setgroups([])
        os.setgid(other.pw_gid)
        os.setuid(other.pw_uid)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


if __name__ == "__main__":
    main()
