import { type Rows, UNIT_SPAN } from '../../checkpoint/weights.ts';
import {
  BLOCK,
  type BlockPanelFormat,
  blockOffset,
  codesOffset,
  FP8_BLOCK,
  FP8_SPAN,
  PANEL_ROWS,
  type PanelFormat,
  panelBytes,
  scaleBytes,
  U8_RAISE,
  unitSpan,
} from './panel-format.ts';

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
  const blocks = columns / BLOCK;
  const perBlock = BLOCK / format.group;
  const scalesFirst = first * blocks * perBlock;
  const scalesAt = Uint32Array.from({ length: blocks }, (_, b) => blockOffset(format, b));
  const minimaAt = scalesAt.map((at) => at + scaleBytes(format));
  packScales(piece.scales, scalesFirst, count, format, scalesAt, out);
  if (piece.minima) packScales(piece.minima, scalesFirst, count, format, minimaAt, out);
  if (piece.units) {
    const unitsFirst = (first * columns) / UNIT_SPAN;
    packUnits(piece.units.scales, unitsFirst, count, blocks, format, 0, out);
    if (piece.units.minima) packUnits(piece.units.minima, unitsFirst, count, blocks, format, PANEL_ROWS * 2, out);
  }
  // They are moved as words of up to four bytes.
  const codes = piece.codes.byteOffset % 4 === 0 ? piece.codes : piece.codes.slice();
  const codesAt = scalesAt.map((at) => at + codesOffset(format));
  if (format.kind === 'n4') {
    const some = first * columns;
    packNibbles(numbersOf(codes.subarray(some, some + count * columns), format.levels), 0, count, codesAt, out);
  } else CODE_PACKERS[format.kind](codes, first, count, codesAt, out);
}

/** Scales or minima of `count` rows, from index `first` of `values` on; those of block b go to byte `blocksAt[b]` on. */
function packScales(
  values: Float32Array,
  first: number,
  count: number,
  format: BlockPanelFormat,
  blocksAt: Uint32Array,
  { buffer, byteOffset, byteLength }: Uint8Array,
): void {
  const out =
    format.scales === 'f16'
      ? new Float16Array(buffer, byteOffset, byteLength / 2)
      : format.scales === 'f32'
        ? new Float32Array(buffer, byteOffset, byteLength / 4)
        : new Int8Array(buffer, byteOffset, byteLength);
  const perBlock = BLOCK / format.group;
  const blocks = blocksAt.length;
  for (let b = 0; b < blocks; b++) {
    const at = blocksAt[b]! / out.BYTES_PER_ELEMENT;
    for (let r = 0; r < count; r++)
      for (let g = 0; g < perBlock; g++)
        out[at + g * PANEL_ROWS + r] = values[first + (r * blocks + b) * perBlock + g]!;
  }
}

/** Units of scales or minima of `count` rows, `offset` bytes into what stands in front of each 256 k. */
function packUnits(
  values: Float32Array,
  first: number,
  count: number,
  blocks: number,
  format: BlockPanelFormat,
  offset: number,
  { buffer, byteOffset, byteLength }: Uint8Array,
): void {
  const out = new Float16Array(buffer, byteOffset, byteLength / 2);
  const span = unitSpan(format);
  const spans = blocks / span.blocks;
  for (let s = 0; s < spans; s++) {
    const at = (blockOffset(format, s * span.blocks) - span.bytes + offset) / 2;
    for (let r = 0; r < count; r++) out[at + r] = values[first + r * spans + s]!;
  }
}

/** Packs the codes of `count` rows; those of block b go to byte `codesAt[b]` on. */
type CodePacker = (codes: Int8Array, first: number, count: number, codesAt: Uint32Array, panel: Uint8Array) => void;

/** A loop for each layout, so that each sees arrays of one type only and V8 compiles plain loads and stores. */
const CODE_PACKERS: Record<Exclude<BlockPanelFormat['kind'], 'n4'>, CodePacker> = {
  q4: packNibbles,
  q6: packSixes,
  q8: packPairs,
  u8: packFours,
};

