import { type Func, func, i32x4, moduleBytes, v128 } from './assembler/index.ts';
import { compileKernels } from './compile.ts';
import { gemmF32Kernel } from './kernels/gemm-f32.ts';
import { gemmI8Kernel } from './kernels/gemm-i8.ts';
import { quantizeKernel } from './kernels/quantize.ts';
import type { Kernels } from './lane.ts';

let revectorizes: boolean | undefined;
let dotsUnsigned: boolean | undefined;

/**
 * Whether fused 256-bit code gives the very bits of plain 128-bit code, tried once in this process on a small f32 tile
 * and a small integer tile. Fusing is an experiment of V8's: it is not believed, it is checked.
 */
export function canRevectorize(): boolean {
  revectorizes ??= globalThis.process?.getBuiltinModule?.('node:v8') !== undefined && sameBits();
  return revectorizes;
}

/**
 * Whether `i32x4.relaxed_dot_i8x16_i7x16_add_s` reads the bytes of its second operand as 0..255, exactly. WebAssembly
 * leaves open what it makes of 128..255; processors with a dot product of signed and unsigned bytes (AVX-VNNI) take them
 * as they are. Tried once in this process, plain and, where fused code can be trusted, fused.
 */
export function canDotUnsignedBytes(): boolean {
  dotsUnsigned ??= dotsUnsignedBytes(false) && (!canRevectorize() || dotsUnsignedBytes(true));
  return dotsUnsigned;
}

/** Every signed byte with every unsigned one, four times over: the sums are as large as they get. */
function dotsUnsignedBytes(revectorize: boolean): boolean {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const dot = func('dot', ['i32', 'i32', 'i32'], ([signed, unsigned, out], { locals }) => {
    const [x, ...weights] = locals(3, 'v128');
    const sums = locals(2, 'v128');
    return [
      x!.set(v128.load32_splat(signed.get)),
      ...weights.map((w, i) => w.set(v128.load(unsigned.get, i * 16))),
      ...sums.map((sum, i) =>
        sum.set(i32x4.relaxed_dot_i8x16_i7x16_add_s(x!.get, weights[i]!.get, v128.load(out.get, i * 16))),
      ),
      ...sums.map((sum, i) => v128.store(out.get, sum.get, i * 16)),
    ];
  });
  const module = compileKernels(moduleBytes({ functions: [dot] }), { revectorize });
  const kernels = new WebAssembly.Instance(module, { env: { m0: memory } }).exports as Kernels;
  const [signed, unsigned] = [new Int8Array(memory.buffer, 0, 4), new Uint8Array(memory.buffer, 64, 32)];
  const sums = new Int32Array(memory.buffer, 128, 8);
  for (let x = -128; x < 128; x++)
    for (let w = 0; w < 256; w += 8) {
      signed.fill(x);
      unsigned.forEach((_, i) => {
        unsigned[i] = w + (i >> 2);
      });
      sums.fill(1);
      kernels.dot!(0, 64, 128);
      if (sums.some((sum, lane) => sum !== 1 + 4 * x * (w + lane))) return false;
    }
  return true;
}

const COLUMNS = 64;
const ROWS = 5;
const STRIDE = COLUMNS * 4;
const AT = { x: 0, weights: 4096, quantized: 16384, out: 24576, outInteger: 28672 };

function sameBits(): boolean {
  const [plain, fused] = [run(false), run(true)];
  return plain.some((word) => word !== 0) && plain.every((word, i) => word === fused[i]);
}

function run(revectorize: boolean): Uint32Array {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const named = (name: string, kernel: Func): Func => ({ ...kernel, name });
  const q4 = { kind: 'q4', group: 32, zero: 8, minima: false, scales: 'f32' } as const;
  const shape = { columns: COLUMNS, outStride: 64, add: false };
  const functions = [
    named('f32', gemmF32Kernel({ ...shape, format: { kind: 'f32' }, inputStride: STRIDE })),
    named('quantize', quantizeKernel({ width: COLUMNS, inputStride: STRIDE, wide: true })),
    named('q4', gemmI8Kernel({ ...shape, format: q4, unsignedDots: false })),
  ];
  const module = compileKernels(moduleBytes({ functions }), { revectorize });
  const kernels = new WebAssembly.Instance(module, { env: { m0: memory } }).exports as Kernels;
  // Numbers that spread over signs and sizes; as bytes they serve as 4-bit codes with f32 scales, too.
  const floats = new Float32Array(memory.buffer, 0, AT.quantized / 4);
  for (let i = 0; i < floats.length; i++) floats[i] = Math.sin(i * 12.9898) * (1 + (i % 7));
  kernels.f32!(AT.x, AT.weights, AT.out, ROWS, 1);
  kernels.quantize!(AT.x, AT.quantized, ROWS);
  kernels.q4!(AT.quantized, AT.weights, AT.outInteger, ROWS, 1);
  return new Uint32Array(memory.buffer.slice(AT.out));
}
