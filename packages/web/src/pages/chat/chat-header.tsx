import type { ReactElement } from 'react';
import { useServer } from '../../api/use-server.ts';
import type { ChatSettings, Conversation } from '../../store/records.ts';
import { IconButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Menu, MenuChoice } from '../../ui/menu.tsx';
import styles from './chat-header.module.css';
import { panels } from './panels/panel.ts';

type ChatHeaderProps = {
  conversation: Conversation;
  onChange: (part: Partial<ChatSettings>) => void;
  panel: string | null;
  onPanel: (id: string | null) => void;
};

/** Which model answers, and the panels beside the conversation. */
export function ChatHeader({ conversation, onChange, panel, onPanel }: ChatHeaderProps): ReactElement {
  return (
    <header className={styles.header}>
      <ModelPicker model={conversation.settings.model} onChoose={(model) => onChange({ model })} />
      <h1 className={styles.title}>{conversation.title || <span className="visually-hidden">New chat</span>}</h1>
      {panels.map(({ id, title, icon, count }) => {
        const number = count?.(conversation.settings) ?? 0;
        return (
          <span key={id} className={styles.panel}>
            <IconButton
              label={number > 0 ? `${title} (${number})` : title}
              icon={icon}
              aria-pressed={panel === id}
              onClick={() => onPanel(panel === id ? null : id)}
            />
            {number > 0 && (
              <span aria-hidden="true" className={styles.count}>
                {number}
              </span>
            )}
          </span>
        );
      })}
    </header>
  );
}

type ModelPickerProps = { model: string | null; onChoose: (model: string) => void };

/** The names that the server answers to. One that it no longer has is shown, so that its absence is seen. */
export function ModelPicker({ model, onChoose }: ModelPickerProps): ReactElement {
  const { models } = useServer();
  const shown = model ?? models[0]?.id ?? null;
  const isGone = model !== null && models.length > 0 && !models.some(({ id }) => id === model);
  const options = models.map(({ id, root, max_model_len: length }) => ({
    value: id,
    title: id,
    hint: [
      root && root !== id ? `another name of ${root}` : null,
      length ? `${length.toLocaleString('en')} tokens of context` : null,
    ]
      .filter(Boolean)
      .join(', '),
  }));
  return (
    <Menu
      trigger={
        <button type="button" className={styles.model} disabled={models.length === 0}>
          <span className="visually-hidden">Model: </span>
          <span className={styles.modelName}>{shown ?? 'No model'}</span>
          {isGone && <span className={styles.gone}>not served here</span>}
          <Icon name="down" size={15} />
        </button>
      }
    >
      <MenuChoice label="Model" value={shown} options={options} onChoose={onChoose} />
    </Menu>
  );
}
