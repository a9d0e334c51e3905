import type { InputHTMLAttributes, ReactElement, ReactNode } from 'react';
import styles from './field.module.css';

type TextFieldProps = Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'id'> & {
  id: string;
  label: string;
  onChange: (value: string) => void;
  hint?: ReactNode;
  /** What is wrong with the value; read out as soon as it is there. */
  failure?: string | null;
};

/** One line of text with its name. */
export function TextField({ id, label, onChange, hint, failure = null, ...rest }: TextFieldProps): ReactElement {
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className={styles.input}
        aria-invalid={failure !== null}
        aria-describedby={`${id}-hint`}
        onChange={(event) => onChange(event.target.value)}
        {...rest}
      />
      <div id={`${id}-hint`} className={styles.hint}>
        {failure !== null && (
          <p role="alert" className={styles.failure}>
            {failure}
          </p>
        )}
        {hint}
      </div>
    </div>
  );
}

type TextAreaProps = {
  id: string;
  label: string;
  value: string;
  rows?: number;
  onChange: (value: string) => void;
  hint?: ReactNode;
  placeholder?: string;
};

/** Several lines of text with their name. */
export function TextArea({ id, label, hint, onChange, ...rest }: TextAreaProps): ReactElement {
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        className={styles.input}
        aria-describedby={`${id}-hint`}
        onChange={(event) => onChange(event.target.value)}
        {...rest}
      />
      <div id={`${id}-hint`} className={styles.hint}>
        {hint}
      </div>
    </div>
  );
}
