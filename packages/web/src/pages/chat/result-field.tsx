import { type ReactElement, useId, useRef } from 'react';
import { Button } from '../../ui/button.tsx';
import styles from './tool-call-card.module.css';

type ResultFieldProps = { name: string; value: string; onChange: (value: string) => void };

const ERROR = 'Error: ';

/** Where one writes what a function gives back, or how it failed. */
export function ResultField({ name, value, onChange }: ResultFieldProps): ReactElement {
  const id = useId();
  const input = useRef<HTMLTextAreaElement>(null);
  const fail = () => {
    if (!value.startsWith(ERROR)) onChange(ERROR + value);
    input.current?.focus();
  };
  return (
    <div className={styles.result}>
      <div className={styles.resultHead}>
        <label htmlFor={id}>Result of {name}</label>
        <Button kind="quiet" className={styles.fail} onClick={fail}>
          It failed
        </Button>
      </div>
      <textarea
        id={id}
        ref={input}
        className={styles.resultInput}
        rows={Math.min(8, value.split('\n').length + 1)}
        placeholder="What the function gives back: JSON or any text"
        spellCheck={false}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
