"""SentencePiece, the tokenizers of Gemma, Llama 2, Vicuna and Mistral.

A model file is a protocol buffer that lists the pieces with their types. Text is never matched with
a piece of type CONTROL, but always with one of type USER_DEFINED, as Gemma's `<start_of_turn>` is.
So those that mean something to a template are made CONTROL pieces before the processor is built.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from google.protobuf.message import DecodeError
from sentencepiece import SentencePieceProcessor
from sentencepiece import sentencepiece_model_pb2 as schema

from tui_arena.engine.tokens import Codec, TokenError

_SPACE = "\u2581"
"""How pieces write a space."""

_MARKUP = re.compile(
    r"</?(table|caption|thead|tbody|tfoot|tr|th|td|h[1-6]|blockquote|code|strong|em|b|i|u|s|su[bp])>"
)
"""HTML elements that Gemma has pieces for: text like any other, in prompts and in answers."""


class SentencePieceCodec(Codec):
    """SentencePiece with byte fallback between text and ids.

    A space and the letter U+2581 are one and the same to it.
    """

    def __init__(self, proto: bytes, *, control: Iterable[str] = ()) -> None:
        """Build the codec.

        Args:
            proto: the serialized SentencePiece model.
            control: names to treat as control tokens beside those that the model itself sets apart;
                names that it lacks are passed over.

        Raises:
            TokenError: where the model is damaged, or cannot spell every text.
        """
        model = _parse(proto)
        wanted = set(control)
        reserved = []
        for piece in model.pieces:
            if piece.piece in wanted or _is_control(piece):
                reserved.append(piece.piece)
                if piece.type != schema.ModelProto.SentencePiece.UNKNOWN:  # there must be one
                    piece.type = schema.ModelProto.SentencePiece.CONTROL
        super().__init__({p.piece: number for number, p in enumerate(model.pieces)}, reserved)
        self._single_bytes = {
            number: bytes([int(piece.piece[3:5], 16)])
            for number, piece in enumerate(model.pieces)
            if piece.type == schema.ModelProto.SentencePiece.BYTE
        }
        if len(self._single_bytes) != 256:
            raise TokenError(
                "This model's SentencePiece vocabulary has no tokens for single bytes, without "
                "which it cannot read every text; it is not supported."
            )
        if model.normalizer_spec.add_dummy_prefix:
            self.prefix = b" "
        self._processor = SentencePieceProcessor(model_proto=model.SerializeToString())

    def _encode(self, text: str) -> list[int]:
        return list(self._processor.encode(text))

    def _bytes_of(self, number: int, name: str) -> bytes:
        return self._single_bytes.get(number) or name.replace(_SPACE, " ").encode()


def _parse(proto: bytes) -> Any:
    model = schema.ModelProto()
    try:
        model.ParseFromString(proto)
    except DecodeError:
        model.Clear()
    if not model.pieces:
        raise TokenError("This model's SentencePiece vocabulary is damaged; fetch it again.")
    return model


def _is_control(piece: Any) -> bool:
    kinds = schema.ModelProto.SentencePiece
    if piece.type == kinds.USER_DEFINED:
        name = piece.piece
        bracketed = len(name) > 2 and name[0] + name[-1] in ("<>", "[]")
        return bracketed and not _MARKUP.fullmatch(name)
    return piece.type in (kinds.CONTROL, kinds.UNKNOWN, kinds.UNUSED)
