"""Which files a script opens to read, and which it may write itself."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from seedbed.doctor.source.module import Module
from seedbed.runs.script.paths.path_values import UNKNOWN, PathValues

READERS = {
    "load": {"numpy", "np", "joblib", "torch"}, "loadtxt": set(), "genfromtxt": set(),
    "read_csv": set(), "read_table": set(), "read_excel": set(), "read_json": set(),
    "read_pickle": set(), "read_parquet": set(), "read_hdf": set(), "imread": set(),
    "load_model": set(), "load_weights": set(), "load_img": set(), "loadmat": set(),
    "flow_from_directory": set(), "image_dataset_from_directory": set(),
    "text_dataset_from_directory": set(), "listdir": set(), "scandir": set(),
    "TextLineDataset": set(), "TFRecordDataset": set(),
    "open": set(), "File": {"h5py"}, "ZipFile": set(), "read_text": set(), "read_bytes": set(),
}  # fmt: skip
"""Functions that read the path that is their first argument → modules that they must be of."""

TABLES = {".csv", ".tsv", ".txt", ".json", ".pkl", ".pickle", ".xlsx", ".parquet", ".hdf"}
ARRAYS = {".npy", ".npz", ".mat", ".txt", ".csv"}
NETWORKS = {".h5", ".hdf5", ".keras", ".tf", ".pb", ".json", ".pkl", ".pt", ".npy", ".npz", ""}
PICTURES = {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".pdf", ".svg", ""}
ANY: set[str] = set()
WRITERS = {
    "savez": ARRAYS, "savez_compressed": ARRAYS, "savetxt": ARRAYS, "savemat": ARRAYS,
    "save": NETWORKS, "save_weights": NETWORKS, "save_model": NETWORKS,
    "ModelCheckpoint": NETWORKS, "CSVLogger": TABLES, "to_csv": TABLES, "to_pickle": TABLES,
    "to_json": TABLES, "to_hdf": TABLES, "to_excel": TABLES, "to_parquet": TABLES,
    "dump": TABLES, "savefig": PICTURES, "imsave": PICTURES, "imwrite": PICTURES,
    "makedirs": ANY, "mkdir": ANY, "write_text": ANY, "write_bytes": ANY, "copy": ANY,
    "copyfile": ANY, "copytree": ANY, "move": ANY, "rename": ANY, "write_file": ANY, "export": ANY,
}  # fmt: skip
"""Functions that write a file → endings of the files that they may write at an unknown path;
empty: any."""

FETCHING = {
    "urlretrieve", "urlopen", "get_file", "extractall", "extract", "unpack_archive", "system",
    "Popen", "check_call", "check_output", "getoutput", "download", "retrieve", "urlcleanup",
    "snapshot_download", "hf_hub_download", "dataset_download_files", "upload", "mount", "chdir",
}  # fmt: skip
"""Functions after which any file may be there."""


@dataclass(frozen=True)
class Read:
    """A place that reads a file or a folder.

    Attributes:
        path: As the script gives it.
        row: Line of the text.
        is_certain: Whether every run reaches it.
    """

    path: str
    row: int
    is_certain: bool


def reads(module: Module, script_folder: Path) -> list[Read]:
    """Every place that reads a path that the text tells."""
    values = PathValues(module, script_folder)
    found = []
    for node, argument in _calls(module):
        if _reads(node):
            path = values.of(argument)
            if path and path.strip(UNKNOWN):
                found.append(Read(path, node.lineno, is_certain(module, node)))
    return found


def paths_named(module: Module, script_folder: Path) -> Iterator[str]:
    """Every path of the text that leaves the script's folder, whatever it is for."""
    values = PathValues(module, script_folder)
    inner: set[int] = set()
    for node in sorted(module.nodes, key=_size, reverse=True):
        if id(node) in inner or not isinstance(node, ast.expr):
            continue
        path = values.of(node)
        if path is not None:
            inner |= {id(one) for one in ast.walk(node)}
            yield path


