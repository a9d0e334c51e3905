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
    const lantern = summary(own, figure, limits)!;
    const row = (peer: Peer | null, other: SideSummary | null): ReportRow => ({
      shape,
      format,
      figure,
      lantern,
      peer,
      other,
      ...comparison(figure, threads, lantern, other),
    });
    const rows = (Object.keys(others) as Peer[]).flatMap((peer) => {
      const other = summary(others[peer]!, figure, limits);
      return other ? [row(peer, other)] : [];
    });
    return rows.length > 0 ? rows : [row(null, null)];
  });
}

function comparison(
  figure: FigureName,
  threads: number,
  lantern: SideSummary,
  other: SideSummary | null,
): Pick<ReportRow, 'ratio' | 'doubt'> {
  const sides = other ? [lantern, other] : [lantern];
  const starved = sides.some(({ cores }) => cores !== null && cores < LEAST_CORES * threads);
  const noisy = sides.some(({ spread }) => spread > MOST_SPREAD);
  const few = sides.some(({ rounds }) => rounds < LEAST_ROUNDS);
  const doubt = starved ? 'starved' : noisy ? 'noisy' : few ? 'few' : null;
  const more = FIGURES[figure].better === 'more';
  const ratio = other && !doubt ? (more ? lantern.median / other.median : other.median / lantern.median) : null;
  return { ratio, doubt };
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
