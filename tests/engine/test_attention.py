import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tui_arena.engine.attention import Pool, Together, rows_attention, sequence_attention
from tui_arena.engine.model import _together
from tui_arena.engine.pages import PAGE, SPARE

HEADS, KV_HEADS, HEAD_DIM, PAGES = 4, 2, 8, 6
TABLE = np.array([4, 2, 5, 0], np.int32)


def naive(query, keys, values, position, *, window, soft_cap):
    """Attention of one token over all tokens up to it, in float64."""
    out = []
    for head in range(HEADS):
        kv = head // (HEADS // KV_HEADS)
        scores = keys[: position + 1, kv] @ query[head] * 0.3
        if soft_cap:
            scores = soft_cap * np.tanh(scores / soft_cap)
        if window:
            scores[: max(0, position - window + 1)] = -np.inf
        weights = np.exp(scores - scores.max())
        out.append(weights @ values[: position + 1, kv] / weights.sum())
    return np.concatenate(out)


def call(attend, pool, query, key, value, **options):
    count = len(query)
    flat = [array.reshape(count, -1).astype(np.float32) for array in (query, key, value)]
    return attend(pool, *flat, 0.3, HEAD_DIM, HEADS, KV_HEADS, **options)


@pytest.fixture
def tokens():
    random = np.random.default_rng(0)
    count = 2 * PAGE + 40
    return (
        random.normal(size=(count, HEADS, HEAD_DIM)),
        random.normal(size=(count, KV_HEADS, HEAD_DIM)),
        random.normal(size=(count, KV_HEADS, HEAD_DIM)),
    )


@pytest.fixture
def pool():
    # Not zeros: what other conversations left on a page must not matter.
    garbage = jnp.full((PAGES, KV_HEADS, PAGE, HEAD_DIM), 77.0, jnp.float32)
    return Pool(garbage.swapaxes(2, 3), garbage)


@pytest.mark.parametrize("options", [{}, {"sliding_window": 9}, {"soft_cap": 2.0}])
@pytest.mark.parametrize("chunk", [1, 64, 300])
def test_equals_plain_attention_over_page_borders(tokens, pool, chunk, options):
    query, key, value = tokens
    total = len(query) if chunk > 1 else PAGE + 3

    @jax.jit
    def step(pool, q, k, v, start):
        attend = sequence_attention(jnp.asarray(TABLE), start, jnp.int32(chunk))
        return call(attend, pool, q, k, v, **options)

    whole = total - total % chunk
    out = []
    for start in range(0, whole, chunk):
        at = slice(start, start + chunk)
        pool, piece = step(pool, query[at], key[at], value[at], jnp.int32(start))
        out.append(np.asarray(piece))
    out = np.concatenate(out)
    window, soft_cap = options.get("sliding_window"), options.get("soft_cap")
    for position in [0, 5, PAGE - 1, PAGE, whole - 1]:
        expected = naive(query[position], key, value, position, window=window, soft_cap=soft_cap)
        assert np.abs(out[position] - expected).max() < 1e-4


def test_padding_writes_to_the_spare_page_alone(tokens, pool):
    query, key, value = tokens
    attend = sequence_attention(jnp.asarray(TABLE), jnp.int32(PAGE - 8), jnp.int32(10))
    after, _ = call(attend, pool, query[:64], key[:64], value[:64])
    written = np.asarray(after.keys).swapaxes(2, 3)
    assert np.allclose(written[TABLE[0], :, PAGE - 8 :], key[:8].swapaxes(0, 1), atol=1e-6)
    assert np.allclose(written[TABLE[1], :, :2], key[8:10].swapaxes(0, 1), atol=1e-6)
    assert (written[TABLE[1], :, 2:] == 77.0).all()
    others = [page for page in range(PAGES) if page not in (*TABLE[:2], SPARE)]
    assert (written[others] == 77.0).all()


def test_rows_of_different_conversations(tokens, pool):
    query, key, value = tokens
    first = sequence_attention(jnp.asarray(TABLE), jnp.int32(0), jnp.int32(300))
    pool, _ = call(first, pool, query[:300], key[:300], value[:300])
    other = np.array([3, 1, 0, 0], np.int32)
    second = sequence_attention(jnp.asarray(other), jnp.int32(0), jnp.int32(20))
    pool, _ = call(second, pool, query[300:320], key[300:320], value[300:320])

    tables, positions = jnp.asarray(np.stack([TABLE, other])), jnp.array([300, 20], jnp.int32)
    picked = [300, 320]
    apart = Together(tables[0], jnp.int32(0), jnp.zeros(2, bool))
    attend = rows_attention(tables, positions, apart)
    _, out = call(attend, pool, query[picked], key[picked], value[picked])
    one = naive(query[300], key, value, 300, window=None, soft_cap=None)
    two = naive(query[320], key[300:], value[300:], 20, window=None, soft_cap=None)
    assert np.abs(np.asarray(out) - np.stack([one, two])).max() < 1e-4


@pytest.mark.parametrize("options", [{}, {"sliding_window": 270}, {"soft_cap": 2.0}])
def test_rows_that_share_pages_read_them_together(tokens, pool, options):
    """Two attempts that part at their third page, and a conversation of its own between them."""
    query, key, value = tokens
    start, length = 2 * PAGE, 2 * PAGE + 3
    read = sequence_attention(jnp.asarray(TABLE), jnp.int32(0), jnp.int32(start))
    pool, _ = call(read, pool, query[:start], key[:start], value[:start])
    tables = np.array([[4, 2, 5, 0], [3, 0, 0, 0], [4, 2, 1, 0]], np.int32)
    own = {0: slice(start, start + 3), 1: slice(10, 13), 2: slice(start + 20, start + 23)}
    positions = np.array([start, 0, start], np.int32)
    for step in range(3):
        picked = [own[row].start + step for row in range(3)]
        rows = Together(jnp.asarray(tables[2]), jnp.int32(2), jnp.array([True, False, True]))
        attend = rows_attention(jnp.asarray(tables), jnp.asarray(positions + step), rows)
        pool, out = call(attend, pool, query[picked], key[picked], value[picked], **options)
    window, soft_cap = options.get("sliding_window"), options.get("soft_cap")
    for row, common in enumerate([start, 0, start]):
        keys = np.concatenate([key[:common], key[own[row]]])
        values = np.concatenate([value[:common], value[own[row]]])
        expected = naive(
            query[picked[row]], keys, values, len(keys) - 1, window=window, soft_cap=soft_cap
        )
        assert np.abs(np.asarray(out)[row] - expected).max() < 1e-4
    assert len(keys) == length


@pytest.mark.parametrize(
    ("tables", "pages", "rows"),
    [
        ([[4, 2, 5], [4, 2, 1], [3, 0, 0]], 2, [True, True, False]),
        ([[3, 7, 0], [4, 2, 0], [4, 2, 0]], 2, [False, True, True]),
        ([[3, 0, 0], [4, 0, 0], [0, 0, 0], [0, 0, 0]], 0, [False] * 4),
        ([[3, 0, 0], [3, 6, 0], [0, 0, 0]], 1, [True, True, False]),
    ],
)
def test_which_rows_go_together(tables, pages, rows):
    found = _together(np.array(tables, np.int32))
    assert (found.pages, found.rows.tolist()) == (pages, rows)
    if pages:
        assert found.table[:pages].tolist() == tables[rows.index(True)][:pages]
