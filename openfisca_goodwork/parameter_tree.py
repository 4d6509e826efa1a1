"""The dated parameters as OpenFisca's tree; what their YAML files hold is kept, and the next process parses none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from openfisca_core.parameters import ParameterNode, config, load_parameter_file
from yaml import YAMLError, load

from openfisca_goodwork.cache import fingerprint, load_or_make

_NAME, _TEXT, _INDEX = "parameters", "json", "index"


def parameter_tree(folder: Path) -> ParameterNode:
    """The parameters of a folder of YAML files, as `ParameterNode("", directory_path=folder)` reads them.

    Raises:
        ParameterParsingError: the engine's own, for a file that is no YAML or no parameter.
    """
    paths = sorted(path for path in folder.rglob("*") if path.suffix in config.FILE_EXTENSIONS)
    named = {path.relative_to(folder).as_posix(): path for path in paths}
    reader = Path(str(config.__file__))  # another engine may read the same file otherwise
    key = fingerprint(reader, *(piece for name, path in named.items() for piece in (name, path)))
    kept = load_or_make(_NAME, key, lambda: {_TEXT: _as_bytes({name: _content(path) for name, path in named.items()})})
    return _node("", folder, folder, json.loads(kept[_TEXT].tobytes()))


def _as_bytes(contents: dict[str, Any]) -> np.ndarray:
    return np.frombuffer(json.dumps(contents).encode(), dtype=np.uint8)


def _content(path: Path) -> Any:
    """What a file holds; the engine says what is wrong with one that cannot be read."""
    try:
        return load(path.read_text(encoding="utf-8"), Loader=config.Loader)  # noqa: S506 — the package's own files
    except YAMLError:
        load_parameter_file(str(path))
        raise


def _node(name: str, folder: Path, root: Path, contents: dict[str, Any]) -> ParameterNode:
    """A folder as a node: its files and folders in the order of the disk, as the engine takes them."""
    described = contents.get((folder / f"{_INDEX}.yaml").relative_to(root).as_posix()) or {}
    node = ParameterNode(name, data=described, file_path=str(folder))
    for path in folder.iterdir():
        full = f"{name}.{path.stem}" if name else path.stem
        if path.is_dir():
            node.add_child(path.name, _node(full, path, root, contents))
        elif path.suffix in config.FILE_EXTENSIONS and path.stem != _INDEX:
            read = contents[path.relative_to(root).as_posix()]
            node.add_child(path.stem, ParameterNode(name, data={path.stem: read}, file_path=str(path)).children[path.stem])
    return node


__all__ = ["parameter_tree"]
