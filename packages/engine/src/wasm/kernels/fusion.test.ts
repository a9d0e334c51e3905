import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';

/**
 * V8 fuses pairs of 128-bit operations silently or not at all, and a load in the wrong place loses it all. So its own
 * account is read: every output of a tile is stored from a fused pair, and the trees above the stores are fused, too.
 */
const source = (made: string) => `
  const { benchOf } = await import('./kernel-test.ts');
  const { gemmF32Kernel } = await import('./gemm-f32.ts');
  const { gemmI8Kernel } = await import('./gemm-i8.ts');
  const { attendPageKernel } = await import('./attend.ts');
  const { convolveKernel } = await import('./convolve.ts');
  const { deltaRuleKernel } = await import('./delta-rule.ts');
  const { gatedNormKernel } = await import('./gated-norm.ts');
  const { swigluKernel } = await import('./swiglu.ts');
  benchOf(${made}, true);
`;

const product = (kernel: string, format: object, unsignedDots = false) =>
  `${kernel}(${JSON.stringify({ format, columns: 256, inputStride: 1024, outStride: 1024, add: false, unsignedDots })})`;

/** Pairs of stores in a tile of four rows and a tile of one, two vectors each. */
const RESULT_STORES = (4 + 1) * 2;
const blocks = { group: 32, minima: false, scales: 'f16' };
const cases = [
  // 16 products for every pair of k at the least.
  { name: 'bf16', made: product('gemmF32Kernel', { kind: 'bf16' }), stores: RESULT_STORES, nodes: 100 },
  { name: 'f32', made: product('gemmF32Kernel', { kind: 'f32' }), stores: RESULT_STORES, nodes: 80 },
  // The integer tile of four rows clears its outputs first, in pairs as well.
  {
    name: 'q4',
    made: product('gemmI8Kernel', { kind: 'q4', zero: 8, ...blocks }),
    stores: RESULT_STORES + 8,
    nodes: 500,
  },
  {
    name: 'q8',
    made: product('gemmI8Kernel', { kind: 'q8', zero: 0, ...blocks }),
    stores: RESULT_STORES + 8,
    nodes: 500,
  },
  {
    name: 'q4, unsigned dots',
    made: product('gemmI8Kernel', { kind: 'q4', zero: 8, ...blocks }, true),
    stores: RESULT_STORES + 8,
    nodes: 400,
  },
  {
    name: 'u8',
    made: product('gemmI8Kernel', { kind: 'u8', zero: 128, ...blocks }, true),
    stores: RESULT_STORES + 8,
    nodes: 300,
  },
  // What several rows meet is a u8 panel; a row that is alone looks levels up, which is not fused.
  {
    name: 'n4',
    made: product('gemmI8Kernel', { kind: 'n4', zero: 128, levels: [...Array(16).keys()], ...blocks }, true),
    stores: RESULT_STORES + 8,
    nodes: 300,
  },
  // Four heads with four vectors each, of scores and of outputs.
  {
    name: 'attention',
    made: "attendPageKernel({ headDim: 256, cache: 'f16', heads: 4 })",
    stores: 16,
    nodes: 200,
  },
  // Two rows of a strip of the state, and the outputs: four pairs each.
  {
    name: 'delta rule',
    made: 'deltaRuleKernel({ keyDim: 128, valueDim: 128, qkvRowStride: 4096, gateRowStride: 64, outRowStride: 2048 })',
    stores: 12,
    nodes: 60,
  },
  // Four rows and one row, and three rows of history after each.
  {
    name: 'convolution',
    made: 'convolveKernel({ taps: 4, rowStride: 4096, stateStride: 4096, weightStride: 4096 })',
    stores: 11,
    nodes: 100,
  },
  {
    name: 'swiglu',
    made: 'swigluKernel({ width: 256, gateStride: 1024, upStride: 1024, outStride: 1024 })',
    stores: 1,
    nodes: 20,
  },
  {
    name: 'gated norm',
    made: 'gatedNormKernel({ headDim: 128, xStride: 1024, zStride: 1024, eps: 1e-6 })',
    stores: 1,
    nodes: 20,
  },
];

describe('fused tiles', () => {
  for (const { name, made, stores, nodes } of cases)
    test(name, { skip: process.arch !== 'x64' && 'fusing is for AVX2' }, () => {
      const args = ['--trace-wasm-revectorize', '--input-type=module', '-e', source(made)];
      const { stdout, status, stderr } = spawnSync(process.execPath, args, {
        cwd: import.meta.dirname,
        encoding: 'utf8',
        maxBuffer: 1 << 26,
        timeout: 60_000,
      });
      assert.equal(status, 0, stderr);
      const decided = [...stdout.matchAll(/Decided to vectorize, (\d+) revectorizable nodes:/g)].map((m) =>
        Number(m[1]),
      );
      assert.equal(decided.length, 1, 'V8 decided otherwise than once to fuse');
      const fused = stdout
        .slice(stdout.indexOf('Decided to vectorize'))
        .split('\n')
        .filter((line) => /: Store\(/.test(line));
      assert.equal(fused.length, stores, `${fused.length} pairs of stores are fused`);
      assert.ok(decided[0]! >= nodes, `${decided[0]} nodes are fused`);
    });
});
