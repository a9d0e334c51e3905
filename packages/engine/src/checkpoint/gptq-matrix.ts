import { LanternError } from '../errors.ts';
import type { BlockEncoding } from './blocks/block-format.ts';
import { HALF_TO_FLOAT } from './blocks/half.ts';
import { shown } from './json.ts';
import type { Staging } from './staging.ts';
import type { StoredTensor } from './stored-tensor.ts';
import type { WeightMatrix } from './weights.ts';

/** What `quantization_config` says of a GPTQ checkpoint. */
export type GptqOptions = {
  /** Every zero point is 8, so none needs to be held. */
  symmetric: boolean;
  /** `gptq_v2`: zero points are stored as they are; the older form stores them less 1. */
  v2: boolean;
};

/** The tensors that one quantised matrix consists of. */
export type GptqTensors<Tensor = StoredTensor> = {
  /** I32 [columns/8, rows]: eight codes along the input, low first. */
  qweight: Tensor;
  /** I32 [groups, rows/8]: eight zero points along the output. */
  qzeros: Tensor;
  /** F16, BF16 or F32 [groups, rows] */
  scales: Tensor;
  /** I32 [columns]: the group of each input; only neighbours in order are run. */
  gIdx: Tensor | undefined;
};

/** Bytes kept at a time: codes lie across the file, so a tile of many rows is read and turned. */
const TILE_BYTES = 4 << 20;
/** Of the encoding; groups of the file are multiples of it and repeat their scale. */
const GROUP = 32;

/**
 * A 4-bit GPTQ matrix: value = scale · (code − zero), with the codes stored input by input. The caller has found the
 * four tensors; their shapes are checked here.
 */
export function gptqMatrix(
  tensors: GptqTensors,
  rows: number,
  columns: number,
  options: GptqOptions,
  staging: Staging,
): WeightMatrix {
  const { qweight, qzeros, scales, gIdx } = tensors;
  const { symmetric, v2 } = options;
  const groups = scales.shape[0] ?? 0;
  const groupSize = columns / groups;
  if (columns % GROUP !== 0 || rows % 8 !== 0 || !Number.isInteger(groupSize) || groupSize % GROUP !== 0)
    throw new LanternError(
      'unsupported',
      `${scales.source.name}: tensor ${scales.name} has shape ${shown(scales.shape)} for weights ${shown([rows, columns])}; groups must be multiples of ${GROUP}`,
    );
  expect(qweight, ['I32'], [columns / 8, rows]);
  expect(qzeros, ['I32'], [groups, rows / 8]);
  expect(scales, ['F16', 'BF16', 'F32'], [groups, rows]);
  if (gIdx) expect(gIdx, ['I32'], [columns]);

  const encoding: BlockEncoding = {
    kind: 'blocks',
    bits: 4,
    group: GROUP,
    zero: symmetric ? 8 : 0,
    minima: !symmetric,
    scales: symmetric && scales.format === 'F16' ? 'f16' : 'f32',
  };
  const rowGroups = columns / GROUP;
  const repeats = groupSize / GROUP;
  const tileRows = Math.max(8, Math.floor(TILE_BYTES / (columns / 2) / 8) * 8);
  let checkedOrder = false;

  return {
    name: qweight.name,
    storedAs: 'GPTQ-Int4',
    storedBytes: qweight.bytes + qzeros.bytes + scales.bytes + (gIdx?.bytes ?? 0),
    rows,
    columns,
    encoding,
    roundsActivations: false,
    layout: { kind: 'gptq', tensors, rows, columns, options },
    readStored: null,
    read(from, to) {
      if (gIdx && !checkedOrder) refuseOrder(gIdx, groupSize);
      checkedOrder = true;
      const count = to - from;
      const output = staging.output(count * columns, count * rowGroups);
      for (let first = from - (from % tileRows); first < to; first += tileRows) {
        const width = Math.min(tileRows, rows - first);
        const bytes = staging.tile(qweight, first, (columns / 2) * width, (into) =>
          readColumns(qweight, first, width, columns / 8, into),
        );
        const words = new Uint32Array(bytes.buffer, 0, (columns / 8) * width);
        const start = Math.max(from, first);
        const end = Math.min(to, first + width);
        for (let row = start; row < end; row++) {
          const at = ((row - from) * columns) >> 2;
          for (let k = 0, word = row - first; k < columns / 8; k++, word += width)
            spreadNibbles(words[word]!, output.codeWords, at + 2 * k);
        }
      }

      // Scales [groups, rows] and zero points, of all rows from the word that holds the first one's zero point.
      const firstRow = from - (from % 8);
      const span = Math.ceil((to - firstRow) / 8) * 8;
      const scaleSize = scales.format === 'F32' ? 4 : 2;
      const scaleBytes = staging.input(span * scaleSize + span / 2).bytes;
      for (let g = 0; g < groups; g++) {
        const scalePart = scaleBytes.subarray(0, span * scaleSize);
        const zeroPart = scaleBytes.subarray(span * scaleSize, span * scaleSize + span / 2);
        scales.source.read(scales.offset + (g * rows + firstRow) * scaleSize, scalePart);
        qzeros.source.read(qzeros.offset + (g * rows + firstRow) / 2, zeroPart);
        for (let row = from; row < to; row++) {
          const i = row - firstRow;
          const scale = numberAt(scalePart, i, scales.format);
          const stored = (zeroPart[i >> 1]! >> (4 * (i & 1))) & 15;
          const zero = v2 ? stored : stored + 1;
          if (symmetric && zero !== 8)
            throw new LanternError(
              'unsupported',
              `${qzeros.source.name}: tensor ${qzeros.name} has a zero point of ${zero}, but quantization_config says sym`,
            );
          const at = (row - from) * rowGroups + g * repeats;
          output.scales.fill(scale, at, at + repeats);
          if (!symmetric) output.minima.fill(-scale * zero, at, at + repeats);
        }
      }
      return {
        kind: 'blocks',
        codes: output.codes.subarray(0, count * columns),
        scales: output.scales.subarray(0, count * rowGroups),
        minima: symmetric ? null : output.minima.subarray(0, count * rowGroups),
        units: null,
      };
    },
  };
}

