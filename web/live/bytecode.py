"""Keeps what Python compiled on a first start, which takes the next start half the time.

A page starts from the same sources every time, so what was compiled is stored in the browser. It is
of use to exactly these sources: the page's script names it by the lock file, and the header says
that no source need be compared (PEP 552).
"""

import importlib.util
import marshal
import pathlib
import shutil
import sys
import zipfile

SITE = pathlib.Path("/lib/python3.12/site-packages")
STDLIB = "/lib/python312.zip"  # of sources; Python itself writes nothing into an archive
UNCHECKED = b"\x01\0\0\0" + bytes(8)


def restore(path):
    """Unpack what belongs beside the packages; Python starts with the library's archive itself."""
    with zipfile.ZipFile(path) as archive:
        archive.extractall(SITE)
    pathlib.Path(path).unlink()


def begin():
    """Let Python write what it compiles (Pyodide says no)."""
    sys.dont_write_bytecode = False


def collect(packages, library):
    """Write two archives: the packages' bytecode, and the library with what was imported compiled.

    Yields between short pieces of work, so that a reader's next run need not wait for the rest.
    """
    sys.dont_write_bytecode = True
    with zipfile.ZipFile(packages, "w") as archive:
        for file in SITE.rglob("*.pyc"):
            code = file.read_bytes()
            archive.writestr(str(file.relative_to(SITE)), code[:4] + UNCHECKED + code[16:])
            yield
    shutil.copyfile(STDLIB, library)
    imported = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
    with zipfile.ZipFile(library, "a") as archive:
        for name in archive.namelist():
            origin = f"{STDLIB}/{name}"
            if origin in imported:
                code = compile(archive.read(name), origin, "exec", dont_inherit=True)
                data = importlib.util.MAGIC_NUMBER + UNCHECKED + marshal.dumps(code)
                archive.writestr(name + "c", data)
                yield
