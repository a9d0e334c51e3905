import type { ByteSource } from './byte-source.ts';
import { fileSource, type SharedFile } from './file-source.ts';
import { fp8Matrix } from './fp8-matrix.ts';
import { type GptqOptions, type GptqTensors, gptqMatrix } from './gptq-matrix.ts';
import { permuteColumnBlocks, permuteRowBlocks } from './permute.ts';
import type { Staging } from './staging.ts';
import { storedMatrix } from './stored-matrix.ts';
import type { StoredTensor } from './stored-tensor.ts';
import type { WeightMatrix } from './weights.ts';

/** How a matrix lies in its files, as data: the arguments of the functions that make one. */
export type MatrixLayout<Tensor = StoredTensor> =
  | { kind: 'stored'; tensor: Tensor; rows: number; columns: number; first: number }
  | { kind: 'fp8'; weight: Tensor; scale: Tensor; rows: number; columns: number }
  | { kind: 'gptq'; tensors: GptqTensors<Tensor>; rows: number; columns: number; options: GptqOptions }
  | { kind: 'row-blocks'; of: MatrixLayout<Tensor>; order: Int32Array; blockRows: number; start: number }
  | { kind: 'column-blocks'; of: MatrixLayout<Tensor>; order: ArrayLike<number>; blockColumns: number };

/** A tensor of a file that every thread of the process can read. */
export type SharedTensor = Omit<StoredTensor, 'source'> & { file: SharedFile };

/** The matrix that lies so, read through `staging`. */
export function openMatrix(layout: MatrixLayout, staging: Staging): WeightMatrix {
  switch (layout.kind) {
    case 'stored':
      return storedMatrix(layout.tensor, layout.rows, layout.columns, staging, layout.first);
    case 'fp8':
      return fp8Matrix(layout.weight, layout.scale, layout.rows, layout.columns, staging);
    case 'gptq':
      return gptqMatrix(layout.tensors, layout.rows, layout.columns, layout.options, staging);
    case 'row-blocks':
      return permuteRowBlocks(openMatrix(layout.of, staging), layout.order, layout.blockRows, layout.start, staging);
    case 'column-blocks':
      return permuteColumnBlocks(openMatrix(layout.of, staging), layout.order, layout.blockColumns, staging);
  }
}

/** The layouts as something that can be sent to another thread, or null where some of it is only this thread's. */
export function shareLayouts(layouts: readonly (MatrixLayout | null)[]): MatrixLayout<SharedTensor>[] | null {
  const share = oncePerTensor(({ source, ...tensor }: StoredTensor): SharedTensor | null =>
    source.descriptor === null
      ? null
      : { ...tensor, file: { name: source.name, size: source.size, descriptor: source.descriptor } },
  );
  const shared: MatrixLayout<SharedTensor>[] = [];
  for (const layout of layouts) {
    if (!layout || tensorsOf(layout).some((tensor) => share(tensor) === null)) return null;
    shared.push(mapTensors(layout, (tensor) => share(tensor)!));
  }
  return shared;
}

/** What another thread shared, for this one to open. */
export function receiveLayouts(shared: readonly MatrixLayout<SharedTensor>[]): MatrixLayout[] {
  const sources = new Map<number, ByteSource>();
  const receive = oncePerTensor(({ file, ...tensor }: SharedTensor): StoredTensor => {
    const source = sources.get(file.descriptor) ?? fileSource(file);
    sources.set(file.descriptor, source);
    return { ...tensor, source };
  });
  return shared.map((layout) => mapTensors(layout, receive));
}

/** Experts are many matrices of one tensor, which need not become many tensors. */
function oncePerTensor<From extends object, To>(map: (tensor: From) => To): (tensor: From) => To {
  const known = new Map<From, To>();
  return (tensor) => {
    if (!known.has(tensor)) known.set(tensor, map(tensor));
    return known.get(tensor)!;
  };
}

function tensorsOf(layout: MatrixLayout): StoredTensor[] {
  const found: StoredTensor[] = [];
  mapTensors(layout, (tensor) => found.push(tensor));
  return found;
}

function mapTensors<From, To>(layout: MatrixLayout<From>, map: (tensor: From) => To): MatrixLayout<To> {
  switch (layout.kind) {
    case 'stored':
      return { ...layout, tensor: map(layout.tensor) };
    case 'fp8':
      return { ...layout, weight: map(layout.weight), scale: map(layout.scale) };
    case 'gptq': {
      const { qweight, qzeros, scales, gIdx } = layout.tensors;
      const tensors = { qweight: map(qweight), qzeros: map(qzeros), scales: map(scales), gIdx: gIdx && map(gIdx) };
      return { ...layout, tensors };
    }
    case 'row-blocks':
    case 'column-blocks':
      return { ...layout, of: mapTensors(layout.of, map) };
  }
}
