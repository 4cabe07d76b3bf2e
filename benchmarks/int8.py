"""Whether products of 8-bit integers pay: speed and showers of a graph quantised so.

    python benchmarks/int8.py RUN

exports the run, has ONNX Runtime quantise its products dynamically, and compares one thread's
time for blocks of 256 showers, and the showers, with those of float32.
"""

from __future__ import annotations

import logging
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from cloudburst import noise
from cloudburst.engines import parity
from cloudburst.engines.onnxruntime import session
from cloudburst.export import HOSTS, export
from cloudburst.surrogate import Surrogate

BLOCK = 256


@torch.inference_mode()
def main(run: str) -> None:
    """Measures one run."""
    torch.set_num_threads(1)
    logging.disable(logging.WARNING)
    surrogate = Surrogate.load(run)
    z = noise.normal(0, 0, BLOCK, surrogate.generator.noise_shape)
    conditions = surrogate.detector.draw_conditions(BLOCK, np.random.default_rng(0))
    wanted = {k: r.numpy() for k, r in surrogate(z, torch.from_numpy(conditions)).items()}
    with tempfile.TemporaryDirectory() as folder:
        graphs = {"float32": Path(folder) / "m.onnx", "int8": Path(folder) / "int8.onnx"}
        export(surrogate, graphs["float32"], HOSTS["plain"])
        quantize_dynamic(
            graphs["float32"],
            graphs["int8"],
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Gemm"],
        )
        for name, path in graphs.items():
            running, times = session(str(path)), []
            for _ in range(100):
                start = time.perf_counter()
                made = running.run(None, {"noise": z.numpy(), "conditions": conditions})
                times.append(time.perf_counter() - start)
            moved = parity(wanted, dict(zip(wanted, made, strict=True))).mean
            speed = np.min(times) / BLOCK * 1e6
            print(f"{name}: {speed:.2f} us a shower, {moved:.1e} of the energy in other cells")


if __name__ == "__main__":
    main(sys.argv[1])