/** The numbers of the levels, raised here, that codes are. */
function numbersOf(codes: Int8Array, levels: readonly number[]): Int8Array {
  return codes.map((code) => levels.indexOf(code + U8_RAISE));
}

/** Four codes and the four after them share a word of the panel: low nibbles and high. */
function packNibbles(codes: Int8Array, first: number, count: number, codesAt: Uint32Array, panel: Uint8Array): void {
  const quads = new Uint32Array(codes.buffer, codes.byteOffset, codes.length / 4);
  const out = new Uint32Array(panel.buffer, panel.byteOffset, panel.byteLength / 4);
  for (let r = 0; r < count; r++) {
    let from = ((first + r) * codesAt.length * BLOCK) / 4;
    for (let b = 0; b < codesAt.length; b++) {
      const at = codesAt[b]!;
      const to = at / 4 + r;
      for (let q = 0; q < 4; q++, from += 2) out[to + q * PANEL_ROWS] = quads[from]! | (quads[from + 1]! << 4);
    }
  }
}

/** The low nibbles as in `packNibbles`; the two high bits of 16 codes share a word, four codes' side by side. */
function packSixes(codes: Int8Array, first: number, count: number, codesAt: Uint32Array, panel: Uint8Array): void {
  const fours = new Uint32Array(codes.buffer, codes.byteOffset, codes.length / 4);
  const out = new Uint32Array(panel.buffer, panel.byteOffset, panel.byteLength / 4);
  for (let r = 0; r < count; r++) {
    let from = ((first + r) * codesAt.length * BLOCK) / 4;
    for (let b = 0; b < codesAt.length; b++) {
      const at = codesAt[b]!;
      const low = at / 4 + r;
      const high = low + 4 * PANEL_ROWS;
      for (let half = 0; half < 2; half++, from += 4) {
        const [w, x, y, z] = [fours[from]!, fours[from + 1]!, fours[from + 2]!, fours[from + 3]!];
        out[low + 2 * half * PANEL_ROWS] = (w & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4);
        out[low + (2 * half + 1) * PANEL_ROWS] = (y & 0x0f0f0f0f) | ((z & 0x0f0f0f0f) << 4);
        out[high + half * PANEL_ROWS] =
          ((w >>> 4) & 0x03030303) | ((x >>> 2) & 0x0c0c0c0c) | (y & 0x30303030) | ((z << 2) & 0xc0c0c0c0);
      }
    }
  }
}

/** Four codes in a row share a word of the panel, raised to 0..255: flipping the top bit adds 128. */
function packFours(codes: Int8Array, first: number, count: number, codesAt: Uint32Array, panel: Uint8Array): void {
  const fours = new Uint32Array(codes.buffer, codes.byteOffset, codes.length / 4);
  const out = new Uint32Array(panel.buffer, panel.byteOffset, panel.byteLength / 4);
  for (let r = 0; r < count; r++) {
    let from = ((first + r) * codesAt.length * BLOCK) / 4;
    for (let b = 0; b < codesAt.length; b++) {
      const at = codesAt[b]!;
      const to = at / 4 + r;
      for (let q = 0; q < BLOCK / 4; q++, from++) out[to + q * PANEL_ROWS] = fours[from]! ^ 0x80808080;
    }
  }
}

/** Two codes in a row share a half-word of the panel, the unit the int8 dot product reads per row. */
function packPairs(codes: Int8Array, first: number, count: number, codesAt: Uint32Array, panel: Uint8Array): void {
  const pairs = new Uint16Array(codes.buffer, codes.byteOffset, codes.length / 2);
  const out = new Uint16Array(panel.buffer, panel.byteOffset, panel.byteLength / 2);
  for (let r = 0; r < count; r++) {
    let from = ((first + r) * codesAt.length * BLOCK) / 2;
    for (let b = 0; b < codesAt.length; b++) {
      const at = codesAt[b]!;
      const to = at / 2 + r;
      for (let pair = 0; pair < BLOCK / 2; pair++, from++) out[to + pair * PANEL_ROWS] = pairs[from]!;
    }
  }
}
