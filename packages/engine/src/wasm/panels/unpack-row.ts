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
  const { group, minima, zero } = format;
  const size = panelBytes(format, out.length);
  const bytes = new Uint8Array(memory, at, size);
  const halves = new Float16Array(memory, at, size / 2);
  const numbers = {
    f32: () => new Float32Array(memory, at, size / 4),
    f16: () => halves,
    units: () => new Int8Array(memory, at, size),
  }[format.scales]();
  const perBlock = scaleBytes(format) / numbers.BYTES_PER_ELEMENT;
  const span = unitSpan(format);
  for (let b = 0; b < out.length / BLOCK; b++) {
    const block = blockOffset(format, b);
    const units = (blockOffset(format, b - (b % span.blocks)) - span.bytes) / 2 + r;
    const scaleUnit = span.bytes ? halves[units]! : 1;
    const minimumUnit = span.bytes && minima ? halves[units + PANEL_ROWS]! : 1;
    const codes = bytes.subarray(block + codesOffset(format), block + blockBytes(format));
    for (let g = 0; g < BLOCK / group; g++) {
      const i = block / numbers.BYTES_PER_ELEMENT + g * PANEL_ROWS + r;
      const scale = scaleUnit * numbers[i]!;
      const minimum = minima ? minimumUnit * numbers[i + perBlock]! : 0;
      for (let k = g * group; k < (g + 1) * group; k++)
        out[b * BLOCK + k] = scale * (codeOf(format, codes, k, r) - zero) + minimum;
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
