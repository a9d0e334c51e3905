import type { Rows, WeightMatrix } from '../../checkpoint/weights.ts';
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

/** Weights read at a time: a few MiB in any format. */
const STAGING_WEIGHTS = 1 << 20;

/**
 * Reads a matrix piece by piece and lays its panels down at `at`, which must hold
 * `panelCount(rows) · panelBytes(format, columns)` zeroed bytes and be 64-byte aligned. Yields the rows done after each
 * piece.
 */
export function* packMatrix(
  matrix: WeightMatrix,
  format: PanelFormat,
  memory: ArrayBufferLike,
  at: number,
): Generator<number> {
  const { rows, columns } = matrix;
  const size = panelBytes(format, columns);
  const step = Math.max(1, Math.floor(STAGING_WEIGHTS / columns / PANEL_ROWS)) * PANEL_ROWS;
  for (let from = 0; from < rows; from += step) {
    const to = Math.min(from + step, rows);
    const piece = matrix.read(from, to);
    for (let first = from; first < to; first += PANEL_ROWS) {
      const count = Math.min(PANEL_ROWS, to - first);
      packPanel(piece, first - from, count, columns, format, memory, at + (first / PANEL_ROWS) * size);
    }
    yield to;
  }
}

/** Packs `count` ≤ 16 rows of `piece`, from row `first` on, into one panel. */
export function packPanel(
  piece: Rows,
  first: number,
  count: number,
  columns: number,
  format: PanelFormat,
  memory: ArrayBufferLike,
  at: number,
): void {
  const size = panelBytes(format, columns);
  switch (piece.kind) {
    case 'f32': {
      const out = new Float32Array(memory, at, size / 4);
      for (let r = 0; r < count; r++)
        for (let k = 0, i = (first + r) * columns; k < columns; k++, i++) out[k * PANEL_ROWS + r] = piece.values[i]!;
      break;
    }
    case 'f16':
    case 'bf16': {
      const out = new Uint16Array(memory, at, size / 2);
      for (let r = 0; r < count; r++)
        for (let k = 0, i = (first + r) * columns; k < columns; k++, i++)
          out[((k >> 1) * PANEL_ROWS + r) * 2 + (k & 1)] = piece.bits[i]!;
      break;
    }
    case 'fp8':
      packFp8(piece, first, count, columns, new Uint8Array(memory, at, size));
      break;
    case 'blocks':
      packBlocks(piece, first, count, columns, format as BlockPanelFormat, new Uint8Array(memory, at, size));
  }
}

function packFp8(piece: Rows & { kind: 'fp8' }, first: number, count: number, columns: number, out: Uint8Array): void {
  const spans = Math.ceil(columns / FP8_BLOCK);
  for (let span = 0; span < spans; span++) {
    const scales = new Float32Array(out.buffer, out.byteOffset + span * FP8_SPAN, PANEL_ROWS);
    const codesAt = span * FP8_SPAN + PANEL_ROWS * 4;
    const end = Math.min(FP8_BLOCK, columns - span * FP8_BLOCK);
    for (let r = 0; r < count; r++) {
      scales[r] = piece.scales[(first + r) * spans + span]!;
      for (let k = 0, i = (first + r) * columns + span * FP8_BLOCK; k < end; k++, i++)
        out[codesAt + ((k >> 2) * PANEL_ROWS + r) * 4 + (k & 3)] = piece.codes[i]!;
    }
  }
}

