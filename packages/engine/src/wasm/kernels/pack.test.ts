import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ggufTypeByName } from '../../checkpoint/gguf-types.ts';
import { Staging } from '../../checkpoint/staging.ts';
import { storedMatrix } from '../../checkpoint/stored-matrix.ts';
import { memoryTensor } from '../../checkpoint/test-support.ts';
import { Random } from '../../generate/random.ts';
import { packPanel } from '../panels/pack.ts';
import { PANEL_ROWS, panelBytes, panelFormat } from '../panels/panel-format.ts';
import { benchOf } from './kernel-test.ts';
import { PACK_KERNELS } from './pack.ts';

const OUT = 1 << 19;

/** Where the f16 of a block are, if not one at its front. */
const HALVES: Readonly<Record<string, number[]>> = { Q4_K: [0, 2], Q5_K: [0, 2], Q6_K: [208] };

for (const [name, kinds] of Object.entries(PACK_KERNELS))
  for (const [kind, kernel] of Object.entries(kinds))
    for (const blocks of [1, 3, 14]) {
      const { weights, bytes } = ggufTypeByName(name)!;
      const columns = blocks * weights;
      test(`rows as ${name}, ${columns} wide, go into ${kind} panels as their codes would`, () => {
        const rows = 2 * PANEL_ROWS;
        const random = new Random(columns);
        const stored = new Uint8Array((rows * columns * bytes) / weights).map(() => random.next() * 256);
        // Scales and units are finite: the exponent keeps a bit that is not set.
        for (let at = 0; at < stored.length; at += bytes)
          for (const half of HALVES[name] ?? [0]) stored[at + half + 1]! &= 0xbf;
        const matrix = storedMatrix(memoryTensor('w', name, [rows, columns], stored), rows, columns, new Staging());
        const format = panelFormat(matrix.encoding, kind === 'u8' || kind === 'n4');
        assert.equal(format.kind, kind);
        const size = panelBytes(format, columns);
        const expected = new Uint8Array(2 * size);
        const piece = matrix.read(0, rows);
        for (const panel of [0, 1])
          packPanel(piece, panel * PANEL_ROWS, PANEL_ROWS, columns, format, expected.buffer, panel * size);

        const { run, buffer } = benchOf(kernel(), false);
        const memory = new Uint8Array(buffer);
        memory.set(stored, 64);
        memory.fill(0xee, OUT);
        run(64, OUT, 2, columns / 32, stored.length / rows);
        assert.deepEqual(memory.slice(OUT, OUT + 2 * size), expected);
        assert.ok(memory.subarray(OUT + 2 * size).every((byte) => byte === 0xee));
        memory.fill(0xee, OUT);
        run(64, OUT, 0, columns / 32, stored.length / rows);
        assert.equal(memory[OUT], 0xee);
      });
    }
