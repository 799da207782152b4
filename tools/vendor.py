"""Check or reproduce the third-party web files in ``web/vendor/`` that the built book serves.

No request of a reader leaves the book's own site, and building it needs no network beyond pip, so
MathJax, the tooltips, the widget runtime and the fonts are kept in the repository.
``web/vendor/manifest.json`` names the npm package and version each file comes from and its SHA-256.

    python tools/vendor.py check    every file is listed and has the listed SHA-256 (no network)
    python tools/vendor.py fetch    bring all files again, by npm, checked

To add or update a package, edit the manifest, leave ``integrity`` and ``sha256`` out, and run
``fetch``: it fills in what is missing and refuses anything that differs from what is there.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "web" / "vendor"
MANIFEST = VENDOR / "manifest.json"
OWN = {"manifest.json", "README.md"}  # written by hand, so not listed


def pack(name: str, version: str, folder: Path) -> Path:
    """The package's archive, brought by npm itself, from wherever this machine's npm asks."""
    if not (npm := shutil.which("npm")):
        raise SystemExit("To fetch third-party files, install Node.js, which brings npm.")
    command = [npm, "pack", "--silent", f"{name}@{version}", "--pack-destination", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"npm could not bring {name} {version}: {done.stderr.strip()}")
    return folder / done.stdout.split()[-1]


def check() -> list[str]:
    """Return one sentence for every file that is missing, changed or not in the manifest."""
    problems, listed = [], set(OWN)
    for package in json.loads(MANIFEST.read_text(encoding="utf-8")).values():
        for entry in package["files"]:
            listed.add(entry["file"])
            path = VENDOR / entry["file"]
            if not path.is_file():
                problems.append(f"web/vendor/{entry['file']} is missing")
            elif hashlib.sha256(path.read_bytes()).hexdigest() != entry.get("sha256"):
                problems.append(f"web/vendor/{entry['file']} is not the file the manifest names")
    on_disk = {p.relative_to(VENDOR).as_posix() for p in VENDOR.rglob("*") if p.is_file()}
    return problems + [
        f"web/vendor/{name} is not in the manifest" for name in sorted(on_disk - listed)
    ]


def pin(record: dict[str, str], key: str, value: str, what: str) -> None:
    """Compare ``value`` with the pinned one, or pin it where none is."""
    if record.setdefault(key, value) != value:
        raise SystemExit(f"{what} has {key} {value}, but the manifest says {record[key]}.")


def fetch() -> None:
    """Bring every package from the registry, check it, and write its listed files."""
    manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
    for name, package in manifest.items():
        version = package["version"]
        with tempfile.TemporaryDirectory() as folder:
            tarball = pack(name, version, Path(folder)).read_bytes()
        digest = base64.b64encode(hashlib.sha512(tarball).digest()).decode()
        pin(package, "integrity", f"sha512-{digest}", f"{name} {version}")
        with tarfile.open(fileobj=io.BytesIO(tarball)) as archive:
            for entry in package["files"]:
                member = archive.extractfile(f"package/{entry['from']}")
                if member is None:
                    raise SystemExit(f"{name} {version} has no file {entry['from']}.")
                content = member.read()
                pin(entry, "sha256", hashlib.sha256(content).hexdigest(), entry["file"])
                target = VENDOR / entry["file"]
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
        print(f"{name} {version}: {len(package['files'])} files")
    MANIFEST.write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    if sys.argv[1:] == ["fetch"]:
        fetch()
    elif sys.argv[1:] not in ([], ["check"]):
        raise SystemExit("Use: python tools/vendor.py [check | fetch]")
    if problems := check():
        raise SystemExit("\n".join([*problems, "Mend with: python tools/vendor.py fetch"]))
    print("Every vendored file is the one the manifest names.")


if __name__ == "__main__":
    main()
