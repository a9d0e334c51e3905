import type { ReactElement } from 'react';
import { useServer } from '../../api/use-server.ts';
import { comparisonPresets, presetSettings } from '../../chat/comparison-presets.ts';
import type { ChatSettings } from '../../store/records.ts';
import { classes } from '../../ui/classes.ts';
import empty from '../chat/empty-chat.module.css';
import styles from './comparison-view.module.css';

type EmptyComparisonProps = { base: ChatSettings; onChoose: (columns: ChatSettings[]) => void };

/** What is shown before the first question: what may be compared. */
export function EmptyComparison({ base, onChoose }: EmptyComparisonProps): ReactElement {
  const { models } = useServer();
  return (
    <div className={styles.empty}>
      <h2 className={empty.greeting}>One question, two answers</h2>
      <p className={empty.note}>Both columns are asked at once, each with its own settings.</p>
      <ul className={classes(empty.examples, styles.presets)} aria-label="Presets">
        {comparisonPresets.map((preset) => {
          const settings = presetSettings(preset, models, base);
          return (
            <li key={preset.id}>
              <button
                type="button"
                className={empty.example}
                disabled={!settings}
                onClick={() => settings && onChoose(settings)}
              >
                <strong>{preset.title}</strong>
                <span>{settings ? preset.hint : 'This server has only one'}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
