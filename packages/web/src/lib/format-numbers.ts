/** Milliseconds as seconds that a person reads at a glance: `8 ms`, `0.24 s`, `4.1 s`, `1 min 12 s`. */
export function formatSeconds(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 0.1) return `${Math.round(milliseconds)} ms`;
  if (seconds < 1) return `${seconds.toFixed(2)} s`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** A rate with about three digits. */
export function formatRate(value: number): string {
  return value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en');
}

export function formatCount(value: number): string {
  return value.toLocaleString('en');
}

/** `1 token`, `2 tokens`. */
export function counted(value: number, noun: string): string {
  return `${formatCount(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** A moment or a span to the millisecond as far as that matters: `12 ms`, `1.24 s`, `12.4 s`, `2 min 5 s`. */
export function formatSpan(milliseconds: number): string {
  const whole = Math.round(milliseconds);
  if (whole < 1000) return `${whole} ms`;
  if (whole < 60_000) return `${(whole / 1000).toPrecision(3)} s`;
  return formatSeconds(milliseconds);
}

/** A probability from 0 to 1: `93 %`, `4.2 %`, `< 0.01 %`. */
export function formatShare(share: number): string {
  const percent = 100 * share;
  if (percent < 0.01) return '< 0.01 %';
  if (percent > 99.9 && percent < 100) return '> 99.9 %';
  return `${percent < 10 ? percent.toPrecision(2) : percent >= 99 ? percent.toFixed(1) : Math.round(percent)} %`;
}
