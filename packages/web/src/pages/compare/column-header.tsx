import { type ReactElement, useState } from 'react';
import { isRunningHere, stop } from '../../chat/chat-actions.ts';
import type { ChatSettings, Conversation } from '../../store/records.ts';
import { IconButton } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ModelPicker } from '../chat/chat-header.tsx';
import { SettingsPanel } from '../chat/panels/settings/settings-panel.tsx';
import { ThinkingPicker } from '../chat/thinking-picker.tsx';
import { useMessage } from '../chat/use-conversations.ts';
import styles from './comparison-view.module.css';

type ColumnHeaderProps = {
  name: string;
  /** In what else it differs from the others, in words. */
  difference: string;
  conversation: Conversation;
  onChange: (part: Partial<ChatSettings>) => void;
};

/** How a column is asked, and stopping it. */
export function ColumnHeader({ name, difference, conversation, onChange }: ColumnHeaderProps): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const { id, leafId, settings } = conversation;
  const last = useMessage(id, leafId ?? '');
  const isAnswering = last?.role === 'assistant' && last.state === 'streaming';
  return (
    <header className={styles.column}>
      <div className={styles.choices}>
        <h2 className={styles.name}>
          <span className="visually-hidden">Column </span>
          {name}
        </h2>
        <ModelPicker model={settings.model} onChoose={(model) => onChange({ model })} />
        <ThinkingPicker side="bottom" value={settings.thinking} onChoose={(thinking) => onChange({ thinking })} />
        <span className={styles.space} />
        {isAnswering && (
          <IconButton
            label={`Stop column ${name}`}
            icon="stop"
            disabled={!isRunningHere(last.id)}
            onClick={() => stop(last.id)}
          />
        )}
        <IconButton label={`Settings of column ${name}`} icon="gear" onClick={() => setOpen(true)} />
      </div>
      {difference !== '' && <p className={styles.difference}>{difference}</p>}
      <Dialog isOpen={isOpen} title={`Settings of column ${name}`} place="side" onClose={() => setOpen(false)}>
        <SettingsPanel settings={settings} onChange={onChange} />
      </Dialog>
    </header>
  );
}
