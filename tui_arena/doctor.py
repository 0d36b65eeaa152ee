"""What `tui-arena doctor` and `tui-arena shardings` say. Loads neither JAX nor Keras."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tui_arena.engine.layout import Audit, Weight
from tui_arena.engine.plan import KEPT_FREE, Machine, Need, fitting, need_of
from tui_arena.engine.profile import Profile
from tui_arena.engine.sources import SourceError, files_of, shape_of
from tui_arena.errors import ArenaError
from tui_arena.folders import cache_folder
from tui_arena.text import columns, display_text


@dataclass(frozen=True, slots=True)
class Checkup:
    """What was found out about profiles on a machine."""

    needs: list[Need]
    here: frozenset[str]
    """Names of profiles whose models are on this machine's disk."""
    unknown: list[str]
    """Names of profiles whose sizes are not known."""
    problems: list[ArenaError]


def examine(profiles: Sequence[Profile], machine: Machine) -> Checkup:
    """Find out what each profile's model needs; those that share weights count once."""
    shared: dict[tuple[str, ...], list[Profile]] = {}
    for profile in profiles:
        shared.setdefault(profile.weights_key, []).append(profile)
    needs: list[Need] = []
    here: set[str] = set()
    unknown: list[str] = []
    problems: list[ArenaError] = []
    for group in shared.values():
        names = [profile.name for profile in group]
        if files_of(group[0]) is not None:
            here.update(names)
        try:
            shape = shape_of(group[0])
        except SourceError as problem:
            problems.append(problem)
            continue
        if shape is None:
            unknown += names
        else:
            needs.append(need_of(group, shape, machine))
    return Checkup(needs, frozenset(here), unknown, problems)


def checkup_text(checkup: Checkup, machine: Machine, *, ascii_only: bool = False) -> str:
    """Lay out the checkup for people."""
    many = machine.devices > 1
    what = machine.kind or "planned, not looked at"
    lines = [
        f"Devices  {machine.devices} ({what}), {_giga(machine.memory)} of memory each",
        f"Mesh     {f'{machine.devices} along one axis' if many else 'none: one device holds all'}",
        f"Budget   {_giga(max(0, machine.memory - KEPT_FREE))} of each device for weights and KV, "
        f"{_giga(KEPT_FREE)} kept free for programs; --memory of the arena sets another",
        f"Cache    {_cache_line()}",
        "",
    ]
    rows = [
        ("PROFILE", "DTYPE", "PARAMETERS", "WEIGHTS", "KV A TOKEN", "KV", "TOGETHER", "CUT", "")
    ]
    rows += [
        (
            ", ".join(need.names),
            need.dtype,
            f"{need.parameters / 1e9:.2f} B",
            _giga(need.audit.device_bytes),
            f"{need.token_bytes / 1024:.0f} KiB",
            _giga(need.cache_bytes),
            _giga(need.bytes),
            f"{need.audit.cut:.3%}" if many else "-",
            "on disk" if need.names[0] in checkup.here else "to be fetched",
        )
        for need in checkup.needs
    ]
    lines.append(columns(rows, ascii_only=ascii_only))
    lines.append("")
    lines.append("Weights, KV and together are of each device; a token's KV is of all of them.")
    lines += _verdict(checkup.needs, machine)
    if checkup.unknown:
        lines.append(f"Sizes not known before they are fetched: {', '.join(checkup.unknown)}.")
    return "\n".join(display_text(line, ascii_only=ascii_only) for line in lines)


