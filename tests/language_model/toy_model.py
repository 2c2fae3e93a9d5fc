"""Model files for llama.cpp that nobody had to train: one babbles, the other recites.

Both are of the llama architecture with all that lies between the first matrix and the last set to nothing, so what
follows depends on the last token alone. Under a grammar even babble has the form that was asked for, and of what the
reciter knows only the answer that has the form can begin.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import gguf
import numpy as np

SPECIAL = ["<unk>", "<s>", "</s>"]
BYTES = [f"<0x{byte:02X}>" for byte in range(256)]
CHARACTERS = [chr(code) for code in range(32, 127)]
BASIC = SPECIAL + BYTES + CHARACTERS
END = SPECIAL.index("</s>")
TYPES = [gguf.TokenType.UNKNOWN, gguf.TokenType.CONTROL, gguf.TokenType.CONTROL] + [gguf.TokenType.BYTE] * len(BYTES)

PIECE = 24  # characters that the reciter says at once
CERTAIN, LIKELY, NEVER = 40.0, 1.5, -50.0  # how much is added to the logarithm of a probability
TEMPLATE = "{% for message in messages %}{{ message.role }}: {{ message.content }}\n{% endfor %}assistant: "


def write_babbler(file: Path) -> None:
    """Write a model that says any character as likely as another; quotes more often, so that a text ends soon."""
    after = np.zeros((len(BASIC), 1))
    after[len(SPECIAL) : len(SPECIAL) + len(BYTES)] = NEVER  # half a character is no text
    after[BASIC.index('"')] = LIKELY
    write(file, BASIC, np.ones((len(BASIC), 1)), after)


def write_reciter(file: Path, answers: Iterable[Mapping[str, Any]]) -> None:
    """Write a model that says one of the answers, whichever has the form that is asked for."""
    tokens = list(BASIC)
    recitals = []
    for answer in answers:
        said = list(pieces(json.dumps(answer, separators=(",", ":")), set(tokens)))
        recitals.append([*range(len(tokens), len(tokens) + len(said)), END])
        tokens += said
    states = len(tokens) - len(BASIC) + 1  # nothing said yet, or this piece
    state, after = np.zeros((len(tokens), states)), np.zeros((len(tokens), states))
    state[: len(BASIC), 0] = 1
    state[len(BASIC) :, 1:] = np.eye(states - 1)
    for first, *others in recitals:
        after[first, 0] = CERTAIN
        for token, following in zip([first, *others], others, strict=False):
            after[following, 1 + token - len(BASIC)] = CERTAIN
    write(file, tokens, state, after)


def pieces(text: str, taken: set[str]) -> Iterator[str]:
    """Cut a text into pieces that are tokens of their own."""
    while len(text) > 2 * PIECE:
        length = next(length for length in range(PIECE, len(text)) if text[:length] not in taken)
        taken.add(text[:length])
        yield text[:length]
        text = text[length:]
    yield text


def write(file: Path, tokens: list[str], state: np.ndarray, after: np.ndarray) -> None:
    """Write a model of tokens, the state in which each leaves it, and what each state adds to the tokens' logits."""
    width = -(-state.shape[1] // 32) * 32
    writer = gguf.GGUFWriter(file, "llama")
    writer.add_context_length(2**17)
    writer.add_embedding_length(width)
    writer.add_block_count(1)
    writer.add_feed_forward_length(width)
    writer.add_head_count(1)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_dimension_count(width)
    writer.add_tokenizer_model("llama")
    writer.add_token_list([token.replace(" ", "▁") for token in tokens])
    writer.add_token_scores([0.0] * len(tokens))
    writer.add_token_types(TYPES + [gguf.TokenType.NORMAL] * (len(tokens) - len(TYPES)))
    writer.add_eos_token_id(END)
    writer.add_add_space_prefix(False)
    writer.add_chat_template(TEMPLATE)
    for name, matrix in matrices(width, state, after / width**0.5):  # a norm makes the state so many times larger
        writer.add_tensor(name, matrix.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def matrices(width: int, state: np.ndarray, after: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Yield all weights by name."""
    room = ((0, 0), (0, width - state.shape[1]))
    yield "token_embd.weight", np.pad(state, room)
    for part in ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"):
        yield f"blk.0.{part}.weight", np.zeros((width, width))
    for norm in ("blk.0.attn_norm", "blk.0.ffn_norm", "output_norm"):
        yield f"{norm}.weight", np.ones(width)
    yield "output.weight", np.pad(after, room)