def writes(module: Module, script_folder: Path) -> list[tuple[str, int]]:
    """Every path that is written and that the text tells, with its line."""
    values = PathValues(module, script_folder)
    found = []
    for node, argument in _calls(module):
        if _writes(node):
            path = values.of(argument)
            if path and UNKNOWN not in path:
                found.append((path, node.lineno))
    return sorted(found, key=lambda one: one[1])


def may_be_written(module: Module, path: str, script_folder: Path) -> bool:
    """Whether a script may make a file itself, or fetch it."""
    values = PathValues(module, script_folder)
    parts = {part for part in Path(path).parts if part not in {".", "..", "/"}}
    for node, argument in _calls(module):
        name = _name_of(node)
        if name in FETCHING or _is_process(node):
            return True
        if not _writes(node):
            continue
        written = values.of(argument)
        if written is not None and UNKNOWN not in written and "{" not in written:
            if parts & set(Path(written).parts):
                return True
            continue
        endings = WRITERS.get(name, ANY)
        is_handle = name == "dump" and written is None  # its open is seen on its own
        if not is_handle and (not endings or Path(path).suffix.lower() in endings):
            return True
    return False


def _is_process(node: ast.Call) -> bool:
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    return isinstance(owner, ast.Name) and owner.id == "subprocess"


def _calls(module: Module) -> Iterator[tuple[ast.Call, ast.expr | None]]:
    """Each call with the argument that is its path."""
    for node in module.nodes:
        if isinstance(node, ast.Call):
            given = list(node.args)
            if isinstance(node.func, ast.Attribute) and node.func.attr in {
                *("read_text", "read_bytes", "write_text", "write_bytes", "mkdir"),
            }:
                given = [node.func.value]
            if _name_of(node) == "dump" and len(given) > 1:
                given = given[1:]
            named = [
                one.value
                for one in node.keywords
                if one.arg in {"directory", "filepath", "path", "file", "filename", "fname"}
            ]
            yield node, next(iter([*given, *named]), None)


def _name_of(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _reads(node: ast.Call) -> bool:
    name = _name_of(node)
    if name not in READERS:
        return False
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    if READERS[name] and not (isinstance(owner, ast.Name) and owner.id in READERS[name]):
        return False
    if name == "open" and owner is not None and not isinstance(owner, ast.Name):
        return False
    if name in {"open", "File", "ZipFile"}:
        mode = node.args[1] if len(node.args) > 1 else None
        mode = next((one.value for one in node.keywords if one.arg == "mode"), mode)
        if mode is None:
            return True
        return isinstance(mode, ast.Constant) and not set(str(mode.value)) & set("wax+")
    return True


def _writes(node: ast.Call) -> bool:
    name = _name_of(node)
    return name in WRITERS or (name in {"open", "File"} and not _reads(node))


def is_certain(module: Module, node: ast.AST) -> bool:
    """Whether nothing around a place decides whether it is reached."""
    above = module.parents.get(id(node))
    while above is not None:
        if isinstance(above, ast.If) and not _is_main(above):
            return False
        if isinstance(above, ast.Try | ast.While | ast.IfExp | ast.BoolOp | ast.ExceptHandler):
            return False
        if isinstance(above, ast.FunctionDef) and not (
            module.loads[above.name] or module.attributes[above.name]
        ):
            return False
        if isinstance(above, ast.Lambda):
            return False
        above = module.parents.get(id(above))
    return True


def _is_main(node: ast.If) -> bool:
    return any(isinstance(one, ast.Name) and one.id == "__name__" for one in ast.walk(node.test))


def _size(node: ast.AST) -> int:
    """Larger for expressions that hold others: lines and columns that they span."""
    if not isinstance(node, ast.expr):
        return 0
    lines = (node.end_lineno or node.lineno) - node.lineno
    return lines * 10_000 + (node.end_col_offset or 0) - node.col_offset
