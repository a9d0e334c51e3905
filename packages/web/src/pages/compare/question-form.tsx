import { type KeyboardEvent, type ReactElement, useEffect, useId, useRef } from 'react';
import { stopAll } from '../../chat/comparisons.ts';
import type { Comparison } from '../../store/records.ts';
import { IconButton } from '../../ui/button.tsx';
import { classes } from '../../ui/classes.ts';
import { preloadMarkdown } from '../../ui/markdown.tsx';
import { useAutoHeight } from '../../ui/use-auto-height.ts';
import composer from '../chat/composer.module.css';
import { useDraftText } from '../chat/use-draft-text.ts';
import styles from './comparison-view.module.css';
import { useAnswering } from './use-turns.ts';

type QuestionFormProps = { comparison: Comparison; onAsk: (text: string) => void };

/** Where the question for all columns is written. Enter asks, Shift+Enter begins a line, Escape stops all answers. */
export function QuestionForm({ comparison, onAsk }: QuestionFormProps): ReactElement {
  const id = useId();
  const input = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useDraftText(comparison.id);
  const answering = useAnswering(comparison.columns);
  const isAnswering = answering > 0;
  useAutoHeight(input, text);
  useEffect(() => {
    // On a phone the keyboard would cover what one came to read.
    if (matchMedia('(hover: hover)').matches) input.current?.focus();
  }, []);
  const isEmpty = text.trim() === '';
  const submit = () => {
    if (isEmpty || isAnswering) return;
    onAsk(text.trim());
    setText('');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && isAnswering) return stopAll(comparison);
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit();
  };
  return (
    <form
      className={classes(composer.composer, styles.form)}
      aria-label="Question"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <label htmlFor={id} className="visually-hidden">
        Question for both columns
      </label>
      <textarea
        id={id}
        ref={input}
        className={composer.input}
        rows={1}
        placeholder="Ask both"
        enterKeyHint="send"
        value={text}
        onFocus={preloadMarkdown}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {isAnswering ? (
        <IconButton
          label="Stop all answers"
          icon="stop"
          className={composer.send}
          onClick={() => stopAll(comparison)}
        />
      ) : (
        <IconButton type="submit" label="Ask" icon="send" className={composer.send} disabled={isEmpty} />
      )}
      <p className="visually-hidden" role="status">
        {isAnswering ? 'The models are answering.' : comparison.columns[0]?.leafId ? 'The answers are there.' : ''}
      </p>
    </form>
  );
}
