"""Archives whose bytes depend on what is packed alone: the same files give the same archive."""

from __future__ import annotations

import os
import subprocess
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def changed() -> datetime:
    """When the book was last changed: by its history, or where there is none by its citation.

    ``SOURCE_DATE_EPOCH`` names another time, as packagers do.
    """
    seconds = os.environ.get("SOURCE_DATE_EPOCH")
    if seconds is None and (when := committed()):
        return when.astimezone(UTC)
    return datetime.fromtimestamp(int(seconds or (ROOT / "CITATION.cff").stat().st_mtime), UTC)


def committed() -> datetime | None:
    """When the last commit was made, by its maker's clock; a copy without history has none."""
    git = ["git", "-C", str(ROOT), "log", "-1", "--format=%cI"]
    try:
        told = subprocess.check_output(git, text=True, stderr=subprocess.DEVNULL).strip()
        return datetime.fromisoformat(told)
    except (OSError, subprocess.CalledProcessError, ValueError):
        return None


def pack(
    path: Path, files: Iterable[tuple[str, bytes]], when: datetime, stored: Iterable[str] = ()
) -> Path:
    """Write an archive of (name, content), in this order; ``stored`` are not compressed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name, when.timetuple()[:6])  # which counts in steps of 2 s
            entry.create_system, entry.external_attr = 3, 0o644 << 16  # on Windows, too
            kind = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content, kind, 9)
    return path
