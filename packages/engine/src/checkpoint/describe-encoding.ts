import type { Encoding } from './weights.ts';

/** An encoding in words: `bf16`, `4-bit codes, f16 scales of 32`, `16 levels, f16 scales of 32`. */
export function describeEncoding(encoding: Encoding): string {
  if (encoding.kind === 'fp8') return 'e4m3 codes, f32 scales of 128';
  if (encoding.kind !== 'blocks') return encoding.kind;
  const { bits, group, minima, scales, levels } = encoding;
  const codes = levels ? `${levels.length} levels` : `${bits}-bit codes`;
  return `${codes}, ${scales === 'units' ? '8-bit' : scales} scales${minima ? ' and minima' : ''} of ${group}`;
}
