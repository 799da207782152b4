"""Keeps what Python compiled on a first start, which takes the next start half the time.

A page starts from the same sources every time, so what was compiled is stored in the browser, with
the fonts that matplotlib found. It is of use to exactly these sources: the page's script names it
by the lock file, and the header says that no source need be compared (PEP 552).
"""

import pathlib
import sys
import zipfile

SITE = pathlib.Path("/lib/python3.12/site-packages")
UNCHECKED = b"\x01\0\0\0" + bytes(8)


def restore(path):
    with zipfile.ZipFile(path) as archive:
        archive.extractall(SITE)
    pathlib.Path(path).unlink()


def begin():
    """Let Python write what it compiles (Pyodide says no)."""
    sys.dont_write_bytecode = False


def collect(path):
    sys.dont_write_bytecode = True
    with zipfile.ZipFile(path, "w") as archive:
        for file in SITE.rglob("*.pyc"):
            code = file.read_bytes()
            archive.writestr(str(file.relative_to(SITE)), code[:4] + UNCHECKED + code[16:])
        fonts = SITE / "matplotlib" / "fontlist.json"
        if fonts.exists():
            archive.write(fonts, str(fonts.relative_to(SITE)))
