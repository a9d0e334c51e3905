import {
  type ClipboardEvent,
  type DragEvent,
  type KeyboardEvent,
  type ReactElement,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import { type Draft, isRunningHere, stop } from '../../chat/chat-actions.ts';
import type { ChatSettings } from '../../store/records.ts';
import { IconButton } from '../../ui/button.tsx';
import { preloadMarkdown } from '../../ui/markdown.tsx';
import { useAutoHeight } from '../../ui/use-auto-height.ts';
import { ChosenPictures } from './chosen-pictures.tsx';
import styles from './composer.module.css';
import { ThinkingPicker } from './thinking-picker.tsx';
import { useMessage } from './use-conversations.ts';
import { useDraftText } from './use-draft-text.ts';

type ComposerProps = {
  conversationId: string;
  /** The last message that is shown. */
  lastId: string | null;
  settings: ChatSettings;
  onChange: (part: Partial<ChatSettings>) => void;
  seesPictures: boolean;
  onSend: (draft: Draft) => void;
};

const NO_PICTURES = 'This model reads text only; pictures are not yet available.';

/** Where one says something. Enter sends, Shift+Enter begins a line, Escape stops an answer. */
export function Composer({
  conversationId,
  lastId,
  settings,
  onChange,
  seesPictures,
  onSend,
}: ComposerProps): ReactElement {
  const id = useId();
  const input = useRef<HTMLTextAreaElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const [text, setText] = useDraftText(conversationId);
  const [files, setFiles] = useState<readonly File[]>([]);
  const [isDropping, setDropping] = useState(false);
  const last = useMessage(conversationId, lastId ?? '');
  const isAnswering = last?.role === 'assistant' && last.state === 'streaming';
  useAutoHeight(input, text);
  useEffect(() => {
    // On a phone the keyboard would cover what one came to read.
    if (matchMedia('(hover: hover)').matches) input.current?.focus();
  }, []);

  const isEmpty = text.trim() === '' && files.length === 0;
  const submit = () => {
    if (isEmpty || isAnswering) return;
    onSend({ text: text.trim(), files });
    setText('');
    setFiles([]);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && isAnswering && lastId) return stop(lastId);
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit();
  };
  const take = (list: FileList | null): boolean => {
    const pictures = [...(list ?? [])].filter(({ type }) => type.startsWith('image/'));
    if (pictures.length === 0 || !seesPictures) return false;
    setFiles((known) => [...known, ...pictures]);
    return true;
  };
  const onPaste = (event: ClipboardEvent) => {
    if (take(event.clipboardData.files)) event.preventDefault();
  };
  const onDrop = (event: DragEvent) => {
    setDropping(false);
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    take(event.dataTransfer.files);
  };

  return (
    <form
      className={styles.composer}
      data-dropping={isDropping || undefined}
      aria-label="Message"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return;
        event.preventDefault();
        setDropping(true);
      }}
      onDragLeave={() => setDropping(false)}
      onDrop={onDrop}
    >
      {isDropping && <p className={styles.drop}>{seesPictures ? 'Drop the pictures here' : NO_PICTURES}</p>}
      <ChosenPictures files={files} onRemove={(gone) => setFiles(files.filter((file) => file !== gone))} />
      <label htmlFor={id} className="visually-hidden">
        Message
      </label>
      <textarea
        id={id}
        ref={input}
        className={styles.input}
        rows={1}
        placeholder="Ask anything"
        enterKeyHint="send"
        value={text}
        onChange={(event) => {
          preloadMarkdown();
          setText(event.target.value);
        }}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
      />
      <div className={styles.row}>
        <input
          ref={chooser}
          type="file"
          accept="image/*"
          multiple
          hidden
          onChange={(event) => {
            take(event.target.files);
            event.target.value = '';
          }}
        />
        <IconButton
          label={seesPictures ? 'Add pictures' : NO_PICTURES}
          icon="attach"
          aria-disabled={!seesPictures}
          className={seesPictures ? undefined : styles.off}
          onClick={() => seesPictures && chooser.current?.click()}
        />
        <ThinkingPicker value={settings.thinking} onChoose={(thinking) => onChange({ thinking })} />
        <span className={styles.space} />
        {isAnswering ? (
          <IconButton
            label="Stop the answer"
            icon="stop"
            className={styles.send}
            disabled={!lastId || !isRunningHere(lastId)}
            onClick={() => lastId && stop(lastId)}
          />
        ) : (
          <IconButton type="submit" label="Send" icon="send" className={styles.send} disabled={isEmpty} />
        )}
      </div>
      <p className="visually-hidden" role="status">
        {isAnswering ? 'The model is answering.' : last?.role === 'assistant' ? 'The answer is there.' : ''}
      </p>
    </form>
  );
}
