"""A sweep's file after its fields were checked, with the place of each field for errors."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from seedbed.sweeps.spec.sweep_file import SweepFile
from seedbed.sweeps.spec.validation_errors import validated, validated_name
from seedbed.sweeps.spec.yaml_file import Place, YamlFile
from seedbed.system.errors import InputError


@dataclass(frozen=True)
class CheckedFile:
    """A sweep's file whose fields are valid.

    Attributes:
        yaml: The file as read; knows line and column of each field.
        fields: The fields, validated.
    """

    yaml: YamlFile
    fields: SweepFile

    @classmethod
    def read(cls, path: Path) -> "CheckedFile":
        """Read and check a file.

        Raises:
            InputError: The file cannot be read, is not YAML, or has a wrong field.
        """
        yaml = YamlFile.read(path)
        return cls(yaml, validated(yaml))

    @classmethod
    def parse(cls, text: str, path: Path) -> "CheckedFile":
        """Check a text that was read from ``path``, or will be written there.

        Raises:
            InputError: The text is not YAML, or has a wrong field.
        """
        yaml = YamlFile.parse(text, path)
        return cls(yaml, validated(yaml))

    @property
    def path(self) -> Path:
        """Where the file was read from."""
        return self.yaml.path

    @property
    def text(self) -> str:
        """The file's text as read."""
        return self.yaml.text

    @property
    def name(self) -> str:
        """Name of the sweep: what the file says, or the file's own name.

        Raises:
            InputError: The file's name has characters that a sweep's name may not have.
        """
        if self.fields.name is None:
            return validated_name(self.path.stem)
        return self.fields.name.replace("{date}", date.today().isoformat())

    def refuse(self, place: Place, sentence: str) -> InputError:
        """An error that begins with the file, line and column of ``place``."""
        return self.yaml.refuse(place, sentence)

    def at(self, *place: str | int) -> AbstractContextManager[None]:
        """A context that puts file, line and column of ``place`` before an InputError."""
        return self.yaml.at(*place)
