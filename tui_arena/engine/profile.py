"""Profiles: TOML files that say how to get and run one model. Loads neither JAX nor Keras."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal, get_args

import msgspec

from tui_arena.errors import ArenaError
from tui_arena.folders import config_folder, shipped
from tui_arena.toml_file import as_struct, read_table

TemplateName = Literal[
    "chatml", "gemma", "llama3", "llama3.1", "mistral", "qwen3", "qwen3-no-think", "vicuna"
]
TEMPLATES: tuple[str, ...] = get_args(TemplateName)
"""Chat templates that can be named in a profile."""


MaxTokens = Annotated[int, msgspec.Meta(ge=1, le=1 << 22)]
"""Most tokens of one answer."""


class ProfileError(ArenaError):
    """A profile that cannot be found or read."""


class Sampler(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the next token is chosen. The defaults are greedy."""

    temperature: Annotated[float, msgspec.Meta(ge=0, le=100)] = 0.0
    """0 takes the most likely token; higher is more random."""
    top_k: Annotated[int, msgspec.Meta(ge=0, le=1 << 30)] = 0
    """Only the k most likely tokens; 0 allows all."""
    top_p: Annotated[float, msgspec.Meta(gt=0, le=1)] = 1.0
    """Only the smallest set of tokens with this probability together; 1 allows all."""
    seed: Annotated[int, msgspec.Meta(ge=0, le=(1 << 32) - 1)] = 0
    """The same seed, prompt and model give the same answer on the same device."""


class Profile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to get and run one model."""

    name: str = ""
    """The name it is asked for by: the file's stem, whatever the file says."""
    title: str = ""
    """A line for people; the name where empty."""
    extends: str = ""
    """Name of the profile that says what this one leaves out, all but the title."""
    preset: str
    """Where the model comes from: a folder with a KerasHub preset, a GGUF file, a file in an
    installed package (`package://package_name/file.gguf`), a KerasHub preset name, or a `kaggle://`
    or `hf://` address. Relative paths count from the profile's folder."""
    lora: str = ""
    """A KerasHub LoRA weights file (`.lora.h5`) to put on the model; none where empty. Relative
    paths count from the profile's folder."""
    template: TemplateName
    """Chat template: how messages become one prompt."""
    system: str = ""
    """System text that a conversation starts with; none where empty."""
    context: Annotated[int, msgspec.Meta(ge=16, le=1 << 22)] | None = None
    """Most tokens of a conversation; None takes what the model was made for, up to 8192."""
    max_tokens: MaxTokens = 1024
    """Most tokens of one answer."""
    dtype: Literal["auto", "float32", "bfloat16", "float16", "int8"] = "auto"
    """Type of weights and computations; auto is bfloat16 on accelerators and float32 on CPU, int8
    the same with its matrices in int8."""
    sampler: Sampler = Sampler()

    @property
    def weights_key(self) -> tuple[str, ...]:
        """Profiles with equal keys share one copy of the weights."""
        return (self.preset, self.dtype, *([self.lora] if self.lora else []))


def read_profile(
    path: Path, folders: Sequence[Path] | None = None, *, heirs: tuple[Path, ...] = ()
) -> Profile:
    """Read one profile file.

    Args:
        path: the file.
        folders: where the profile that it extends is looked for, after its own folder; those of
            `profile_folders` where None.
        heirs: the files that lead here by what they extend.

    Raises:
        ProfileError: one sentence naming file, key and expectation.
    """
    table = read_table(path, error=ProfileError)
    base = table.get("extends")
    if isinstance(base, str) and base:
        folders = profile_folders() if folders is None else folders
        heirs = (*heirs, path.resolve())
        found = read_profile(_base_of(path, base, folders, heirs), folders, heirs=heirs)
        inherited = msgspec.to_builtins(found)
        del inherited["name"], inherited["title"]
        if isinstance(table.get("sampler"), dict):
            table["sampler"] = inherited["sampler"] | table["sampler"]
        table = inherited | table
    profile = as_struct(table, Profile, path, error=ProfileError)
    preset = profile.preset
    if not preset.strip():
        raise ProfileError(f"{path}: key `preset`: is empty; say where the model comes from.")
    local = path.parent / Path(preset).expanduser()
    if "://" not in preset and (
        preset.startswith((".", "/", "~")) or preset.endswith(".gguf") or local.is_dir()
    ):
        preset = str(local.resolve())
    lora = str((path.parent / Path(profile.lora).expanduser()).resolve()) if profile.lora else ""
    return msgspec.structs.replace(
        profile, name=path.stem, title=profile.title or path.stem, preset=preset, lora=lora
    )


def _base_of(path: Path, name: str, folders: Sequence[Path], heirs: Sequence[Path]) -> Path:
    """Return the file of the profile that another one extends.

    One may extend the next of its own name, as a person's does the shipped one.
    """
    candidates = [folder / f"{name}.toml" for folder in (path.parent, *folders)]
    there = [candidate for candidate in candidates if "/" not in name and candidate.is_file()]
    free = [candidate for candidate in there if candidate.resolve() not in heirs]
    if free:
        return free[0]
    if there:
        raise ProfileError(f"{path}: key `extends`: “{name}” extends this profile; break the ring.")
    known = ", ".join(file.stem for file in list_profiles([path.parent, *folders])) or "none"
    raise ProfileError(f"{path}: key `extends`: there is no profile “{name}”; there are: {known}.")


def profile_folders(extra: Path | None = None) -> list[Path]:
    """Return the folders that are searched for profiles, the first match wins."""
    folders = [config_folder() / "profiles", shipped("profiles")]
    return [extra, *folders] if extra is not None else folders


def list_profiles(folders: Sequence[Path]) -> list[Path]:
    """Return the profile files that can be asked for by name, sorted by it."""
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.toml")):
            found.setdefault(path.stem, path)
    return [found[name] for name in sorted(found)]


def read_profiles(folders: Sequence[Path]) -> tuple[list[tuple[Path, Profile]], list[ProfileError]]:
    """Return the profiles that can be asked for by name, and what is wrong with the others."""
    good: list[tuple[Path, Profile]] = []
    bad: list[ProfileError] = []
    for path in list_profiles(folders):
        try:
            good.append((path, read_profile(path, folders)))
        except ProfileError as problem:
            bad.append(problem)
    return good, bad


def find_profile(name: str, folders: Sequence[Path]) -> Profile:
    """Return the profile of that name, or the one in the file of that path.

    Raises `ProfileError` where there is none, naming what there is.
    """
    if name.endswith(".toml") or "/" in name:
        return read_profile(Path(name).expanduser(), folders)
    paths = {path.stem: path for path in list_profiles(folders)}
    if name in paths:
        return read_profile(paths[name], folders)
    known = ", ".join(paths) or "none"
    raise ProfileError(f"There is no profile “{name}”; there are: {known}.")