function packBlocks(
  piece: Rows & { kind: 'blocks' },
  first: number,
  count: number,
  columns: number,
  format: BlockPanelFormat,
  out: Uint8Array,
): void {
  const { scales, minima } = piece;
  // They are moved as words of up to four bytes.
  const codes = piece.codes.byteOffset % 4 === 0 ? piece.codes : piece.codes.slice();
  const size = blockBytes(format);
  const blocks = columns / BLOCK;
  const perBlock = BLOCK / format.group;
  const scaleSize = format.halfScales ? 2 : 4;
  const { buffer, byteOffset, byteLength } = out;
  const scaleView = format.halfScales
    ? new Float16Array(buffer, byteOffset, byteLength / 2)
    : new Float32Array(buffer, byteOffset, byteLength / 4);
  const scaleStep = size / scaleSize;
  const minimaAt = scaleBytes(format) / scaleSize;
  for (let r = 0; r < count; r++) {
    for (let b = 0; b < blocks; b++) {
      for (let g = 0; g < perBlock; g++) {
        const from = ((first + r) * blocks + b) * perBlock + g;
        scaleView[b * scaleStep + g * PANEL_ROWS + r] = scales[from]!;
        if (minima) scaleView[b * scaleStep + minimaAt + g * PANEL_ROWS + r] = minima[from]!;
      }
    }
  }
  if (format.kind === 'q4') packNibbles(codes, first, count, blocks, format, out);
  else if (format.kind === 'u8') packFours(codes, first, count, blocks, format, out);
  else packPairs(codes, first, count, blocks, format, out);
}

/**
 * Four codes and the four after them share a word of the panel: low nibbles and high. A loop apart from
 * that of pairs, so that each sees arrays of one type only and V8 compiles plain loads and stores.
 */
function packNibbles(
  codes: Int8Array,
  first: number,
  count: number,
  blocks: number,
  format: BlockPanelFormat,
  panel: Uint8Array,
): void {
  const quads = new Uint32Array(codes.buffer, codes.byteOffset, codes.length / 4);
  const out = new Uint32Array(panel.buffer, panel.byteOffset, panel.byteLength / 4);
  const step = blockBytes(format) / 4;
  const codesAt = codesOffset(format) / 4;
  for (let r = 0; r < count; r++) {
    let from = ((first + r) * blocks * BLOCK) / 4;
    for (let b = 0; b < blocks; b++) {
      const to = b * step + codesAt + r;
      for (let q = 0; q < 4; q++, from += 2) out[to + q * PANEL_ROWS] = quads[from]! | (quads[from + 1]! << 4);
    }
  }
}

/** Four codes in a row share a word of the panel, raised to 0..255: flipping the top bit adds 128. */
function packFours(
  codes: Int8Array,
  first: number,
  count: number,
  blocks: number,
  format: BlockPanelFormat,
  panel: Uint8Array,
): void {
  const fours = new Uint32Array(codes.buffer, codes.byteOffset, codes.length / 4);
  const out = new Uint32Array(panel.buffer, panel.byteOffset, panel.byteLength / 4);
  const step = blockBytes(format) / 4;
  const codesAt = codesOffset(format) / 4;
  for (let r = 0; r < count; r++) {
    let from = ((first + r) * blocks * BLOCK) / 4;
    for (let b = 0; b < blocks; b++) {
      const to = b * step + codesAt + r;
      for (let q = 0; q < BLOCK / 4; q++, from++) out[to + q * PANEL_ROWS] = fours[from]! ^ 0x80808080;
    }
  }
}

/** Two codes in a row share a half-word of the panel, the unit the int8 dot product reads per row. */
function packPairs(
  codes: Int8Array,
  first: number,
  count: number,
  blocks: number,
  format: BlockPanelFormat,
  panel: Uint8Array,
): void {
  const pairs = new Uint16Array(codes.buffer, codes.byteOffset, codes.length / 2);
  const out = new Uint16Array(panel.buffer, panel.byteOffset, panel.byteLength / 2);
  const step = blockBytes(format) / 2;
  const codesAt = codesOffset(format) / 2;
  for (let r = 0; r < count; r++) {
    let from = ((first + r) * blocks * BLOCK) / 2;
    for (let b = 0; b < blocks; b++) {
      const to = b * step + codesAt + r;
      for (let pair = 0; pair < BLOCK / 2; pair++, from++) out[to + pair * PANEL_ROWS] = pairs[from]!;
    }
  }
}
