"""Check a sweep file's options against the experiment's; each error says where in the file."""

from collections.abc import Mapping, Sequence

from seedbed.runs.execution.catalog import Experiment
from seedbed.runs.settings.options import OptionSpec, is_seed, parse, specs
from seedbed.sweeps.design.search.search_space import (
    Configuration,
    Spaces,
    takes_numbers,
    takes_whole_numbers,
)
from seedbed.sweeps.spec.checked_file import CheckedFile
from seedbed.sweeps.spec.exclude_rules import ExcludeRule
from seedbed.sweeps.spec.fields.configuration_fields import Drawn, Range
from seedbed.sweeps.spec.fields.section import Scalar
from seedbed.sweeps.spec.yaml_file import Place
from seedbed.system.errors import InputError
from seedbed.system.text.did_you_mean import nearest


class Options:
    """The options that a file names, checked against an experiment.

    Args:
        file: The sweep's file.
        experiment: What it trains.

    Raises:
        InputError: An option is unknown, set by seeds, named twice, or has a value that it
            cannot take; a rule cannot be read.
    """

    def __init__(self, file: CheckedFile, experiment: Experiment) -> None:
        self._file = file
        self._fields = file.fields
        self._kind = experiment.options
        self._specs: dict[str, OptionSpec] = {s.name: s for s in specs(experiment.options)}
        for option, value in file.fields.options.items():
            self._known(option, ("options", option))
            self._parsed(option, value, ("options", option))
        self.spaces, self.place = self._vary()
        self.rules = self._understood()
        self.whole: Mapping[str, bool] = {
            option: takes_whole_numbers(self._specs[option]) for option in self.spaces
        }

    def blamed(self, sentence: str) -> Place:
        """Where the option stands with which an experiment's sentence begins."""
        option = sentence.split(" ", 1)[0]
        if option in self._fields.options:
            return ("options", option)
        return (*self.place, option) if option in self.spaces else ("experiment",)

    def _vary(self) -> tuple[Spaces, Place]:
        """Every option that may vary, with what it may be, and where that stands."""
        given = self._fields.configurations
        if self._fields.search:
            if given:
                raise self._file.refuse(
                    ("configurations",),
                    "configurations must not be given with search, which makes its own: "
                    "leave one of them out.",
                )
            return self._spaces(self._fields.search.over, ("search", "over"))
        if isinstance(given, Drawn):
            return self._spaces(given.among, ("configurations", "among"))
        if isinstance(given, list):
            return self._listed(given), ("configurations",)
        return self._spaces(given, ("configurations",))

    def _spaces(self, spaces: Spaces, place: Place) -> tuple[Spaces, Place]:
        for option, space in spaces.items():
            here = (*place, option)
            self._known(option, here)
            if isinstance(space, Range):
                self._range(option, space, here)
            else:
                parsed = [self._parsed(option, v, (*here, i)) for i, v in enumerate(space)]
                self._all_differ(parsed, option, here)
        return spaces, place

    def _listed(self, given: Sequence[Configuration]) -> Spaces:
        parsed = []
        for index, one in enumerate(given):
            values = {}
            for option, value in one.items():
                here: Place = ("configurations", index, option)
                self._known(option, here)
                values[option] = self._parsed(option, value, here)
            parsed.append(values)
        self._all_differ(parsed, "configurations", ("configurations",))
        options = dict.fromkeys(option for one in given for option in one)
        return {option: [one[option] for one in given if option in one] for option in options}

    def _all_differ(self, values: Sequence[object], what: str, place: Place) -> None:
        for index, value in enumerate(values):
            if value in values[:index]:
                shown = (
                    " ".join(f"{key}={inner}" for key, inner in value.items()) or "the defaults"
                    if isinstance(value, dict)
                    else value
                )
                raise self._file.refuse(
                    (*place, index),
                    f"{what} must differ from one configuration to the next, got {shown} more "
                    "than once: leave one out.",
                )

    def _known(self, option: str, place: Place) -> None:
        if option == "seed" or (option in self._specs and is_seed(option)):
            raise self._file.refuse(
                place, f"{option} is set by seeds, not as an option: leave it out here."
            )
        if option not in self._specs:
            raise self._file.refuse(
                place,
                f"There is no option {option!r}{nearest(option, self._settable())}; "
                f"the options are {', '.join(self._settable())}.",
            )
        if place[0] != "options" and option in self._fields.options:
            raise self._file.refuse(
                place, f"{option} is given in {place[0]} and in options: keep one of them."
            )

    def _settable(self) -> list[str]:
        return [name for name in self._specs if not is_seed(name)]

    def _parsed(self, option: str, value: Scalar, place: Place) -> object:
        with self._file.at(*place):
            return getattr(parse(self._kind, {option: value}), option)

    def _range(self, option: str, space: Range, place: Place) -> None:
        spec = self._specs[option]
        if not takes_numbers(spec):
            raise self._file.refuse(
                place,
                f"{option} must have a list of values, because it is not a number "
                f"({spec.kind.replace(' | ', ' or ')}); got a range.",
            )
        for end in ("low", "high"):
            value = getattr(space, end)
            if takes_whole_numbers(spec) and float(value).is_integer():
                value = int(value)
            self._parsed(option, value, (*place, end))

    def _understood(self) -> list[ExcludeRule]:
        found = []
        for index, text in enumerate(self._fields.exclude):
            with self._file.at("exclude", index):
                found.append(ExcludeRule.parse(text, self._settable()))
        return found

    def allowed(self, options: object) -> bool:
        """Whether no rule excludes these options."""
        for index, rule in enumerate(self.rules):
            with self._file.at("exclude", index):
                if rule.applies(vars(options)):
                    return False
        return True


def trainable(
    file: CheckedFile, options: Options, experiment: Experiment, given: Sequence[object]
) -> None:
    """Refuse what only the experiment can tell: sizes that do not fit, data that is not there."""
    for one in dict.fromkeys(given):
        try:
            experiment.check(one)
        except InputError as error:
            raise file.refuse(options.blamed(str(error)), str(error)) from None
