"""The clause tagger's text and code, which are no part of the package."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

FOLDER = Path(__file__).parents[2] / "models" / "tagger"


def load(name: str) -> ModuleType:
    """Import a file of models/tagger."""
    spec = importlib.util.spec_from_file_location(f"tagger_{name}", FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where dataclasses look for it
    spec.loader.exec_module(module)
    return module
