import { type Encoding, UNIT_SPAN } from '../../checkpoint/weights.ts';

/** Output rows side by side in one panel: four vectors of four lanes. */
export const PANEL_ROWS = 16;
/** Neighbours along k that a block of a block format spans, whatever its groups. */
export const BLOCK = 32;
/** Neighbours along k that share a scale in the fp8 format. */
export const FP8_BLOCK = 128;

/**
 * How a matrix lies in memory: in panels of 16 rows (the last one padded with zeros), k running slowest, so that GEMV
 * and GEMM read the very same bytes from front to back. For each panel:
 *
 *   f32   [k][16] f32
 *   f16   [pairs of k][16] u32: the earlier k in the low half (bf16 alike)
 *   fp8   for each 128 k: 16 f32 scales, then [fours of k][16] u32, the earliest k in the low byte
 *   q4    for each 32 k: scales, minima, then [4 × 8 k][16][4 bytes]: byte j holds k = j (low) and k = j + 4 (high)
 *   q6    as q4 with the low four bits, then [2 × 16 k][16][4 bytes]: byte j holds the two high bits of k = j (lowest),
 *         j + 4, j + 8 and j + 12
 *   q8    for each 32 k: scales, minima, then [16 pairs of k][16][2 bytes]
 *   u8    for each 32 k: scales, minima, then [8 fours of k][16][4 bytes], every code raised by 128
 *   n4    as q4, with the numbers of the levels that codes are; the levels raised by 128
 *
 * Scales and minima of block formats are [32 / group][16], as f32, f16 or i8. Those in i8 count units, which stand in
 * front of each 256 k: [16] f16 for the scales, and as many for the minima. A last, partial pair, four or 128 is padded.
 */
export type PanelFormat =
  | { kind: 'f32' | 'f16' | 'bf16' | 'fp8' }
  | {
      kind: 'q4' | 'q6' | 'q8' | 'u8';
      group: 16 | 32;
      zero: number;
      minima: boolean;
      scales: 'f32' | 'f16' | 'units';
    }
  | {
      kind: 'n4';
      group: 16 | 32;
      zero: number;
      minima: boolean;
      scales: 'f32' | 'f16' | 'units';
      levels: readonly number[];
    };

export type BlockPanelFormat = PanelFormat & { kind: 'q4' | 'q6' | 'q8' | 'u8' | 'n4' };

/** What codes of u8 panels and levels of n4 panels were raised by. */
export const U8_RAISE = 128;

/**
 * The panel format that holds an encoding without loss; 8-bit codes as bytes 0..255 where `unsigned` ones are wanted, and
 * only their numbers where they are levels.
 */
export function panelFormat(encoding: Encoding, unsigned = false): PanelFormat {
  if (encoding.kind !== 'blocks') return { kind: encoding.kind };
  const { bits, group, zero, minima, scales, levels } = encoding;
  const raised = { group, zero: zero + U8_RAISE, minima, scales };
  if (levels && unsigned) return { kind: 'n4', ...raised, levels: levels.map((level) => level + U8_RAISE) };
  if (bits === 8 && unsigned) return { kind: 'u8', ...raised };
  return { kind: `q${bits}`, group, zero, minima, scales };
}

export function isBlockPanel(format: PanelFormat): format is BlockPanelFormat {
  return 'group' in format;
}

/** A short name that tells formats apart: `bf16`, `q4-g32-z8-f16`. */
export function panelKey(format: PanelFormat): string {
  if (!isBlockPanel(format)) return format.kind;
  const { kind, group, zero, minima, scales } = format;
  return `${kind}-g${group}-z${zero}${minima ? '-m' : ''}-${scales}`;
}

const SCALE_BYTES = { f32: 4, f16: 2, units: 1 } as const;

/** Bytes of the scales (and as many again of the minima, if any) in front of the codes of a 32-block. */
export function scaleBytes(format: BlockPanelFormat): number {
  return (BLOCK / format.group) * PANEL_ROWS * SCALE_BYTES[format.scales];
}

/** Bytes in front of the codes of a 32-block. */
export function codesOffset(format: BlockPanelFormat): number {
  return scaleBytes(format) * (format.minima ? 2 : 1);
}

/** Bytes of a 32-block of a panel. */
export function blockBytes(format: BlockPanelFormat): number {
  const codes = { q4: BLOCK / 2, n4: BLOCK / 2, q6: (BLOCK * 3) / 4, q8: BLOCK, u8: BLOCK }[format.kind];
  return codesOffset(format) + codes * PANEL_ROWS;
}

/** Blocks that share their units, and bytes of the units in front of them; without units, every block stands alone. */
export function unitSpan(format: BlockPanelFormat): { blocks: number; bytes: number } {
  if (format.scales !== 'units') return { blocks: 1, bytes: 0 };
  return { blocks: UNIT_SPAN / BLOCK, bytes: PANEL_ROWS * 2 * (format.minima ? 2 : 1) };
}

/** Where the block of 32 k with this number begins in a panel. */
export function blockOffset(format: BlockPanelFormat, block: number): number {
  const { blocks, bytes } = unitSpan(format);
  return block * blockBytes(format) + (Math.floor(block / blocks) + 1) * bytes;
}

/** Bytes of one panel of `columns` inputs. */
export function panelBytes(format: PanelFormat, columns: number): number {
  switch (format.kind) {
    case 'f32':
      return columns * PANEL_ROWS * 4;
    case 'f16':
    case 'bf16':
      return Math.ceil(columns / 2) * PANEL_ROWS * 4;
    case 'fp8':
      return Math.ceil(columns / FP8_BLOCK) * FP8_SPAN;
    default:
      return (
        (columns / BLOCK) * blockBytes(format) + (columns / BLOCK / unitSpan(format).blocks) * unitSpan(format).bytes
      );
  }
}

/** Bytes of 128 inputs of an fp8 panel, scales included. */
export const FP8_SPAN: number = PANEL_ROWS * 4 + FP8_BLOCK * PANEL_ROWS;

export function panelCount(rows: number): number {
  return Math.ceil(rows / PANEL_ROWS);
}
