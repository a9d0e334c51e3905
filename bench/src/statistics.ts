/** The value below which a share `at` (0 to 1) of the values lies, by linear interpolation. */
export function quantile(values: readonly number[], at: number): number {
  if (values.length === 0) throw new RangeError('a quantile of no values');
  const sorted = values.toSorted((a, b) => a - b);
  const place = at * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Width of the middle half of the values as a share of their median. */
export function spread(values: readonly number[]): number {
  return (quantile(values, 0.75) - quantile(values, 0.25)) / median(values);
}
