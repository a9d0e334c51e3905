import type { InputHTMLAttributes, ReactElement, ReactNode, Ref, TextareaHTMLAttributes } from 'react';
import { classes } from './classes.ts';
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

type TextAreaProps = Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'onChange' | 'id'> & {
  id: string;
  label: string;
  onChange: (value: string) => void;
  hint?: ReactNode;
  isCode?: boolean;
  ref?: Ref<HTMLTextAreaElement>;
};

/** Several lines of text with their name. */
export function TextArea({ id, label, hint, onChange, isCode = false, ...rest }: TextAreaProps): ReactElement {
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        className={classes(styles.input, isCode && styles.code)}
        aria-describedby={`${id}-hint`}
        onChange={(event) => onChange(event.target.value)}
        {...(isCode && { spellCheck: false, autoCapitalize: 'off', autoComplete: 'off' })}
        {...rest}
      />
      <div id={`${id}-hint`} className={styles.hint}>
        {hint}
      </div>
    </div>
  );
}

type SelectFieldProps = {
  id: string;
  label: string;
  value: string;
  options: readonly { value: string; title: string }[];
  onChange: (value: string) => void;
};

/** One of several, with its name. */
export function SelectField({ id, label, value, options, onChange }: SelectFieldProps): ReactElement {
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <select id={id} className={styles.input} value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.title}
          </option>
        ))}
      </select>
    </div>
  );
}