/** Columns [first, first + width) of an I32 matrix with `height` rows, side by side. */
function readColumns(tensor: StoredTensor, first: number, width: number, height: number, into: Uint8Array): void {
  const stride = tensor.shape[1]! * 4;
  for (let k = 0; k < height; k++)
    tensor.source.read(tensor.offset + k * stride + first * 4, into.subarray(k * width * 4, (k + 1) * width * 4));
}

/** Eight nibbles of a word, low first, to eight bytes. */
function spreadNibbles(word: number, out: Uint32Array, at: number): void {
  out[at] = (word & 15) | ((word & 0xf0) << 4) | ((word & 0xf00) << 8) | ((word & 0xf000) << 12);
  const high = word >>> 16;
  out[at + 1] = (high & 15) | ((high & 0xf0) << 4) | ((high & 0xf00) << 8) | ((high & 0xf000) << 12);
}

const wordOf = new Uint32Array(1);
const floatOf = new Float32Array(wordOf.buffer);

function numberAt(bytes: Uint8Array, i: number, format: string): number {
  if (format === 'F16') return HALF_TO_FLOAT[bytes[2 * i]! | (bytes[2 * i + 1]! << 8)]!;
  if (format === 'BF16') wordOf[0] = (bytes[2 * i]! << 16) | (bytes[2 * i + 1]! << 24);
  else wordOf[0] = bytes[4 * i]! | (bytes[4 * i + 1]! << 8) | (bytes[4 * i + 2]! << 16) | (bytes[4 * i + 3]! << 24);
  return floatOf[0]!;
}

/** Inputs sorted by activation (`desc_act`) would need a permutation of what the matrix meets. */
function refuseOrder(gIdx: StoredTensor, groupSize: number): void {
  const bytes = new Uint8Array(gIdx.bytes);
  gIdx.source.read(gIdx.offset, bytes);
  const order = new Int32Array(bytes.buffer);
  for (let i = 0; i < order.length; i++)
    if (order[i] !== Math.floor(i / groupSize))
      throw new LanternError(
        'unsupported',
        `${gIdx.source.name}: tensor ${gIdx.name} puts input ${i} into group ${order[i]}; only groups of ${groupSize} neighbours are run (desc_act false)`,
      );
}

function expect(tensor: StoredTensor, formats: string[], shape: number[]): void {
  if (formats.includes(tensor.format) && shown(tensor.shape) === shown(shape)) return;
  throw new LanternError(
    'bad-checkpoint',
    `${tensor.source.name}: tensor ${tensor.name} is ${tensor.format} ${shown(tensor.shape)}, ${formats.join(' or ')} ${shown(shape)} is expected`,
  );
}
