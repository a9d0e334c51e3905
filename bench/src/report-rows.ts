import type { Limits, Side } from './child-task.ts';
import { FIGURES, type Figure, type FigureName, type Figures } from './figure.ts';
import type { Peer } from './peers.ts';
import { median, spread } from './statistics.ts';

/** What one shape in one format gave: figures and limits of every round. */
export type Samples = {
  shape: string;
  format: string;
  threads: number;
  /** Of Lantern and of each peer that was asked for. */
  rounds: { lantern: Figures[] } & Partial<Record<Side, Figures[]>>;
  limits: Limits[];
};

export type SideSummary = {
  /** Rounds that gave the figure. */
  rounds: number;
  median: number;
  spread: number;
  /** Of the bandwidth or the peak arithmetic that was measured in the same run; null where neither limits the figure. */
  share: number | null;
  /** Cores that the process had, in the median; null where that was not counted. */
  cores: number | null;
};

export type ReportRow = {
  shape: string;
  format: string;
  figure: FigureName;
  lantern: SideSummary;
  /** Null where Lantern ran alone. */
  peer: Peer | null;
  other: SideSummary | null;
  /** How much better Lantern is: above 1 it is ahead. Null where there is nothing beside it or `doubt` about it. */
  ratio: number | null;
  /**
   * `few`: too few rounds to know how far they differ. `noisy`: the rounds of a side differ too much. `starved`: a side
   * did not get a core for each thread, so that its speed says more about who else ran, or about where the system put
   * its threads, than about the engine.
   */
  doubt: 'few' | 'noisy' | 'starved' | null;
};

/** Spread of either side above which a ratio would say nothing. */
export const MOST_SPREAD = 0.15;
/** Rounds below which there is no spread to speak of. */
export const LEAST_ROUNDS = 3;
/** Least share of the cores that a side asked for. */
export const LEAST_CORES = 0.8;

/** One row for each figure that was measured and each peer that it was measured with; one where there is none. */
export function reportRows({ shape, format, threads, rounds, limits }: Samples): ReportRow[] {
  const { lantern: own, ...others } = rounds;
  const names = (Object.keys(FIGURES) as FigureName[]).filter((name) => own.some((round) => round[name]));
  return names.flatMap((figure) => {
    const common = { shape, format, figure, lantern: summary(own, figure, limits)! };
    const rows = (Object.keys(others) as Peer[]).flatMap((peer): ReportRow[] => {
      const other = summary(others[peer]!, figure, limits);
      if (!other) return [];
      const ratios = ratiosOf(figure, own, others[peer]!);
      const doubt = doubtOf(threads, [common.lantern, other], ratios && spread(ratios));
      const ratio = ratios ? median(ratios) : ahead(figure, common.lantern.median, other.median);
      return [{ ...common, peer, other, ratio: doubt ? null : ratio, doubt }];
    });
    if (rows.length > 0) return rows;
    return [{ ...common, peer: null, other: null, ratio: null, doubt: doubtOf(threads, [common.lantern], null) }];
  });
}

function ahead(figure: FigureName, lantern: number, other: number): number {
  return FIGURES[figure].better === 'more' ? lantern / other : other / lantern;
}

/** Of the rounds one by one; null for figures that are not compared so. */
function ratiosOf(figure: FigureName, own: readonly Figures[], others: readonly Figures[]): number[] | null {
  if (!FIGURES[figure].paired) return null;
  const valuesOf = (rounds: readonly Figures[]) => rounds.flatMap((round) => round[figure]?.value ?? []);
  const lantern = valuesOf(own);
  return valuesOf(others).map((other, round) => ahead(figure, lantern[round]!, other));
}

/** `pairedSpread`: of the rounds' ratios, where they count instead of each side's figures. */
function doubtOf(threads: number, sides: readonly SideSummary[], pairedSpread: number | null): ReportRow['doubt'] {
  if (sides.some(({ cores }) => cores !== null && cores < LEAST_CORES * threads)) return 'starved';
  const spreads = pairedSpread === null ? sides.map(({ spread }) => spread) : [pairedSpread];
  if (spreads.some((value) => value > MOST_SPREAD)) return 'noisy';
  return sides.some(({ rounds }) => rounds < LEAST_ROUNDS) ? 'few' : null;
}

function summary(rounds: readonly Figures[], name: FigureName, limits: readonly Limits[]): SideSummary | null {
  const figures = rounds.flatMap((round) => round[name] ?? []);
  if (figures.length === 0) return null;
  const values = figures.map(({ value }) => value);
  const cores = figures.flatMap((figure) => figure.cores ?? []);
  return {
    rounds: values.length,
    median: median(values),
    spread: spread(values),
    share: share(figures, limits),
    cores: cores.length > 0 ? median(cores) : null,
  };
}

function share(figures: readonly Figure[], limits: readonly Limits[]): number | null {
  for (const key of ['bytesPerSecond', 'operationsPerSecond'] as const) {
    const rates = figures.flatMap((figure) => figure[key] ?? []);
    if (rates.length > 0 && limits.length > 0) return median(rates) / median(limits.map((limit) => limit[key]));
  }
  return null;
}
