"""GGUF files: conversion, and what becomes of damaged ones."""

import json
import os
import random
import signal
import stat
import subprocess
import sys
from pathlib import Path

import gguf
import numpy as np
import pytest
import tiny

from tui_arena.engine.events import Failed, Ready
from tui_arena.engine.profile import Profile
from tui_arena.engine.template import render


def to_gguf(backbone, path: Path, **changes) -> Path:
    """Write a Llama backbone as llama.cpp's converter does, Q and K rows interleaved."""
    names, merges = tiny.vocabulary()
    fields = {"architecture": "llama", "pre": "smollm", "skip": None, **changes}
    writer = gguf.GGUFWriter(path, fields["architecture"])
    heads, kv_heads = backbone.num_query_heads, backbone.num_key_value_heads
    hidden = backbone.hidden_dim
    writer.add_context_length(fields.get("context", 1024))
    writer.add_block_count(fields.get("layers", backbone.num_layers))
    writer.add_embedding_length(hidden)
    writer.add_feed_forward_length(backbone.intermediate_dim)
    writer.add_head_count(heads)
    writer.add_head_count_kv(kv_heads)
    writer.add_rope_freq_base(10000.0)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(fields["pre"])
    writer.add_token_list(list(names))
    writer.add_token_types([3 if name in tiny.CONTROL else 1 for name in names])
    writer.add_token_merges(merges)
    weights = {variable.path: np.asarray(variable) for variable in backbone.variables}

    def interleaved(kernel, count):
        rows = kernel.transpose(1, 2, 0).reshape(count, 2, hidden // heads // 2, hidden)
        return rows.swapaxes(1, 2).reshape(-1, hidden)

    tensors = {
        "token_embd.weight": weights["token_embedding/embeddings"],
        "output_norm.weight": weights["sequence_output_layernorm/scale"],
    }
    if not backbone.tie_word_embeddings:
        tensors["output.weight"] = weights["token_embedding/reverse_embeddings"].T
    for layer in range(backbone.num_layers):
        here, there = f"transformer_layer_{layer}/", f"blk.{layer}."
        attention = here + "self_attention/"
        values = weights[attention + "value/kernel"]
        tensors |= {
            there + "attn_q.weight": interleaved(weights[attention + "query/kernel"], heads),
            there + "attn_k.weight": interleaved(weights[attention + "key/kernel"], kv_heads),
            there + "attn_v.weight": values.reshape(hidden, -1).T,
            there + "attn_output.weight": weights[attention + "attention_output/kernel"]
            .reshape(-1, hidden)
            .T,
            there + "attn_norm.weight": weights[here + "self_attention_layernorm/scale"],
            there + "ffn_norm.weight": weights[here + "feedforward_layernorm/scale"],
            there + "ffn_up.weight": weights[here + "feedforward_intermediate_dense/kernel"].T,
            there + "ffn_gate.weight": weights[here + "feedforward_gate_dense/kernel"].T,
            there + "ffn_down.weight": weights[here + "feedforward_output_dense/kernel"].T,
        }
    for name, value in tensors.items():
        if name != fields["skip"]:
            writer.add_tensor(name, np.ascontiguousarray(value, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.fixture
def cache(tmp_path, monkeypatch):
    folder = tmp_path / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder / "tui_arena" / "models"


def profile(path: Path) -> Profile:
    return tiny.profile(path)


async def load(engine, path: Path):
    events = [event async for event in engine.load(profile(path))]
    return events[-1]


@pytest.mark.parametrize("tied", [True, False])
async def test_a_gguf_file_answers_as_the_model_it_was_made_from(
    engine, tmp_path, cache, collect, tied
):
    backbone = tiny.backbone(tied=tied)
    path = to_gguf(backbone, tmp_path / "model.gguf")
    request = tiny.request(profile(path), "hello world", max_tokens=30)
    _, last = await collect(engine.submit(request))
    model = engine._models[request.profile.weights_key]
    prompt = render("chatml", model.codec, request.messages)
    assert list(last.ids) == tiny.generate(backbone, prompt, count=30)
    assert model.context == 1024


async def test_it_is_converted_once_into_a_private_folder(engine, tmp_path, cache):
    path = to_gguf(tiny.backbone(), tmp_path / "model.gguf")
    assert isinstance(await load(engine, path), Ready)
    [preset] = cache.iterdir()
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700
    written = (preset / "model.weights.h5").stat().st_mtime_ns
    from tui_arena.engine.loading import load_model

    stages = []
    load_model(profile(path), lambda event: stages.append(event.stage))
    assert "converting the weights" not in stages
    assert (preset / "model.weights.h5").stat().st_mtime_ns == written


async def test_a_damaged_preset_is_made_anew(engine, tmp_path, cache):
    path = to_gguf(tiny.backbone(), tmp_path / "model.gguf")
    await load(engine, path)
    [preset] = cache.iterdir()
    weights = preset / "model.weights.h5"
    whole = weights.stat().st_size
    os.truncate(weights, whole // 2)
    engine._models.clear()
    assert isinstance(await load(engine, path), Ready)
    assert weights.stat().st_size == whole


def test_a_killed_conversion_leaves_nothing_half_made(tmp_path, cache):
    path = to_gguf(tiny.backbone(), tmp_path / "model.gguf")
    code = f"""
import os, signal
from pathlib import Path
from tui_arena.engine import runtime; runtime.prepare()
from tui_arena.engine import conversion, loading
from tui_arena.engine.profile import Profile
whole = conversion.convert
def convert(path, preset, tell):
    whole(path, preset, tell)
    os.kill(os.getpid(), signal.SIGKILL)
conversion.convert = convert
loading.load_model(Profile(preset={str(path)!r}, template="chatml"), lambda event: None)
"""
    killed = subprocess.run([sys.executable, "-c", code], capture_output=True)
    assert killed.returncode == -signal.SIGKILL
    assert [entry.name.startswith(".half-made-") for entry in cache.iterdir()] == [True]

    from tui_arena.engine.loading import load_model

    load_model(profile(path), lambda event: None)
    [preset] = cache.iterdir()
    assert not preset.name.startswith(".")
    assert json.loads((preset / "sizes.json").read_text())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"architecture": "mamba"}, "“mamba” cannot be read; supported: llama"),
        ({"pre": "deepseek-llm"}, "deepseek-llm"),
        ({"skip": "blk.1.attn_k.weight"}, "blk.1.attn_k.weight is missing"),
        ({"layers": 10**9}, "do not fit its tensors"),
    ],
)
async def test_what_cannot_be_read_is_named(engine, tmp_path, cache, changes, said):
    path = to_gguf(tiny.backbone(), tmp_path / "model.gguf", **changes)
    last = await load(engine, path)
    assert isinstance(last, Failed)
    assert said in last.error
    assert "\n" not in last.error
    assert list(cache.iterdir()) == []