def _verdict(needs: Sequence[Need], machine: Machine) -> list[str]:
    if not needs:
        return []
    chosen = fitting(needs, machine.memory)
    taken = sum(need.bytes for need in chosen)
    sums = (
        f"{_giga(taken)} of {_giga(machine.memory)} on each device, "
        f"with {_giga(KEPT_FREE)} kept free for programs"
    )
    turns = _turns(needs, machine)
    if len(chosen) == len(needs):
        room = machine.memory - KEPT_FREE - taken
        more = [need for need in needs if need.bytes > room]
        if not more:
            return [f"All fit together: {sums}.", *turns]
        least = min(more, key=lambda need: need.bytes)
        return [
            f"All fit together: {sums}; one more of the size of {least.names[0]} would not, "
            f"with its KV ({_giga(least.bytes)}).",
            *turns,
        ]
    names = ", ".join(need.names[0] for need in needs if need in chosen)
    rest = ", ".join(need.names[0] for need in needs if need not in chosen)
    if not chosen:
        smallest = f"None fits: not even the smallest has room beside what is kept free ({sums})."
        return [smallest, *turns]
    return [f"These fit together: {names}; {sums}.", f"No room beside them for: {rest}.", *turns]


def _turns(needs: Sequence[Need], machine: Machine) -> list[str]:
    """Say what the weights alone take, where KV caches would be given in turn."""
    weights = sum(need.audit.device_bytes for need in needs)
    room = machine.memory - KEPT_FREE - weights
    if max(need.least_cache for need in needs) > room:
        return []
    return [
        "A KV cache is made when a model first answers, and the one used longest ago makes room: "
        f"all weights take {_giga(weights)}, which leaves {_giga(room)} for caches."
    ]


def shardings_text(audit: Audit, *, ascii_only: bool = False) -> str:
    """Lay out how weights lie, those of all layers in one row."""
    alike: dict[tuple[str, tuple[int, ...], str, int | None], list[Weight]] = {}
    for weight in audit.weights:
        path = re.sub(r"^(\w+_)\d+/", r"\1*/", weight.path)
        alike.setdefault((path, weight.shape, weight.dtype, weight.axis), []).append(weight)
    rows = [("WEIGHT", "COUNT", "SHAPE", "DTYPE", "SPEC", "A DEVICE", "")]
    rows += [
        (
            path,
            str(len(weights)),
            "x".join(map(str, shape)),
            dtype,
            _spec(shape, axis),
            _mega(sum(weight.device_bytes for weight in weights)),
            "copied" if axis is None and audit.devices > 1 else "",
        )
        for (path, shape, dtype, axis), weights in alike.items()
    ]
    whole = f"{_giga(audit.bytes)} of weights"
    if audit.devices == 1:
        summary = f"{whole} on one device: nothing is cut."
    else:
        copied = audit.copied
        summary = (
            f"{audit.cut:.3%} of {whole} is cut over {audit.devices} devices, "
            f"{_giga(audit.device_bytes)} on each."
        )
        if copied:
            summary += (
                f" The biggest copied whole: {copied[0].path}, {_mega(copied[0].bytes)}; "
                f"all copies: {_mega(sum(weight.bytes for weight in copied))}."
            )
    summary = display_text(summary, ascii_only=ascii_only)
    return f"{columns(rows, ascii_only=ascii_only)}\n\n{summary}"


def planned_audit(profile: Profile, devices: int) -> Audit:
    """Say how a profile's weights would lie; raises `ArenaError` where sizes are not known."""
    shape = shape_of(profile)
    if shape is None:
        raise ArenaError(
            f"The sizes of {profile.name} are not known before it is fetched; "
            "run this without --devices to fetch and load it."
        )
    return need_of([profile], shape, Machine(devices, 0)).audit


def _spec(shape: Sequence[int], axis: int | None) -> str:
    if axis is None:
        return "whole"
    return "(" + ", ".join("model" if index == axis else "-" for index in range(len(shape))) + ")"


def _cache_line() -> str:
    folder = cache_folder()
    models = [path for path in sorted((folder / "models").glob("*")) if path.is_dir()]
    programs = list((folder / "programs").glob("*"))
    if not models and not programs:
        return f"{folder}: empty"
    return (
        f"{folder}: {len(models)} converted model{'s' * (len(models) != 1)} "
        f"({_giga(sum(map(_bytes_in, models)))}), "
        f"compiled programs ({_giga(sum(map(_bytes_in, programs)))})"
    )


def _bytes_in(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.lstat().st_size for file in files if file.is_file())


def _giga(size: int) -> str:
    return f"{size / 1e9:.2f} GB"


def _mega(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{size / 1e3:.1f} kB"
