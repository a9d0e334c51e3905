import { type ClipboardEvent, type KeyboardEvent, type ReactElement, useEffect, useId, useRef } from 'react';
import { type Draft, isRunningHere, stop } from '../../chat/chat-actions.ts';
import type { ChatSettings, Message } from '../../store/records.ts';
import { IconButton } from '../../ui/button.tsx';
import { preloadMarkdown } from '../../ui/markdown.tsx';
import { useAutoHeight } from '../../ui/use-auto-height.ts';
import { ChosenPictures } from './chosen-pictures.tsx';
import styles from './composer.module.css';
import { ThinkingPicker } from './thinking-picker.tsx';
import { useMessage } from './use-conversations.ts';
import { useDraftText } from './use-draft-text.ts';
import { usePictures } from './use-pictures.ts';

type ComposerProps = {
  conversationId: string;
  /** The last message that is shown. */
  lastId: string | null;
  settings: ChatSettings;
  onChange: (part: Partial<ChatSettings>) => void;
  seesPictures: boolean;
  onSend: (draft: Draft) => void;
};

const NO_PICTURES = 'This model reads text only; it sees no pictures.';

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
  const pictures = usePictures(seesPictures, NO_PICTURES);
  const { isDropping, failure } = pictures;
  const last = useMessage(conversationId, lastId ?? '');
  const isAnswering = last?.role === 'assistant' && last.state === 'streaming';
  useAutoHeight(input, text);
  useEffect(() => {
    // On a phone the keyboard would cover what one came to read.
    if (matchMedia('(hover: hover)').matches) input.current?.focus();
  }, []);

  const isEmpty = text.trim() === '' && pictures.files.length === 0;
  const submit = () => {
    if (isEmpty || isAnswering) return;
    onSend({ text: text.trim(), files: pictures.files });
    setText('');
    pictures.clear();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && isAnswering && lastId) return stop(lastId);
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit();
  };
  const onPaste = (event: ClipboardEvent) => {
    const { files, types } = event.clipboardData;
    // Tables come as text and as a picture of it; the text is meant.
    if (files.length === 0 || types.includes('text/plain')) return;
    event.preventDefault();
    pictures.add(files);
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
    >
      {isDropping && <p className={styles.drop}>{seesPictures ? 'Drop the pictures here' : NO_PICTURES}</p>}
      <ChosenPictures files={pictures.files} onRemove={pictures.remove} />
      {failure !== null && (
        <p role="alert" className={styles.failure}>
          {failure}
        </p>
      )}
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
            pictures.add(event.target.files);
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
        {newsOf(last)}
      </p>
    </form>
  );
}

/** What the ear should know. */
function newsOf(last: Message | null): string {
  if (last?.role !== 'assistant') return '';
  if (last.state === 'streaming') return 'The model is answering.';
  return last.toolCalls.length > 0 ? 'The model waits for results of functions.' : 'The answer is there.';
}
