import type { ReactElement } from 'react';
import type { ThinkingChoice } from '../../store/records.ts';
import { Icon } from '../../ui/icon.tsx';
import { Menu, MenuChoice } from '../../ui/menu.tsx';
import styles from './composer.module.css';

export const thinkingChoices: readonly { value: ThinkingChoice; title: string; hint: string }[] = [
  { value: 'auto', title: 'Auto', hint: 'Thinks where the question is worth it' },
  { value: 'fast', title: 'Fast', hint: 'Answers at once' },
  { value: 'thinking', title: 'Thinking', hint: 'Always thinks first' },
];

type ThinkingPickerProps = {
  value: ThinkingChoice;
  onChoose: (value: ThinkingChoice) => void;
  side?: 'top' | 'bottom';
};

/** Whether the model thinks before it answers. */
export function ThinkingPicker({ value, onChoose, side = 'top' }: ThinkingPickerProps): ReactElement {
  return (
    <Menu
      side={side}
      trigger={
        <button type="button" className={styles.thinking}>
          <Icon name="spark" size={16} />
          <span className="visually-hidden">Thinking: </span>
          {thinkingChoices.find((choice) => choice.value === value)!.title}
          <Icon name="down" size={14} />
        </button>
      }
    >
      <MenuChoice label="Thinking" value={value} options={thinkingChoices} onChoose={onChoose} />
    </Menu>
  );
}
