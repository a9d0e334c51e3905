import { E4M3 } from '../../checkpoint/blocks/e4m3.ts';
import {
  BLOCK,
  type BlockPanelFormat,
  blockBytes,
  codesOffset,
  FP8_BLOCK,
  FP8_SPAN,
  PANEL_ROWS,
  type PanelFormat,
  panelBytes,
  scaleBytes,
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
  const size = blockBytes(format);
  const scaleCount = (BLOCK / format.group) * PANEL_ROWS;
  for (let b = 0; b < out.length / BLOCK; b++) {
    const blockAt = at + b * size;
    const numbers = (from: number) =>
      format.halfScales ? new Float16Array(memory, from, scaleCount) : new Float32Array(memory, from, scaleCount);
    const scales = numbers(blockAt);
    const minima = format.minima ? numbers(blockAt + scaleBytes(format)) : null;
    const codes = new Uint8Array(memory, blockAt + codesOffset(format), size - codesOffset(format));
    for (let k = 0; k < BLOCK; k++) {
      const g = Math.floor(k / format.group) * PANEL_ROWS + r;
      out[b * BLOCK + k] = scales[g]! * (codeOf(format, codes, k, r) - format.zero) + (minima ? minima[g]! : 0);
    }
  }
}

function codeOf({ kind }: BlockPanelFormat, codes: Uint8Array, k: number, r: number): number {
  if (kind === 'q8') return (codes[((k >> 1) * PANEL_ROWS + r) * 2 + (k & 1)]! << 24) >> 24;
  if (kind === 'u8') return codes[((k >> 2) * PANEL_ROWS + r) * 4 + (k & 3)]!;
  const byte = codes[((k >> 3) * PANEL_ROWS + r) * 4 + (k & 3)]!;
  return k & 4 ? byte >> 4 : byte & 15;
}
