"""The page on which a person changes what a side is asked with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.reactive import var
from textual.screen import ModalScreen
from textual.widgets import Input, TextArea

from tui_arena.engine.profile import Profile
from tui_arena.keymap import BY_ID
from tui_arena.session import Side
from tui_arena.side_settings import (
    MEANINGS,
    NAMES,
    Name,
    SettingError,
    SideSettings,
    Written,
    plain,
    read_written,
)
from tui_arena.widgets.plain import Plain
from tui_arena.widgets.prompt import PromptArea, writable
from tui_arena.widgets.signs import Signs

_HEIGHTS = [(0, "-low"), (20, "-high")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """What a side is asked with where nothing is set."""

    system: str | None
    """The system text; None where it may not be shown."""
    whose: str
    """Where that comes from."""
    profile: Profile | None
    """Has the numbers; None where they may not be shown."""

    def number(self, name: Name) -> str:
        """Return a number as people write it."""
        profile = self.profile
        if profile is None:
            return "the profile's"
        return plain(profile.max_tokens if name == "max_tokens" else getattr(profile.sampler, name))


class _Body(VerticalScroll, inherit_bindings=False):
    """Scrolls where the terminal is low; arrows go from number to number."""


class AskWith(ModalScreen[tuple[Written, bool] | None]):
    """Gives what was written and whether it is for both sides; None where it was left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("f4", "turn", show=False),
        Binding("ctrl+r", "restore", show=False),
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
    ]
    VERTICAL_BREAKPOINTS = _HEIGHTS

    both: var[bool] = var(False)
    """Whether the settings are for both sides."""
    _area = query_one(PromptArea)
    _title_line = query_one(".page-title", Plain)
    _whose = query_one("#ask-whose", Plain)
    _says = query_one("#ask-says", Plain)

    def __init__(
        self,
        *,
        side: Side,
        model: str,
        settings: SideSettings,
        usual: Usual,
        answering: bool,
        signs: Signs,
        still: bool,
    ) -> None:
        """`answering` says whether an answer is under way that the settings come too late for."""
        super().__init__()
        self._side, self._model, self._signs, self._still = side, model, signs, still
        self._before, self._usual, self._answering = settings, usual, answering
        self._system = settings.system
        """The system text that was set; None where it is the usual one."""
        self._changed = self._warned = False

    def compose(self) -> ComposeResult:
        """Lay out the page."""
        yield Plain(classes="page-title")
        with _Body(id="ask-body", can_focus=False):
            yield Plain(id="ask-whose")
            yield PromptArea(
                id="ask-system",
                placeholder=self._placeholder,
                send_keys=BY_ID["send"].keys,
                newline_keys=BY_ID["newline"].keys,
                tallest=None,
                stays=True,
            )
            for name in NAMES:
                with Horizontal(classes="ask-row"):
                    yield Plain(name, classes="ask-name")
                    yield Input(
                        self._written(name),
                        placeholder=self._usual.number(name),
                        # Other signs are no part of a number, and might act on terminals.
                        restrict=r"[ -~]{0,60}",
                        select_on_focus=False,
                        compact=True,
                        id=f"ask-{name}",
                    )
                    yield Plain(MEANINGS[name], classes="ask-means")
        yield Plain(id="ask-says")
        yield Plain(classes="page-keys")

    def on_mount(self) -> None:
        """Begin at the system text."""
        self._area.cursor_blink = not self._still
        for field in self._fields():
            field.cursor_blink = not self._still
        self._write(self._before.system)
        self._area.focus()
        self._draw()

    def watch_both(self) -> None:
        """Say for whom the settings are."""
        if self.is_mounted:
            self._draw()

    def _draw(self) -> None:
        who = "both sides are" if self.both else f"the {self._side} is"
        model = f"  {self._signs.dot}  {self._signs.one_line(self._model)}"
        self._title_line.update(
            Content.assemble(
                Content.styled(f"  What {who} asked with", "bold"), "" if self.both else model
            )
        )
        self.query_one(".page-keys", Plain).update(self._keys())
        self._say()

    def on_text_area_changed(self, message: TextArea.Changed) -> None:
        """Take in the system text; whose it is follows from it."""
        message.stop()
        text, usual, before = self._area.text, self._usual.system, self._before.system
        # What the line cannot hold it shows in other signs; that alone is no change.
        if usual is not None and text == writable(usual):
            self._system = None
        elif before is not None and text == writable(before):
            self._system = before
        else:
            self._system = text
        self._touched()

    def on_input_changed(self, message: Input.Changed) -> None:
        """Take note of a change."""
        message.stop()
        self._touched()

    def on_prompt_area_sent(self, message: PromptArea.Sent) -> None:
        """Enter in the system text means the same as in a number."""
        message.stop()
        self._take()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Enter in a number."""
        message.stop()
        self._take()

    def _take(self) -> None:
        """Give the settings, or say which of them cannot be."""
        written = {name: self._field(name).value for name in NAMES}
        try:
            given = read_written(self._system, written, whole=self._usual.profile is None)
        except SettingError as problem:
            self._say(str(problem), "bold $error")
            self._field(problem.name).focus()
            return
        self.dismiss((given, self.both))

    def action_leave(self) -> None:
        """Change nothing; where something was written, only when asked twice."""
        if self._changed and not self._warned:
            self._warned = True
            self._say("Not applied yet: Enter applies it, Esc again drops it.", "bold $warning")
        else:
            self.dismiss(None)

    def action_turn(self) -> None:
        """Mean both sides, or the one alone again."""
        self.both = not self.both

    def action_restore(self) -> None:
        """Put back what is usual."""
        for field in self._fields():
            with field.prevent(Input.Changed):
                field.value = ""
        self._write(None)
        self._touched()

    def _touched(self) -> None:
        self._changed, self._warned = True, False
        self._show_whose()
        self._say()

    def _write(self, system: str | None) -> None:
        """Show a system text, None for the usual one."""
        self._system = system
        with self._area.prevent(TextArea.Changed):
            self._area.text = (self._usual.system or "") if system is None else system
        self._area.move_cursor(self._area.document.end)
        self._show_whose()

    def _show_whose(self) -> None:
        if self._system is None:
            whose = self._usual.whose + (", hidden" if self._usual.system is None else "")
        else:
            whose = "yours" if self._system else "none at all"
        self._whose.update(f"System text: {whose}")

    def _say(self, problem: str = "", style: str = "") -> None:
        """Say what is wrong, or what there is to know."""
        says = [problem] if problem else []
        if not problem and self._answering:
            says.append(
                "An answer under way goes on as it was asked; all this holds from the next one."
            )
        if not problem and self.both:
            says.append(
                "Both sides are asked alike then; what is empty, as each one's profile says."
            )
        self._says.update(self._signs.content(" ".join(says), style))

    @property
    def _placeholder(self) -> str:
        if self._usual.system is None:
            return "Hidden, for it would tell the models apart; what you write takes its place."
        return "No system text."

    def _written(self, name: Name) -> str:
        settings = self._before
        value = settings.max_tokens
        if name != "max_tokens":
            value = getattr(settings.sampler, name) if settings.sampler is not None else None
        return "" if value is None else plain(value)

    def _field(self, name: Name) -> Input:
        return self.query_one(f"#ask-{name}", Input)

    def _fields(self) -> Iterator[Input]:
        return iter(self.query(Input))

    def _keys(self) -> Content:
        keys = [
            ("Enter", "apply"),
            ("Esc", "leave"),
            ("F4", f"the {self._side} alone" if self.both else "both sides"),
            ("Tab", "next"),
            ("^J", "newline"),
            ("^R", "reset"),
        ]
        return Content.assemble(
            *(
                Content.assemble((f"  {key}", "bold $primary"), (f" {does} ", "$foreground 60%"))
                for key, does in keys
            )
        )
