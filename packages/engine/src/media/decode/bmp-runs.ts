/**
 * Indices of a bitmap that is stored in runs, one byte each: [height, width], rows in the order of the file. What the runs
 * leave out has index 0; what goes beyond the picture is dropped.
 */
export function unpackRuns(stored: Uint8Array, width: number, height: number, nibbles: boolean): Uint8Array {
  const indices = new Uint8Array(width * height);
  let [x, y, at] = [0, 0, 0];
  const put = (index: number) => {
    if (x < width && y < height) indices[y * width + x] = index;
    x++;
  };
  const nibble = (byte: number, i: number) => (i % 2 === 0 ? byte >> 4 : byte & 15);
  while (at + 1 < stored.length && y < height) {
    const [count, value] = [stored[at]!, stored[at + 1]!];
    at += 2;
    if (count > 0) for (let i = 0; i < count; i++) put(nibbles ? nibble(value, i) : value);
    else if (value === 0) [x, y] = [0, y + 1];
    else if (value === 1) break;
    else if (value === 2) {
      x += stored[at] ?? 0;
      y += stored[at + 1] ?? 0;
      at += 2;
    } else {
      for (let i = 0; i < value; i++) put(nibbles ? nibble(stored[at + (i >> 1)] ?? 0, i) : (stored[at + i] ?? 0));
      // Literal indices are filled up to whole words.
      const bytes = nibbles ? (value + 1) >> 1 : value;
      at += bytes + (bytes % 2);
    }
  }
  return indices;
}
