import type { ReactElement } from 'react';
import { useServer } from '../../api/use-server.ts';
import { formatCount, formatRate, formatSeconds } from '../../lib/format-numbers.ts';
import { StatusNote } from '../chat/status-note.tsx';
import { History } from './history.tsx';
import { type Reading, tokensPerSecond } from './server-figures.ts';
import styles from './server-page.module.css';
import { useReadings } from './use-readings.ts';

/** What the server does at this moment. */
export function Page(): ReactElement {
  const readings = useReadings();
  const { models } = useServer();
  const last = readings.at(-1);
  const speeds = readings.slice(1).map((reading, index) => tokensPerSecond(readings[index]!, reading));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section className={styles.scroll} aria-labelledby="server" tabIndex={0}>
      <div className={styles.page}>
        <h1 id="server" className={styles.title}>
          Server
        </h1>
        <StatusNote />
        <section aria-label="Now" className={styles.tiles}>
          <Tile title="Running" value={last ? formatCount(last.running) : '–'} note="answers that grow">
            <History values={readings.map(({ running }) => running)} label="Answers that grow" />
          </Tile>
          <Tile title="Waiting" value={last ? formatCount(last.waiting) : '–'} note="answers that wait their turn">
            <History values={readings.map(({ waiting }) => waiting)} label="Answers that wait" />
          </Tile>
          <Tile
            title="Tokens per second"
            value={speeds.length > 0 ? formatRate(speeds.at(-1)!) : '–'}
            note="read and written"
          >
            <History values={speeds} label="Tokens per second" />
          </Tile>
          <Tile title="Cache in use" value={last ? percent(last.cacheUse) : '–'} note="of the attention cache">
            <History values={readings.map(({ cacheUse }) => cacheUse)} label="Share of the cache in use" most={1} />
          </Tile>
        </section>
        <section aria-labelledby="since">
          <h2 id="since" className={styles.heading}>
            Since the server began
          </h2>
          <dl className={styles.figures}>
            {last &&
              figuresOf(last).map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
          </dl>
        </section>
        <section aria-labelledby="models">
          <h2 id="models" className={styles.heading}>
            Models
          </h2>
          <ul className={styles.models}>
            {models.map(({ id, root, max_model_len: length, architecture }) => (
              <li key={id}>
                <strong>{id}</strong>
                <span>
                  {[
                    root && root !== id ? `another name of ${root}` : null,
                    length ? `${formatCount(length)} tokens of context` : null,
                    architecture ? `reads ${architecture.input_modalities.join(', ')}` : null,
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
              </li>
            ))}
          </ul>
        </section>
      </div>
    </section>
  );
}

type TileProps = { title: string; value: string; note: string; children: ReactElement };

function Tile({ title, value, note, children }: TileProps): ReactElement {
  return (
    <article className={styles.tile}>
      <h2 className={styles.tileTitle}>{title}</h2>
      <p className={styles.value}>{value}</p>
      <p className={styles.note}>{note}</p>
      {children}
    </article>
  );
}

function figuresOf(reading: Reading): [string, string][] {
  const { queries, hits, firstTokens, firstTokenSeconds, interTokens, interTokenSeconds } = reading;
  return [
    ['Requests answered', formatCount(reading.answered)],
    ['Prompt tokens', formatCount(reading.prompts)],
    ['Tokens generated', formatCount(reading.generated)],
    ['Prompt tokens from the cache', queries > 0 ? `${formatCount(hits)} (${percent(hits / queries)})` : '–'],
    ['Mean time to first token', firstTokens > 0 ? formatSeconds((1000 * firstTokenSeconds) / firstTokens) : '–'],
    [
      'Mean speed of an answer',
      interTokens > 0 && interTokenSeconds > 0 ? `${formatRate(interTokens / interTokenSeconds)} tokens/s` : '–',
    ],
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
}