async def test_damaged_files_get_one_sentence(engine, tmp_path, cache):
    from tui_arena.engine.loading import load_model
    from tui_arena.errors import ArenaError

    whole = to_gguf(tiny.backbone(), tmp_path / "whole.gguf").read_bytes()
    chance = random.Random(3)
    path = tmp_path / "damaged.gguf"
    damaged = [b"", b"GGUF", b"not a model at all" * 50, whole[: len(whole) // 2], whole[:-100]]
    for _ in range(25):
        data = bytearray(whole)
        for _ in range(4):
            data[chance.randrange(6000)] = chance.randrange(256)
        damaged.append(bytes(data))
    refused = 0
    for data in damaged:
        path.write_bytes(data)
        said = ""
        try:
            load_model(profile(path), lambda event: None)
        except ArenaError as problem:
            said = str(problem)
            refused += 1
        assert "\n" not in said
        assert not [entry for entry in cache.iterdir() if entry.name.startswith(".")]
    assert refused >= 5


async def test_a_cache_that_cannot_be_written(engine, tmp_path, monkeypatch):
    path = to_gguf(tiny.backbone(), tmp_path / "model.gguf")
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    last = await load(engine, path)
    assert isinstance(last, Failed)
    assert "XDG_CACHE_HOME" in last.error


async def test_a_missing_file(engine, tmp_path):
    last = await load(engine, tmp_path / "no.gguf")
    assert "does not exist" in last.error
