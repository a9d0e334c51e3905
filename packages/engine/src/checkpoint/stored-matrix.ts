import { LanternError } from '../errors.ts';
import type { BlockOutput } from './blocks/block-format.ts';
import { BLOCK_FORMATS } from './blocks/formats.ts';
import { rowsToFloats } from './blocks/rows-to-floats.ts';
import type { MatrixLayout } from './matrix-layout.ts';
import type { Staging } from './staging.ts';
import { elementCount, type StoredTensor } from './stored-tensor.ts';
import { type Encoding, type Rows, UNIT_SPAN, type WeightMatrix } from './weights.ts';

/** Formats with one number an element, and the bytes it takes. */
const PLAIN: Readonly<Record<string, { encoding: Encoding; bytes: number }>> = {
  F32: { encoding: { kind: 'f32' }, bytes: 4 },
  F16: { encoding: { kind: 'f16' }, bytes: 2 },
  BF16: { encoding: { kind: 'bf16' }, bytes: 2 },
};

/**
 * The matrix [rows, columns] that starts at row `first` of a tensor, whose outer dimensions are taken as one (an expert
 * is such a piece). The caller has checked the shape. Throws where the format is not one to compute with.
 */
export function storedMatrix(
  tensor: StoredTensor,
  rows: number,
  columns: number,
  staging: Staging,
  first = 0,
): WeightMatrix {
  const { name, format, source } = tensor;
  const rowBytes = (tensor.bytes / elementCount(tensor.shape)) * columns;
  const start = tensor.offset + first * rowBytes;
  const layout: MatrixLayout = { kind: 'stored', tensor, rows, columns, first };
  const readStored = (from: number, to: number, into: Uint8Array) =>
    source.read(start + from * rowBytes, into.subarray(0, (to - from) * rowBytes));
  const common = { name, storedAs: format, storedBytes: rows * rowBytes, rows, columns, layout, readStored };

  if (Object.hasOwn(PLAIN, format)) {
    const { encoding } = PLAIN[format]!;
    const read = (from: number, to: number): Rows => {
      const bytes = (to - from) * rowBytes;
      const input = staging.input(bytes);
      readStored(from, to, input.bytes);
      const count = (to - from) * columns;
      if (encoding.kind === 'f32') return { kind: 'f32', values: new Float32Array(input.bytes.buffer, 0, count) };
      return { kind: encoding.kind as 'f16' | 'bf16', bits: input.halves.subarray(0, count) };
    };
    return { ...common, encoding, roundsActivations: false, read };
  }

  const blockFormat = BLOCK_FORMATS.get(format);
  if (!blockFormat) throw unsupportedFormat(tensor);
  const { encoding } = blockFormat;
  const rowBlocks = columns / blockFormat.weights;
  const rowGroups = columns / encoding.group;
  const read = (from: number, to: number): Rows => {
    const bytes = (to - from) * rowBytes;
    const codes = (to - from) * columns;
    const groups = (to - from) * rowGroups;
    const input = staging.input(bytes);
    const output = staging.output(codes, groups);
    readStored(from, to, input.bytes);
    blockFormat.unpack(input, (to - from) * rowBlocks, output);
    return {
      kind: 'blocks',
      codes: output.codes.subarray(0, codes),
      scales: output.scales.subarray(0, groups),
      minima: encoding.minima ? output.minima.subarray(0, groups) : null,
      units: encoding.scales === 'units' ? unitsOf(output, codes / UNIT_SPAN, encoding.minima) : null,
    };
  };
  return { ...common, encoding, roundsActivations: true, read };
}

function unitsOf({ units, minimumUnits }: BlockOutput, count: number, minima: boolean) {
  return { scales: units.subarray(0, count), minima: minima ? minimumUnits.subarray(0, count) : null };
}

/** All numbers of a small tensor as f32. */
export function readVector(tensor: StoredTensor, staging: Staging): Float32Array {
  const count = elementCount(tensor.shape);
  const matrix = storedMatrix(tensor, 1, count, staging);
  const values = new Float32Array(count);
  rowsToFloats(matrix.read(0, 1), matrix.encoding, count, values);
  return values;
}

function unsupportedFormat({ name, format, source }: StoredTensor): LanternError {
  return new LanternError(
    'unsupported',
    `${source.name}: tensor ${name} is stored as ${format}; usable are ${[...Object.keys(PLAIN), ...BLOCK_FORMATS.keys()].join(', ')}`,
    'Use another quantisation of this model.',
  );
}
