"""The section ``[tool.seedbed.doctor]`` of pyproject.toml."""

import fnmatch
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from seedbed.doctor.report.findings import Finding
from seedbed.system.errors import InputError

_LISTS = ("select", "ignore", "exclude")
_KEYS = (*_LISTS, "certain-only", "per-file-ignores")


@dataclass(frozen=True)
class Settings:
    """What to ask and what to leave out.

    Attributes:
        select: Codes or beginnings of codes to report; empty for all.
        ignore: Codes or beginnings of codes to leave out.
        exclude: Patterns of paths within folders that are not read.
        certain_only: Leave out findings of the kind "may be".
        per_file_ignores: Patterns of paths, with the codes to leave out there.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    certain_only: bool = False
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def wants(self, finding: Finding) -> bool:
        """Whether a finding is to be reported."""
        if self.certain_only and finding.certainty != "is":
            return False
        if self.select and not finding.code.startswith(self.select):
            return False
        if self.ignore and finding.code.startswith(self.ignore):
            return False
        path = finding.path.as_posix()
        return not any(
            finding.code.startswith(codes)
            for pattern, codes in self.per_file_ignores.items()
            if codes and (fnmatch.fnmatch(path, pattern) or fnmatch.fnmatch(path, f"*/{pattern}"))
        )


def check_codes(codes: object, where: str, known: Mapping[str, object]) -> tuple[str, ...]:
    """Codes as the user wrote them, checked.

    Args:
        codes: A list of codes or of their beginnings, such as ``SB2``.
        where: What the user wrote them in, for the message.
        known: The rules by code.

    Returns:
        The codes in capitals.

    Raises:
        InputError: Not a list of strings, or a code that no rule has.
    """
    if not isinstance(codes, list | tuple) or not all(isinstance(code, str) for code in codes):
        raise InputError(f"{where} must be a list of codes such as ['SB201']; got {codes!r}.")
    found = tuple(code.strip().upper() for code in codes)
    for code in found:
        if not re.fullmatch(r"SB\d{0,3}", code) or not any(k.startswith(code) for k in known):
            raise InputError(
                f"{where} must name rules; no rule is called '{code}' "
                "(seedbed doctor --rules lists them)."
            )
    return found


def find_pyproject(start: Path) -> Path | None:
    """The nearest pyproject.toml in a folder or above it."""
    for folder in (start, *start.parents):
        if (folder / "pyproject.toml").is_file():
            return folder / "pyproject.toml"
    return None


def read_settings(path: Path | None, known: Mapping[str, object]) -> Settings:
    """Read the section of a pyproject.toml.

    Args:
        path: The file; None for the defaults.
        known: The rules by code.

    Returns:
        The settings; the defaults where the file has no such section.

    Raises:
        InputError: The file cannot be read, or the section holds something else.
    """
    if path is None:
        return Settings()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"'{path}' must be a readable TOML file: {error}.") from error
    section = content.get("tool", {}).get("seedbed", {}).get("doctor", {})
    where = f"[tool.seedbed.doctor] in '{path}'"
    if not isinstance(section, dict):
        raise InputError(f"{where} must be a table; got {section!r}.")
    for name in section:
        if name not in _KEYS:
            raise InputError(f"{where} knows {', '.join(_KEYS)}; got '{name}'.")
    return _settings(section, where, known)


def _settings(section: dict[str, object], where: str, known: Mapping[str, object]) -> Settings:
    certain = section.get("certain-only", False)
    if not isinstance(certain, bool):
        raise InputError(f"certain-only of {where} must be true or false; got {certain!r}.")
    exclude = section.get("exclude", [])
    if not isinstance(exclude, list) or not all(isinstance(item, str) for item in exclude):
        raise InputError(f"exclude of {where} must be a list of patterns; got {exclude!r}.")
    per_file = section.get("per-file-ignores", {})
    if not isinstance(per_file, dict):
        raise InputError(
            f"per-file-ignores of {where} must be a table from patterns to codes; got {per_file!r}."
        )
    return Settings(
        check_codes(section.get("select", []), f"select of {where}", known),
        check_codes(section.get("ignore", []), f"ignore of {where}", known),
        tuple(exclude),
        certain,
        {
            pattern: check_codes(codes, f"per-file-ignores '{pattern}' of {where}", known)
            for pattern, codes in per_file.items()
        },
    )
