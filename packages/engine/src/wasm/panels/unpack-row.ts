import { E4M3 } from '../../checkpoint/blocks/e4m3.ts';
import {
  BLOCK,
  type BlockPanelFormat,
  blockBytes,
  blockOffset,
  codesOffset,
  FP8_BLOCK,
  FP8_SPAN,
  PANEL_ROWS,
  type PanelFormat,
  panelBytes,
  scaleBytes,
  unitSpan,
} from './panel-format.ts';

/**
 * Reads one row of a packed matrix back as f32 into `out` [columns]: the look-up of an embedding, and the scalar twin
 * of what the kernels see.
 */
export function unpackRow(
  format: PanelFormat,
  memory: ArrayBufferLike,
  at: number,
  row: number,
  out: Float32Array,
): void {
  const columns = out.length;
  const size = panelBytes(format, columns);
  const panelAt = at + Math.floor(row / PANEL_ROWS) * size;
  const r = row % PANEL_ROWS;
  switch (format.kind) {
    case 'f32': {
      const panel = new Float32Array(memory, panelAt, size / 4);
      for (let k = 0; k < columns; k++) out[k] = panel[k * PANEL_ROWS + r]!;
      break;
    }
    case 'f16': {
      const panel = new Float16Array(memory, panelAt, size / 2);
      for (let k = 0; k < columns; k++) out[k] = panel[((k >> 1) * PANEL_ROWS + r) * 2 + (k & 1)]!;
      break;
    }
    case 'bf16': {
      const panel = new Uint16Array(memory, panelAt, size / 2);
      const bits = new Uint32Array(out.buffer, out.byteOffset, columns);
      for (let k = 0; k < columns; k++) bits[k] = panel[((k >> 1) * PANEL_ROWS + r) * 2 + (k & 1)]! << 16;
      break;
    }
    case 'fp8': {
      const panel = new Uint8Array(memory, panelAt, size);
      for (let k = 0; k < columns; k++) {
        const spanAt = Math.floor(k / FP8_BLOCK) * FP8_SPAN;
        const j = k % FP8_BLOCK;
        const scale = new Float32Array(memory, panelAt + spanAt, PANEL_ROWS)[r]!;
        out[k] = E4M3[panel[spanAt + PANEL_ROWS * 4 + ((j >> 2) * PANEL_ROWS + r) * 4 + (j & 3)]!]! * scale;
      }
      break;
    }
    default:
      unpackBlocks(format, memory, panelAt, r, out);
  }
}

function unpackBlocks(
  format: BlockPanelFormat,
  memory: ArrayBufferLike,
  at: number,
  r: number,
  out: Float32Array,
): void {
  const scaleCount = (BLOCK / format.group) * PANEL_ROWS;
  const span = unitSpan(format);
  for (let b = 0; b < out.length / BLOCK; b++) {
    const blockAt = at + blockOffset(format, b);
    const unitsAt = at + blockOffset(format, b - (b % span.blocks)) - span.bytes;
    /** The scales of the block's groups, or its minima, at byte `from`; their unit as the `which`-th of the units. */
    const numbers = (from: number, which: number): ((i: number) => number) => {
      if (format.scales === 'f32') return (i) => new Float32Array(memory, from, scaleCount)[i]!;
      if (format.scales === 'f16') return (i) => new Float16Array(memory, from, scaleCount)[i]!;
      const unit = new Float16Array(memory, unitsAt + which * PANEL_ROWS * 2, PANEL_ROWS)[r]!;
      return (i) => unit * new Int8Array(memory, from, scaleCount)[i]!;
    };
    const scales = numbers(blockAt, 0);
    const minima = format.minima ? numbers(blockAt + scaleBytes(format), 1) : () => 0;
    const codes = new Uint8Array(memory, blockAt + codesOffset(format), blockBytes(format) - codesOffset(format));
    for (let g = 0; g < BLOCK / format.group; g++) {
      const scale = scales(g * PANEL_ROWS + r);
      const minimum = minima(g * PANEL_ROWS + r);
      for (let k = g * format.group; k < (g + 1) * format.group; k++)
        out[b * BLOCK + k] = scale * (codeOf(format, codes, k, r) - format.zero) + minimum;
    }
  }
}

function codeOf(format: BlockPanelFormat, codes: Uint8Array, k: number, r: number): number {
  const { kind } = format;
  if (kind === 'q8') return (codes[((k >> 1) * PANEL_ROWS + r) * 2 + (k & 1)]! << 24) >> 24;
  if (kind === 'u8') return codes[((k >> 2) * PANEL_ROWS + r) * 4 + (k & 3)]!;
  const byte = codes[((k >> 3) * PANEL_ROWS + r) * 4 + (k & 3)]!;
  const low = k & 4 ? byte >> 4 : byte & 15;
  if (kind === 'q4') return low;
  if (kind === 'n4') return format.levels[low]!;
  const high = codes[((4 + (k >> 4)) * PANEL_ROWS + r) * 4 + (k & 3)]!;
  return low | (((high >> (2 * ((k >> 2) & 3))) & 3) << 4);
}
