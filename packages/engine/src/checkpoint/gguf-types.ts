/** A tensor type of GGUF: `weights` neighbours of a row are stored in `bytes` bytes. */
export type GgufType = { id: number; name: string; weights: number; bytes: number };

/** Types by their id in the file. What of them can be computed with is decided elsewhere. */
const TYPES: readonly GgufType[] = [
  { id: 0, name: 'F32', weights: 1, bytes: 4 },
  { id: 1, name: 'F16', weights: 1, bytes: 2 },
  { id: 2, name: 'Q4_0', weights: 32, bytes: 18 },
  { id: 3, name: 'Q4_1', weights: 32, bytes: 20 },
  { id: 6, name: 'Q5_0', weights: 32, bytes: 22 },
  { id: 7, name: 'Q5_1', weights: 32, bytes: 24 },
  { id: 8, name: 'Q8_0', weights: 32, bytes: 34 },
  { id: 9, name: 'Q8_1', weights: 32, bytes: 36 },
  { id: 10, name: 'Q2_K', weights: 256, bytes: 84 },
  { id: 11, name: 'Q3_K', weights: 256, bytes: 110 },
  { id: 12, name: 'Q4_K', weights: 256, bytes: 144 },
  { id: 13, name: 'Q5_K', weights: 256, bytes: 176 },
  { id: 14, name: 'Q6_K', weights: 256, bytes: 210 },
  { id: 15, name: 'Q8_K', weights: 256, bytes: 292 },
  { id: 16, name: 'IQ2_XXS', weights: 256, bytes: 66 },
  { id: 17, name: 'IQ2_XS', weights: 256, bytes: 74 },
  { id: 18, name: 'IQ3_XXS', weights: 256, bytes: 98 },
  { id: 19, name: 'IQ1_S', weights: 256, bytes: 50 },
  { id: 20, name: 'IQ4_NL', weights: 32, bytes: 18 },
  { id: 21, name: 'IQ3_S', weights: 256, bytes: 110 },
  { id: 22, name: 'IQ2_S', weights: 256, bytes: 82 },
  { id: 23, name: 'IQ4_XS', weights: 256, bytes: 136 },
  { id: 24, name: 'I8', weights: 1, bytes: 1 },
  { id: 25, name: 'I16', weights: 1, bytes: 2 },
  { id: 26, name: 'I32', weights: 1, bytes: 4 },
  { id: 27, name: 'I64', weights: 1, bytes: 8 },
  { id: 28, name: 'F64', weights: 1, bytes: 8 },
  { id: 29, name: 'IQ1_M', weights: 256, bytes: 56 },
  { id: 30, name: 'BF16', weights: 1, bytes: 2 },
  { id: 34, name: 'TQ1_0', weights: 256, bytes: 54 },
  { id: 35, name: 'TQ2_0', weights: 256, bytes: 66 },
  { id: 39, name: 'MXFP4', weights: 32, bytes: 17 },
  { id: 40, name: 'NVFP4', weights: 64, bytes: 36 },
];

const byId = new Map(TYPES.map((type) => [type.id, type]));
const byName = new Map(TYPES.map((type) => [type.name, type]));

/** The type with this number in the file; undefined where it is none that is known. */
export function ggufTypeById(id: number): GgufType | undefined {
  return byId.get(id);
}

/** The type with this name, such as `Q4_K`. */
export function ggufTypeByName(name: string): GgufType | undefined {
  return byName.get(name);
}
