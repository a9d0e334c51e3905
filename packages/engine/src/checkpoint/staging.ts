import type { BlockInput, BlockOutput } from './blocks/block-format.ts';

/**
 * The buffers that all matrices of a checkpoint read through: as large as the largest piece read so far, a few MiB.
 * What a matrix hands out lies in them until the next read of any matrix that shares them.
 */
export class Staging {
  #input = inputViews(0);
  #output = outputViews(0, 0);
  #permuted: ArrayBuffer[] = [];
  #tile = new Uint8Array(0);
  #tileKey: object | null = null;
  #tileFrom = 0;

  /** For at least `bytes` bytes as they lie in a file. */
  input(bytes: number): BlockInput {
    if (this.#input.bytes.length < bytes) this.#input = inputViews(bytes);
    return this.#input;
  }

  /** For at least so many codes and groups. */
  output(codes: number, groups: number): BlockOutput {
    if (this.#output.codes.length < codes || this.#output.scales.length < groups)
      this.#output = outputViews(
        Math.max(codes, this.#output.codes.length),
        Math.max(groups, this.#output.scales.length),
      );
    return this.#output;
  }

  /** A second buffer for what a permutation moves; `slot` tells several at once apart. */
  permuted(slot: number, bytes: number): ArrayBuffer {
    const buffer = this.#permuted[slot];
    if (buffer && buffer.byteLength >= bytes) return buffer;
    const grown = new ArrayBuffer(roundUp(bytes));
    this.#permuted[slot] = grown;
    return grown;
  }

  /** The one larger piece that stays from read to read, for layouts that lie across the file; filled anew by `load`. */
  tile(key: object, from: number, bytes: number, load: (into: Uint8Array) => void): Uint8Array {
    if (this.#tileKey === key && this.#tileFrom === from) return this.#tile;
    this.#tileKey = null;
    if (this.#tile.length < bytes) this.#tile = new Uint8Array(roundUp(bytes));
    load(this.#tile);
    this.#tileKey = key;
    this.#tileFrom = from;
    return this.#tile;
  }
}

function inputViews(atLeast: number): BlockInput {
  const buffer = new ArrayBuffer(roundUp(atLeast));
  return { bytes: new Uint8Array(buffer), halves: new Uint16Array(buffer), words: new Uint32Array(buffer) };
}

function outputViews(codes: number, groups: number): BlockOutput {
  const buffer = new ArrayBuffer(roundUp(codes));
  return {
    codes: new Int8Array(buffer),
    codeHalves: new Uint16Array(buffer),
    codeWords: new Uint32Array(buffer),
    scales: new Float32Array(groups),
    minima: new Float32Array(groups),
    // A unit serves 256 weights, a group 32 at the most.
    units: new Float32Array(Math.ceil(groups / 8)),
    minimumUnits: new Float32Array(Math.ceil(groups / 8)),
  };
}

/** Whole 8-byte units, so that every view fits. */
function roundUp(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
