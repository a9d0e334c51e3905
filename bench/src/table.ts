import { FIGURES } from './figure.ts';
import type { ReportRow, SideSummary } from './report-rows.ts';

const HEAD = 'shape,format,measure,unit,peer,L,P,ratio,± L,± P,share L,share P,cores L,cores P'.split(',');
/** Columns of words; the others are numbers, which stand to the right. */
const WORDS = 5;

/** The rows as a table in Markdown, aligned for the eye. */
export function table(rows: readonly ReportRow[]): string {
  const lines = [HEAD, ...rows.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(3, ...lines.map((line) => line[column]!.length)));
  const draw = (line: readonly string[]) =>
    `| ${line.map((cell, i) => (i < WORDS ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(' | ')} |`;
  const rule = `|${widths.map((width, i) => (i < WORDS ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  const [head, ...body] = lines.map(draw);
  return [head, rule, ...body].join('\n');
}

function cells({ shape, format, figure, lantern, peer, other, ratio, doubt }: ReportRow): string[] {
  const { label, unit } = FIGURES[figure];
  const versus = doubt ?? (ratio === null ? '' : `${ratio.toFixed(2)}x`);
  const [l, p] = [side(lantern), side(other)];
  const names = [shape, format, label, unit, peer ?? ''];
  return [...names, l.value, p.value, versus, l.spread, p.spread, l.share, p.share, l.cores, p.cores];
}

function side(summary: SideSummary | null): { value: string; spread: string; share: string; cores: string } {
  if (!summary) return { value: '', spread: '', share: '', cores: '' };
  const { median, spread, share, cores } = summary;
  return {
    value: median >= 100 ? median.toFixed(0) : String(Number(median.toPrecision(3))),
    spread: percent(spread),
    share: share === null ? '' : percent(share),
    cores: cores === null ? '' : cores.toFixed(2),
  };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
