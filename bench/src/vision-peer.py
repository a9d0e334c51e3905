"""The vision tower of Qwen 3.5 in Hugging Face transformers, on the processor, with random weights.

Arguments: depth, hidden size, MLP width, heads, width of its output, patches down and across, threads. Answers every line of
standard input with the seconds that one picture took.
"""

import sys
import time

import torch
from transformers.models.qwen3_5.configuration_qwen3_5 import Qwen3_5VisionConfig
from transformers.models.qwen3_5.modeling_qwen3_5 import Qwen3_5VisionModel

depth, hidden, mlp, heads, out, side, threads = map(int, sys.argv[1:])
torch.set_num_threads(threads)
config = Qwen3_5VisionConfig(
    depth=depth,
    hidden_size=hidden,
    intermediate_size=mlp,
    num_heads=heads,
    out_hidden_size=out,
    num_position_embeddings=2304,
    deepstack_visual_indexes=[],
)
tower = Qwen3_5VisionModel._from_config(config, attn_implementation="sdpa", dtype=torch.float32).eval()
pixels = torch.rand(side * side, 3 * 2 * 16 * 16) * 2 - 1
grid = torch.tensor([[1, side, side]])
print("ready", flush=True)
for _ in sys.stdin:
    began = time.perf_counter()
    with torch.inference_mode():
        tower(pixels, grid_thw=grid)
    print(time.perf_counter() - began, flush=True)
