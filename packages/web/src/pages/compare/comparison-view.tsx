import { type ReactElement, useEffect, useState } from 'react';
import { useStickToBottom } from 'use-stick-to-bottom';
import { useServer } from '../../api/use-server.ts';
import { furtherDifferences } from '../../chat/column-differences.ts';
import { comparisonPresets, presetSettings } from '../../chat/comparison-presets.ts';
import { answerAllAgain, askAll } from '../../chat/comparisons.ts';
import type { ChatSettings, Comparison } from '../../store/records.ts';
import { Button } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { useMediaQuery } from '../../ui/use-media-query.ts';
import { StatusNote } from '../chat/status-note.tsx';
import { ColumnHeader } from './column-header.tsx';
import styles from './comparison-view.module.css';
import { EmptyComparison } from './empty-comparison.tsx';
import { QuestionForm } from './question-form.tsx';
import { Round } from './round.tsx';
import { useTurns } from './use-turns.ts';

type ComparisonViewProps = {
  comparison: Comparison;
  /** Of all columns. */
  onSettings: (settings: readonly ChatSettings[]) => void;
  /** The first question is being asked: the comparison exists now. */
  onBegin: () => void;
};

/** Columns are called by letters. */
const columnName = (index: number) => String.fromCharCode(65 + index);

/** One question after the other, and what every column answers to it, side by side. */
export function ComparisonView({ comparison, onSettings, onBegin }: ComparisonViewProps): ReactElement {
  const { models } = useServer();
  const { columns } = comparison;
  const turns = useTurns(columns);
  const isNarrow = useMediaQuery('(max-width: 900px)');
  const [tab, setTab] = useState('0');
  const { scrollRef, contentRef, scrollToBottom } = useStickToBottom({ initial: 'instant', resize: 'instant' });
  const count = Math.max(0, ...turns.map(({ length }) => length));
  useEffect(() => void scrollToBottom('instant'), [count]);

  const settings = columns.map((column) => column.settings);
  const differences = furtherDifferences(settings);
  const changeColumn = (index: number, part: Partial<ChatSettings>) =>
    onSettings(settings.map((each, place) => (place === index ? { ...each, ...part } : each)));
  const ask = (text: string) => {
    askAll(comparison, text);
    onBegin();
  };
  const isEmpty = columns.every(({ leafId }) => leafId === null);
  const shown = isNarrow ? [Number(tab)] : columns.map((_, index) => index);

  const body = (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section ref={scrollRef} className={styles.scroll} aria-label="Comparison" tabIndex={0}>
      <div ref={contentRef} className={classes(styles.grid, shown.length > 1 && styles.wide)}>
        {shown.map((index) => (
          <ColumnHeader
            key={index}
            name={columnName(index)}
            difference={differences[index]!}
            conversation={columns[index]!}
            onChange={(part) => changeColumn(index, part)}
          />
        ))}
        {isEmpty && <EmptyComparison base={settings[0]!} onChoose={onSettings} />}
        {Array.from({ length: count }, (_, place) => (
          <Round
            key={turns[0]?.[place]?.question.id ?? place}
            turns={shown.map((index) => turns[index]?.[place])}
            names={shown.map(columnName)}
            isLast={place === count - 1}
            onAgain={() => answerAllAgain(comparison)}
          />
        ))}
      </div>
    </section>
  );
  return (
    <div className={styles.view}>
      <header className={styles.header}>
        <h1 className={styles.title}>Compare</h1>
        <Menu
          align="end"
          trigger={
            <Button kind="quiet" icon="columns">
              Presets
            </Button>
          }
        >
          {comparisonPresets.map((preset) => {
            const chosen = presetSettings(preset, models, settings[0]);
            return (
              <MenuItem key={preset.id} isDisabled={!chosen} onChoose={() => chosen && onSettings(chosen)}>
                {preset.title}
              </MenuItem>
            );
          })}
        </Menu>
      </header>
      {isNarrow ? (
        <div className={styles.tabs}>
          <Tabs
            label="Columns"
            tabs={columns.map((_, index) => ({ id: String(index), title: `Column ${columnName(index)}` }))}
            value={tab}
            onChange={setTab}
          >
            {body}
          </Tabs>
        </div>
      ) : (
        body
      )}
      <div className={styles.foot}>
        <StatusNote />
        <QuestionForm comparison={comparison} onAsk={ask} />
      </div>
    </div>
  );
}
